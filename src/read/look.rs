//! What a cell shows of the number it stores. Grouping and rounding are the dress of a number, and it
//! is taken as stored; zeros in front or behind, units, percent and scale change what a person reads,
//! and there the shown text counts.

use super::biff::date_format;
use crate::model::Marks;
use ssfmt::{FormatOptions, NumberFormat};

/// How the cells of one style look.
#[derive(Clone, Debug, Default)]
pub struct Look {
    pub marks: Marks,
    /// Its format has no place for anything: `;;;`.
    pub hides: bool,
    format: Option<NumberFormat>,
}

/// What is seen of a stored number.
#[derive(Debug, PartialEq, Eq)]
pub enum Shown {
    AsStored,
    /// Nothing: the format has no place for it (`;;;`).
    Hidden,
    As(String),
}

/// A format code is no longer than so many bytes.
const LONGEST: usize = 255;

impl Look {
    pub fn new(code: &str, marks: Marks) -> Look {
        let plain = matches!(
            code,
            "" | "0" | "@" | "#,##0" | "#,##0.00" | "# ?/?" | "# ??/??"
        ) || code.eq_ignore_ascii_case("general")
            || code.contains("[DBNum")
            || code.len() > LONGEST
            || date_format(code).is_some();
        let format = if plain {
            None
        } else {
            NumberFormat::parse(code).ok()
        };
        let hides = code.starts_with(";;") && code.bytes().all(|b| b == b';');
        Look {
            marks,
            hides,
            format,
        }
    }

    /// Whether it is worth knowing.
    pub fn is_plain(&self) -> bool {
        self.format.is_none() && !self.hides && self.marks == Marks::NONE
    }

    /// What is seen of a number.
    pub fn shown(&self, n: f64, stored: &str) -> Shown {
        if self.hides {
            return Shown::Hidden;
        }
        let Some(format) = &self.format else {
            return Shown::AsStored;
        };
        match format.try_format(n, &FormatOptions::default()) {
            Ok(text) => seen(&text, n, stored),
            Err(_) => Shown::AsStored,
        }
    }
}

/// What a shown text adds to the number it was made from.
pub fn seen(text: &str, n: f64, stored: &str) -> Shown {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    if text.is_empty() {
        // A zero that is not shown is a zero all the same.
        return if n == 0.0 {
            Shown::AsStored
        } else {
            Shown::Hidden
        };
    }
    let is_fraction = text.contains('/')
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '/' | '-'));
    let as_it_is = || text == stored || text.chars().all(|c| c == '-') || is_fraction;
    if as_it_is() || is_dress(&text, n, ',') || is_dress(&text, n, '.') {
        Shown::AsStored
    } else {
        Shown::As(text)
    }
}

/// Whether a text is the number itself, grouped, rounded or without its sign.
fn is_dress(text: &str, n: f64, group: char) -> bool {
    let grouped = text.contains([group, '\'', ' ']);
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, '\'' | ' ') && *c != group)
        .map(|c| if c == ',' { '.' } else { c })
        .collect();
    let body = plain.strip_prefix('-').unwrap_or(&plain);
    let digits = body.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let Ok(shown) = body.parse::<f64>() else {
        return false;
    };
    let decimals = body.split_once('.').map_or(0, |(_, after)| after.len());
    let step = 10f64.powi(-i32::try_from(decimals).unwrap_or(0));
    let off = (shown - n.abs()).abs();
    let exact = off <= 1e-9 * n.abs().max(1.0);
    // The same number written with more zeros is another text.
    let padded = exact && !grouped && body != n.abs().to_string();
    digits && off <= step * 0.500_001 + 1e-9 * n.abs() && !padded
}

/// Whether a text calls for a picture where a value should stand: `=DISPIMG("ID_1",1)`.
pub fn calls_a_picture(text: &str) -> bool {
    let Some((name, _)) = text.strip_prefix('=').and_then(|call| call.split_once('(')) else {
        return false;
    };
    let name = name.rsplit('.').next().unwrap_or(name);
    matches!(name.to_ascii_uppercase().as_str(), "DISPIMG" | "IMAGE")
}

/// The parts of a page head or foot (`&C草稿&RPage &P`), each without its codes; what is only page
/// number, date or name is none.
pub fn page_texts(code: &str) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '&' {
            texts.last_mut().into_iter().for_each(|t| t.push(c));
            continue;
        }
        match chars.next() {
            Some('&') => texts.last_mut().into_iter().for_each(|t| t.push('&')),
            Some('L' | 'C' | 'R' | 'l' | 'c' | 'r') => texts.push(String::new()),
            Some('"') => {
                let _ = chars.by_ref().find(|c| *c == '"');
            }
            Some('K' | 'k') => {
                for _ in 0..6 {
                    if chars
                        .next_if(|c| c.is_ascii_hexdigit() || *c == '+' || *c == '-')
                        .is_none()
                    {
                        break;
                    }
                }
            }
            Some(c) if c.is_ascii_digit() => while chars.next_if(char::is_ascii_digit).is_some() {},
            _ => {}
        }
    }
    let texts = texts.into_iter().map(|t| t.trim().to_string());
    texts.filter(|t| !t.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_format_changes_counts_and_its_dress_does_not() {
        let as_text = |text: &str| Shown::As(text.to_string());
        for (code, n, shown) in [
            ("General", 1200.5, Shown::AsStored),
            ("#,##0.0", 1234.54, Shown::AsStored),
            ("0.0", 12.345, Shown::AsStored),
            ("0.00", 720.1, as_text("720.10")),
            ("0.00", 200.0, as_text("200.00")),
            ("00000", 123.0, as_text("00123")),
            ("0\"打\"", 120.0, as_text("120打")),
            ("#,##0.0\" lbs\"", 1800.0, as_text("1,800.0 lbs")),
            ("0.000\"吨\"", 5.0, as_text("5.000吨")),
            ("0.0%", 0.05, as_text("5.0%")),
            ("0.00E+00", 7e11, as_text("7.00E+11")),
            ("0,", 1_200_000.0, as_text("1200")),
            (";;;", 12.0, Shown::Hidden),
            ("0;[Red]0", -20.0, Shown::AsStored),
            ("0;(0)", -20.0, as_text("(20)")),
            ("yyyy-mm-dd", 46000.0, Shown::AsStored),
            ("# ?/?", 12.5, Shown::AsStored),
        ] {
            let look = Look::new(code, Marks::NONE);
            assert_eq!(look.shown(n, &n.to_string()), shown, "{code} {n}");
        }
    }

    #[test]
    fn page_heads_are_told_without_their_codes() {
        assert_eq!(page_texts("&C草稿 DRAFT"), ["草稿 DRAFT"]);
        assert_eq!(
            page_texts("&L&\"宋体,Bold\"&14&KFF0000作废&RPage &P / &N"),
            ["作废", "Page  /"]
        );
        assert!(page_texts("&C&P&R&D").is_empty());
        assert_eq!(page_texts("R&&D"), ["R&D"]);
    }
}
