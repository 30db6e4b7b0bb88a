//! XML Spreadsheet 2003: the sheets of a workbook in one XML file, often named .xls.

use super::super::look::{Look, Shown, calls_a_picture, page_texts};
use super::super::{Limits, document, failed, markup, stated};
use crate::model::{
    Aside, AsideKind, CellKind, Grid, Layout, Marks, Merge, Problem, ReadFile, Say, Spot,
};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

const NAMESPACE: &str = "urn:schemas-microsoft-com:office:spreadsheet";

/// Whether the root element is a workbook of that format.
pub fn is_one(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                return start.local_name().as_ref() == "Workbook"
                    && start
                        .attributes()
                        .with_checks(false)
                        .filter_map(Result::ok)
                        .any(|a| a.value == NAMESPACE);
            }
            Ok(Event::Eof | Event::Empty(_)) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

pub fn read(path: &str, text: &str, limits: &Limits) -> ReadFile {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut book = Book {
        path,
        limits,
        file: ReadFile::default(),
        sheet: None,
        styles: BTreeMap::new(),
        style: (String::new(), String::new(), Marks::NONE),
        depth: 0,
        sheets: 0,
        hidden: false,
    };
    let broken = loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                book.depth += 1;
                if book.depth > limits.elements {
                    break Some("its elements are nested too deeply".to_string());
                }
                if let Err(why) = book.start(&start) {
                    break Some(why);
                }
            }
            Ok(Event::End(end)) => {
                book.depth = book.depth.saturating_sub(1);
                book.end(end.local_name().as_ref());
            }
            Ok(Event::Text(text)) => book.text(&text.xml10_content()),
            Ok(Event::CData(text)) => book.text(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => {
                let mut text = String::new();
                markup::push_reference(&mut text, &reference);
                book.text(&text);
            }
            Ok(Event::DocType(_)) => break Some("it declares a DOCTYPE".to_string()),
            Ok(Event::Eof) if book.depth == 0 => break None,
            Ok(Event::Eof) => break Some("it is cut off".to_string()),
            Ok(_) => {}
            Err(e) => break Some(e.to_string()),
        }
    };
    if let Some(why) = broken {
        if let Some(sheet) = &mut book.sheet {
            sheet.whole = false;
        }
        book.file.problems.push(Problem::damaged(path, "xml", &why));
    }
    book.end_sheet();
    if book.hidden {
        let what = Say::new(
            "the workbook has hidden rows or columns",
            "工作簿里有隐藏的行或列",
        );
        book.file.problems.push(Problem::hidden(path, None, &what));
    }
    if book.file.documents.is_empty() && book.file.problems.is_empty() {
        return failed(Problem::empty(path));
    }
    book.file
}

struct Book<'a> {
    path: &'a str,
    limits: &'a Limits,
    file: ReadFile,
    sheet: Option<Sheet>,
    styles: BTreeMap<String, Look>,
    /// The style that is read: its name, its number format, what it does to a text.
    style: (String, String, Marks),
    depth: usize,
    sheets: usize,
    hidden: bool,
}

struct Sheet {
    name: String,
    grid: Grid,
    whole: bool,
    /// The next row and the next column, as nothing else is said.
    row: u32,
    column: u32,
    /// The row is written once it has a cell.
    opened: bool,
    /// Rows an empty row stands for besides itself.
    repeats: u32,
    cell: Option<Cell>,
    /// A note of a cell, whose text is not the cell's.
    note: Option<String>,
    visible: Option<String>,
}

struct Cell {
    column: u32,
    across: u32,
    down: u32,
    formula: bool,
    kind: String,
    text: String,
    style: Option<String>,
    /// What of its text is struck out, and whether what comes now is.
    struck: String,
    through: bool,
    reading: bool,
}

