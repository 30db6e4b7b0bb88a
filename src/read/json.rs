//! JSON as a tree of scalars as written; a key that stands twice is kept twice.

use super::limits::stated;
use super::tree::{self, Node, NodeKind};
use super::{Manner, failed};
use crate::model::{Problem, ReadFile};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

pub fn read(path: &str, text: &str, manner: &Manner) -> ReadFile {
    let limits = &manner.limits;
    match serde_json::from_str::<Node>(text) {
        Ok(root) => {
            if count(&root) > limits.nodes {
                let limit = stated("nodes", limits.nodes);
                return failed(Problem::too_large(path, &limit));
            }
            if let Some(schema) = tree::own_output(&root) {
                return failed(Problem::own_output(path, schema));
            }
            ReadFile {
                documents: tree::documents(path, "json", root, &manner.papers),
                problems: Vec::new(),
            }
        }
        Err(e) => failed(Problem::damaged(path, "json", &e.to_string())),
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
