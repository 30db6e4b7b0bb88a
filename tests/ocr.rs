//! Pictures of pages are read: the few of `fixtures/scans`, where the models are there.

use crate::run::{binary, root, stderr, stdout};
use crate::truth::{measure, truths};

/// With models: the user's own, or those of the folder that `GREENLANE_OCR_MODELS` names.
#[test]
fn values_of_scans_are_read_as_they_stand_and_none_counts_unseen() {
    let rules = greenlane::app::builtin_rules().unwrap();
    if rules.manner.ocr.is_none() {
        eprintln!("skipped: no models of `greenlane ocr add`");
        return;
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
