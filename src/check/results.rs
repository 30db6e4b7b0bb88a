//! `results`: no item of a report failed, none was taken back or left open, and its conclusion says the
//! same as its items.

use super::covers::{self, shorten};
use super::{Ctx, Detail, Outcome, consistent};
use crate::facts::evidence::Evidence;
use crate::link::{Item, Report, Value};
use crate::model::{ItemVerdict, Role, Say};
use crate::normalize::sentence::Status;
use consistent::Concluded;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// A parameter of items, for the names of topics.
    items: String,
}

impl Results {
    pub fn parameter(&self) -> &str {
        &self.items
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let group = ctx.group;
        let Some(report) = group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let name = report.name(group);
        let items = covers::items(ctx, number);
        let mut details: Vec<Detail> = items
            .iter()
            .filter_map(|(item, of)| self.item(ctx, item, of, &name))
            .collect();
        // A row that says pass beside a value outside its own limit, or one that cannot be compared.
        let contradictions = consistent::contradictions(ctx, number);
        let doubted = contradictions.iter().filter(|c| c.doubts_a_pass());
        details.extend(doubted.map(|c| c.detail(ctx, &name)));
        concluded(ctx, report, &name, &mut details);
        let judged = items.iter().any(|(i, _)| i.parsed.is_some());
        if !judged && details.is_empty() {
            let what = Say::new(
                format!("No item of report {name} has a result that can be read."),
                format!("报告 {name} 没有可读的单项结果。"),
            );
            return Outcome::one(match report.number {
                Some(value) => Detail::unknown(what, value),
                None => Detail::unstated(what, report.source.document()),
            });
        }
        Outcome::Judged(details)
    }

    /// What keeps one item from being a plain result that did not fail.
    fn item(&self, ctx: &Ctx<'_>, item: &Item, of: &Report, report: &str) -> Option<Detail> {
        let group = ctx.group;
        let at = item.verdict.unwrap_or(item.name);
        let (text, said) = (group.raw(&item.name).trim(), group.raw(&at).trim());
        let detail = match item.parsed {
            Some(ItemVerdict::Fail) => {
                let what = Say::new(
                    format!("“{text}” failed in report {report}: {said}."),
                    format!("报告 {report} 中“{text}”不合格：{said}。"),
                );
                Detail::fail(what, at).found(said).related(item.name)
            }
            Some(ItemVerdict::Pass) => {
                let note = covers::notes(ctx, of, item, Status::Untested).next()?;
                covers::untested_detail(ctx, report, item, note)
            }
            Some(ItemVerdict::Open) => open(item, at, text, said, report),
            Some(ItemVerdict::NotApplicable | ItemVerdict::NotTested | ItemVerdict::DataOnly) => {
                return None;
            }
            None if item.verdict.is_some() || item.blank => open(item, at, text, said, report),
            None => return None,
        };
        let key = covers::topics_of(ctx, item, &self.items)
            .first()
            .map_or_else(|| text.to_string(), |t| t.key.clone());
        let subject = format!("item {key} of report {report}");
        Some(detail.subject(subject).expected("pass / 合格"))
    }
}

/// A verdict that is none: a word that is not understood, one that waits, an empty cell.
fn open(item: &Item, at: Value, text: &str, said: &str, report: &str) -> Detail {
    let what = match item.verdict {
        Some(_) => Say::new(
            format!("“{text}” in report {report} says “{said}”, which is no clear pass or fail."),
            format!("报告 {report} 中“{text}”的判定为“{said}”，不是明确的合格或不合格。"),
        ),
        None => Say::new(
            format!("“{text}” in report {report} has no verdict, though the other rows have one."),
            format!("报告 {report} 中“{text}”没有判定，其他各项都有。"),
        ),
    };
    let fix = Say::new(
        "Have the laboratory state Pass or Fail for this item.",
        "请实验室对该项目写明合格或不合格。",
    );
    let detail = Detail::unknown(what, at).weighing_full().fix(fix);
    detail.found(said).related(item.name)
}

/// What the conclusions of a report, and its sentences, say against a plain pass.
fn concluded(ctx: &Ctx<'_>, report: &Report, name: &str, details: &mut Vec<Detail>) {
    let group = ctx.group;
    let all = consistent::conclusions(ctx, report);
    let failed_rows = !details.is_empty();
    for (value, said) in &all {
        let text = shorten(group.raw(value).trim());
        match said {
            Concluded::Failed if !failed_rows => {
                let what = Say::new(
                    format!("The conclusion of report {name} says the sample failed: “{text}”."),
                    format!("报告 {name} 的结论为不合格：“{text}”。"),
                );
                details.push(Detail::fail(what, *value).found(text));
            }
            Concluded::Qualified => details.push(qualified(name, *value, text)),
            Concluded::Passed | Concluded::Failed if failed_rows => {
                for detail in &mut *details {
                    let shown = Evidence::Value(Role::Related, *value);
                    detail.evidence.push(shown);
                }
            }
            Concluded::Passed | Concluded::Failed | Concluded::Unread => {}
        }
    }
}

/// A conclusion with something taken out or a condition is no plain pass.
pub fn qualified(name: &str, at: Value, text: String) -> Detail {
    let what = Say::new(
        format!("The conclusion of report {name} is qualified: “{text}”."),
        format!("报告 {name} 的结论有保留：“{text}”。"),
    );
    let fix = Say::new(
        "Ask the laboratory what is excepted; a report that concludes without exception is needed.",
        "请向实验室确认例外的内容；需要结论无保留的报告。",
    );
    let detail = Detail::unknown(what, at).weighing_full();
    detail.found(text).fix(fix)
}
