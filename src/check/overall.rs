//! `overall`: no overall statement or bundle stands in place of items.

use super::covers::{self, shorten};
use super::{Ctx, Detail, Outcome};
use crate::link::Item;
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

impl Overall {
    pub fn parameters(&self) -> [&str; 2] {
        [&self.items, &self.words]
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let group = ctx.group;
        let Some(report) = group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let words = ctx.parameters.words(&self.words);
        let name = report.name(group);
        let items = covers::items(ctx, number);
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
                    let named = covers::topics_of(ctx, item, &self.items);
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
            return Outcome::pass();
        };
        let said = shorten(group.raw(&at).trim());
        let list = |pick: &dyn Fn(&Say) -> String, join: &str| -> String {
            let names: Vec<String> = missing.iter().map(|t| pick(&t.name)).collect();
            names.join(join)
        };
        let (en, zh) = (list(&|n| n.en.clone(), ", "), list(&|n| n.zh.clone(), "、"));
        let what = Say::new(
            format!("“{said}” stands in report {name} in place of single items."),
            format!("报告 {name} 以“{said}”代替逐项结果。"),
        );
        let mut detail =
            Detail::fail(what, at)
                .found(said)
                .if_understood(ctx.group, report, &[FieldId::ITEM]);
        if !missing.is_empty() {
            let fix = Say::new(
                format!("Give each a row with its own pass or fail: {en}."),
                format!("请逐项单列并判定：{zh}。"),
            );
            detail = detail.expected(format!("{en} / {zh}")).fix(fix);
        }
        Outcome::one(detail)
    }
}
