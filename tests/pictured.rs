//! What a program read from a picture passes no rule until a person confirmed it: in shipments that
//! pass, cells are marked as read from a picture.

use crate::run::{check, greenlane, root, stdout};
use greenlane::extract::Hint;
use greenlane::judge::{Settings, Waivers, judge};
use greenlane::model::{
    Area, Document, Draw, Engine, Finding, Letter, Marks, OutcomeKind, Recognised, ShipmentReport,
    Verdict,
};
use greenlane::{Folder, Input, Known, Rules, know};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, LazyLock};

static RULES: LazyLock<Rules> = LazyLock::new(|| greenlane::app::builtin_rules().unwrap());

const LANES: [&str; 3] = ["infant-gb31701", "stem-astm-f963", "gacc-2026-pilot"];

/// The example of a lane's pack, which passes every rule.
fn example(lane: &str) -> Known {
    let text = std::fs::read_to_string(root().join(format!("rules/lanes/{lane}.yaml"))).unwrap();
    let pack: Value = serde_yaml::from_str(&text).unwrap();
    let papers = pack["example"]["documents"].as_array().unwrap().iter();
    let inputs = papers.enumerate().map(|(number, paper)| Input {
        path: format!("{number}-{}.json", paper["kind"].as_str().unwrap()),
        content: Ok(Arc::new(paper.to_string().into_bytes())),
        hint: Hint::default(),
    });
    let folder = Folder {
        id: "example".to_string(),
        inputs: inputs.collect(),
        ..Folder::default()
    };
    know(folder, &RULES)
}

fn judged(lane: &str, known: &Known, rules: &Rules) -> ShipmentReport {
    let settings = Settings {
        as_of: "2026-06-15".parse().unwrap(),
        lanes: vec![lane.to_string()],
        strict: false,
        all: true,
        carry: false,
        draw: Draw::Nothing,
        waivers: Waivers::default(),
    };
    judge(&known.group(rules), &rules.packs, &settings).remove(0)
}

/// What the shipment comes to, and the rules with an outcome.
fn with(report: &ShipmentReport, outcome: OutcomeKind) -> Vec<String> {
    let all = report.findings.iter().chain(&report.passed);
    let found = all.filter(|f| f.outcome == outcome);
    found
        .map(|f| format!("{} {}: {}", f.rule, f.subject, f.message.en))
        .collect()
}

fn mark(document: &mut Document, chosen: impl Fn(usize) -> bool) {
    for (number, cell) in document.grid.cells.iter_mut().enumerate() {
        if chosen(number) {
            cell.marks = cell.marks.with(Marks::RECOGNISED);
        }
    }
}

#[test]
fn nothing_passes_where_all_was_read_from_pictures() {
    for lane in LANES {
        let mut known = example(lane);
        let before = judged(lane, &known, &RULES);
        assert_eq!(before.verdict, Verdict::Eligible, "{lane}");
        for document in &mut known.documents {
            mark(document, |_| true);
        }
        let after = judged(lane, &known, &RULES);
        assert_eq!(after.verdict, Verdict::Undecided, "{lane}");
        let passed = with(&after, OutcomeKind::Pass);
        assert!(passed.is_empty(), "{lane}: passed:\n{}", passed.join("\n"));
        let failed = with(&after, OutcomeKind::Fail);
        assert!(failed.is_empty(), "{lane}: failed:\n{}", failed.join("\n"));
    }
}

#[test]
fn each_paper_a_lane_rests_on_keeps_it_undecided() {
    for lane in LANES {
        for number in 0..example(lane).documents.len() {
            let mut known = example(lane);
            let document = &mut known.documents[number];
            let path = document.path.clone();
            mark(document, |_| true);
            let after = judged(lane, &known, &RULES);
            assert_eq!(after.verdict, Verdict::Undecided, "{lane}: {path}");
            let on_it = |f: &&Finding| f.places.iter().any(|p| p.document == Some(number));
            let passed = after
                .passed
                .iter()
                .filter(|f| f.outcome == OutcomeKind::Pass);
            let passed: Vec<&str> = passed.filter(on_it).map(|f| f.rule.as_str()).collect();
            assert!(passed.is_empty(), "{lane}: {path}: {passed:?}");
            let failed = with(&after, OutcomeKind::Fail);
            assert!(failed.is_empty(), "{lane}: {path}:\n{}", failed.join("\n"));
        }
    }
}

