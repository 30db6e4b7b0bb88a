//! Ports, terminals and customs offices by the list of ports (`rules/lists/ports.csv`).

use super::normal::Normal;
use super::text::{Step, clean, fold};
use crate::model::Words;

/// What stands beside the name of a place and says only what it is.
const KIND_WORDS: [&str; 14] = [
    "container terminal",
    "terminal",
    "port area",
    "port",
    "port of",
    "customs",
    "china",
    "港口岸",
    "港区",
    "港",
    "口岸",
    "海关",
    "码头",
    "中国",
];

/// The place's name in the table, else the clean text.
pub fn normal(raw: &str, words: &Words) -> Normal {
    let cleaned = clean(raw);
    let mut steps = cleaned.steps;
    let text = match find(&fold(&cleaned.text), words) {
        Some(name) if name != cleaned.text => {
            steps.push(Step::Table);
            name
        }
        _ => cleaned.text.into_owned(),
    };
    Normal::new(text, steps, None)
}

fn find(text: &str, words: &Words) -> Option<String> {
    let edge = |c: char| c.is_whitespace() || c.is_ascii_punctuation();
    let mut rest = text.trim_matches(edge);
    loop {
        if let Some(name) = words.ports.get(rest) {
            return Some(name.clone());
        }
        // A name with its customs code: 北仑海关(3104).
        if let Some((before, after)) = rest.split_once('(')
            && let Some(name) = find(before, words).or_else(|| find(after, words))
        {
            return Some(name);
        }
        let shorter = KIND_WORDS.iter().find_map(|word| {
            rest.strip_suffix(word)
                .or_else(|| rest.strip_prefix(word))
                .map(|r| r.trim_matches(edge))
                .filter(|r| !r.is_empty())
        })?;
        rest = shorter;
    }
}
