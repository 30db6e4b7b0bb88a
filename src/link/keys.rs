//! Look-alike keys of names and numbers: each text is kept once and known by its number.

use crate::normalize::model;
use indexmap::IndexMap;
use indexmap::map::raw_entry_v1::{RawEntryApiV1, RawEntryMut};

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

/// All keys of a folder.
#[derive(Debug, Default)]
pub struct Keys {
    texts: IndexMap<Box<str>, ()>,
}

impl Keys {
    /// The key of a name, a new one where it is met for the first time.
    pub fn key(&mut self, name: &str) -> Key {
        let text = model::key(name);
        if text.is_empty() {
            return Key::NONE;
        }
        let at = match self.texts.raw_entry_mut_v1().from_key(text.as_str()) {
            RawEntryMut::Occupied(known) => known.index(),
            RawEntryMut::Vacant(new) => {
                let at = new.index();
                new.insert(text.into(), ());
                at
            }
        };
        Key(crate::model::grid::index(at + 1))
    }

    /// The key of a name as a document spells it, with a label in front perhaps.
    pub fn model(&mut self, raw: &str, labels: &[String]) -> Key {
        self.key(&model::clean(raw, labels).text)
    }

    /// The key of this text, if any name has it.
    pub fn find(&self, text: &str) -> Key {
        let at = self.texts.get_index_of(text);
        at.map_or(Key::NONE, |at| Key(crate::model::grid::index(at + 1)))
    }

    pub fn text(&self, key: Key) -> &str {
        let at = (key.0 as usize).checked_sub(1);
        at.and_then(|at| self.texts.get_index(at))
            .map_or("", |(text, ())| text)
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
        let behind = self.keys.get(from..).unwrap_or(&[]);
        let count = behind.iter().take_while(|k| **k == key).count();
        self.entries.get(from..from + count).unwrap_or(&[])
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