/// The values without which the lane would not pass.
#[rustfmt::skip]
const VALUES: [(&str, &[(&str, &str)]); 3] = [
    ("infant-gb31701", &[
        ("declaration", "/lines/0/model"), ("packing-list", "/lines/0/model"), ("lab-report", "/model"),
        ("declaration", "/consignor"), ("lab-report", "/applicant"), ("lab-report", "/cnas_no"),
        ("declaration", "/lines/0/quantity"), ("packing-list", "/lines/0/quantity"), ("declaration", "/packages"),
        ("packing-list", "/lines/0/cartons"), ("lab-report", "/standard"), ("lab-report", "/items/0/verdict"),
        ("lab-report", "/items/4/verdict"), ("lab-report", "/conclusion"), ("lab-report", "/report_no"),
        ("lab-report", "/items/2/item"), ("declaration", "/lines/0/hs_code"), ("lab-report", "/issue_date"),
    ]),
    ("stem-astm-f963", &[
        ("declaration", "/lines/0/model"), ("packing-list", "/lines/0/model"), ("lab-report", "/model"),
        ("packing-list", "/lines/0/quantity"), ("declaration", "/packages"), ("lab-report", "/standard"),
        ("lab-report", "/items/0/result"), ("lab-report", "/items/2/result"), ("lab-report", "/conclusion"),
    ]),
    ("gacc-2026-pilot", &[
        ("declaration", "/lines/0/batch"), ("batch-log", "/batches/0/batch"),
        ("batch-log", "/batches/0/certificate_no"), ("supplier-certificate", "/certificates/0/certificate_no"),
        ("batch-log", "/batches/0/supplier"), ("supplier-certificate", "/certificates/0/supplier"),
        ("batch-log", "/batches/0/material"), ("supplier-certificate", "/certificates/0/material"),
        ("packing-list", "/lines/0/quantity"), ("pilot-list", "/codes/0/hs_code"),
    ]),
];

#[test]
fn each_value_a_lane_rests_on_keeps_it_undecided() {
    let mut passed = Vec::new();
    for (lane, values) in VALUES {
        for (kind, pointer) in values {
            let mut known = example(lane);
            let paper = known.documents.iter_mut().find(|d| d.is(kind)).unwrap();
            let at = paper.grid.pointers.iter().position(|p| &**p == *pointer);
            let at =
                at.unwrap_or_else(|| panic!("{kind} has no {pointer}: {:?}", paper.grid.pointers));
            mark(paper, |cell| cell == at);
            let after = judged(lane, &known, &RULES);
            if after.verdict != Verdict::Undecided {
                passed.push(format!("{lane}: {kind}{pointer}: {:?}", after.verdict));
            }
        }
    }
    assert!(passed.is_empty(), "not undecided:\n{}", passed.join("\n"));
}

/// How a text was read: every character sure, but for one that may be another.
fn reading(text: &str, doubt: Option<(usize, char, f32)>) -> Recognised {
    let letters: Vec<Letter> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .enumerate()
        .map(|(at, read)| {
            let other = doubt.filter(|(position, ..)| *position == at);
            Letter {
                read,
                probability: other.map_or(0.99, |(_, _, share)| 1.0 - share),
                second: other.map(|(_, other, share)| (other, share)),
            }
        })
        .collect();
    let width = letters
        .iter()
        .map(|l| if l.read.is_ascii() { 12 } else { 24 })
        .sum::<u32>();
    Recognised {
        engine: Arc::new(Engine {
            name: "test".to_string(),
            models: "0".repeat(64),
        }),
        page: 0,
        area: Area {
            left: 100,
            top: 100,
            right: 99 + width,
            bottom: 123,
        },
        dpi: 200,
        setting: greenlane::model::Setting::default(),
        letters,
        second: None,
        inked: false,
    }
}

