//! `consistent`: conclusion, verdicts of items and numeric limits of a report say the same.

use super::covers::{self, shorten};
use super::results::qualified;
use super::{Ctx, Detail, Outcome};
use crate::link::{Item, Report, Value};
use crate::model::{FieldId, ItemVerdict, Say};
use crate::normalize::limit::{self, Standing};
use crate::normalize::sentence::Status;
use crate::normalize::verdict;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consistent {}

/// What a conclusion comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concluded {
    Passed,
    Failed,
    /// Passed, with an exception or a condition.
    Qualified,
    /// It says neither.
    Unread,
}

/// Every conclusion of a report, and every line elsewhere that says the goods failed or passed with an
/// exception.
pub fn conclusions(ctx: &Ctx<'_>, report: &Report) -> Vec<(Value, Concluded)> {
    let group = ctx.group;
    let mut all: Vec<(Value, Concluded)> = report
        .all(group, FieldId::CONCLUSION)
        .into_iter()
        .map(|value| (value, concluded(ctx, group.raw(&value))))
        .collect();
    let free = report
        .said(&[Status::Failed, Status::Qualified])
        .filter(|s| !s.in_row);
    for said in free {
        if all.iter().any(|(v, _)| v.field.cell == said.at.field.cell) {
            continue;
        }
        let what = match said.status {
            Status::Failed => Concluded::Failed,
            _ => Concluded::Qualified,
        };
        all.push((said.at, what));
    }
    all
}

fn concluded(ctx: &Ctx<'_>, raw: &str) -> Concluded {
    let vocabulary = ctx.group.vocabulary;
    match verdict::parse(raw, &vocabulary.words) {
        Some(ItemVerdict::Pass) => return Concluded::Passed,
        Some(ItemVerdict::Fail) => return Concluded::Failed,
        _ if verdict::has_boxes(raw) => return Concluded::Unread,
        _ => {}
    }
    let said = vocabulary.sentences.statements(raw, None);
    let says = |status| said.iter().any(|s| s.status == status);
    if says(Status::Failed) {
        Concluded::Failed
    } else if says(Status::Qualified) {
        Concluded::Qualified
    } else if says(Status::Passed) {
        Concluded::Passed
    } else {
        Concluded::Unread
    }
}

/// A row whose verdict and whose measured values against its limits say different things.
pub struct Contradiction {
    pub item: Value,
    pub result: Value,
    pub requirement: Value,
    pub verdict: Value,
    /// Where the values stand; the row says otherwise.
    pub standing: Standing,
}

/// The rows of a report in which value, limit and verdict contradict each other, and those that say
/// pass beside numbers that cannot be compared.
pub fn contradictions(ctx: &Ctx<'_>, number: u32) -> Vec<Contradiction> {
    let items = covers::items(ctx, number);
    let rows = items.into_iter();
    rows.filter_map(|(item, _)| of_row(ctx, item)).collect()
}

fn of_row(ctx: &Ctx<'_>, item: &Item) -> Option<Contradiction> {
    let group = ctx.group;
    let document = item.name.document;
    let only = |id| {
        let mut all = group.record_all(document, item.record?, id);
        let first = all.next()?;
        all.next().is_none().then_some(first)
    };
    let passed = match item.parsed? {
        ItemVerdict::Pass => true,
        ItemVerdict::Fail => false,
        _ => return None,
    };
    let (requirement, result) = (only(FieldId::REQUIREMENT)?, only(FieldId::RESULT)?);
    let words = &group.vocabulary.words;
    let standing = limit::standing(group.raw(&requirement), group.raw(&result), words)?;
    let contradicts = match standing {
        Standing::Outside | Standing::Unsure => passed,
        Standing::Within => !passed,
    };
    contradicts.then_some(Contradiction {
        item: item.name,
        result,
        requirement,
        verdict: item.verdict?,
        standing,
    })
}

impl Contradiction {
    /// The row says pass, and its numbers do not bear it out.
    pub fn doubts_a_pass(&self) -> bool {
        matches!(self.standing, Standing::Outside | Standing::Unsure)
    }

