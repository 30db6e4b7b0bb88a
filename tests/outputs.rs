//! Reports in every format: read by validators and readers that are not ours, with the same findings
//! and the same exit code, and nothing from a document that becomes code.

use crate::run::{check, greenlane, root, shipments, stderr, stdout};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

pub const FORMATS: [&str; 11] = [
    "table", "json", "jsonl", "csv", "markdown", "sarif", "junit", "github", "gitlab", "html",
    "xlsx",
];
const DAY: [&str; 2] = ["--as-of", "2026-06-15"];

/// A shipment in every format, each in a file.
pub fn written(folder: &Path, into: &Path, args: &[&str]) -> i32 {
    let outs: Vec<String> = FORMATS
        .iter()
        .map(|f| format!("{f}={}", into.join(format!("report.{f}")).display()))
        .collect();
    let mut all = vec!["check", folder.to_str().unwrap()];
    all.extend(DAY);
    all.extend(args);
    for out in &outs {
        all.extend(["--out", out]);
    }
    let output = greenlane(&all);
    assert!(stderr(&output).is_empty(), "{}", stderr(&output));
    output.status.code().unwrap()
}

pub fn read(into: &Path, format: &str) -> String {
    std::fs::read_to_string(into.join(format!("report.{format}"))).unwrap()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// A shipment whose texts are code to a terminal, a page, a spreadsheet, a pipeline.
fn hostile() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("<b>& s%,:1");
    std::fs::create_dir(&own).unwrap();
    let model =
        "=cmd|' /C calc'!A0<script>alert(1)</script>@all [x](http://e.example)`\u{1b}[31m\u{202e}";
    let declaration = format!(
        "出口货物报关单,,,,\n项号,商品编号,商品名称,型号,数量\n1,8715000000,婴儿推车,{model},2\n2,8715000000,婴儿推车,\"::error::x\n%0A| a\",2\n"
    );
    std::fs::write(own.join("a\"'<i>,报关单.csv"), declaration).unwrap();
    let packing = "装箱单,,\n箱号,型号,数量\n1,KD-1,2\n";
    std::fs::write(own.join("packing.csv"), packing).unwrap();
    folder
}

#[test]
fn every_format_says_the_same_with_the_same_exit_code() {
    for (name, exit) in [
        ("mixed-batch", 1),
        ("infant-clean-xlsx-pdf", 0),
        ("infant-scan", 3),
    ] {
        let into = tempfile::tempdir().unwrap();
        assert_eq!(
            written(&shipments().join(name), into.path(), &[]),
            exit,
            "{name}"
        );
        for format in FORMATS {
            let output = greenlane(
                &[
                    &[
                        "check",
                        shipments().join(name).to_str().unwrap(),
                        "--format",
                        format,
                    ][..],
                    &DAY,
                ]
                .concat(),
            );
            assert_eq!(output.status.code(), Some(exit), "{name} {format}");
            let mut file = std::fs::read(into.path().join(format!("report.{format}"))).unwrap();
            if format == "csv" || format == "table" {
                assert!(
                    file.starts_with(b"\xef\xbb\xbf"),
                    "a spreadsheet must know it is UTF-8"
                );
                file.drain(..3);
            }
            assert_eq!(file, output.stdout, "{name} {format}");
        }
        let report = json(&read(into.path(), "json"));
        let findings = report["shipments"][0]["findings"].as_array().unwrap();
        let prints: BTreeSet<&str> = findings
            .iter()
            .map(|f| f["fingerprint"].as_str().unwrap())
            .collect();
        for format in ["jsonl", "csv", "sarif", "junit", "html", "gitlab"] {
            let text = read(into.path(), format);
            for print in &prints {
                assert!(text.contains(print), "{name}: {print} is not in {format}");
            }
        }
        let zero = greenlane(
            &[
                &[
                    "check",
                    shipments().join(name).to_str().unwrap(),
                    "--exit-zero",
                ][..],
                &DAY,
            ]
            .concat(),
        );
        assert_eq!(zero.status.code(), Some(0));
    }
}

