//! Model numbers. Every character is substance; only how it is written may be cleaned up.

use super::look_alike::latin;
use super::normal::Normal;
use super::text::{Clean, Step, clean as clean_text, fold, is_cjk};
use crate::model::Words;

/// The clean form of a model: lossless clean-up, and a label in front stripped ("型号: KD-200A").
pub fn clean<'a>(raw: &'a str, labels: &[String]) -> Clean<'a> {
    match label_end(raw, labels).and_then(|end| raw.get(end..)) {
        Some(rest) => {
            let mut cleaned = clean_text(rest);
            cleaned.steps.push(Step::Label);
            cleaned
        }
        None => clean_text(raw),
    }
}

/// The normal form: the clean one. A second label stays; it is then part of the text.
pub fn normal(raw: &str, words: &Words) -> Normal {
    let cleaned = clean(raw, &words.model_labels);
    Normal::new(cleaned.text.into_owned(), cleaned.steps, None)
}

/// Where a label in front ends: before a colon any label, before a space one that asks for a
/// number ("Item No. KD-200A"; but `Model T` is a name).
fn label_end(raw: &str, labels: &[String]) -> Option<usize> {
    if raw.len() > 200 || !raw.contains([':', '：', ' ', '\u{3000}', '\u{a0}']) {
        return None;
    }
    let mut end = None;
    for (at, c) in raw.char_indices().take(40) {
        let colon = matches!(c, ':' | '：');
        if !colon && !c.is_whitespace() {
            continue;
        }
        let label = super::text::squeeze(raw.get(..at)?);
        let asks = ["no", "number", "号", "code"];
        let asks = asks.iter().any(|word| label.ends_with(word));
        if (colon || asks) && labels.contains(&label) {
            let from = at + c.len_utf8();
            let rest = raw.get(from..)?;
            if !rest.trim().is_empty() {
                end = Some(from + rest.len() - rest.trim_start_matches([':', '：', ' ']).len());
            }
        }
    }
    end
}

/// True for a text that says there is no model (`/`, `无`, `N/A`, dashes only), or where to look for
/// it (a token that ends with `*` is the beginning of such a text: `见附*`).
pub fn is_null(raw: &str, null_tokens: &[String]) -> bool {
    let trimmed = raw.trim();
    if trimmed.is_empty() {
        return true;
    }
    if trimmed.starts_with('#') {
        return null_tokens.contains(&fold(trimmed));
    }
    // No null token holds a digit (but for a pointer in words: 见附件1), and none is long.
    let code = trimmed.is_ascii() && !trimmed.contains(' ');
    let digits = trimmed.bytes().any(|b| b.is_ascii_digit());
    if trimmed.len() > 40 || digits && code {
        return false;
    }
    // Folding keeps these characters as they are, but for case.
    let first = trimmed
        .chars()
        .next()
        .filter(|c| c.is_ascii_alphanumeric() || is_cjk(*c));
    if first.is_some_and(|c| {
        !null_tokens
            .iter()
            .any(|t| t.starts_with(c.to_ascii_lowercase()))
    }) {
        return false;
    }
    let folded = fold(trimmed);
    let marks = |c| matches!(c, '-' | '/' | '\\' | '_' | '.' | '*' | '—' | ' ');
    let is = |token: &String| match token.strip_suffix('*').filter(|t| !t.chars().all(marks)) {
        Some(pointer) => folded.starts_with(pointer),
        None => !digits && folded == *token,
    };
    folded.chars().all(marks) || null_tokens.iter().any(is)
}

/// The key under which spellings that may be the same model meet: upper case, no separators,
/// look-alike letters and digits made one. Never a normal form, only an index.
pub fn key(raw: &str) -> String {
    let mut key = String::with_capacity(raw.len());
    for c in raw.chars() {
        if c.is_ascii() {
            push_key(&mut key, c);
        } else {
            for c in std::iter::once(latin(c)) {
                for c in unicode_normalization::UnicodeNormalization::nfkc(std::iter::once(c)) {
                    push_key(&mut key, c);
                }
            }
        }
    }
    key
}

