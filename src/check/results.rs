//! `results`: no item of a report failed, none was taken back or left open, and its conclusion says the
//! same as its items.

use super::{Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::conclusions::{self, Concluded, qualified};
use crate::facts::items::{self, shorten};
use crate::facts::why::why;
use crate::link::{Item, Report, Value};
use crate::model::ItemVerdict;
use crate::normalize::sentence::Status;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// A parameter of items, for the names of topics.
    items: String,
}

impl Judges for Results {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Report];
    const REASONS: &str = "conclusion-failed conclusion-qualified no-result-read result-failed verdict-missing \
        verdict-unread";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.items]
    }

    fn report(&self, ctx: &Ctx<'_>, number: u32, report: &Report) -> Outcome {
        let group = ctx.group;
        let name = report.name(group);
        let items = items::items(ctx, number);
        let mut details: Vec<Detail> = items
            .iter()
            .filter_map(|(item, of)| self.item(ctx, item, of, &name))
            .collect();
        // A row that says pass beside a value outside its own limit, or one that cannot be compared.
        let contradictions = conclusions::contradictions(ctx, number);
        let doubted = contradictions.iter().filter(|c| c.doubts_a_pass());
        details.extend(doubted.map(|c| c.detail(ctx, &name)));
        concluded(ctx, report, &name, &mut details);
        let judged = items.iter().any(|(i, _)| i.parsed.is_some());
        if !judged && details.is_empty() {
            let what = why!("no-result-read"; report = name);
            return Outcome::one(Detail::unknown(what, report));
        }
        Outcome::judged(details, report)
    }
}

impl Results {
    /// What keeps one item from being a plain result that did not fail.
    fn item(&self, ctx: &Ctx<'_>, item: &Item, of: &Report, report: &str) -> Option<Detail> {
        let group = ctx.group;
        let at = item.verdict.unwrap_or(item.name);
        let (text, said) = (group.raw(&item.name).trim(), group.raw(&at).trim());
        let detail = match item.parsed {
            Some(ItemVerdict::Fail) => {
                let what = why!("result-failed"; item = text, report, said);
                Detail::fail(what, at).found(said).related(item.name)
            }
            Some(ItemVerdict::Pass) => {
                let note = items::notes(ctx, of, item, Status::Untested).next()?;
                items::untested_detail(ctx, report, item, note)
            }
            Some(ItemVerdict::Open) => open(item, at, text, said, report),
            Some(ItemVerdict::NotApplicable | ItemVerdict::NotTested | ItemVerdict::DataOnly) => {
                return None;
            }
            None if item.verdict.is_some() || item.blank => open(item, at, text, said, report),
            None => return None,
        };
        let key = items::topics_of(ctx, item, &self.items)
            .first()
            .map_or_else(|| text.to_string(), |t| t.key.clone());
        let subject = format!("item {key} of report {report}");
        Some(detail.subject(subject).expected("pass / 合格"))
    }
}

/// A verdict that is none: a word that is not understood, one that waits, an empty cell.
fn open(item: &Item, at: Value, text: &str, said: &str, report: &str) -> Detail {
    let what = match item.verdict {
        Some(_) => why!("verdict-unread"; item = text, report, said),
        None => why!("verdict-missing"; item = text, report),
    };
    let detail = Detail::unknown(what, at).weighing_full();
    detail.found(said).related(item.name)
}

/// What the conclusions of a report, and its sentences, say against a plain pass.
fn concluded(ctx: &Ctx<'_>, report: &Report, name: &str, details: &mut Vec<Detail>) {
    let group = ctx.group;
    let all = conclusions::conclusions(ctx, report);
    let failed_rows = !details.is_empty();
    for (value, said) in &all {
        let text = shorten(group.raw(value).trim());
        match said {
            Concluded::Failed if !failed_rows => {
                let what = why!("conclusion-failed"; report = name, said = text);
                details.push(Detail::fail(what, *value).found(text));
            }
            Concluded::Qualified => details.push(qualified(name, *value, text)),
            Concluded::Passed | Concluded::Failed if failed_rows => {
                for detail in &mut *details {
                    detail.show(value);
                }
            }
            Concluded::Passed | Concluded::Failed | Concluded::Unread => {}
        }
    }
}
