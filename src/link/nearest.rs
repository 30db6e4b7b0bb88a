//! Nearest names of a pool, for suggestions, for many names at once: every pair in small pools, pairs
//! that share a text with one character left out in large ones.

use crate::model::grid::index;
use crate::normalize::compare::typo_bound;
use rayon::prelude::*;
use std::cell::OnceCell;

/// Up to this many names every one is compared.
const SMALL: usize = 300;

/// Longer names (in bytes) have no neighbours.
const LONGEST: usize = 400;

/// At most so many names that differ from one at the same place are looked at.
const ALIKE: usize = 64;

/// A suffix is up to so many characters, of which a few are looked at.
const SUFFIX: usize = 6;
const FEW: usize = 8;

/// For each query the numbers of the nearest names of a pool (distinct, in any order) within a
/// typing slip (see [`typo_bound`]): all that share the least distance, in the order of their texts;
/// else of those that differ by a suffix. In a large pool only slips of one character are found.
pub fn nearest(pool: &[&str], queries: &[&str]) -> Vec<Vec<u32>> {
    let bounds: Vec<usize> = queries.iter().map(|q| bound(q)).collect();
    let mut found: Vec<Nearest> = bounds.iter().map(|b| Nearest::within(*b)).collect();
    let mut offer = |query: usize, number: usize| {
        if let (Some(best), Some(text), Some(other)) =
            (found.get_mut(query), queries.get(query), pool.get(number))
        {
            best.offer(text, index(number), other);
        }
    };
    if pool.len() <= SMALL {
        for query in 0..queries.len() {
            for number in 0..pool.len() {
                offer(query, number);
            }
        }
    } else {
        for (query, number) in sharing_a_deletion(pool, queries) {
            offer(query as usize, number as usize);
        }
    }
    let sorted: OnceCell<Vec<u32>> = OnceCell::new();
    let text = |number: &u32| pool.get(*number as usize).copied().unwrap_or("");
    let finish = |((best, query), bound): ((Nearest, &&str), usize)| {
        let mut numbers = best.numbers;
        if numbers.is_empty() && bound > 0 {
            let sorted = sorted.get_or_init(|| {
                let mut sorted: Vec<u32> = (0..index(pool.len())).collect();
                sorted.sort_by_key(text);
                sorted
            });
            numbers = suffixed(sorted, text, query);
        }
        numbers.sort_by_key(text);
        numbers
    };
    found
        .into_iter()
        .zip(queries)
        .zip(bounds)
        .map(finish)
        .collect()
}

/// The distance within which a name has neighbours; 0 for one that has none.
fn bound(text: &str) -> usize {
    match text.len() {
        0 => 0,
        length if length > LONGEST => 0,
        _ => typo_bound(text.chars().count()),
    }
}

/// The nearest candidates so far.
struct Nearest {
    distance: usize,
    numbers: Vec<u32>,
}

impl Nearest {
    fn within(distance: usize) -> Nearest {
        Nearest {
            distance,
            numbers: Vec::new(),
        }
    }

    fn offer(&mut self, query: &str, number: u32, candidate: &str) {
        let far = candidate.len().abs_diff(query.len()) > 4 * self.distance;
        if far || self.distance == 0 || candidate.is_empty() || candidate.len() > LONGEST {
            return;
        }
        // One slip changes at most two of the characters there are.
        let unlike = (characters(query) ^ characters(candidate)).count_ones() as usize;
        if unlike > 2 * self.distance {
            return;
        }
        let distance = slips(query, candidate);
        if distance == 0 || distance > self.distance {
            return;
        }
        if distance < self.distance {
            self.numbers.clear();
            self.distance = distance;
        }
        self.numbers.push(number);
    }
}

/// Which characters a text has, one bit for each (and for those that share it).
fn characters(text: &str) -> u64 {
    text.chars()
        .fold(0, |all, c| all | 1 << (u32::from(c) % 64))
}

/// How many characters were mistyped, left out, doubled or swapped between two texts; what they
/// begin and end with alike is cut off first.
pub fn slips(a: &str, b: &str) -> usize {
    let same = |(a, b): &(char, char)| a == b;
    let width = |pairs: usize, (a, _): (char, char)| pairs + a.len_utf8();
    let head = a.chars().zip(b.chars()).take_while(same).fold(0, width);
    let (a, b) = (a.get(head..).unwrap_or(""), b.get(head..).unwrap_or(""));
    let backwards = a.chars().rev().zip(b.chars().rev());
    let tail = backwards.take_while(same).fold(0, width);
    let (a, b) = (a.get(..a.len() - tail), b.get(..b.len() - tail));
    strsim::osa_distance(a.unwrap_or(""), b.unwrap_or(""))
}

