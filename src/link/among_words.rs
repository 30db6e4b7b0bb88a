//! Models a report names among words or beside each other: `LB-210（主检型号）`, `LB-210 LB-220`.

use super::keys::{Key, Keys};
use super::{Group, NamedModel};
use std::collections::HashSet;

/// Shorter texts are no codes.
const SHORTEST: usize = 3;

/// Whether a text is more than one code.
pub fn may_be(raw: &str) -> bool {
    raw.bytes().any(|b| b.is_ascii_digit()) && !raw.trim().chars().all(inside)
}

fn inside(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '#' | '*')
}

/// The models a text names, if all its codes are declared or packed, or made like one that is.
/// Where words say that more is meant than is spelled, or less, they are meant and not spelled.
pub fn models(
    group: &Group<'_>,
    named: &NamedModel,
    known: &HashSet<Key>,
    keys: &mut Keys,
) -> Vec<NamedModel> {
    let raw = group.raw(&named.value);
    if !may_be(raw) {
        return Vec::new();
    }
    let words = &group.vocabulary.words.not_spelled;
    let Some(codes) = codes(raw, words) else {
        return Vec::new();
    };
    let code = |(start, end): &(usize, usize)| raw.get(*start..*end).unwrap_or("");
    let is_known = |at: &&(usize, usize)| known.contains(&keys.find(&super::number_key(code(at))));
    let Some(first) = codes.iter().find(is_known).map(code) else {
        return Vec::new();
    };
    let begins: String = first.chars().take(2).collect();
    if !codes
        .iter()
        .all(|at| is_known(&at) || code(at).starts_with(&begins))
    {
        return Vec::new();
    }
    let folded = crate::normalize::text::fold(raw);
    let open = words.iter().any(|w| folded.contains(w.as_str()));
    codes
        .iter()
        .map(|at| NamedModel {
            value: if open {
                named.value
            } else {
                named.value.part(at.0, at.1)
            },
            key: keys.key(code(at)),
            within: open.then(|| code(at).into()),
        })
        .collect()
}

/// The codes of a text, each with a digit; nothing where a Latin word stands beside them that could
/// be part of a name (`ZX-R1 Pro`). A short number beside them counts them (`等2个型号`), a word of
/// the list says that more or less is meant.
fn codes(raw: &str, words: &[String]) -> Option<Vec<(usize, usize)>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in raw.char_indices().chain(std::iter::once((raw.len(), ' '))) {
        match (start, at < raw.len() && inside(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let text = raw.get(from..at)?;
                let end = from + text.trim_end_matches(['.', '-', '_', '/']).len();
                let code = raw.get(from..end)?;
                let counts = code.len() < SHORTEST && code.bytes().all(|b| b.is_ascii_digit());
                if counts || words.contains(&code.to_lowercase()) {
                    start = None;
                    continue;
                }
                if code.len() < SHORTEST || !code.bytes().any(|b| b.is_ascii_digit()) {
                    return None;
                }
                found.push((from, end));
                start = None;
            }
            _ => {}
        }
    }
    (!found.is_empty()).then_some(found)
}
