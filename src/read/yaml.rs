//! YAML as a tree of scalars as written: `no`, `1.10` and `0510210600` stay text. Aliases are
//! refused (nothing a person types needs them), depth and size are bounded.

use super::tree::{self, Node, NodeKind};
use super::{Limits, Manner, failed};
use crate::model::{NTH_DOCUMENT, Problem, ReadFile};
use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use std::collections::BTreeSet;

pub fn read(path: &str, text: &str, manner: &Manner) -> ReadFile {
    let mut parsed = parse_all(text, &manner.limits);
    let is_text = |roots: &Vec<Node>| roots.iter().all(|root| root.text().is_some());
    let mut problems = Vec::new();
    if parsed.as_ref().map_or(true, is_text) {
        // A key typed with the colon of Chinese script is none to YAML.
        let (mended, lines) = with_plain_colons(text);
        let again = (!lines.is_empty()).then(|| parse_all(&mended, &manner.limits));
        if let Some(Ok(roots)) = again {
            problems.extend(lines.iter().map(|line| Problem::wide_colon(path, *line)));
            parsed = Ok(roots);
        }
    }
    match parsed {
        Ok(roots) => {
            if let Some(schema) = roots.first().and_then(tree::own_output) {
                return failed(Problem::own_output(path, schema));
            }
            let several = roots.len() > 1;
            let mut documents = Vec::new();
            for (n, root) in roots.into_iter().enumerate() {
                for mut own in tree::documents(path, "yaml", root, &manner.papers) {
                    if several {
                        let part = own.part.map_or(String::new(), |part| format!(": {part}"));
                        own.part = Some(format!("{NTH_DOCUMENT}{}{part}", n + 1));
                    }
                    documents.push(own);
                }
            }
            ReadFile {
                documents,
                problems,
            }
        }
        Err(why) => failed(Problem::damaged(path, "yaml", &why)),
    }
}

/// A text whose keys end in `: ` where they were typed with `：`, and the lines that were.
fn with_plain_colons(text: &str) -> (String, Vec<u32>) {
    let (mut mended, mut lines) = (String::with_capacity(text.len()), Vec::new());
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let of_a_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '{');
        match line.split_once('：') {
            Some((key, value)) if !key.trim().is_empty() && key.chars().all(of_a_key) => {
                mended.push_str(key.trim_end());
                mended.push_str(": ");
                mended.push_str(value);
                lines.push(crate::model::grid::index(number));
            }
            _ => mended.push_str(line),
        }
    }
    (mended, lines)
}

/// The one document of a YAML text as a tree.
///
/// # Errors
/// A sentence with line and column: what is not YAML, or which bound was passed.
pub fn parse(text: &str, limits: &Limits) -> Result<Node, String> {
    let first = parse_all(text, limits)?.into_iter().next();
    first.ok_or_else(|| "nothing in it".to_string())
}

/// The documents of a YAML text, one or more, as trees.
fn parse_all(text: &str, limits: &Limits) -> Result<Vec<Node>, String> {
    let mut roots: Vec<Node> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut nodes = 0usize;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|e| e.to_string())?;
        nodes += 1;
        if nodes > limits.nodes || open.len() > limits.depth {
            return Err(at(&span, "too many or too deeply nested values"));
        }
        let done = match event {
            Event::Scalar(value, style, _, _) => Some(node(scalar(value.as_ref(), style), &span)),
            Event::MappingStart(..) => {
                open.push(Open::new(node(NodeKind::Map(Vec::new()), &span)));
                None
            }
            Event::SequenceStart(..) => {
                open.push(Open::new(node(NodeKind::List(Vec::new()), &span)));
                None
            }
            Event::MappingEnd | Event::SequenceEnd => open.pop().map(|open| open.node),
            Event::Alias(_) => return Err(at(&span, "aliases (*name) are not read")),
            _ => None,
        };
        let Some(done) = done else { continue };
        match open.last_mut() {
            None => roots.push(done),
            Some(Open { node, key, keys }) => match &mut node.kind {
                NodeKind::List(items) => items.push(done),
                NodeKind::Map(pairs) => match key.take() {
                    Some(key) => {
                        if !keys.insert(key.clone()) {
                            return Err(at(&span, &format!("the key {key} stands twice")));
                        }
                        pairs.push((key, done));
                    }
                    None => *key = Some(done.text().unwrap_or_default().to_string()),
                },
                _ => {}
            },
        }
    }
    if roots.iter().all(|root| root.kind == NodeKind::Null) {
        return Err("nothing in it".to_string());
    }
    Ok(roots)
}

/// A list or mapping that is still read: the key that waits for its value, and those that had one.
struct Open {
    node: Node,
    key: Option<String>,
    keys: BTreeSet<String>,
}

impl Open {
    fn new(node: Node) -> Open {
        Open {
            node,
            key: None,
            keys: BTreeSet::new(),
        }
    }
}

fn scalar(value: &str, style: ScalarStyle) -> NodeKind {
    if style == ScalarStyle::Plain && matches!(value, "" | "~" | "null") {
        return NodeKind::Null;
    }
    NodeKind::Scalar {
        text: value.to_string(),
        number: false,
    }
}

fn node(kind: NodeKind, span: &Span) -> Node {
    Node {
        kind,
        line: crate::model::grid::index(span.start.line()),
        column: crate::model::grid::index(span.start.col() + 1),
    }
}

fn at(span: &Span, what: &str) -> String {
    format!(
        "{what} at line {} column {}",
        span.start.line(),
        span.start.col() + 1
    )
}
