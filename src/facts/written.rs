//! What stands at known places of papers outside their tables: a form's title, a manifest's section.

use super::papers;
use crate::link::{Group, Value};
use crate::model::{CellKind, FieldId, Spot};
use crate::normalize::text::squeeze;

/// A form's title stands among its first rows, above the heading of its table.
pub const ROWS: usize = 30;

/// The first cell of a document that says a direction.
pub fn title(
    group: &Group<'_>,
    number: u32,
    export: &[String],
    import: &[String],
) -> Option<Value> {
    let document = group.document(number)?;
    let grid = &document.grid;
    let rows = document.understood.header_row.unwrap_or(grid.rows.len());
    (0..rows.min(ROWS))
        .flat_map(|row| grid.row_cells(row))
        .filter(|cell| grid.cells.get(*cell).is_some_and(|c| c.len < 200))
        .find_map(|cell| {
            let text = squeeze(&group.vocabulary.simplified(grid.cell_text(cell)));
            let found = export
                .iter()
                .chain(import)
                .any(|w| text.contains(w.as_str()));
            let cell = Some(cell).filter(|_| found)?;
            group.whole_cell(number, cell, FieldId::REMARK)
        })
}

/// The entries of the manifests' section: name and answer.
pub fn answers(group: &Group<'_>, under: &[String]) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (document, paper) in group.of_kind(papers::MANIFEST) {
        let grid = &paper.grid;
        let cells = grid.cells.iter().enumerate();
        for (number, _) in cells.filter(|(_, c)| c.kind != CellKind::Key) {
            let Spot::Pointer(pointer) = grid.spot(number) else {
                continue;
            };
            let mut steps = pointer.trim_start_matches('/').rsplit('/');
            let (Some(name), Some(section)) = (steps.next(), steps.next()) else {
                continue;
            };
            if !under.iter().any(|u| squeeze(u) == squeeze(section)) {
                continue;
            }
            let value = group.whole_cell(document, number, FieldId::INSPECTION);
            found.extend(value.map(|v| (name.to_string(), v)));
        }
    }
    found
}
