//! Sheets on their way into documents: the one place where a stored value becomes text, where rows
//! are put in order and where the limits of a workbook are kept. XLSX, XLSB, XLS and ODS deliver here.

use super::look::{Look, Shown, calls_a_picture};
use super::{Limits, document, failed, stated};
use crate::model::grid::index;
use crate::model::{
    Aside, AsideKind, CellKind, Grid, Layout, Marks, Merge, Problem, ReadFile, Say, Spot, work,
};
use calamine::DataRef;
use std::collections::BTreeMap;
use std::fmt::{Display, Write};

/// From here on a number has more digits than its cell keeps.
pub const MOST_DIGITS: f64 = 1.0e15;
/// So many of its numbers are told one by one.
const MOST_TOLD: usize = 20;
/// So much is kept beside the cells of one sheet.
const MOST_ASIDES: usize = 20_000;

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
            hidden: None,
            unseen: None,
            long_numbers: Vec::new(),
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
        for problem in sheet.unlike_what_is_seen(self.path, part) {
            self.problem(problem);
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

    /// A step of the library's, which may break: what it has delivered before that is kept.
    pub fn step<T, E: Display>(
        &self,
        step: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, Box<Problem>> {
        let damaged = |why: &str| Box::new(Problem::damaged(self.path, self.format, why));
        match work::guarded(step) {
            Ok(done) => done.map_err(|e| damaged(&e.to_string())),
            Err(_) => Err(damaged("its content broke the reader")),
        }
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
    /// The first cell its number format hides, and the first written in white.
    hidden: Option<Spot>,
    unseen: Option<Spot>,
    /// Numbers of more digits than a cell keeps.
    long_numbers: Vec<(Spot, String)>,
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

    /// Puts a stored value as its style shows it; `formula` says that one stands behind it.
    pub fn value(
        &mut self,
        row: u32,
        col: u32,
        value: &DataRef<'_>,
        formula: bool,
        look: Option<&Look>,
    ) -> Result<(), Over> {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        let result = match kind_and_text(value, formula, &mut text) {
            Some(CellKind::Number) => {
                let n = match value {
                    #[expect(clippy::cast_precision_loss)]
                    DataRef::Int(n) => *n as f64,
                    DataRef::Float(n) => *n,
                    _ => 0.0,
                };
                let shown = look.map_or(Shown::AsStored, |look| look.shown(n, &text));
                self.number(row, col, n, &text, shown)
            }
            Some(kind) => {
                if look.is_some_and(|look| look.hides) && !text.is_empty() {
                    self.hidden.get_or_insert(Spot::Cell { row, col });
                }
                self.put(row, col, &text, kind)
            }
            None => Ok(()),
        };
        if !text.is_empty() && result.is_ok() {
            self.mark(row, col, look.map_or(Marks::NONE, |look| look.marks));
        }
        self.text = text;
        result
    }

    /// Puts a number as it is shown.
    pub fn number(
        &mut self,
        row: u32,
        col: u32,
        n: f64,
        stored: &str,
        shown: Shown,
    ) -> Result<(), Over> {
        match shown {
            Shown::As(shown) => {
                self.put(row, col, &shown, CellKind::Number)?;
                self.grid.store_last(stored);
            }
            Shown::Hidden => {
                self.put(row, col, stored, CellKind::Number)?;
                self.hidden.get_or_insert(Spot::Cell { row, col });
            }
            Shown::AsStored => self.put(row, col, stored, CellKind::Number)?,
        }
        if n.abs() >= MOST_DIGITS {
            self.grid.mark_last(Marks::DIGITS_LOST);
            if self.long_numbers.len() < MOST_TOLD {
                self.long_numbers
                    .push((Spot::Cell { row, col }, stored.to_string()));
            }
        }
        Ok(())
    }

    /// Puts a text of which `struck` is struck out and `kept` is not.
    pub fn runs(&mut self, row: u32, col: u32, kept: &str, struck: &str) -> Result<(), Over> {
        if struck.trim().is_empty() {
            return self.put(row, col, kept, CellKind::Text);
        }
        if kept.trim().is_empty() {
            self.put(row, col, struck, CellKind::Text)?;
            self.mark(row, col, Marks::STRUCK);
            return Ok(());
        }
        self.put(row, col, kept, CellKind::Text)?;
        self.mark(row, col, Marks::PARTLY_STRUCK);
        self.aside(AsideKind::StruckPart, Spot::Cell { row, col }, struck);
        Ok(())
    }

    /// Says what the eye sees of the cell put last.
    pub fn mark(&mut self, row: u32, col: u32, marks: Marks) {
        if marks != Marks::NONE {
            self.grid.mark_last(marks);
        }
        if marks.has(Marks::UNSEEN) {
            self.unseen.get_or_insert(Spot::Cell { row, col });
        }
    }

    /// Keeps what stands beside the cells.
    pub fn aside(&mut self, what: AsideKind, spot: Spot, text: &str) {
        let text = text.trim();
        if text.is_empty() || self.grid.asides.len() >= MOST_ASIDES {
            return;
        }
        let most = self.limits.cell_bytes;
        let end = (0..=most.min(text.len()))
            .rev()
            .find(|at| text.is_char_boundary(*at));
        let text = text.get(..end.unwrap_or(0)).unwrap_or("").to_string();
        self.grid.asides.push(Aside { what, spot, text });
    }

    /// Keeps the texts of a page's head or foot, as its code says.
    pub fn page(&mut self, what: AsideKind, code: &str) {
        for text in super::look::page_texts(code) {
            let again = |a: &Aside| a.what == what && a.text == text;
            if !self.grid.asides.iter().any(again) {
                self.aside(what, Spot::Whole, &text);
            }
        }
    }

    /// What its cells hold that is not what a person sees.
    fn unlike_what_is_seen(&mut self, path: &str, part: Option<&str>) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(spot) = self.hidden.take() {
            let what = Say::new(
                "cells are hidden by their number format",
                "有单元格被数字格式隐藏",
            );
            problems.push(Problem::hidden(path, None, &what).at(part, spot));
        }
        if let Some(spot) = self.unseen.take() {
            let what = Say::new("cells are written in white on white", "有白底白字的单元格");
            problems.push(Problem::unseen(path, &what).at(part, spot));
        }
        for (spot, number) in std::mem::take(&mut self.long_numbers) {
            problems.push(Problem::digits_lost(path, &number).at(part, spot));
        }
        problems
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
        if !self.grid.push_cell(text, col, col, kind) {
            return Err("4 GiB of text".to_string());
        }
        if text.starts_with('=') && calls_a_picture(text) {
            self.grid.mark_last(Marks::PICTURE);
        }
        Ok(())
    }

    /// Puts rows and cells that came in another order into the sheet's own; of a cell stored twice,
    /// both stay, and its place is returned.
    fn order(&mut self) -> Option<(u32, u32)> {
        if self.in_order {
            return None;
        }
        let mut cells = Vec::with_capacity(self.grid.cells.len());
        for (i, row) in self.grid.rows.iter().enumerate() {
            let numbered = self.grid.row_cells(i).map(|n| (n, self.grid.cells.get(n)));
            cells.extend(numbered.filter_map(|(n, cell)| Some((row.number, *cell?, n))));
        }
        cells.sort_by_key(|(row, cell, _)| (*row, cell.x0));
        let twice = cells.windows(2).find_map(|pair| match pair {
            [(row, a, _), (next, b, _)] if row == next && a.x0 == b.x0 => Some((*row, a.x0)),
            _ => None,
        });
        let stored = std::mem::take(&mut self.grid.stored);
        let stored: BTreeMap<u32, Box<str>> = stored.into_iter().collect();
        self.grid.rows.clear();
        self.grid.cells.clear();
        let mut current = None;
        for (row, cell, before) in cells {
            if current != Some(row) {
                self.grid.push_row(row, 0);
                current = Some(row);
            }
            if let Some(text) = stored.get(&index(before)) {
                let now = index(self.grid.cells.len());
                self.grid.stored.push((now, text.clone()));
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
