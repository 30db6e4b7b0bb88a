//! Quantities and weights summed, with the cells they were made of and the first that is unclear.

use super::measure::Measure;
use super::why::{Why, why};
use super::{Ctx, Detail, measure, term};
use crate::link::{Group, Value};
use crate::model::{CellKind, FieldId};
use crate::normalize::model;
use indexmap::IndexMap;

/// A sum with its parts.
#[derive(Default)]
pub struct Sum {
    pub value: f64,
    pub unit: String,
    pub parts: Vec<Value>,
    /// Units that were counted over: `120 DOZ = 1440 pieces`.
    pub steps: Vec<Why>,
    /// A part that is not a number, or of another unit.
    pub unclear: Option<(Value, Why)>,
}

/// A quantity, the unit that stands beside it, and the model it is of.
#[derive(Clone, Copy)]
pub struct Quantity {
    pub value: Option<Value>,
    pub unit: Option<Value>,
    pub model: Option<Value>,
}

/// Lines and packing rows that look alike, together; apart where several spellings are both declared
/// and packed: real families differ only in case.
pub fn families(
    ctx: &Ctx<'_>,
    lines: Vec<Quantity>,
    rows: Vec<Quantity>,
) -> Vec<(Vec<Quantity>, Vec<Quantity>)> {
    let labels = &ctx.group.vocabulary.words.model_labels;
    let raw = |q: &Quantity| q.model.map_or("", |m| ctx.group.raw(&m));
    let first = lines.first().map_or("", raw);
    if lines.iter().all(|line| raw(line) == first) {
        return vec![(lines, rows)];
    }
    let by_spelling = |all: &[Quantity]| {
        let mut apart: IndexMap<String, Vec<Quantity>> = IndexMap::new();
        for one in all {
            let spelling = model::clean(raw(one), labels).text.into_owned();
            apart.entry(spelling).or_default().push(*one);
        }
        apart
    };
    let (declared, mut packed) = (by_spelling(&lines), by_spelling(&rows));
    let both = declared.len() == packed.len() && declared.keys().all(|s| packed.contains_key(s));
    if declared.len() < 2 || !both {
        return vec![(lines, rows)];
    }
    let pair = |(spelling, lines)| {
        let rows = packed.swap_remove(&spelling).unwrap_or_default();
        (lines, rows)
    };
    declared.into_iter().map(pair).collect()
}

impl Sum {
    pub fn add(&mut self, ctx: &Ctx<'_>, part: &Quantity) {
        let Some(value) = part.value else {
            let what = why!("quantity-missing");
            if let (None, Some(owner)) = (&self.unclear, part.model) {
                self.unclear = Some((owner, what));
            }
            return;
        };
        let raw = ctx.group.raw(&value);
        self.parts.push(value);
        let Some(read) = measure::read(ctx.group, &value, part.unit) else {
            let what = why!("number-unclear"; found = raw.trim());
            self.unclear.get_or_insert((value, what));
            return;
        };
        self.steps
            .extend(measure::counted_over(ctx.group, &value, part.unit, &read));
        let sum = Measure {
            value: self.value,
            unit: std::mem::take(&mut self.unit),
        };
        if !sum.is_like(&read) {
            let what = why!("number-in-other-unit";
                found = raw.trim(), unit = read.unit, other = sum.unit);
            self.unclear.get_or_insert((value, what));
        }
        self.unit = if sum.unit.is_empty() {
            read.unit
        } else {
            sum.unit
        };
        self.value += read.value;
    }

    pub fn measure(&self) -> Measure {
        Measure {
            value: self.value,
            unit: self.unit.clone(),
        }
    }
}

/// Kilograms of a cell; a number without unit is in kilograms.
pub fn kilograms(group: &Group<'_>, value: &Value) -> Option<f64> {
    let read = measure::read(group, value, None)?;
    matches!(read.unit.as_str(), "" | "kilograms").then_some(read.value)
}

/// A weight as it was summed: the sums it can be read as, and the cells it was made of.
pub struct Summed {
    pub readings: Vec<f64>,
    pub parts: Vec<Value>,
}

