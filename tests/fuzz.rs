//! Documents, shipments and packs that were changed at random: whatever comes, the answer is one. A short
//! replay, the same each time, of what `fuzz/` does for as long as one likes; what was found there lies in
//! `fixtures/hostile`.

use crate::run::root;

#[path = "../fuzz/src/mutate.rs"]
pub mod mutate;
#[allow(dead_code)]
#[path = "../fuzz/src/targets.rs"]
pub mod targets;

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
