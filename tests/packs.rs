//! Rule packs through the front door: their cases, their errors, what changes them.

use crate::run::{check, greenlane, root, stderr, stdout};
use crate::schemas::{as_json, fault, fits};
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
    let all = expected_of("fixtures/packs/bad");
    assert!(all.len() >= 40, "{} malformed files", all.len());
    all
}

fn expected_of(folder: &str) -> Vec<Bad> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(root().join(folder)).unwrap() {
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

/// An alias that cannot be used stops no check, which says that it is not used.
#[test]
fn aliases_that_cannot_be_used_are_named_at_their_line() {
    let all = expected_of("fixtures/packs/aliases");
    assert!(all.len() >= 6, "{} configurations", all.len());
    let checked = |b: &Bad| not_refused(b, &["pack", "check", b.path.to_str().unwrap()]);
    let faults: Vec<String> = all.iter().filter_map(checked).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let shipment = root().join("fixtures/shipments/stem-clean-json");
    let shipment = shipment.to_str().unwrap();
    for bad in &all {
        let config = bad.path.to_str().unwrap();
        let output = greenlane(&["check", shipment, "--config", config]);
        assert_eq!(output.status.code(), Some(0), "{config}");
    }
}

#[test]
fn nothing_is_judged_with_a_malformed_file() {
    let shipment = root().join("fixtures/shipments/stem-clean-json");
    let shipment = shipment.to_str().unwrap();
    let mut faults = Vec::new();
    for bad in bad() {
        let name = bad.path.file_name().unwrap().to_str().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let sort = if name.starts_with("kind-") {
            "documents"
        } else if name.starts_with("list-") {
            "lists"
        } else {
            "lanes"
        };
        let lanes = folder.path().join(sort);
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

#[test]
fn an_official_list_arrives_in_ten_lines() {
    let overlay = "examples/official-list/overlay.yaml";
    let text = std::fs::read_to_string(root().join(overlay)).unwrap();
    assert!(text.lines().count() <= 10);
    assert!(text.contains("MADE UP"));
    for command in ["check", "test"] {
        let output = greenlane(&["pack", command, overlay]);
        let said = stdout(&output) + &stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
    }
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("greenlane.yaml");
    let path = root().join(overlay);
    std::fs::write(&config, format!("overlays: [{}]\n", path.display())).unwrap();
    let config = config.to_str().unwrap();
    let clean = root().join("fixtures/shipments/infant-clean-xlsx-pdf");
    let day = ["--as-of", "2026-06-15"];
    let (report, exit) = check(&clean, &day);
    assert_eq!(exit, 0, "without the list");
    assert!(report["packs"][1].get("changed_by").is_none());
    let (report, exit) = check(&clean, &[&day[..], &["--config", config]].concat());
    assert_eq!(exit, 1, "its strollers have no row for the new item");
    let finding = &report["shipments"][0]["findings"][0];
    assert_eq!(finding["rule"], "infant/full-scope");
    let subject = finding["subject"].as_str().unwrap();
    assert!(subject.contains("restraint"), "{subject}");
    let pack = &report["packs"][1];
    assert!(
        pack["changed_by"][0]
            .as_str()
            .unwrap()
            .ends_with("overlay.yaml")
    );
    let changes: Vec<&str> = pack["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["what"].as_str().unwrap())
        .collect();
    assert_eq!(changes, ["version", "required_items"]);
    assert_eq!(pack["changes"][1]["line"], 5);
    let output = greenlane(&["explain", "infant/full-scope", "--config", config]);
    let said = stdout(&output);
    assert!(said.contains("overlay.yaml:5"), "{said}");
}

/// Runs `check` on a fixture with a configuration that names one overlay.
fn with_overlay(shipment: &str, overlay: &str, args: &[&str]) -> (serde_json::Value, i32) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("overlay.yaml"), overlay).unwrap();
    let config = folder.path().join("greenlane.yaml");
    std::fs::write(&config, "overlays: [overlay.yaml]\n").unwrap();
    let config = ["--config", config.to_str().unwrap()];
    let shipment = root().join("fixtures/shipments").join(shipment);
    check(&shipment, &[args, &config].concat())
}

#[test]
fn a_dated_parameter_holds_from_its_day_on() {
    // The shipment is declared on 2026-06-01; its report is to the edition 23.
    for (from, exit) in [("2026-06-01", 1), ("2026-06-02", 0)] {
        let overlay = format!(
            "extends: stem-astm-f963\nparameters:\n  edition: {{later: [{{from: {from}, text: \"99\"}}]}}\n"
        );
        let args = ["--as-of", "2026-06-15"];
        let (report, code) = with_overlay("stem-clean-json", &overlay, &args);
        assert_eq!(code, exit, "from {from}: {report}");
    }
}

#[test]
fn a_withdrawn_rule_holds_until_its_day() {
    for (since, exit) in [("2026-06-06", 0), ("2026-06-07", 1)] {
        let overlay = format!(
            "extends: stem-astm-f963\nwithdrawn:\n  - {{id: stem/terminal, since: {since}, why: {{en: all terminals, zh: 全部码头}}}}\n"
        );
        let args = ["--as-of", "2026-06-15"];
        let (report, code) = with_overlay("stem-wrong-terminal", &overlay, &args);
        assert_eq!(code, exit, "since {since}: {report}");
    }
}

#[test]
fn an_overlay_with_an_id_is_a_lane_of_its_own() {
    let overlay = "id: infant-meishan\nextends: infant-gb31701\nparameters:\n  ports: {ports: [{name: {en: Meishan, zh: 梅山}, words: [meishan, 梅山]}]}\n";
    let args = ["--as-of", "2026-06-15"];
    let (report, exit) = with_overlay("infant-wrong-port", overlay, &args);
    assert_eq!(exit, 1);
    let lanes = report["shipments"][0]["lanes"].as_array().unwrap();
    let verdict = |id: &str| &lanes.iter().find(|l| l["lane"] == id).unwrap()["verdict"];
    assert_eq!(verdict("infant-gb31701"), "not-eligible");
    assert_eq!(verdict("infant-meishan"), "eligible");
}

#[test]
fn failures_before_the_first_day_are_upcoming() {
    let shipment = root().join("fixtures/shipments/stem-many-faults");
    let (report, _) = check(&shipment, &["--as-of", "2026-06-15"]);
    let findings = report["shipments"][0]["findings"].as_array().unwrap();
    let of_lane = findings.iter().filter(|f| f["lane"] == "stem-astm-f963");
    let mut upcoming = 0;
    for finding in of_lane {
        if finding["rule"] == "stem/in-force" {
            assert!(finding.get("upcoming").is_none());
        } else {
            assert_eq!(finding["upcoming"], "2026-05-04", "{finding}");
            upcoming += 1;
        }
    }
    assert!(upcoming > 0);
}

#[test]
fn a_new_pack_passes_its_own_check_and_cases() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lanes/toys-en71.yaml");
    let file = file.to_str().unwrap();
    let runs: [&[&str]; 3] = [
        &["pack", "new", "toys-en71", "--out", file],
        &["pack", "check", file],
        &["pack", "test", file],
    ];
    for args in runs {
        let output = greenlane(args);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{args:?}: {}",
            stderr(&output)
        );
    }
    assert_eq!(
        greenlane(runs[0]).status.code(),
        Some(2),
        "it is not overwritten"
    );
}

