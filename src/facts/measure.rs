//! A number with its unit: from its own cell, the unit column beside it, or the heading or label it
//! stands under.

use super::why::{Why, term, why};
use crate::link::{Group, Value};
use crate::normalize::text::squeeze;
use crate::normalize::{quantity, unit};

/// A number in its base unit: weights in kilograms, dozens in pieces.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    pub value: f64,
    /// The base unit's key; as it is written where it is no unit known; empty where none is stated.
    pub unit: String,
}

impl Measure {
    /// Whether the two are of one kind of unit; what states no unit may be of any.
    pub fn is_like(&self, other: &Measure) -> bool {
        self.unit == other.unit || self.unit.is_empty() || other.unit.is_empty()
    }
}

/// Reads a quantity; `column` is the unit column's value.
pub fn read(group: &Group<'_>, value: &Value, column: Option<Value>) -> Option<Measure> {
    let raw = group.raw(value);
    let quantity = group.quantity(value)?;
    let words = &group.vocabulary.words;
    let stated = |text: &str| {
        let unit = unit::read(text, words);
        unit.map(|u| (u.base.to_string(), u.factor))
    };
    // What stands before a number and is no unit known says something else: `约700`.
    let before = || quantity::prefix(raw) == quantity.unit;
    let own = match quantity.unit.as_str() {
        "" => None,
        text => stated(text).or_else(|| (!before()).then(|| (text.to_string(), 1.0))),
    };
    let column = column.and_then(|v| group.stated(v));
    let beside = || {
        let text = group.raw(&column?);
        stated(text).or_else(|| Some((squeeze(text), 1.0)))
    };
    let above = || {
        let unit = unit::of_heading(group.heading(value)?, words)?;
        Some((unit.base.to_string(), unit.factor))
    };
    let (unit, factor) = own
        .or_else(beside)
        .or_else(above)
        .unwrap_or((String::new(), 1.0));
    Some(Measure {
        value: quantity.value * factor,
        unit,
    })
}

/// The sum of quantities, each with the unit beside it; none where one cannot be read or the units
/// are of two kinds.
pub fn sum(group: &Group<'_>, parts: &[(Value, Option<Value>)]) -> Option<Measure> {
    let mut parts = parts
        .iter()
        .map(|(value, column)| read(group, value, *column));
    let mut total = parts.next()??;
    for part in parts {
        let part = part.filter(|p| p.is_like(&total))?;
        total.value += part.value;
        if total.unit.is_empty() {
            total.unit = part.unit;
        }
    }
    Some(total)
}

/// How a number was counted over to its base unit, where it was: `120 DOZ = 1440 pieces`.
pub fn counted_over(
    group: &Group<'_>,
    value: &Value,
    column: Option<Value>,
    read: &Measure,
) -> Option<Why> {
    let stated = quantity::parse(group.raw(value))?;
    (!equal(stated.value, read.value)).then(|| {
        let beside = column.map_or("", |v| group.raw(&v).trim());
        let beside = match (stated.unit.as_str(), beside) {
            ("", "") => group.heading(value).unwrap_or("").trim(),
            ("", beside) => beside,
            _ => "",
        };
        let stated = format!("{} {beside}", group.raw(value).trim());
        let (stated, counted) = (stated.trim(), shown(read.value));
        why!("counted-over"; stated, counted, unit = term(read.unit.as_str()))
    })
}

/// Whether two numbers are the same but for the rounding of arithmetic.
pub fn equal(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6 * a.abs().max(1.0)
}

/// A number as people write it.
pub fn shown(value: f64) -> String {
    let rounded = (value * 1000.0).round() / 1000.0;
    format!("{rounded}")
}
