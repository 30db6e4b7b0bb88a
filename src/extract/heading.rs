//! The heading of a table: which rows it takes, found by how they stand over typed values, and its
//! columns with what stands under them. Knows nothing of kinds.

use super::columns::{extent, overlap};
use super::recognise::{View, label_text};
use super::values::{Look, Shape};
use crate::model::grid::index;
use crate::model::{CellKind, Grid};
use crate::normalize::carton::{self, Cartons};
use crate::normalize::text::squeeze;
use crate::normalize::{pages, quantity};
use std::collections::HashMap;
use std::ops::Range;

/// So many rows under a heading are looked at.
const SAMPLE: usize = 60;
/// A heading of one column is no longer than this, in characters.
const LONGEST: usize = 60;
/// A table has no more columns than this.
const WIDEST: u32 = 400;

/// One column of a table.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Its heading cells, from the top.
    pub cells: Vec<usize>,
    /// Where it stands: the column of a sheet, else from where to where.
    pub x0: u32,
    pub x1: u32,
    /// The heading's texts, a line each.
    pub text: String,
    /// How many columns the lowest heading cell is merged over, and which of them this is.
    pub parts: u32,
    pub part: u32,
    pub look: Look,
    /// The different texts of the rows looked at, squeezed.
    pub keys: Vec<String>,
    /// The numbers of the rows looked at.
    pub numbers: Vec<Option<f64>>,
}

/// The rows of a heading and its columns, left to right.
#[derive(Clone, Debug)]
pub struct Heading {
    pub first: usize,
    pub last: usize,
    pub columns: Vec<Column>,
    /// Columns without an empty one between them.
    pub blocks: Vec<Range<usize>>,
}

/// How much a row looks like a heading; below 2.5 it does not.
pub fn structure(view: &View<'_>, row: usize) -> f32 {
    let grid = view.grid;
    let (mut known, mut typed) = (0, 0);
    let mut cells = Vec::new();
    let mut words = Vec::new();
    for cell in grid.row_cells(row) {
        let text = grid.cell_text(cell).trim();
        if text.is_empty() {
            continue;
        }
        cells.push(cell);
        let bare = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let bare = bare.strip_prefix(['.', '、', '．']).unwrap_or(text).trim();
        let listed = view.is_line_label(cell);
        known += usize::from(listed);
        if !listed && (is_typed(view, cell) || bare.is_empty() || bears_value(view, cell)) {
            typed += 1;
        } else {
            words.push((cell, bare, listed));
        }
    }
    let count = cells.len();
    if count < 2 || typed * 3 > count {
        return 0.0;
    }
    let mut points = -(typed as f32);
    let mut over = 0;
    let mut seen: Vec<&str> = Vec::new();
    for (cell, bare, listed) in words {
        let colon = bare.trim_end().ends_with([':', '：']) || bare.contains([':', '：']) && !listed;
        if colon || bare.chars().count() > LONGEST || seen.contains(&bare) {
            points -= 1.0;
            continue;
        }
        seen.push(bare);
        points += 1.0;
        let below = below(view, row, cell);
        if below.repeated && !listed {
            points -= 2.0;
        } else if below.typed * 2 > below.filled && below.filled > 0 {
            points += 0.5;
            over += 1;
        }
    }
    // A label and its value in a column of labels.
    let beside = |row: Option<usize>| {
        let first = cells.first().copied();
        let cell = first.and_then(|c| row.and_then(|r| in_column(grid, r, c)));
        cell.is_some_and(|c| view.hits(c).is_some())
    };
    if count == 2 && known > 0 && (beside(row.checked_sub(1)) || beside(Some(row + 1))) {
        return 0.0;
    }
    // Labels alternate with their values; headings stand side by side.
    let apart = known > 1 && !stand_together(view, &cells);
    if apart && (typed > 0 || over == 0) {
        return 0.0;
    }
    points + (known as f32 * 0.5).min(1.5)
}

/// Whether a cell holds a label with its value under it.
fn bears_value(view: &View<'_>, cell: usize) -> bool {
    let lines = view.grid.cell_text(cell).trim().split_once('\n');
    lines.is_some_and(|(first, rest)| {
        !view.look_up(label_text(first)).is_empty() && view.look_up(label_text(rest)).is_empty()
    })
}

