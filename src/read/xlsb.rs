//! XLSB: cells streamed by calamine, compared with an own light pass over the records, because the
//! library ends a sheet at a bad row number and passes over error cells and rich text.

use super::compound::{u16_at, u32_at};
use super::look::Look;
use super::sheet::{Book, Sheet};
use super::xlsx::Beside;
use super::{Limits, failed, zip_guard};
use crate::model::{AsideKind, CellKind, Marks, Merge, Problem, ReadFile, Say, Spot};
use calamine::{CellErrorType, Reader, SheetType, SheetVisible, Xlsb, XlsbError};
use quick_xml::events::Event;
use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Cursor, Read, Write};
use zip::{ZipArchive, ZipWriter};

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

pub fn read(path: &str, bytes: &[u8], limits: &Limits) -> ReadFile {
    let features = match zip_guard::inspect(path, "xlsb", bytes, limits) {
        Ok(features) => features,
        Err(problem) => return failed(*problem),
    };
    let damaged = |why: &str| failed(Problem::damaged(path, "xlsb", why));
    let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(e) => return damaged(&e.to_string()),
    };
    let Some(parts) = parts(&mut archive) else {
        return damaged("its list of sheets is damaged");
    };
    let looks = looks(&mut archive).unwrap_or_default();
    let mut beside = if features.related {
        Beside::open_binary(bytes, limits, &parts)
    } else {
        None
    };
    let lost: Vec<String> = parts
        .iter()
        .filter(|(_, parts)| parts.is_empty())
        .map(|(name, _)| name.clone())
        .collect();
    // The library breaks on a sheet that leads nowhere: it is given the list without it.
    let mended = match lost.is_empty() {
        true => None,
        false => without(&mut archive, &lost),
    };
    let bytes = mended.as_deref().unwrap_or(bytes);
    let mut source: Xlsb<_> = match Xlsb::new(Cursor::new(bytes)) {
        Ok(source) => source,
        Err(XlsbError::Password) => return failed(Problem::encrypted(path)),
        Err(e) => return damaged(&e.to_string()),
    };
    let mut book = Book::new(path, "xlsb", limits);
    for name in &lost {
        book.lost(name, "the sheet is missing");
    }
    let listed = source.sheets_metadata().to_vec();
    book.too_many(listed.len());
    let mut hidden = false;
    for sheet in listed.iter().take(limits.sheets) {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let part = match parts.get(&sheet.name).map(Vec::as_slice) {
            Some([part]) => part,
            Some(_) => {
                book.lost(&sheet.name, "two of its sheets have the same name");
                continue;
            }
            None => {
                book.lost(&sheet.name, "the sheet is missing");
                continue;
            }
        };
        let pass = match Pass::over(&mut archive, part, &looks) {
            Ok(pass) => pass,
            Err(why) => {
                book.lost(&sheet.name, &why);
                continue;
            }
        };
        let mut cells = book.sheet();
        let mut broken = Vec::new();
        match book.step(|| stream(&mut source, &sheet.name, &mut cells, &pass, &looks)) {
            Ok(Ended::Whole(delivered)) => broken.extend(pass.lost(path, delivered)),
            Ok(Ended::Over(limit)) => broken.push(Problem::too_large(path, &limit)),
            Err(problem) => broken.push(*problem),
        }
        hidden |= pass.hidden;
        for (what, code) in &pass.pages {
            cells.page(*what, code);
        }
        if let Some(beside) = &mut beside {
            beside.fill(&sheet.name, &mut cells, false);
            for part in beside.notes(&sheet.name) {
                notes(&mut archive, &part, &mut cells);
            }
        }
        pass.merges.into_iter().for_each(|m| cells.merge(m));
        let is_hidden = sheet.visible != SheetVisible::Visible;
        book.add(&sheet.name, is_hidden, cells, broken);
    }
    if hidden {
        book.hidden_cells();
    }
    book.finish()
}

/// How a sheet's cells came to an end: all delivered, or a limit was met.
enum Ended {
    Whole(usize),
    Over(String),
}

