//! The words, ticks and boxes by which a report says that an item passed or failed.

use super::text::{fold, squeeze};
use crate::model::{ItemVerdict, Words};

/// A text longer than this is prose.
const LONGEST: usize = 60;

/// The verdict a text is, if it is nothing else: `PASS`, `合 格`, `P`, `符合要求`, `☐合格 ☑不合格`. Words are
/// matched whole, so that 不合格 is never taken for 合格.
pub fn parse(raw: &str, words: &Words) -> Option<ItemVerdict> {
    // A verdict with a question mark is asked, not given.
    if raw.len() > LONGEST || raw.contains(['?', '？']) {
        return None;
    }
    let trimmed = raw.trim();
    if has_boxes(trimmed) {
        return ticked(trimmed, words);
    }
    if let Some(verdict) = words.verdicts.get(trimmed) {
        return Some(*verdict);
    }
    let folded = fold(trimmed);
    let marks = |c: char| matches!(c, '.' | '(' | ')' | '[' | ']' | '*' | '#' | ' ' | '①'..='⑳');
    let bare = folded.trim_matches(marks);
    words
        .verdicts
        .get(bare)
        .or_else(|| words.verdicts.get(&squeeze(trimmed)))
        .copied()
        .or_else(|| in_two_languages(&folded, words))
        .or_else(|| with_reference(bare, words))
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

/// A verdict and what it was held against: `complies with clause 4.6`, `符合GB 31701-2026要求`. Behind a pass
/// nothing else may stand; what stands behind a fail explains it.
fn with_reference(folded: &str, words: &Words) -> Option<ItemVerdict> {
    let ends = folded.char_indices().rev().map(|(at, _)| at);
    let (verdict, rest) = ends.filter(|at| *at > 0).find_map(|at| {
        let (word, rest) = folded.split_at_checked(at)?;
        let glued = |c: char| c.is_ascii_alphanumeric();
        if word.ends_with(glued) && rest.starts_with(glued) {
            return None;
        }
        let known = words.verdicts.get(word.trim_end());
        known.map(|v| (*v, rest))
    })?;
    match verdict {
        ItemVerdict::Pass => is_reference(rest, words).then_some(verdict),
        ItemVerdict::Fail => {
            let explains = rest.trim_start().starts_with(['(', ':', '-', ',', ';']);
            let passes = words.verdicts.get(&squeeze(rest)) == Some(&ItemVerdict::Pass);
            (explains && !passes).then_some(verdict)
        }
        _ => None,
    }
}

/// Nothing but words and figures of clauses and standards.
fn is_reference(rest: &str, words: &Words) -> bool {
    let mut left = rest.to_string();
    let known = &words.references;
    for word in known.iter().filter(|w| !w.is_ascii()) {
        left = left.replace(word.as_str(), " ");
    }
    let mut pieces = left
        .split(|c: char| !c.is_alphanumeric())
        .filter(|p| !p.is_empty());
    pieces.all(|piece| {
        let digits = piece.chars().any(|c| c.is_ascii_digit());
        digits && piece.is_ascii() || known.iter().any(|w| w == piece)
    })
}

/// What a mark beside a choice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Tick,
    Cross,
    Empty,
}

fn mark(c: char) -> Option<Mark> {
    match c {
        '☑' | '✓' | '✔' | '√' | '■' | '●' | '🗹' => Some(Mark::Tick),
        '☒' | '✗' | '✘' => Some(Mark::Cross),
        '☐' | '□' | '○' | '◻' => Some(Mark::Empty),
        _ => None,
    }
}

/// A verdict that is a mark and nothing else: what it means depends on the paper.
pub fn bare_tick(raw: &str) -> Option<bool> {
    let mut chars = raw.trim().chars();
    let (first, more) = (chars.next()?, chars.next());
    match first {
        '√' | '✓' | '✔' | '☑' if more.is_none() => Some(true),
        '×' | '✗' | '✘' | '╳' if more.is_none() => Some(false),
        _ => None,
    }
}

