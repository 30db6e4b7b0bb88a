//! `elements`: the declared elements (申报要素) say of model and brand what the form's columns say.

use super::{Ctx, Detail, Outcome};
use crate::link::{Line, Value};
use crate::model::{FieldId, Grade, Say};
use crate::normalize::text::{clean, squeeze};
use crate::normalize::{compare, model};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Elements {
    agree: What,
    /// A list of the words behind which an element's value stands: `型号`.
    labels: String,
    /// A list of words that say there is none.
    #[serde(default)]
    none: Option<String>,
    /// A list of the types of brands, each its digit and its name.
    #[serde(default)]
    types: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum What {
    Model,
    Brand,
}

/// Marks between elements.
const MARKS: [char; 6] = ['|', '｜', ';', '；', '\n', '\r'];

impl Elements {
    pub fn parameters(&self) -> Vec<&str> {
        let names = std::iter::once(&self.labels)
            .chain(&self.none)
            .chain(&self.types);
        names.map(String::as_str).collect()
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let Some(line) = ctx.shipment.lines.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        match self.agree {
            What::Model => self.model(ctx, line),
            What::Brand => self.brand(ctx, line),
        }
    }

    /// The element behind one of the labels: `型号:KD-200A`.
    fn labelled(&self, ctx: &Ctx<'_>, elements: &Value) -> Option<Value> {
        let labels = ctx.parameters.list(&self.labels);
        parts(ctx, elements).find_map(|part| {
            let text = ctx.group.raw(&part);
            let (label, rest) = text.split_once([':', '：'])?;
            let known = labels.iter().any(|l| squeeze(l) == squeeze(label));
            known.then(|| narrowed(part, text.len() - rest.len(), text.len(), rest))
        })
    }

    fn model(&self, ctx: &Ctx<'_>, line: &Line) -> Outcome {
        let group = ctx.group;
        let own = line.own(group, FieldId::MODEL);
        let column = own.or_else(|| line.spec_code(group));
        let (Some(column), Some(elements)) = (column, line.own(group, FieldId::ELEMENTS)) else {
            return Outcome::NotApplicable;
        };
        let raw = group.raw(&column).trim();
        let labels = &group.vocabulary.words.model_labels;
        let none = self
            .none
            .as_ref()
            .map_or(&[][..], |n| ctx.parameters.list(n));
        let says_none = |part: &Value| none.iter().any(|n| squeeze(n) == squeeze(group.raw(part)));
        let without = || parts(ctx, &elements).find(says_none);
        let found = self.labelled(ctx, &elements).or_else(without);
        let Some(value) = found else {
            // Without a label only what is the model itself can be told to be it.
            let key = model::key(&model::clean(raw, labels).text);
            let same = |part: Value| model::key(group.raw(&part)) == key;
            return if parts(ctx, &elements).any(same) {
                Outcome::pass()
            } else {
                Outcome::NotApplicable
            };
        };
        let other = group.raw(&value).trim();
        let compared = compare::models(raw, other, &group.vocabulary.words, None);
        if compared.grade <= Grade::CleanUp {
            return Outcome::pass();
        }
        // A specification is a model's where a packing list or report knows it, or where it is nearly
        // the one of the elements.
        let key = group.model_key(raw);
        let packed = !ctx.shipment.packed_with(key).is_empty();
        let known = packed || !group.reports_naming(key).is_empty();
        if own.is_none() && !known && compared.grade == Grade::Different {
            return Outcome::NotApplicable;
        }
        // A mark for "see elsewhere" says nothing of the model.
        if other.chars().all(|c| !c.is_alphanumeric()) {
            return Outcome::NotApplicable;
        }
        let what = Say::new(
            format!("The model column says {raw}, the declared elements say {other}."),
            format!("型号栏为 {raw}，申报要素为 {other}。"),
        );
        Outcome::one(
            Detail::fail(what, value)
                .found(other)
                .expected(raw)
                .graded(compared.grade, compared.reason)
                .related(column),
        )
    }

    fn brand(&self, ctx: &Ctx<'_>, line: &Line) -> Outcome {
        let group = ctx.group;
        let none = self
            .none
            .as_ref()
            .map_or(&[][..], |n| ctx.parameters.list(n));
        let no_brand = |raw: &str| {
            let raw = squeeze(raw);
            none.iter().any(|n| squeeze(n) == raw)
        };
        let elements = line.own(group, FieldId::ELEMENTS);
        let types = self
            .types
            .as_ref()
            .map_or(&[][..], |n| ctx.parameters.list(n));
        let kind = elements.and_then(|e| brand_type(ctx, &e, types));
        let column = group
            .record(line.document, line.record, FieldId::BRAND)
            .filter(|v| group.raw(v).chars().any(char::is_alphanumeric));
        let labelled = elements.and_then(|e| self.labelled(ctx, &e));
        let without = elements.and_then(|e| parts(ctx, &e).find(|p| no_brand(group.raw(p))));
        let named = labelled.or(without).or(column);
        let mut details = Vec::new();
        if let (Some((kind, digit)), Some(brand)) = (kind, named) {
            let raw = group.raw(&brand).trim();
            let is_none = no_brand(raw);
            if (digit == '0') != is_none {
                let what = if is_none {
                    Say::new(
                        format!("The brand type is {digit} (a brand), but the brand is “{raw}”."),
                        format!("品牌类型为 {digit}（有品牌），品牌却写“{raw}”。"),
                    )
                } else {
                    Say::new(
                        format!("The brand type is 0 (no brand), but the brand is “{raw}”."),
                        format!("品牌类型为 0（无品牌），品牌却写“{raw}”。"),
                    )
                };
                let expected = if is_none { "0" } else { "1–4" };
                details.push(
                    Detail::fail(what, kind)
                        .found(digit.to_string())
                        .expected(expected)
                        .related(brand),
                );
            }
        }
        if let (Some(column), Some(brand)) = (column, labelled.or(without)) {
            let (raw, other) = (group.raw(&column).trim(), group.raw(&brand).trim());
            let (a, b) = (spelled(raw), spelled(other));
            let same = a == b || no_brand(raw) && no_brand(other);
            // A brand in two languages: `青禾 QINGHE`.
            let shared = names(raw).iter().any(|name| names(other).contains(name));
            if !same && !shared {
                let what = Say::new(
                    format!("The brand column says “{raw}”, the declared elements say “{other}”."),
                    format!("品牌栏为“{raw}”，申报要素为“{other}”。"),
                );
                details.push(
                    Detail::fail(what, brand)
                        .found(other)
                        .expected(raw)
                        .related(column),
                );
            }
        }
        if kind.is_some() && named.is_some() || column.is_some() && labelled.or(without).is_some() {
            Outcome::Judged(details)
        } else {
            Outcome::NotApplicable
        }
    }
}

/// A brand without the word for brand: `锦岚牌` is 锦岚.
fn spelled(raw: &str) -> String {
    let squeezed = squeeze(raw);
    let end = ["品牌", "牌", "brand"]
        .iter()
        .find_map(|w| squeezed.strip_suffix(w));
    end.filter(|e| !e.is_empty())
        .unwrap_or(&squeezed)
        .to_string()
}

/// The names of a brand that stand apart in a text.
fn names(raw: &str) -> Vec<String> {
    let parts = raw.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '.');
    parts.map(spelled).filter(|n| !n.is_empty()).collect()
}

