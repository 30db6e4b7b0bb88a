//! The heading row of a table as a kind reads it, and which cell belongs to which field.

use super::assign;
use super::heading::{self, Column, Heading};
use super::recognise::View;
use crate::model::{CellKind, FieldId, Grid, Kind, Layout, Open};

/// How much a row must look like a heading for its words to count.
const LIKELY: f32 = 2.5;
/// So many likely rows are tried.
const TRIED: usize = 3;

/// A heading row (the first of one to three) with its columns.
#[derive(Clone, Debug)]
pub struct Header {
    pub row: usize,
    /// The last row that still belongs to the heading.
    pub last: usize,
    pub columns: Vec<TakenColumn>,
    /// Columns that name several fields, whose values stand one under the other: `单价/总价/币制`.
    pub stacks: Vec<Vec<FieldId>>,
    /// Columns that were not taken: a heading cell of each.
    pub open: Vec<Open>,
    /// Where all columns stand, taken or not.
    pub headed: Vec<(u32, u32)>,
    pub points: f32,
}

/// A column taken for a field.
#[derive(Clone, Copy, Debug)]
pub struct TakenColumn {
    pub field: FieldId,
    /// The lowest cell of its heading.
    pub cell: usize,
    pub x0: u32,
    pub x1: u32,
    /// How well it reads (natural-log odds), and how much better than the next best reading.
    pub score: f32,
    pub margin: f32,
}

impl Header {
    /// All fields the heading names, with their cells.
    pub fn named(&self) -> Vec<(FieldId, usize)> {
        let mut named: Vec<(FieldId, usize)> =
            self.columns.iter().map(|c| (c.field, c.cell)).collect();
        for stack in &self.stacks {
            let first = stack.first();
            let cell = self.columns.iter().find(|c| Some(&c.field) == first);
            let further = stack.iter().skip(1);
            named.extend(
                cell.into_iter()
                    .flat_map(|c| further.clone().map(|f| (*f, c.cell))),
            );
        }
        named
    }

    fn of(view: &View<'_>, heading: &Heading, number: usize, kind: &Kind, quick: bool) -> Header {
        let first = heading.part(
            heading
                .blocks
                .first()
                .cloned()
                .unwrap_or(0..heading.columns.len()),
        );
        let parted = heading.blocks.len() > 1 && is_again(&heading.columns, &heading.blocks);
        let heading = if parted { &first } else { heading };
        let heading_last = heading.last;
        let reading = assign::read(view, heading, number, kind, quick);
        let column = |n: usize| heading.columns.get(n);
        let lowest = |n: usize| {
            let own = column(n)?;
            let heading = own.cells.last().copied();
            heading.or_else(|| first_value(view.grid, heading_last, own.x0))
        };
        let mut columns: Vec<TakenColumn> = reading
            .taken
            .iter()
            .filter_map(|t| {
                let own = column(t.column)?;
                Some(TakenColumn {
                    field: t.field,
                    cell: lowest(t.column)?,
                    x0: own.x0,
                    x1: own.x1,
                    score: t.score,
                    margin: t.margin,
                })
            })
            .collect();
        columns.sort_by_key(|c| c.x0);
        let mut points = 0.0;
        for taken in &columns {
            points += kind.field(taken.field).map_or(0, |f| f.weight.max(1)) as f32;
        }
        let open = reading.open.into_iter();
        Header {
            row: heading.first,
            last: heading.last,
            columns,
            stacks: reading
                .stacks
                .into_iter()
                .map(|s| s.1)
                .filter(|s| !is_one(s))
                .collect(),
            open: open
                .filter_map(|o| Some(Open::new(lowest(o.column)?, o.may_be)))
                .collect(),
            headed: heading.columns.iter().map(|c| (c.x0, c.x1)).collect(),
            points,
        }
    }
}

