//! Look-alike keys of names and numbers: each text is kept once and known by its number.

use crate::model::work;
use crate::normalize::model;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::hash::{BuildHasher, RandomState};

/// The look-alike key of a name. Spellings that may mean the same have one key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u32);

impl Key {
    /// No name, or one without a letter or digit: it is never the key of another.
    pub const NONE: Key = Key(0);

    pub fn is_none(self) -> bool {
        self == Key::NONE
    }
}

/// Texts in the order they were met, each kept once: one after the other in one string, found by
/// their hash.
#[derive(Debug, Default)]
pub struct Texts {
    all: String,
    ends: Vec<usize>,
    numbers: HashTable<u32>,
    hasher: RandomState,
}

impl Texts {
    /// With room for so many.
    pub fn of(count: usize) -> Texts {
        Texts {
            numbers: HashTable::with_capacity(count),
            ..Texts::default()
        }
    }

    /// The number of a text, a new one where it is met for the first time.
    pub fn number(&mut self, text: &str) -> u32 {
        let new = crate::model::grid::index(self.ends.len());
        let (all, ends, hasher) = (&self.all, &self.ends, &self.hasher);
        let hash = |number: &u32| hasher.hash_one(slice(all, ends, *number));
        let is_it = |number: &u32| slice(all, ends, *number) == text;
        match self.numbers.entry(hasher.hash_one(text), is_it, hash) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(place) => {
                place.insert(new);
                self.all.push_str(text);
                self.ends.push(self.all.len());
                new
            }
        }
    }

    pub fn find(&self, text: &str) -> Option<u32> {
        let is_it = |number: &u32| self.text(*number) == text;
        let found = self.numbers.find(self.hasher.hash_one(text), is_it);
        found.copied()
    }

    pub fn text(&self, number: u32) -> &str {
        slice(&self.all, &self.ends, number)
    }
}

fn slice<'t>(all: &'t str, ends: &[usize], number: u32) -> &'t str {
    let number = number as usize;
    let start = number.checked_sub(1).and_then(|n| ends.get(n));
    let range = start.copied().unwrap_or(0)..ends.get(number).copied().unwrap_or(0);
    all.get(range).unwrap_or("")
}

/// All keys of a folder.
#[derive(Debug, Default)]
pub struct Keys {
    texts: Texts,
}

impl Keys {
    /// With room for so many.
    pub fn of(count: usize) -> Keys {
        Keys {
            texts: Texts::of(count),
        }
    }

    /// The key of a name, a new one where it is met for the first time.
    pub fn key(&mut self, name: &str) -> Key {
        let text = model::key(name);
        if text.is_empty() {
            return Key::NONE;
        }
        Key(self.texts.number(&text).saturating_add(1))
    }

    /// The key of a name as a document spells it, with a label in front perhaps.
    pub fn model(&mut self, raw: &str, labels: &[String]) -> Key {
        self.key(&model::clean(raw, labels).text)
    }

    /// The key of this text, if any name has it.
    pub fn find(&self, text: &str) -> Key {
        let found = self.texts.find(text);
        found.map_or(Key::NONE, |number| Key(number.saturating_add(1)))
    }

    pub fn text(&self, key: Key) -> &str {
        let number = key.0.checked_sub(1);
        number.map_or("", |number| self.texts.text(number))
    }
}

/// What stands under each key, in order.
#[derive(Debug)]
pub struct Index<T> {
    keys: Vec<Key>,
    entries: Vec<T>,
}

impl<T> Default for Index<T> {
    fn default() -> Index<T> {
        Index {
            keys: Vec::new(),
            entries: Vec::new(),
        }
    }
}

impl<T: Copy + Ord> Index<T> {
    /// Entries without a key are left out.
    pub fn new(pairs: impl Iterator<Item = (Key, T)>) -> Index<T> {
        let mut pairs: Vec<(Key, T)> = pairs.filter(|(key, _)| !key.is_none()).collect();
        pairs.sort_unstable();
        let (keys, entries) = pairs.into_iter().unzip();
        Index { keys, entries }
    }

    pub fn get(&self, key: Key) -> &[T] {
        let from = self.keys.partition_point(|k| *k < key);
        let to = self.keys.partition_point(|k| *k <= key);
        work::steps(1);
        self.entries.get(from..to).unwrap_or(&[])
    }

    /// The keys, each once, in order.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        let same = self.keys.chunk_by(|a, b| a == b);
        same.filter_map(|keys| keys.first().copied())
    }

    /// How many entries there are in all.
    pub fn count(&self) -> usize {
        self.entries.len()
    }
}

impl<T: Copy + Ord> FromIterator<(Key, T)> for Index<T> {
    fn from_iter<I: IntoIterator<Item = (Key, T)>>(pairs: I) -> Index<T> {
        Index::new(pairs.into_iter())
    }
}