/// The report of the infant lane's example read from a picture, each value as given.
fn scanned(how: impl Fn(&str) -> Recognised) -> Known {
    let mut known = example("infant-gb31701");
    let report = known
        .documents
        .iter_mut()
        .find(|d| d.is("lab-report"))
        .unwrap();
    mark(report, |_| true);
    let texts: Vec<String> = (0..report.grid.cells.len())
        .map(|cell| report.grid.cell_text(cell).to_string())
        .collect();
    let read = texts
        .iter()
        .zip(0u32..)
        .map(|(text, cell)| (cell, how(text)));
    report.grid.recognised = read.collect();
    known
}

#[test]
fn an_unsure_character_that_looks_like_another_is_named() {
    let known = scanned(|text| {
        let zero = text
            .chars()
            .position(|c| c == '0')
            .filter(|_| text.starts_with("QH-"));
        reading(text, zero.map(|at| (at, 'O', 0.31)))
    });
    let report = judged("infant-gb31701", &known, &RULES);
    assert_eq!(report.verdict, Verdict::Undecided);
    let models = report
        .findings
        .iter()
        .find(|f| f.rule == "infant/model-match")
        .unwrap();
    assert_eq!(models.outcome, OutcomeKind::Unknown);
    assert!(
        models.message.en.contains("68 %") || models.message.en.contains("69 %"),
        "{}",
        models.message.en
    );
    assert!(
        models.message.en.contains("may be “O” (3"),
        "{}",
        models.message.en
    );
    assert!(models.fix.en.contains("--out html="), "{}", models.fix.en);
}

#[test]
fn what_two_engines_agree_on_counts_where_the_pack_says_so() {
    let mut rules = greenlane::app::builtin_rules().unwrap();
    for pack in &mut rules.packs {
        let agreed = greenlane::check::Parameter {
            text: Some("agreed".to_string()),
            ..Default::default()
        };
        pack.parameters = pack.parameters.with([("recognised", agreed)]);
    }
    let alike = |text: &str| Recognised {
        second: Some(text.to_string()),
        ..reading(text, None)
    };
    let lane = "infant-gb31701";
    let report = judged(lane, &scanned(alike), &rules);
    let unknown = with(&report, OutcomeKind::Unknown);
    assert_eq!(report.verdict, Verdict::Eligible, "{}", unknown.join("\n"));
    // By the packs as they are it does not.
    assert_eq!(
        judged(lane, &scanned(alike), &RULES).verdict,
        Verdict::Undecided
    );
    let spoilt: [fn(Recognised) -> Recognised; 4] = [
        |read| Recognised {
            second: None,
            ..read
        },
        |read| Recognised {
            inked: true,
            ..read
        },
        |mut read| {
            read.letters[1].probability = 0.89;
            read
        },
        |mut read| {
            read.area.right += 400;
            read
        },
    ];
    for (number, spoil) in spoilt.into_iter().enumerate() {
        let known = scanned(|text| match text.starts_with("QH-") {
            true => spoil(alike(text)),
            false => alike(text),
        });
        let report = judged(lane, &known, &rules);
        assert_eq!(report.verdict, Verdict::Undecided, "{number}");
    }
}

/// A copy of a shipment whose report was read from a picture, and the transcript `read` makes of it.
fn with_transcript() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let from = root().join("fixtures/shipments/infant-read-off-picture");
    for file in std::fs::read_dir(from).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|e| e != "yaml") {
            std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    let report = folder.path().join("report.pdf");
    let made = greenlane(&["read", report.to_str().unwrap(), "--format", "yaml"]);
    (folder, stdout(&made))
}

/// What the shipment comes to, and the codes of its problems.
fn comes_to(folder: &Path) -> (String, Vec<String>) {
    let (report, _) = check(folder, &["--as-of", "2026-06-15"]);
    let shipment = &report["shipments"][0];
    let verdict = shipment["verdict"].as_str().unwrap();
    let codes = shipment["problems"].as_array().unwrap().iter();
    let codes = codes.map(|p| p["code"].as_str().unwrap().to_string());
    (verdict.to_string(), codes.collect())
}

