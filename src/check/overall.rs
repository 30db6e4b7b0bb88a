//! `overall`: no overall statement or bundle stands in place of items.

use super::{Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::items::{self, shorten};
use crate::facts::why::why;
use crate::link::{Item, Report};
use crate::model::{FieldId, ItemVerdict, Say};
use crate::normalize::text::fold;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Overall {
    /// A parameter of items: those that must stand by themselves.
    items: String,
    /// A list of words of overall statements and bundles.
    words: String,
}

impl Judges for Overall {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Report];
    const REASONS: &str = "overall-in-place overall-in-place-of";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.items, &self.words]
    }

    fn report(&self, ctx: &Ctx<'_>, number: u32, report: &Report) -> Outcome {
        let group = ctx.group;
        let words = ctx.parameters.words(&self.words);
        let name = report.name(group);
        let items = items::items(ctx, number);
        let own = |item: &Item| {
            matches!(
                item.parsed,
                Some(ItemVerdict::Pass | ItemVerdict::Fail | ItemVerdict::NotApplicable)
            )
        };
        let topics = ctx.parameters.items(&self.items);
        let missing: Vec<_> = topics
            .iter()
            .filter(|topic| {
                !items.iter().any(|(item, _)| {
                    let named = items::topics_of(ctx, item, &self.items);
                    own(item) && named.len() == 1 && named.iter().any(|t| t.key == topic.key)
                })
            })
            .collect();
        let bundle = items
            .iter()
            .map(|(item, _)| item.name)
            .find(|name| !missing.is_empty() && words.first(&fold(group.raw(name))).is_some());
        let judged = items.iter().any(|(item, _)| own(item));
        let statement = || {
            let texts = report.texts(group);
            texts
                .into_iter()
                .find(|v| !judged && words.first(&fold(group.raw(v))).is_some())
        };
        let Some(at) = bundle.or_else(statement) else {
            return Outcome::pass(report);
        };
        let said = shorten(group.raw(&at).trim());
        let items = Say::listed(missing.iter().map(|t| &t.name));
        let what = match missing.is_empty() {
            true => why!("overall-in-place"; said, report = name),
            false => why!("overall-in-place-of"; said, report = name, items),
        };
        let mut detail =
            Detail::fail(what, at)
                .found(said)
                .if_understood(ctx.group, report, &[FieldId::ITEM]);
        if !missing.is_empty() {
            detail = detail.expected(items.both());
        }
        Outcome::one(detail)
    }
}
