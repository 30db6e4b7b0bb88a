//! Test reports, whether each is a paper of its own or a row of a register.

use super::keys::{Key, Keys};
use super::{Group, Said, Shipment, Value, among_words, items, related, says};
use crate::model::grid::index as position;
use crate::model::{CellKind, Field, FieldId, ItemVerdict, Layout, Problem, Say, Spot};
use crate::normalize::sentence::{About, Status};
use crate::normalize::{cnas, model, range as ranges, report_no};
use std::collections::{HashMap, HashSet};

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportSource {
    /// The whole document.
    Document(u32),
    /// One row of a register.
    Row(u32, u32),
}

impl ReportSource {
    pub fn document(self) -> u32 {
        match self {
            ReportSource::Document(d) | ReportSource::Row(d, _) => d,
        }
    }
}

/// A model a report names.
#[derive(Clone, Debug)]
pub struct NamedModel {
    pub value: Value,
    pub key: Key,
    /// The model itself where the value is a range that means it without spelling it.
    pub within: Option<Box<str>>,
}

/// One test item with what the report says of it.
#[derive(Clone, Debug)]
pub struct Item {
    pub name: Value,
    pub clause: Option<Value>,
    pub verdict: Option<Value>,
    pub parsed: Option<ItemVerdict>,
    /// Where the item's name and the verdict stand in one text (a register's list).
    pub record: Option<u32>,
    /// Its verdict is missing where the other rows of its table have one.
    pub blank: bool,
}

impl Item {
    /// What was measured, where it stands in a row of its own.
    pub fn result(&self, group: &Group<'_>) -> Option<Value> {
        group.record(self.name.document, self.record?, FieldId::RESULT)
    }
}

/// A CNAS number in its plain form, and where it stands.
pub type Numbered = (String, Value);

/// A laboratory's report.
#[derive(Clone, Debug)]
pub struct Report {
    pub source: ReportSource,
    pub number: Option<Value>,
    pub models: Vec<NamedModel>,
    pub items: Vec<Item>,
    /// For addenda: the number of the base report they belong to.
    pub addendum_to: Option<Value>,
    pub replaces: Option<Value>,
    /// Further rows of the register that belong to the same report.
    pub more_rows: Vec<u32>,
    /// Read whole: what it does not say is absent.
    pub whole: bool,
    /// What it says of itself, in the order it stands there.
    pub says: Vec<Said>,
}

impl Report {
    /// A field of the report.
    pub fn get(&self, group: &Group<'_>, id: FieldId) -> Option<Value> {
        self.all(group, id).into_iter().next()
    }

    /// All values of a field that say something.
    pub fn all(&self, group: &Group<'_>, id: FieldId) -> Vec<Value> {
        let document = self.source.document();
        let Some(doc) = group.document(document) else {
            return Vec::new();
        };
        match self.source {
            ReportSource::Document(_) => doc
                .understood
                .header
                .all(id)
                .map(|f| Value {
                    document,
                    field: *f,
                })
                .filter_map(|v| group.stated(v))
                .collect(),
            ReportSource::Row(_, row) => {
                let own: Vec<Value> = std::iter::once(row)
                    .chain(self.more_rows.iter().copied())
                    .filter_map(|r| group.stated(group.record(document, r, id)?))
                    .collect();
                if own.is_empty() {
                    group
                        .header(document, id)
                        .and_then(|v| group.stated(v))
                        .into_iter()
                        .collect()
                } else {
                    own
                }
            }
        }
    }

    /// The report's number as written, or its document's name.
    pub fn name(&self, group: &Group<'_>) -> String {
        match &self.number {
            Some(value) => group.raw(value).trim().to_string(),
            None => group
                .document(self.source.document())
                .map_or(String::new(), |d| d.label()),
        }
    }

    /// Whether a text that names reports names this one, in whatever spelling.
    pub fn is_numbered(&self, group: &Group<'_>, stated: &str) -> bool {
        let words = &group.vocabulary.words;
        self.number
            .is_some_and(|v| report_no::named(stated, group.raw(&v), words).is_some())
    }

    /// The texts in which a report's wording is looked for: the lines of a paper, the free-text
    /// fields of a register's row.
    pub fn texts(&self, group: &Group<'_>) -> Vec<Value> {
        match self.source {
            ReportSource::Document(document) => group.texts(document),
            ReportSource::Row(..) => [
                FieldId::SCOPE,
                FieldId::CONCLUSION,
                FieldId::REMARK,
                FieldId::STATUS,
                FieldId::TEST_TYPE,
            ]
            .into_iter()
            .flat_map(|id| self.all(group, id))
            .collect(),
        }
    }

