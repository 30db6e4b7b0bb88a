//! Countries and regions by the table of names in `rules/words.yaml`, as ISO 3166 codes.

use super::normal::Normal;
use super::text::{Step, clean, fold};
use crate::model::Words;

/// The two-letter code, else the clean text.
pub fn normal(raw: &str, words: &Words) -> Normal {
    let cleaned = clean(raw);
    let mut steps = cleaned.steps;
    let folded = fold(&cleaned.text);
    let bare = folded.split('(').next().unwrap_or("").trim();
    let found = [folded.as_str(), bare]
        .iter()
        .find_map(|name| words.countries.get(*name));
    let text = match found {
        Some(code) if *code != cleaned.text => {
            steps.push(Step::Table);
            code.clone()
        }
        _ => cleaned.text.into_owned(),
    };
    Normal::new(text, steps, None)
}
