//! `edition`: a report is to the one edition of a standard that counts.

use super::{Ctx, Detail, Outcome};
use crate::link::{Report, Value};
use crate::model::{FieldId, Say};
use crate::normalize::standard::{self, full_year};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// A text parameter: the standard's designation without edition.
    standard: String,
    /// A text parameter: the edition.
    edition: String,
}

/// A mention of a standard at its place.
pub struct Mentioned {
    pub at: Value,
    pub edition: Option<String>,
}

/// The mentions of a standard in a report: in its standard field if that is there, else anywhere.
pub fn mentions(ctx: &Ctx<'_>, report: &Report, number: &str) -> Vec<Mentioned> {
    let group = ctx.group;
    let fields: Vec<Value> = report
        .all(group, FieldId::STANDARD)
        .into_iter()
        .chain(report.all(group, FieldId::SCOPE))
        .collect();
    let in_values = |values: Vec<Value>| -> Vec<Mentioned> {
        values
            .into_iter()
            .flat_map(|value| {
                standard::mentions(group.raw(&value), number)
                    .into_iter()
                    .map(move |m| {
                        let mut at = value;
                        at.field.start += crate::model::grid::index(m.start);
                        at.field.len = crate::model::grid::index(m.end - m.start);
                        Mentioned {
                            at,
                            edition: m.edition,
                        }
                    })
            })
            .collect()
    };
    let found = in_values(fields);
    if found.is_empty() {
        in_values(report.texts(group))
    } else {
        found
    }
}

impl Edition {
    pub fn parameters(&self) -> [&str; 2] {
        [&self.standard, &self.edition]
    }

    /// Whether a report names the right edition.
    pub fn holds(&self, ctx: &Ctx<'_>, report: &Report) -> bool {
        let wanted = full_year(ctx.parameters.text(&self.edition));
        mentions(ctx, report, ctx.parameters.text(&self.standard))
            .iter()
            .any(|m| m.edition.as_deref().is_some_and(|e| full_year(e) == wanted))
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let Some(report) = ctx.group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let standard = ctx.parameters.text(&self.standard);
        let edition = ctx.parameters.text(&self.edition);
        let wanted = full_year(edition);
        let expected = format!("{standard}-{edition}");
        let name = report.name(ctx.group);
        let mentioned = mentions(ctx, report, standard);
        let right = |m: &&Mentioned| m.edition.as_deref().is_some_and(|e| full_year(e) == wanted);
        if mentioned.iter().any(|m| right(&m)) {
            return Outcome::pass();
        }
        // The one that names an edition says more than one that names none.
        let shown = mentioned
            .iter()
            .find(|m| m.edition.is_some())
            .or(mentioned.first());
        let detail = match shown {
            Some(m) => {
                let raw = ctx.group.raw(&m.at);
                let what = if m.edition.is_some() {
                    Say::new(
                        format!("Report {name} is to {raw}, not to {expected}."),
                        format!("报告 {name} 依据 {raw}，不是 {expected}。"),
                    )
                } else {
                    Say::new(
                        format!(
                            "Report {name} names {raw} without its edition; {expected} is needed."
                        ),
                        format!("报告 {name} 写了 {raw} 但没有年号；应为 {expected}。"),
                    )
                };
                Detail::fail(what, m.at).found(raw)
            }
            None => {
                let what = Say::new(
                    format!("Report {name} does not name {standard}."),
                    format!("报告 {name} 没有写 {standard}。"),
                );
                let stated = report.get(ctx.group, FieldId::STANDARD).or(report.number);
                match stated {
                    Some(value) => Detail::fail(what, value).found(ctx.group.raw(&value)),
                    None => Detail::absent(what, report.source.document()),
                }
            }
        };
        Outcome::one(detail.expected(expected).if_whole(report.whole))
    }
}
