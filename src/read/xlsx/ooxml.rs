//! What an Excel package keeps beside the stored values of its cells: struck parts of texts, notes and
//! their threads, text boxes, heads and feet of its pages.

use super::super::docx::{Package, Relation};
use super::super::sheet::Sheet;
use super::super::{Limits, markup};
use crate::model::{AsideKind, Spot};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// A text in two parts: what is not struck out and what is.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    pub kept: String,
    pub struck: String,
}

/// The package of a workbook, its sheets by name.
pub struct Beside<'a> {
    package: Package<'a>,
    parts: BTreeMap<String, String>,
    /// The shared texts of which a part is struck out, by number.
    shared: BTreeMap<usize, Runs>,
}

/// Cells by row and column.
pub type Places<T> = BTreeMap<(u32, u32), T>;

impl<'a> Beside<'a> {
    pub fn open(bytes: &'a [u8], limits: &'a Limits, struck: bool) -> Option<Beside<'a>> {
        let mut package = Package::open(bytes, limits).ok()?;
        let main = package.main()?;
        let relations = package.relations(&main);
        let parts = sheet_parts(&package.text(&main).ok()?, &relations);
        let mut shared = BTreeMap::new();
        let strings = relations.iter().find(|r| r.is("sharedStrings"));
        if let Some(strings) = strings.filter(|_| struck) {
            shared = struck_texts(&package.text(&strings.target).ok()?);
        }
        Some(Beside {
            package,
            parts,
            shared,
        })
    }

    /// The package of a binary workbook, of which only what stands beside the sheets is XML.
    pub fn open_binary(
        bytes: &'a [u8],
        limits: &'a Limits,
        sheets: &BTreeMap<String, Vec<String>>,
    ) -> Option<Beside<'a>> {
        let package = Package::open(bytes, limits).ok()?;
        let first =
            |(name, parts): (&String, &Vec<String>)| Some((name.clone(), parts.first()?.clone()));
        Some(Beside {
            package,
            parts: sheets.iter().filter_map(first).collect(),
            shared: BTreeMap::new(),
        })
    }

    /// The parts that hold the notes of a sheet.
    pub fn notes(&mut self, sheet: &str) -> Vec<String> {
        let Some(part) = self.parts.get(sheet).cloned() else {
            return Vec::new();
        };
        let relations = self.package.relations(&part).into_iter();
        let notes = relations.filter(|r| r.is("comments"));
        notes.map(|r| r.target).collect()
    }

    /// The cells of a sheet whose text is struck out in part.
    pub fn struck(&mut self, sheet: &str) -> Places<Runs> {
        let text = self.parts.get(sheet).map(|part| self.package.text(part));
        let Some(Ok(text)) = text else {
            return Places::new();
        };
        struck_cells(&text, &self.shared)
    }

    /// Gives a sheet its notes, boxes, heads and feet.
    pub fn fill(&mut self, name: &str, sheet: &mut Sheet, pages: bool) {
        let Some(part) = self.parts.get(name).cloned() else {
            return;
        };
        if pages && let Ok(text) = self.package.text(&part) {
            page_heads(&text, sheet);
        }
        let relations = self.package.relations(&part);
        let threaded = relations.iter().any(|r| r.is("threadedComment"));
        for relation in &relations {
            let Ok(text) = self.package.text(&relation.target) else {
                continue;
            };
            if relation.is("comments") {
                notes(&text, "comment", threaded, sheet);
            } else if relation.is("threadedComment") {
                notes(&text, "threadedComment", false, sheet);
            } else if relation.is("drawing") {
                boxes(&text, sheet);
            }
        }
    }
}

/// The parts of the sheets a workbook lists, by their names.
pub fn sheet_parts(workbook: &str, relations: &[Relation]) -> BTreeMap<String, String> {
    let mut parts = BTreeMap::new();
    for_each_start(workbook, |tag| {
        if tag.local_name().as_ref() == "sheet" {
            let (name, id) = (markup::attribute(tag, "name"), related(tag));
            let target = relations.iter().find(|r| Some(&r.id) == id.as_ref());
            if let (Some(name), Some(target)) = (name, target) {
                parts.insert(name, target.target.clone());
            }
        }
    });
    parts
}

