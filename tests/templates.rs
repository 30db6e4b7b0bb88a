//! Every form `template` writes, filled in, gives the fields it asked for: all kinds, in CSV, XLSX
//! and YAML, through the front door.

use crate::run::{greenlane, root, stdout};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::Path;

/// Field → its values: one above the table, one a row in it.
type Filled = BTreeMap<String, Vec<String>>;

/// A value of a field, by its type and what only it can be.
fn value(field: &str, field_type: &str, row: usize) -> String {
    let pair = match (field, field_type) {
        ("line_no", _) => ["1", "2"],
        ("unit", _) => ["辆", "张"],
        ("currency", _) => ["USD", "USD"],
        ("direction", _) => ["出口", "出口"],
        (_, "model") => ["BH-700A", "BH-720"],
        (_, "company") => ["宁波贝禾婴童用品有限公司", "Nordvik Baby GmbH"],
        (_, "code") => ["KX26-0417", "KX26-0418"],
        (_, "hs") => ["8715000000", "0902100090"],
        (_, "date") => ["2026-05-28", "2026-05-29"],
        (_, "number") => ["0.25", "1.5"],
        (_, "quantity") => ["100", "240"],
        (_, "weight") => ["900", "1200.5"],
        (_, "money") => ["42.5", "61.8"],
        (_, "carton") => ["1-50", "51-80"],
        (_, "standard") => ["GB 31701-2026", "ASTM F963-23"],
        (_, "cnas") => ["CNAS L98012", "CNAS L98013"],
        (_, "verdict") => ["合格", "不合格"],
        (_, "port") => ["北仑", "洋山"],
        (_, "country") => ["德国", "法国"],
        (_, "item") => ["甲醛", "机械安全"],
        (_, "text") => {
            let number = if row == 0 { "eins" } else { "zwei" };
            return format!("{field} {number}");
        }
        (_, other) => panic!("no value for the type {other}"),
    };
    pair[row].to_string()
}

/// A YAML form with its values, what they are, and each field by its heading.
fn filled_yaml(form: &str, types: &Filled) -> (String, Filled, BTreeMap<String, String>) {
    let (mut text, mut filled, mut headings) = (String::new(), Filled::new(), BTreeMap::new());
    let mut rows: Vec<(String, String)> = Vec::new();
    for line in form.lines() {
        let Some((key, heading)) = line.split_once(":   # ") else {
            text.push_str(&format!("{line}\n"));
            continue;
        };
        let field = key.trim_start_matches([' ', '-']);
        headings.insert(heading.to_string(), field.to_string());
        if field.len() == key.len() {
            let value = value(field, &types[field][0], 0);
            text.push_str(&format!("{key}: \"{value}\"   # {heading}\n"));
            filled.insert(field.to_string(), vec![value]);
        } else {
            rows.push((key.to_string(), field.to_string()));
        }
    }
    for row in 0..2 {
        for (key, field) in &rows {
            let value = value(field, &types[field][0], row);
            text.push_str(&format!("{key}: \"{value}\"\n"));
            filled.entry(field.clone()).or_default().push(value);
        }
    }
    (text, filled, headings)
}

/// The rows of a CSV form with its values.
fn filled_rows(
    form: &str,
    headings: &BTreeMap<String, String>,
    filled: &Filled,
) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(form.trim_start_matches('\u{feff}').as_bytes());
    let read = reader.records().map(|r| r.unwrap());
    let mut rows: Vec<Vec<String>> = read
        .map(|r| r.iter().map(str::to_string).collect())
        .collect();
    for row in rows.iter_mut().skip(1) {
        if let [label, empty] = row.as_mut_slice()
            && empty.is_empty()
        {
            *empty = filled[&headings[label]][0].clone();
        }
    }
    let columns = rows.last().unwrap().clone();
    let is_table = filled[&headings[&columns[0]]].len() > 1;
    let of_row = |row: usize| {
        columns
            .iter()
            .map(|c| filled[&headings[c]][row].clone())
            .collect()
    };
    rows.extend((0..if is_table { 2 } else { 0 }).map(of_row));
    rows
}

/// An XLSX form with values typed into its sheet, beside what stands there.
fn filled_xlsx(form: &[u8], rows: &[Vec<String>]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(form)).unwrap();
    let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..archive.len() {
        let mut part = archive.by_index(number).unwrap();
        let (name, mut bytes) = (part.name().unwrap().into_owned(), Vec::new());
        part.read_to_end(&mut bytes).unwrap();
        if name == "xl/worksheets/sheet1.xml" {
            bytes = typed_in(&String::from_utf8(bytes).unwrap(), rows).into_bytes();
        }
        let options = zip::write::SimpleFileOptions::default();
        made.start_file(&name, options).unwrap();
        made.write_all(&bytes).unwrap();
    }
    made.finish().unwrap().into_inner()
}

