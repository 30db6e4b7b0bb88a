//! A document as a report draws it: the cells where they stand, and the values taken from them.

use super::grid::{CellKind, Layout};
use super::{Document, Fields, Spot};
use std::collections::BTreeSet;

/// How much of the documents a report keeps to draw them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Draw {
    #[default]
    Nothing,
    /// What findings point at, and the rows about it.
    Marked,
    /// The documents as they stand, up to a bound.
    Whole,
}

/// Rows of a document that are drawn without being marked.
const WHOLE: usize = 300;
/// Rows about a marked one.
const ABOUT: usize = 2;
/// Characters of a cell.
const LONGEST: usize = 400;

/// A document as it is drawn.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub layout: Layout,
    pub rows: Vec<DrawnRow>,
    pub values: Vec<DrawnValue>,
}

#[derive(Clone, Debug)]
pub struct DrawnRow {
    /// As a person counts it.
    pub number: u32,
    /// Of pages: which; of written documents: which table, 0 for none.
    pub part: u32,
    /// Rows before it were left out.
    pub gap: bool,
    pub cells: Vec<DrawnCell>,
}

#[derive(Clone, Debug)]
pub struct DrawnCell {
    pub x0: u32,
    pub x1: u32,
    pub text: String,
    pub spot: Spot,
    /// Struck out, or unseen by the eye.
    pub taken_back: bool,
}

/// A value that was understood.
#[derive(Clone, Debug)]
pub struct DrawnValue {
    pub field: String,
    /// The grid row of its record; none for the document's own fields.
    pub row: Option<u32>,
    pub spot: Spot,
    pub raw: String,
}

impl Drawn {
    /// Draws a document of whose spots some are marked.
    pub fn of(document: &Document, marked: &BTreeSet<Spot>, fields: &Fields, how: Draw) -> Drawn {
        let grid = &document.grid;
        let mut wanted = vec![false; grid.rows.len()];
        for (row, slot) in wanted.iter_mut().enumerate() {
            let heading = document.understood.header_row == Some(row);
            *slot = heading || how == Draw::Whole && row < WHOLE;
        }
        for row in 0..grid.rows.len() {
            if grid.row_cells(row).any(|c| marked.contains(&grid.spot(c))) {
                let about = row.saturating_sub(ABOUT)..=row + ABOUT;
                about.for_each(|r| {
                    if let Some(slot) = wanted.get_mut(r) {
                        *slot = true;
                    }
                });
            }
        }
        let mut rows = Vec::new();
        let mut gap = false;
        for (row, wanted) in wanted.iter().enumerate() {
            if !wanted {
                gap = true;
                continue;
            }
            let cells = grid.row_cells(row).filter_map(|number| {
                let cell = grid.cells.get(number)?;
                let text = grid.cell_text(number);
                // Made by us to name a value: its key is drawn, not a second time its name.
                let text: String = text.chars().take(LONGEST).collect();
                let end = grid.merges.iter().find(|m| {
                    grid.rows.get(row).is_some_and(|r| m.top == r.number) && m.left == cell.x0
                });
                Some(DrawnCell {
                    x0: cell.x0,
                    x1: end.map_or(cell.x1, |m| m.right + 1),
                    text,
                    spot: grid.spot(number),
                    taken_back: cell.marks.takes_back() && cell.kind != CellKind::Key,
                })
            });
            rows.push(DrawnRow {
                number: grid.row_shown(row),
                part: grid.rows.get(row).map_or(0, |r| r.aux),
                gap: std::mem::take(&mut gap),
                cells: cells.collect(),
            });
        }
        let understood = &document.understood;
        let value = |field: &super::Field, row| DrawnValue {
            field: fields.name(field.id).to_string(),
            row,
            spot: document.spot(field),
            raw: document.raw(field).chars().take(LONGEST).collect(),
        };
        let mut values = Vec::new();
        if how == Draw::Whole {
            values.extend(understood.header.fields.iter().map(|f| value(f, None)));
            for record in understood.records.iter().take(WHOLE) {
                let own = understood.record_fields(record).iter();
                values.extend(own.map(|f| value(f, Some(record.row))));
            }
        }
        Drawn {
            layout: grid.layout,
            rows,
            values,
        }
    }
}