/// The relation an element names.
fn related(tag: &BytesStart<'_>) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut attributes = attributes.with_checks(false).filter_map(Result::ok);
    let is_id = |name: quick_xml::name::QName<'_>| {
        name.prefix().is_some() && name.local_name().as_ref() == "id"
    };
    let found = attributes.find(|a| is_id(a.key))?;
    Some(markup::value(&found))
}

fn for_each_start(text: &str, mut act: impl FnMut(&BytesStart<'_>)) {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => act(&tag),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// The text of a rich string while it is read: `<r><rPr><strike/></rPr><t>…</t></r>`.
#[derive(Default)]
struct Rich {
    runs: Runs,
    struck: bool,
    in_text: bool,
    phonetic: bool,
}

impl Rich {
    fn start(&mut self, tag: &BytesStart<'_>, empty: bool) {
        match tag.local_name().as_ref() {
            "r" => self.struck = false,
            "strike" | "dstrike" => {
                let off = markup::attribute(tag, "val");
                self.struck = !off.is_some_and(|v| v == "0" || v == "false");
            }
            "t" => self.in_text = !empty,
            "rPh" => self.phonetic = !empty,
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "rPh" => self.phonetic = false,
            "r" => self.struck = false,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_text && !self.phonetic {
            let part = if self.struck {
                &mut self.runs.struck
            } else {
                &mut self.runs.kept
            };
            part.push_str(text);
        }
    }
}

/// What an event adds to a text.
fn text_of(event: &Event<'_>) -> String {
    let mut text = String::new();
    match event {
        Event::Text(t) => text.push_str(&t.xml10_content()),
        Event::CData(t) => text.push_str(&t.xml10_content()),
        Event::GeneralRef(reference) => markup::push_reference(&mut text, reference),
        _ => {}
    }
    text
}

fn struck_texts(text: &str) -> BTreeMap<usize, Runs> {
    let mut reader = Reader::from_str(text);
    let (mut number, mut rich) = (0, Rich::default());
    let mut found = BTreeMap::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) if tag.local_name().as_ref() == "si" => rich = Rich::default(),
            Ok(Event::Start(tag)) => rich.start(&tag, false),
            Ok(Event::Empty(tag)) if tag.local_name().as_ref() == "si" => number += 1,
            Ok(Event::Empty(tag)) => rich.start(&tag, true),
            Ok(Event::End(tag)) if tag.local_name().as_ref() == "si" => {
                let runs = std::mem::take(&mut rich).runs;
                if !runs.struck.is_empty() {
                    found.insert(number, runs);
                }
                number += 1;
            }
            Ok(Event::End(tag)) => rich.end(tag.local_name().as_ref()),
            Ok(Event::Eof) | Err(_) => return found,
            Ok(event) => rich.text(&text_of(&event)),
        }
    }
}

fn struck_cells(text: &str, shared: &BTreeMap<usize, Runs>) -> Places<Runs> {
    let mut reader = Reader::from_str(text);
    let mut found = Places::new();
    let (mut cell, mut is_shared, mut in_value) = (None, false, false);
    let (mut rich, mut value) = (Rich::default(), String::new());
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => match tag.local_name().as_ref() {
                "c" => {
                    cell = markup::attribute(&tag, "r").and_then(|r| position(&r));
                    is_shared = markup::attribute(&tag, "t").as_deref() == Some("s");
                    rich = Rich::default();
                    value.clear();
                }
                "v" => in_value = true,
                _ => rich.start(&tag, false),
            },
            Ok(Event::Empty(tag)) => rich.start(&tag, true),
            Ok(Event::End(tag)) => match tag.local_name().as_ref() {
                "v" => in_value = false,
                "c" => {
                    let own = std::mem::take(&mut rich).runs;
                    let common = value.trim().parse().ok().filter(|_| is_shared);
                    let common = common.and_then(|n: usize| shared.get(&n).cloned());
                    let runs = common.unwrap_or(own);
                    if let Some(cell) = cell.filter(|_| !runs.struck.is_empty()) {
                        found.insert(cell, runs);
                    }
                }
                name => rich.end(name),
            },
            Ok(Event::Eof) | Err(_) => return found,
            Ok(event) if in_value => value.push_str(&text_of(&event)),
            Ok(event) => rich.text(&text_of(&event)),
        }
    }
}

