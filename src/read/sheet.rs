//! Sheets on their way into documents: the one place where a stored value becomes text, where rows
//! are put in order and where the limits of a workbook are kept. XLSX, XLSB, XLS and ODS deliver here.

use super::{Limits, document, failed, stated};
use crate::model::{CellKind, Grid, Layout, Merge, Problem, ReadFile, Say, Spot};
use calamine::DataRef;
use std::fmt::Write;

/// A workbook being read: what was made of it and how much it may still take.
pub struct Book<'a> {
    pub path: &'a str,
    pub limits: &'a Limits,
    format: &'static str,
    file: ReadFile,
    cells: usize,
    text: usize,
}

/// Why a sheet ends early: the limit it went over.
pub type Over = String;

impl<'a> Book<'a> {
    pub fn new(path: &'a str, format: &'static str, limits: &'a Limits) -> Book<'a> {
        Book {
            path,
            limits,
            format,
            file: ReadFile::default(),
            cells: limits.cells,
            text: limits.text_bytes,
        }
    }

    pub fn problem(&mut self, problem: Problem) {
        self.file.problems.push(problem);
    }

    /// An empty sheet with the room this workbook still has.
    pub fn sheet(&self) -> Sheet {
        Sheet {
            grid: Grid::new(Layout::Sheet),
            text: String::new(),
            row: None,
            last: (0, 0),
            in_order: true,
            limits: self.limits.clone(),
            cells: self.cells,
            bytes: self.text,
        }
    }

    /// Takes a sheet in. `broken` says why it was not read whole.
    pub fn add(&mut self, name: &str, hidden: bool, mut sheet: Sheet, broken: Vec<Problem>) {
        let mut whole = broken.is_empty();
        let part = Some(name);
        for problem in broken {
            let spot = problem.spot.clone();
            self.problem(problem.at(part, spot));
        }
        if let Some((row, col)) = sheet.order() {
            whole = false;
            let why = Say::new(
                "this cell is stored more than once",
                "该单元格被存了不止一次",
            );
            let spot = Spot::Cell { row, col };
            self.problem(Problem::sheet_incomplete(self.path, part, spot, &why));
        }
        if hidden {
            let what = Say::new("this sheet is hidden", "该工作表被隐藏");
            self.problem(Problem::hidden(self.path, part, &what));
        }
        self.cells = self.cells.saturating_sub(sheet.grid.cells.len());
        self.text = self.text.saturating_sub(sheet.grid.text.len());
        if sheet.grid.cells.is_empty() && whole {
            return;
        }
        let mut made = document(self.path, part, self.format, sheet.grid);
        made.whole = whole;
        self.file.documents.push(made);
    }

    /// A sheet of which nothing could be read.
    pub fn lost(&mut self, name: &str, why: &str) {
        let problem = Problem::damaged(self.path, self.format, why);
        self.problem(problem.at(Some(name), Spot::Whole));
    }

    /// Takes note that rows or columns are hidden.
    pub fn hidden_cells(&mut self) {
        let what = Say::new(
            "the workbook has hidden rows or columns",
            "工作簿里有隐藏的行或列",
        );
        self.problem(Problem::hidden(self.path, None, &what));
    }

    /// True when this many sheets are too many; says so once.
    pub fn too_many(&mut self, sheets: usize) -> bool {
        let over = sheets > self.limits.sheets;
        if over {
            let limit = stated("sheets", self.limits.sheets);
            self.problem(Problem::too_large(self.path, &limit));
        }
        over
    }

    pub fn finish(mut self) -> ReadFile {
        if self.file.documents.is_empty() && !self.file.problems.iter().any(|p| p.blocks) {
            let mut empty = failed(Problem::empty(self.path));
            empty.problems.append(&mut self.file.problems);
            return empty;
        }
        self.file
    }
}

/// The cells of one sheet, in any order, within the limits.
pub struct Sheet {
    grid: Grid,
    text: String,
    row: Option<u32>,
    last: (u32, u32),
    in_order: bool,
    limits: Limits,
    cells: usize,
    bytes: usize,
}

impl Sheet {
    pub fn merge(&mut self, merge: Merge) {
        if merge.top <= merge.bottom && merge.left <= merge.right {
            self.grid.merges.push(merge);
        }
    }

