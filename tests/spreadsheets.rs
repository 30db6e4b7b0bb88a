//! The readers: the same paper in every format says the same, and what was not read is said.

use crate::run::{greenlane, root, stdout};
use calamine::{Data, Range, Reader};
use serde_json::{Value, json};
use std::io::Cursor;

const DECLARATION: &str = "fixtures/shipments/gacc-agri-food/declaration.xlsx";

fn read(path: &str) -> Value {
    let output = greenlane(&["read", path, "--format", "json"]);
    serde_json::from_str(&stdout(&output)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn fixture(name: &str) -> Value {
    read(&format!("fixtures/readers/{name}"))
}

/// What was understood, without what must differ: path, format, digest.
fn understood(read: &Value) -> Vec<Value> {
    let documents = read["documents"].as_array().unwrap();
    documents
        .iter()
        .map(|d| {
            json!([
                d["part"],
                d["kind"],
                d["columns"],
                d["header"],
                d["rows"],
                d["totals"],
                d["left_out"]
            ])
        })
        .collect()
}

fn codes(read: &Value) -> Vec<&str> {
    let problems = read["problems"].as_array().unwrap();
    problems
        .iter()
        .map(|p| p["code"].as_str().unwrap())
        .collect()
}

/// The raw texts of a field, row after row.
fn column<'a>(document: &'a Value, field: &str) -> Vec<&'a str> {
    let rows = document["rows"].as_array().unwrap();
    rows.iter()
        .flat_map(|row| row["fields"].as_array().unwrap())
        .filter(|f| f["field"] == field)
        .map(|f| f["raw"].as_str().unwrap())
        .collect()
}

#[test]
fn the_printed_form_gives_one_item_in_three_rows_or_three_lines() {
    for (file, quantities) in [
        (
            "three-rows",
            ["60辆", "720千克", "35张", "420千克"].as_slice(),
        ),
        ("three-lines", ["60辆", "720千克", "35\n张"].as_slice()),
    ] {
        let read = fixture(&format!("xlsx/{file}.xlsx"));
        assert_eq!(codes(&read), [""; 0], "{file}");
        let document = &read["documents"][0];
        assert_eq!(document["rows"].as_array().unwrap().len(), 2, "{file}");
        assert_eq!(column(document, "quantity"), quantities, "{file}");
        assert_eq!(column(document, "price"), ["40.00", "66.00"], "{file}");
        assert_eq!(column(document, "amount"), ["2400.00", "2310.00"], "{file}");
        assert_eq!(column(document, "origin").len(), 2, "{file}");
        assert_eq!(column(document, "currency").len(), 2, "{file}");
    }
}

#[test]
fn a_declaration_says_the_same_in_every_spreadsheet() {
    let expected = read(DECLARATION);
    assert_eq!(
        expected["documents"][0]["rows"].as_array().unwrap().len(),
        3
    );
    for (name, format) in [
        ("xls/declaration.xls", "xls"),
        ("xls/excel95.xls", "xls"),
        ("xlsb/declaration.xlsb", "xlsb"),
        ("ods/declaration.ods", "ods"),
    ] {
        let found = fixture(name);
        assert_eq!(found["documents"][0]["format"], format, "{name}");
        assert_eq!(understood(&found), understood(&expected), "{name}");
        assert_eq!(codes(&found), codes(&expected), "{name}");
    }
}

/// Another reader delivers the same cells. It gives shorter ISO dates and floats as they are shown.
#[test]
fn an_old_workbook_holds_what_another_reader_finds() {
    let bytes = std::fs::read(root().join("fixtures/readers/xls/declaration.xls")).unwrap();
    let mut book: calamine::Xls<_> = calamine::Xls::new(Cursor::new(bytes)).unwrap();
    let range: Range<Data> = book.worksheet_range("报关单").unwrap();
    let found = fixture("xls/declaration.xls");
    let document = &found["documents"][0];
    let mut looked = 0;
    for row in document["rows"].as_array().unwrap() {
        for field in row["fields"].as_array().unwrap() {
            let (row, col) = crate::evidence::a1(field["at"].as_str().unwrap());
            let value = range.get_value((row, col)).unwrap();
            assert_eq!(
                field["raw"].as_str().unwrap(),
                value.to_string(),
                "{field:#}"
            );
            looked += 1;
        }
    }
    assert!(looked > 20, "{looked} cells");
}

