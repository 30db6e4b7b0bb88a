//! One part of a document, by its events: paragraphs, tables, text boxes, fields, revisions.
//!
//! Elements are known by their local names: the prefix is the writer's choice. Nothing recurses;
//! what is open stands on stacks, and a part that breaks off is closed from the top down, so that
//! what was read of it is kept.

use super::super::blocks::{Block, Paragraph, Row, Table, TableCell};
use super::super::ink::{Ink, is_sign, raised};
use super::super::symbols::{drawn, is_symbol_font, symbol};
use super::super::{Limits, markup, stated};
use crate::model::{Merge, Spot, Story};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// Paragraphs and tables counted so far, by story.
#[derive(Default)]
pub struct Numbers {
    paragraphs: BTreeMap<Story, u32>,
    tables: BTreeMap<Story, u32>,
}

fn next(numbers: &mut BTreeMap<Story, u32>, story: Story) -> u32 {
    let number = numbers.entry(story).or_insert(0);
    *number += 1;
    *number - 1
}

/// What was met on the way and is worth saying.
#[derive(Default)]
pub struct Seen {
    pub tracked: bool,
    pub hidden: bool,
    pub placeholders: bool,
    /// Another file stands in for a part of the text.
    pub foreign: bool,
    pub pictures: usize,
    /// Characters of text.
    pub letters: usize,
    /// The notes pinned to the text, by number.
    pub comments: BTreeMap<String, String>,
    /// Headers and footers the sections name, by relationship.
    pub margins: Vec<(Story, String)>,
    /// Where each paragraph and cell of the part begins in it.
    pub places: Vec<(Spot, usize)>,
    /// Paragraphs and cells, for the limit.
    pieces: usize,
}

/// A part as read; `broken` says why it ended early.
pub struct Part {
    pub blocks: Vec<Block>,
    pub broken: Option<String>,
}

/// Reads a part of a document.
pub fn read(
    text: &str,
    story: Story,
    limits: &Limits,
    numbers: &mut Numbers,
    seen: &mut Seen,
) -> Part {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut walker = Walker {
        limits,
        numbers,
        seen,
        open: Vec::new(),
        skipping: 0,
        flows: vec![Flow::new(story, false)],
        tables: Vec::new(),
        look: Look::default(),
        placeholder: false,
        at: 0,
    };
    let broken = loop {
        walker.at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                if let Err(limit) = walker.start(&start) {
                    break Some(limit);
                }
            }
            Ok(Event::End(_)) => walker.end(),
            Ok(Event::Text(text)) if walker.reads_text() => walker.text(&text.xml10_content()),
            Ok(Event::CData(text)) if walker.reads_text() => walker.text(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) if walker.reads_text() => {
                let mut text = String::new();
                markup::push_reference(&mut text, &reference);
                walker.text(&text);
            }
            Ok(Event::Eof) if walker.open.is_empty() => break None,
            Ok(Event::Eof) => break Some("it is cut off".to_string()),
            Ok(_) => {}
            Err(e) => break Some(e.to_string()),
        }
    };
    while !walker.open.is_empty() {
        walker.end();
    }
    let blocks = walker.flows.pop().map_or(Vec::new(), Flow::close);
    Part { blocks, broken }
}

/// The notes of a part of comments, by number.
pub fn comments(text: &str, limits: &Limits) -> BTreeMap<String, String> {
    let mut reader = Reader::from_str(text);
    let mut notes: BTreeMap<String, String> = BTreeMap::new();
    let mut id = String::new();
    let mut reads = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => match start.local_name().as_ref() {
                "comment" => id = markup::attribute(&start, "id").unwrap_or_default(),
                name => reads = name == "t",
            },
            Ok(Event::End(_)) => reads = false,
            Ok(Event::Text(text)) if reads => {
                notes
                    .entry(id.clone())
                    .or_default()
                    .push_str(&text.xml10_content());
            }
            Ok(Event::GeneralRef(reference)) if reads => {
                markup::push_reference(notes.entry(id.clone()).or_default(), &reference);
            }
            Ok(Event::Eof) | Err(_) => return notes,
            Ok(_) if notes.len() > limits.nodes => return notes,
            Ok(_) => {}
        }
    }
}

