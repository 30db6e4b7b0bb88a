//! ODS: `content.xml` read event by event. Repeated rows and cells are counted, not built, unless
//! they hold something.

mod styles;

use super::limits::stated;
use super::look::seen;
use super::sheet::{Book, Over, Sheet};
use super::{Limits, failed, zip_guard};
use crate::model::{AsideKind, CellKind, Marks, Merge, Problem, ReadFile, Say, Spot};
use calamine::DataRef;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::io::{BufReader, Cursor, Read};
use styles::{Master, Styles};
use zip::ZipArchive;

/// Rows of the largest sheet a program makes.
const MOST_ROWS: u32 = 1 << 20;

pub fn read(path: &str, bytes: &[u8], limits: &Limits) -> ReadFile {
    if let Err(problem) = zip_guard::inspect(path, "ods", bytes, limits) {
        return failed(*problem);
    }
    let damaged = |why: &str| failed(Problem::damaged(path, "ods", why));
    let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(e) => return damaged(&e.to_string()),
    };
    if is_encrypted(&mut archive) {
        return failed(Problem::encrypted(path));
    }
    // Named styles and pages stand in a part of their own; a file may do without.
    let mut styles = Styles::default();
    let master = archive
        .by_name("styles.xml")
        .ok()
        .map(|part| styles.read(part));
    let content = match archive.by_name("content.xml") {
        Ok(part) => part,
        Err(e) => return damaged(&e.to_string()),
    };
    let mut reader = Reader::from_reader(BufReader::with_capacity(64 << 10, content));
    reader.config_mut().expand_empty_elements = true;
    let mut content = Content::new(Book::new(path, "ods", limits), styles);
    content.masters = master.unwrap_or_default();
    let mut buffer = Vec::new();
    let ended = loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) if content.depth > 0 => break Err("it is cut off".to_string()),
            Ok(Event::Eof) => break Ok(()),
            Ok(Event::DocType(_)) => break Err("it declares a DOCTYPE".to_string()),
            Ok(event) => {
                if let Err(why) = content.event(&event) {
                    break Err(why);
                }
            }
            Err(e) => break Err(e.to_string()),
        }
    };
    content.finish(ended)
}

/// Says the manifest, whose own text is never encrypted.
fn is_encrypted(archive: &mut ZipArchive<Cursor<&[u8]>>) -> bool {
    let mut text = Vec::new();
    archive
        .by_name("META-INF/manifest.xml")
        .ok()
        .and_then(|part| part.take(16 << 20).read_to_end(&mut text).ok())
        .is_some_and(|_| memchr::memmem::find(&text, b"encryption-data").is_some())
}

struct Content<'a> {
    book: Book<'a>,
    /// Open elements, and how many of them are stepped over.
    depth: usize,
    skipped: usize,
    styles: Styles,
    masters: Vec<Master>,
    /// What stands beside the cells and is being read.
    beside: Option<Beside>,
    tables: usize,
    table: Option<Table>,
    hidden_cells: bool,
}

/// A note or a drawing whose words are collected.
struct Beside {
    what: AsideKind,
    text: String,
    in_paragraph: bool,
}

struct Table {
    name: String,
    hidden: bool,
    sheet: Sheet,
    /// The style of the cells of a column where nothing else is said: the column behind it, its style.
    columns: Vec<(u32, String)>,
    row: u32,
    /// How often the open row stands in the sheet, and its cells.
    repeat: u32,
    col: u32,
    cells: Vec<Cell>,
    open: Option<Cell>,
    over: Option<Over>,
    broken: Option<(Spot, Say)>,
}

/// A cell of the open row.
#[derive(Default)]
struct Cell {
    col: u32,
    repeat: u32,
    columns: u32,
    rows: u32,
    kind: String,
    value: Option<String>,
    formula: bool,
    is_error: bool,
    text: String,
    style: Option<String>,
    /// What of its text is struck out, and which of the open spans are.
    struck: String,
    spans: Vec<bool>,
    through: bool,
    /// Paragraphs begun; whether one is open.
    paragraphs: usize,
    in_paragraph: bool,
}

