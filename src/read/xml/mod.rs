//! XML: messages and exports as a tree of keys and values; workbooks of the older Excel as sheets.

mod element;
mod workbook;

use super::tree::{self, Node, NodeKind, Pointers};
use super::{Manner, document, failed, stated};
use crate::model::{Problem, ReadFile};

pub fn read(path: &str, text: &str, manner: &Manner) -> ReadFile {
    let limits = &manner.limits;
    if text.len() > limits.document_bytes {
        let limit = stated("document-bytes", limits.document_bytes);
        return failed(Problem::too_large(path, &limit));
    }
    if workbook::is_one(text) {
        return workbook::read(path, text, limits);
    }
    match element::parse(text, limits) {
        Ok((name, root)) => {
            let mut documents = Vec::new();
            for (part, pointer, node) in
                tree::papers(root, &format!("/{name}"), &manner.papers, Pointers::Xml)
            {
                let grid = match node.kind {
                    NodeKind::Map(_) => tree::grid(&node, &pointer, Pointers::Xml),
                    kind => {
                        let alone = vec![(name.clone(), Node::new(kind))];
                        tree::grid(&Node::new(NodeKind::Map(alone)), "", Pointers::Xml)
                    }
                };
                documents.push(document(path, part.as_deref(), "xml", grid));
            }
            if documents.iter().all(|d| d.grid.cells.is_empty()) {
                return failed(Problem::empty(path));
            }
            ReadFile {
                documents,
                problems: Vec::new(),
            }
        }
        Err(why) => failed(Problem::damaged(path, "xml", &why)),
    }
}

#[cfg(test)]
mod tests;
