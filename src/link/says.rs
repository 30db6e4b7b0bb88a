//! What a paper says of itself, sentence by sentence, each at its place.

use super::{Group, Report, ReportSource, Value, number_key};
use crate::model::{Document, FieldId, Layout, grid::index};
use crate::normalize::sentence::{About, Statement, Status};
use crate::normalize::text::{is_cjk, squeeze};
use crate::normalize::verdict;
use std::collections::BTreeMap;

/// One statement of a paper.
#[derive(Clone, Debug)]
pub struct Said {
    pub status: Status,
    pub about: About,
    /// The sentence.
    pub at: Value,
    /// The word that says it.
    pub word: String,
    /// It stands in a row of a table.
    pub in_row: bool,
}

/// Where a text stands decides what it can say of the paper.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// A line, a stamp, a remark.
    Free,
    /// In a row of a table: of the row, unless it names the paper.
    Row,
    /// The value of a label: a notebook called draft is no draft.
    Name,
}

/// Everything a report says of itself.
pub fn of_report(group: &Group<'_>, report: &Report) -> Vec<Said> {
    let own = report.number.map(|v| number_key(group.raw(&v)));
    let whole = matches!(report.source, ReportSource::Document(_));
    of_texts(group, &report.texts(group), own.as_deref(), whole)
}

/// What texts of one document say; `lines`: they are its lines, and a sentence may go on in the next.
pub fn of_texts(group: &Group<'_>, texts: &[Value], own: Option<&str>, lines: bool) -> Vec<Said> {
    let Some(document) = texts.first().and_then(|v| group.document(v.document)) else {
        return Vec::new();
    };
    let sentences = &group.vocabulary.sentences;
    let paper = lines.then(|| Paper::new(document));
    let mut said = Vec::new();
    let mut rest = texts;
    while let Some((first, after)) = rest.split_first() {
        let more = paper.as_ref().map_or(0, |p| p.goes_on(group, rest));
        let (further, next) = after.split_at_checked(more).unwrap_or((&[], after));
        rest = next;
        let parts: Vec<Value> = std::iter::once(*first)
            .chain(further.iter().copied())
            .collect();
        let standing = paper.as_ref().map_or(Standing::Free, |p| p.standing(first));
        let (text, at) = joined(group, &parts);
        let statements = sentences.statements(&text, own);
        let choice = !statements.is_empty() && verdict::has_boxes(&text);
        for statement in statements {
            let boxes = choice && statement.status.is_judgement();
            // What a label says of the sample needs no other subject.
            let stands = standing == Standing::Name || sentences.stands(&statement);
            if boxes || !stands || !counts(&statement, standing, lines) {
                continue;
            }
            said.extend(at.place(&text, &statement).map(|at| Said {
                status: statement.status,
                about: statement.about,
                at,
                word: statement.word,
                in_row: standing == Standing::Row,
            }));
        }
    }
    said
}

fn counts(said: &Statement, standing: Standing, lines: bool) -> bool {
    use Status::{Draft, Expired, Full, OtherSample, Outside, Own, Partial, Suspended, Untested};
    match (standing, said.status) {
        // Words of test methods too: a suspended load, an expired time.
        (Standing::Free, Suspended | Expired) if lines => said.named,
        (Standing::Free, _) => true,
        (Standing::Name, Draft) => said.about == About::Standard,
        (Standing::Name, status) => matches!(status, OtherSample | Own | Partial),
        (Standing::Row, Outside | Own | Partial | Full | OtherSample | Untested) => true,
        (Standing::Row, Status::Failed | Status::Passed | Status::Qualified) => false,
        (Standing::Row, Status::AddsTo | Status::Good) => false,
        (Standing::Row, _) => said.named,
    }
}

/// What is known of a document's cells before its texts are read.
struct Paper<'d> {
    document: &'d Document,
    /// Rows of tables, in order; headings among them.
    rows: Vec<u32>,
    /// Cells that hold values of labels, and whether one of these may say something of the paper.
    labelled: BTreeMap<u32, bool>,
    /// Cells of records, in order.
    in_records: Vec<u32>,
}

