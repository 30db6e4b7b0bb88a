//! `stated`: a report states what it must, in terms that leave nothing open.

use super::{At, Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::items::shorten;
use crate::facts::papers;
use crate::facts::why::why;
use crate::link::{Report, Value};
use crate::model::{FieldId, Say};
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

impl Judges for Stated {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Report];
    const REASONS: &str = "field-not-stated models-left-open report-date-unclear report-dates-not-in-order \
        signature-unread";

    fn parameters(&self) -> Vec<&str> {
        [&self.vague, &self.labels]
            .into_iter()
            .filter_map(|n| n.as_deref())
            .collect()
    }

    fn report(&self, ctx: &Ctx<'_>, _: u32, report: &Report) -> Outcome {
        let mut details = Vec::new();
        let mut days: Vec<(Date, Date, Value, Say)> = Vec::new();
        for name in &self.fields {
            let Some(id) = ctx.group.vocabulary.fields.find(name) else {
                continue;
            };
            let heading = papers::label(ctx, id);
            let Some(value) = report.get(ctx.group, id) else {
                details.push(self.missing(ctx, report, id, &heading));
                continue;
            };
            if papers::is_date(ctx, id) {
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
                let what = why!("report-dates-not-in-order";
                    date = a, day = first, other_date = b, other_day = next);
                let found = ctx.group.raw(then).trim();
                details.push(Detail::fail(what, *then).found(found).related(*at));
            }
        }
        Outcome::judged(details, report)
    }
}

impl Stated {
    fn missing(&self, ctx: &Ctx<'_>, report: &Report, id: FieldId, heading: &Say) -> Detail {
        let name = report.name(ctx.group);
        let labels = self.labels.as_ref().map(|l| ctx.parameters.words(l));
        let label = labels.and_then(|words| {
            report
                .texts(ctx.group)
                .into_iter()
                .find(|v| words.first(&fold(ctx.group.raw(v))).is_some())
        });
        let wording = format!("{}: …", capital(&heading.en));
        if let Some(at) = label {
            let said = shorten(ctx.group.raw(&at).trim());
            let what = why!("signature-unread"; said, report = name, wording);
            return Detail::unknown(what, at).found(said).expected(wording);
        }
        let what = why!("field-not-stated"; report = name, field = heading);
        // `型号：/` says at its place that there is none.
        let document = report.source.document();
        let empty = ctx.group.header(document, id);
        let detail = match empty.filter(|v| !ctx.group.raw(v).trim().is_empty()) {
            Some(at) => Detail::fail(what, at).found(ctx.group.raw(&at).trim()),
            None => Detail::fail(what, At::Document(document)),
        };
        let detail = detail.expected(wording);
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
                let what = why!("models-left-open"; report = name, said);
                Detail::fail(what, value).found(said)
            })
            .collect()
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

fn unclear(ctx: &Ctx<'_>, report: &Report, value: Value, heading: &Say) -> Detail {
    let name = report.name(ctx.group);
    let said = ctx.group.raw(&value).trim();
    let what = why!("report-date-unclear"; report = name, field = heading, said);
    Detail::fail(what, value).found(said)
}
