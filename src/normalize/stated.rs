//! Whether a text says anything: null tokens and placeholders state nothing, and never match.

use super::model;
use super::text::{fold, squeeze};
use crate::model::Words;

/// True for a text that names nothing: empty, a null token (`/`, 无), a placeholder (待定, `XXXX`,
/// `{model}`), a label without its value.
pub fn is_unstated(raw: &str, words: &Words) -> bool {
    let bare_label = raw
        .trim_end()
        .strip_suffix([':', '：'])
        .is_some_and(|label| {
            let label = squeeze(label);
            words.model_labels.contains(&label) || words.company_labels.contains(&label)
        });
    bare_label || model::is_null(raw, &words.null_tokens) || is_placeholder(raw, words)
}

/// Text that stands where a value will stand later.
pub fn is_placeholder(raw: &str, words: &Words) -> bool {
    let trimmed = raw.trim();
    if trimmed.len() > 80 {
        return false;
    }
    let braces = [('{', '}'), ('<', '>'), ('[', ']'), ('【', '】')];
    if braces
        .iter()
        .any(|(a, b)| trimmed.starts_with(*a) && trimmed.ends_with(*b))
    {
        return true;
    }
    let mut letters = trimmed.chars().filter(|c| c.is_alphanumeric() || *c == '×');
    if letters.clone().count() >= 2 && letters.all(|c| matches!(c, 'X' | 'x' | '×')) {
        return true;
    }
    words.placeholders.contains(&fold(trimmed))
}