/// A cell that holds no number to sum.
pub fn unclear(group: &Group<'_>, value: Value, id: FieldId) -> Detail {
    let raw = group.raw(&value).trim();
    let what = why!("weight-unclear"; weight = term(group.vocabulary.fields.name(id)), found = raw);
    Detail::unknown(what, value).found(raw)
}

pub type Found = Option<Result<Summed, Box<Detail>>>;

/// The declared weight: the header's, else the lines'. A flat sheet repeats the header's weight in
/// every line, or gives each line its own.
pub fn declared(ctx: &Ctx<'_>, id: FieldId) -> Found {
    let group = ctx.group;
    let in_header = ctx
        .shipment
        .declarations
        .iter()
        .find_map(|d| group.header(*d, id).filter(|v| is_used(group, v)));
    if let Some(value) = in_header {
        return Some(match kilograms(group, &value) {
            Some(weight) => Ok(Summed {
                readings: vec![weight],
                parts: vec![value],
            }),
            None => Err(Box::new(unclear(group, value, id))),
        });
    }
    let lines = ctx.shipment.lines.iter();
    let own: Vec<Value> = lines
        .filter_map(|l| group.record(l.document, l.record, id))
        .filter(|v| is_used(group, v))
        .collect();
    let mut weights = Vec::with_capacity(own.len());
    for value in &own {
        match kilograms(group, value) {
            Some(weight) => weights.push(weight),
            None => return Some(Err(Box::new(unclear(group, *value, id)))),
        }
    }
    let first = *weights.first()?;
    let mut readings = vec![weights.iter().sum()];
    if weights.iter().all(|w| measure::equal(*w, first)) {
        readings.insert(0, first);
    }
    Some(Ok(Summed {
        readings,
        parts: own,
    }))
}

/// A cell that says something, be it that its value is not known.
pub fn is_used(group: &Group<'_>, value: &Value) -> bool {
    let lost = matches!(group.cell_kind(value), CellKind::Error | CellKind::NoValue);
    lost || group.stated(*value).is_some()
}

/// The weights of the packing list: as they stand, once per carton that several rows share, and
/// times the cartons where the column gives the weight of one.
pub fn packed(ctx: &Ctx<'_>, id: FieldId) -> Found {
    let group = ctx.group;
    let (mut plain, mut once, mut times) = (0.0, 0.0, 0.0);
    let mut parts: Vec<Value> = Vec::new();
    let mut last_cartons = None;
    for row in &ctx.shipment.packed {
        let value = group
            .record(row.document, row.record, id)
            .filter(|v| is_used(group, v));
        let Some(value) = value else { continue };
        let Some(weight) = kilograms(group, &value) else {
            return Some(Err(Box::new(unclear(group, value, id))));
        };
        // A cell merged over rows is one weight.
        if parts
            .last()
            .is_some_and(|p| p.document == value.document && p.field.cell == value.field.cell)
        {
            continue;
        }
        parts.push(value);
        plain += weight;
        if last_cartons != Some(row.cartons) {
            once += weight;
        }
        last_cartons = Some(row.cartons);
        #[expect(clippy::cast_precision_loss)]
        let cartons = ctx
            .shipment
            .cartons
            .get(row.cartons as usize)
            .and_then(|c| c.total(group))
            .map_or(1.0, |n| n as f64);
        times += weight * cartons;
    }
    if parts.is_empty() {
        let stated = |d: &u32| group.header(*d, id).and_then(|v| group.stated(v));
        let value = ctx.shipment.packing_lists.iter().find_map(stated)?;
        let Some(weight) = kilograms(group, &value) else {
            return Some(Err(Box::new(unclear(group, value, id))));
        };
        return Some(Ok(Summed {
            readings: vec![weight],
            parts: vec![value],
        }));
    }
    // A few cells show where the sum comes from: the totals row's first.
    let mut shown: Vec<Value> = ctx
        .shipment
        .packing_lists
        .iter()
        .flat_map(|d| totals_of(group, *d, id))
        .collect();
    shown.extend(parts.first());
    shown.extend(parts.last().filter(|_| parts.len() > 1));
    Some(Ok(Summed {
        readings: vec![plain, once, times],
        parts: shown,
    }))
}

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
