//! Values a program read from a picture, and which of them a judgement rests on: while one is made,
//! each that is looked at is noted.

use super::{Group, Value};
use crate::model::{Document, Letter, Marks, Recognised};
use std::cell::RefCell;
use std::collections::BTreeSet;

thread_local! {
    static NOTED: RefCell<Option<Vec<Value>>> = const { RefCell::new(None) };
}

/// What some work comes to, and the values read from pictures it looked at: each cell once, in the
/// order of papers and cells.
pub fn noting<T>(work: impl FnOnce() -> T) -> (T, Vec<Value>) {
    let outer = Restore(NOTED.replace(Some(Vec::new())));
    let made = work();
    let mut noted = NOTED.take().unwrap_or_default();
    drop(outer);
    noted.sort_by_key(|v| (v.document, v.field.cell, v.field.start, v.field.id));
    noted.dedup_by_key(|v| (v.document, v.field.cell));
    (made, noted)
}

/// Does what is kept for all judgements, whichever is the first to ask: nothing of it is noted.
pub fn unnoted<T>(work: impl FnOnce() -> T) -> T {
    let _outer = Restore(NOTED.take());
    work()
}

/// Puts back what was noted before, also when the work breaks.
struct Restore(Option<Vec<Value>>);

impl Drop for Restore {
    fn drop(&mut self) {
        NOTED.replace(self.0.take());
    }
}

/// The documents some cell of which a program read from a picture, in order.
pub(super) fn find(documents: &[Document]) -> Vec<u32> {
    let numbered = (0u32..).zip(documents);
    numbered
        .filter(|(_, d)| d.grid.is_pictured())
        .map(|(number, _)| number)
        .collect()
}

impl Group<'_> {
    /// Notes a value that is looked at, or what was made of it before, if it was read from a picture.
    pub fn note(&self, value: &Value) {
        if self.pictured.is_empty() || !self.is_pictured(value) {
            return;
        }
        NOTED.with_borrow_mut(|noted| {
            if let Some(noted) = noted {
                noted.push(*value);
            }
        });
    }

    /// Whether a value was read from a picture by a program.
    pub fn is_pictured(&self, value: &Value) -> bool {
        self.has_pictured(value.document)
            && self.document(value.document).is_some_and(|d| {
                let marks = d.grid.marks_of(value.field.cell as usize);
                marks.has(Marks::RECOGNISED)
            })
    }

    /// Whether some of a document was read from a picture by a program.
    pub fn has_pictured(&self, document: u32) -> bool {
        self.pictured.binary_search(&document).is_ok()
    }

    /// Whether all that a document says is known: it was read to its end, and not from a picture.
    pub fn is_whole(&self, document: u32) -> bool {
        let read = self.document(document).is_none_or(|d| d.whole);
        read && !self.has_pictured(document)
    }

    /// The first document read from a picture that is of one of these kinds, or of none that is known.
    pub fn pictured_of(&self, kinds: &[&str]) -> Option<u32> {
        let mut pictured = self.pictured.iter().copied();
        pictured.find(|number| {
            let kind = self.document(*number).map(|d| d.understood.kind.as_deref());
            kind.is_some_and(|kind| kind.is_none_or(|kind| kinds.contains(&kind)))
        })
    }

    /// The cells of a document that hold values of fields.
    pub fn field_cells(&self, document: u32) -> BTreeSet<u32> {
        let understood = self.document(document).map(|d| &d.understood);
        let fields = understood
            .iter()
            .flat_map(|u| u.header.fields.iter().chain(&u.fields));
        fields.map(|field| field.cell).collect()
    }

    /// How a value was read, where that is known, with the characters of the value alone.
    pub fn letters(&self, value: &Value) -> Option<(&Recognised, &[Letter])> {
        self.document(value.document)?.letters(&value.field)
    }
}
