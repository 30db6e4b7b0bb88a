//! Two laboratories' reports in one file, a report with its addendum: each becomes a document.

use crate::model::{Document, FieldId, Layout};
use crate::normalize::model;

/// How far down a page its own report number may stand.
const HEAD: u32 = 14;

/// The reports of a paged document, when its pages carry different report numbers; empty when
/// they do not.
pub fn split(document: &Document) -> Vec<Document> {
    if document.grid.layout != Layout::Pages || !document.is("lab-report") {
        return Vec::new();
    }
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
    if starts.len() < 2 {
        return Vec::new();
    }
    let last_page = document.grid.rows.iter().map(|r| r.aux).max().unwrap_or(0);
    let ends = starts.iter().skip(1).map(|(page, _)| *page);
    let ends = ends.chain(std::iter::once(last_page + 1));
    starts
        .iter()
        .zip(ends)
        .enumerate()
        .map(|(n, ((page, _), end))| {
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
