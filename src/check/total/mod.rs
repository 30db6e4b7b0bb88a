//! `total`: sums of one document equal what another states.

mod stated;
mod value;
mod weights;

use super::{At, Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::measure::shown;
use crate::facts::sums::{Quantity, Sum, families};
use crate::facts::why::{Why, why};
use crate::link::{Key, carton_runs, overlaps};
use crate::model::FieldId;
use serde::Deserialize;
use std::collections::{BTreeSet, HashSet};

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Total {
    of: What,
    /// A text parameter: how far weights may differ, `1 kg` or `0.5%`.
    #[serde(default)]
    tolerance: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum What {
    /// Per model: packed quantity equals declared quantity.
    QuantityPerModel,
    /// Cartons equal the declared packages.
    Packages,
    /// Weights of the packing list add up to the declared ones.
    GrossWeight,
    NetWeight,
    /// Net weight is not above gross weight.
    NetBelowGross,
    /// Quantity times price is the line total; line totals add up to every stated total.
    Value,
    /// Totals rows agree with the rows above them.
    Stated,
}

impl Judges for Total {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment, SubjectKind::Model];
    const REASONS: &str = "cartons-and-count-differ cartons-unread net-above-gross \
        net-above-gross-in-rows no-amounts no-packages no-totals-stated no-weights-to-compare \
        nothing-packed number-in-other-unit number-unclear packages-differ packages-unclear \
        papers-add-up-differently product-differs quantity-differs quantity-missing \
        quantity-unclear total-differs total-not-comparable units-differ value-differs \
        value-in-words-differs weight-differs weight-unclear";

    fn parameters(&self) -> Vec<&str> {
        self.tolerance.as_deref().into_iter().collect()
    }

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        match self.of {
            What::Value => return value::run(ctx),
            What::Stated => return stated::rows(ctx),
            What::NetBelowGross => return weights::net_below_gross(ctx),
            _ => {}
        }
        if ctx.shipment.lines.is_empty()
            || ctx.shipment.packed.is_empty()
            || ctx.shipment.packing_unclear
        {
            return Outcome::nothing(why!("nothing-packed"));
        }
        match self.of {
            What::QuantityPerModel => quantities(ctx),
            What::Packages => packages(ctx),
            What::NetWeight => weights::totals(ctx, FieldId::NET_WEIGHT, self.tolerance(ctx)),
            _ => weights::totals(ctx, FieldId::GROSS_WEIGHT, self.tolerance(ctx)),
        }
    }
}

impl Total {
    fn tolerance<'c>(&self, ctx: &'c Ctx<'_>) -> &'c str {
        let named = self.tolerance.as_ref();
        named.map_or("", |name| ctx.parameters.text(name))
    }
}

fn quantities(ctx: &Ctx<'_>) -> Outcome {
    let mut details = Vec::new();
    // Same order as the declaration.
    let mut seen: HashSet<Key> = HashSet::new();
    for line in &ctx.shipment.lines {
        if line.key.is_none() || !seen.insert(line.key) {
            continue;
        }
        // A line of several models is held against all their rows.
        let keys = std::iter::once(line.key).chain(line.others.iter().map(|(_, key)| *key));
        let keys: BTreeSet<Key> = keys.collect();
        seen.extend(&keys);
        let of = |all: &dyn Fn(Key) -> Vec<u32>| -> BTreeSet<u32> {
            keys.iter().flat_map(|k| all(*k)).collect()
        };
        let lines = of(&|k| ctx.shipment.lines_with(k).to_vec());
        let rows = of(&|k| ctx.shipment.packed_with(k).to_vec());
        if rows.is_empty() {
            continue;
        }
        let lines = lines.iter().filter_map(|i| {
            let line = ctx.shipment.lines.get(*i as usize)?;
            Some(Quantity {
                value: line.quantity,
                unit: ctx.group.record(line.document, line.record, FieldId::UNIT),
                model: line.model,
            })
        });
        let rows = rows.iter().filter_map(|i| {
            let row = ctx.shipment.packed.get(*i as usize)?;
            Some(Quantity {
                value: row.quantity,
                unit: ctx.group.record(row.document, row.record, FieldId::UNIT),
                model: row.model,
            })
        });
        let sum = |rows: &[Quantity]| {
            let mut sum = Sum::default();
            rows.iter().for_each(|part| sum.add(ctx, part));
            sum
        };
        for (lines, rows) in families(ctx, lines.collect(), rows.collect()) {
            let model = lines.first().and_then(|line| line.model);
            let name = model.map_or("", |m| ctx.group.raw(&m).trim());
            details.extend(compare(ctx, name, &sum(&lines), &sum(&rows)));
        }
    }
    Outcome::judged(details, ctx.declaration())
}

