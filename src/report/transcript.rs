//! What was understood, as YAML a person can correct: a transcript, an empty form.

use super::escape::{self, line};
use crate::model::grid::index;
use crate::model::{
    Account, CONFIRMED, Document, Field, FieldId, Fields, Kind, KindField, Letter, SCAN,
};
use serde_yaml::{Mapping, Value};

/// The key under which a kind's rows stand in a transcript.
fn rows_key(kind: &str) -> &'static str {
    match kind {
        "lab-report" => "items",
        _ => "lines",
    }
}

/// A document as a transcript: its kind, header fields, rows. Reading it again gives the same; of what
/// a program read from a picture each value says how surely, and nothing counts until a person has put
/// his name to it.
pub fn render(document: &Document, fields: &Fields, kinds: &[Kind], alike: &[String]) -> String {
    let draft = Draft::of(document, fields, kinds, alike);
    let mut text = String::new();
    for (number, part) in draft.template.split(HELD).enumerate() {
        let slot = part.parse::<usize>().ok().filter(|_| number % 2 == 1);
        match slot.and_then(|slot| draft.slots.get(slot)) {
            Some(slot) => {
                text.push_str(&quoted(&slot.text));
                if !slot.doubt.is_empty() {
                    text.push_str(&format!("   # {}", line(&slot.doubt)));
                }
            }
            None if number % 2 == 1 => {}
            None => text.push_str(part),
        }
    }
    text
}

/// A text in the double quotes of JSON, which YAML has too.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).map_or_else(|_| String::new(), escape::quoted)
}

/// Stands around the number of a slot in a template.
pub const HELD: &str = "§§";

/// A transcript with slots for its values.
pub struct Draft {
    /// YAML, with the numbers of the slots between marks.
    pub template: String,
    pub slots: Vec<Slot>,
}

/// A value of a transcript.
pub struct Slot {
    /// The name of its field, and its heading on such a paper.
    pub name: String,
    pub heading: String,
    /// The row it stands in, counted from 1; 0 for the head of the paper.
    pub row: usize,
    pub text: String,
    pub field: Field,
    /// How surely it was read, and what it may be instead; empty where nothing is known of that.
    pub doubt: String,
    /// Some character of it is not sure, or nobody knows.
    pub is_doubtful: bool,
}

impl Slot {
    /// Whether it is of no field.
    pub fn is_besides(&self) -> bool {
        self.name == OTHER_TEXT
    }
}

impl Draft {
    /// A document with slots: for each value where a program read them from a picture, else for those
    /// only that cannot be written as they are. `alike` are the characters that are read for each other.
    pub fn of(document: &Document, fields: &Fields, kinds: &[Kind], alike: &[String]) -> Draft {
        let u = &document.understood;
        let pictured = document.grid.is_pictured();
        let mut draft = Draft {
            template: String::new(),
            slots: Vec::new(),
        };
        let Some(kind) = &u.kind else {
            // A scan: a form to be filled in.
            let empty = kinds.iter().find(|k| k.name == "lab-report");
            let form = empty.map_or(String::new(), |k| form(k, fields));
            draft.template = format!(
                "# Nothing of {} was understood; type in what it says.\n{form}",
                line(&document.path)
            );
            return draft;
        };
        let own = kinds.iter().find(|k| k.name == *kind);
        let heading = |field: &Field| {
            own.and_then(|k| k.field(field.id))
                .map(|f| f.heading.clone())
        };
        let hold = |field: &Field, name: &str, row: usize, slots: &mut Vec<Slot>| {
            let text = document.raw(field).trim();
            if !pictured && escape::is_harmless(text) && !text.contains(HELD) {
                return text.to_string();
            }
            slots.push(Slot {
                name: name.to_string(),
                heading: match name {
                    OTHER_TEXT => name.to_string(),
                    name => heading(field).unwrap_or_else(|| name.to_string()),
                },
                row,
                text: text.to_string(),
                field: *field,
                doubt: doubt(document, field, alike),
                is_doubtful: is_doubtful(document, field, alike),
            });
            format!("{HELD}{}{HELD}", slots.len() - 1)
        };
        let slots = &mut draft.slots;
        let mut map = Mapping::new();
        map.insert("kind".into(), kind.as_str().into());
        for (n, field) in u.header.fields.iter().enumerate() {
            let raw = document.raw(field);
            // A running head repeats its values on every page.
            let again = |f: &&Field| f.id == field.id && document.raw(f) == raw;
            if u.header.fields.iter().take(n).any(|f| again(&f)) {
                continue;
            }
            let name = fields.name(field.id);
            add(&mut map, name, hold(field, name, 0, slots));
        }
        let mut rows: Vec<Value> = Vec::new();
        for (number, record) in u.records.iter().enumerate() {
            let mut row = Mapping::new();
            for field in u.record_fields(record) {
                let name = fields.name(field.id);
                add(&mut row, name, hold(field, name, number + 1, slots));
            }
            rows.push(Value::Mapping(row));
        }
        if !rows.is_empty() {
            map.insert(rows_key(kind).into(), Value::Sequence(rows));
        }
        if pictured {
            // A stamp may stand among them.
            let asides = document.grid.asides.iter().enumerate();
            let printed = asides.filter(|(_, a)| a.what.is_printed());
            let cells = document.grid.cells.len();
            let label = |cell: &usize| u.account.get(*cell) == Some(&Account::Label);
            let texts = super::export::besides(document).filter(|cell| !label(cell));
            let texts = texts.chain(printed.map(|(n, _)| cells + n));
            let texts = texts.map(|cell| whole(document, cell));
            let texts = texts.map(|field| hold(&field, OTHER_TEXT, 0, slots).into());
            map.insert(OTHER_TEXT.into(), Value::Sequence(texts.collect()));
        }
        let head = match pictured {
            false => format!(
                "# Transcript of {}. Correct what is wrong; field names are the kind's.\n",
                line(&document.label())
            ),
            true => scanned(document),
        };
        draft.template = head + &serde_yaml::to_string(&map).unwrap_or_default();
        draft
    }
}

