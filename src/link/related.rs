//! What a report says of another in a sentence: `本报告替代编号为YT-2026-0701的报告。`, `This addendum
//! supplements report …`. Where a label says it, the field is taken.

use super::{Group, Report, ReportSource, Value, number_key};
use crate::model::{FieldId, ReportRelations};
use crate::normalize::date::{self, ReadDate};
use crate::normalize::text::fold;
use std::collections::HashSet;

/// A sentence is no longer than so many bytes.
const LONGEST: usize = 600;

/// Finds what the reports of a group say of each other, where no label said it.
pub fn find(group: &Group<'_>, reports: &mut [Report]) {
    let relations = &group.vocabulary.words.report_relations;
    let numbers: HashSet<String> = reports
        .iter()
        .filter_map(|r| Some(number_key(group.raw(&r.number?))))
        .collect();
    for report in reports {
        if report.replaces.is_some()
            || report.addendum_to.is_some()
            || !has_sentences(group, report)
        {
            continue;
        }
        for value in report.texts(group) {
            let raw = group.raw(&value);
            if raw.len() > LONGEST || !raw.bytes().any(|b| b.is_ascii_digit()) {
                continue;
            }
            let said = said_of_another(raw, relations);
            let Some(said) = said else { continue };
            let own = report.number.map(|v| number_key(group.raw(&v)));
            let Some(number) = number_of_another(&value, raw, own.as_deref(), &numbers) else {
                continue;
            };
            match said {
                Said::Replaces => report.replaces = Some(number),
                Said::AddsTo => report.addendum_to = Some(number),
            }
            break;
        }
    }
}

/// A paper has lines; a register's row only where it has columns of free text.
fn has_sentences(group: &Group<'_>, report: &Report) -> bool {
    let free = [FieldId::REMARK, FieldId::STATUS, FieldId::SCOPE];
    match report.source {
        ReportSource::Document(_) => true,
        ReportSource::Row(document, _) => group.document(document).is_some_and(|d| {
            let columns = d.understood.columns.iter();
            columns.into_iter().any(|(field, _)| free.contains(field))
        }),
    }
}

#[derive(Clone, Copy)]
enum Said {
    Replaces,
    AddsTo,
}

/// What a sentence says that this report does to another.
fn said_of_another(raw: &str, relations: &ReportRelations) -> Option<Said> {
    let text = fold(raw);
    let holds = |words: &[String]| words.iter().any(|w| text.contains(w.as_str()));
    if holds(&relations.other_way) {
        return None;
    }
    if holds(&relations.replaces) {
        return Some(Said::Replaces);
    }
    holds(&relations.adds_to).then_some(Said::AddsTo)
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
