//! The heading row of a table, and which column belongs to which field.

use super::recognise::View;
use crate::model::{CellKind, FieldId, Grid, Kind, Layout, Merge};

/// A heading row (the first of one to three) with its columns.
#[derive(Clone, Debug)]
pub struct Header {
    pub row: usize,
    /// The last row that still belongs to the heading.
    pub last: usize,
    /// Field and heading cell, left to right.
    pub columns: Vec<(FieldId, usize)>,
    /// Cells that name several fields, whose values stand one under the other: `单价/总价/币制`.
    pub stacks: Vec<(usize, Vec<FieldId>)>,
    pub not_taken: Vec<usize>,
    pub points: u32,
}

impl Header {
    /// All fields the heading names, with their cells.
    pub fn named(&self) -> Vec<(FieldId, usize)> {
        let further = self.stacks.iter().flat_map(|(cell, fields)| {
            let fields = fields.iter().skip(1);
            fields.map(|field| (*field, *cell))
        });
        self.columns.iter().copied().chain(further).collect()
    }
}

/// The row that reads best as the heading of a kind's table.
pub fn best_header(
    view: &View<'_>,
    number: usize,
    kind: &Kind,
    stated: Option<usize>,
) -> Option<Header> {
    if let Some(row) = stated {
        return header_at(view, row, number, kind)
            .or_else(|| stated_header(view, row, number, kind));
    }
    let mut best: Option<Header> = None;
    for row in 0..view.looked {
        let Some(header) = header_at(view, row, number, kind) else {
            continue;
        };
        let better = best
            .as_ref()
            .is_none_or(|b| (header.points, header.columns.len()) > (b.points, b.columns.len()));
        if better {
            best = Some(header);
        }
    }
    best
}

/// A row the user says is the heading, taken as it is.
pub fn stated_header(view: &View<'_>, row: usize, number: usize, kind: &Kind) -> Option<Header> {
    let (columns, _) = row_columns(view, row, number, kind);
    let taken: Vec<usize> = columns.iter().map(|c| c.1).collect();
    let cells = view.grid.row_cells(row);
    (!columns.is_empty()).then(|| Header {
        row,
        last: row,
        not_taken: cells.filter(|c| !taken.contains(c)).collect(),
        points: crate::model::grid::index(columns.len()),
        columns,
        stacks: Vec::new(),
    })
}

/// The row as a heading row of a kind, if it reads as one.
pub fn header_at(view: &View<'_>, row: usize, number: usize, kind: &Kind) -> Option<Header> {
    let (columns, filled) = row_columns(view, row, number, kind);
    let in_rows = |f: &FieldId| kind.field(*f).is_some_and(|f| f.in_rows);
    let only_rows = |f: &FieldId| kind.field(*f).is_some_and(|f| f.in_rows && !f.in_header);
    let rows_fields = columns.iter().filter(|(f, _)| in_rows(f)).count();
    let sure_fields = columns.iter().filter(|(f, _)| only_rows(f)).count();
    let is_heading = if view.grid.layout == Layout::Tree {
        let all_keys = view.grid.row_cells(row).all(|c| {
            view.grid
                .cells
                .get(c)
                .is_some_and(|c| c.kind == CellKind::Key)
        });
        all_keys && rows_fields >= 1
    } else {
        (sure_fields >= 2 || rows_fields >= 3)
            && (columns.len() * 2 >= filled || columns.len() >= 4)
            && stand_together(view, row, &columns)
    };
    if !is_heading {
        return None;
    }
    let mut header = Header {
        row,
        last: row,
        columns,
        stacks: Vec::new(),
        not_taken: Vec::new(),
        points: 0,
    };
    if view.grid.layout != Layout::Tree {
        extend(view, &mut header, number, kind);
        take_stacks(view, &mut header, number, kind);
    }
    let taken: Vec<usize> = header.columns.iter().map(|c| c.1).collect();
    for r in header.row..=header.last {
        for cell in view.grid.row_cells(r) {
            let text = view.grid.cell_text(cell).trim();
            let covered = header
                .columns
                .iter()
                .any(|(_, c)| overlap(view.grid, *c, cell) > 0);
            if !text.is_empty() && !taken.contains(&cell) && !covered {
                header.not_taken.push(cell);
            }
        }
    }
    let mut seen = Vec::new();
    for (field, _) in &header.columns {
        if !seen.contains(field) {
            seen.push(*field);
            header.points += kind.field(*field).map_or(0, |f| f.weight.max(1));
        }
    }
    Some(header)
}

