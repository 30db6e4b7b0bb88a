//! `goods`: code and description of a line name goods the lane takes, and agree with each other.

use super::{At, Ctx, Detail, Goods, Judges, Outcome, SubjectKind};
use crate::facts::goods::spoken;
use crate::facts::why::why;
use crate::link::Line;
use crate::model::Say;
use crate::normalize::hs;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GoodsCheck {
    /// A parameter of goods.
    table: String,
    /// A parameter of headings with words: a code that holds nothing but goods of the lane is enough,
    /// unless the words name another heading.
    headings: Option<String>,
}

impl Judges for GoodsCheck {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Line];
    const REASONS: &str = "another-subject code-contradicts-words code-not-of-goods goods-not-covered \
        goods-not-known no-code-for-goods no-goods-named words-name-another-heading";

    fn parameters(&self) -> Vec<&str> {
        let headings = self.headings.iter().map(String::as_str);
        std::iter::once(&*self.table).chain(headings).collect()
    }

    fn line(&self, ctx: &Ctx<'_>, number: u32, line: &Line) -> Outcome {
        let table = ctx.parameters.goods(&self.table);
        let Some(named) = ctx.goods.get(number as usize) else {
            return Outcome::nothing(why!("another-subject"));
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
            let what = why!("no-goods-named");
            return Outcome::one(Detail::unknown(what, At::Document(line.document)));
        };
        let covered: Vec<&&Goods> = by_words.iter().filter(|g| g.covered).collect();
        let whole = |g: &&&Goods| {
            let mut codes = g.hs_whole.iter();
            g.covered && codes.any(|p| hs::under(&line.hs_digits, p))
        };
        if by_words.is_empty() {
            let headings = self.headings.as_deref().filter(|_| description.is_some());
            let own = by_code.iter().find(whole).zip(headings);
            let spoken = own.map(|(goods, headings)| (goods, spoken(ctx, line, headings)));
            let what = match spoken {
                Some((goods, words)) => match words.named.first().filter(|_| !words.fits) {
                    None => return Outcome::pass(line),
                    Some(other) => {
                        why!("words-name-another-heading"; code, description = text,
                            goods = goods.name, other = other.name)
                    }
                },
                None => why!("goods-not-known"; code, description = text),
            };
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
                why!("code-contradicts-words"; code, description = text, goods = not)
            } else {
                why!("goods-not-covered"; description = text, goods = not)
            };
            let mut detail = Detail::fail(what, at).found(text);
            if let Some(hs) = line.hs.filter(|_| description.is_some()) {
                detail = detail.related(hs);
            }
            return Outcome::one(detail);
        };
        if line.hs_digits.is_empty() {
            let what = why!("no-code-for-goods"; description = text);
            return Outcome::one(Detail::unknown(what, at));
        }
        let fits = covered.iter().any(|g| {
            g.hs.iter()
                .chain(&g.hs_also)
                .any(|p| hs::under(&line.hs_digits, p))
        });
        if fits {
            return Outcome::pass(line);
        }
        let mut prefixes: Vec<&str> = covered
            .iter()
            .flat_map(|g| g.hs.iter().chain(&g.hs_also).map(String::as_str))
            .collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        let expected = prefixes.join(", ");
        let what = why!("code-not-of-goods";
            description = text, goods = first.name, code, expected);
        let place = line.hs.unwrap_or(at);
        let mut detail = Detail::fail(what, place).found(code).expected(expected);
        if let Some(description) = description {
            detail = detail.related(description);
        }
        Outcome::one(detail)
    }
}
