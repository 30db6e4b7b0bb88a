//! How strongly the words of a heading or label speak for each field of a kind: learnt from the
//! labels the kinds list, so that a wording nobody listed is still understood by its words.

use super::vocabulary::Vocabulary;
use crate::model::{FieldId, Kind};
use crate::normalize::text::{is_cjk, squeeze};
use std::collections::{HashMap, HashSet};

/// A word never says more than this, nor does a heading (natural-log odds).
const MOST_A_WORD: f32 = 4.0;
const MOST_A_HEADING: f32 = 6.0;
/// A word that other fields have and this one never, and a word that no field has.
const NEVER: f32 = -1.6;
const UNKNOWN: f32 = -0.4;
/// Words in brackets are instructions and units.
const IN_BRACKETS: f32 = 1.0 / 3.0;
/// What a listed label adds where it is the whole heading, and what it is worth at least.
const LISTED: f32 = 1.5;
const LISTED_AT_LEAST: f32 = 3.0;
/// Where a part of the heading is a listed label.
const PARTLY_AT_LEAST: f32 = 2.4;
/// How much of what speaks for a field the kind has not speaks against those it has.
const FOREIGN: f32 = 0.6;
/// Headings are no longer than this.
const LONGEST: usize = 160;

/// A heading's reading: by field of the kind, in the kind's order.
pub type Scores = Vec<f32>;

/// The words of all labels, numbered, and which fields share a label somewhere.
#[derive(Debug, Default)]
pub struct LabelWords {
    numbers: HashMap<String, u32>,
    /// Kind, field and words of each label.
    labels: Vec<(u16, FieldId, Vec<u32>)>,
    siblings: HashSet<(FieldId, FieldId)>,
}

impl LabelWords {
    pub fn new(vocabulary: &Vocabulary) -> LabelWords {
        let mut all = LabelWords::default();
        let mut owners: HashMap<String, Vec<FieldId>> = HashMap::new();
        for (kind, fields) in (0..).zip(vocabulary.kinds.iter().map(|k| &k.fields)) {
            for (field, label) in fields
                .iter()
                .flat_map(|f| f.labels.iter().map(move |l| (f, l)))
            {
                let own = words(label, vocabulary).into_iter().map(|(word, _)| {
                    let next = crate::model::grid::index(all.numbers.len());
                    *all.numbers.entry(word).or_insert(next)
                });
                let own = own.collect();
                all.labels.push((kind, field.id, own));
                let shared = owners.entry(squeeze(label)).or_default();
                for other in shared.iter().filter(|o| **o != field.id) {
                    all.siblings.insert((*other, field.id));
                    all.siblings.insert((field.id, *other));
                }
                if !shared.contains(&field.id) {
                    shared.push(field.id);
                }
            }
        }
        all
    }
}

/// The words of one kind: by number, the fields that have it and how strongly.
#[derive(Debug, Default)]
pub struct KindWords {
    by_word: Vec<Vec<(u16, f32)>>,
    /// Fields of the kind, then fields it has not.
    own: usize,
    fields: usize,
    /// By foreign field: the own fields that share a label with it somewhere, and so are not
    /// pushed down by it.
    siblings: Vec<Vec<u16>>,
}

