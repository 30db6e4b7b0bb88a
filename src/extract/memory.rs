//! What was made of a text before: papers of a run say the same.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// So many texts are remembered.
const REMEMBERED: usize = 5000;
/// Longer texts say it once.
pub const LONGEST: usize = 160;

/// What was made of texts, shared by the threads of a run; bounded.
#[derive(Debug)]
pub struct Memory<V>(RwLock<HashMap<String, V>>);

impl<V> Default for Memory<V> {
    fn default() -> Self {
        Memory(RwLock::default())
    }
}

/// A copy begins anew: what it is for may change.
impl<V> Clone for Memory<V> {
    fn clone(&self) -> Self {
        Memory::default()
    }
}

impl<V: Clone> Memory<V> {
    /// What a text was read as before, or what is made of it now.
    pub fn of(&self, text: &str, make: impl FnOnce() -> V) -> V {
        if text.len() > LONGEST {
            return make();
        }
        let seen = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = seen.get(text) {
            return known.clone();
        }
        drop(seen);
        let made = make();
        let mut seen = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if seen.len() < REMEMBERED {
            seen.insert(text.to_string(), made.clone());
        }
        made
    }

    /// Forgets all: what texts mean has changed.
    pub fn clear(&mut self) {
        let seen = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        seen.clear();
    }
}
