//! The understood records as structured data: JSON that can be read again, CSV for other programs.

use super::escape::cell;
use crate::model::{CellKind, Document, Field, FieldId, Fields, Record};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, Number, Value};
use std::collections::{BTreeMap, BTreeSet};

pub const SCHEMA: &str = "greenlane.export/1";

const MANIFEST: &str = "manifest";

/// What stands for a formula without a stored value: it is not known, and not empty.
const NOT_CALCULATED: &str = "#NOT-CALCULATED!";

/// A title stands among the first rows.
const TITLE_ROWS: usize = 10;

/// Kind → field → the name other systems give it.
pub type Names = BTreeMap<String, BTreeMap<String, String>>;

/// A paper of a shipment: its kind, fields, rows, and where everything stood. Keys that begin with
/// `_` say where it came from; they are not values.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Paper")]
pub enum Out<'a> {
    Manifest(ManifestOut<'a>),
    Records(RecordsOut<'a>),
}

/// A manifest's sections have keys of their own: it is handed on as it is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Manifest")]
pub struct ManifestOut<'a> {
    #[schemars(extend("const" = MANIFEST))]
    kind: &'a str,
    #[serde(rename = "_schema")]
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    #[serde(rename = "_source")]
    source: Source<'a>,
    #[serde(rename = "_scan", skip_serializing_if = "Option::is_none")]
    scan: Option<Scan<'a>>,
    #[serde(flatten)]
    sections: Map<String, Value>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Records")]
pub struct RecordsOut<'a> {
    kind: &'a str,
    #[serde(rename = "_schema")]
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    #[serde(rename = "_source")]
    source: Source<'a>,
    #[serde(rename = "_scan", skip_serializing_if = "Option::is_none")]
    scan: Option<Scan<'a>>,
    /// What stands above the table besides fields: the form's title.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    title: Vec<&'a str>,
    /// The fields of the paper as a whole, by their names of the Single Window.
    #[serde(flatten)]
    #[schemars(schema_with = "values")]
    header: Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "rows")]
    lines: Vec<Value>,
    /// The totals rows, each with the number of lines above it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "rows")]
    totals: Vec<Value>,
    /// The rows of a lab report.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "rows")]
    items: Vec<Value>,
    /// What a lab report says besides its fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    other_text: Vec<Value>,
    /// Where every value stood, under the value's own keys.
    #[serde(rename = "_places")]
    places: Map<String, Value>,
}

/// The scan a paper was read from by a program: nothing passes by it until somebody confirmed it.
#[derive(Serialize, JsonSchema)]
struct Scan<'a> {
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    sha256: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct Source<'a> {
    path: &'a str,
    part: Option<&'a str>,
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    sha256: &'a str,
}

/// A value is text, or the number a cell held; several under one name are a list.
fn values(_: &mut SchemaGenerator) -> Schema {
    let one = json_schema!({"type": ["string", "number"]});
    json_schema!({
        "type": "object",
        "additionalProperties": {"anyOf": [one, {"type": "array", "items": one}]}
    })
}

fn rows(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "array", "items": values(generator)})
}

/// The papers of a shipment, with a line break at their end.
pub fn json(documents: &[&Document], fields: &Fields, names: &Names) -> String {
    let papers: Vec<Out> = documents
        .iter()
        .map(|d| {
            let paper = Paper {
                document: d,
                fields,
                names: d.understood.kind.as_ref().and_then(|k| names.get(k)),
            };
            paper.out()
        })
        .collect();
    super::escape::json(&papers)
}