impl KindWords {
    /// Learns from all labels: those of the kind count in full, those of like-named fields of
    /// other kinds half.
    pub fn learn(all: &LabelWords, number: u16, kind: &Kind) -> KindWords {
        let mut ids: Vec<FieldId> = kind.fields.iter().map(|f| f.id).collect();
        let own = ids.len();
        let mut totals: Vec<f32> = vec![0.0; own];
        let mut counts: Vec<Vec<(u16, f32)>> = vec![Vec::new(); all.numbers.len()];
        for (other, id, words) in &all.labels {
            let share = if *other == number { 1.0 } else { 0.5 };
            let at = ids.iter().position(|i| i == id).unwrap_or_else(|| {
                ids.push(*id);
                totals.push(0.0);
                ids.len() - 1
            });
            if let Some(total) = totals.get_mut(at) {
                *total += share;
            }
            let at = u16::try_from(at).unwrap_or(u16::MAX);
            for word in words {
                let Some(owners) = counts.get_mut(*word as usize) else {
                    continue;
                };
                match owners.iter_mut().find(|(n, _)| *n == at) {
                    Some((_, count)) => *count += share,
                    None => owners.push((at, share)),
                }
            }
        }
        let every = ids.len() as f32;
        for owners in &mut counts {
            for (n, count) in owners.iter_mut() {
                let total = totals.get(usize::from(*n)).copied().unwrap_or(0.0);
                *count /= total.max(1.0);
            }
            let mean = owners.iter().map(|o| o.1).sum::<f32>() / every;
            for (_, share) in owners.iter_mut() {
                *share = (*share / mean).ln().min(MOST_A_WORD);
            }
            owners.sort_unstable_by_key(|o| o.0);
        }
        let foreign = ids.iter().skip(own).map(|foreign| {
            let shared = |(_, own): &(usize, &FieldId)| all.siblings.contains(&(*foreign, **own));
            let own = ids.iter().take(own).enumerate().filter(shared);
            own.filter_map(|(n, _)| u16::try_from(n).ok()).collect()
        });
        KindWords {
            siblings: foreign.collect(),
            by_word: counts,
            own,
            fields: ids.len(),
        }
    }

    /// How a heading reads for each field of the kind: its joined text and its best line, averaged.
    pub fn read(
        &self,
        all: &LabelWords,
        text: &str,
        (listed, whole): (&[FieldId], bool),
        kind: &Kind,
        vocabulary: &Vocabulary,
    ) -> Scores {
        if text.len() > LONGEST {
            return vec![-MOST_A_HEADING; self.own];
        }
        let mut scores = self.line(all, text, vocabulary);
        let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
        if lines.len() > 1 {
            let each: Vec<Scores> = lines
                .iter()
                .map(|l| self.line(all, l, vocabulary))
                .collect();
            for (n, score) in scores.iter_mut().enumerate() {
                let best = each.iter().filter_map(|s| s.get(n)).copied();
                let best = best.fold(f32::NEG_INFINITY, f32::max);
                *score = (*score + best) / 2.0;
            }
        }
        for id in listed {
            let at = kind.fields.iter().position(|f| f.id == *id);
            if let Some(score) = at.and_then(|n| scores.get_mut(n)) {
                let least = if whole {
                    LISTED_AT_LEAST
                } else {
                    PARTLY_AT_LEAST
                };
                *score = (*score + LISTED).max(least);
            }
        }
        // What is listed for one field is no other's that only shares its words.
        let is_listed = |n: usize| kind.fields.get(n).is_some_and(|f| listed.contains(&f.id));
        let named = (0..scores.len()).filter(|n| is_listed(*n));
        let best = named
            .filter_map(|n| scores.get(n))
            .copied()
            .fold(f32::NEG_INFINITY, f32::max);
        if whole && !listed.is_empty() {
            for (_, score) in scores
                .iter_mut()
                .enumerate()
                .filter(|(n, _)| !is_listed(*n))
            {
                *score = score.min(best - LISTED);
            }
        }
        scores
    }

    fn line(&self, all: &LabelWords, text: &str, vocabulary: &Vocabulary) -> Scores {
        let mut sums = vec![0.0_f32; self.fields];
        let mut spoken = 0;
        for (word, share) in words(text, vocabulary) {
            spoken += 1;
            let known = all
                .numbers
                .get(&word)
                .and_then(|n| self.by_word.get(*n as usize));
            let Some(owners) = known.filter(|o| !o.is_empty()) else {
                sums.iter_mut().for_each(|s| *s += UNKNOWN * share);
                continue;
            };
            let mut owners = owners.iter().peekable();
            for (n, sum) in sums.iter_mut().enumerate() {
                let own = owners.next_if(|(o, _)| usize::from(*o) == n);
                *sum += own.map_or(NEVER, |(_, weight)| *weight) * share;
            }
        }
        if spoken == 0 {
            return vec![0.0; self.own];
        }
        // Capped by shifting all together: clipping would make sister fields equal.
        let best = sums.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let shift = (best - MOST_A_HEADING).max(0.0);
        let foreign = sums.split_off(self.own);
        for (n, sum) in sums.iter_mut().enumerate() {
            *sum -= shift;
            let strangers = foreign.iter().zip(&self.siblings);
            let strangers = strangers.filter(|(_, s)| !s.iter().any(|o| usize::from(*o) == n));
            let worst = strangers
                .map(|(score, _)| score - shift)
                .fold(0.0_f32, f32::max);
            if worst > *sum {
                *sum -= FOREIGN * worst;
            }
        }
        sums
    }
}

