//! `checklist`: what the shipment's manifest says of each thing to have ready.

use super::{Ctx, Detail, ItemTopic, Judges, Outcome, SubjectKind};
use crate::facts::why::why;
use crate::facts::written::answers;
use crate::link::Value;
use crate::model::Say;
use crate::normalize::text::{fold, squeeze};
use crate::normalize::words::WordFinder;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// A parameter of items.
    items: String,
    /// A list of the names its section has in a manifest.
    under: String,
    /// A list of answers that mean ready, or not needed.
    ready: String,
}

impl Judges for Checklist {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment];
    const REASONS: &str = "no-answers no-checklist not-ready";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.items, &self.under, &self.ready]
    }

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        let group = ctx.group;
        let answers = answers(group, ctx.parameters.list(&self.under));
        if answers.is_empty() {
            let what = why!("no-checklist");
            return Outcome::one(Detail::unknown(what, ctx.declaration()));
        }
        let items = ctx.parameters.items(&self.items);
        let words = ctx.parameters.words(&self.items);
        let ready: Vec<String> = ctx
            .parameters
            .list(&self.ready)
            .iter()
            .map(|w| squeeze(w))
            .collect();
        let mut open: Vec<(&ItemTopic, Option<Value>)> = Vec::new();
        for (number, item) in items.iter().enumerate() {
            let own = answers
                .iter()
                .find(|(name, _)| names(words, number, item, name));
            let done = own.is_some_and(|(_, v)| ready.contains(&squeeze(group.raw(v))));
            if !done {
                open.push((item, own.map(|(_, v)| *v)));
            }
        }
        let Some((_, first)) = answers.first() else {
            return Outcome::nothing(why!("no-answers"));
        };
        if open.is_empty() {
            return Outcome::pass(ctx.declaration());
        }
        let things = Say::listed(open.iter().map(|(item, _)| &item.name));
        let what = why!("not-ready"; things);
        let at = open.iter().find_map(|(_, v)| *v).unwrap_or(*first);
        let mut detail = Detail::fail(what, at).found(group.raw(&at).trim());
        detail = detail.beside(
            open.iter()
                .filter_map(|(_, v)| *v)
                .filter(|v| v.field.cell != at.field.cell),
        );
        Outcome::one(detail)
    }
}

/// Whether an entry's name is an item's, by key or word.
fn names(words: &WordFinder, number: usize, item: &ItemTopic, name: &str) -> bool {
    squeeze(name) == squeeze(&item.key)
        || words
            .owners(&fold(&name.replace(['_', '-'], " ")))
            .iter()
            .any(|o| usize::from(*o) == number)
}
