//! What is written: whole or not at all, and never over somebody's documents.
#![cfg(unix)]

use crate::paths::shipment;
use crate::run::{check, greenlane, shipments, stderr, stdout};
use std::fs::{File, write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

const AS_OF: [&str; 2] = ["--as-of", "2026-06-15"];

fn into_full_disk(args: &[&str]) -> Output {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_greenlane"));
    command.args(args).stdout(Stdio::from(full));
    command.output().unwrap()
}

#[test]
fn a_full_disk_is_said_by_every_command() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let folder = shipments().join("infant-clean-csv-txt");
    let folder = folder.to_str().unwrap();
    let report = format!("{folder}/declaration.csv");
    let commands: [&[&str]; 14] = [
        &["check", folder],
        &["check", folder, "--format", "json"],
        &["read", &report],
        &["compare", "a", "b"],
        &["inventory", folder],
        &["explain", "infant/model-match"],
        &["lanes"],
        &["pack", "check"],
        &["pack", "schema"],
        &["pack", "catalogue"],
        &["template", "lab-register"],
        &["export", folder],
        &["--help"],
        &["--version"],
    ];
    for args in commands {
        let output = into_full_disk(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let said = stderr(&output);
        assert!(said.contains("could not be written"), "{args:?}: {said}");
        assert_eq!(said.lines().filter(|l| l.contains("written")).count(), 1);
    }
}

#[test]
fn a_file_of_ever_more_papers_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path().join("a.yaml"), "---\na: 1\n".repeat(10_500)).unwrap();
    let (report, exit) = check(folder.path(), &AS_OF);
    assert_eq!(exit, 3);
    let shipment = &report["shipments"][0];
    assert_eq!(shipment["documents"].as_array().unwrap().len(), 10_000);
    let problems = shipment["problems"].as_array().unwrap();
    let over = problems.iter().find(|p| p["code"] == "over-limit").unwrap();
    assert!(over["message"].as_str().unwrap().contains("papers=10000"));
}

#[test]
fn nothing_is_written_over_somebodys_documents() {
    let temporary = tempfile::tempdir().unwrap();
    let at = |name: &str| temporary.path().join(name).to_str().unwrap().to_string();
    let own = at("own");
    shipment(Path::new(&own));
    let (declaration, notes) = (at("own/declaration.xlsx"), at("notes.txt"));
    write(&notes, "not yours").unwrap();
    let nowhere = at("missing/r.json");
    for (args, kept) in [
        (vec!["demo", &own], &declaration),
        (
            vec!["template", "declaration", "--out", &declaration],
            &declaration,
        ),
        (vec!["export", &own, "--out", &declaration], &declaration),
        (vec!["export", &own, "--out", &notes], &notes),
        (vec!["seal", &own, "--out", &declaration], &declaration),
        (vec!["seal", &own, "--out", &notes], &notes),
        (vec!["seal", &own, "--qr", &declaration], &declaration),
        (vec!["seal", &own, "--out", &nowhere], &notes),
    ] {
        let before = std::fs::read(kept).unwrap();
        let files = std::fs::read_dir(&own).unwrap().count();
        let output = greenlane(&args);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(
            said.contains("written over") || said.contains("no such folder"),
            "{said}"
        );
        assert_eq!(stdout(&output), "", "{args:?}");
        assert_eq!(std::fs::read(kept).unwrap(), before, "{args:?}");
        assert_eq!(std::fs::read_dir(&own).unwrap().count(), files, "{args:?}");
    }
    // One's own output of the same sort may be renewed.
    let (export, table, record) = (at("e.json"), at("e.csv"), at("r.json"));
    for args in [
        vec!["export", &own, "--out", &export],
        vec!["export", &own, "--format", "csv", "--out", &table],
        vec!["seal", &own, "--as-of", "2026-06-15", "--out", &record],
        vec!["demo", &at("demo")],
        vec!["template", "declaration", "--out", &at("form.csv")],
    ] {
        for _ in 0..2 {
            let output = greenlane(&args);
            assert_eq!(
                output.status.code(),
                Some(0),
                "{args:?}: {}",
                stderr(&output)
            );
        }
    }
}