impl Book<'_> {
    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        let limits = self.limits;
        let name = start.local_name();
        let get = |name| markup::attribute(start, name);
        let number = |name| get(name).and_then(|v| v.trim().parse::<u32>().ok());
        if name.as_ref() == "Worksheet" {
            self.end_sheet();
            self.sheets += 1;
            if self.sheets > limits.sheets {
                return Err(format!(
                    "over the limit {}",
                    stated("sheets", limits.sheets)
                ));
            }
            self.sheet = Some(Sheet::new(get("Name").unwrap_or_default()));
            return Ok(());
        }
        let Some(sheet) = &mut self.sheet else {
            let (own, code, marks) = &mut self.style;
            match name.as_ref() {
                "Style" => {
                    (*own, *code, *marks) =
                        (get("ID").unwrap_or_default(), String::new(), Marks::NONE)
                }
                "Font" if get("StrikeThrough").as_deref() == Some("1") => *marks = Marks::STRUCK,
                "NumberFormat" => *code = get("Format").unwrap_or_default(),
                _ => {}
            }
            return Ok(());
        };
        match name.as_ref() {
            "Header" | "Footer" => {
                let what = if name.as_ref() == "Header" {
                    AsideKind::PageHeader
                } else {
                    AsideKind::PageFooter
                };
                for text in page_texts(&get("Data").unwrap_or_default()) {
                    let spot = Spot::Whole;
                    sheet.grid.asides.push(Aside { what, spot, text });
                }
            }
            "S" => {
                if let Some(cell) = &mut sheet.cell {
                    cell.through = true;
                }
            }
            "Row" => {
                if let Some(at) = number("Index") {
                    if at <= sheet.row {
                        return Err("rows out of order".to_string());
                    }
                    sheet.row = at - 1;
                }
                sheet.column = 0;
                sheet.opened = false;
                sheet.repeats = number("Span").unwrap_or(0);
                let none = get("Height").as_deref() == Some("0");
                self.hidden |= none || get("Hidden").as_deref() == Some("1");
            }
            "Column" => self.hidden |= get("Hidden").as_deref() == Some("1"),
            "Cell" => {
                if let Some(at) = number("Index") {
                    if at <= sheet.column {
                        return Err("cells out of order".to_string());
                    }
                    sheet.column = at - 1;
                }
                let (across, down) = (
                    number("MergeAcross").unwrap_or(0),
                    number("MergeDown").unwrap_or(0),
                );
                let column = sheet.column;
                sheet.column = column.saturating_add(across).saturating_add(1);
                if sheet.column > limits.columns {
                    return Err(format!(
                        "over the limit {}",
                        stated("columns", limits.columns)
                    ));
                }
                sheet.cell = Some(Cell {
                    column,
                    across,
                    down,
                    formula: get("Formula").is_some(),
                    kind: String::new(),
                    text: String::new(),
                    style: get("StyleID"),
                    struck: String::new(),
                    through: false,
                    reading: false,
                });
            }
            "Comment" => sheet.note = Some(String::new()),
            "Data" if sheet.note.is_none() => {
                if let Some(cell) = &mut sheet.cell {
                    cell.reading = true;
                    cell.kind = get("Type").unwrap_or_default();
                }
            }
            "Visible" => sheet.visible = Some(String::new()),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        let Some(sheet) = &mut self.sheet else { return };
        if let Some(note) = &mut sheet.note {
            note.push_str(text);
        } else if let Some(cell) = sheet.cell.as_mut().filter(|cell| cell.reading) {
            let part = if cell.through {
                &mut cell.struck
            } else {
                &mut cell.text
            };
            part.push_str(text);
        } else if let Some(visible) = &mut sheet.visible {
            visible.push_str(text);
        }
    }

    fn end(&mut self, name: &str) {
        let Some(sheet) = &mut self.sheet else {
            if name == "Style" {
                let (name, code, marks) = &self.style;
                // Formats that go by a name.
                let code = match code.as_str() {
                    "Fixed" => "0.00",
                    "Percent" => "0.00%",
                    "Scientific" => "0.00E+00",
                    code if code.contains(' ') && !code.contains(['0', '#', '"', ';']) => "",
                    code => code,
                };
                self.styles.insert(name.clone(), Look::new(code, *marks));
            }
            return;
        };
        match name {
            "Comment" => {
                let (row, note) = (sheet.row, sheet.note.take().unwrap_or_default());
                if let (Some(cell), false) = (&sheet.cell, note.trim().is_empty()) {
                    let spot = Spot::Cell {
                        row,
                        col: cell.column,
                    };
                    let (what, text) = (AsideKind::Comment, note.trim().to_string());
                    sheet.grid.asides.push(Aside { what, spot, text });
                }
            }
            "S" => {
                if let Some(cell) = &mut sheet.cell {
                    cell.through = false;
                }
            }
            "Data" => {
                if let Some(cell) = sheet.cell.as_mut().filter(|_| sheet.note.is_none()) {
                    cell.reading = false;
                }
            }
            "Cell" => {
                let fits = sheet.end_cell(self.limits, &self.styles);
                if !fits && sheet.whole {
                    sheet.whole = false;
                    let limit = if sheet.grid.cells.len() >= self.limits.cells {
                        stated("cells", self.limits.cells)
                    } else {
                        stated("cell-bytes", self.limits.cell_bytes)
                    };
                    let part = Some(sheet.name.as_str());
                    let problem = Problem::too_large(self.path, &limit);
                    self.file.problems.push(problem.at(part, Spot::Whole));
                }
            }
            "Row" => {
                sheet.row = sheet.row.saturating_add(1).saturating_add(sheet.repeats);
                sheet.repeats = 0;
            }
            "Worksheet" => self.end_sheet(),
            "Visible" => {
                let visible = sheet.visible.take();
                if visible.is_some_and(|v| v.trim() != "SheetVisible") {
                    let what = Say::new("this sheet is hidden", "该工作表被隐藏");
                    let part = Some(sheet.name.as_str());
                    let problem = Problem::hidden(self.path, part, &what);
                    self.file.problems.push(problem);
                }
            }
            _ => {}
        }
    }

    fn end_sheet(&mut self) {
        let Some(sheet) = self.sheet.take() else {
            return;
        };
        if sheet.grid.cells.is_empty() && sheet.whole {
            return;
        }
        let mut made = document(self.path, Some(&sheet.name), "xml", sheet.grid);
        made.whole = sheet.whole;
        self.file.documents.push(made);
    }
}

