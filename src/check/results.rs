//! `results`: no item of a report failed, and its conclusion says the same as its items.

use super::{Ctx, Detail, Outcome};
use super::{consistent, covers};
use crate::model::{ItemVerdict, Say};
use crate::normalize::text::fold;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// A parameter of items, for the names of topics.
    items: String,
    /// Words of a conclusion that say the goods failed.
    failed: String,
}

impl Results {
    pub fn parameters(&self) -> [&str; 2] {
        [&self.items, &self.failed]
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let group = ctx.group;
        let Some(report) = group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let name = report.name(group);
        let items = covers::items(ctx, number);
        let mut details = Vec::new();
        for (item, _) in &items {
            if item.parsed != Some(ItemVerdict::Fail) {
                continue;
            }
            let at = item.verdict.unwrap_or(item.name);
            let text = group.raw(&item.name).trim();
            let said = group.raw(&at).trim();
            let key = covers::topics_of(ctx, item, &self.items)
                .first()
                .map_or_else(|| text.to_string(), |t| t.key.clone());
            let what = Say::new(
                format!("“{text}” failed in report {name}: {said}."),
                format!("报告 {name} 中“{text}”不合格：{said}。"),
            );
            details.push(
                Detail::fail(what, at)
                    .subject(format!("item {key} of report {name}"))
                    .found(said)
                    .expected("pass / 合格")
                    .related(item.name),
            );
        }
        // A row that says pass beside a value outside its own limit.
        let contradictions = consistent::contradictions(ctx, number);
        let outside = contradictions.iter().filter(|c| c.outside);
        details.extend(outside.map(|c| c.detail(ctx, &name)));
        if let Some(value) = covers::conclusion(ctx, report) {
            let text = group.raw(&value);
            let failed = ctx
                .parameters
                .words(&self.failed)
                .affirmed(&fold(text), &group.vocabulary.words.denials);
            if failed && details.is_empty() {
                let said = covers::shorten(text.trim());
                let what = Say::new(
                    format!("The conclusion of report {name} says the sample failed: “{said}”."),
                    format!("报告 {name} 的结论为不合格：“{said}”。"),
                );
                details.push(Detail::fail(what, value).found(said));
            } else if !failed && !details.is_empty() {
                for detail in &mut details {
                    detail
                        .evidence
                        .push(crate::facts::evidence::Evidence::Value(
                            crate::model::Role::Related,
                            value,
                        ));
                }
            }
        }
        let judged = items.iter().any(|(i, _)| i.parsed.is_some());
        if !judged && details.is_empty() {
            let what = Say::new(
                format!("No item of report {name} has a result that can be read."),
                format!("报告 {name} 没有可读的单项结果。"),
            );
            return Outcome::one(match report.number {
                Some(value) => Detail::unknown(what, value),
                None => Detail::unstated(what, report.source.document()),
            });
        }
        Outcome::Judged(details)
    }
}
