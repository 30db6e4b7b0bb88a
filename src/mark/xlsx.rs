//! A workbook with the wrong cells on a coloured ground and a comment each; formulas, formats,
//! pictures and all other sheets stay as they are.

use super::notes::{self, Note};
use super::package::{Edits, Splices, position, prefix, tag_with};
use super::styles::Styles;
use super::{Mark, Tint};
use crate::model::{Spot, column_letters};
use crate::read::{Limits, attribute, cell_position, sheet_parts};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;
use std::ops::Range;

/// What is said of the cells of a sheet, by row and column; one without a colour is of the sheet.
type Cells = BTreeMap<(u32, u32), (Option<Tint>, Vec<String>)>;

/// The workbook with its cells marked.
///
/// # Errors
/// Its package is not as the format asks.
pub fn mark(bytes: &[u8], marks: &[Mark], limits: &Limits) -> anyhow::Result<Vec<u8>> {
    let mut edits = Edits::open(bytes, limits)?;
    let main = edits.main()?;
    let relations = edits.relations(&main);
    let parts = sheet_parts(&edits.text(&main)?, &relations);
    let styles = relations.iter().find(|r| r.is("styles"));
    let styles = styles.map(|r| r.target.clone());
    let text = styles.as_ref().map(|part| edits.text(part)).transpose()?;
    let mut looks = Styles::of(text.unwrap_or_default());
    for (sheet, cells) in by_sheet(marks) {
        let part = match (sheet, parts.len()) {
            (Some(sheet), _) => parts.get(sheet),
            (None, 1) => parts.values().next(),
            (None, _) => None,
        };
        let Some(part) = part else { continue };
        let mut splices = Splices::default();
        let text = edits.text(part)?;
        colour(&text, &cells, &mut looks, &mut splices);
        let notes = cells.iter().map(|((row, col), (_, said))| Note {
            row: *row,
            col: *col,
            text: said.join("\n\n"),
        });
        notes::add(&mut edits, part, notes.collect(), &text, &mut splices)?;
        if !splices.is_empty() {
            let text = splices.apply(&text)?;
            edits.set(part, text);
        }
    }
    if let (Some(part), Some(text)) = (styles, looks.written()?) {
        edits.set(&part, text);
    }
    edits.finish()
}

fn by_sheet(marks: &[Mark]) -> BTreeMap<Option<&str>, Cells> {
    let mut sheets: BTreeMap<Option<&str>, Cells> = BTreeMap::new();
    for mark in marks {
        let (place, tint) = match mark.spot {
            Spot::Cell { row, col } => ((row, col), Some(mark.tint)),
            // What is said of the sheet as a whole stands at its head.
            _ => ((0, 0), None),
        };
        let cells = sheets.entry(mark.part.as_deref()).or_default();
        let (worst, said) = cells.entry(place).or_default();
        *worst = tint.max(*worst);
        if said.iter().all(|s| *s != mark.text()) {
            said.push(mark.text());
        }
    }
    sheets
}

/// Gives the cells of a sheet the styles of their colours; an empty cell that has no tag gets one.
fn colour(text: &str, cells: &Cells, looks: &mut Styles, splices: &mut Splices) {
    let mut reader = Reader::from_str(text);
    let (mut row, mut next) = (0, 0);
    let mut col = 0;
    // Of the open row the columns that are still to be met, and the prefix of its tags.
    let mut pending: Vec<(u32, Tint)> = Vec::new();
    let mut own = String::new();
    let mut put = |at: usize, row: u32, col: u32, tint: Tint, looks: &mut Styles, p: &str| {
        if let Some(style) = looks.tinted(0, tint) {
            let cell = format!("{}{}", column_letters(col), row + 1);
            splices.insert(at, format!(r#"<{p}c r="{cell}" s="{style}"/>"#));
        }
    };
    let mut found: Vec<(Range<usize>, BytesStart<'static>, bool, Tint)> = Vec::new();
    loop {
        let at = position(&reader);
        let event = reader.read_event();
        let range = at..position(&reader);
        match event {
            Ok(Event::Start(tag)) if tag.local_name().as_ref() == "row" => {
                let number = attribute(&tag, "r").and_then(|r| r.trim().parse::<u32>().ok());
                row = number.map_or(next, |n| n.saturating_sub(1));
                (next, col) = (row + 1, 0);
                own = prefix(tag.name().as_ref()).to_string();
                let of_row = cells.range((row, 0)..=(row, u32::MAX));
                pending = of_row
                    .filter_map(|(p, (t, _))| Some((p.1, (*t)?)))
                    .collect();
                pending.reverse();
            }
            Ok(Event::Empty(tag)) if tag.local_name().as_ref() == "row" => {
                let number = attribute(&tag, "r").and_then(|r| r.trim().parse::<u32>().ok());
                next = number.unwrap_or(next + 1);
            }
            Ok(Event::Start(ref tag) | Event::Empty(ref tag))
                if tag.local_name().as_ref() == "c" =>
            {
                let place = attribute(tag, "r").and_then(|r| cell_position(&r));
                let own_col = place.map_or(col, |(_, c)| c);
                col = own_col + 1;
                while let Some((wanted, tint)) = pending.pop_if(|(c, _)| *c < own_col) {
                    put(at, row, wanted, tint, looks, &own);
                }
                if let Some((_, tint)) = pending.pop_if(|(c, _)| *c == own_col) {
                    let empty = matches!(event, Ok(Event::Empty(_)));
                    found.push((range, tag.clone().into_owned(), empty, tint));
                }
            }
            Ok(Event::End(tag)) if tag.local_name().as_ref() == "row" => {
                while let Some((wanted, tint)) = pending.pop() {
                    put(at, row, wanted, tint, looks, &own);
                }
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    for (range, tag, empty, tint) in found {
        let style = attribute(&tag, "s").and_then(|s| s.trim().parse().ok());
        if let Some(style) = looks.tinted(style.unwrap_or(0), tint) {
            let style = style.to_string();
            splices.replace(range, tag_with(&tag, &[("s", &style)], empty));
        }
    }
}
