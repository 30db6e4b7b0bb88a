//! A declared line: its number, its model wherever the form puts it, its quantity and code.

use super::keys::{Key, Keys};
use super::{Group, Shipment, Value};
use crate::model::{CellKind, FieldId, Problem};
use crate::normalize::{hs, model, quantity, text, unit};
use std::collections::{HashMap, HashSet};

/// One line of a declaration.
#[derive(Clone, Debug)]
pub struct Line {
    pub document: u32,
    pub record: u32,
    /// The item number as declared, else the row's number.
    pub number: String,
    pub model: Option<Value>,
    /// The model's look-alike key.
    pub key: Key,
    /// Further models of one field, where reports or packing list know several of them.
    pub others: Vec<(Value, Key)>,
    pub hs: Option<Value>,
    /// The code's digits, a lost zero restored.
    pub hs_digits: String,
    pub hs_restored: bool,
    pub hs_valid: bool,
    pub quantity: Option<Value>,
    /// Where its production batches are stated, each field one or several: by the declaration, else
    /// the manifest, else the packed rows of its model.
    pub batch: Vec<Value>,
}

impl Line {
    /// Reads a record of a declaration as a line.
    pub fn new(
        group: &Group<'_>,
        document: u32,
        record: u32,
        position: usize,
        keys: &mut Keys,
    ) -> Line {
        let mut line = Line {
            document,
            record,
            number: String::new(),
            model: None,
            key: Key::NONE,
            others: Vec::new(),
            hs: None,
            hs_digits: String::new(),
            hs_restored: false,
            hs_valid: false,
            quantity: None,
            batch: Vec::new(),
        };
        let Some(doc) = group.document(document) else {
            return line;
        };
        let Some(row) = doc.understood.records.get(record as usize) else {
            return line;
        };
        let mut quantities: Vec<Value> = Vec::new();
        for field in doc.understood.record_fields(row) {
            let value = Value {
                document,
                field: *field,
            };
            match field.id {
                FieldId::MODEL => line.model = line.model.or(group.stated(value)),
                FieldId::HS_CODE if group.is_taken_back(&value) => {}
                FieldId::HS_CODE => line.hs = line.hs.or(Some(value)),
                FieldId::QUANTITY => quantities.extend(quantities_in(group, value)),
                FieldId::BATCH if line.batch.is_empty() => line.batch.extend(group.stated(value)),
                FieldId::LINE_NO if line.number.is_empty() => {
                    line.number = group
                        .raw(&value)
                        .trim()
                        .trim_end_matches(['.', '、'])
                        .to_string();
                }
                _ => {}
            }
        }
        line.quantity = traded_quantity(group, &quantities);
        if line.number.is_empty() || line.number.chars().count() > 24 {
            line.number = (position + 1).to_string();
        }
        if line.batch.is_empty() {
            let header = group.header(document, FieldId::BATCH);
            line.batch.extend(header.and_then(|v| group.stated(v)));
        }
        line.learn_batches(group, keys);
        if let Some(value) = &line.hs {
            let numeric = group.cell_kind(value) == CellKind::Number;
            let parsed = hs::parse(group.raw(value), numeric);
            line.hs_digits = parsed.digits;
            line.hs_restored = parsed.restored;
            line.hs_valid = parsed.valid;
        }
        if let Some(value) = line.model {
            line.set_model(group, value, keys);
        }
        line
    }

    fn set_model(&mut self, group: &Group<'_>, value: Value, keys: &mut Keys) {
        self.key = keys.model(group.raw(&value), &group.vocabulary.words.model_labels);
        self.model = Some(value);
    }

