//! Many words looked for at once: one automaton, Latin words at word ends, Chinese anywhere.

use super::text::stands_alone;
use aho_corasick::AhoCorasick;
use std::sync::OnceLock;

/// A list of folded words, each belonging to an owner; built on first use.
#[derive(Debug, Default)]
pub struct WordFinder {
    words: Vec<String>,
    owners: Vec<u16>,
    automaton: OnceLock<Option<AhoCorasick>>,
}

impl Clone for WordFinder {
    fn clone(&self) -> Self {
        WordFinder {
            words: self.words.clone(),
            owners: self.owners.clone(),
            automaton: OnceLock::new(),
        }
    }
}

impl WordFinder {
    /// Words without owners.
    pub fn new<'w>(words: impl Iterator<Item = &'w str>) -> WordFinder {
        WordFinder::owned(words.map(|w| (0, w)))
    }

    /// Words with the number of their owner.
    pub fn owned<'w>(words: impl Iterator<Item = (u16, &'w str)>) -> WordFinder {
        let mut finder = WordFinder::default();
        for (owner, word) in words.filter(|(_, w)| !w.is_empty()) {
            finder.words.push(super::text::fold(word));
            finder.owners.push(owner);
        }
        finder
    }

    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The word that stands first in a folded text; of those, the longest.
    pub fn first(&self, text: &str) -> Option<&str> {
        let best = self
            .matches(text)
            .min_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)))?;
        self.words.get(best.2).map(String::as_str)
    }

    /// Start and end of the word that stands first in a folded text; of those, of the longest.
    pub fn first_span(&self, text: &str) -> Option<(usize, usize)> {
        let first = |m: &(usize, usize, usize)| (m.0, std::cmp::Reverse(m.1));
        self.matches(text).min_by_key(first).map(|m| (m.0, m.1))
    }

    /// Where the last word of a folded text ends.
    pub fn last_end(&self, text: &str) -> Option<usize> {
        self.matches(text).map(|m| m.1).max()
    }

    /// Start, end and owner of every word that stands in a folded text.
    pub fn spans(&self, text: &str) -> Vec<(usize, usize, u16)> {
        let owner = |word: usize| self.owners.get(word).copied().unwrap_or_default();
        let found = self.matches(text).map(|(s, e, word)| (s, e, owner(word)));
        found.collect()
    }

    /// The owners of the words that stand in a folded text, each once, in order.
    pub fn owners(&self, text: &str) -> Vec<u16> {
        let mut owners: Vec<u16> = self
            .matches(text)
            .filter_map(|(_, _, word)| self.owners.get(word).copied())
            .collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }

    /// The owners of the words of a folded text that do not stand inside a longer word of the same
    /// owner in `not`.
    pub fn owners_but(&self, text: &str, not: &WordFinder) -> Vec<u16> {
        let within: Vec<(usize, usize, Option<&u16>)> = not
            .matches(text)
            .map(|(start, end, word)| (start, end, not.owners.get(word)))
            .collect();
        let free = |(start, end, word): &(usize, usize, usize)| {
            let owner = self.owners.get(*word);
            let inside =
                |w: &(usize, usize, Option<&u16>)| w.0 <= *start && *end <= w.1 && w.2 == owner;
            !within.iter().any(inside)
        };
        let free = self.matches(text).filter(free);
        let mut owners: Vec<u16> = free
            .filter_map(|(_, _, word)| self.owners.get(word).copied())
            .collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }

    /// Start, end and number of every word that stands alone in a text.
    fn matches<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize, usize)> + 't {
        let automaton = self
            .automaton
            .get_or_init(|| AhoCorasick::new(&self.words).ok());
        automaton
            .iter()
            .flat_map(move |a| a.find_overlapping_iter(text))
            .map(|m| (m.start(), m.end(), m.pattern().as_usize()))
            .filter(move |(start, end, _)| stands_alone(text, *start, *end))
    }
}

#[cfg(test)]
mod tests {
    use super::WordFinder;

    #[test]
    fn words_are_found_with_their_owners() {
        let finder =
            WordFinder::owned([(1, "heavy metal"), (2, "重金属"), (2, "lead")].into_iter());
        assert_eq!(finder.owners("soluble heavy metals (重金属)"), [1, 2]);
        assert_eq!(finder.owners("leading parts"), Vec::<u16>::new());
        assert_eq!(finder.first("total lead and heavy metal"), Some("lead"));
    }
}
