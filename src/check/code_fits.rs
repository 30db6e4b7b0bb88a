//! `code_fits`: a line's HS code and its description name the same goods, by a table of words per
//! heading.

use super::{Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::goods::{Spoken, spoken};
use crate::facts::why::why;
use crate::link::Line;
use crate::model::Say;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeFits {
    /// A parameter of goods: headings with the words that name their goods.
    headings: String,
}

impl Judges for CodeFits {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Line];
    const REASONS: &str = "code-and-words-differ heading-not-in-table no-code-to-compare no-word-for-code \
        no-words-to-compare";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.headings]
    }

    fn line(&self, ctx: &Ctx<'_>, _: u32, line: &Line) -> Outcome {
        // That a code is missing or short is the form's rule to say.
        let Some(code) = line.hs.filter(|_| line.hs_digits.len() >= 4) else {
            return Outcome::nothing(why!("no-code-to-compare"));
        };
        let Some(at) = line.descriptions(ctx.group).next() else {
            return Outcome::nothing(why!("no-words-to-compare"));
        };
        let Spoken { own, named, fits } = spoken(ctx, line, &self.headings);
        if fits {
            return Outcome::pass(at);
        }
        let raw = ctx.group.raw(&code).trim();
        let text = ctx.group.raw(&at).trim();
        if own.is_empty() {
            let heading: String = line.hs_digits.chars().take(4).collect();
            let what = why!("heading-not-in-table"; heading, code = raw, text);
            return Outcome::one(Detail::unknown(what, code).found(raw).related(at));
        }
        let goods = own.first().map_or_else(Say::default, |g| g.name.clone());
        let Some(other) = named.first() else {
            let what = why!("no-word-for-code"; code = raw, goods, text);
            return Outcome::one(Detail::unknown(what, at).found(text).related(code));
        };
        let what = why!("code-and-words-differ"; code = raw, goods, text, other = other.name);
        Outcome::one(
            Detail::fail(what, code)
                .found(raw)
                .expected(other.hs.join(", "))
                .related(at),
        )
    }
}
