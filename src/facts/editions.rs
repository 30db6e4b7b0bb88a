//! Where a report names a standard, and with which edition.

use super::Ctx;
use crate::link::{Report, ReportSource, Value};
use crate::model::FieldId;
use crate::normalize::sentence::{About, Status};
use crate::normalize::standard::{self, full_year};

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
pub fn row_to_another(ctx: &Ctx<'_>, report: &Report, number: &str, wanted: &str) -> Option<Value> {
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
pub fn draft_of(report: &Report, names_it: impl Fn(&Value) -> bool) -> Option<Value> {
    let says = report.says.iter();
    let drafts = says.filter(|s| s.status == Status::Draft && s.about == About::Standard);
    drafts.map(|s| s.at).find(names_it)
}