/// Whether a text has boxes or ticks: a choice, not a sentence.
pub fn has_boxes(text: &str) -> bool {
    pieces(text).iter().any(|p| matches!(p, Piece::Mark(_)))
}

enum Piece {
    Mark(Mark),
    Label(String),
}

/// A text as labels and marks: `合格[ ] 不合格[√]`.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut label = String::new();
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let (found, taken) = match mark(c) {
            Some(found) => (Some(found), 1),
            None => boxed(chars.get(at..).unwrap_or(&[])),
        };
        match found {
            Some(found) => {
                if !label.trim().is_empty() {
                    pieces.push(Piece::Label(std::mem::take(&mut label)));
                }
                label.clear();
                pieces.push(Piece::Mark(found));
                at += taken;
            }
            None => {
                label.push(c);
                at += 1;
            }
        }
    }
    if !label.trim().is_empty() {
        pieces.push(Piece::Label(label));
    }
    pieces
}

/// A box drawn with brackets, and how many characters it takes: `[ ]`, `[x]`, `（√）`.
fn boxed(chars: &[char]) -> (Option<Mark>, usize) {
    let Some(open) = chars
        .first()
        .filter(|c| matches!(c, '[' | '(' | '（' | '【' | '［'))
    else {
        return (None, 0);
    };
    let close = chars
        .iter()
        .take(6)
        .position(|c| matches!(c, ']' | ')' | '）' | '】' | '］'));
    let Some(close) = close else { return (None, 0) };
    let inside: String = chars.get(1..close).unwrap_or(&[]).iter().collect();
    let inside = inside.trim();
    let found = match inside {
        "" if matches!(open, '[' | '【' | '［') || close > 1 => Some(Mark::Empty),
        "x" | "X" | "×" | "✗" | "✘" => Some(Mark::Cross),
        "√" | "✓" | "✔" | "v" | "V" | "*" => Some(Mark::Tick),
        _ => None,
    };
    (found, close + 1)
}

/// The ticked one of several choices; none when nothing, or more than one, is ticked.
fn ticked(text: &str, words: &Words) -> Option<ItemVerdict> {
    let pieces = pieces(text);
    let before = matches!(pieces.first(), Some(Piece::Mark(_)));
    let marks = pieces
        .iter()
        .filter(|p| matches!(p, Piece::Mark(_)))
        .count();
    if marks * 2 != pieces.len() {
        // A word without a mark: which belongs to which cannot be told.
        return None;
    }
    let mut pairs: Vec<(Mark, String)> = Vec::new();
    for pair in pieces.windows(2) {
        match pair {
            [Piece::Mark(mark), Piece::Label(label)] if before => {
                pairs.push((*mark, label.clone()))
            }
            [Piece::Label(label), Piece::Mark(mark)] if !before => {
                pairs.push((*mark, label.clone()))
            }
            _ => {}
        }
    }
    // A cross beside ticks is no choice; where there are only crosses it is.
    let chosen = match pairs.iter().any(|(mark, _)| *mark == Mark::Tick) {
        true => Mark::Tick,
        false => Mark::Cross,
    };
    let mut labels = pairs
        .iter()
        .filter(|(mark, _)| *mark == chosen)
        .map(|(_, l)| l);
    let label = labels.next().filter(|_| labels.next().is_none())?;
    let label = label
        .trim()
        .trim_matches(['/', ',', '，', '、', ';', '；', '|', ' ']);
    if label.is_empty() {
        return None;
    }
    parse(label, words)
}

/// A word or two without figures: what stands in a column of verdicts, understood or not.
pub fn is_word(raw: &str) -> bool {
    let text = raw.trim();
    let wide = text
        .chars()
        .map(|c| 1 + usize::from(super::text::is_cjk(c)))
        .sum::<usize>();
    (1..=14).contains(&wide)
        && !text.chars().any(char::is_numeric)
        && text.chars().any(char::is_alphabetic)
}
