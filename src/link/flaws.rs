//! Fields nobody filled: placeholders of a template, error values, formulas without a value.

use super::{Group, Value};
use crate::model::{CellKind, Document, Field, Marks};
use crate::normalize::placeholder;
use aho_corasick::AhoCorasick;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlawKind {
    Placeholder,
    /// An error value, a formula that was never calculated, or a value somebody took back.
    NoValue,
}

/// A field that says nothing though its cell is used.
#[derive(Clone, Copy, Debug)]
pub struct Flaw {
    pub kind: FlawKind,
    pub value: Value,
    /// The record it stands in; none: the document's header.
    pub record: Option<u32>,
}

/// All of them, by document and record. Each cell once.
pub fn find(group: &Group<'_>) -> Vec<Flaw> {
    let words = &group.vocabulary.words.placeholders;
    let finder = group.vocabulary.placeholders();
    let mut flaws = Vec::new();
    for (number, document) in group.documents.iter().enumerate() {
        if document.understood.kind.is_some() {
            in_document(
                crate::model::grid::index(number),
                document,
                finder,
                words,
                &mut flaws,
            );
        }
    }
    flaws
}

fn in_document(
    number: u32,
    document: &Document,
    finder: Option<&AhoCorasick>,
    words: &[String],
    flaws: &mut Vec<Flaw>,
) {
    let grid = &document.grid;
    let lost = |kind: CellKind| matches!(kind, CellKind::Error | CellKind::NoValue);
    let back = |marks: Marks| marks.takes_back() || marks.has(Marks::DIGITS_LOST);
    let any_lost = grid.cells.iter().any(|c| lost(c.kind) || back(c.marks));
    // The text is searched once as a whole; most documents hold nothing of the kind.
    let starts: Vec<u32> = finder
        .iter()
        .flat_map(|f| f.find_iter(&grid.text))
        .map(|m| crate::model::grid::index(m.start()))
        .collect();
    if !any_lost && starts.is_empty() {
        return;
    }
    let judge = |field: &Field| -> Option<FlawKind> {
        let cell = grid.cells.get(field.cell as usize)?;
        if lost(cell.kind) || back(cell.marks) {
            return Some(FlawKind::NoValue);
        }
        let from = starts.partition_point(|s| *s < field.start);
        let within = starts
            .get(from)
            .is_some_and(|s| *s < field.start + field.len);
        // What a spreadsheet saved as text leaves of an error.
        let error = |raw: &str| raw.starts_with('#') && words.contains(&raw.to_lowercase());
        if within && error(document.raw(field).trim()) {
            return Some(FlawKind::NoValue);
        }
        (within && placeholder::is(document.raw(field), words)).then_some(FlawKind::Placeholder)
    };
    let understood = &document.understood;
    let mut seen: Vec<u32> = Vec::new();
    let mut push = |field: &Field, record: Option<u32>| {
        let Some(kind) = judge(field) else { return };
        // A cell merged over rows belongs to several records.
        if seen.last() == Some(&field.cell) || record.is_none() && seen.contains(&field.cell) {
            return;
        }
        seen.push(field.cell);
        let value = Value {
            document: number,
            field: *field,
        };
        flaws.push(Flaw {
            kind,
            value,
            record,
        });
    };
    for field in &understood.header.fields {
        push(field, None);
    }
    for (record, row) in understood.records.iter().enumerate() {
        for field in understood.record_fields(row) {
            push(field, Some(crate::model::grid::index(record)));
        }
    }
}

impl Group<'_> {
    /// Those of one record, or of a document's header.
    pub fn flaws_of(&self, document: u32, record: Option<u32>) -> &[Flaw] {
        let flaws = self.flaws();
        let place = |f: &Flaw| (f.value.document, f.record);
        let from = flaws.partition_point(|f| place(f) < (document, record));
        let to = flaws.partition_point(|f| place(f) <= (document, record));
        flaws.get(from..to).unwrap_or(&[])
    }
}
