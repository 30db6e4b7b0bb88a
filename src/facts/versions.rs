//! Reports of one number that do not say the same.

use super::Ctx;
use super::statements::reports;
use crate::link::{Report, ReportSource, Value, Version, number_key};
use crate::model::FieldId;
use crate::normalize::text::squeeze;
use std::collections::BTreeSet;

/// Reports of one number that do not say the same.
pub fn of_reports(ctx: &Ctx<'_>) -> Vec<Version> {
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

pub fn stands_alone(report: &Report) -> bool {
    let paper = matches!(report.source, ReportSource::Document(_));
    paper && report.addendum_to.is_none() && report.replaces.is_none()
}

pub fn difference(ctx: &Ctx<'_>, a: &Report, b: &Report) -> Option<(Value, Value)> {
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
