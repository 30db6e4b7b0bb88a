//! Documents → records: which kind of paper it is, where its labels and its table stand, which
//! cell holds which field. Driven by `rules/documents/*.yaml`; no heading is named in Rust.

mod account;
mod assign;
mod assignment;
mod bands;
mod columns;
mod doubts;
mod forms;
mod glued;
mod heading;
mod known;
mod labels;
mod letterhead;
mod lists;
mod memory;
mod recognise;
mod reports;
mod settle;
mod stacked;
mod synonyms;
mod table;
mod titles;
mod turned;
mod unlisted;
mod values;
mod verdicts;
mod vocabulary;
mod words;

pub use columns::overlap;
pub use forms::FormFile;
pub use known::{Known, Others};
pub use lists::{ALL, ListFile, ListKind, Listed, Lists, is_list};
pub use settle::settle;
pub use vocabulary::{KindFile, KindSource, Vocabulary};

use crate::model::{
    self, CellKind, Document, Field, Layout, Marks, Problem, Say, Understood, work,
};
use crate::normalize::quantity;
use crate::read::Encoding;
use std::time::Duration;

/// What the user's configuration says about a file.
#[derive(Clone, Debug, Default)]
pub struct Hint {
    pub kind: Option<String>,
    /// Sheets that are no documents of the shipment.
    pub skip_sheets: Vec<String>,
    /// The heading row of its table, 1-based.
    pub header_row: Option<u32>,
    /// The names of the fields its columns hold, by the column's number from 0.
    pub columns: Vec<(u32, String)>,
    /// What is said of single sheets.
    pub sheets: Vec<(String, Hint)>,
    /// The encoding of a text.
    pub encoding: Option<&'static Encoding>,
}

impl Hint {
    /// What is said of a sheet: its own words before those of the file.
    fn of(&self, sheet: Option<&str>) -> Hint {
        let own = self.sheets.iter().find(|(name, _)| Some(&**name) == sheet);
        let own = own.map(|(_, hint)| hint.clone()).unwrap_or_default();
        Hint {
            kind: own.kind.or_else(|| self.kind.clone()),
            header_row: own.header_row.or(self.header_row),
            columns: match own.columns.is_empty() {
                true => self.columns.clone(),
                false => own.columns,
            },
            ..Hint::default()
        }
    }
}

/// A document that was understood, with what was not.
pub struct Paper {
    pub document: Document,
    pub problems: Vec<Problem>,
}

impl Paper {
    /// Understands the document once more beside what the others of the shipment hold, where that
    /// may help. A second look that does not come to its end leaves the first.
    pub fn look_again(
        &mut self,
        vocabulary: &Vocabulary,
        hint: &Hint,
        others: Others<'_>,
        time: Duration,
    ) {
        if !others.may_help(&self.document) {
            return;
        }
        let first = self.document.understood.clone();
        let document = &mut self.document;
        match work::within(time, || understand(document, vocabulary, hint, others)) {
            Ok(problems) => self.problems = problems,
            Err(_) => self.document.understood = first,
        }
    }
}

/// Understands what a reader delivered: one document, or several where one file holds several
/// reports. Sheets the configuration leaves out are said and passed over.
pub fn papers(
    mut document: Document,
    vocabulary: &Vocabulary,
    hint: &Hint,
    problems: &mut Vec<Problem>,
) -> Vec<Paper> {
    if let Some(part) = &document.part
        && hint.skip_sheets.iter().any(|s| s == part)
    {
        problems.push(Problem::ignored(&document.label()));
        return Vec::new();
    }
    document.grid.decimal_comma = quantity::has_decimal_comma(&document.grid);
    let merges = &mut document.grid.merges;
    merges.sort_unstable_by_key(|m| (m.top, m.left));
    let alone = Known::default();
    let paper = |mut document: Document| Paper {
        problems: understand(&mut document, vocabulary, hint, alone.to(0)),
        document,
    };
    let whole = paper(document);
    let mut parts = reports::split(&whole.document);
    if parts.is_empty() {
        parts = reports::titled(&whole.document, vocabulary);
    }
    if parts.is_empty() {
        return vec![whole];
    }
    parts.into_iter().map(paper).collect()
}

