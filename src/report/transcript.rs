//! What was understood, as YAML a person can correct: a transcript, an empty form, suggestions.

use super::escape::{self, line};
use crate::model::{Document, FieldId, Fields, Kind, ReadFile};
use serde_yaml::{Mapping, Value};

/// The key under which a kind's rows stand in a transcript.
fn rows_key(kind: &str) -> &'static str {
    match kind {
        "lab-report" => "items",
        _ => "lines",
    }
}

/// A document as a transcript: its kind, header fields, rows. Reading it again gives the same.
pub fn render(document: &Document, fields: &Fields, kinds: &[Kind]) -> String {
    let u = &document.understood;
    let Some(kind) = &u.kind else {
        // A scan: a form to be filled in.
        let empty = kinds.iter().find(|k| k.name == "lab-report");
        let form = empty.map_or(String::new(), |k| form(k, fields));
        return format!(
            "# Nothing of {} was understood; type in what it says.\n{form}",
            line(&document.path)
        );
    };
    let mut held = Vec::new();
    let mut map = Mapping::new();
    map.insert("kind".into(), kind.as_str().into());
    for (n, field) in u.header.fields.iter().enumerate() {
        let raw = document.raw(field);
        // A running head repeats its values on every page.
        let again = |f: &&crate::model::Field| f.id == field.id && document.raw(f) == raw;
        if u.header.fields.iter().take(n).any(|f| again(&f)) {
            continue;
        }
        let name = fields.name(field.id);
        add(&mut map, name, document.raw(field), &mut held);
    }
    let rows: Vec<Value> = u
        .records
        .iter()
        .map(|record| {
            let mut row = Mapping::new();
            for field in u.record_fields(record) {
                let name = fields.name(field.id);
                add(&mut row, name, document.raw(field), &mut held);
            }
            Value::Mapping(row)
        })
        .collect();
    if !rows.is_empty() {
        map.insert(rows_key(kind).into(), Value::Sequence(rows));
    }
    let head = format!(
        "# Transcript of {}. Correct what is wrong; field names are the kind's.\n",
        line(&document.label())
    );
    head + &put_back(&serde_yaml::to_string(&map).unwrap_or_default(), &held)
}

/// Stands around the number of a text that is put in afterwards, in quotes.
const HELD: &str = "§§";

/// A text to be written as it is; else what stands for it, and it is held back.
fn hold(text: &str, held: &mut Vec<String>) -> String {
    if escape::is_harmless(text) && !text.contains(HELD) {
        return text.to_string();
    }
    held.push(serde_json::to_string(text).map_or_else(|_| String::new(), escape::quoted));
    format!("{HELD}{}{HELD}", held.len() - 1)
}

fn put_back(yaml: &str, held: &[String]) -> String {
    let parts = yaml.split(HELD).enumerate();
    let text = |(n, part): (usize, &'_ str)| -> String {
        let number = part.parse::<usize>().ok().filter(|_| n % 2 == 1);
        let text = number.and_then(|number| held.get(number).cloned());
        text.unwrap_or_else(|| part.to_string())
    };
    parts.map(text).collect()
}

/// A value under its field; a field that stands several times becomes a list.
fn add(map: &mut Mapping, name: &str, raw: &str, held: &mut Vec<String>) {
    let value = Value::from(hold(raw.trim(), held));
    match map.get_mut(name) {
        None => {
            map.insert(name.into(), value);
        }
        Some(Value::Sequence(list)) => list.push(value),
        Some(one) => *one = Value::Sequence(vec![one.clone(), value]),
    }
}

/// An empty transcript of a kind.
pub fn form(kind: &Kind, fields: &Fields) -> String {
    let mut text = format!("kind: {}\n", kind.name);
    let line = |f: &crate::model::KindField| format!("{}:   # {}\n", fields.name(f.id), f.heading);
    for field in kind.fields.iter().filter(|f| f.in_header) {
        text.push_str(&line(field));
    }
    let mut first = true;
    for field in kind.fields.iter().filter(|f| f.in_rows && !f.in_header) {
        if first {
            text.push_str(rows_key(&kind.name));
            text.push_str(":\n");
        }
        text.push_str(if first { "  - " } else { "    " });
        text.push_str(&line(field));
        first = false;
    }
    text
}

/// The headings of an empty form: labels above, columns below.
pub fn headings(kind: &Kind) -> (Vec<&str>, Vec<&str>) {
    let columns: Vec<&str> = kind
        .fields
        .iter()
        .filter(|f| f.in_rows)
        .map(|f| f.heading.as_str())
        .collect();
    let labels = kind
        .fields
        .iter()
        .filter(|f| f.in_header && !f.in_rows)
        .map(|f| f.heading.as_str())
        .collect();
    (labels, columns)
}

/// Lines for `greenlane.yaml`: for every column that was not taken, the field it is most like.
pub fn suggestions(files: &[ReadFile], fields: &Fields, kinds: &[Kind]) -> String {
    let mut text = String::new();
    for document in files.iter().flat_map(|f| &f.documents) {
        let u = &document.understood;
        let Some(kind) = kinds.iter().find(|k| Some(&k.name) == u.kind.as_ref()) else {
            continue;
        };
        let taken: Vec<FieldId> = u.columns.iter().map(|c| c.0).collect();
        for cell in &u.columns_not_taken {
            let heading = document.grid.cell_text(*cell).trim().replace('\n', " ");
            let near = kind
                .fields
                .iter()
                .filter(|f| f.in_rows && !taken.contains(&f.id))
                .map(|f| (likeness(&heading, &f.heading), f))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            let field = near.map_or("FIELD", |(_, f)| fields.name(f.id));
            if text.is_empty() {
                text.push_str("headings:\n");
            }
            let mut held = Vec::new();
            let quoted = serde_yaml::to_string(&hold(&heading, &mut held)).unwrap_or_default();
            let quoted = put_back(&quoted, &held);
            text.push_str(&format!(
                "  # {} {}: check the field; its names are in rules/documents/{}.yaml\n  {}: {{{field}: [{}]}}\n",
                line(&document.path),
                line(&document.grid.spot(*cell).at(document.part.as_deref())),
                kind.name,
                kind.name,
                quoted.trim(),
            ));
        }
    }
    if text.is_empty() {
        text.push_str("# Every heading was understood.\n");
    }
    text
}

/// How alike two headings are, 0 to 1, by the better of their words.
fn likeness(heading: &str, known: &str) -> f64 {
    known
        .split(' ')
        .map(|word| strsim::jaro_winkler(&heading.to_lowercase(), &word.to_lowercase()))
        .fold(0.0, f64::max)
}
