//! What was read of the pictures of `fixtures/scans/make.py`, beside what stands on them.

#![allow(dead_code, reason = "the test and the bench each look at parts of it")]

use greenlane::model::{Document, Recognised};
use greenlane::{Input, Rules, understand_one};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What stands on a picture.
#[derive(Deserialize)]
pub struct Truth {
    pub damage: String,
    fields: BTreeMap<String, Value>,
    lines: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    One(String),
    Several(Vec<String>),
}

/// A value that stands on the picture, and what was read of it.
pub struct Read {
    pub field: String,
    pub stands: String,
    pub read: Option<String>,
    /// The least probability of its characters, and whether other ink lies over it.
    pub least: f32,
    pub inked: bool,
    /// It is known to have been read from a picture.
    pub recognised: bool,
}

impl Read {
    pub fn right(&self) -> bool {
        self.read
            .as_ref()
            .is_some_and(|read| bare(read) == bare(&self.stands))
    }
}

/// The figures of one picture.
pub struct Figures {
    pub values: Vec<Read>,
    pub characters: usize,
    pub missed: usize,
    /// The text of each cell, for a look.
    pub cells: Vec<String>,
    pub problems: Vec<String>,
}

/// The pictures of a folder, by name.
pub fn truths(folder: &Path) -> BTreeMap<String, Truth> {
    let text = std::fs::read_to_string(folder.join("truth.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Blanks, and the width of punctuation, say nothing.
fn bare(text: &str) -> String {
    let narrow = |c: char| match c {
        '：' => ':',
        '，' => ',',
        '（' => '(',
        '）' => ')',
        '．' => '.',
        c => c,
    };
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(narrow)
        .collect()
}

/// Reads a picture as the program does.
pub fn measure(folder: &Path, name: &str, truth: &Truth, rules: &Rules) -> Figures {
    let bytes = std::fs::read(folder.join(name)).unwrap();
    let input = Input {
        path: name.to_string(),
        content: Ok(Arc::new(bytes)),
        hint: greenlane::extract::Hint::default(),
    };
    let file = understand_one(&input, rules);
    let mut figures = Figures {
        values: Vec::new(),
        characters: 0,
        missed: 0,
        cells: Vec::new(),
        problems: file
            .problems
            .iter()
            .map(|p| format!("{}: {}", p.code, p.message.en))
            .collect(),
    };
    for document in &file.documents {
        let grid = &document.grid;
        figures
            .cells
            .extend((0..grid.cells.len()).map(|n| grid.cell_text(n).to_string()));
    }
    for (field, value) in &truth.fields {
        let stand = match value {
            Value::One(one) => std::slice::from_ref(one),
            Value::Several(all) => all,
        };
        let mut found: Vec<(String, Option<&Recognised>)> = Vec::new();
        for document in &file.documents {
            found.extend(values(document, field, rules));
        }
        for stands in stand {
            let far = |read: &String| strsim::levenshtein(&bare(read), &bare(stands));
            let best = found.iter().min_by_key(|(read, _)| far(read));
            let how = best.and_then(|(_, how)| *how);
            figures.values.push(Read {
                field: field.clone(),
                stands: stands.clone(),
                read: best.map(|(read, _)| read.clone()),
                least: how.map_or(0.0, Recognised::least),
                inked: how.is_some_and(|h| h.inked),
                recognised: how.is_some(),
            });
        }
    }
    let all: Vec<String> = figures.cells.iter().map(|cell| bare(cell)).collect();
    for line in &truth.lines {
        let line = bare(line);
        let count = line.chars().count();
        let missed = |cell: &String| missed(&line, cell);
        figures.characters += count;
        figures.missed += all.iter().map(missed).min().unwrap_or(count).min(count);
    }
    figures
}

/// How many characters of a line are not where a cell has them; a cell may hold more.
fn missed(line: &str, cell: &str) -> usize {
    if cell.contains(line) {
        return 0;
    }
    let (own, wide) = (line.chars().count(), cell.chars().count());
    let extra = wide.saturating_sub(own);
    strsim::levenshtein(line, cell).saturating_sub(extra)
}

/// The values of a field, each of several in one cell by itself.
fn values<'a>(
    document: &'a Document,
    field: &str,
    rules: &Rules,
) -> Vec<(String, Option<&'a Recognised>)> {
    let Some(id) = rules.vocabulary.fields.find(field) else {
        return Vec::new();
    };
    let own = document.understood.header.all(id);
    let own = own.chain(document.understood.fields.iter().filter(|f| f.id == id));
    let mut values = Vec::new();
    for own in own {
        let how = document.grid.recognised_of(own.cell);
        let raw = document.raw(own);
        let several = field == "model" && raw.contains('/');
        let parts: Vec<&str> = if several {
            raw.split('/').collect()
        } else {
            vec![raw]
        };
        values.extend(parts.into_iter().map(|part| (part.trim().to_string(), how)));
    }
    values
}
