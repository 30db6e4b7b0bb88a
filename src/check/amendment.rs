//! `amendment`: a report that replaces or adds to another names it.

use super::covers::shorten;
use super::{Ctx, Detail, Outcome};
use crate::link::{Report, Value, number_key};
use crate::model::Say;
use crate::normalize::sentence::Status;
use crate::normalize::text::fold;
use regex::Regex;
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Amendment {}

impl Amendment {
    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let group = ctx.group;
        let Some(report) = group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let relates = [Status::Replaces, Status::AddsTo];
        let said: Vec<Value> = report.said(&relates).map(|s| s.at).collect();
        let revised = report.number.filter(|v| is_revision(group.raw(v)));
        let own = report.number.map(|v| number_key(group.raw(&v)));
        let own = own.as_deref().unwrap_or("");
        let stated = report.replaces.or(report.addendum_to);
        if stated.is_some_and(|v| names_another(group.raw(&v), own)) {
            return Outcome::pass();
        }
        let Some(at) = stated.or(said.first().copied()).or(revised) else {
            return Outcome::NotApplicable;
        };
        if said.iter().any(|v| names_another(group.raw(v), own)) {
            return Outcome::pass();
        }
        Outcome::one(unnamed(ctx, report, at))
    }
}

fn unnamed(ctx: &Ctx<'_>, report: &Report, at: Value) -> Detail {
    let name = report.name(ctx.group);
    let said = shorten(ctx.group.raw(&at).trim());
    let what = Say::new(
        format!("Report {name} amends another (“{said}”) without naming it."),
        format!("报告 {name} 为更改或补充报告（“{said}”），但没有写明原报告编号。"),
    );
    let wording = "This report supersedes report No. … / 本报告替代报告编号……";
    let fix = Say::new(
        format!("Write “{wording}”."),
        format!("请写明“{wording}”。"),
    );
    Detail::fail(what, at)
        .found(said)
        .expected(wording)
        .fix(fix)
        .if_whole(report.whole)
}

/// `SHT-26-0417-R1`, `… Rev.01`.
fn is_revision(raw: &str) -> bool {
    static FORM: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:[-_/. ]|\d)(?:r|rev\.?|amd\.?|修|改) ?\d{1,2}$").ok());
    let text = fold(raw);
    FORM.as_ref().is_some_and(|f| f.is_match(text.trim()))
}

/// A code with digits that is not the report's own number nor a date.
fn names_another(raw: &str, own: &str) -> bool {
    let text = fold(raw);
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '_' | '.')))
        .filter(|code| code.chars().filter(char::is_ascii_digit).count() >= 3)
        .filter(|code| code.chars().count() >= 6)
        .filter(|code| crate::normalize::date::parse(code) == crate::normalize::date::ReadDate::No)
        .any(|code| {
            let key = number_key(code.trim_matches(['-', '/', '.', '_']));
            key != own && !key.is_empty()
        })
}

#[cfg(test)]
mod tests {
    use super::{is_revision, names_another};

    #[test]
    fn amended_reports_and_the_ones_they_name() {
        assert!(is_revision("HPT-26-50117-R1"));
        assert!(is_revision("SHT-26-0417 Rev.01"));
        assert!(!is_revision("SHT-26-0417"));
        assert!(names_another(
            "This report supersedes HPT-26-50117.",
            "HPT-26-50117-R1"
        ));
        assert!(!names_another(
            "This report supersedes the one of 2026-05-28.",
            "x"
        ));
    }
}