fn stream(
    source: &mut Xlsb<Cursor<&[u8]>>,
    name: &str,
    sheet: &mut Sheet,
    pass: &Pass,
    looks: &[Look],
) -> Result<Ended, XlsbError> {
    let mut cells = source.worksheet_cells_reader(name)?;
    let mut delivered = 0;
    while let Some(cell) = cells.next_cell()? {
        delivered += 1;
        let (row, col) = cell.get_position();
        let style = pass.styles.get(&(row, col));
        let look = style.and_then(|style| looks.get(*style as usize));
        if let Err(limit) = sheet.value(row, col, cell.get_value(), false, look) {
            return Ok(Ended::Over(limit));
        }
    }
    for extra in &pass.extras {
        if let Err(limit) = sheet.put(extra.row, extra.col, &extra.text, extra.kind) {
            return Ok(Ended::Over(limit));
        }
    }
    Ok(Ended::Whole(delivered))
}

/// How the styles of cells look.
fn looks(archive: &mut Archive<'_>) -> Option<Vec<Look>> {
    let mut records = Records::open(archive, "xl/styles.bin").ok()?;
    let (mut struck, mut codes, mut looks) = (Vec::new(), BTreeMap::new(), Vec::new());
    let mut of_cells = false;
    while let Some(kind) = records.next().ok()? {
        let body = records.body.as_slice();
        match kind {
            0x2b => struck.push(u16_at(body, 2).is_some_and(|flags| flags & 8 != 0)),
            0x2c => {
                codes.insert(u16_at(body, 0)?, wide_string(body, 2)?.0);
            }
            0x269 => of_cells = true,
            0x26a => of_cells = false,
            0x2f if of_cells => {
                let id = u16_at(body, 2)?;
                let built_in = || ssfmt::format_code_from_id(u32::from(id));
                let code = codes.get(&id).map(String::as_str).or_else(built_in);
                let through = struck.get(usize::from(u16_at(body, 4)?)) == Some(&true);
                let marks = if through { Marks::STRUCK } else { Marks::NONE };
                looks.push(Look::new(code.unwrap_or(""), marks));
            }
            _ => {}
        }
    }
    Some(looks)
}

/// The notes of a part, each at its cell.
fn notes(archive: &mut Archive<'_>, part: &str, sheet: &mut Sheet) {
    let Ok(mut records) = Records::open(archive, part) else {
        return;
    };
    let mut spot = Spot::Whole;
    while let Ok(Some(kind)) = records.next() {
        let body = records.body.as_slice();
        match kind {
            0x27b => {
                spot = match (u32_at(body, 4), u32_at(body, 12)) {
                    (Some(row), Some(col)) => Spot::Cell { row, col },
                    _ => Spot::Whole,
                };
            }
            0x27d => {
                if let Some((text, _)) = wide_string(body, 1) {
                    sheet.aside(AsideKind::Comment, spot.clone(), &text);
                }
            }
            _ => {}
        }
    }
}

/// The heads and feet of pages: six strings, of which any may be missing.
fn page_heads(body: &[u8]) -> Vec<(AsideKind, String)> {
    let (mut found, mut at) = (Vec::new(), 2);
    for number in 0..6 {
        if u32_at(body, at) == Some(u32::MAX) {
            at += 4;
            continue;
        }
        let Some((text, end)) = wide_string(body, at) else {
            break;
        };
        let what = if number % 2 == 0 {
            AsideKind::PageHeader
        } else {
            AsideKind::PageFooter
        };
        found.push((what, text));
        at = end;
    }
    found
}

/// The parts of the sheets by the sheets' names.
fn parts(archive: &mut Archive<'_>) -> Option<BTreeMap<String, Vec<String>>> {
    let targets = targets(archive)?;
    let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut records = Records::open(archive, "xl/workbook.bin").ok()?;
    while let Some(kind) = records.next().ok()? {
        if kind != 0x9c {
            continue;
        }
        let (id, after) = wide_string(&records.body, 8)?;
        let (name, _) = wide_string(&records.body, after)?;
        let parts = parts.entry(name).or_default();
        parts.extend(targets.get(&id).map(|target| format!("xl/{target}")));
    }
    Some(parts)
}

