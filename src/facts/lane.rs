//! Which lines are of the lane, and which share cartons with those that are not.

use super::Ctx;
use crate::link::{Key, Value};
use std::collections::{BTreeMap, BTreeSet};

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

/// The numbers of the cartons that lines of the lane share with the lines to take out.
pub fn shared(ctx: &Ctx<'_>, outside: &[usize], taken: &BTreeSet<u32>) -> Vec<Value> {
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
