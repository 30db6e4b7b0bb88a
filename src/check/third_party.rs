//! `third_party`: a report's issuer is a laboratory other than applicant and manufacturer.

use super::covers::shorten;
use super::{Ctx, Detail, Outcome};
use crate::model::{FieldId, Grade, Say};
use crate::normalize::compare;
use crate::normalize::text::fold;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThirdParty {
    /// Words of a laboratory's name.
    lab_words: String,
    /// Words of an accreditation mark.
    marks: String,
    /// Words by which a paper says it is internal data or a self-declaration.
    self_words: String,
}

impl ThirdParty {
    pub fn parameters(&self) -> [&str; 3] {
        [&self.lab_words, &self.marks, &self.self_words]
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let group = ctx.group;
        let Some(report) = group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let name = report.name(group);
        let texts = report.texts(group);
        let own = ctx.parameters.words(&self.self_words);
        if let Some(at) = texts
            .iter()
            .find(|v| own.first(&fold(group.raw(v))).is_some())
        {
            let said = shorten(group.raw(at).trim());
            let what = Say::new(
                format!("{name} is not a third party's report: “{said}”."),
                format!("{name} 不是第三方报告：“{said}”。"),
            );
            return Outcome::one(Detail::fail(what, *at).found(said));
        }
        let words = &group.vocabulary.words;
        let lab = report.get(group, FieldId::LAB);
        if let Some(lab) = lab {
            let issuer = group.raw(&lab);
            for id in [FieldId::APPLICANT, FieldId::MANUFACTURER] {
                let Some(party) = report.get(group, id) else {
                    continue;
                };
                let other = group.raw(&party);
                let compared = compare::companies(issuer, other, words, None);
                if compared.grade <= Grade::Alias {
                    let what = Say::new(
                        format!(
                            "Report {name} was issued by “{}”, which is also its {}.",
                            issuer.trim(),
                            if id == FieldId::APPLICANT {
                                "applicant"
                            } else {
                                "manufacturer"
                            }
                        ),
                        format!(
                            "报告 {name} 的出具方“{}”就是{}。",
                            issuer.trim(),
                            if id == FieldId::APPLICANT {
                                "委托单位"
                            } else {
                                "生产单位"
                            }
                        ),
                    );
                    return Outcome::one(
                        Detail::fail(what, lab)
                            .found(issuer.trim())
                            .graded(compared.grade, compared.reason)
                            .related(party),
                    );
                }
            }
        }
        let words = ctx.parameters.words(&self.lab_words);
        let marks = ctx.parameters.words(&self.marks);
        let (labs, _) = report.cnas(group);
        let is_lab = |text: &str| words.first(&fold(text)).is_some();
        let named = lab.is_some_and(|v| is_lab(group.raw(&v)))
            || lab.is_none() && texts.iter().take(12).any(|v| is_lab(group.raw(v)));
        let marked = !labs.is_empty()
            || texts
                .iter()
                .any(|v| marks.first(&fold(group.raw(v))).is_some());
        if named || marked {
            return Outcome::pass();
        }
        let what = Say::new(
            format!("Nothing in report {name} shows that a laboratory issued it."),
            format!("报告 {name} 没有显示由实验室出具。"),
        );
        let detail = match lab.or(report.number) {
            Some(value) => Detail::unknown(what, value).found(group.raw(&value).trim()),
            None => Detail::unstated(what, report.source.document()),
        };
        Outcome::one(detail)
    }
}
