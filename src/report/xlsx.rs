//! A run as a workbook: overview, what to change, what could not be decided, documents, values.

use super::escape::cell;
use super::json::SCHEMA;
use super::{summary, words};
use crate::model::{Finding, Lang, OutcomeKind, Report, ShipmentReport};
use rust_xlsxwriter::{DocProperties, Format, FormatAlign, Url, Workbook, Worksheet, XlsxError};
use std::collections::BTreeMap;

/// What an archive calls the system it was made on.
const UNIX: u8 = 3;
/// A sheet holds 1,048,576 rows; what is beyond is said.
const MOST: u32 = 1_000_000;

/// The workbook.
///
/// # Errors
/// The writer's.
pub fn render(report: &Report, lang: Lang) -> anyhow::Result<Vec<u8>> {
    let mut book = Workbook::new();
    // By it the file is known again; the day is that of the judgement, so that bytes are the same.
    let mut properties = DocProperties::new()
        .set_keywords(SCHEMA)
        .set_author("greenlane");
    if let Ok(day) = rust_xlsxwriter::ExcelDateTime::parse_from_str(&report.as_of) {
        properties = properties.set_creation_datetime(&day);
    }
    book.set_properties(&properties);
    let documents = documents_rows(report);
    overview(book.add_worksheet(), report, lang)?;
    let of = |wanted: fn(&Finding) -> bool| {
        let all = report.shipments.iter().enumerate();
        let all = all.flat_map(|(n, s)| s.findings.iter().map(move |f| (n, s, f)));
        all.filter(move |(_, _, f)| wanted(f) && !f.known)
    };
    let change = of(|f| f.blocks() && f.outcome == OutcomeKind::Fail);
    let title = lang.say("To change", "需要修改");
    findings(book.add_worksheet(), title, change, &documents, lang)?;
    let open = of(|f| f.blocks() && f.outcome == OutcomeKind::Unknown);
    let title = lang.say("Could not be decided", "无法判定");
    findings(book.add_worksheet(), title, open, &documents, lang)?;
    let others = of(|f| !f.blocks());
    let title = lang.say("Others", "其他");
    findings(book.add_worksheet(), title, others, &documents, lang)?;
    documents_sheet(book.add_worksheet(), report, lang)?;
    values(book.add_worksheet(), report, &documents, lang)?;
    written(&mut book)
}

/// The bytes of a workbook, the same on every system: an archive says on which it was made.
///
/// # Errors
/// The writer's.
pub fn written(book: &mut Workbook) -> anyhow::Result<Vec<u8>> {
    let mut bytes = book.save_to_buffer()?;
    // Its end says where the list of its parts begins; each has a head of fixed length and three texts.
    let number = |bytes: &[u8], at: usize, long: usize| {
        let digits = bytes.get(at..at + long).unwrap_or(&[]);
        digits
            .iter()
            .rev()
            .fold(0, |n: usize, b| n << 8 | usize::from(*b))
    };
    let end = memchr::memmem::rfind(&bytes, b"PK\x05\x06");
    let mut at = end.map_or(bytes.len(), |end| number(&bytes, end + 16, 4));
    while bytes
        .get(at..)
        .is_some_and(|rest| rest.starts_with(b"PK\x01\x02"))
    {
        if let Some(system) = bytes.get_mut(at + 5) {
            *system = UNIX;
        }
        let texts = [28, 30, 32].map(|field| number(&bytes, at + field, 2));
        at += 46 + texts.iter().sum::<usize>();
    }
    Ok(bytes)
}

/// Whether a workbook is one of these: its keywords say so.
pub fn is_own(bytes: &[u8]) -> bool {
    use std::io::Read;
    const MOST_CORE: u64 = 1 << 16;
    let read = || -> Option<String> {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).ok()?;
        let core = archive.by_name("docProps/core.xml").ok()?;
        let mut text = String::new();
        core.take(MOST_CORE).read_to_string(&mut text).ok()?;
        Some(text)
    };
    read().is_some_and(|text| text.contains(SCHEMA))
}

