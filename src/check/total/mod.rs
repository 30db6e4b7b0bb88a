//! `total`: sums of one document equal what another states.

mod stated;
mod value;
mod weights;

use super::{Ctx, Detail, Outcome};
use crate::facts::measure::{self, Measure, shown};
use crate::link::{Key, Value, carton_runs, overlaps};
use crate::model::{FieldId, Say};
use crate::normalize::model;
use indexmap::IndexMap;
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

impl Total {
    pub fn parameter(&self) -> Option<&str> {
        self.tolerance.as_deref()
    }

    pub fn run(&self, ctx: &Ctx<'_>) -> Outcome {
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
            return Outcome::NotApplicable;
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

/// A sum with its parts.
#[derive(Default)]
struct Sum {
    value: f64,
    unit: String,
    parts: Vec<Value>,
    /// Units that were counted over: `120 DOZ = 1440 pieces`.
    steps: Vec<String>,
    /// A part that is not a number, or of another unit.
    unclear: Option<(Value, Say)>,
}

impl Sum {
    fn add(&mut self, ctx: &Ctx<'_>, part: &Quantity) {
        let Some(value) = part.value else {
            let what = Say::new("a quantity is missing", "缺少数量");
            if let (None, Some(owner)) = (&self.unclear, part.model) {
                self.unclear = Some((owner, what));
            }
            return;
        };
        let raw = ctx.group.raw(&value);
        self.parts.push(value);
        let Some(read) = measure::read(ctx.group, &value, part.unit) else {
            let what = Say::new(
                format!("“{}” is not one clear number", raw.trim()),
                format!("“{}”不是明确的数字", raw.trim()),
            );
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
            let what = Say::new(
                format!(
                    "“{}” is in {}, what stands before it in {}",
                    raw.trim(),
                    read.unit,
                    sum.unit
                ),
                format!("“{}”与其他数量的单位不同", raw.trim()),
            );
            self.unclear.get_or_insert((value, what));
        }
        self.unit = if sum.unit.is_empty() {
            read.unit
        } else {
            sum.unit
        };
        self.value += read.value;
    }

    fn measure(&self) -> Measure {
        Measure {
            value: self.value,
            unit: self.unit.clone(),
        }
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
    Outcome::Judged(details)
}

/// A quantity, the unit that stands beside it, and the model it is of.
#[derive(Clone, Copy)]
struct Quantity {
    value: Option<Value>,
    unit: Option<Value>,
    model: Option<Value>,
}

/// Lines and packing rows that look alike, together; apart where several spellings are both declared
/// and packed: real families differ only in case.
fn families(
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

fn compare(ctx: &Ctx<'_>, name: &str, declared: &Sum, packed: &Sum) -> Option<Detail> {
    let subject = || format!("model {name}");
    if let Some((value, why)) = declared.unclear.as_ref().or(packed.unclear.as_ref()) {
        let what = Say::new(
            format!("The quantity of model {name} cannot be summed: {}.", why.en),
            format!("型号 {name} 的数量无法合计：{}。", why.zh),
        );
        return Some(Detail::unknown(what, *value).subject(subject()));
    }
    let first = declared.parts.first().copied()?;
    if !declared.measure().is_like(&packed.measure()) {
        let what = Say::new(
            format!(
                "Model {name} is declared in {} and packed in {}.",
                declared.unit, packed.unit
            ),
            format!(
                "型号 {name} 申报单位与装箱单位不同（{} / {}）。",
                declared.unit, packed.unit
            ),
        );
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
    let steps: Vec<&str> = steps.map(String::as_str).collect();
    let steps = if steps.is_empty() {
        Say::default()
    } else {
        let text = steps.join(", ");
        Say::new(format!(" ({text})"), format!("（{text}）"))
    };
    let what = Say::new(
        format!("Model {name}: {a} declared, {b} packed{}.", steps.en),
        format!("型号 {name}：申报 {a}，装箱 {b}{}。", steps.zh),
    );
    let mut detail = Detail::fail(what, first)
        .subject(subject())
        .found(a)
        .expected(b)
        .unless_unread(ctx.group);
    for part in declared.parts.iter().skip(1).chain(&packed.parts).take(12) {
        detail = detail.related(*part);
    }
    Some(detail)
}

fn packages(ctx: &Ctx<'_>) -> Outcome {
    let group = ctx.group;
    let Some(stated) = ctx.shipment.header(group, FieldId::PACKAGES) else {
        let what = Say::new(
            "The declaration states no number of packages.",
            "报关单没有写件数。",
        );
        let document = ctx.shipment.declarations.first().copied().unwrap_or(0);
        return Outcome::one(Detail::unstated(what, document));
    };
    let raw = group.raw(&stated);
    let Some(declared) = group.quantity(&stated) else {
        let what = Say::new(
            format!(
                "The number of packages “{}” is not one clear number.",
                raw.trim()
            ),
            format!("件数“{}”不是明确的数字。", raw.trim()),
        );
        return Outcome::one(Detail::unknown(what, stated));
    };
    let mut details = Vec::new();
    let mut total = 0u64;
    for cartons in &ctx.shipment.cartons {
        if let Some((ranged, counted)) = cartons.conflict {
            let at = cartons.count.or(cartons.number);
            if let Some(at) = at {
                let what = Say::new(
                    format!("The carton numbers make {ranged} cartons, the count says {counted}."),
                    format!("箱号范围为 {ranged} 箱，件数栏为 {counted}。"),
                );
                let mut detail = Detail::fail(what, at)
                    .found(counted.to_string())
                    .expected(ranged.to_string())
                    .fix(Say::new(
                        "Correct the count or the carton numbers of this row.",
                        "请更正该行的件数或箱号。",
                    ));
                if let Some(number) = cartons.number {
                    detail = detail.related(number);
                }
                details.push(detail);
            }
        }
        match cartons.total {
            Some(n) => total = total.saturating_add(n),
            None => {
                let what = Say::new(
                    "The number of cartons of a packing row cannot be read.",
                    "装箱单某行的箱数无法读取。",
                );
                let at = cartons.count.or(cartons.number);
                let detail = match (at, ctx.shipment.packing_lists.first()) {
                    (Some(at), _) => Detail::unknown(what, at),
                    (None, Some(list)) => Detail::unstated(what, *list),
                    (None, None) => Detail::nothing_there(what),
                };
                details.push(detail);
                return Outcome::Judged(details);
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
        let what = Say::new(
            format!(
                "{} packages are declared, the packing list has {total} cartons.",
                shown(declared.value)
            ),
            format!("申报 {} 件，装箱单合计 {total} 箱。", shown(declared.value)),
        );
        let mut detail = Detail::fail(what, stated)
            .found(raw.trim())
            .expected(total.to_string())
            .unless_unread(group);
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
    Outcome::Judged(details)
}
