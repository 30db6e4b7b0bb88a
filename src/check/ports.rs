//! `ports`: two fields that name the place where the goods leave name one port, or parts of one.

use super::{Ctx, Detail, FieldPath, Judges, Outcome, SubjectKind};
use crate::extract::Listed;
use crate::facts::ports::{largest, listed};
use crate::facts::statements;
use crate::facts::why::why;
use crate::link::Value;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ports {
    /// The fields; each is held against the first that is stated.
    one: Vec<FieldPath>,
}

impl Judges for Ports {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment];
    const REASONS: &str = "one-place-at-most ports-differ";

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        let stated = self.one.iter().flat_map(|path| statements(ctx, path));
        // A name that is in no list says nothing for or against another.
        let known: Vec<(Value, &Listed)> = stated
            .filter_map(|value| Some((value, listed(ctx, &value)?)))
            .collect();
        let Some(((first, port), others)) = known.split_first() else {
            return Outcome::nothing(why!("one-place-at-most"));
        };
        if others.is_empty() {
            return Outcome::nothing(why!("one-place-at-most"));
        }
        let apart = others
            .iter()
            .filter(|(_, other)| largest(ctx, other) != largest(ctx, port));
        let details = apart.map(|(value, _)| {
            let [a, b] = [first, value].map(|v| ctx.group.raw(v).trim());
            let what = why!("ports-differ"; found = a, other = b);
            Detail::fail(what, *value)
                .found(b)
                .expected(a)
                .related(*first)
        });
        Outcome::judged(details, ctx.declaration())
    }
}
