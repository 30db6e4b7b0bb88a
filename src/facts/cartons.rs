//! The weights of a packing list, by the cartons they are of.

use super::Ctx;
use super::sums::kilograms;
use crate::link::{Packed, Value};
use crate::model::FieldId;
use std::collections::{BTreeMap, HashMap};

/// A carton group whose net weight is above its gross weight.
pub struct Above {
    pub net: Value,
    pub gross: Value,
    pub weights: (f64, f64),
    pub subject: String,
}

/// By packing list: the carton groups whose net weight is above their gross weight.
pub fn cartons_above(ctx: &Ctx<'_>, any: &mut bool) -> BTreeMap<u32, Vec<Above>> {
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
pub fn weighed_together<'c>(ctx: &'c Ctx<'_>) -> Vec<(u32, Vec<&'c Packed>)> {
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
