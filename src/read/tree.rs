//! Trees of keys and values (JSON, YAML, XML) as a grid: scalars become label and value, arrays of
//! objects become tables, and every cell keeps its pointer.

use super::document;
use crate::model::{CONFIRMED, CellKind, Document, Grid, Layout, SCAN, Transcript};
use crate::normalize::text::squeeze;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

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
    /// A key stands twice, with two values: neither is known to count.
    Contradicted,
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

    /// Whether some value of a mapping is a list or a mapping itself.
    fn has_parts(&self) -> bool {
        self.pairs()
            .iter()
            .any(|(_, v)| matches!(v.kind, NodeKind::List(_) | NodeKind::Map(_)))
    }

    fn is_map(&self) -> bool {
        matches!(self.kind, NodeKind::Map(_))
    }
}

/// How the place of a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointers {
    /// RFC 6901, 0-based: `/lines/2/model`.
    Json,
    /// As XPath has it, 1-based: `/a/b[3]`, `/a/b/@unit`. Keys are names of elements, `@` and the
    /// name of an attribute, both together for an attribute beside a value, or [`TEXT`].
    Xml,
}

/// The key of an element's own text where it has more than text.
pub const TEXT: &str = "#text";

impl Pointers {
    fn child(self, pointer: &str, key: &str) -> String {
        match self {
            Pointers::Json => format!("{pointer}/{}", escape(key)),
            Pointers::Xml if key == TEXT => pointer.to_string(),
            Pointers::Xml => match key.split_once('@') {
                Some(("", attribute)) => format!("{pointer}/@{attribute}"),
                Some((element, attribute)) => format!("{pointer}/{element}/@{attribute}"),
                None => format!("{pointer}/{key}"),
            },
        }
    }

    fn item(self, pointer: &str, index: usize) -> String {
        match self {
            Pointers::Json => format!("{pointer}/{index}"),
            Pointers::Xml => format!("{pointer}[{}]", index + 1),
        }
    }

    /// What a key is called under another one.
    fn label<'k>(self, parent: &'k str, key: &'k str) -> Cow<'k, str> {
        let key = match self {
            Pointers::Json => key,
            Pointers::Xml if key == TEXT => return Cow::Borrowed(parent),
            Pointers::Xml => key.strip_prefix('@').unwrap_or(key),
        };
        if parent.is_empty() {
            Cow::Borrowed(key)
        } else {
            Cow::Owned(format!("{parent}.{key}"))
        }
    }
}

/// What greenlane wrote itself, by its schema. An export is a document as good as those it is of.
pub fn own_output(root: &Node) -> Option<&str> {
    let schema = root.get("schema")?.text()?;
    let own = schema.starts_with("greenlane.") && !schema.starts_with("greenlane.export/");
    own.then_some(schema)
}

/// The documents of a tree: one, or several where its keys name papers.
pub fn documents(
    path: &str,
    format: &'static str,
    root: Node,
    names: &BTreeSet<String>,
) -> Vec<Document> {
    let mut inner = BTreeMap::new();
    let mut root = without_remarks(root);
    unwrap_values(&mut root, "", &mut inner);
    papers(root, "", names, Pointers::Json)
        .into_iter()
        .map(|(part, pointer, mut node)| {
            let transcript = of_itself(&mut node, format);
            let mut grid = grid(&node, &pointer, Pointers::Json);
            for pointer in grid.pointers.iter_mut().filter(|_| !inner.is_empty()) {
                if let Some(key) = inner.get(&**pointer) {
                    *pointer = format!("{pointer}/{key}").into();
                }
            }
            Document {
                transcript: transcript.map(Box::new),
                ..document(path, part.as_deref(), format, grid)
            }
        })
        .collect()
}

