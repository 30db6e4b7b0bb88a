//! `filled`: no used field holds a placeholder of a template, an error value or a formula nobody
//! calculated.

use super::{Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::flaws::{heading, own_flaws};
use crate::facts::why::{term, why};
use crate::link::{Flaw, FlawKind};
use crate::model::{FieldId, Marks, OutcomeKind, work};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filled {
    no: Flawed,
    /// A list of fields no rule uses.
    except: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Flawed {
    Placeholder,
    CellError,
}

/// Places a finding shows; the others are counted.
const SHOWN: usize = 12;

impl Judges for Filled {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment];
    const REASONS: &str = "no-value-in-cell placeholder-left";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.except]
    }

    /// What has no value is never wrong, only not known.
    fn adverse(&self) -> OutcomeKind {
        match self.no {
            Flawed::Placeholder => OutcomeKind::Fail,
            Flawed::CellError => OutcomeKind::Unknown,
        }
    }

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        let group = ctx.group;
        if group.flaws().is_empty() {
            return Outcome::pass(ctx.declaration());
        }
        let unused: Vec<FieldId> = ctx
            .parameters
            .list(&self.except)
            .iter()
            .filter_map(|name| group.vocabulary.fields.find(name))
            .collect();
        let wanted = match self.no {
            Flawed::Placeholder => FlawKind::Placeholder,
            Flawed::CellError => FlawKind::NoValue,
        };
        let mut found: BTreeMap<(u32, FieldId), Vec<&Flaw>> = BTreeMap::new();
        for flaw in own_flaws(ctx) {
            work::steps(1);
            let id = flaw.value.field.id;
            if flaw.kind == wanted && !unused.contains(&id) {
                found
                    .entry((flaw.value.document, id))
                    .or_default()
                    .push(flaw);
            }
        }
        let details = found
            .into_iter()
            .filter_map(|((document, id), flaws)| self.detail(ctx, document, id, &flaws));
        Outcome::judged(details, ctx.declaration())
    }
}

impl Filled {
    /// One finding per document and field, with its first cells.
    fn detail(&self, ctx: &Ctx<'_>, document: u32, id: FieldId, flaws: &[&Flaw]) -> Option<Detail> {
        let group = ctx.group;
        let first = flaws.first()?.value;
        let raw = group.raw(&first).trim();
        let name = heading(ctx, document, id);
        let count = flaws.len();
        let detail = if self.no == Flawed::Placeholder {
            let what = why!("placeholder-left"; found = raw, field = name, count);
            Detail::fail(what, first)
        } else {
            let document = group.document(first.document);
            let marks = document.map(|d| d.grid.marks_of(first.field.cell as usize));
            let what = why!("no-value-in-cell";
                field = name, value = term(marks.map_or(NO_VALUE, lost)), count);
            Detail::unknown(what, first)
        };
        let mut detail = detail.subject(format!("document d{}", document + 1));
        if !raw.is_empty() {
            detail = detail.found(raw);
        }
        Some(detail.beside(flaws.iter().skip(1).take(SHOWN).map(|flaw| flaw.value)))
    }
}

const NO_VALUE: &str = "value-of-error";

/// Why a cell with these marks has no value.
fn lost(marks: Marks) -> &'static str {
    if marks.has(Marks::STRUCK) {
        "value-struck-out"
    } else if marks.has(Marks::UNSEEN) {
        "value-unseen"
    } else if marks.has(Marks::PICTURE) {
        "value-picture"
    } else if marks.has(Marks::DIGITS_LOST) {
        "value-digits-lost"
    } else {
        NO_VALUE
    }
}
