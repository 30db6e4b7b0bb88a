//! Production batches: codes whose every character counts; a label in front is stripped.

use super::model::clean;
use super::normal::Normal;
use crate::model::Words;

/// The plain form: lossless clean-up without "批号：", "Lot No.".
pub fn normal(raw: &str, words: &Words) -> Normal {
    let cleaned = clean(raw, &words.batch_labels);
    Normal::new(cleaned.text.into_owned(), cleaned.steps, None)
}
