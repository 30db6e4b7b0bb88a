//! Weights in kilograms. Converted only from a stated unit: 1 lb is 0.45359237 kg exactly
//! (international yard and pound agreement, 1959), 1 t is 1000 kg.

use super::normal::Normal;
use super::quantity::{parse, plain};
use super::text::{Step, clean};
use crate::model::{Say, Words};

/// Kilograms in one of a unit.
pub fn kilograms(unit: &str) -> Option<f64> {
    match unit {
        "kilograms" => Some(1.0),
        "grams" => Some(0.001),
        "tonnes" => Some(1000.0),
        "pounds" => Some(0.453_592_37),
        _ => None,
    }
}

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
    let unit = words.units.get(&quantity.unit).map_or("", String::as_str);
    let Some(factor) = kilograms(unit) else {
        return faulty(steps, "its unit is no weight", "单位不是重量单位");
    };
    let text = format!("{} kg", plain(quantity.value * factor));
    if unit != "kilograms" {
        steps.push(Step::Converted);
    } else if text != cleaned.text {
        steps.push(Step::Unit);
    }
    Normal::new(text, steps, None)
}