    fn unsure(&self, report: &str, item: &str, result: &str, limit: &str, said: &str) -> Detail {
        let what = Say::new(
            format!(
                "“{item}” in report {report}: whether {result} keeps the limit “{limit}” cannot be told; the row says “{said}”."
            ),
            format!(
                "报告 {report} 的“{item}”：无法判断 {result} 是否符合限值“{limit}”，判定为“{said}”。"
            ),
        );
        let fix = Say::new(
            "State each value with its unit, beside the limit it is held against.",
            "请逐项写明数值和单位，并与对应的限值并列。",
        );
        let detail = Detail::unknown(what, self.result).weighing_full();
        let detail = detail.found(format!("{result} · {said}")).expected(limit);
        detail
            .fix(fix)
            .related(self.requirement)
            .related(self.verdict)
    }

    /// The contradiction as a failure at the measured value.
    pub fn detail(&self, ctx: &Ctx<'_>, report: &str) -> Detail {
        let raw = |v: &Value| ctx.group.raw(v).trim();
        let (item, result, requirement, verdict) = (
            raw(&self.item),
            raw(&self.result),
            raw(&self.requirement),
            raw(&self.verdict),
        );
        let (en, zh) = match self.standing {
            Standing::Outside => ("outside", "超出"),
            Standing::Within => ("within", "符合"),
            Standing::Unsure => return self.unsure(report, item, result, requirement, verdict),
        };
        let what = Say::new(
            format!(
                "“{item}” in report {report}: {result} is {en} the limit “{requirement}”, but the row says “{verdict}”."
            ),
            format!(
                "报告 {report} 的“{item}”：{result} {zh}限值“{requirement}”，判定却为“{verdict}”。"
            ),
        );
        let right = match self.standing {
            Standing::Outside | Standing::Unsure => "Fail / 不合格",
            Standing::Within => "Pass / 合格",
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
        let conclusions = conclusions(ctx, report);
        let that = |c: Concluded| conclusions.iter().find(|(_, said)| *said == c);
        let shown = |at: &Value| shorten(group.raw(at).trim());
        for (at, said) in &conclusions {
            if *said == Concluded::Qualified {
                details.push(qualified(&name, *at, shown(at)));
            }
        }
        match (that(Concluded::Passed), that(Concluded::Failed)) {
            (Some((at, _)), Some((other, _))) => {
                let (one, two) = (shown(at), shown(other));
                let what = Say::new(
                    format!("Report {name} concludes both “{one}” and “{two}”."),
                    format!("报告 {name} 的结论前后矛盾：“{one}”与“{two}”。"),
                );
                details.push(Detail::fail(what, *other).found(two).related(*at));
            }
            (Some((at, _)), None) => details.extend(failed.map(|item| {
                let (said, text) = (shown(at), group.raw(&item.name).trim());
                let what = Say::new(
                    format!("Report {name} concludes “{said}”, but “{text}” failed."),
                    format!("报告 {name} 的结论为“{said}”，但“{text}”不合格。"),
                );
                let fix = Say::new(
                    format!("Conclude what the items say: “{text} does not comply.”"),
                    format!("结论应与单项一致：“{text}不符合要求。”"),
                );
                let verdict = item.verdict.unwrap_or(item.name);
                Detail::fail(what, *at)
                    .found(said)
                    .fix(fix)
                    .related(verdict)
            })),
            (None, Some((at, _))) if failed.is_none() && passed.is_some() => {
                let said = shown(at);
                let what = Say::new(
                    format!("Report {name} concludes “{said}”, but no item failed."),
                    format!("报告 {name} 的结论为“{said}”，但没有不合格项目。"),
                );
                let fix = Say::new(
                    "Name the item that failed in the table, or correct the conclusion.",
                    "请在表中注明不合格项目，或更正结论。",
                );
                details.push(Detail::fail(what, *at).found(said).fix(fix));
            }
            (None, Some(_)) => {}
            (None, None) if failed.or(passed).is_none() && details.is_empty() => {
                let at = conclusions.first().map(|(at, _)| *at).or(report.number);
                return nothing(at, report.source.document(), &name);
            }
            (None, None) => {}
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
