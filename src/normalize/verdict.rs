//! The words by which a report says that an item passed or failed.

use super::text::{fold, squeeze};
use crate::model::{ItemVerdict, Words};

/// The verdict a text is, if it is nothing else: `PASS`, `合 格`, `P`, `符合要求`. Words are matched
/// whole, so that 不合格 is never taken for 合格.
pub fn parse(raw: &str, words: &Words) -> Option<ItemVerdict> {
    if raw.len() > 60 {
        return None;
    }
    let trimmed = raw.trim();
    if let Some(verdict) = words.verdicts.get(trimmed) {
        return Some(*verdict);
    }
    let folded = fold(trimmed);
    let marks = |c: char| matches!(c, '.' | '(' | ')' | '[' | ']' | '*' | '#' | '√' | '✓' | ' ');
    words
        .verdicts
        .get(folded.trim_matches(marks))
        .or_else(|| words.verdicts.get(&squeeze(trimmed)))
        .copied()
        .or_else(|| in_two_languages(&folded, words))
}

/// One verdict said twice: `符合 conform`, `合格/pass`.
fn in_two_languages(folded: &str, words: &Words) -> Option<ItemVerdict> {
    let latin = folded.find(|c: char| c.is_ascii_alphabetic())?;
    let end = folded.rfind(|c: char| c.is_ascii_alphabetic())? + 1;
    let marks = |c: char| matches!(c, '/' | ' ' | '(' | ')' | ',' | '-');
    let verdict = |text: &str| words.verdicts.get(text.trim_matches(marks)).copied();
    let (before, after) = (folded.get(..latin)?, folded.get(end..)?);
    let other = if latin > 0 { before } else { after };
    let own = verdict(folded.get(latin..end)?)?;
    (verdict(other)? == own).then_some(own)
}
