//! Cells merged over several rows, filled down.

use super::field;
use crate::extract::columns::ColumnMap;
use crate::model::grid::{Merge, index};
use crate::model::{Field, FieldId, Grid, Kind, RowSpan, work};
use std::collections::BTreeMap;

/// Cells merged over several rows: a text (name, code, carton number, verdict) holds for every
/// row; a number (count, weight) belongs to the group and stays with its first row.
pub struct FillDown {
    spans: Vec<RowSpan>,
    /// Spans that begin at or above the row last asked for and do not end above it: one a column.
    open: Vec<RowSpan>,
    /// Of those the ones under no heading that fills down, until the heading changes.
    under_none: Vec<RowSpan>,
    next: usize,
}

impl FillDown {
    pub fn new(grid: &Grid) -> FillDown {
        let mut spans = grid.spans.clone();
        let mut merges: Vec<&Merge> = grid.merges.iter().filter(|m| m.bottom > m.top).collect();
        merges.sort_by_key(|m| m.top);
        for merges in merges.chunk_by(|a, b| a.top == b.top) {
            let top = merges.first().map_or(0, |m| m.top);
            let Ok(row) = grid.rows.binary_search_by_key(&top, |r| r.number) else {
                continue;
            };
            let cells = grid.row_cells(row).rev();
            let column = |cell: usize| grid.cells.get(cell).map(|c| (c.x0, cell));
            let cells: BTreeMap<u32, usize> = cells.filter_map(column).collect();
            for m in merges {
                let last = grid.rows.partition_point(|r| r.number <= m.bottom);
                if let Some(cell) = cells.get(&m.left) {
                    spans.push(RowSpan {
                        cell: index(*cell),
                        first: index(row),
                        last: index(last.saturating_sub(1)),
                    });
                }
            }
        }
        FillDown {
            spans: apart(grid, spans),
            open: Vec::new(),
            under_none: Vec::new(),
            next: 0,
        }
    }

    /// Other headings hold from here on.
    pub fn headed(&mut self) {
        work::steps(self.under_none.len());
        self.open.append(&mut self.under_none);
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
        let row = index(row);
        while let Some(span) = self.spans.get(self.next).filter(|s| s.first <= row) {
            self.open.push(*span);
            self.next += 1;
        }
        work::steps(self.open.len());
        let fills = |id: &FieldId| kind.field(*id).is_some_and(|f| !f.field_type.is_number());
        let under_none = &mut self.under_none;
        self.open.retain(|span| {
            let cell = span.cell as usize;
            let Some(c) = grid.cells.get(cell).filter(|_| span.last >= row) else {
                return false;
            };
            let Some(id) = map.field(c.x0, c.x1).filter(fills) else {
                under_none.push(*span);
                return false;
            };
            if !fields.iter().any(|f| f.id == id) {
                fields.push(field(id, cell, c));
            }
            true
        });
    }
}

/// The spans by their first row, none over another of its column: where two overlap (no program
/// writes that), the one that begins above holds to its end.
fn apart(grid: &Grid, mut spans: Vec<RowSpan>) -> Vec<RowSpan> {
    let order = |s: &RowSpan| (s.first, s.cell);
    spans.sort_unstable_by_key(order);
    let mut free: BTreeMap<u32, u32> = BTreeMap::new();
    spans.retain_mut(|span| {
        let column = grid.cells.get(span.cell as usize).map_or(0, |c| c.x0);
        let free = free.entry(column).or_default();
        span.first = span.first.max(*free);
        let holds = span.first <= span.last;
        if holds {
            *free = span.last.saturating_add(1);
        }
        holds
    });
    spans.sort_unstable_by_key(order);
    spans
}