    /// What the report says of itself with one of these statuses.
    pub fn said<'r>(&'r self, any: &'r [Status]) -> impl Iterator<Item = &'r Said> + 'r {
        let of_it = |s: &&Said| s.about == About::This && any.contains(&s.status);
        self.says.iter().filter(of_it)
    }

    /// The laboratory numbers a report shows, and other CNAS numbers beside them.
    pub fn cnas(&self, group: &Group<'_>) -> (Vec<Numbered>, Vec<Numbered>) {
        let (mut labs, mut others): (Vec<Numbered>, Vec<Numbered>) = (Vec::new(), Vec::new());
        let fields = self.all(group, FieldId::CNAS_NO);
        let marks = match self.source {
            ReportSource::Document(_) => self
                .texts(group)
                .into_iter()
                .filter(|v| mentions_cnas(group.raw(v)))
                .collect(),
            ReportSource::Row(..) => Vec::new(),
        };
        for value in fields.into_iter().chain(marks) {
            for (number, start, end) in cnas::cnas_numbers(group.raw(&value)) {
                let mut part = value;
                part.field.start += crate::model::grid::index(start);
                part.field.len = crate::model::grid::index(end - start);
                match number {
                    cnas::Cnas::Lab(n) if !labs.iter().any(|(m, _)| *m == n) => {
                        labs.push((n, part));
                    }
                    cnas::Cnas::Other(n) if !others.iter().any(|(m, _)| *m == n) => {
                        others.push((n, part));
                    }
                    _ => {}
                }
            }
        }
        (labs, others)
    }
}

fn mentions_cnas(text: &str) -> bool {
    text.contains("CNAS") || text.contains("ＣＮＡＳ") || text.contains("cnas")
}

impl Group<'_> {
    /// The texts of a document, the keys of a tree left out.
    pub fn texts(&self, document: u32) -> Vec<Value> {
        let Some(doc) = self.document(document) else {
            return Vec::new();
        };
        let grid = &doc.grid;
        let keys = grid.layout == Layout::Tree;
        let cells = grid.cells.iter().enumerate();
        let cells = cells
            .filter(|(_, c)| !(keys && c.kind == CellKind::Key || c.marks.takes_back()))
            .map(|(n, c)| (n, c.start, c.len));
        // A stamp, a page head is a part of the paper, wherever its program keeps it.
        let beside = grid.asides.iter().enumerate();
        let beside = beside
            .filter(|(_, aside)| aside.what.is_printed())
            .map(|(n, aside)| (grid.cells.len() + n, 0, position(aside.text.len())));
        let value = |(cell, start, len)| {
            let (id, cell) = (FieldId::REMARK, position(cell));
            let field = Field {
                id,
                cell,
                start,
                len,
            };
            Value { document, field }
        };
        cells.chain(beside).map(value).collect()
    }
}

/// Collects the reports of a group.
pub fn collect(group: &mut Group<'_>, keys: &mut Keys) {
    let mut reports = Vec::new();
    let mut item_columns: Vec<(u32, Vec<usize>)> = Vec::new();
    for (number, document) in group.of_kind("lab-report") {
        let report = Report {
            source: ReportSource::Document(number),
            number: None,
            models: Vec::new(),
            items: items::of_paper(group, number),
            addendum_to: None,
            replaces: None,
            more_rows: Vec::new(),
            whole: document.whole,
            says: Vec::new(),
        };
        reports.push(report);
    }
    for (number, document) in group.of_kind("report-register") {
        let columns = items::columns(group, number);
        item_columns.push((number, columns));
        let mut by_number: HashMap<&str, usize> = HashMap::new();
        for row in 0..crate::model::grid::index(document.understood.records.len()) {
            let report_no = group
                .record(number, row, FieldId::REPORT_NO)
                .map(|v| group.raw(&v).trim());
            let known = report_no.and_then(|n| by_number.get(n)).copied();
            if let Some(report) = known.and_then(|i| reports.get_mut(i)) {
                report.more_rows.push(row);
                continue;
            }
            if let Some(n) = report_no {
                by_number.insert(n, reports.len());
            }
            reports.push(Report {
                source: ReportSource::Row(number, row),
                number: None,
                models: Vec::new(),
                items: Vec::new(),
                addendum_to: None,
                replaces: None,
                more_rows: Vec::new(),
                whole: document.whole,
                says: Vec::new(),
            });
        }
    }
    for report in &mut reports {
        report.number = report.get(group, FieldId::REPORT_NO);
        report.addendum_to = report.get(group, FieldId::ADDENDUM_TO);
        report.replaces = report.get(group, FieldId::REPLACES);
        report.models = models(group, report, keys);
        if let ReportSource::Row(document, row) = report.source {
            let columns = item_columns.iter().find(|(d, _)| *d == document);
            let columns = columns.map_or(&[][..], |(_, c)| c.as_slice());
            let rows = std::iter::once(row).chain(report.more_rows.iter().copied());
            report.items = rows
                .flat_map(|row| items::of_row(group, document, row, columns))
                .collect();
            items::settle_ticks(group, &mut report.items);
        }
        report.says = says::of_report(group, report);
    }
    join_sheets(group, &mut reports);
    related::find(group, &mut reports);
    group.reports = reports;
}

