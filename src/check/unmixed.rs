//! `unmixed`: every line of the declaration, and every line sharing a carton, is in the lane.

use super::{Ctx, Detail, Outcome};
use crate::link::{Key, Value};
use crate::model::Say;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unmixed {
    /// A parameter of goods: a line that names only goods not covered is outside.
    goods: String,
}

/// Whether a line belongs to the lane: selected, and not only by goods the lane leaves out.
pub fn is_inside(ctx: &Ctx<'_>, goods: &str, line: usize) -> bool {
    let table = ctx.parameters.goods(goods);
    let Some(named) = ctx.goods.get(line) else {
        return false;
    };
    let covered = |n: &u16| table.get(usize::from(*n)).is_some_and(|g| g.covered);
    if named.by_words.is_empty() {
        named.selected
    } else {
        named.by_words.iter().any(covered)
    }
}

/// The lines to take out so that the rest is of the lane only: those outside it, and those that
/// share a carton with them.
pub fn take_out(ctx: &Ctx<'_>, goods: &str) -> BTreeSet<u32> {
    let outside = (0..ctx.shipment.lines.len())
        .filter(|&i| !is_inside(ctx, goods, i))
        .map(crate::model::grid::index);
    ctx.shipment.sharing_cartons(outside.collect())
}

impl Unmixed {
    pub fn parameter(&self) -> &str {
        &self.goods
    }

    pub fn run(&self, ctx: &Ctx<'_>) -> Outcome {
        let lines = &ctx.shipment.lines;
        let outside: Vec<usize> = (0..lines.len())
            .filter(|&i| !is_inside(ctx, &self.goods, i))
            .collect();
        if outside.is_empty() || outside.len() == lines.len() {
            return if outside.is_empty() {
                Outcome::pass()
            } else {
                Outcome::NotApplicable
            };
        }
        let place = |i: &usize| -> Option<Value> {
            let line = lines.get(*i)?;
            line.descriptions(ctx.group)
                .next()
                .or(line.hs)
                .or(line.model)
        };
        let places: Vec<Value> = outside.iter().filter_map(place).collect();
        let taken = take_out(ctx, &self.goods);
        let number = |i: usize| lines.get(i).map_or("", |l| l.number.as_str());
        let shown: Vec<&str> = outside.iter().map(|i| number(*i)).take(20).collect();
        let sharing: Vec<&str> = taken
            .iter()
            .map(|i| *i as usize)
            .filter(|i| outside.binary_search(i).is_err())
            .map(number)
            .take(20)
            .collect();
        let cartons = shared(ctx, &outside, &taken);
        let (mut en, mut zh) = (
            format!("Line(s) {} are not goods of this lane.", shown.join(", ")),
            format!("第 {} 项不是本通道的货物。", shown.join("、")),
        );
        if !sharing.is_empty() {
            let names: Vec<&str> = cartons.iter().map(|v| ctx.group.raw(v).trim()).collect();
            let (list, liste) = match names.as_slice() {
                [] => (String::new(), String::new()),
                names => (
                    format!(" ({})", names.join(", ")),
                    format!("（箱号 {}）", names.join("、")),
                ),
            };
            en.push_str(&format!(
                " Line(s) {} share a carton with them{list}.",
                sharing.join(", ")
            ));
            zh.push_str(&format!("第 {} 项与其同箱{liste}。", sharing.join("、")));
        }
        let what = Say::new(en, zh);
        let Some(first) = places.first() else {
            let document = ctx.shipment.declarations.first().copied().unwrap_or(0);
            return Outcome::one(Detail::absent(what, document));
        };
        let mut detail = Detail::fail(what, *first).found(ctx.group.raw(first).trim());
        for value in places.iter().skip(1).take(20) {
            detail = detail.related(*value);
        }
        for carton in cartons {
            detail = detail.related(carton);
        }
        Outcome::one(detail)
    }
}

/// The numbers of the cartons that lines of the lane share with the lines to take out.
fn shared(ctx: &Ctx<'_>, outside: &[usize], taken: &BTreeSet<u32>) -> Vec<Value> {
    let shipment = ctx.shipment;
    let key = |i: u32| shipment.lines.get(i as usize).map(|l| l.key);
    let inside = taken.iter().filter(|i| !outside.contains(&(**i as usize)));
    let keys: BTreeSet<Key> = taken.iter().filter_map(|i| key(*i)).collect();
    let mut found: Vec<u32> = Vec::new();
    let mut by_carton: BTreeMap<u32, BTreeSet<Key>> = BTreeMap::new();
    for packed in shipment.packed.iter().filter(|p| keys.contains(&p.key)) {
        by_carton
            .entry(packed.cartons)
            .or_default()
            .insert(packed.key);
    }
    for own in inside.take(20).filter_map(|i| key(*i)) {
        for row in shipment.packed_with(own) {
            let Some(row) = shipment.packed.get(*row as usize) else {
                continue;
            };
            let mut there = by_carton.get(&row.cartons).into_iter().flatten();
            if found.len() < 20 && there.any(|k| *k != own) && !found.contains(&row.cartons) {
                found.push(row.cartons);
            }
        }
    }
    let numbers = found.iter().take(20);
    numbers
        .filter_map(|c| shipment.cartons.get(*c as usize)?.number)
        .collect()
}
