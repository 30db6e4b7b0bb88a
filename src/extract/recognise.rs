//! Which kind of paper a document is: titles, column headings and labels vote, by the weights the
//! kinds give them; a kind must also have found one group of the fields it needs.

use super::Hint;
use super::columns;
use super::labels::{self, Pair};
use super::vocabulary::{Hits, Vocabulary};
use crate::model::{CellKind, Document, FieldId, Grid, Kind, Layout};
use crate::normalize::text::squeeze;
use std::collections::BTreeMap;

/// How many rows of a sheet are searched for titles, labels and the heading row.
const HEAD_ROWS: usize = 60;
/// What stands between the names in a heading of several.
const STACKED: [char; 4] = ['\n', '/', '／', '、'];
/// Documents of no more rows than this are searched whole.
const SMALL: usize = 4000;

/// A grid with the headings and labels found in it.
pub struct View<'a> {
    pub grid: &'a Grid,
    vocabulary: &'a Vocabulary,
    /// What each looked-at cell may mean as a heading or label; missing when nothing.
    hits: BTreeMap<usize, Hits>,
    /// Rows `0..looked` were looked at.
    pub looked: usize,
    pub pairs: Vec<Pair>,
}

impl<'a> View<'a> {
    pub fn new(grid: &'a Grid, vocabulary: &'a Vocabulary) -> View<'a> {
        // The keys of a tree may stand anywhere; its values are passed over.
        let looked = if grid.rows.len() <= SMALL || grid.layout == Layout::Tree {
            grid.rows.len()
        } else {
            HEAD_ROWS
        };
        let mut hits = BTreeMap::new();
        for row in 0..looked {
            for cell in grid.row_cells(row) {
                if grid.layout == Layout::Tree
                    && grid.cells.get(cell).is_none_or(|c| c.kind != CellKind::Key)
                {
                    continue;
                }
                let found = label_alone(vocabulary, label_text(grid.cell_text(cell)));
                if !found.is_empty() {
                    hits.insert(cell, found);
                }
            }
        }
        let mut view = View {
            grid,
            vocabulary,
            hits,
            looked,
            pairs: Vec::new(),
        };
        view.pairs = labels::find(&view, vocabulary);
        view
    }

    pub fn hits(&self, cell: usize) -> Option<&Hits> {
        self.hits.get(&cell)
    }

    /// What a text may mean as a label.
    pub fn look_up(&self, text: &str) -> Hits {
        self.vocabulary.look_up(text)
    }

    /// The field the end of a column heading names for a kind.
    pub fn ending_of(&self, cell: usize, kind: usize) -> Option<FieldId> {
        let text = label_text(self.grid.cell_text(cell));
        self.vocabulary.look_up_ending(text, kind)
    }

    /// The different fields the parts of a column heading name for a kind (`单价/总价/币制`); none
    /// unless every part names one of its own.
    pub fn stack_of(&self, cell: usize, number: usize, kind: &Kind) -> Vec<FieldId> {
        let text = label_text(self.grid.cell_text(cell));
        if text.len() > 120 || !text.contains(STACKED) {
            return Vec::new();
        }
        let of_kind = |hits: Hits| hits.into_iter().find(|(k, _)| usize::from(*k) == number);
        if of_kind(self.vocabulary.look_up_whole(text)).is_some() {
            return Vec::new();
        }
        let mut fields: Vec<FieldId> = Vec::new();
        for part in text.split(STACKED).filter(|part| !part.trim().is_empty()) {
            let named = of_kind(self.look_up(part)).and_then(|(_, f)| kind.field(f));
            let field = named.map(|f| f.as_column.unwrap_or(f.id));
            match field {
                Some(field) if !fields.contains(&field) => fields.push(field),
                _ => return Vec::new(),
            }
        }
        if fields.len() > 1 { fields } else { Vec::new() }
    }

    /// The field a cell names for a kind.
    pub fn field_of(&self, cell: usize, kind: usize) -> Option<FieldId> {
        self.hits(cell)?
            .iter()
            .find(|(k, _)| usize::from(*k) == kind)
            .map(|(_, f)| *f)
    }
}

/// What a cell names when it is a label or heading and nothing else: what stands behind a colon or
/// under a label in the same cell is a value.
fn label_alone(vocabulary: &Vocabulary, text: &str) -> Hits {
    if text.contains([':', '：']) {
        return vocabulary.look_up_whole(text);
    }
    if text.contains('\n') {
        let lines: Vec<bool> = text
            .split('\n')
            .filter(|line| !line.trim().is_empty())
            .map(|line| {
                let remark = line.trim_start().starts_with(['(', '（', '[', '【', '/']);
                let unit = vocabulary.words.units.contains_key(&squeeze(line));
                remark || unit || !vocabulary.look_up(line).is_empty()
            })
            .collect();
        let named = lines.iter().filter(|n| **n).count();
        if named * 2 <= lines.len() {
            // A heading broken inside a word: `商品⏎编号`.
            return vocabulary.look_up_whole(text);
        }
    }
    vocabulary.look_up(text)
}

/// A cell's text as a label: without the colon at its end.
pub fn label_text(text: &str) -> &str {
    text.trim().trim_end_matches([':', '：', ' ', '\u{3000}'])
}

pub struct Found {
    pub kind: usize,
    pub header_row: Option<usize>,
    pub why: String,
}

pub struct Recognised {
    pub best: Option<Found>,
    /// The kind that came nearest, when none fits.
    pub nearest: Option<String>,
}

struct Score {
    kind: usize,
    points: u32,
    fields: usize,
    header_row: Option<usize>,
    fits: bool,
    why: Vec<String>,
}

