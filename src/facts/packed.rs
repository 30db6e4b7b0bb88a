//! Which packed model is a declared one: by spelling, by alias, among what is left on both sides.

use super::Ctx;
use crate::link::{Key, Value};
use crate::model::{Grade, Say, work};
use crate::normalize::compare;

pub fn best_packed(
    ctx: &Ctx<'_>,
    model: &Value,
    candidates: &[u32],
) -> Option<(Grade, Say, Value)> {
    let group = ctx.group;
    let raw = group.raw(model);
    let words = &group.vocabulary.words;
    let mut best: Option<(Grade, Say, Value)> = None;
    work::steps(candidates.len());
    for candidate in candidates {
        let Some(value) = ctx
            .shipment
            .packed
            .get(*candidate as usize)
            .and_then(|p| p.model)
        else {
            continue;
        };
        let other = group.raw(&value);
        if other == raw {
            return Some((Grade::Identical, Say::default(), value));
        }
        let joined = group.aliases.model(raw, other, words);
        let compared = compare::models(raw, other, words, joined);
        if best.as_ref().is_none_or(|(g, ..)| compared.grade < *g) {
            best = Some((compared.grade, compared.reason, value));
        }
    }
    best
}

/// The packing row that names a model by another name of the alias table, and why they are one.
pub fn packed_under_alias(ctx: &Ctx<'_>, model: &Value) -> Option<(Value, Say)> {
    let group = ctx.group;
    let words = &group.vocabulary.words;
    let raw = group.raw(model);
    for name in group.aliases.other_models(raw, words) {
        let rows = ctx.shipment.packed_with(group.model_key(name));
        let value = rows
            .first()
            .and_then(|row| ctx.shipment.packed.get(*row as usize)?.model);
        if let Some(value) = value
            && let Some(reason) = group.aliases.model(raw, group.raw(&value), words)
        {
            return Some((value, reason));
        }
    }
    None
}

pub fn declared_under_alias(ctx: &Ctx<'_>, model: &Value) -> bool {
    let words = &ctx.group.vocabulary.words;
    let names = ctx.group.aliases.other_models(ctx.group.raw(model), words);
    names.iter().any(|name| {
        !ctx.shipment
            .lines_with(ctx.group.model_key(name))
            .is_empty()
    })
}

/// The packed model that is the partner of a declared one among what is left on both sides.
pub fn near_leftover(ctx: &Ctx<'_>, model: &Value, key: Key) -> Option<(Value, compare::Compared)> {
    let partner = ctx.shipment.packed_partner(ctx.group, key)?;
    let row = ctx.shipment.packed_with(partner).first()?;
    let value = ctx.shipment.packed.get(*row as usize)?.model?;
    let words = &ctx.group.vocabulary.words;
    let compared = compare::models(ctx.group.raw(model), ctx.group.raw(&value), words, None);
    Some((value, compared))
}

/// The headings of a document's table for which no field was found.
pub fn not_understood(ctx: &Ctx<'_>, document: u32) -> Option<String> {
    let document = ctx.group.document(document)?;
    let cells = document.understood.columns_not_taken.iter().take(6);
    let names: Vec<&str> = cells.map(|c| document.grid.cell_text(*c).trim()).collect();
    (!names.is_empty()).then(|| names.join("、"))
}
