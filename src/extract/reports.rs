//! Several papers in one file, two laboratories' reports, a report with its addendum, lists one
//! after the other: each becomes a document.

use super::recognise::{SURE_TITLE, label_text};
use super::vocabulary::Vocabulary;
use crate::model::{Document, FieldId, Layout};
use crate::normalize::text::squeeze;
use crate::normalize::{model, pages};

/// How far down a page its own report number may stand.
const HEAD: u32 = 14;

/// A page mark stands in a short line.
const MARK: usize = 120;

/// A paper of its own has more rows than this.
const ROWS: usize = 4;

/// The papers of a grid that holds titles of different kinds one below the other, each with its
/// rows; empty when it does not.
pub fn titled(document: &Document, vocabulary: &Vocabulary) -> Vec<Document> {
    let grid = &document.grid;
    if grid.layout == Layout::Tree || document.understood.title.is_none() {
        return Vec::new();
    }
    let mut starts: Vec<(usize, u16)> = Vec::new();
    for row in 0..grid.rows.len() {
        let filled = grid
            .row_cells(row)
            .filter(|c| !grid.cell_text(*c).trim().is_empty());
        let cells: Vec<usize> = filled.take(3).collect();
        if cells.len() > 2 {
            continue;
        }
        let is_label = |cell: usize| {
            let text = label_text(grid.cell_text(cell));
            !vocabulary.look_up(text).is_empty()
        };
        // A label that names a paper is no title (`合同协议号`), nor what stands beside one.
        for cell in cells.into_iter().take_while(|cell| !is_label(*cell)) {
            let text = grid.cell_text(cell);
            let squeezed = squeeze(&vocabulary.simplified(text));
            let found = vocabulary.titles().find(&squeezed, text).into_iter();
            let sure = found.filter(|t| t.points >= SURE_TITLE);
            let Some(titled) = sure.max_by(|a, b| a.points.total_cmp(&b.points)) else {
                continue;
            };
            let far = |(last, kind): &(usize, u16)| *kind != titled.kind && row > last + ROWS;
            if starts.last().is_none_or(far) {
                starts.push((row, titled.kind));
            }
        }
    }
    starts.dedup_by_key(|(_, kind)| *kind);
    if starts.len() < 2 {
        return Vec::new();
    }
    let ends = starts.iter().skip(1).map(|s| s.0);
    let ends = ends.chain(std::iter::once(grid.rows.len()));
    let part = |(n, ((start, _), end)): (usize, (&(usize, u16), usize))| {
        let from = if n == 0 { 0 } else { *start };
        let mut own = grid.part(from..end);
        if n == 0 {
            own.asides.clone_from(&grid.asides);
        }
        Document {
            grid: own,
            understood: crate::model::Understood::default(),
            ..document.clone()
        }
    };
    starts.iter().zip(ends).enumerate().map(part).collect()
}

/// The papers of a paged document, when its pages carry different report numbers, or are counted
/// from one again; empty when they do not.
pub fn split(document: &Document) -> Vec<Document> {
    if document.grid.layout != Layout::Pages {
        return Vec::new();
    }
    let starts = if document.is("lab-report") {
        numbered(document)
    } else {
        counted(document)
    };
    if starts.len() < 2 {
        return Vec::new();
    }
    let last_page = document.grid.rows.iter().map(|r| r.aux).max().unwrap_or(0);
    let ends = starts.iter().skip(1).copied();
    let ends = ends.chain(std::iter::once(last_page + 1));
    starts
        .iter()
        .zip(ends)
        .enumerate()
        .map(|(n, (page, end))| {
            let from = if n == 0 { 0 } else { *page };
            let part = if end - from == 1 {
                format!("page {end}")
            } else {
                format!("pages {}-{end}", from + 1)
            };
            Document {
                part: Some(part),
                grid: document.grid.pages(from..end),
                understood: crate::model::Understood::default(),
                ..document.clone()
            }
        })
        .collect()
}

/// The pages at which another report number stands in the head for the first time.
fn numbered(document: &Document) -> Vec<u32> {
    // The first number on each page that has one.
    let mut starts: Vec<(u32, String)> = Vec::new();
    for field in document.understood.header.all(FieldId::REPORT_NO) {
        let row = document.grid.row_of(field.cell as usize);
        let Some(row) = document.grid.rows.get(row).filter(|r| r.number < HEAD) else {
            continue;
        };
        let key = model::key(document.raw(field));
        let known = starts.iter().any(|(page, _)| *page == row.aux);
        if !known && !key.is_empty() {
            starts.push((row.aux, key));
        }
    }
    starts.sort_unstable();
    starts.dedup_by(|next, last| next.1 == last.1);
    starts.into_iter().map(|(page, _)| page).collect()
}

/// The pages that say they are the first of a paper.
fn counted(document: &Document) -> Vec<u32> {
    let grid = &document.grid;
    let mut starts: Vec<u32> = Vec::new();
    for (number, row) in grid.rows.iter().enumerate() {
        let text = grid.row_text(number);
        let first = text.len() <= MARK && pages::mark(&text).is_some_and(|m| m.page == 1);
        if first && starts.last() != Some(&row.aux) {
            starts.push(row.aux);
        }
    }
    starts
}
