//! Units as documents write them: by their list, as a known multiple of another, behind a word for a
//! number (`千辆`), in two languages (`辆/PCS`).

use super::text::fold;
use crate::model::Words;

/// A unit in the one it is counted over to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit<'w> {
    /// The key of the base unit: `pieces`, `kilograms`, `sets`.
    pub base: &'w str,
    /// How many of the base one is.
    pub factor: f64,
}

/// The unit a text spells; none where it is no unit known, or spells two.
pub fn read<'w>(text: &str, words: &'w Words) -> Option<Unit<'w>> {
    let folded = fold(text);
    let text = folded.trim_matches(|c: char| !c.is_alphanumeric());
    if let Some(unit) = one(text, words) {
        return Some(unit);
    }
    let parts = text.split(|c: char| !c.is_alphanumeric());
    let mut units = parts.filter(|p| !p.is_empty()).map(|part| one(part, words));
    let first = units.next()??;
    units.all(|u| u == Some(first)).then_some(first)
}

fn one<'w>(text: &str, words: &'w Words) -> Option<Unit<'w>> {
    let plain = |text: &str| {
        let key = words.units.get(text)?;
        Some(match words.unit_multiples.get(key) {
            Some(multiple) => Unit {
                base: &multiple.of,
                factor: multiple.count,
            },
            None => Unit {
                base: key,
                factor: 1.0,
            },
        })
    };
    plain(text).or_else(|| {
        words.number_words.iter().find_map(|(word, count)| {
            let unit = plain(text.strip_prefix(word.as_str())?.trim_start())?;
            Some(Unit {
                factor: unit.factor * count,
                ..unit
            })
        })
    })
}

/// The unit a heading or label gives to what stands under or behind it: `数量(DOZ)`, `G.W. (LBS)`,
/// `毛重/吨`, `Net weight kg`.
pub fn of_heading<'w>(heading: &str, words: &'w Words) -> Option<Unit<'w>> {
    let inside = heading
        .split(['(', '（', '[', '【'])
        .skip(1)
        .filter_map(|rest| rest.split([')', '）', ']', '】']).next());
    let last = heading.rsplit([' ', '/', ':', '：', '\n', ',', '，']);
    let last = last.map(str::trim).find(|part| !part.is_empty());
    inside
        .chain(last.filter(|l| l.len() < heading.trim().len()))
        .find_map(|text| read(text, words))
}
