//! What a report concludes, and the rows whose verdict and measured values contradict each other.

use super::why::why;
use super::{Ctx, Detail, items};
use crate::link::{Item, Report, Value};
use crate::model::{FieldId, ItemVerdict};
use crate::normalize::limit::{self, Standing};
use crate::normalize::sentence::Status;
use crate::normalize::verdict;

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
    let items = items::items(ctx, number);
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
        let what = why!("limit-unclear"; item, report, result, limit, said);
        let detail = Detail::unknown(what, self.result).weighing_full();
        let detail = detail.found(format!("{result} · {said}")).expected(limit);
        detail.related(self.requirement).related(self.verdict)
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
        let what = match self.standing {
            Standing::Outside => why!("outside-limit";
                item, report, result, limit = requirement, said = verdict),
            Standing::Within => why!("within-limit";
                item, report, result, limit = requirement, said = verdict),
            Standing::Unsure => return self.unsure(report, item, result, requirement, verdict),
        };
        Detail::fail(what, self.result)
            .found(format!("{result} · {verdict}"))
            .expected(requirement)
            .related(self.requirement)
            .related(self.verdict)
    }
}

/// A conclusion with something taken out or a condition is no plain pass.
pub fn qualified(name: &str, at: Value, text: String) -> Detail {
    let what = why!("conclusion-qualified"; report = name, said = text);
    let detail = Detail::unknown(what, at).weighing_full();
    detail.found(text)
}
