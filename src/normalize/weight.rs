//! Weights in kilograms. Converted only from a stated unit.

use super::normal::Normal;
use super::quantity::{parse, plain};
use super::text::{Step, clean};
use super::unit;
use crate::model::{Say, Words};

/// The plain form: `12.5 kg`; the bare number where no unit is stated.
pub fn normal(raw: &str, words: &Words) -> Normal {
    let cleaned = clean(raw);
    let mut steps = cleaned.steps;
    let faulty = |steps, en: &str, zh: &str| {
        let text = clean(raw).text.into_owned();
        Normal::new(text, steps, Some(Say::new(en, zh)))
    };
    let Some(quantity) = parse(&cleaned.text) else {
        return faulty(steps, "it is not one clear number", "不是明确的数字");
    };
    if quantity.unit.is_empty() {
        let text = plain(quantity.value);
        if text != cleaned.text {
            steps.push(Step::Number);
        }
        return Normal::new(text, steps, None);
    }
    let unit = unit::read(&quantity.unit, words).filter(|u| u.base == "kilograms");
    let Some(factor) = unit.map(|u| u.factor) else {
        return faulty(steps, "its unit is no weight", "单位不是重量单位");
    };
    let text = format!("{} kg", plain(quantity.value * factor));
    if factor.to_bits() != 1f64.to_bits() {
        steps.push(Step::Converted);
    } else if text != cleaned.text {
        steps.push(Step::Unit);
    }
    Normal::new(text, steps, None)
}
