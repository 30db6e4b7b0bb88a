//! `consistent`: conclusion, verdicts of items and plain numeric limits of a report say the same.

use super::covers::{self, shorten};
use super::{Ctx, Detail, Outcome};
use crate::link::{Item, Value};
use crate::model::{FieldId, ItemVerdict, Say};
use crate::normalize::limit;
use crate::normalize::text::fold;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consistent {
    /// Words of a conclusion that say the goods failed.
    failed: String,
    /// Words of a conclusion that say they passed.
    passed: String,
}

/// A row whose verdict and whose measured value against a plain limit say different things.
pub struct Contradiction {
    pub item: Value,
    pub result: Value,
    pub requirement: Value,
    pub verdict: Value,
    /// The value lies outside the limit; the row says pass.
    pub outside: bool,
}

/// The rows of a report in which value, limit and verdict contradict each other. Only where each is
/// plain: one limit, one number, units that are the same or not written twice.
pub fn contradictions(ctx: &Ctx<'_>, number: u32) -> Vec<Contradiction> {
    let items = covers::items(ctx, number);
    items
        .into_iter()
        .filter_map(|(item, report)| of_row(ctx, item, report.source.document()))
        .collect()
}

fn of_row(ctx: &Ctx<'_>, item: &Item, document: u32) -> Option<Contradiction> {
    let group = ctx.group;
    let only = |id| {
        let mut all = group.record_all(document, item.record?, id);
        let first = all.next()?;
        all.next().is_none().then_some(first)
    };
    let said = item.parsed?;
    let passed = match said {
        ItemVerdict::Pass => true,
        ItemVerdict::Fail => false,
        _ => return None,
    };
    let (requirement, result) = (only(FieldId::REQUIREMENT)?, only(FieldId::RESULT)?);
    let limit = limit::parse(group.raw(&requirement), &group.vocabulary.words)?;
    let (value, unit) = limit::measured(group.raw(&result))?;
    let outside = limit.broken_by(value, &unit)?;
    (outside == passed).then_some(Contradiction {
        item: item.name,
        result,
        requirement,
        verdict: item.verdict?,
        outside,
    })
}

impl Contradiction {
    /// The contradiction as a failure at the measured value.
    pub fn detail(&self, ctx: &Ctx<'_>, report: &str) -> Detail {
        let raw = |v: &Value| ctx.group.raw(v).trim();
        let (item, result, requirement, verdict) = (
            raw(&self.item),
            raw(&self.result),
            raw(&self.requirement),
            raw(&self.verdict),
        );
        let (en, zh) = if self.outside {
            ("outside", "超出")
        } else {
            ("within", "符合")
        };
        let what = Say::new(
            format!(
                "“{item}” in report {report}: {result} is {en} the limit “{requirement}”, but the row says “{verdict}”."
            ),
            format!(
                "报告 {report} 的“{item}”：{result} {zh}限值“{requirement}”，判定却为“{verdict}”。"
            ),
        );
        let right = if self.outside {
            "Fail / 不合格"
        } else {
            "Pass / 合格"
        };
        let fix = Say::new(
            format!("Check the value; if it is right, the verdict is “{right}”."),
            format!("请核对数值；数值无误则判定应为“{right}”。"),
        );
        Detail::fail(what, self.result)
            .found(format!("{result} · {verdict}"))
            .expected(requirement)
            .fix(fix)
            .related(self.requirement)
            .related(self.verdict)
    }
}

impl Consistent {
    pub fn parameters(&self) -> [&str; 2] {
        [&self.failed, &self.passed]
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let group = ctx.group;
        let Some(report) = group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let name = report.name(group);
        let mut details: Vec<Detail> = contradictions(ctx, number)
            .iter()
            .map(|c| c.detail(ctx, &name))
            .collect();
        let with = |v: ItemVerdict| report.items.iter().find(|i| i.parsed == Some(v));
        let (failed, passed) = (with(ItemVerdict::Fail), with(ItemVerdict::Pass));
        let conclusion = covers::conclusion(ctx, report);
        let Some(at) = conclusion else {
            return match (failed.or(passed), details.is_empty()) {
                (None, true) => nothing(report.number, report.source.document(), &name),
                _ => Outcome::Judged(details),
            };
        };
        let text = fold(group.raw(&at));
        let denials = &group.vocabulary.words.denials;
        let says = |list: &str| ctx.parameters.words(list).affirmed(&text, denials);
        let (says_failed, says_passed) = (says(&self.failed), says(&self.passed));
        let said = shorten(group.raw(&at).trim());
        if let (Some(item), true, false) = (failed, says_passed, says_failed) {
            let text = group.raw(&item.name).trim();
            let what = Say::new(
                format!("Report {name} concludes “{said}”, but “{text}” failed."),
                format!("报告 {name} 的结论为“{said}”，但“{text}”不合格。"),
            );
            let fix = Say::new(
                format!("Conclude what the items say: “{text} does not comply.”"),
                format!("结论应与单项一致：“{text}不符合要求。”"),
            );
            let verdict = item.verdict.unwrap_or(item.name);
            details.push(Detail::fail(what, at).found(said).fix(fix).related(verdict));
        } else if let (true, None, Some(_)) = (says_failed, failed, passed) {
            let what = Say::new(
                format!("Report {name} concludes “{said}”, but no item failed."),
                format!("报告 {name} 的结论为“{said}”，但没有不合格项目。"),
            );
            let fix = Say::new(
                "Name the item that failed in the table, or correct the conclusion.",
                "请在表中注明不合格项目，或更正结论。",
            );
            details.push(Detail::fail(what, at).found(said).fix(fix));
        } else if failed.or(passed).is_none() && !says_failed && !says_passed {
            return nothing(Some(at), report.source.document(), &name);
        }
        Outcome::Judged(details)
    }
}

/// Neither conclusion nor items say anything that could agree or not.
fn nothing(at: Option<Value>, document: u32, name: &str) -> Outcome {
    let what = Say::new(
        format!("Report {name} has neither a conclusion nor a result that can be read."),
        format!("报告 {name} 没有可读的结论或单项结果。"),
    );
    Outcome::one(match at {
        Some(value) => Detail::unknown(what, value),
        None => Detail::unstated(what, document),
    })
}
