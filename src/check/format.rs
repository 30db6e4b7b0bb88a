//! `format`: a code is written as codes of its kind are.

use super::{Ctx, Detail, Outcome, Subject};
use crate::model::{FieldId, Say};
use crate::normalize::credit_code::social_credit;
use crate::normalize::text::is_cjk;
use serde::Deserialize;

#[derive(Clone, Copy, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Format {
    #[serde(rename = "as")]
    kind: CodeKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum CodeKind {
    /// Ten digits of a line's HS code.
    Hs,
    /// A laboratory's number in a report.
    CnasLab,
    /// Social credit codes of consignor and producer.
    SocialCredit,
    /// Empty, or 18 digits with flag 0.
    DeclarationNo,
}

impl Format {
    pub fn run(self, ctx: &Ctx<'_>, subject: Subject) -> Outcome {
        match (self.kind, subject) {
            (CodeKind::Hs, Subject::Line(line)) => hs(ctx, line),
            (CodeKind::CnasLab, Subject::Report(report)) => cnas_lab(ctx, report),
            (CodeKind::SocialCredit, Subject::Shipment) => social(ctx),
            (CodeKind::DeclarationNo, Subject::Shipment) => declaration_no(ctx),
            _ => Outcome::NotApplicable,
        }
    }
}

fn hs(ctx: &Ctx<'_>, line: u32) -> Outcome {
    let Some(line) = ctx.shipment.lines.get(line as usize) else {
        return Outcome::NotApplicable;
    };
    let Some(value) = line.hs else {
        let what = Say::new(
            format!("Line {} has no HS code.", line.number),
            format!("第 {} 项没有商品编号。", line.number),
        );
        let detail = match line.model.or(line.quantity) {
            Some(value) => Detail::fail(what, value),
            None => Detail::absent(what, line.document),
        };
        let whole = ctx.group.document(line.document).is_none_or(|d| d.whole);
        let detail = detail.if_whole(whole);
        return Outcome::one(detail.unless_open(ctx.group, line.document, &[FieldId::HS_CODE]));
    };
    if line.hs_valid {
        return Outcome::pass();
    }
    let raw = ctx.group.raw(&value).trim();
    let digits = line.hs_digits.len();
    let what = Say::new(
        format!("“{raw}” has {digits} digits; an HS code has 10 (or 13 with CIQ digits)."),
        format!("“{raw}”为 {digits} 位；商品编号应为 10 位（含检验检疫码 13 位）。"),
    );
    Outcome::one(Detail::fail(what, value).found(raw))
}

/// A laboratory number stands in the report.
pub fn cnas_lab(ctx: &Ctx<'_>, number: u32) -> Outcome {
    let Some(report) = ctx.group.reports.get(number as usize) else {
        return Outcome::NotApplicable;
    };
    let (labs, others) = report.cnas(ctx.group);
    if !labs.is_empty() {
        return Outcome::pass();
    }
    let name = report.name(ctx.group);
    if let Some((other, at)) = others.first() {
        let what = Say::new(
            format!("Report {name} shows {other}, which is not a CNAS laboratory number (L…)."),
            format!("报告 {name} 只有 {other}，不是 CNAS 实验室编号（L 开头）。"),
        );
        return Outcome::one(Detail::fail(what, *at).found(other.clone()).if_understood(
            ctx.group,
            report,
            &[FieldId::CNAS_NO],
        ));
    }
    let what = Say::new(
        format!("Report {name} shows no CNAS laboratory number (L…)."),
        format!("报告 {name} 没有 CNAS 实验室编号（L 开头）。"),
    );
    let detail = match report.number {
        Some(value) => Detail::fail(what, value),
        None => Detail::absent(what, report.source.document()),
    };
    Outcome::one(detail.if_understood(ctx.group, report, &[FieldId::CNAS_NO]))
}

fn social(ctx: &Ctx<'_>) -> Outcome {
    let mut details = Vec::new();
    let mut any = false;
    for id in [FieldId::CONSIGNOR_CODE, FieldId::PRODUCER_CODE] {
        let Some(value) = ctx.shipment.header(ctx.group, id) else {
            continue;
        };
        any = true;
        let raw = ctx.group.raw(&value).trim();
        // A ten-character customs number may stand in its place on drafts.
        if raw.chars().count() == 10 {
            continue;
        }
        let Err(fault) = social_credit(raw) else {
            continue;
        };
        let Say { en, zh } = fault.say();
        let what = Say::new(
            format!("Social credit code {raw}: {en}."),
            format!("统一社会信用代码 {raw}：{zh}。"),
        );
        details.push(Detail::fail(what, value).found(raw));
    }
    if any {
        Outcome::Judged(details)
    } else {
        Outcome::NotApplicable
    }
}

fn declaration_no(ctx: &Ctx<'_>) -> Outcome {
    let Some(value) = ctx.shipment.header(ctx.group, FieldId::DECLARATION_NO) else {
        return Outcome::NotApplicable;
    };
    let raw = ctx.group.raw(&value).trim();
    let digits = raw.chars().filter(char::is_ascii_digit).count();
    // The customs office or page that some drafts print where the number would stand.
    if digits < 9 && raw.chars().any(is_cjk) {
        return Outcome::NotApplicable;
    }
    let flag = raw.chars().nth(8);
    let (en, zh) = if digits != 18 || raw.chars().count() != 18 {
        ("it does not have 18 digits", "不是 18 位数字")
    } else if flag == Some('1') {
        ("its ninth digit 1 says import", "第 9 位为 1，表示进口")
    } else if flag != Some('0') {
        (
            "its ninth digit is neither 0 nor 1",
            "第 9 位既不是 0 也不是 1",
        )
    } else {
        return Outcome::pass();
    };
    let what = Say::new(
        format!("Declaration number {raw}: {en}."),
        format!("海关编号 {raw}：{zh}。"),
    );
    Outcome::one(Detail::fail(what, value).found(raw))
}
