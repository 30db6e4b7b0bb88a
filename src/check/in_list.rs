//! `in_list`: a line's HS code stands in the user's pilot list.

use super::{Ctx, Detail, Outcome};
use crate::model::Say;
use crate::normalize::date::ReadDate;
use crate::normalize::hs;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InList {
    /// A list parameter of example codes, shown where the user has no list.
    examples: String,
}

impl InList {
    pub fn parameter(&self) -> &str {
        &self.examples
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let group = ctx.group;
        let Some(line) = ctx.shipment.lines.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let Some(value) = line.hs else {
            let what = Say::new(
                format!("Line {} has no HS code.", line.number),
                format!("第 {} 项没有商品编号。", line.number),
            );
            return Outcome::one(Detail::unstated(what, line.document));
        };
        let raw = group.raw(&value).trim();
        if group.pilot.is_empty() {
            let example = ctx
                .parameters
                .list(&self.examples)
                .iter()
                .any(|code| hs::under(&line.hs_digits, code));
            let (en, zh) = if example {
                (
                    " It is one of the notice's two examples, which are not a list.",
                    "它是通知举的两个例子之一，但例子不是清单。",
                )
            } else {
                ("", "")
            };
            let what = Say::new(
                format!("There is no pilot HS list to look {raw} up in.{en}"),
                format!("没有试点商品编号清单可查 {raw}。{zh}"),
            );
            return Outcome::one(Detail::unknown(what, value).found(raw));
        }
        let listed = group
            .pilot
            .iter()
            .find(|p| hs::under(&line.hs_digits, &p.digits));
        let Some(listed) = listed else {
            let what = Say::new(
                format!("HS code {raw} is not in the pilot list."),
                format!("商品编号 {raw} 不在试点清单里。"),
            );
            let mut detail = Detail::fail(what, value).found(raw).unless_unread(group);
            // The entry of the same heading, if there is one: a wrong subheading is the usual slip.
            let heading = line.hs_digits.get(..4).unwrap_or("");
            let near = group
                .pilot
                .iter()
                .find(|p| p.digits.starts_with(heading) && !heading.is_empty());
            match near {
                Some(near) => {
                    let other = group.raw(&near.value).trim();
                    detail = detail.nearest(Some(other.to_string())).related(near.value);
                }
                None => {
                    if let Some(first) = group.pilot.first() {
                        detail = detail.related_document(first.value.document);
                    }
                }
            }
            return Outcome::one(detail);
        };
        let day = |v: Option<crate::link::Value>| match v.map(|v| group.date(&v)) {
            Some(ReadDate::Day(day)) => Some(day),
            _ => None,
        };
        let begins = day(listed.valid_from).is_none_or(|from| ctx.as_of >= from);
        let lasts = day(listed.valid_until).is_none_or(|until| ctx.as_of <= until);
        if begins && lasts {
            return Outcome::pass();
        }
        let what = Say::new(
            format!(
                "The pilot list's entry for {raw} is not valid on {}.",
                ctx.as_of
            ),
            format!("试点清单中 {raw} 的条目在 {} 不在有效期内。", ctx.as_of),
        );
        Outcome::one(Detail::fail(what, value).found(raw).related(listed.value))
    }
}
