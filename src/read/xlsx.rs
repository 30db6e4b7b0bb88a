//! XLSX and XLSM: cells streamed by calamine, behind the archive guard; what stands beside them is
//! read only where the guard saw it.

mod ooxml;

pub use ooxml::{Beside, position as cell_position, sheet_parts};

use super::look::Look;
use super::sheet::{Book, Over, Sheet};
use super::{Limits, failed, zip_guard};
use crate::model::{Marks, Merge, Problem, ReadFile, Spot};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Style, Xlsx, XlsxError};
use ooxml::{Places, Runs};
use std::collections::{BTreeSet, HashMap};
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
    let asks = features.struck || features.related || features.pages;
    let mut beside = if asks {
        Beside::open(bytes, limits, features.struck)
    } else {
        None
    };
    let mut looks = Vec::new();
    let mut names = BTreeSet::new();
    for sheet in listed.iter().take(limits.sheets) {
        if !names.insert(sheet.name.as_str()) {
            // The library finds sheets by name: the second would be the first again.
            book.lost(&sheet.name, "two of its sheets have the same name");
            continue;
        }
        let mut cells = book.sheet();
        let mut broken = Vec::new();
        let struck = match &mut beside {
            Some(beside) if features.struck => beside.struck(&sheet.name),
            _ => Places::new(),
        };
        let mut filled = Filled {
            sheet: &mut cells,
            looks: &mut looks,
            struck,
        };
        match book.step(|| filled.stream(&mut source, &sheet.name, features.formulas)) {
            Ok(None) => {}
            Ok(Some(limit)) => broken.push(Problem::too_large(path, &limit)),
            Err(problem) => broken.push(*problem),
        }
        if features.merges {
            match book.step(|| source.merge_cells_by_sheet_name(&sheet.name)) {
                Ok(merges) => merges.iter().for_each(|d| {
                    cells.merge(Merge {
                        top: d.start.0,
                        left: d.start.1,
                        bottom: d.end.0,
                        right: d.end.1,
                    });
                }),
                Err(problem) => {
                    let why = &problem.message;
                    broken.push(Problem::sheet_incomplete(path, None, Spot::Whole, why));
                }
            }
        }
        if let Some(beside) = &mut beside {
            beside.fill(&sheet.name, &mut cells, features.pages);
        }
        let hidden = sheet.visible != SheetVisible::Visible;
        book.add(&sheet.name, hidden, cells, broken);
    }
    if features.hidden {
        book.hidden_cells();
    }
    book.finish()
}

/// A sheet being filled: how the workbook's styles look, and which of its texts are struck in part.
struct Filled<'a> {
    sheet: &'a mut Sheet,
    looks: &'a mut Vec<Look>,
    struck: Places<Runs>,
}

type Source<'a> = Xlsx<Cursor<&'a [u8]>>;

impl Filled<'_> {
    /// Reads the cells; `Ok(Some(limit))` when a limit ended it early.
    fn stream(
        &mut self,
        source: &mut Source<'_>,
        name: &str,
        formulas: bool,
    ) -> Result<Option<Over>, XlsxError> {
        let mut cells = source.worksheet_cells_reader(name)?;
        if self.looks.is_empty() {
            self.looks.extend(cells.styles().iter().map(look));
        }
        if !formulas {
            while let Some((cell, style)) = cells.next_cell_with_style_id()? {
                if let Err(limit) = self.put(cell.get_position(), cell.get_value(), false, style) {
                    return Ok(Some(limit));
                }
            }
            return Ok(None);
        }
        // The library tells of a cell either its style or its formula.
        let mut styles = HashMap::new();
        if self.looks.iter().any(|look| !look.is_plain()) {
            while let Some((row, col, style)) = cells.next_style_id()? {
                if self.looks.get(style).is_some_and(|look| !look.is_plain()) {
                    styles.insert((row, col), style);
                }
            }
        }
        drop(cells);
        let mut cells = source.worksheet_cells_reader(name)?;
        while let Some(cell) = cells.next_cell_with_formula()? {
            let style = styles.get(&cell.pos).copied().unwrap_or(usize::MAX);
            if let Err(limit) = self.put(cell.pos, &cell.value, cell.formula.is_some(), style) {
                return Ok(Some(limit));
            }
        }
        Ok(None)
    }

    fn put(
        &mut self,
        (row, col): (u32, u32),
        value: &DataRef<'_>,
        formula: bool,
        style: usize,
    ) -> Result<(), Over> {
        let look = self.looks.get(style);
        if !self.struck.is_empty()
            && let Some(runs) = self.struck.remove(&(row, col))
        {
            return self.sheet.runs(row, col, &runs.kept, &runs.struck);
        }
        self.sheet.value(row, col, value, formula, look)
    }
}

/// How the cells of a style look. White on no ground is seen by nobody.
fn look(style: &Style) -> Look {
    let mut marks = Marks::NONE;
    if let Some(font) = &style.font {
        if font.strikethrough {
            marks = marks.with(Marks::STRUCK);
        }
        let ground = style.fill.as_ref().filter(|fill| fill.is_visible());
        let white_ground = ground.is_none_or(|f| f.get_color().is_some_and(|c| c.is_white()));
        if white_ground && font.color.is_some_and(|c| c.is_white()) {
            marks = marks.with(Marks::UNSEEN);
        }
    }
    let code = style.number_format.as_ref();
    Look::new(code.map_or("", |format| &format.format_code), marks)
}
