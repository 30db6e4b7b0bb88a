//! Our own YAML (kinds, words, packs, configuration) as it was written: every key and value keeps
//! its file, line and column, and text is never re-typed (`1.10`, `0510210600`, `no` stay text).

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};
use std::sync::Arc;

/// Why a rules or configuration file cannot be used, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    pub file: String,
    /// 1-based; 0 when the place is not known.
    pub line: usize,
    pub column: usize,
    pub what: String,
    /// The line it stands on, and how many of its characters are meant.
    pub frame: String,
    pub length: usize,
}

impl LoadError {
    /// An error of a file as a whole.
    pub fn of_file(file: &str, what: impl Into<String>) -> Self {
        LoadError {
            file: file.to_string(),
            line: 0,
            column: 0,
            what: what.into(),
            frame: String::new(),
            length: 0,
        }
    }
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.line == 0 {
            return write!(f, "{}: {}", self.file, self.what);
        }
        let byte = |n: usize| {
            let found = self.frame.char_indices().nth(n);
            found.map_or(self.frame.len(), |(at, _)| at)
        };
        let from = self.column.saturating_sub(1);
        let span = byte(from)..byte(from + self.length.max(1));
        let snippet = Snippet::source(self.frame.as_str())
            .line_start(self.line)
            .path(self.file.as_str())
            .annotation(AnnotationKind::Primary.span(span));
        let group = Level::ERROR.primary_title(&self.what).element(snippet);
        write!(f, "{}", Renderer::plain().render(&[group]))
    }
}

impl std::error::Error for LoadError {}

/// A file's name and text.
#[derive(Debug)]
struct Source {
    name: String,
    text: String,
}

/// Where something is written.
#[derive(Clone, Debug)]
pub struct At {
    source: Arc<Source>,
    /// 1-based.
    pub line: usize,
    pub column: usize,
    length: usize,
}

impl At {
    fn span(source: &Arc<Source>, span: &Span) -> At {
        let length = if span.start.line() == span.end.line() {
            span.end.col().saturating_sub(span.start.col())
        } else {
            1
        };
        At {
            length,
            ..At::marker(source, &span.start)
        }
    }

    fn marker(source: &Arc<Source>, marker: &Marker) -> At {
        At {
            source: Arc::clone(source),
            line: marker.line(),
            column: marker.col() + 1,
            length: 1,
        }
    }

    pub fn file(&self) -> &str {
        &self.source.name
    }

    pub fn error(&self, what: impl Into<String>) -> LoadError {
        let frame = self.line.checked_sub(1);
        let frame = frame.and_then(|i| self.source.text.lines().nth(i));
        LoadError {
            file: self.source.name.clone(),
            line: self.line,
            column: self.column,
            what: what.into(),
            frame: frame.unwrap_or("").to_string(),
            length: self.length,
        }
    }
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

/// Reads a YAML file whole: one document, no aliases, no key twice.
///
/// # Errors
/// All that is wrong, with line and column. What is no YAML at all ends the reading.
pub fn parse(name: &str, text: &str) -> Result<Written, Vec<LoadError>> {
    if text.len() > MOST {
        return Err(vec![LoadError::of_file(name, "larger than 4 MiB")]);
    }
    let source = Arc::new(Source {
        name: name.to_string(),
        text: text.to_string(),
    });
    let mut errors = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut whole: Option<Written> = None;
    let mut count = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(e) => {
                let at = At::marker(&source, e.marker());
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
        let at = At::span(&source, &span);
        count += 1;
        if count > VALUES || open.len() > DEPTH {
            errors.push(at.error("too many or too deeply nested values"));
            return Err(errors);
        }
        if decorated(&event) {
            let what = "anchors, aliases and tags are not used in rules";
            errors.push(at.error(what));
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
        let start = At::marker(&source, &Marker::new(0, 1, 0));
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
    let source = Arc::new(Source {
        name: name.to_string(),
        text: text.to_string(),
    });
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
    let at = |line: usize, cell: &str| {
        let found = text
            .lines()
            .nth(line - 1)
            .and_then(|l| Some((l, l.find(cell)?)));
        let column = found
            .and_then(|(l, byte)| l.get(..byte))
            .map_or(0, |b| b.chars().count());
        At {
            source: Arc::clone(&source),
            line,
            column: column + 1,
            length: cell.chars().count().max(1),
        }
    };
    let mut keys: Option<Vec<String>> = None;
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let Ok(record) = record else { continue };
        // A record may begin with the line feed that ends the one before it.
        let byte = record
            .position()
            .map_or(0, |p| usize::try_from(p.byte()).unwrap_or(0));
        let rest = text.get(byte..).unwrap_or("");
        let breaks = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let before = text.get(..byte + breaks).unwrap_or("");
        let line = 1 + before.matches('\n').count();
        let Some(keys) = &keys else {
            let key = |cell: &str| {
                let cell = cell.trim();
                let known = headings.iter().find(|(heading, _)| *heading == cell);
                known.map_or(cell.to_string(), |(_, key)| (*key).to_string())
            };
            keys = Some(record.iter().map(key).collect());
            continue;
        };
        let mut entries = Vec::new();
        for (number, cell) in record.iter().enumerate() {
            let (cell, cell_at) = (cell.trim(), at(line, cell.trim()));
            match keys.get(number) {
                _ if cell.is_empty() => {}
                Some(key) => entries.push(Entry {
                    key: key.clone(),
                    key_at: at(1, key),
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
        rows.push(Written {
            at: at(line, ""),
            is: Is::Map(entries),
        });
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Written {
        at: at(1, ""),
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