#[test]
fn sarif_fits_the_official_schema() {
    let text = std::fs::read_to_string(root().join("fixtures/schema/sarif-2.1.0.json")).unwrap();
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("sarif.json", json(&text)).unwrap();
    let index = compiler.compile("sarif.json", &mut schemas).unwrap();
    let hostile = hostile();
    for folder in [
        hostile.path().to_path_buf(),
        shipments().join("mixed-batch"),
        shipments().join("infant-scan"),
        shipments().join("infant-clean-csv-txt"),
    ] {
        let into = tempfile::tempdir().unwrap();
        written(&folder, into.path(), &["--all"]);
        let sarif = json(&read(into.path(), "sarif"));
        let fits = schemas.validate(&sarif, index);
        assert!(fits.is_ok(), "{}", fits.unwrap_err());
        let run = &sarif["runs"][0];
        for result in run["results"].as_array().unwrap() {
            let rule = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
            let level = result["level"].as_str().unwrap();
            assert_eq!(result["kind"] == "fail", level != "none", "{result}");
            for place in result["locations"].as_array().unwrap() {
                let uri = place["physicalLocation"]["artifactLocation"]["uri"]
                    .as_str()
                    .unwrap();
                assert!(uri.is_ascii() && !uri.contains([' ', '<', '"']), "{uri}");
            }
        }
    }
}

#[test]
fn a_cell_is_a_logical_location_and_a_line_a_region() {
    let into = tempfile::tempdir().unwrap();
    written(
        &shipments().join("infant-model-fullwidth"),
        into.path(),
        &[],
    );
    let sarif = json(&read(into.path(), "sarif"));
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let result = results
        .iter()
        .find(|r| r["ruleId"] == "infant/model-match")
        .unwrap();
    let place = &result["locations"][0];
    let report = json(&read(into.path(), "json"));
    let findings = report["shipments"][0]["findings"].as_array().unwrap();
    let finding = findings
        .iter()
        .find(|f| f["rule"] == "infant/model-match")
        .unwrap();
    assert_eq!(
        place["logicalLocations"][0]["name"],
        finding["places"][0]["at"]
    );
    if let Some(line) = finding["places"][0].get("line") {
        assert_eq!(&place["physicalLocation"]["region"]["startLine"], line);
    }
}

