//! Totals rows, and the rows above them that they are the sums of.

use super::measure::{self, Measure};
use crate::link::{Group, Value};
use crate::model::{CellKind, Document, Field, FieldId, FieldType, Kind, Record};
use crate::normalize::quantity;
use std::collections::{BTreeMap, BTreeSet};

/// Why a row was left out that says the headings once more.
pub const AGAIN: &str = "heading again";

/// A column's sums as they grow: since the last totals row, and in all.
#[derive(Default)]
pub struct Column {
    pub part: Sums,
    /// Since the heading stood here last: a block of its own.
    pub block: Sums,
    pub all: Sums,
    pub last: Option<Field>,
    /// Of its numbers; empty while none is stated.
    pub unit: String,
    /// A cell of the column that holds no number, or one in another unit: its sums are not known.
    pub unclear: Option<Field>,
    /// It holds no number.
    pub unread: bool,
}

/// Columns that are guessed from the spaces between printed texts: a total may stand under another
/// column. It is wrong only where no column adds up to it, in a row that is surely about these
/// columns.
pub struct Guessed<'c> {
    pub columns: &'c BTreeMap<FieldId, Column>,
    /// Another total of the row is its column's sum.
    pub stands: bool,
}

/// What a column may add up to: as it stands, once per shared carton, times the cartons.
#[derive(Clone, Default)]
pub struct Sums {
    pub plain: f64,
    pub once: f64,
    pub times: f64,
}

pub fn is_summed(kind: &Kind, id: FieldId) -> bool {
    let typed = kind.field(id).map(|f| f.field_type);
    let one_piece = [FieldId::PRICE, FieldId::PER_CARTON].contains(&id);
    typed.is_some_and(FieldType::is_number) && !one_piece
}

/// How many lines a totals row says stand above it, as exports do.
pub fn lines_above(document: &Document, total: &Record) -> Option<usize> {
    let fields = document.understood.record_fields(total).iter();
    let stated = fields.clone().find(|f| f.id == FieldId::AFTER_LINE)?;
    document.raw(stated).parse().ok()
}

pub fn heading(document: &Document, id: FieldId) -> &str {
    let columns = &document.understood.columns;
    let cell = columns.iter().find(|(field, _)| *field == id);
    cell.map_or("", |(_, cell)| document.grid.cell_text(*cell).trim())
}

/// Adds a row's numbers to the sums of their columns; of a field that stands several times in it
/// the one that counts pieces.
pub fn add<'d>(
    group: &Group<'_>,
    kind: &Kind,
    (number, nth): (u32, u32),
    document: &'d Document,
    record: &Record,
    columns: &mut BTreeMap<FieldId, Column>,
    seen: &mut BTreeSet<(FieldId, &'d str)>,
) {
    let fields = document.understood.record_fields(record);
    let text = |id: FieldId| {
        fields
            .iter()
            .find(|f| f.id == id)
            .map(|f| document.raw(f).trim())
    };
    let cartons = text(FieldId::CARTONS)
        .and_then(quantity::parse)
        .map_or(1.0, |q| q.value);
    let carton = text(FieldId::CARTON_NO);
    let unit = group.record(number, nth, FieldId::UNIT);
    let mut done: Vec<FieldId> = Vec::new();
    for field in fields.iter().filter(|f| is_summed(kind, f.id)) {
        if done.contains(&field.id) {
            continue;
        }
        done.push(field.id);
        let all = fields.iter().filter(|f| f.id == field.id);
        let read = all.map(|f| {
            let at = Value {
                document: number,
                field: *f,
            };
            let beside = unit.filter(|_| f.id == FieldId::QUANTITY);
            let lost = matches!(group.cell_kind(&at), CellKind::Error | CellKind::NoValue);
            let read = measure::read(group, &at, beside).filter(|_| !lost);
            (*f, read, lost)
        });
        let mut read: Vec<(Field, Option<Measure>, bool)> = read.collect();
        let by_weight = |m: &Option<Measure>| m.as_ref().is_some_and(|m| m.unit == "kilograms");
        if read.len() > 1 && !read.iter().all(|(_, m, _)| by_weight(m)) {
            read.retain(|(_, m, _)| !by_weight(m));
        }
        let Some((field, read, lost)) = read.into_iter().next() else {
            continue;
        };
        // A word under a column of numbers (`see above`) adds nothing.
        if read.is_none() && !lost && !document.raw(&field).chars().any(|c| c.is_ascii_digit()) {
            continue;
        }
        let is_new = carton.is_none_or(|c| seen.insert((field.id, c)));
        columns
            .entry(field.id)
            .or_default()
            .add(field, read, is_new, cartons);
    }
}

/// The sum of a document's amounts and the amounts its totals rows state.
pub fn measure_all(group: &Group<'_>, values: impl Iterator<Item = Value>) -> Option<f64> {
    let mut sum = 0.0;
    for value in values {
        sum += measure::read(group, &value, None)?.value;
    }
    Some(sum)
}

impl Column {
    pub fn is(&self, value: f64) -> bool {
        self.part.is(value) || self.block.is(value) || self.all.is(value)
    }

    pub fn add(&mut self, field: Field, read: Option<Measure>, is_new: bool, cartons: f64) {
        let sum = Measure {
            value: 0.0,
            unit: std::mem::take(&mut self.unit),
        };
        let Some(number) = read else {
            (self.unit, self.unread) = (sum.unit, true);
            self.unclear.get_or_insert(field);
            return;
        };
        if !number.is_like(&sum) {
            self.unclear.get_or_insert(field);
        }
        for sums in [&mut self.part, &mut self.block, &mut self.all] {
            sums.add(number.value, is_new, cartons);
        }
        self.unit = if sum.unit.is_empty() {
            number.unit
        } else {
            sum.unit
        };
        self.last = Some(field);
    }
}

impl Guessed<'_> {
    pub fn new<'c>(
        document: &Document,
        total: &Record,
        columns: &'c BTreeMap<FieldId, Column>,
    ) -> Guessed<'c> {
        let fields = document.understood.record_fields(total).iter();
        let sums = |f: &Field| {
            let stated = quantity::of(document, f)?;
            columns.get(&f.id).map(|c| c.is(stated.value))
        };
        Guessed {
            columns,
            stands: fields.filter_map(sums).any(|right| right),
        }
    }

    pub fn hides(&self, value: f64) -> bool {
        !self.stands
            || self
                .columns
                .values()
                .any(|c| c.unclear.is_some() || c.is(value))
    }
}

impl Sums {
    pub fn add(&mut self, value: f64, is_new: bool, cartons: f64) {
        self.plain += value;
        self.times += value * cartons;
        if is_new {
            self.once += value;
        }
    }

    pub fn is(&self, value: f64) -> bool {
        // Written totals are rounded to the digits shown.
        let near = |sum: f64| (sum - value).abs() <= 0.005 + 1e-9 * value.abs();
        near(self.plain) || near(self.once) || near(self.times)
    }
}
