//! Why an outcome is what it is: a reason by its id, and the words its sentence is filled with. The
//! sentences themselves are data (`rules/wording.yaml`).

use crate::model::{Say, UNCONFIRMED};
use jiff::civil::Date;

/// The reasons any check may give, or the program itself.
pub const COMMON: &str = "another-subject base-not-supplied carton-in-other-folder counted-over depends-on-goods \
    entries-contradict further-cartons label-not-understood may-be-unread may-stand-in-picture not-a-date \
    program-broke read-in-part recognised-alike recognised-others recognised-paper \
    recognised-probability recognised-probable recognised-unconfirmed said-twice status-not-in-force status-unread two-days \
    year-of-two-digits";

/// A reason with its words; further reasons say what else is to be known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    pub reason: &'static str,
    words: Vec<(&'static str, Filler)>,
    also: Vec<Why>,
}

/// What stands in a sentence in the place of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filler {
    Said(Say),
    /// The name of a field or a thing, worded where sentences are.
    Term(String),
}

/// The name of a field or a thing, to be worded.
pub fn term(name: impl Into<String>) -> Filler {
    Filler::Term(name.into())
}

impl Why {
    pub fn new(reason: &'static str) -> Why {
        Why {
            reason,
            words: Vec::new(),
            also: Vec::new(),
        }
    }

    /// With the word that takes the place of a name in braces.
    pub fn word(mut self, name: &'static str, word: Filler) -> Why {
        self.words.push((name, word));
        self
    }

    /// With a reason said after this one; its remedy, if it has one, is the surer one.
    pub fn also(mut self, why: Why) -> Why {
        self.also.push(why);
        self
    }

    /// Whether it is that nobody has confirmed what was read from a picture.
    pub fn awaits_confirmation(&self) -> bool {
        UNCONFIRMED.contains(&self.reason)
    }

    /// The reason and those said after it, in order.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Why> {
        std::iter::once(self).chain(&self.also)
    }

    /// The word a name stands for.
    pub fn get(&self, name: &str) -> Option<&Filler> {
        let mut words = self.words.iter();
        words.find(|(n, _)| *n == name).map(|(_, word)| word)
    }
}

/// What may take the place of a name in a sentence.
pub trait Word {
    fn word(&self) -> Filler;
}

impl Word for Say {
    fn word(&self) -> Filler {
        Filler::Said(self.clone())
    }
}

impl Word for Filler {
    fn word(&self) -> Filler {
        self.clone()
    }
}

impl<T: Word + ?Sized> Word for &T {
    fn word(&self) -> Filler {
        (**self).word()
    }
}

macro_rules! shown_alike {
    ($($kind:ty),*) => {
        $(impl Word for $kind {
            fn word(&self) -> Filler {
                Filler::Said(Say::same(self.to_string()))
            }
        })*
    };
}
shown_alike!(str, String, char, usize, u32, u64, i64, Date);

/// A reason with its words: `why!("not-packed"; model, list = name)`.
macro_rules! why {
    ($reason:literal $(; $($name:ident $(= $word:expr)?),+)?) => {
        $crate::facts::Why::new($reason)
            $($(.word(stringify!($name), $crate::facts::why::Word::word(&why!(@ $name $($word)?))))+)?
    };
    (@ $name:ident) => { $name };
    (@ $name:ident $word:expr) => { $word };
}
pub(crate) use why;
