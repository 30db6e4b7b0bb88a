//! Our own YAML (kinds, words, packs, configuration) into typed structs, with the place of an error.

use serde::de::DeserializeOwned;

/// Why a rules or configuration file cannot be used, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    pub file: String,
    /// 1-based; 0 when the place is not known.
    pub line: usize,
    pub column: usize,
    pub what: String,
    /// The line it stands on.
    pub frame: String,
}

impl LoadError {
    pub fn new(
        file: &str,
        text: &str,
        line: usize,
        column: usize,
        what: impl Into<String>,
    ) -> Self {
        let frame = line
            .checked_sub(1)
            .and_then(|i| text.lines().nth(i))
            .unwrap_or("")
            .to_string();
        LoadError {
            file: file.to_string(),
            line,
            column,
            what: what.into(),
            frame,
        }
    }

    /// An error at the first place a word stands in the file.
    pub fn at_word(file: &str, text: &str, word: &str, what: impl Into<String>) -> Self {
        let found = text
            .lines()
            .enumerate()
            .find_map(|(i, line)| line.find(word).map(|at| (i, line, at)));
        let (line, column) = found.map_or((1, 1), |(i, line, at)| {
            let before = line.get(..at).unwrap_or("");
            (i + 1, before.chars().count() + 1)
        });
        LoadError::new(file, text, line, column, what)
    }
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}", self.what)?;
        if !self.frame.trim().is_empty() {
            let number = self.line.to_string();
            let pad = " ".repeat(number.len());
            let caret = " ".repeat(self.column.saturating_sub(1));
            write!(f, "\n{pad} |\n{number} | {}\n{pad} | {caret}^", self.frame)?;
        }
        Ok(())
    }
}

impl std::error::Error for LoadError {}

/// The largest rules or configuration file.
const MOST: usize = 4 << 20;

/// Parses a typed YAML file. Unknown and doubled keys are errors.
///
/// # Errors
/// What is wrong, with line and column.
pub fn from_yaml<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, LoadError> {
    if text.len() > MOST {
        return Err(LoadError::new(file, text, 0, 0, "larger than 4 MiB"));
    }
    if let Some((line, column)) = alias(text) {
        let what = "anchors and aliases are not used in rules";
        return Err(LoadError::new(file, text, line, column, what));
    }
    serde_yaml::from_str(text).map_err(|e| {
        let (line, column) = e.location().map_or((0, 0), |l| (l.line(), l.column()));
        let message = e.to_string();
        let what = message
            .split(" at line ")
            .next()
            .unwrap_or(&message)
            .to_string();
        LoadError::new(file, text, line, column, what)
    })
}

/// The first `&anchor` or `*alias` standing as a value: they multiply without bound.
fn alias(text: &str) -> Option<(usize, usize)> {
    text.lines().enumerate().find_map(|(i, line)| {
        let value = line
            .trim_start_matches([' ', '-'])
            .split_once(": ")
            .map_or_else(|| line.trim_start_matches([' ', '-']), |(_, v)| v)
            .trim_start();
        let mark = value.starts_with('*') || value.starts_with('&');
        let named = value
            .chars()
            .nth(1)
            .is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        (mark && named).then(|| (i + 1, line.find(['*', '&']).unwrap_or(0) + 1))
    })
}
