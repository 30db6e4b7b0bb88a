//! `third_party`: a report's issuer is a laboratory other than applicant and manufacturer.

use super::{At, Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::items::shorten;
use crate::facts::same::bears_name;
use crate::facts::why::{term, why};
use crate::link::Report;
use crate::model::{FieldId, Grade};
use crate::normalize::compare;
use crate::normalize::sentence::Status;
use crate::normalize::text::fold;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThirdParty {
    /// Words of a laboratory's name.
    lab_words: String,
    /// Words of an accreditation mark.
    marks: String,
}

/// So many texts at the top of a report make its head, where its issuer stands.
const HEAD: usize = 12;

impl Judges for ThirdParty {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Report];
    const REASONS: &str = "issuer-bears-name issuer-is-party no-laboratory not-third-party";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.lab_words, &self.marks]
    }

    fn report(&self, ctx: &Ctx<'_>, _: u32, report: &Report) -> Outcome {
        let group = ctx.group;
        let name = report.name(group);
        if let Some(own) = report.said(&[Status::Own]).next() {
            let said = shorten(group.raw(&own.at).trim());
            let what = why!("not-third-party"; name, said);
            return Outcome::one(Detail::fail(what, own.at).found(said));
        }
        if let Some(detail) = own_laboratory(ctx, report, &name) {
            return Outcome::one(detail);
        }
        let lab = report.get(group, FieldId::LAB);
        let words = ctx.parameters.words(&self.lab_words);
        let marks = ctx.parameters.words(&self.marks);
        // A title such as INSPECTION REPORT proves no laboratory: only an issuer's name does.
        let named = lab.is_some_and(|v| words.first(&fold(group.raw(&v))).is_some());
        let marked = !report.cnas(group).0.is_empty()
            || report
                .texts(group)
                .iter()
                .any(|v| marks.first(&fold(group.raw(v))).is_some());
        if named || marked {
            return Outcome::pass(report);
        }
        let what = why!("no-laboratory"; report = name);
        let detail = match lab.or(report.number) {
            Some(value) => Detail::unknown(what, value).found(group.raw(&value).trim()),
            None => Detail::unknown(what, At::Document(report.source.document())),
        };
        Outcome::one(detail)
    }
}

/// The issuer is a party: the applicant or manufacturer itself, or a laboratory of its name. Where
/// no issuer is named, a party's name alone at the head of the paper is its letterhead.
fn own_laboratory(ctx: &Ctx<'_>, report: &Report, name: &str) -> Option<Detail> {
    let group = ctx.group;
    let words = &group.vocabulary.words;
    let mut issuers = report.all(group, FieldId::LAB);
    let letterhead = issuers.is_empty();
    if letterhead {
        let header = &group.document(report.source.document())?.understood.header;
        let labelled = |cell| header.fields.iter().any(|f| f.cell == cell);
        issuers = report.texts(group).into_iter().take(HEAD).collect();
        issuers.retain(|v| !labelled(v.field.cell));
    }
    for id in [FieldId::APPLICANT, FieldId::MANUFACTURER] {
        for party in report.all(group, id) {
            let other = group.raw(&party);
            for lab in issuers.iter().filter(|l| l.field.cell != party.field.cell) {
                let issuer = group.raw(lab);
                let compared = compare::companies(issuer, other, words, None);
                let same = compared.grade <= Grade::Alias;
                if !(same || !letterhead && bears_name(ctx, issuer, other)) {
                    continue;
                }
                let issuer = issuer.trim();
                let party_name = term(group.vocabulary.fields.name(id));
                let what = match same {
                    true => why!("issuer-is-party"; report = name, issuer, party = party_name),
                    false => why!("issuer-bears-name"; report = name, issuer, party = party_name),
                };
                let detail = Detail::fail(what, *lab).found(issuer).related(party);
                return Some(match same {
                    true => detail.graded(compared.grade, compared.reason),
                    false => detail,
                });
            }
        }
    }
    None
}
