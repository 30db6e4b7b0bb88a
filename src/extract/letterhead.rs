//! What stands at the head of a paper without a label: the laboratory that issued it.

use super::recognise::View;
use crate::model::{Document, Field, Kind, Understood};
use crate::normalize::text::{find_word, fold};

/// So many lines are a paper's head.
const HEAD: usize = 12;
/// A name is no longer than this.
const LONGEST: usize = 160;

/// Fills the fields whose kind knows them by their letterhead and that no label gave.
pub fn fill(document: &Document, view: &View<'_>, kind: &Kind, understood: &mut Understood) {
    let grid = &document.grid;
    for field in &kind.fields {
        let Some(letterhead) = &field.letterhead else {
            continue;
        };
        if understood.header.get(field.id).is_some() {
            continue;
        }
        let cells = (0..grid.rows.len().min(HEAD)).flat_map(|row| grid.row_cells(row));
        let name = cells.into_iter().find(|cell| {
            let text = grid.cell_text(*cell).trim();
            if text.len() > LONGEST || text.contains([':', '：']) || view.hits(*cell).is_some() {
                return false;
            }
            let folded = fold(text);
            let ends = folded.trim_end_matches(|c: char| !c.is_alphanumeric());
            let named = |word: &String| find_word(&folded, word).is_some();
            let ended = |ending: &String| ends.ends_with(ending.as_str());
            letterhead.words.iter().any(named) && letterhead.endings.iter().any(ended)
        });
        let Some(cell) = name.and_then(|cell| Some((cell, grid.cells.get(cell)?))) else {
            continue;
        };
        let raw = grid.cell_text(cell.0);
        let lead = raw.len() - raw.trim_start().len();
        understood.header.fields.push(Field {
            id: field.id,
            cell: crate::model::grid::index(cell.0),
            start: cell.1.start + crate::model::grid::index(lead),
            len: crate::model::grid::index(raw.trim().len()),
        });
    }
}
