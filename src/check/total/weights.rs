//! The weights of a packing list add up to the declared ones; net is not above gross.

use crate::check::{Ctx, Detail, Outcome};
use crate::facts::measure::{self, shown};
use crate::link::{Group, Packed, Value};
use crate::model::{CellKind, FieldId, Say};
use std::collections::{BTreeMap, HashMap};

/// The name of a weight in words.
fn name(id: FieldId) -> Say {
    if id == FieldId::NET_WEIGHT {
        Say::new("net weight", "净重")
    } else {
        Say::new("gross weight", "毛重")
    }
}

/// Kilograms of a cell; a number without unit is in kilograms.
fn kilograms(group: &Group<'_>, value: &Value) -> Option<f64> {
    let read = measure::read(group, value, None)?;
    matches!(read.unit.as_str(), "" | "kilograms").then_some(read.value)
}

/// A weight as it was summed: the sums it can be read as, and the cells it was made of.
struct Summed {
    readings: Vec<f64>,
    parts: Vec<Value>,
}

/// A cell that holds no number to sum.
fn unclear(group: &Group<'_>, value: Value, name: &Say) -> Detail {
    let raw = group.raw(&value).trim();
    let what = Say::new(
        format!("The {} “{raw}” cannot be summed.", name.en),
        format!("{}“{raw}”无法合计。", name.zh),
    );
    Detail::unknown(what, value).found(raw)
}

/// Sums of the packing list equal the declared weight, within a tolerance such as `1 kg` or `0.5%`.
pub fn totals(ctx: &Ctx<'_>, id: FieldId, tolerance: &str) -> Outcome {
    let name = name(id);
    let (declared, packed) = match (declared(ctx, id, &name), packed(ctx, id, &name)) {
        (Some(Ok(declared)), Some(Ok(packed))) => (declared, packed),
        (Some(Err(detail)), Some(_)) | (Some(Ok(_)), Some(Err(detail))) => {
            return Outcome::one(*detail);
        }
        // One paper states no weights: there is nothing to compare.
        _ => return Outcome::NotApplicable,
    };
    let near = |a: f64, b: f64| (a - b).abs() <= allowed(tolerance, a.max(b)) + 1e-6;
    let agrees = declared
        .readings
        .iter()
        .any(|a| packed.readings.iter().any(|b| near(*a, *b)));
    if agrees {
        return Outcome::pass();
    }
    let (Some(a), Some(b), Some(first)) = (
        declared.readings.first(),
        packed.readings.first(),
        declared.parts.first(),
    ) else {
        return Outcome::NotApplicable;
    };
    let (a, b) = (shown(*a), shown(*b));
    let what = Say::new(
        format!(
            "The declared {} is {a} kg, the packing list adds up to {b} kg.",
            name.en
        ),
        format!("申报{}为 {a} 千克，装箱单合计 {b} 千克。", name.zh),
    );
    let mut detail = Detail::fail(what, *first)
        .found(a)
        .expected(b)
        .unless_unread(ctx.group);
    for value in declared.parts.iter().skip(1).chain(&packed.parts).take(12) {
        detail = detail.related(*value);
    }
    Outcome::one(detail)
}

/// What may differ: a share of the weight, or kilograms.
fn allowed(tolerance: &str, weight: f64) -> f64 {
    let text = tolerance.trim();
    match text.strip_suffix('%') {
        Some(share) => share.trim().parse().unwrap_or(0.0) / 100.0 * weight,
        None => text.trim_end_matches("kg").trim().parse().unwrap_or(0.0),
    }
}

type Found = Option<Result<Summed, Box<Detail>>>;

