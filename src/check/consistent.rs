//! `consistent`: conclusion, verdicts of items and numeric limits of a report say the same.

use super::{At, Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::conclusions::{Concluded, conclusions, contradictions, qualified};
use crate::facts::items::shorten;
use crate::facts::why::why;
use crate::link::{Report, Value};
use crate::model::ItemVerdict;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consistent {}

impl Judges for Consistent {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Report];
    const REASONS: &str = "conclusion-hides-failure failure-not-itemised limit-unclear nothing-concluded \
        outside-limit two-conclusions within-limit";

    fn report(&self, ctx: &Ctx<'_>, number: u32, report: &Report) -> Outcome {
        let group = ctx.group;
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
                let what = why!("two-conclusions"; report = name, one, two);
                details.push(Detail::fail(what, *other).found(two).related(*at));
            }
            (Some((at, _)), None) => details.extend(failed.map(|item| {
                let (said, text) = (shown(at), group.raw(&item.name).trim());
                let what = why!("conclusion-hides-failure"; report = name, said, item = text);
                let verdict = item.verdict.unwrap_or(item.name);
                Detail::fail(what, *at).found(said).related(verdict)
            })),
            (None, Some((at, _))) if failed.is_none() && passed.is_some() => {
                let said = shown(at);
                let what = why!("failure-not-itemised"; report = name, said);
                details.push(Detail::fail(what, *at).found(said));
            }
            (None, Some(_)) => {}
            (None, None) if failed.or(passed).is_none() && details.is_empty() => {
                let at = conclusions.first().map(|(at, _)| *at).or(report.number);
                return nothing(at, report.source.document(), &name);
            }
            (None, None) => {}
        }
        Outcome::judged(details, report)
    }
}

/// Neither conclusion nor items say anything that could agree or not.
fn nothing(at: Option<Value>, document: u32, name: &str) -> Outcome {
    let what = why!("nothing-concluded"; report = name);
    Outcome::one(Detail::unknown(what, At::or(at, document)))
}