/// One value per row: where it stands in the export and where it stood.
///
/// # Errors
/// None in practice: it writes to memory.
pub fn csv(documents: &[&Document], fields: &Fields, names: &Names) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["document", "kind", "row", "field", "name", "value", "at"])?;
    for document in documents {
        let kind = document.understood.kind.as_deref().unwrap_or("");
        let paper = Paper {
            document,
            fields,
            names: names.get(kind),
        };
        let label = document.label();
        let mut write = |row: &str, field: &Field| {
            let own = fields.name(field.id);
            let name = paper.name(field.id);
            let (raw, at) = (document.raw(field).trim(), paper.at(field));
            writer.write_record([&label, kind, row, own, &name, raw, &at].map(cell))
        };
        for field in paper.header() {
            write("", &field)?;
        }
        for (number, record) in document.understood.records.iter().enumerate() {
            for field in document.understood.record_fields(record) {
                write(&(number + 1).to_string(), field)?;
            }
        }
        for total in &document.understood.totals {
            for field in document.understood.record_fields(total) {
                write("total", field)?;
            }
        }
    }
    let bytes = writer
        .into_inner()
        .map_err(|e| csv::Error::from(e.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

struct Paper<'a> {
    document: &'a Document,
    fields: &'a Fields,
    names: Option<&'a BTreeMap<String, String>>,
}

impl<'a> Paper<'a> {
    fn name(&self, id: FieldId) -> String {
        let own = self.fields.name(id);
        let given = self.names.and_then(|n| n.get(own));
        given.map_or_else(|| own.to_string(), Clone::clone)
    }

    fn at(&self, field: &Field) -> String {
        self.document.spot(field).at(self.document.part.as_deref())
    }

    /// The header fields, what a running head repeats left out. A sentence in which the label
    /// stands once more goes on behind its comma.
    fn header(&self) -> Vec<Field> {
        let all = &self.document.understood.header.fields;
        let mut seen: BTreeSet<(FieldId, &str)> = BTreeSet::new();
        let mut whole: Vec<Field> = Vec::new();
        for field in all {
            let goes_on = |last: &&mut Field| {
                let raw = self.document.raw(last).trim();
                last.id == field.id
                    && last.cell == field.cell
                    && last.start < field.start
                    && raw.ends_with([',', '，'])
            };
            if let Some(last) = whole.last_mut().filter(goes_on) {
                last.len = field.start + field.len - last.start;
            } else if seen.insert((field.id, self.document.raw(field).trim())) {
                whole.push(*field);
            }
        }
        whole
    }

    fn out(&self) -> Out<'a> {
        let understood = &self.document.understood;
        let kind = understood.kind.as_deref().unwrap_or("");
        let source = Source {
            path: &self.document.path,
            part: self.document.part.as_deref(),
            sha256: &self.document.sha256,
        };
        let scan = self.document.grid.is_pictured().then_some(Scan {
            sha256: &self.document.sha256,
        });
        if kind == MANIFEST {
            return Out::Manifest(ManifestOut {
                kind,
                schema: SCHEMA,
                source,
                scan,
                sections: self.tree(),
            });
        }
        let (mut header, mut places) = (Map::new(), Map::new());
        for field in self.header() {
            self.put(&mut header, &mut places, &field);
        }
        let rows = understood.records.iter().map(|r| self.row(r));
        let (rows, at): (Vec<Value>, Vec<Value>) = rows.unzip();
        let is_report = kind == "lab-report";
        let key = if is_report { "items" } else { "lines" };
        if !rows.is_empty() {
            header.shift_remove(key);
            places.insert(key.into(), at.into());
        }
        let totals = understood.totals.iter().map(|t| self.total(t));
        let (totals, at): (Vec<Value>, Vec<Value>) = totals.unzip();
        if !totals.is_empty() {
            places.insert("totals".into(), at.into());
        }
        let (items, lines) = if is_report {
            (rows, Vec::new())
        } else {
            (Vec::new(), rows)
        };
        Out::Records(RecordsOut {
            kind,
            schema: SCHEMA,
            source,
            scan,
            title: self.title(is_report),
            header,
            lines,
            totals,
            items,
            other_text: besides(self.document)
                .map(|cell| self.document.grid.cell_text(cell).trim().into())
                .collect(),
            places,
        })
    }

    fn row(&self, record: &Record) -> (Value, Value) {
        let (mut row, mut places) = (Map::new(), Map::new());
        for field in self.document.understood.record_fields(record) {
            self.put(&mut row, &mut places, field);
        }
        (row.into(), places.into())
    }

    /// A totals row: it says that it is one, and how many lines stand above it.
    fn total(&self, total: &Record) -> (Value, Value) {
        let above = |r: &&Record| r.row < total.row;
        let lines = self.document.understood.records.iter();
        let mut row = Map::from_iter([
            ("row".to_string(), "total".into()),
            ("after_line".to_string(), lines.filter(above).count().into()),
        ]);
        let (own, places) = self.row(total);
        row.extend(own.as_object().cloned().unwrap_or_default());
        (row.into(), places)
    }

    /// The texts above the table that no field claims. A report's are among its other texts.
    fn title(&self, is_report: bool) -> Vec<&'a str> {
        let (document, understood) = (self.document, &self.document.understood);
        let fields = understood.header.fields.iter();
        let claimed: BTreeSet<u32> = fields.map(|f| f.cell).collect();
        let rows = 0..understood.header_row.filter(|_| !is_report).unwrap_or(0);
        let cells = rows
            .take(TITLE_ROWS)
            .flat_map(|r| document.grid.row_cells(r));
        cells
            .filter(|c| !claimed.contains(&crate::model::grid::index(*c)))
            .filter(|c| {
                document
                    .grid
                    .cells
                    .get(*c)
                    .is_some_and(|c| c.kind == CellKind::Text)
            })
            .map(|c| document.grid.cell_text(c).trim())
            .filter(|text| !text.is_empty())
            .collect()
    }

    /// A value under its name; one that stands several times becomes a list.
    fn put(&self, map: &mut Map<String, Value>, places: &mut Map<String, Value>, field: &Field) {
        let name = self.name(field.id);
        add(map, &name, self.value(field));
        add(places, &name, self.at(field).into());
    }

    /// A number stays one where the cell held it as such: a leading zero may have been lost.
    fn value(&self, field: &Field) -> Value {
        let raw = self.document.raw(field).trim();
        let cell = self.document.grid.cells.get(field.cell as usize);
        if cell.is_some_and(|c| c.kind == CellKind::NoValue) {
            return NOT_CALCULATED.into();
        }
        let number = cell
            .filter(|c| c.kind == CellKind::Number && c.len == field.len)
            .and_then(|_| serde_json::from_str::<Number>(raw).ok())
            .filter(|n| n.to_string() == raw);
        number.map_or_else(|| raw.into(), Value::Number)
    }

    /// The values of a tree under their keys again.
    fn tree(&self) -> Map<String, Value> {
        let grid = &self.document.grid;
        let mut root = Map::new();
        'cells: for (cell, pointer) in grid.cells.iter().zip(&grid.pointers) {
            let text = grid.slice(cell.start, cell.len);
            let keys: Vec<String> = pointer
                .split('/')
                .skip(1)
                .map(|key| key.replace("~1", "/").replace("~0", "~"))
                .collect();
            if let (Some((last, before)), true) = (keys.split_last(), cell.kind != CellKind::Key) {
                let mut at = &mut root;
                for key in before {
                    let below = at.entry(key.clone()).or_insert(Value::Null);
                    if !below.is_object() {
                        // The key of a row stands as its first value too.
                        *below = Map::new().into();
                    }
                    let Some(map) = below.as_object_mut() else {
                        continue 'cells;
                    };
                    at = map;
                }
                at.entry(last.clone()).or_insert_with(|| text.into());
            }
        }
        root.shift_remove("kind");
        root.into_iter().map(|(k, v)| (k, with_lists(v))).collect()
    }
}