/// What a transcript says of itself, taken out of it.
fn of_itself(node: &mut Node, format: &str) -> Option<Transcript> {
    let NodeKind::Map(pairs) = &mut node.kind else {
        return None;
    };
    let made = pairs.iter().any(|(key, _)| key == SCAN);
    if !made && format != "yaml" {
        return None;
    }
    let mut transcript = Transcript::default();
    pairs.retain(|(key, value)| match key.as_str() {
        SCAN => {
            let digest = value.get("sha256").and_then(Node::text);
            transcript.scan = Some(digest.unwrap_or_default().trim().to_lowercase());
            false
        }
        CONFIRMED => {
            let said = value.text().map(|text| text.trim().to_string());
            transcript.confirmed = said.filter(|text| !text.is_empty());
            false
        }
        _ => true,
    });
    (transcript != Transcript::default()).then_some(transcript)
}

/// Keys under which a program keeps a value among what it knows of it, the text as written first.
const VALUE_KEYS: [&str; 4] = ["text", "raw", "content", "value"];
/// Keys of what a program knows of a value besides: where it stands, how sure it is.
const OF_A_VALUE: [&str; 40] = [
    "x",
    "y",
    "w",
    "h",
    "x0",
    "x1",
    "x2",
    "x3",
    "y0",
    "y1",
    "y2",
    "y3",
    "left",
    "top",
    "right",
    "bottom",
    "width",
    "height",
    "page",
    "pageidx",
    "pageno",
    "pagenumber",
    "pageindex",
    "coordinates",
    "coords",
    "bbox",
    "box",
    "boundingbox",
    "boundingregions",
    "polygon",
    "points",
    "position",
    "location",
    "rect",
    "offset",
    "length",
    "span",
    "spans",
    "confidence",
    "score",
];

/// Values that a program wrapped into objects (`{"text": "720", "bbox": […]}`, `{"value": 5, "unit":
/// "kg"}`) become the values; `inner` takes the key under which each stands.
fn unwrap_values(node: &mut Node, pointer: &str, inner: &mut BTreeMap<String, &'static str>) {
    if let Some((key, kind)) = wrapped(node) {
        inner.insert(pointer.to_string(), key);
        node.kind = kind;
        return;
    }
    match &mut node.kind {
        NodeKind::List(items) => {
            for (i, item) in items.iter_mut().enumerate() {
                unwrap_values(item, &format!("{pointer}/{i}"), inner);
            }
        }
        NodeKind::Map(pairs) => {
            for (key, value) in pairs {
                unwrap_values(value, &below(pointer, key), inner);
            }
        }
        NodeKind::Scalar { .. } | NodeKind::Null | NodeKind::Contradicted => {}
    }
}

/// The value of an object that holds one, and the key it stands under.
fn wrapped(node: &Node) -> Option<(&'static str, NodeKind)> {
    let pairs = node.pairs();
    let key = VALUE_KEYS.into_iter().find(|key| node.get(key).is_some())?;
    let value = node.get(key)?;
    let of_it = |key: &str| {
        let key = squeeze(key);
        VALUE_KEYS.contains(&key.as_str()) || OF_A_VALUE.contains(&key.as_str()) || key == "unit"
    };
    if pairs.len() < 2 || !pairs.iter().all(|(key, _)| of_it(key)) {
        return None;
    }
    match (&value.kind, node.get("unit").and_then(Node::text)) {
        (NodeKind::Scalar { text, .. }, Some(unit)) if !text.trim().is_empty() => {
            let (text, number) = (format!("{text} {unit}"), false);
            Some((key, NodeKind::Scalar { text, number }))
        }
        (NodeKind::Scalar { .. } | NodeKind::Null | NodeKind::Contradicted, _) => {
            Some((key, value.kind.clone()))
        }
        (NodeKind::List(_) | NodeKind::Map(_), _) => None,
    }
}

/// The pointer of a key under a pointer.
pub fn below(pointer: &str, key: &str) -> String {
    Pointers::Json.child(pointer, key)
}

/// A tree without what keys that begin with `_` hold: remarks, such as where an export took its
/// values from.
fn without_remarks(node: Node) -> Node {
    let kind = match node.kind {
        NodeKind::Map(pairs) => NodeKind::Map(
            pairs
                .into_iter()
                .filter(|(key, _)| !key.starts_with('_') || key == SCAN)
                .map(|(key, value)| (key, without_remarks(value)))
                .collect(),
        ),
        NodeKind::List(items) => NodeKind::List(items.into_iter().map(without_remarks).collect()),
        kind => kind,
    };
    Node { kind, ..node }
}

