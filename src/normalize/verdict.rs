//! The words by which a report says that an item passed or failed.

use super::text::{fold, squeeze};
use crate::model::Words;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemVerdict {
    Pass,
    Fail,
    NotApplicable,
    NotTested,
    /// Measured, not judged.
    DataOnly,
}

/// The verdict a text is, if it is nothing else: `PASS`, `合 格`, `P`, `符合要求`.
pub fn parse(raw: &str, words: &Words) -> Option<ItemVerdict> {
    if raw.len() > 60 {
        return None;
    }
    let folded = fold(raw);
    let trimmed = folded.trim_matches(|c: char| matches!(c, '.' | '(' | ')' | '[' | ']' | '*' | '#' | '√' | '✓' | ' '));
    let squeezed = squeeze(raw);
    let is = |list: &[String]| list.iter().any(|w| w == trimmed || squeeze(w) == squeezed && !squeezed.is_empty());
    // Longer lists of denial first: 不合格 before 合格 is no matter of order, words are exact.
    if is(&words.fail) {
        Some(ItemVerdict::Fail)
    } else if is(&words.pass) {
        Some(ItemVerdict::Pass)
    } else if is(&words.not_applicable) {
        Some(ItemVerdict::NotApplicable)
    } else if is(&words.not_tested) {
        Some(ItemVerdict::NotTested)
    } else if is(&words.data_only) {
        Some(ItemVerdict::DataOnly)
    } else {
        None
    }
}
