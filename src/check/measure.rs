//! A quantity with its unit, from its own cell or from the unit column beside it.

use crate::link::{Group, Value};
use crate::normalize::text::fold;
use crate::normalize::{quantity, weight};

/// A number in its base unit: weights in kilograms, dozens in pieces; empty where none is stated.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    pub value: f64,
    pub unit: String,
}

/// Reads a quantity; `unit` is the unit column's value.
pub fn read(group: &Group<'_>, value: &Value, unit: Option<Value>) -> Option<Measure> {
    let quantity = group.quantity(value)?;
    let units = &group.vocabulary.words.units;
    let beside = unit.map(|u| fold(group.raw(&u)));
    let known = units
        .get(&quantity.unit)
        .or_else(|| units.get(&beside?))
        .map_or("", String::as_str);
    let in_pieces = quantity::pieces(known).map(|factor| (factor, "pieces"));
    let in_kilograms = || weight::kilograms(known).map(|factor| (factor, "kilograms"));
    let (factor, unit) = in_pieces.or_else(in_kilograms).unwrap_or((1.0, known));
    Some(Measure {
        value: quantity.value * factor,
        unit: unit.to_string(),
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
