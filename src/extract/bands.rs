//! Bands of labels with their values under them, as printed forms have them: where the values of a
//! paper's labels stand, told by one vote over all of them, and whose a value is.

use super::columns::extent;
use super::labels::{has_label_look, numbering, value_below};
use super::recognise::View;
use crate::model::{Grid, Layout};

/// Where the values of a paper's labels stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    Beside,
    Below,
    /// The labels do not agree, or there are too few.
    Either,
}

/// So many labels must agree, and so many times more than speak otherwise.
const AGREE: usize = 3;
const TIMES: usize = 2;

/// One vote over all listed labels that have a value on one side only.
pub fn vote(view: &View<'_>) -> Stand {
    let grid = view.grid;
    let (mut beside, mut below) = (0, 0);
    for cell in view.listed_cells() {
        let row = grid.row_of(cell);
        if !grid.has_columns(row)
            || grid.layout == Layout::Tree
            || view.likely.first() == Some(&row)
        {
            continue;
        }
        let next = (cell + 1..grid.row_cells(row).end)
            .find(|c| !grid.cell_text(*c).trim().is_empty())
            .filter(|c| view.hits(*c).is_none() && !has_label_look(view, *c));
        let under = value_below(view, row, cell);
        beside += usize::from(next.is_some() && under.is_none());
        below += usize::from(next.is_none() && under.is_some());
    }
    if below >= AGREE && below > beside * TIMES {
        Stand::Below
    } else if beside >= AGREE && beside > below * TIMES {
        Stand::Beside
    } else {
        Stand::Either
    }
}

/// How the values of a printed form stand under their labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// Each begins at the left edge of its label's box.
    Left,
    /// Each stands in the middle of its label's box.
    Centred,
}

/// One vote over the bands of a paper: whether values begin where labels begin, or have one middle.
pub fn set(view: &View<'_>) -> Set {
    let grid = view.grid;
    let (mut left, mut centred) = (0, 0);
    for row in 0..view.looked {
        let Some((labels, values)) = band(view, row) else {
            continue;
        };
        for value in values {
            let nearest = |of: &dyn Fn(usize) -> u32| {
                let far = labels.iter().map(|l| of(*l).abs_diff(of(value)));
                far.min().unwrap_or(u32::MAX)
            };
            let (edge, middle) = (
                nearest(&|c| extent(grid, c).0),
                nearest(&|c| centre(grid, c)),
            );
            left += usize::from(edge < middle);
            centred += usize::from(middle < edge);
        }
    }
    if centred > left {
        Set::Centred
    } else {
        Set::Left
    }
}

/// Where a printed row is a band of labels, the value of one of them: what stands in the next row
/// in the label's box. `None` where the row is no band.
pub fn value_of(view: &View<'_>, row: usize, cell: usize) -> Option<Option<(usize, usize)>> {
    let (labels, values) = band(view, row)?;
    let grid = view.grid;
    let owner = |value: usize| {
        let (from, to) = extent(grid, value);
        let begins = |l: usize| extent(grid, l).0;
        let near = |l: &usize| match view.values_set() {
            Set::Left => begins(*l).abs_diff(from),
            Set::Centred => centre(grid, *l).abs_diff(u32::midpoint(from, to)),
        };
        let nearest = labels.iter().copied().min_by_key(near);
        // A box goes on to the next label: a code behind a name is in the name's.
        let behind = labels.iter().copied().rev().find(|l| begins(*l) <= from);
        match (view.values_set(), behind) {
            (Set::Left, Some(behind)) if nearest.is_some_and(|n| !touches(grid, n, value)) => {
                Some(behind)
            }
            _ => nearest,
        }
    };
    let value = values.into_iter().find(|v| owner(*v) == Some(cell));
    Some(value.map(|v| (row + 1, v)))
}

/// The value under a label nobody lists that stands in a band: in print in its box, in a sheet
/// where this paper's values stand below.
pub fn under(view: &View<'_>, row: usize, cell: usize) -> Option<(usize, usize)> {
    if !view.grid.has_columns(row) {
        return value_of(view, row, cell).flatten();
    }
    let mut listed = view.grid.row_cells(row).filter(|c| view.hits(*c).is_some());
    let numbered = numbering(view.grid.cell_text(cell).trim()) > 0;
    let among = view.values_stand() == Stand::Below && (numbered || listed.nth(1).is_some());
    let under = || value_below(view, row, cell);
    among.then(under).flatten()
}

/// A band of labels in print and the values in the row under it, none where there are none.
fn band(view: &View<'_>, row: usize) -> Option<(Vec<usize>, Vec<usize>)> {
    let grid = view.grid;
    if grid.has_columns(row) {
        return None;
    }
    let filled = |row: usize| -> Vec<usize> {
        let cells = grid.row_cells(row);
        cells
            .filter(|c| !grid.cell_text(*c).trim().is_empty())
            .collect()
    };
    let known = |cells: &[usize]| cells.iter().filter(|c| view.hits(**c).is_some()).count();
    let labels = filled(row);
    let named = known(&labels);
    if named < 2 || named + usize::from(named > 2) < labels.len() {
        return None;
    }
    let next = row + 1;
    if next >= grid.rows.len() || !grid.together(row, next) {
        return Some((labels, Vec::new()));
    }
    let below = filled(next);
    if below.len() < 2 && labels.len() > 3 && known(&below) > 0 || known(&below) > 1 {
        return Some((labels, Vec::new()));
    }
    let values = below.into_iter().filter(|c| view.hits(*c).is_none());
    Some((labels, values.collect()))
}

fn centre(grid: &Grid, cell: usize) -> u32 {
    let (from, to) = extent(grid, cell);
    u32::midpoint(from, to)
}

/// Whether a value lies under a label, at least in part.
fn touches(grid: &Grid, label: usize, value: usize) -> bool {
    let ((l0, l1), (v0, v1)) = (extent(grid, label), extent(grid, value));
    v0 <= l1 && l0 <= v1
}
