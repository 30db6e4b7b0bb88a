//! `ports`: two fields that name the place where the goods leave name one port, or parts of one.

use super::{Ctx, Detail, FieldPath, Outcome};
use crate::extract::Listed;
use crate::facts::statements;
use crate::link::Value;
use crate::model::Say;
use crate::normalize::port;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ports {
    /// The fields; each is held against the first that is stated.
    one: Vec<FieldPath>,
}

impl Ports {
    pub fn run(&self, ctx: &Ctx<'_>) -> Outcome {
        let stated = self.one.iter().flat_map(|path| statements(ctx, path));
        // A name that is in no list says nothing for or against another.
        let known: Vec<(Value, &Listed)> = stated
            .filter_map(|value| Some((value, listed(ctx, &value)?)))
            .collect();
        let Some(((first, port), others)) = known.split_first() else {
            return Outcome::NotApplicable;
        };
        if others.is_empty() {
            return Outcome::NotApplicable;
        }
        let apart = others
            .iter()
            .filter(|(_, other)| largest(ctx, other) != largest(ctx, port));
        let details = apart.map(|(value, _)| {
            let [a, b] = [first, value].map(|v| ctx.group.raw(v).trim());
            let what = Say::new(
                format!("The goods leave through “{a}” and through “{b}”: two different ports."),
                format!("出境地点写有“{a}”和“{b}”，不是同一港口。"),
            );
            Detail::fail(what, *value)
                .found(b)
                .expected(a)
                .related(*first)
        });
        Outcome::Judged(details.collect())
    }
}

fn listed<'c>(ctx: &'c Ctx<'_>, value: &Value) -> Option<&'c Listed> {
    let words = &ctx.group.vocabulary.words;
    let name = port::normal(ctx.group.raw(value), words).text;
    let ports = ctx.group.vocabulary.lists.ports.iter();
    ports.into_iter().find(|p| p.name.en == name)
}

/// The id of the largest port a place is a part of.
fn largest<'c>(ctx: &'c Ctx<'_>, port: &'c Listed) -> &'c str {
    let ports = &ctx.group.vocabulary.lists.ports;
    let mut at = port;
    for _ in 0..ports.len() {
        match at
            .part_of
            .as_ref()
            .and_then(|of| ports.iter().find(|p| p.id == *of))
        {
            Some(larger) => at = larger,
            None => break,
        }
    }
    &at.id
}
