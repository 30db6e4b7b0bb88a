//! Words of headings that mean the same, put in the place of each other: `rules/words.yaml` says which.

use crate::normalize::text::is_cjk;
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::HashMap;

/// By word, the one that stands for it.
#[derive(Debug, Default)]
pub struct Synonyms {
    finder: Option<AhoCorasick>,
    /// By pattern of the finder.
    inside: Vec<String>,
    /// Single characters at the end of a Chinese word.
    at_end: HashMap<char, String>,
    latin: HashMap<String, String>,
}

impl Synonyms {
    /// Rows of words, each row's first standing for the others.
    pub fn new(rows: &[Vec<String>]) -> Synonyms {
        let mut synonyms = Synonyms::default();
        let mut patterns: Vec<&str> = Vec::new();
        for row in rows {
            let Some(first) = row.first() else { continue };
            for word in row {
                if let Some(end) = word.strip_prefix('…') {
                    let last = end.chars().next();
                    synonyms.at_end.extend(last.map(|c| (c, first.clone())));
                } else if word.chars().all(is_cjk) {
                    patterns.push(word);
                    synonyms.inside.push(first.clone());
                } else {
                    synonyms.latin.insert(word.clone(), first.clone());
                }
            }
        }
        let mut builder = AhoCorasick::builder();
        synonyms.finder = builder
            .match_kind(MatchKind::LeftmostLongest)
            .build(&patterns)
            .ok();
        synonyms
    }

    /// The Latin word that stands for one.
    pub fn latin<'a>(&'a self, word: &'a str) -> &'a str {
        self.latin.get(word).map_or(word, String::as_str)
    }

    /// A text with every Chinese word replaced by the one that stands for it.
    pub fn chinese(&self, text: &str) -> String {
        let Some(finder) = &self.finder else {
            return text.to_string();
        };
        let mut said = String::with_capacity(text.len());
        let mut run = String::new();
        for c in text.chars().chain(std::iter::once(' ')) {
            if is_cjk(c) {
                run.push(c);
                continue;
            }
            if !run.is_empty() {
                said.push_str(&self.word(finder, &run));
                run.clear();
            }
            said.push(c);
        }
        said.pop();
        said
    }

    fn word(&self, finder: &AhoCorasick, run: &str) -> String {
        let mut word = finder.replace_all(run, &self.inside);
        let last = word.pop();
        match last.and_then(|c| self.at_end.get(&c)) {
            Some(whole) if !word.is_empty() && !is_last(whole, &word, last) => word.push_str(whole),
            _ => word.extend(last),
        }
        word
    }
}

/// Whether a word with its last character ends as the whole one already.
fn is_last(whole: &str, word: &str, last: Option<char>) -> bool {
    let mut ends = whole.chars().rev();
    last == ends.next() && word.chars().next_back() == ends.next()
}
