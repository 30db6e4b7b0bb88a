//! JSON as a tree of scalars as written; a key that stands twice is kept twice.

use super::limits::stated;
use super::tree::{self, Node, NodeKind};
use super::{Manner, failed};
use crate::model::{Problem, ReadFile};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;

pub fn read(path: &str, text: &str, manner: &Manner) -> ReadFile {
    let limits = &manner.limits;
    match serde_json::from_str::<Node>(text) {
        Ok(mut root) => {
            let mut numbers = numbers(text).into_iter();
            as_written(&mut root, &mut numbers);
            if count(&root) > limits.nodes {
                let limit = stated("nodes", limits.nodes);
                return failed(Problem::too_large(path, &limit));
            }
            if let Some(schema) = tree::own_output(&root) {
                return failed(Problem::own_output(path, schema));
            }
            let mut problems = Vec::new();
            stated_twice(&mut root, "", path, &mut problems);
            ReadFile {
                documents: tree::documents(path, "json", root, &manner.papers),
                problems,
            }
        }
        Err(e) => failed(Problem::damaged(path, "json", &e.to_string())),
    }
}

/// The numbers of a text as it writes them, in their order.
fn numbers(text: &str) -> Vec<&str> {
    let mut numbers = Vec::new();
    let (mut in_text, mut escaped) = (false, false);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_text => escaped = true,
            '"' => in_text = !in_text,
            _ if in_text => {}
            '-' | '0'..='9' => {
                let mut end = at + 1;
                let goes_on =
                    |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
                while let Some((at, _)) = chars.next_if(|(_, c)| goes_on(*c)) {
                    end = at + 1;
                }
                numbers.extend(text.get(at..end));
            }
            _ => {}
        }
    }
    numbers
}

/// Gives numbers the text they were written in: `720.10` keeps its zero.
fn as_written<'t>(node: &mut Node, numbers: &mut impl Iterator<Item = &'t str>) {
    match &mut node.kind {
        NodeKind::Scalar { text, number: true } => {
            if let Some(written) = numbers.next().filter(|n| !n.contains(['e', 'E'])) {
                *text = written.to_string();
            }
        }
        NodeKind::List(items) => items.iter_mut().for_each(|n| as_written(n, numbers)),
        NodeKind::Map(pairs) => pairs.iter_mut().for_each(|(_, n)| as_written(n, numbers)),
        NodeKind::Scalar { .. } | NodeKind::Null | NodeKind::Contradicted => {}
    }
}

/// A key that stands twice with two values has none that is known; each is said.
fn stated_twice(node: &mut Node, pointer: &str, path: &str, problems: &mut Vec<Problem>) {
    match &mut node.kind {
        NodeKind::List(items) => {
            for (i, item) in items.iter_mut().enumerate() {
                stated_twice(item, &format!("{pointer}/{i}"), path, problems);
            }
        }
        NodeKind::Map(pairs) => {
            let mut first: BTreeMap<String, usize> = BTreeMap::new();
            let mut again: Vec<(usize, usize)> = Vec::new();
            for (n, (key, _)) in pairs.iter().enumerate() {
                match first.get(key) {
                    Some(before) => again.push((*before, n)),
                    None => {
                        first.insert(key.clone(), n);
                    }
                }
            }
            for (before, now) in again {
                let (Some((key, a)), Some((_, b))) = (pairs.get(before), pairs.get(now)) else {
                    continue;
                };
                let place = tree::below(pointer, key);
                problems.push(Problem::key_twice(path, &place, a.text(), b.text()));
                let known = a.text().is_some() || a.kind == NodeKind::Contradicted;
                let scalars = known && b.text().is_some() && a != b;
                for n in [before, now].into_iter().filter(|_| scalars) {
                    if let Some((_, value)) = pairs.get_mut(n) {
                        value.kind = NodeKind::Contradicted;
                    }
                }
            }
            for (key, value) in pairs {
                stated_twice(value, &tree::below(pointer, key), path, problems);
            }
        }
        NodeKind::Scalar { .. } | NodeKind::Null | NodeKind::Contradicted => {}
    }
}

fn count(node: &Node) -> usize {
    1 + node.list().iter().map(count).sum::<usize>()
        + node.pairs().iter().map(|(_, v)| count(v)).sum::<usize>()
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

fn scalar(text: String, number: bool) -> Node {
    Node::new(NodeKind::Scalar { text, number })
}

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Node, E> {
        Ok(scalar(v.to_string(), false))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Node, E> {
        Ok(scalar(v.to_string(), true))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Node, E> {
        Ok(scalar(v.to_string(), true))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Node, E> {
        Ok(scalar(v.to_string(), true))
    }

    fn visit_str<E>(self, v: &str) -> Result<Node, E> {
        Ok(scalar(v.to_string(), false))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::new(NodeKind::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::new(NodeKind::List(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut pairs = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, Node>()? {
            pairs.push((key, value));
        }
        Ok(Node::new(NodeKind::Map(pairs)))
    }
}
