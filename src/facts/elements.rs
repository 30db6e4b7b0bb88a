//! The declared elements (申报要素) of a line, one by one, and what they say of the brand.

use super::Ctx;
use crate::link::Value;
use crate::normalize::text::{clean, squeeze};

/// Marks between elements.
pub const MARKS: [char; 6] = ['|', '｜', ';', '；', '\n', '\r'];

/// A brand without the word for brand: `锦岚牌` is 锦岚.
pub fn spelled(raw: &str) -> String {
    let squeezed = squeeze(raw);
    let end = ["品牌", "牌", "brand"]
        .iter()
        .find_map(|w| squeezed.strip_suffix(w));
    end.filter(|e| !e.is_empty())
        .unwrap_or(&squeezed)
        .to_string()
}

/// The names of a brand that stand apart in a text.
pub fn names(raw: &str) -> Vec<String> {
    let parts = raw.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '.');
    parts.map(spelled).filter(|n| !n.is_empty()).collect()
}

/// The brand type: the first element, a digit from 0 to 4, or the name of one.
pub fn brand_type(ctx: &Ctx<'_>, elements: &Value, types: &[String]) -> Option<(Value, char)> {
    let first = parts(ctx, elements).next()?;
    let text = clean(ctx.group.raw(&first)).text.into_owned();
    let own = squeeze(
        text.split_once(':')
            .map_or(text.as_str(), |(_, value)| value),
    );
    let by_name = types.iter().find_map(|t| {
        let digit = t.chars().next()?;
        (squeeze(t.get(1..)?) == own).then_some((first, digit))
    });
    if by_name.is_some() {
        return by_name;
    }
    let (label, value) = text.split_once(':').unwrap_or(("品牌类型", &text));
    let is_type = label.contains("品牌类型") || label.to_lowercase().contains("brand type");
    let digit = value
        .trim()
        .chars()
        .next()
        .filter(|c| ('0'..='4').contains(c))?;
    let short = value
        .trim()
        .chars()
        .nth(1)
        .is_none_or(|c| !c.is_alphanumeric());
    (is_type && short).then_some((first, digit))
}

/// The elements of a text, each as a value of its own place.
pub fn parts<'c>(ctx: &Ctx<'c>, elements: &Value) -> impl Iterator<Item = Value> + use<'c> {
    let raw: &'c str = ctx.group.raw(elements);
    let elements = *elements;
    let mut at = 0;
    raw.split(MARKS).filter_map(move |piece| {
        let start = at;
        at += piece.len()
            + raw
                .get(at + piece.len()..)
                .map_or(0, |r| r.chars().next().map_or(0, char::len_utf8));
        (!piece.trim().is_empty()).then(|| narrowed(elements, start, start + piece.len(), piece))
    })
}

/// A part of a value, without the spaces around it.
pub fn narrowed(value: Value, start: usize, end: usize, text: &str) -> Value {
    let lead = text.len() - text.trim_start().len();
    let tail = text.len() - text.trim_end().len();
    let mut part = value;
    part.field.start += crate::model::grid::index(start + lead);
    part.field.len = crate::model::grid::index((end - start).saturating_sub(lead + tail));
    part
}
