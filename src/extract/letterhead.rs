//! What stands at the head of a paper without a label, or with none of its own: the laboratory that
//! issued it, its number.

use super::recognise::View;
use crate::model::grid::index;
use crate::model::{Document, Field, Kind, KindField, Understood};
use crate::normalize::text::{find_word, fold};

/// So many lines are a paper's head.
const HEAD: usize = 12;
/// A name is no longer than this.
const LONGEST: usize = 160;

/// Fills the fields whose kind knows them by their letterhead and that no label gave.
pub fn fill(document: &Document, view: &View<'_>, kind: &Kind, understood: &mut Understood) {
    let grid = &document.grid;
    for field in kind.fields.iter().filter(|f| !f.bare.is_empty()) {
        if understood.header.get(field.id).is_none() {
            let cells = (0..grid.rows.len().min(HEAD)).flat_map(|row| grid.row_cells(row));
            let number = cells.into_iter().find_map(|cell| number(view, cell, field));
            understood.header.fields.extend(number);
        }
    }
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
            cell: index(cell.0),
            start: cell.1.start + index(lead),
            len: index(raw.trim().len()),
        });
    }
}

/// The number in a cell that says no more than that it is one: `No. WZ2605-118`, `编号：WZ2605-118`.
fn number(view: &View<'_>, cell: usize, field: &KindField) -> Option<Field> {
    let raw = view.grid.cell_text(cell);
    let text = raw.trim_start();
    let rest = field.bare.iter().find_map(|word| {
        let end = text.char_indices().map(|(at, c)| at + c.len_utf8());
        let end = end
            .take(8)
            .find(|end| text.get(..*end).is_some_and(|t| fold(t) == *word))?;
        text.get(end..)
    })?;
    let code = rest.trim_start_matches(['.', ':', '：', '．', ' ', '\u{3000}']);
    // A word that goes on is another word.
    let parted = code.len() < rest.len();
    let from = raw.len() - code.len();
    let code = code.split_whitespace().next().filter(|_| parted)?;
    let shaped = code.len() > 4 && code.chars().filter(char::is_ascii_digit).count() > 2;
    shaped.then(|| {
        let start = view.grid.cells.get(cell).map_or(0, |c| c.start);
        Field {
            id: field.id,
            cell: index(cell),
            start: start + index(from),
            len: index(code.len()),
        }
    })
}
