//! `same`: a name or number is spelled in the report as it is in the declaration.

use super::{At, Ctx, Detail, Judges, Outcome, Reliance, SubjectKind};
use crate::facts::declared::{bare, carried, parties};
use crate::facts::papers;
use crate::facts::same::{As, apart};
use crate::facts::why::why;
use crate::link::{Key, Line, Report, Value};
use crate::model::{FieldId, Grade, Say};
use crate::normalize::{cnas, compare};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Same {
    what: What,
    /// The loosest grade that passes.
    grade: Grade,
    /// A text parameter for applicants: `consignor`, `producer` or `either`.
    #[serde(default)]
    party: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum What {
    Model,
    Applicant,
    Cnas,
}

impl Judges for Same {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Line, SubjectKind::Report];
    const REASONS: &str = "another-subject applicant-differs applicant-two-scripts cnas-differs \
        cnas-written-otherwise model-in-no-report model-not-spelled-so model-only-in-range \
        model-spelled-otherwise no-applicant no-cnas-declared no-cnas-number-shown \
        no-party-declared no-reports";

    fn parameters(&self) -> Vec<&str> {
        self.party.as_deref().into_iter().collect()
    }

    fn on_reports_alone(&self) -> bool {
        false
    }

    fn line(&self, ctx: &Ctx<'_>, number: u32, line: &Line) -> Outcome {
        if self.what != What::Model {
            return Outcome::nothing(why!("another-subject"));
        }
        let group = ctx.group;
        let reliance = ctx.reliance.get(number as usize).copied().flatten();
        let Some(reliance) = reliance else {
            return unnamed(ctx, line);
        };
        if reliance.grade <= self.grade {
            let details = line
                .others
                .iter()
                .filter_map(|(model, key)| self.further(ctx, reliance, *model, *key));
            let named = reliance.named(group).map(|m| At::Value(m.value));
            return Outcome::judged(details, named.unwrap_or(line.into()));
        }
        let (Some(model), Some(named)) = (line.model, reliance.named(group)) else {
            return Outcome::nothing(why!("another-subject"));
        };
        let (raw, other) = (group.raw(&model), group.raw(&named.value));
        if named.within.is_some() && reliance.names_it {
            let what = why!("model-only-in-range"; model = raw, range = other);
            let detail = Detail::unknown(what, model).found(raw);
            return Outcome::one(detail.related(named.value));
        }
        let words = &group.vocabulary.words;
        let joined = group.aliases.model(raw, other, words);
        let compared = compare::models(raw, other, words, joined);
        let what = why!("model-spelled-otherwise"; model = raw);
        Outcome::one(Detail::fail(what, model).against(group, named.value, compared))
    }

    fn report(&self, ctx: &Ctx<'_>, number: u32, report: &Report) -> Outcome {
        match self.what {
            What::Applicant => self.applicant(ctx, number, report),
            What::Cnas => self.cnas(ctx, number, report),
            What::Model => Outcome::nothing(why!("another-subject")),
        }
    }
}

impl Same {
    /// A further model of the line that the report it relies on does not spell the same.
    fn further(&self, ctx: &Ctx<'_>, reliance: Reliance, model: Value, key: Key) -> Option<Detail> {
        let group = ctx.group;
        let raw = group.raw(&model);
        let words = &group.vocabulary.words;
        let report = group.reports.get(reliance.report as usize)?;
        let named = report
            .models
            .iter()
            .filter(|m| m.key == key && m.within.is_none());
        let same =
            |value: &Value| compare::models(raw, group.raw(value), words, None).grade <= self.grade;
        if named.clone().any(|m| same(&m.value)) {
            return None;
        }
        let what = why!("model-not-spelled-so"; model = raw, report = report.name(group));
        let detail = Detail::unknown(what, model).found(raw);
        Some(named.clone().fold(detail, |d, m| d.related(m.value)))
    }

    fn applicant(&self, ctx: &Ctx<'_>, number: u32, report: &Report) -> Outcome {
        let group = ctx.group;
        let name = report.name(group);
        let party = self
            .party
            .as_ref()
            .map_or("either", |p| ctx.parameters.text(p));
        let Some(applicant) = report.get(group, FieldId::APPLICANT) else {
            let what = why!("no-applicant"; report = name);
            let detail = Detail::fail(what, report);
            return Outcome::one(detail.if_understood(ctx.group, report, &[FieldId::APPLICANT]));
        };
        let lines = ctx.lines_of_report(number);
        let mut details: Vec<Detail> = Vec::new();
        // Lines that state parties of their own are compared with those.
        let mut done: Vec<Vec<String>> = Vec::new();
        for line_number in &lines {
            let Some(line) = ctx.shipment.lines.get(*line_number as usize) else {
                continue;
            };
            let declared = parties(ctx, line, party);
            let texts: Vec<String> = declared.iter().map(|v| group.raw(v).to_string()).collect();
            if let Some(at) = done.iter().position(|d| *d == texts) {
                if let Some(detail) = details.get_mut(at) {
                    detail.lines.push(*line_number);
                }
                continue;
            }
            let detail = self.compare_parties(ctx, &name, applicant, &declared, line.document);
            let Some(detail) = detail else {
                // Identical: remembered so that equal lines are not compared again.
                if details.is_empty() && done.is_empty() && lines.len() > 1 {
                    let same = lines.iter().all(|l| {
                        ctx.shipment.lines.get(*l as usize).is_some_and(|l| {
                            parties(ctx, l, party)
                                .iter()
                                .map(|v| group.raw(v))
                                .eq(texts.iter().map(String::as_str))
                        })
                    });
                    if same {
                        return Outcome::pass(report);
                    }
                }
                continue;
            };
            done.push(texts);
            details.push(detail.lines(vec![*line_number]));
        }
        Outcome::judged(details, report)
    }