/// The archive with these sheets taken out of the workbook's list.
fn without(archive: &mut Archive<'_>, lost: &[String]) -> Option<Vec<u8>> {
    let mut list = Vec::new();
    let mut records = Records::open(archive, "xl/workbook.bin").ok()?;
    while let Some(kind) = records.next().ok()? {
        let body = records.body.as_slice();
        let name = (kind == 0x9c).then(|| wide_string(body, wide_string(body, 8)?.1));
        if name.flatten().is_some_and(|(name, _)| lost.contains(&name)) {
            continue;
        }
        let seven = |n: usize, shift: u32| (n >> shift) as u8 & 0x7f;
        let kind = usize::from(kind);
        match kind > 0x7f {
            true => list.extend([seven(kind, 0) | 0x80, seven(kind, 7)]),
            false => list.push(seven(kind, 0)),
        }
        let length = body.len();
        list.extend([0, 7, 14].map(|shift| seven(length, shift) | 0x80));
        list.push(seven(length, 21));
        list.extend_from_slice(body);
    }
    drop(records);
    let mut made = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..archive.len() {
        let part = archive.by_index_raw(number).ok()?;
        if part.name().ok()? == "xl/workbook.bin" {
            let options = zip::write::SimpleFileOptions::default();
            made.start_file("xl/workbook.bin", options).ok()?;
            made.write_all(&list).ok()?;
        } else {
            made.raw_copy_file(part).ok()?;
        }
    }
    Some(made.finish().ok()?.into_inner())
}

/// The targets of the workbook's relations by their ids.
fn targets(archive: &mut Archive<'_>) -> Option<BTreeMap<String, String>> {
    let part = archive.by_name("xl/_rels/workbook.bin.rels").ok()?;
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(part));
    let mut targets = BTreeMap::new();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(tag) | Event::Empty(tag)
                if tag.local_name().into_inner() == "Relationship" =>
            {
                let value = |name: &str| {
                    let attribute = tag.try_get_attribute(name).ok()??;
                    let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
                    Some(value.ok()?.into_owned())
                };
                if let (Some(id), Some(target)) = (value("Id"), value("Target")) {
                    targets.insert(id, target);
                }
            }
            Event::Eof => return Some(targets),
            _ => {}
        }
    }
}

/// What the records of a sheet say by themselves.
#[derive(Default)]
struct Pass {
    /// Cells the library should deliver, and records too short to be read.
    cells: usize,
    short: usize,
    bad_row: Option<u32>,
    extras: Vec<Extra>,
    merges: Vec<Merge>,
    /// The styles of cells that do not look plain.
    styles: HashMap<(u32, u32), u32>,
    pages: Vec<(AsideKind, String)>,
    hidden: bool,
}

/// A cell the library passes over.
struct Extra {
    row: u32,
    col: u32,
    text: String,
    kind: CellKind,
}

/// Rows of the largest sheet there is.
const MOST_ROWS: u32 = 1 << 20;
/// Cells kept beside those of the library.
const MOST_EXTRAS: usize = 2_000_000;

impl Pass {
    fn over(archive: &mut Archive<'_>, part: &str, looks: &[Look]) -> Result<Pass, String> {
        let mut records = Records::open(archive, part)?;
        let mut pass = Pass::default();
        let mut row = 0;
        loop {
            let Some(kind) = records.next()? else {
                return Err("it is cut off".to_string());
            };
            let body = records.body.as_slice();
            // The shortest body of a row and of each kind of cell.
            let least = match kind {
                0x00 => 12,
                0x02 | 0x06 | 0x07 | 0x08 => 12,
                0x03 | 0x04 | 0x0a | 0x0b => 9,
                0x05 | 0x09 => 16,
                0x3e => 13,
                _ => 0,
            };
            if body.len() < least {
                pass.short += 1;
                continue;
            }
            if let (0x02..=0x0a, Some(col), Some(style)) = (kind, u32_at(body, 0), u32_at(body, 4))
            {
                let style = style & 0x00ff_ffff;
                if looks
                    .get(style as usize)
                    .is_some_and(|look| !look.is_plain())
                {
                    pass.styles.insert((row, col), style);
                }
            }
            match kind {
                0x00 => {
                    row = u32_at(body, 0).unwrap_or(u32::MAX);
                    if row >= MOST_ROWS {
                        pass.bad_row.get_or_insert(row);
                    }
                    pass.hidden |= u16_at(body, 10).is_some_and(|flags| flags & 0x1000 != 0);
                }
                0x02..=0x0a => pass.cells += 1,
                0x0b | 0x3e if pass.extras.len() < MOST_EXTRAS => {
                    pass.extras.push(extra(row, kind, body));
                }
                0x0b | 0x3e => pass.short += 1,
                0x3c => pass.hidden |= u16_at(body, 16).is_some_and(|flags| flags & 1 != 0),
                0x1df => pass.pages = page_heads(body),
                0xb0 => pass.merges.extend(merge(body)),
                0x82 => return Ok(pass),
                _ => {}
            }
        }
    }