/// The first row of a sheet: its headings, frozen and filtered.
fn head(sheet: &mut Worksheet, name: &str, columns: &[(&str, f64)]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_name(name)?;
    for (col, (title, width)) in (0u16..).zip(columns) {
        sheet.write_string_with_format(0, col, *title, &bold)?;
        sheet.set_column_width(col, *width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn filter(sheet: &mut Worksheet, rows: u32, columns: usize) -> Result<(), XlsxError> {
    let last = u16::try_from(columns.saturating_sub(1)).unwrap_or(0);
    sheet.autofilter(0, 0, rows, last)?;
    Ok(())
}

/// Writes texts as texts: nothing from a document is a formula.
fn row(sheet: &mut Worksheet, at: u32, texts: &[&str]) -> Result<(), XlsxError> {
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (col, text) in (0u16..).zip(texts) {
        if !text.is_empty() {
            let text: String = cell(text).chars().take(32_000).collect();
            sheet.write_string_with_format(at, col, text, &wrapped)?;
        }
    }
    Ok(())
}

fn overview(sheet: &mut Worksheet, report: &Report, lang: Lang) -> Result<(), XlsxError> {
    let columns = [
        (lang.say("Shipment", "货物"), 30.0),
        (lang.say("Verdict", "结论"), 18.0),
        (lang.say("Lines", "项数"), 8.0),
        (lang.say("To change", "需修改"), 10.0),
        (lang.say("Undecided", "待定"), 10.0),
        (lang.say("First", "首个问题"), 70.0),
    ];
    head(sheet, lang.say("Overview", "总览"), &columns)?;
    let mut at = 0;
    for shipment in report.shipments.iter().take(MOST as usize) {
        at += 1;
        let (change, supply) = summary::counts(shipment);
        let lines = shipment
            .lanes
            .iter()
            .map(|l| l.lines.len())
            .max()
            .unwrap_or(0);
        let first = shipment.findings.iter().find(|f| f.blocks() && !f.known);
        row(
            sheet,
            at,
            &[&shipment.id, &summary::word(shipment.verdict, lang)],
        )?;
        for (col, number) in [(2, lines), (3, change), (4, supply)] {
            sheet.write_number(at, col, number as f64)?;
        }
        let first = first.map_or("", |f| f.message.get(lang));
        row(sheet, at, &["", "", "", "", "", first])?;
    }
    filter(sheet, at, columns.len())?;
    row(sheet, at + 2, &[&summary::line(report, lang)])?;
    let notice = super::table::notice(lang);
    row(sheet, at + 3, &[&format!("{} {}", report.as_of, notice)])
}

/// Shipment and document → their row in the sheet of documents.
fn documents_rows(report: &Report) -> BTreeMap<(usize, usize), u32> {
    let all = report.shipments.iter().enumerate();
    let all = all.flat_map(|(n, s)| (0..s.documents.len()).map(move |d| (n, d)));
    all.zip(1..MOST).collect()
}

fn findings<'a>(
    sheet: &mut Worksheet,
    name: &str,
    all: impl Iterator<Item = (usize, &'a ShipmentReport, &'a Finding)>,
    documents: &BTreeMap<(usize, usize), u32>,
    lang: Lang,
) -> Result<(), XlsxError> {
    let columns = [
        (lang.say("Shipment", "货物"), 20.0),
        (lang.say("Subject", "对象"), 22.0),
        (lang.say("Finding", "问题"), 60.0),
        (lang.say("Document", "单证"), 26.0),
        (lang.say("Where", "位置"), 20.0),
        (lang.say("It says", "原文"), 24.0),
        (lang.say("Against", "对照"), 40.0),
        (lang.say("What to do", "处理"), 50.0),
        (lang.say("Rule", "规则"), 24.0),
        (lang.say("Rests on", "依据"), 50.0),
        (lang.say("Fingerprint", "指纹"), 18.0),
    ];
    head(sheet, name, &columns)?;
    let mut at = 0;
    for (number, shipment, finding) in all.take(MOST as usize) {
        at += 1;
        let mut places = finding.places.iter();
        let first = places.next();
        let place =
            |p: &crate::model::Place| super::table::place_text(p, &shipment.documents, lang);
        let against: Vec<String> = places.filter_map(place).collect();
        let document = first.and_then(|p| p.document);
        let info = document.and_then(|d| shipment.documents.get(d));
        let where_to = first.map(|p| p.told(info.and_then(|d| d.part.as_deref()), lang));
        let basis = &finding.basis;
        let confidence = words::confidence(basis.confidence);
        row(
            sheet,
            at,
            &[
                &shipment.id,
                &words::subject_of(finding, &shipment.documents, lang),
                finding.message.get(lang),
                "",
                where_to.as_deref().unwrap_or(""),
                first.map_or("", |p| &p.raw),
                &against.join("\n"),
                finding.fix.get(lang),
                &finding.rule,
                &format!(
                    "{} ({}, {})",
                    basis.words,
                    basis.source,
                    confidence.get(lang)
                ),
                &finding.fingerprint,
            ],
        )?;
        if let Some(info) = info {
            link(
                sheet,
                (at, 3),
                &info.path,
                document.and_then(|d| documents.get(&(number, d))),
                lang,
            )?;
        }
    }
    filter(sheet, at, columns.len())
}

/// A document's name, which leads to its row among the documents.
fn link(
    sheet: &mut Worksheet,
    (row_at, col): (u32, u16),
    path: &str,
    to: Option<&u32>,
    lang: Lang,
) -> Result<(), XlsxError> {
    let path = cell(path);
    match to {
        Some(to) => {
            let target = format!("internal:'{}'!A{}", documents_name(lang), to + 1);
            sheet.write_url(row_at, col, Url::new(target).set_text(path))?;
        }
        None => {
            sheet.write_string(row_at, col, path)?;
        }
    }
    Ok(())
}

fn documents_name(lang: Lang) -> &'static str {
    lang.say("Documents", "单证")
}

fn documents_sheet(sheet: &mut Worksheet, report: &Report, lang: Lang) -> Result<(), XlsxError> {
    let columns = [
        (lang.say("Document", "单证"), 40.0),
        (lang.say("Part", "部分"), 18.0),
        (lang.say("Shipment", "货物"), 20.0),
        (lang.say("Kind", "种类"), 24.0),
        (lang.say("Because", "依据"), 50.0),
        (lang.say("Format", "格式"), 10.0),
        (lang.say("Rows", "行数"), 8.0),
        (lang.say("Read", "读取"), 14.0),
        ("SHA-256", 66.0),
    ];
    head(sheet, documents_name(lang), &columns)?;
    let all = report.shipments.iter();
    let all = all.flat_map(|s| s.documents.iter().map(move |d| (s, d)));
    let mut last = 0;
    for ((shipment, document), at) in all.zip(1..MOST) {
        last = at;
        let kind = match &document.kind {
            Some(_) => document.kind_title.get(lang),
            None => lang.say("not recognised", "未识别"),
        };
        let whole = match document.whole {
            true => lang.say("whole", "完整"),
            false => lang.say("in part", "未读全"),
        };
        row(
            sheet,
            at,
            &[
                &document.path,
                document.part.as_deref().unwrap_or(""),
                &shipment.id,
                kind,
                &document.why,
                document.format,
                &document.rows.to_string(),
                whole,
                &document.sha256,
            ],
        )?;
    }
    filter(sheet, last, columns.len())
}

fn values(
    sheet: &mut Worksheet,
    report: &Report,
    documents: &BTreeMap<(usize, usize), u32>,
    lang: Lang,
) -> Result<(), XlsxError> {
    let columns = [
        (lang.say("Document", "单证"), 40.0),
        (lang.say("Field", "字段"), 24.0),
        (lang.say("Value", "值"), 50.0),
        (lang.say("Where", "位置"), 24.0),
        (lang.say("Shipment", "货物"), 20.0),
    ];
    head(sheet, lang.say("Understood values", "读出的值"), &columns)?;
    let mut at = 0;
    for (n, shipment) in report.shipments.iter().enumerate() {
        for (d, (info, drawn)) in shipment
            .documents
            .iter()
            .zip(shipment.drawn.iter())
            .enumerate()
        {
            for value in drawn.values.iter().take((MOST - at) as usize) {
                at += 1;
                let spot = value.spot.told(info.part.as_deref(), lang);
                row(
                    sheet,
                    at,
                    &["", &value.field, &value.raw, &spot, &shipment.id],
                )?;
                link(sheet, (at, 0), &info.path, documents.get(&(n, d)), lang)?;
            }
        }
    }
    filter(sheet, at, columns.len())
}