/// The first cell under a heading row in a column that has no heading of its own.
fn first_value(grid: &Grid, row: usize, x0: u32) -> Option<usize> {
    (row + 1..grid.rows.len()).find_map(|row| {
        let at = |c: &usize| grid.cells.get(*c).is_some_and(|c| c.x0 == x0);
        let mut cells = grid.row_cells(row).filter(at);
        cells.find(|c| !grid.cell_text(*c).trim().is_empty())
    })
}

/// Whether the further blocks of a heading say what the first says.
fn is_again(columns: &[Column], blocks: &[std::ops::Range<usize>]) -> bool {
    let first: Vec<&str> = blocks
        .first()
        .and_then(|b| columns.get(b.clone()))
        .unwrap_or(&[])
        .iter()
        .map(|c| c.text.as_str())
        .collect();
    blocks.iter().skip(1).any(|block| {
        let own = columns.get(block.clone()).unwrap_or(&[]);
        own.iter()
            .filter(|c| first.contains(&c.text.as_str()))
            .count()
            >= 2
    })
}

/// One field of a heading merged over as many columns as it has parts.
fn is_one(stack: &[FieldId]) -> bool {
    stack.windows(2).all(|w| w.first() == w.last())
}

/// Tables to the right of one, parted from it by an empty column, whose headings name fields of the
/// first again.
pub fn beside(view: &View<'_>, header: &Header, number: usize, kind: &Kind) -> Vec<Header> {
    let heading = view.heading_at(header.row);
    if heading.blocks.len() < 2 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for block in heading.blocks.iter().skip(1) {
        let own = Header::of(view, &heading.part(block.clone()), number, kind, false);
        // A column parted from its own table by an empty one is read already.
        let twin = |c: &TakenColumn, h: &TakenColumn| h.field == c.field && h.cell != c.cell;
        let again = |c: &&TakenColumn| header.columns.iter().any(|h| twin(c, h));
        if own.columns.iter().filter(again).count() >= 2 {
            found.push(own);
        }
    }
    found
}

/// The heading at a row read as one further up that says the same: on each page it means the same.
pub fn again(view: &View<'_>, row: usize, before: &Header) -> Option<Header> {
    let (first, own) = (view.heading_at(before.row), view.heading_at(row));
    let twin = |column: &Column| first.columns.iter().find(|c| c.text == column.text);
    let mut header = Header {
        row: own.first,
        last: own.last,
        columns: Vec::new(),
        open: Vec::new(),
        headed: own.columns.iter().map(|c| (c.x0, c.x1)).collect(),
        ..before.clone()
    };
    if first.columns.len() != own.columns.len() {
        return None;
    }
    for column in &own.columns {
        let (twin, cell) = (twin(column)?, *column.cells.last()?);
        let of_twin = |c: usize| twin.cells.contains(&c);
        if let Some(taken) = before.columns.iter().find(|c| of_twin(c.cell)) {
            header.columns.push(TakenColumn {
                cell,
                x0: column.x0,
                x1: column.x1,
                ..*taken
            });
        }
        let open = before.open.iter().find(|o| of_twin(o.cell));
        header.open.extend(open.map(|o| Open { cell, ..o.clone() }));
    }
    Some(header)
}

/// Whether a row stands like a heading.
pub fn stands_like_heading(view: &View<'_>, row: usize) -> bool {
    view.grid.layout == Layout::Tree || heading::structure(view, row) >= LIKELY
}

/// The headings worth reading for any kind: rows that stand like one, the likeliest first.
pub fn likely_rows(view: &View<'_>) -> Vec<usize> {
    if view.grid.layout == Layout::Tree {
        let keys = |row: &usize| {
            let is_key = |c: usize| {
                view.grid
                    .cells
                    .get(c)
                    .is_some_and(|c| c.kind == CellKind::Key)
            };
            view.grid.row_cells(*row).all(is_key)
        };
        return (0..view.looked).filter(keys).collect();
    }
    let mut rows: Vec<(usize, f32)> = (0..view.looked)
        .map(|row| (row, heading::structure(view, row)))
        .filter(|(_, points)| *points >= LIKELY)
        .collect();
    rows.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    rows.truncate(TRIED);
    rows.into_iter().map(|r| r.0).collect()
}

