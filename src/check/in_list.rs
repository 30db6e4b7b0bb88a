//! `in_list`: a line's HS code stands in the user's pilot list.

use super::{Ctx, Detail, Outcome};
use crate::facts::period::{self, Dated, Held, Period};
use crate::link::{Line, PilotCode, Value};
use crate::model::{FieldId, Say};
use crate::normalize::{date, hs};
use serde::Deserialize;
use std::collections::BTreeMap;

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
        let matching: Vec<&PilotCode> = group
            .pilot
            .iter()
            .filter(|p| p.names(&line.hs_digits))
            .collect();
        if matching.is_empty() {
            return Outcome::one(absent(ctx, line, value));
        }
        listed(ctx, value, &matching).map_or_else(Outcome::pass, Outcome::one)
    }
}

/// No entry of the list names the code.
fn absent(ctx: &Ctx<'_>, line: &Line, value: Value) -> Detail {
    let group = ctx.group;
    let raw = group.raw(&value).trim();
    if let Some(row) = group.left_out_of("pilot-list") {
        let other = group.raw(&row).trim();
        let what = Say::new(
            format!(
                "No readable row of the pilot list names HS code {raw}; the row at “{other}” cannot be read."
            ),
            format!("试点清单可识别的各行中没有商品编号 {raw}；“{other}”所在行无法识别。"),
        );
        let fix = Say::new(
            "Correct that row of the pilot list: one code, a list of codes or a range of them.",
            "请更正试点清单的该行：写一个编号、多个编号或编号范围。",
        );
        return Detail::unknown(what, value)
            .found(raw)
            .related(row)
            .fix(fix);
    }
    let what = Say::new(
        format!("HS code {raw} is not in the pilot list."),
        format!("商品编号 {raw} 不在试点清单里。"),
    );
    let detail = Detail::fail(what, value).found(raw).unless_unread(group);
    // The entry of the same heading, if there is one: a wrong subheading is the usual slip.
    let heading = line.hs_digits.get(..4).unwrap_or("");
    let near = group
        .pilot
        .iter()
        .find(|p| p.digits.starts_with(heading) && !heading.is_empty());
    match (near, group.pilot.first()) {
        (Some(near), _) => {
            let other = group.raw(&near.value).trim();
            detail.nearest(Some(other.to_string())).related(near.value)
        }
        (None, Some(first)) => detail.related_document(first.value.document),
        (None, None) => detail,
    }
}

/// Whether one of the entries that name the code holds on the day; what is to be said if none does.
fn listed(ctx: &Ctx<'_>, value: Value, matching: &[&PilotCode]) -> Option<Detail> {
    let group = ctx.group;
    let raw = group.raw(&value).trim();
    let (days, declared) = period::judged_on(ctx.group, ctx.shipment, ctx.as_of);
    let of = |p: &PilotCode| Period {
        from: p.valid_from,
        until: p.valid_until,
    };
    if days.is_empty() && matching.iter().any(|p| of(p).is_stated()) {
        let day = declared?;
        let shown = group.raw(&day).trim();
        let what = Say::new(
            format!(
                "The declaration date “{shown}” cannot be read, so it is not known whether the pilot list's entry for {raw} is valid."
            ),
            format!("申报日期“{shown}”无法识别，无法判断试点清单中 {raw} 的条目是否有效。"),
        );
        return Some(Detail::unknown(what, day).found(shown).related(value));
    }
    // Entries of the very same code must not contradict each other.
    let mut codes: BTreeMap<(&str, Option<&str>), Vec<Dated>> = BTreeMap::new();
    for entry in matching {
        let key = (entry.digits.as_str(), entry.to.as_deref());
        codes.entry(key).or_default().push(Dated {
            at: entry.value,
            period: of(entry),
            held: of(entry).holds(group, &days),
        });
    }
    let mut clash = None;
    for entries in codes.values() {
        let found = period::clash(group, entries);
        clash = clash.or(found);
        let holds = |e: &&Dated| matches!(e.held, Held::Yes);
        if let (Some(entry), None) = (entries.iter().find(holds), found) {
            return undated(ctx, value, entry.at);
        }
    }
    if let Some(clash) = clash {
        return Some(period::clashing(group, clash, raw).related(value));
    }
    let entries = || codes.values().flatten();
    let unclear = entries().find_map(|e| match e.held {
        Held::Unclear(at) => Some(at),
        _ => None,
    });
    if let Some(at) = unclear {
        return Some(period::unclear(group, at).related(value));
    }
    let (entry, at) = entries().find_map(|e| match e.held {
        Held::No(at) => Some((e, at)),
        _ => None,
    })?;
    let day = days.first()?;
    let span = entry.period.text(group);
    let what = Say::new(
        format!("The pilot list's entry for {raw} is valid {span}, not on {day}."),
        format!("试点清单中 {raw} 的条目有效期为 {span}，{day} 不在其内。"),
    );
    let detail = Detail::fail(what, value)
        .found(raw)
        .related(entry.at)
        .related(at);
    Some(match declared {
        Some(declared) => detail.related(declared),
        None => detail,
    })
}

/// A list that names no date at all may be of any time.
fn undated(ctx: &Ctx<'_>, value: Value, entry: Value) -> Option<Detail> {
    let group = ctx.group;
    let own = |p: &&PilotCode| p.value.document == entry.document;
    let of_row = |p: &PilotCode| p.valid_from.is_some() || p.valid_until.is_some();
    let header = group.header(entry.document, FieldId::LIST_DATE);
    let dated = header.is_some_and(|v| !date::readings(group.raw(&v)).is_empty())
        || group.pilot.iter().filter(own).any(of_row);
    let raw = group.raw(&value).trim();
    let what = Say::new(
        format!("HS code {raw} is in the pilot list, but the list names no date."),
        format!("商品编号 {raw} 在试点清单内，但清单没有日期。"),
    );
    let fix = Say::new(
        "Write the list's date above its table (“list date: 2026-05-22”), or give its rows a “valid from” column.",
        "请在清单表格上方注明清单日期（如“清单日期：2026-05-22”），或增加“生效日期”列。",
    );
    (!dated).then(|| {
        Detail::unknown(what, value)
            .found(raw)
            .related(entry)
            .fix(fix)
    })
}