/// Finds the kind of a document and fills its fields. What was not understood is in the problems.
fn understand(
    document: &mut Document,
    vocabulary: &Vocabulary,
    hint: &Hint,
    others: Others<'_>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let hint = hint.of(document.part.as_deref());
    let view = recognise::View::new(&document.grid, vocabulary, others, &hint);
    let recognised = recognise::recognise(document, &view, vocabulary, &hint);
    document.understood = Understood::default();
    let Some(found) = recognised.best else {
        problems.push(Problem::unknown_kind(
            &document.path,
            document.part.as_deref(),
            recognised.nearest.as_deref(),
        ));
        document.understood.account = account::aside(document);
        return problems;
    };
    let Some(kind) = vocabulary.kinds.get(found.kind) else {
        return problems;
    };
    if kind.set_aside {
        let (path, part) = (&document.path, document.part.as_deref());
        problems.push(Problem::set_aside(path, part, &kind.title, &found.why));
        document.understood.why = found.why;
        document.understood.account = account::aside(document);
        return problems;
    }
    let mut understood = table::read(document, &view, vocabulary, found.kind, found.header_row);
    labels::fill(
        document,
        &view,
        found.kind,
        kind,
        &vocabulary.words,
        &mut understood,
    );
    letterhead::fill(document, &view, kind, &mut understood);
    if kind.name == "lab-report" || kind.name == "report-register" {
        verdicts::fill(document, &vocabulary.words, &mut understood);
    }
    understood.kind = Some(kind.name.clone());
    understood.kind_title = kind.title.clone();
    understood.why = found.why;
    let labels: Vec<(u32, usize)> = view
        .pairs
        .iter()
        .filter_map(|p| Some((model::grid::index(p.cell), p.label.as_ref()?.cell)))
        .collect();
    glued::part_codes(document, &labels, &mut understood);
    // A row somebody struck out is told once.
    let mut told = None;
    for field in understood.header.fields.iter().chain(&understood.fields) {
        let cell = field.cell as usize;
        let Some(at) = document.grid.cells.get(cell) else {
            continue;
        };
        let what = match at.kind {
            CellKind::Error => Say::new("an error value", "错误值"),
            CellKind::NoValue if document.grid.layout == Layout::Tree => {
                Say::new("two values, of one key", "同一键的两个值")
            }
            CellKind::NoValue => {
                Say::new("a formula that was never calculated", "从未计算过的公式")
            }
            _ if at.marks.takes_back() => {
                let row = Some((document.grid.row_of(cell), at.marks));
                if std::mem::replace(&mut told, row) == row {
                    continue;
                }
                if at.marks.has(Marks::STRUCK) {
                    Say::new("a value that is struck out", "被划掉的值")
                } else if at.marks.has(Marks::PICTURE) {
                    Say::new("a picture", "图片")
                } else {
                    Say::new("text that nobody sees", "看不见的文字")
                }
            }
            _ => continue,
        };
        problems.push(no_value(document, field, &what));
    }
    if document.format == "csv"
        && let Some((cell, count)) = beyond_headings(document, &understood)
    {
        problems.push(Problem::wide_rows(
            &document.path,
            document.grid.spot(cell),
            count,
            document.grid.cell_text(cell).trim(),
        ));
    }
    let read: Vec<u32> = understood.header.fields.iter().map(|f| f.cell).collect();
    let labelled = labels.iter().filter(|(value, _)| read.contains(value));
    let labelled: Vec<usize> = labelled.map(|(_, label)| *label).collect();
    understood.title = found.title;
    understood.account = account::of(document, &view, &understood, &labelled);
    document.understood = understood;
    problems.extend(doubts::find(document, kind, &vocabulary.words));
    // What is told apart by its value is asked for; free text is not.
    let asked = |id: &model::FieldId| {
        let field = kind.field(*id);
        field.is_some_and(|f| f.field_type != model::FieldType::Text)
    };
    let needed = kind.needs.iter().flatten().copied();
    let needed: Vec<model::FieldId> = needed.filter(asked).collect();
    for (cell, may_be) in account::telling(document, &needed) {
        let heading = |id: &model::FieldId| kind.field(*id).map_or("", |f| f.heading.as_str());
        let fields: Vec<&str> = may_be.iter().take(3).map(heading).collect();
        let (path, part) = (&document.path, document.part.as_deref());
        let text = document.grid.cell_text(cell).trim();
        let mut problem = Problem::not_understood(path, text, &fields);
        if document.grid.layout == Layout::Tree {
            // A program's keys are many, and most are nobody's business.
            problem.level = model::Level::Remark;
        }
        problems.push(problem.at(part, document.grid.spot(cell)));
    }
    problems
}

/// The first value that stands right of the last heading, and how many do.
fn beyond_headings(document: &Document, understood: &Understood) -> Option<(usize, usize)> {
    let column = |cell: usize| document.grid.cells.get(cell).map(|c| c.x0);
    let last = document
        .grid
        .row_cells(understood.header_row?)
        .filter(|cell| !document.grid.cell_text(*cell).trim().is_empty())
        .filter_map(column)
        .max();
    let beyond = understood
        .unheaded
        .iter()
        .filter(|(c, _)| column(*c) > last);
    let count = beyond.clone().map(|(_, count)| count).sum();
    beyond
        .map(|(cell, _)| *cell)
        .next()
        .map(|cell| (cell, count))
}

fn no_value(document: &Document, field: &Field, what: &Say) -> Problem {
    Problem::no_value(
        &document.path,
        document.part.as_deref(),
        document.spot(field),
        what,
    )
}
