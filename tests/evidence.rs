//! Every place of every finding of every fixture, opened again by other means: what the finding
//! quotes stands there.

use crate::run::{arguments, check, fixtures, greenlane, stdout};
use calamine::{Data, Reader, Xlsx};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

#[test]
fn what_a_finding_quotes_stands_at_its_place() {
    let mut looked = BTreeMap::new();
    for folder in fixtures() {
        let args = arguments(&folder);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let (report, _) = check(&folder, &args);
        for shipment in report["shipments"].as_array().unwrap() {
            let documents = shipment["documents"].as_array().unwrap();
            for finding in shipment["findings"].as_array().unwrap() {
                let places = finding["places"].as_array().unwrap();
                assert!(
                    !places.is_empty(),
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
                    *looked
                        .entry(document["format"].as_str().unwrap().to_string())
                        .or_insert(0) += 1;
                }
            }
        }
    }
    for format in ["xlsx", "csv", "pdf", "text"] {
        assert!(
            looked.get(format).copied().unwrap_or(0) > 3,
            "{format}: {looked:?}"
        );
    }
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
            at.as_str().unwrap().to_string()
        }
        "xml" => {
            // `/Shipment/Lines/Line[2]/GNo`: each step is the n-th element of its name from here on.
            let text = decoded(&bytes);
            let mut at = 0;
            for step in place["pointer"].as_str().unwrap().split('/').skip(1) {
                let (name, nth) = step
                    .trim_end_matches(']')
                    .split_once('[')
                    .unwrap_or((step, "1"));
                for _ in 0..nth.parse::<usize>().unwrap() {
                    at += text[at..].find(&format!("<{name}>")).unwrap() + name.len() + 2;
                }
            }
            text[at..at + text[at..].find("</").unwrap()].to_string()
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
        other => panic!("a place in {other}"),
    }
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