fn typed_in(sheet: &str, rows: &[Vec<String>]) -> String {
    let (head, rest) = sheet.split_once("<sheetData>").unwrap();
    let (body, tail) = rest.split_once("</sheetData>").unwrap();
    let mut there: Vec<&str> = body.split_inclusive("</row>").collect();
    let mut text = format!("{head}<sheetData>");
    for (number, row) in (1..).zip(rows) {
        let begun = format!("<row r=\"{number}\">");
        let own = if there.is_empty() {
            begun.as_str()
        } else {
            there.remove(0)
        };
        let own = own.strip_suffix("</row>").unwrap_or(own);
        text.push_str(own);
        for (column, value) in row.iter().enumerate() {
            let at = format!(
                "{}{number}",
                greenlane::model::place::column_letters(column as u32)
            );
            if !own.contains(&format!("r=\"{at}\"")) {
                text.push_str(&format!(
                    "<c r=\"{at}\" t=\"inlineStr\"><is><t>{value}</t></is></c>"
                ));
            }
        }
        text.push_str("</row>");
    }
    format!("{text}</sheetData>{tail}")
}

/// The fields of the one document of a file, as `read` has them.
fn read(path: &Path, kind: &str) -> Filled {
    let output = greenlane(&["read", path.to_str().unwrap(), "--format", "json"]);
    let read: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let documents = read["documents"].as_array().unwrap();
    assert_eq!(documents.len(), 1, "{kind}: {read:#}");
    assert_eq!(documents[0]["kind"], kind, "{read:#}");
    let problems = read["problems"].as_array().unwrap();
    let told: Vec<&Value> = problems.iter().filter(|p| p["level"] != "remark").collect();
    assert!(told.is_empty(), "{}: {told:#?}", path.display());
    let mut fields = Filled::new();
    let rows = documents[0]["rows"].as_array().unwrap();
    let rows = rows.iter().flat_map(|r| r["fields"].as_array().unwrap());
    for field in documents[0]["header"]
        .as_array()
        .unwrap()
        .iter()
        .chain(rows)
    {
        let text = |key: &str| field[key].as_str().unwrap().trim().to_string();
        fields.entry(text("field")).or_default().push(text("raw"));
    }
    fields
}

/// Each kind that has a form, with the types of its fields.
fn kinds() -> Vec<(String, Filled)> {
    let mut kinds = Vec::new();
    for entry in std::fs::read_dir(root().join("rules/documents")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let kind: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        if kind.get("set_aside").is_some() {
            continue;
        }
        let fields = kind["fields"].as_mapping().unwrap().iter();
        let types = fields.map(|(name, field)| {
            let text = |v: &serde_yaml::Value| v.as_str().unwrap().to_string();
            (text(name), vec![text(&field["type"])])
        });
        kinds.push((kind["kind"].as_str().unwrap().to_string(), types.collect()));
    }
    kinds.sort();
    kinds
}

#[test]
fn every_form_filled_in_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let kinds = kinds();
    assert!(kinds.len() > 14, "{} kinds", kinds.len());
    for (kind, types) in kinds {
        let form = |ending: &str| {
            let path = folder.path().join(format!("{kind}-form.{ending}"));
            let output = greenlane(&["template", &kind, "--out", path.to_str().unwrap()]);
            assert_eq!(
                output.status.code(),
                Some(0),
                "{}",
                crate::run::stderr(&output)
            );
            std::fs::read(path).unwrap()
        };
        let again = |ending: &str, bytes: &[u8], filled: &Filled| {
            let path = folder.path().join(format!("{kind}.{ending}"));
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(&read(&path, &kind), filled, "{}", path.display());
        };
        let yaml = String::from_utf8(form("yaml")).unwrap();
        let (text, filled, headings) = filled_yaml(&yaml, &types);
        again("yaml", text.as_bytes(), &filled);
        let rows = filled_rows(&String::from_utf8(form("csv")).unwrap(), &headings, &filled);
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .from_writer(Vec::new());
        rows.iter()
            .for_each(|row| writer.write_record(row).unwrap());
        again("csv", &writer.into_inner().unwrap(), &filled);
        again("xlsx", &filled_xlsx(&form("xlsx"), &rows), &filled);
    }
}

/// Papers that are known and set aside have no form.
#[test]
fn what_is_set_aside_has_no_form() {
    let output = greenlane(&["template", "contract"]);
    assert_eq!(output.status.code(), Some(2));
}