/// The row that reads best as the heading of a kind's table.
pub fn best_header(
    view: &View<'_>,
    number: usize,
    kind: &Kind,
    stated: Option<usize>,
) -> Option<Header> {
    if let Some(row) = stated {
        return Some(stated_header(view, row, number, kind, true))
            .filter(|h| !h.columns.is_empty());
    }
    let mut best: Option<Header> = None;
    for row in &view.likely {
        let Some(header) = header_at(view, *row, number, kind, true) else {
            continue;
        };
        let better = best.as_ref().is_none_or(|b| {
            let worth = |h: &Header| (h.points, h.columns.len() as f32);
            // Of two that read the same the first begins the table.
            worth(&header) > worth(b) || worth(&header) == worth(b) && header.row < b.row
        });
        if better {
            best = Some(header);
        }
    }
    best
}

/// A row the user says is the heading, taken as it is.
pub fn stated_header(
    view: &View<'_>,
    row: usize,
    number: usize,
    kind: &Kind,
    quick: bool,
) -> Header {
    Header::of(view, &Heading::new(view, row, row), number, kind, quick)
}

/// The row as a heading row of a kind, if it reads as one.
pub fn header_at(
    view: &View<'_>,
    row: usize,
    number: usize,
    kind: &Kind,
    quick: bool,
) -> Option<Header> {
    let heading = view.heading_at(row);
    let header = Header::of(view, &heading, number, kind, quick);
    let in_rows = |c: &&TakenColumn| kind.field(c.field).is_some_and(|f| f.in_rows);
    let only_rows = |c: &&TakenColumn| {
        kind.field(c.field)
            .is_some_and(|f| f.in_rows && !f.in_header)
    };
    let rows_fields = header.columns.iter().filter(in_rows).count();
    let sure_fields = header.columns.iter().filter(only_rows).count();
    let enough = if view.grid.layout == Layout::Tree {
        rows_fields >= 1
    } else {
        // In print a band of labels stands like a heading: one field at least is a table's own.
        let print = !view.grid.has_columns(row);
        sure_fields >= 2 || rows_fields >= 3 && (sure_fields > 0 || !print)
    };
    enough.then_some(header)
}

/// The horizontal extent of a cell, over the range it is merged with.
pub fn extent(grid: &Grid, cell: usize) -> (u32, u32) {
    let Some(c) = grid.cells.get(cell) else {
        return (0, 0);
    };
    match grid.merge_of(cell) {
        Some(m) => (m.left, m.right),
        None => (c.x0, c.x1),
    }
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
    /// The extents of all columns of the heading, taken or not.
    headed: Vec<(u32, u32)>,
    /// Fields whose values stand one under the other in the column of the first.
    stacks: Vec<Vec<FieldId>>,
}

impl ColumnMap {
    pub fn new(grid: &Grid, header: &Header) -> ColumnMap {
        let columns = header.columns.iter();
        let spans: Vec<(FieldId, u32, u32)> = columns.map(|c| (c.field, c.x0, c.x1)).collect();
        let prose = grid.is_prose();
        let mut by_column = Vec::new();
        if !prose {
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
                .map(|cell| {
                    let own = header.columns.iter().find(|c| c.cell == cell);
                    own.map(|c| c.field)
                })
                .collect()
        } else {
            Vec::new()
        };
        ColumnMap {
            spans,
            by_column,
            by_position,
            prose,
            exact,
            headed: header.headed.clone(),
            stacks: header.stacks.clone(),
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

    /// The fields of the columns left and right of a field's.
    pub fn neighbours(&self, field: FieldId) -> impl Iterator<Item = FieldId> + '_ {
        let at = self.spans.iter().position(|s| s.0 == field);
        let beside = at.into_iter().flat_map(|n| [n.checked_sub(1), Some(n + 1)]);
        beside
            .flatten()
            .filter_map(|n| self.spans.get(n))
            .map(|s| s.0)
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