impl<'d> Paper<'d> {
    fn new(document: &'d Document) -> Paper<'d> {
        let understood = &document.understood;
        let headings = understood.columns.iter().map(|(_, cell)| *cell);
        let headings = headings.chain(understood.columns_not_taken.iter().copied());
        let headings = headings.map(|cell| index(document.grid.row_of(cell)));
        let of_tree = document.grid.layout == Layout::Tree;
        let cells = understood.fields.iter().filter(|_| !of_tree);
        let cells = cells.map(|f| index(document.grid.row_of(f.cell as usize)));
        let mut rows: Vec<u32> = headings.chain(cells).collect();
        rows.sort_unstable();
        rows.dedup();
        let mut labelled: BTreeMap<u32, bool> = BTreeMap::new();
        for field in &understood.header.fields {
            *labelled.entry(field.cell).or_default() |= is_free(field.id);
        }
        let mut in_records: Vec<u32> = understood.fields.iter().map(|f| f.cell).collect();
        in_records.sort_unstable();
        Paper {
            document,
            rows,
            labelled,
            in_records,
        }
    }

    fn row(&self, value: &Value) -> usize {
        self.document.grid.row_of(value.field.cell as usize)
    }

    fn is_beside(&self, value: &Value) -> bool {
        value.field.cell as usize >= self.document.grid.cells.len()
    }

    fn standing(&self, value: &Value) -> Standing {
        if self.is_beside(value) {
            return Standing::Free;
        }
        let cell = value.field.cell;
        if self.labelled.get(&cell) == Some(&false) {
            return Standing::Name;
        }
        let tree_row = self.document.grid.layout == Layout::Tree
            && self.in_records.binary_search(&cell).is_ok();
        match tree_row
            || self.explains(value)
            || self.rows.binary_search(&index(self.row(value))).is_ok()
        {
            true => Standing::Row,
            false => Standing::Free,
        }
    }

    /// `F | Fail`: what stands beside an abbreviation explains it.
    fn explains(&self, value: &Value) -> bool {
        let grid = &self.document.grid;
        let cell = value.field.cell as usize;
        let own = grid.row_cells(self.row(value));
        let before = own.take_while(|c| *c < cell).last();
        before.is_some_and(|c| {
            let text = grid.cell_text(c).trim();
            (1..=3).contains(&text.chars().count()) && text.chars().all(|c| c.is_alphabetic())
        })
    }

    /// How many of the texts that follow the first belong to its sentence: printed lines that go on,
    /// letters spaced so wide that each is a cell.
    fn goes_on(&self, group: &Group<'_>, texts: &[Value]) -> usize {
        let [first, after @ ..] = texts else { return 0 };
        let grid = &self.document.grid;
        if !grid.is_prose() || self.is_beside(first) {
            return 0;
        }
        let cells = grid.row_cells(self.row(first));
        let letters = |c: usize| (1..=2).contains(&grid.cell_text(c).trim().chars().count());
        if (2..=24).contains(&cells.len()) && cells.clone().all(letters) {
            let first_of_row = cells.start == first.field.cell as usize;
            return if first_of_row {
                (cells.len() - 1).min(after.len())
            } else {
                0
            };
        }
        let alone = |v: &Value| !self.is_beside(v) && grid.row_cells(self.row(v)).len() == 1;
        let mut more = 0;
        let mut last = first;
        for next in after {
            let follows = self.row(next) == self.row(last) + 1
                && alone(last)
                && alone(next)
                && self.standing(next) == Standing::Free
                && is_open(group, group.raw(last))
                && !group
                    .raw(next)
                    .trim()
                    .starts_with(|c: char| c.is_ascii_uppercase())
                && !group
                    .raw(next)
                    .chars()
                    .take(24)
                    .any(|c| matches!(c, ':' | '：'));
            if !follows {
                break;
            }
            more += 1;
            last = next;
        }
        more
    }
}

/// A label whose value may say something of the whole paper.
fn is_free(label: FieldId) -> bool {
    matches!(
        label,
        FieldId::STATUS
            | FieldId::REMARK
            | FieldId::CONCLUSION
            | FieldId::SCOPE
            | FieldId::TEST_TYPE
            | FieldId::REPORT_NO
    )
}

/// A line as wide as a line of a paragraph, that ends no sentence and speaks of a paper or stops at a
/// comma: an address above a title is no part of it.
fn is_open(group: &Group<'_>, line: &str) -> bool {
    const WIDE: usize = 30;
    let line = line.trim();
    let width: usize = line.chars().map(|c| 1 + usize::from(is_cjk(c))).sum();
    let ended = line.ends_with(['。', '.', ';', '；', ':', '：', '!', '！']);
    let goes_on =
        line.ends_with([',', '，', '、']) || group.vocabulary.sentences.names_a_paper(line);
    width >= WIDE && !ended && goes_on
}

/// Several texts as one, and where each begins in it.
struct Joined {
    parts: Vec<(usize, Value)>,
}

fn joined(group: &Group<'_>, values: &[Value]) -> (String, Joined) {
    let mut text = String::new();
    let mut parts = Vec::new();
    for value in values {
        let raw = group.raw(value);
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == ',');
        if latin(text.chars().next_back()) && latin(raw.chars().next()) && raw.len() > 2 {
            text.push(' ');
        }
        parts.push((text.len(), *value));
        text.push_str(raw);
    }
    (text, Joined { parts })
}

