//! A page by its tags: text flows, tables with rows and cells that nobody closed, form fields.

use super::super::blocks::{Block, Paragraph, Row, Table, TableCell};
use super::super::ink::{Ink, is_sign, raised};
use super::super::{Limits, stated};
use super::hidden::{Sheet, attribute, word};
use crate::model::{Merge, Story};
use html5gum::StartTag;

/// What became of a page.
pub struct Read {
    pub blocks: Vec<Block>,
    pub hidden: bool,
    pub pictures: bool,
    /// The page is made of frames.
    pub frames: bool,
    /// The page has a frame among its text.
    pub framed: bool,
    pub over: Option<String>,
    pub broken: Option<&'static str>,
}

/// A flow of text: the page's own, or a cell's.
struct Flow {
    cell: bool,
    text: String,
    /// How the last letters stand.
    ink: Ink,
    blocks: Vec<Block>,
}

struct OpenTable {
    table: Table,
    /// Rows begun so far.
    rows: u32,
    row: Option<Row>,
    column: u32,
    /// Merges of the section, to be cut at its end.
    section_merges: usize,
    /// By column, the row a cell from above reaches down to, counted from 1.
    taken: Vec<u32>,
    cell: Option<OpenCell>,
}

struct OpenCell {
    column: u32,
    span: u32,
    /// Rows it covers; 0 for all of the section.
    down: u32,
}

/// What a hidden element is, and how many flows were open when it began.
struct Hidden {
    what: What,
    flows: usize,
}

#[derive(PartialEq)]
enum What {
    Cell,
    Row,
    Section,
    Table,
    /// By name, with how many of them are open in each other.
    Element(Vec<u8>, usize),
}

/// How the letters of an element stand.
#[derive(Clone, Copy, PartialEq)]
enum How {
    Struck,
    Raised,
    /// An aid to reading: no part of the text.
    Aid,
}

/// A list to choose from: only what is chosen is shown.
#[derive(Default)]
struct Choice {
    first: Option<String>,
    chosen: Option<String>,
    text: String,
    open: bool,
    selected: bool,
}

pub struct Page<'a> {
    limits: &'a Limits,
    flows: Vec<Flow>,
    tables: Vec<OpenTable>,
    paragraphs: u32,
    numbered: u32,
    pieces: usize,
    /// The element whose text is not shown.
    mute: Option<Vec<u8>>,
    sheet: Sheet,
    choice: Option<Choice>,
    unseen: Option<Hidden>,
    /// Elements whose line breaks count.
    kept_breaks: usize,
    /// Open elements whose letters stand in another way.
    inked: Vec<(Vec<u8>, How)>,
    ended: bool,
    hidden: bool,
    pictures: bool,
    frames: bool,
    framed: bool,
    /// The last tag is cut off.
    pub cut: bool,
    /// The limit that ended the reading.
    pub over: Option<String>,
}

const MUTE: [&[u8]; 9] = [
    b"script",
    b"style",
    b"title",
    b"template",
    b"noscript",
    b"noframes",
    b"noembed",
    b"iframe",
    b"xml",
];

/// Elements that begin and end a line.
const BLOCKS: [&[u8]; 37] = [
    b"address",
    b"article",
    b"aside",
    b"blockquote",
    b"body",
    b"center",
    b"dd",
    b"details",
    b"dialog",
    b"dir",
    b"div",
    b"dl",
    b"dt",
    b"fieldset",
    b"figcaption",
    b"figure",
    b"footer",
    b"form",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"header",
    b"hr",
    b"legend",
    b"li",
    b"main",
    b"menu",
    b"nav",
    b"ol",
    b"p",
    b"pre",
    b"section",
    b"summary",
    b"ul",
];

const VOID: [&[u8]; 14] = [
    b"area", b"base", b"br", b"col", b"embed", b"frame", b"hr", b"img", b"input", b"link", b"meta",
    b"param", b"source", b"wbr",
];

