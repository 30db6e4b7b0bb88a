//! `stated`: a report states what it must, in terms that leave nothing open.

use super::covers::shorten;
use super::{Ctx, Detail, Outcome};
use crate::link::{Report, Value};
use crate::model::{FieldId, FieldType, Say};
use crate::normalize::date;
use crate::normalize::text::fold;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stated {
    /// Fields of a report, each of which must say something.
    fields: Vec<String>,
    /// A list of words that leave a model open: `series`, `等`.
    #[serde(default)]
    vague: Option<String>,
    /// A list of labels: where one stands without a value, a picture may stand in its place.
    #[serde(default)]
    labels: Option<String>,
}

impl Stated {
    pub fn parameters(&self) -> Vec<&str> {
        [&self.vague, &self.labels]
            .into_iter()
            .filter_map(|n| n.as_deref())
            .collect()
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let Some(report) = ctx.group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let mut details = Vec::new();
        let mut days: Vec<(Date, Date, Value, Say)> = Vec::new();
        for name in &self.fields {
            let Some(id) = ctx.group.vocabulary.fields.find(name) else {
                continue;
            };
            let heading = heading(ctx, id);
            let Some(value) = report.get(ctx.group, id) else {
                details.push(self.missing(ctx, report, id, &heading));
                continue;
            };
            if is_date(ctx, id) {
                let raw = ctx.group.raw(&value);
                match (date::readings_at(raw, true).as_slice(), date::last_day(raw)) {
                    ([day], Some(last)) => days.push((*day, last.max(*day), value, heading)),
                    _ => details.push(unclear(ctx, report, value, &heading)),
                }
            }
            if id == FieldId::MODEL {
                details.extend(self.vague(ctx, report));
            }
        }
        for pair in days.windows(2) {
            if let [(_, first, at, a), (next, _, then, b)] = pair
                && first > next
            {
                let what = Say::new(
                    format!("{} ({first}) lies after {} ({next}).", a.en, b.en),
                    format!("{}（{first}）晚于{}（{next}）。", a.zh, b.zh),
                );
                let fix = Say::new(
                    "Correct the date that is wrong; receipt, test and issue follow each other.",
                    "请更正有误的日期；收样、检测、签发应依次进行。",
                );
                let found = ctx.group.raw(then).trim();
                details.push(Detail::fail(what, *then).found(found).related(*at).fix(fix));
            }
        }
        Outcome::Judged(details)
    }

    fn missing(&self, ctx: &Ctx<'_>, report: &Report, id: FieldId, heading: &Say) -> Detail {
        let name = report.name(ctx.group);
        let labels = self.labels.as_ref().map(|l| ctx.parameters.words(l));
        let label = labels.and_then(|words| {
            report
                .texts(ctx.group)
                .into_iter()
                .find(|v| words.first(&fold(ctx.group.raw(v))).is_some())
        });
        let wording = Say::new(
            format!("{}: …", capital(&heading.en)),
            format!("{}：……", heading.zh),
        );
        let fix = Say::new(
            format!("Add a line “{}”.", wording.en),
            format!("请补写“{}”。", wording.zh),
        );
        if let Some(at) = label {
            let said = shorten(ctx.group.raw(&at).trim());
            let what = Say::new(
                format!(
                    "“{said}” stands in report {name} without a name in text; a picture of a signature cannot be read."
                ),
                format!("报告 {name} 有“{said}”，但没有文字姓名；签名图片无法读取。"),
            );
            return Detail::unknown(what, at)
                .found(said)
                .expected(wording.en)
                .fix(fix);
        }
        let what = Say::new(
            format!("Report {name} does not state: {}.", heading.en),
            format!("报告 {name} 没有写明：{}。", heading.zh),
        );
        // `型号：/` says at its place that there is none.
        let document = report.source.document();
        let empty = ctx.group.header(document, id);
        let detail = match empty.filter(|v| !ctx.group.raw(v).trim().is_empty()) {
            Some(at) => Detail::fail(what, at).found(ctx.group.raw(&at).trim()),
            None => Detail::absent(what, document),
        };
        let detail = detail.expected(wording.en).fix(fix);
        detail.if_understood(ctx.group, report, &[id])
    }

    fn vague(&self, ctx: &Ctx<'_>, report: &Report) -> Vec<Detail> {
        let words = ctx.parameters.words(self.vague.as_deref().unwrap_or(""));
        let name = report.name(ctx.group);
        let open = |value: &Value| words.first(&fold(ctx.group.raw(value))).is_some();
        report
            .all(ctx.group, FieldId::MODEL)
            .into_iter()
            .filter(open)
            .map(|value| {
                let said = shorten(ctx.group.raw(&value).trim());
                let what = Say::new(
                    format!("The models of report {name} are left open: “{said}”."),
                    format!("报告 {name} 的型号没有写全：“{said}”。"),
                );
                let fix = Say::new(
                    "List every model in full, separated by commas.",
                    "请把每个型号完整列出，用顿号或逗号分开。",
                );
                Detail::fail(what, value).found(said).fix(fix)
            })
            .collect()
    }
}

/// The label a field is given in a report, in both languages where it has them.
fn heading(ctx: &Ctx<'_>, id: FieldId) -> Say {
    let vocabulary = ctx.group.vocabulary;
    let kind = vocabulary.kinds.iter().find(|k| k.name == "lab-report");
    let heading = kind.and_then(|k| k.field(id)).map_or("", |f| &f.heading);
    match heading.split_once(' ') {
        Some((zh, en)) => Say::new(en, zh),
        None => Say::same(heading),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

fn is_date(ctx: &Ctx<'_>, id: FieldId) -> bool {
    let kinds = &ctx.group.vocabulary.kinds;
    let kind = kinds.iter().find(|k| k.name == "lab-report");
    kind.and_then(|k| k.field(id))
        .is_some_and(|f| f.field_type == FieldType::Date)
}

fn unclear(ctx: &Ctx<'_>, report: &Report, value: Value, heading: &Say) -> Detail {
    let name = report.name(ctx.group);
    let said = ctx.group.raw(&value).trim();
    let what = Say::new(
        format!(
            "In report {name}, {} “{said}” is no clear date.",
            heading.en
        ),
        format!("报告 {name} 的{}“{said}”不是明确的日期。", heading.zh),
    );
    let fix = Say::new(
        "Write year, month and day: 2026-05-28.",
        "请写明年月日：2026-05-28。",
    );
    Detail::fail(what, value).found(said).fix(fix)
}
