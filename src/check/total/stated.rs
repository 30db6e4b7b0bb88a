//! A totals row agrees with the rows above it.

use crate::check::measure::{self, shown};
use crate::check::{Ctx, Detail, Outcome};
use crate::link::{Group, Value};
use crate::model::{CellKind, Document, Field, FieldId, FieldType, Kind, Record, Say};
use crate::normalize::quantity;
use std::collections::{BTreeMap, BTreeSet};

/// The kinds whose totals rows are totals of goods.
const KINDS: [&str; 4] = ["declaration", "packing-list", "invoice", "batch-log"];

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
        details.extend(document_rows(
            crate::model::grid::index(number),
            document,
            kind,
        ));
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
    all: Sums,
    last: Option<Field>,
    /// A cell of the column holds no number: its sums are not known.
    unclear: bool,
}

impl Column {
    fn is(&self, value: f64) -> bool {
        self.part.is(value) || self.all.is(value)
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
        !self.stands || self.columns.values().any(|c| c.unclear || c.is(value))
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

fn document_rows(number: u32, document: &Document, kind: &Kind) -> Vec<Detail> {
    let understood = &document.understood;
    let mut columns: BTreeMap<FieldId, Column> = BTreeMap::new();
    let mut seen: BTreeSet<(FieldId, &str)> = BTreeSet::new();
    let mut details = Vec::new();
    let mut records = understood.records.iter().enumerate().peekable();
    for total in &understood.totals {
        let after = lines_above(document, total);
        let is_above = |n: usize, r: &Record| after.map_or(r.row < total.row, |lines| n < lines);
        while let Some((_, record)) = records.next_if(|(n, r)| is_above(*n, r)) {
            add(document, kind, record, &mut columns, &mut seen);
        }
        let guessed = document
            .grid
            .is_prose()
            .then(|| Guessed::new(document, total, &columns));
        let mut judged: Vec<FieldId> = Vec::new();
        for field in understood.record_fields(total) {
            let Some(column) = columns.get(&field.id) else {
                continue;
            };
            judged.push(field.id);
            let known = cell_kind(document, field) != CellKind::NoValue;
            let stated = quantity::of(document, field).filter(|_| known);
            let Some(stated) = stated.filter(|_| !column.unclear && is_summed(kind, field.id))
            else {
                continue;
            };
            let hidden = guessed.as_ref().is_some_and(|g| g.hides(stated.value));
            if column.is(stated.value) || hidden {
                continue;
            }
            let value = |field: Field| Value {
                document: number,
                field,
            };
            let raw = document.raw(field).trim();
            let sum = shown(column.part.plain);
            let heading = heading(document, field.id);
            let what = Say::new(
                format!(
                    "The totals row says {raw} under “{heading}”; the rows above add up to {sum}."
                ),
                format!("合计行“{heading}”为 {raw}，上面各行合计 {sum}。"),
            );
            let mut detail = Detail::fail(what, value(*field))
                .subject(format!("document d{}", number + 1))
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

fn cell_kind(document: &Document, field: &Field) -> CellKind {
    let cell = document.grid.cells.get(field.cell as usize);
    cell.map_or(CellKind::Text, |c| c.kind)
}

fn heading(document: &Document, id: FieldId) -> &str {
    let columns = &document.understood.columns;
    let cell = columns.iter().find(|(field, _)| *field == id);
    cell.map_or("", |(_, cell)| document.grid.cell_text(*cell).trim())
}

/// Adds a row's numbers to the sums of their columns.
fn add<'d>(
    document: &'d Document,
    kind: &Kind,
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
    for field in fields.iter().filter(|f| is_summed(kind, f.id)) {
        let column = columns.entry(field.id).or_default();
        let raw = document.raw(field);
        match quantity::of(document, field) {
            Some(number) => {
                let is_new = carton.is_none_or(|c| seen.insert((field.id, c)));
                column.part.add(number.value, is_new, cartons);
                column.all.add(number.value, is_new, cartons);
                column.last = Some(*field);
            }
            None => {
                let lost = matches!(
                    cell_kind(document, field),
                    CellKind::Error | CellKind::NoValue
                );
                column.unclear |= lost || raw.chars().any(|c| c.is_ascii_digit());
            }
        }
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
