//! Which kind of paper a document is: titles, column headings and labels vote, by the weights the
//! kinds give them; a kind must also have found one group of the fields it needs.

use super::bands::{self, Set, Stand};
use super::forms::Form;
use super::heading::{self, Heading};
use super::known::Others;
use super::labels::{self, Pair};
use super::values::{self, Shape};
use super::vocabulary::{Hits, Vocabulary};
use super::words::Scores;
use super::{Hint, columns};
use crate::model::{CellKind, Document, FieldId, Grid, Kind, Layout, Words};
use crate::normalize::text::{is_cjk, squeeze};
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

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
    pub others: Others<'a>,
    /// What each looked-at cell may mean as a heading or label; missing when nothing.
    hits: BTreeMap<usize, Hits>,
    /// Rows `0..looked` were looked at.
    pub looked: usize,
    /// Rows that stand like a heading, the likeliest first.
    pub likely: Vec<usize>,
    pub pairs: Vec<Pair>,
    /// The cell of a tree that names its kind.
    pub stated_kind: Option<usize>,
    /// The fields the user gives columns, by the column's number.
    pub stated_columns: Vec<(u32, FieldId)>,
    shapes: RefCell<HashMap<usize, Option<Shape>>>,
    headings: RefCell<HashMap<usize, Rc<Heading>>>,
    stand: OnceCell<Stand>,
    set: OnceCell<Set>,
}

