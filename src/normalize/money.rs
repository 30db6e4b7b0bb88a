//! Amounts of money: the currency's code (ISO 4217) and the number. A sign that several
//! currencies share (`$`, `¥`) stays what it is.

use super::normal::Normal;
use super::quantity::{parse, plain, prefix};
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
    let Some(currency) = currency(&prefix(&cleaned.text), &amount.unit, words) else {
        let fault = Say::new(
            "what stands before and behind the number is not one currency",
            "数字前后写的不是同一种货币",
        );
        return Normal::new(cleaned.text.into_owned(), steps, Some(fault));
    };
    let text = format!("{currency} {number}").trim_start().to_string();
    if text != cleaned.text {
        steps.push(Step::Number);
    }
    Normal::new(text, steps, None)
}

/// The currency named before and behind a number, by its code where it has one; nothing where the
/// two are not one currency.
fn currency(before: &str, behind: &str, words: &Words) -> Option<String> {
    let code = |name: &str| {
        let known = words.currencies.get(name).cloned();
        known.unwrap_or_else(|| name.to_uppercase())
    };
    let two = !before.is_empty() && !behind.is_empty() && before != behind;
    if !two {
        return Some(code(if behind.is_empty() { before } else { behind }));
    }
    // `人民币…元` is one name around the number.
    let around = words.currencies.get(&format!("{before}{behind}"));
    let same = code(before) == code(behind);
    around.cloned().or_else(|| same.then(|| code(before)))
}