/// An open element, as far as its end does something.
#[derive(Clone, Copy, PartialEq)]
enum Tag {
    Other,
    Skipped,
    Paragraph,
    /// A paragraph inside a run, as drawings have them.
    InnerParagraph,
    ParagraphProperties,
    /// Properties of the mark at a paragraph's end.
    MarkProperties,
    /// A run, and how the one around it looks.
    Run {
        around: Look,
    },
    RunProperties,
    Text,
    Table,
    Row,
    RowProperties,
    Cell,
    CellProperties,
    TextBox,
    /// Alternatives, and what had been read before them.
    Alternatives {
        before: usize,
    },
    CheckBox {
        checked: bool,
    },
}

/// How the letters of a run look.
#[derive(Clone, Copy, Default, PartialEq)]
struct Look {
    hidden: bool,
    white: bool,
    /// Something dark may lie behind it.
    shaded: bool,
    struck: bool,
    raised: bool,
    /// Its font draws signs in the place of letters.
    symbols: Option<&'static str>,
}

impl Look {
    fn ink(self) -> Ink {
        if self.hidden || self.white && !self.shaded {
            Ink::Unseen
        } else if self.struck {
            Ink::Struck
        } else {
            Ink::Plain
        }
    }
}

/// A flow of paragraphs: a story, a text box, a cell.
struct Flow {
    story: Story,
    cell: bool,
    blocks: Vec<Block>,
    /// Of the open paragraph.
    text: String,
    /// How the last letters of the open paragraph stand.
    ink: Ink,
    /// The paragraph or the cell is shaded.
    shaded: bool,
    number: u32,
    in_paragraph: bool,
    /// The open paragraph's mark is deleted: the next one carries it on.
    joined: bool,
    /// Text boxes of the open paragraph; they follow it.
    boxes: Vec<Block>,
    /// The paragraphs of a cell.
    lines: String,
}

impl Flow {
    fn new(story: Story, cell: bool) -> Flow {
        Flow {
            story,
            cell,
            blocks: Vec::new(),
            text: String::new(),
            ink: Ink::Plain,
            shaded: false,
            number: 0,
            in_paragraph: false,
            joined: false,
            boxes: Vec::new(),
            lines: String::new(),
        }
    }

    fn end_paragraph(&mut self) {
        self.in_paragraph = false;
        if std::mem::take(&mut self.joined) {
            return;
        }
        self.flush();
    }

    fn push(&mut self, text: &str, ink: Ink) {
        if ink != self.ink {
            self.text.push(ink.sign());
            self.ink = ink;
        }
        // Line breaks and tabs of the file are spaces; those of the text are elements.
        let plain = |c: char| matches!(c, '\n' | '\r' | '\t');
        let kept = text.chars().filter(|c| !is_sign(*c));
        self.text
            .extend(kept.map(|c| if plain(c) { ' ' } else { c }));
    }

    fn flush(&mut self) {
        if self.ink != Ink::Plain {
            self.push("", Ink::Plain);
        }
        let text = std::mem::take(&mut self.text);
        if !self.cell {
            self.blocks.push(Block::Paragraph(Paragraph {
                story: self.story,
                number: self.number,
                text,
            }));
        } else if !text.trim().is_empty() {
            if !self.lines.is_empty() {
                self.lines.push('\n');
            }
            self.lines.push_str(&text);
        }
        self.blocks.append(&mut self.boxes);
    }

    fn close(mut self) -> Vec<Block> {
        if !self.text.is_empty() || !self.boxes.is_empty() {
            self.flush();
        }
        self.blocks
    }
}

struct OpenTable {
    table: Table,
    row: Option<OpenRow>,
    rows: u32,
    /// A style of its own may colour its heading.
    styled: bool,
    /// Cells merged downwards that may go on: by column, their last column, first and last row.
    merged: BTreeMap<u32, (u32, u32, u32)>,
}

#[derive(Default)]
struct OpenRow {
    row: Row,
    column: u32,
    deleted: bool,
    hidden: bool,
    cell: Option<OpenCell>,
}

struct OpenCell {
    span: u32,
    upright: Option<Upright>,
    carries_on: bool,
    deleted: bool,
}