/// The cell of a row in the column of another.
fn in_column(grid: &Grid, row: usize, cell: usize) -> Option<usize> {
    let column = grid.cells.get(cell)?.x0;
    let mut cells = grid.row_cells(row);
    cells.find(|c| grid.cells.get(*c).is_some_and(|c| c.x0 == column))
}

struct Below {
    filled: usize,
    typed: usize,
    repeated: bool,
}

/// What stands in the next rows under a cell.
fn below(view: &View<'_>, row: usize, cell: usize) -> Below {
    let grid = view.grid;
    let text = grid.cell_text(cell).trim();
    let mut found = Below {
        filled: 0,
        typed: 0,
        repeated: false,
    };
    for next in row + 1..(row + 9).min(grid.rows.len()) {
        if !grid.together(row, next) {
            break;
        }
        let under = grid
            .row_cells(next)
            .find(|c| overlap(grid, cell, *c) > 0 && !grid.cell_text(*c).trim().is_empty());
        let Some(under) = under else { continue };
        found.filled += 1;
        found.repeated |= grid.cell_text(under).trim() == text;
        found.typed += usize::from(is_typed(view, under));
    }
    found
}

/// A cell that holds a number, a date, a code: something a heading is not.
pub fn is_typed(view: &View<'_>, cell: usize) -> bool {
    let grid = view.grid;
    let stored = grid.cells.get(cell).map(|c| c.kind);
    if matches!(
        stored,
        Some(CellKind::Number | CellKind::Date | CellKind::Error | CellKind::NoValue)
    ) {
        return true;
    }
    let shape = view.shape(cell);
    // `HS 10-digit` is a heading, `AB 12-3` a code.
    if shape == Some(Shape::Code) && grid.cell_text(cell).trim().contains(' ') {
        return !view.speaks(cell);
    }
    !matches!(
        shape,
        None | Some(
            Shape::Words
                | Shape::Text
                | Shape::Unit
                | Shape::Currency
                | Shape::Company
                | Shape::Country
                | Shape::Port
        )
    )
}

/// The rows of a heading that begins or lies at a row: neighbours that are nearly untyped and hold
/// units or brackets, listed labels, or the parts of a heading merged over several columns.
pub fn rows_of(view: &View<'_>, row: usize) -> (usize, usize) {
    let (mut first, mut last) = (row, row);
    while first > 0 && row - first < 2 && is_over(view, first - 1, first) {
        first -= 1;
    }
    while last < row + 2 && last + 1 < view.grid.rows.len() && is_under(view, first, last + 1) {
        last += 1;
    }
    (first, last)
}

fn adjacent(grid: &Grid, upper: usize, lower: usize) -> bool {
    let next = match (grid.rows.get(upper), grid.rows.get(lower)) {
        (Some(a), Some(b)) => b.number <= a.number + 1 || grid.is_prose(),
        _ => false,
    };
    next && grid.together(upper, lower)
}

fn filled(view: &View<'_>, row: usize) -> Vec<usize> {
    let cells = view.grid.row_cells(row);
    cells
        .filter(|c| !view.grid.cell_text(*c).trim().is_empty())
        .collect()
}

/// A row over a heading that belongs to it: a cell merged over several of its columns, and nothing
/// typed.
fn is_over(view: &View<'_>, upper: usize, heading: usize) -> bool {
    let grid = view.grid;
    if !adjacent(grid, upper, heading) || !grid.has_columns(heading) {
        return false;
    }
    let cells = filled(view, upper);
    let below = filled(view, heading);
    let spans = |cell: &usize| {
        let (from, to) = extent(grid, *cell);
        let over = below.iter().filter(|c| overlap(grid, *cell, **c) > 0);
        to > from && over.count() > 1 && view.is_line_label(*cell)
    };
    let whole = cells.len() > 1 && cells.iter().all(|c| view.is_line_label(*c));
    cells.iter().any(spans) && whole && !cells.iter().any(|c| is_typed(view, *c))
}