    /// Puts a stored value; `formula` says that one stands behind it.
    pub fn value(
        &mut self,
        row: u32,
        col: u32,
        value: &DataRef<'_>,
        formula: bool,
    ) -> Result<(), Over> {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        let result = match kind_and_text(value, formula, &mut text) {
            Some(kind) => self.put(row, col, &text, kind),
            None => Ok(()),
        };
        self.text = text;
        result
    }

    /// Puts a cell as text and kind. An empty text is no cell, unless a value is missing.
    pub fn put(&mut self, row: u32, col: u32, text: &str, kind: CellKind) -> Result<(), Over> {
        if text.is_empty() && kind != CellKind::NoValue {
            return Ok(());
        }
        let left = self.bytes.saturating_sub(self.grid.text.len());
        let limits = &self.limits;
        if text.len() > limits.cell_bytes {
            return Err(stated("cell-bytes", limits.cell_bytes));
        }
        if text.len() > left {
            return Err(stated("text-bytes", limits.text_bytes));
        }
        if col >= limits.columns {
            return Err(stated("columns", limits.columns));
        }
        if self.grid.cells.len() >= self.cells {
            return Err(stated("cells", limits.cells));
        }
        if self.row != Some(row) {
            if self.grid.rows.len() >= limits.rows {
                return Err(stated("rows", limits.rows));
            }
            self.grid.push_row(row, 0);
            self.row = Some(row);
        }
        self.in_order &= self.grid.cells.is_empty() || self.last < (row, col);
        self.last = (row, col);
        if self.grid.push_cell(text, col, col, kind) {
            Ok(())
        } else {
            Err("4 GiB of text".to_string())
        }
    }

    /// Puts rows and cells that came in another order into the sheet's own; of a cell stored twice,
    /// both stay, and its place is returned.
    fn order(&mut self) -> Option<(u32, u32)> {
        if self.in_order {
            return None;
        }
        let mut cells = Vec::with_capacity(self.grid.cells.len());
        for (i, row) in self.grid.rows.iter().enumerate() {
            let range = self.grid.row_cells(i);
            let own = self.grid.cells.get(range).unwrap_or(&[]);
            cells.extend(own.iter().map(|cell| (row.number, *cell)));
        }
        cells.sort_by_key(|(row, cell)| (*row, cell.x0));
        let twice = cells.windows(2).find_map(|pair| match pair {
            [(row, a), (next, b)] if row == next && a.x0 == b.x0 => Some((*row, a.x0)),
            _ => None,
        });
        self.grid.rows.clear();
        self.grid.cells.clear();
        let mut current = None;
        for (row, cell) in cells {
            if current != Some(row) {
                self.grid.push_row(row, 0);
                current = Some(row);
            }
            self.grid.cells.push(cell);
        }
        twice
    }
}

/// What a stored value says and what it is; `None` for no cell at all.
fn kind_and_text(value: &DataRef<'_>, formula: bool, text: &mut String) -> Option<CellKind> {
    let kind = match value {
        DataRef::Empty if formula => CellKind::NoValue,
        DataRef::Empty => return None,
        DataRef::SharedString(s) => {
            text.push_str(s);
            CellKind::Text
        }
        DataRef::String(s) | DataRef::DurationIso(s) => {
            text.push_str(s);
            CellKind::Text
        }
        DataRef::Int(n) => {
            let _ = write!(text, "{n}");
            CellKind::Number
        }
        DataRef::Float(n) => {
            // As a person would type it: no exponent, no trailing `.0`.
            let _ = write!(text, "{n}");
            if n.is_finite() {
                CellKind::Number
            } else {
                CellKind::Error
            }
        }
        DataRef::Bool(b) => {
            text.push_str(if *b { "TRUE" } else { "FALSE" });
            CellKind::Bool
        }
        DataRef::DateTime(date) => {
            let serial = date.as_f64();
            // Below a day it is a time; above the year 9999 no date.
            if !date.is_duration() && (1.0..2_958_466.0).contains(&serial) {
                let (year, month, day, ..) = date.to_ymd_hms_milli();
                let _ = write!(text, "{year:04}-{month:02}-{day:02}");
            } else {
                let _ = write!(text, "{serial}");
            }
            CellKind::Date
        }
        DataRef::DateTimeIso(s) => {
            text.push_str(s.split('T').next().unwrap_or(s));
            CellKind::Date
        }
        DataRef::Error(e) => {
            let _ = write!(text, "{e}");
            CellKind::Error
        }
    };
    Some(kind)
}
