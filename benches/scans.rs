//! How well and how fast pictures are read: `cargo bench --bench scans [-- FOLDER [-v]]`.
//!
//! FOLDER holds what `fixtures/scans/make.py FOLDER COUNT` wrote (default: the few that are committed). Prints
//! the characters and values read rightly by kind of damage, what was read wrongly with a probability of
//! 0.9 and more, seconds and memory. The models must be there (`greenlane ocr add`).

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss)]

#[path = "../tests/truth.rs"]
mod truth;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;
use truth::{measure, truths};

#[derive(Default)]
struct Sum {
    pages: usize,
    characters: usize,
    missed: usize,
    values: BTreeMap<String, (usize, usize)>,
    sure: usize,
    sure_and_wrong: Vec<String>,
    seconds: f64,
}

fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let wordy = args.iter().any(|a| a == "-v");
    let folder = args.iter().find(|a| !a.starts_with('-')).map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/scans"),
        PathBuf::from,
    );
    let rules = greenlane::app::builtin_rules().unwrap();
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    for (name, truth) in truths(&folder) {
        let start = Instant::now();
        let figures = measure(&folder, &name, &truth, &rules);
        let seconds = start.elapsed().as_secs_f64();
        if wordy {
            println!("== {name} {seconds:.1} s {:?}", figures.problems);
            for cell in &figures.cells {
                println!("   {cell}");
            }
        }
        for value in figures.values.iter().filter(|v| !v.right()) {
            println!(
                "{name} {}: {} read as {:?} ({:.3})",
                value.field, value.stands, value.read, value.least
            );
        }
        for key in [truth.damage.as_str(), "all"] {
            let sum = sums.entry(key.to_string()).or_default();
            sum.pages += 1;
            sum.seconds += seconds;
            sum.characters += figures.characters;
            sum.missed += figures.missed;
            for value in &figures.values {
                let own = sum.values.entry(value.field.clone()).or_default();
                own.0 += usize::from(value.right());
                own.1 += 1;
                if value.read.is_some() && value.least >= 0.9 && !value.inked {
                    sum.sure += 1;
                    if !value.right() {
                        sum.sure_and_wrong
                            .push(format!("{} {}", value.field, value.stands));
                    }
                }
            }
        }
    }
    for (damage, sum) in &sums {
        let part = 100.0 * (1.0 - sum.missed as f64 / sum.characters.max(1) as f64);
        println!(
            "{damage}: {} pages, {part:.2} % of characters, {:.1} s a page",
            sum.pages,
            sum.seconds / sum.pages as f64
        );
        let values: Vec<String> = sum
            .values
            .iter()
            .map(|(f, (r, n))| format!("{f} {r}/{n}"))
            .collect();
        println!("   {}", values.join(" · "));
        println!(
            "   sure {} of which wrong {}: {:?}",
            sum.sure,
            sum.sure_and_wrong.len(),
            sum.sure_and_wrong
        );
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|l| l.starts_with("VmHWM")) {
        println!("{line}");
    }
}
