//! XLSX and XLSM: cells streamed by calamine, behind the archive guard.

use super::{Limits, document, failed, zip_guard};
use crate::model::{CellKind, Grid, Layout, Merge, Problem, ReadFile, Say, Spot};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use jiff::ToSpan;
use std::fmt::Write;
use std::io::Cursor;

pub fn read(path: &str, bytes: &[u8], limits: &Limits) -> ReadFile {
    let features = match zip_guard::inspect(path, "xlsx", bytes, limits) {
        Ok(features) => features,
        Err(problem) => return failed(*problem),
    };
    let mut book: Xlsx<_> = match Xlsx::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(XlsxError::Password) => return failed(Problem::encrypted(path)),
        Err(e) => return failed(Problem::damaged(path, "xlsx", &e.to_string())),
    };
    let mut file = ReadFile::default();
    let sheets: Vec<_> = book
        .sheets_metadata()
        .iter()
        .filter(|s| s.typ == SheetType::WorkSheet)
        .cloned()
        .collect();
    if sheets.len() > limits.sheets {
        let limit = format!("{} sheets", limits.sheets);
        file.problems
            .push(Problem::too_large(path, "the workbook", &limit));
    }
    for sheet in sheets.iter().take(limits.sheets) {
        let part = Some(sheet.name.as_str());
        let mut grid = Grid::new(Layout::Sheet);
        let whole = match stream(&mut book, &sheet.name, features.formulas, &mut grid, limits) {
            Ok(None) => true,
            Ok(Some(limit)) => {
                file.problems
                    .push(Problem::too_large(path, "the sheet", &limit).at(part, Spot::Whole));
                false
            }
            Err(e) => {
                file.problems
                    .push(Problem::damaged(path, "xlsx", &e.to_string()).at(part, Spot::Whole));
                false
            }
        };
        if features.merges
            && let Ok(merges) = book.merge_cells_by_sheet_name(&sheet.name)
        {
            grid.merges = merges
                .iter()
                .map(|d| Merge {
                    top: d.start.0,
                    left: d.start.1,
                    bottom: d.end.0,
                    right: d.end.1,
                })
                .collect();
        }
        if sheet.visible != SheetVisible::Visible {
            let what = Say::new("this sheet is hidden", "该工作表被隐藏");
            file.problems.push(Problem::hidden(path, part, &what));
        }
        if grid.cells.is_empty() && whole {
            continue;
        }
        let mut made = document(path, part, "xlsx", grid);
        made.whole = whole;
        file.documents.push(made);
    }
    if features.hidden {
        let what = Say::new(
            "the workbook has hidden rows or columns",
            "工作簿里有隐藏的行或列",
        );
        file.problems.push(Problem::hidden(path, None, &what));
    }
    if file.documents.is_empty() && file.problems.is_empty() {
        return failed(Problem::empty(path));
    }
    file
}

/// Fills the grid; `Ok(Some(limit))` when a limit ended the sheet early.
fn stream(
    book: &mut Xlsx<Cursor<&[u8]>>,
    sheet: &str,
    formulas: bool,
    grid: &mut Grid,
    limits: &Limits,
) -> Result<Option<String>, XlsxError> {
    let mut cells = book.worksheet_cells_reader(sheet)?;
    let mut text = String::new();
    let mut current = None;
    loop {
        let (position, value, formula) = if formulas {
            match cells.next_cell_with_formula()? {
                Some(cell) => (cell.pos, cell.value, cell.formula.is_some()),
                None => return Ok(None),
            }
        } else {
            match cells.next_cell()? {
                Some(cell) => (cell.get_position(), cell.get_value().clone(), false),
                None => return Ok(None),
            }
        };
        let (row, col) = position;
        text.clear();
        let kind = match &value {
            DataRef::Empty if formula => CellKind::NoValue,
            DataRef::Empty => continue,
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
                write_number(&mut text, *n);
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
                write_date(&mut text, date.as_f64(), date.is_duration());
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
        if kind == CellKind::Text && text.is_empty() {
            if !formula {
                continue;
            }
            // A formula that gives an empty text: stored, and empty.
            continue;
        }
        if current != Some(row) {
            if current.is_some_and(|last| last > row) {
                return Err(XlsxError::Unexpected("rows out of order"));
            }
            grid.push_row(row, 0);
            current = Some(row);
        }
        if text.len() > limits.cell_bytes
            || col >= limits.columns
            || grid.cells.len() >= limits.cells
        {
            return Ok(Some(format!(
                "{} bytes a cell, {} columns or {} cells",
                limits.cell_bytes, limits.columns, limits.cells
            )));
        }
        grid.push_cell(&text, col, col, kind);
    }
}

/// A number as a person would type it: no exponent, no trailing `.0`.
fn write_number(text: &mut String, n: f64) {
    let _ = write!(text, "{n}");
}

/// A date serial (1900 or 1904 base already taken into account by the caller's library) in ISO form.
fn write_date(text: &mut String, serial: f64, duration: bool) {
    let days = serial.floor();
    let date = jiff::civil::date(1899, 12, 30);
    let whole = (days.abs() < 3_000_000.0).then_some(days);
    #[expect(clippy::cast_possible_truncation)]
    let moved = whole.and_then(|days| date.checked_add((days as i64).days()).ok());
    match moved {
        Some(date) if !duration && serial >= 1.0 => {
            let _ = write!(text, "{date}");
        }
        _ => write_number(text, serial),
    }
}
