//! `order`: days follow each other as they must.

use super::{Ctx, Detail, FieldPath, Outcome};
use crate::facts::{period, statements};
use crate::link::Value;
use crate::model::{FieldId, Say};
use crate::normalize::date::ReadDate;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    #[serde(default)]
    not_before: Option<Start>,
    /// Fields with days, each on or before the next.
    #[serde(default)]
    steps: Vec<FieldPath>,
    /// Fields with days that must have come by the as-of date.
    #[serde(default)]
    past: Vec<FieldPath>,
    /// Fields with days that must have come where the number that follows the act is there: a
    /// declaration with its 18 digits was lodged.
    #[serde(default)]
    done: Vec<Done>,
}

/// A day and the number given on it.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Done {
    day: FieldPath,
    number: FieldPath,
    /// How many digits the number has.
    digits: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Start {
    /// The declaration date (else the as-of date) is on or after the pack's first day.
    InForce,
}

impl Order {
    pub fn run(&self, ctx: &Ctx<'_>) -> Outcome {
        match self.not_before {
            Some(Start::InForce) => in_force(ctx),
            None => self.sequence(ctx),
        }
    }

    /// Each day on or before the next; no past day after the as-of date.
    fn sequence(&self, ctx: &Ctx<'_>) -> Outcome {
        let mut details: Vec<Detail> = Vec::new();
        let mut any = false;
        let mut earlier: Vec<(Value, Date)> = Vec::new();
        for path in &self.steps {
            let own = days(ctx, path, &mut details);
            for (value, day) in &own {
                any |= !earlier.is_empty();
                let late = earlier.iter().filter(|(_, before)| before > day);
                for (before, first) in late {
                    details.push(after(ctx, *before, *first, *value, *day));
                }
            }
            earlier.extend(own);
        }
        let given = |done: &&Done| {
            let digits = |v: &Value| {
                let raw = ctx.group.raw(v).chars();
                raw.filter(|c| c.is_numeric()).count() == done.digits
            };
            statements(ctx, &done.number).iter().any(digits)
        };
        let done = self.done.iter().filter(given).map(|done| &done.day);
        for path in self.past.iter().chain(done) {
            for (value, day) in days(ctx, path, &mut Vec::new()) {
                any = true;
                if day > ctx.as_of {
                    details.push(to_come(ctx, value, day));
                }
            }
        }
        if any || !details.is_empty() {
            Outcome::Judged(details)
        } else {
            Outcome::NotApplicable
        }
    }
}

/// The days a field names in a shipment; days that cannot be read are said.
fn days(ctx: &Ctx<'_>, path: &FieldPath, details: &mut Vec<Detail>) -> Vec<(Value, Date)> {
    let group = ctx.group;
    let mut found = Vec::new();
    for value in statements(ctx, path) {
        match group.date(&value) {
            ReadDate::Day(day) => found.push((value, day)),
            // That nobody filled it in is another rule's to say.
            _ if group.is_placeholder(&value) => {}
            _ => details.push(period::unread(group, value, &name(ctx, value))),
        }
    }
    found
}

/// A day that should have come before another.
fn after(ctx: &Ctx<'_>, before: Value, first: Date, value: Value, day: Date) -> Detail {
    let (early, late) = (name(ctx, before), name(ctx, value));
    let what = Say::new(
        format!("The {} is {first}, after the {} {day}.", early.en, late.en),
        format!("{}为 {first}，晚于{} {day}。", early.zh, late.zh),
    );
    Detail::fail(what, before)
        .found(ctx.group.raw(&before).trim())
        .expected(format!("≤ {day}"))
        .related(value)
}

fn to_come(ctx: &Ctx<'_>, value: Value, day: Date) -> Detail {
    let name = name(ctx, value);
    let what = Say::new(
        format!(
            "The {} is {day}, after the day of this check ({}).",
            name.en, ctx.as_of
        ),
        format!("{}为 {day}，晚于检查日 {}。", name.zh, ctx.as_of),
    );
    Detail::fail(what, value)
        .found(ctx.group.raw(&value).trim())
        .expected(format!("≤ {}", ctx.as_of))
}

/// A date's name in words, with the paper it stands in.
fn name(ctx: &Ctx<'_>, value: Value) -> Say {
    let paper = ctx.group.document(value.document);
    let paper = paper.map_or_else(Say::default, |d| d.understood.kind_title.clone());
    match value.field.id {
        FieldId::DECLARATION_DATE => Say::new("declaration date", "申报日期"),
        FieldId::EXPORT_DATE => Say::new("export date", "出口日期"),
        FieldId::PRODUCTION_DATE => Say::new("production date", "生产日期"),
        _ => Say::new(
            format!("date of issue of the {}", paper.en),
            format!("{}签发日期", paper.zh),
        ),
    }
}

fn in_force(ctx: &Ctx<'_>) -> Outcome {
    let Some(from) = ctx.from else {
        return Outcome::NotApplicable;
    };
    // The day of the lane that a day misses, if it lies outside; both belong to it.
    let missed = |day: Date| match ctx.until {
        _ if day < from => Some(from),
        Some(until) if until < day => Some(until),
        _ => None,
    };
    let (days, declared) = period::judged_on(ctx.group, ctx.shipment, ctx.as_of);
    let Some(value) = declared else {
        let Some(bound) = missed(ctx.as_of) else {
            return Outcome::pass();
        };
        let what = if bound == from {
            Say::new(
                format!("Not yet in force on {}; it starts on {from}.", ctx.as_of),
                format!("{} 尚未实施，{from} 起实施。", ctx.as_of),
            )
        } else {
            Say::new(
                format!("No longer in force on {}; it ended on {bound}.", ctx.as_of),
                format!("{} 已不再实施，截至 {bound}。", ctx.as_of),
            )
        };
        let document = ctx.shipment.declarations.first().copied().unwrap_or(0);
        return Outcome::one(
            Detail::absent(what, document)
                .found(ctx.as_of.to_string())
                .expected(bound.to_string()),
        );
    };
    let bounds: Vec<Option<Date>> = days.iter().map(|day| missed(*day)).collect();
    let (Some(day), Some(first)) = (days.first(), bounds.first()) else {
        return Outcome::one(period::unread(ctx.group, value, &name(ctx, value)));
    };
    // Readings that agree in the answer decide.
    if bounds.iter().any(|b| b != first) {
        return Outcome::one(period::unread(ctx.group, value, &name(ctx, value)));
    }
    let Some(bound) = *first else {
        return Outcome::pass();
    };
    let what = if bound == from {
        Say::new(
            format!("Declared on {day}, before the lane starts on {from}."),
            format!("申报日期 {day}，早于通道实施日 {from}。"),
        )
    } else {
        Say::new(
            format!("Declared on {day}, after the lane ended on {bound}."),
            format!("申报日期 {day}，晚于通道截止日 {bound}。"),
        )
    };
    let detail = Detail::fail(what, value).found(ctx.group.raw(&value).trim());
    Outcome::one(detail.expected(bound.to_string()))
}