impl<'a> Content<'a> {
    fn new(book: Book<'a>, styles: Styles) -> Content<'a> {
        Content {
            book,
            depth: 0,
            skipped: 0,
            styles,
            masters: Vec::new(),
            beside: None,
            tables: 0,
            table: None,
            hidden_cells: false,
        }
    }

    fn event(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                if self.skipped > 0 || is_beside(tag) {
                    self.skipped += 1;
                    self.start_beside(tag);
                } else {
                    self.start(tag)?;
                }
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                if self.skipped > 0 {
                    self.skipped -= 1;
                    self.end_beside(tag.local_name().into_inner());
                } else {
                    self.end(tag.local_name().into_inner());
                }
            }
            Event::Text(text) if self.skipped > 0 => self.text_beside(text),
            _ if self.skipped > 0 => {}
            Event::Text(text) => self.text(text),
            Event::CData(text) => self.text(text),
            Event::GeneralRef(reference) => {
                let found = reference.resolve_char_ref().map_err(|e| e.to_string())?;
                match found {
                    Some(c) => self.text(c.encode_utf8(&mut [0; 4])),
                    None => match quick_xml::escape::resolve_predefined_entity(reference) {
                        Some(text) => self.text(text),
                        None => return Err("it uses an entity that is not known".to_string()),
                    },
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A note or a drawing begins inside what is stepped over.
    fn start_beside(&mut self, tag: &BytesStart<'_>) {
        let (name, prefix) = tag.name().decompose();
        let name = name.into_inner();
        let drawn = prefix.is_some_and(|p| p.into_inner() == "draw");
        if name == "annotation" || drawn && self.table.is_some() {
            if name != "annotation"
                && self
                    .beside
                    .as_ref()
                    .is_some_and(|b| b.what == AsideKind::Comment)
            {
                return;
            }
            self.say_beside();
            self.beside = Some(Beside {
                what: if name == "annotation" {
                    AsideKind::Comment
                } else {
                    AsideKind::TextBox
                },
                text: String::new(),
                in_paragraph: false,
            });
        } else if let ("p" | "h", Some(beside)) = (name, &mut self.beside) {
            beside.in_paragraph = true;
            beside.text.push('\n');
        }
    }

    fn end_beside(&mut self, name: &str) {
        if let ("p" | "h", Some(beside)) = (name, &mut self.beside) {
            beside.in_paragraph = false;
        }
        if self.skipped == 0 || name == "annotation" {
            self.say_beside();
        }
    }

    fn text_beside(&mut self, text: &str) {
        let limit = self.book.limits.cell_bytes;
        let open = self.beside.as_mut();
        if let Some(beside) = open.filter(|b| b.in_paragraph && b.text.len() <= limit) {
            beside.text.push_str(text);
        }
    }

    /// What was collected belongs to the open cell, else to the sheet.
    fn say_beside(&mut self) {
        let (Some(beside), Some(table)) = (self.beside.take(), &mut self.table) else {
            return;
        };
        let row = table.row;
        let cell = table.open.as_ref().map(|c| Spot::Cell { row, col: c.col });
        let spot = cell.unwrap_or(Spot::Whole);
        table.sheet.aside(beside.what, spot, &beside.text);
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let name = tag.local_name().into_inner();
        if self.table.is_none() {
            self.styles.start(tag);
        }
        match name {
            "table" => return self.start_table(tag),
            "table-row-group" | "table-column-group" => {
                self.hidden_cells |= attribute(tag, "display")?.as_deref() == Some("false");
            }
            "table-column" => {
                let own = attribute(tag, "style-name")?;
                self.hidden_cells |= is_hidden(tag)? || self.styles.has_no_size(own.as_deref());
            }
            _ => {}
        }
        let limit = self.book.limits.cell_bytes;
        let Some(table) = &mut self.table else {
            return Ok(());
        };
        match name {
            // Text over the limit is not kept: the cell is refused at its end.
            "s" | "tab" | "line-break" if table.open_bytes() > limit => {}
            "table-column" => {
                let repeat = table.count(tag, "number-columns-repeated")?;
                let before = table.columns.last().map_or(0, |(end, _)| *end);
                let style = attribute(tag, "default-cell-style-name")?.unwrap_or_default();
                if table.columns.len() < limit {
                    table.columns.push((before.saturating_add(repeat), style));
                }
            }
            "table-row" => {
                let own = attribute(tag, "style-name")?;
                self.hidden_cells |= is_hidden(tag)? || self.styles.has_no_size(own.as_deref());
                table.repeat = table.count(tag, "number-rows-repeated")?;
                table.col = 0;
            }
            "table-cell" | "covered-table-cell" => table.start_cell(tag)?,
            "p" | "h" => table.start_paragraph(),
            "span" => {
                if let Some(cell) = &mut table.open {
                    let own = attribute(tag, "style-name")?;
                    let own = own.and_then(|name| self.styles.struck(&name));
                    let through = own.unwrap_or(cell.through);
                    cell.spans.push(cell.through);
                    cell.through = through;
                }
            }
            "s" => {
                let count = attribute(tag, "c")?.map_or(Ok(1), |c| c.parse::<usize>());
                let count = count.unwrap_or(1).min(limit + 1);
                table.white(&" ".repeat(count));
            }
            "tab" => table.white("\t"),
            "line-break" => table.white("\n"),
            _ => {}
        }
        Ok(())
    }

    fn start_table(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        if let Some(table) = &mut self.table {
            let why = Say::new("a table stands inside a cell", "单元格内还有表格");
            table.lose(&why);
            self.skipped = 1;
            return Ok(());
        }
        self.tables += 1;
        let name = attribute(tag, "name")?.unwrap_or_default();
        let limit = self.book.limits.sheets;
        // Copies of other files' sheets, kept for formulas.
        let is_copy = name.starts_with('\'') && name.contains("'#");
        if is_copy || self.tables > limit {
            if self.tables == limit + 1 {
                self.book.too_many(self.tables);
            }
            self.skipped = 1;
            return Ok(());
        }
        let style = attribute(tag, "style-name")?.unwrap_or_default();
        let mut sheet = self.book.sheet();
        let master = self.styles.master_of(&style);
        let masters = self.masters.iter();
        for master in masters
            .filter(|m| master.is_none_or(|name| name == m.name))
            .take(1)
        {
            for (what, text) in &master.texts {
                sheet.aside(*what, Spot::Whole, text);
            }
        }
        self.table = Some(Table {
            name,
            hidden: self.styles.is_hidden(&style),
            sheet,
            columns: Vec::new(),
            row: 0,
            repeat: 1,
            col: 0,
            cells: Vec::new(),
            open: None,
            over: None,
            broken: None,
        });
        Ok(())
    }

    fn end(&mut self, name: &str) {
        if name == "table" {
            self.end_table();
            return;
        }
        let limits = self.book.limits;
        let Some(table) = &mut self.table else {
            return;
        };
        match name {
            "p" | "h" => {
                if let Some(cell) = &mut table.open {
                    cell.in_paragraph = false;
                }
            }
            "span" => {
                if let Some(cell) = &mut table.open {
                    cell.through = cell.spans.pop().unwrap_or(false);
                }
            }
            "table-cell" | "covered-table-cell" => table.end_cell(limits),
            "table-row" => {
                if let Err(over) = table.end_row(&self.styles) {
                    table.over.get_or_insert(over);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let limit = self.book.limits.cell_bytes;
        let open = self.table.as_mut().and_then(|t| t.open.as_mut());
        let Some(cell) = open.filter(|c| c.in_paragraph && c.text.len() <= limit) else {
            return;
        };
        // Breaks and runs of white space are the file's layout, as in HTML.
        for c in text.chars() {
            let c = if matches!(c, '\t' | '\n' | '\r') {
                ' '
            } else {
                c
            };
            let text = if cell.through {
                &mut cell.struck
            } else {
                &mut cell.text
            };
            if c != ' ' || !text.ends_with([' ', '\n']) && !text.is_empty() {
                text.push(c);
            }
        }
    }

    fn end_table(&mut self) {
        let Some(table) = self.table.take() else {
            return;
        };
        let path = self.book.path;
        let mut broken = Vec::new();
        if let Some(limit) = table.over {
            broken.push(Problem::too_large(path, &limit));
        }
        if let Some((spot, why)) = table.broken {
            broken.push(Problem::sheet_incomplete(path, None, spot, &why));
        }
        self.book
            .add(&table.name, table.hidden, table.sheet, broken);
    }

    fn finish(mut self, ended: Result<(), String>) -> ReadFile {
        if let Err(why) = ended {
            if let Some(table) = &mut self.table {
                table.lose(&Say::new("the rest is damaged", "其余部分已损坏"));
            }
            self.end_table();
            self.book
                .problem(Problem::damaged(self.book.path, "ods", &why));
        }
        if self.hidden_cells {
            self.book.hidden_cells();
        }
        self.book.finish()
    }
}

impl Cell {
    fn says(&self) -> bool {
        let text = !self.text.is_empty() || !self.struck.is_empty();
        text || self.value.is_some() || self.formula
    }
}

impl Table {
    /// A count of repetitions. One that is no number is a loss.
    fn count(&mut self, tag: &BytesStart<'_>, name: &str) -> Result<u32, String> {
        let Some(text) = attribute(tag, name)? else {
            return Ok(1);
        };
        match text.parse::<u64>() {
            Ok(n) if n > 0 => Ok(u32::try_from(n).unwrap_or(u32::MAX)),
            _ => {
                let why = Say::new("a number of repetitions is impossible", "重复次数无效");
                self.lose(&why);
                Ok(1)
            }
        }
    }

    /// Something here was not read.
    fn lose(&mut self, why: &Say) {
        let spot = Spot::Cell {
            row: self.row,
            col: self.col,
        };
        self.broken.get_or_insert_with(|| (spot, why.clone()));
    }

    fn start_cell(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let mut cell = Cell {
            col: self.col,
            repeat: self.count(tag, "number-columns-repeated")?,
            columns: 1,
            rows: 1,
            ..Cell::default()
        };
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|e| e.to_string())?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|e| e.to_string())?;
            let (name, prefix) = attribute.key.decompose();
            let is_office = prefix.is_some_and(|p| p.into_inner() == "office");
            match name.into_inner() {
                "value-type" if is_office => cell.kind = value.into_owned(),
                // Beside the kind of the format's standard, LibreOffice's own says `error`.
                "value-type" => cell.is_error |= value == "error",
                "value" | "date-value" | "time-value" | "boolean-value" => {
                    cell.value = Some(value.into_owned());
                }
                "string-value" if !value.is_empty() => cell.value = Some(value.into_owned()),
                "formula" => cell.formula = true,
                "style-name" => cell.style = Some(value.into_owned()),
                "number-columns-spanned" => cell.columns = value.parse().unwrap_or(1),
                "number-rows-spanned" => cell.rows = value.parse().unwrap_or(1),
                _ => {}
            }
        }
        self.open = Some(cell);
        Ok(())
    }

    fn start_paragraph(&mut self) {
        if let Some(cell) = &mut self.open {
            if cell.paragraphs > 0 {
                cell.text.push('\n');
            }
            cell.paragraphs += 1;
            cell.in_paragraph = true;
        }
    }

    fn open_bytes(&self) -> usize {
        self.open.as_ref().map_or(0, |c| c.text.len())
    }

    /// White space that is meant.
    fn white(&mut self, text: &str) {
        match self.open.as_mut().filter(|c| c.in_paragraph) {
            Some(cell) if cell.through => cell.struck.push_str(text),
            Some(cell) => cell.text.push_str(text),
            None => {}
        }
    }

    fn end_cell(&mut self, limits: &Limits) {
        let Some(cell) = self.open.take() else {
            return;
        };
        self.col = self.col.saturating_add(cell.repeat);
        let says = cell.says();
        let spans = cell.columns > 1 || cell.rows > 1;
        if !says && !spans {
            return;
        }
        let bytes = cell
            .text
            .len()
            .max(cell.value.as_ref().map_or(0, String::len));
        let columns = limits.columns as usize;
        if bytes > limits.cell_bytes
            || says && self.col > limits.columns
            || self.cells.len() >= columns
        {
            self.over.get_or_insert_with(|| {
                if bytes > limits.cell_bytes {
                    stated("cell-bytes", limits.cell_bytes)
                } else {
                    stated("columns", limits.columns)
                }
            });
            return;
        }
        self.cells.push(cell);
    }

    fn end_row(&mut self, styles: &Styles) -> Result<(), Over> {
        let cells = std::mem::take(&mut self.cells);
        let first = self.row;
        self.row = first.saturating_add(self.repeat);
        if cells.is_empty() || self.over.is_some() {
            return Ok(());
        }
        let says = Cell::says;
        // A row that only spans is a row of layout: told once.
        let end = if cells.iter().any(says) {
            self.row
        } else {
            first.saturating_add(1)
        };
        for row in first..end {
            if row >= MOST_ROWS {
                return Err(format!("{MOST_ROWS} rows"));
            }
            for cell in &cells {
                let columns = &self.columns;
                let of_column = |col: u32| {
                    let found = columns.iter().find(|(end, _)| col < *end);
                    found.map_or("", |(_, style)| style.as_str())
                };
                for col in (cell.col..).take(cell.repeat as usize) {
                    put(&mut self.sheet, row, col, cell)?;
                    if !says(cell) {
                        break;
                    }
                    let style = cell.style.as_deref().unwrap_or_else(|| of_column(col));
                    if styles.struck(style) == Some(true) {
                        self.sheet.mark(row, col, Marks::STRUCK);
                    }
                }
                if cell.columns > 1 || cell.rows > 1 {
                    self.sheet.merge(Merge {
                        top: row,
                        left: cell.col,
                        bottom: row.saturating_add(cell.rows.saturating_sub(1)),
                        right: cell.col.saturating_add(cell.columns.saturating_sub(1)),
                    });
                }
            }
        }
        Ok(())
    }
}

fn put(sheet: &mut Sheet, row: u32, col: u32, cell: &Cell) -> Result<(), Over> {
    let value = cell.value.as_deref();
    // An older file stores an error as the number 0 and shows it in the text.
    let shown = cell.text.as_str();
    let shows_error = cell.formula && (shown.starts_with('#') || shown.starts_with("Err:"));
    if cell.is_error || shows_error {
        let text = if shown.is_empty() { "#ERROR" } else { shown };
        return sheet.put(row, col, text, CellKind::Error);
    }
    match (cell.kind.as_str(), value) {
        ("float" | "percentage" | "currency", Some(raw)) => match raw.parse::<f64>() {
            Ok(n) if !cell.struck.is_empty() => {
                sheet.value(row, col, &DataRef::Float(n), false, None)?;
                sheet.mark(row, col, Marks::STRUCK);
                Ok(())
            }
            Ok(n) if n.is_finite() && cell.paragraphs > 0 => {
                let stored = n.to_string();
                sheet.number(row, col, n, &stored, seen(shown, n, &stored))
            }
            Ok(n) => sheet.value(row, col, &DataRef::Float(n), cell.formula, None),
            Err(_) => sheet.put(row, col, raw, CellKind::Error),
        },
        ("date", Some(raw)) => {
            let day = raw.split('T').next().unwrap_or(raw);
            sheet.put(row, col, day, CellKind::Date)
        }
        ("boolean", Some(raw)) => sheet.value(row, col, &DataRef::Bool(raw == "true"), false, None),
        (_, Some(raw)) => sheet.put(row, col, raw, CellKind::Text),
        (_, None) if !cell.struck.is_empty() => sheet.runs(row, col, shown, &cell.struck),
        (kind, None) if shown.is_empty() && cell.formula && kind != "string" => {
            sheet.put(row, col, "", CellKind::NoValue)
        }
        (_, None) => sheet.put(row, col, shown, CellKind::Text),
    }
}

/// What stands beside the cells: drawings, forms, comments, older versions of the cells.
fn is_beside(tag: &BytesStart<'_>) -> bool {
    let (name, prefix) = tag.name().decompose();
    let prefix = prefix.map_or("", |p| p.into_inner());
    matches!(prefix, "draw" | "dr3d" | "form")
        || matches!(
            name.into_inner(),
            "annotation" | "tracked-changes" | "dde-links" | "shapes" | "forms" | "ruby-text"
        )
}

fn is_hidden(tag: &BytesStart<'_>) -> Result<bool, String> {
    let visibility = attribute(tag, "visibility")?;
    Ok(visibility.is_some_and(|v| v == "collapse" || v == "filter"))
}

/// An attribute by its local name.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|e| e.to_string())?;
        if attribute.key.local_name().into_inner() == name {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            return value
                .map(|v| Some(v.into_owned()))
                .map_err(|e| e.to_string());
        }
    }
    Ok(None)
}
