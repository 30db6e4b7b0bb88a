//! `format`: a code is written as codes of its kind are.

use super::{At, Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::why::why;
use crate::link::{Line, Report};
use crate::model::FieldId;
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

impl Judges for Format {
    const SUBJECTS: &[SubjectKind] = &[
        SubjectKind::Shipment,
        SubjectKind::Line,
        SubjectKind::Report,
    ];
    const REASONS: &str = "another-subject credit-code-wrong declaration-number-digits declaration-number-flag \
        declaration-number-import hs-code-digits no-cnas-number no-code-to-check no-hs-code \
        number-not-given-yet other-accreditation-number";

    fn report(&self, ctx: &Ctx<'_>, _: u32, report: &Report) -> Outcome {
        cnas_lab(ctx, report)
    }

    fn line(&self, ctx: &Ctx<'_>, _: u32, line: &Line) -> Outcome {
        hs(ctx, line)
    }

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        match self.kind {
            CodeKind::SocialCredit => social(ctx),
            _ => declaration_no(ctx),
        }
    }
}

fn hs(ctx: &Ctx<'_>, line: &Line) -> Outcome {
    let Some(value) = line.hs else {
        let what = why!("no-hs-code"; line = line.number);
        let detail = Detail::fail(what, At::or(line.model.or(line.quantity), line.document));
        let whole = ctx.group.is_whole(line.document);
        let detail = detail.if_whole(whole);
        return Outcome::one(detail.unless_open(ctx.group, line.document, &[FieldId::HS_CODE]));
    };
    if line.hs_valid {
        return Outcome::pass(value);
    }
    let raw = ctx.group.raw(&value).trim();
    let digits = line.hs_digits.len();
    let what = why!("hs-code-digits"; code = raw, digits);
    Outcome::one(Detail::fail(what, value).found(raw))
}

/// A laboratory number stands in the report.
pub fn cnas_lab(ctx: &Ctx<'_>, report: &Report) -> Outcome {
    let (labs, others) = report.cnas(ctx.group);
    if !labs.is_empty() {
        return Outcome::pass(report);
    }
    let name = report.name(ctx.group);
    if let Some((other, at)) = others.first() {
        let what = why!("other-accreditation-number"; report = name, other);
        return Outcome::one(Detail::fail(what, *at).found(other.clone()).if_understood(
            ctx.group,
            report,
            &[FieldId::CNAS_NO],
        ));
    }
    let what = why!("no-cnas-number"; report = name);
    let detail = Detail::fail(what, report);
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
        let what = why!("credit-code-wrong"; code = raw, fault = fault.say());
        details.push(Detail::fail(what, value).found(raw));
    }
    match any {
        true => Outcome::judged(details, ctx.declaration()),
        false => Outcome::nothing(why!("no-code-to-check")),
    }
}

fn declaration_no(ctx: &Ctx<'_>) -> Outcome {
    let Some(value) = ctx.shipment.header(ctx.group, FieldId::DECLARATION_NO) else {
        return Outcome::nothing(why!("number-not-given-yet"));
    };
    let raw = ctx.group.raw(&value).trim();
    let digits = raw.chars().filter(char::is_ascii_digit).count();
    // The customs office or page that some drafts print where the number would stand.
    if digits < 9 && raw.chars().any(is_cjk) {
        return Outcome::nothing(why!("number-not-given-yet"));
    }
    let flag = raw.chars().nth(8);
    let what = if digits != 18 || raw.chars().count() != 18 {
        why!("declaration-number-digits"; number = raw)
    } else if flag == Some('1') {
        why!("declaration-number-import"; number = raw)
    } else if flag != Some('0') {
        why!("declaration-number-flag"; number = raw)
    } else {
        return Outcome::pass(value);
    };
    Outcome::one(Detail::fail(what, value).found(raw))
}
