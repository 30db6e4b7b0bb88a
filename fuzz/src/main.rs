//! The driver: `drive TARGET SECONDS` changes the seeds for so long and keeps what does not hold in
//! `artifacts/TARGET`; `drive TARGET FILE…` tries those files again; `drive seeds` writes the seeds to
//! `corpus/TARGET` for libFuzzer; `drive cells FILE…` prints what is read, for `differential.py`.

use greenlane_fuzz::{Dice, Target, changed, holds, root};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant, UNIX_EPOCH};

/// Longer than this for one input is a finding too.
const SLOW: Duration = Duration::from_secs(15);

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((first, rest)) = args.split_first() else {
        eprintln!("drive seeds | drive TARGET SECONDS | drive TARGET FILE...");
        return ExitCode::from(2);
    };
    if first == "cells" {
        for file in rest {
            cells(file);
        }
        return ExitCode::SUCCESS;
    }
    if first == "seeds" {
        for target in Target::ALL {
            for (number, (_, bytes)) in target.seeds().iter().enumerate() {
                keep(
                    &root().join("fuzz/corpus").join(target.name()),
                    &number.to_string(),
                    bytes,
                );
            }
        }
        return ExitCode::SUCCESS;
    }
    let Some(target) = Target::ALL.into_iter().find(|t| t.name() == first) else {
        eprintln!("no target {first}");
        return ExitCode::from(2);
    };
    let failed = match rest.first().and_then(|s| s.parse().ok()) {
        Some(seconds) => drive(target, Duration::from_secs(seconds)),
        None => again(target, rest),
    };
    ExitCode::from(u8::from(failed))
}

/// All that is read of a file, a cell a line as JSON, for `differential.py`.
fn cells(file: &str) {
    let bytes = std::fs::read(file).unwrap_or_default();
    let found = greenlane::read::read(file, &bytes, &greenlane::read::Manner::default());
    let mut out = String::new();
    for problem in found.problems.iter().filter(|p| p.blocks) {
        out += &format!("{}\n", serde_json::json!({"blocked": problem.message.en}));
    }
    for document in &found.documents {
        let (grid, part) = (&document.grid, &document.part);
        for (row, number) in grid.rows.iter().zip(0..) {
            for n in grid.row_cells(number) {
                let (text, col) = (grid.cell_text(n), grid.cells[n].x0);
                if !text.trim().is_empty() {
                    let cell = serde_json::json!({"part": part, "row": row.number, "col": col, "text": text});
                    out += &format!("{cell}\n");
                }
            }
        }
        for aside in &grid.asides {
            out += &format!(
                "{}\n",
                serde_json::json!({"part": part, "text": aside.text})
            );
        }
    }
    let _ = std::io::stdout().write_all(out.as_bytes());
}

/// Whether one of these files does not hold.
fn again(target: Target, files: &[String]) -> bool {
    let mut failed = false;
    for file in files {
        let name = Path::new(file).file_name().and_then(|n| n.to_str());
        let bytes = std::fs::read(file).unwrap_or_default();
        let start = Instant::now();
        let came = holds(target, name.unwrap_or("odd"), &bytes);
        eprintln!("{file}: {came:?} in {:?}", start.elapsed());
        failed |= came.is_err();
    }
    failed
}

/// Whether something did not hold in so long a time.
fn drive(target: Target, time: Duration) -> bool {
    let seeds = target.seeds();
    let begun = UNIX_EPOCH.elapsed().map_or(1, |t| t.as_nanos() as u64 | 1);
    let mut dice = Dice(begun);
    let folder = root().join("fuzz/artifacts").join(target.name());
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    // What was made of seeds, to be changed further.
    let mut kept: Vec<(String, Vec<u8>)> = Vec::new();
    let (mut done, mut slowest) = (0_u64, Duration::ZERO);
    let (start, mut told) = (Instant::now(), Duration::ZERO);
    while start.elapsed() < time {
        let (name, bytes) = match dice.below(4) {
            0 if !kept.is_empty() => &kept[dice.below(kept.len())],
            _ => &seeds[dice.below(seeds.len())],
        };
        let other = &seeds[dice.below(seeds.len())].1;
        let (name, bytes) = (name.clone(), changed(bytes, other, &mut dice));
        let one = Instant::now();
        let came = holds(target, &name, &bytes);
        let took = one.elapsed();
        slowest = slowest.max(took);
        done += 1;
        let came = match came {
            Ok(()) if took > SLOW => Err("slow".to_string()),
            came => came,
        };
        if let Err(why) = came {
            let count = found.entry(why).or_default();
            *count += 1;
            if *count == 1 {
                let at = keep(
                    &folder,
                    &format!("{done}-{}", name.replace('/', "-")),
                    &bytes,
                );
                tell(&folder, &format!("found {} ({took:?})", at.display()));
            }
        } else if bytes.len() < 1 << 20 && kept.len() < 512 {
            kept.push((name, bytes));
        } else if !kept.is_empty() && bytes.len() < 1 << 20 {
            let at = dice.below(kept.len());
            kept[at] = (name, bytes);
        }
        if start.elapsed() > told + Duration::from_secs(60) {
            told = start.elapsed();
            tell(
                &folder,
                &format!(
                    "{done} inputs in {} s, {} findings, slowest {slowest:?}",
                    told.as_secs(),
                    found.len()
                ),
            );
        }
    }
    tell(
        &folder,
        &format!(
            "{done} inputs in {} s from {begun:#x}, slowest {slowest:?}; {found:?}",
            start.elapsed().as_secs()
        ),
    );
    !found.is_empty()
}

/// One line, on standard error and in the folder of what is found.
fn tell(folder: &Path, line: &str) {
    eprintln!("{line}");
    let log = std::fs::create_dir_all(folder).and_then(|()| {
        std::fs::File::options()
            .create(true)
            .append(true)
            .open(folder.join("log"))
    });
    if let Ok(mut log) = log {
        let _ = writeln!(log, "{line}");
    }
}

fn keep(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let _ = std::fs::create_dir_all(folder);
    let at = folder.join(name);
    let _ = std::fs::write(&at, bytes);
    at
}
