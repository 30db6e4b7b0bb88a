//! `batch_output`: what the processing log says was made in a line's batches is the declared model,
//! and no less of it than is declared.

use super::{Ctx, Detail, Outcome};
use crate::facts::measure::{self, Measure, shown};
use crate::link::{Batch, Line, Value};
use crate::model::{FieldId, Say};
use serde::Deserialize;

#[derive(Clone, Copy, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchOutput {}

impl BatchOutput {
    pub fn run(self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let Some(line) = ctx.shipment.lines.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        // Lines of one model share its batches; they are judged with the first.
        let lines: &[u32] = match line.key.is_none() {
            true => &[number],
            false => ctx.shipment.lines_with(line.key),
        };
        if lines.first() != Some(&number) {
            return Outcome::NotApplicable;
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
            (None, _) => Outcome::NotApplicable,
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
    let what = Say::new(
        format!("Batch {batch} is of {made} in the processing log; {declared} is declared."),
        format!("加工记录中批号 {batch} 的产品为 {made}，申报为 {declared}。"),
    );
    let detail = Detail::fail(what, row.model.unwrap_or(row.batch)).found(made);
    let detail = detail.expected(declared);
    line.model.into_iter().fold(detail, Detail::related)
}

/// The output of the batches against what is declared of the model.
fn output(ctx: &Ctx<'_>, lines: &[&Line], rows: &[&Batch]) -> Outcome {
    let group = ctx.group;
    let made = rows.iter().filter_map(|row| {
        let (document, record) = row.source;
        let value = group.entry(document, record, FieldId::QUANTITY)?;
        Some((value, group.entry(document, record, FieldId::UNIT)))
    });
    let made: Vec<(Value, Option<Value>)> = made.collect();
    let declared = lines.iter().filter_map(|line| {
        let unit = group.record(line.document, line.record, FieldId::UNIT);
        Some((line.quantity?, unit))
    });
    let declared: Vec<(Value, Option<Value>)> = declared.collect();
    let (Some((at, _)), Some((own, _))) = (made.first(), declared.first()) else {
        return Outcome::NotApplicable;
    };
    let sums = measure::sum(group, &made).zip(measure::sum(group, &declared));
    let comparable = sums.filter(|(made, declared): &(Measure, Measure)| made.is_like(declared));
    let Some((made, declared)) = comparable else {
        let [a, b] = [at, own].map(|v| group.raw(v).trim());
        let what = Say::new(
            format!(
                "The output “{a}” and the declared quantity “{b}” are not in one unit, or no clear numbers."
            ),
            format!("产出“{a}”与申报数量“{b}”单位不同或不是明确的数字，无法核对。"),
        );
        return Outcome::one(Detail::unknown(what, *at).found(a).related(*own));
    };
    if made.value >= declared.value || measure::equal(made.value, declared.value) {
        return Outcome::pass();
    }
    let (a, b) = (shown(made.value), shown(declared.value));
    let what = Say::new(
        format!("The batches put out {a}; {b} are declared."),
        format!("各批次产出合计 {a}，申报 {b}。"),
    );
    Outcome::one(
        Detail::fail(what, *at)
            .found(a)
            .expected(format!("≥ {b}"))
            .related(*own),
    )
}