impl<'a> Page<'a> {
    pub fn new(limits: &'a Limits) -> Page<'a> {
        Page {
            limits,
            flows: vec![Flow {
                cell: false,
                text: String::new(),
                ink: Ink::Plain,
                blocks: Vec::new(),
            }],
            tables: Vec::new(),
            paragraphs: 0,
            numbered: 0,
            pieces: 0,
            mute: None,
            sheet: Sheet::default(),
            choice: None,
            unseen: None,
            kept_breaks: 0,
            inked: Vec::new(),
            ended: false,
            hidden: false,
            pictures: false,
            frames: false,
            framed: false,
            cut: false,
            over: None,
        }
    }

    /// Ends the page; what is open is closed.
    pub fn close(mut self) -> Read {
        let broken = if self.mute.is_some() {
            Some("an element that is not shown never ends")
        } else if self.cut || !self.tables.is_empty() && !self.ended {
            Some("it is cut off")
        } else {
            None
        };
        self.end_choice();
        while !self.tables.is_empty() {
            self.end_table();
        }
        self.end_line();
        Read {
            blocks: self.flows.pop().map_or(Vec::new(), |flow| flow.blocks),
            hidden: self.hidden,
            pictures: self.pictures,
            frames: self.frames,
            framed: self.framed,
            broken: broken.filter(|_| self.over.is_none()),
            over: self.over,
        }
    }

    fn piece(&mut self, count: usize) {
        self.pieces += count;
        if self.pieces > self.limits.nodes {
            self.over = Some(stated("nodes", self.limits.nodes));
        }
    }

    pub fn start(&mut self, tag: &StartTag<()>) {
        let name: &[u8] = &tag.name;
        if self.mute.is_some() {
            return;
        }
        if MUTE.contains(&name) {
            self.framed |= name == b"iframe" && attribute(tag, "src").is_some();
            self.mute = Some(name.to_vec());
            return;
        }
        if name == b"table" || BLOCKS.contains(&name) {
            self.end_choice();
        }
        let hides = self.sheet.hides(tag);
        match name {
            b"table" => self.start_table(),
            b"thead" | b"tbody" | b"tfoot" => self.end_section(),
            b"tr" => self.start_row(),
            b"td" | b"th" => self.start_cell(tag),
            b"br" => self.push('\n'),
            b"frame" => self.frames = true,
            b"img" => self.pictures = true,
            b"input" => self.input(tag),
            b"select" => {
                self.end_choice();
                self.choice = Some(Choice::default());
            }
            b"option" => self.option(tag),
            b"textarea" | b"pre" => {
                self.end_line();
                self.kept_breaks += 1;
            }
            b"caption" => self.end_line(),
            name if BLOCKS.contains(&name) => self.end_line(),
            _ => {}
        }
        self.begin_ink(tag);
        self.begin_hidden(tag, hides);
    }

    pub fn end(&mut self, name: &[u8]) {
        if let Some(mute) = &self.mute {
            if mute == name {
                if name == b"style" {
                    self.sheet.end();
                }
                self.mute = None;
            }
            return;
        }
        self.end_hidden(name);
        self.end_ink(name);
        match name {
            b"table" if !self.tables.is_empty() => self.end_table(),
            b"thead" | b"tbody" | b"tfoot" => self.end_section(),
            b"tr" => self.end_row(),
            b"td" | b"th" => self.end_cell(),
            b"html" | b"body" => self.ended = true,
            b"select" => self.end_choice(),
            b"textarea" | b"pre" => {
                self.end_line();
                self.kept_breaks = self.kept_breaks.saturating_sub(1);
            }
            b"caption" => self.end_line(),
            name if BLOCKS.contains(&name) => self.end_line(),
            _ => {}
        }
    }

    pub fn text(&mut self, text: &str) {
        if let Some(mute) = &self.mute {
            if mute == b"style" {
                self.sheet.push(text);
            }
            return;
        }
        if let Some(choice) = &mut self.choice {
            choice.text.push_str(text);
            return;
        }
        self.hidden |= self.unseen.is_some() && !text.trim().is_empty();
        let has = |how: How| self.inked.iter().any(|(_, own)| *own == how);
        if has(How::Aid) {
            return;
        }
        let keep = self.kept_breaks > 0;
        let (struck, is_raised) = (has(How::Struck), has(How::Raised));
        let Some(flow) = self.flows.last_mut() else {
            return;
        };
        let (ink, text) = match (struck, is_raised && !text.trim().is_empty()) {
            (true, _) => (Ink::Struck, text.to_string()),
            (false, true) => raised(text, &flow.text),
            (false, false) => (Ink::Plain, text.to_string()),
        };
        for c in text.chars().filter(|c| !is_sign(*c)) {
            if keep && c != '\r' || !matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                if ink != flow.ink {
                    flow.text.push(ink.sign());
                    flow.ink = ink;
                }
                flow.text.push(c);
            } else if !flow.text.is_empty() && !flow.text.ends_with([' ', '\n']) {
                flow.text.push(' ');
            }
        }
    }

    fn push(&mut self, c: char) {
        if let Some(flow) = self.flows.last_mut() {
            flow.text.push(c);
        }
    }

