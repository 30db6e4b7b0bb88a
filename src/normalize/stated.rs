//! Whether a text says anything: null tokens and placeholders state nothing, and never match.

use super::text::squeeze;
use super::{model, placeholder};
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
    bare_label
        || model::is_null(raw, &words.null_tokens)
        || placeholder::is(raw, &words.placeholders)
}
