//! Turned tables: headings down the side, one record a column.

use super::recognise::View;
use crate::model::{Field, Record, Understood};
use std::collections::BTreeMap;

/// So many headings down the side make a table.
const ROWS: usize = 3;

/// Reads a turned table, where the fields of a row that stand as labels have several values beside
/// them, in the same columns. Returns whether there was one.
pub fn read(view: &View<'_>, single: &[Field], understood: &mut Understood) -> bool {
    let grid = view.grid;
    // By row of the sheet: the field, and its values by column.
    let mut rows: Vec<(Field, BTreeMap<u32, usize>)> = Vec::new();
    for field in single {
        let first = field.cell as usize;
        let row = grid.row_of(first);
        if !grid.has_columns(row) || rows.iter().any(|(f, _)| f.id == field.id) {
            continue;
        }
        let values = (first..grid.row_cells(row).end)
            .filter(|c| !grid.cell_text(*c).trim().is_empty() && view.hits(*c).is_none())
            .filter_map(|c| Some((grid.cells.get(c)?.x0, c)));
        rows.push((*field, values.collect()));
    }
    let mut columns: BTreeMap<u32, usize> = BTreeMap::new();
    for x in rows.iter().flat_map(|(_, values)| values.keys()) {
        *columns.entry(*x).or_default() += 1;
    }
    columns.retain(|_, count| *count * 2 > rows.len());
    if rows.len() < ROWS || columns.len() < 2 {
        return false;
    }
    for x in columns.keys() {
        let first = crate::model::grid::index(understood.fields.len());
        let mut top = None;
        for (field, values) in &rows {
            let Some((cell, c)) = values.get(x).and_then(|c| Some((*c, grid.cells.get(*c)?)))
            else {
                continue;
            };
            top = top.or(Some(grid.row_of(cell)));
            understood.fields.push(Field {
                id: field.id,
                cell: crate::model::grid::index(cell),
                start: c.start,
                len: c.len,
            });
        }
        understood.records.push(Record {
            row: crate::model::grid::index(top.unwrap_or(0)),
            first,
            count: crate::model::grid::index(understood.fields.len()) - first,
        });
    }
    true
}
