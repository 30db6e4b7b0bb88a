//! `amendment`: a report that replaces or adds to another names it.

use super::{Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::items::shorten;
use crate::facts::numbered::{is_revision, names_another};
use crate::facts::why::why;
use crate::link::{Report, Value, number_key};
use crate::normalize::sentence::Status;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Amendment {}

impl Judges for Amendment {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Report];
    const REASONS: &str = "amended-report-unnamed amends-nothing";

    fn report(&self, ctx: &Ctx<'_>, _: u32, report: &Report) -> Outcome {
        let group = ctx.group;
        let relates = [Status::Replaces, Status::AddsTo];
        let said: Vec<Value> = report.said(&relates).map(|s| s.at).collect();
        let revised = report.number.filter(|v| is_revision(group.raw(v)));
        let own = report.number.map(|v| number_key(group.raw(&v)));
        let own = own.as_deref().unwrap_or("");
        let stated = report.replaces.or(report.addendum_to);
        if stated.is_some_and(|v| names_another(group.raw(&v), own)) {
            return Outcome::pass(report);
        }
        let Some(at) = stated.or(said.first().copied()).or(revised) else {
            return Outcome::nothing(why!("amends-nothing"));
        };
        if said.iter().any(|v| names_another(group.raw(v), own)) {
            return Outcome::pass(report);
        }
        Outcome::one(unnamed(ctx, report, at))
    }
}

fn unnamed(ctx: &Ctx<'_>, report: &Report, at: Value) -> Detail {
    let name = report.name(ctx.group);
    let said = shorten(ctx.group.raw(&at).trim());
    let wording = "This report supersedes report No. … / 本报告替代报告编号……";
    let what = why!("amended-report-unnamed"; report = name, said, wording);
    Detail::fail(what, at)
        .found(said)
        .expected(wording)
        .if_whole(ctx.group.is_whole(report.source.document()))
}
