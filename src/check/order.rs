//! `order`: days follow each other as they must.

use super::{Ctx, Detail, FieldPath, Outcome};
use crate::link::{Key, Shipment, Value};
use crate::model::{FieldId, Say};
use crate::normalize::date::{self, ReadDate};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeSet;

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
        for path in &self.past {
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

/// The days a field names in a shipment, each spelling once per document; days that cannot be read
/// are said.
fn days(ctx: &Ctx<'_>, path: &FieldPath, details: &mut Vec<Detail>) -> Vec<(Value, Date)> {
    let group = ctx.group;
    let Some(id) = path.id(group) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for value in stated(ctx, &path.kind, id) {
        let raw = group.raw(&value).trim();
        match group.date(&value) {
            ReadDate::Day(day) => found.push((value, day)),
            ReadDate::Ambiguous => {
                let what = Say::new(
                    format!("The date “{raw}” can be read as two days."),
                    format!("日期“{raw}”日月顺序不明。"),
                );
                details.push(Detail::unknown(what, value).found(raw).fix(year_first()));
            }
            // That nobody filled it in is another rule's to say.
            ReadDate::No if group.is_placeholder(&value) => {}
            ReadDate::No => {
                let what = no_date(raw, "", "");
                details.push(Detail::unknown(what, value).found(raw).fix(year_first()));
            }
        }
    }
    found
}

/// That a text names no day, and why; `en` and `zh` say in front what it should be.
fn no_date(raw: &str, en: &str, zh: &str) -> Say {
    if date::has_short_year(raw) {
        return Say::new(
            format!("{en}“{raw}” has a year of two digits."),
            format!("{zh}“{raw}”的年份只有两位。"),
        );
    }
    Say::new(
        format!("{en}“{raw}” is not a date."),
        format!("{zh}“{raw}”不是日期。"),
    )
}

fn year_first() -> Say {
    Say::new(
        "Write the date with the year first (2026-05-09).",
        "请按年月日写日期（2026-05-09）。",
    )
}

fn stated(ctx: &Ctx<'_>, kind: &str, id: FieldId) -> Vec<Value> {
    let group = ctx.group;
    match kind {
        "declaration" => ctx.shipment.header(group, id).into_iter().collect(),
        "manifest" => Shipment::manifest(group, id).into_iter().collect(),
        // The reports that name a declared model.
        "lab-report" => {
            let keys: BTreeSet<Key> = ctx.shipment.lines.iter().map(|l| l.key).collect();
            let named: BTreeSet<u32> = keys
                .into_iter()
                .flat_map(|k| group.reports_naming(k))
                .map(|(report, _)| *report)
                .collect();
            let reports = named
                .into_iter()
                .filter_map(|r| group.reports.get(r as usize));
            reports.filter_map(|r| r.get(group, id)).collect()
        }
        // The log's rows of the declared batches.
        "batch-log" => {
            let lines = ctx.shipment.lines.iter();
            let keys: BTreeSet<Key> = lines.flat_map(|l| l.batches(group)).map(|b| b.1).collect();
            let rows = keys.into_iter().flat_map(|k| group.batch_rows(k));
            let rows = rows.filter_map(|r| group.batches.get(*r as usize));
            rows.filter_map(|b| b.produced).collect()
        }
        kind => group
            .entries(kind)
            .filter(|_| group.shipments.len() == 1)
            .filter_map(|(document, record)| group.entry(document, record, id))
            .collect(),
    }
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
    let value = ctx.shipment.header(ctx.group, FieldId::DECLARATION_DATE);
    let Some(value) = value else {
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
    let raw = ctx.group.raw(&value).trim();
    match ctx.group.date(&value) {
        ReadDate::Day(day) => {
            let Some(bound) = missed(day) else {
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
            Outcome::one(
                Detail::fail(what, value)
                    .found(raw)
                    .expected(bound.to_string()),
            )
        }
        ReadDate::Ambiguous => {
            let what = Say::new(
                format!("The declaration date “{raw}” can be read as two days."),
                format!("申报日期“{raw}”日月顺序不明。"),
            );
            Outcome::one(Detail::unknown(what, value).found(raw).fix(year_first()))
        }
        ReadDate::No => {
            let what = no_date(raw, "The declaration date ", "申报日期");
            Outcome::one(Detail::unknown(what, value).found(raw).fix(year_first()))
        }
    }
}
