//! `goods`: code and description of a line name goods the lane takes, and agree with each other.

use super::{Ctx, Detail, Goods, Outcome};
use crate::model::Say;
use crate::normalize::hs;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GoodsCheck {
    /// A parameter of goods.
    table: String,
}

impl GoodsCheck {
    pub fn parameter(&self) -> &str {
        &self.table
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let table = ctx.parameters.goods(&self.table);
        let (Some(line), Some(named)) = (
            ctx.shipment.lines.get(number as usize),
            ctx.goods.get(number as usize),
        ) else {
            return Outcome::NotApplicable;
        };
        let description = line.descriptions(ctx.group).next();
        let words: Vec<&str> = line
            .descriptions(ctx.group)
            .map(|v| ctx.group.raw(&v).trim())
            .collect();
        let text = words.first().copied().unwrap_or("");
        let goods = |numbers: &[u16]| -> Vec<&Goods> {
            numbers
                .iter()
                .filter_map(|n| table.get(usize::from(*n)))
                .collect()
        };
        let by_words = goods(&named.by_words);
        let by_code = goods(&named.by_code);
        let code = line.hs.map_or("", |v| ctx.group.raw(&v).trim());
        let at = description.or(line.hs).or(line.model).or(line.quantity);
        let Some(at) = at else {
            let what = Say::new("The line names no goods.", "该项没有货物名称。");
            return Outcome::one(Detail::unstated(what, line.document));
        };
        let covered: Vec<&&Goods> = by_words.iter().filter(|g| g.covered).collect();
        if by_words.is_empty() {
            let what = Say::new(
                format!(
                    "Code {code} is of this lane, but the description “{text}” does not say whether the goods are."
                ),
                format!("商品编号 {code} 属于本通道，但品名“{text}”看不出是否属于。"),
            );
            let mut detail = Detail::unknown(what, at).found(text);
            if let Some(hs) = line.hs.filter(|_| description.is_some()) {
                detail = detail.related(hs);
            }
            return Outcome::one(detail);
        }
        let Some(first) = covered.first() else {
            let not = by_words
                .first()
                .map_or_else(Say::default, |g| g.name.clone());
            let contradicts = by_code.iter().any(|g| g.covered);
            let what = if contradicts {
                Say::new(
                    format!(
                        "The code {code} and the description “{text}” contradict each other: the goods are {}.",
                        not.en
                    ),
                    format!("商品编号 {code} 与品名“{text}”矛盾：货物是{}。", not.zh),
                )
            } else {
                Say::new(
                    format!("“{text}” is {}, which this lane does not take.", not.en),
                    format!("“{text}”属于{}，本通道未纳入。", not.zh),
                )
            };
            let mut detail = Detail::fail(what, at).found(text);
            if let Some(hs) = line.hs.filter(|_| description.is_some()) {
                detail = detail.related(hs);
            }
            return Outcome::one(detail);
        };
        if line.hs_digits.is_empty() {
            let what = Say::new(
                format!("“{text}” has no HS code to compare with."),
                format!("“{text}”没有商品编号可供核对。"),
            );
            return Outcome::one(Detail::unknown(what, at));
        }
        let fits = covered.iter().any(|g| {
            g.hs.iter()
                .chain(&g.hs_also)
                .any(|p| hs::under(&line.hs_digits, p))
        });
        if fits {
            return Outcome::pass();
        }
        let mut prefixes: Vec<&str> = covered
            .iter()
            .flat_map(|g| g.hs.iter().chain(&g.hs_also).map(String::as_str))
            .collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        let expected = prefixes.join(", ");
        let what = Say::new(
            format!(
                "The description “{text}” says {}, but code {code} is not under {expected}.",
                first.name.en
            ),
            format!(
                "品名“{text}”是{}，但商品编号 {code} 不在 {expected} 之下。",
                first.name.zh
            ),
        );
        let place = line.hs.unwrap_or(at);
        let mut detail = Detail::fail(what, place).found(code).expected(expected);
        if let Some(description) = description {
            detail = detail.related(description);
        }
        Outcome::one(detail)
    }
}
