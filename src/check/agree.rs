//! `agree`: parties and reference numbers are the same in all documents that state them.

use super::{Ctx, FieldPath, Judges, Outcome, SubjectKind};
use crate::facts::papers;
use crate::facts::same::{As, apart};
use crate::facts::statements;
use crate::facts::why::why;
use crate::link::Value;
use crate::model::{Grade, Say};
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

impl Stated {
    fn compared(&self) -> As {
        if self.company { As::Party } else { As::Number }
    }
}

impl Judges for Agree {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment];
    const REASONS: &str = "papers-differ parties-two-scripts stated-in-one-paper";

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
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
                let apart = apart(ctx.group, field.compared(), &[*other], &own, Grade::Alias);
                let (paper, other_paper) = (papers::of(ctx, other), papers::of(ctx, first));
                details.extend(apart.map(|apart| {
                    let unsure =
                        why!("parties-two-scripts"; field = field.name, paper, other_paper);
                    let differs = why!("papers-differ"; field = field.name, paper, other_paper);
                    apart.detail(ctx.group, differs, unsure)
                }));
            }
        }
        match any {
            true => Outcome::judged(details, ctx.declaration()),
            false => Outcome::nothing(why!("stated-in-one-paper")),
        }
    }
}
