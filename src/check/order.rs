//! `order`: a day is not before another.

use super::{Ctx, Detail, Outcome};
use crate::model::{FieldId, Say};
use crate::normalize::date::ReadDate;
use serde::Deserialize;

#[derive(Clone, Copy, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    not_before: Start,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Start {
    /// The declaration date (else the as-of date) is on or after the pack's first day.
    InForce,
}

impl Order {
    pub fn run(self, ctx: &Ctx<'_>) -> Outcome {
        let Start::InForce = self.not_before;
        let Some(from) = ctx.from else {
            return Outcome::NotApplicable;
        };
        let value = ctx.shipment.header(ctx.group, FieldId::DECLARATION_DATE);
        let Some(value) = value else {
            if ctx.as_of >= from {
                return Outcome::pass();
            }
            let what = Say::new(
                format!("Not yet in force on {}; it starts on {from}.", ctx.as_of),
                format!("{} 尚未实施，{from} 起实施。", ctx.as_of),
            );
            let document = ctx.shipment.declarations.first().copied().unwrap_or(0);
            return Outcome::one(
                Detail::absent(what, document)
                    .found(ctx.as_of.to_string())
                    .expected(from.to_string()),
            );
        };
        let raw = ctx.group.raw(&value).trim();
        match ctx.group.date(&value) {
            ReadDate::Day(day) if day >= from => Outcome::pass(),
            ReadDate::Day(day) => {
                let what = Say::new(
                    format!("Declared on {day}, before the lane starts on {from}."),
                    format!("申报日期 {day}，早于通道实施日 {from}。"),
                );
                Outcome::one(
                    Detail::fail(what, value)
                        .found(raw)
                        .expected(from.to_string()),
                )
            }
            ReadDate::Ambiguous => {
                let what = Say::new(
                    format!("The declaration date “{raw}” can be read as two days."),
                    format!("申报日期“{raw}”日月顺序不明。"),
                );
                let fix = Say::new(
                    "Write the date with the year first (2026-05-09).",
                    "请按年月日写日期（2026-05-09）。",
                );
                Outcome::one(Detail::unknown(what, value).found(raw).fix(fix))
            }
            ReadDate::No => {
                let what = Say::new(
                    format!("The declaration date “{raw}” is not a date."),
                    format!("申报日期“{raw}”不是日期。"),
                );
                Outcome::one(Detail::unknown(what, value).found(raw))
            }
        }
    }
}