    /// Its models, each with its key; `first` is its own.
    pub fn models(&self, first: Value) -> impl Iterator<Item = (Value, Key)> + use<'_> {
        std::iter::once((first, self.key)).chain(self.others.iter().copied())
    }

    fn learn_batches(&self, group: &Group<'_>, keys: &mut Keys) {
        for batch in self.batch.iter().flat_map(|v| group.batches_in(v)) {
            keys.key(group.raw(&batch));
        }
    }

    /// Its production batches, each with its key.
    pub fn batches<'g>(
        &self,
        group: &'g Group<'_>,
    ) -> impl Iterator<Item = (Value, Key)> + use<'g> {
        let all: Vec<Value> = self
            .batch
            .iter()
            .flat_map(|v| group.batches_in(v))
            .collect();
        let keyed = |batch: Value| (batch, group.key(group.raw(&batch)));
        all.into_iter().map(keyed)
    }

    /// A field of the line, else of its declaration's header.
    pub fn field(&self, group: &Group<'_>, id: FieldId) -> Option<Value> {
        let own = group
            .record(self.document, self.record, id)
            .and_then(|v| group.stated(v));
        own.or_else(|| group.stated(group.header(self.document, id)?))
    }

    /// A specification that is one code and nothing else.
    pub fn spec_code(&self, group: &Group<'_>) -> Option<Value> {
        let spec = self.own(group, FieldId::SPEC)?;
        is_one_code(group.raw(&spec)).then_some(spec)
    }

    /// A field the line itself states.
    pub fn own(&self, group: &Group<'_>, id: FieldId) -> Option<Value> {
        group.stated(group.record(self.document, self.record, id)?)
    }

    /// The number of the report the line names. What is the laboratory's number is none, though it
    /// stands beside a word for reports.
    pub fn report_no(&self, group: &Group<'_>) -> Option<Value> {
        let stated = self.field(group, FieldId::REPORT_NO)?;
        let lab = self.field(group, FieldId::CNAS_NO);
        let same = |v: Value| group.raw(&v).trim() == group.raw(&stated).trim();
        (!lab.is_some_and(same)).then_some(stated)
    }

    /// The texts that describe the goods: name, specification, elements.
    pub fn descriptions<'g>(&self, group: &'g Group<'_>) -> impl Iterator<Item = Value> + use<'g> {
        let (document, record) = (self.document, self.record);
        [
            FieldId::NAME,
            FieldId::NAME_SPEC,
            FieldId::SPEC,
            FieldId::ELEMENTS,
            FieldId::DESCRIPTION,
        ]
        .into_iter()
        .flat_map(move |id| group.record_all(document, record, id))
    }
}

/// The quantities of one text: an export joins those of a printed form (`32辆; 294千克; 32辆`).
fn quantities_in(group: &Group<'_>, value: Value) -> Vec<Value> {
    let raw = group.raw(&value);
    if quantity::parse(raw).is_some() || !raw.contains([';', '；', '\n']) {
        return vec![value];
    }
    let mut start = 0;
    let mut parts = Vec::new();
    for piece in raw.split_inclusive([';', '；', '\n']) {
        let text = piece.trim_end_matches([';', '；', '\n', '\r']);
        parts.push(value.part(start, start + text.len()));
        start += piece.len();
    }
    let all_read = parts
        .iter()
        .all(|p| quantity::parse(group.raw(p)).is_some());
    if all_read { parts } else { vec![value] }
}

/// The quantity of trade: the printed form gives legal quantities first (often by weight) and the
/// quantity of trade last.
fn traded_quantity(group: &Group<'_>, quantities: &[Value]) -> Option<Value> {
    if quantities.len() < 2 {
        return quantities.first().copied();
    }
    let words = &group.vocabulary.words;
    let by_weight = |value: &&Value| {
        let read = group.quantity(value);
        let unit = read.and_then(|q| unit::read(&q.unit, words));
        unit.is_some_and(|u| u.base == "kilograms")
    };
    let counted = quantities.iter().rev().find(|v| !by_weight(v));
    counted.or(quantities.last()).copied()
}

/// Gives lines whose declaration states no batch the one the shipment's manifest states for them.
/// What the manifest says of lines otherwise, or of lines that are not declared, is returned.
pub fn take_batches(group: &Group<'_>, shipment: &mut Shipment, keys: &mut Keys) -> Vec<Problem> {
    let mut problems = Vec::new();
    if group.of_kind("manifest").next().is_none() {
        return problems;
    }
    let numbered: HashMap<String, usize> = shipment
        .lines
        .iter()
        .enumerate()
        .map(|(i, l)| (l.number.trim_start_matches('0').to_string(), i))
        .collect();
    for (document, record) in group.entries("manifest") {
        let get = |id| group.stated(group.record(document, record?, id)?);
        let Some(number) = get(FieldId::LINE_NO) else {
            continue;
        };
        let mut say = |value: Value, make: fn(&str, &str, &str) -> Problem, other: &str| {
            let Some(of) = group.document(value.document) else {
                return;
            };
            let problem = make(&of.path, group.raw(&value).trim(), other);
            problems.push(problem.at(of.part.as_deref(), group.spot(&value)));
        };
        let at = numbered.get(group.raw(&number).trim().trim_start_matches('0'));
        let Some(line) = at.and_then(|at| shipment.lines.get_mut(*at)) else {
            if !shipment.lines.is_empty() {
                say(number, Problem::line_not_declared, "");
            }
            continue;
        };
        let Some(batch) = get(FieldId::BATCH) else {
            continue;
        };
        match line.batch.first().copied() {
            None => {
                line.batch.push(batch);
                line.learn_batches(group, keys);
            }
            Some(declared) if keys.key(group.raw(&batch)) != keys.key(group.raw(&declared)) => {
                say(batch, Problem::batch_differs, group.raw(&declared).trim());
            }
            Some(_) => {}
        }
    }
    problems
}

