//! `order`: days follow each other as they must.

use super::{Ctx, Detail, FieldPath, Judges, Outcome, SubjectKind};
use crate::facts::why::{Filler, term, why};
use crate::facts::{period, statements};
use crate::link::Value;
use crate::model::FieldId;
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

impl Judges for Order {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment];
    const REASONS: &str = "always-in-force date-to-come dates-not-in-order declared-after-end declared-before-start \
        no-dates-to-compare no-longer-in-force not-yet-in-force";

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        match self.not_before {
            Some(Start::InForce) => in_force(ctx),
            None => self.sequence(ctx),
        }
    }
}

impl Order {
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
        match any || !details.is_empty() {
            true => Outcome::judged(details, ctx.declaration()),
            false => Outcome::nothing(why!("no-dates-to-compare")),
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
    let what = why!("dates-not-in-order";
        date = early, day = first, other_date = late, other_day = day);
    Detail::fail(what, before)
        .found(ctx.group.raw(&before).trim())
        .expected(format!("≤ {day}"))
        .related(value)
}

fn to_come(ctx: &Ctx<'_>, value: Value, day: Date) -> Detail {
    let name = name(ctx, value);
    let what = why!("date-to-come"; date = name, day, as_of = ctx.as_of);
    Detail::fail(what, value)
        .found(ctx.group.raw(&value).trim())
        .expected(format!("≤ {}", ctx.as_of))
}

/// A date's name, with the paper it stands in.
fn name(ctx: &Ctx<'_>, value: Value) -> Filler {
    let name = ctx.group.vocabulary.fields.name(value.field.id);
    let document = ctx.group.document(value.document);
    let kind = document.and_then(|d| d.understood.kind.as_deref());
    term(match value.field.id {
        FieldId::ISSUE_DATE => format!("{name}-of-{}", kind.unwrap_or("paper")),
        _ => name.to_string(),
    })
}

fn in_force(ctx: &Ctx<'_>) -> Outcome {
    let Some(from) = ctx.from else {
        return Outcome::nothing(why!("always-in-force"));
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
            return Outcome::pass(ctx.declaration());
        };
        let what = if bound == from {
            why!("not-yet-in-force"; as_of = ctx.as_of, from)
        } else {
            why!("no-longer-in-force"; as_of = ctx.as_of, bound)
        };
        return Outcome::one(
            Detail::fail(what, ctx.declaration())
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
        return Outcome::pass(value);
    };
    let what = if bound == from {
        why!("declared-before-start"; day, from)
    } else {
        why!("declared-after-end"; day, bound)
    };
    let detail = Detail::fail(what, value).found(ctx.group.raw(&value).trim());
    Outcome::one(detail.expected(bound.to_string()))
}