impl Sheet {
    fn new(name: String) -> Sheet {
        Sheet {
            name,
            grid: Grid::new(Layout::Sheet),
            whole: true,
            row: 0,
            column: 0,
            opened: false,
            repeats: 0,
            cell: None,
            note: None,
            visible: None,
        }
    }

    /// Writes the open cell; false when it is over a limit.
    fn end_cell(&mut self, limits: &Limits, styles: &BTreeMap<String, Look>) -> bool {
        let Some(mut cell) = self.cell.take() else {
            return true;
        };
        self.note = None;
        let look = cell.style.as_ref().and_then(|style| styles.get(style));
        let mut marks = look.map_or(Marks::NONE, |look| look.marks);
        if !cell.struck.trim().is_empty() && cell.text.trim().is_empty() {
            cell.text = std::mem::take(&mut cell.struck);
            marks = marks.with(Marks::STRUCK);
        }
        let (kind, stored) = cell.value();
        let number = stored
            .parse::<f64>()
            .ok()
            .filter(|_| kind == CellKind::Number);
        let shown = number.zip(look).map(|(n, look)| look.shown(n, &stored));
        let text = match &shown {
            Some(Shown::As(text)) => text.clone(),
            _ => stored.clone(),
        };
        if text.is_empty() && kind != CellKind::NoValue {
            return true;
        }
        if text.len() > limits.cell_bytes || self.grid.cells.len() >= limits.cells {
            return false;
        }
        if !self.opened {
            self.grid.push_row(self.row, 0);
            self.opened = true;
        }
        if cell.across > 0 || cell.down > 0 {
            self.grid.merges.push(Merge {
                top: self.row,
                left: cell.column,
                bottom: self.row.saturating_add(cell.down),
                right: cell.column + cell.across,
            });
        }
        let fits = self.grid.push_cell(&text, cell.column, cell.column, kind);
        if text != stored {
            self.grid.store_last(&stored);
        }
        if calls_a_picture(&text) {
            marks = marks.with(Marks::PICTURE);
        }
        if number.is_some_and(|n| n.abs() >= super::super::sheet::MOST_DIGITS) {
            marks = marks.with(Marks::DIGITS_LOST);
        }
        if !cell.struck.trim().is_empty() {
            marks = marks.with(Marks::PARTLY_STRUCK);
            let (row, col) = (self.row, cell.column);
            let (what, spot) = (AsideKind::StruckPart, Spot::Cell { row, col });
            let text = cell.struck;
            self.grid.asides.push(Aside { what, spot, text });
        }
        self.grid.mark_last(marks);
        fits
    }
}

impl Cell {
    /// The stored value as a person would type it, and what it is.
    fn value(&self) -> (CellKind, String) {
        let text = self.text.as_str();
        match self.kind.as_str() {
            "" if self.formula => (CellKind::NoValue, String::new()),
            "Number" => match text.trim().parse::<f64>() {
                // Fifteen figures are all a workbook has; what is longer is their binary shadow.
                Ok(n) if n.is_finite() => {
                    let long = text.len() > 15 || text.contains(['e', 'E']);
                    let shown = if long {
                        n.to_string()
                    } else {
                        text.to_string()
                    };
                    (CellKind::Number, shown)
                }
                _ => (CellKind::Error, text.to_string()),
            },
            "DateTime" => {
                let day = text.split('T').next().unwrap_or(text);
                (CellKind::Date, day.to_string())
            }
            "Boolean" => {
                let shown = if text.trim() == "1" { "TRUE" } else { "FALSE" };
                (CellKind::Bool, shown.to_string())
            }
            "Error" => (CellKind::Error, text.to_string()),
            _ => (CellKind::Text, text.to_string()),
        }
    }
}
