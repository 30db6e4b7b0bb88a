//! Our own YAML (kinds, words, packs, configuration) as it was written: every key and value keeps
//! its file, line and column, and text is never re-typed (`1.10`, `0510210600`, `no` stay text).

use super::fault::{At, LoadError, Source};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};
use std::sync::Arc;

/// Where an event stands.
fn spanned(source: &Arc<Source>, span: &Span) -> At {
    let length = if span.start.line() == span.end.line() {
        span.end.col().saturating_sub(span.start.col())
    } else {
        1
    };
    marked(source, &span.start, length)
}

fn marked(source: &Arc<Source>, marker: &Marker, length: usize) -> At {
    source.at(marker.line()).from(marker.col() + 1, length)
}

/// A value as written.
#[derive(Clone, Debug)]
pub struct Written {
    pub at: At,
    pub is: Is,
}

#[derive(Clone, Debug)]
pub enum Is {
    Text {
        text: String,
        /// Without quotes.
        plain: bool,
    },
    List(Vec<Written>),
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    pub key: String,
    pub key_at: At,
    pub value: Written,
}

impl Written {
    /// Nothing at all: an empty file, a key without a value.
    fn nothing(at: At) -> Written {
        let text = String::new();
        let is = Is::Text { text, plain: true };
        Written { at, is }
    }

    /// The value alone under a key.
    pub fn under(&self, key: &str) -> Written {
        let entry = Entry {
            key: key.to_string(),
            key_at: self.at.clone(),
            value: self.clone(),
        };
        Written {
            at: self.at.clone(),
            is: Is::Map(vec![entry]),
        }
    }

    pub fn get(&self, key: &str) -> Option<&Written> {
        self.entries()
            .iter()
            .find(|e| e.key == key)
            .map(|e| &e.value)
    }

    pub fn entry_mut(&mut self, key: &str) -> Option<&mut Written> {
        match &mut self.is {
            Is::Map(entries) => entries.iter_mut().find(|e| e.key == key),
            _ => None,
        }
        .map(|e| &mut e.value)
    }

    pub fn text(&self) -> Option<&str> {
        match &self.is {
            Is::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    pub fn items(&self) -> &[Written] {
        match &self.is {
            Is::List(items) => items,
            _ => &[],
        }
    }

    pub fn entries(&self) -> &[Entry] {
        match &self.is {
            Is::Map(entries) => entries,
            _ => &[],
        }
    }

    /// `null`, `~` or nothing, without quotes.
    pub fn is_null(&self) -> bool {
        match &self.is {
            Is::Text { text, plain } => *plain && matches!(text.as_str(), "" | "~" | "null"),
            _ => false,
        }
    }

    /// The first text below that is the one looked for, else the value itself.
    pub fn find_text(&self, text: &str) -> &Written {
        fn search<'w>(at: &'w Written, text: &str) -> Option<&'w Written> {
            match &at.is {
                Is::Text { text: found, .. } => (found == text).then_some(at),
                Is::List(items) => items.iter().find_map(|i| search(i, text)),
                Is::Map(entries) => entries.iter().find_map(|e| search(&e.value, text)),
            }
        }
        search(self, text).unwrap_or(self)
    }

    fn step(&self, step: &str) -> Option<&Written> {
        match &self.is {
            Is::Map(_) => self.get(step),
            Is::List(items) => step.parse::<usize>().ok().and_then(|i| items.get(i)),
            Is::Text { .. } => None,
        }
    }

    /// The value at a path of keys and 0-based numbers.
    pub fn find(&self, path: &[&str]) -> Option<&Written> {
        path.iter().try_fold(self, |at, step| at.step(step))
    }

    /// The value at a path, or the nearest one above it.
    pub fn near(&self, path: &[&str]) -> &Written {
        let next = path
            .split_first()
            .and_then(|(step, rest)| Some((self.step(step)?, rest)));
        next.map_or(self, |(next, rest)| next.near(rest))
    }

    /// The items of the list at a path; none when there is none.
    pub fn items_at(&self, path: &[&str]) -> &[Written] {
        self.find(path).map_or(&[], Written::items)
    }

    /// The entries of the mapping at a path; none when there is none.
    pub fn entries_at(&self, path: &[&str]) -> &[Entry] {
        self.find(path).map_or(&[], Written::entries)
    }
}

/// The largest rules or configuration file, its depth and its values.
const MOST: usize = 4 << 20;
const DEPTH: usize = 32;
const VALUES: usize = 400_000;
/// With more mistakes than this the rest is not looked at.
const MISTAKES: usize = 1_000;

