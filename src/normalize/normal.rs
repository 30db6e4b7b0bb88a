//! The normal form of a value of any type, with the steps to it; and the grade of two.

use super::text::{Step, clean};
use super::{
    batch, carton, cnas, company, compare, country, credit_code, date, differ, hs, model, money,
    port, quantity, report_no, standard, weight,
};
use crate::model::{Grade, Say, Words};
use compare::Compared;

/// A plain form beside its raw text. Normalizing it again changes nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Normal {
    pub text: String,
    /// What was done, in a fixed order, each once.
    pub steps: Vec<Step>,
    /// What is wrong with the value; its text is then only cleaned up.
    pub fault: Option<Say>,
}

impl Normal {
    pub fn new(text: String, mut steps: Vec<Step>, fault: Option<Say>) -> Normal {
        steps.sort_unstable();
        steps.dedup();
        Normal { text, steps, fault }
    }
}

/// The types of values that have a normal form of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Model,
    Company,
    Report,
    Cnas,
    Hs,
    Standard,
    CreditCode,
    Date,
    Quantity,
    Weight,
    Money,
    Port,
    Country,
    Carton,
    Batch,
}

impl Type {
    pub const ALL: [Type; 15] = [
        Type::Model,
        Type::Company,
        Type::Report,
        Type::Cnas,
        Type::Hs,
        Type::Standard,
        Type::CreditCode,
        Type::Date,
        Type::Quantity,
        Type::Weight,
        Type::Money,
        Type::Port,
        Type::Country,
        Type::Carton,
        Type::Batch,
    ];

    pub fn named(name: &str) -> Option<Type> {
        Type::ALL.into_iter().find(|t| t.as_str() == name)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Type::Model => "model",
            Type::Company => "company",
            Type::Report => "report",
            Type::Cnas => "cnas",
            Type::Hs => "hs",
            Type::Standard => "standard",
            Type::CreditCode => "credit-code",
            Type::Date => "date",
            Type::Quantity => "quantity",
            Type::Weight => "weight",
            Type::Money => "money",
            Type::Port => "port",
            Type::Country => "country",
            Type::Carton => "carton",
            Type::Batch => "batch",
        }
    }
}

/// The normal form of a text as a value of a type. What is still not plain after one pass (a
/// label behind a label) is passed through again.
pub fn normal(kind: Type, raw: &str, words: &Words) -> Normal {
    let mut found = once(kind, raw, words);
    for _ in 0..8 {
        let again = once(kind, &found.text, words);
        if again.text == found.text {
            break;
        }
        found.steps.extend(again.steps);
        found = Normal::new(again.text, found.steps, again.fault);
    }
    found
}

fn once(kind: Type, raw: &str, words: &Words) -> Normal {
    match kind {
        Type::Model => model::normal(raw, words),
        Type::Company => company::normal(raw, words),
        Type::Report => report_no::normal(raw, words),
        Type::Cnas => cnas::normal(raw),
        Type::Hs => hs::normal(raw),
        Type::Standard => standard::normal(raw),
        Type::CreditCode => credit_code::normal(raw),
        Type::Date => date::normal(raw),
        Type::Quantity => quantity::normal(raw, words),
        Type::Weight => weight::normal(raw, words),
        Type::Money => money::normal(raw, words),
        Type::Port => port::normal(raw, words),
        Type::Country => country::normal(raw, words),
        Type::Carton => carton::normal(raw),
        Type::Batch => batch::normal(raw, words),
    }
}

/// The grade of two texts as values of a type. `joined` says why they are one, if the user joined them.
pub fn compare(kind: Type, a: &str, b: &str, words: &Words, joined: Option<Say>) -> Compared {
    match kind {
        Type::Model => compare::models(a, b, words, joined),
        Type::Company => compare::companies(a, b, words, joined),
        _ => values(kind, a, b, words),
    }
}

fn values(kind: Type, a: &str, b: &str, words: &Words) -> Compared {
    let none = |raw: &str| super::stated::is_unstated(raw, words);
    if none(a) || none(b) {
        return compare::unstated();
    }
    // What is no day or number is no value, and like nothing, itself included.
    let of_value = matches!(
        kind,
        Type::Date | Type::Quantity | Type::Weight | Type::Money
    );
    if a == b && !of_value {
        return compare::graded(Grade::Identical, Say::default());
    }
    let (na, nb) = (normal(kind, a, words), normal(kind, b, words));
    if let Some(unread) = unread(&na, a)
        .or_else(|| unread(&nb, b))
        .filter(|_| of_value)
    {
        return unread;
    }
    if a == b {
        return compare::graded(Grade::Identical, Say::default());
    }
    let lossless = clean(a).text == clean(b).text;
    if lossless || na.text == nb.text && na.fault.is_none() && nb.fault.is_none() {
        let through_table = |n: &Normal| n.steps.iter().any(|s| s.is_through_table());
        let steps = one_sided(&na.steps, &nb.steps);
        let alias = !lossless && (through_table(&na) || through_table(&nb));
        let grade = if alias { Grade::Alias } else { Grade::CleanUp };
        return compare::graded(grade, compare::only(&steps.0, &steps.1));
    }
    if let Some(unread) = unread(&na, a).or_else(|| unread(&nb, b)) {
        return unread;
    }
    if kind == Type::Standard
        && let Some(reason) = standard::apart(&na.text, &nb.text)
    {
        return compare::graded(Grade::Different, reason);
    }
    let code = matches!(
        kind,
        Type::Report | Type::Cnas | Type::Hs | Type::Standard | Type::CreditCode | Type::Batch
    );
    if code && let Some(difference) = differ::difference(&na.text, &nb.text) {
        let slip = difference.all_slips() <= 1 && difference.shared() >= 4;
        if slip || difference.slips() == 0 && difference.is_suffix() {
            return compare::graded(Grade::Near, difference.reason());
        }
    }
    let reason = Say::new(
        format!("{} and {}", short(&na.text), short(&nb.text)),
        format!("{} 与 {}", short(&na.text), short(&nb.text)),
    );
    compare::graded(Grade::Different, reason)
}

/// Why a text that could not be read as its type is like nothing.
fn unread(normal: &Normal, raw: &str) -> Option<Compared> {
    let fault = normal.fault.as_ref()?;
    let reason = Say::new(
        format!("“{}”: {}", short(raw), fault.en),
        format!("“{}”：{}", short(raw), fault.zh),
    );
    Some(compare::graded(Grade::Different, reason))
}

/// A text as a reason quotes it.
fn short(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text.to_string(),
    }
}

/// The steps of each that the other has not; both where there are none.
fn one_sided(a: &[Step], b: &[Step]) -> (Vec<Step>, Vec<Step>) {
    let without = |x: &[Step], y: &[Step]| -> Vec<Step> {
        x.iter().filter(|s| !y.contains(s)).copied().collect()
    };
    let (x, y) = (without(a, b), without(b, a));
    if x.is_empty() && y.is_empty() {
        (a.to_vec(), b.to_vec())
    } else {
        (x, y)
    }
}
