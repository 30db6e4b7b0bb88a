//! `batch_output`: what the processing log says was made in a line's batches is the declared model,
//! and no less of it than is declared.

use super::{Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::measure::{self, Measure, shown};
use crate::facts::why::why;
use crate::link::{Batch, Line, Value};
use crate::model::FieldId;
use crate::normalize::text::fold;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchOutput {}

impl Judges for BatchOutput {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Line];
    const REASONS: &str = "batch-of-another-model judged-with-first-line no-logged-batch no-quantity-to-compare \
        output-not-comparable output-too-small";

    fn line(&self, ctx: &Ctx<'_>, number: u32, line: &Line) -> Outcome {
        // Lines of one model share its batches; they are judged with the first.
        let lines: &[u32] = match line.key.is_none() {
            true => &[number],
            false => ctx.shipment.lines_with(line.key),
        };
        if lines.first() != Some(&number) {
            return Outcome::nothing(why!("judged-with-first-line"));
        }
        let lines = lines
            .iter()
            .filter_map(|l| ctx.shipment.lines.get(*l as usize));
        let lines: Vec<&Line> = lines.collect();
        let mut rows: Vec<&Batch> = lines.iter().flat_map(|l| ctx.group.logged(l)).collect();
        rows.sort_by_key(|row| row.source);
        rows.dedup_by_key(|row| row.source);
        let is_own = |row: &&&Batch| row.model.is_none_or(|m| is_of(ctx, line, &m));
        let own: Vec<&Batch> = rows.iter().filter(is_own).copied().collect();
        match (rows.first(), own.is_empty()) {
            (None, _) => Outcome::nothing(why!("no-logged-batch")),
            (Some(other), true) => Outcome::one(of_another(ctx, line, other)),
            (Some(_), false) => output(ctx, &lines, &own),
        }
    }
}

/// Whether a model of the log is the line's.
fn is_of(ctx: &Ctx<'_>, line: &Line, model: &Value) -> bool {
    let key = ctx.group.model_key(ctx.group.raw(model));
    line.key.is_none() || line.key == key || line.others.iter().any(|(_, k)| *k == key)
}

fn of_another(ctx: &Ctx<'_>, line: &Line, row: &Batch) -> Detail {
    let group = ctx.group;
    let batch = group.raw(&row.batch).trim();
    let made = row.model.map_or("", |m| group.raw(&m).trim());
    let declared = line.model.map_or("", |m| group.raw(&m).trim());
    let what = why!("batch-of-another-model"; batch, made, declared);
    let detail = Detail::fail(what, row.model.unwrap_or(row.batch)).found(made);
    let detail = detail.expected(declared);
    line.model.into_iter().fold(detail, Detail::related)
}

/// The outputs of the rows by the step of the work they stand for: the same goods go through all.
fn by_step(ctx: &Ctx<'_>, rows: &[&Batch]) -> BTreeMap<String, Vec<(Value, Option<Value>)>> {
    let group = ctx.group;
    let mut steps: BTreeMap<String, Vec<(Value, Option<Value>)>> = BTreeMap::new();
    for row in rows {
        let (document, record) = row.source;
        let of = |id| group.entry(document, record, id);
        let Some(value) = of(FieldId::QUANTITY) else {
            continue;
        };
        let step = of(FieldId::PROCESS).map(|v| fold(group.raw(&v)));
        let made = steps.entry(step.unwrap_or_default()).or_default();
        made.push((value, of(FieldId::UNIT)));
    }
    steps
}

/// The output of the batches against what is declared of the model.
fn output(ctx: &Ctx<'_>, lines: &[&Line], rows: &[&Batch]) -> Outcome {
    let group = ctx.group;
    let declared = lines.iter().filter_map(|line| {
        let unit = group.record(line.document, line.record, FieldId::UNIT);
        Some((line.quantity?, unit))
    });
    let declared: Vec<(Value, Option<Value>)> = declared.collect();
    let steps = by_step(ctx, rows);
    let first = steps.values().next().and_then(|made| made.first());
    let (Some((at, _)), Some((own, _))) = (first, declared.first()) else {
        return Outcome::nothing(why!("no-quantity-to-compare"));
    };
    let sum = measure::sum(group, &declared);
    // What a step does not state in the declared unit says nothing of the goods; one must.
    let least = sum.and_then(|declared| {
        let sums = steps.values().filter_map(|made| {
            let sum = measure::sum(group, made).filter(|m: &Measure| m.is_like(&declared))?;
            Some((made.first()?, sum))
        });
        let least = sums.min_by(|(_, a), (_, b)| a.value.total_cmp(&b.value))?;
        Some((least, declared))
    });
    let Some((((at, _), made), declared)) = least else {
        let [a, b] = [at, own].map(|v| group.raw(v).trim());
        let what = why!("output-not-comparable"; made = a, declared = b);
        return Outcome::one(Detail::unknown(what, *at).found(a).related(*own));
    };
    if made.value >= declared.value || measure::equal(made.value, declared.value) {
        return Outcome::pass(own);
    }
    let (a, b) = (shown(made.value), shown(declared.value));
    let what = why!("output-too-small"; made = a, declared = b);
    Outcome::one(
        Detail::fail(what, *at)
            .found(a)
            .expected(format!("≥ {b}"))
            .related(*own),
    )
}
