//! `current`: a report that is relied on is not void, not a draft, not replaced, not for reference
//! only, not too old.

use super::{At, Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::items::shorten;
use crate::facts::period;
use crate::facts::why::why;
use crate::link::{Report, Said};
use crate::model::FieldId;
use crate::normalize::date::ReadDate;
use crate::normalize::sentence::{About, Status};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Current {
    /// A text parameter: the greatest age in days at the declaration date; empty for none.
    pub max_age_days: String,
}

impl Judges for Current {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Report];
    const REASONS: &str = "issue-date-unclear report-not-in-force report-replaced report-too-old";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.max_age_days]
    }

    fn report(&self, ctx: &Ctx<'_>, _: u32, report: &Report) -> Outcome {
        let mut details = taken_back(ctx, &report.name(ctx.group), &report.says);
        details.extend(replaced(ctx, report));
        details.extend(self.too_old(ctx, report));
        Outcome::judged(details, report)
    }
}

impl Current {
    fn too_old(&self, ctx: &Ctx<'_>, report: &Report) -> Option<Detail> {
        let days: i64 = ctx
            .parameters
            .text(&self.max_age_days)
            .trim()
            .parse()
            .ok()?;
        let group = ctx.group;
        let name = report.name(group);
        let (days_meant, _) = period::judged_on(group, ctx.shipment, ctx.as_of);
        let day = days_meant.into_iter().max().unwrap_or(ctx.as_of);
        let value = report.get(group, FieldId::ISSUE_DATE);
        let issued = match value.map(|v| group.date(&v)) {
            Some(ReadDate::Day(issued)) => issued,
            _ => {
                let what = why!("issue-date-unclear"; report = name);
                return Some(Detail::unknown(
                    what,
                    At::or(value.or(report.number), report.source.document()),
                ));
            }
        };
        let age = i64::from(day.since(issued).ok()?.get_days());
        (age > days).then(|| {
            let what = why!("report-too-old"; report = name, issued, age, day, days);
            let found = issued.to_string();
            match value {
                Some(value) => Detail::fail(what, value).found(found),
                None => Detail::fail(what, At::Document(report.source.document())).found(found),
            }
        })
    }
}

/// What a paper says of itself by which it is no proof: each status once, where it is said first.
pub fn taken_back(ctx: &Ctx<'_>, name: &str, says: &[Said]) -> Vec<Detail> {
    let sentences = &ctx.group.vocabulary.sentences;
    let mut seen: Vec<Status> = Vec::new();
    let mut details = Vec::new();
    for said in says.iter().filter(|s| s.about == About::This) {
        let doubtful = sentences.doubtful.contains(&said.status);
        let counts = doubtful || sentences.not_current.contains(&said.status);
        if !counts || seen.contains(&said.status) {
            continue;
        }
        seen.push(said.status);
        let text = shorten(ctx.group.raw(&said.at).trim());
        let what = why!("report-not-in-force"; report = name, said = text);
        let detail = match doubtful {
            true => Detail::unknown(what, said.at).weighing_full(),
            false => Detail::fail(what, said.at),
        };
        details.push(detail.found(text));
    }
    details
}

/// Another report of the group says it replaces this one.
fn replaced(ctx: &Ctx<'_>, report: &Report) -> Option<Detail> {
    let group = ctx.group;
    let own = report.number?;
    let by = group.replacement_of(report)?;
    let newer = by.name(group);
    let name = report.name(group);
    let what = why!("report-replaced"; report = name, newer);
    let mut detail = Detail::fail(what, own).found(name).expected(newer);
    if let Some(value) = by.replaces {
        detail = detail.related(value);
    }
    Some(detail)
}