/// The papers of a tree: name, pointer and content of each. A tree holds several when it is a list
/// whose items state their kind, or when two of its keys are names of papers (`declaration`,
/// `packing_list`, `reports`); what stands beside them is a paper of its own.
pub fn papers(
    root: Node,
    pointer: &str,
    names: &BTreeSet<String>,
    pointers: Pointers,
) -> Vec<(Option<String>, String, Node)> {
    let whole = |root| vec![(None, pointer.to_string(), root)];
    match root.kind {
        NodeKind::List(items) if items.iter().any(|item| item.get("kind").is_some()) => items
            .into_iter()
            .enumerate()
            .map(|(i, item)| {
                let part = format!("item {}", i + 1);
                (Some(part), pointers.item(pointer, i), item)
            })
            .collect(),
        NodeKind::Map(pairs) => {
            let named = pairs.iter().filter(|(k, v)| is_paper(k, v, names)).count();
            if named < 2 {
                return whole(Node::new(NodeKind::Map(pairs)));
            }
            let mut papers = Vec::new();
            let mut beside = Vec::new();
            for (key, value) in pairs {
                if !is_paper(&key, &value, names) {
                    beside.push((key, value));
                    continue;
                }
                let own = pointers.child(pointer, &key);
                match value.kind {
                    NodeKind::List(items) if items.iter().any(Node::has_parts) => {
                        for (i, item) in items.into_iter().enumerate() {
                            let part = format!("{key} {}", i + 1);
                            papers.push((Some(part), pointers.item(&own, i), item));
                        }
                    }
                    kind => papers.push((Some(key), own, Node::new(kind))),
                }
            }
            if !beside.is_empty() {
                let rest = Node::new(NodeKind::Map(beside));
                papers.push((None, pointer.to_string(), rest));
            }
            papers
        }
        kind => whole(Node::new(kind)),
    }
}

/// Whether a key names a paper, alone or in the plural, and holds one.
fn is_paper(key: &str, value: &Node, names: &BTreeSet<String>) -> bool {
    let key = squeeze(key);
    let singular = key.strip_suffix('s').unwrap_or(&key);
    let holds = value.is_map() || value.list().iter().any(Node::is_map);
    holds && (names.contains(&key) || names.contains(singular))
}

/// The grid of a tree whose root stands at `pointer`.
pub fn grid(root: &Node, pointer: &str, pointers: Pointers) -> Grid {
    let mut grid = Grid::new(Layout::Tree);
    let mut maker = Maker {
        grid: &mut grid,
        row: 0,
        pointers,
    };
    maker.walk("", root, pointer);
    grid
}

