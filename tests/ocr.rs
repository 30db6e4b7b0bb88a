//! Pictures of pages are read: the few of `fixtures/scans`, where the models are there.

use crate::run::{binary, root, stderr, stdout};
use crate::truth::{measure, truths};
use greenlane::extract::Hint;
use greenlane::report::transcript::render;
use greenlane::{Input, understand_one};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// Says in a line that nothing was tried.
#[allow(clippy::print_stderr)]
fn skipped() {
    eprintln!("skipped: no models of `greenlane ocr add`");
}

/// With models: the user's own, or those of the folder that `GREENLANE_OCR_MODELS` names.
#[test]
fn values_of_scans_are_read_as_they_stand_and_none_counts_unseen() {
    let rules = greenlane::app::builtin_rules().unwrap();
    if rules.manner.ocr.is_none() {
        return skipped();
    }
    let folder = root().join("fixtures/scans");
    let (mut characters, mut missed) = (0, 0);
    let (mut values, mut right) = (0, 0);
    for (name, truth) in truths(&folder) {
        let figures = measure(&folder, &name, &truth, &rules);
        characters += figures.characters;
        missed += figures.missed;
        values += figures.values.len();
        right += figures.values.iter().filter(|v| v.right()).count();
        for value in &figures.values {
            // What was read from a picture is always known to be: no rule lets it pass by itself.
            assert!(
                value.read.is_none() || value.recognised,
                "{name} {}",
                value.field
            );
            let sure = value.read.is_some() && value.least >= 0.9 && !value.inked;
            assert!(
                value.right() || !sure || value.field == "report_no",
                "{name} {}: {} read as {:?}",
                value.field,
                value.stands,
                value.read
            );
        }
        let said = |code: &str| figures.problems.iter().any(|p| p.starts_with(code));
        assert!(said("recognised-text"), "{name}: {:?}", figures.problems);
    }
    assert!(
        missed * 100 <= characters * 2,
        "{missed} of {characters} characters"
    );
    assert!(right * 100 >= values * 92, "{right} of {values} values");
}

/// Without models a scan is named, with the way to have it read.
#[test]
fn without_models_a_scan_is_named_with_the_way_to_read_it() {
    let output = binary()
        .args(["read", "fixtures/scans/low-105.pdf", "--lang", "en"])
        .output()
        .unwrap();
    let said = stdout(&output) + &stderr(&output);
    let said: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("it is a scan or a picture"), "{said}");
    assert!(said.contains("greenlane ocr add"), "{said}");
    let output = binary()
        .args(["ocr", "add", "Cargo.toml"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).starts_with("greenlane: Cargo.toml: "),
        "{}",
        stderr(&output)
    );
}

/// What a shipment with a scanned report comes to, read with the models there are.
fn judged(folder: &Path) -> Value {
    let mut command = binary();
    match std::env::var_os("GREENLANE_OCR_MODELS") {
        Some(named) => command.env("GREENLANE_OCR_MODELS", named),
        None => command.env_remove("GREENLANE_OCR_MODELS"),
    };
    let folder = folder.to_str().unwrap();
    let patience = ["--limit", "scan-seconds=1800"];
    let args = ["check", folder, "--as-of", "2026-06-15", "--format", "json"];
    let output = command.args(args).args(patience).output().unwrap();
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    report["shipments"][0].clone()
}

/// A scan leaves a shipment undecided; confirmed it is eligible; with one model found to be another it
/// is not, and the character is named.
#[test]
fn a_scanned_report_counts_once_it_is_confirmed() {
    let rules = greenlane::app::builtin_rules().unwrap();
    if rules.manner.ocr.is_none() {
        return skipped();
    }
    let folder = tempfile::tempdir().unwrap();
    let from = root().join("fixtures/scans/shipment");
    for file in std::fs::read_dir(from).unwrap() {
        let path = file.unwrap().path();
        std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let scanned = judged(folder.path());
    assert_eq!(scanned["verdict"], "undecided");
    let findings = scanned["findings"].as_array().unwrap();
    assert!(findings.iter().all(|f| f["outcome"] != "fail"));
    let model = findings.iter().find(|f| f["rule"] == "infant/model-match");
    assert!(model.unwrap()["places"][0]["probability"].is_number());

    let bytes = std::fs::read(folder.path().join("report.pdf")).unwrap();
    let read = Input {
        path: "report.pdf".to_string(),
        content: Ok(Arc::new(bytes)),
        hint: Hint::default(),
    };
    let file = understand_one(&read, &rules);
    let vocabulary = &rules.vocabulary;
    let (fields, kinds) = (&vocabulary.fields, &vocabulary.kinds);
    let alike = &vocabulary.words.read_alike;
    let transcript = render(&file.documents[0], fields, kinds, alike);
    let signed = transcript.replace("\nconfirmed: \n", "\nconfirmed: 李娜 2026-06-03\n");
    assert_ne!(signed, transcript);
    let at = folder.path().join("report.yaml");
    std::fs::write(&at, &signed).unwrap();
    assert_eq!(judged(folder.path())["verdict"], "eligible");

    std::fs::write(&at, signed.replace("BH-870", "BH-87O")).unwrap();
    let wrong = judged(folder.path());
    assert_eq!(wrong["verdict"], "not-eligible");
    let findings = wrong["findings"].as_array().unwrap().iter();
    let failed = findings.filter(|f| f["outcome"] == "fail");
    let said: Vec<&str> = failed.filter_map(|f| f["message"].as_str()).collect();
    assert!(
        said.iter()
            .any(|m| m.contains("digit 0 for letter O at position 6")),
        "{said:?}"
    );
}
