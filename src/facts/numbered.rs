//! The reports a number names, and those that name a model.

use crate::link::{FEW, Group, Line, Report, Value, number_key};
use crate::normalize::text::fold;
use regex::Regex;
use std::sync::LazyLock;

pub fn reports<'g>(group: &'g Group<'_>, numbers: impl Iterator<Item = u32>) -> Vec<&'g Report> {
    numbers
        .filter_map(|r| group.reports.get(r as usize))
        .collect()
}

/// The reports that name a line's model, under this name or another of the alias table; of many
/// those the text may number, the addenda and the first.
pub fn naming<'g>(
    group: &'g Group<'_>,
    line: &Line,
    model: &Value,
    stated: &str,
) -> Vec<&'g Report> {
    let words = &group.vocabulary.words;
    let others = group.aliases.other_models(group.raw(model), words);
    let others = others.into_iter().map(|name| group.model_key(name));
    let keys = std::iter::once(line.key).chain(others);
    let mut numbers: Vec<u32> = Vec::new();
    for key in keys {
        let naming = group.reports_naming(key);
        let is_naming = |r: &&u32| naming.binary_search_by_key(*r, |(n, _)| *n).is_ok();
        let numbered = group.reports_naming_numbered(key, stated);
        numbers.extend(naming.iter().take(FEW).chain(&numbered).map(|(r, _)| *r));
        numbers.extend(group.addenda.iter().filter(is_naming));
    }
    numbers.sort_unstable();
    numbers.dedup();
    reports(group, numbers.into_iter())
}

/// The reports a text numbers: as a whole, else part by part.
pub fn numbered(group: &Group<'_>, text: &str, key: &str) -> Vec<u32> {
    let whole = group.reports_numbered(key);
    if !whole.is_empty() {
        return whole.to_vec();
    }
    let marks = [',', '，', ';', '；', '/', '、', ' ', '\n'];
    text.split(marks)
        .map(number_key)
        .filter(|key| !key.is_empty())
        .flat_map(|key| group.reports_numbered(&key).to_vec())
        .collect()
}

/// Of the reports that name the model those to write instead: no addendum and none that was
/// replaced, if there is another.
pub fn proposed<'g>(group: &Group<'_>, naming: Vec<&'g Report>) -> Vec<&'g Report> {
    let best = naming.iter().copied();
    let best: Vec<&Report> = best
        .filter(|r| r.addendum_to.is_none() && group.replacement_of(r).is_none())
        .collect();
    if best.is_empty() { naming } else { best }
}

/// Whether one number is another with something before or behind it: another report, not a slip.
pub fn goes_on(a: &str, b: &str) -> bool {
    a.contains(b) || b.contains(a)
}

/// `SHT-26-0417-R1`, `… Rev.01`.
pub fn is_revision(raw: &str) -> bool {
    static FORM: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:[-_/. ]|\d)(?:r|rev\.?|amd\.?|修|改) ?\d{1,2}$").ok());
    let text = fold(raw);
    FORM.as_ref().is_some_and(|f| f.is_match(text.trim()))
}

/// A code with digits that is not the report's own number nor a date.
pub fn names_another(raw: &str, own: &str) -> bool {
    let text = fold(raw);
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '_' | '.')))
        .filter(|code| code.chars().filter(char::is_ascii_digit).count() >= 3)
        .filter(|code| code.chars().count() >= 6)
        .filter(|code| crate::normalize::date::parse(code) == crate::normalize::date::ReadDate::No)
        .any(|code| {
            let key = number_key(code.trim_matches(['-', '/', '.', '_']));
            key != own && !key.is_empty()
        })
}

#[cfg(test)]
mod tests {
    use super::{is_revision, names_another};

    #[test]
    fn amended_reports_and_the_ones_they_name() {
        assert!(is_revision("HPT-26-50117-R1"));
        assert!(is_revision("SHT-26-0417 Rev.01"));
        assert!(!is_revision("SHT-26-0417"));
        assert!(names_another(
            "This report supersedes HPT-26-50117.",
            "HPT-26-50117-R1"
        ));
        assert!(!names_another(
            "This report supersedes the one of 2026-05-28.",
            "x"
        ));
    }
}
