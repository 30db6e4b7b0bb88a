//! `editions`: every standard a report names carries its edition, at least where it is first named
//! in full.

use super::{Ctx, Detail, Outcome};
use crate::link::Value;
use crate::model::{FieldId, Say};
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

impl Editions {
    pub fn parameters(&self) -> [&str; 4] {
        [&self.families, &self.short, &self.undated, &self.current]
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let group = ctx.group;
        let Some(report) = group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
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
            let what = Say::new(
                format!("Report {name} names no standard it tested to."),
                format!("报告 {name} 没有写明检测依据的标准。"),
            );
            let fix = Say::new(
                "Name the standard with its edition: “Test standard: GB 31701-2026”.",
                "请写明标准及年号：“检验依据：GB 31701-2026”。",
            );
            let detail = Detail::absent(what, report.source.document()).fix(fix);
            return Outcome::one(detail.if_understood(ctx.group, report, &[FieldId::STANDARD]));
        }
        let details = seen.into_iter().filter(|s| !s.dated).map(|s| {
            let raw = group.raw(&s.at).trim();
            let current = list(&self.current).iter().find(|c| {
                c.strip_prefix(&s.number)
                    .is_some_and(|r| r.starts_with('-'))
            });
            let wording = current.map_or_else(|| format!("{}-…", s.number), Clone::clone);
            let what = Say::new(
                format!("Report {name} names {raw} without its edition."),
                format!("报告 {name} 写了 {raw}，没有年号。"),
            );
            let fix = Say::new(
                format!("Write the edition tested to, as in “{wording}”."),
                format!("请写明所依据的年号，如“{wording}”。"),
            );
            Detail::fail(what, s.at)
                .found(raw)
                .expected(wording)
                .fix(fix)
        });
        Outcome::Judged(details.collect())
    }
}