    /// Ends the line of a cell, or a paragraph outside tables.
    fn end_line(&mut self) {
        let Some(flow) = self.flows.last_mut() else {
            return;
        };
        if flow.cell {
            if !flow.text.is_empty() && !flow.text.ends_with('\n') {
                flow.text.push('\n');
            }
            return;
        }
        let text = std::mem::take(&mut flow.text);
        flow.ink = Ink::Plain;
        let text = lines(&text);
        if !text.is_empty() {
            flow.blocks.push(Block::Paragraph(Paragraph {
                story: Story::Body,
                number: self.paragraphs,
                text,
            }));
            self.paragraphs += 1;
            self.piece(1);
        }
    }

    // ---- tables ----

    fn start_table(&mut self) {
        // A table that begins in another one, outside its cells, ends it.
        if self.tables.last().is_some_and(|open| open.cell.is_none()) {
            self.end_table();
        }
        if self.tables.len() >= self.limits.depth {
            self.over = Some(stated("depth", self.limits.depth));
            return;
        }
        self.end_line();
        self.tables.push(OpenTable {
            table: Table {
                number: self.numbered,
                ..Table::default()
            },
            rows: 0,
            row: None,
            column: 0,
            section_merges: 0,
            taken: Vec::new(),
            cell: None,
        });
        self.numbered += 1;
    }

    fn start_row(&mut self) {
        self.end_row();
        self.piece(1);
        if let Some(open) = self.tables.last_mut() {
            open.row = Some(Row {
                number: open.rows,
                ..Row::default()
            });
            open.rows += 1;
            open.column = 0;
        }
    }

    fn start_cell(&mut self, tag: &StartTag<()>) {
        if self.tables.is_empty() {
            self.end_line();
            return;
        }
        self.end_cell();
        if self.tables.last().is_some_and(|open| open.row.is_none()) {
            self.start_row();
        }
        let most = self.limits.columns;
        let mut passed = 1;
        let Some(open) = self.tables.last_mut() else {
            return;
        };
        let row = open.rows;
        while open
            .taken
            .get(open.column as usize)
            .is_some_and(|until| *until >= row)
        {
            open.column += 1;
            passed += 1;
        }
        let span = |name: &str| -> Option<u32> { word(tag, name).parse().ok() };
        let across = span("colspan").unwrap_or(1).clamp(1, 1000);
        let down = span("rowspan").unwrap_or(1).min(65_534);
        let column = open.column;
        open.column = column.saturating_add(across);
        if open.column > most {
            self.over = Some(stated("columns", most));
            return;
        }
        open.table.columns = open.table.columns.max(open.column);
        let until = match down {
            0 => u32::MAX,
            down => row.saturating_add(down - 1),
        };
        if until > row {
            let end = open.column as usize;
            if open.taken.len() < end {
                open.taken.resize(end, 0);
            }
            for slot in open.taken.iter_mut().take(end).skip(column as usize) {
                *slot = until.max(*slot);
            }
        }
        open.cell = Some(OpenCell {
            column,
            span: across,
            down,
        });
        self.piece(passed + across as usize);
        self.flows.push(Flow {
            cell: true,
            text: String::new(),
            ink: Ink::Plain,
            blocks: Vec::new(),
        });
    }

    fn end_cell(&mut self) {
        self.end_choice();
        let Some(open) = self.tables.last_mut() else {
            return;
        };
        let Some(cell) = open.cell.take() else {
            return;
        };
        let Some(flow) = self.flows.pop() else {
            return;
        };
        if let Some(row) = open.row.as_mut() {
            let text = lines(&flow.text);
            row.inside.extend(flow.blocks);
            if !text.trim().is_empty() {
                if cell.span > 1 || cell.down != 1 {
                    let bottom = match cell.down {
                        0 => u32::MAX,
                        down => row.number.saturating_add(down - 1),
                    };
                    open.table.merges.push(Merge {
                        top: row.number,
                        left: cell.column,
                        bottom,
                        right: cell.column + cell.span - 1,
                    });
                }
                row.cells.push(TableCell {
                    column: cell.column,
                    span: cell.span,
                    text,
                });
            }
        }
        self.leave(&What::Cell);
    }

    fn end_row(&mut self) {
        self.end_cell();
        if let Some(open) = self.tables.last_mut()
            && let Some(row) = open.row.take()
        {
            if !row.cells.is_empty() || !row.inside.is_empty() {
                open.table.rows.push(row);
            }
            self.leave(&What::Row);
        }
    }

    /// Cells that reach down end with their section.
    fn end_section(&mut self) {
        self.end_row();
        let Some(open) = self.tables.last_mut() else {
            return;
        };
        let last = open.rows.saturating_sub(1);
        for merge in open.table.merges.iter_mut().skip(open.section_merges) {
            merge.bottom = merge.bottom.min(last);
        }
        open.section_merges = open.table.merges.len();
        open.taken.clear();
        self.leave(&What::Section);
    }

