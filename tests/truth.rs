//! What was read of the pictures of `fixtures/scans/make.py`, beside what stands on them.

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
        let mut found: Vec<(String, f32, bool)> = Vec::new();
        for document in &file.documents {
            found.extend(values(document, field, rules));
        }
        for stands in stand {
            let best = found
                .iter()
                .min_by_key(|(read, ..)| strsim::levenshtein(&bare(read), &bare(stands)));
            let (read, least, inked) = match best {
                Some((read, least, inked)) => (Some(read.clone()), *least, *inked),
                None => (None, 0.0, false),
            };
            figures.values.push(Read {
                field: field.clone(),
                stands: stands.clone(),
                read,
                least,
                inked,
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
fn values(document: &Document, field: &str, rules: &Rules) -> Vec<(String, f32, bool)> {
    let Some(id) = rules.vocabulary.fields.find(field) else {
        return Vec::new();
    };
    let own = document.understood.header.all(id);
    let own = own.chain(document.understood.fields.iter().filter(|f| f.id == id));
    own.flat_map(|f| {
        let how = document.grid.recognised_of(f.cell);
        let least = how.map_or(0.0, Recognised::least);
        let inked = how.is_some_and(|h| h.inked);
        let parts = document
            .raw(f)
            .split(" / ")
            .map(str::to_string)
            .collect::<Vec<_>>();
        parts.into_iter().map(move |part| (part, least, inked))
    })
    .collect()
}