/// Gives lines for which neither declaration nor manifest states a batch those of the packed rows of
/// their model, each spelling once.
pub fn take_packed_batches(group: &Group<'_>, shipment: &mut Shipment, keys: &mut Keys) {
    for number in 0..shipment.lines.len() {
        let Some(line) = shipment.lines.get(number) else {
            continue;
        };
        if !line.batch.is_empty() || line.key.is_none() {
            continue;
        }
        let rows = shipment.packed_with(line.key).iter();
        let rows = rows.filter_map(|r| shipment.packed.get(*r as usize));
        let mut found: Vec<Value> = Vec::new();
        for row in rows {
            let own = group.record(row.document, row.record, FieldId::BATCH);
            let stated = own.or_else(|| group.header(row.document, FieldId::BATCH));
            let Some(value) = stated.and_then(|v| group.stated(v)) else {
                continue;
            };
            if !found.iter().any(|v| group.raw(v) == group.raw(&value)) {
                found.push(value);
            }
        }
        if let Some(line) = shipment.lines.get_mut(number) {
            line.batch = found;
            line.learn_batches(group, keys);
        }
    }
}

/// Gives lines without a model column the model their description holds: behind a label, or by
/// being a model that reports or packing list know. Never by position alone.
pub fn find_models(group: &Group<'_>, shipment: &mut Shipment, keys: &mut Keys) {
    if shipment.lines.iter().all(|l| l.model.is_some()) {
        return;
    }
    let packed = shipment.packed.iter().map(|p| p.key);
    let reported = group.reports.iter().flat_map(|r| &r.models).map(|m| m.key);
    let models: HashSet<Key> = packed.chain(reported).collect();
    for line in &mut shipment.lines {
        if line.model.is_some() {
            continue;
        }
        let known = |text: &str| {
            let key = keys.find(&model::key(text));
            keys.text(key).len() >= 3 && models.contains(&key)
        };
        let descriptions: Vec<Value> = line.descriptions(group).collect();
        let found = descriptions
            .iter()
            .find_map(|v| by_label(group, v, known))
            .or_else(|| {
                descriptions
                    .iter()
                    .find_map(|v| by_membership(group, v, known))
            })
            .or_else(|| {
                // A specification that is one code and nothing else.
                descriptions
                    .iter()
                    .find(|v| v.field.id == FieldId::SPEC && is_one_code(group.raw(v)))
                    .copied()
            });
        if let Some(value) = found {
            line.set_model(group, value, keys);
        }
    }
}

/// Takes apart what a line states as its model where it is several, of which reports or packing list
/// know two and more: `QH-700A、QH-720`.
pub fn split_models(group: &Group<'_>, shipment: &mut Shipment, keys: &mut Keys) {
    let labels = &group.vocabulary.words.model_labels;
    let packed = shipment.packed.iter().map(|p| p.key);
    let reported = group.reports.iter().flat_map(|r| &r.models).map(|m| m.key);
    let models: HashSet<Key> = packed.chain(reported).collect();
    for line in &mut shipment.lines {
        let Some(whole) = line.model.filter(|_| !models.contains(&line.key)) else {
            continue;
        };
        let parts = model::split(group.raw(&whole), true).into_iter();
        let parts: Vec<Value> = parts.map(|(start, end)| whole.part(start, end)).collect();
        let keyed: Vec<(Value, Key)> = parts
            .into_iter()
            .map(|part| (part, keys.model(group.raw(&part), labels)))
            .collect();
        let known = keyed.iter().filter(|(_, key)| models.contains(key)).count();
        if known < 2 {
            continue;
        }
        if let Some(((first, key), others)) = keyed.split_first() {
            (line.model, line.key, line.others) = (Some(*first), *key, others.to_vec());
        }
    }
}

