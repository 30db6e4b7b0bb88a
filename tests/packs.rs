//! Rule packs through the front door: their cases, their errors, what changes them.

use crate::run::{greenlane, root, stderr, stdout};
use std::path::PathBuf;

#[test]
fn every_case_of_the_built_in_packs_comes_out_as_it_says() {
    let output = greenlane(&["pack", "test"]);
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{said}{}", stderr(&output));
    assert!(said.contains("infant/edition"), "{said}");
}

#[test]
fn a_case_that_comes_out_otherwise_is_named_by_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("other-edition.yaml");
    let overlay = "extends: infant-gb31701\nparameters:\n  edition: {text: \"2027\"}\n";
    std::fs::write(&file, overlay).unwrap();
    let output = greenlane(&["pack", "test", file.to_str().unwrap()]);
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{said}{}", stderr(&output));
    let pack = std::fs::read_to_string("rules/lanes/infant-gb31701.yaml").unwrap();
    let mut lines = pack.lines().enumerate();
    lines
        .find(|(_, l)| l.contains("- id: infant/edition"))
        .unwrap();
    let case = lines.find(|(_, l)| l.contains("- {expect: pass}")).unwrap();
    let line = case.0 + 1;
    let place = format!("rules/lanes/infant-gb31701.yaml:{line}: infant/edition");
    assert!(said.contains(&place), "no {place} in\n{said}");
    assert!(said.contains("expected pass, got fail"), "{said}");
    assert!(
        !said.contains("stem/"),
        "only the pack that is changed:\n{said}"
    );
}

/// A malformed file and what must be said of it: `LINE: words` in its first line, or beside it.
struct Bad {
    path: PathBuf,
    line: usize,
    words: String,
}

fn bad() -> Vec<Bad> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(root().join("fixtures/packs/bad")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "expect") {
            continue;
        }
        let beside = PathBuf::from(format!("{}.expect", path.display()));
        let expect = if beside.exists() {
            std::fs::read_to_string(beside).unwrap()
        } else {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            let first = text.lines().next().unwrap().to_string();
            first.strip_prefix("# expect: ").unwrap().to_string()
        };
        let (line, words) = expect.trim().split_once(": ").unwrap();
        all.push(Bad {
            line: line.parse().unwrap(),
            words: words.to_string(),
            path,
        });
    }
    all.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(all.len() >= 40, "{} malformed files", all.len());
    all
}

/// What is wrong when a run does not refuse a malformed file at the right line.
fn not_refused(bad: &Bad, args: &[&str]) -> Option<String> {
    let output = greenlane(args);
    let said = stderr(&output);
    let name = bad.path.file_name().unwrap().to_str().unwrap();
    let place = format!("{name}:{}:", bad.line);
    let right =
        output.status.code() == Some(2) && said.contains(&place) && said.contains(&bad.words);
    let out = stdout(&output);
    (!right || !out.is_empty()).then(|| {
        let code = output.status.code();
        format!(
            "{args:?}: exit {code:?}, no `{place}` or `{}` in\n{said}{out}",
            bad.words
        )
    })
}

#[test]
fn every_malformed_file_is_refused_at_its_line() {
    let faults: Vec<String> = bad()
        .iter()
        .filter_map(|b| not_refused(b, &["pack", "check", b.path.to_str().unwrap()]))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nothing_is_judged_with_a_malformed_file() {
    let shipment = root().join("fixtures/shipments/stem-clean-json");
    let shipment = shipment.to_str().unwrap();
    let mut faults = Vec::new();
    for bad in bad() {
        let name = bad.path.file_name().unwrap().to_str().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let lanes = folder.path().join("lanes");
        std::fs::create_dir(&lanes).unwrap();
        let path = bad.path.to_str().unwrap();
        let (flag, value) = if name.starts_with("config-") {
            ("--config", path)
        } else if name.starts_with("waivers-") {
            ("--waivers", path)
        } else {
            std::fs::copy(&bad.path, lanes.join(name)).unwrap();
            ("--rules", folder.path().to_str().unwrap())
        };
        faults.extend(not_refused(&bad, &["check", shipment, flag, value]));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn packs_that_extend_each_other_are_refused() {
    let output = greenlane(&["pack", "check", "fixtures/packs/cyclic"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for place in ["a.yaml:2:", "b.yaml:2:"] {
        assert!(said.contains(place), "{said}");
    }
    assert!(said.contains("extend each other"), "{said}");
}

#[test]
fn all_errors_are_said_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let pack = std::fs::read_to_string(root().join("rules/lanes/stem-astm-f963.yaml")).unwrap();
    let wrong = pack
        .replacen("severity: blocker", "severity: blocked", 1)
        .replacen("stale_after_days: 120", "stale_after_days: soon", 1)
        .replacen("kind: secondary", "kind: primary", 1);
    let file = folder.path().join("wrong.yaml");
    std::fs::write(&file, wrong).unwrap();
    let config = folder.path().join("greenlane.yaml");
    std::fs::write(&config, "lanse: []\nfail_on: sometimes\n").unwrap();
    let files = [file.to_str().unwrap(), config.to_str().unwrap()];
    let said = stderr(&greenlane(&["pack", "check", files[0], files[1]]));
    for words in ["`blocked`", "`soon`", "`primary`", "`lanse`", "`sometimes`"] {
        assert!(said.contains(words), "no {words} in\n{said}");
    }
}

#[test]
fn text_is_never_re_typed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("overlay.yaml");
    let list = "[1.10, 0510210600, no, 2026-05-09, 1e3, 0x1F, ~, null, true, 12:30]";
    let overlay = format!("extends: stem-astm-f963\nparameters:\n  lab_words:\n    list: {list}\n");
    std::fs::write(&file, overlay).unwrap();
    let config = folder.path().join("greenlane.yaml");
    std::fs::write(&config, "overlays: [overlay.yaml]\n").unwrap();
    let config = config.to_str().unwrap();
    let output = greenlane(&["explain", "stem/third-party", "--config", config]);
    let said = stdout(&output)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let wanted = list.trim_matches(['[', ']']);
    assert!(
        said.contains(wanted),
        "no {wanted} in\n{said}{}",
        stderr(&output)
    );
}
