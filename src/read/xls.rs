//! XLS (BIFF5 and BIFF8): records read one by one into the grid. Nothing dense is built, formulas
//! are not parsed, and a record that cannot be read is counted and said.

use super::biff::{Pieces, Record, Records, Shared, Storage, built_in, date_format, rk};
use super::compound::{Compound, f64_at, u16_at, u32_at};
use super::look::Look;
use super::sheet::{Book, Over, Sheet};
use super::{Limits, failed};
use crate::model::{AsideKind, CellKind, Marks, Merge, Problem, ReadFile, Say, Spot};
use calamine::{CellErrorType, DataRef, ExcelDateTime, ExcelDateTimeType};
use std::collections::{BTreeMap, BTreeSet};

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const WORKSHEET: u16 = 0x0010;
/// The kind of object that is a note.
const NOTE: u16 = 0x0019;

pub fn read(path: &str, bytes: &[u8], limits: &Limits) -> ReadFile {
    let damaged = |why: &str| failed(Problem::damaged(path, "xls", why));
    let stream = if super::sniff::is_bare_biff(bytes) {
        bytes.to_vec()
    } else {
        let found = Compound::open(bytes).and_then(|file| {
            let newer = file.has("Workbook");
            file.stream(if newer { "Workbook" } else { "Book" })
        });
        match found {
            Ok(stream) => stream,
            Err(why) => return damaged(why),
        }
    };
    let mut globals = match Globals::read(&stream) {
        Ok(globals) => globals,
        Err(Stopped::Password) => return failed(Problem::encrypted(path)),
        Err(Stopped::Old) => {
            return failed(Problem::unsupported(path, super::sniff::OLD_EXCEL, "XLSX"));
        }
        Err(Stopped::Damaged(why)) => return damaged(why),
    };
    let mut book = Book::new(path, "xls", limits);
    book.too_many(globals.sheets.len());
    let (mut hidden, mut places) = (false, BTreeSet::new());
    for listed in std::mem::take(&mut globals.sheets)
        .into_iter()
        .take(limits.sheets)
    {
        if !places.insert(listed.at) {
            book.lost(&listed.name, "two of its sheets stand at the same place");
            continue;
        }
        let mut reader = SheetReader::new(&stream, &mut globals, book.sheet());
        if let Err(why) = reader.read(listed.at) {
            book.lost(&listed.name, why);
            continue;
        }
        hidden |= reader.hidden;
        let (sheet, broken) = reader.finish(path);
        book.add(&listed.name, listed.hidden, sheet, broken);
    }
    if hidden {
        book.hidden_cells();
    }
    if globals.storage.bad > 0 {
        let name = globals.storage.encoding.name();
        let problem = Problem::encoding_doubt(path, name, globals.storage.bad);
        book.problem(problem);
    }
    book.finish()
}

