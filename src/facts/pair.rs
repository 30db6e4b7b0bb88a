//! Which entries of a certificate are about which line: by model, by name, by HS heading.

use super::Ctx;
use crate::link::{Key, Line, Value};
use crate::model::FieldId;
use crate::normalize::company::is_chinese;
use crate::normalize::hs;
use crate::normalize::text::{fold, is_cjk};
use std::collections::{BTreeSet, HashMap};

/// One entry of a certificate.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub document: u32,
    pub record: Option<u32>,
}

impl Entry {
    pub fn get(self, ctx: &Ctx<'_>, id: FieldId) -> Option<Value> {
        ctx.group.entry(self.document, self.record, id)
    }

    /// A value to point at: what names the goods, else whatever stands there first.
    pub fn place(self, ctx: &Ctx<'_>) -> Option<Value> {
        [
            FieldId::NAME,
            FieldId::MODEL,
            FieldId::HS_CODE,
            FieldId::CERTIFICATE_NO,
        ]
        .into_iter()
        .find_map(|id| self.get(ctx, id))
    }
}

/// Names longer lists are not searched for a part of a name; an equal name is still found.
const NAMES: usize = 500;

/// The entries of each line, and those some line has.
pub struct Pairs {
    pub by_line: Vec<Vec<usize>>,
    pub used: BTreeSet<usize>,
}

pub fn pair(ctx: &Ctx<'_>, entries: &[Entry], lines: &[u32]) -> Pairs {
    let group = ctx.group;
    let mut by_model: HashMap<Key, Vec<usize>> = HashMap::new();
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    let mut by_code: HashMap<String, Vec<usize>> = HashMap::new();
    for (number, entry) in entries.iter().enumerate() {
        if let Some(value) = entry.get(ctx, FieldId::MODEL) {
            let key = group.model_key(group.raw(&value));
            by_model.entry(key).or_default().push(number);
        } else if let Some(name) = entry.get(ctx, FieldId::NAME) {
            by_name
                .entry(fold(group.raw(&name)))
                .or_default()
                .push(number);
        }
        if let Some(code) = six_digits(ctx, *entry) {
            by_code.entry(code).or_default().push(number);
        }
    }
    let mut names: Vec<&String> = by_name.keys().collect();
    names.sort_by_key(|n| (std::cmp::Reverse(n.len()), n.as_str()));
    names.truncate(NAMES);
    let of_line = |number: &u32| -> Vec<usize> {
        let Some(line) = ctx.shipment.lines.get(*number as usize) else {
            return Vec::new();
        };
        if let Some(found) = by_model.get(&line.key).filter(|_| !line.key.is_none()) {
            return found.clone();
        }
        for value in line.descriptions(group) {
            let text = fold(group.raw(&value));
            let found = by_name.get(&text).or_else(|| {
                names
                    .iter()
                    .find(|n| part_of(&text, n) || part_of(n, &text))
                    .and_then(|n| by_name.get(*n))
            });
            if let Some(found) = found {
                return found.clone();
            }
        }
        let code: String = line.hs_digits.chars().take(6).collect();
        let unnamed = |n: &usize| {
            // A code joins only what no name or model keeps apart.
            entries.get(*n).is_some_and(|e| !is_other(ctx, *e, line))
        };
        let coded = by_code.get(&code).map_or(&[][..], Vec::as_slice);
        coded.iter().copied().filter(unnamed).collect()
    };
    let by_line: Vec<Vec<usize>> = lines.iter().map(of_line).collect();
    let used = by_line.iter().flatten().copied().collect();
    Pairs { by_line, used }
}

/// The first six digits of an entry's HS code.
pub fn six_digits(ctx: &Ctx<'_>, entry: Entry) -> Option<String> {
    let value = entry.get(ctx, FieldId::HS_CODE)?;
    let digits = hs::parse(ctx.group.raw(&value), false).digits;
    (digits.len() >= 6).then(|| digits.chars().take(6).collect())
}

/// Whether a short text stands in a long one as goods are named: Chinese anywhere.
fn part_of(long: &str, short: &str) -> bool {
    short.chars().count() >= 2 && crate::normalize::text::find_word(long, short).is_some()
}

/// Whether an entry is surely about other goods than a line: another model, or names of one script
/// that have nothing in common.
pub fn is_other(ctx: &Ctx<'_>, entry: Entry, line: &Line) -> bool {
    let group = ctx.group;
    if let (Some(value), false) = (entry.get(ctx, FieldId::MODEL), line.key.is_none()) {
        return group.model_key(group.raw(&value)) != line.key;
    }
    named_otherwise(ctx, entry, line)
}

/// Whether the names of an entry and a line, of one script, have nothing in common.
pub fn named_otherwise(ctx: &Ctx<'_>, entry: Entry, line: &Line) -> bool {
    let group = ctx.group;
    let Some(name) = entry.get(ctx, FieldId::NAME) else {
        return false;
    };
    let name = fold(group.raw(&name));
    let mut comparable = false;
    for value in line.descriptions(group) {
        let text = fold(group.raw(&value));
        if is_chinese(&name) != is_chinese(&text) {
            continue;
        }
        comparable = true;
        if words(&name).intersection(&words(&text)).next().is_some() {
            return false;
        }
    }
    comparable
}

/// What may tell two names of goods are akin: pairs of Chinese characters, longer Latin words.
fn words(text: &str) -> BTreeSet<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut found: BTreeSet<String> = chars
        .windows(2)
        .filter(|pair| pair.iter().all(|c| is_cjk(*c)))
        .map(|pair| pair.iter().collect())
        .collect();
    let latin = text.split(|c: char| !c.is_ascii_alphabetic());
    found.extend(latin.filter(|w| w.len() >= 4).map(str::to_string));
    found
}