/// Takes the cells of the heading that name several fields at once.
fn take_stacks(view: &View<'_>, header: &mut Header, number: usize, kind: &Kind) {
    for cell in (header.row..=header.last).flat_map(|row| view.grid.row_cells(row)) {
        let fields = view.stack_of(cell, number, kind);
        let elsewhere = |f: &FieldId| header.columns.iter().any(|(g, c)| g == f && *c != cell);
        if fields.iter().any(elsewhere) {
            continue;
        }
        if let Some(first) = fields.first() {
            header.columns.retain(|(_, c)| *c != cell);
            header.columns.push((*first, cell));
            header.stacks.push((cell, fields));
        }
    }
}

/// Once the kind is known: columns no label fits whole are taken by the word they end with.
pub fn take_by_ending(view: &View<'_>, header: &mut Header, number: usize) {
    for cell in std::mem::take(&mut header.not_taken) {
        match view.ending_of(cell, number) {
            Some(field) if !header.columns.iter().any(|(f, _)| *f == field) => {
                header.columns.push((field, cell));
            }
            _ => header.not_taken.push(cell),
        }
    }
}

/// Headings stand side by side; labels alternate with their values.
fn stand_together(view: &View<'_>, row: usize, columns: &[(FieldId, usize)]) -> bool {
    let named: Vec<bool> = view
        .grid
        .row_cells(row)
        .filter(|c| !view.grid.cell_text(*c).trim().is_empty())
        .map(|c| view.hits(c).is_some() || columns.iter().any(|(_, own)| *own == c))
        .collect();
    let count = named.iter().filter(|n| **n).count();
    let pairs = named.windows(2).filter(|w| w.iter().all(|n| *n)).count();
    pairs * 2 + 1 >= count
}

/// The fields the cells of a row name, and how many of its cells hold text.
fn row_columns(
    view: &View<'_>,
    row: usize,
    number: usize,
    kind: &Kind,
) -> (Vec<(FieldId, usize)>, usize) {
    let mut columns: Vec<(FieldId, usize)> = Vec::new();
    let mut filled = 0;
    for cell in view.grid.row_cells(row) {
        if view.grid.cell_text(cell).trim().is_empty() {
            continue;
        }
        filled += 1;
        let named = view.field_of(cell, number).and_then(|f| kind.field(f));
        let field = named.map(|f| f.as_column.unwrap_or(f.id));
        if let Some(field) = field
            && !columns.iter().any(|(f, _)| *f == field)
        {
            columns.push((field, cell));
        }
    }
    (columns, filled)
}

/// A heading of two or three rows: the next rows name further columns (or the same again in the
/// other language).
fn extend(view: &View<'_>, header: &mut Header, number: usize, kind: &Kind) {
    for next in header.row + 1..header.row + 3 {
        let adjacent = match (view.grid.rows.get(header.last), view.grid.rows.get(next)) {
            (Some(a), Some(b)) => b.number <= a.number + 1 || view.grid.is_prose(),
            _ => false,
        } && view.grid.together(header.last, next);
        let (columns, filled) = row_columns(view, next, number, kind);
        let heading = columns.len() * 2 >= filled && stand_together(view, next, &columns);
        if !adjacent || columns.is_empty() || !heading {
            return;
        }
        let numbers = view.grid.row_cells(next).any(|c| {
            view.grid
                .cells
                .get(c)
                .is_some_and(|c| c.kind == CellKind::Number)
        });
        if numbers {
            return;
        }
        for (field, cell) in columns {
            let field_taken = header.columns.iter().any(|(f, _)| *f == field);
            let column_taken = header.columns.iter().any(|(_, c)| {
                overlap(view.grid, *c, cell) > 0 && !spans_wider(view.grid, *c, cell)
            });
            if !field_taken && !column_taken {
                header.columns.push((field, cell));
            }
        }
        header.last = next;
    }
}

/// True when the upper heading is merged over several columns and the lower one is not.
fn spans_wider(grid: &Grid, upper: usize, lower: usize) -> bool {
    let width = |cell| {
        let (x0, x1) = extent(grid, cell);
        x1 - x0
    };
    grid.has_columns(grid.row_of(upper)) && width(upper) > width(lower)
}

/// The horizontal extent of a cell, over the range it is merged with.
pub fn extent(grid: &Grid, cell: usize) -> (u32, u32) {
    let Some(c) = grid.cells.get(cell) else {
        return (0, 0);
    };
    match merge_of(grid, cell) {
        Some(m) => (m.left, m.right),
        None => (c.x0, c.x1),
    }
}

/// The merged range a cell is the first of; the ranges are in order.
pub fn merge_of(grid: &Grid, cell: usize) -> Option<&Merge> {
    if grid.merges.is_empty() {
        return None;
    }
    let c = grid.cells.get(cell)?;
    let row = grid.rows.get(grid.row_of(cell))?.number;
    let found = grid
        .merges
        .binary_search_by_key(&(row, c.x0), |m| (m.top, m.left));
    grid.merges.get(found.ok()?)
}