/// Why a workbook cannot be read at all.
enum Stopped {
    Password,
    /// Excel 4 or older.
    Old,
    Damaged(&'static str),
}

struct Listed {
    name: String,
    at: usize,
    hidden: bool,
}

/// What stands before the sheets.
struct Globals {
    sheets: Vec<Listed>,
    shared: Shared,
    storage: Storage,
    /// By the number of the style: whether its cells are dates, and how they look.
    styles: Vec<(Option<ExcelDateTimeType>, Look)>,
    /// Whether a line goes through what is written in a font.
    struck_fonts: Vec<bool>,
    date_1904: bool,
}

impl Globals {
    fn read(stream: &[u8]) -> Result<Globals, Stopped> {
        let mut records = Records::new(stream, 0);
        let first = match records.next() {
            Some(Ok(record)) => record,
            _ => return Err(Stopped::Damaged("it is cut off")),
        };
        let version = u16_at(first.body, 0).unwrap_or(0);
        match (first.kind, version) {
            (BOF, 0x0500 | 0x0600) => {}
            (0x0009 | 0x0209 | 0x0409, _) => return Err(Stopped::Old),
            _ => return Err(Stopped::Damaged("its workbook does not begin as one")),
        }
        let mut globals = Globals {
            sheets: Vec::new(),
            shared: Shared::default(),
            storage: Storage {
                unicode: version == 0x0600,
                encoding: encoding_rs::WINDOWS_1252,
                bad: 0,
            },
            styles: Vec::new(),
            struck_fonts: Vec::new(),
            date_1904: false,
        };
        let mut formats = BTreeMap::new();
        let (mut used, mut fonts) = (Vec::new(), Vec::new());
        // Sheets before the code page is known: names are read last.
        let mut listed = Vec::new();
        loop {
            let record = match records.next() {
                Some(Ok(record)) => record,
                _ => return Err(Stopped::Damaged("it is cut off")),
            };
            let body = record.body;
            match record.kind {
                EOF => break,
                0x002f => return Err(Stopped::Password),
                0x0042 => globals.storage.encoding = encoding(u16_at(body, 0))?,
                0x0022 => globals.date_1904 = u16_at(body, 0) == Some(1),
                0x041e => {
                    let text = globals.storage.string(body, 2, globals.storage.unicode);
                    if let (Some(id), Some(text)) = (u16_at(body, 0), text) {
                        formats.insert(id, text);
                    }
                }
                0x0031 => fonts.push(Font {
                    struck: u16_at(body, 2).is_some_and(|flags| flags & 8 != 0),
                    white: matches!(u16_at(body, 4), Some(1 | 9)),
                }),
                0x00e0 => used.push((
                    u16_at(body, 0).unwrap_or(0),
                    u16_at(body, 2).unwrap_or(0),
                    // The pattern of its ground; BIFF5 keeps it elsewhere.
                    u32_at(body, 14).is_some_and(|ground| ground >> 26 != 0) || version != 0x0600,
                )),
                0x0085 => listed.push(body),
                0x00fc => globals.shared = Shared::read(records.pieces(record)),
                _ => {}
            }
        }
        // There is no font of the number four.
        let font = |id: u16| fonts.get(usize::from(if id > 4 { id - 1 } else { id }));
        let numbers = 0..=crate::model::grid::index(fonts.len());
        globals.struck_fonts = numbers
            .filter_map(|n| u16::try_from(n).ok())
            .map(|n| font(n).is_some_and(|f: &Font| f.struck))
            .collect();
        globals.styles = used
            .into_iter()
            .map(|(font_id, id, ground)| {
                let mut marks = Marks::NONE;
                if let Some(font) = font(font_id) {
                    if font.struck {
                        marks = marks.with(Marks::STRUCK);
                    }
                    if font.white && !ground {
                        marks = marks.with(Marks::UNSEEN);
                    }
                }
                let own = formats.get(&id);
                let date = own.map_or_else(|| built_in(id), |code| date_format(code));
                let code = own.map(String::as_str);
                let code = code.or_else(|| ssfmt::format_code_from_id(u32::from(id)));
                let code = code.filter(|_| date.is_none()).unwrap_or("");
                (date, Look::new(code, marks))
            })
            .collect();
        for body in listed {
            let sheet = globals.listed(body);
            // Kind 0 is a worksheet; the others are charts, macros and modules.
            if let Some((0, sheet)) = sheet {
                globals.sheets.push(sheet);
            } else if sheet.is_none() {
                return Err(Stopped::Damaged("its list of sheets is damaged"));
            }
        }
        if globals.sheets.is_empty() {
            return Err(Stopped::Damaged("it lists no sheets"));
        }
        Ok(globals)
    }

    fn listed(&mut self, body: &[u8]) -> Option<(u8, Listed)> {
        let kind = *body.get(5)?;
        let mut name = self.storage.string(body, 6, false)?;
        name.retain(|c| c != '\0');
        let sheet = Listed {
            name,
            at: u32_at(body, 0)? as usize,
            hidden: body.get(4)? & 3 != 0,
        };
        Some((kind, sheet))
    }

