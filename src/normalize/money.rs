//! Amounts of money: the currency's code (ISO 4217) and the number. A sign that several
//! currencies share (`$`, `¥`) stays what it is.

use super::normal::Normal;
use super::quantity::{parse, plain};
use super::text::{Step, clean};
use crate::model::{Say, Words};

/// The plain form: `USD 1234.5`; the bare number where no currency is stated.
pub fn normal(raw: &str, words: &Words) -> Normal {
    let cleaned = clean(raw);
    let mut steps = cleaned.steps;
    let Some(amount) = parse(&cleaned.text) else {
        let fault = Say::new("it is not one clear amount", "不是明确的金额");
        return Normal::new(cleaned.text.into_owned(), steps, Some(fault));
    };
    let number = plain(amount.value);
    let text = if amount.unit.is_empty() {
        number
    } else {
        match words.currencies.get(&amount.unit) {
            Some(code) => format!("{code} {number}"),
            None => format!("{} {number}", amount.unit.to_uppercase()),
        }
    };
    if text != cleaned.text {
        steps.push(Step::Number);
    }
    Normal::new(text, steps, None)
}
