//! A totals row agrees with the rows above it.

use crate::check::{Ctx, Detail, Outcome};
use crate::facts::measure::{self, Measure, shown};
use crate::link::{Group, Value};
use crate::model::{CellKind, Document, Field, FieldId, FieldType, Kind, Record, Say};
use crate::normalize::quantity;
use std::collections::{BTreeMap, BTreeSet};

/// The kinds whose totals rows are totals of goods.
const KINDS: [&str; 4] = ["declaration", "packing-list", "invoice", "batch-log"];

/// Why a row was left out that says the headings once more.
const AGAIN: &str = "heading again";

/// The values of a field in the totals rows of a document.
pub fn totals_of(group: &Group<'_>, number: u32, id: FieldId) -> Vec<Value> {
    let Some(document) = group.document(number) else {
        return Vec::new();
    };
    let understood = &document.understood;
    understood
        .totals
        .iter()
        .flat_map(|t| understood.record_fields(t))
        .filter(|f| f.id == id)
        .map(|f| Value {
            document: number,
            field: *f,
        })
        .filter_map(|v| group.stated(v))
        .collect()
}

/// Every totals row of the folder's documents, judged with its first shipment: a table of many
/// shipments has totals over all of them.
pub fn rows(ctx: &Ctx<'_>) -> Outcome {
    let group = ctx.group;
    let is_first = ctx.shipment.number == 0;
    let mut details = Vec::new();
    let mut any = false;
    for (number, document) in group.documents.iter().enumerate().filter(|_| is_first) {
        let kind = document.understood.kind.as_deref().unwrap_or("");
        let kind = group.vocabulary.kinds.iter().find(|k| k.name == kind);
        let Some(kind) = kind.filter(|k| KINDS.contains(&k.name.as_str())) else {
            continue;
        };
        if document.understood.totals.is_empty() {
            continue;
        }
        any = true;
        let number = crate::model::grid::index(number);
        details.extend(document_rows(group, number, document, kind));
    }
    if any {
        Outcome::Judged(details)
    } else {
        Outcome::NotApplicable
    }
}

/// A column's sums as they grow: since the last totals row, and in all.
#[derive(Default)]
struct Column {
    part: Sums,
    /// Since the heading stood here last: a block of its own.
    block: Sums,
    all: Sums,
    last: Option<Field>,
    /// Of its numbers; empty while none is stated.
    unit: String,
    /// A cell of the column that holds no number, or one in another unit: its sums are not known.
    unclear: Option<Field>,
    /// It holds no number.
    unread: bool,
}

impl Column {
    fn is(&self, value: f64) -> bool {
        self.part.is(value) || self.block.is(value) || self.all.is(value)
    }

    fn add(&mut self, field: Field, read: Option<Measure>, is_new: bool, cartons: f64) {
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

/// Columns that are guessed from the spaces between printed texts: a total may stand under another
/// column. It is wrong only where no column adds up to it, in a row that is surely about these
/// columns.
struct Guessed<'c> {
    columns: &'c BTreeMap<FieldId, Column>,
    /// Another total of the row is its column's sum.
    stands: bool,
}

impl Guessed<'_> {
    fn new<'c>(
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

    fn hides(&self, value: f64) -> bool {
        !self.stands
            || self
                .columns
                .values()
                .any(|c| c.unclear.is_some() || c.is(value))
    }
}

/// What a column may add up to: as it stands, once per shared carton, times the cartons.
#[derive(Clone, Default)]
struct Sums {
    plain: f64,
    once: f64,
    times: f64,
}

impl Sums {
    fn add(&mut self, value: f64, is_new: bool, cartons: f64) {
        self.plain += value;
        self.times += value * cartons;
        if is_new {
            self.once += value;
        }
    }

    fn is(&self, value: f64) -> bool {
        // Written totals are rounded to the digits shown.
        let near = |sum: f64| (sum - value).abs() <= 0.005 + 1e-9 * value.abs();
        near(self.plain) || near(self.once) || near(self.times)
    }
}

fn is_summed(kind: &Kind, id: FieldId) -> bool {
    let typed = kind.field(id).map(|f| f.field_type);
    let one_piece = [FieldId::PRICE, FieldId::PER_CARTON].contains(&id);
    typed.is_some_and(FieldType::is_number) && !one_piece
}

