//! `one_of`: at least one of several fields names one of the ports, or countries, of a parameter.

use super::{Ctx, Detail, FieldPath, Outcome, PortName};
use crate::facts::statements;
use crate::link::Value;
use crate::model::Say;
use crate::normalize::text::fold;
use crate::normalize::words::WordFinder;
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

impl OneOf {
    pub fn parameter(&self) -> &str {
        &self.list
    }

    pub fn run(&self, ctx: &Ctx<'_>) -> Outcome {
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

    fn no_port(&self, ctx: &Ctx<'_>, stated: &[Value]) -> Outcome {
        let ports = ctx.parameters.ports(&self.list);
        let group = ctx.group;
        let expected = one_after_another(ports.iter().map(|p| &p.name));
        let Some(first) = stated.first() else {
            let what = Say::new(
                "The declaration names no exit customs and no port of departure.",
                "报关单没有写出境关别和离境口岸。",
            );
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
        let (more_en, more_zh) = match larger.and_then(|p| Some((&p.name, p.part_of.as_ref()?))) {
            Some((part, whole)) => (
                format!(
                    " {} is a part of {}: if they leave through it, write so.",
                    part.en, whole.en
                ),
                format!("{}属于{}，如确由此出境请写明。", part.zh, whole.zh),
            ),
            None => (String::new(), String::new()),
        };
        let what = Say::new(
            format!(
                "The goods leave through {found}, not through {}.{more_en}",
                expected.en
            ),
            format!("货物从 {found} 出境，不是 {}。{more_zh}", expected.zh),
        );
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
            None => return Some(Outcome::pass()),
            Some(other) => some = some.or(values.iter().find(|v| meant(v)).zip(Some(other))),
        }
    }
    let (one, other) = some?;
    let [a, b] = [one, other].map(|v| ctx.group.raw(v).trim());
    let what = Say::new(
        format!("Both “{a}” and “{b}” are stated; which counts is not known."),
        format!("同时写有“{a}”和“{b}”，无法判断以哪个为准。"),
    );
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
    let expected = one_after_another(names.iter());
    let Some(first) = stated.first() else {
        let what = Say::new("No country is stated.", "没有写明国家。");
        return Outcome::one(nothing_stated(ctx, what, &expected));
    };
    let found = texts(ctx, stated);
    let unread = stated.iter().find(|v| code(v).is_none());
    let detail = match unread {
        Some(value) => {
            let raw = group.raw(value).trim();
            let what = Say::new(
                format!(
                    "“{raw}” is no country known here; whether it is {} is not known.",
                    expected.en
                ),
                format!(
                    "“{raw}”不是已知的国家名称，无法判断是否为 {}。",
                    expected.zh
                ),
            );
            Detail::unknown(what, *value)
        }
        None => {
            let what = Say::new(
                format!("The country stated is {found}, not {}.", expected.en),
                format!("写明的国家为 {found}，不是 {}。", expected.zh),
            );
            Detail::fail(what, *first)
        }
    };
    let found = unread.map_or(found, |v| group.raw(v).trim().to_string());
    Outcome::one(with_all(detail, stated, &found, &expected))
}

fn one_after_another<'s>(names: impl Iterator<Item = &'s Say>) -> Say {
    let (en, zh): (Vec<&str>, Vec<&str>) = names.map(|n| (n.en.as_str(), n.zh.as_str())).unzip();
    Say::new(en.join(", "), zh.join("、"))
}

fn texts(ctx: &Ctx<'_>, stated: &[Value]) -> String {
    let texts = stated.iter().map(|v| ctx.group.raw(v).trim());
    texts.collect::<Vec<_>>().join(" / ")
}

fn nothing_stated(ctx: &Ctx<'_>, what: Say, expected: &Say) -> Detail {
    let document = ctx.shipment.declarations.first().copied().unwrap_or(0);
    Detail::unstated(what, document).expected(format!("{} / {}", expected.en, expected.zh))
}

/// A detail with what was found and expected, and all values beside the first.
fn with_all(detail: Detail, stated: &[Value], found: &str, expected: &Say) -> Detail {
    let detail = detail
        .found(found)
        .expected(format!("{} / {}", expected.en, expected.zh));
    stated.iter().skip(1).fold(detail, |d, v| d.related(*v))
}

/// Whether a text names one of the ports, by a word or a customs code.
fn names_port(raw: &str, words: &WordFinder, ports: &[PortName]) -> bool {
    let folded = fold(raw);
    words.first(&folded).is_some()
        || folded.split(|c: char| !c.is_ascii_digit()).any(|digits| {
            ports
                .iter()
                .any(|p| p.codes.iter().any(|code| code == digits))
        })
}
