//! Which lines are of the lane, and which share cartons with those that are not.

use super::Ctx;
use crate::link::{Key, Value};
use crate::model::Say;
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

/// The documents each category of the selected lines asks for: its name, the kinds, its lines.
/// Lines of the pilot list that fall in no category need what every category asks for.
pub fn demanded<'c>(ctx: &'c Ctx<'_>, parameter: &str) -> Vec<(Say, Vec<&'c str>, Vec<u32>)> {
    let table = ctx.parameters.goods(parameter);
    let lines = |wanted: &dyn Fn(&super::Classified) -> bool| -> Vec<u32> {
        let named = ctx.goods.iter().enumerate().filter(|(_, g)| wanted(g));
        named.map(|(i, _)| crate::model::grid::index(i)).collect()
    };
    let kinds = |documents: &'c [String]| documents.iter().map(String::as_str);
    let mut all: Vec<(Say, Vec<&str>, Vec<u32>)> = Vec::new();
    for (number, category) in table.iter().enumerate() {
        let own = lines(&|g| g.names(number));
        all.push((
            category.name.clone(),
            kinds(&category.documents).collect(),
            own,
        ));
    }
    let common = table.first().map_or(&[][..], |g| g.documents.as_slice());
    let common = kinds(common).filter(|k| table.iter().all(|g| g.documents.iter().any(|d| d == k)));
    let none = lines(&|g| g.selected && g.by_code.is_empty() && g.by_words.is_empty());
    let name = Say::new("goods of the pilot list", "试点清单");
    all.push((name, common.collect(), none));
    all
}
