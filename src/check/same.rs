//! `same`: a name or number is spelled in the report as it is in the declaration.

use super::{Ctx, Detail, Outcome, Reliance};
use crate::link::{Key, Line, Report, Value};
use crate::model::{FieldId, Grade, Say};
use crate::normalize::{cnas, company, compare};
use serde::Deserialize;
use std::collections::BTreeSet;

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

impl Same {
    pub fn parameter(&self) -> Option<&str> {
        self.party.as_deref()
    }

    pub fn run_line(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        if self.what != What::Model {
            return Outcome::NotApplicable;
        }
        let group = ctx.group;
        let reliance = ctx.reliance.get(number as usize).copied().flatten();
        let Some(line) = ctx.shipment.lines.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let Some(reliance) = reliance else {
            return unnamed(ctx, line);
        };
        if reliance.grade <= self.grade {
            let details = line
                .others
                .iter()
                .filter_map(|(model, key)| self.further(ctx, reliance, *model, *key));
            return Outcome::Judged(details.collect());
        }
        let (Some(model), Some(named)) = (
            line.model,
            group
                .reports
                .get(reliance.report as usize)
                .and_then(|r| r.models.get(reliance.model as usize)),
        ) else {
            return Outcome::NotApplicable;
        };
        let (raw, other) = (group.raw(&model), group.raw(&named.value));
        if named.within.is_some() && reliance.names_it {
            let what = Say::new(
                format!(
                    "Model {raw} is declared; the report names it only within the range “{other}”."
                ),
                format!("申报型号 {raw}，报告只以范围“{other}”涵盖，未单独写出。"),
            );
            let fix = Say::new(
                "Ask the lab for a report or addendum that spells out every model.",
                "请实验室出具逐一列出型号的报告或补充报告。",
            );
            let detail = Detail::unknown(what, model).found(raw).fix(fix);
            return Outcome::one(detail.related(named.value));
        }
        let words = &group.vocabulary.words;
        let joined = group.aliases.model(raw, other, words);
        let compare::Compared { grade, reason } = compare::models(raw, other, words, joined);
        let what = Say::new(
            format!(
                "Model {raw} is declared; the report says {other} ({}).",
                reason.en
            ),
            format!("申报型号 {raw}，报告为 {other}（{}）。", reason.zh),
        );
        Outcome::one(
            Detail::fail(what, model)
                .found(raw)
                .expected(other)
                .nearest(Some(other.to_string()))
                .graded(grade, reason)
                .related(named.value),
        )
    }

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
        let what = Say::new(
            format!(
                "Model {raw} is not spelled so in report {}.",
                report.name(group)
            ),
            format!("报告 {} 中没有完全一致的型号 {raw}。", report.name(group)),
        );
        let detail = Detail::unknown(what, model).found(raw);
        Some(named.clone().fold(detail, |d, m| d.related(m.value)))
    }

    pub fn run_report(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let Some(report) = ctx.group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        match self.what {
            What::Applicant => self.applicant(ctx, number, report),
            What::Cnas => self.cnas(ctx, number, report),
            What::Model => Outcome::NotApplicable,
        }
    }

    fn applicant(&self, ctx: &Ctx<'_>, number: u32, report: &Report) -> Outcome {
        let group = ctx.group;
        let name = report.name(group);
        let party = self
            .party
            .as_ref()
            .map_or("either", |p| ctx.parameters.text(p));
        let Some(applicant) = report.get(group, FieldId::APPLICANT) else {
            let what = Say::new(
                format!("Report {name} names no applicant."),
                format!("报告 {name} 没有写委托单位（申请人）。"),
            );
            let detail = match report.number {
                Some(value) => Detail::fail(what, value),
                None => Detail::absent(what, report.source.document()),
            };
            return Outcome::one(detail.if_understood(ctx.group, report, &[FieldId::APPLICANT]));
        };
        let lines = ctx.lines_of_report(number);
        let raw = group.raw(&applicant);
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
            let detail = self.compare_parties(ctx, &name, applicant, raw, &declared, line.document);
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
                        return Outcome::pass();
                    }
                }
                continue;
            };
            done.push(texts);
            details.push(detail.lines(vec![*line_number]));
        }
        Outcome::Judged(details)
    }

    fn compare_parties(
        &self,
        ctx: &Ctx<'_>,
        name: &str,
        applicant: Value,
        raw: &str,
        declared: &[Value],
        document: u32,
    ) -> Option<Detail> {
        let group = ctx.group;
        let mut best: Option<(compare::Compared, Value)> = None;
        for value in declared {
            let compared = group.parties(value, &applicant);
            if best.as_ref().is_none_or(|(b, _)| compared.grade < b.grade) {
                best = Some((compared, *value));
            }
        }
        let Some((compared, value)) = best else {
            let what = Say::new(
                "The declaration names no consignor and no producer.",
                "报关单没有写境内发货人和生产销售单位。",
            );
            return Some(
                Detail::unstated(what, document)
                    .expected(raw)
                    .related(applicant),
            );
        };
        if compared.grade <= self.grade {
            return None;
        }
        let text = group.raw(&value);
        let scripts_differ = company::is_chinese(raw) != company::is_chinese(text);
        if compared.grade == Grade::Different && scripts_differ {
            let what = Say::new(
                format!(
                    "The report's applicant “{raw}” and the declared “{text}” are written in different scripts; nothing here says they are one company."
                ),
                format!("报告委托单位“{raw}”与申报的“{text}”语言不同，没有资料证明是同一公司。"),
            );
            return Some(
                Detail::unknown(what, value)
                    .found(text)
                    .expected(raw)
                    .graded(compared.grade, compared.reason)
                    .related(applicant),
            );
        }
        let what = Say::new(
            format!(
                "“{text}” is declared; report {name} was issued to “{raw}” ({}).",
                compared.reason.en
            ),
            format!(
                "申报为“{text}”，报告 {name} 的委托单位为“{raw}”（{}）。",
                compared.reason.zh
            ),
        );
        let mut detail = Detail::fail(what, value)
            .found(text)
            .expected(raw)
            .graded(compared.grade, compared.reason)
            .related(applicant);
        if compared.grade < Grade::Different {
            detail = detail.nearest(Some(raw.to_string()));
        }
        Some(detail)
    }

    fn cnas(&self, ctx: &Ctx<'_>, number: u32, report: &Report) -> Outcome {
        let group = ctx.group;
        let (labs, _) = report.cnas(group);
        if labs.is_empty() {
            return Outcome::NotApplicable;
        }
        let name = report.name(group);
        let shown: Vec<&str> = labs.iter().map(|l| l.0.as_str()).collect();
        let shown = shown.join(", ");
        let Some((_, in_report)) = labs.first() else {
            return Outcome::NotApplicable;
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
                    let what = Say::new(
                        format!("The declaration carries no CNAS number to compare with {shown}."),
                        format!("报关单没有填写 CNAS 编号，无法与 {shown} 核对。"),
                    );
                    Some(
                        Detail::unstated(what, line.document)
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
                        let what = Say::new(
                            format!("The declaration says {text}, report {name} shows {shown}."),
                            format!("报关单填写 {text}，报告 {name} 为 {shown}。"),
                        );
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
        Outcome::Judged(details)
    }
}

/// A number without `CNAS` in front and without spaces.
fn bare(number: &str) -> String {
    let number: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = number.strip_prefix("CNAS").map(str::to_string);
    bare.unwrap_or(number)
}

/// The number is the report's, written in other characters.
fn written_otherwise(value: Value, own: &str, shown: &str, name: &str) -> Detail {
    let reason = Say::new(
        "other width or case of characters",
        "字符的全半角或大小写不同",
    );
    let what = Say::new(
        format!(
            "The declaration writes {own}, report {name} shows {shown} ({}).",
            reason.en
        ),
        format!(
            "报关单写作 {own}，报告 {name} 为 {shown}（{}）。",
            reason.zh
        ),
    );
    let detail = Detail::fail(what, value).found(own).expected(shown);
    detail.graded(Grade::CleanUp, reason)
}

/// The parties a line was declared under: its own applicant column, else consignor and producer.
fn parties(ctx: &Ctx<'_>, line: &crate::link::Line, party: &str) -> Vec<Value> {
    let group = ctx.group;
    if let Some(own) = line.own(group, FieldId::APPLICANT) {
        return vec![own];
    }
    let ids: &[FieldId] = match party {
        "consignor" => &[FieldId::CONSIGNOR],
        "producer" => &[FieldId::PRODUCER],
        _ => &[FieldId::CONSIGNOR, FieldId::PRODUCER, FieldId::APPLICANT],
    };
    ids.iter().filter_map(|id| line.field(group, *id)).collect()
}

/// A CNAS number that stands in the line's own row, or in no line's: attached documents, marks,
/// remarks. It is known by its form.
fn carried(ctx: &Ctx<'_>, line: &Line) -> Option<Value> {
    let doc = ctx.group.document(line.document)?;
    let understood = &doc.understood;
    let own = understood.records.get(line.record as usize)?.row;
    let of_others: BTreeSet<u32> = understood.records.iter().map(|r| r.row).collect();
    let free =
        (0..crate::model::grid::index(doc.grid.rows.len())).filter(|row| !of_others.contains(row));
    let cells = std::iter::once(own)
        .chain(free)
        .flat_map(|row| doc.grid.row_cells(row as usize));
    cells.into_iter().find_map(|cell| {
        let text = doc.grid.cell_text(cell);
        let mark = text.contains("CNAS") || text.contains("ＣＮＡＳ");
        let (_, start, end) = cnas::cnas_numbers(text)
            .into_iter()
            .next()
            .filter(|_| mark)?;
        let whole = ctx
            .group
            .whole_cell(line.document, cell, FieldId::CNAS_NO)?;
        Some(whole.part(start, end))
    })
}

/// No report spells the model anything like it.
fn unnamed(ctx: &Ctx<'_>, line: &Line) -> Outcome {
    let group = ctx.group;
    let Some(model) = line.model.filter(|_| !group.reports.is_empty()) else {
        return Outcome::NotApplicable;
    };
    let raw = group.raw(&model);
    let what = Say::new(
        format!("Model {raw} stands in no report, in whatever spelling."),
        format!("没有报告写明型号 {raw}（任何写法）。"),
    );
    let fix = Say::new(
        "Supply the report that names this model, or correct the model.",
        "请补充写明该型号的报告，或更正型号。",
    );
    let mut detail = Detail::fail(what, model)
        .found(raw)
        .graded(Grade::Different, Say::default())
        .fix(fix)
        .unless_unread(group);
    for report in group.reports.iter().take(3) {
        detail = detail.related_document(report.source.document());
    }
    Outcome::one(detail)
}
