//! `wording`: a report that claims one thing does not say another.

use super::covers::shorten;
use super::{Ctx, Detail, Outcome};
use crate::model::Say;
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

impl Wording {
    pub fn parameters(&self) -> [&str; 1] {
        [&self.claimed]
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let group = ctx.group;
        let Some(report) = group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let name = report.name(group);
        let (claims, none) = ([self.claims], [self.none]);
        let claim = report.said(&claims).next();
        if claim.is_none() && ctx.parameters.text(&self.claimed) != "yes" {
            return Outcome::NotApplicable;
        }
        let details = report.said(&none).map(|contrary| {
            let (said, word) = (shorten(group.raw(&contrary.at).trim()), &contrary.word);
            let what = Say::new(
                format!("Report {name} says “{said}” (“{word}”)."),
                format!("报告 {name} 写有“{said}”（“{word}”）。"),
            );
            let detail = Detail::fail(what, contrary.at).found(said);
            match claim {
                Some(claim) if claim.at.field.cell != contrary.at.field.cell => {
                    detail.related(claim.at)
                }
                _ => detail,
            }
        });
        Outcome::Judged(details.collect())
    }
}
