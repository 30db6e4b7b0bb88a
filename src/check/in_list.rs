//! `in_list`: a line's HS code stands in the user's pilot list.

use super::{At, Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::papers;
use crate::facts::period::{self, Dated, Held, Period};
use crate::facts::why::why;
use crate::link::{Line, PilotCode, Value};
use crate::model::FieldId;
use crate::normalize::{date, hs};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InList {
    /// A list parameter of example codes, shown where the user has no list.
    examples: String,
}

impl Judges for InList {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Line];
    const REASONS: &str = "no-hs-code no-pilot-list no-pilot-list-but-example not-in-pilot-list pilot-day-unread \
        pilot-entry-not-valid pilot-list-undated pilot-row-unreadable";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.examples]
    }

    fn line(&self, ctx: &Ctx<'_>, _: u32, line: &Line) -> Outcome {
        let group = ctx.group;
        let Some(value) = line.hs else {
            let what = why!("no-hs-code"; line = line.number);
            return Outcome::one(Detail::unknown(what, At::Document(line.document)));
        };
        let raw = group.raw(&value).trim();
        if group.pilot.is_empty() {
            let example = ctx
                .parameters
                .list(&self.examples)
                .iter()
                .any(|code| hs::under(&line.hs_digits, code));
            let what = match example {
                true => why!("no-pilot-list-but-example"; code = raw),
                false => why!("no-pilot-list"; code = raw),
            };
            return Outcome::one(Detail::unknown(what, value).found(raw));
        }
        let matching: Vec<&PilotCode> = group
            .pilot
            .iter()
            .filter(|p| p.names(&line.hs_digits))
            .inspect(|p| group.note(&p.value))
            .collect();
        if matching.is_empty() {
            return Outcome::one(absent(ctx, line, value));
        }
        listed(ctx, value, &matching).map_or_else(|| Outcome::pass(value), Outcome::one)
    }
}

/// No entry of the list names the code.
fn absent(ctx: &Ctx<'_>, line: &Line, value: Value) -> Detail {
    let group = ctx.group;
    let raw = group.raw(&value).trim();
    if let Some(row) = group.left_out_of(papers::PILOT_LIST) {
        let other = group.raw(&row).trim();
        let what = why!("pilot-row-unreadable"; code = raw, other);
        return Detail::unknown(what, value).found(raw).related(row);
    }
    let what = why!("not-in-pilot-list"; code = raw);
    let detail = Detail::fail(what, value)
        .found(raw)
        .unless_unread(group, &[papers::PILOT_LIST]);
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
        (None, Some(first)) => detail.related(At::Document(first.value.document)),
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
        let what = why!("pilot-day-unread"; shown, code = raw);
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
    let what = why!("pilot-entry-not-valid"; code = raw, span, day);
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
    let what = why!("pilot-list-undated"; code = raw);
    (!dated).then(|| Detail::unknown(what, value).found(raw).related(entry))
}
