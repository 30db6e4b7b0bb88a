//! Standards with their edition: `ASTM F963–23`, `GB31701—2026`, `F 963 - 2023`.

use super::normal::Normal;
use super::text::{Step, clean};
use crate::model::Say;

/// Issuers whose editions follow a dash; others part editions with a colon, and a dash leads to a
/// part (EN 71-3).
const DASHED: [&str; 12] = [
    "ASTM", "GB/T", "GB/Z", "GB", "SN/T", "QB/T", "FZ/T", "HG/T", "JB/T", "YY/T", "T/CAS", "HJ",
];
const COLONED: [&str; 10] = [
    "BS EN ISO",
    "BS EN",
    "DIN EN",
    "EN ISO",
    "ISO/IEC",
    "AS/NZS",
    "EN",
    "ISO",
    "IEC",
    "UL",
];

/// The normal form: issuer, number, edition in four digits: `ASTM F963-2023`, `EN 71-3:2019`. A
/// number of the form `F963` is ASTM's.
pub fn normal(raw: &str) -> Normal {
    let cleaned = clean(raw);
    let mut steps = cleaned.steps;
    let upper = cleaned.text.to_uppercase();
    let Some((text, more)) = designation(&upper) else {
        let fault = Say::new("it is not the designation of a standard", "不是标准编号");
        return Normal::new(cleaned.text.into_owned(), steps, Some(fault));
    };
    steps.extend(more);
    if text != cleaned.text && steps.is_empty() {
        steps.push(Step::Separators);
    }
    Normal::new(text, steps, None)
}

fn designation(upper: &str) -> Option<(String, Vec<Step>)> {
    let mut steps = Vec::new();
    let issuer = DASHED
        .iter()
        .chain(&COLONED)
        .filter(|i| {
            upper.strip_prefix(**i).is_some_and(|rest| {
                let next = rest.chars().next();
                next.is_some_and(|c| !c.is_alphabetic() && c != '/' || is_ascii_code(rest))
            })
        })
        .max_by_key(|i| i.len())
        .copied();
    let rest = upper.get(issuer.map_or(0, str::len)..)?.trim();
    let letter: String = rest.chars().take_while(char::is_ascii_uppercase).collect();
    let issuer = match (issuer, letter.len()) {
        (Some(issuer), 0 | 1) => issuer,
        (None, 1) => {
            steps.push(Step::Issuer);
            "ASTM"
        }
        _ => return None,
    };
    let rest = rest.get(letter.len()..)?.trim_start_matches([' ', '-']);
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(rest.len());
    let number = rest.get(..end)?.trim_end_matches('.');
    if number.is_empty() {
        return None;
    }
    let mut tail = rest.get(number.len()..)?.trim();
    let mut part = String::new();
    let coloned = COLONED.contains(&issuer);
    if coloned && let Some(after) = tail.strip_prefix('-') {
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        if digits.len() < 4 && !digits.is_empty() {
            tail = after.get(digits.len()..)?.trim();
            part = format!("-{digits}");
        }
    }
    let edition = match tail.strip_prefix(['-', ':']) {
        None if tail.is_empty() => String::new(),
        None => return None,
        Some(after) => {
            let after = after.trim();
            let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
            let suffix = after.get(digits.len()..)?;
            if !matches!(digits.len(), 2 | 4) || suffix.len() > 3 {
                return None;
            }
            if digits.len() == 2 {
                steps.push(Step::Year);
            }
            let mark = if coloned { ':' } else { '-' };
            format!("{mark}{}{suffix}", full_year(&digits))
        }
    };
    Some((format!("{issuer} {letter}{number}{part}{edition}"), steps))
}

/// Whether a letter and digits follow: `ASTMF963`.
fn is_ascii_code(rest: &str) -> bool {
    let mut chars = rest.chars();
    chars.next().is_some_and(|c| c.is_ascii_uppercase())
        && chars.next().is_some_and(|c| c.is_ascii_digit())
}

/// One mention of a standard: the byte range it stands in and the edition it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub start: usize,
    pub end: usize,
    /// The digits behind the dash or colon, none when no edition stands there.
    pub edition: Option<String>,
}