impl<'a> View<'a> {
    pub fn new(
        grid: &'a Grid,
        vocabulary: &'a Vocabulary,
        others: Others<'a>,
        hint: &Hint,
    ) -> View<'a> {
        let stated = hint.columns.iter();
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
                let text = label_text(grid.cell_text(cell));
                let found = vocabulary.alone(text, || {
                    let mut found = label_alone(vocabulary, text);
                    // The name of a company that ends in a word of a label is a name.
                    if !found.is_empty() && values::holds_company(text, &vocabulary.words) {
                        found.clear();
                    }
                    found
                });
                if !found.is_empty() {
                    hits.insert(cell, found);
                }
            }
        }
        let mut view = View {
            grid,
            vocabulary,
            others,
            hits,
            looked,
            likely: Vec::new(),
            pairs: Vec::new(),
            stated_kind: None,
            stated_columns: stated
                .filter(|_| matches!(grid.layout, Layout::Sheet | Layout::Csv | Layout::Html))
                .filter_map(|(column, name)| Some((*column, vocabulary.fields.find(name)?)))
                .collect(),
            shapes: RefCell::default(),
            headings: RefCell::default(),
            stand: OnceCell::new(),
            set: OnceCell::new(),
        };
        view.likely = columns::likely_rows(&view);
        view.pairs = labels::find(&view, vocabulary);
        // The name of the kind is no field's value.
        view.stated_kind = stated_kind(&view);
        view.pairs.retain(|p| Some(p.cell) != view.stated_kind);
        view
    }

    pub fn hits(&self, cell: usize) -> Option<&Hits> {
        self.hits.get(&cell)
    }

    /// Whether some kind lists a label as it stands.
    pub fn is_listed_whole(&self, text: &str) -> bool {
        !self.vocabulary.look_up_whole(text).is_empty()
    }

    /// Whether a cell begins with a listed label and a colon.
    pub fn leads_with_label(&self, cell: usize) -> bool {
        let text = self.grid.cell_text(cell);
        let first = text.split_once([':', '：']);
        first.is_some_and(|(label, _)| !self.look_up(label_text(label)).is_empty())
    }

    /// Whether a cell has a word of some label.
    pub fn speaks(&self, cell: usize) -> bool {
        self.vocabulary.speaks(self.grid.cell_text(cell))
    }

    /// The field most kinds call their date.
    pub fn date_field(&self) -> FieldId {
        self.vocabulary
            .fields
            .find("date")
            .unwrap_or(FieldId::ISSUE_DATE)
    }

    /// The cells that are listed labels or headings, in order.
    pub fn listed_cells(&self) -> impl Iterator<Item = usize> + '_ {
        self.hits.keys().copied()
    }

    /// The printed form a paper of a kind is on.
    pub fn form_of(&self, number: usize) -> Option<&Form> {
        let mut forms = self.vocabulary.forms.iter();
        forms.find(|f| f.is_of(self, number))
    }

    /// Where the values of this paper's labels stand.
    pub fn values_stand(&self) -> Stand {
        *self.stand.get_or_init(|| bands::vote(self))
    }

    /// How they stand under them where labels stand in bands.
    pub fn values_set(&self) -> Set {
        *self.set.get_or_init(|| bands::set(self))
    }

    pub fn words(&self) -> &'a Words {
        &self.vocabulary.words
    }

    /// What a cell looks like.
    pub fn shape(&self, cell: usize) -> Option<Shape> {
        let mut shapes = self.shapes.borrow_mut();
        *shapes
            .entry(cell)
            .or_insert_with(|| values::shape(self.grid, cell, self.words()))
    }

    /// Whether a cell is listed as a heading of some kind's table.
    pub fn is_line_label(&self, cell: usize) -> bool {
        let of_lines = |(kind, field): &(u16, FieldId)| {
            let kind = self.vocabulary.kinds.get(usize::from(*kind));
            kind.and_then(|k| k.field(*field))
                .is_some_and(|f| f.in_rows || f.as_column.is_some())
        };
        self.hits(cell)
            .is_some_and(|hits| hits.iter().any(of_lines))
    }

    /// The heading that begins or lies at a row.
    pub fn heading_at(&self, row: usize) -> Rc<Heading> {
        if let Some(known) = self.headings.borrow().get(&row) {
            return Rc::clone(known);
        }
        let (first, last) = if self.grid.layout == Layout::Tree {
            (row, row)
        } else {
            heading::rows_of(self, row)
        };
        let made = Rc::new(Heading::new(self, first, last));
        self.headings.borrow_mut().insert(row, Rc::clone(&made));
        made
    }

    /// How the words of a heading or label speak for each field of a kind.
    pub fn words_of(&self, text: &str, number: usize, kind: &Kind) -> Arc<Scores> {
        self.vocabulary.words_of(text, number, kind)
    }

    /// The field the user's configuration gives the column at a place.
    pub fn given_column(&self, x0: u32, kind: &Kind) -> Option<FieldId> {
        let own = self.stated_columns.iter().find(|(column, _)| *column == x0);
        own.map(|(_, id)| *id)
            .filter(|id| kind.field(*id).is_some())
    }

    /// The field the user's configuration gives a heading.
    pub fn given(&self, text: &str, number: usize) -> Option<FieldId> {
        self.vocabulary.given(label_text(text), number)
    }

    /// By kind: how many cells its labels name.
    fn kinds_spoken_of(&self) -> BTreeMap<usize, usize> {
        let mut counts = BTreeMap::new();
        for (kind, _) in self.hits.values().flatten() {
            *counts.entry(usize::from(*kind)).or_default() += 1;
        }
        for (kind, _) in self.pairs.iter().flat_map(|p| &p.hits) {
            *counts.entry(usize::from(*kind)).or_default() += 1;
        }
        counts
    }

    /// How many of some fields are named by cells that name nothing the kind has.
    fn named_of(&self, fields: &[FieldId], found: &[FieldId]) -> usize {
        let named = |id: &&FieldId| {
            !found.contains(id)
                && self.hits.values().any(|hits| {
                    let of_kind = |(_, f): &(u16, FieldId)| f == *id;
                    hits.iter().any(of_kind) && !hits.iter().any(|(_, f)| found.contains(f))
                })
        };
        fields.iter().filter(named).count()
    }

    /// What a text may mean as a label.
    pub fn look_up(&self, text: &str) -> Hits {
        self.vocabulary.look_up(text)
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
        // A heading in two languages says one thing twice.
        let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
        let chinese = |line: &&&str| line.chars().any(is_cjk);
        if lines.len() == 2 && lines.iter().filter(chinese).count() == 1 {
            return Vec::new();
        }
        // `G.W./CTN` is a weight of one carton; `Quantity/unit` names two fields.
        let per = text.rsplit(['/', '／']).next().unwrap_or("");
        let unit = self.words().units.contains_key(&squeeze(per));
        if unit && of_kind(self.look_up(per)).is_none_or(|(_, f)| f != FieldId::UNIT) {
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
    // A code glued to the label of the party: `境内发货人 3302960X9K`.
    if let Some((label, code)) = text.split_once([' ', '\u{3000}', '(', '（']) {
        let code = code.trim_matches([' ', ')', '）', '\u{3000}']);
        let figures = code.chars().filter(char::is_ascii_digit).count();
        let is_code = code.len() >= 9 && figures * 2 > code.len();
        if is_code
            && code
                .chars()
                .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
        {
            return vocabulary.look_up_whole(label);
        }
    }
    if let Some((_, value)) = text.split_once([':', '：']) {
        // `型号：/` has a value, that says nothing.
        let nothing = !value.trim().is_empty() && squeeze(value).is_empty();
        return if nothing {
            Hits::new()
        } else {
            vocabulary.look_up_whole(text)
        };
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

/// A cell's text as a label: without the number before it and the colon at its end.
pub fn label_text(text: &str) -> &str {
    let text = text.trim().trim_end_matches([':', '：', ' ', '\u{3000}']);
    text.get(labels::numbering(text)..).unwrap_or(text)
}

pub struct Found {
    pub kind: usize,
    /// The cell of its title.
    pub title: Option<usize>,
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
    points: f32,
    fields: usize,
    header_row: Option<usize>,
    fits: bool,
    why: Vec<String>,
}

/// Fewer points name no kind.
const ENOUGH: f32 = 4.0;
/// A title so sure gives the kind although nothing else was understood.
pub const SURE_TITLE: f32 = 8.0;
/// The title of a paper that is no document of a shipment goes before fields it shares with one.
const STRANGER: f32 = 8.0;
/// A field that nearly every paper of the kind has, and this one lacks.
const MISSING: f32 = -1.5;
/// A label of something the kind never has.
const NEVER: f32 = -4.0;
const STATED: f32 = 1000.0;

/// A kind of which so many times fewer labels stand on a paper than of another is none of it.
const FEW: usize = 3;

pub fn recognise(
    document: &Document,
    view: &View<'_>,
    vocabulary: &Vocabulary,
    hint: &Hint,
) -> Recognised {
    let stated = hint.kind.clone().or_else(|| {
        let cell = view.stated_kind?;
        Some(view.grid.cell_text(cell).to_string())
    });
    let stated_row = hint.header_row.and_then(|row| {
        let wanted = row.checked_sub(1)?;
        view.grid.rows.iter().position(|r| r.number == wanted)
    });
    let titles = titles(document, view, vocabulary);
    let named = |number: usize| titles.get(number).is_some_and(|t| t.0 > 0.0);
    let spoken = view.kinds_spoken_of();
    let most = spoken.values().copied().max().unwrap_or(0);
    // What the first look said stays: the others' papers tell fields, not kinds.
    let known = document.understood.kind.as_ref();
    let score_all = |all: bool| -> Vec<Score> {
        vocabulary
            .kinds
            .iter()
            .enumerate()
            .filter(|(number, kind)| {
                let hits = spoken.get(number).copied().unwrap_or(0);
                if let (Some(known), false) = (known.or(stated.as_ref()), all) {
                    return *known == kind.name;
                }
                all || named(*number) || hits > 1 && hits * FEW >= most
            })
            .map(|(number, kind)| {
                let title = titles.get(number).cloned().unwrap_or_default();
                score(view, vocabulary, number, kind, stated_row, title)
            })
            .collect()
    };
    let best_of = |mut scores: Vec<Score>| {
        if let Some(name) = &stated
            && let Some(score) = scores.iter_mut().find(|s| {
                vocabulary
                    .kinds
                    .get(s.kind)
                    .is_some_and(|k| k.name == *name)
            })
        {
            score.why.insert(0, format!("stated kind {name}"));
            score.fits = true;
            score.points += STATED;
        }
        scores.sort_by(|a, b| {
            b.points
                .total_cmp(&a.points)
                .then(b.fields.cmp(&a.fields))
                .then(a.kind.cmp(&b.kind))
        });
        scores
    };
    let mut scores = best_of(score_all(false));
    if !scores.iter().any(|s| s.fits && s.points >= ENOUGH) {
        scores = best_of(score_all(true));
    }
    let name = |s: &Score| vocabulary.kinds.get(s.kind).map(|k| k.name.clone());
    let nearest = scores.first().filter(|s| s.points >= 3.0).and_then(name);
    let best = scores
        .into_iter()
        .find(|s| s.fits && s.points >= ENOUGH)
        .map(|s| Found {
            kind: s.kind,
            title: titles
                .get(s.kind)
                .filter(|t| t.0 >= SURE_TITLE)
                .and_then(|t| t.2),
            header_row: s.header_row,
            why: s.why.join("; "),
        });
    Recognised { best, nearest }
}

/// A tree may name its kind: `kind: lab-report`. The cell of the name.
fn stated_kind(view: &View<'_>) -> Option<usize> {
    if view.grid.layout != Layout::Tree {
        return None;
    }
    (0..view.grid.rows.len().min(HEAD_ROWS)).find_map(|row| {
        let mut cells = view.grid.row_cells(row);
        let key = cells.next()?;
        let value = cells.next()?;
        let is_kind = view.vocabulary.kind_number(view.grid.cell_text(value));
        (view.grid.cell_text(key) == "kind" && is_kind.is_some()).then_some(value)
    })
}

fn score(
    view: &View<'_>,
    vocabulary: &Vocabulary,
    number: usize,
    kind: &Kind,
    stated_row: Option<usize>,
    (title, named, _): Title,
) -> Score {
    let mut why: Vec<String> = named.into_iter().collect();
    let mut points = title;
    let header = if kind.set_aside {
        None
    } else {
        columns::best_header(view, number, kind, stated_row)
    };
    let mut found: Vec<FieldId> = Vec::new();
    let weight = |field: FieldId| kind.field(field).map_or(0.0, |f| f.weight as f32);
    if let Some(header) = &header {
        let mut names = Vec::new();
        for (field, cell) in header.named() {
            if !found.contains(&field) {
                found.push(field);
                points += weight(field);
                names.push(label_text(view.grid.cell_text(cell)).replace('\n', " "));
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
        points += weight(field);
        labels.push(vocabulary.fields.name(field));
    }
    if !labels.is_empty() {
        why.push(format!("labels for {}", labels.join(", ")));
    }
    let missing = kind.usual.iter().filter(|f| !found.contains(f)).count();
    points += MISSING * missing as f32;
    points += NEVER * view.named_of(&kind.never, &found) as f32;
    let needs = |group: &Vec<FieldId>| group.iter().all(|f| found.contains(f));
    // A sure title names the paper although too little of it was understood: that is said.
    let enough = if kind.set_aside { 0 } else { 2 };
    let fits = kind.needs.iter().any(needs) || title >= SURE_TITLE && found.len() >= enough;
    if kind.set_aside && fits {
        points += STRANGER;
    }
    Score {
        kind: number,
        points,
        fields: found.len(),
        header_row,
        fits,
        why,
    }
}

/// The points of a title, what it is, and its cell.
type Title = (f32, Option<String>, Option<usize>);

/// By kind: the points of a title in the first rows, the sheet's name, the file's name or the keys
/// of a tree, and which it was.
fn titles(document: &Document, view: &View<'_>, vocabulary: &Vocabulary) -> Vec<Title> {
    let grid = view.grid;
    let mut best: Vec<Title> = vec![(0.0, None, None); vocabulary.kinds.len()];
    let mut offer = |text: &str, most: f32, cell: Option<usize>, why: &dyn Fn() -> String| {
        if text.len() > 240 {
            return;
        }
        let squeezed = squeeze(&vocabulary.simplified(text));
        for titled in vocabulary.titles().find(&squeezed, text) {
            let points = titled.points.min(most);
            if let Some(slot) = best
                .get_mut(usize::from(titled.kind))
                .filter(|s| s.0 < points)
            {
                *slot = (points, Some(why()), cell);
            }
        }
    };
    if grid.layout == Layout::Tree {
        for key in inner_keys(grid) {
            offer(key, f32::MAX, None, &|| format!("key “{key}”"));
        }
    } else {
        for row in 0..grid.rows.len().min(25) {
            let says = |c: &usize| !grid.cell_text(*c).trim().is_empty();
            let filled: Vec<usize> = grid.row_cells(row).filter(says).collect();
            // Between other cells of a sheet's row stands a label, and no title.
            let between = |cell| {
                grid.has_columns(row) && filled.first() < Some(&cell) && Some(&cell) < filled.last()
            };
            for cell in grid.row_cells(row) {
                let text = grid.cell_text(cell);
                if view.hits(cell).is_none() && !between(cell) {
                    let at = || format!("title “{}” at {}", text.trim(), grid.spot(cell).at(None));
                    offer(text, f32::MAX, Some(cell), &at);
                }
            }
        }
    }
    if let Some(part) = &document.part {
        offer(part, 8.0, None, &|| format!("sheet name “{part}”"));
    }
    let file = document.path.rsplit('/').next().unwrap_or("");
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    offer(stem, 3.0, None, &|| format!("file name “{file}”"));
    best
}

/// The keys of a tree that hold more than one value: of its root and its lists.
fn inner_keys(grid: &Grid) -> Vec<&str> {
    let mut keys: Vec<&str> = Vec::new();
    for pointer in grid.pointers.iter().take(400) {
        let mut steps: Vec<&str> = pointer.split('/').skip(1).collect();
        steps.pop();
        for step in steps {
            let name = step.split('[').next().unwrap_or(step);
            let number = name.chars().all(|c| c.is_ascii_digit());
            if !number && !keys.contains(&name) && keys.len() < 40 {
                keys.push(name);
            }
        }
    }
    keys
}
