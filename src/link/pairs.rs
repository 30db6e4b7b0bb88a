//! Two lists of names paired: what is the same in some grade, then leftovers with leftovers.

use super::nearest::nearest;
use crate::model::{Grade, Say, Words};
use crate::normalize::compare::{Compared, shape_key};
use crate::normalize::normal::{Type, compare};
use crate::normalize::{company, model};
use std::collections::HashMap;

/// A name of the first list, of the second, or both with their grade.
#[derive(Clone, Debug)]
pub struct Pair {
    pub a: Option<usize>,
    pub b: Option<usize>,
    pub compared: Compared,
}

/// Up to this many comparisons every leftover is compared with every other.
const FEW: usize = 20_000;

/// Pairs two lists of distinct names. Several names may find one and the same; a near partner is
/// given once, to the nearest. `joined` says why two names are one, if the user joined them.
pub fn pair(
    kind: Type,
    a: &[String],
    b: &[String],
    words: &Words,
    joined: impl Fn(&str, &str) -> Option<Say>,
) -> Vec<Pair> {
    let grade = |x: &str, y: &str| compare(kind, x, y, words, joined(x, y));
    let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
    for (i, name) in b.iter().enumerate() {
        by_key.entry(key(kind, name, words)).or_default().push(i);
    }
    let mut pairs: Vec<Option<Pair>> = vec![None; a.len()];
    let mut taken = vec![false; b.len()];
    for (i, name) in a.iter().enumerate() {
        let found = by_key
            .get(&key(kind, name, words))
            .map_or(&[][..], Vec::as_slice);
        let best = found
            .iter()
            .filter_map(|j| Some((*j, grade(name, b.get(*j)?))))
            .min_by_key(|(_, c)| c.grade)
            .filter(|(_, c)| c.grade < Grade::Different)
            .or_else(|| {
                let is_joined = |j: &usize| b.get(*j).is_some_and(|n| joined(name, n).is_some());
                let j = (0..b.len()).find(is_joined)?;
                Some((j, grade(name, b.get(j)?)))
            });
        if let (Some((j, compared)), Some(slot)) = (best, pairs.get_mut(i)) {
            if let Some(taken) = taken.get_mut(j) {
                *taken = true;
            }
            *slot = Some(Pair {
                a: Some(i),
                b: Some(j),
                compared,
            });
        }
    }
    leftovers(kind, a, b, words, &mut pairs, &mut taken);
    let alone = |en: &str, zh: &str| Compared {
        grade: Grade::Different,
        reason: Say::new(en, zh),
    };
    let mut all: Vec<Pair> = pairs
        .into_iter()
        .enumerate()
        .map(|(i, pair)| {
            pair.unwrap_or_else(|| Pair {
                a: Some(i),
                b: None,
                compared: alone(
                    "nothing in the other file comes near",
                    "另一文件中没有相近的名称",
                ),
            })
        })
        .collect();
    let rest = taken.iter().enumerate().filter(|(_, t)| !**t);
    all.extend(rest.map(|(j, _)| Pair {
        a: None,
        b: Some(j),
        compared: alone("only in the second file", "只在第二个文件中"),
    }));
    all
}

/// Under which spellings that may be one name meet.
fn key(kind: Type, name: &str, words: &Words) -> String {
    match kind {
        Type::Company => company::parts(name, words).key(),
        _ => model::key(&model::clean(name, &words.model_labels).text),
    }
}

/// Near partners among what is left on both sides, the nearest first.
fn leftovers(
    kind: Type,
    a: &[String],
    b: &[String],
    words: &Words,
    pairs: &mut [Option<Pair>],
    taken: &mut [bool],
) {
    let left_a: Vec<usize> = (0..a.len())
        .filter(|i| pairs.get(*i).is_some_and(Option::is_none))
        .collect();
    let left_b: Vec<usize> = (0..b.len())
        .filter(|j| taken.get(*j) == Some(&false))
        .collect();
    let shape = |name: &str| match kind {
        Type::Company => shape_key(&company::parts(name, words).core),
        _ => shape_key(&model::clean(name, &words.model_labels).text),
    };
    let few = left_a.len().saturating_mul(left_b.len()) <= FEW;
    let mut by_shape: HashMap<String, Vec<usize>> = HashMap::new();
    for &j in &left_b {
        let name = b.get(j).map_or("", String::as_str);
        by_shape.entry(shape(name)).or_default().push(j);
    }
    let own: Vec<String> = left_a
        .iter()
        .map(|i| shape(a.get(*i).map_or("", String::as_str)))
        .collect();
    let mut shapes: Vec<&str> = by_shape.keys().map(String::as_str).collect();
    shapes.sort_unstable();
    let asked: Vec<&str> = own.iter().filter(|_| !few).map(String::as_str).collect();
    let mut near = nearest(&shapes, &asked).into_iter();
    let mut found: Vec<(usize, usize, usize, Compared)> = Vec::new();
    for (&i, own) in left_a.iter().zip(&own) {
        let Some(name) = a.get(i) else { continue };
        let candidates: Vec<usize> = if few {
            left_b.clone()
        } else {
            let near = near.next().unwrap_or_default().into_iter();
            let near = near.filter_map(|n| shapes.get(n as usize).copied());
            near.chain([own.as_str()])
                .filter_map(|k| by_shape.get(k))
                .flatten()
                .copied()
                .collect()
        };
        for j in candidates {
            let Some(other) = b.get(j) else { continue };
            let compared = compare(kind, name, other, words, None);
            if compared.grade < Grade::Different {
                let distance = strsim::osa_distance(own, &shape(other));
                found.push((distance, i, j, compared));
            }
        }
    }
    found.sort_by_key(|(distance, i, j, c)| (c.grade, *distance, *i, *j));
    for (_, i, j, compared) in found {
        let (Some(slot), Some(free)) = (pairs.get_mut(i), taken.get_mut(j)) else {
            continue;
        };
        if slot.is_none() && !*free {
            *free = true;
            *slot = Some(Pair {
                a: Some(i),
                b: Some(j),
                compared,
            });
        }
    }
}
