//! What a report says of another in a sentence: `本报告替代编号为YT-2026-0701的报告。`, `This addendum
//! supplements report …`. Where a label says it, the field is taken.

use super::{Group, Report, Value, number_key};
use crate::normalize::date::{self, ReadDate};
use crate::normalize::sentence::Status;
use std::collections::HashSet;

/// Finds what the reports of a group say of each other, where no label said it.
pub fn find(group: &Group<'_>, reports: &mut [Report]) {
    let numbers: HashSet<String> = reports
        .iter()
        .filter_map(|r| Some(number_key(group.raw(&r.number?))))
        .collect();
    for report in reports {
        if report.replaces.is_some() || report.addendum_to.is_some() {
            continue;
        }
        let own = report.number.map(|v| number_key(group.raw(&v)));
        let relates = [Status::Replaces, Status::AddsTo];
        let named = report.said(&relates).find_map(|said| {
            let number = number_of_another(&said.at, group.raw(&said.at), own.as_deref(), &numbers);
            Some((said.status, number?))
        });
        match named {
            Some((Status::Replaces, number)) => report.replaces = Some(number),
            Some((_, number)) => report.addendum_to = Some(number),
            None => {}
        }
    }
}

/// The number of another report in a sentence: one that a report here has, else one that begins as
/// this report's own does. A number made from this report's own is that of a later paper.
fn number_of_another(
    value: &Value,
    raw: &str,
    own: Option<&str>,
    numbers: &HashSet<String>,
) -> Option<Value> {
    let mut likely = None;
    for (start, end) in codes(raw) {
        let code = raw.get(start..end)?;
        if matches!(date::parse(code), ReadDate::Day(_)) {
            continue;
        }
        let key = number_key(code);
        let own = own.unwrap_or("");
        if key.chars().filter(char::is_ascii_digit).count() < 4
            || !own.is_empty() && key.starts_with(own)
        {
            continue;
        }
        let part = value.part(start, end);
        if numbers.contains(&key) {
            return Some(part);
        }
        let alike = key.chars().zip(own.chars()).take_while(|(a, b)| a == b);
        if likely.is_none() && alike.count() >= 2 {
            likely = Some(part);
        }
    }
    likely
}

/// The stretches of letters, digits and the marks inside codes.
fn codes(raw: &str) -> Vec<(usize, usize)> {
    let inside =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '_' | '.' | '(' | ')');
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in raw.char_indices().chain(std::iter::once((raw.len(), ' '))) {
        match (start, at < raw.len() && inside(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let code = raw.get(from..at).unwrap_or("");
                let lead = code.len()
                    - code
                        .trim_start_matches(|c: char| !c.is_ascii_alphanumeric())
                        .len();
                let code = code.trim_matches(|c: char| !c.is_ascii_alphanumeric());
                if code.len() >= 6 {
                    found.push((from + lead, from + lead + code.len()));
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}