#[derive(PartialEq)]
enum Upright {
    Begins,
    GoesOn,
}

struct Walker<'a> {
    limits: &'a Limits,
    numbers: &'a mut Numbers,
    seen: &'a mut Seen,
    open: Vec<Tag>,
    /// Open elements of a part that is not read.
    skipping: usize,
    /// The flow text goes to is the last; the first is the part's own.
    flows: Vec<Flow>,
    tables: Vec<OpenTable>,
    /// How the open run looks.
    look: Look,
    /// The open form field shows its placeholder.
    placeholder: bool,
    /// Where the element that is met begins.
    at: usize,
}

impl Walker<'_> {
    fn reads_text(&self) -> bool {
        self.open.last() == Some(&Tag::Text)
    }

    fn text(&mut self, text: &str) {
        self.seen.letters += text.chars().filter(|c| !c.is_whitespace()).count();
        let mut look = self.look;
        let styled = self.tables.last().is_some_and(|t| t.styled && t.rows <= 1);
        let Some(flow) = self.flows.last_mut() else {
            return;
        };
        look.shaded |= flow.shaded || styled;
        let drawn = look.symbols.map(|font| drawn(font, text));
        let text = drawn.as_deref().unwrap_or(text);
        match look.ink() {
            Ink::Plain if look.raised => {
                let (ink, text) = raised(text, &flow.text);
                flow.push(&text, ink);
            }
            ink => flow.push(text, ink),
        }
    }

    fn mark(&mut self, c: char) {
        if let Some(flow) = self.flows.last_mut() {
            flow.text.push(c);
        }
    }

    fn comment(&mut self, id: &str) {
        let Some(text) = self.seen.comments.get(id) else {
            return;
        };
        if let Some(flow) = self.flows.last_mut() {
            flow.push(text, Ink::Note);
            flow.push(" ", Ink::Note);
        }
    }

    fn piece(&mut self) -> Result<(), String> {
        self.seen.pieces += 1;
        if self.seen.pieces > self.limits.nodes {
            return Err(format!(
                "over the limit of {} paragraphs and cells",
                self.limits.nodes
            ));
        }
        Ok(())
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        if self.open.len() >= self.limits.elements {
            return Err(format!(
                "over the limit of {} elements in each other",
                self.limits.elements
            ));
        }
        let tag = if self.skipping > 0 {
            Tag::Skipped
        } else {
            self.tag(start)?
        };
        self.skipping += usize::from(tag == Tag::Skipped);
        self.open.push(tag);
        Ok(())
    }

    /// What an element is where it stands; marks and properties take effect at once.
    fn tag(&mut self, start: &BytesStart<'_>) -> Result<Tag, String> {
        let parent = self.open.last().copied().unwrap_or(Tag::Other);
        let name = start.local_name();
        let name = name.as_ref();
        match parent {
            Tag::MarkProperties | Tag::RunProperties => {
                self.run_property(start, name, parent);
                return Ok(Tag::Skipped);
            }
            Tag::RowProperties => {
                self.row_property(start, name);
                return Ok(Tag::Skipped);
            }
            Tag::ParagraphProperties if name == "shd" => {
                self.shade(start);
                return Ok(Tag::Skipped);
            }
            Tag::CellProperties => {
                self.cell_property(start, name);
                return Ok(Tag::Skipped);
            }
            Tag::CheckBox { .. } => {
                self.check(start, name);
                return Ok(Tag::Skipped);
            }
            _ => {}
        }
        Ok(match name {
            "p" => self.paragraph()?,
            "pPr" => Tag::ParagraphProperties,
            "rPr" if parent == Tag::ParagraphProperties => Tag::MarkProperties,
            "rPr" if matches!(parent, Tag::Run { .. }) => Tag::RunProperties,
            "rPr" => Tag::Skipped,
            "r" => Tag::Run {
                around: std::mem::take(&mut self.look),
            },
            "t" => Tag::Text,
            "tbl" => self.table(),
            "tr" => self.row(),
            "trPr" => Tag::RowProperties,
            "tc" => self.cell()?,
            "tcPr" => Tag::CellProperties,
            "txbxContent" => {
                self.flows.push(Flow::new(Story::TextBox, false));
                Tag::TextBox
            }
            "AlternateContent" => Tag::Alternatives {
                before: self.seen.letters + self.seen.pictures,
            },
            "Choice" | "Fallback" => match parent {
                Tag::Alternatives { before }
                    if before != self.seen.letters + self.seen.pictures =>
                {
                    Tag::Skipped
                }
                _ => Tag::Other,
            },
            "del" | "moveFrom" => {
                self.seen.tracked = true;
                Tag::Skipped
            }
            "ins" | "moveTo" => {
                self.seen.tracked = true;
                Tag::Other
            }
            "sdtContent" if std::mem::take(&mut self.placeholder) => {
                self.seen.placeholders = true;
                Tag::Skipped
            }
            "checkBox" => Tag::CheckBox { checked: false },
            // Tab stops, instructions of fields, deleted text, phonetic guides, separators and
            // former properties are not the text.
            "tabs" | "instrText" | "delInstrText" | "delText" | "rt" => Tag::Skipped,
            "footnote" | "endnote"
                if markup::attribute(start, "type").is_some_and(|t| t != "normal") =>
            {
                Tag::Skipped
            }
            changed if changed.ends_with("Change") => Tag::Skipped,
            _ => {
                self.leaf(start, name);
                Tag::Other
            }
        })
    }

    /// Elements that put something into the text or say something by themselves.
    fn leaf(&mut self, start: &BytesStart<'_>, name: &str) {
        let get = |name| markup::attribute(start, name).unwrap_or_default();
        match name {
            "tab" | "ptab" => self.mark('\t'),
            "br" | "cr" => self.mark('\n'),
            "noBreakHyphen" => self.mark('-'),
            "sym" => {
                if let Some(c) = symbol(&get("font"), &get("char")) {
                    self.text(c.encode_utf8(&mut [0; 4]));
                }
            }
            "commentReference" => self.comment(&get("id")),
            "tblStyle" => {
                let plain = matches!(get("val").as_str(), "" | "TableGrid" | "TableNormal");
                if let Some(open) = self.tables.last_mut() {
                    open.styled = !plain;
                }
            }
            "showingPlcHdr" => self.placeholder = markup::is_on(start),
            "headerReference" => self.seen.margins.push((Story::Header, get("id"))),
            "footerReference" => self.seen.margins.push((Story::Footer, get("id"))),
            "altChunk" | "subDoc" => self.seen.foreign = true,
            "blip" | "imagedata" | "chart" | "relIds" => self.seen.pictures += 1,
            // A watermark: VOID, DRAFT.
            "textpath" => {
                let text = get("string");
                let number = next(&mut self.numbers.paragraphs, Story::TextBox);
                self.seen.letters += text.chars().count();
                if let Some(flow) = self.flows.last_mut()
                    && !text.is_empty()
                {
                    flow.boxes.push(Block::Paragraph(Paragraph {
                        story: Story::TextBox,
                        number,
                        text,
                    }));
                }
            }
            _ => {}
        }
    }

    fn paragraph(&mut self) -> Result<Tag, String> {
        self.piece()?;
        let Some(flow) = self.flows.last_mut() else {
            return Ok(Tag::Other);
        };
        if flow.in_paragraph {
            return Ok(Tag::InnerParagraph);
        }
        flow.in_paragraph = true;
        if !flow.cell {
            flow.shaded = false;
            let number = next(&mut self.numbers.paragraphs, flow.story);
            let story = flow.story;
            let paragraph = number;
            self.seen
                .places
                .push((Spot::Paragraph { story, paragraph }, self.at));
            if flow.text.is_empty() {
                flow.number = number;
            }
        }
        Ok(Tag::Paragraph)
    }

    fn run_property(&mut self, start: &BytesStart<'_>, name: &str, parent: Tag) {
        match name {
            _ if parent == Tag::RunProperties && self.looks(start, name) => {}
            "ins" | "moveTo" => self.seen.tracked = true,
            "del" | "moveFrom" => {
                self.seen.tracked = true;
                if parent == Tag::MarkProperties
                    && let Some(flow) = self.flows.last_mut()
                {
                    flow.joined = true;
                }
            }
            _ => {}
        }
    }

    /// Takes a property that says how a run looks.
    fn looks(&mut self, start: &BytesStart<'_>, name: &str) -> bool {
        let get = |name| markup::attribute(start, name).unwrap_or_default();
        match name {
            "vanish" => self.look.hidden = markup::is_on(start),
            "strike" | "dstrike" => self.look.struck |= markup::is_on(start),
            "color" => self.look.white = get("val").eq_ignore_ascii_case("ffffff"),
            "shd" => self.look.shaded |= is_shaded(start),
            "highlight" => self.look.shaded |= !matches!(get("val").as_str(), "none" | "white"),
            "vertAlign" => self.look.raised = get("val") == "superscript",
            "rFonts" => self.look.symbols = is_symbol_font(&get("ascii")),
            _ => return false,
        }
        true
    }

    fn shade(&mut self, start: &BytesStart<'_>) {
        if let Some(flow) = self.flows.last_mut() {
            flow.shaded |= is_shaded(start);
        }
    }

    fn table(&mut self) -> Tag {
        let story = self.flows.last().map_or(Story::Body, |flow| flow.story);
        let number = next(&mut self.numbers.tables, story);
        self.tables.push(OpenTable {
            table: Table {
                story,
                number,
                ..Table::default()
            },
            row: None,
            rows: 0,
            styled: false,
            merged: BTreeMap::new(),
        });
        Tag::Table
    }

    fn row(&mut self) -> Tag {
        match self.tables.last_mut() {
            Some(open) if open.row.is_none() => {
                let mut row = OpenRow::default();
                row.row.number = open.rows;
                open.rows += 1;
                open.row = Some(row);
                Tag::Row
            }
            _ => Tag::Other,
        }
    }

    fn row_property(&mut self, start: &BytesStart<'_>, name: &str) {
        let Some(row) = self.tables.last_mut().and_then(|t| t.row.as_mut()) else {
            return;
        };
        match name {
            "gridBefore" => row.column = number(start).min(self.limits.columns),
            "hidden" => row.hidden = markup::is_on(start),
            "ins" => self.seen.tracked = true,
            "del" => {
                self.seen.tracked = true;
                row.deleted = true;
            }
            _ => {}
        }
    }

    fn cell(&mut self) -> Result<Tag, String> {
        self.piece()?;
        let story = self.flows.last().map_or(Story::Body, |flow| flow.story);
        let Some(open) = self.tables.last_mut() else {
            return Ok(Tag::Other);
        };
        let table = open.table.number;
        let Some(row) = open.row.as_mut() else {
            return Ok(Tag::Other);
        };
        if row.cell.is_some() {
            return Ok(Tag::Other);
        }
        if row.column >= self.limits.columns {
            return Err(format!(
                "over the limit {}",
                stated("columns", self.limits.columns)
            ));
        }
        let spot = Spot::TableCell {
            story,
            table,
            row: row.row.number,
            col: row.column,
        };
        self.seen.places.push((spot, self.at));
        row.cell = Some(OpenCell {
            span: 1,
            upright: None,
            carries_on: false,
            deleted: false,
        });
        self.flows.push(Flow::new(story, true));
        Ok(Tag::Cell)
    }

    fn cell_property(&mut self, start: &BytesStart<'_>, name: &str) {
        if name == "shd" {
            self.shade(start);
        }
        let row = self.tables.last_mut().and_then(|t| t.row.as_mut());
        let Some(cell) = row.and_then(|row| row.cell.as_mut()) else {
            return;
        };
        let begins = || markup::attribute(start, "val").as_deref() == Some("restart");
        match name {
            "gridSpan" => cell.span = number(start).clamp(1, self.limits.columns),
            "vMerge" => {
                cell.upright = Some(if begins() {
                    Upright::Begins
                } else {
                    Upright::GoesOn
                });
            }
            "hMerge" => cell.carries_on = !begins(),
            "cellIns" => self.seen.tracked = true,
            "cellDel" => {
                self.seen.tracked = true;
                cell.deleted = true;
            }
            _ => {}
        }
    }

    /// The state of a check box of the older forms: its own, else the one it began with.
    fn check(&mut self, start: &BytesStart<'_>, name: &str) {
        if let Some(Tag::CheckBox { checked }) = self.open.last_mut()
            && matches!(name, "checked" | "default")
        {
            *checked = markup::is_on(start);
        }
    }

    fn end(&mut self) {
        match self.open.pop() {
            Some(Tag::Skipped) => self.skipping = self.skipping.saturating_sub(1),
            Some(Tag::Paragraph) => {
                if let Some(flow) = self.flows.last_mut() {
                    flow.end_paragraph();
                }
            }
            Some(Tag::InnerParagraph) => self.mark(' '),
            Some(Tag::Run { around }) => self.look = around,
            Some(Tag::CheckBox { checked }) => self.mark(if checked { '☒' } else { '☐' }),
            Some(Tag::TextBox) => {
                let blocks = self.flows.pop().map_or(Vec::new(), Flow::close);
                if let Some(flow) = self.flows.last_mut() {
                    flow.boxes.extend(blocks);
                }
            }
            Some(Tag::Cell) => self.end_cell(),
            Some(Tag::Row) => self.end_row(),
            Some(Tag::Table) => self.end_table(),
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        let Some(mut flow) = self.flows.pop() else {
            return;
        };
        if !flow.text.is_empty() {
            flow.flush();
        }
        let text = std::mem::take(&mut flow.lines);
        let inside = flow.close();
        let Some(open) = self.tables.last_mut() else {
            return;
        };
        let Some(row) = open.row.as_mut() else { return };
        let Some(cell) = row.cell.take() else { return };
        let column = row.column;
        row.column = column.saturating_add(cell.span);
        let last = row.column.saturating_sub(1);
        open.table.columns = open.table.columns.max(row.column);
        if cell.deleted {
            return;
        }
        row.row.inside.extend(inside);
        if cell.carries_on
            && let Some(before) = row.row.cells.last_mut()
            && before.column + before.span == column
        {
            before.span += cell.span;
            before.text.push_str(&text);
            return;
        }
        let at = row.row.number;
        if !row.deleted {
            match cell.upright {
                Some(Upright::GoesOn) => {
                    if let Some((_, _, bottom)) = open.merged.get_mut(&column) {
                        *bottom = at;
                    }
                }
                begun => {
                    if let Some(merged) = open.merged.remove(&column) {
                        push_merge(&mut open.table, column, merged);
                    }
                    if begun == Some(Upright::Begins) {
                        open.merged.insert(column, (last, at, at));
                    }
                }
            }
        }
        if !text.trim().is_empty() {
            self.seen.hidden |= row.hidden;
            row.row.cells.push(TableCell {
                column,
                span: cell.span,
                text,
            });
        }
    }

    fn end_row(&mut self) {
        let Some(open) = self.tables.last_mut() else {
            return;
        };
        if let Some(row) = open.row.take()
            && !row.deleted
            && !(row.row.cells.is_empty() && row.row.inside.is_empty())
        {
            open.table.rows.push(row.row);
        }
    }

    fn end_table(&mut self) {
        let Some(mut open) = self.tables.pop() else {
            return;
        };
        for (column, merged) in std::mem::take(&mut open.merged) {
            push_merge(&mut open.table, column, merged);
        }
        if let Some(flow) = self.flows.last_mut() {
            flow.blocks.push(Block::Table(open.table));
        }
    }
}

fn push_merge(table: &mut Table, left: u32, (right, top, bottom): (u32, u32, u32)) {
    if bottom > top {
        table.merges.push(Merge {
            top,
            left,
            bottom,
            right,
        });
    }
}

/// True when a shading fills with another colour than white.
fn is_shaded(start: &BytesStart<'_>) -> bool {
    let fill = markup::attribute(start, "fill").unwrap_or_default();
    let pattern = markup::attribute(start, "val").unwrap_or_default();
    let plain = matches!(fill.to_ascii_lowercase().as_str(), "" | "auto" | "ffffff");
    !plain || !matches!(pattern.as_str(), "" | "clear" | "nil")
}

fn number(start: &BytesStart<'_>) -> u32 {
    markup::attribute(start, "val")
        .and_then(|v| v.trim().parse().ok())
        .unwrap_or(0)
}