    fn end_table(&mut self) {
        self.end_section();
        let Some(open) = self.tables.pop() else {
            return;
        };
        // Text between the tags of a table stands before it.
        self.end_line();
        if let Some(flow) = self.flows.last_mut() {
            flow.blocks.push(Block::Table(open.table));
        }
        self.leave(&What::Table);
    }

    // ---- form fields ----

    fn input(&mut self, tag: &StartTag<()>) {
        let on = attribute(tag, "checked").is_some();
        match word(tag, "type").as_str() {
            "checkbox" | "radio" => self.push(if on { '☑' } else { '☐' }),
            "hidden" | "password" | "submit" | "button" | "reset" | "image" | "file" => {}
            _ => {
                if let Some(value) = attribute(tag, "value") {
                    let value = String::from_utf8_lossy(value).into_owned();
                    self.text(&value);
                }
            }
        }
    }

    fn option(&mut self, tag: &StartTag<()>) {
        if let Some(choice) = &mut self.choice {
            choice.end_option();
            choice.open = true;
            choice.selected = attribute(tag, "selected").is_some();
        }
    }

    fn end_choice(&mut self) {
        if let Some(mut choice) = self.choice.take() {
            choice.end_option();
            if let Some(text) = choice.chosen.or(choice.first) {
                self.text(&text);
            }
        }
    }

    // ---- how letters stand ----

    fn begin_ink(&mut self, tag: &StartTag<()>) {
        let name: &[u8] = &tag.name;
        // These end where the next of them begins.
        match name {
            b"tr" => self.end_ink(name),
            b"td" | b"th" => {
                self.end_ink(b"td");
                self.end_ink(b"th");
            }
            _ => {}
        }
        let how = match name {
            b"s" | b"del" | b"strike" => How::Struck,
            b"sup" => How::Raised,
            b"rt" | b"rp" => How::Aid,
            name if !VOID.contains(&name) && self.sheet.strikes(tag) => How::Struck,
            _ => return,
        };
        if self.inked.len() < self.limits.depth {
            self.inked.push((name.to_vec(), how));
        }
    }

    fn end_ink(&mut self, name: &[u8]) {
        // The end of a ruby ends the aids in it, whether anybody closed them or not.
        if name == b"ruby" {
            self.inked.retain(|(_, how)| *how != How::Aid);
        }
        if let Some(at) = self.inked.iter().rposition(|(own, _)| own == name) {
            self.inked.remove(at);
        }
    }

    // ---- what is not shown ----

    fn begin_hidden(&mut self, tag: &StartTag<()>, hides: bool) {
        let name: &[u8] = &tag.name;
        if let Some(Hidden {
            what: What::Element(own, count),
            ..
        }) = &mut self.unseen
            && own == name
        {
            // These end where the next of them begins.
            if !matches!(name, b"p" | b"li" | b"dt" | b"dd") {
                *count += 1;
                return;
            }
            self.unseen = None;
        }
        if !hides || self.unseen.is_some() || VOID.contains(&name) {
            return;
        }
        let what = match name {
            b"td" | b"th" => What::Cell,
            b"tr" => What::Row,
            b"thead" | b"tbody" | b"tfoot" => What::Section,
            b"table" => What::Table,
            name => What::Element(name.to_vec(), 1),
        };
        let inner = usize::from(what == What::Cell && self.flows.len() > 1);
        self.unseen = Some(Hidden {
            what,
            flows: self.flows.len() - inner,
        });
    }

    fn end_hidden(&mut self, name: &[u8]) {
        if let Some(Hidden {
            what: What::Element(own, count),
            ..
        }) = &mut self.unseen
            && own == name
        {
            *count -= 1;
            if *count == 0 {
                self.unseen = None;
            }
        }
    }

    /// A cell, row, section or table has ended: with it what was hidden by it or inside it.
    fn leave(&mut self, what: &What) {
        let flows = self.flows.len();
        self.unseen
            .take_if(|own| own.flows > flows || own.flows == flows && own.what == *what);
    }
}

impl Choice {
    fn end_option(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !std::mem::take(&mut self.open) {
            return;
        }
        if self.selected {
            self.chosen.get_or_insert(text);
        } else {
            self.first.get_or_insert(text);
        }
    }
}

/// A text without blanks at the ends of its lines, without empty lines at its ends.
fn lines(text: &str) -> String {
    let kept: Vec<&str> = text
        .split('\n')
        .map(|line| line.trim_matches(' '))
        .collect();
    kept.join("\n").trim_matches('\n').to_string()
}