fn is_one_code(raw: &str) -> bool {
    let trimmed = raw.trim();
    trimmed.len() <= 40
        && trimmed.chars().any(|c| c.is_ascii_digit())
        && !trimmed.contains(char::is_whitespace)
        && !trimmed.contains(['|', '｜', ';', '；', ':', '：', ','])
}

const ENDS: [char; 14] = [
    '|', '｜', ';', '；', ',', '，', '\n', '\r', ')', '）', '、', '\t', '。', ' ',
];

/// The token behind a model label: `型号：KD-200A`, `Model No. KD-200A`. Without a colon the token
/// must hold a digit: `model kit` is no model.
fn by_label(group: &Group<'_>, value: &Value, known: impl Fn(&str) -> bool) -> Option<Value> {
    let raw = group.raw(value);
    let lower = raw.to_lowercase();
    if lower.len() != raw.len() {
        return None;
    }
    for label in &group.vocabulary.words.model_labels_inside {
        let found = if label.is_ascii() {
            text::find_word(&lower, label)
        } else {
            lower.find(label.as_str())
        };
        let Some(at) = found else { continue };
        let from = at + label.len();
        let rest = raw.get(from..)?;
        let gap = [':', '：', '.', ' ', '\u{3000}', '#', '为', '\n'];
        let skipped = rest.len() - rest.trim_start_matches(gap).len();
        let colon = rest.get(..skipped)?.contains([':', '：']);
        let rest = rest.get(skipped..)?;
        let mut end = rest.find(ENDS).unwrap_or(rest.len());
        // A model with a space in it (`ZX-R1 Pro`) where that is a known one.
        let strong = |c: char| c != ' ' && ENDS.contains(&c);
        let longer = rest.find(strong).unwrap_or(rest.len());
        let spaced = rest.get(..longer).map(str::trim_end).unwrap_or("");
        // An element ends at the mark of the elements, not at a space.
        let element =
            colon && raw.contains(['|', '｜', ';', '；']) && !spaced.contains([':', '：']);
        if spaced.len() > end && (known(spaced) || element) {
            end = spaced.len();
        }
        let token = rest.get(..end)?;
        let code = token.len() <= 40
            && token
                .chars()
                .any(|c| c.is_ascii_alphanumeric() || ('\u{ff10}'..='\u{ff5a}').contains(&c))
            && (colon || token.chars().any(char::is_numeric));
        let nulls = &group.vocabulary.words.null_tokens;
        let null = model::is_null(token, nulls) || model::is_null(spaced, nulls);
        if code && !null {
            let start = from + skipped;
            return Some(value.part(start, start + end));
        }
    }
    None
}

/// A token that is a model known from reports or packing list.
fn by_membership(group: &Group<'_>, value: &Value, known: impl Fn(&str) -> bool) -> Option<Value> {
    let raw = group.raw(value);
    if raw.len() > 2000 {
        return None;
    }
    // Whole parts first (`ZX-R1 Pro`), then words; a Chinese word may touch a code.
    let weak = |c: char| c == ' ' || c == '\u{3000}' || text::is_cjk(c);
    let strong = |c: char| c != ' ' && ENDS.contains(&c) || matches!(c, ':' | '：' | '(' | '（');
    longest_known(value, raw, &known, strong)
        .or_else(|| longest_known(value, raw, &known, |c| strong(c) || weak(c)))
}

/// The longest known model among the pieces of a text between boundaries.
fn longest_known(
    value: &Value,
    raw: &str,
    known: impl Fn(&str) -> bool,
    boundary: impl Fn(char) -> bool,
) -> Option<Value> {
    let mut start = 0;
    let mut longest: Option<Value> = None;
    for (at, c) in raw.char_indices().chain(std::iter::once((raw.len(), '|'))) {
        if !boundary(c) && at < raw.len() {
            continue;
        }
        let piece = raw.get(start..at).unwrap_or("");
        let token = piece.trim();
        if token.len() >= 3 && known(token) {
            let from = start + piece.len() - piece.trim_start().len();
            let found = value.part(from, from + token.len());
            if longest.is_none_or(|l| found.field.len > l.field.len) {
                longest = Some(found);
            }
        }
        start = at + c.len_utf8();
    }
    longest
}
