//! Report numbers: codes whose every character counts; a label in front is stripped.

use super::compare::{Compared, graded, models};
use super::differ::difference;
use super::model::{clean, key};
use super::normal::Normal;
use crate::model::{Grade, Say, Words};

/// The plain form: lossless clean-up without "Report No.:".
pub fn normal(raw: &str, words: &Words) -> Normal {
    let cleaned = clean(raw, &words.report_labels);
    Normal::new(cleaned.text.into_owned(), cleaned.steps, None)
}

/// How a text that names reports names this one: as it is written, or nearly so (separators, case,
/// look-alikes), with the part that does. Nothing where it names others only: `R1` or `-2` behind a
/// number makes another of it.
pub fn named<'t>(text: &'t str, number: &str, words: &Words) -> Option<(&'t str, Compared)> {
    let (text, number) = (text.trim(), number.trim());
    if text == number {
        return Some((text, graded(Grade::Identical, Say::default())));
    }
    let whole = normal(text, words).text;
    let own = normal(number, words).text;
    let own_key = key(&own);
    if own_key.is_empty() {
        return None;
    }
    if whole == own {
        let compared = models(text, number, words, None);
        return Some((text, graded(Grade::CleanUp, compared.reason)));
    }
    if own_key.chars().count() >= 4 && stands_in(&whole, &own) {
        return Some((text, graded(Grade::CleanUp, Say::default())));
    }
    let near = parts(text).find_map(|part| {
        let plain = normal(part, words).text;
        // What is spelled alike is but a piece of a longer number here.
        (plain != own && key(&plain) == own_key).then_some((part, plain))
    });
    let (part, plain) = near?;
    let reason = difference(&plain, &own).map_or_else(Say::default, |d| d.reason());
    Some((part, graded(Grade::Near, reason)))
}

/// The texts that may be a number in one that names reports: itself, the items of a list, the words.
pub fn parts(text: &str) -> impl Iterator<Item = &str> {
    let lists = text.split([',', '，', ';', '；', '/', '、', '\n']);
    let all = std::iter::once(text).chain(lists);
    all.chain(text.split_whitespace()).map(str::trim)
}

/// Whether a number stands in a text by itself, not as a piece of a longer one.
fn stands_in(text: &str, number: &str) -> bool {
    text.match_indices(number).any(|(at, _)| {
        let before = text.get(..at).unwrap_or("");
        let after = text.get(at + number.len()..).unwrap_or("");
        !goes_on(before.chars().rev(), false) && !goes_on(after.chars(), true)
    })
}

/// Whether a number goes on beyond its end: with a letter or figure, with one behind a dash, or
/// with a short ending of its own (`(1)`, `/2`, ` R1`).
fn goes_on(mut chars: impl Iterator<Item = char> + Clone, forward: bool) -> bool {
    let Some(first) = chars.next() else {
        return false;
    };
    let code = |c: &char| c.is_ascii_alphanumeric();
    let tail: String = chars.take_while(code).take(8).collect();
    match first {
        c if code(&c) => true,
        '-' | '_' | '#' => !tail.is_empty(),
        '.' if forward => !tail.is_empty(),
        '(' | '[' if forward => (1..4).contains(&tail.len()),
        '/' | ' ' if forward => {
            (1..4).contains(&tail.len()) && tail.contains(|c: char| c.is_ascii_digit())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_number_is_another_report() {
        let words = Words {
            report_labels: vec!["报告编号".to_string()],
            ..Words::default()
        };
        let grade = |text: &str| named(text, "HG-2026-0701", &words).map(|(_, c)| c.grade);
        for text in [
            "ＨＧ－2026－0701",
            "报告编号：HG-2026-0701",
            "HG-2026-0700 / HG-2026-0701",
            "检测报告HG-2026-0701（共3页）",
            "HG-2026-0701; CNAS L0846",
            "HG-2026-0701 CNAS L0846",
        ] {
            assert_eq!(grade(text), Some(Grade::CleanUp), "{text}");
        }
        for text in [
            "HG 2026 0701",
            "HG20260701",
            "hg-2026-0701",
            "HG-2026-O701",
            "HG-2026-0700, HG20260701",
        ] {
            assert_eq!(grade(text), Some(Grade::Near), "{text}");
        }
        for text in [
            "HG-2026-0701R1",
            "HG-2026-0701-2",
            "HG-2026-0701(1)",
            "HG-2026-0701 R1",
            "HG-2026-07010",
            "A-HG-2026-0701",
            "HG-2026-0702",
        ] {
            assert_eq!(grade(text), None, "{text}");
        }
        let bracket = named("HG-2026-0701(1)", "HG-2026-0701-1", &words);
        assert_eq!(bracket.map(|(_, c)| c.grade), Some(Grade::Near));
    }
}
