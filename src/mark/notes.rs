//! The comments of a sheet: a part with their words, and a drawing with their boxes.

use super::AUTHOR;
use super::package::{Edits, Splices, escaped, position, prefix};
use crate::model::column_letters;
use crate::read::{attribute, cell_position};
use anyhow::Context;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::{BTreeMap, BTreeSet};

const COMMENTS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
const DRAWING: &str = "application/vnd.openxmlformats-officedocument.vmlDrawing";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// What stands in a sheet behind the reference to the drawing of its comments.
const BEHIND: [&str; 8] = [
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
];
/// The numbers of boxes begin behind this in a drawing of our own.
const FIRST: usize = 1024;

/// A comment on a cell.
pub struct Note {
    pub row: u32,
    pub col: u32,
    pub text: String,
}

impl Note {
    fn cell(&self) -> String {
        format!("{}{}", column_letters(self.col), self.row + 1)
    }
}

type Taken = BTreeMap<(u32, u32), usize>;

/// Adds comments to a sheet. One on a cell that has a comment goes on under its words; one on a cell
/// that has a thread, which no other program may enter, stands on the next free cell and names it.
pub fn add(
    edits: &mut Edits<'_>,
    sheet: &str,
    mut notes: Vec<Note>,
    text: &str,
    splices: &mut Splices,
) -> anyhow::Result<()> {
    let relations = edits.relations(sheet);
    let part = relations.iter().find(|r| r.is("comments"));
    let part = part.map(|r| r.target.clone());
    let mut threads = BTreeSet::new();
    for thread in relations.iter().filter(|r| r.is("threadedComment")) {
        threads.extend(cells_of(&edits.text(&thread.target)?, "threadedComment"));
    }
    let old = part.as_ref().map(|part| edits.text(part)).transpose()?;
    let taken = old.as_deref().map(ends).unwrap_or_default();
    let mut met: BTreeSet<(u32, u32)> = notes.iter().map(|n| (n.row, n.col)).collect();
    for note in notes
        .iter_mut()
        .filter(|n| threads.contains(&(n.row, n.col)))
    {
        let named = format!("{}: {}", note.cell(), note.text);
        let free = |col: &u32| {
            let place = (note.row, *col);
            !met.contains(&place) && !taken.contains_key(&place)
        };
        note.col = (note.col + 1..).find(free).unwrap_or(note.col);
        note.text = named;
        met.insert((note.row, note.col));
    }
    let (under, own): (Vec<Note>, Vec<Note>) = notes
        .into_iter()
        .partition(|n| taken.contains_key(&(n.row, n.col)));
    write(edits, sheet, part.as_deref(), old, (&under, &own, &taken))?;
    draw(edits, sheet, &own, text, splices)
}

/// The cells comments are on.
fn cells_of(text: &str, element: &str) -> Vec<(u32, u32)> {
    let mut reader = Reader::from_str(text);
    let mut cells = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref() == element => {
                cells.extend(attribute(&tag, "ref").and_then(|r| cell_position(&r)));
            }
            Ok(Event::Eof) | Err(_) => return cells,
            Ok(_) => {}
        }
    }
}

/// Where the words of each comment end.
fn ends(text: &str) -> Taken {
    let mut reader = Reader::from_str(text);
    let (mut cell, mut ends) = (None, Taken::new());
    loop {
        let at = position(&reader);
        match reader.read_event() {
            Ok(Event::Start(tag)) if tag.local_name().as_ref() == "comment" => {
                cell = attribute(&tag, "ref").and_then(|r| cell_position(&r));
            }
            Ok(Event::End(tag)) if tag.local_name().as_ref() == "text" => {
                if let Some(cell) = cell {
                    ends.insert(cell, at);
                }
            }
            Ok(Event::Eof) | Err(_) => return ends,
            Ok(_) => {}
        }
    }
}

