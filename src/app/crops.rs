//! The pictures of places: parts of the pages they stand on.

use crate::model::{Document, Field};

/// What pictures were taken so far.
#[derive(Default)]
pub struct Crops {}

impl Crops {
    /// The picture of a field of a document; none where none can be had.
    pub fn of_field(&self, _: &[u8], _: &Document, _: &Field) -> Option<Vec<u8>> {
        None
    }
}
