//! What the user settles: headings and columns `greenlane.yaml` names win over everything, and what
//! `read --suggest` proposes is true when it is taken over.

use crate::run::{greenlane, stderr, stdout};
use serde_json::Value;
use std::path::Path;

/// The one document of a file read with a configuration.
fn read(folder: &Path, file: &str, config: &str) -> Value {
    let named = folder.join("settled.yaml");
    std::fs::write(&named, config).unwrap();
    let (file, named) = (folder.join(file), named.to_str().unwrap().to_string());
    let args = [
        "read",
        file.to_str().unwrap(),
        "--config",
        &named,
        "--format",
        "json",
    ];
    let output = greenlane(&args);
    let read: Value = serde_json::from_str(&stdout(&output))
        .unwrap_or_else(|e| panic!("{e}: {}", stderr(&output)));
    read["documents"][0].clone()
}

/// The values of a field in the rows.
fn column(document: &Value, field: &str) -> Vec<String> {
    let rows = document["rows"].as_array().unwrap().iter();
    let fields = rows.flat_map(|r| r["fields"].as_array().unwrap());
    let own = fields.filter(|f| f["field"] == field);
    own.map(|f| f["raw"].as_str().unwrap().trim().to_string())
        .collect()
}

/// A packing list of two sheets: a heading in two rows, a column without one, and a sheet whose
/// headings nobody knows.
fn workbook(folder: &Path) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheets: [(&str, &[&[&str]]); 2] = [
        (
            "Liste",
            &[
                &["PACKING LIST"],
                &["Shipper", "Ningbo Qinglan Toys Co., Ltd."],
                &[
                    "Carton No.",
                    "Model",
                    "Description",
                    "Qty",
                    "",
                    "Weight",
                    "",
                ],
                &["", "", "", "", "", "Alpha", "Beta"],
                &["1-20", "QL-110", "blocks", "400", "20", "230", "250"],
                &["21-40", "QL-220S", "puzzle", "400", "20", "248", "281"],
            ],
        ),
        (
            "Zwei",
            &[
                &["PACKING LIST"],
                &["Uno", "Due", "Tre", "Quattro"],
                &["QL-305", "240", "kit", "12"],
                &["QL-306", "120", "kit", "6"],
            ],
        ),
    ];
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (r, row) in rows.iter().enumerate() {
            for (c, text) in row.iter().enumerate().filter(|(_, t)| !t.is_empty()) {
                match text.parse::<f64>() {
                    Ok(number) => sheet.write_number(r as u32, c as u16, number).unwrap(),
                    Err(_) => sheet.write_string(r as u32, c as u16, *text).unwrap(),
                };
            }
        }
    }
    book.save(folder.join("list.xlsx")).unwrap();
}

#[test]
fn a_heading_of_ones_own_wins_in_two_rows_too() {
    let folder = tempfile::tempdir().unwrap();
    workbook(folder.path());
    let headings = "headings:\n  packing-list: {net_weight: [Alpha], gross_weight: [Beta], model: [Description], name: [Model]}\n";
    let list = read(folder.path(), "list.xlsx", headings);
    assert_eq!(column(&list, "net_weight"), ["230", "248"]);
    assert_eq!(column(&list, "gross_weight"), ["250", "281"]);
    assert_eq!(column(&list, "model"), ["blocks", "puzzle"]);
    assert_eq!(column(&list, "name"), ["QL-110", "QL-220S"]);
}

#[test]
fn columns_by_letter_win_over_headings_and_need_none() {
    let folder = tempfile::tempdir().unwrap();
    workbook(folder.path());
    let files = "files:\n  \"list.xlsx\":\n    columns: {E: cartons, f: gross_weight}\n    sheets:\n      Zwei: {kind: packing-list, header_row: 2, columns: {A: model, B: quantity, D: cartons}}\n";
    let list = read(folder.path(), "list.xlsx", files);
    assert_eq!(column(&list, "cartons"), ["20", "20"]);
    assert_eq!(column(&list, "gross_weight"), ["230", "248"]);
    let cartons = list["columns"].as_array().unwrap().iter();
    let cartons: Vec<&Value> = cartons.filter(|c| c["field"] == "cartons").collect();
    assert_eq!(cartons[0]["heading"], "");
    std::fs::write(folder.path().join("first"), "").unwrap();
    let output = greenlane(&[
        "read",
        folder.path().join("list.xlsx").to_str().unwrap(),
        "--config",
        folder.path().join("settled.yaml").to_str().unwrap(),
        "--format",
        "json",
    ]);
    let read: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let second = &read["documents"][1];
    assert_eq!(second["part"], "Zwei");
    assert_eq!(column(second, "model"), ["QL-305", "QL-306"]);
    assert_eq!(column(second, "quantity"), ["240", "120"]);
    assert_eq!(column(second, "cartons"), ["12", "6"]);
}

#[test]
fn a_wrong_column_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let named = folder.path().join("wrong.yaml");
    let text = "files:\n  a.csv: {kind: packing-list, columns: {C: quantitty, 3: model}}\n";
    std::fs::write(&named, text).unwrap();
    let output = greenlane(&["pack", "check", named.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let said = stdout(&output) + &stderr(&output);
    assert!(said.contains("no field is called `quantitty`"), "{said}");
    assert!(said.contains("`3` is no column"), "{said}");
    assert!(said.contains("wrong.yaml:2"), "{said}");
}

/// A log with one heading the values settle against its words, and one they do not.
const LOG: &str = "生产批次记录\n\
    批号,型号,工序,Colour weight,数量,Grmpf\n\
    LOT260501A,QL-110,注塑,2026-05-01,400,20\n\
    LOT260501B,QL-220S,注塑,2026-05-02,400,20\n\
    LOT260501C,QL-305,组装,2026-05-03,240,12\n";

#[test]
fn what_is_proposed_is_true_when_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    std::fs::write(&path, LOG).unwrap();
    let output = greenlane(&["read", path.to_str().unwrap(), "--suggest"]);
    let said = stdout(&output);
    assert!(said.contains("      - \"Colour weight\"   # "), "{said}");
    assert!(
        said.contains("production_date would be known in 3 more places"),
        "{said}"
    );
    assert!(!said.contains("- \"Grmpf\""), "{said}");
    assert!(said.contains("“Grmpf”: the values do not tell"), "{said}");
    let log = read(folder.path(), "log.csv", &said);
    let days = ["2026-05-01", "2026-05-02", "2026-05-03"];
    assert_eq!(column(&log, "production_date"), days);
}

/// Words that mean something else are not turned.
#[test]
fn a_number_of_lines_is_not_proposed_as_one_of_cartons() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    let list = "PACKING LIST\nShipper,Ningbo Qinglan Toys\n\
        项号,Model,Description,Qty\n1,QL-110,blocks,400\n2,QL-220S,puzzle,400\n3,QL-305,kit,240\n";
    std::fs::write(&path, list).unwrap();
    let output = greenlane(&["read", path.to_str().unwrap(), "--suggest"]);
    assert!(
        !stdout(&output).contains("carton_no"),
        "{}",
        stdout(&output)
    );
}
