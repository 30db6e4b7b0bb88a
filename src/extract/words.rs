//! How strongly the words of a heading or label speak for each field of a kind: learnt from the
//! labels the kinds list, so that a wording nobody listed is still understood by its words.

use super::memory::{LONGEST, Memory};
use super::synonyms::Synonyms;
use super::vocabulary::Vocabulary;
use crate::model::{FieldId, Kind};
use crate::normalize::text::{is_cjk, squeeze};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A word never says more than this, nor does a heading (natural-log odds).
const MOST_A_WORD: f32 = 4.0;
const MOST_A_HEADING: f32 = 6.0;
/// A word that other fields have and this one never, and a word that no field has.
const NEVER: f32 = -1.6;
const UNKNOWN: f32 = -0.4;
/// What is not said that a label says counts so much, and at most.
const UNSAID: f32 = 0.4;
const MOST_UNSAID: f32 = 2.0;
/// What a word of the name a form gives a field is worth more.
const NAMED: f32 = 1.2;
/// Words in brackets are instructions and units.
const IN_BRACKETS: f32 = 1.0 / 3.0;
/// What a listed label adds where it is the whole heading, and what it is worth at least.
const LISTED: f32 = 1.5;
const LISTED_AT_LEAST: f32 = 3.0;
/// Where a part of the heading is a listed label.
const PARTLY_AT_LEAST: f32 = 2.4;
/// How much of what speaks for a field the kind has not speaks against those it has.
const FOREIGN: f32 = 0.6;
const MOST_FOREIGN: f32 = 2.5;

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
    /// Whether a text has a word of some label.
    pub fn speak(&self, text: &str, vocabulary: &Vocabulary) -> bool {
        let long = |(word, _): &(String, f32)| word.chars().count() > 1;
        let words = words(text, vocabulary);
        words
            .iter()
            .filter(|w| long(w))
            .any(|(w, _)| self.numbers.contains_key(w))
    }

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
    /// By own field, its labels: the words of each with how strongly they speak for it.
    labels: Vec<Vec<Vec<(u32, f32)>>>,
    /// What was read before: papers of a run say the same.
    seen: Memory<Arc<Scores>>,
}