fn run(text: &str, p: &str) -> String {
    let text = escaped(text);
    format!(r#"<{p}r><{p}t xml:space="preserve">{text}</{p}t></{p}r>"#)
}

/// Writes the words.
fn write(
    edits: &mut Edits<'_>,
    sheet: &str,
    part: Option<&str>,
    old: Option<String>,
    (under, own, taken): (&[Note], &[Note], &Taken),
) -> anyhow::Result<()> {
    let comment = |note: &Note, author: usize, p: &str| {
        let (cell, run) = (note.cell(), run(&note.text, p));
        format!(
            r#"<{p}comment ref="{cell}" authorId="{author}" shapeId="0"><{p}text>{run}</{p}text></{p}comment>"#
        )
    };
    let Some((part, old)) = part.zip(old) else {
        let all: String = own.iter().map(|n| comment(n, 0, "")).collect();
        let part = edits.free("xl/greenlane-comments", ".xml");
        let text = format!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><comments xmlns="{MAIN}"><authors><author>{AUTHOR}</author></authors><commentList>{all}</commentList></comments>"#
        );
        edits.set(&part, text);
        edits.say_type(&part, COMMENTS)?;
        edits.relate(sheet, "comments", &part)?;
        return Ok(());
    };
    let mut splices = Splices::default();
    let mut reader = Reader::from_str(&old);
    let (mut p, mut authors) = (String::new(), 0);
    let (mut of_authors, mut of_list) = (None, None);
    loop {
        let at = position(&reader);
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => match tag.local_name().as_ref() {
                "comments" => p = prefix(tag.name().as_ref()).to_string(),
                "author" => authors += 1,
                _ => {}
            },
            Ok(Event::End(tag)) => match tag.local_name().as_ref() {
                "authors" => of_authors = Some(at),
                "commentList" => of_list = Some(at),
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    let bad = "its comments are not as the format asks";
    splices.insert(
        of_authors.context(bad)?,
        format!("<{p}author>{AUTHOR}</{p}author>"),
    );
    for note in under {
        if let Some(end) = taken.get(&(note.row, note.col)) {
            splices.insert(*end, run(&format!("\n{AUTHOR}: {}", note.text), &p));
        }
    }
    let all = own.iter().map(|n| comment(n, authors, &p));
    splices.insert(of_list.context(bad)?, all.collect());
    let text = splices.apply(&old)?;
    edits.set(part, text);
    Ok(())
}

/// Draws the boxes; a sheet without such a drawing gets one.
fn draw(
    edits: &mut Edits<'_>,
    sheet: &str,
    notes: &[Note],
    text: &str,
    splices: &mut Splices,
) -> anyhow::Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    let relations = edits.relations(sheet);
    let mut reader = Reader::from_str(text);
    let (mut id, mut behind, mut own, mut end) = (None, None, String::new(), text.len());
    loop {
        let at = position(&reader);
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => match tag.local_name().as_ref() {
                "worksheet" => own = prefix(tag.name().as_ref()).to_string(),
                "legacyDrawing" => id = attribute(&tag, "id"),
                name if BEHIND.contains(&name) => behind = behind.or(Some(at)),
                _ => {}
            },
            Ok(Event::End(tag)) if tag.local_name().as_ref() == "worksheet" => end = at,
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    let there = relations.iter().find(|r| Some(&r.id) == id.as_ref());
    if let Some(there) = there {
        let drawing = edits.text(&there.target)?;
        let first = highest(&drawing) + 1;
        let at = drawing
            .rfind("</xml>")
            .context("the drawing of its comments is broken")?;
        let mut more = String::new();
        if !drawing.contains("id=\"_x0000_t202\"") {
            more.push_str(SHAPE_TYPE);
        }
        more.extend(
            notes
                .iter()
                .enumerate()
                .map(|(n, note)| shape(note, first + n)),
        );
        let (before, after) = drawing.split_at_checked(at).unwrap_or((&drawing, ""));
        edits.set(&there.target, format!("{before}{more}{after}"));
        return Ok(());
    }
    let part = edits.free("xl/drawings/greenlane", ".vml");
    let shapes = notes
        .iter()
        .enumerate()
        .map(|(n, note)| shape(note, FIRST + 1 + n));
    let shapes: String = shapes.collect();
    edits.set(
        &part,
        format!(
            r#"<xml {NAMES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{}"/></o:shapelayout>{SHAPE_TYPE}{shapes}</xml>"#,
            FIRST / 1024
        ),
    );
    edits.say_type(&part, DRAWING)?;
    let id = edits.relate(sheet, "vmlDrawing", &part)?;
    let tag = format!(r#"<{own}legacyDrawing xmlns:r="{RELATIONS}" r:id="{id}"/>"#);
    splices.insert(behind.unwrap_or(end), tag);
    Ok(())
}

/// What the prefixes stand for; in a drawing of another program they may stand for something else.
const NAMES: &str = r#"xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel""#;
const SHAPE_TYPE: &str = r#"<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>"#;

/// The highest number of a box in a drawing.
fn highest(drawing: &str) -> usize {
    let numbers = drawing.split("_x0000_s").skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    numbers.max().unwrap_or(1024)
}

/// The box of a comment, about as high as its words.
fn shape(note: &Note, number: usize) -> String {
    let Note { row, col, text } = note;
    let lines: usize = text.lines().map(|l| 1 + l.chars().count() / 24).sum();
    let lines = u32::try_from(lines.clamp(4, 24)).unwrap_or(4);
    format!(
        r##"<v:shape {NAMES} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;width:260pt;height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 15, {top}, 2, {right}, 15, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{col}</x:Column></x:ClientData></v:shape>"##,
        height = lines * 14,
        left = col + 1,
        top = row.saturating_sub(1),
        right = col + 6,
        bottom = row + lines,
    )
}