/// A row under a heading that belongs to it.
fn is_under(view: &View<'_>, first: usize, next: usize) -> bool {
    let grid = view.grid;
    if !adjacent(grid, next - 1, next) {
        return false;
    }
    let cells = filled(view, next);
    if cells.is_empty() || cells.iter().any(|c| is_typed(view, *c)) {
        return false;
    }
    let own: Vec<usize> = (first..next).flat_map(|row| filled(view, row)).collect();
    let aside = |cell: &usize| {
        let text = grid.cell_text(*cell).trim();
        let shape = view.shape(*cell);
        matches!(shape, Some(Shape::Unit | Shape::Currency))
            || text.starts_with(['(', '（', '[', '【', '/'])
    };
    let part = |cell: &usize| {
        own.iter().any(|o| {
            let ((a, b), (c, d)) = (extent(grid, *o), extent(grid, *cell));
            grid.has_columns(next) && b - a > d - c && overlap(grid, *o, *cell) > 0
        })
    };
    // In print a wide heading says what several narrower ones under it are parts of; and a heading
    // broken in two lines has its second line right below.
    let known = cells.iter().filter(|c| view.is_line_label(**c)).count();
    let all = |test: &dyn Fn(&usize) -> bool| cells.iter().all(test);
    if all(&aside)
        || cells.iter().any(part) && (known > 0 || cells.len() < own.len()) && short(view, &cells)
    {
        return true;
    }
    known >= 2 && known * 2 >= cells.len() && stand_together(view, &cells)
}

fn short(view: &View<'_>, cells: &[usize]) -> bool {
    let text = |c: &usize| view.grid.cell_text(*c).trim().chars().count();
    cells.iter().all(|c| text(c) <= LONGEST)
}

/// Headings stand side by side; labels alternate with their values.
pub fn stand_together(view: &View<'_>, cells: &[usize]) -> bool {
    let named: Vec<bool> = cells.iter().map(|c| view.hits(*c).is_some()).collect();
    let count = named.iter().filter(|n| **n).count();
    let pairs = named.windows(2).filter(|w| w.iter().all(|n| *n)).count();
    pairs * 2 + 1 >= count
}

impl Heading {
    /// The heading in rows `first..=last`, with what stands under its columns.
    pub fn new(view: &View<'_>, first: usize, last: usize) -> Heading {
        let mut columns = if view.grid.has_columns(first) {
            let mut columns = of_file(view.grid, first, last);
            add_stated(view, &mut columns);
            columns
        } else {
            of_print(view.grid, first, last)
        };
        sample(view, last, &mut columns);
        let columns = as_filled(columns);
        let mut blocks: Vec<Range<usize>> = Vec::new();
        let file = view.grid.has_columns(first);
        for (n, column) in columns.iter().enumerate() {
            let before = n.checked_sub(1).and_then(|b| columns.get(b));
            match blocks.last_mut() {
                Some(block) if !file || before.is_some_and(|b| column.x0 <= b.x1 + 1) => {
                    block.end = n + 1;
                }
                _ => blocks.push(n..n + 1),
            }
        }
        Heading {
            first,
            last,
            columns,
            blocks,
        }
    }

    /// Some of its columns, as a heading of their own.
    pub fn part(&self, columns: Range<usize>) -> Heading {
        let own: Vec<Column> = self.columns.get(columns).unwrap_or(&[]).to_vec();
        Heading {
            first: self.first,
            last: self.last,
            blocks: std::iter::once(0..own.len()).collect(),
            columns: own,
        }
    }
}

fn column_at(columns: &[Column], x0: u32, x1: u32) -> Option<usize> {
    let over = |c: &Column| {
        let (from, to) = (c.x0.max(x0), c.x1.min(x1));
        if from > to { 0 } else { to - from + 1 }
    };
    let best = (0..columns.len()).max_by_key(|n| columns.get(*n).map_or(0, over))?;
    (over(columns.get(best)?) > 0).then_some(best)
}