/// Reads a YAML file whole: one document, no aliases, no key twice.
///
/// # Errors
/// All that is wrong, with line and column. What is no YAML at all ends the reading.
pub fn parse(name: &str, text: &str) -> Result<Written, Vec<LoadError>> {
    if text.len() > MOST {
        return Err(vec![LoadError::of_file(name, "larger than 4 MiB")]);
    }
    let source = Source::new(name, text);
    let mut errors = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut whole: Option<Written> = None;
    let mut count = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(e) => {
                let at = marked(&source, e.marker(), 1);
                // At the end of the file the mistake is where something was opened and not closed.
                let ended = at.line > text.trim_end().lines().count();
                let at = open
                    .last()
                    .filter(|_| ended)
                    .map_or(at, |o| o.value.at.clone());
                errors.push(at.error(format!("not YAML: {}", e.info())));
                return Err(errors);
            }
        };
        let at = spanned(&source, &span);
        count += 1;
        if count > VALUES || open.len() > DEPTH {
            errors.push(at.error("too many or too deeply nested values"));
            return Err(errors);
        }
        if decorated(&event) {
            let what = "anchors, aliases and tags are not used in rules";
            errors.push(at.error(what));
        }
        if errors.len() > MISTAKES {
            return Err(errors);
        }
        let done = match event {
            Event::Scalar(text, style, ..) => Some(Written {
                at,
                is: Is::Text {
                    text: text.into_owned(),
                    plain: style == ScalarStyle::Plain,
                },
            }),
            Event::Alias(_) => Some(Written::nothing(at)),
            Event::MappingStart(..) => {
                open.push(Open::new(at, Is::Map(Vec::new())));
                None
            }
            Event::SequenceStart(..) => {
                open.push(Open::new(at, Is::List(Vec::new())));
                None
            }
            Event::MappingEnd | Event::SequenceEnd => open.pop().map(|open| open.value),
            Event::DocumentStart(_) if whole.is_some() => {
                errors.push(at.error("a second document begins; a file holds one"));
                return Err(errors);
            }
            _ => None,
        };
        let Some(done) = done else { continue };
        match open.last_mut() {
            Some(parent) => parent.take(done, &mut errors),
            None => whole = Some(done),
        }
    }
    if errors.is_empty() {
        let start = source.at(1);
        Ok(whole.unwrap_or_else(|| Written::nothing(start)))
    } else {
        Err(errors)
    }
}

/// Reads a comma, semicolon or tab separated table as a list of mappings: keys are its headings, in
/// the other language too; empty cells are not there.
///
/// # Errors
/// Rows with more cells than headings, with their line.
pub fn parse_table(
    name: &str,
    text: &str,
    headings: &[(&str, &str)],
) -> Result<Written, Vec<LoadError>> {
    let text = text.trim_start_matches('\u{feff}');
    let source = Source::new(name, text);
    let head = text.lines().next().unwrap_or("");
    let count = |c: u8| head.bytes().filter(|b| *b == c).count();
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|d| (count(*d), *d == b','));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    // Where a cell stands, looked for behind the one before it: byte and character of its end.
    let at = |line: usize, cell: &str, behind: &mut (usize, usize)| {
        let rest = source.line(line).get(behind.0..).unwrap_or("");
        let before = rest.find(cell).and_then(|byte| rest.get(..byte));
        let length = cell.chars().count();
        let column = before.map_or(0, |b| behind.1 + b.chars().count());
        if let Some(before) = before {
            *behind = (behind.0 + before.len() + cell.len(), column + length);
        }
        source.at(line).from(column + 1, length.max(1))
    };
    let mut keys: Option<Vec<(String, At)>> = None;
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let Ok(record) = record else { continue };
        // A record may begin with the line feed that ends the one before it.
        let byte = record
            .position()
            .map_or(0, |p| usize::try_from(p.byte()).unwrap_or(0));
        let rest = text.get(byte..).unwrap_or("");
        let breaks = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let line = source.line_of(byte + breaks);
        let Some(keys) = &keys else {
            let mut behind = (0, 0);
            let key = |cell: &str| {
                let cell = cell.trim();
                let known = headings.iter().find(|(heading, _)| *heading == cell);
                let key = known.map_or(cell, |(_, key)| key);
                (key.to_string(), at(1, cell, &mut behind))
            };
            keys = Some(record.iter().map(key).collect());
            continue;
        };
        let (mut entries, mut behind) = (Vec::new(), (0, 0));
        for (number, cell) in record.iter().enumerate() {
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            let cell_at = at(line, cell, &mut behind);
            match keys.get(number) {
                Some((key, key_at)) => entries.push(Entry {
                    key: key.clone(),
                    key_at: key_at.clone(),
                    value: Written {
                        at: cell_at,
                        is: Is::Text {
                            text: cell.to_string(),
                            plain: true,
                        },
                    },
                }),
                None => errors.push(cell_at.error("this cell stands under no heading")),
            }
        }
        if errors.len() > MISTAKES {
            return Err(errors);
        }
        rows.push(Written {
            at: source.at(line),
            is: Is::Map(entries),
        });
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Written {
        at: source.at(1),
        is: Is::List(rows),
    })
}

/// An anchor, an alias or a tag: they multiply values or change their type.
fn decorated(event: &Event<'_>) -> bool {
    match event {
        Event::Alias(_) => true,
        Event::Scalar(_, _, anchor, tag) => *anchor > 0 || tag.is_some(),
        Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
            *anchor > 0 || tag.is_some()
        }
        _ => false,
    }
}

/// A list or mapping that is still read, with the key that waits for its value.
struct Open {
    value: Written,
    key: Option<(String, At)>,
    keys: std::collections::BTreeMap<String, usize>,
}

impl Open {
    fn new(at: At, is: Is) -> Open {
        Open {
            value: Written { at, is },
            key: None,
            keys: Default::default(),
        }
    }

    fn take(&mut self, done: Written, errors: &mut Vec<LoadError>) {
        match &mut self.value.is {
            Is::List(items) => items.push(done),
            Is::Map(entries) => match self.key.take() {
                None => {
                    let key = done.text().map(str::to_string);
                    let key = key.unwrap_or_else(|| {
                        errors.push(done.at.error("a key is a word, not a list or mapping"));
                        String::new()
                    });
                    if let Some(line) = self.keys.insert(key.clone(), done.at.line) {
                        let what = format!("the key `{key}` stands twice, first in line {line}");
                        errors.push(done.at.error(what));
                    }
                    self.key = Some((key, done.at));
                }
                Some((key, key_at)) => entries.push(Entry {
                    key,
                    key_at,
                    value: done,
                }),
            },
            Is::Text { .. } => {}
        }
    }
}
