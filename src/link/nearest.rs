//! Nearest keys of a pool, for suggestions: brute force in small pools, one-deletion index in large.

use crate::normalize::compare::typo_bound;
use std::collections::HashMap;
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
    deletions: OnceLock<HashMap<u64, Vec<u32>>>,
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
    fn keys(&self) -> &[String] {
        self.sorted.get_or_init(|| {
            let mut keys = self.keys.clone();
            keys.sort_unstable();
            keys.dedup();
            keys.retain(|k| !k.is_empty() && k.len() <= LONGEST);
            keys
        })
    }

    /// The nearest keys within a typing slip, else those that differ by a suffix (see [`typo_bound`]): all that share the least
    /// distance, in order. In a large pool only slips of one character are found.
    pub fn nearest(&self, key: &str) -> Vec<&str> {
        let bound = typo_bound(key.chars().count());
        if bound == 0 || key.is_empty() || key.len() > LONGEST {
            return Vec::new();
        }
        let mut best = bound;
        let mut found: Vec<&str> = Vec::new();
        let mut offer = |candidate| {
            let candidate: &str = candidate;
            if candidate.len().abs_diff(key.len()) > 2 * best {
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
            found.push(candidate);
        };
        let keys = self.keys();
        if keys.len() <= SMALL {
            keys.iter().for_each(|k| offer(k.as_str()));
            return or_suffix(found, keys, key);
        }
        let index = self.deletions.get_or_init(|| deletion_index(keys));
        let mut numbers: Vec<u32> = deletions(key)
            .filter_map(|hash| index.get(&hash))
            .flatten()
            .copied()
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        for candidate in numbers.iter().filter_map(|n| keys.get(*n as usize)) {
            offer(candidate);
        }
        or_suffix(found, keys, key)
    }
}

/// A suffix is up to so many characters, of which a few are looked at.
const SUFFIX: usize = 6;
const FEW: usize = 8;

/// What was found; else the keys that are this one without its suffix, or with one.
fn or_suffix<'k>(found: Vec<&'k str>, keys: &'k [String], key: &str) -> Vec<&'k str> {
    if !found.is_empty() {
        return found;
    }
    let shorter = key.char_indices().rev().take(SUFFIX).find_map(|(at, _)| {
        let base = key.get(..at)?;
        let known = keys.binary_search_by(|k| k.as_str().cmp(base)).ok()?;
        (base.chars().count() >= 3).then(|| keys.get(known))?
    });
    if let Some(base) = shorter {
        return vec![base];
    }
    let from = keys.partition_point(|k| k.as_str() < key);
    keys.iter()
        .skip(from)
        .take_while(|k| k.starts_with(key))
        .filter(|k| k.len() > key.len() && k.len() <= key.len() + SUFFIX)
        .take(FEW)
        .map(String::as_str)
        .collect()
}

fn deletion_index(keys: &[String]) -> HashMap<u64, Vec<u32>> {
    let mut index: HashMap<u64, Vec<u32>> = HashMap::with_capacity(keys.len() * 10);
    for (i, key) in keys.iter().enumerate() {
        let number = crate::model::grid::index(i);
        for hash in deletions(key) {
            index.entry(hash).or_default().push(number);
        }
    }
    index
}

/// Hashes of a key and of the key with each one character left out.
fn deletions(key: &str) -> impl Iterator<Item = u64> + '_ {
    let without = move |left_out: Option<usize>| -> u64 {
        // FNV-1a: stable between runs, which the standard hasher does not promise.
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        for (i, c) in key.chars().enumerate() {
            if Some(i) != left_out {
                hash = (hash ^ u64::from(u32::from(c))).wrapping_mul(0x100_0000_01b3);
            }
        }
        hash
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
