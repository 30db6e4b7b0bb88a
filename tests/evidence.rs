//! Every place of every finding of every fixture, opened again by other means: what the finding
//! quotes stands there.

use crate::run::{arguments, audits, fixtures, greenlane, report, stdout};
use calamine::{Data, Reader, Xlsx};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;

#[test]
fn what_a_finding_quotes_stands_at_its_place() {
    let mut looked = BTreeMap::new();
    let checked = fixtures().into_iter().map(|folder| ("check", folder));
    for (command, folder) in checked.chain(audits().into_iter().map(|f| ("audit", f))) {
        let args = arguments(&folder);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let (report, _) = report(command, &folder, &args);
        for shipment in report["shipments"].as_array().unwrap() {
            let documents = shipment["documents"].as_array().unwrap();
            for finding in shipment["findings"].as_array().unwrap() {
                let places = finding["places"].as_array().unwrap();
                // Only where nothing was read is there no paper to say it at.
                assert!(
                    !places.is_empty() || documents.is_empty(),
                    "{}: no place: {finding:#}",
                    folder.display()
                );
                for place in places {
                    let raw = place["raw"].as_str().unwrap();
                    let document = documents.iter().find(|d| d["id"] == place["document"]);
                    let document = document.unwrap_or_else(|| panic!("{folder:?}: {place:#}"));
                    if raw.is_empty() {
                        continue;
                    }
                    let text = text_at(document, place);
                    assert!(
                        squeezed(&text).contains(&squeezed(raw)),
                        "{}: {} does not hold {raw:?} but {text:?}",
                        folder.display(),
                        place["at"]
                    );
                    let format = document["format"].as_str().unwrap();
                    *looked.entry(format!("{command} {format}")).or_insert(0) += 1;
                }
            }
        }
    }
    let enough = ["check xlsx", "check csv", "check pdf", "check text"];
    for kind in enough
        .iter()
        .chain(&["audit docx", "audit pdf", "audit text"])
    {
        let looked_at = looked.get(*kind).copied().unwrap_or(0);
        assert!(looked_at > 3, "{kind}: {looked:?}");
    }
}

#[test]
fn what_an_inventory_names_stands_at_its_place() {
    let mut looked = BTreeMap::new();
    for folder in ["fixtures/inventory", "fixtures/audits"] {
        let args = [
            "inventory",
            folder,
            "--as-of",
            "2026-06-15",
            "--format",
            "json",
        ];
        let inventory: Value = serde_json::from_str(&stdout(&greenlane(&args))).unwrap();
        let families = inventory["families"].as_array().unwrap();
        let models = families
            .iter()
            .flat_map(|f| f["models"].as_array().unwrap());
        for report in models.map(|m| &m["report"]).filter(|r| !r.is_null()) {
            let (document, place) = said(report);
            let text = text_at(&document, &place);
            let number = report["number"].as_str().unwrap();
            assert!(
                squeezed(&text).contains(&squeezed(number)),
                "{report:#}: {text:?}"
            );
            let format = document["format"].as_str().unwrap();
            *looked.entry(format.to_string()).or_insert(0) += 1;
        }
    }
    for format in ["text", "pdf", "docx", "json"] {
        assert!(looked.contains_key(format), "{format}: {looked:?}");
    }
}

/// A place as it is said (`page 1, line 3`, `table 1, B1`, `/report_no`), taken apart.
fn said(report: &Value) -> (Value, Value) {
    let path = report["path"].as_str().unwrap();
    let format = match path.rsplit_once('.').unwrap().1 {
        "txt" => "text",
        extension => extension,
    };
    let at = report["at"].as_str().unwrap();
    let mut place = serde_json::Map::new();
    for part in at.split(", ") {
        match part.split_once(' ') {
            Some((what, n)) => place.insert(what.into(), n.parse::<u64>().unwrap().into()),
            None if part.starts_with('/') => place.insert("pointer".into(), part.into()),
            None => place.insert("cell".into(), part.into()),
        };
    }
    (json!({"path": path, "format": format}), place.into())
}