/// The columns of a sheet or table: each with all heading cells that reach over it.
fn of_file(grid: &Grid, first: usize, last: usize) -> Vec<Column> {
    let width = if grid.layout == crate::model::Layout::Docx {
        crate::model::grid::COLUMN
    } else {
        1
    };
    let mut heads: Vec<(usize, u32, u32)> = Vec::new();
    for row in first..=last {
        for cell in grid.row_cells(row) {
            if grid.cell_text(cell).trim().is_empty() {
                continue;
            }
            let (from, to) = extent(grid, cell);
            heads.push((cell, from / width, to / width));
        }
    }
    let left = heads.iter().map(|h| h.1).min().unwrap_or(0);
    let right = heads.iter().map(|h| h.2).max().unwrap_or(0);
    let mut columns = Vec::new();
    for x in left..=right.min(left.saturating_add(WIDEST)) {
        let over: Vec<&(usize, u32, u32)> = heads
            .iter()
            .filter(|(_, from, to)| (*from..=*to).contains(&x))
            .collect();
        let Some((_, from, to)) = over.last() else {
            continue;
        };
        let cells: Vec<usize> = over.iter().map(|h| h.0).collect();
        columns.push(Column {
            text: joined(grid, &cells),
            cells,
            x0: x * width,
            x1: x * width + (width - 1),
            parts: to - from + 1,
            part: x - from,
            ..Column::default()
        });
    }
    columns
}

/// Adds the columns the user gives fields that have no heading.
fn add_stated(view: &View<'_>, columns: &mut Vec<Column>) {
    for (x0, _) in &view.stated_columns {
        if !columns.iter().any(|c| (c.x0..=c.x1).contains(x0)) {
            columns.push(Column {
                x0: *x0,
                x1: *x0,
                parts: 1,
                ..Column::default()
            });
        }
    }
    columns.sort_by_key(|c| c.x0);
}

/// A heading merged over several columns of a sheet has as many as values stand in: where the
/// values are merged as it is, one.
fn as_filled(columns: Vec<Column>) -> Vec<Column> {
    let mut kept: Vec<Column> = Vec::new();
    for group in columns.chunk_by(|a, b| a.parts > 1 && a.cells == b.cells) {
        let Some(right) = group.last().map(|c| c.x1) else {
            continue;
        };
        let filled = || group.iter().filter(|c| c.look.filled > 0);
        let parts = filled().count();
        if parts == 0 || parts == group.len() {
            kept.extend(group.iter().cloned());
            continue;
        }
        let first = kept.len();
        for (part, column) in (0..).zip(filled()) {
            kept.push(Column {
                parts: index(parts),
                part,
                ..column.clone()
            });
        }
        // What stands beside a value belongs to it.
        let mut left = group.first().map_or(0, |c| c.x0);
        let mut own = kept.iter_mut().skip(first).peekable();
        while let Some(column) = own.next() {
            column.x0 = left;
            column.x1 = own.peek().map_or(right, |next| next.x0.saturating_sub(1));
            left = column.x1 + 1;
        }
    }
    kept
}

/// The columns of printed lines: the cells of the fullest heading row, with what stands over and
/// under each.
fn of_print(grid: &Grid, first: usize, last: usize) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let mut rows: Vec<usize> = (first..=last).collect();
    rows.sort_by_key(|r| std::cmp::Reverse(grid.row_cells(*r).len()));
    for row in rows {
        for cell in grid.row_cells(row) {
            if grid.cell_text(cell).trim().is_empty() {
                continue;
            }
            let (x0, x1) = extent(grid, cell);
            let under: Vec<usize> = (0..columns.len())
                .filter(|n| columns.get(*n).is_some_and(|c| c.x0 <= x1 && x0 <= c.x1))
                .collect();
            if under.is_empty() {
                columns.push(Column {
                    cells: vec![cell],
                    x0,
                    x1,
                    parts: 1,
                    ..Column::default()
                });
            }
            for n in under {
                if let Some(column) = columns.get_mut(n) {
                    column.cells.push(cell);
                    column.cells.sort_unstable();
                }
            }
        }
    }
    columns.sort_by_key(|c| c.x0);
    for column in &mut columns {
        column.text = joined(grid, &column.cells);
    }
    columns
}

