//! The house keeps its own laws: imports run one way, nothing reaches the network, the rules have
//! their fixtures.

use crate::run::{audits, fixtures, root};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The rooms, in the order of the map in `src/lib.rs`.
const ROOMS: [&str; 11] = [
    "model",
    "normalize",
    "read",
    "extract",
    "link",
    "check",
    "pack",
    "judge",
    "report",
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

/// The ids of the packs' rules.
fn rule_ids() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("rules/lanes")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let pack: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        for rule in pack["rules"].as_sequence().unwrap() {
            ids.insert(rule["id"].as_str().unwrap().to_string());
        }
    }
    ids
}

#[test]
fn every_blocker_of_a_lane_has_a_fixture_that_violates_it() {
    let mut violated = BTreeSet::new();
    for folder in fixtures().into_iter().chain(audits()) {
        let text = std::fs::read_to_string(folder.join("expect.yaml")).unwrap();
        let expect: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        for shipment in expect["shipments"].as_sequence().unwrap() {
            let Some(findings) = shipment.get("findings").and_then(|f| f.as_sequence()) else {
                continue;
            };
            for finding in findings {
                violated.insert(finding["rule"].as_str().unwrap().to_string());
            }
        }
    }
    let ids = rule_ids();
    assert!(ids.len() >= 40, "{} rules", ids.len());
    // Told of by the fixtures only when they go wrong together with others.
    let without: Vec<&String> = ids.iter().filter(|id| !violated.contains(*id)).collect();
    let known = WITHOUT_FIXTURE
        .iter()
        .map(|s| s.to_string())
        .collect::<Vec<_>>();
    let unexpected: Vec<&&String> = without.iter().filter(|id| !known.contains(id)).collect();
    assert!(unexpected.is_empty(), "no fixture violates {unexpected:?}");
}

/// Rules no fixture violates yet.
const WITHOUT_FIXTURE: [&str; 0] = [];
