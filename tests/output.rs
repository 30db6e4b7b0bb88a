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
