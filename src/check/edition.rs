//! `edition`: a report is to the one edition of a standard that counts.

use super::covers::shorten;
use super::{Ctx, Detail, Outcome};
use crate::link::{Report, ReportSource, Value};
use crate::model::{FieldId, Say};
use crate::normalize::sentence::{About, Status};
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

/// The first row of a paper's items that names another edition of the standard.
fn row_to_another(ctx: &Ctx<'_>, report: &Report, number: &str, wanted: &str) -> Option<Value> {
    let ReportSource::Document(document) = report.source else {
        return None;
    };
    report.items.iter().find_map(|item| {
        let own = item.record?;
        let stated = ctx.group.record(document, own, FieldId::STANDARD);
        let texts = std::iter::once(item.name).chain(stated);
        texts.into_iter().find_map(|value| {
            let found = standard::mentions(ctx.group.raw(&value), number);
            let other = |e: &String| full_year(e) != wanted;
            let m = found
                .iter()
                .find(|m| m.edition.as_ref().is_some_and(other))?;
            Some(value.part(m.start, m.end))
        })
    })
}

/// Where a report says that the standard it names is no more than proposed.
fn draft_of(report: &Report, names_it: impl Fn(&Value) -> bool) -> Option<Value> {
    let says = report.says.iter();
    let drafts = says.filter(|s| s.status == Status::Draft && s.about == About::Standard);
    drafts.map(|s| s.at).find(names_it)
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
        if let Some(draft) = draft_of(report, |at| {
            !standard::mentions(ctx.group.raw(at), standard).is_empty()
        }) {
            let raw = shorten(ctx.group.raw(&draft).trim());
            let what = Say::new(
                format!(
                    "Report {name} is to a draft of {standard}: “{raw}”; {expected} itself is needed."
                ),
                format!(
                    "报告 {name} 依据的是 {standard} 的草案：“{raw}”；应为正式发布的 {expected}。"
                ),
            );
            return Outcome::one(Detail::fail(what, draft).found(raw).expected(expected));
        }
        let mentioned = mentions(ctx, report, standard);
        let right = |m: &&Mentioned| m.edition.as_deref().is_some_and(|e| full_year(e) == wanted);
        if mentioned.iter().any(|m| right(&m)) {
            let Some(at) = row_to_another(ctx, report, standard, &wanted) else {
                return Outcome::pass();
            };
            let raw = ctx.group.raw(&at);
            let what = Say::new(
                format!("Report {name} is to {expected}, but a row of it was tested to {raw}."),
                format!("报告 {name} 依据 {expected}，但其中一项按 {raw} 检测。"),
            );
            return Outcome::one(Detail::fail(what, at).found(raw).expected(expected));
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
        Outcome::one(detail.expected(expected).if_understood(
            ctx.group,
            report,
            &[FieldId::STANDARD],
        ))
    }
}
