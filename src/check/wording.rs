//! `wording`: none of the words of a list stands in a report that claims otherwise.

use super::covers::shorten;
use super::{Ctx, Detail, Outcome};
use crate::model::Say;
use crate::normalize::text::fold;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// A list of words that must not stand there.
    none: String,
    /// A list of words by which a report claims the contrary; only then the words are looked for.
    claims: String,
    /// A text parameter: `yes` where the claim need not be written, since a lane asks for it.
    claimed: String,
}

impl Wording {
    pub fn parameters(&self) -> [&str; 3] {
        [&self.none, &self.claims, &self.claimed]
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let group = ctx.group;
        let Some(report) = group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let name = report.name(group);
        let texts = report.texts(group);
        let claims = ctx.parameters.words(&self.claims);
        let claim = texts
            .iter()
            .find(|v| claims.first(&fold(group.raw(v))).is_some());
        if claim.is_none() && ctx.parameters.text(&self.claimed) != "yes" {
            return Outcome::NotApplicable;
        }
        let words = ctx.parameters.words(&self.none);
        let details = texts.iter().filter_map(|value| {
            let text = group.raw(value);
            let word = words.first(&fold(text))?;
            let said = shorten(text.trim());
            let what = Say::new(
                format!("Report {name} says “{said}” (“{word}”)."),
                format!("报告 {name} 写有“{said}”（“{word}”）。"),
            );
            let detail = Detail::fail(what, *value).found(said);
            Some(match claim {
                Some(claim) if claim.field.cell != value.field.cell => detail.related(*claim),
                _ => detail,
            })
        });
        Outcome::Judged(details.collect())
    }
}
