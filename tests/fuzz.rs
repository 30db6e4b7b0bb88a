//! Documents and configurations that were changed at random: whatever comes, the answer is one.
//!
//! Few and the same ones by default; `GREENLANE_FUZZ=SECONDS cargo test --locked fuzz -- --nocapture`
//! goes on for so long, on from another beginning each time. What it finds goes to `fixtures/hostile`,
//! whose files are both read as they are and changed further.

use crate::run::root;
use greenlane::extract::Hint;
use greenlane::{Input, Rules};
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Numbers without order, the same from the same beginning.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most.max(1) as u64) as usize
    }
}

fn files(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, endings, found);
        } else if endings.is_empty()
            || path
                .extension()
                .is_some_and(|e| endings.contains(&e.to_str().unwrap()))
        {
            found.push(path);
        }
    }
}

/// A piece cut out, doubled, overwritten, or taken from another file.
fn changed(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len());
        let end = (at + 1 + dice.below(64)).min(bytes.len());
        match dice.below(6) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].repeat(1 + dice.below(40));
                bytes.splice(at..at, piece);
            }
            3 => {
                let from = dice.below(other.len());
                let to = (from + 64).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            4 if at < bytes.len() => bytes[at] = [0, 0x7f, 0xff, b'9', b'"', b'<'][dice.below(6)],
            _ if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            _ => {}
        }
    }
    bytes
}

/// An archive with one part changed and its sums right again: damage that gets past them.
fn changed_within(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let chosen = dice.below(archive.len());
    let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..archive.len() {
        let mut part = archive.by_index(number).ok()?;
        let (name, mut text) = (part.name().ok()?.into_owned(), Vec::new());
        part.read_to_end(&mut text).ok()?;
        if number == chosen {
            text = changed(&text, other, dice);
        }
        let options = zip::write::SimpleFileOptions::default();
        made.start_file(name, options).ok()?;
        made.write_all(&text).ok()?;
    }
    Some(made.finish().ok()?.into_inner())
}

/// Whether a file is answered: with a document, or with what is wrong. Our own readers never break.
fn answered(name: &str, bytes: Vec<u8>, rules: &Rules) {
    let input = Input {
        path: name.to_string(),
        content: Ok(bytes.clone().into()),
        hint: Hint::default(),
    };
    let found = greenlane::understand_one(&input, rules);
    let broke = found.problems.iter().any(|p| {
        p.message.en.contains("broke the reader") || p.message.en.contains("mistake of its own")
    });
    // XLSX and XLSB cells come from a library, whose panics are caught and said.
    let foreign = bytes.starts_with(b"PK");
    if found.documents.is_empty() && found.problems.is_empty() || broke && !foreign {
        let kept = std::env::temp_dir().join("greenlane-fuzz-found");
        std::fs::write(&kept, &bytes).unwrap();
        panic!("{name}: {:?}; kept as {}", found.problems, kept.display());
    }
}

/// How long to go on, and from where; few rounds by default.
fn rounds(few: usize) -> (impl FnMut() -> bool, Dice) {
    let seconds = std::env::var("GREENLANE_FUZZ").ok();
    let seconds = seconds
        .and_then(|s| s.parse().ok())
        .map(Duration::from_secs);
    let start = Instant::now();
    let mut done = 0;
    let beginning = match seconds {
        Some(_) => std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64 | 1,
        None => 0x9e37_79b9_7f4a_7c15,
    };
    let go_on = move || {
        done += 1;
        let more = seconds.map_or(done <= few, |s| start.elapsed() < s);
        if !more && seconds.is_some() {
            let _ = writeln!(std::io::stderr(), "{done} inputs from {beginning:#x}");
        }
        more
    };
    (go_on, Dice(beginning))
}

#[test]
fn fuzz_documents() {
    let rules = greenlane::app::builtin_rules().unwrap();
    let mut seeds = Vec::new();
    let hostile = root().join("fixtures/hostile");
    files(&hostile, &[], &mut seeds);
    let found = seeds.clone();
    for folder in ["fixtures/readers", "fixtures/formats"] {
        files(&root().join(folder), &[], &mut seeds);
    }
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_string();
    for path in &found {
        answered(&name(path), std::fs::read(path).unwrap(), &rules);
    }
    let (mut more, mut dice) = rounds(40);
    while more() {
        let path = &seeds[dice.below(seeds.len())];
        let other = std::fs::read(&seeds[dice.below(seeds.len())]).unwrap();
        let bytes = std::fs::read(path).unwrap();
        let within = (dice.below(3) > 0).then(|| changed_within(&bytes, &other, &mut dice));
        let bytes = within
            .flatten()
            .unwrap_or_else(|| changed(&bytes, &other, &mut dice));
        answered(&name(path), bytes, &rules);
    }
}

#[test]
fn fuzz_rules_and_configurations() {
    let mut seeds = Vec::new();
    for folder in ["rules", "examples", "fixtures/packs"] {
        files(&root().join(folder), &["yaml", "csv"], &mut seeds);
    }
    let (mut more, mut dice) = rounds(150);
    while more() {
        let bytes = std::fs::read(&seeds[dice.below(seeds.len())]).unwrap();
        let other = std::fs::read(&seeds[dice.below(seeds.len())]).unwrap();
        let text = String::from_utf8_lossy(&changed(&bytes, &other, &mut dice)).into_owned();
        for parsed in [
            greenlane::read::parse_written("odd.yaml", &text),
            greenlane::read::parse_table("odd.csv", &text, &[]),
        ] {
            if let Err(errors) = parsed {
                assert!(greenlane::read::told(&errors).len() < 100_000);
            }
        }
    }
}

/// Damage that the archive's sums do not match is said, or changes nothing.
#[test]
fn damage_in_an_archive_is_never_silent() {
    let manner = greenlane::read::Manner::default();
    let mut seeds = Vec::new();
    files(
        &root().join("fixtures/formats"),
        &["xlsx", "docx", "ods"],
        &mut seeds,
    );
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let texts = |found: &greenlane::model::ReadFile| -> Vec<String> {
        found
            .documents
            .iter()
            .map(|d| d.grid.text.clone())
            .collect()
    };
    for _ in 0..60 {
        let path = &seeds[dice.below(seeds.len())];
        let name = path.file_name().unwrap().to_str().unwrap();
        let bytes = std::fs::read(path).unwrap();
        let whole = texts(&greenlane::read::read(name, &bytes, &manner));
        let mut damaged = bytes;
        let at = dice.below(damaged.len());
        damaged[at] ^= 1 << dice.below(8);
        let found = greenlane::read::read(name, &damaged, &manner);
        assert!(
            !found.problems.is_empty() || texts(&found) == whole,
            "{name}: byte {at} changed what is read, and nothing was said"
        );
    }
}
