//! Elements → a tree: text alone is a value, attributes and children are keys, children of one
//! name are a list. Names are taken without their prefixes.

use super::super::tree::{Node, NodeKind, TEXT};
use super::super::{Limits, markup};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// The root element's name and content.
///
/// # Errors
/// What is not XML or not allowed, or which bound was passed.
pub fn parse(text: &str, limits: &Limits) -> Result<(String, Node), String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    let mut nodes = 0usize;
    let mut root = None;
    loop {
        let at = reader.buffer_position();
        let event = reader
            .read_event()
            .map_err(|e| format!("{e} at byte {}", reader.error_position()))?;
        match event {
            Event::Start(start) => {
                if root.is_some() {
                    return Err(format!("a second root element at byte {at}"));
                }
                let element = Element::new(&start);
                nodes += 1 + element.pairs.len();
                if nodes > limits.nodes || open.len() >= limits.depth {
                    return Err(format!(
                        "too many or too deeply nested elements at byte {at}"
                    ));
                }
                open.push(element);
            }
            Event::End(_) => {
                let Some(done) = open.pop() else { continue };
                let (name, node) = done.close();
                match open.last_mut() {
                    Some(parent) => parent.add(name, node),
                    None => root = Some((name, node)),
                }
            }
            Event::Text(text) => push(&mut open, &text.xml10_content()),
            Event::CData(text) => push(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                let mut text = String::new();
                markup::push_reference(&mut text, &reference);
                push(&mut open, &text);
            }
            Event::DocType(_) => return Err("it declares a DOCTYPE".to_string()),
            Event::Eof if !open.is_empty() => return Err("it is cut off".to_string()),
            Event::Eof => return root.ok_or_else(|| "nothing in it".to_string()),
            _ => {}
        }
    }
}

fn push(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

struct Element {
    name: String,
    text: String,
    pairs: Vec<(String, Node)>,
    /// Where the children of a name stand among the pairs.
    places: BTreeMap<String, usize>,
}

impl Element {
    fn new(start: &BytesStart<'_>) -> Element {
        let mut pairs: Vec<(String, Node)> = Vec::new();
        for attribute in start
            .attributes()
            .with_checks(false)
            .filter_map(Result::ok)
            .take(1000)
        {
            let name = attribute.key.as_ref();
            // Declarations of namespaces and schemas say nothing of the goods.
            if name.starts_with("xmlns") || name.starts_with("xsi:") {
                continue;
            }
            let key = format!("@{}", attribute.key.local_name().as_ref());
            pairs.push((key, scalar(markup::value(&attribute))));
        }
        Element {
            name: start.local_name().as_ref().to_string(),
            text: String::new(),
            pairs,
            places: BTreeMap::new(),
        }
    }

    fn add(&mut self, name: String, node: Node) {
        let place = self
            .places
            .get(&name)
            .and_then(|at| self.pairs.get_mut(*at));
        match place.map(|(_, known)| &mut known.kind) {
            // Elements make no lists of their own: a list is one of equal names.
            Some(NodeKind::List(items)) => items.push(node),
            Some(first) => {
                let first = std::mem::replace(first, NodeKind::List(Vec::new()));
                if let Some((_, known)) = self
                    .places
                    .get(&name)
                    .and_then(|at| self.pairs.get_mut(*at))
                {
                    known.kind = NodeKind::List(vec![Node::new(first), node]);
                }
            }
            None => {
                self.places.insert(name.clone(), self.pairs.len());
                self.pairs.push((name, node));
            }
        }
    }

    fn close(mut self) -> (String, Node) {
        let text = self.text.trim();
        if self.pairs.is_empty() {
            let kind = if text.is_empty() {
                NodeKind::Null
            } else {
                return (self.name, scalar(text.to_string()));
            };
            return (self.name, Node::new(kind));
        }
        if !text.is_empty() {
            let text = scalar(text.to_string());
            self.pairs.push((TEXT.to_string(), text));
        }
        let pairs = self.pairs.into_iter().flat_map(beside).collect();
        (self.name, Node::new(NodeKind::Map(pairs)))
    }
}

/// A value with attributes, `<Weight unit="kg">12</Weight>`, becomes the value and, beside it, its
/// attributes as `Weight@unit`.
fn beside((name, node): (String, Node)) -> Vec<(String, Node)> {
    let is_value = node.get(TEXT).is_some()
        && node
            .pairs()
            .iter()
            .all(|(key, _)| key == TEXT || key.starts_with('@'));
    let NodeKind::Map(pairs) = node.kind else {
        return vec![(name, node)];
    };
    if !is_value {
        return vec![(name, Node::new(NodeKind::Map(pairs)))];
    }
    let mut flat: Vec<(String, Node)> = pairs
        .into_iter()
        .map(|(key, value)| match key.as_str() {
            TEXT => (name.clone(), value),
            attribute => (format!("{name}{attribute}"), value),
        })
        .collect();
    // The value goes before what is said of it.
    flat.sort_by_key(|(key, _)| key.contains('@'));
    flat
}

fn scalar(text: String) -> Node {
    Node::new(NodeKind::Scalar {
        text,
        number: false,
    })
}