/// What stands above a transcript of what a program read.
fn scanned(document: &Document) -> String {
    let first = document.grid.recognised.first();
    let engine = first.map(|(_, read)| {
        let (name, models) = (&read.engine.name, &read.engine.models);
        format!("  engine: {}\n  models: {}\n", quoted(name), quoted(models))
    });
    format!(
        "# What a program read of {}. Compare each value with the picture, correct what is wrong, then write\n\
         # your name and the day behind `confirmed:` (Li Na 2026-06-03). Until then nothing passes by it.\n\
         {CONFIRMED}: {HELD}{CONFIRMATION}{HELD}\n\
         {SCAN}:\n  file: {}\n  sha256: {}\n{}",
        line(&document.label()),
        quoted(document.name()),
        document.sha256,
        engine.unwrap_or_default(),
    )
}

/// The slot of the name and the day.
pub const CONFIRMATION: &str = "who";

/// What a report says besides its fields.
const OTHER_TEXT: &str = "other_text";

/// All of a cell, or of what stands beside the cells.
fn whole(document: &Document, cell: usize) -> Field {
    let at = document.grid.cells.get(cell);
    let aside = document.grid.beside(cell);
    Field {
        id: FieldId::REMARK,
        cell: index(cell),
        start: at.map_or(0, |c| c.start),
        len: at.map_or(aside.map_or(0, |a| index(a.text.len())), |c| c.len),
    }
}

/// Whether some character of a field is not sure.
fn is_doubtful(document: &Document, field: &Field, alike: &[String]) -> bool {
    let letters = document.letters(field);
    letters.is_some_and(|(_, letters)| letters.iter().any(|l| l.is_doubtful(alike)))
}

/// How surely a field was read from a picture: its least certain character, the doubtful ones in
/// brackets and what they may be instead.
fn doubt(document: &Document, field: &Field, alike: &[String]) -> String {
    let Some((_, letters)) = document.letters(field) else {
        return String::new();
    };
    let percent = |share: f32| format!("{:.0} %", (f64::from(share) * 100.0).floor());
    let mut text = percent(Letter::least(letters));
    if letters.iter().any(|l| l.is_doubtful(alike)) {
        text.push_str(": ");
        for letter in letters {
            match letter.is_doubtful(alike) {
                true => text.push_str(&format!("[{}]", letter.read)),
                false => text.push(letter.read),
            }
        }
        for letter in letters {
            if let Some((other, share)) = letter.alike(alike) {
                text.push_str(&format!(
                    ", {} may be {other} ({})",
                    letter.read,
                    percent(share)
                ));
            }
        }
    }
    text
}

/// A value under its field; a field that stands several times becomes a list.
fn add(map: &mut Mapping, name: &str, text: String) {
    let value = Value::from(text);
    match map.get_mut(name) {
        None => {
            map.insert(name.into(), value);
        }
        Some(Value::Sequence(list)) => list.push(value),
        Some(one) => *one = Value::Sequence(vec![one.clone(), value]),
    }
}

/// An empty transcript of a kind.
pub fn form(kind: &Kind, fields: &Fields) -> String {
    let (above, rows) = layout(kind);
    let line = |f: &KindField| format!("{}:   # {}\n", fields.name(f.id), f.heading);
    let mut text = format!("kind: {}\n", kind.name);
    text.extend(above.into_iter().map(line));
    for (n, field) in rows.into_iter().enumerate() {
        let before = match n {
            0 => format!("{}:\n  - ", rows_key(&kind.name)),
            _ => "    ".to_string(),
        };
        text.push_str(&before);
        text.push_str(&line(field));
    }
    text
}

/// The fields of an empty form: those that stand above the table, and its columns.
pub fn layout(kind: &Kind) -> (Vec<&KindField>, Vec<&KindField>) {
    // An export alone has a field that is neither.
    let used = kind.fields.iter().filter(|f| f.in_header || f.in_rows);
    used.partition(|f| f.in_header && (f.above || !f.in_rows || f.as_column.is_some()))
}
