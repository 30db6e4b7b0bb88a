//! `one_spelling`: a party is named in full and in one spelling throughout a report.

use super::{At, Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::why::why;
use crate::link::{Report, Value};
use crate::model::{FieldId, Grade};
use crate::normalize::company::{is_chinese, parts};
use crate::normalize::compare;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneSpelling {
    /// The field of the party.
    field: String,
    /// Fields that may name the same party again.
    #[serde(default)]
    also: Vec<String>,
}

impl Judges for OneSpelling {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Report];
    const REASONS: &str = "applicant-spelled-twice no-applicant no-legal-form";

    fn report(&self, ctx: &Ctx<'_>, _: u32, report: &Report) -> Outcome {
        let group = ctx.group;
        let name = report.name(group);
        let all = |field: &str| -> Vec<Value> {
            let id: Option<FieldId> = group.vocabulary.fields.find(field);
            id.map_or_else(Vec::new, |id| report.all(group, id))
        };
        let stated = all(&self.field);
        let Some(first) = stated.first().copied() else {
            let what = why!("no-applicant"; report = name);
            let detail = Detail::fail(what, At::Document(report.source.document()));
            return Outcome::one(detail.if_understood(ctx.group, report, &[FieldId::APPLICANT]));
        };
        let words = &group.vocabulary.words;
        let shown = group.raw(&first).trim();
        let mut details = Vec::new();
        if parts(shown, words).form.is_none() {
            let what = why!("no-legal-form"; found = shown);
            details.push(Detail::unknown(what, first).found(shown));
        }
        let others = self.also.iter().flat_map(|f| all(f));
        for other in stated.iter().skip(1).copied().chain(others) {
            let text = group.raw(&other).trim();
            // A Chinese and an English name are not compared: nothing says they are one.
            if text == shown || is_chinese(text) != is_chinese(shown) {
                continue;
            }
            let compared = compare::companies(shown, text, words, None);
            let same_field = stated.iter().any(|v| v.field.cell == other.field.cell);
            if compared.grade == Grade::Different && !same_field {
                continue;
            }
            let what = why!("applicant-spelled-twice"; report = name, found = shown, other = text);
            details.push(
                Detail::fail(what, other)
                    .found(text)
                    .expected(shown)
                    .graded(compared.grade, compared.reason)
                    .related(first),
            );
        }
        Outcome::judged(details, report)
    }
}