/// The cells of a report that say something besides its fields: wording is looked for there too.
pub fn besides(document: &Document) -> impl Iterator<Item = usize> {
    let (grid, understood) = (&document.grid, &document.understood);
    let header = understood.header.fields.iter();
    let claimed = header.chain(&understood.fields).map(|f| f.cell);
    let claimed: BTreeSet<u32> = claimed.collect();
    let headings: BTreeSet<usize> = understood.columns.iter().map(|c| c.1).collect();
    let is_report = document.is("lab-report");
    let cells = grid.cells.iter().enumerate().filter(move |(i, c)| {
        let taken = claimed.contains(&crate::model::grid::index(*i));
        is_report && !taken && !headings.contains(i) && c.kind != CellKind::Key
    });
    cells
        .map(|(i, _)| i)
        .filter(|i| !grid.cell_text(*i).trim().is_empty())
}

/// Maps whose keys count from 0 are the lists they were.
fn with_lists(value: Value) -> Value {
    let Value::Object(map) = value else {
        return value;
    };
    let counts = map.keys().enumerate().all(|(i, k)| *k == i.to_string());
    let below = map.into_iter().map(|(k, v)| (k, with_lists(v)));
    if counts {
        Value::Array(below.map(|(_, v)| v).collect())
    } else {
        Value::Object(below.collect())
    }
}

fn add(map: &mut Map<String, Value>, name: &str, value: Value) {
    match map.get_mut(name) {
        None => {
            map.insert(name.to_string(), value);
        }
        Some(Value::Array(list)) => list.push(value),
        Some(one) => *one = Value::Array(vec![one.take(), value]),
    }
}
