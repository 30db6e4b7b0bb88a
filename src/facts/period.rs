//! Whether something dated from … until … holds on a day: yes, no, or not to be told.

use super::Detail;
use crate::facts::why::{Filler, term, why};
use crate::link::{Group, Shipment, Value};
use crate::model::FieldId;
use crate::normalize::date::{self, ReadDate};
use jiff::civil::Date;

/// From when until when an entry of a list is valid, as it is written there.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    pub from: Option<Value>,
    pub until: Option<Value>,
}

/// What a period says of a day.
#[derive(Clone, Copy, Debug)]
pub enum Held {
    Yes,
    /// The bound that rules it out.
    No(Value),
    /// A date that cannot be read, or reads in two ways that differ in the answer.
    Unclear(Value),
}

impl Period {
    /// What it says of a day that may be one of `days`. A bound that is not stated is none; one
    /// that cannot be read is not known. Readings that agree in the answer decide.
    pub fn holds(self, group: &Group<'_>, days: &[Date]) -> Held {
        let mut unclear = None;
        for (bound, is_start) in [(self.from, true), (self.until, false)] {
            let Some(value) = bound else { continue };
            if !is_start && group.is_open_end(&value) {
                continue;
            }
            let limits = date::readings_at(group.raw(&value), is_start);
            let within = |limit: &Date, day: &Date| {
                if is_start { limit <= day } else { day <= limit }
            };
            let mut answers = limits
                .iter()
                .flat_map(|limit| days.iter().map(move |day| within(limit, day)));
            match answers.next() {
                None => unclear = unclear.or(Some(value)),
                Some(first) if answers.any(|a| a != first) => unclear = unclear.or(Some(value)),
                Some(true) => {}
                Some(false) => return Held::No(value),
            }
        }
        unclear.map_or(Held::Yes, Held::Unclear)
    }

    pub fn is_stated(self) -> bool {
        self.from.is_some() || self.until.is_some()
    }

    /// Whether two periods have more than a day of change in common: one does not follow the other.
    pub fn overlaps(self, group: &Group<'_>, other: Period) -> bool {
        let first = |v: Option<Value>| {
            v.and_then(|v| date::readings_at(group.raw(&v), true).into_iter().min())
                .unwrap_or(Date::MIN)
        };
        let last = |v: Option<Value>| {
            v.and_then(|v| date::readings_at(group.raw(&v), false).into_iter().max())
                .unwrap_or(Date::MAX)
        };
        first(self.from) < last(other.until) && first(other.from) < last(self.until)
    }

    /// `2026-05-22 – 2026-06-15`, as it is written.
    pub fn text(self, group: &Group<'_>) -> String {
        let bound = |v: Option<Value>| v.map_or("…", |v| group.raw(&v).trim());
        format!("{} – {}", bound(self.from), bound(self.until))
    }

    /// The date cell to show: the last day, else the first.
    pub fn cell(self) -> Option<Value> {
        self.until.or(self.from)
    }
}

/// The days a shipment may be judged by: its declaration's, else the as-of date; none where the
/// declaration's cannot be read. And where it is declared.
pub fn judged_on(
    group: &Group<'_>,
    shipment: &Shipment,
    as_of: Date,
) -> (Vec<Date>, Option<Value>) {
    match shipment.header(group, FieldId::DECLARATION_DATE) {
        Some(value) => (date::readings(group.raw(&value)), Some(value)),
        None => (vec![as_of], None),
    }
}

/// That a date cannot be read as one day, and why. `date` says what it is the date of.
pub fn unread(group: &Group<'_>, at: Value, date: &Filler) -> Detail {
    let raw = group.raw(&at).trim();
    let what = match date::parse(raw) {
        ReadDate::No if date::has_short_year(raw) => why!("year-of-two-digits"; date, raw),
        ReadDate::No => why!("not-a-date"; date, raw),
        ReadDate::Ambiguous | ReadDate::Day(_) => why!("two-days"; date, raw),
    };
    Detail::unknown(what, at).found(raw)
}

/// A date that leaves it open whether an entry is valid.
pub fn unclear(group: &Group<'_>, at: Value) -> Detail {
    unread(group, at, &term("date-of-entry")).weighing_full()
}

/// An entry, what it says of the day, and a cell to point at.
pub struct Dated {
    pub at: Value,
    pub period: Period,
    pub held: Held,
}

/// Two entries of one thing of which one holds and the other does not though their periods overlap:
/// nothing tells which of them is right.
pub fn clash<'e>(group: &Group<'_>, entries: &'e [Dated]) -> Option<(&'e Dated, &'e Dated)> {
    let held = || entries.iter().filter(|e| matches!(e.held, Held::Yes));
    let day = |v: Option<Value>| v.and_then(|v| date::readings(group.raw(&v)).into_iter().min());
    // Of those that hold the one that begins first and the one that ends last overlap the most.
    let first = held().min_by_key(|e| day(e.period.from).unwrap_or(Date::MIN))?;
    let last = held().max_by_key(|e| day(e.period.until).unwrap_or(Date::MAX))?;
    let others = entries.iter().filter(|e| matches!(e.held, Held::No(_)));
    others
        .flat_map(|other| [(first, other), (last, other)])
        .find(|(a, b)| a.period.overlaps(group, b.period))
}

/// What is to be said of a clash.
pub fn clashing(group: &Group<'_>, (one, other): (&Dated, &Dated), name: &str) -> Detail {
    let (a, b) = (one.period.text(group), other.period.text(group));
    let what = why!("entries-contradict"; name, a, b);
    let cell = |e: &Dated| e.period.cell().unwrap_or(e.at);
    Detail::unknown(what, cell(one))
        .found(a)
        .related(cell(other))
        .weighing_full()
}
