//! Records → shipments: which packing rows, reports, batches and certificates belong to which
//! declared line, and how surely.

mod aliases;
mod among_words;
mod batches;
mod cartons;
mod copies;
mod flaws;
mod items;
mod keys;
mod lines;
mod nearest;
mod numbered;
mod packing;
pub mod pairs;
mod party;
mod patterns;
mod pictured;
mod pilot;
mod related;
mod reports;
pub mod says;
mod shipments;
pub mod transcripts;
mod versions;

pub use aliases::{Alias, Aliases, Joins, of_document};
pub use batches::{Batch, Certificate, Scope};
pub use cartons::{Overlap, overlaps, runs as carton_runs};
pub use flaws::{Flaw, FlawKind};
pub use keys::Key;
pub use lines::Line;
pub use packing::{Packed, PackedCartons};
pub use pictured::noting;
pub use pilot::PilotCode;
pub use reports::{Item, NamedModel, Report, ReportSource, number_key};
pub use says::Said;
pub use shipments::Shipment;
pub use versions::Version;

use crate::extract::Vocabulary;
use crate::model::{CellKind, Document, Field, FieldId, Marks, Problem, Spot, work};
use crate::normalize::{date, model, placeholder, quantity};
use keys::{Index, Keys};
use pictured::unnoted;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// Up to so many rows or reports of one model are each looked at; of more, those that can matter.
pub const FEW: usize = 16;

/// A field of a document.
#[derive(Clone, Copy, Debug)]
pub struct Value {
    pub document: u32,
    pub field: Field,
}

impl Value {
    /// A part of the value's text, by positions in it.
    pub fn part(&self, start: usize, end: usize) -> Value {
        let mut part = *self;
        part.field.start += crate::model::grid::index(start);
        part.field.len = crate::model::grid::index(end - start);
        part
    }
}

/// The documents of one folder (or one call), their reports and registers indexed once, and the
/// shipments they hold.
pub struct Group<'a> {
    /// The folder's name.
    pub id: String,
    pub documents: &'a [Document],
    pub vocabulary: &'a Vocabulary,
    pub aliases: Aliases,
    pub reports: Vec<Report>,
    pub scopes: Vec<Scope>,
    pub pilot: Vec<PilotCode>,
    /// Rows of reference tables that could not be used, by kind; what is not found may be meant there.
    pub left_out: Vec<(&'static str, Value)>,
    pub batches: Vec<Batch>,
    pub certificates: Vec<Certificate>,
    /// The look-alike keys of all that is looked for by name.
    keys: Keys,
    /// Every model some report names: the report, and the model's number there.
    report_models: Index<(u32, u32)>,
    near_reports: OnceLock<HashMap<Key, Vec<Key>>>,
    near_batches: OnceLock<HashMap<Key, Vec<Key>>>,
    batch_index: Index<u32>,
    certificate_index: Index<u32>,
    batches_by_model: Index<u32>,
    report_numbers: Index<u32>,
    report_finder: OnceLock<numbered::Finder>,
    scope_index: HashMap<String, Vec<u32>>,
    flaws: OnceLock<Vec<Flaw>>,
    cartons_elsewhere: OnceLock<Vec<Vec<(Value, Value, u32)>>>,
    /// Reports that add to another, and reports that replace one.
    pub addenda: Vec<u32>,
    pub replacing: Vec<u32>,
    pub shipments: Vec<Shipment>,
    /// Documents that are here twice and do not count.
    pub copies: Vec<u32>,
    /// Documents some of which was read from a picture, in order.
    pictured: Vec<u32>,
    /// Files that could not be read whole: what is not found may stand there.
    pub unread: Vec<Problem>,
    pub problems: Vec<Problem>,
}

