//! Parameters of a pack: what a user may replace without touching a rule.

use crate::model::Say;
use crate::normalize::words::WordFinder;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A place (port, terminal, customs office, country): its name, its spellings, its codes.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PortName {
    pub name: Say,
    /// Spellings, matched as words.
    pub words: Vec<String>,
    /// Customs office codes, matched as whole numbers.
    #[serde(default)]
    pub codes: Vec<String>,
}

/// A topic a report must cover by an item of its own.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemTopic {
    pub key: String,
    pub name: Say,
    /// Words that name the topic in an item, matched as words.
    pub words: Vec<String>,
    /// Clause numbers that name it.
    #[serde(default)]
    pub clauses: Vec<String>,
    /// Words that make an item one of this topic's parts only, not the topic.
    #[serde(default)]
    pub not: Vec<String>,
    /// Kinds of goods it is required for; empty means all.
    #[serde(default)]
    pub goods: Vec<String>,
}

/// A kind of goods a lane knows.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Goods {
    pub key: String,
    pub name: Say,
    /// Whether the lane takes it; a known kind may be expressly not announced.
    #[serde(default = "yes")]
    pub covered: bool,
    /// Prefixes that select a line by themselves.
    #[serde(default)]
    pub hs: Vec<String>,
    /// Further prefixes that fit the goods but are too broad to select a line.
    #[serde(default)]
    pub hs_also: Vec<String>,
    pub words: Vec<String>,
    /// Further words that fit the goods but are too broad to name them.
    #[serde(default)]
    pub words_also: Vec<String>,
    /// Kinds of documents the policy for these goods names.
    #[serde(default)]
    pub documents: Vec<String>,
}

fn yes() -> bool {
    true
}

/// What goods for some destinations need besides.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DestinationNote {
    /// Codes of countries or of a group of them (`EU`); empty: all others.
    #[serde(default)]
    pub countries: Vec<String>,
    pub note: Say,
}

/// One parameter; exactly one of its values is given.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// What it is for, where it comes from.
    #[serde(default)]
    pub note: Option<Say>,
    pub text: Option<String>,
    pub list: Option<Vec<String>>,
    pub ports: Option<Vec<PortName>>,
    pub items: Option<Vec<ItemTopic>>,
    pub goods: Option<Vec<Goods>>,
    pub notes: Option<Vec<DestinationNote>>,
    /// Values it takes later, oldest first.
    #[serde(default)]
    pub later: Vec<Later>,
}

/// The value of a parameter from a day on.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Later {
    /// The first day it holds.
    #[schemars(extend("format" = "date"))]
    pub from: String,
    pub text: Option<String>,
    pub list: Option<Vec<String>>,
    pub ports: Option<Vec<PortName>>,
    pub items: Option<Vec<ItemTopic>>,
    pub goods: Option<Vec<Goods>>,
    pub notes: Option<Vec<DestinationNote>>,
}

impl Parameter {
    /// The parameter as it is on a day.
    pub fn on(&self, day: Date) -> Parameter {
        let begun = |l: &&Later| l.from.parse::<Date>().is_ok_and(|from| from <= day);
        let Some(later) = self.later.iter().rfind(begun) else {
            return self.clone();
        };
        Parameter {
            note: self.note.clone(),
            text: later.text.clone(),
            list: later.list.clone(),
            ports: later.ports.clone(),
            items: later.items.clone(),
            goods: later.goods.clone(),
            notes: later.notes.clone(),
            later: Vec::new(),
        }
    }
}

/// The parameters in force, by name, with a finder for the words of each.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    values: BTreeMap<String, Entry>,
    none: WordFinder,
}

#[derive(Clone, Debug)]
struct Entry {
    parameter: Parameter,
    /// The words of a list; of ports, items and goods with their number as owner.
    words: WordFinder,
    /// The excluding words of items.
    not: WordFinder,
}

impl Entry {
    fn new(parameter: Parameter) -> Entry {
        let mut pairs: Vec<(u16, &str)> = Vec::new();
        let mut not: Vec<(u16, &str)> = Vec::new();
        let number = |i: usize| u16::try_from(i).unwrap_or(u16::MAX);
        for word in parameter.list.iter().flatten() {
            pairs.push((0, word));
        }
        for (i, port) in parameter.ports.iter().flatten().enumerate() {
            pairs.extend(port.words.iter().map(|w| (number(i), w.as_str())));
        }
        for (i, item) in parameter.items.iter().flatten().enumerate() {
            pairs.extend(item.words.iter().map(|w| (number(i), w.as_str())));
            not.extend(item.not.iter().map(|w| (number(i), w.as_str())));
        }
        for (i, goods) in parameter.goods.iter().flatten().enumerate() {
            pairs.extend(goods.words.iter().map(|w| (number(i), w.as_str())));
        }
        let words = WordFinder::owned(pairs.into_iter());
        let not = WordFinder::owned(not.into_iter());
        Entry {
            parameter,
            words,
            not,
        }
    }
}

impl Parameters {
    pub fn new(values: BTreeMap<String, Parameter>) -> Parameters {
        Parameters {
            values: values
                .into_iter()
                .map(|(name, parameter)| (name, Entry::new(parameter)))
                .collect(),
            none: WordFinder::default(),
        }
    }

    fn get(&self, name: &str) -> Option<&Parameter> {
        self.values.get(name).map(|e| &e.parameter)
    }

    pub fn text(&self, name: &str) -> &str {
        self.get(name).and_then(|p| p.text.as_deref()).unwrap_or("")
    }

    /// The words of a parameter, to look for.
    pub fn words(&self, name: &str) -> &WordFinder {
        self.values.get(name).map_or(&self.none, |e| &e.words)
    }

    /// The words that exclude an item.
    pub fn excluding(&self, name: &str) -> &WordFinder {
        self.values.get(name).map_or(&self.none, |e| &e.not)
    }

    pub fn list(&self, name: &str) -> &[String] {
        self.get(name)
            .and_then(|p| p.list.as_deref())
            .unwrap_or(&[])
    }

    pub fn ports(&self, name: &str) -> &[PortName] {
        self.get(name)
            .and_then(|p| p.ports.as_deref())
            .unwrap_or(&[])
    }

    pub fn notes(&self, name: &str) -> &[DestinationNote] {
        self.get(name)
            .and_then(|p| p.notes.as_deref())
            .unwrap_or(&[])
    }

    pub fn items(&self, name: &str) -> &[ItemTopic] {
        self.get(name)
            .and_then(|p| p.items.as_deref())
            .unwrap_or(&[])
    }

    pub fn goods(&self, name: &str) -> &[Goods] {
        self.get(name)
            .and_then(|p| p.goods.as_deref())
            .unwrap_or(&[])
    }
}