    fn number(&self, n: f64, style: u16) -> DataRef<'static> {
        match self.styles.get(usize::from(style)) {
            Some((Some(kind), _)) => {
                DataRef::DateTime(ExcelDateTime::new(n, *kind, self.date_1904))
            }
            _ => DataRef::Float(n),
        }
    }

    fn look(&self, style: u16) -> Option<&Look> {
        self.styles.get(usize::from(style)).map(|(_, look)| look)
    }
}

/// A font as far as it changes what is read.
struct Font {
    struck: bool,
    white: bool,
}

fn encoding(page: Option<u16>) -> Result<&'static encoding_rs::Encoding, Stopped> {
    match page {
        // Macintosh and Windows, as Excel 5 numbers them.
        Some(0x8000) => Ok(encoding_rs::MACINTOSH),
        Some(0x8001 | 367) | None => Ok(encoding_rs::WINDOWS_1252),
        Some(page) => {
            codepage::to_encoding(page).ok_or(Stopped::Damaged("its code page is not known"))
        }
    }
}

/// One sheet's records on their way into its cells.
struct SheetReader<'a> {
    stream: &'a [u8],
    globals: &'a mut Globals,
    sheet: Sheet,
    /// A formula whose text stands in a record of its own, not come yet.
    awaited: Option<(u32, u32, u16)>,
    /// The object that is drawn: its number, and whether it is a note. Texts of notes by number, and
    /// the cells they are pinned to.
    drawn: (Option<u16>, bool),
    notes: BTreeMap<u16, String>,
    pinned: Vec<(u16, Spot)>,
    /// Formulas with an empty text, and whether any has another result: a program that cannot
    /// calculate leaves them all empty.
    blank: Vec<(u32, u32)>,
    calculated: bool,
    hidden: bool,
    broken: Vec<Broken>,
}

enum Broken {
    Over(Over),
    /// Records that could not be read, and the first one's place.
    Records(usize, Spot),
    NoEnd,
}

/// A record of a cell that cannot be read.
enum Failure {
    Over(Over),
    Unreadable,
}

impl From<Over> for Failure {
    fn from(over: Over) -> Failure {
        Failure::Over(over)
    }
}