fn compare(ctx: &Ctx<'_>, name: &str, declared: &Sum, packed: &Sum) -> Option<Detail> {
    let subject = || format!("model {name}");
    if let Some((value, why)) = declared.unclear.as_ref().or(packed.unclear.as_ref()) {
        let what = why!("quantity-unclear"; model = name).also(why.clone());
        return Some(Detail::unknown(what, *value).subject(subject()));
    }
    let first = declared.parts.first().copied()?;
    if !declared.measure().is_like(&packed.measure()) {
        let what = why!("units-differ";
            model = name, declared = declared.unit, packed = packed.unit);
        let mut detail = Detail::unknown(what, first).subject(subject());
        if let Some(other) = packed.parts.first() {
            detail = detail.related(*other);
        }
        return Some(detail);
    }
    if (declared.value - packed.value).abs() < 1e-6 * declared.value.abs().max(1.0) {
        return None;
    }
    let (a, b) = (shown(declared.value), shown(packed.value));
    let steps = declared.steps.iter().chain(&packed.steps).take(4);
    let what = why!("quantity-differs"; model = name, declared = a, packed = b);
    let what = steps.cloned().fold(what, Why::also);
    let mut detail = Detail::fail(what, first)
        .subject(subject())
        .found(a)
        .expected(b)
        .unless_unread(ctx.group, &["packing-list"]);
    detail = detail.beside(declared.parts.iter().skip(1).chain(&packed.parts).take(12));
    Some(detail)
}

fn packages(ctx: &Ctx<'_>) -> Outcome {
    let group = ctx.group;
    let Some(stated) = ctx.shipment.header(group, FieldId::PACKAGES) else {
        let what = why!("no-packages");
        return Outcome::one(Detail::unknown(what, ctx.declaration()));
    };
    let raw = group.raw(&stated);
    let Some(declared) = group.quantity(&stated) else {
        let what = why!("packages-unclear"; trim = raw.trim());
        return Outcome::one(Detail::unknown(what, stated));
    };
    let mut details = Vec::new();
    let mut total = 0u64;
    for cartons in &ctx.shipment.cartons {
        if let Some((ranged, counted)) = cartons.conflict {
            let at = cartons.count.or(cartons.number);
            if let Some(at) = at {
                let what = why!("cartons-and-count-differ"; ranged, counted);
                let mut detail = Detail::fail(what, at)
                    .found(counted.to_string())
                    .expected(ranged.to_string());
                if let Some(number) = cartons.number {
                    detail = detail.related(number);
                }
                details.push(detail);
            }
        }
        match cartons.total(group) {
            Some(n) => total = total.saturating_add(n),
            None => {
                let what = why!("cartons-unread");
                let at = cartons.count.or(cartons.number).map(At::Value);
                let detail = Detail::unknown(what, at.unwrap_or(ctx.packing_list()));
                details.push(detail);
                return Outcome::judged(details, ctx.declaration());
            }
        }
    }
    // A carton that stands in two lists is one carton; two lists that both count from one may
    // still mean different cartons, and either count is taken.
    let runs = carton_runs(group, ctx.shipment, 0);
    let (mut twice, mut perhaps) = (0u64, 0u64);
    for both in overlaps(&runs, |r| r.at.document) {
        let plain = both.later.prefix.is_empty();
        *(if plain { &mut perhaps } else { &mut twice }) += both.count();
    }
    let total = total.saturating_sub(twice);
    #[expect(clippy::cast_precision_loss)]
    let differs = |packed: u64| (declared.value - packed as f64).abs() > 0.5;
    if differs(total) && differs(total.saturating_sub(perhaps)) {
        let what = why!("packages-differ"; value = shown(declared.value), total);
        let mut detail = Detail::fail(what, stated)
            .found(raw.trim())
            .expected(total.to_string())
            .unless_unread(group, &["packing-list"]);
        let ends = [ctx.shipment.cartons.first(), ctx.shipment.cartons.last()];
        let mut seen = None;
        for cartons in ends.into_iter().flatten() {
            let value = cartons.count.or(cartons.number);
            let at = value.map(|v| v.field.cell);
            if let Some(value) = value.filter(|_| at != seen) {
                detail = detail.related(value);
                seen = at;
            }
        }
        details.push(detail);
    }
    Outcome::judged(details, ctx.declaration())
}