fn push_key(key: &mut String, c: char) {
    match c {
        '0' | 'O' | 'o' => key.push('0'),
        '1' | 'I' | 'i' | 'L' | 'l' => key.push('1'),
        c if c.is_ascii_alphanumeric() => key.push(c.to_ascii_uppercase()),
        c if c.is_alphanumeric() => key.extend(c.to_uppercase()),
        _ => {}
    }
}

/// The models of one field. A separator splits only where spacing, a list mark or a plural label
/// says so: `3320/ 3321` is two models, `A/B-12` is one. Returned as byte ranges of `raw`.
pub fn split(raw: &str, plural_label: bool) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let mut start = 0;
    let chars: Vec<(usize, char)> = raw.char_indices().collect();
    for (i, &(at, c)) in chars.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|j| chars.get(j)).map(|x| x.1);
        let after = chars.get(i + 1).map(|x| x.1);
        let spaced =
            before.is_some_and(char::is_whitespace) || after.is_some_and(char::is_whitespace);
        let cut = match c {
            ';' | '；' | '、' | '\n' | '，' => true,
            ',' => true,
            '/' | '／' => spaced || plural_label,
            '|' => true,
            '&' | '＆' => spaced,
            '和' | '及' | '与' => true,
            _ => false,
        };
        // ` and ` between two models.
        let word = raw.get(at..).is_some_and(|r| r.starts_with("and "));
        if word && before == Some(' ') {
            push_trimmed(raw, start, at, &mut parts);
            start = at + 3;
            continue;
        }
        if cut {
            push_trimmed(raw, start, at, &mut parts);
            start = at + c.len_utf8();
        }
    }
    push_trimmed(raw, start, raw.len(), &mut parts);
    parts
}

fn push_trimmed(raw: &str, start: usize, end: usize, parts: &mut Vec<(usize, usize)>) {
    let Some(part) = raw.get(start..end) else {
        return;
    };
    let lead = part.len() - part.trim_start().len();
    let trimmed = part.trim();
    if !trimmed.is_empty() {
        parts.push((start + lead, start + lead + trimmed.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(raw: &str) -> Vec<&str> {
        split(raw, false)
            .into_iter()
            .filter_map(|(a, b)| raw.get(a..b))
            .collect()
    }

    #[test]
    fn a_slash_splits_only_where_spacing_says_so() {
        assert_eq!(parts("3320/ 3321/ 3331"), ["3320", "3321", "3331"]);
        assert_eq!(parts("A/B-12"), ["A/B-12"]);
        assert_eq!(parts("KD-1、KD-2；KD-3"), ["KD-1", "KD-2", "KD-3"]);
        assert_eq!(parts("KD-1 & KD-2 and KD-3"), ["KD-1", "KD-2", "KD-3"]);
        assert_eq!(parts("A&B-1"), ["A&B-1"]);
    }

    #[test]
    fn keys_make_look_alikes_meet() {
        assert_eq!(key("KD-20OA"), key("kd200a"));
        assert_eq!(key("КD‐200А"), key("KD-200A"));
        assert_ne!(key("KD-200A"), key("KD-200B"));
    }

    #[test]
    fn null_tokens_are_no_models() {
        let tokens = vec!["无".to_string(), "n/a".to_string()];
        for raw in ["/", "----", "无", "N/A", " ", "——"] {
            assert!(is_null(raw, &tokens), "{raw}");
        }
        assert!(!is_null("A-1", &tokens));
        let pointers = vec!["见附*".to_string(), "see *".to_string(), "*".to_string()];
        for raw in ["见附件1", "See attached list", "见附页"] {
            assert!(is_null(raw, &pointers), "{raw}");
        }
        for raw in ["见微A1", "SEE-200", "Seesaw 2", "附件"] {
            assert!(!is_null(raw, &pointers), "{raw}");
        }
    }
}