impl<'a> SheetReader<'a> {
    fn new(stream: &'a [u8], globals: &'a mut Globals, sheet: Sheet) -> SheetReader<'a> {
        SheetReader {
            stream,
            globals,
            sheet,
            awaited: None,
            drawn: (None, false),
            notes: BTreeMap::new(),
            pinned: Vec::new(),
            blank: Vec::new(),
            calculated: false,
            hidden: false,
            broken: Vec::new(),
        }
    }

    /// Reads the sheet that begins at an offset of the stream.
    fn read(&mut self, at: usize) -> Result<(), &'static str> {
        let mut records = Records::new(self.stream, at);
        match records.next() {
            Some(Ok(r)) if r.kind == BOF && u16_at(r.body, 2) == Some(WORKSHEET) => {}
            _ => return Err("there is no sheet at its place"),
        }
        let (mut unreadable, mut first) = (0, Spot::Whole);
        // Charts inside the sheet are sheets of their own, with cells that are none.
        let mut depth = 0;
        loop {
            let Some(Ok(record)) = records.next() else {
                self.broken.push(Broken::NoEnd);
                break;
            };
            match record.kind {
                BOF => depth += 1,
                EOF if depth == 0 => break,
                EOF => depth -= 1,
                _ if depth > 0 => {}
                _ => match self.record(&records, record) {
                    Ok(()) => {}
                    Err(Failure::Over(limit)) => {
                        self.broken.push(Broken::Over(limit));
                        break;
                    }
                    Err(Failure::Unreadable) => {
                        if unreadable == 0
                            && let (Some(row), Some(col)) =
                                (u16_at(record.body, 0), u16_at(record.body, 2))
                        {
                            first = Spot::Cell {
                                row: u32::from(row),
                                col: u32::from(col),
                            };
                        }
                        unreadable += 1;
                    }
                },
            }
        }
        let mut settled = self.settle();
        if !self.calculated {
            for (row, col) in std::mem::take(&mut self.blank) {
                settled = settled.and_then(|()| self.sheet.put(row, col, "", CellKind::NoValue));
            }
        }
        if let Err(over) = settled {
            self.broken.push(Broken::Over(over));
        }
        if unreadable > 0 {
            self.broken.push(Broken::Records(unreadable, first));
        }
        Ok(())
    }

    fn record(&mut self, records: &Records<'a>, record: Record<'a>) -> Result<(), Failure> {
        let body = record.body;
        let missing = || Failure::Unreadable;
        match record.kind {
            0x00e5 => return self.merges(body).ok_or(Failure::Unreadable),
            0x0208 => {
                let height = u16_at(body, 6).map(|h| h & 0x7fff);
                let flags = u16_at(body, 12).unwrap_or(0);
                self.hidden |= flags & 0x20 != 0 || height == Some(0);
            }
            0x007d => {
                let flags = u16_at(body, 8).unwrap_or(0);
                self.hidden |= flags & 1 != 0 || u16_at(body, 4) == Some(0);
            }
            0x0207 => {
                let Some((row, col, style)) = self.awaited.take() else {
                    return Ok(());
                };
                let text = self.long_string(records.pieces(record), body, 0);
                let (text, runs) = text.ok_or_else(missing)?;
                self.text((row, col, style), &text, &runs)?;
            }
            0x001c => self.note(body).ok_or_else(missing)?,
            0x005d if u16_at(body, 0) == Some(0x15) => {
                self.drawn = (u16_at(body, 6), u16_at(body, 4) == Some(NOTE));
            }
            0x01b6 => {
                let count = u16_at(body, 10).ok_or_else(missing)?;
                let text = records.pieces(record).drawn(usize::from(count));
                match (std::mem::take(&mut self.drawn), text) {
                    ((Some(id), true), Some(text)) => {
                        self.notes.insert(id, text);
                    }
                    (_, Some(text)) => self.sheet.aside(AsideKind::TextBox, Spot::Whole, &text),
                    (_, None) => return Err(Failure::Unreadable),
                }
            }
            0x0014 | 0x0015 if !body.is_empty() => {
                let code = if self.globals.storage.unicode {
                    self.long_string(records.pieces(record), body, 0)
                        .map(|(text, _)| text)
                } else {
                    self.globals.storage.string(body, 0, false)
                };
                let what = if record.kind == 0x0014 {
                    AsideKind::PageHeader
                } else {
                    AsideKind::PageFooter
                };
                self.sheet.page(what, &code.ok_or_else(missing)?);
            }
            0x0203 | 0x0204 | 0x00d6 | 0x0205 | 0x027e | 0x00fd | 0x00bd | 0x0006 | 0x0206
            | 0x0406 => {
                self.settle()?;
                let row = u32::from(u16_at(body, 0).ok_or_else(missing)?);
                let col = u32::from(u16_at(body, 2).ok_or_else(missing)?);
                if record.kind == 0x00bd {
                    return self.numbers(row, col, body);
                }
                self.cell(row, col, records, record)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn cell(
        &mut self,
        row: u32,
        col: u32,
        records: &Records<'a>,
        record: Record<'a>,
    ) -> Result<(), Failure> {
        let body = record.body;
        let missing = || Failure::Unreadable;
        let style = u16_at(body, 4).ok_or_else(missing)?;
        match record.kind {
            0x0203 => {
                let n = f64_at(body, 6).ok_or_else(missing)?;
                self.number(row, col, n, style, false)?;
            }
            0x027e => {
                let n = rk(body, 6).ok_or_else(missing)?;
                self.number(row, col, n, style, false)?;
            }
            0x0205 => {
                let value = *body.get(6).ok_or_else(missing)?;
                let is_error = body.get(7).is_some_and(|flag| *flag != 0);
                self.flag(row, col, value, is_error)?;
            }
            0x00fd => {
                let index = u32_at(body, 6).ok_or_else(missing)?;
                let shared = std::mem::take(&mut self.globals.shared);
                let text = shared.get(index);
                let put = text.map(|text| self.text((row, col, style), text, shared.runs(index)));
                self.globals.shared = shared;
                put.ok_or_else(missing)??;
            }
            0x0204 | 0x00d6 => {
                let text = self.long_string(records.pieces(record), body, 6);
                let (text, runs) = text.ok_or_else(missing)?;
                self.text((row, col, style), &text, &runs)?;
            }
            _ => self.formula(row, col, style, body)?,
        }
        Ok(())
    }

    /// The stored result of a formula.
    fn formula(&mut self, row: u32, col: u32, style: u16, body: &[u8]) -> Result<(), Failure> {
        let missing = || Failure::Unreadable;
        if u16_at(body, 12) != Some(0xffff) {
            let n = f64_at(body, 6).ok_or_else(missing)?;
            self.calculated = true;
            return Ok(self.number(row, col, n, style, true)?);
        }
        let value = *body.get(8).ok_or_else(missing)?;
        match body.get(6) {
            Some(0) => self.awaited = Some((row, col, style)),
            Some(1) => self.flag(row, col, value, false)?,
            Some(2) => self.flag(row, col, value, true)?,
            Some(3) => {
                self.blank.push((row, col));
                return Ok(());
            }
            _ => return Err(Failure::Unreadable),
        }
        self.calculated = true;
        Ok(())
    }

    fn flag(&mut self, row: u32, col: u32, value: u8, is_error: bool) -> Result<(), Failure> {
        if !is_error {
            return Ok(self
                .sheet
                .value(row, col, &DataRef::Bool(value != 0), false, None)?);
        }
        let error = match value {
            0x00 => CellErrorType::Null,
            0x07 => CellErrorType::Div0,
            0x0f => CellErrorType::Value,
            0x17 => CellErrorType::Ref,
            0x1d => CellErrorType::Name,
            0x24 => CellErrorType::Num,
            0x2a => CellErrorType::NA,
            0x2b => CellErrorType::GettingData,
            _ => return Err(Failure::Unreadable),
        };
        let error = DataRef::Error(error);
        Ok(self.sheet.value(row, col, &error, false, None)?)
    }

    fn number(
        &mut self,
        row: u32,
        col: u32,
        n: f64,
        style: u16,
        formula: bool,
    ) -> Result<(), Over> {
        let value = self.globals.number(n, style);
        let look = self.globals.look(style);
        self.sheet.value(row, col, &value, formula, look)
    }

    /// A text in its style; its runs may be struck out where the style is not.
    fn text(
        &mut self,
        (row, col, style): (u32, u32, u16),
        text: &str,
        runs: &[(u16, u16)],
    ) -> Result<(), Over> {
        let marks = self.globals.look(style).map_or(Marks::NONE, |l| l.marks);
        let struck = |font: u16| self.globals.struck_fonts.get(usize::from(font)) == Some(&true);
        if !runs.iter().any(|(_, font)| struck(*font)) {
            self.sheet.put(row, col, text, CellKind::Text)?;
            if !text.is_empty() {
                self.sheet.mark(row, col, marks);
            }
            return Ok(());
        }
        let (mut parts, mut at) = ([String::new(), String::new()], 0usize);
        for c in text.chars() {
            let run = runs.iter().rev().find(|(from, _)| usize::from(*from) <= at);
            let through = run.map_or(marks.has(Marks::STRUCK), |(_, font)| struck(*font));
            if let Some(part) = parts.get_mut(usize::from(through)) {
                part.push(c);
            }
            at += c.len_utf16();
        }
        let [kept, through] = &parts;
        self.sheet.runs(row, col, kept, through)
    }

    /// A row's neighbouring numbers in one record.
    fn numbers(&mut self, row: u32, first: u32, body: &[u8]) -> Result<(), Failure> {
        let cells = body.get(4..body.len().saturating_sub(2));
        let cells = cells.filter(|c| c.len() % 6 == 0 && !c.is_empty());
        let cells = cells.ok_or(Failure::Unreadable)?;
        for (col, cell) in (first..).zip(cells.chunks_exact(6)) {
            let style = u16_at(cell, 0).ok_or(Failure::Unreadable)?;
            let n = rk(cell, 2).ok_or(Failure::Unreadable)?;
            self.number(row, col, n, style, false)?;
        }
        Ok(())
    }

    fn merges(&mut self, body: &[u8]) -> Option<()> {
        let count = usize::from(u16_at(body, 0)?);
        let ranges = body.get(2..2 + count * 8)?;
        for range in ranges.chunks_exact(8) {
            let side = |at| u16_at(range, at).map(u32::from);
            self.sheet.merge(Merge {
                top: side(0)?,
                bottom: side(2)?,
                left: side(4)?,
                right: side(6)?,
            });
        }
        Some(())
    }

    /// A text with two bytes of length, perhaps continued.
    fn long_string(
        &mut self,
        mut pieces: Pieces<'a>,
        body: &[u8],
        at: usize,
    ) -> Option<(String, Vec<(u16, u16)>)> {
        if !self.globals.storage.unicode {
            return Some((self.globals.storage.string(body, at, true)?, Vec::new()));
        }
        let mut text = String::new();
        pieces.skip(at)?;
        let runs = pieces.string(&mut text)?;
        Some((text, runs))
    }

    /// A note is pinned to a cell; its text stands in a drawing, before BIFF8 in the note itself.
    fn note(&mut self, body: &[u8]) -> Option<()> {
        let spot = Spot::Cell {
            row: u32::from(u16_at(body, 0)?),
            col: u32::from(u16_at(body, 2)?),
        };
        if self.globals.storage.unicode {
            self.pinned.push((u16_at(body, 6)?, spot));
        } else {
            let text = self.globals.storage.string(body, 4, true)?;
            self.sheet.aside(AsideKind::Comment, spot, &text);
        }
        Some(())
    }

    /// A formula whose text never came has no stored value.
    fn settle(&mut self) -> Result<(), Over> {
        match self.awaited.take() {
            Some((row, col, _)) => self.sheet.put(row, col, "", CellKind::NoValue),
            None => Ok(()),
        }
    }

    fn finish(mut self, path: &str) -> (Sheet, Vec<Problem>) {
        for (id, spot) in std::mem::take(&mut self.pinned) {
            let text = self.notes.remove(&id).unwrap_or_default();
            self.sheet.aside(AsideKind::Comment, spot, &text);
        }
        for text in std::mem::take(&mut self.notes).into_values() {
            self.sheet.aside(AsideKind::Comment, Spot::Whole, &text);
        }
        let incomplete = |spot: Spot, why: &Say| Problem::sheet_incomplete(path, None, spot, why);
        let broken = self.broken.into_iter().map(|broken| match broken {
            Broken::Over(limit) => Problem::too_large(path, &limit),
            Broken::Records(count, first) => {
                let why = Say::new(
                    format!("{count} of its records cannot be read"),
                    format!("有 {count} 条记录无法读取"),
                );
                incomplete(first, &why)
            }
            Broken::NoEnd => {
                let why = Say::new("it is cut off", "文件被截断");
                incomplete(Spot::Whole, &why)
            }
        });
        let broken = broken.collect();
        (self.sheet, broken)
    }
}
