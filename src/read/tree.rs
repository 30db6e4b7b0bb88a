//! Trees of keys and values (JSON, YAML) as a grid: scalars become label and value, arrays of
//! objects become tables, and every cell keeps its pointer.

use super::document;
use crate::model::{CellKind, Document, Grid, Layout};
use std::collections::BTreeMap;

/// A value of a tree, its scalars as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub kind: NodeKind,
    /// 1-based line and column where it stands, 0 when the format does not say.
    pub line: u32,
    pub column: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    Null,
    /// A number or truth value as written, or a text.
    Scalar {
        text: String,
        number: bool,
    },
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    pub fn new(kind: NodeKind) -> Node {
        Node {
            kind,
            line: 0,
            column: 0,
        }
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            NodeKind::Map(pairs) => pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    pub fn list(&self) -> &[Node] {
        match &self.kind {
            NodeKind::List(items) => items,
            _ => &[],
        }
    }

    pub fn pairs(&self) -> &[(String, Node)] {
        match &self.kind {
            NodeKind::Map(pairs) => pairs,
            _ => &[],
        }
    }

    fn is_map(&self) -> bool {
        matches!(self.kind, NodeKind::Map(_))
    }
}

/// The document of a tree.
pub fn documents(path: &str, format: &'static str, root: &Node) -> Vec<Document> {
    vec![document(path, None, format, grid(root, ""))]
}

fn grid(root: &Node, pointer: &str) -> Grid {
    let mut grid = Grid::new(Layout::Tree);
    let mut maker = Maker {
        grid: &mut grid,
        row: 0,
    };
    maker.walk("", root, pointer);
    grid
}

struct Maker<'a> {
    grid: &'a mut Grid,
    row: u32,
}

impl Maker<'_> {
    fn open_row(&mut self) {
        self.grid.push_row(self.row, 0);
        self.row += 1;
    }

    fn cell(&mut self, text: &str, column: u32, kind: CellKind, pointer: &str) {
        if self.grid.push_cell(text, column, column, kind) {
            self.grid.pointers.push(pointer.into());
        }
    }

    fn scalar(&mut self, node: &Node, column: u32, pointer: &str) {
        if let NodeKind::Scalar { text, number } = &node.kind {
            let kind = if *number {
                CellKind::Number
            } else {
                CellKind::Text
            };
            self.cell(text, column, kind, pointer);
        }
    }

    /// Emits `node` under the label `key`.
    fn walk(&mut self, key: &str, node: &Node, pointer: &str) {
        match &node.kind {
            NodeKind::Null => {}
            NodeKind::Scalar { .. } => {
                self.open_row();
                self.cell(key, 0, CellKind::Key, pointer);
                self.scalar(node, 1, pointer);
            }
            NodeKind::List(items) if items.iter().any(Node::is_map) => {
                let rows: Vec<(String, Option<String>, &Node)> = items
                    .iter()
                    .enumerate()
                    .map(|(i, item)| (format!("{pointer}/{i}"), None, item))
                    .collect();
                self.table(key, &rows, pointer);
            }
            NodeKind::List(items) => {
                self.open_row();
                self.cell(key, 0, CellKind::Key, pointer);
                for (i, item) in items.iter().enumerate() {
                    let column = crate::model::grid::index(i + 1);
                    self.scalar(item, column, &format!("{pointer}/{i}"));
                }
            }
            NodeKind::Map(pairs) => {
                let keyed_rows =
                    !pairs.is_empty() && !key.is_empty() && pairs.iter().all(|(_, v)| v.is_map());
                if keyed_rows {
                    let rows: Vec<(String, Option<String>, &Node)> = pairs
                        .iter()
                        .map(|(k, v)| (format!("{pointer}/{}", escape(k)), Some(k.clone()), v))
                        .collect();
                    self.table(key, &rows, pointer);
                    return;
                }
                // Tables after labels, as on paper.
                for tables in [false, true] {
                    for (k, v) in pairs {
                        let is_table = v.is_map() || v.list().iter().any(Node::is_map);
                        if is_table == tables {
                            let label = if key.is_empty() {
                                k.clone()
                            } else {
                                format!("{key}.{k}")
                            };
                            self.walk(&label, v, &format!("{pointer}/{}", escape(k)));
                        }
                    }
                }
            }
        }
    }

    /// An array of objects: a row of keys, then a row per object. Nested lists of scalars become
    /// several cells joined under their key by `; `.
    fn table(&mut self, key: &str, rows: &[(String, Option<String>, &Node)], pointer: &str) {
        let mut columns: Vec<&str> = Vec::new();
        let mut places = BTreeMap::new();
        for (_, _, row) in rows {
            for (k, _) in row.pairs() {
                places.entry(k.as_str()).or_insert_with(|| {
                    columns.push(k);
                    columns.len() - 1
                });
            }
        }
        self.open_row();
        let keyed = rows.iter().any(|(_, k, _)| k.is_some());
        if keyed {
            self.cell(key, 0, CellKind::Key, pointer);
        }
        let offset = u32::from(keyed);
        for (i, column) in columns.iter().enumerate() {
            let at = crate::model::grid::index(i) + offset;
            self.cell(column, at, CellKind::Key, pointer);
        }
        let mut nested = Vec::new();
        for (row_pointer, row_key, row) in rows {
            self.open_row();
            if let Some(row_key) = row_key {
                self.cell(row_key, 0, CellKind::Text, row_pointer);
            }
            if row.pairs().is_empty() {
                self.scalar(row, offset, row_pointer);
            }
            let pairs = row.pairs().iter();
            let mut values: Vec<(usize, &str, &Node)> = pairs
                .filter_map(|(k, v)| Some((*places.get(k.as_str())?, k.as_str(), v)))
                .collect();
            values.sort_by_key(|(i, _, _)| *i);
            for (i, column, value) in values {
                let at = crate::model::grid::index(i) + offset;
                let value_pointer = format!("{row_pointer}/{}", escape(column));
                match &value.kind {
                    NodeKind::Scalar { .. } => self.scalar(value, at, &value_pointer),
                    NodeKind::List(items) if !items.iter().any(Node::is_map) => {
                        let joined: Vec<&str> = items.iter().filter_map(Node::text).collect();
                        self.cell(&joined.join("; "), at, CellKind::Text, &value_pointer);
                    }
                    NodeKind::Null => {}
                    _ => nested.push((format!("{key}.{column}"), value, value_pointer)),
                }
            }
        }
        for (key, node, pointer) in nested {
            self.walk(&key, node, &pointer);
        }
    }
}

/// A key as a segment of an RFC 6901 pointer.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
