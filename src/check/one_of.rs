//! `one_of`: at least one of several fields names one of the ports of a list.

use super::{Ctx, Detail, FieldPath, Outcome, PortName};
use crate::link::{Shipment, Value};
use crate::model::Say;
use crate::normalize::text::fold;
use crate::normalize::words::WordFinder;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneOf {
    /// Fields of which any one may name it.
    any: Vec<FieldPath>,
    /// A parameter of ports.
    list: String,
}

impl OneOf {
    pub fn parameter(&self) -> &str {
        &self.list
    }

    pub fn run(&self, ctx: &Ctx<'_>) -> Outcome {
        let ports = ctx.parameters.ports(&self.list);
        let words = ctx.parameters.words(&self.list);
        let group = ctx.group;
        let mut stated: Vec<Value> = Vec::new();
        for path in &self.any {
            let Some(id) = path.id(group) else { continue };
            let value = if path.kind == "manifest" {
                Shipment::manifest(group, id)
            } else {
                ctx.shipment.header(group, id)
            };
            stated.extend(value);
        }
        if stated
            .iter()
            .any(|v| names_port(group.raw(v), words, ports))
        {
            return Outcome::pass();
        }
        let expected = Say::new(
            ports
                .iter()
                .map(|p| p.name.en.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            ports
                .iter()
                .map(|p| p.name.zh.as_str())
                .collect::<Vec<_>>()
                .join("、"),
        );
        let Some(first) = stated.first() else {
            let what = Say::new(
                "The declaration names no exit customs and no port of departure.",
                "报关单没有写出境关别和离境口岸。",
            );
            let document = ctx.shipment.declarations.first().copied().unwrap_or(0);
            return Outcome::one(
                Detail::unstated(what, document)
                    .expected(format!("{} / {}", expected.en, expected.zh)),
            );
        };
        let found: Vec<&str> = stated.iter().map(|v| group.raw(v).trim()).collect();
        let what = Say::new(
            format!(
                "The goods leave through {}, not through {}.",
                found.join(" / "),
                expected.en
            ),
            format!("货物从 {} 出境，不是 {}。", found.join(" / "), expected.zh),
        );
        let mut detail = Detail::fail(what, *first)
            .found(found.join(" / "))
            .expected(format!("{} / {}", expected.en, expected.zh));
        for value in stated.iter().skip(1) {
            detail = detail.related(*value);
        }
        Outcome::one(detail)
    }
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