/// How far two cells lie over each other horizontally, 0 when not at all.
pub fn overlap(grid: &Grid, a: usize, b: usize) -> u32 {
    let ((a0, a1), (b0, b1)) = (extent(grid, a), extent(grid, b));
    let (from, to) = (a0.max(b0), a1.min(b1));
    if from > to { 0 } else { to - from + 1 }
}

/// Which column of a table a cell belongs to.
pub struct ColumnMap {
    /// Field and extent, left to right.
    spans: Vec<(FieldId, u32, u32)>,
    /// For sheets: field by column, for speed.
    by_column: Vec<Option<FieldId>>,
    /// For printed lines: field by position in the heading row, where it is one row.
    by_position: Vec<Option<FieldId>>,
    prose: bool,
    /// The columns are the file's own: what stands under no heading belongs to none.
    exact: bool,
    /// The extents of all cells of the heading, taken or not.
    headed: Vec<(u32, u32)>,
    /// Fields whose values stand one under the other in the column of the first.
    stacks: Vec<Vec<FieldId>>,
}

impl ColumnMap {
    pub fn new(grid: &Grid, header: &Header) -> ColumnMap {
        let mut spans: Vec<(FieldId, u32, u32)> = header
            .columns
            .iter()
            .map(|(field, cell)| {
                let c = grid.cells.get(*cell);
                let (x0, x1) = if grid.is_prose() {
                    extent(grid, *cell)
                } else {
                    c.map_or((0, 0), |c| (c.x0, c.x0))
                };
                (*field, x0, x1)
            })
            .collect();
        spans.sort_by_key(|s| s.1);
        let mut by_column = Vec::new();
        if !grid.is_prose() {
            for (field, x0, _) in &spans {
                let at = *x0 as usize;
                if by_column.len() <= at {
                    by_column.resize(at + 1, None);
                }
                if let Some(slot) = by_column.get_mut(at) {
                    *slot = Some(*field);
                }
            }
        }
        let exact = grid.has_columns(header.row);
        let by_position = if !exact && header.row == header.last {
            grid.row_cells(header.row)
                .map(|c| {
                    let own = header.columns.iter().find(|(_, cell)| *cell == c);
                    own.map(|(field, _)| *field)
                })
                .collect()
        } else {
            Vec::new()
        };
        ColumnMap {
            spans,
            by_column,
            by_position,
            prose: grid.is_prose(),
            exact,
            headed: (header.row..=header.last)
                .flat_map(|row| grid.row_cells(row))
                .filter(|cell| !grid.cell_text(*cell).trim().is_empty())
                .map(|cell| extent(grid, cell))
                .collect(),
            stacks: header.stacks.iter().map(|(_, f)| f.clone()).collect(),
        }
    }

    pub fn stacks(&self) -> impl Iterator<Item = &[FieldId]> {
        self.stacks.iter().map(Vec::as_slice)
    }

    /// The fields whose values stand one under the other in the column of a field.
    pub fn stack(&self, field: FieldId) -> Option<&[FieldId]> {
        let found = self.stacks.iter().find(|s| s.first() == Some(&field));
        found.map(Vec::as_slice)
    }

    /// Whether a cell of a file with columns of its own stands under no heading at all.
    pub fn is_unheaded(&self, x0: u32) -> bool {
        self.exact
            && !self
                .headed
                .iter()
                .any(|(from, to)| (*from..=*to).contains(&x0))
    }

    pub fn fields(&self) -> impl Iterator<Item = FieldId> + '_ {
        self.spans.iter().map(|s| s.0)
    }

    /// The field of the n-th of `count` cells of a row. A printed row of as many cells as the
    /// heading is read by position; any other by what stands under what.
    pub fn field_at(&self, n: usize, count: usize, x0: u32, x1: u32) -> Option<FieldId> {
        if self.prose && count > 1 && count == self.by_position.len() {
            return self.by_position.get(n).copied().flatten();
        }
        self.field(x0, x1)
    }

    /// The field of the column a cell stands in.
    pub fn field(&self, x0: u32, x1: u32) -> Option<FieldId> {
        if !self.prose {
            return self.by_column.get(x0 as usize).copied().flatten();
        }
        // The heading it lies under most; else the nearest heading to its left, if it is close.
        let best = self
            .spans
            .iter()
            .filter_map(|(field, a, b)| {
                let (from, to) = ((*a).max(x0), (*b).min(x1));
                (from <= to).then(|| (to - from + 1, *field))
            })
            .max_by_key(|(width, _)| *width);
        if let Some((_, field)) = best {
            return Some(field);
        }
        if self.exact {
            return None;
        }
        let left = self.spans.iter().rposition(|s| s.1 <= x0);
        match left {
            Some(at) => self.spans.get(at).map(|s| s.0),
            None => self.spans.first().map(|s| s.0),
        }
    }
}
