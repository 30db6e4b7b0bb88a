//! Running the binary and reading what it says.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn shipments() -> PathBuf {
    root().join("fixtures/shipments")
}

/// The binary with a fixed language, to be run in the project's root.
pub fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_greenlane"));
    command
        .env("LANG", "C")
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("NO_COLOR", "1")
        // Whatever models the user has: tests of reading pictures name their own.
        .env("GREENLANE_OCR_MODELS", "no-models")
        .env("COLUMNS", "80")
        .current_dir(root());
    command
}

/// What it says with these arguments.
pub fn greenlane(args: &[&str]) -> Output {
    binary().args(args).output().expect("the binary runs")
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8 on standard output")
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8 on standard error")
}

/// `check --format json` of a folder; the report and the exit code.
pub fn check(folder: &Path, args: &[&str]) -> (Value, i32) {
    report("check", folder, args)
}

/// A command's report of a folder as JSON, which fits its schema, and the exit code.
pub fn report(command: &str, folder: &Path, args: &[&str]) -> (Value, i32) {
    let folder = folder.strip_prefix(root()).unwrap_or(folder);
    let folder = folder.to_str().expect("a UTF-8 path");
    let mut all = vec![command, folder, "--format", "json"];
    all.extend(args);
    let output = greenlane(&all);
    let text = stdout(&output);
    let report = serde_json::from_str(&text)
        .unwrap_or_else(|e| panic!("{folder}: no JSON ({e}): {}", stderr(&output)));
    crate::schemas::fits("report", &report);
    (report, output.status.code().expect("an exit code"))
}

/// Every fixture folder of a shipment.
pub fn fixtures() -> Vec<PathBuf> {
    let folders = folders("fixtures/shipments");
    assert!(folders.len() > 40, "fixtures are missing");
    folders
}

/// Every fixture folder of reports to audit.
pub fn audits() -> Vec<PathBuf> {
    let folders = folders("fixtures/audits");
    assert!(folders.len() > 15, "fixtures are missing");
    folders
}

fn folders(below: &str) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root().join(below))
        .expect("the fixtures")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.is_dir())
        .collect();
    folders.sort();
    folders
}

/// The arguments an expectation asks for.
pub fn arguments(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("expect.yaml")).expect("an expectation");
    let value: serde_yaml::Value = serde_yaml::from_str(&text).expect("YAML");
    value
        .get("args")
        .and_then(|a| a.as_sequence())
        .map(|list| {
            list.iter()
                .map(|v| v.as_str().expect("an argument").to_string())
                .collect()
        })
        .unwrap_or_default()
}