/// A workbook keeps the cover of a report on one sheet and its results on another: where a sheet
/// of the same file and number has the items and names no party and no model, they are the cover's.
fn join_sheets(group: &Group<'_>, reports: &mut Vec<Report>) {
    let path = |r: &Report| group.document(r.source.document()).map(|d| d.path.as_str());
    let paper = |r: &Report| matches!(r.source, ReportSource::Document(_));
    let number = |r: &Report| r.number.map(|n| number_key(group.raw(&n)));
    let mut at = 0;
    while at < reports.len() {
        let results = reports.get(at).and_then(|own| {
            let nameless = own.models.is_empty() && own.get(group, FieldId::APPLICANT).is_none();
            let apart = paper(own) && nameless && !own.items.is_empty() && own.number.is_some();
            let is_cover = |r: &Report| {
                paper(r) && r.items.is_empty() && path(r) == path(own) && number(r) == number(own)
            };
            apart.then(|| reports.iter().position(is_cover)).flatten()
        });
        let Some(cover) = results else {
            at += 1;
            continue;
        };
        let own = reports.remove(at);
        let cover = if cover > at { cover - 1 } else { cover };
        if let Some(cover) = reports.get_mut(cover) {
            cover.items = own.items;
            cover.says.extend(own.says);
            cover.whole &= own.whole;
        }
    }
}

impl NamedModel {
    fn spelled(value: Value, key: Key) -> NamedModel {
        NamedModel {
            value,
            key,
            within: None,
        }
    }
}

/// The look-alike key under which two spellings of a report number meet.
pub fn number_key(raw: &str) -> String {
    model::key(raw)
}

fn models(group: &Group<'_>, report: &Report, keys: &mut Keys) -> Vec<NamedModel> {
    let labels = &group.vocabulary.words.model_labels;
    let mut models: Vec<NamedModel> = Vec::new();
    for value in report.all(group, FieldId::MODEL) {
        let raw = group.raw(&value);
        for (start, end) in model::split(raw, false) {
            let Some(text) = raw.get(start..end) else {
                continue;
            };
            if model::is_null(text, &group.vocabulary.words.null_tokens) {
                continue;
            }
            let mut part = value;
            part.field.start += crate::model::grid::index(start);
            part.field.len = crate::model::grid::index(end - start);
            let mut key = |text: &str| keys.model(text, labels);
            let Some(meant) = ranges::range(text) else {
                models.push(NamedModel::spelled(part, key(text)));
                continue;
            };
            for (from, to) in meant.spelled {
                let value = range(&part, text, from, to);
                models.push(NamedModel::spelled(value, key(group.raw(&value))));
            }
            models.extend(meant.within.into_iter().map(|within| NamedModel {
                value: part,
                key: key(&within),
                within: Some(within.into()),
            }));
        }
    }
    models
}

/// A part of a text without the spaces around it.
pub fn range(value: &Value, raw: &str, start: usize, end: usize) -> Value {
    let text = raw.get(start..end).unwrap_or("");
    let lead = text.len() - text.trim_start().len();
    let mut part = *value;
    part.field.start += crate::model::grid::index(start + lead);
    part.field.len = crate::model::grid::index(text.trim().len());
    part
}

