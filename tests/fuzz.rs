//! Documents, shipments and packs that were changed at random: whatever comes, the answer is one. A short
//! replay, the same each time, of what `fuzz/` does for as long as one likes; what was found there lies in
//! `fixtures/hostile`.

use crate::run::root;

#[path = "../fuzz/src/mutate.rs"]
mod mutate;
#[allow(dead_code)]
#[path = "../fuzz/src/targets.rs"]
mod targets;

use mutate::{Dice, changed};
use targets::{Target, files};

/// So many rounds of changes to a target's seeds.
fn replayed(target: Target, rounds: usize) {
    let seeds = target.seeds();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..rounds {
        let (name, bytes) = &seeds[dice.below(seeds.len())];
        let other = &seeds[dice.below(seeds.len())].1;
        let bytes = changed(bytes, other, &mut dice);
        if let Err(why) = target.holds(name, &bytes) {
            let kept = std::env::temp_dir().join("greenlane-fuzz-found");
            std::fs::write(&kept, &bytes).unwrap();
            panic!("{name}: {why}; kept as {}", kept.display());
        }
    }
}

#[test]
fn fuzz_documents() {
    let mut found = Vec::new();
    files(&root().join("fixtures/hostile"), &[], &mut found);
    assert!(found.len() > 3);
    for path in found {
        let name = path.file_name().unwrap().to_str().unwrap();
        let came = Target::Understand.holds(name, &std::fs::read(&path).unwrap());
        assert_eq!(came, Ok(()), "{name}");
    }
    replayed(Target::Understand, 40);
}

#[test]
fn fuzz_shipments() {
    replayed(Target::Check, 12);
}

#[test]
fn fuzz_rules() {
    replayed(Target::Pack, 100);
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