#[test]
fn junit_and_pipelines_count_what_blocks() {
    let into = tempfile::tempdir().unwrap();
    written(&shipments().join("mixed-batch"), into.path(), &[]);
    let report = json(&read(into.path(), "json"));
    let findings = report["shipments"][0]["findings"].as_array().unwrap();
    let count = |outcome: &str| {
        let of = |f: &&Value| {
            f["outcome"] == outcome && f["severity"] == "blocker" && f["waived"].is_null()
        };
        findings.iter().filter(of).count()
    };
    let junit = read(into.path(), "junit");
    let mut reader = quick_xml::Reader::from_str(&junit);
    let (mut failures, mut errors) = (0, 0);
    loop {
        match reader.read_event().expect("well-formed XML") {
            quick_xml::events::Event::Start(e) | quick_xml::events::Event::Empty(e) => {
                match e.name().as_ref() {
                    "failure" => failures += 1,
                    "error" => errors += 1,
                    _ => {}
                }
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    // The verdict is a case of its own.
    assert_eq!(failures, count("fail") + 1);
    assert_eq!(errors, count("unknown"));
    let github = read(into.path(), "github");
    let commands = github
        .lines()
        .filter(|l| l.starts_with("::error file="))
        .count();
    assert_eq!(commands, count("fail") + count("unknown"), "{github}");
    assert!(github.lines().all(|l| l.starts_with("::")), "{github}");
    let gitlab = json(&read(into.path(), "gitlab"));
    let mut prints = BTreeSet::new();
    for issue in gitlab.as_array().unwrap() {
        for key in ["description", "check_name", "fingerprint", "severity"] {
            assert!(issue[key].is_string(), "{key}: {issue}");
        }
        assert!(issue["location"]["path"].is_string());
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        assert!(
            prints.insert(issue["fingerprint"].to_string()),
            "twice: {issue}"
        );
    }
}

#[test]
fn nothing_from_a_document_is_code() {
    let folder = hostile();
    let into = tempfile::tempdir().unwrap();
    written(folder.path(), into.path(), &[]);
    for format in FORMATS
        .iter()
        .filter(|f| **f != "xlsx" && **f != "json" && **f != "jsonl")
    {
        let text = read(into.path(), format);
        assert!(!text.contains('\u{202e}'), "{format}");
        assert!(
            !text.contains("\u{1b}[31m\\") && !text.contains("\u{1b}[31m\u{202e}"),
            "{format}"
        );
    }
    let html = read(into.path(), "html");
    assert!(!html.contains("<script>alert"), "{html}");
    assert_eq!(html.matches("<script").count(), 1);
    assert!(!html.contains("<i>") && !html.contains("<b>&"));
    let markdown = read(into.path(), "markdown");
    assert!(
        !markdown.contains("<script")
            && !markdown.contains("@all")
            && !markdown.contains("[x](http")
    );
    for line in read(into.path(), "github").lines() {
        assert_eq!(
            line.matches("::").count() >= 2,
            line.starts_with("::"),
            "{line}"
        );
    }
    let csv = read(into.path(), "csv");
    let mut rows = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let mut looked = 0;
    for row in rows.records() {
        for cell in row.unwrap().iter() {
            assert!(!cell.starts_with(['=', '+', '@']), "{cell}");
            looked += 1;
        }
    }
    assert!(looked > 20);
}

#[test]
fn a_workbook_reads_back() {
    use calamine::{Data, Reader};
    let into = tempfile::tempdir().unwrap();
    written(&shipments().join("mixed-batch"), into.path(), &[]);
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook(into.path().join("report.xlsx")).unwrap();
    let names = book.sheet_names();
    let wanted = [
        "Overview",
        "To change",
        "Could not be decided",
        "Others",
        "Documents",
        "Understood values",
    ];
    assert_eq!(names, wanted);
    let report = json(&read(into.path(), "json"));
    let findings = report["shipments"][0]["findings"].as_array().unwrap();
    let rows =
        |book: &mut calamine::Xlsx<_>, name: &str| book.worksheet_range(name).unwrap().height() - 1;
    let change = findings
        .iter()
        .filter(|f| f["outcome"] == "fail" && f["severity"] == "blocker" && f["waived"].is_null());
    assert_eq!(rows(&mut book, "To change"), change.count());
    let documents = report["shipments"][0]["documents"].as_array().unwrap();
    assert_eq!(rows(&mut book, "Documents"), documents.len());
    let values = book.worksheet_range("Understood values").unwrap();
    assert!(values.height() > 10, "{}", values.height());
    assert!(
        values
            .rows()
            .skip(1)
            .all(|r| matches!(&r[1], Data::String(_)))
    );
    // The same run gives the same bytes.
    let again = tempfile::tempdir().unwrap();
    written(&shipments().join("mixed-batch"), again.path(), &[]);
    for format in FORMATS {
        let name = format!("report.{format}");
        assert_eq!(
            std::fs::read(into.path().join(&name)).unwrap(),
            std::fs::read(again.path().join(&name)).unwrap(),
            "{format}"
        );
    }
}

#[test]
fn outputs_lie_beside_the_papers_and_are_renewed_but_never_over_a_document() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    crate::paths::shipment(&own);
    let before = check(&own, &DAY).0["shipments"][0]["documents"].clone();
    for _ in 0..2 {
        assert_eq!(written(&own, &own, &[]), 0);
    }
    let (report, exit) = check(&own, &DAY);
    assert_eq!(exit, 0);
    assert_eq!(
        report["shipments"][0]["documents"], before,
        "reports are no documents"
    );
    let declaration = own.join("declaration.xlsx");
    let kept = std::fs::read(&declaration).unwrap();
    for out in [
        format!("html={}", declaration.display()),
        format!("html={}", own.join("no/such/r.html").display()),
        "docx=r.docx".to_string(),
        "html=".to_string(),
    ] {
        let output = greenlane(&["check", own.to_str().unwrap(), "--out", &out]);
        assert_eq!(output.status.code(), Some(2), "{out}");
        assert_eq!(stdout(&output), "", "said before the work");
    }
    assert_eq!(std::fs::read(&declaration).unwrap(), kept);
}

#[test]
fn the_last_line_is_the_verdict_and_what_to_do() {
    for (name, lang, words) in [
        ("mixed-batch", "en", "NOT ELIGIBLE. "),
        ("mixed-batch", "zh", "不能通过。"),
        (
            "infant-clean-xlsx-pdf",
            "en",
            "eligible. nothing to change.",
        ),
    ] {
        let folder = shipments().join(name);
        let output = greenlane(
            &[
                &["--lang", lang, "check", folder.to_str().unwrap()][..],
                &DAY,
            ]
            .concat(),
        );
        let said = stdout(&output);
        let last = said.lines().last().unwrap();
        assert!(last.starts_with(words), "{last}");
    }
}

#[test]
fn findings_one_cell_explains_share_a_cause() {
    let (report, _) = check(&shipments().join("mixed-batch"), &DAY);
    let findings = report["shipments"][0]["findings"].as_array().unwrap();
    for a in findings {
        for b in findings {
            let place = |f: &Value| {
                let p = &f["places"][0];
                let stated = p["raw"].as_str().is_some_and(|r| !r.trim().is_empty());
                stated.then(|| (p["document"].clone(), p["at"].clone()))
            };
            if let (Some(x), Some(y)) = (place(a), place(b)) {
                assert_eq!(x == y, a["cause"] == b["cause"], "{a} {b}");
            }
        }
    }
}

#[test]
fn what_passed_is_listed_on_request() {
    let folder = shipments().join("infant-clean-xlsx-pdf");
    let (report, _) = check(&folder, &[&DAY[..], &["--all"]].concat());
    let findings = report["shipments"][0]["findings"].as_array().unwrap();
    assert!(findings.iter().any(|f| f["outcome"] == "pass"), "{report}");
    assert!(
        check(&folder, &DAY).0["shipments"][0]["findings"]
            .as_array()
            .unwrap()
            .iter()
            .all(|f| f["outcome"] != "pass")
    );
}

/// A rule whose value is said twice is in doubt: it is not listed as passed beside that.
#[test]
fn what_is_in_doubt_is_not_listed_as_passed() {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(shipments().join("infant-clean-csv-txt")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let paper = folder.path().join("检测报告.txt");
    let text = std::fs::read_to_string(&paper).unwrap();
    let date = text.lines().find(|l| l.contains("签发日期")).unwrap();
    let twice = format!("{date}\n签发日期：2026-05-02");
    std::fs::write(&paper, text.replace(date, &twice)).unwrap();
    let (report, _) = check(folder.path(), &[&DAY[..], &["--all"]].concat());
    let findings = report["shipments"][0]["findings"].as_array().unwrap();
    let of = |outcomes: &[&str]| -> BTreeSet<String> {
        let own = findings
            .iter()
            .filter(|f| outcomes.iter().any(|o| f["outcome"] == *o));
        own.map(|f| format!("{} {} {}", f["lane"], f["rule"], f["subject"]))
            .collect()
    };
    let (open, passed) = (of(&["fail", "unknown"]), of(&["pass", "not-applicable"]));
    assert!(!open.is_empty() && !passed.is_empty());
    assert_eq!(open.intersection(&passed).count(), 0);
}

#[test]
fn a_baseline_leaves_what_is_new() {
    let folder = shipments().join("mixed-batch");
    let into = tempfile::tempdir().unwrap();
    written(&folder, into.path(), &[]);
    for format in ["json", "jsonl"] {
        let baseline = into.path().join(format!("report.{format}"));
        let args = [&DAY[..], &["--baseline", baseline.to_str().unwrap()]].concat();
        let (report, exit) = check(&folder, &args);
        assert_eq!(exit, 0, "{format}");
        let findings = report["shipments"][0]["findings"].as_array().unwrap();
        assert!(findings.iter().all(|f| f["known"] == true));
        assert_eq!(report["shipments"][0]["verdict"], "not-eligible");
    }
    let other = shipments().join("infant-model-fullwidth");
    let baseline = into.path().join("report.json");
    let args = [&DAY[..], &["--baseline", baseline.to_str().unwrap()]].concat();
    assert_eq!(check(&other, &args).1, 1, "what is new counts");
    let no_report = into.path().join("report.csv");
    let output = greenlane(&[
        "check",
        other.to_str().unwrap(),
        "--baseline",
        no_report.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_cases_of_rules_are_a_test_report() {
    let output = greenlane(&["pack", "test", "documents", "--format", "junit"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let junit = stdout(&output);
    assert!(junit.contains("failures=\"0\"") && junit.contains("doc/quantity-match"));
    let mut reader = quick_xml::Reader::from_str(&junit);
    while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
}

#[test]
fn a_finding_is_waived_by_its_fingerprint() {
    let folder = shipments().join("infant-model-fullwidth");
    let (report, _) = check(&folder, &DAY);
    let findings = report["shipments"][0]["findings"].as_array().unwrap();
    let blocking = findings.iter().filter(|f| f["severity"] == "blocker");
    let prints: Vec<&str> = blocking
        .map(|f| f["fingerprint"].as_str().unwrap())
        .collect();
    for name in ["w.csv", "w.yaml"] {
        let into = tempfile::tempdir().unwrap();
        let table = into.path().join(name);
        let table = table.to_str().unwrap();
        for print in &prints {
            let output = greenlane(&[
                "waive",
                print,
                "--reason",
                "agreed, \"so\"",
                "--who",
                "李娜",
                "--until",
                "2026-12-31",
                "--waivers",
                table,
            ]);
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        }
        let (report, exit) = check(&folder, &[&DAY[..], &["--waivers", table]].concat());
        assert_eq!(exit, 0, "{name}: {report}");
        let output = greenlane(&[
            "waive",
            "nothing",
            "--reason",
            "x",
            "--who",
            "y",
            "--until",
            "2026-12-31",
            "--waivers",
            table,
        ]);
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn a_configuration_beside_the_papers_says_how_to_read_and_not_how_to_judge() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    std::fs::create_dir(&own).unwrap();
    for entry in std::fs::read_dir(shipments().join("infant-wrong-port")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, own.join(path.file_name().unwrap())).unwrap();
    }
    let config = "fail_on: never\nlang: zh\nparameters:\n  infant-gb31701:\n    ports:\n      ports:\n        - {name: {en: Meishan, zh: 梅山}, words: [meishan, 梅山]}\n";
    std::fs::write(own.join("greenlane.yaml"), config).unwrap();
    let run = |args: &[&str]| {
        let output = greenlane(&[&["check", own.to_str().unwrap()][..], &DAY, args].concat());
        (stdout(&output), output.status.code().unwrap())
    };
    let (said, exit) = run(&[]);
    assert_eq!(exit, 1, "{said}");
    assert!(said.contains("parameters, fail_on"), "named: {said}");
    assert!(said.contains("不能通过"), "its language counts: {said}");
    let named = own.join("greenlane.yaml");
    assert_eq!(run(&["--config", named.to_str().unwrap()]).1, 0);
    std::fs::rename(named, folder.path().join("greenlane.yaml")).unwrap();
    let (said, exit) = run(&[]);
    assert_eq!(exit, 0, "above the paths given it counts: {said}");
    assert!(
        said.contains("greenlane.yaml"),
        "the report names it: {said}"
    );
}

#[test]
fn paths_without_a_command_are_checked_into_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    crate::paths::shipment(&own);
    let output = greenlane(&[&[own.to_str().unwrap(), "--no-open"][..], &DAY].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let page = std::fs::read_to_string(folder.path().join("greenlane-report.html")).unwrap();
    assert!(page.contains("Content-Security-Policy"));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = greenlane(&["completions", shell]);
        assert!(stdout(&output).contains("greenlane"), "{shell}");
    }
    assert!(stdout(&greenlane(&["man"])).contains("greenlane"));
}
