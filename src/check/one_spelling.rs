//! `one_spelling`: a party is named in full and in one spelling throughout a report.

use super::{Ctx, Detail, Outcome};
use crate::link::Value;
use crate::model::{FieldId, Grade, Say};
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

impl OneSpelling {
    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let group = ctx.group;
        let Some(report) = group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let name = report.name(group);
        let all = |field: &str| -> Vec<Value> {
            let id: Option<FieldId> = group.vocabulary.fields.find(field);
            id.map_or_else(Vec::new, |id| report.all(group, id))
        };
        let stated = all(&self.field);
        let Some(first) = stated.first().copied() else {
            let what = Say::new(
                format!("Report {name} names no applicant."),
                format!("报告 {name} 没有委托单位。"),
            );
            let fix = Say::new(
                "Add “Applicant: ” and the full registered name.",
                "请补写“委托单位：”及营业执照上的全称。",
            );
            let detail = Detail::absent(what, report.source.document()).fix(fix);
            return Outcome::one(detail.if_understood(ctx.group, report, &[FieldId::APPLICANT]));
        };
        let words = &group.vocabulary.words;
        let shown = group.raw(&first).trim();
        let mut details = Vec::new();
        if parts(shown, words).form.is_none() {
            let what = Say::new(
                format!("“{shown}” has no legal form; it may not be the full registered name."),
                format!("“{shown}”没有公司形式字样，可能不是全称。"),
            );
            let fix = Say::new(
                "Write the name as on the business licence, with its legal form.",
                "请按营业执照写全称（如“……有限公司”）。",
            );
            details.push(Detail::unknown(what, first).found(shown).fix(fix));
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
            let what = Say::new(
                format!("The applicant of report {name} is spelled “{shown}” and “{text}”."),
                format!("报告 {name} 的委托单位有两种写法：“{shown}”和“{text}”。"),
            );
            let fix = Say::new(
                format!("Write “{shown}” in both places, if that is the registered name."),
                format!("如“{shown}”为全称，请两处统一这样写。"),
            );
            details.push(
                Detail::fail(what, other)
                    .found(text)
                    .expected(shown)
                    .graded(compared.grade, compared.reason)
                    .fix(fix)
                    .related(first),
            );
        }
        Outcome::Judged(details)
    }
}