impl Joined {
    /// The sentence where it begins: as much of it as stands in one cell.
    fn place(&self, text: &str, said: &Statement) -> Option<Value> {
        let sentence = text.get(said.start..said.end)?;
        let lead = sentence.len() - sentence.trim_start().len();
        let start = said.start + lead;
        let end = start + sentence.trim().len();
        let (from, value) = self.parts.iter().rfind(|(from, _)| *from <= start)?;
        let own = value.field.len as usize;
        Some(value.part(start - from, (end - from).min(own)))
    }
}

/// The marks that tie a note to what it explains: `*`, `#`, `①`, `注1`; where a text begins with one
/// or speaks of what is so marked.
pub fn mark_of(text: &str) -> Option<String> {
    let text = text.trim();
    let first = text.chars().next()?;
    if is_mark(first) {
        return Some(first.to_string());
    }
    let numbered = text
        .strip_prefix('注')
        .or_else(|| text.strip_prefix("Note "));
    let number = numbered.map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits
    });
    if let Some(digits) = number.filter(|d| !d.is_empty()) {
        return Some(format!("注{digits}"));
    }
    text.chars().find(|c| is_mark(*c)).map(String::from)
}

/// Whether a text carries a mark, at its end or beside the word it marks.
pub fn carries(text: &str, mark: &str) -> bool {
    match mark.strip_prefix('注') {
        Some(digits) => {
            let text = text.trim_end_matches([')', '）', ']', ' ']);
            text.ends_with(&format!("注{digits}")) || text.ends_with(&format!("note {digits}"))
        }
        None => text.contains(mark),
    }
}

fn is_mark(c: char) -> bool {
    matches!(
        c,
        '#' | '*' | '★' | '☆' | '△' | '▲' | '※' | '†' | '‡' | '＊' | '＃' | '①'..='⑳'
    )
}

/// Whether what a note says is said of an item: its mark stands at the item, or it names it
/// (`named`: a note that may do so).
pub fn ties(note: &str, item: &[&str], named: bool) -> bool {
    if let Some(mark) = mark_of(note) {
        let found = item.iter().any(|text| carries(text, &mark));
        if found {
            return true;
        }
    }
    let note = squeeze(note);
    named
        && item.first().is_some_and(|name| {
            let name = squeeze(name);
            let letters = name.chars().filter(|c| !c.is_ascii_digit()).count();
            letters >= 2 && note.contains(&name)
        })
}
