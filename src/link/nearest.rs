//! Nearest keys of a pool, for suggestions: brute force in small pools, one-deletion index in large.

use crate::normalize::compare::typo_bound;
use std::sync::OnceLock;

/// Below this many keys every key is compared.
const SMALL: usize = 300;

/// Longer keys (in bytes) are no names and have no neighbours.
const LONGEST: usize = 400;

/// A set of distinct keys to look for near ones in.
#[derive(Debug, Default)]
pub struct Pool {
    keys: Vec<String>,
    sorted: OnceLock<Vec<String>>,
    /// Hash of a key with at most one character left out, and the key's number; sorted.
    deletions: OnceLock<Vec<u64>>,
}

impl Pool {
    /// `keys` need not be sorted or distinct.
    pub fn new(keys: Vec<String>) -> Pool {
        Pool {
            keys,
            sorted: OnceLock::new(),
            deletions: OnceLock::new(),
        }
    }

    /// The distinct keys in order; sorted when first asked for.
    pub fn keys(&self) -> &[String] {
        self.sorted.get_or_init(|| {
            let mut keys = self.keys.clone();
            keys.sort_unstable();
            keys.dedup();
            keys.retain(|k| !k.is_empty() && k.len() <= LONGEST);
            keys
        })
    }

    /// The nearest keys within a typing slip, else those that differ by a suffix, as
    /// [`Pool::nearest_numbers`] finds them.
    pub fn nearest(&self, key: &str) -> Vec<&str> {
        let numbers = self.nearest_numbers(key);
        let keys = self.keys();
        let found = numbers.iter().filter_map(|n| keys.get(*n as usize));
        found.map(String::as_str).collect()
    }

    /// The numbers (in [`Pool::keys`]) of the nearest keys within a typing slip (see
    /// [`typo_bound`]): all that share the least distance, in order; else of those that differ by a
    /// suffix. In a large pool only slips of one character are found.
    pub fn nearest_numbers(&self, key: &str) -> Vec<u32> {
        let bound = typo_bound(key.chars().count());
        if bound == 0 || key.len() > LONGEST {
            return Vec::new();
        }
        let keys = self.keys();
        let mut best = bound;
        let mut found: Vec<u32> = Vec::new();
        let mut offer = |number: u32, candidate: &str| {
            if candidate.len().abs_diff(key.len()) > 4 * best {
                return;
            }
            let distance = strsim::osa_distance(key, candidate);
            if distance == 0 || distance > best {
                return;
            }
            if distance < best {
                found.clear();
                best = distance;
            }
            found.push(number);
        };
        if keys.len() <= SMALL {
            for (number, candidate) in keys.iter().enumerate() {
                offer(crate::model::grid::index(number), candidate);
            }
        } else {
            let index = self.deletions.get_or_init(|| deletion_index(keys));
            let mut numbers: Vec<u32> = deletions(key)
                .flat_map(|hash| with_hash(index, hash))
                .collect();
            numbers.sort_unstable();
            numbers.dedup();
            for number in numbers {
                let candidate = keys.get(number as usize).map_or("", String::as_str);
                offer(number, candidate);
            }
        }
        if found.is_empty() {
            found = suffixed(keys, key);
        }
        found
    }
}

/// The numbers of the keys under a hash.
fn with_hash(index: &[u64], hash: u32) -> impl Iterator<Item = u32> + '_ {
    let wanted = u64::from(hash);
    let from = index.partition_point(|entry| entry >> 32 < wanted);
    let rest = index.get(from..).unwrap_or(&[]);
    rest.iter()
        .take_while(move |entry| **entry >> 32 == wanted)
        .map(|entry| u32::try_from(entry & 0xffff_ffff).unwrap_or(u32::MAX))
}

/// A suffix is up to so many characters, of which a few are looked at.
const SUFFIX: usize = 6;
const FEW: usize = 8;

/// The keys that are this one without its suffix, or with one.
fn suffixed(keys: &[String], key: &str) -> Vec<u32> {
    let number = crate::model::grid::index;
    let shorter = key.char_indices().rev().take(SUFFIX).find_map(|(at, _)| {
        let base = key.get(..at)?;
        let known = keys.binary_search_by(|k| k.as_str().cmp(base)).ok()?;
        (base.chars().count() >= 3).then_some(known)
    });
    if let Some(base) = shorter {
        return vec![number(base)];
    }
    let from = keys.partition_point(|k| k.as_str() < key);
    keys.iter()
        .enumerate()
        .skip(from)
        .take_while(|(_, k)| k.starts_with(key))
        .filter(|(_, k)| k.len() > key.len() && k.len() <= key.len() + SUFFIX)
        .take(FEW)
        .map(|(i, _)| number(i))
        .collect()
}

fn deletion_index(keys: &[String]) -> Vec<u64> {
    let mut index: Vec<u64> = Vec::with_capacity(keys.len() * 10);
    for (i, key) in keys.iter().enumerate() {
        let number = u64::from(crate::model::grid::index(i));
        index.extend(deletions(key).map(|hash| u64::from(hash) << 32 | number));
    }
    index.sort_unstable();
    index
}

/// Hashes of a key and of the key with each one character left out.
fn deletions(key: &str) -> impl Iterator<Item = u32> + '_ {
    let without = move |left_out: Option<usize>| -> u32 {
        // FNV-1a: stable between runs, which the standard hasher does not promise.
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        for (i, c) in key.chars().enumerate() {
            if Some(i) != left_out {
                hash = (hash ^ u64::from(u32::from(c))).wrapping_mul(0x100_0000_01b3);
            }
        }
        u32::try_from((hash ^ (hash >> 32)) & 0xffff_ffff).unwrap_or(0)
    };
    let count = key.chars().count().min(48);
    std::iter::once(without(None)).chain((0..count).map(move |i| without(Some(i))))
}

#[cfg(test)]
mod tests {
    use super::Pool;

    #[test]
    fn small_and_large_pools_agree_on_one_slip() {
        let few = Pool::new(vec!["KD200A".into(), "ZZ900B".into()]);
        assert_eq!(few.nearest("KD20A"), ["KD200A"]);
        let many: Vec<String> = (0..1000).map(|i| format!("MODEL{i:04}X")).collect();
        let pool = Pool::new(many);
        let near = pool.nearest("MODEL0500Y");
        assert!(near.contains(&"MODEL0500X"), "{near:?}");
        assert!(pool.nearest("MODEL777X").contains(&"MODEL0777X"));
        assert!(pool.nearest("QQQQQQQQQQ").is_empty());
        assert_eq!(pool.nearest("MODEL0777XBLUE"), ["MODEL0777X"]);
    }
}