    fn compare_parties(
        &self,
        ctx: &Ctx<'_>,
        report: &str,
        applicant: Value,
        declared: &[Value],
        document: u32,
    ) -> Option<Detail> {
        if declared.is_empty() {
            let detail = Detail::unknown(why!("no-party-declared"), At::Document(document));
            let applicant_ = ctx.group.raw(&applicant);
            return Some(detail.expected(applicant_).related(applicant));
        }
        let apart = apart(ctx.group, As::Party, declared, &[applicant], self.grade)?;
        let differs = why!("applicant-differs"; report);
        Some(apart.detail(ctx.group, differs, why!("applicant-two-scripts")))
    }

    fn cnas(&self, ctx: &Ctx<'_>, number: u32, report: &Report) -> Outcome {
        let group = ctx.group;
        let (labs, _) = report.cnas(group);
        if labs.is_empty() {
            return Outcome::nothing(why!("no-cnas-number-shown"));
        }
        let name = report.name(group);
        let shown: Vec<&str> = labs.iter().map(|l| l.0.as_str()).collect();
        let shown = shown.join(", ");
        let Some((_, in_report)) = labs.first() else {
            return Outcome::nothing(why!("no-cnas-number-shown"));
        };
        let mut details: Vec<Detail> = Vec::new();
        let mut seen: Vec<(&str, Option<usize>)> = Vec::new();
        for line_number in ctx.lines_of_report(number) {
            let Some(line) = ctx.shipment.lines.get(line_number as usize) else {
                continue;
            };
            let declared = line
                .field(group, FieldId::CNAS_NO)
                .or_else(|| carried(ctx, line));
            let text = declared.map_or("", |v| group.raw(&v).trim());
            if let Some((_, at)) = seen.iter().find(|(t, _)| *t == text) {
                if let Some(detail) = at.and_then(|at| details.get_mut(at)) {
                    detail.lines.push(line_number);
                }
                continue;
            }
            let detail = match declared {
                None => {
                    let what = why!("no-cnas-declared"; shown);
                    Some(
                        Detail::unknown(what, At::Document(line.document))
                            .expected(shown.clone())
                            .related(*in_report),
                    )
                }
                Some(value) => {
                    let numbers = cnas::cnas_numbers(text);
                    let spelled = |(n, start, end): &(cnas::Cnas, usize, usize)| {
                        let lab = labs
                            .iter()
                            .find(|(l, _)| *n == cnas::Cnas::Lab(l.clone()))?;
                        Some((text.get(*start..*end)?, group.raw(&lab.1)))
                    };
                    let matching: Vec<(&str, &str)> = numbers.iter().filter_map(spelled).collect();
                    // A mark is set with spaces of its own; anything else must be identical.
                    let one = |(a, b): &(&str, &str)| bare(a) == bare(b);
                    if matching.iter().any(one) {
                        None
                    } else if let Some((own, shown)) = matching.first() {
                        Some(written_otherwise(value, own, shown, &name).related(*in_report))
                    } else {
                        let what = why!("cnas-differs"; declared = text, report = name, shown);
                        Some(
                            Detail::fail(what, value)
                                .found(text)
                                .expected(shown.clone())
                                .related(*in_report),
                        )
                    }
                }
            };
            match detail {
                Some(detail) => {
                    seen.push((text, Some(details.len())));
                    details.push(detail.lines(vec![line_number]));
                }
                None => seen.push((text, None)),
            }
        }
        Outcome::judged(details, report)
    }
}

/// The number is the report's, written in other characters.
fn written_otherwise(value: Value, own: &str, shown: &str, name: &str) -> Detail {
    let reason = Say::new(
        "other width or case of characters",
        "字符的全半角或大小写不同",
    );
    let what = why!("cnas-written-otherwise"; declared = own, report = name, shown, why = reason);
    let detail = Detail::fail(what, value).found(own).expected(shown);
    detail.graded(Grade::CleanUp, reason)
}

/// No report spells the model anything like it.
fn unnamed(ctx: &Ctx<'_>, line: &Line) -> Outcome {
    let group = ctx.group;
    let Some(model) = line.model.filter(|_| !group.reports.is_empty()) else {
        return Outcome::nothing(why!("no-reports"));
    };
    let raw = group.raw(&model);
    let what = why!("model-in-no-report"; model = raw);
    let mut detail = Detail::fail(what, model)
        .found(raw)
        .graded(Grade::Different, Say::default())
        .unless_unread(group, papers::REPORTS);
    for report in group.reports.iter().take(3) {
        detail = detail.related(At::Document(report.source.document()));
    }
    Outcome::one(detail)
}