/// The declared weight: the header's, else the lines'. A flat sheet repeats the header's weight in
/// every line, or gives each line its own.
fn declared(ctx: &Ctx<'_>, id: FieldId, name: &Say) -> Found {
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
            None => Err(Box::new(unclear(group, value, name))),
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
            None => return Some(Err(Box::new(unclear(group, *value, name)))),
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
fn is_used(group: &Group<'_>, value: &Value) -> bool {
    let lost = matches!(group.cell_kind(value), CellKind::Error | CellKind::NoValue);
    lost || group.stated(*value).is_some()
}

/// The weights of the packing list: as they stand, once per carton that several rows share, and
/// times the cartons where the column gives the weight of one.
fn packed(ctx: &Ctx<'_>, id: FieldId, name: &Say) -> Found {
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
            return Some(Err(Box::new(unclear(group, value, name))));
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
            .and_then(|c| c.total)
            .map_or(1.0, |n| n as f64);
        times += weight * cartons;
    }
    if parts.is_empty() {
        let stated = |d: &u32| group.header(*d, id).and_then(|v| group.stated(v));
        let value = ctx.shipment.packing_lists.iter().find_map(stated)?;
        let Some(weight) = kilograms(group, &value) else {
            return Some(Err(Box::new(unclear(group, value, name))));
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
        .flat_map(|d| super::stated::totals_of(group, *d, id))
        .collect();
    shown.extend(parts.first());
    shown.extend(parts.last().filter(|_| parts.len() > 1));
    Some(Ok(Summed {
        readings: vec![plain, once, times],
        parts: shown,
    }))
}

/// Net weight is not above gross weight: in the declaration's header, per line, per carton group.
pub fn net_below_gross(ctx: &Ctx<'_>) -> Outcome {
    let group = ctx.group;
    let mut details = Vec::new();
    let mut any = false;
    let mut judge = |net: Option<Value>, gross: Option<Value>, subject: String| {
        let (Some(net), Some(gross)) = (net, gross) else {
            return;
        };
        any = true;
        let (Some(a), Some(b)) = (kilograms(group, &net), kilograms(group, &gross)) else {
            let lost = kilograms(group, &net).is_some();
            let (at, id) = if lost {
                (gross, FieldId::GROSS_WEIGHT)
            } else {
                (net, FieldId::NET_WEIGHT)
            };
            details.push(unclear(group, at, &name(id)).subject(subject));
            return;
        };
        if b > 0.0 && a > b + 1e-6 {
            details.push(above(group, net, gross, a, b, subject));
        }
    };
    for document in &ctx.shipment.declarations {
        let header = |id| group.header(*document, id).and_then(|v| group.stated(v));
        let (net, gross) = (header(FieldId::NET_WEIGHT), header(FieldId::GROSS_WEIGHT));
        judge(net, gross, "shipment".to_string());
    }
    for line in &ctx.shipment.lines {
        let (net, gross) = (
            line.own(group, FieldId::NET_WEIGHT),
            line.own(group, FieldId::GROSS_WEIGHT),
        );
        judge(net, gross, format!("line {}", line.number));
    }
    for (document, found) in cartons_above(ctx, &mut any) {
        let mut found = found.into_iter();
        let Some(first) = found.next() else { continue };
        let others: Vec<Above> = found.collect();
        details.push(in_list(group, document, &first, &others));
    }
    if any {
        Outcome::Judged(details)
    } else {
        Outcome::NotApplicable
    }
}

/// A carton group whose net weight is above its gross weight.
struct Above {
    net: Value,
    gross: Value,
    weights: (f64, f64),
    subject: String,
}

/// By packing list: the carton groups whose net weight is above their gross weight.
fn cartons_above(ctx: &Ctx<'_>, any: &mut bool) -> BTreeMap<u32, Vec<Above>> {
    let group = ctx.group;
    let mut lists: BTreeMap<u32, Vec<Above>> = BTreeMap::new();
    for (cartons, rows) in weighed_together(ctx) {
        let of = |id: FieldId| -> Vec<(Value, f64)> {
            let mut seen: Vec<u32> = Vec::new();
            rows.iter()
                .filter_map(|r| group.stated(group.record(r.document, r.record, id)?))
                .filter(|v| {
                    let is_new = !seen.contains(&v.field.cell);
                    seen.push(v.field.cell);
                    is_new
                })
                .filter_map(|v| Some((v, kilograms(group, &v)?)))
                .collect()
        };
        let (net, gross) = (of(FieldId::NET_WEIGHT), of(FieldId::GROSS_WEIGHT));
        let sum = |all: &[(Value, f64)]| all.iter().map(|(_, w)| w).sum::<f64>();
        let (Some((first, _)), Some((against, _))) = (net.first(), gross.first()) else {
            continue;
        };
        *any = true;
        let (a, b) = (sum(&net), sum(&gross));
        if b <= 0.0 || a <= b + 1e-6 {
            continue;
        }
        let cartons = ctx.shipment.cartons.get(cartons as usize);
        let model = rows.first().and_then(|r| r.model);
        let subject = match (cartons.and_then(|c| c.number), model) {
            (Some(number), _) => format!("carton {}", group.raw(&number).trim()),
            (None, Some(model)) => format!("model {}", group.raw(&model).trim()),
            (None, None) => "shipment".to_string(),
        };
        lists.entry(first.document).or_default().push(Above {
            net: *first,
            gross: *against,
            weights: (a, b),
            subject,
        });
    }
    lists
}

/// The rows that one weight may be of, by their first carton group: those of one group of cartons,
/// and those over which a weight's cell is merged.
fn weighed_together<'c>(ctx: &'c Ctx<'_>) -> Vec<(u32, Vec<&'c Packed>)> {
    let group = ctx.group;
    let mut sets: Vec<(u32, Vec<&Packed>)> = Vec::new();
    let mut by_cartons: HashMap<u32, usize> = HashMap::new();
    let mut by_cell: HashMap<(u32, u32), usize> = HashMap::new();
    // The last row of a weight's cell that is merged over rows, and the set it belongs to.
    let mut merged: Option<(u32, u32, usize)> = None;
    for row in &ctx.shipment.packed {
        let weights = [FieldId::NET_WEIGHT, FieldId::GROSS_WEIGHT];
        let cells = weights.map(|id| {
            let value = group.record(row.document, row.record, id)?;
            Some((row.document, value.field.cell))
        });
        let own = group.document(row.document).and_then(|d| {
            let record = d.understood.records.get(row.record as usize)?;
            Some(d.grid.rows.get(record.row as usize)?.number)
        });
        let under =
            merged.filter(|(d, last, _)| *d == row.document && own.is_some_and(|n| n <= *last));
        let under = under.map(|(.., at)| at);
        let known = cells.iter().flatten().find_map(|c| by_cell.get(c)).copied();
        let at = under.or(known).or(by_cartons.get(&row.cartons).copied());
        let at = at.unwrap_or_else(|| {
            sets.push((row.cartons, Vec::new()));
            sets.len() - 1
        });
        by_cartons.insert(row.cartons, at);
        by_cell.extend(cells.iter().flatten().map(|cell| (*cell, at)));
        let last = cells.iter().flatten().filter_map(|(document, cell)| {
            let grid = &group.document(*document)?.grid;
            Some(grid.merge_of(*cell as usize)?.bottom)
        });
        if let Some(last) = last.max() {
            merged = Some((row.document, last, at));
        }
        if let Some((_, rows)) = sets.get_mut(at) {
            rows.push(row);
        }
    }
    sets
}

/// One finding for a list: a row alone, or how many rows and the first of them, since columns that
/// are swapped are swapped in every row.
fn in_list(group: &Group<'_>, document: u32, first: &Above, others: &[Above]) -> Detail {
    let (a, b) = first.weights;
    let detail = above(group, first.net, first.gross, a, b, first.subject.clone());
    if others.is_empty() {
        return detail;
    }
    let count = others.len() + 1;
    let mut detail = detail.subject(format!("document d{}", document + 1));
    detail.what = Say::new(
        format!(
            "In {count} rows the net weight is above the gross weight; first: {}",
            detail.what.en
        ),
        format!("有 {count} 行净重大于毛重，第一处：{}", detail.what.zh),
    );
    for row in others.iter().take(5) {
        detail = detail.related(row.net).related(row.gross);
    }
    detail
}

fn above(group: &Group<'_>, net: Value, gross: Value, a: f64, b: f64, subject: String) -> Detail {
    let (a, b) = (shown(a), shown(b));
    let what = Say::new(
        format!("The net weight {a} kg is above the gross weight {b} kg."),
        format!("净重 {a} 千克大于毛重 {b} 千克。"),
    );
    Detail::fail(what, net)
        .subject(subject)
        .found(group.raw(&net).trim())
        .expected(format!("≤ {b}"))
        .related(gross)
}
