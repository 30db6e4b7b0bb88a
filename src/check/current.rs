//! `current`: a report that is relied on is not void, not a draft, not replaced, not too old.

use super::covers::shorten;
use super::{Ctx, Detail, Outcome};
use crate::facts::period;
use crate::link::{Group, Report, ReportSource, Value};
use crate::model::{Field, FieldId, Say};
use crate::normalize::date::ReadDate;
use crate::normalize::text::{fold, squeeze};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Current {
    /// Words that void a report when they stand alone on a short line or in its status.
    marks: String,
    /// Phrases that void it wherever they stand; `*` is any text of the same clause.
    phrases: String,
    /// A text parameter: the greatest age in days at the declaration date; empty for none.
    max_age_days: String,
}

impl Current {
    pub fn parameters(&self) -> [&str; 3] {
        [&self.marks, &self.phrases, &self.max_age_days]
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let Some(report) = ctx.group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let mut details = Vec::new();
        details.extend(self.voided(ctx, report));
        details.extend(replaced(ctx, report));
        details.extend(self.too_old(ctx, report));
        Outcome::Judged(details)
    }

    fn voided(&self, ctx: &Ctx<'_>, report: &Report) -> Option<Detail> {
        let group = ctx.group;
        let name = report.name(group);
        let marks = ctx.parameters.words(&self.marks);
        let phrases = ctx.parameters.words(&self.phrases);
        let parted: Vec<&str> = phrases
            .words()
            .iter()
            .map(String::as_str)
            .filter(|p| p.contains('*'))
            .collect();
        let said_so = report.texts(group).into_iter().find(|value| {
            let text = fold(group.raw(value));
            let alone = text.chars().count() <= 24 && only_marks(&text, marks.words());
            let in_status = value.field.id == FieldId::STATUS && marks.first(&text).is_some();
            alone || in_status || phrases.first(&text).is_some() || in_parts(&text, &parted)
        });
        let at = said_so.or_else(|| spaced_out(group, report, marks.words()))?;
        let said = shorten(group.raw(&at).trim());
        let what = Say::new(
            format!("Report {name} is marked “{said}”."),
            format!("报告 {name} 标有“{said}”。"),
        );
        Some(Detail::fail(what, at).found(said))
    }

    fn too_old(&self, ctx: &Ctx<'_>, report: &Report) -> Option<Detail> {
        let days: i64 = ctx
            .parameters
            .text(&self.max_age_days)
            .trim()
            .parse()
            .ok()?;
        let group = ctx.group;
        let name = report.name(group);
        let (days_meant, _) = period::judged_on(group, ctx.shipment, ctx.as_of);
        let day = days_meant.into_iter().max().unwrap_or(ctx.as_of);
        let value = report.get(group, FieldId::ISSUE_DATE);
        let issued = match value.map(|v| group.date(&v)) {
            Some(ReadDate::Day(issued)) => issued,
            _ => {
                let what = Say::new(
                    format!("Report {name} has no clear date of issue; its age cannot be told."),
                    format!("报告 {name} 没有明确的签发日期，无法判断是否过期。"),
                );
                return Some(match value.or(report.number) {
                    Some(value) => Detail::unknown(what, value),
                    None => Detail::unstated(what, report.source.document()),
                });
            }
        };
        let age = i64::from(day.since(issued).ok()?.get_days());
        (age > days).then(|| {
            let what = Say::new(
                format!("Report {name} was issued on {issued}, {age} days before {day}; {days} are allowed."),
                format!("报告 {name} 签发于 {issued}，距 {day} 已 {age} 天；允许 {days} 天。"),
            );
            let found = issued.to_string();
            match value {
                Some(value) => Detail::fail(what, value).found(found),
                None => Detail::absent(what, report.source.document()).found(found),
            }
        })
    }
}

/// A mark spaced so wide that its letters stand apart (`作    废`): the first of them.
fn spaced_out(group: &Group<'_>, report: &Report, marks: &[String]) -> Option<Value> {
    let ReportSource::Document(document) = report.source else {
        return None;
    };
    let grid = &group.document(document)?.grid;
    let first = (0..grid.rows.len()).find_map(|row| {
        let cells = grid.row_cells(row);
        let apart = (2..=24).contains(&cells.len()).then(|| cells.clone())?;
        let letters = apart
            .clone()
            .all(|c| grid.cell_text(c).trim().chars().count() <= 2);
        let text: String = apart
            .filter(|_| letters)
            .map(|c| grid.cell_text(c))
            .collect();
        only_marks(&fold(&text), marks).then_some(cells.start)
    })?;
    let cell = grid.cells.get(first)?;
    let field = Field {
        id: FieldId::REMARK,
        cell: crate::model::grid::index(first),
        start: cell.start,
        len: cell.len,
    };
    Some(Value { document, field })
}

/// Whether a phrase with a gap (`本报告已*作废`) stands in one clause of a text.
fn in_parts(text: &str, phrases: &[&str]) -> bool {
    let stands = |clause: &str, phrase: &str| {
        let mut rest = Some(clause);
        for part in phrase.split('*') {
            rest = rest.and_then(|r| Some(r.split_once(part)?.1));
        }
        rest.is_some()
    };
    let mut clauses = text.split(['。', ',', '，', ';', '；', '.']);
    clauses.any(|clause| phrases.iter().any(|phrase| stands(clause, phrase)))
}

/// Nothing but marks, once or repeated across the page: `作废 VOID`.
fn only_marks(text: &str, marks: &[String]) -> bool {
    let mut rest = squeeze(text);
    let begins = |mark: &String| mark.chars().next() == rest.chars().next();
    if rest.is_empty() || !marks.iter().any(begins) {
        return false;
    }
    let mut marks: Vec<String> = marks.iter().map(|m| squeeze(m)).collect();
    marks.sort_by_key(|m| std::cmp::Reverse(m.len()));
    for mark in marks.iter().filter(|m| !m.is_empty()) {
        rest = rest.replace(mark.as_str(), "");
    }
    rest.is_empty()
}

/// Another report of the group says it replaces this one.
fn replaced(ctx: &Ctx<'_>, report: &Report) -> Option<Detail> {
    let group = ctx.group;
    let own = report.number?;
    let by = group.replacement_of(report)?;
    let newer = by.name(group);
    let name = report.name(group);
    let what = Say::new(
        format!("Report {name} was replaced by {newer}."),
        format!("报告 {name} 已被 {newer} 替代。"),
    );
    let mut detail = Detail::fail(what, own).found(name).expected(newer);
    if let Some(value) = by.replaces {
        detail = detail.related(value);
    }
    Some(detail)
}
