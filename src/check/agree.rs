//! `agree`: parties and reference numbers are the same in all documents that state them.

use super::{Ctx, Detail, FieldPath, Outcome};
use crate::facts::{party, statements};
use crate::link::Value;
use crate::model::{Grade, Say};
use crate::normalize::text::clean;
use crate::normalize::{company, compare};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agree {
    /// Fields with the kinds of documents that may state them, the one to go by first.
    fields: Vec<Stated>,
}

/// A field and where it is stated.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Stated {
    name: Say,
    #[serde(rename = "in")]
    places: Vec<FieldPath>,
    /// It names a company; else it is a number whose every character counts.
    #[serde(default)]
    company: bool,
}

impl Agree {
    pub fn run(&self, ctx: &Ctx<'_>) -> Outcome {
        let mut details = Vec::new();
        let mut any = false;
        for field in &self.fields {
            let stated = field.places.iter().flat_map(|p| statements(ctx, p));
            let values: Vec<Value> = stated.filter(|v| !ctx.group.is_placeholder(v)).collect();
            let Some((first, others)) = values.split_first() else {
                continue;
            };
            any |= !others.is_empty();
            // The papers to go by may state several: each other one must be among them.
            let own: Vec<Value> = std::iter::once(first)
                .chain(others.iter().filter(|v| v.document == first.document))
                .copied()
                .collect();
            for other in others.iter().filter(|v| v.document != first.document) {
                details.extend(compare(ctx, field, &own, *first, *other));
            }
        }
        if any {
            Outcome::Judged(details)
        } else {
            Outcome::NotApplicable
        }
    }
}

/// What is wrong between one paper's value and those of the paper to go by.
fn compare(
    ctx: &Ctx<'_>,
    field: &Stated,
    own: &[Value],
    first: Value,
    other: Value,
) -> Option<Detail> {
    let group = ctx.group;
    let raw = group.raw(&other);
    let mut best: Option<(compare::Compared, Value)> = None;
    for value in own {
        let text = group.raw(value);
        let compared = if field.company {
            party::apart(group, &other, value)?
        } else {
            if same_number(text, raw) {
                return None;
            }
            let compared = compare::models(raw, text, &group.vocabulary.words, None);
            if compared.grade <= Grade::Alias {
                return None;
            }
            compared
        };
        if best.as_ref().is_none_or(|(b, _)| compared.grade < b.grade) {
            best = Some((compared, *value));
        }
    }
    let (compared, value) = best?;
    let (raw, text) = (raw.trim(), group.raw(&value).trim());
    let (here, there) = (paper(ctx, other), paper(ctx, first));
    let scripts = company::is_chinese(raw) != company::is_chinese(text);
    if field.company && compared.grade == Grade::Different && scripts {
        let what = Say::new(
            format!(
                "The {} is “{raw}” in the {} and “{text}” in the {}: different scripts, and nothing here says they are one company.",
                field.name.en, here.en, there.en
            ),
            format!(
                "{}在{}中为“{raw}”，在{}中为“{text}”：语言不同，没有资料证明是同一公司。",
                field.name.zh, here.zh, there.zh
            ),
        );
        let fix = Say::new(
            "Add both names to the company alias table, or write the same name in both.",
            "请在公司别名表中登记两个名称，或在两份单证中写同一名称。",
        );
        return Some(
            Detail::unknown(what, other)
                .found(raw)
                .expected(text)
                .related(value)
                .fix(fix),
        );
    }
    let what = Say::new(
        format!(
            "The {} is “{raw}” in the {}, “{text}” in the {}.",
            field.name.en, here.en, there.en
        ),
        format!(
            "{}在{}中为“{raw}”，在{}中为“{text}”。",
            field.name.zh, here.zh, there.zh
        ),
    );
    Some(
        Detail::fail(what, other)
            .found(raw)
            .expected(text)
            .graded(compared.grade, compared.reason)
            .related(value),
    )
}

fn paper(ctx: &Ctx<'_>, value: Value) -> Say {
    let document = ctx.group.document(value.document);
    document.map_or_else(Say::default, |d| d.understood.kind_title.clone())
}

/// Two numbers, or lists of numbers, with one in common; case and clean-up aside.
fn same_number(a: &str, b: &str) -> bool {
    let (a, b) = (clean(a).text.to_uppercase(), clean(b).text.to_uppercase());
    let marks = [',', ';', '/', '、', ' ', '\n'];
    let parts = |text: &'_ str| -> Vec<String> {
        text.split(marks)
            .map(str::trim)
            .filter(|p| p.len() >= 3)
            .map(str::to_string)
            .collect()
    };
    a == b || parts(&a).iter().any(|p| *p == b || parts(&b).contains(p))
}
