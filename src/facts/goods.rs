//! The goods of a lane that a line's code and its words name.

use super::{Ctx, Goods};
use crate::link::{Group, Line};
use crate::normalize::hs;
use crate::normalize::text::{find_word, fold};
use crate::normalize::words::WordFinder;
use std::collections::HashMap;

/// What a line's code and words name, as numbers of the lane's goods.
#[derive(Clone, Debug, Default)]
pub struct Classified {
    pub selected: bool,
    pub by_code: Vec<u16>,
    pub by_words: Vec<u16>,
}

impl Classified {
    /// Whether code or words name the goods of this number.
    pub fn names(&self, number: usize) -> bool {
        let is = |n: &u16| usize::from(*n) == number;
        self.by_code.iter().any(is) || self.by_words.iter().any(is)
    }
}

/// What a line's words say beside its code, by a table of words per heading.
pub struct Spoken<'g> {
    /// The headings of the table the code falls under.
    pub own: Vec<&'g Goods>,
    /// The headings the words name.
    pub named: Vec<&'g Goods>,
    /// A word names, or fits, one of the code's own.
    pub fits: bool,
}

/// What the words of a line say by the headings of a parameter.
pub fn spoken<'g>(ctx: &Ctx<'g>, line: &Line, headings: &str) -> Spoken<'g> {
    let table = ctx.parameters.goods(headings);
    let descriptions = line.descriptions(ctx.group);
    let texts: Vec<String> = descriptions.map(|v| fold(ctx.group.raw(&v))).collect();
    let under = |g: &&Goods| g.hs.iter().any(|p| hs::under(&line.hs_digits, p));
    let own: Vec<&Goods> = table.iter().filter(under).collect();
    let words = ctx.parameters.words(headings);
    let owners = texts.iter().flat_map(|t| words.owners(t));
    let named: Vec<&Goods> = owners.filter_map(|n| table.get(usize::from(n))).collect();
    let also = |g: &Goods| {
        let mut also = g.words_also.iter().map(|w| fold(w));
        also.any(|w| texts.iter().any(|t| find_word(t, &w).is_some()))
    };
    let fits = own
        .iter()
        .any(|g| named.iter().any(|n| n.key == g.key) || also(g));
    Spoken { own, named, fits }
}

/// Sorts lines by code and words; remembers what a text named, since texts repeat.
pub struct Classifier<'a> {
    goods: &'a [Goods],
    words: &'a WordFinder,
    /// Longer words inside which those count for nothing.
    not: &'a WordFinder,
    /// Codes that select a line by themselves: the user's pilot list.
    pilot: bool,
    seen: HashMap<String, Vec<u16>>,
}

impl<'a> Classifier<'a> {
    pub fn new(
        goods: &'a [Goods],
        words: &'a WordFinder,
        not: &'a WordFinder,
        pilot: bool,
    ) -> Classifier<'a> {
        Classifier {
            goods,
            words,
            not,
            pilot,
            seen: HashMap::new(),
        }
    }

    pub fn classify(&mut self, group: &Group<'_>, line: &Line) -> Classified {
        let mut by_words: Vec<u16> = Vec::new();
        for value in line.descriptions(group) {
            let raw = group.raw(&value);
            let named = match self.seen.get(raw) {
                Some(named) => named,
                None => {
                    let named = self.words.owners_but(&fold(raw), self.not);
                    self.seen.entry(raw.to_string()).or_insert(named)
                }
            };
            for n in named {
                if !by_words.contains(n) {
                    by_words.push(*n);
                }
            }
        }
        let by_code: Vec<u16> = numbered(self.goods)
            .filter(|(_, g)| {
                !line.hs_digits.is_empty() && g.hs.iter().any(|p| hs::under(&line.hs_digits, p))
            })
            .map(|(n, _)| n)
            .collect();
        let listed = self.pilot
            && line.hs_digits.len() >= 4
            && group.pilot.iter().any(|p| p.names(&line.hs_digits));
        Classified {
            selected: listed || !by_code.is_empty() || !by_words.is_empty(),
            by_code,
            by_words,
        }
    }
}

fn numbered(goods: &[Goods]) -> impl Iterator<Item = (u16, &Goods)> {
    goods
        .iter()
        .enumerate()
        .filter_map(|(i, g)| Some((u16::try_from(i).ok()?, g)))
}
