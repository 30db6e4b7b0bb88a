//! A workbook of what was read of a file that cannot be edited: its cells where they stand, the wrong
//! ones coloured, with a comment each.

use super::{AUTHOR, Mark, SIGN, Tint};
use crate::model::grid::{COLUMN, Layout};
use crate::model::{Document, Grid, Spot};
use crate::report::xlsx;
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, Note, Workbook};
use std::collections::{BTreeMap, BTreeSet};

/// A sheet holds no more.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;
/// Characters of a cell, and of a sheet's name.
const LONGEST: usize = 32_000;
const NAME: usize = 31;

/// The workbook: a sheet a document.
///
/// # Errors
/// The writer's.
pub fn book(documents: &[Document], marks: &[Mark]) -> anyhow::Result<Vec<u8>> {
    let mut book = Workbook::new();
    // No clock: the same bytes each time.
    let mut properties = DocProperties::new().set_author(AUTHOR);
    if let Ok(day) = ExcelDateTime::parse_from_str("2000-01-01") {
        properties = properties.set_creation_datetime(&day);
    }
    book.set_properties(&properties);
    let mut names = BTreeSet::new();
    for (number, document) in documents.iter().enumerate() {
        let sheet = book.add_worksheet();
        sheet.set_name(name(document, number, &mut names))?;
        let cells = marked(document, marks);
        let grid = &document.grid;
        let mut used = BTreeSet::new();
        for cell in 0..grid.cells.len() {
            let Some((row, col)) = place(grid, cell) else {
                continue;
            };
            let Ok(at) = u16::try_from(col) else { continue };
            if row >= ROWS || col >= COLUMNS {
                continue;
            }
            let text: String = grid.cell_text(cell).chars().take(LONGEST).collect();
            match cells.get(&cell) {
                None => {
                    sheet.write_string(row, at, text)?;
                }
                Some((tint, said)) => {
                    let rgb = u32::from_str_radix(tint.rgb(), 16).unwrap_or(0);
                    let format = Format::new().set_background_color(Color::RGB(rgb));
                    sheet.write_string_with_format(row, at, text, &format)?;
                    if used.insert((row, at)) {
                        let words = note(&said.join("\n\n"));
                        sheet.insert_note(row, at, &words)?;
                    }
                }
            }
        }
        let whole: Vec<String> = marks
            .iter()
            .filter(|m| is_of(m, document) && m.spot == Spot::Whole)
            .map(Mark::text)
            .collect();
        if !whole.is_empty() && used.insert((0, 0)) {
            let words = note(&whole.join("\n\n"));
            sheet.insert_note(0, 0, &words)?;
        }
    }
    signed(xlsx::written(&mut book)?)
}

fn note(text: &str) -> Note {
    let note = Note::new(text).set_author(AUTHOR).add_author_prefix(false);
    note.set_width(320).set_height(160)
}

/// The sign of a copy goes where an archive has its comment: behind its end.
fn signed(mut bytes: Vec<u8>) -> anyhow::Result<Vec<u8>> {
    let length = u16::try_from(SIGN.len())?.to_le_bytes();
    anyhow::ensure!(bytes.ends_with(&[0, 0]), "the workbook has no end");
    bytes.truncate(bytes.len() - length.len());
    bytes.extend_from_slice(&length);
    bytes.extend_from_slice(SIGN.as_bytes());
    Ok(bytes)
}

/// The marks of a document, by cell.
fn marked(document: &Document, marks: &[Mark]) -> BTreeMap<usize, (Tint, Vec<String>)> {
    let grid = &document.grid;
    let mut wanted: BTreeMap<&Spot, Vec<&Mark>> = BTreeMap::new();
    for mark in marks.iter().filter(|m| is_of(m, document)) {
        wanted.entry(&mark.spot).or_default().push(mark);
    }
    let mut cells: BTreeMap<usize, (Tint, Vec<String>)> = BTreeMap::new();
    for cell in 0..grid.cells.len() {
        for mark in wanted.get(&grid.spot(cell)).into_iter().flatten() {
            let text = grid.cell_text(cell).trim();
            let own = text == mark.raw || text.contains(&mark.raw) || mark.raw.contains(text);
            if !own || text.is_empty() {
                continue;
            }
            let (tint, said) = cells.entry(cell).or_insert((mark.tint, Vec::new()));
            *tint = mark.tint.max(*tint);
            if !said.contains(&mark.text()) {
                said.push(mark.text());
            }
        }
    }
    cells
}

fn is_of(mark: &Mark, document: &Document) -> bool {
    mark.part == document.part || document.part.is_none()
}

/// Where a cell is put: where it stands in a table, else line by line.
fn place(grid: &Grid, cell: usize) -> Option<(u32, u32)> {
    let row = grid.row_of(cell);
    let line = u32::try_from(row).ok()?;
    let own = grid.cells.get(cell)?;
    let nth = u32::try_from(cell - grid.row_cells(row).start).ok()?;
    Some(match grid.layout {
        Layout::Sheet | Layout::Csv => (grid.rows.get(row)?.number, own.x0),
        Layout::Tree | Layout::Html => (line, own.x0),
        Layout::Docx if grid.has_columns(row) => (line, own.x0 / COLUMN),
        Layout::Docx | Layout::Pages | Layout::Lines => (line, nth),
    })
}

/// A name a sheet may have: that of the document's part, else of its file.
fn name(document: &Document, number: usize, taken: &mut BTreeSet<String>) -> String {
    let file = document.path.rsplit('/').next().unwrap_or("");
    let name = document.part.as_deref().unwrap_or(file);
    let kept = |c: char| match c {
        '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'' => ' ',
        c if c.is_control() => ' ',
        c => c,
    };
    let name: String = name.chars().map(kept).take(NAME).collect();
    let name = name.trim().to_string();
    if !name.is_empty() && taken.insert(name.to_lowercase()) {
        return name;
    }
    format!("{}", number + 1)
}
