//! `edition`: a report is to the one edition of a standard that counts.

use super::{At, Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::editions::{Mentioned, draft_of, mentions, row_to_another};
use crate::facts::items::shorten;
use crate::facts::why::why;
use crate::link::Report;
use crate::model::FieldId;
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

impl Judges for Edition {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Report];
    const REASONS: &str =
        "edition-differs edition-draft edition-missing row-of-other-edition standard-not-named";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.standard, &self.edition]
    }

    fn report(&self, ctx: &Ctx<'_>, _: u32, report: &Report) -> Outcome {
        let standard = ctx.parameters.text(&self.standard);
        let edition = ctx.parameters.text(&self.edition);
        let wanted = full_year(edition);
        let expected = format!("{standard}-{edition}");
        let name = report.name(ctx.group);
        if let Some(draft) = draft_of(report, |at| {
            !standard::mentions(ctx.group.raw(at), standard).is_empty()
        }) {
            let raw = shorten(ctx.group.raw(&draft).trim());
            let what = why!("edition-draft"; report = name, standard, said = raw, expected);
            return Outcome::one(Detail::fail(what, draft).found(raw).expected(expected));
        }
        let mentioned = mentions(ctx, report, standard);
        let right = |m: &&Mentioned| m.edition.as_deref().is_some_and(|e| full_year(e) == wanted);
        if mentioned.iter().any(|m| right(&m)) {
            let Some(at) = row_to_another(ctx, report, standard, &wanted) else {
                return Outcome::pass(report);
            };
            let raw = ctx.group.raw(&at);
            let what = why!("row-of-other-edition"; report = name, expected, said = raw);
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
                    why!("edition-differs"; report = name, said = raw, expected)
                } else {
                    why!("edition-missing"; report = name, said = raw, expected)
                };
                Detail::fail(what, m.at).found(raw)
            }
            None => {
                let what = why!("standard-not-named"; report = name, standard);
                let stated = report.get(ctx.group, FieldId::STANDARD).or(report.number);
                match stated {
                    Some(value) => Detail::fail(what, value).found(ctx.group.raw(&value)),
                    None => Detail::fail(what, At::Document(report.source.document())),
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

impl Edition {
    /// Whether a report names the right edition.
    pub fn holds(&self, ctx: &Ctx<'_>, report: &Report) -> bool {
        let wanted = full_year(ctx.parameters.text(&self.edition));
        mentions(ctx, report, ctx.parameters.text(&self.standard))
            .iter()
            .any(|m| m.edition.as_deref().is_some_and(|e| full_year(e) == wanted))
    }
}