fn joined(grid: &Grid, cells: &[usize]) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for cell in cells {
        let text = grid.cell_text(*cell).trim();
        if !lines.contains(&text) {
            lines.push(text);
        }
    }
    lines.join("\n")
}

/// Looks at the rows under a heading.
fn sample(view: &View<'_>, last: usize, columns: &mut [Column]) {
    let grid = view.grid;
    let mut texts: Vec<HashMap<String, u32>> = vec![HashMap::new(); columns.len()];
    let mut ranges: Vec<Vec<Cartons>> = vec![Vec::new(); columns.len()];
    let mut looked = 0;
    for row in last + 1..grid.rows.len() {
        if looked >= SAMPLE {
            break;
        }
        if grid.table_of(row) != grid.table_of(last) {
            continue;
        }
        let cells = filled(view, row);
        let placed: Vec<(usize, usize)> = cells
            .iter()
            .filter_map(|c| {
                let cell = grid.cells.get(*c)?;
                Some((column_at(columns, cell.x0, cell.x1)?, *c))
            })
            .collect();
        // A line of one cell is a remark, one of a label and its value the head of the next page; what
        // names another heading ends the table.
        if placed.len() < 2.min(columns.len()) || is_of_head(grid, &cells) {
            continue;
        }
        if looked > 0 && structure_again(view, &cells) {
            break;
        }
        looked += 1;
        let slot = looked - 1;
        for (n, cell) in placed {
            let (Some(column), Some(shape)) = (columns.get_mut(n), view.shape(cell)) else {
                continue;
            };
            column.look.add(shape);
            column.numbers.resize(slot, None);
            column
                .numbers
                .push(quantity::parse_in(grid, grid.cell_text(cell)).map(|q| q.value));
            if let Some(ranges) = ranges.get_mut(n) {
                ranges.extend(range(grid.cell_text(cell)));
            }
            if let Some(known) = texts.get_mut(n) {
                *known.entry(squeeze(grid.cell_text(cell))).or_default() += 1;
            }
        }
    }
    for ((column, known), ranges) in columns.iter_mut().zip(texts).zip(ranges) {
        column.numbers.resize(looked, None);
        column.look.follows = follow(&ranges);
        column.keys = known.keys().cloned().collect();
        column.keys.sort_unstable();
        column.look.constant = column.look.filled > 2 && known.len() == 1;
        let whole: Vec<f64> = column.numbers.iter().copied().flatten().collect();
        column.look.rising = whole.len() > 1
            && whole.first() == Some(&1.0)
            && whole.len() == column.look.filled as usize
            && whole
                .windows(2)
                .all(|w| matches!(w, [a, b] if b - a == 1.0));
    }
}

/// Most of a row's cells are listed labels: another heading.
/// A range of numbers.
fn range(text: &str) -> Option<Cartons> {
    let dashed = text.contains(['-', '~', '～', '—', '–', '至']) || text.contains(" to ");
    let parsed = Some(text).filter(|_| dashed && text.len() < 40);
    match parsed.and_then(carton::cartons)?.as_slice() {
        [one] if one.first < one.last => Some(one.clone()),
        _ => None,
    }
}

/// Whether most ranges begin right behind the one above.
fn follow(ranges: &[Cartons]) -> bool {
    let next = |w: &&[Cartons]| matches!(w, [a, b] if a.prefix == b.prefix && b.first.checked_sub(a.last) == Some(1));
    let going_on = ranges.windows(2).filter(next).count();
    going_on > 0 && going_on * 3 >= (ranges.len() - 1) * 2
}

/// Printed labels with their values, or a page mark.
fn is_of_head(grid: &Grid, cells: &[usize]) -> bool {
    let of_head = |cell: &usize| {
        let text = grid.cell_text(*cell).trim();
        text.ends_with([':', '：']) || text.len() < 60 && pages::mark(text).is_some()
    };
    grid.is_prose() && cells.iter().any(of_head)
}

fn structure_again(view: &View<'_>, cells: &[usize]) -> bool {
    let known = cells.iter().filter(|c| view.is_line_label(**c)).count();
    known >= 3 && known * 2 > cells.len()
}