/// The pairs of a query and a name that are one text once a character of either is left out, in
/// order. Both sides are dealt out by the hashes of such texts, then walked side by side.
fn sharing_a_deletion(pool: &[&str], queries: &[&str]) -> Vec<(u32, u32)> {
    let hands = 1 + (pool.len() + queries.len()) / 4096;
    let (mut names, mut asked) = (deletions(pool, hands), deletions(queries, hands));
    let hands = names.par_iter_mut().zip(asked.par_iter_mut());
    let mut pairs: Vec<(u32, u32)> = hands.flat_map_iter(|(n, a)| alike(n, a)).collect();
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// Which queries and names of one hand have one hash.
fn alike(names: &mut [Hashed], asked: &mut [Hashed]) -> Vec<(u32, u32)> {
    names.sort_unstable();
    asked.sort_unstable();
    let mut pairs = Vec::new();
    let mut names: &[Hashed] = names;
    for Hashed(wanted) in asked {
        let (hash, query) = (*wanted >> 32, *wanted & 0xffff_ffff);
        let before = names.iter().take_while(|n| n.0 >> 32 < hash).count();
        names = names.get(before..).unwrap_or(&[]);
        let same = names.iter().take_while(|n| n.0 >> 32 == hash).take(ALIKE);
        pairs.extend(same.map(|n| (low(query), low(n.0 & 0xffff_ffff))));
    }
    pairs
}

/// A hash above the number of its text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hashed(u64);

fn low(half: u64) -> u32 {
    u32::try_from(half).unwrap_or(u32::MAX)
}

/// The hashes of each text and of the text with one character left out, dealt out by their size.
fn deletions(texts: &[&str], hands: usize) -> Vec<Vec<Hashed>> {
    let mut dealt: Vec<Vec<Hashed>> = vec![Vec::new(); hands];
    let mut begins: Vec<(u64, char)> = Vec::new();
    for (number, text) in texts.iter().enumerate().filter(|(_, t)| bound(t) > 0) {
        let mut deal = |hash: u64| {
            let hash = u64::from(mixed(hash));
            let hand = usize::try_from((hash * hands as u64) >> 32);
            if let Some(hand) = dealt.get_mut(hand.unwrap_or(0)) {
                hand.push(Hashed(hash << 32 | u64::from(index(number))));
            }
        };
        // A polynomial, so that each text without a character is the sum of its two ends.
        begins.clear();
        let mut whole = 0u64;
        for c in text.chars() {
            begins.push((whole, c));
            whole = whole.wrapping_mul(BASE).wrapping_add(u64::from(c));
        }
        deal(whole);
        let (mut end, mut power) = (0u64, 1u64);
        for (at, (begin, c)) in begins.iter().enumerate().rev() {
            if at < 48 {
                deal(begin.wrapping_mul(power).wrapping_add(end));
            }
            end = end.wrapping_add(u64::from(*c).wrapping_mul(power));
            power = power.wrapping_mul(BASE);
        }
    }
    dealt
}

/// Any large odd number serves; this one is the FNV prime.
const BASE: u64 = 0x100_0000_01b3;

/// The upper half of a hash, stirred.
fn mixed(hash: u64) -> u32 {
    let stirred = (hash ^ (hash >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    u32::try_from(stirred >> 32).unwrap_or(0)
}

/// The names that are this one without its suffix, or with one; `sorted` by their texts.
fn suffixed<'t>(sorted: &[u32], text: impl Fn(&u32) -> &'t str, query: &str) -> Vec<u32> {
    let shorter = query.char_indices().rev().take(SUFFIX).find_map(|(at, _)| {
        let base = query.get(..at)?;
        let known = sorted.binary_search_by(|n| text(n).cmp(base)).ok()?;
        let enough = base.chars().count() >= 3;
        sorted.get(known).filter(|_| enough).copied()
    });
    if let Some(base) = shorter {
        return vec![base];
    }
    let from = sorted.partition_point(|n| text(n) < query);
    let behind = sorted.get(from..).unwrap_or(&[]).iter();
    behind
        .take_while(|n| text(n).starts_with(query))
        .filter(|n| (query.len() + 1..=query.len() + SUFFIX).contains(&text(n).len()))
        .take(FEW)
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{SMALL, nearest, slips};
    use proptest::prelude::*;

    fn one<'t>(pool: &[&'t str], query: &str) -> Vec<&'t str> {
        let found = nearest(pool, &[query]).remove(0);
        found.iter().map(|n| pool[*n as usize]).collect()
    }

    #[test]
    fn small_and_large_pools_agree_on_one_slip() {
        assert_eq!(one(&["KD200A", "ZZ900B"], "KD20A"), ["KD200A"]);
        let many: Vec<String> = (0..1000).map(|i| format!("MODEL{i:04}X")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let near = one(&many, "MODEL0500Y");
        assert!(near.contains(&"MODEL0500X"), "{near:?}");
        assert!(one(&many, "MODEL777X").contains(&"MODEL0777X"));
        assert!(one(&many, "QQQQQQQQQQ").is_empty());
        assert_eq!(one(&many, "MODEL0777XBLUE"), ["MODEL0777X"]);
    }

    proptest! {
        #[test]
        fn slips_are_the_distance(a in "[ab型]{0,8}", b in "[ab型]{0,8}") {
            prop_assert_eq!(slips(&a, &b), strsim::osa_distance(&a, &b));
        }

        #[test]
        fn one_slip_is_found_in_a_large_pool(at in 0usize..12, to in "[A-Z0-9]?") {
            let many: Vec<String> = (0..=SMALL).map(|i| format!("KD{:08}型A", i * 7919)).collect();
            let many: Vec<&str> = many.iter().map(String::as_str).collect();
            let mut query: Vec<String> = many[150].chars().map(String::from).collect();
            query[at] = to;
            let query = query.concat();
            prop_assume!(query != many[150]);
            prop_assert!(one(&many, &query).contains(&many[150]), "{}", query);
        }
    }
}