struct Maker<'a> {
    grid: &'a mut Grid,
    row: u32,
    pointers: Pointers,
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
        if node.kind == NodeKind::Contradicted {
            self.cell("", column, CellKind::NoValue, pointer);
        }
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
            NodeKind::Scalar { .. } | NodeKind::Contradicted => {
                self.open_row();
                self.cell(key, 0, CellKind::Key, pointer);
                self.scalar(node, 1, pointer);
            }
            NodeKind::List(items) if items.iter().any(Node::is_map) => {
                let rows: Vec<(String, Option<String>, &Node)> = items
                    .iter()
                    .enumerate()
                    .map(|(i, item)| (self.pointers.item(pointer, i), None, item))
                    .collect();
                self.table(key, &rows, pointer);
            }
            NodeKind::List(items) => {
                self.open_row();
                self.cell(key, 0, CellKind::Key, pointer);
                for (i, item) in items.iter().enumerate() {
                    let column = crate::model::grid::index(i + 1);
                    self.scalar(item, column, &self.pointers.item(pointer, i));
                }
            }
            NodeKind::Map(pairs) => {
                // The names of elements are no values.
                let keyed_rows = self.pointers == Pointers::Json
                    && !pairs.is_empty()
                    && !key.is_empty()
                    && pairs.iter().all(|(_, v)| v.is_map());
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
                            let label = self.pointers.label(key, k);
                            self.walk(&label, v, &self.pointers.child(pointer, k));
                        }
                    }
                }
            }
        }
    }

    /// An array of objects: a row of keys, then a row per object. Nested lists of scalars become
    /// several cells joined under their key by `; `.
    fn table(&mut self, key: &str, rows: &[(String, Option<String>, &Node)], pointer: &str) {
        let mut columns: Vec<String> = Vec::new();
        let mut column_of: BTreeMap<String, u32> = BTreeMap::new();
        for (_, _, row) in rows {
            self.labels("", row, &mut |label| {
                if !column_of.contains_key(label) {
                    column_of.insert(label.to_string(), crate::model::grid::index(columns.len()));
                    columns.push(label.to_string());
                }
            });
        }
        self.open_row();
        let keyed = rows.iter().any(|(_, k, _)| k.is_some());
        if keyed {
            self.cell(key, 0, CellKind::Key, pointer);
        }
        let offset = u32::from(keyed);
        for (i, column) in columns.iter().enumerate() {
            let at = crate::model::grid::index(i) + offset;
            // The text of an element beside its attributes goes by the element's name.
            let own = key.rsplit('.').next().unwrap_or(key);
            let column = if column.is_empty() { own } else { column };
            self.cell(column, at, CellKind::Key, pointer);
        }
        let mut nested = Vec::new();
        let mut entries = Vec::new();
        for (row_pointer, row_key, row) in rows {
            self.open_row();
            if let Some(row_key) = row_key {
                self.cell(row_key, 0, CellKind::Text, row_pointer);
            }
            if row.pairs().is_empty() {
                self.scalar(row, offset, row_pointer);
            }
            self.entries("", row, row_pointer, &column_of, &mut entries);
            entries.sort_by_key(|entry| entry.column);
            for entry in entries.drain(..) {
                let at = entry.column + offset;
                match &entry.value.kind {
                    NodeKind::Scalar { .. } | NodeKind::Contradicted => {
                        self.scalar(entry.value, at, &entry.pointer);
                    }
                    NodeKind::List(items) if !items.iter().any(Node::is_map) => {
                        let joined: Vec<&str> = items.iter().filter_map(Node::text).collect();
                        self.cell(&joined.join("; "), at, CellKind::Text, &entry.pointer);
                    }
                    NodeKind::Null => {}
                    _ => nested.push(entry),
                }
            }
        }
        for entry in nested {
            let label = columns
                .get(entry.column as usize)
                .map_or("", String::as_str);
            self.walk(&format!("{key}.{label}"), entry.value, &entry.pointer);
        }
    }

    /// The labels of a row's values, in their order.
    fn labels(&self, parent: &str, row: &Node, add: &mut dyn FnMut(&str)) {
        for (key, value) in row.pairs() {
            let label = self.pointers.label(parent, key);
            if self.groups(value) {
                self.labels(&label, value, add);
            } else {
                add(&label);
            }
        }
    }

    /// In XML an element inside a row's element groups its values only: they belong to the row.
    fn groups(&self, value: &Node) -> bool {
        self.pointers == Pointers::Xml && value.is_map()
    }

    /// The values of a row with their columns and places.
    fn entries<'n>(
        &self,
        parent: &str,
        row: &'n Node,
        pointer: &str,
        columns: &BTreeMap<String, u32>,
        entries: &mut Vec<Entry<'n>>,
    ) {
        for (key, value) in row.pairs() {
            let label = self.pointers.label(parent, key);
            let pointer = self.pointers.child(pointer, key);
            if self.groups(value) {
                self.entries(&label, value, &pointer, columns, entries);
            } else if let Some(column) = columns.get(label.as_ref()) {
                entries.push(Entry {
                    column: *column,
                    pointer,
                    value,
                });
            }
        }
    }
}

/// A value of a row.
struct Entry<'n> {
    column: u32,
    pointer: String,
    value: &'n Node,
}

/// A key as a segment of an RFC 6901 pointer.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
