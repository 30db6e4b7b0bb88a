//! XML: messages and exports as a tree of keys and values; workbooks of the older Excel as sheets.

mod element;
mod workbook;

use super::tree::{self, Node, NodeKind, Pointers};
use super::{Limits, document, failed, stated};
use crate::model::{Problem, ReadFile};

pub fn read(path: &str, text: &str, limits: &Limits) -> ReadFile {
    if text.len() > limits.document_bytes {
        let limit = stated("document-bytes", limits.document_bytes);
        return failed(Problem::too_large(path, &limit));
    }
    if workbook::is_one(text) {
        return workbook::read(path, text, limits);
    }
    match element::parse(text, limits) {
        Ok((name, root)) => {
            let grid = match root.kind {
                NodeKind::Map(_) => tree::grid(&root, &format!("/{name}"), Pointers::Xml),
                kind => {
                    let alone = Node::new(NodeKind::Map(vec![(name, Node::new(kind))]));
                    tree::grid(&alone, "", Pointers::Xml)
                }
            };
            if grid.cells.is_empty() {
                return failed(Problem::empty(path));
            }
            ReadFile {
                documents: vec![document(path, None, "xml", grid)],
                problems: Vec::new(),
            }
        }
        Err(why) => failed(Problem::damaged(path, "xml", &why)),
    }
}

#[cfg(test)]
mod tests;