/// Line breaks and the spaces a page puts between words do not count.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn text_at(document: &Value, place: &Value) -> String {
    let path = Path::new(document["path"].as_str().unwrap());
    let bytes = std::fs::read(crate::run::root().join(path)).expect("the document");
    let line = place["line"]
        .as_u64()
        .map(|n| usize::try_from(n).unwrap() - 1);
    match document["format"].as_str().unwrap() {
        "xlsx" => {
            let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
            let sheet = place["sheet"].as_str().unwrap();
            let range = book.worksheet_range(sheet).expect("the sheet");
            let (row, col) = a1(place["cell"].as_str().unwrap());
            match range.get_value((row, col)) {
                Some(Data::DateTime(date)) => {
                    let days = i32::try_from(date.as_f64() as i64).unwrap();
                    let day = jiff::civil::date(1899, 12, 30) + jiff::Span::new().days(days);
                    day.to_string()
                }
                Some(value) => value.to_string(),
                None => String::new(),
            }
        }
        "csv" => {
            let text = decoded(&bytes);
            let lines: Vec<&str> = text.lines().collect();
            // A cell of a row further up may hold a line break: then its row comes before its line.
            let (row, _) = a1(place["cell"].as_str().unwrap());
            assert!(row as usize <= line.unwrap());
            lines[line.unwrap()].to_string()
        }
        "text" => decoded(&bytes)
            .lines()
            .nth(line.unwrap())
            .unwrap()
            .to_string(),
        "json" => {
            let value: Value = serde_json::from_slice(&bytes).expect("JSON");
            let found = value.pointer(place["pointer"].as_str().unwrap()).unwrap();
            found
                .as_str()
                .map_or_else(|| found.to_string(), str::to_string)
        }
        "yaml" => {
            let part = document["part"].as_str().unwrap_or_default();
            let nth = part
                .strip_prefix("document ")
                .map_or(1, |n| n.parse().unwrap());
            let mut texts = serde_yaml::Deserializer::from_slice(&bytes);
            let own = texts.nth(nth - 1).expect("the document");
            let value = serde_yaml::Value::deserialize(own).expect("YAML");
            let mut at = &value;
            for step in place["pointer"].as_str().unwrap().split('/').skip(1) {
                at = match step.parse::<usize>() {
                    Ok(n) if at.is_sequence() => &at[n],
                    _ => &at[step],
                };
            }
            match at.as_str() {
                Some(text) => text.to_string(),
                None => serde_yaml::to_string(at).unwrap().trim().to_string(),
            }
        }
        "xml" => {
            // `/Shipment/Lines/Line[2]/GNo`: each step is the n-th element of its name from here on.
            let text = decoded(&bytes);
            let mut rest = text.as_str();
            for step in place["pointer"].as_str().unwrap().split('/').skip(1) {
                let (name, nth) = step
                    .trim_end_matches(']')
                    .split_once('[')
                    .unwrap_or((step, "1"));
                for _ in 0..nth.parse::<usize>().unwrap() {
                    (_, rest) = rest.split_once(&format!("<{name}>")).unwrap();
                }
            }
            rest.split_once("</").unwrap().0.to_string()
        }
        "pdf" => {
            // By the lines `read` lists: a page's line is the n-th of them on that page.
            let output = greenlane(&["read", path.to_str().unwrap(), "--format", "json"]);
            let read: Value = serde_json::from_str(&stdout(&output)).unwrap();
            let page = place["page"].as_u64().unwrap();
            read["documents"][0]["lines"]
                .as_array()
                .unwrap()
                .iter()
                .find(|l| l["page"] == page && l["line"] == place["line"])
                .unwrap_or_else(|| panic!("no line {place:#}"))["text"]
                .as_str()
                .unwrap()
                .to_string()
        }
        "docx" => in_docx(bytes, place),
        other => panic!("a place in {other}"),
    }
}

/// The paragraph or cell of a written document, by the marks of its XML: our fixtures nest no tables.
fn in_docx(bytes: Vec<u8>, place: &Value) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let part = match place["story"].as_str() {
        None => "word/document.xml".to_string(),
        Some(story) => format!("word/{story}1.xml"),
    };
    let mut xml = String::new();
    let mut file = archive.by_name(&part).expect("the part");
    file.read_to_string(&mut xml).unwrap();
    let xml = xml.replace("<w:p/>", "<w:p></w:p>");
    let form = |text: &str| regex::Regex::new(text).unwrap();
    let all = |form: &regex::Regex, text: &str| -> Vec<String> {
        form.captures_iter(text).map(|c| c[1].to_string()).collect()
    };
    let table = form("(?s)<w:tbl>(.*?)</w:tbl>");
    let nth = |n: &Value| usize::try_from(n.as_u64().unwrap()).unwrap() - 1;
    let found = if place["table"].is_null() {
        let body = table.replace_all(&xml, "").into_owned();
        all(&form("(?s)<w:p(?: [^>]*)?>(.*?)</w:p>"), &body)[nth(&place["paragraph"])].clone()
    } else {
        let (row, column) = a1(place["cell"].as_str().unwrap());
        let table = all(&table, &xml)[nth(&place["table"])].clone();
        let row = all(&form("(?s)<w:tr(?: [^>]*)?>(.*?)</w:tr>"), &table)[row as usize].clone();
        let span = form(r#"<w:gridSpan w:val="(\d+)""#);
        let mut first = 0;
        let cells = all(&form("(?s)<w:tc>(.*?)</w:tc>"), &row);
        let at = cells.iter().find(|cell| {
            let here = first;
            first += span
                .captures(cell)
                .map_or(1, |c| c[1].parse::<u32>().unwrap());
            here == column
        });
        at.expect("the cell").clone()
    };
    let text = all(&form("(?s)<w:t(?: [^>]*)?>(.*?)</w:t>"), &found).concat();
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

fn decoded(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0.into_owned(),
    }
}

/// `F12` as 0-based row and column.
pub fn a1(cell: &str) -> (u32, u32) {
    let letters: String = cell.chars().filter(|c| c.is_ascii_alphabetic()).collect();
    let digits: String = cell.chars().filter(|c| c.is_ascii_digit()).collect();
    let col = letters
        .bytes()
        .fold(0u32, |n, b| n * 26 + u32::from(b - b'A') + 1);
    (digits.parse::<u32>().unwrap() - 1, col - 1)
}
