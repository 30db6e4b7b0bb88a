//! Values read from pictures: none makes a rule pass until a person has confirmed it. What fails by
//! one fails probably; what would pass by one is undecided, and says which value and how sure its
//! reading is.

use super::evidence::{At, Detail, Outcome, Weight};
use super::why::{Why, why};
use super::{Ctx, Subject};
use crate::link::{Group, Value};
use crate::model::recognised::SURE;
use crate::model::{FieldId, Letter};

/// The parameter of a pack that says when such values count.
pub const PARAMETER: &str = "recognised";

/// What it may be: when a person confirmed them, or when two engines read them alike as well.
pub const CHOICES: [&str; 2] = ["confirm", "agreed"];

/// So many more places are shown.
const SHOWN: usize = 3;

/// An outcome with what rests on values read from pictures doubted; `read` are those it looked at.
pub fn doubt(ctx: &Ctx<'_>, subject: Subject, outcome: Outcome, read: Vec<Value>) -> Outcome {
    let (mut details, on) = match outcome {
        Outcome::Nothing(why) => match unconfirmed(ctx, &read, None) {
            Some(detail) => return Outcome::one(detail),
            None => return Outcome::Nothing(why),
        },
        Outcome::Judged { details, on } => (details, on),
    };
    details = details.into_iter().map(|d| probable(ctx, d)).collect();
    // What a shipment comes to may hold for some of its lines and not for others.
    let decided = details.iter().any(|d| d.weight != Weight::Note);
    if !decided || subject == Subject::Shipment {
        details.extend(unconfirmed(ctx, &read, Some(on)));
    }
    Outcome::judged(details, on)
}

/// A failure that rests on a value read from a picture is probable; one that rests on something not
/// being there is undecided where it may stand in a picture.
fn probable(ctx: &Ctx<'_>, detail: Detail) -> Detail {
    let group = ctx.group;
    if detail.weight != Weight::Fail {
        return detail;
    }
    let mut values = detail.evidence.iter().filter_map(|e| e.value());
    if let Some(value) = values.find(|v| group.is_pictured(v) && !counts(ctx, v)) {
        let text = group.raw(value).trim();
        let why = why!("recognised-probable"; text);
        let alike = alike(group, value);
        return alike.into_iter().fold(detail.besides(why), Detail::besides);
    }
    match detail.may_stand_in {
        Some(document) => detail.in_picture(group, document),
        None => detail,
    }
}

/// What is undecided where something would pass, or not apply, by values that do not count; of a
/// paper it passes on, that may be what was not read.
fn unconfirmed(ctx: &Ctx<'_>, read: &[Value], on: Option<At>) -> Option<Detail> {
    let group = ctx.group;
    let doubted = read.iter().filter(|v| !counts(ctx, v));
    let mut values: Vec<Value> = doubted.copied().collect();
    let is_field = |v: &Value| group.field_cells(v.document).contains(&v.field.cell);
    if takes_agreed(ctx) || values.iter().any(is_field) {
        // Engines agree on values; the words around them are no more than that.
        values.retain(is_field);
    }
    // The least certain first; a report's number says only which report it is.
    let is_name = |v: &Value| v.field.id == FieldId::REPORT_NO;
    values.sort_by(|a, b| {
        let least = least(group, a).total_cmp(&least(group, b));
        least.then(is_name(a).cmp(&is_name(b)))
    });
    let Some(first) = values.first() else {
        let document = match on? {
            At::Document(document) => document,
            At::Value(value) if !takes_agreed(ctx) => value.document,
            At::Value(_) | At::Folder => return None,
        };
        let paper = group.document(document)?;
        if !group.has_pictured(document) {
            return None;
        }
        let what = why!("recognised-paper"; path = paper.path, name = paper.name());
        return Some(Detail::unknown(what, At::Document(document)).weighing_full());
    };
    let paper = group.document(first.document)?;
    let (path, name) = (&paper.path, paper.name());
    let text = group.raw(first).trim();
    let mut what = why!("recognised-unconfirmed"; text, path, name);
    if let Some((_, letters)) = group.letters(first) {
        let percent = percent(Letter::least(letters));
        what = what.also(why!("recognised-probability"; percent));
    }
    what = alike(group, first).into_iter().fold(what, Why::also);
    let others = values.get(1..).unwrap_or(&[]);
    if !others.is_empty() {
        what = what.also(why!("recognised-others"; count = others.len()));
    }
    let detail = Detail::unknown(what, first).found(text).weighing_full();
    Some(detail.beside(others.iter().take(SHOWN)))
}

/// How probable the least probable character of a value is; 0 where nobody knows.
fn least(group: &Group<'_>, value: &Value) -> f32 {
    group.letters(value).map_or(0.0, |(_, l)| Letter::least(l))
}

/// The characters of a value that may be others that look like them.
fn alike(group: &Group<'_>, value: &Value) -> Vec<Why> {
    let groups = &group.vocabulary.words.read_alike;
    let letters = group.letters(value).map_or(&[][..], |(_, letters)| letters);
    let numbered = letters.iter().zip(1usize..);
    let found = numbered.filter_map(|(letter, position)| {
        let (other, share) = letter.alike(groups)?;
        let (read, percent) = (letter.read, percent(share));
        Some(why!("recognised-alike"; read, position, other, percent))
    });
    found.collect()
}

/// A share of a hundred, never more than it is.
fn percent(share: f32) -> String {
    format!("{:.0}", (f64::from(share) * 100.0).floor())
}

/// Whether the pack lets values count that two engines agree on.
fn takes_agreed(ctx: &Ctx<'_>) -> bool {
    ctx.parameters.text(PARAMETER) == "agreed"
}

/// Whether a value read from a picture counts unconfirmed: the pack says so of what two engines read
/// alike, each character probable, as wide as its characters are, with no other ink over it.
fn counts(ctx: &Ctx<'_>, value: &Value) -> bool {
    let letters = takes_agreed(ctx).then(|| ctx.group.letters(value));
    let Some((read, letters)) = letters.flatten() else {
        return false;
    };
    let cell = ctx.group.document(value.document);
    let text = cell.map_or("", |d| d.grid.cell_text(value.field.cell as usize));
    let alike = read.second.as_deref().is_some_and(|second| {
        let seen = |text: &str| -> String { text.split_whitespace().collect() };
        seen(second) == seen(text)
    });
    alike && Letter::least(letters) >= SURE && !read.inked && read.fills_its_area()
}