impl KindWords {
    /// Learns from all labels: those of the kind count in full, those of like-named fields of
    /// other kinds half.
    pub fn learn(all: &LabelWords, number: u16, kind: &Kind, vocabulary: &Vocabulary) -> KindWords {
        let mut ids: Vec<FieldId> = kind.fields.iter().map(|f| f.id).collect();
        let own = ids.len();
        let mut places: HashMap<FieldId, u16> = (0..).zip(&ids).map(|(n, id)| (*id, n)).collect();
        let mut totals: Vec<f32> = vec![0.0; own];
        let mut counts: Vec<Vec<(u16, f32)>> = vec![Vec::new(); all.numbers.len()];
        for (other, id, words) in &all.labels {
            let share = if *other == number { 1.0 } else { 0.5 };
            let at = *places.entry(*id).or_insert_with(|| {
                ids.push(*id);
                totals.push(0.0);
                position(ids.len() - 1)
            });
            if let Some(total) = totals.get_mut(usize::from(at)) {
                *total += share;
            }
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
        // What a form calls a field speaks for it more than its other names.
        for (at, field) in (0..).zip(&kind.fields) {
            let own_words = words(&field.heading, vocabulary);
            for (word, _) in &own_words {
                let number = all.numbers.get(word);
                let owners = number.and_then(|n| counts.get_mut(*n as usize));
                let own = owners.and_then(|o| o.iter_mut().find(|(n, _)| *n == at));
                if let Some((_, weight)) = own {
                    *weight += NAMED / own_words.len() as f32;
                }
            }
        }
        let foreign = ids.iter().skip(own).map(|foreign| {
            let shared = |(_, own): &(usize, &FieldId)| all.siblings.contains(&(*foreign, **own));
            let own = ids.iter().take(own).enumerate().filter(shared);
            own.map(|(n, _)| position(n)).collect()
        });
        let siblings = foreign.collect();
        let mut labels = vec![Vec::new(); own];
        for (_, id, words) in all.labels.iter().filter(|l| l.0 == number) {
            let at = places.get(id).copied();
            let Some(slot) = at.and_then(|n| labels.get_mut(usize::from(n))) else {
                continue;
            };
            let strength = |word: &u32| {
                let owners = counts.get(*word as usize).map_or(&[][..], Vec::as_slice);
                let weight = owners.iter().find(|o| Some(o.0) == at);
                (*word, weight.map_or(0.0, |o| o.1.max(0.0)))
            };
            slot.push(words.iter().map(strength).collect());
        }
        KindWords {
            siblings,
            labels,
            seen: Memory::default(),
            by_word: counts,
            own,
            fields: ids.len(),
        }
    }

    /// What a text was read as before, or what is made of it now.
    pub fn remembered(&self, text: &str, make: impl FnOnce() -> Scores) -> Arc<Scores> {
        self.seen.of(text, || Arc::new(make()))
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
        let mut said: Vec<u32> = Vec::new();
        for (word, share) in words(text, vocabulary) {
            spoken += 1;
            let number = all.numbers.get(&word);
            said.extend(number);
            let known = number.and_then(|n| self.by_word.get(*n as usize));
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
        // Told against each other: a wording nobody listed leaves something unsaid for every field.
        let spoken_for = sums.iter().take(self.own).map(|s| *s > 0.0);
        let unsaid: Vec<f32> = spoken_for
            .zip(&self.labels)
            .map(|(some, labels)| {
                if some {
                    unsaid(labels, &said)
                } else {
                    MOST_UNSAID
                }
            })
            .collect();
        let least = unsaid.iter().copied().fold(MOST_UNSAID, f32::min);
        for (sum, unsaid) in sums.iter_mut().zip(unsaid).filter(|(s, _)| **s > 0.0) {
            *sum -= (unsaid - least).min(*sum);
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
                *sum -= (FOREIGN * worst).min(MOST_FOREIGN);
            }
        }
        sums
    }
}

fn position(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// What every label of a field has beyond the words that were said: `替代报告编号` is not meant by
/// a heading without `替代`.
fn unsaid(labels: &[Vec<(u32, f32)>], said: &[u32]) -> f32 {
    let missing = |label: &Vec<(u32, f32)>| -> f32 {
        let not = label.iter().filter(|(word, _)| !said.contains(word));
        not.map(|(_, strength)| *strength).sum()
    };
    let least = labels.iter().map(missing).fold(f32::INFINITY, f32::min);
    (least * UNSAID).min(MOST_UNSAID)
}

/// The words of a heading, each with how much it counts: Chinese by pairs of characters, Latin ones
/// by words (`Q'ty`, `G.W.`, `C/NO` are one word each, a slash between longer words is one itself).
pub fn words(text: &str, vocabulary: &Vocabulary) -> Vec<(String, f32)> {
    let synonyms = vocabulary.synonyms();
    let text = synonyms.chinese(&vocabulary.simplified(text));
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
            flush_latin(&mut latin, depth, synonyms, &mut push);
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
                        flush_latin(&mut latin, depth, synonyms, &mut push);
                    }
                    latin.extend(c.to_lowercase());
                }
                '\'' | '’' | '`' | '´' => {}
                '.' if next.is_alphabetic() && !is_cjk(next) && latin.chars().count() == 1 => {}
                '/' if latin.chars().count() <= 1 && next.is_alphabetic() && !latin.is_empty() => {}
                '/' if !latin.is_empty() && next.is_alphabetic() && !is_cjk(next) => {
                    flush_latin(&mut latin, depth, synonyms, &mut push);
                    push("/".to_string(), depth);
                }
                '#' => {
                    flush_latin(&mut latin, depth, synonyms, &mut push);
                    push(synonyms.latin("no").to_string(), depth);
                }
                '(' | '[' | '【' | '〔' => {
                    flush_latin(&mut latin, depth, synonyms, &mut push);
                    depth += 1;
                }
                ')' | ']' | '】' | '〕' => {
                    flush_latin(&mut latin, depth, synonyms, &mut push);
                    depth = depth.saturating_sub(1);
                }
                _ => flush_latin(&mut latin, depth, synonyms, &mut push),
            }
        }
        last = c;
    }
    if let [only] = chinese.as_slice() {
        push(only.to_string(), depth);
    }
    flush_latin(&mut latin, depth, synonyms, &mut push);
    words
}

fn flush_latin(
    latin: &mut String,
    depth: u32,
    synonyms: &Synonyms,
    push: &mut impl FnMut(String, u32),
) {
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
    // A compound stands for several: `Bruttogewicht`.
    for word in synonyms.latin(&stem).split(' ') {
        push(synonyms.latin(word).to_string(), depth);
    }
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}
