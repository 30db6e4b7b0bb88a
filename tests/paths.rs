//! What lies in the folders named is read or said, whatever the order it is named in.
#![cfg(unix)]

use crate::run::{check, greenlane, shipments, stderr, stdout};
use serde_json::Value;
use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const AS_OF: [&str; 2] = ["--as-of", "2026-06-15"];

/// A clean shipment at a path.
pub fn shipment(at: &Path) {
    std::fs::create_dir_all(at).unwrap();
    for entry in std::fs::read_dir(shipments().join("infant-clean-xlsx-pdf")).unwrap() {
        let file = entry.unwrap().path();
        std::fs::copy(&file, at.join(file.file_name().unwrap())).unwrap();
    }
}

/// Run as somebody who may not read everything: the superuser may.
fn as_nobody(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_greenlane"));
    command.args(args).env("LANG", "C").current_dir("/");
    let own = std::fs::read_dir("/root").is_ok();
    if own {
        command.uid(65534).gid(65534);
    }
    command.output().expect("the binary runs")
}

fn problem<'r>(report: &'r Value, of: &str) -> &'r Value {
    let all = report["shipments"].as_array().unwrap().iter();
    let mut all = all.flat_map(|s| s["problems"].as_array().unwrap());
    all.find(|p| p["at"].as_str().is_some_and(|at| at.contains(of)) || p.to_string().contains(of))
        .unwrap_or_else(|| panic!("nothing is said of {of}: {report}"))
}

#[test]
fn a_folder_that_cannot_be_opened_is_an_undecided_shipment() {
    let temporary = tempfile::tempdir().unwrap();
    std::fs::set_permissions(temporary.path(), Permissions::from_mode(0o755)).unwrap();
    let closed = temporary.path().join("s2");
    let inside = temporary.path().join("s1/annex");
    for folder in [temporary.path().join("s1"), closed.clone(), inside.clone()] {
        shipment(&folder);
    }
    let all = temporary.path().to_str().unwrap();
    let open = as_nobody(&[&["check", all][..], &AS_OF].concat());
    assert!(!stdout(&open).contains("was not searched"));
    for (shut, verdicts) in [
        (&closed, ["eligible", "undecided"]),
        (&inside, ["undecided", "eligible"]),
    ] {
        std::fs::set_permissions(shut, Permissions::from_mode(0o000)).unwrap();
        let args = [&["check", all, "--format", "json"][..], &AS_OF].concat();
        let output = as_nobody(&args);
        let held = as_nobody(&[&["inventory", all, "--format", "json"][..], &AS_OF].concat());
        std::fs::set_permissions(shut, Permissions::from_mode(0o755)).unwrap();
        let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
        let found = &problem(&report, "was not searched");
        assert_eq!(found["code"], "cannot-open");
        let own: Vec<&str> = report["shipments"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["verdict"].as_str().unwrap())
            .collect();
        assert_eq!(own, verdicts);
        assert_eq!(output.status.code(), Some(3));
        assert!(stdout(&held).contains("was not searched"));
        assert_eq!(held.status.code(), Some(3));
    }
}

#[test]
fn a_linked_folder_blocks_when_it_leaves_and_is_said_when_it_stays() {
    let temporary = tempfile::tempdir().unwrap();
    let (own, other) = (temporary.path().join("own"), temporary.path().join("other"));
    shipment(&own.join("papers"));
    std::fs::rename(own.join("papers/declaration.xlsx"), own.join("d.xlsx")).unwrap();
    shipment(&other);
    symlink("papers", own.join("again")).unwrap();
    let said = greenlane(&[&["check", "-v", own.to_str().unwrap()][..], &AS_OF].concat());
    assert_eq!(said.status.code(), Some(0), "{}", stdout(&said));
    let remark = "own/again: a link to a folder that is read under its own name";
    assert!(stderr(&said).contains(remark), "{}", stderr(&said));
    symlink("../other", own.join("more")).unwrap();
    let (report, exit) = check(&own, &AS_OF);
    assert_eq!(exit, 3, "{report}");
    let found = problem(&report, "a link out of the folder");
    assert!(found.to_string().contains("own/more"), "{found}");
    // The same among folders of shipments.
    let all = temporary.path().join("all");
    shipment(&all.join("s1"));
    symlink("..", all.join("up")).unwrap();
    let (report, exit) = check(&all, &AS_OF);
    assert_eq!(exit, 3);
    assert_eq!(report["tally"]["shipments"], 2);
    assert_eq!(report["tally"]["undecided"], 1);
}

#[test]
fn folders_too_deep_to_search_are_named() {
    let temporary = tempfile::tempdir().unwrap();
    let own = temporary.path().join("own");
    shipment(&own);
    let deep = own.join(["d"; 18].iter().collect::<PathBuf>());
    shipment(&deep);
    let (report, exit) = check(&own, &AS_OF);
    assert_eq!(exit, 3);
    let found = problem(&report, "more than 16 folders deep");
    assert_eq!(found["level"], "error");
    // And with nothing above them.
    let only = temporary.path().join("only");
    shipment(&only.join(["d"; 20].iter().collect::<PathBuf>()));
    let (report, exit) = check(&only, &AS_OF);
    assert_eq!(exit, 3);
    problem(&report, "more than 16 folders deep");
}

#[test]
fn the_order_and_the_spelling_of_paths_change_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let at = temporary.path();
    for name in ["a", "b"] {
        shipment(&at.join(name));
    }
    let run = |paths: &[&str], stdin: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_greenlane"));
        command.arg("check").args(paths).args(AS_OF);
        command.args(["--format", "json"]).current_dir(at);
        if let Some(text) = stdin {
            std::fs::write(at.join("list"), text).unwrap();
            command.stdin(std::fs::File::open(at.join("list")).unwrap());
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output)
    };
    let both = run(&["a", "b"], None);
    assert_eq!(both, run(&["b", "a"], None));
    assert_eq!(both, run(&["b/", "./a", "a", "./b/"], None));
    assert_eq!(both, run(&["-"], Some("\u{feff}b\na\n")));
    let files = ["declaration.xlsx", "packing.xlsx", "labs.xlsx"].map(|n| format!("a/{n}"));
    let reports = ["report-crib.pdf", "report-strollers.pdf"].map(|n| format!("a/{n}"));
    let mut names: Vec<&str> = files.iter().chain(&reports).map(String::as_str).collect();
    let one = run(&names, None);
    names.reverse();
    names.push("./a/labs.xlsx");
    assert_eq!(one, run(&names, None));
    assert_eq!(run(&["a"], None), run(&["./a", "a/"], None));
}

#[test]
fn threads_are_bounded() {
    let folder = shipments().join("infant-clean-csv-txt");
    let folder = folder.to_str().unwrap();
    let many = greenlane(&[&["check", folder, "--jobs", "100000"][..], &AS_OF].concat());
    assert_eq!(many.status.code(), Some(0), "{}", stderr(&many));
    assert!(stderr(&many).contains("--jobs 100000"), "{}", stderr(&many));
    let all = greenlane(&[&["check", folder, "--jobs", "0"][..], &AS_OF].concat());
    assert_eq!(stdout(&all), stdout(&many));
    assert_eq!(stderr(&all), "");
}
