//! `found_in`: a line's model, batch or report number stands in the packing list, a report, a log.

mod logged;
mod named_report;

use super::{Ctx, Detail, FieldPath, Outcome};
use crate::link::{Key, Report, Value};
use crate::model::{FieldId, Grade, Say, work};
use crate::normalize::compare;
use serde::Deserialize;
use std::collections::HashSet;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FoundIn {
    /// `line.model`, `line.batch`, or `line.report_no` for the report a line names.
    pub field: FieldPath,
    #[serde(rename = "in")]
    pub place: Where,
    /// The loosest grade that still counts as found.
    pub grade: Grade,
    /// What stands there must also be declared.
    #[serde(default)]
    pub both_ways: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Where {
    PackingList,
    Report,
    BatchLog,
}

impl FoundIn {
    pub fn run(&self, ctx: &Ctx<'_>, line: u32) -> Outcome {
        match self.place {
            Where::PackingList => self.in_packing(ctx, line),
            Where::Report if self.field.name == "report_no" => named_report::run(ctx, line),
            Where::Report => in_report(ctx, line, self.grade),
            Where::BatchLog => logged::run(ctx, line, self.grade),
        }
    }

    fn in_packing(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let Some(line) = ctx.shipment.lines.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        if ctx.shipment.packed.is_empty() || ctx.shipment.packing_unclear {
            // That the packing list is missing is doc/shipment-complete's to say.
            return Outcome::NotApplicable;
        }
        let Some(model) = line.model else {
            return Outcome::one(no_model(ctx, line));
        };
        let models = line.models(model);
        let details = models.filter_map(|(model, key)| self.one_packed(ctx, model, key));
        Outcome::Judged(details.collect())
    }

    fn one_packed(&self, ctx: &Ctx<'_>, model: Value, key: Key) -> Option<Detail> {
        let group = ctx.group;
        let candidates = ctx.shipment.packed_like(group, key, group.raw(&model));
        let best = best_packed(ctx, &model, &candidates);
        if let Some((grade, reason, other)) = best {
            if grade <= self.grade {
                return None;
            }
            let detail = spelled_otherwise(ctx, model, other, grade, reason);
            return Some(detail);
        }
        if let Some((other, reason)) = packed_under_alias(ctx, &model) {
            if self.grade >= Grade::Alias {
                return None;
            }
            return Some(spelled_otherwise(ctx, model, other, Grade::Alias, reason));
        }
        // Leftovers pair with leftovers: packed models nobody declares come first.
        let near = near_leftover(ctx, &model, key);
        let raw = group.raw(&model);
        let what = Say::new(
            format!("Model {raw} is declared but not in the packing list."),
            format!("型号 {raw} 已申报，但装箱单里没有。"),
        );
        // A packed row that states no model, or one nobody can read, may be this one.
        let unnamed = ctx.shipment.packed.iter().any(|p| p.key.is_none());
        let unread = ctx.shipment.packed.iter().filter(|p| p.model.is_none());
        let mut unread = unread.filter_map(|p| group.record(p.document, p.record, FieldId::MODEL));
        let lost = unread.find(|v| group.is_lost(v));
        let detail = match lost {
            Some(other) => Detail::unknown(what, model).related(other),
            None if near.is_none() && unnamed => Detail::unknown(what, model),
            None => Detail::fail(what, model),
        };
        let mut detail = detail.found(raw).unless_unread(group);
        match near {
            Some((packed, compared)) => {
                let other = group.raw(&packed);
                detail = detail
                    .expected(other)
                    .nearest(Some(other.to_string()))
                    .graded(compared.grade, compared.reason)
                    .related(packed);
            }
            None => {
                let fix = Say::new(
                    "Add the model to the packing list, or take it out of the declaration.",
                    "请在装箱单中补充该型号，或从报关单中删除。",
                );
                detail = detail.graded(Grade::Different, Say::default()).fix(fix);
                if let Some(list) = ctx.shipment.packing_lists.first() {
                    detail = detail.related_document(*list);
                }
            }
        }
        Some(detail)
    }

    /// Packed models that no line declares.
    pub fn run_reverse(&self, ctx: &Ctx<'_>) -> Outcome {
        if self.place != Where::PackingList || ctx.shipment.lines.is_empty() {
            return Outcome::NotApplicable;
        }
        if ctx.shipment.packed.is_empty() {
            return Outcome::NotApplicable;
        }
        let group = ctx.group;
        let unnamed = ctx.shipment.lines.iter().any(|l| l.model.is_none());
        let mut details = Vec::new();
        let mut seen: HashSet<Key> = HashSet::new();
        for packed in &ctx.shipment.packed {
            let declared = !ctx.shipment.lines_with(packed.key).is_empty();
            if packed.key.is_none() || declared || !seen.insert(packed.key) {
                continue;
            }
            let Some(model) = packed.model else { continue };
            // Already named as the alias or the near partner of a declared model.
            if declared_under_alias(ctx, &model) || ctx.shipment.is_partner(group, packed.key) {
                continue;
            }
            let raw = group.raw(&model);
            let what = Say::new(
                format!("Model {raw} is packed but not declared."),
                format!("型号 {raw} 已装箱，但没有申报。"),
            );
            // A line whose model is not known may be this one.
            let detail = match unnamed {
                true => Detail::unknown(what, model),
                false => Detail::fail(what, model),
            };
            let mut detail = detail
                .found(raw)
                .subject(format!("model {raw}"))
                .graded(Grade::Different, Say::default())
                .fix(Say::new(
                    "Declare the model, or take it out of the packing list.",
                    "请申报该型号，或从装箱单中删除。",
                ))
                .unless_unread(group);
            if let Some(document) = ctx.shipment.declarations.first() {
                detail = detail.related_document(*document);
            }
            details.push(detail);
        }
        Outcome::Judged(details)
    }
}

fn in_report(ctx: &Ctx<'_>, number: u32, loosest: Grade) -> Outcome {
    let group = ctx.group;
    let Some(line) = ctx.shipment.lines.get(number as usize) else {
        return Outcome::NotApplicable;
    };
    let Some(model) = line.model else {
        return Outcome::one(no_model(ctx, line));
    };
    let raw = group.raw(&model);
    let reliance = ctx.reliance.get(number as usize).copied().flatten();
    if let Some((report, rival)) = reliance.and_then(|r| Some((r.report, r.rival?))) {
        return Outcome::one(rivals(ctx, model, report, rival));
    }
    if reliance.is_some_and(|r| r.names_it && r.grade <= loosest) {
        let others = line.others.iter();
        let alone = others.filter(|(_, key)| group.reports_naming(*key).is_empty());
        let details = alone.map(|(model, _)| in_no_report(ctx, *model, None));
        return Outcome::Judged(details.collect());
    }
    if group.reports.is_empty() {
        let what = Say::new(
            format!("There is no lab report for model {raw}."),
            format!("没有型号 {raw} 的检测报告。"),
        );
        return Outcome::one(Detail::unknown(what, model).found(raw));
    }
    let near = reliance.and_then(|r| {
        let report = group.reports.get(r.report as usize)?;
        report.models.get(r.model as usize).map(|m| m.value)
    });
    Outcome::one(in_no_report(ctx, model, near))
}

/// A model that stands in no report; the nearest that does.
fn in_no_report(ctx: &Ctx<'_>, model: Value, near: Option<Value>) -> Detail {
    let group = ctx.group;
    let raw = group.raw(&model);
    let what = Say::new(
        format!("No lab report names model {raw}."),
        format!("没有检测报告写明型号 {raw}。"),
    );
    let mut detail = Detail::fail(what, model).found(raw).unless_unread(group);
    if let Some(near) = near {
        let other = group.raw(&near);
        let words = &group.vocabulary.words;
        let compared = compare::models(raw, other, words, None);
        detail = detail
            .expected(other)
            .nearest(Some(other.to_string()))
            .graded(compared.grade, compared.reason)
            .related(near);
    } else {
        detail = detail.graded(Grade::Different, Say::default());
        for report in group.reports.iter().take(3) {
            detail = detail.related_document(report.source.document());
        }
    }
    detail
}

/// That a model stands in two reports and nothing tells which one counts.
pub fn rivals(ctx: &Ctx<'_>, model: Value, report: u32, rival: u32) -> Detail {
    let group = ctx.group;
    let reports = [report, rival].map(|r| group.reports.get(r as usize));
    let name = |r: &Option<&Report>| r.map_or(String::new(), |r| r.name(group));
    let [one, other] = reports.each_ref().map(name);
    let raw = group.raw(&model).trim();
    let what = Say::new(
        format!("Model {raw} stands in reports {one} and {other}; nothing tells which one counts."),
        format!("型号 {raw} 出现在报告 {one} 和 {other} 中，无法判断以哪一份为准。"),
    );
    let fix = Say::new(
        "State the report's number in the declaration, or take the other report out of the folder.",
        "请在报关单写明报告编号，或从文件夹移走另一份报告。",
    );
    let mut detail = Detail::unknown(what, model).found(raw).fix(fix);
    for report in reports.into_iter().flatten() {
        detail = match report.number {
            Some(number) => detail.related(number),
            None => detail.related_document(report.source.document()),
        };
    }
    detail
}

/// A line whose model cannot be found anywhere.
pub fn no_model(ctx: &Ctx<'_>, line: &crate::link::Line) -> Detail {
    let what = Say::new(
        format!("Line {} states no model.", line.number),
        format!("第 {} 项没有写型号。", line.number),
    );
    let empty = ctx
        .group
        .record(line.document, line.record, FieldId::MODEL)
        .or_else(|| line.descriptions(ctx.group).next())
        .or(line.hs);
    let detail = match empty {
        Some(value) => Detail::unknown(what, value),
        None => Detail::unstated(what, line.document),
    };
    match not_understood(ctx, line.document) {
        Some(columns) => detail.fix(Say::new(
            format!(
                "Columns that were not understood: {columns}. If one holds the model, write 型号 or Model as its heading, or name it in greenlane.yaml (greenlane read FILE --suggest)."
            ),
            format!(
                "未识别的列：{columns}。如其中有型号，请把列名改为“型号”，或在 greenlane.yaml 中登记（greenlane read 文件 --suggest）。"
            ),
        )),
        None => detail,
    }
}

/// The headings of a document's table for which no field was found.
fn not_understood(ctx: &Ctx<'_>, document: u32) -> Option<String> {
    let document = ctx.group.document(document)?;
    let cells = document.understood.columns_not_taken.iter().take(6);
    let names: Vec<&str> = cells.map(|c| document.grid.cell_text(*c).trim()).collect();
    (!names.is_empty()).then(|| names.join("、"))
}

fn best_packed(ctx: &Ctx<'_>, model: &Value, candidates: &[u32]) -> Option<(Grade, Say, Value)> {
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
fn packed_under_alias(ctx: &Ctx<'_>, model: &Value) -> Option<(Value, Say)> {
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

fn declared_under_alias(ctx: &Ctx<'_>, model: &Value) -> bool {
    let words = &ctx.group.vocabulary.words;
    let names = ctx.group.aliases.other_models(ctx.group.raw(model), words);
    names.iter().any(|name| {
        !ctx.shipment
            .lines_with(ctx.group.model_key(name))
            .is_empty()
    })
}

fn spelled_otherwise(
    ctx: &Ctx<'_>,
    model: Value,
    other: Value,
    grade: Grade,
    reason: Say,
) -> Detail {
    let (raw, packed) = (ctx.group.raw(&model), ctx.group.raw(&other));
    let what = Say::new(
        format!(
            "Model {raw} is declared; the packing list says {packed} ({}).",
            reason.en
        ),
        format!("申报型号 {raw}，装箱单为 {packed}（{}）。", reason.zh),
    );
    Detail::fail(what, model)
        .found(raw)
        .expected(packed)
        .nearest(Some(packed.to_string()))
        .graded(grade, reason)
        .related(other)
}

/// The packed model that is the partner of a declared one among what is left on both sides.
fn near_leftover(ctx: &Ctx<'_>, model: &Value, key: Key) -> Option<(Value, compare::Compared)> {
    let partner = ctx.shipment.packed_partner(ctx.group, key)?;
    let row = ctx.shipment.packed_with(partner).first()?;
    let value = ctx.shipment.packed.get(*row as usize)?.model?;
    let words = &ctx.group.vocabulary.words;
    let compared = compare::models(ctx.group.raw(model), ctx.group.raw(&value), words, None);
    Some((value, compared))
}
