//! Parameters of a pack: what a user may replace without touching a rule.

use crate::model::Say;
use crate::normalize::words::WordFinder;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An entry of a dated list (`rules/lists`) by its id, or one written out.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub enum Named<T> {
    /// The id of a row of the list, or `all`.
    Listed(String),
    Own(T),
}

impl<T> Named<T> {
    pub fn own(&self) -> Option<&T> {
        match self {
            Named::Listed(_) => None,
            Named::Own(own) => Some(own),
        }
    }
}

/// A place (port, terminal, customs office): its name, its spellings, its codes.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PortName {
    pub name: Say,
    /// Spellings, matched as words.
    pub words: Vec<String>,
    /// Customs office codes, matched as whole numbers.
    #[serde(default)]
    pub codes: Vec<String>,
    /// The larger port it is one of, by the list.
    #[serde(skip)]
    pub part_of: Option<Say>,
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
    /// Prefixes that hold nothing but these goods: such a code needs no word for them.
    #[serde(default)]
    pub hs_whole: Vec<String>,
    /// Further prefixes that fit the goods but are too broad to select a line.
    #[serde(default)]
    pub hs_also: Vec<String>,
    #[serde(default)]
    pub words: Vec<String>,
    /// Headings of the list of headings whose words name these goods too.
    #[serde(default)]
    pub headings: Vec<String>,
    /// Longer words inside which those do not name these goods: “食品级” is no food.
    #[serde(default)]
    pub not: Vec<String>,
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
    /// Ports, written out or by their ids in the list of ports.
    pub ports: Option<Vec<Named<PortName>>>,
    /// Codes of countries of the list, or of a group of them (`EU`).
    pub countries: Option<Vec<String>>,
    pub items: Option<Vec<ItemTopic>>,
    pub goods: Option<Vec<Named<Goods>>>,
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
    /// Ports, written out or by their ids in the list of ports.
    pub ports: Option<Vec<Named<PortName>>>,
    /// Codes of countries of the list, or of a group of them (`EU`).
    pub countries: Option<Vec<String>>,
    pub items: Option<Vec<ItemTopic>>,
    pub goods: Option<Vec<Named<Goods>>>,
    pub notes: Option<Vec<DestinationNote>>,
}

impl Parameter {
    /// The goods it holds.
    pub fn goods(&self) -> impl Iterator<Item = &Goods> {
        self.goods.iter().flatten().filter_map(Named::own)
    }

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
            countries: later.countries.clone(),
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
    values: BTreeMap<String, Arc<Entry>>,
    none: WordFinder,
}

#[derive(Clone, Debug)]
struct Entry {
    parameter: Parameter,
    ports: Vec<PortName>,
    goods: Vec<Goods>,
    /// The words of a list; of ports, items and goods with their number as owner.
    words: WordFinder,
    /// The excluding words of items and goods.
    not: WordFinder,
}

impl Entry {
    fn new(parameter: Parameter) -> Entry {
        let ports = parameter.ports.iter().flatten().filter_map(Named::own);
        let ports: Vec<PortName> = ports.cloned().collect();
        let all: Vec<Goods> = parameter.goods().cloned().collect();
        let mut pairs: Vec<(u16, &str)> = Vec::new();
        let mut not: Vec<(u16, &str)> = Vec::new();
        let number = |i: usize| u16::try_from(i).unwrap_or(u16::MAX);
        for word in parameter.list.iter().flatten() {
            pairs.push((0, word));
        }
        for (i, port) in ports.iter().enumerate() {
            pairs.extend(port.words.iter().map(|w| (number(i), w.as_str())));
        }
        for (i, item) in parameter.items.iter().flatten().enumerate() {
            pairs.extend(item.words.iter().map(|w| (number(i), w.as_str())));
            not.extend(item.not.iter().map(|w| (number(i), w.as_str())));
        }
        for (i, goods) in all.iter().enumerate() {
            pairs.extend(goods.words.iter().map(|w| (number(i), w.as_str())));
            not.extend(goods.not.iter().map(|w| (number(i), w.as_str())));
        }
        let words = WordFinder::owned(pairs.into_iter());
        let not = WordFinder::owned(not.into_iter());
        Entry {
            parameter,
            ports,
            goods: all,
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
                .map(|(name, parameter)| (name, Arc::new(Entry::new(parameter))))
                .collect(),
            none: WordFinder::default(),
        }
    }

    /// These parameters with some put in (or replaced).
    pub fn with(&self, more: impl IntoIterator<Item = (&'static str, Parameter)>) -> Parameters {
        let mut all = self.clone();
        for (name, parameter) in more {
            let entry = Arc::new(Entry::new(parameter));
            all.values.insert(name.to_string(), entry);
        }
        all
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

    /// The words that exclude an item or goods.
    pub fn excluding(&self, name: &str) -> &WordFinder {
        self.values.get(name).map_or(&self.none, |e| &e.not)
    }

    pub fn list(&self, name: &str) -> &[String] {
        self.get(name)
            .and_then(|p| p.list.as_deref())
            .unwrap_or(&[])
    }

    pub fn ports(&self, name: &str) -> &[PortName] {
        self.values.get(name).map_or(&[], |e| &e.ports)
    }

    pub fn countries(&self, name: &str) -> &[String] {
        self.get(name)
            .and_then(|p| p.countries.as_deref())
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
        self.values.get(name).map_or(&[], |e| &e.goods)
    }
}
