//! Files of the programs people use, through `read`: the kind, the rows, and where they stand.

use crate::run::{greenlane, stdout};
use serde_json::Value;

fn document(path: &str) -> Value {
    let path = format!("fixtures/readers/{path}");
    let output = greenlane(&["read", &path, "--format", "json"]);
    let read: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert!(
        read["problems"]
            .as_array()
            .unwrap()
            .iter()
            .all(|p| p["level"] == "remark"),
        "{path}: {:#}",
        read["problems"]
    );
    let documents = read["documents"].as_array().unwrap();
    assert_eq!(documents.len(), 1, "{path}");
    assert_eq!(documents[0]["whole"], true, "{path}");
    documents[0].clone()
}

/// The field of a row, as value and place.
fn field(document: &Value, row: usize, name: &str) -> (String, String) {
    let fields = document["rows"][row]["fields"].as_array().unwrap();
    let field = fields.iter().find(|f| f["field"] == name);
    let field = field.unwrap_or_else(|| panic!("no {name} in {fields:#?}"));
    let text = |key: &str| field[key].as_str().unwrap().to_string();
    (text("raw"), text("at"))
}

#[test]
fn a_document_of_each_format_is_understood() {
    for (path, kind, rows, row, name, raw, at) in [
        (
            "docx/report.docx",
            "lab-report",
            7,
            3,
            "requirement",
            "铅 < 90 mg/kg",
            "table 2, C5",
        ),
        (
            "docx/writer.docx",
            "lab-report",
            7,
            6,
            "verdict",
            "合格",
            "table 2, E8",
        ),
        (
            "docx/packing.docx",
            "packing-list",
            3,
            2,
            "carton_no",
            "11",
            "table 1, A3",
        ),
        (
            "html/packing.xls",
            "packing-list",
            3,
            2,
            "model",
            "AM-520 <B>",
            "table 1, B6",
        ),
        (
            "html/calc.html",
            "packing-list",
            3,
            1,
            "model",
            "BH-720",
            "table 1, B6",
        ),
        (
            "xml/declaration.xml",
            "declaration",
            3,
            1,
            "hs_code",
            "8715000000",
            "/DecMessage/DecLists/DecList[2]/CodeTS",
        ),
        (
            "xml/packing.xml",
            "packing-list",
            3,
            2,
            "model",
            "AM-520",
            "C8",
        ),
    ] {
        let document = document(path);
        assert_eq!(document["kind"], kind, "{path}");
        assert_eq!(document["rows"].as_array().unwrap().len(), rows, "{path}");
        let found = field(&document, row, name);
        assert_eq!(found, (raw.to_string(), at.to_string()), "{path}");
    }
}

#[test]
fn what_stands_beside_a_table_is_not_a_row_of_it() {
    let report = document("docx/report.docx");
    let left_out = report["left_out"].as_array().unwrap();
    let signatures = left_out.iter().find(|l| l["reason"] == "another table");
    assert_eq!(signatures.unwrap()["text"], "编制 苏明禾 批准 任可");
    let message = document("xml/declaration.xml");
    let rows = message["rows"].to_string();
    assert!(!rows.contains("L98455"), "{rows}");
}