pub fn recognise(
    document: &Document,
    view: &View<'_>,
    vocabulary: &Vocabulary,
    hint: &Hint,
) -> Recognised {
    let stated = hint.kind.clone().or_else(|| stated_kind(view));
    let stated_row = hint.header_row.and_then(|row| {
        let wanted = row.checked_sub(1)?;
        view.grid.rows.iter().position(|r| r.number == wanted)
    });
    let mut scores: Vec<Score> = vocabulary
        .kinds
        .iter()
        .enumerate()
        .map(|(number, kind)| score(document, view, vocabulary, number, kind, stated_row))
        .collect();
    if let Some(name) = stated
        && let Some(score) = scores
            .iter_mut()
            .find(|s| vocabulary.kinds.get(s.kind).is_some_and(|k| k.name == name))
    {
        score.why.insert(0, format!("stated kind {name}"));
        score.fits = true;
        score.points += 1000;
    }
    scores.sort_by(|a, b| {
        (b.points, b.fields)
            .cmp(&(a.points, a.fields))
            .then(a.kind.cmp(&b.kind))
    });
    let name = |s: &Score| vocabulary.kinds.get(s.kind).map(|k| k.name.clone());
    let nearest = scores.first().filter(|s| s.points >= 3).and_then(name);
    let best = scores
        .into_iter()
        .find(|s| s.fits && s.points >= 4)
        .map(|s| Found {
            kind: s.kind,
            header_row: s.header_row,
            why: s.why.join("; "),
        });
    Recognised { best, nearest }
}

/// A tree may name its kind: `kind: lab-report`.
fn stated_kind(view: &View<'_>) -> Option<String> {
    if view.grid.layout != Layout::Tree {
        return None;
    }
    (0..view.grid.rows.len().min(HEAD_ROWS)).find_map(|row| {
        let mut cells = view.grid.row_cells(row);
        let key = cells.next()?;
        let value = cells.next()?;
        (view.grid.cell_text(key) == "kind").then(|| view.grid.cell_text(value).to_string())
    })
}

fn score(
    document: &Document,
    view: &View<'_>,
    vocabulary: &Vocabulary,
    number: usize,
    kind: &Kind,
    stated_row: Option<usize>,
) -> Score {
    let mut why = Vec::new();
    let mut points = 0;
    let (title_points, title) = title_points(document, view, vocabulary, kind);
    points += title_points;
    why.extend(title);
    let header = columns::best_header(view, number, kind, stated_row);
    let mut found: Vec<FieldId> = Vec::new();
    if let Some(header) = &header {
        let mut names = Vec::new();
        for (field, cell) in &header.columns {
            if !found.contains(field) {
                found.push(*field);
                points += kind.field(*field).map_or(0, |f| f.weight);
                names.push(label_text(view.grid.cell_text(*cell)).replace('\n', " "));
            }
        }
        why.push(format!("headings {}", names.join(", ")));
    }
    let header_row = header.map(|h| h.row);
    let mut labels = Vec::new();
    for pair in &view.pairs {
        let Some(field) = pair.field_for(number) else {
            continue;
        };
        let under_table = header_row.is_some_and(|h| pair.row >= h && !view.grid.is_prose());
        // A tree says which values stand in rows: a column's name over one value is none.
        let in_tree = view.grid.layout == Layout::Tree;
        let of_rows = in_tree && kind.field(field).is_some_and(|f| !f.in_header);
        if found.contains(&field) || under_table || of_rows {
            continue;
        }
        found.push(field);
        points += kind.field(field).map_or(0, |f| f.weight);
        labels.push(vocabulary.fields.name(field));
    }
    if !labels.is_empty() {
        why.push(format!("labels for {}", labels.join(", ")));
    }
    let fits = kind
        .needs
        .iter()
        .any(|group| group.iter().all(|f| found.contains(f)));
    Score {
        kind: number,
        points,
        fields: found.len(),
        header_row,
        fits,
        why,
    }
}

/// Points for a title in the first rows, the sheet's name, the file's name.
fn title_points(
    document: &Document,
    view: &View<'_>,
    vocabulary: &Vocabulary,
    kind: &Kind,
) -> (u32, Option<String>) {
    let grid = view.grid;
    let names = |text: &str| -> Option<usize> {
        let squeezed = squeeze(&vocabulary.simplified(text));
        if squeezed.chars().count() > 60
            || kind
                .not_titles
                .iter()
                .any(|t| squeezed.contains(t.as_str()))
        {
            return None;
        }
        kind.titles
            .iter()
            .filter(|t| !t.is_empty() && squeezed.contains(t.as_str()))
            .map(|t| t.chars().count())
            .max()
    };
    let mut best: (u32, Option<String>) = (0, None);
    let mut offer = |points: u32, why: String| {
        if points > best.0 {
            best = (points, Some(why));
        }
    };
    if grid.layout != Layout::Tree {
        for row in 0..grid.rows.len().min(25) {
            for cell in grid.row_cells(row) {
                let text = grid.cell_text(cell);
                if text.len() > 240 || view.hits(cell).is_some() {
                    continue;
                }
                if let Some(length) = names(text) {
                    // A longer phrase is surer; a phrase before a colon is a reference, not a title.
                    let length = u32::try_from(length.min(8)).unwrap_or(8);
                    let mentioned = text.contains([':', '：']);
                    let points = if mentioned { 2 } else { 8 + length / 4 };
                    let at = grid.spot(cell).at(None);
                    offer(points, format!("title “{}” at {at}", text.trim()));
                }
            }
        }
    }
    if let Some(part) = &document.part
        && names(part).is_some()
    {
        offer(8, format!("sheet name “{part}”"));
    }
    let file = document.path.rsplit('/').next().unwrap_or("");
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    if names(stem).is_some() {
        offer(3, format!("file name “{file}”"));
    }
    best
}
