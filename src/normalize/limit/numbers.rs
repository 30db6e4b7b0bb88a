//! Numbers in a text, each with what stands before it and its unit.

use crate::model::Words;

/// A number of a folded text: what stands before it since the last one, and its unit.
#[derive(Debug)]
pub struct Number<'t> {
    pub before: &'t str,
    pub value: f64,
    pub unit: String,
}

/// The numbers of a folded text, each with what stands before it and its unit, and what is left.
pub fn numbers<'t>(text: &'t str, words: &Words) -> (Vec<Number<'t>>, &'t str) {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let tail = rest.get(start..).unwrap_or("");
        let end = number_end(tail);
        let plain: String = tail.get(..end).unwrap_or("").replace(',', "");
        let after = tail.get(end..).unwrap_or("");
        // A figure glued to letters before it is a name: `F963`, `Cr6+`.
        let before = rest.get(..start).unwrap_or("");
        let (unit, used) = unit_of(after, words);
        let Ok(value) = plain.parse() else {
            rest = after;
            continue;
        };
        found.push(Number {
            before,
            value,
            unit,
        });
        rest = after.get(used..).unwrap_or("");
    }
    (found, rest)
}

/// Where a number ends: digits, a point with digits behind it, commas between groups of three.
fn number_end(text: &str) -> usize {
    let digits = |t: &str| t.bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(text);
    while let Some(group) = text.get(end..).and_then(|t| t.strip_prefix(',')) {
        if digits(group) != 3 {
            break;
        }
        end += 4;
    }
    if let Some(part) = text.get(end..).and_then(|t| t.strip_prefix('.')) {
        let more = digits(part);
        if more > 0 {
            end += 1 + more;
        }
    }
    end
}

/// The unit that follows a number, and how much of the text it takes.
fn unit_of(after: &str, words: &Words) -> (String, usize) {
    let lead = after.len() - after.trim_start().len();
    let text = after.trim_start();
    let latin = |c: char| {
        c.is_ascii_alphabetic() || matches!(c, '/' | '%' | '‰' | '°' | 'µ' | 'μ' | '²' | '³' | '℃')
    };
    let end = text.find(|c: char| !latin(c)).unwrap_or(text.len());
    let run = text.get(..end).unwrap_or("").trim_end_matches('/');
    if !run.is_empty() {
        let unit = run.replace('μ', "µ");
        if words.measures.contains_key(&unit) || run.chars().any(|c| !c.is_ascii_alphabetic()) {
            return (unit, lead + run.len());
        }
        // A word, and no known unit: `mm to`, `max`.
        return (String::new(), 0);
    }
    let mut longest = ("", 0);
    for (at, c) in text.char_indices().take(4) {
        let spelled = text.get(..at + c.len_utf8()).unwrap_or("");
        if words.measures.contains_key(spelled) {
            longest = (spelled, spelled.len());
        }
    }
    (
        longest.0.to_string(),
        if longest.1 > 0 { lead + longest.1 } else { 0 },
    )
}
