//! A document drawn as it was read: a table with its letters and numbers, or the lines of a page.

use super::super::escape::line;
use super::say;
use crate::model::{
    Drawn, DrawnCell, DrawnRow, Layout, OutcomeKind, Place, Role, ShipmentReport, Spot,
    column_letters,
};
use maud::{Markup, html};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

/// A tenth of a point is so many of a column of text.
const COLUMN_WIDTH: u32 = 50;
/// Columns of a sheet that are drawn.
const MOST_COLUMNS: u32 = 60;

/// What findings say of the cells of a shipment's documents.
pub struct Marked<'a> {
    shipment: usize,
    /// Document and spot → what findings say of it.
    cells: BTreeMap<(usize, &'a Spot), Vec<Said<'a>>>,
    /// Document and spot → the cells drawn there: their texts and where they stand.
    drawn: BTreeMap<(usize, &'a Spot), Vec<Cell<'a>>>,
}

/// A drawn cell: its text, row and column.
type Cell<'a> = (&'a str, usize, usize);

/// What one finding says of a place.
struct Said<'a> {
    class: &'static str,
    finding: usize,
    raw: &'a str,
}

impl<'a> Marked<'a> {
    pub fn of(number: usize, shipment: &'a ShipmentReport) -> Marked<'a> {
        let mut cells: BTreeMap<(usize, &Spot), Vec<Said<'_>>> = BTreeMap::new();
        for (finding, of) in shipment.findings.iter().enumerate() {
            for place in &of.places {
                let class = match of.outcome {
                    _ if place.role == Role::Related || !of.weighs() => "end",
                    OutcomeKind::Fail => "bad",
                    OutcomeKind::Unknown => "open",
                    _ => "end",
                };
                let Some(document) = place.document else {
                    continue;
                };
                let raw = place.raw.trim();
                let said = Said {
                    class,
                    finding,
                    raw,
                };
                cells.entry((document, &place.spot)).or_default().push(said);
            }
        }
        let mut drawn: BTreeMap<(usize, &Spot), Vec<Cell<'_>>> = BTreeMap::new();
        for (document, of) in shipment.drawn.iter().enumerate() {
            for (r, row) in of.rows.iter().enumerate() {
                for (c, cell) in row.cells.iter().enumerate() {
                    let key = (document, &cell.spot);
                    if cells.contains_key(&key) {
                        drawn.entry(key).or_default().push((cell.text.trim(), r, c));
                    }
                }
            }
        }
        Marked {
            shipment: number,
            cells,
            drawn,
        }
    }

    /// Whether findings name cells of a document.
    pub fn names(&self, document: usize) -> bool {
        self.drawn.keys().any(|(d, _)| *d == document)
    }

    fn id(&self, document: usize, row: usize, cell: usize) -> String {
        format!("s{}d{document}r{row}c{cell}", self.shipment)
    }

    /// The cell a place is drawn at: of several on one line that which holds its text.
    pub fn link(&self, place: &Place) -> Option<String> {
        let document = place.document?;
        let drawn = self.drawn.get(&(document, &place.spot))?;
        let meant = drawn
            .iter()
            .find(|(text, ..)| holds(text, place.raw.trim()));
        let (_, row, cell) = meant.or(drawn.first())?;
        Some(self.id(document, *row, *cell))
    }

    /// How a cell is marked, and the findings that mark it.
    fn mark(&self, document: usize, cell: &DrawnCell) -> Option<(&'static str, Vec<usize>)> {
        let said = self.cells.get(&(document, &cell.spot))?;
        let alone = self
            .drawn
            .get(&(document, &cell.spot))
            .is_some_and(|d| d.len() == 1);
        let own = said
            .iter()
            .filter(|s| alone || holds(cell.text.trim(), s.raw));
        let own: Vec<&Said<'_>> = own.collect();
        let class = ["bad", "open", "end"];
        let class = class
            .into_iter()
            .find(|c| own.iter().any(|s| s.class == *c))?;
        let mut findings: Vec<usize> = own.iter().map(|s| s.finding).collect();
        findings.dedup();
        Some((class, findings))
    }
}

/// Whether a drawn text and what a finding quotes are of one another.
fn holds(text: &str, raw: &str) -> bool {
    !text.is_empty() && !raw.is_empty() && (text.contains(raw) || raw.contains(text))
}

/// The document.
pub fn draw(number: usize, drawn: &Drawn, marked: &Marked<'_>) -> Markup {
    let in_columns = |row: &DrawnRow| match drawn.layout {
        Layout::Sheet | Layout::Csv | Layout::Html | Layout::Tree => true,
        Layout::Docx => row.part > 0,
        Layout::Pages | Layout::Lines => false,
    };
    let rows: Vec<(usize, &DrawnRow)> = drawn.rows.iter().enumerate().collect();
    let tables = rows.chunk_by(|(_, a), (_, b)| in_columns(a) == in_columns(b) && a.part == b.part);
    html! { div.drawn tabindex="0" {
        @for rows in tables {
            @if rows.first().is_some_and(|(_, row)| in_columns(row)) {
                (table(number, rows, drawn.layout, marked))
            } @else { (lines(number, rows, drawn.layout, marked)) }
        }
    } }
}

fn class(cell: &DrawnCell, mark: Option<&(&'static str, Vec<usize>)>) -> String {
    let mark = mark.map_or("", |(class, _)| class);
    match cell.taken_back {
        true => format!("{mark} taken"),
        false => mark.to_string(),
    }
}

/// The text of a cell, with links to the findings that name it.
fn text(
    cell: &DrawnCell,
    mark: Option<&(&'static str, Vec<usize>)>,
    marked: &Marked<'_>,
) -> Markup {
    html! {
        (line(&cell.text))
        @if let Some((_, findings)) = mark {
            sup { @for n in findings { " " a href={"#s" (marked.shipment) "f" (n)} { "✗" (n + 1) } } }
        }
    }
}

fn table(
    number: usize,
    rows: &[(usize, &DrawnRow)],
    layout: Layout,
    marked: &Marked<'_>,
) -> Markup {
    let wide = if layout == Layout::Docx {
        crate::model::grid::COLUMN
    } else {
        1
    };
    let columns = rows
        .iter()
        .flat_map(|(_, r)| r.cells.iter().map(|c| c.x0 / wide + 1))
        .max();
    let columns = columns.unwrap_or(0).min(MOST_COLUMNS);
    let cut = rows
        .iter()
        .any(|(_, r)| r.cells.iter().any(|c| c.x0 / wide >= MOST_COLUMNS));
    html! {
        table {
            tr { th {} @for c in 0..columns { th scope="col" { (column_letters(c)) } } }
            @for (r, row) in rows {
                @if row.gap { tr { td.gap colspan=(columns + 1) { "⋮" } } }
                tr {
                    th scope="row" { (row.number) }
                    (cells(number, *r, row, (columns, wide), marked))
                }
            }
        }
        @if cut { p.meta { (say("Further columns are not drawn.", "其余列未显示。")) } }
    }
}

fn cells(
    number: usize,
    r: usize,
    row: &DrawnRow,
    (columns, wide): (u32, u32),
    marked: &Marked<'_>,
) -> Markup {
    let mut next = 0;
    let mut out: Vec<Markup> = Vec::new();
    for (c, cell) in row.cells.iter().enumerate() {
        let (from, to) = (cell.x0 / wide, cell.x1.div_ceil(wide));
        if from < next || from >= columns {
            continue;
        }
        for _ in next..from {
            out.push(html! { td {} });
        }
        let to = to.clamp(from + 1, columns);
        let mark = marked.mark(number, cell);
        let id = mark.as_ref().map(|_| marked.id(number, r, c));
        out.push(html! {
            td id=[id] class=(class(cell, mark.as_ref())) colspan=[(to > from + 1).then_some(to - from)] {
                (text(cell, mark.as_ref(), marked))
            }
        });
        next = to;
    }
    html! { @for cell in out { (cell) } }
}

fn lines(
    number: usize,
    rows: &[(usize, &DrawnRow)],
    layout: Layout,
    marked: &Marked<'_>,
) -> Markup {
    let wide = if layout == Layout::Pages {
        COLUMN_WIDTH
    } else {
        1
    };
    // The left edge of what is printed, not of the sheet.
    let cells = rows.iter().flat_map(|(_, row)| &row.cells);
    let left = cells.map(|c| c.x0).min().unwrap_or(0);
    let pages = rows.first().filter(|_| layout == Layout::Pages);
    html! {
        @if let Some((_, row)) = pages { p.meta { (say("page", "第")) " " (row.part + 1) " " span.zh lang="zh-CN" { "页" } } }
        div.text { @for (r, row) in rows {
            @if row.gap { div.gap { "⋮" } }
            div data-n=(row.number) { (spans(number, *r, row, (left, wide), marked)) }
        } }
    }
}

fn spans(
    number: usize,
    r: usize,
    row: &DrawnRow,
    (left, wide): (u32, u32),
    marked: &Marked<'_>,
) -> Markup {
    let mut used = 0;
    let mut out: Vec<Markup> = Vec::new();
    for (c, cell) in row.cells.iter().enumerate() {
        let start = (cell.x0.saturating_sub(left) / wide) as usize;
        // At least one space parts what the paper parts.
        let pad = start.saturating_sub(used).max(usize::from(c > 0)).min(120);
        let mark = marked.mark(number, cell);
        let id = mark.as_ref().map(|_| marked.id(number, r, c));
        used += pad + cell.text.width();
        out.push(html! {
            (" ".repeat(pad))
            span id=[id] class=(class(cell, mark.as_ref())) { (text(cell, mark.as_ref(), marked)) }
        });
    }
    html! { @for span in out { (span) } }
}
