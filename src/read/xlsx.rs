//! XLSX and XLSM: cells streamed by calamine, behind the archive guard.

use super::sheet::{Book, Sheet};
use super::{Limits, failed, zip_guard};
use crate::model::{Merge, Problem, ReadFile, Say, Spot};
use calamine::{Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use std::collections::BTreeSet;
use std::io::Cursor;

pub fn read(path: &str, bytes: &[u8], limits: &Limits) -> ReadFile {
    let features = match zip_guard::inspect(path, "xlsx", bytes, limits) {
        Ok(features) => features,
        Err(problem) => return failed(*problem),
    };
    let mut source: Xlsx<_> = match Xlsx::new(Cursor::new(bytes)) {
        Ok(source) => source,
        Err(XlsxError::Password) => return failed(Problem::encrypted(path)),
        Err(e) => return failed(Problem::damaged(path, "xlsx", &e.to_string())),
    };
    let mut book = Book::new(path, "xlsx", limits);
    let listed: Vec<_> = source
        .sheets_metadata()
        .iter()
        .filter(|s| s.typ == SheetType::WorkSheet)
        .cloned()
        .collect();
    book.too_many(listed.len());
    let mut names = BTreeSet::new();
    for sheet in listed.iter().take(limits.sheets) {
        if !names.insert(sheet.name.as_str()) {
            // The library finds sheets by name: the second would be the first again.
            book.lost(&sheet.name, "two of its sheets have the same name");
            continue;
        }
        let mut cells = book.sheet();
        let mut broken = Vec::new();
        match stream(&mut source, &sheet.name, features.formulas, &mut cells) {
            Ok(None) => {}
            Ok(Some(limit)) => broken.push(Problem::too_large(path, &limit)),
            Err(e) => broken.push(Problem::damaged(path, "xlsx", &e.to_string())),
        }
        if features.merges {
            match source.merge_cells_by_sheet_name(&sheet.name) {
                Ok(merges) => merges.iter().for_each(|d| {
                    cells.merge(Merge {
                        top: d.start.0,
                        left: d.start.1,
                        bottom: d.end.0,
                        right: d.end.1,
                    });
                }),
                Err(e) => {
                    let why = Say::same(e.to_string());
                    broken.push(Problem::sheet_incomplete(path, None, Spot::Whole, &why));
                }
            }
        }
        let hidden = sheet.visible != SheetVisible::Visible;
        book.add(&sheet.name, hidden, cells, broken);
    }
    if features.hidden {
        book.hidden_cells();
    }
    book.finish()
}

/// Fills the sheet; `Ok(Some(limit))` when a limit ended it early.
fn stream(
    source: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    formulas: bool,
    sheet: &mut Sheet,
) -> Result<Option<String>, XlsxError> {
    let mut cells = source.worksheet_cells_reader(name)?;
    loop {
        let put = if formulas {
            match cells.next_cell_with_formula()? {
                Some(cell) => {
                    let (row, col) = cell.pos;
                    sheet.value(row, col, &cell.value, cell.formula.is_some())
                }
                None => return Ok(None),
            }
        } else {
            match cells.next_cell()? {
                Some(cell) => {
                    let (row, col) = cell.get_position();
                    sheet.value(row, col, cell.get_value(), false)
                }
                None => return Ok(None),
            }
        };
        if let Err(limit) = put {
            return Ok(Some(limit));
        }
    }
}
