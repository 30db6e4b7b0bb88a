//! Cells merged over several rows, filled down.

use super::field;
use crate::extract::columns::ColumnMap;
use crate::model::{Field, Grid, Kind, RowSpan};

/// Cells merged over several rows: a text (name, code, carton number, verdict) holds for every
/// row; a number (count, weight) belongs to the group and stays with its first row.
pub struct FillDown {
    spans: Vec<RowSpan>,
    /// Spans that begin at or above the row last asked for and do not end above it.
    open: Vec<RowSpan>,
    next: usize,
}

impl FillDown {
    pub fn new(grid: &Grid) -> FillDown {
        let mut spans = grid.spans.clone();
        for m in grid.merges.iter().filter(|m| m.bottom > m.top) {
            let Ok(row) = grid.rows.binary_search_by_key(&m.top, |r| r.number) else {
                continue;
            };
            let cell = grid
                .row_cells(row)
                .find(|c| grid.cells.get(*c).is_some_and(|c| c.x0 == m.left));
            let last = grid.rows.partition_point(|r| r.number <= m.bottom);
            if let Some(cell) = cell {
                spans.push(RowSpan {
                    cell: crate::model::grid::index(cell),
                    first: crate::model::grid::index(row),
                    last: crate::model::grid::index(last.saturating_sub(1)),
                });
            }
        }
        spans.sort_unstable_by_key(|s| (s.first, s.cell));
        FillDown {
            spans,
            open: Vec::new(),
            next: 0,
        }
    }

    /// Rows are asked for from the top down.
    pub fn fill(
        &mut self,
        grid: &Grid,
        row: usize,
        map: &ColumnMap,
        kind: &Kind,
        fields: &mut Vec<Field>,
    ) {
        let row = crate::model::grid::index(row);
        while let Some(span) = self.spans.get(self.next).filter(|s| s.first <= row) {
            self.open.push(*span);
            self.next += 1;
        }
        self.open.retain(|s| s.last >= row);
        for span in &self.open {
            let cell = span.cell as usize;
            let Some(c) = grid.cells.get(cell) else {
                continue;
            };
            let Some(id) = map.field(c.x0, c.x1) else {
                continue;
            };
            let group_value = kind.field(id).is_none_or(|f| f.field_type.is_number());
            if group_value || fields.iter().any(|f| f.id == id) {
                continue;
            }
            fields.push(field(id, cell, c));
        }
    }
}
