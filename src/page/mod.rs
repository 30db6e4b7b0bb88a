//! One page: positioned runs of text and ruling lines become lines, cells and rows of a grid.

mod boxes;
mod covered;
mod lines;
mod overprint;
mod rules;

use crate::model::grid::index;
use crate::model::recognised::Recognised;
use crate::model::{Aside, AsideKind, CellKind, Grid, Marks, RowSpan, Spot};
pub use covered::covered;
pub use rules::Rules;

/// A run of text with its box, x to the right and y downwards to its baseline, in points.
#[derive(Clone, Debug)]
pub struct Run {
    pub text: String,
    pub x0: f32,
    pub x1: f32,
    pub y: f32,
    pub size: f32,
    /// A line goes through it.
    pub struck: bool,
    pub marks: Marks,
    /// How it was read from a picture.
    pub read: Option<Box<Recognised>>,
}

/// What stands on a page and in none of its lines.
#[derive(Clone, Debug)]
pub struct Apart {
    pub what: AsideKind,
    pub text: String,
    pub y: f32,
}

/// A page that stands upright.
pub struct Page {
    pub number: u32,
    /// In drawing order.
    pub runs: Vec<Run>,
    pub apart: Vec<Apart>,
    pub rules: Rules,
}

impl Page {
    /// Leaves each text once; the first pair of different texts that cover each other.
    pub fn settle(&mut self) -> Option<(String, String)> {
        self.runs = lines::chain(std::mem::take(&mut self.runs), &self.rules);
        overprint::settle(&mut self.runs)
    }

    /// Writes the rows of the page into a grid: a ruled row of several lines is one row of it.
    /// Says where each cell stands: its left, upper, right and lower edge.
    pub fn lay_out(self, grid: &mut Grid) -> Vec<[f32; 4]> {
        let lines = lines::group(self.runs);
        let heights: Vec<f32> = lines
            .iter()
            .filter_map(|l| l.first())
            .map(|r| r.y)
            .collect();
        let columns = lines::Columns::of(&lines);
        let mut segments: Vec<Vec<Segment>> = Vec::new();
        for (number, line) in lines.into_iter().enumerate() {
            segments.push(lines::join(line, index(number), &self.rules, &columns));
        }
        lines::rule(&mut segments, &self.rules);
        let rows = boxes::rows(segments);
        let laid = push_rows(grid, self.number, rows);
        for apart in self.apart {
            let below = heights.partition_point(|y| *y <= apart.y + 1.0);
            let line = index(below.saturating_sub(1));
            let page = self.number;
            grid.asides.push(Aside {
                what: apart.what,
                spot: Spot::PageLine { page, line },
                text: apart.text,
            });
        }
        laid
    }
}

/// A cell of a line: its text, extent, and the ruled cell it stands in.
#[derive(Debug)]
struct Segment {
    text: String,
    /// The part of it a line goes through.
    struck: String,
    x0: f32,
    x1: f32,
    y: f32,
    /// The height of its last line.
    low: f32,
    size: f32,
    ruled: Option<[f32; 4]>,
    line: u32,
    marks: Marks,
    read: Option<Box<Recognised>>,
}

fn push_rows(grid: &mut Grid, page: u32, rows: Vec<Vec<Segment>>) -> Vec<[f32; 4]> {
    let mut laid = Vec::new();
    let first_row = grid.rows.len();
    let bands: Vec<Option<(f32, f32)>> = rows.iter().map(|row| boxes::band(row)).collect();
    for (number, row) in rows.into_iter().enumerate() {
        let line = row.iter().map(|s| s.line).min().unwrap_or(0);
        grid.push_row(line, page);
        let cells = grid.cells.len();
        for (n, segment) in row.iter().enumerate() {
            if let Some((top, bottom)) = boxes::reach(segment, &bands, number) {
                grid.spans.push(RowSpan {
                    cell: index(cells + n),
                    first: index(first_row + top),
                    last: index(first_row + bottom),
                });
            }
        }
        for segment in row {
            let top = segment.y - 0.85 * segment.size;
            let bottom = segment.low + 0.25 * segment.size;
            laid.push([segment.x0, top, segment.x1, bottom]);
            push_cell(grid, page, segment);
        }
    }
    laid
}

/// What was read from a picture in two places of one cell.
fn joined(into: &mut Option<Box<Recognised>>, next: Option<&Recognised>) {
    match (into, next) {
        (Some(own), Some(next)) => own.join(next),
        (own, Some(next)) => *own = Some(Box::new(next.clone())),
        (_, None) => {}
    }
}

/// A cell all of which is struck keeps its text and says so; of another, what is left counts.
fn push_cell(grid: &mut Grid, page: u32, segment: Segment) {
    // A ruled box says better than the text how wide its column is.
    let (x0, x1) = match segment.ruled {
        Some([_, _, left, right]) => (left + 1.0, right - 1.0),
        None => (segment.x0, segment.x1),
    };
    let (text, struck) = (segment.text.trim(), segment.struck.trim());
    let (shown, mark) = match (text.is_empty(), struck.is_empty()) {
        (_, true) => (text, Marks::NONE),
        (true, false) => (struck, Marks::STRUCK),
        (false, false) => (text, Marks::PARTLY_STRUCK),
    };
    grid.push_cell(shown, tenths(x0), tenths(x1), CellKind::Text);
    grid.mark_last(segment.marks.with(mark));
    if let Some(how) = segment.read {
        grid.recognise_last(*how);
    }
    if !struck.is_empty() {
        let line = segment.line;
        grid.asides.push(Aside {
            what: AsideKind::StruckPart,
            spot: Spot::PageLine { page, line },
            text: struck.to_string(),
        });
    }
}

/// Points to the tenths kept in the grid.
fn tenths(x: f32) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let scaled = ((x + 2000.0) * 10.0).clamp(0.0, 4.0e9) as u32;
    scaled
}
