//! Standards with their edition: `ASTM F963–23`, `GB31701—2026`, `F 963 - 2023`.

use super::text::clean;

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