/// The row and column of `F6` or `$F$6`.
pub fn position(reference: &str) -> Option<(u32, u32)> {
    let first = reference.split(':').next()?.replace('$', "");
    let letters = first.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = first.split_at_checked(letters)?;
    let col = letters.bytes().try_fold(0u32, |col, b| {
        let letter = u32::from(b.to_ascii_uppercase() - b'A') + 1;
        col.checked_mul(26)?.checked_add(letter)
    })?;
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, col.checked_sub(1)?))
}

/// How older programs are told of a thread they cannot show.
const THREAD: &str = "[Threaded comment]";

/// The notes of a part; of a thread told twice the thread itself counts.
fn notes(text: &str, element: &str, threaded: bool, sheet: &mut Sheet) {
    let mut reader = Reader::from_str(text);
    let (mut spot, mut note, mut reading) = (Spot::Whole, String::new(), false);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                let name = tag.local_name();
                if name.as_ref() == element {
                    let place = markup::attribute(&tag, "ref").and_then(|r| position(&r));
                    spot = place.map_or(Spot::Whole, |(row, col)| Spot::Cell { row, col });
                    note.clear();
                }
                // A plain thread has its words in `text` itself, a note in runs of it.
                reading |= name.as_ref() == "t" || name.as_ref() == "text";
            }
            Ok(Event::End(tag)) => {
                let name = tag.local_name();
                if name.as_ref() == "text" {
                    reading = false;
                }
                if name.as_ref() == element && !(threaded && note.starts_with(THREAD)) {
                    sheet.aside(AsideKind::Comment, spot.clone(), &note);
                }
            }
            Ok(Event::Eof) | Err(_) => return,
            Ok(event) if reading => note.push_str(&text_of(&event)),
            Ok(_) => {}
        }
    }
}

/// The text boxes of a drawing, each at the cell it hangs on.
fn boxes(text: &str, sheet: &mut Sheet) {
    let mut reader = Reader::from_str(text);
    let (mut row, mut col) = (None, None);
    let mut words = String::new();
    // Inside an anchor's first corner; inside the text of a box; inside a run of it.
    let (mut corner, mut inside, mut in_run) = (false, false, false);
    let mut number = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => match tag.local_name().as_ref() {
                "from" => corner = true,
                name if name.ends_with("Anchor") => (row, col) = (None, None),
                "row" | "col" => number.clear(),
                "txBody" => {
                    inside = true;
                    words.clear();
                }
                "t" => in_run = true,
                _ => {}
            },
            Ok(Event::End(tag)) => match tag.local_name().as_ref() {
                "from" => corner = false,
                "row" if corner => row = number.trim().parse().ok(),
                "col" if corner => col = number.trim().parse().ok(),
                "t" => in_run = false,
                "p" if inside => words.push('\n'),
                "txBody" => {
                    inside = false;
                    let spot = match (row, col) {
                        (Some(row), Some(col)) => Spot::Cell { row, col },
                        _ => Spot::Whole,
                    };
                    sheet.aside(AsideKind::TextBox, spot, &words);
                }
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => return,
            Ok(event) if corner => number.push_str(&text_of(&event)),
            Ok(event) if inside && in_run => words.push_str(&text_of(&event)),
            Ok(_) => {}
        }
    }
}

/// The heads and feet stand behind the cells.
fn page_heads(text: &str, sheet: &mut Sheet) {
    let from = text.rfind("headerFooter>").and_then(|end| {
        let before = text.get(..end)?;
        before.rfind("headerFooter")
    });
    let part = from.and_then(|from| text.get(from..)).unwrap_or("");
    let mut reader = Reader::from_str(part);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut code = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => code.clear(),
            Ok(Event::End(tag)) => {
                let name = tag.local_name();
                if name.as_ref().ends_with("Header") {
                    sheet.page(AsideKind::PageHeader, &code);
                } else if name.as_ref().ends_with("Footer") {
                    sheet.page(AsideKind::PageFooter, &code);
                }
                code.clear();
            }
            Ok(Event::Eof) | Err(_) => return,
            Ok(event) => code.push_str(&text_of(&event)),
        }
    }
}