/// A code with slashes, or codes among words, are a list where the parts, not the whole, are models
/// that were declared or packed.
pub fn split_slashed(group: &mut Group<'_>, shipments: &[Shipment], keys: &mut Keys) {
    let slashed = |g: &Group<'_>, m: &NamedModel| g.raw(&m.value).contains(['/', '／']);
    let joined = |m: &NamedModel| slashed(group, m) || among_words::may_be(group.raw(&m.value));
    let any = group.reports.iter().any(|r| r.models.iter().any(joined));
    if !any {
        return;
    }
    let known: HashSet<Key> = shipments
        .iter()
        .flat_map(|s| {
            let declared = s.lines.iter().map(|l| l.key);
            declared.chain(s.packed.iter().map(|p| p.key))
        })
        .filter(|k| !k.is_none())
        .collect();
    let mut reports = std::mem::take(&mut group.reports);
    for report in &mut reports {
        let mut models = Vec::with_capacity(report.models.len());
        for named in &report.models {
            let raw = group.raw(&named.value);
            let whole = named.within.is_none() && slashed(group, named);
            let parts: Vec<NamedModel> = if whole && !known.contains(&named.key) {
                model::split(raw, true)
                    .into_iter()
                    .map(|(start, end)| {
                        let value = range(&named.value, raw, start, end);
                        let key = keys.key(group.raw(&value));
                        NamedModel::spelled(value, key)
                    })
                    .collect()
            } else {
                Vec::new()
            };
            if parts.iter().any(|p| known.contains(&p.key)) {
                models.extend(parts);
                continue;
            }
            let told = match named.within.is_none() && !known.contains(&named.key) {
                true => among_words::models(group, named, &known, keys),
                false => Vec::new(),
            };
            if told.is_empty() {
                models.push(named.clone());
            } else {
                models.extend(told);
            }
        }
        report.models = models;
    }
    group.reports = reports;
}

/// Names papers that carry one report number: two papers, or two rows of two registers. A paper and
/// its row in a register are one report told twice.
pub fn name_duplicates(group: &mut Group<'_>) {
    let mut problems = Vec::new();
    let numbered = |r: &u32| group.reports.get(*r as usize);
    let mut keys: Vec<Key> = group.report_numbers.keys().collect();
    keys.sort_unstable_by_key(|k| group.keys.text(*k));
    for key in keys {
        let reports: Vec<&Report> = group
            .report_numbers
            .get(key)
            .iter()
            .filter_map(numbered)
            .filter(|r| r.addendum_to.is_none())
            .collect();
        let papers = reports
            .iter()
            .filter(|r| matches!(r.source, ReportSource::Document(_)));
        let papers: Vec<&&Report> = papers.collect();
        let [first, second, ..] = papers.as_slice() else {
            continue;
        };
        let (Some(a), Some(b)) = (
            group.document(first.source.document()),
            group.document(second.source.document()),
        ) else {
            continue;
        };
        let name = second.name(group);
        let alike = a.sha256 == b.sha256;
        let (en, zh) = if alike {
            ("the same file", "同一文件")
        } else {
            ("another text", "内容不同")
        };
        let message = Say::new(
            format!("report {name} is here twice: also {} ({en})", a.label()),
            format!("报告 {name} 重复：另见 {}（{zh}）", a.label()),
        );
        let problem = Problem::duplicate_report(&b.path, message);
        problems.push(problem.at(b.part.as_deref(), Spot::Whole));
    }
    group.problems.extend(problems);
}

/// Indexes the numbers of all reports and the models they name.
pub fn index(group: &mut Group<'_>, keys: &mut Keys) {
    let numbered = || group.reports.iter().zip(0u32..);
    let numbers = numbered().filter_map(|(r, i)| Some((keys.key(group.raw(&r.number?)), i)));
    let numbers = numbers.collect();
    let models = numbered().flat_map(|(r, i)| {
        let models = r.models.iter().zip(0u32..);
        models.map(move |(named, m)| (named.key, (i, m)))
    });
    let models = models.collect();
    let those = |of: fn(&Report) -> bool| -> Vec<u32> {
        numbered().filter(|(r, _)| of(r)).map(|(_, i)| i).collect()
    };
    group.addenda = those(|r| r.addendum_to.is_some());
    group.replacing = those(|r| r.replaces.is_some());
    group.report_numbers = numbers;
    group.report_models = models;
}
