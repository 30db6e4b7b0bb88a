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

/// Why two designations in their normal form are never one standard miswritten: other issuers
/// (`GB/T` is not `GB`), other editions.
pub fn apart(a: &str, b: &str) -> Option<Say> {
    let ((issuer, x), (other, y)) = (a.rsplit_once(' ')?, b.rsplit_once(' ')?);
    if issuer != other {
        return Some(Say::new(
            format!("another standard: {other} is not {issuer}"),
            format!("不是同一标准：{other} 不是 {issuer}"),
        ));
    }
    let edition = |text: &str| -> Option<String> {
        let (_, edition) = text.rsplit_once(['-', ':'])?;
        (edition.len() >= 4).then(|| edition.to_string())
    };
    let (x, y) = (edition(x)?, edition(y)?);
    (x != y).then(|| {
        Say::new(
            format!("another edition: {y} is not {x}"),
            format!("不是同一版本：{y} 不是 {x}"),
        )
    })
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

/// A standard named in a text: the byte range, its plain form without edition, the edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub start: usize,
    pub end: usize,
    /// `GB 31701`, `EN 71-3`, `ASTM F963`.
    pub number: String,
    pub edition: Option<String>,
}

/// Whether a text begins with the name of a standard: an issuer, then a number.
pub fn begins(text: &str) -> bool {
    let upper = text.trim_start().to_uppercase();
    DASHED.iter().chain(&COLONED).any(|issuer| {
        let rest = upper.strip_prefix(issuer).unwrap_or("");
        rest.trim_start()
            .starts_with(|c: char| c.is_ascii_digit() || c == 'F')
    })
}

/// The standards of known families (`GB/T`, `EN`, `ASTM` …) a text names. `short` are the families
/// whose editions are written with two digits.
pub fn named(text: &str, families: &[String], short: &[String]) -> Vec<Named> {
    let chars: Vec<(usize, char)> = text
        .char_indices()
        .map(|(at, c)| {
            (
                at,
                if is_dash(c) && half(c) != ':' {
                    '-'
                } else {
                    half(c)
                },
            )
        })
        .collect();
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let latin = |at: usize| chars.get(at).is_some_and(|x| x.1.is_ascii_alphanumeric());
        let begins = latin(i) && (i == 0 || !latin(i - 1));
        let family = begins.then(|| family_at(&chars, i, families)).flatten();
        let read = family.and_then(|(family, next)| {
            let short = short.iter().any(|s| s == family);
            number_at(text, &chars, i, next, family, short)
        });
        match read {
            Some((named, next)) => {
                found.push(named);
                i = next;
            }
            None => i += 1,
        }
    }
    found
}

/// The longest family that stands at a position, and where what follows it begins.
fn family_at<'f>(
    chars: &[(usize, char)],
    at: usize,
    families: &'f [String],
) -> Option<(&'f String, usize)> {
    let fits = |family: &String| {
        family.chars().enumerate().all(|(k, w)| {
            // Two letters in lower case are a word, not a family.
            let c = chars.get(at + k).map(|x| x.1);
            c.is_some_and(|c| c == w || family.len() > 2 && c.to_ascii_uppercase() == w)
        })
    };
    let family = families
        .iter()
        .filter(|f| !f.is_empty() && fits(f))
        .max_by_key(|f| f.len())?;
    Some((family, at + family.chars().count()))
}

/// Number, parts and edition behind a family.
fn number_at(
    text: &str,
    chars: &[(usize, char)],
    start: usize,
    from: usize,
    family: &str,
    short: bool,
) -> Option<(Named, usize)> {
    let char_at = |at: usize| chars.get(at).map(|x| x.1);
    let spaces = |mut at: usize| {
        while char_at(at).is_some_and(char::is_whitespace) {
            at += 1;
        }
        at
    };
    let digits = |mut at: usize| {
        let mut run = String::new();
        while let Some(c) = char_at(at).filter(char::is_ascii_digit) {
            run.push(c);
            at += 1;
        }
        (run, at)
    };
    let mut at = spaces(from);
    if char_at(at) == Some('-') {
        at = spaces(at + 1);
    }
    let mut number = String::new();
    // `GBK 12` is no number of GB.
    let letter = char_at(at).filter(|_| at > from || family.len() > 2);
    if let Some(letter) = letter.filter(char::is_ascii_alphabetic) {
        number.push(letter.to_ascii_uppercase());
        at = spaces(at + 1);
    }
    let (run, mut end) = digits(at);
    if run.is_empty() {
        return None;
    }
    number.push_str(&run);
    while char_at(end) == Some('.') && char_at(end + 1).is_some_and(|c| c.is_ascii_digit()) {
        let (run, next) = digits(end + 1);
        number.push('.');
        number.push_str(&run);
        end = next;
    }
    let mut edition = None;
    while edition.is_none() {
        let mark = spaces(end);
        let joins = char_at(mark).is_some_and(|c| c == '-' || c == ':');
        let (run, next) = digits(spaces(mark + 1));
        if !joins || run.is_empty() {
            break;
        }
        let year = run.len() == 4 && (run.starts_with("19") || run.starts_with("20"));
        if year || short && run.len() == 2 {
            edition = Some(run);
        } else if run.len() <= 2 && mark == end {
            number.push('-');
            number.push_str(&run);
        } else {
            break;
        }
        end = next;
    }
    let start = chars.get(start)?.0;
    let stop = chars.get(end).map_or(text.len(), |x| x.0);
    let named = Named {
        start,
        end: stop,
        number: format!("{family} {number}"),
        edition,
    };
    Some((named, end))
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
    fn standards_of_known_families_are_found_in_running_text() {
        let list = |names: &[&str]| names.iter().map(|n| n.to_string()).collect::<Vec<_>>();
        let families = list(&["GB", "GB/T", "EN", "ISO", "ISO/IEC", "ASTM"]);
        let found = |text: &str| -> Vec<(String, Option<String>)> {
            named(text, &families, &list(&["ASTM"]))
                .into_iter()
                .map(|n| (n.number, n.edition))
                .collect()
        };
        let one = |number: &str, edition: Option<&str>| {
            vec![(number.to_string(), edition.map(str::to_string))]
        };
        assert_eq!(found("ASTM F963-23"), one("ASTM F963", Some("23")));
        assert_eq!(found("EN 71-3:2019+A1"), one("EN 71-3", Some("2019")));
        assert_eq!(found("EN 71-3"), one("EN 71-3", None));
        assert_eq!(
            found("依据ＧＢ 31701－2026标准"),
            one("GB 31701", Some("2026"))
        );
        assert_eq!(found("GB/T 2912.1-2009"), one("GB/T 2912.1", Some("2009")));
        assert_eq!(found("ISO/IEC 17025"), one("ISO/IEC 17025", None));
        assert!(found("given in 3 parts, GBK 12").is_empty());
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
