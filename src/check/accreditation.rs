//! `accreditation`: a laboratory's number stands in the report, and no required item is marked as
//! outside it.

use super::format::cnas_lab;
use super::lab_scope::outside;
use super::{Ctx, ItemTopic, Judges, Outcome, SubjectKind};
use crate::link::Report;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accreditation {
    /// A parameter of items: those that must lie within.
    items: String,
}

impl Judges for Accreditation {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Report];
    const REASONS: &str = "";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.items]
    }

    fn report(&self, ctx: &Ctx<'_>, _: u32, report: &Report) -> Outcome {
        let required: Vec<&ItemTopic> = ctx.parameters.items(&self.items).iter().collect();
        let mut details = cnas_lab(ctx, report).details();
        details.extend(outside(ctx, report, &required, &self.items));
        Outcome::judged(details, report)
    }
}