#[test]
fn what_greenlane_wrote_is_no_document_and_an_empty_file_is_named() {
    let temporary = tempfile::tempdir().unwrap();
    let own = temporary.path().join("own");
    shipment(&own);
    let text = own.to_str().unwrap();
    let as_json = |command: &str| {
        let args = [&[command, text, "--format", "json"][..], &AS_OF].concat();
        stdout(&greenlane(&args))
    };
    let clean = as_json("check");
    let documents = |report: &str| {
        let report: serde_json::Value = serde_json::from_str(report).unwrap();
        report["shipments"][0]["documents"]
            .as_array()
            .unwrap()
            .len()
    };
    let record = own.join("record.json");
    let record = record.to_str().unwrap();
    let outputs = [
        ("report.json", clean.clone()),
        ("held.json", as_json("inventory")),
    ];
    greenlane(&[&["seal", text, "--out", record][..], &AS_OF].concat());
    for (name, written) in &outputs {
        write(own.join(name), written).unwrap();
    }
    let again = as_json("check");
    assert_eq!(documents(&again), documents(&clean));
    for name in ["report.json", "held.json", "record.json"] {
        assert!(again.contains(name), "{name}");
    }
    assert_eq!(again.matches("\"own-output\"").count(), 3);
    // An export is a document.
    let export = temporary.path().join("e/export.json");
    std::fs::create_dir(temporary.path().join("e")).unwrap();
    greenlane(&["export", text, "--out", export.to_str().unwrap()]);
    let (report, exit) = check(export.parent().unwrap(), &AS_OF);
    assert_eq!(exit, 0, "{report}");
    // A report that is only being written.
    write(own.join("now.json"), "").unwrap();
    let output = greenlane(&[&["check", text][..], &AS_OF].concat());
    assert_eq!(output.status.code(), Some(3));
    let said = stdout(&output)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(said.contains("now.json: the file is empty"), "{said}");
    assert!(
        said.contains("write it outside the shipment's folder"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_done_is_said_in_plain_words() {
    let temporary = tempfile::tempdir().unwrap();
    let at = |name: &str| temporary.path().join(name).to_str().unwrap().to_string();
    let said = |args: &[&str]| {
        let output = greenlane(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        stderr(&output)
    };
    let day = said(&["check", ".", "--as-of", "x"]);
    assert!(
        day.contains("not a date: x (write it as 2026-06-01)"),
        "{day}"
    );
    write(at("r.json"), "{}").unwrap();
    write(at("r.bin"), [0xff, 0xfe, 0x00, 0x80]).unwrap();
    for name in ["r.json", "r.bin"] {
        let record = said(&["verify", &at(name)]);
        assert!(record.contains("no readiness record"), "{record}");
    }
    // Damaged files: a plain sentence, the library's words in brackets; Chinese throughout.
    let cut = std::fs::read(shipments().join("infant-clean-xlsx-pdf/packing.xlsx")).unwrap();
    write(at("cut.xlsx"), &cut[..cut.len() / 2]).unwrap();
    write(at("cut.html"), "<table><tr><td>a</td></tr></table><p").unwrap();
    for (lang, plain, cut) in [
        (
            "en",
            "its content is damaged or incomplete (",
            "it is cut off",
        ),
        ("zh", "内容已损坏或不完整（", "文件被截断"),
    ] {
        let args = |name: &str| {
            let name = at(name);
            stdout(&greenlane(&[
                "read", &name, "--lang", lang, "--format", "json",
            ]))
        };
        let (zip, page) = (args("cut.xlsx"), args("cut.html"));
        assert!(zip.contains(plain), "{zip}");
        assert!(page.contains(cut), "{page}");
        assert!(lang == "en" || !page.contains("it is"), "{page}");
    }
    // A configuration is said to be in order by its own name.
    write(at("greenlane.yaml"), "lanes: [infant-gb31701]\n").unwrap();
    let output = greenlane(&["pack", "check", &at("greenlane.yaml")]);
    let first = format!("{}: in order (", at("greenlane.yaml"));
    assert!(stdout(&output).starts_with(&first), "{}", stdout(&output));
}