fn document_rows(group: &Group<'_>, number: u32, document: &Document, kind: &Kind) -> Vec<Detail> {
    let understood = &document.understood;
    let mut columns: BTreeMap<FieldId, Column> = BTreeMap::new();
    let mut seen: BTreeSet<(FieldId, &str)> = BTreeSet::new();
    let mut details = Vec::new();
    let mut records = understood.records.iter().enumerate().peekable();
    let again = understood.left_out.iter().filter(|l| l.reason == AGAIN);
    let mut again = again.map(|l| l.row).peekable();
    let value = |field: Field| Value {
        document: number,
        field,
    };
    for total in &understood.totals {
        let after = lines_above(document, total);
        let is_above = |n: usize, r: &Record| after.map_or(r.row < total.row, |lines| n < lines);
        while let Some((nth, record)) = records.next_if(|(n, r)| is_above(*n, r)) {
            while again.next_if(|row| *row < record.row as usize).is_some() {
                columns.values_mut().for_each(|c| c.block = Sums::default());
            }
            let nth = crate::model::grid::index(nth);
            add(
                group,
                kind,
                (number, nth),
                document,
                record,
                &mut columns,
                &mut seen,
            );
        }
        let guessed = document
            .grid
            .is_prose()
            .then(|| Guessed::new(document, total, &columns));
        let mut judged: Vec<FieldId> = Vec::new();
        for field in understood.record_fields(total) {
            let Some(column) = columns.get(&field.id).filter(|_| is_summed(kind, field.id)) else {
                continue;
            };
            judged.push(field.id);
            let at = value(*field);
            let known = group.cell_kind(&at) != CellKind::NoValue;
            let Some(stated) = measure::read(group, &at, None).filter(|_| known) else {
                continue;
            };
            let raw = document.raw(field).trim();
            let heading = heading(document, field.id);
            let subject = format!("document d{}", number + 1);
            let unlike = Measure {
                value: 0.0,
                unit: column.unit.clone(),
            };
            let unclear = column
                .unclear
                .or(column.last.filter(|_| !stated.is_like(&unlike)));
            // A bare sum over several units is no sum, and nothing against the rows either.
            let bare = !column.unread && column.is(stated.value);
            if let Some(cell) = unclear.filter(|_| !bare) {
                let cell = value(cell);
                let what = Say::new(
                    format!(
                        "The total {raw} under “{heading}” cannot be held against its rows: “{}” is no number in one unit with the others.",
                        group.raw(&cell).trim()
                    ),
                    format!(
                        "“{heading}”合计 {raw} 无法核对：“{}”不是同一单位的明确数字。",
                        group.raw(&cell).trim()
                    ),
                );
                let detail = Detail::unknown(what, at).subject(subject).found(raw);
                details.push(detail.related(cell));
                continue;
            }
            let hidden = guessed.as_ref().is_some_and(|g| g.hides(stated.value));
            if column.is(stated.value) || hidden {
                continue;
            }
            let sum = shown(column.part.plain);
            let what = Say::new(
                format!(
                    "The totals row says {raw} under “{heading}”; the rows above add up to {sum}."
                ),
                format!("合计行“{heading}”为 {raw}，上面各行合计 {sum}。"),
            );
            let mut detail = Detail::fail(what, at)
                .subject(subject)
                .found(raw)
                .expected(sum);
            if let Some(last) = column.last {
                detail = detail.related(value(last));
            }
            details.push(detail.if_whole(document.whole));
        }
        for id in judged {
            if let Some(column) = columns.get_mut(&id) {
                column.part = Sums::default();
            }
        }
    }
    details
}

/// How many lines a totals row says stand above it, as exports do.
fn lines_above(document: &Document, total: &Record) -> Option<usize> {
    let fields = document.understood.record_fields(total).iter();
    let stated = fields.clone().find(|f| f.id == FieldId::AFTER_LINE)?;
    document.raw(stated).parse().ok()
}

fn heading(document: &Document, id: FieldId) -> &str {
    let columns = &document.understood.columns;
    let cell = columns.iter().find(|(field, _)| *field == id);
    cell.map_or("", |(_, cell)| document.grid.cell_text(*cell).trim())
}

/// Adds a row's numbers to the sums of their columns; of a field that stands several times in it
/// the one that counts pieces.
fn add<'d>(
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
