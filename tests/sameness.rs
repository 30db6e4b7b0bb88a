//! Same inputs, same bytes out; the order of files and threads changes nothing; one changed cell
//! of a clean shipment is found.

use crate::run::{check, greenlane, shipments, stdout};
use std::path::PathBuf;

fn files(name: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(shipments().join(name))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.file_name().unwrap() != "expect.yaml")
        .collect();
    files.sort();
    files
}

#[test]
fn two_runs_give_the_same_bytes() {
    let folder = shipments();
    let args = [
        "check",
        folder.to_str().unwrap(),
        "--format",
        "json",
        "--as-of",
        "2026-06-15",
    ];
    let once = stdout(&greenlane(&args));
    let mut one_thread = args.to_vec();
    one_thread.extend(["--jobs", "1"]);
    assert!(once.len() > 10_000);
    assert_eq!(once, stdout(&greenlane(&args)));
    assert_eq!(once, stdout(&greenlane(&one_thread)));
}

#[test]
fn the_order_of_files_changes_no_finding() {
    for name in [
        "infant-model-typo",
        "stem-addendum",
        "gacc-batch-missing",
        "mixed-batch",
    ] {
        let mut paths: Vec<String> = files(name)
            .iter()
            .map(|p| p.to_str().unwrap().to_string())
            .collect();
        let findings = |paths: &[String]| {
            let mut args = vec!["check", "--format", "json", "--as-of", "2026-06-15"];
            args.extend(paths.iter().map(String::as_str));
            let report: serde_json::Value =
                serde_json::from_str(&stdout(&greenlane(&args))).unwrap();
            let shipment = &report["shipments"][0];
            let found: Vec<String> = shipment["findings"]
                .as_array()
                .unwrap()
                .iter()
                .map(|f| {
                    format!(
                        "{} {} {} {}",
                        f["rule"], f["outcome"], f["fingerprint"], f["message"]
                    )
                })
                .collect();
            (shipment["verdict"].clone(), found)
        };
        let forward = findings(&paths);
        assert!(!paths.is_empty());
        paths.reverse();
        assert_eq!(forward, findings(&paths), "{name}");
    }
}

/// A clean shipment as text, with one value replaced; the rule that must notice, and where.
#[test]
fn one_changed_cell_of_a_clean_shipment_is_found_and_named() {
    let name = "infant-clean-csv-txt";
    let cases = [
        ("AM-310L", "AM-31OL", "infant/model-match", "declaration"),
        ("北仑", "梅山", "infant/port", "declaration"),
        ("8715", "9503", "infant/goods-covered", "declaration"),
    ];
    let (clean, exit) = check(&shipments().join(name), &["--as-of", "2026-06-15"]);
    assert_eq!(exit, 0, "{clean:#}");
    for (from, to, rule, kind) in cases {
        let folder = tempfile::tempdir().unwrap();
        let mut changed = 0;
        for file in files(name) {
            let bytes = std::fs::read(&file).unwrap();
            let text = match String::from_utf8(bytes.clone()) {
                Ok(text) => text,
                Err(_) => encoding_rs::GB18030.decode(&bytes).0.into_owned(),
            };
            // The customs code behind the name would speak for Beilun all the same.
            let text = text.replace("(3104)", "");
            let is_declaration = text.contains("出口货物报关单");
            let text = if kind == "declaration" && is_declaration {
                changed += 1;
                text.replace(from, to)
            } else {
                text
            };
            std::fs::write(folder.path().join(file.file_name().unwrap()), text).unwrap();
        }
        assert_eq!(changed, 1, "one declaration");
        let (report, exit) = check(folder.path(), &["--as-of", "2026-06-15"]);
        assert_eq!(exit, 1, "{from} → {to}");
        let named = report["shipments"][0]["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|f| {
                f["rule"] == rule
                    && f["outcome"] == "fail"
                    && f["places"][0]["raw"].as_str().unwrap().contains(to)
            });
        assert!(named, "{from} → {to} is not named by {rule}: {report:#}");
    }
}
