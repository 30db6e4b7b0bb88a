//! HS codes: 8 digits plus 2, optionally plus 3 CIQ digits; dots and spaces are writing.

use super::normal::Normal;
use super::text::{Step, clean};
use crate::model::Say;

/// The digits of an HS code, and what was wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hs {
    pub digits: String,
    /// A leading zero that a numeric cell had lost was put back.
    pub restored: bool,
    /// 10 digits, or 13 with CIQ digits.
    pub valid: bool,
}

/// Reads an HS code. A leading zero is restored only when the cell held a number and the result
/// has a full length: 9 digits to 10, 12 to 13.
pub fn parse(raw: &str, numeric_cell: bool) -> Hs {
    let mut digits = String::with_capacity(13);
    let mut other = false;
    for c in without_decimals(raw.trim()).chars() {
        match c {
            c if c.is_ascii_digit() => digits.push(c),
            '\u{ff10}'..='\u{ff19}' => {
                digits.extend(char::from_digit(u32::from(c) - 0xff10, 10));
            }
            '.' | ' ' | '-' | '．' | '\u{a0}' | '\u{3000}' => {}
            _ => other = true,
        }
    }
    let restored = numeric_cell && matches!(digits.len(), 9 | 12);
    if restored {
        digits.insert(0, '0');
    }
    let valid = !other && matches!(digits.len(), 10 | 13);
    Hs {
        digits,
        restored,
        valid,
    }
}

/// A code without the `.0` of a program that took it for a number.
pub fn without_decimals(raw: &str) -> &str {
    match raw.split_once('.') {
        Some((code, zeros))
            if code.len() >= 8
                && code.bytes().all(|b| b.is_ascii_digit())
                && matches!(zeros, "0" | "00") =>
        {
            // Ten digits may be written 87150000.00.
            if code.len() == 8 && zeros.len() == 2 {
                raw
            } else {
                code
            }
        }
        _ => raw,
    }
}

/// The normal form: digits only. A lost zero is not put back here: only the kind of cell tells it.
pub fn normal(raw: &str) -> Normal {
    let cleaned = clean(raw);
    let mut steps = cleaned.steps;
    let hs = parse(&cleaned.text, false);
    if hs.digits.is_empty() || !hs.valid {
        let fault = Say::new(
            format!(
                "it has {} digits; an HS code has 10 (or 13)",
                hs.digits.len()
            ),
            format!("为 {} 位；商品编号应为 10 位（或 13 位）", hs.digits.len()),
        );
        return Normal::new(cleaned.text.into_owned(), steps, Some(fault));
    }
    if hs.digits != cleaned.text {
        steps.push(Step::Separators);
    }
    Normal::new(hs.digits, steps, None)
}

/// Whether a code stands under a prefix; both may be written with dots.
pub fn under(digits: &str, prefix: &str) -> bool {
    let mut code = digits.chars();
    prefix
        .chars()
        .filter(char::is_ascii_digit)
        .all(|p| code.next() == Some(p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_code_meet() {
        for raw in [
            "8715.00.00.10",
            "8715000010",
            "87150000.10",
            " 8715 0000 10",
        ] {
            assert_eq!(parse(raw, false).digits, "8715000010", "{raw}");
        }
        assert!(parse("8715000000.999", false).valid);
        assert_eq!(parse("8715000000.0", false).digits, "8715000000");
        assert_eq!(parse("87150000.00", false).digits, "8715000000");
    }

    #[test]
    fn a_lost_zero_is_restored_only_in_numeric_cells() {
        assert_eq!(parse("510210600", true).digits, "0510210600");
        assert!(!parse("510210600", false).valid);
    }

    #[test]
    fn prefixes_ignore_dots() {
        assert!(under("8544421100", "8544.42"));
        assert!(!under("8544", "8544.42"));
    }
}
