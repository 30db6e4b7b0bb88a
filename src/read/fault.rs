//! What is wrong in rules and configuration, and where: the line it stands on with the place marked.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::sync::Arc;

/// So many mistakes are shown; the others are counted.
const SHOWN: usize = 50;

/// So much of a line or a message is shown, in characters.
const WIDEST: usize = 200;

/// A file's name and text, its lines indexed once.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl Source {
    /// A text with the name it is told by.
    pub fn new(name: &str, text: &str) -> Arc<Source> {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Arc::new(Source {
            name: name.to_string(),
            text: text.to_string(),
            starts: std::iter::once(0).chain(breaks).collect(),
        })
    }

    /// A line without its break; lines count from 1.
    pub fn line(&self, number: usize) -> &str {
        let start = number.checked_sub(1).and_then(|n| self.starts.get(n));
        let end = self.starts.get(number).copied().unwrap_or(self.text.len());
        let line = start.and_then(|start| self.text.get(*start..end));
        line.unwrap_or("").trim_end_matches(['\n', '\r'])
    }

    /// The line a byte stands on.
    pub fn line_of(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte)
    }

    /// The beginning of a line.
    pub fn at(self: &Arc<Source>, line: usize) -> At {
        At {
            source: Arc::clone(self),
            line,
            column: 1,
            length: 1,
        }
    }
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
    /// From a column on, so many characters.
    #[must_use]
    pub fn from(self, column: usize, length: usize) -> At {
        At {
            column,
            length,
            ..self
        }
    }

    /// The name of the file.
    pub fn file(&self) -> &str {
        &self.source.name
    }

    /// What is wrong here.
    pub fn error(&self, what: impl Into<String>) -> LoadError {
        LoadError {
            file: self.source.name.clone(),
            line: self.line,
            column: self.column,
            what: what.into(),
            at: Some(self.clone()),
        }
    }
}

/// Why a rules or configuration file cannot be used, and where.
#[derive(Clone, Debug)]
pub struct LoadError {
    /// The file, as it was named.
    pub file: String,
    /// 1-based; 0 when the place is not known.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    at: Option<At>,
}

impl PartialEq for LoadError {
    fn eq(&self, other: &LoadError) -> bool {
        let place = |e: &LoadError| (e.line, e.column);
        place(self) == place(other) && self.file == other.file && self.what == other.what
    }
}

impl LoadError {
    /// An error of a file as a whole.
    pub fn of_file(file: &str, what: impl Into<String>) -> Self {
        LoadError {
            file: file.to_string(),
            line: 0,
            column: 0,
            what: what.into(),
            at: None,
        }
    }
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = cut(&self.what, 0, 4 * WIDEST);
        let Some(at) = self.at.as_ref().filter(|at| at.line > 0) else {
            return write!(f, "{}: {what}", self.file);
        };
        let (line, from) = (at.source.line(at.line), at.column.saturating_sub(1));
        let frame = cut(line, 0, WIDEST);
        if frame.len() < line.len() {
            // Columns are counted from the line's beginning, which may be far away.
            let around = cut(line, from.saturating_sub(WIDEST / 4), WIDEST);
            let (file, line, column) = (&self.file, at.line, at.column);
            return write!(
                f,
                "error: {what}\n --> {file}:{line}:{column}\n  | {around}"
            );
        }
        let byte = |n: usize| {
            let found = frame.char_indices().nth(n);
            found.map_or(frame.len(), |(at, _)| at)
        };
        let span = byte(from)..byte(from.saturating_add(at.length.max(1)));
        let snippet = Snippet::source(frame.as_str())
            .line_start(at.line)
            .path(self.file.as_str())
            .annotation(AnnotationKind::Primary.span(span));
        let group = Level::ERROR.primary_title(&what).element(snippet);
        write!(f, "{}", Renderer::plain().render(&[group]))
    }
}

impl std::error::Error for LoadError {}

/// So many characters of a text from one on, with a mark where it goes on.
fn cut(text: &str, from: usize, most: usize) -> String {
    let mut rest = text.chars().skip(from);
    let mut cut: String = rest.by_ref().take(most).collect();
    if from > 0 {
        cut.insert(0, '…');
    }
    if rest.next().is_some() {
        cut.push('…');
    }
    cut
}

/// All that is wrong as one text, each on lines of its own: the first, and how many more.
pub fn told(errors: &[LoadError]) -> String {
    let shown = errors.iter().take(SHOWN);
    let mut texts: Vec<String> = shown.map(ToString::to_string).collect();
    let more = errors.len().saturating_sub(SHOWN);
    if more > 0 {
        texts.push(format!("… and {more} more mistakes"));
    }
    texts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{SHOWN, Source, told};

    #[test]
    fn lines_are_found_and_long_ones_cut() {
        let long = format!("first\r\n{}x: 1\nlast", "字".repeat(5000));
        let source = Source::new("a.yaml", &long);
        assert_eq!((source.line(1), source.line(3)), ("first", "last"));
        assert_eq!((source.line(0), source.line(9)), ("", ""));
        assert_eq!(
            (source.line_of(0), source.line_of(7), source.line_of(99_999)),
            (1, 2, 3)
        );
        let said = source.at(2).from(5001, 1).error("odd").to_string();
        assert!(
            said.contains("a.yaml:2:5001") && said.contains("字x: 1"),
            "{said}"
        );
        assert!(said.chars().count() < 400, "{said}");
        let many = vec![source.at(1).error("odd"); SHOWN + 7];
        assert!(told(&many).ends_with("… and 7 more mistakes"));
    }
}
