//! A company and its code in one cell become two fields; the name keeps its own range of the text.

use crate::model::{Document, Field, FieldId, Understood};
use crate::normalize::company;

/// Parts a social credit code or customs number from the company names of a header.
pub fn part_codes(document: &Document, labels: &[(u32, usize)], understood: &mut Understood) {
    let owners = [
        (FieldId::CONSIGNOR, FieldId::CONSIGNOR_CODE),
        (FieldId::PRODUCER, FieldId::PRODUCER_CODE),
    ];
    let mut codes = Vec::new();
    for field in &mut understood.header.fields {
        let Some((_, code_id)) = owners.iter().find(|(name, _)| *name == field.id) else {
            continue;
        };
        let raw = document.grid.slice(field.start, field.len);
        let label = labels.iter().find(|(cell, _)| *cell == field.cell);
        let in_label = label.and_then(|(_, label)| in_label(document, *label));
        if let Some(code) = beside(document, field).or(in_label) {
            codes.push(Field {
                id: *code_id,
                ..code
            });
        }
        if let Some((name, code)) = company::glued_code(raw) {
            let start = field.start;
            codes.push(Field {
                id: *code_id,
                cell: field.cell,
                start: start + crate::model::grid::index(code.0),
                len: crate::model::grid::index(code.1 - code.0),
            });
            field.start = start + crate::model::grid::index(name.0);
            field.len = crate::model::grid::index(name.1 - name.0);
        }
    }
    understood.header.fields.extend(codes);
}

/// A code glued to the label in a cell of its own: `境内发货人 (91330206MA2AFX9T4K)` over the name.
fn in_label(document: &Document, label: usize) -> Option<Field> {
    let cell = document.grid.cells.get(label)?;
    let (from, to) = company::code_in(document.grid.cell_text(label))?;
    Some(Field {
        id: FieldId::CONSIGNOR_CODE,
        cell: crate::model::grid::index(label),
        start: cell.start + crate::model::grid::index(from),
        len: crate::model::grid::index(to - from),
    })
}

/// A code behind the name in print, or in the brackets of the label in the same cell as the name:
/// `境内发货人 (91330206MA2AFX9T4K)⏎宁波…公司`.
fn beside(document: &Document, field: &Field) -> Option<Field> {
    let grid = &document.grid;
    let cell = grid.cells.get(field.cell as usize)?;
    let next = field.cell as usize + 1;
    let row = grid.row_of(field.cell as usize);
    if grid.row_cells(row).contains(&next) && !grid.has_columns(row) {
        let text = grid.cell_text(next).trim();
        let whole = company::code_in(text).is_some_and(|(from, to)| to - from == text.len());
        if whole && let Some(at) = grid.cells.get(next) {
            return Some(Field {
                id: field.id,
                cell: field.cell + 1,
                start: at.start,
                len: at.len,
            });
        }
    }
    let label = document
        .grid
        .slice(cell.start, field.start.checked_sub(cell.start)?);
    let (from, to) = company::code_in(label)?;
    Some(Field {
        id: field.id,
        cell: field.cell,
        start: cell.start + crate::model::grid::index(from),
        len: crate::model::grid::index(to - from),
    })
}
