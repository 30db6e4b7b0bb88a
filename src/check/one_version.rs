//! `one_version`: each paper is there in one version.

use super::{Ctx, Detail, Outcome};
use crate::facts::statements::reports;
use crate::link::{Report, ReportSource, Value, Version, number_key};
use crate::model::{FieldId, Say};
use crate::normalize::text::squeeze;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneVersion {}

impl OneVersion {
    pub fn run(self, ctx: &Ctx<'_>) -> Outcome {
        let papers = ctx.shipment.versions.iter().copied();
        let versions: Vec<Version> = papers.chain(of_reports(ctx)).collect();
        let details = versions.iter().filter_map(|version| said(ctx, version));
        Outcome::Judged(details.collect())
    }
}

/// Reports of one number that do not say the same.
fn of_reports(ctx: &Ctx<'_>) -> Vec<Version> {
    let group = ctx.group;
    let mut found = Vec::new();
    for report in reports(ctx).filter(|r| stands_alone(r)) {
        let Some(number) = report.number else {
            continue;
        };
        let twins = group
            .reports_numbered(&number_key(group.raw(&number)))
            .iter();
        let twins = twins.filter_map(|r| group.reports.get(*r as usize));
        for twin in twins.filter(|t| stands_alone(t)) {
            let (kept, other) = (report.source.document(), twin.source.document());
            let known = |v: &Version| v.kept == other && v.other == kept;
            if kept == other || found.iter().any(known) {
                continue;
            }
            if let Some(differs) = difference(ctx, report, twin) {
                found.push(Version {
                    kept,
                    other,
                    differs: Some(differs),
                });
            }
        }
    }
    found
}

fn stands_alone(report: &Report) -> bool {
    let paper = matches!(report.source, ReportSource::Document(_));
    paper && report.addendum_to.is_none() && report.replaces.is_none()
}

fn difference(ctx: &Ctx<'_>, a: &Report, b: &Report) -> Option<(Value, Value)> {
    let group = ctx.group;
    let ids = [
        FieldId::APPLICANT,
        FieldId::STANDARD,
        FieldId::ISSUE_DATE,
        FieldId::CONCLUSION,
    ];
    let differ = |id: &FieldId| {
        let (x, y) = (a.get(group, *id)?, b.get(group, *id)?);
        (squeeze(group.raw(&x)) != squeeze(group.raw(&y))).then_some((x, y))
    };
    let models = |r: &Report| -> BTreeSet<_> { r.models.iter().map(|m| m.key).collect() };
    let by_models = || {
        let (x, y) = (a.models.first()?, b.models.first()?);
        (models(a) != models(b)).then_some((x.value, y.value))
    };
    by_models().or_else(|| ids.iter().find_map(differ))
}

fn said(ctx: &Ctx<'_>, version: &Version) -> Option<Detail> {
    let group = ctx.group;
    let [kept, other] = [version.kept, version.other].map(|d| group.document(d));
    let (kept, other) = (kept?, other?);
    let paper = &kept.understood.kind_title;
    let (a, b) = (kept.label(), other.label());
    let (en, zh) = match version.differs {
        Some((x, y)) => {
            let [x, y] = [x, y].map(|v| group.raw(&v).trim());
            (
                format!("they differ first in “{x}” and “{y}”"),
                format!("首处不同为“{x}”与“{y}”"),
            )
        }
        None => (
            "what they have in common is the same".to_string(),
            "两者共有的内容相同".to_string(),
        ),
    };
    let what = Say::new(
        format!(
            "Two versions of one {} are here, {a} and {b}; {en}. {a} was judged; which of them counts is not known.",
            paper.en
        ),
        format!(
            "{}有两个版本：{a} 和 {b}；{zh}。此处按 {a} 判断，无法确定以哪一份为准。",
            paper.zh
        ),
    );
    let fix = Say::new(
        format!("Take the one that does not count out of the folder: {a} or {b}."),
        format!("请从文件夹移走作废的一份：{a} 或 {b}。"),
    );
    let detail = match version.differs {
        Some((x, y)) => Detail::unknown(what, x).related(y),
        None => Detail::unstated(what, version.kept).related_document(version.other),
    };
    let subject = format!("document d{}", version.other + 1);
    Some(detail.subject(subject).fix(fix).weighing_full())
}
