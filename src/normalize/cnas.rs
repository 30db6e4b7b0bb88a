//! CNAS numbers: the letter L and digits for a laboratory; IB, PT … for other bodies.

use super::normal::Normal;
use super::text::{Step, clean};
use crate::model::Say;

/// The plain form, `L0846`; several in the order they stand in.
pub fn normal(raw: &str) -> Normal {
    let cleaned = clean(raw);
    let mut steps = cleaned.steps;
    let numbers = cnas_numbers(&cleaned.text);
    if numbers.is_empty() {
        let fault = Say::new("it holds no CNAS number", "没有 CNAS 编号");
        return Normal::new(cleaned.text.into_owned(), steps, Some(fault));
    }
    let all: Vec<&str> = numbers
        .iter()
        .map(|(number, ..)| match number {
            Cnas::Lab(text) | Cnas::Other(text) => text.as_str(),
        })
        .collect();
    let text = all.join(" ");
    let other = numbers.iter().any(|(n, ..)| matches!(n, Cnas::Other(_)));
    let fault = other.then(|| {
        Say::new(
            "it is not a laboratory's number (L…)",
            "不是实验室编号（L 开头）",
        )
    });
    if text != cleaned.text {
        steps.push(Step::Label);
    }
    Normal::new(text, steps, fault)
}

/// A CNAS number found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cnas {
    /// A laboratory: `L0846`.
    Lab(String),
    /// An inspection body, a certification body …: not a laboratory.
    Other(String),
}

/// The CNAS numbers of a text, with the byte range each stands in. A laboratory number is the
/// letter L and three to six digits as a word of its own; with `alone` the letter may be missing
/// words around it (the field already says CNAS).
pub fn cnas_numbers(raw: &str) -> Vec<(Cnas, usize, usize)> {
    let mut found = Vec::new();
    let chars: Vec<(usize, char)> = raw.char_indices().collect();
    let at = |i: usize| chars.get(i).map(|x| half(x.1));
    let mut i = 0;
    while i < chars.len() {
        let before = i.checked_sub(1).and_then(at);
        let starts_word = !before.is_some_and(|c| c.is_ascii_alphanumeric());
        let cnas_before = ends_with_cnas(&chars, i);
        let letters = match (at(i), at(i + 1)) {
            (Some('L' | 'l'), _) => 1,
            (Some('I' | 'i'), Some('B' | 'b')) | (Some('P' | 'p'), Some('T' | 't')) => 2,
            _ => 0,
        };
        if letters == 0 || !(starts_word || cnas_before) {
            i += 1;
            continue;
        }
        let mut first_digit = i + letters;
        while at(first_digit).is_some_and(|c| c == ' ' || c == '-') && first_digit < i + letters + 2
        {
            first_digit += 1;
        }
        let mut end = first_digit;
        while at(end).is_some_and(|c| c.is_ascii_digit()) {
            end += 1;
        }
        let digits = end - first_digit;
        let closed = !at(end).is_some_and(|c| c.is_ascii_alphanumeric());
        if (3..=6).contains(&digits) && closed {
            let number: String = (first_digit..end).filter_map(at).collect();
            let prefix: String = (i..i + letters)
                .filter_map(at)
                .map(|c| c.to_ascii_uppercase())
                .collect();
            let start = chars.get(i).map_or(0, |x| x.0);
            let stop = chars.get(end).map_or(raw.len(), |x| x.0);
            let text = format!("{prefix}{number}");
            let cnas = if prefix == "L" {
                Cnas::Lab(text)
            } else {
                Cnas::Other(text)
            };
            found.push((cnas, start, stop));
            i = end;
        } else {
            i += 1;
        }
    }
    found
}

fn ends_with_cnas(chars: &[(usize, char)], end: usize) -> bool {
    let start = end.saturating_sub(4);
    let word: String = chars
        .get(start..end)
        .unwrap_or(&[])
        .iter()
        .map(|x| half(x.1).to_ascii_uppercase())
        .collect();
    word == "CNAS"
}

fn half(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cnas_numbers_of_labs_and_others() {
        let numbers = |s: &str| -> Vec<Cnas> { cnas_numbers(s).into_iter().map(|x| x.0).collect() };
        assert_eq!(
            numbers("中国认可 国际互认 检测 TESTING CNAS L0846"),
            [Cnas::Lab("L0846".into())]
        );
        assert_eq!(numbers("CNAS IB0123"), [Cnas::Other("IB0123".into())]);
        assert_eq!(numbers("CNASL12345"), [Cnas::Lab("L12345".into())]);
        assert_eq!(numbers("ＣＮＡＳ　L0846"), [Cnas::Lab("L0846".into())]);
        assert!(numbers("MODEL200 L2 L12").is_empty());
    }
}
