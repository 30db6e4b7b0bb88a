//! `found_in`: a line's model, batch or report number stands in the packing list, a report, a log.

mod logged;
mod named_report;

use super::{At, Ctx, Detail, FieldPath, Judges, Outcome, SubjectKind};
use crate::facts::packed::{
    best_packed, declared_under_alias, near_leftover, not_understood, packed_under_alias,
};
use crate::facts::papers;
use crate::facts::why::why;
use crate::link::{Key, Line, Report, Value};
use crate::model::{FieldId, Grade, Say};
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

impl Judges for FoundIn {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Line];
    const REASONS: &str = "batch-is-range batch-not-logged batch-written-otherwise columns-not-understood \
        declared-not-packed declared-report-names-another declared-report-not-supplied \
        in-no-report log-names-no-batch no-batch no-log no-model no-other-report no-report-declared \
        no-report-supplied no-reports nothing-declared nothing-packed packed-not-declared \
        packed-under-other-spelling report-number-written-otherwise stands-in-report two-reports";

    fn line(&self, ctx: &Ctx<'_>, number: u32, line: &Line) -> Outcome {
        match self.place {
            Where::PackingList => self.in_packing(ctx, line),
            Where::Report if self.field.name == "report_no" => named_report::run(ctx, line),
            Where::Report => in_report(ctx, number, line, self.grade),
            Where::BatchLog => logged::run(ctx, line, self.grade),
        }
    }

    fn looks_back(&self) -> bool {
        self.both_ways
    }

    /// Packed models that no line declares.
    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        if self.place != Where::PackingList || ctx.shipment.lines.is_empty() {
            return Outcome::nothing(why!("nothing-declared"));
        }
        if ctx.shipment.packed.is_empty() {
            return Outcome::nothing(why!("nothing-packed"));
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
            let what = why!("packed-not-declared"; model = raw);
            // A line whose model is not known may be this one.
            let detail = match unnamed {
                true => Detail::unknown(what, model),
                false => Detail::fail(what, model),
            };
            let mut detail = detail
                .found(raw)
                .subject(format!("model {raw}"))
                .graded(Grade::Different, Say::default())
                .unless_unread(group, &["declaration"]);
            if let Some(document) = ctx.shipment.declarations.first() {
                detail = detail.related(At::Document(*document));
            }
            details.push(detail);
        }
        Outcome::judged(details, ctx.declaration())
    }
}

impl FoundIn {
    fn in_packing(&self, ctx: &Ctx<'_>, line: &Line) -> Outcome {
        if ctx.shipment.packed.is_empty() || ctx.shipment.packing_unclear {
            // That the packing list is missing is doc/shipment-complete's to say.
            return Outcome::nothing(why!("nothing-packed"));
        }
        let Some(model) = line.model else {
            return Outcome::one(no_model(ctx, line));
        };
        let models = line.models(model);
        let details = models.filter_map(|(model, key)| self.one_packed(ctx, model, key));
        Outcome::judged(details, line)
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
        let what = match &near {
            Some((_, compared)) if compared.grade < Grade::Different => {
                why!("packed-under-other-spelling"; model = raw)
            }
            _ => why!("declared-not-packed"; model = raw),
        };
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
        let mut detail = detail.found(raw).unless_unread(group, &["packing-list"]);
        match near {
            Some((packed, compared)) => {
                detail = detail.against(group, packed, compared);
            }
            None => {
                detail = detail.graded(Grade::Different, Say::default());
                if let Some(list) = ctx.shipment.packing_lists.first() {
                    detail = detail.related(At::Document(*list));
                }
            }
        }
        Some(detail)
    }
}

fn in_report(ctx: &Ctx<'_>, number: u32, line: &Line, loosest: Grade) -> Outcome {
    let group = ctx.group;
    let Some(model) = line.model else {
        return Outcome::one(no_model(ctx, line));
    };
    let raw = group.raw(&model);
    let reliance = ctx.reliance.get(number as usize).copied().flatten();
    if let Some((report, rival)) = reliance.and_then(|r| Some((r.report, r.rival?))) {
        return Outcome::one(rivals(ctx, model, report, rival));
    }
    let named = reliance.and_then(|r| r.named(group)).map(|m| m.value);
    if reliance.is_some_and(|r| r.names_it && r.grade <= loosest) {
        let others = line.others.iter();
        let alone = others.filter(|(_, key)| group.reports_naming(*key).is_empty());
        let details = alone.map(|(model, _)| in_no_report(ctx, *model, None));
        return Outcome::judged(details, named.map_or(line.into(), At::Value));
    }
    if group.reports.is_empty() {
        let what = why!("no-report-supplied"; model = raw);
        return Outcome::one(Detail::unknown(what, model).found(raw));
    }
    Outcome::one(in_no_report(ctx, model, named))
}

/// A model that stands in no report; the nearest that does.
fn in_no_report(ctx: &Ctx<'_>, model: Value, near: Option<Value>) -> Detail {
    let group = ctx.group;
    let raw = group.raw(&model);
    let what = why!("in-no-report"; model = raw);
    let mut detail = Detail::fail(what, model)
        .found(raw)
        .unless_unread(group, papers::REPORTS);
    if let Some(near) = near {
        let words = &group.vocabulary.words;
        let compared = compare::models(raw, group.raw(&near), words, None);
        detail = detail.against(group, near, compared);
    } else {
        detail = detail.graded(Grade::Different, Say::default());
        for report in group.reports.iter().take(3) {
            detail = detail.related(At::Document(report.source.document()));
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
    let what = why!("two-reports"; model = raw, one, other);
    let mut detail = Detail::unknown(what, model).found(raw);
    for report in reports.into_iter().flatten() {
        detail = detail.related(report);
    }
    detail
}

/// A line whose model cannot be found anywhere.
pub fn no_model(ctx: &Ctx<'_>, line: &crate::link::Line) -> Detail {
    let what = why!("no-model"; line = line.number);
    let empty = ctx
        .group
        .record(line.document, line.record, FieldId::MODEL)
        .or_else(|| line.descriptions(ctx.group).next())
        .or(line.hs);
    let detail = Detail::unknown(what, At::or(empty, line.document));
    match not_understood(ctx, line.document) {
        Some(columns) => detail.besides(why!("columns-not-understood"; columns)),
        None => detail,
    }
}

fn spelled_otherwise(
    ctx: &Ctx<'_>,
    model: Value,
    other: Value,
    grade: Grade,
    reason: Say,
) -> Detail {
    let what = why!("packed-under-other-spelling"; model = ctx.group.raw(&model));
    Detail::fail(what, model).against(ctx.group, other, compare::graded(grade, reason))
}
