//! `editions`: every standard a report names carries its edition, at least where it is first named
//! in full.

use super::{At, Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::why::why;
use crate::link::{Report, Value};
use crate::model::FieldId;
use crate::normalize::standard::named;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Editions {
    /// A list of families: `GB`, `GB/T`, `EN`, `ASTM` …
    families: String,
    /// A list of those whose editions have two digits.
    short: String,
    /// A list of standards that are named without edition: that of the accreditation itself.
    undated: String,
    /// A list of standards with the edition lanes ask for, to propose.
    current: String,
}

/// A standard by its number, where it is named first, and whether any mention has an edition.
struct Seen {
    number: String,
    at: Value,
    dated: bool,
}

impl Judges for Editions {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Report];
    const REASONS: &str = "no-standard-named standard-without-edition";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.families, &self.short, &self.undated, &self.current]
    }

    fn report(&self, ctx: &Ctx<'_>, _: u32, report: &Report) -> Outcome {
        let group = ctx.group;
        let list = |name: &str| ctx.parameters.list(name);
        let name = report.name(group);
        let mut seen: Vec<Seen> = Vec::new();
        for value in report.texts(group) {
            let found = named(group.raw(&value), list(&self.families), list(&self.short));
            for one in found {
                let known = seen.iter_mut().find(|s| s.number == one.number);
                if let Some(known) = known {
                    known.dated |= one.edition.is_some();
                    continue;
                }
                let mut at = value;
                at.field.start += crate::model::grid::index(one.start);
                at.field.len = crate::model::grid::index(one.end - one.start);
                seen.push(Seen {
                    number: one.number,
                    at,
                    dated: one.edition.is_some(),
                });
            }
        }
        seen.retain(|s| !list(&self.undated).contains(&s.number));
        if seen.is_empty() {
            let what = why!("no-standard-named"; report = name);
            let detail = Detail::fail(what, At::Document(report.source.document()));
            return Outcome::one(detail.if_understood(ctx.group, report, &[FieldId::STANDARD]));
        }
        let details = seen.into_iter().filter(|s| !s.dated).map(|s| {
            let raw = group.raw(&s.at).trim();
            let current = list(&self.current).iter().find(|c| {
                c.strip_prefix(&s.number)
                    .is_some_and(|r| r.starts_with('-'))
            });
            let wording = current.map_or_else(|| format!("{}-…", s.number), Clone::clone);
            let what = why!("standard-without-edition"; report = name, said = raw, wording);
            Detail::fail(what, s.at).found(raw).expected(wording)
        });
        Outcome::judged(details, report)
    }
}
