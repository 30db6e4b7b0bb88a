//! `accreditation`: a laboratory's number stands in the report, and no required item is marked as
//! outside it.

use super::format::cnas_lab;
use super::lab_scope::outside;
use super::{Ctx, ItemTopic, Outcome};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accreditation {
    /// A parameter of items: those that must lie within.
    items: String,
}

impl Accreditation {
    pub fn parameter(&self) -> &str {
        &self.items
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let Some(report) = ctx.group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let required: Vec<&ItemTopic> = ctx.parameters.items(&self.items).iter().collect();
        let mut details = match cnas_lab(ctx, number) {
            Outcome::Judged(details) => details,
            Outcome::NotApplicable => Vec::new(),
        };
        details.extend(outside(ctx, report, &required, &self.items));
        Outcome::Judged(details)
    }
}
