//! `code_fits`: a line's HS code and its description name the same goods, by a table of words per
//! heading.

use super::{Ctx, Detail, Goods, Outcome};
use crate::model::Say;
use crate::normalize::hs;
use crate::normalize::text::fold;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeFits {
    /// A parameter of goods: headings with the words that name their goods.
    headings: String,
}

impl CodeFits {
    pub fn parameter(&self) -> &str {
        &self.headings
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let table = ctx.parameters.goods(&self.headings);
        let Some(line) = ctx.shipment.lines.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        // That a code is missing or short is the form's rule to say.
        let Some(code) = line.hs.filter(|_| line.hs_digits.len() >= 4) else {
            return Outcome::NotApplicable;
        };
        let texts: Vec<String> = line
            .descriptions(ctx.group)
            .map(|v| fold(ctx.group.raw(&v)))
            .collect();
        let Some(at) = line.descriptions(ctx.group).next() else {
            return Outcome::NotApplicable;
        };
        let own: Vec<&Goods> = table
            .iter()
            .filter(|g| g.hs.iter().any(|p| hs::under(&line.hs_digits, p)))
            .collect();
        let named: Vec<&Goods> = texts
            .iter()
            .flat_map(|t| ctx.parameters.words(&self.headings).owners(t))
            .filter_map(|n| table.get(usize::from(n)))
            .collect();
        let also = |g: &&Goods| {
            g.words_also.iter().any(|w| {
                let word = fold(w);
                texts
                    .iter()
                    .any(|t| crate::normalize::text::find_word(t, &word).is_some())
            })
        };
        let fits = |g: &&&Goods| named.iter().any(|n| n.key == g.key) || also(g);
        if own.iter().find(fits).is_some() {
            return Outcome::pass();
        }
        let raw = ctx.group.raw(&code).trim();
        let text = ctx.group.raw(&at).trim();
        if own.is_empty() {
            let heading: String = line.hs_digits.chars().take(4).collect();
            let what = Say::new(
                format!(
                    "The word table has no heading {heading}; code {raw} and “{text}” were not compared."
                ),
                format!("词表中没有税目 {heading}，商品编号 {raw} 与“{text}”未能核对。"),
            );
            return Outcome::one(Detail::unknown(what, code).found(raw).related(at));
        }
        let of_code = own.first().map(|g| &g.name);
        let (en, zh) = of_code.map_or(("", ""), |n| (n.en.as_str(), n.zh.as_str()));
        let Some(other) = named.first() else {
            let what = Say::new(
                format!(
                    "Code {raw} is for {en}; the description “{text}” has no known word for them."
                ),
                format!("商品编号 {raw} 为{zh}，品名“{text}”中没有对应的词。"),
            );
            return Outcome::one(Detail::unknown(what, at).found(text).related(code));
        };
        let what = Say::new(
            format!(
                "Code {raw} is for {en}, the description “{text}” says {}.",
                other.name.en
            ),
            format!("商品编号 {raw} 为{zh}，品名“{text}”是{}。", other.name.zh),
        );
        Outcome::one(
            Detail::fail(what, code)
                .found(raw)
                .expected(other.hs.join(", "))
                .related(at),
        )
    }
}
