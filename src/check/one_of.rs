//! `one_of`: at least one of several fields names one of the ports, or countries, of a parameter.

use super::{Ctx, Detail, FieldPath, Judges, Outcome, SubjectKind};
use crate::facts::ports::names_port;
use crate::facts::statements;
use crate::facts::why::{Why, why};
use crate::link::Value;
use crate::model::Say;
use crate::normalize::{country, port};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneOf {
    /// Fields of which any one may name it.
    any: Vec<FieldPath>,
    /// A parameter of ports or of countries.
    list: String,
}

impl Judges for OneOf {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment];
    const REASONS: &str = "country-not-decidable no-country no-port other-country other-port part-of-port \
        two-places";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.list]
    }

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        let stated: Vec<Vec<Value>> = self.any.iter().map(|p| statements(ctx, p)).collect();
        let countries = ctx.parameters.countries(&self.list);
        if !countries.is_empty() {
            return one_of_countries(ctx, &stated, countries);
        }
        let ports = ctx.parameters.ports(&self.list);
        let words = ctx.parameters.words(&self.list);
        let named = |v: &Value| names_port(ctx.group.raw(v), words, ports);
        decided(ctx, &stated, named).unwrap_or_else(|| self.no_port(ctx, &stated.concat()))
    }
}

impl OneOf {
    fn no_port(&self, ctx: &Ctx<'_>, stated: &[Value]) -> Outcome {
        let ports = ctx.parameters.ports(&self.list);
        let group = ctx.group;
        let expected = Say::listed(ports.iter().map(|p| &p.name));
        let Some(first) = stated.first() else {
            let what = why!("no-port");
            return Outcome::one(nothing_stated(ctx, what, &expected));
        };
        let found = texts(ctx, stated);
        // Of a larger port it may still be the part that is asked for.
        let larger = ports.iter().find(|p| {
            let of = p.part_of.as_ref().map(|of| of.en.as_str());
            let is = |v: &Value| {
                Some(
                    port::normal(group.raw(v), &group.vocabulary.words)
                        .text
                        .as_str(),
                ) == of
            };
            stated.iter().any(is)
        });
        let mut what = why!("other-port"; found, expected);
        if let Some((part, whole)) = larger.and_then(|p| Some((&p.name, p.part_of.as_ref()?))) {
            what = what.also(why!("part-of-port"; part, whole));
        }
        Outcome::one(with_all(
            Detail::fail(what, *first),
            stated,
            &found,
            &expected,
        ))
    }
}

/// A pass where all that one field states is meant; a doubt where a part of it is.
fn decided(
    ctx: &Ctx<'_>,
    stated: &[Vec<Value>],
    meant: impl Fn(&Value) -> bool,
) -> Option<Outcome> {
    let mut some = None;
    for values in stated.iter().filter(|v| !v.is_empty()) {
        match values.iter().find(|v| !meant(v)) {
            None => return values.first().map(Outcome::pass),
            Some(other) => some = some.or(values.iter().find(|v| meant(v)).zip(Some(other))),
        }
    }
    let (one, other) = some?;
    let [a, b] = [one, other].map(|v| ctx.group.raw(v).trim());
    let what = why!("two-places"; found = a, other = b);
    let detail = Detail::unknown(what, *one).found(format!("{a} / {b}"));
    Some(Outcome::one(detail.related(*other).weighing_full()))
}

/// Countries by the list: what none of them spells is not known to be another.
fn one_of_countries(ctx: &Ctx<'_>, stated: &[Vec<Value>], countries: &[String]) -> Outcome {
    let group = ctx.group;
    let words = &group.vocabulary.words;
    let code = |v: &Value| country::code(group.raw(v), &words.countries);
    let meant = |code: &str| {
        let set = words.country_groups.get(code);
        countries.iter().any(|c| c == code || Some(c) == set)
    };
    if let Some(outcome) = decided(ctx, stated, |v| code(v).is_some_and(meant)) {
        return outcome;
    }
    let stated = &stated.concat();
    let rows = &group.vocabulary.lists.countries;
    let name = |code: &String| {
        let row = rows.iter().find(|r| r.id == *code);
        row.map_or_else(|| Say::same(code), |r| r.name.clone())
    };
    let names: Vec<Say> = countries.iter().map(name).collect();
    let expected = Say::listed(names.iter());
    let Some(first) = stated.first() else {
        let what = why!("no-country");
        return Outcome::one(nothing_stated(ctx, what, &expected));
    };
    let found = texts(ctx, stated);
    let unread = stated.iter().find(|v| code(v).is_none());
    let detail = match unread {
        Some(value) => {
            let raw = group.raw(value).trim();
            let what = why!("country-not-decidable"; found = raw, expected);
            Detail::unknown(what, *value)
        }
        None => {
            let what = why!("other-country"; found, expected);
            Detail::fail(what, *first)
        }
    };
    let found = unread.map_or(found, |v| group.raw(v).trim().to_string());
    Outcome::one(with_all(detail, stated, &found, &expected))
}

fn texts(ctx: &Ctx<'_>, stated: &[Value]) -> String {
    let texts = stated.iter().map(|v| ctx.group.raw(v).trim());
    texts.collect::<Vec<_>>().join(" / ")
}

fn nothing_stated(ctx: &Ctx<'_>, what: Why, expected: &Say) -> Detail {
    Detail::unknown(what, ctx.declaration()).expected(expected.both())
}

/// A detail with what was found and expected, and all values beside the first.
fn with_all(detail: Detail, stated: &[Value], found: &str, expected: &Say) -> Detail {
    let detail = detail.found(found).expected(expected.both());
    stated.iter().skip(1).fold(detail, |d, v| d.related(*v))
}