/// The brand type: the first element, a digit from 0 to 4, or the name of one.
fn brand_type(ctx: &Ctx<'_>, elements: &Value, types: &[String]) -> Option<(Value, char)> {
    let first = parts(ctx, elements).next()?;
    let text = clean(ctx.group.raw(&first)).text.into_owned();
    let own = squeeze(
        text.split_once(':')
            .map_or(text.as_str(), |(_, value)| value),
    );
    let by_name = types.iter().find_map(|t| {
        let digit = t.chars().next()?;
        (squeeze(t.get(1..)?) == own).then_some((first, digit))
    });
    if by_name.is_some() {
        return by_name;
    }
    let (label, value) = text.split_once(':').unwrap_or(("品牌类型", &text));
    let is_type = label.contains("品牌类型") || label.to_lowercase().contains("brand type");
    let digit = value
        .trim()
        .chars()
        .next()
        .filter(|c| ('0'..='4').contains(c))?;
    let short = value
        .trim()
        .chars()
        .nth(1)
        .is_none_or(|c| !c.is_alphanumeric());
    (is_type && short).then_some((first, digit))
}

/// The elements of a text, each as a value of its own place.
fn parts<'c>(ctx: &Ctx<'c>, elements: &Value) -> impl Iterator<Item = Value> + use<'c> {
    let raw: &'c str = ctx.group.raw(elements);
    let elements = *elements;
    let mut at = 0;
    raw.split(MARKS).filter_map(move |piece| {
        let start = at;
        at += piece.len()
            + raw
                .get(at + piece.len()..)
                .map_or(0, |r| r.chars().next().map_or(0, char::len_utf8));
        (!piece.trim().is_empty()).then(|| narrowed(elements, start, start + piece.len(), piece))
    })
}

/// A part of a value, without the spaces around it.
fn narrowed(value: Value, start: usize, end: usize, text: &str) -> Value {
    let lead = text.len() - text.trim_start().len();
    let tail = text.len() - text.trim_end().len();
    let mut part = value;
    part.field.start += crate::model::grid::index(start + lead);
    part.field.len = crate::model::grid::index((end - start).saturating_sub(lead + tail));
    part
}
