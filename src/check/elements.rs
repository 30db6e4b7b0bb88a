//! `elements`: the declared elements (申报要素) say of model and brand what the form's columns say.

use super::{Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::elements::{brand_type, names, narrowed, parts, spelled};
use crate::facts::why::why;
use crate::link::{Line, Value};
use crate::model::{FieldId, Grade};
use crate::normalize::text::squeeze;
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

impl Judges for Elements {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Line];
    const REASONS: &str = "brand-not-as-in-elements brand-type-without-brand brand-type-zero \
        model-not-as-in-elements no-elements-to-compare";

    fn parameters(&self) -> Vec<&str> {
        let names = std::iter::once(&self.labels)
            .chain(&self.none)
            .chain(&self.types);
        names.map(String::as_str).collect()
    }

    fn line(&self, ctx: &Ctx<'_>, _: u32, line: &Line) -> Outcome {
        match self.agree {
            What::Model => self.model(ctx, line),
            What::Brand => self.brand(ctx, line),
        }
    }
}

impl Elements {
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
            return Outcome::nothing(why!("no-elements-to-compare"));
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
                Outcome::pass(column)
            } else {
                Outcome::nothing(why!("no-elements-to-compare"))
            };
        };
        let other = group.raw(&value).trim();
        let compared = compare::models(raw, other, &group.vocabulary.words, None);
        if compared.grade <= Grade::CleanUp {
            return Outcome::pass(value);
        }
        // A specification is a model's where a packing list or report knows it, or where it is nearly
        // the one of the elements.
        let key = group.model_key(raw);
        let packed = !ctx.shipment.packed_with(key).is_empty();
        let known = packed || !group.reports_naming(key).is_empty();
        if own.is_none() && !known && compared.grade == Grade::Different {
            return Outcome::nothing(why!("no-elements-to-compare"));
        }
        // A mark for "see elsewhere" says nothing of the model.
        if other.chars().all(|c| !c.is_alphanumeric()) {
            return Outcome::nothing(why!("no-elements-to-compare"));
        }
        let what = why!("model-not-as-in-elements");
        Outcome::one(Detail::fail(what, value).against(group, column, compared))
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
                    why!("brand-type-without-brand"; digit, brand = raw)
                } else {
                    why!("brand-type-zero"; brand = raw)
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
                let what = why!("brand-not-as-in-elements"; brand = raw, other);
                details.push(
                    Detail::fail(what, brand)
                        .found(other)
                        .expected(raw)
                        .related(column),
                );
            }
        }
        if kind.is_some() && named.is_some() || column.is_some() && labelled.or(without).is_some() {
            Outcome::judged(details, line)
        } else {
            Outcome::nothing(why!("no-elements-to-compare"))
        }
    }
}