impl<'a> Group<'a> {
    /// Links the documents of a folder. `unread` are the problems of files not read whole.
    pub fn new(
        id: &str,
        documents: &'a [Document],
        vocabulary: &'a Vocabulary,
        aliases: Aliases,
        unread: Vec<Problem>,
    ) -> Group<'a> {
        let mut group = Group {
            id: id.to_string(),
            documents,
            vocabulary,
            aliases,
            reports: Vec::new(),
            scopes: Vec::new(),
            pilot: Vec::new(),
            left_out: Vec::new(),
            batches: Vec::new(),
            certificates: Vec::new(),
            keys: Keys::default(),
            report_models: Index::default(),
            near_reports: OnceLock::new(),
            near_batches: OnceLock::new(),
            batch_index: Index::default(),
            certificate_index: Index::default(),
            batches_by_model: Index::default(),
            report_numbers: Index::default(),
            report_finder: OnceLock::new(),
            scope_index: HashMap::new(),
            flaws: OnceLock::new(),
            cartons_elsewhere: OnceLock::new(),
            addenda: Vec::new(),
            replacing: Vec::new(),
            shipments: Vec::new(),
            copies: Vec::new(),
            pictured: pictured::find(documents),
            unread,
            problems: Vec::new(),
        };
        // The longest table names the most models; the others mostly name the same.
        let longest = documents.iter().map(|d| d.understood.records.len()).max();
        let mut keys = Keys::of(longest.unwrap_or(0));
        batches::collect(&mut group, &mut keys);
        reports::collect(&mut group, &mut keys);
        let mut shipments = shipments::collect(&mut group, &mut keys);
        reports::split_slashed(&mut group, &shipments, &mut keys);
        if let [only] = shipments.as_mut_slice() {
            let problems = lines::take_batches(&group, only, &mut keys);
            group.problems.extend(problems);
        }
        for (number, shipment) in shipments.iter_mut().enumerate() {
            shipment.number = number;
            lines::find_models(&group, shipment, &mut keys);
            lines::split_models(&group, shipment, &mut keys);
            shipment.index();
            lines::take_packed_batches(&group, shipment, &mut keys);
        }
        patterns::meet(&mut group, &shipments, &keys);
        reports::index(&mut group, &mut keys);
        group.keys = keys;
        group.shipments = shipments;
        reports::name_duplicates(&mut group);
        group
    }

    pub fn document(&self, number: u32) -> Option<&'a Document> {
        self.documents.get(number as usize)
    }

    /// All that a cell of a document says, as a value of a field.
    pub fn whole_cell(&self, document: u32, cell: usize, id: FieldId) -> Option<Value> {
        let at = self.document(document)?.grid.cells.get(cell)?;
        let (start, len) = (at.start, at.len);
        let cell = crate::model::grid::index(cell);
        let field = Field {
            id,
            cell,
            start,
            len,
        };
        Some(Value { document, field })
    }

    /// The raw text of a value.
    pub fn raw(&self, value: &Value) -> &'a str {
        work::steps(1);
        self.note(value);
        self.document(value.document)
            .map_or("", |d| d.raw(&value.field))
    }

    /// What names a value: the heading of its column, or the label before or above it.
    pub fn heading(&self, value: &Value) -> Option<&'a str> {
        let document = self.document(value.document)?;
        let (grid, cell) = (&document.grid, value.field.cell as usize);
        let row = grid.row_of(cell);
        let of_field = document.understood.columns.iter();
        let mut columns = of_field.filter(|(id, _)| *id == value.field.id);
        let is_under = document.understood.header_row.is_some_and(|h| h < row);
        if let Some((_, heading)) = columns.next().filter(|_| is_under) {
            return Some(grid.cell_text(*heading));
        }
        let own = grid.cells.get(cell)?;
        let before = value.field.start.saturating_sub(own.start);
        let label = grid.slice(own.start, before).trim();
        if !label.is_empty() {
            return Some(label);
        }
        let left = grid.row_cells(row).take_while(|c| *c < cell).last();
        let left = left.map(|c| grid.cell_text(c));
        let above = || {
            let row = row.checked_sub(1)?;
            let mut cells = grid.row_cells(row);
            let over = cells.find(|c| grid.cells.get(*c).is_some_and(|c| c.x0 == own.x0))?;
            Some(grid.cell_text(over))
        };
        left.or_else(above)
    }

    pub fn spot(&self, value: &Value) -> Spot {
        self.document(value.document)
            .map_or(Spot::Whole, |d| d.spot(&value.field))
    }

    /// The cell kind a value stands in.
    pub fn cell_kind(&self, value: &Value) -> CellKind {
        self.document(value.document)
            .and_then(|d| d.grid.cells.get(value.field.cell as usize))
            .map_or(CellKind::Text, |c| c.kind)
    }

    /// Whether a value's cell is struck out, unseen, a picture, or lost some of its digits.
    pub fn is_taken_back(&self, value: &Value) -> bool {
        let document = self.document(value.document);
        let marks = document.map(|d| d.grid.marks_of(value.field.cell as usize));
        marks.is_some_and(|m| m.takes_back() || m.has(Marks::DIGITS_LOST))
    }

    /// Whether nobody can tell what a value's cell says: an error, no value, or taken back.
    pub fn is_lost(&self, value: &Value) -> bool {
        let kind = self.cell_kind(value);
        matches!(kind, CellKind::Error | CellKind::NoValue) || self.is_taken_back(value)
    }

    /// The number a value states with its unit, as its file writes numbers.
    pub fn quantity(&self, value: &Value) -> Option<quantity::Quantity> {
        self.note(value);
        quantity::of(self.document(value.document)?, &value.field)
    }

    /// A value that says something: not empty, not a null token, not an error cell, not taken back; a
    /// name is no placeholder either.
    pub fn stated(&self, value: Value) -> Option<Value> {
        let known = !self.is_lost(&value);
        let (raw, words) = (self.raw(&value), &self.vocabulary.words);
        let names = matches!(
            value.field.id,
            FieldId::MODEL
                | FieldId::SKU
                | FieldId::BATCH
                | FieldId::REPORT_NO
                | FieldId::CERTIFICATE_NO
                | FieldId::APPLICANT
                | FieldId::MANUFACTURER
                | FieldId::CONSIGNOR
                | FieldId::PRODUCER
        );
        let nothing = model::is_null(raw, &words.null_tokens)
            || names && !is_plain_code(raw) && placeholder::is(raw, &words.placeholders);
        (known && !nothing).then_some(value)
    }

    /// The header value of a document.
    pub fn header(&self, document: u32, field: FieldId) -> Option<Value> {
        let found = self.document(document)?.understood.header.get(field)?;
        Some(Value {
            document,
            field: *found,
        })
    }

    /// A field of a record of a document.
    pub fn record(&self, document: u32, record: u32, field: FieldId) -> Option<Value> {
        let doc = self.document(document)?;
        let row = doc.understood.records.get(record as usize)?;
        let found = doc
            .understood
            .record_fields(row)
            .iter()
            .find(|f| f.id == field)?;
        Some(Value {
            document,
            field: *found,
        })
    }

    /// All values of a field of a record: a record of several rows may have several.
    pub fn record_all(
        &self,
        document: u32,
        record: u32,
        field: FieldId,
    ) -> impl Iterator<Item = Value> + use<'a> {
        let fields = self
            .document(document)
            .and_then(|d| {
                let row = d.understood.records.get(record as usize)?;
                Some(d.understood.record_fields(row))
            })
            .unwrap_or(&[]);
        fields
            .iter()
            .filter(move |f| f.id == field)
            .map(move |f| Value {
                document,
                field: *f,
            })
    }

    /// Whether a last day is said to be none: “长期有效”.
    pub fn is_open_end(&self, value: &Value) -> bool {
        let words = &self.vocabulary.words.no_limit;
        words.contains(&crate::normalize::text::squeeze(self.raw(value)))
    }

    /// The day a value names.
    pub fn date(&self, value: &Value) -> date::ReadDate {
        date::parse(self.raw(value))
    }

    /// Documents of a kind, with their numbers.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = (u32, &'a Document)> {
        self.documents
            .iter()
            .enumerate()
            .filter(move |(_, d)| d.is(kind))
            .map(|(i, d)| (crate::model::grid::index(i), d))
    }

    /// The entries of the documents of a kind: one per record, or the document itself where it
    /// has no records.
    pub fn entries(&self, kind: &str) -> impl Iterator<Item = (u32, Option<u32>)> {
        self.of_kind(kind).flat_map(|(number, document)| {
            let records = crate::model::grid::index(document.understood.records.len());
            let whole = (records == 0).then_some((number, None));
            whole
                .into_iter()
                .chain((0..records).map(move |r| (number, Some(r))))
        })
    }

    /// What an entry states: its record's own value, else its document's.
    pub fn entry(&self, document: u32, record: Option<u32>, id: FieldId) -> Option<Value> {
        let own = record.and_then(|r| self.record(document, r, id));
        self.stated(own.or_else(|| self.header(document, id))?)
    }

    /// The look-alike key of a name, if anything in the folder has it.
    pub fn key(&self, name: &str) -> Key {
        self.keys.find(&model::key(name))
    }

    /// The key of a model as a document spells it, if anything in the folder has it.
    pub fn model_key(&self, raw: &str) -> Key {
        self.key(&model::clean(raw, &self.vocabulary.words.model_labels).text)
    }

    /// The text of a key.
    pub fn key_text(&self, key: Key) -> &str {
        self.keys.text(key)
    }

    /// Reports that name a model, with the model's number there.
    pub fn reports_naming(&self, key: Key) -> &[(u32, u32)] {
        self.report_models.get(key)
    }

    /// The report models nearest to a declared one that no report names. Leftovers pair with
    /// leftovers; where there are several shipments, what one declares may be what another misspells.
    pub fn nearest_report_models(&self, key: Key) -> Vec<(u32, u32)> {
        let near = self.near_reports.get_or_init(|| {
            let lines = || self.shipments.iter().flat_map(|s| &s.lines).map(|l| l.key);
            let only = self.shipments.len() == 1;
            let declared: HashSet<Key> = lines().filter(|_| only).collect();
            let free = |k: &Key| !declared.contains(k);
            let alone = |k: &Key| self.reports_naming(*k).is_empty();
            self.pair_near(
                self.report_models.keys().filter(free).collect(),
                lines().filter(alone).collect(),
            )
        });
        let near = near.get(&key).into_iter().flatten();
        near.flat_map(|k| self.reports_naming(*k).iter().copied())
            .collect()
    }

    /// For each name the report models that have its key, else those nearest to it.
    pub fn report_models_like(&self, names: &[&str]) -> Vec<Vec<(u32, u32)>> {
        let pool: Vec<Key> = self.report_models.keys().collect();
        let texts: Vec<&str> = pool.iter().map(|k| self.keys.text(*k)).collect();
        let asked: Vec<String> = names.iter().map(|n| model::key(n)).collect();
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        let found = nearest::nearest(&texts, &asked).into_iter();
        let naming = |(near, key): (Vec<u32>, &&str)| -> Vec<(u32, u32)> {
            let own = self.reports_naming(self.keys.find(key));
            let near = near.iter().filter_map(|n| pool.get(*n as usize));
            let near = near.flat_map(|k| self.reports_naming(*k));
            let near = near.filter(|_| own.is_empty());
            own.iter().chain(near).copied().collect()
        };
        found.zip(&asked).map(naming).collect()
    }

    /// For each key the nearest of a pool, where there are any.
    fn pair_near(&self, pool: Vec<Key>, mut asked: Vec<Key>) -> HashMap<Key, Vec<Key>> {
        asked.sort_unstable();
        asked.dedup();
        let text =
            |keys: &[Key]| -> Vec<&str> { keys.iter().map(|k| self.keys.text(*k)).collect() };
        let found = nearest::nearest(&text(&pool), &text(&asked));
        let keys = |numbers: Vec<u32>| -> Vec<Key> {
            let found = numbers.iter().filter_map(|n| pool.get(*n as usize));
            found.copied().collect()
        };
        let paired = asked.iter().zip(found).filter(|(_, f)| !f.is_empty());
        paired.map(|(key, found)| (*key, keys(found))).collect()
    }

    /// Reports whose number has this key.
    pub fn reports_numbered(&self, key: &str) -> &[u32] {
        self.report_numbers.get(self.keys.find(key))
    }

    /// The report that says it replaces this one, if any does.
    pub fn replacement_of(&self, report: &Report) -> Option<&Report> {
        let own = number_key(self.raw(&report.number?));
        if own.chars().count() < 4 {
            return None;
        }
        self.replacing
            .iter()
            .filter_map(|r| self.reports.get(*r as usize))
            .filter(|r| r.source != report.source)
            .find(|r| {
                r.replaces
                    .is_some_and(|v| number_key(self.raw(&v)).contains(&own))
            })
    }

    /// The addenda that name a report as their base.
    pub fn addenda_of<'g>(&'g self, report: &Report) -> Vec<&'g Report> {
        let Some(number) = report.number.filter(|_| !self.addenda.is_empty()) else {
            return Vec::new();
        };
        let own = number_key(self.raw(&number));
        self.addenda
            .iter()
            .filter_map(|r| self.reports.get(*r as usize))
            .filter(|r| {
                r.addendum_to
                    .is_some_and(|v| number_key(self.raw(&v)).contains(&own))
            })
            .collect()
    }

    /// The rows of the lab registers for a laboratory number.
    pub fn scopes_of(&self, number: &str) -> impl Iterator<Item = &Scope> {
        let rows = self.scope_index.get(number).map_or(&[][..], Vec::as_slice);
        rows.iter().filter_map(|r| self.scopes.get(*r as usize))
    }

    /// A row of the tables of a kind that could not be used, if there is one.
    pub fn left_out_of(&self, kind: &str) -> Option<Value> {
        let mut left = self.left_out.iter().filter(|(k, _)| *k == kind);
        left.next().map(|(_, value)| *value)
    }

    /// The logged batches nearest to a declared one that is not logged.
    pub fn nearest_batches(&self, key: Key) -> &[Key] {
        let near = self.near_batches.get_or_init(|| {
            let lines = self.shipments.iter().flat_map(|s| &s.lines);
            let declared = lines.flat_map(|l| l.batches(self)).map(|(_, key)| key);
            let declared: HashSet<Key> = unnoted(|| declared.collect());
            let alone = declared.iter().copied();
            let alone = alone.filter(|k| self.batch_rows(*k).is_empty());
            // A batch that is another line's own is no misspelling of this one.
            let free = |k: &Key| !declared.contains(k);
            self.pair_near(
                self.batch_index.keys().filter(free).collect(),
                alone.collect(),
            )
        });
        near.get(&key).map_or(&[], Vec::as_slice)
    }

    /// The entries of supplier certificates whose number has this key.
    pub fn certificates_numbered(&self, key: &str) -> Vec<&Certificate> {
        let rows = self.certificate_index.get(self.keys.find(key));
        rows.iter()
            .filter_map(|r| self.certificates.get(*r as usize))
            .collect()
    }

    /// Rows of the processing logs for a model.
    pub fn batches_of(&self, key: Key) -> impl Iterator<Item = &Batch> {
        let rows = self.batches_by_model.get(key);
        rows.iter().filter_map(|r| self.batches.get(*r as usize))
    }

    /// Fields nobody filled, by document and record.
    pub fn flaws(&self) -> &[Flaw] {
        self.flaws.get_or_init(|| unnoted(|| flaws::find(self)))
    }

    /// Whether a value is a placeholder nobody filled in.
    pub fn is_placeholder(&self, value: &Value) -> bool {
        placeholder::is(self.raw(value), &self.vocabulary.words.placeholders)
    }

    /// Carton numbers of a shipment, more than a plain count, that another shipment has too: its
    /// own value, the other's, and the other shipment.
    pub fn cartons_elsewhere(&self, shipment: &Shipment) -> &[(Value, Value, u32)] {
        if self.shipments.len() < 2 {
            return &[];
        }
        let all = self
            .cartons_elsewhere
            .get_or_init(|| unnoted(|| cartons::elsewhere(self)));
        all.get(shipment.number).map_or(&[], Vec::as_slice)
    }

    /// Rows of the processing logs that name a batch.
    pub fn batch_rows(&self, key: Key) -> &[u32] {
        self.batch_index.get(key)
    }

    /// The batches one field names, that say something, each at its place in it.
    pub fn batches_in(&self, value: &Value) -> Vec<Value> {
        let parts = model::split(self.raw(value), false).into_iter();
        let parts = parts.map(|(start, end)| {
            let mut part = *value;
            part.field.start += crate::model::grid::index(start);
            part.field.len = crate::model::grid::index(end - start);
            part
        });
        parts.filter_map(|part| self.stated(part)).collect()
    }

    /// The processing log's rows of any of a line's batches, each once.
    pub fn logged(&self, line: &Line) -> Vec<&Batch> {
        let mut rows: Vec<u32> = line
            .batches(self)
            .flat_map(|(_, key)| self.batch_rows(key).to_vec())
            .collect();
        rows.sort_unstable();
        rows.dedup();
        let rows = rows.into_iter();
        rows.filter_map(|row| self.batches.get(row as usize))
            .collect()
    }
}

/// An ordinary code, which no placeholder is: a digit, and no braces and no run of X.
fn is_plain_code(raw: &str) -> bool {
    raw.is_ascii()
        && raw.bytes().any(|b| b.is_ascii_digit())
        && !raw.contains(['{', '<'])
        && !raw
            .as_bytes()
            .windows(2)
            .any(|two| matches!(two, b"XX" | b"xx"))
}
