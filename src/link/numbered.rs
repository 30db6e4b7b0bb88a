//! Which reports a text numbers, where too many are here to try each.

use super::pictured::unnoted;
use super::{FEW, Group, Key, number_key};
use crate::normalize::report_no;
use aho_corasick::AhoCorasick;

/// Finds the reports whose numbers stand in a text.
#[derive(Debug)]
pub struct Finder {
    numbers: Option<AhoCorasick>,
    /// The report of each number.
    reports: Vec<u32>,
}

impl Finder {
    pub fn new(group: &Group<'_>) -> Finder {
        let words = &group.vocabulary.words;
        let numbered = group.reports.iter().zip(0u32..).filter_map(|(report, i)| {
            let number = report_no::normal(group.raw(&report.number?), words).text;
            (number.chars().count() >= 4).then_some((number, i))
        });
        let (numbers, reports): (Vec<String>, Vec<u32>) = numbered.unzip();
        Finder {
            numbers: AhoCorasick::new(&numbers).ok(),
            reports,
        }
    }

    /// All that a text may number, in order: by a number it holds, or by one that looks like a part
    /// of it.
    pub fn find(&self, group: &Group<'_>, text: &str) -> Vec<u32> {
        let words = &group.vocabulary.words;
        let whole = report_no::normal(text, words).text;
        let held = self.numbers.iter();
        let held = held.flat_map(|numbers| numbers.find_overlapping_iter(&whole));
        let held = held.filter_map(|m| self.reports.get(m.pattern().as_usize()).copied());
        let mut found: Vec<u32> = held.collect();
        for part in report_no::parts(text) {
            let key = number_key(&report_no::normal(part, words).text);
            found.extend(group.reports_numbered(&key));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Group<'_> {
    /// Of the reports that name a model those a text may number, in order; all where they are few.
    pub fn reports_naming_numbered(&self, key: Key, text: &str) -> Vec<(u32, u32)> {
        let naming = self.reports_naming(key);
        if naming.len() <= FEW {
            return naming.to_vec();
        }
        let numbers = self
            .report_finder
            .get_or_init(|| unnoted(|| Finder::new(self)));
        let of = |report: u32| {
            let from = naming.partition_point(|(r, _)| *r < report);
            let behind = naming.get(from..).unwrap_or(&[]).iter();
            behind.take_while(move |(r, _)| *r == report).copied()
        };
        numbers.find(self, text).into_iter().flat_map(of).collect()
    }
}