fn confirmed(transcript: &str) -> String {
    assert!(transcript.contains("\nconfirmed: \n"), "{transcript}");
    transcript.replace("\nconfirmed: \n", "\nconfirmed: 李娜 2026-06-03\n")
}

#[test]
fn a_confirmed_transcript_counts_for_its_scan_and_for_no_other() {
    let (folder, transcript) = with_transcript();
    let at = folder.path().join("report.yaml");
    let scan = folder.path().join("report.pdf");
    let put = |text: &str| std::fs::write(&at, text).unwrap();
    let has = |codes: &[String], code: &str| codes.iter().any(|c| c == code);

    put(&transcript);
    let (verdict, codes) = comes_to(folder.path());
    assert_eq!(verdict, "undecided");
    assert!(has(&codes, "transcript-unconfirmed"), "{codes:?}");

    for nobody in ["2026-06-03", "李娜", "李娜 soon"] {
        put(&transcript.replace("\nconfirmed: \n", &format!("\nconfirmed: {nobody}\n")));
        assert_eq!(comes_to(folder.path()).0, "undecided", "{nobody}");
    }

    put(&confirmed(&transcript));
    assert_eq!(comes_to(folder.path()).0, "eligible");

    // The person found another letter in the picture.
    put(&confirmed(&transcript).replace("BH-870", "BH-87O"));
    assert_eq!(comes_to(folder.path()).0, "not-eligible");

    put(&confirmed(&transcript));
    let bytes = std::fs::read(&scan).unwrap();
    std::fs::write(&scan, [&bytes[..], b"\n"].concat()).unwrap();
    let (verdict, codes) = comes_to(folder.path());
    assert_eq!(verdict, "undecided");
    assert!(has(&codes, "transcript-of-another"), "{codes:?}");

    std::fs::remove_file(&scan).unwrap();
    let (verdict, codes) = comes_to(folder.path());
    assert_eq!(verdict, "undecided");
    assert!(has(&codes, "transcript-alone"), "{codes:?}");
}

#[test]
fn the_page_to_confirm_with_holds_the_transcript() {
    let (folder, transcript) = with_transcript();
    let report = folder.path().join("report.pdf");
    let page = folder.path().join("confirm.html");
    let out = format!("html={}", page.display());
    greenlane(&["read", report.to_str().unwrap(), "--out", &out]);
    let page = std::fs::read_to_string(page).unwrap();
    assert!(!page.contains("http://") && !page.contains("https://"));
    let between = |from: &str, to: &str| {
        let rest = page.split_once(from).unwrap().1;
        rest.split_once(to).unwrap().0.to_string()
    };
    // As the page itself fills its template.
    let data = between(
        "<script class=\"data\" type=\"application/json\">",
        "</script>",
    );
    let data: Value = serde_json::from_str(&data).unwrap();
    assert_eq!(data["name"], "report.yaml");
    let value = |slot: &str| {
        let own = between(&format!("data-slot=\"0.{slot}\""), "</textarea>");
        own.split_once(">\n")
            .unwrap()
            .1
            .replace("&lt;", "<")
            .replace("&amp;", "&")
    };
    let parts = data["papers"][0]
        .as_str()
        .unwrap()
        .split(data["held"].as_str().unwrap());
    let filled: String = parts
        .enumerate()
        .map(|(n, part)| match n % 2 {
            0 => part.to_string(),
            _ if part == data["who"] => json!("李娜 2026-06-03").to_string(),
            _ => json!(value(part)).to_string(),
        })
        .collect();
    let read = |text: &str| -> Value { serde_yaml::from_str(text).unwrap() };
    assert_eq!(read(&filled), read(&confirmed(&transcript)));
}

#[test]
fn what_is_exported_of_a_picture_is_no_surer_for_it() {
    let folder = root().join("fixtures/shipments/infant-read-off-picture");
    let out = tempfile::tempdir().unwrap();
    let at = out.path().join("export.json");
    greenlane(&[
        "export",
        folder.to_str().unwrap(),
        "--out",
        at.to_str().unwrap(),
    ]);
    assert_eq!(comes_to(out.path()).0, "undecided");
}
