//! `wording`: a report that claims one thing does not say another.

use super::{Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::items::shorten;
use crate::facts::why::why;
use crate::link::Report;
use crate::normalize::sentence::Status;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// What it must not say.
    none: Status,
    /// What it claims; only then the other is looked for.
    claims: Status,
    /// A text parameter: `yes` where the claim need not be written, since a lane asks for it.
    claimed: String,
}

impl Judges for Wording {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Report];
    const REASONS: &str = "nothing-claimed says-otherwise";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.claimed]
    }

    fn report(&self, ctx: &Ctx<'_>, _: u32, report: &Report) -> Outcome {
        let group = ctx.group;
        let name = report.name(group);
        let (claims, none) = ([self.claims], [self.none]);
        let claim = report.said(&claims).next();
        if claim.is_none() && ctx.parameters.text(&self.claimed) != "yes" {
            return Outcome::nothing(why!("nothing-claimed"));
        }
        let details = report.said(&none).map(|contrary| {
            let (said, word) = (shorten(group.raw(&contrary.at).trim()), &contrary.word);
            let what = why!("says-otherwise"; report = name, said, word);
            let detail = Detail::fail(what, contrary.at).found(said);
            match claim {
                Some(claim) if claim.at.field.cell != contrary.at.field.cell => {
                    detail.related(claim.at)
                }
                _ => detail,
            }
        });
        Outcome::judged(details, report)
    }
}