#[test]
fn what_a_program_that_cannot_calculate_wrote_is_said() {
    let found = fixture("xls/odd.xls");
    let document = &found["documents"][0];
    assert_eq!(
        column(document, "declaration_date"),
        ["2026-05-08", "2026-05-09"]
    );
    assert_eq!(column(document, "hs_code"), ["9503008900", "8715000000"]);
    assert_eq!(column(document, "name"), ["积木", "婴儿推车"]);
    let codes = codes(&found);
    assert_eq!(
        codes.iter().filter(|c| **c == "hidden").count(),
        2,
        "{codes:?}"
    );
    assert!(codes.contains(&"cell-without-value"), "{codes:?}");
}

#[test]
fn rows_a_library_drops_are_missed() {
    let found = fixture("xlsb/broken.xlsb");
    let document = &found["documents"][0];
    assert_eq!(document["whole"], false);
    assert_eq!(column(document, "quantity"), ["#DIV/0!"]);
    assert_eq!(codes(&found), ["sheet-incomplete", "cell-without-value"]);
}

#[test]
fn an_ods_is_read_cell_by_cell() {
    let found = fixture("ods/hidden.ods");
    let document = &found["documents"][0];
    assert_eq!(column(document, "line_no"), ["1", "2", "2", "3"]);
    assert_eq!(column(document, "quantity"), ["1200", "5", "5", "7"]);
    assert_eq!(
        column(document, "name"),
        ["积木\n带盒", "婴儿推车 & 配件", "婴儿推车 & 配件", "拼图"]
    );
    // A note beside the cells, and a hidden sheet whose one row of goods stands in the other sheet.
    let said = ["hidden", "hidden", "beside-the-cells", "set-aside"];
    assert_eq!(codes(&found), said);
    assert_eq!(codes(&fixture("ods/encrypted.ods")), ["encrypted"]);
}

#[test]
fn a_password_and_a_cut_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let said = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let found = read(path.to_str().unwrap());
        codes(&found).join(" ")
    };
    // A workbook's begin, a password record and an end, without a container.
    let locked =
        b"\x09\x08\x08\0\0\x06\x05\0\xbb\x0d\xcc\x07\x2f\0\x06\0\x01\0\x01\0\x01\0\x0a\0\0\0";
    assert_eq!(said("locked.xls", locked), "encrypted");
    for name in [
        "xls/declaration.xls",
        "ods/declaration.ods",
        "xlsb/declaration.xlsb",
    ] {
        let bytes = std::fs::read(root().join("fixtures/readers").join(name)).unwrap();
        let half = &bytes[..bytes.len() / 2];
        let file = name.split('/').nth(1).unwrap();
        let said = said(file, half);
        assert!(said.contains("damaged"), "{name}: {said}");
    }
    // A picture that calls itself a workbook does not pass for a thing of no concern.
    assert_eq!(said("list.xlsx", b"\x89PNG\r\n\x1a\n0000"), "damaged");
}

/// Damage in any byte makes no reader panic, hang or forget to answer.
#[test]
fn no_damaged_byte_breaks_a_reader() {
    let manner = greenlane::read::Manner::default();
    for name in [
        "xls/declaration.xls",
        "xls/excel95.xls",
        "xls/odd.xls",
        "ods/hidden.ods",
        "xlsb/declaration.xlsb",
    ] {
        let bytes = std::fs::read(root().join("fixtures/readers").join(name)).unwrap();
        let step = (bytes.len() / 400).max(1);
        for at in (0..bytes.len()).step_by(step) {
            for value in [0x00, 0x7f, 0xff] {
                let mut damaged = bytes.clone();
                damaged[at] = value;
                let found = greenlane::read::read(name, &damaged, &manner);
                let answered = !found.documents.is_empty() || !found.problems.is_empty();
                assert!(answered, "{name}: byte {at} = {value:02x}");
                let panicked = found
                    .problems
                    .iter()
                    .any(|p| p.message.en.contains("broke the reader"));
                // XLSB cells come from a library, whose panics are caught.
                assert!(!panicked || name.ends_with("xlsb"), "{name}: byte {at}");
            }
        }
    }
}
