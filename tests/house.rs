//! The house keeps its own laws: imports run one way, nothing reaches the network, the rules have
//! their fixtures.

use crate::run::root;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The rooms, in the order of the map in `src/lib.rs`.
const ROOMS: [&str; 15] = [
    "model",
    "normalize",
    "page",
    "ocr",
    "read",
    "extract",
    "link",
    "facts",
    "check",
    "pack",
    "judge",
    "report",
    "mark",
    "cli",
    "app",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn imports_run_down_the_street_only() {
    let mut looked = 0;
    for (own, room) in ROOMS.iter().enumerate() {
        let mut files = Vec::new();
        sources(&root().join("src").join(room), &mut files);
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            for (number, line) in text.lines().enumerate() {
                for (other, name) in ROOMS.iter().enumerate() {
                    let names = line.contains(&format!("crate::{name}::"));
                    looked += usize::from(names);
                    assert!(
                        !names || other <= own,
                        "{}:{}: {room} imports from {name}: {line}",
                        file.display(),
                        number + 1
                    );
                    // A report is made from the nouns alone.
                    if *room == "report" && names {
                        assert!(
                            matches!(*name, "model" | "report"),
                            "{}: {line}",
                            file.display()
                        );
                    }
                }
            }
        }
    }
    assert!(looked > 100, "the rooms were not found");
}

#[test]
fn only_app_touches_the_disk() {
    for room in ROOMS.iter().filter(|r| **r != "app") {
        let mut files = Vec::new();
        sources(&root().join("src").join(room), &mut files);
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            for word in ["std::fs", "std::env", "std::process", "SystemTime"] {
                assert!(!text.contains(word), "{} uses {word}", file.display());
            }
        }
    }
}

#[test]
fn no_crate_of_the_tree_speaks_to_the_network() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let names: BTreeSet<&str> = lock
        .lines()
        .filter_map(|l| l.strip_prefix("name = \"")?.strip_suffix('"'))
        .collect();
    assert!(names.contains("greenlane"));
    for network in [
        "reqwest",
        "hyper",
        "ureq",
        "curl",
        "tokio",
        "mio",
        "socket2",
        "native-tls",
        "rustls",
        "openssl",
        "async-std",
        "smol",
        "attohttpc",
        "isahc",
        "surf",
        "h2",
        "quinn",
    ] {
        assert!(!names.contains(network), "{network} is in Cargo.lock");
    }
}

/// The reasons named in the sources below a folder, by file.
fn reasons_in(folder: &str) -> Vec<(PathBuf, BTreeSet<String>)> {
    let mut files = Vec::new();
    sources(&root().join("src").join(folder), &mut files);
    let named = files.into_iter().map(|file| {
        let text = std::fs::read_to_string(&file).unwrap();
        let after = text.split("why!(").skip(1);
        let ids = after.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
        let ids = ids.map(str::to_string).collect();
        (file, ids)
    });
    named.collect()
}

fn wording() -> serde_yaml::Value {
    let text = std::fs::read_to_string(root().join("rules/wording.yaml")).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

#[test]
fn each_reason_has_its_wording_and_each_wording_its_reason() {
    let rooms = ["check", "facts", "judge"];
    let used = rooms.iter().flat_map(|room| reasons_in(room));
    let mut used: BTreeSet<String> = used.flat_map(|(_, ids)| ids).collect();
    used.remove("not-packed"); // the example in why.rs
    let worded = wording();
    let worded = worded["reasons"].as_mapping().unwrap().keys();
    let worded: BTreeSet<String> = worded.map(|k| k.as_str().unwrap().to_string()).collect();
    assert!(used.len() > 150);
    assert_eq!(used, worded);
}

/// The walk of CONTRIBUTING.md, kept true: a check is its file, a line that names the file and one
/// in the table, what it asks in a sentence, and its reasons in words.
#[test]
fn a_check_is_one_file() {
    let table = std::fs::read_to_string(root().join("src/check/mod.rs")).unwrap();
    let rows = table.split_once("\ntable! {\n").unwrap().1;
    let rows = rows.split_once("\n}").unwrap().0;
    let names: Vec<&str> = rows
        .lines()
        .map(|l| l.trim().split(':').next().unwrap())
        .collect();
    assert!(names.len() > 30);
    let common = std::fs::read_to_string(root().join("src/facts/why.rs")).unwrap();
    let worded = wording();
    let by_file = reasons_in("check");
    for name in names {
        let file = root().join(format!("src/check/{name}.rs"));
        let folder = root().join(format!("src/check/{name}"));
        let main = if file.exists() {
            file
        } else {
            folder.join("mod.rs")
        };
        let text = std::fs::read_to_string(&main).unwrap();
        assert!(text.starts_with(&format!("//! `{name}`: ")), "{name}");
        assert_eq!(text.matches("impl Judges for ").count(), 1, "{name}");
        assert_eq!(
            table.matches(&format!("pub mod {name};")).count(),
            1,
            "{name}"
        );
        assert!(worded["checks"][name]["zh"].is_string(), "{name}");
        let listed = text.split_once("const REASONS: &str =").unwrap().1;
        let listed = listed.split('"').nth(1).unwrap();
        for (path, ids) in &by_file {
            for id in ids
                .iter()
                .filter(|_| *path == main || path.starts_with(&folder))
            {
                let known = |list: &str| {
                    list.split_whitespace()
                        .any(|w| w.trim_matches(['"', ';']) == id)
                };
                assert!(
                    known(listed) || known(&common),
                    "{name}: {id} is not listed"
                );
            }
        }
    }
}