    /// What the library did not deliver.
    fn lost(&self, path: &str, delivered: usize) -> Option<Problem> {
        let missing = self.cells.saturating_sub(delivered) + self.short;
        if missing == 0 && self.bad_row.is_none() {
            return None;
        }
        let mut why = Say::new(
            format!("{missing} of its cells cannot be read"),
            format!("有 {missing} 个单元格无法读取"),
        );
        if let Some(row) = self.bad_row {
            why.en
                .push_str(&format!(" (row number {row} is impossible)"));
            why.zh.push_str(&format!("（行号 {row} 不可能）"));
        }
        Some(Problem::sheet_incomplete(path, None, Spot::Whole, &why))
    }
}

fn extra(row: u32, kind: u16, body: &[u8]) -> Extra {
    let (text, kind) = if kind == 0x3e {
        match wide_string(body, 9) {
            Some((text, _)) => (text, CellKind::Text),
            None => ("#VALUE!".to_string(), CellKind::Error),
        }
    } else {
        (error_text(body.get(8).copied()), CellKind::Error)
    };
    Extra {
        row,
        col: u32_at(body, 0).unwrap_or(u32::MAX),
        text,
        kind,
    }
}

fn error_text(code: Option<u8>) -> String {
    let error = match code {
        Some(0x00) => CellErrorType::Null,
        Some(0x07) => CellErrorType::Div0,
        Some(0x17) => CellErrorType::Ref,
        Some(0x1d) => CellErrorType::Name,
        Some(0x24) => CellErrorType::Num,
        Some(0x2a) => CellErrorType::NA,
        Some(0x2b) => CellErrorType::GettingData,
        _ => CellErrorType::Value,
    };
    error.to_string()
}

fn merge(body: &[u8]) -> Option<Merge> {
    Some(Merge {
        top: u32_at(body, 0)?,
        bottom: u32_at(body, 4)?,
        left: u32_at(body, 8)?,
        right: u32_at(body, 12)?,
    })
}

/// A string with four bytes of length in front, and where it ends.
fn wide_string(body: &[u8], at: usize) -> Option<(String, usize)> {
    let count = u32_at(body, at)? as usize;
    let start = at + 4;
    let end = start.checked_add(count.checked_mul(2)?)?;
    let units: Vec<u16> = body
        .get(start..end)?
        .chunks_exact(2)
        .filter_map(|c| u16_at(c, 0))
        .collect();
    Some((String::from_utf16_lossy(&units), end))
}

/// The records of a part, one after the other.
struct Records<'a> {
    part: Box<dyn BufRead + 'a>,
    body: Vec<u8>,
}

impl<'a> Records<'a> {
    fn open(archive: &'a mut Archive<'_>, name: &str) -> Result<Records<'a>, String> {
        let part = archive.by_name(name).map_err(|e| e.to_string())?;
        Ok(Records {
            part: Box::new(BufReader::with_capacity(64 << 10, part)),
            body: Vec::new(),
        })
    }

    fn byte(&mut self) -> std::io::Result<Option<u8>> {
        let byte = self.part.fill_buf()?.first().copied();
        self.part.consume(usize::from(byte.is_some()));
        Ok(byte)
    }

    /// The number of the next record, its bytes in `body`; none at the end of the part.
    fn next(&mut self) -> Result<Option<u16>, String> {
        let cut = || "it is cut off".to_string();
        let damaged = |e: std::io::Error| e.to_string();
        let Some(first) = self.byte().map_err(damaged)? else {
            return Ok(None);
        };
        let mut kind = u16::from(first & 0x7f);
        if first & 0x80 != 0 {
            let second = self.byte().map_err(damaged)?.ok_or_else(cut)?;
            kind |= u16::from(second & 0x7f) << 7;
        }
        let mut length = 0u64;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte().map_err(damaged)?.ok_or_else(cut)?;
            length |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        self.body.clear();
        let read = self.part.by_ref().take(length).read_to_end(&mut self.body);
        match read.map_err(damaged)? as u64 == length {
            true => Ok(Some(kind)),
            false => Err(cut()),
        }
    }
}
