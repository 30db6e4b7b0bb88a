//! `one_version`: each paper is there in one version.

use super::{At, Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::versions::of_reports;
use crate::facts::why::why;
use crate::link::Version;
use crate::model::OutcomeKind;
use serde::Deserialize;

#[derive(Clone, Copy, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneVersion {}

impl Judges for OneVersion {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment];
    const REASONS: &str = "two-versions versions-differ-first versions-do-not-differ";

    /// Which of two versions counts only a person can say.
    fn adverse(&self) -> OutcomeKind {
        OutcomeKind::Unknown
    }

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        let papers = ctx.shipment.versions.iter().copied();
        let versions: Vec<Version> = papers.chain(of_reports(ctx)).collect();
        let details = versions.iter().filter_map(|version| said(ctx, version));
        Outcome::judged(details, ctx.declaration())
    }
}

fn said(ctx: &Ctx<'_>, version: &Version) -> Option<Detail> {
    let group = ctx.group;
    let [kept, other] = [version.kept, version.other].map(|d| group.document(d));
    let (kept, other) = (kept?, other?);
    let paper = &kept.understood.kind_title;
    let (a, b) = (kept.label(), other.label());
    let differ = match version.differs {
        Some((x, y)) => {
            let [x, y] = [x, y].map(|v| group.raw(&v).trim());
            why!("versions-differ-first"; first = x, other = y, kept = a)
        }
        None => why!("versions-do-not-differ"; kept = a),
    };
    let what = why!("two-versions"; paper, kept = a, other = b).also(differ);
    let detail = match version.differs {
        Some((x, y)) => Detail::unknown(what, x).related(y),
        None => {
            Detail::unknown(what, At::Document(version.kept)).related(At::Document(version.other))
        }
    };
    let subject = format!("document d{}", version.other + 1);
    Some(detail.subject(subject).weighing_full())
}