/// The words of a heading, each with how much it counts: Chinese by pairs of characters, Latin ones
/// by words (`Q'ty`, `G.W.`, `C/NO` are one word each, a slash between longer words is one itself).
pub fn words(text: &str, vocabulary: &Vocabulary) -> Vec<(String, f32)> {
    let text = vocabulary.simplified(text);
    let mut words: Vec<(String, f32)> = Vec::new();
    let mut depth = 0_u32;
    let mut chinese: Vec<char> = Vec::new();
    let mut latin = String::new();
    let mut push = |word: String, depth: u32| {
        let share = if depth > 0 { IN_BRACKETS } else { 1.0 };
        if !words.iter().any(|(w, _)| *w == word) {
            words.push((word, share));
        }
    };
    let mut last = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let c = half_width(c);
        if is_cjk(c) {
            flush_latin(&mut latin, depth, &mut push);
            if let Some(before) = chinese.last() {
                push(format!("{before}{c}"), depth);
            }
            chinese.push(c);
        } else {
            if let [only] = chinese.as_slice() {
                push(only.to_string(), depth);
            }
            chinese.clear();
            let next = chars.peek().copied().map_or(' ', half_width);
            match c {
                c if c.is_alphanumeric() => {
                    // Machine names: `GrossWet` is two words.
                    if c.is_uppercase() && last.is_lowercase() {
                        flush_latin(&mut latin, depth, &mut push);
                    }
                    latin.extend(c.to_lowercase());
                }
                '\'' | '’' | '`' | '´' => {}
                '.' if next.is_alphabetic() && !is_cjk(next) && latin.chars().count() == 1 => {}
                '/' if latin.chars().count() <= 1 && next.is_alphabetic() && !latin.is_empty() => {}
                '/' if !latin.is_empty() && next.is_alphabetic() && !is_cjk(next) => {
                    flush_latin(&mut latin, depth, &mut push);
                    push("/".to_string(), depth);
                }
                '#' => {
                    flush_latin(&mut latin, depth, &mut push);
                    push("no".to_string(), depth);
                }
                '(' | '[' | '【' | '〔' => {
                    flush_latin(&mut latin, depth, &mut push);
                    depth += 1;
                }
                ')' | ']' | '】' | '〕' => {
                    flush_latin(&mut latin, depth, &mut push);
                    depth = depth.saturating_sub(1);
                }
                _ => flush_latin(&mut latin, depth, &mut push),
            }
        }
        last = c;
    }
    if let [only] = chinese.as_slice() {
        push(only.to_string(), depth);
    }
    flush_latin(&mut latin, depth, &mut push);
    words
}

fn flush_latin(latin: &mut String, depth: u32, push: &mut impl FnMut(String, u32)) {
    let word = std::mem::take(latin);
    // Figures, and codes glued to a label, are no words of it.
    let figures = word.chars().filter(char::is_ascii_digit).count();
    if word.is_empty() || figures == word.len() || figures > 2 {
        return;
    }
    // A plural is the same word.
    let stem = match word.strip_suffix('s') {
        Some(stem) if stem.len() > 2 && !stem.ends_with(['s', 'u', 'i']) => stem.to_string(),
        _ => word,
    };
    push(stem, depth);
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}
