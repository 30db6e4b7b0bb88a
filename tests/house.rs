//! The house keeps its own laws: imports run one way, nothing reaches the network, the rules have
//! their fixtures.

use crate::run::root;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The rooms, in the order of the map in `src/lib.rs`.
const ROOMS: [&str; 14] = [
    "model",
    "normalize",
    "page",
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
