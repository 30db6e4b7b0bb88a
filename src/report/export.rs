//! The understood records as structured data: JSON that can be read again, CSV for other programs.

use super::escape::cell;
use crate::model::{CellKind, Document, Field, FieldId, Fields, Record};
use serde_json::{Map, Number, Value};
use std::collections::{BTreeMap, BTreeSet};

pub const SCHEMA: &str = "greenlane.export/1";

/// Kind → field → the name other systems give it.
pub type Names = BTreeMap<String, BTreeMap<String, String>>;

/// The papers of a shipment, each with its kind, fields, rows, and where everything stood. Keys
/// that begin with `_` say where it came from; they are not values.
pub fn json(documents: &[&Document], fields: &Fields, names: &Names) -> String {
    let papers: Vec<Value> = documents
        .iter()
        .map(|d| {
            let paper = Paper {
                document: d,
                fields,
                names: d.understood.kind.as_ref().and_then(|k| names.get(k)),
            };
            paper.json()
        })
        .collect();
    format!("{:#}\n", Value::Array(papers))
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
            write("", field)?;
        }
        for (number, record) in document.understood.records.iter().enumerate() {
            for field in document.understood.record_fields(record) {
                write(&(number + 1).to_string(), field)?;
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

impl Paper<'_> {
    fn name(&self, id: FieldId) -> String {
        let own = self.fields.name(id);
        let given = self.names.and_then(|n| n.get(own));
        given.map_or_else(|| own.to_string(), Clone::clone)
    }

    fn at(&self, field: &Field) -> String {
        self.document.spot(field).at(self.document.part.as_deref())
    }

    /// The header fields, what a running head repeats left out.
    fn header(&self) -> Vec<&Field> {
        let all = &self.document.understood.header.fields;
        let mut seen: BTreeSet<(FieldId, &str)> = BTreeSet::new();
        all.iter()
            .filter(|f| seen.insert((f.id, self.document.raw(f).trim())))
            .collect()
    }

    fn json(&self) -> Value {
        let understood = &self.document.understood;
        let kind = understood.kind.as_deref().unwrap_or("");
        let (mut paper, mut places) = (Map::new(), Map::new());
        paper.insert("kind".into(), kind.into());
        paper.insert("_schema".into(), SCHEMA.into());
        let mut source = Map::new();
        source.insert("path".into(), self.document.path.as_str().into());
        source.insert("part".into(), self.document.part.clone().into());
        source.insert("sha256".into(), self.document.sha256.as_str().into());
        paper.insert("_source".into(), source.into());
        for field in self.header() {
            self.put(&mut paper, &mut places, field);
        }
        let key = if kind == "lab-report" {
            "items"
        } else {
            "lines"
        };
        let rows: Vec<(Value, Value)> = understood.records.iter().map(|r| self.row(r)).collect();
        if !rows.is_empty() {
            let (rows, at): (Vec<Value>, Vec<Value>) = rows.into_iter().unzip();
            paper.insert(key.into(), rows.into());
            places.insert(key.into(), at.into());
        }
        let other = self.other_text(kind);
        if !other.is_empty() {
            paper.insert("other_text".into(), other.into());
        }
        paper.insert("_places".into(), places.into());
        paper.into()
    }

    fn row(&self, record: &Record) -> (Value, Value) {
        let (mut row, mut places) = (Map::new(), Map::new());
        for field in self.document.understood.record_fields(record) {
            self.put(&mut row, &mut places, field);
        }
        (row.into(), places.into())
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
        let number = cell
            .filter(|c| c.kind == CellKind::Number && c.len == field.len)
            .and_then(|_| serde_json::from_str::<Number>(raw).ok())
            .filter(|n| n.to_string() == raw);
        number.map_or_else(|| raw.into(), Value::Number)
    }

    /// What a report says besides its fields: wording is looked for there too.
    fn other_text(&self, kind: &str) -> Vec<Value> {
        let grid = &self.document.grid;
        if kind != "lab-report" {
            return Vec::new();
        }
        let understood = &self.document.understood;
        let claimed: BTreeSet<u32> = understood
            .header
            .fields
            .iter()
            .chain(&understood.fields)
            .map(|f| f.cell)
            .collect();
        let headings: BTreeSet<usize> = understood.columns.iter().map(|c| c.1).collect();
        grid.cells
            .iter()
            .enumerate()
            .filter(|(i, c)| {
                let taken = claimed.contains(&crate::model::grid::index(*i));
                !taken && !headings.contains(i) && c.kind != CellKind::Key
            })
            .map(|(_, c)| grid.slice(c.start, c.len).trim())
            .filter(|text| !text.is_empty())
            .map(Value::from)
            .collect()
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