#[test]
fn init_writes_a_configuration_that_is_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    assert_eq!(greenlane(&["init", path]).status.code(), Some(0));
    assert_eq!(
        greenlane(&["init", path]).status.code(),
        Some(2),
        "it is not overwritten"
    );
    let file = folder.path().join("greenlane.yaml");
    let all = std::fs::read_to_string(&file).unwrap();
    assert!(all.is_ascii() || all.contains("通道"));
    // Every line that is commented out is in order too, once what it names is there.
    for name in ["references", "rules/lanes"] {
        std::fs::create_dir_all(folder.path().join(name)).unwrap();
    }
    let overlay = "extends: infant-gb31701\nparameters: {edition: {text: \"2026\"}}\n";
    let files = [
        ("references/labs.csv", ""),
        ("references/pilot-codes.csv", ""),
        ("rules/official-list.yaml", overlay),
        ("waivers.csv", "rule,values,reason,who,until\n"),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let live: Vec<&str> = all
        .lines()
        .filter_map(|l| l.strip_prefix("# "))
        .filter(|l| {
            l.starts_with("  ")
                || l.split(' ')
                    .next()
                    .unwrap()
                    .trim_end_matches(':')
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'_')
                    && l.split(' ').next().unwrap().ends_with(':')
        })
        .collect();
    assert!(live.len() > 20, "{live:?}");
    std::fs::write(&file, live.join("\n")).unwrap();
    let output = greenlane(&["pack", "check", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn diff_says_in_words_what_changed() {
    let overlay = "examples/official-list/overlay.yaml";
    let said = stdout(&greenlane(&["pack", "diff", "infant-gb31701", overlay]));
    for words in [
        "version: “2026.1” becomes",
        "parameter required_items, items, heavy-metals is taken out (heavy metals)",
        "parameter required_items, items, restraint is new",
    ] {
        assert!(said.contains(words), "no {words} in\n{said}");
    }
    let same = stdout(&greenlane(&["pack", "diff", "documents", "documents"]));
    assert!(same.contains("no difference"), "{same}");
}

#[test]
fn the_catalogue_of_the_rules_is_up_to_date() {
    let readme = std::fs::read_to_string(root().join("rules/README.md")).unwrap();
    let mark = "<!-- What follows is written by `greenlane pack catalogue`. -->\n";
    let (_, found) = readme.split_once(mark).unwrap();
    let made = stdout(&greenlane(&["pack", "catalogue"]));
    assert!(
        found == made,
        "write `greenlane pack catalogue` below the mark of rules/README.md"
    );
}

#[test]
fn every_check_has_its_meaning() {
    let made = stdout(&greenlane(&["pack", "catalogue"]));
    for part in made.split("\n### `").skip(1) {
        let meaning = part.lines().nth(1).unwrap();
        assert!(
            !meaning.is_empty(),
            "no meaning in src/check/meaning.rs: {part}"
        );
    }
}

#[test]
fn packs_configuration_and_waivers_fit_the_schema() {
    let mut packs = vec![root().join("examples/official-list/overlay.yaml")];
    for entry in std::fs::read_dir(root().join("rules/lanes")).unwrap() {
        packs.push(entry.unwrap().path());
    }
    for path in packs {
        fits("pack", &as_json(&path));
    }
    let whole = serde_json::json!({"lanes": ["x"], "references": {"labs": "x.csv"}, "fail_on": "warning", "lang": "zh",
        "parameters": {"stem-astm-f963": {"edition": {"text": "23"}}}, "files": {"*.csv": {"kind": "lab-register"}}});
    fits("config", &whole);
    let whole = serde_json::json!([{"rule": "a/b", "values": ["x"], "reason": "r", "who": "w", "until": "2026-12-31"}]);
    fits("waivers", &whole);
    // What the schema can know of the malformed ones it refuses as well.
    for (name, schema) in [
        ("pack-unknown-key.yaml", "pack"),
        ("pack-key-missing.yaml", "pack"),
        ("pack-bad-id.yaml", "pack"),
        ("rule-bad-severity.yaml", "pack"),
        ("rule-unknown-check.yaml", "pack"),
        ("case-bad-outcome.yaml", "pack"),
        ("overlay-unknown-key.yaml", "pack"),
        ("config-unknown-key.yaml", "config"),
        ("waivers-no-reason.yaml", "waivers"),
    ] {
        let value = as_json(&root().join("fixtures/packs/bad").join(name));
        assert!(fault(schema, &value).is_some(), "{name} fits");
    }
}

#[test]
fn a_rule_that_judged_nothing_is_said() {
    let shipment = root().join("fixtures/shipments/infant-no-report");
    let (report, _) = check(&shipment, &["--as-of", "2026-06-15"]);
    let idle = report["idle"].as_array().unwrap();
    let lane = idle.iter().find(|i| i["lane"] == "infant-gb31701").unwrap();
    let rules = lane["rules"].as_array().unwrap();
    assert!(rules.iter().any(|r| r == "infant/edition"), "{lane}");
    assert!(
        !rules.iter().any(|r| r == "infant/report-present"),
        "{lane}"
    );
    let path = shipment.to_str().unwrap();
    let said = stdout(&greenlane(&["check", path, "--as-of", "2026-06-15"]));
    assert!(said.contains("Found nothing to judge"), "{said}");
}

#[test]
fn a_stale_pack_warns() {
    let shipment = root().join("fixtures/shipments/stem-clean-json");
    let (report, _) = check(&shipment, &["--as-of", "2027-03-02"]);
    assert_eq!(
        report["packs"][2]["stale"], true,
        "120 days after 2026-11-01 are over"
    );
    let (report, _) = check(&shipment, &["--as-of", "2027-03-01"]);
    assert_eq!(report["packs"][2]["stale"], false);
    let path = shipment.to_str().unwrap();
    let said = stdout(&greenlane(&["check", path, "--as-of", "2027-03-02"]));
    assert!(said.contains("not reviewed for long"), "{said}");
}

#[test]
fn a_lane_from_yaml_alone_is_in_order() {
    for command in ["check", "test"] {
        let output = greenlane(&["pack", command, "examples/cpsia-apparel"]);
        let said = stdout(&output) + &stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.contains("cpsia"), "{said}");
    }
}

#[test]
fn the_last_day_of_a_lane_belongs_to_it() {
    // Declared on 2026-06-01.
    for (until, exit) in [("2026-06-01", 0), ("2026-05-31", 1)] {
        let overlay =
            format!("extends: stem-astm-f963\nin_force: {{from: 2026-05-04, until: {until}}}\n");
        let args = ["--as-of", "2026-06-15"];
        let (report, code) = with_overlay("stem-clean-json", &overlay, &args);
        assert_eq!(code, exit, "until {until}: {report}");
    }
}

#[test]
fn a_huge_pack_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("large.yaml", "a: b\n".repeat(1 << 20)),
        ("many.yaml", format!("id: [{}]\n", "x, ".repeat(500_000))),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let output = greenlane(&["pack", "check", file.to_str().unwrap()]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(
            said.contains("larger than") || said.contains("too many"),
            "{said}"
        );
    }
}