/// The mentions of a standard in a text. `number` is its designation without edition, e.g.
/// `GB 31701` or `ASTM F963`; the issuer (first word) may be missing when the number has a letter.
pub fn mentions(text: &str, number: &str) -> Vec<Mention> {
    let squeezed: Vec<(usize, char)> = squeeze(text);
    let full: Vec<char> = squeeze(number).into_iter().map(|x| x.1).collect();
    let bare: Vec<char> = number
        .split_once(' ')
        .map(|(_, rest)| squeeze(rest).into_iter().map(|x| x.1).collect())
        .unwrap_or_default();
    let bare_counts = bare.first().is_some_and(char::is_ascii_alphabetic);
    let mut found = Vec::new();
    let mut i = 0;
    while i < squeezed.len() {
        let length = if matches_at(&squeezed, i, &full) {
            full.len()
        } else if bare_counts && matches_at(&squeezed, i, &bare) {
            bare.len()
        } else {
            i += 1;
            continue;
        };
        if let Some(mention) = mention(text, &squeezed, i, length) {
            found.push(mention);
        }
        i += length;
    }
    found
}

fn mention(text: &str, squeezed: &[(usize, char)], at: usize, length: usize) -> Option<Mention> {
    let start = squeezed.get(at)?.0;
    let part_of_word = |c: char| c.is_alphanumeric() && !super::text::is_cjk(c);
    if text.get(..start)?.chars().last().is_some_and(part_of_word) {
        return None;
    }
    let (last, c) = squeezed.get(at + length - 1)?;
    let end = last + c_len(text, *last, *c);
    let rest = text.get(end..)?;
    // `F9631` or `F963a` is another number.
    if rest.chars().next().is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    let (mut past, mut spaces) = (0, 0);
    let mut dash = false;
    let mut digits = String::new();
    for c in rest.chars() {
        let c_half = half(c);
        if digits.is_empty() && c.is_whitespace() && spaces < 4 {
            spaces += 1;
            past += c.len_utf8();
            continue;
        }
        if digits.is_empty() && !dash && is_dash(c) {
            dash = true;
        } else if dash && c_half.is_ascii_digit() && digits.len() < 4 {
            digits.push(c_half);
        } else {
            break;
        }
        past += c.len_utf8();
    }
    let edition = (digits.len() == 2 || digits.len() == 4).then_some(digits);
    let end = if edition.is_some() { end + past } else { end };
    Some(Mention {
        start,
        end,
        edition,
    })
}

fn c_len(text: &str, at: usize, fallback: char) -> usize {
    text.get(at..)
        .and_then(|t| t.chars().next())
        .map_or(fallback.len_utf8(), char::len_utf8)
}

fn matches_at(squeezed: &[(usize, char)], at: usize, wanted: &[char]) -> bool {
    !wanted.is_empty()
        && wanted
            .iter()
            .enumerate()
            .all(|(k, w)| squeezed.get(at + k).is_some_and(|(_, c)| c == w))
}

/// Letters and digits with their byte positions, upper case and half-width. A slash stays, so that
/// `GB/T 31701` is not taken for `GB 31701`.
fn squeeze(text: &str) -> Vec<(usize, char)> {
    text.char_indices()
        .filter_map(|(at, c)| {
            let c = half(c);
            (c.is_alphanumeric() || c == '/' || is_dash(c) || c == '.')
                .then(|| (at, c.to_ascii_uppercase()))
        })
        .collect()
}

fn half(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | ':' | '：' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}'
    )
}

/// An edition in four digits: `23` is `2023`.
pub fn full_year(edition: &str) -> String {
    match edition.len() {
        2 => {
            let century = if edition >= "60" { "19" } else { "20" };
            format!("{century}{edition}")
        }
        _ => edition.to_string(),
    }
}

/// A text as a standard is shown: lossless clean-up.
pub fn shown(raw: &str) -> String {
    clean(raw).text.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn editions(text: &str, number: &str) -> Vec<Option<String>> {
        mentions(text, number)
            .into_iter()
            .map(|m| m.edition)
            .collect()
    }

    #[test]
    fn spellings_of_one_standard() {
        for text in [
            "ASTM F963-23",
            "F963–23",
            "F963 − 23",
            "F 963-23",
            "astm f963－23",
        ] {
            assert_eq!(
                editions(text, "ASTM F963"),
                [Some("23".to_string())],
                "{text}"
            );
        }
        assert_eq!(
            editions("ASTM F963-2023", "ASTM F963"),
            [Some("2023".to_string())]
        );
        assert_eq!(
            editions("GB31701—2026", "GB 31701"),
            [Some("2026".to_string())]
        );
        assert_eq!(
            editions("GB 31701-2026《…》", "GB 31701"),
            [Some("2026".to_string())]
        );
    }

    #[test]
    fn what_is_another_standard_or_has_no_edition() {
        assert_eq!(editions("tested to F963", "ASTM F963"), [None]);
        assert!(editions("GB/T 31701-2026", "GB 31701").is_empty());
        assert!(editions("GB 317012", "GB 31701").is_empty());
        assert_eq!(full_year("23"), "2023");
        assert_eq!(full_year("96"), "1996");
    }
}
