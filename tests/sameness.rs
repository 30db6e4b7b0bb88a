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

/// What a finding says apart from where it stands.
fn essence(report: &serde_json::Value) -> Vec<String> {
    let mut all: Vec<String> = report["shipments"][0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            format!(
                "{} {} {} {}",
                f["rule"], f["outcome"], f["subject"], f["found"]
            )
        })
        .collect();
    all.sort();
    all
}

#[test]
fn a_shipment_gives_the_same_findings_in_every_format() {
    let formats = shipments().parent().unwrap().join("formats");
    let of = |name: &str| {
        let (report, exit) = check(&formats.join(name), &["--as-of", "2026-06-15"]);
        (essence(&report), exit)
    };
    let by_workbook = of("xlsx");
    assert_eq!(by_workbook.1, 1);
    assert!(by_workbook.0.len() > 2);
    let mut others: Vec<String> = std::fs::read_dir(&formats)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_str().unwrap().to_string())
        .filter(|name| name != "xlsx")
        .collect();
    others.sort();
    assert!(others.len() > 8);
    for name in others {
        assert_eq!(of(&name), by_workbook, "{name}");
    }
}

#[test]
fn a_report_saved_as_a_transcript_gives_the_same_findings() {
    for name in [
        "stem-bundled",
        "infant-item-missing",
        "infant-edition-2015",
        "stem-clean-pdf",
    ] {
        let source = shipments().join(name);
        let folder = tempfile::tempdir().unwrap();
        let mut reports = 0;
        for file in files(name) {
            let target = folder.path().join(file.file_name().unwrap());
            if file.extension().is_some_and(|e| e == "pdf") {
                let output = greenlane(&["read", file.to_str().unwrap(), "--format", "yaml"]);
                std::fs::write(target.with_extension("yaml"), &output.stdout).unwrap();
                reports += 1;
            } else {
                std::fs::copy(&file, target).unwrap();
            }
        }
        assert!(reports > 0);
        let (by_pdf, code) = check(&source, &["--as-of", "2026-06-15"]);
        let (by_transcript, again) = check(folder.path(), &["--as-of", "2026-06-15"]);
        assert_eq!(essence(&by_pdf), essence(&by_transcript), "{name}");
        assert_eq!(code, again);
    }
}

#[test]
fn a_transcript_beside_a_scan_is_used_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let mut scan = None;
    for file in files("infant-scan") {
        let target = folder.path().join(file.file_name().unwrap());
        std::fs::copy(&file, &target).unwrap();
        let output = greenlane(&["read", file.to_str().unwrap(), "--format", "json"]);
        if stdout(&output).contains("no-text-layer") {
            scan = Some(target);
        }
    }
    let scan = scan.expect("the scan");
    let (before, code) = check(folder.path(), &["--as-of", "2026-06-15"]);
    assert_eq!(code, 3);
    let model = before["shipments"][0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["rule"] == "infant/report-present")
        .expect("a line without report")["found"]
        .as_str()
        .unwrap()
        .to_string();
    let items = [
        "机械安全",
        "燃烧性能",
        "邻苯二甲酸酯",
        "重金属",
        "甲醛",
        "动态强度",
    ]
    .map(|i| format!("  - {{item: {i}, verdict: 合格}}\n"))
    .join("");
    let text = format!(
        "kind: lab-report\nreport_no: X-1\napplicant: Somebody else\nmodel: {model}\nstandard: GB 31701-2026\ncnas_no: CNAS L98012\nissue_date: 2026-05-20\nitems:\n{items}"
    );
    std::fs::write(scan.with_extension("yaml"), text).unwrap();
    let (after, code) = check(folder.path(), &["--as-of", "2026-06-15"]);
    assert_eq!(code, 1, "the applicant is another");
    let findings = after["shipments"][0]["findings"].as_array().unwrap();
    let applicant = findings
        .iter()
        .find(|f| f["rule"] == "infant/applicant-match")
        .expect("the applicant");
    let places = applicant["places"].as_array().unwrap();
    assert!(
        places.iter().any(|p| p["transcribed"] == true),
        "{applicant:#}"
    );
    assert!(
        findings
            .iter()
            .all(|f| f["rule"] != "doc/shipment-complete"),
        "{findings:#?}"
    );
}

#[test]
fn an_empty_form_is_recognised_as_its_kind() {
    let folder = tempfile::tempdir().unwrap();
    for (number, kind) in [
        "lab-register",
        "pilot-list",
        "batch-log",
        "lab-report",
        "packing-list",
        "declaration",
        "supplier-certificate",
        "report-register",
    ]
    .into_iter()
    .enumerate()
    {
        for extension in ["csv", "xlsx"] {
            let path = folder.path().join(format!("form{number}.{extension}"));
            let path = path.to_str().unwrap();
            let output = greenlane(&["template", kind, "--out", path]);
            assert_eq!(
                output.status.code(),
                Some(0),
                "{}",
                crate::run::stderr(&output)
            );
            let read = stdout(&greenlane(&["read", path, "--format", "json"]));
            let read: serde_json::Value = serde_json::from_str(&read).unwrap();
            assert_eq!(read["documents"][0]["kind"], kind, "{extension}");
        }
    }
    assert_eq!(
        greenlane(&["template", "lab-regster"]).status.code(),
        Some(2)
    );
}
