//! `lab_scope`: the lab register lists the report's laboratory for the standard and edition, valid
//! when the report was issued, with no required item excluded or outside accreditation.

use super::covers;
use super::{Ctx, Detail, ItemTopic, Outcome};
use crate::link::{Report, Scope};
use crate::model::{FieldId, Say};
use crate::normalize::date::ReadDate;
use crate::normalize::standard::{full_year, mentions};
use crate::normalize::text::fold;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LabScope {
    standard: String,
    edition: String,
    items: String,
    #[serde(default)]
    goods: Option<String>,
    /// Words by which a footnote says an item is outside accreditation or subcontracted.
    outside: String,
    /// Words by which a restriction excludes something.
    excluding: String,
    /// Words by which a row covers all items.
    all_items: String,
}

impl LabScope {
    pub fn parameters(&self) -> Vec<&str> {
        let own = [
            &self.standard,
            &self.edition,
            &self.items,
            &self.outside,
            &self.excluding,
            &self.all_items,
        ];
        own.into_iter()
            .map(String::as_str)
            .chain(self.goods.as_deref())
            .collect()
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let group = ctx.group;
        let Some(report) = group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let topics = ctx.parameters.items(&self.items);
        let required = covers::required(ctx, number, topics, self.goods.as_deref());
        let mut details = self.outside(ctx, report, &required);
        let (labs, _) = report.cnas(group);
        if labs.is_empty() {
            // That no number is shown is another rule's to say.
            return if details.is_empty() {
                Outcome::NotApplicable
            } else {
                Outcome::Judged(details)
            };
        }
        let name = report.name(group);
        let numbers: Vec<&str> = labs.iter().map(|l| l.0.as_str()).collect();
        let shown = numbers.join(", ");
        let Some((_, at)) = labs.first() else {
            return Outcome::NotApplicable;
        };
        if group.scopes.is_empty() {
            let what = Say::new(
                format!(
                    "There is no lab register to say whether {shown} is accredited for this standard."
                ),
                format!("没有实验室名录，无法确认 {shown} 是否获认可该标准。"),
            );
            details.push(Detail::unknown(what, *at).found(shown));
            return Outcome::Judged(details);
        }
        let rows: Vec<&Scope> = numbers.iter().flat_map(|n| group.scopes_of(n)).collect();
        let Some(first) = rows.first() else {
            let what = Say::new(
                format!("The lab register does not list {shown}."),
                format!("实验室名录里没有 {shown}。"),
            );
            let register = group.scopes.first().map(|s| s.cnas.document);
            let mut detail = Detail::fail(what, *at).found(shown).unless_unread(group);
            if let Some(register) = register {
                detail = detail.related_document(register);
            }
            details.push(detail);
            return Outcome::Judged(details);
        };
        let standard = ctx.parameters.text(&self.standard);
        let edition = ctx.parameters.text(&self.edition);
        let fitting: Vec<&&Scope> = rows
            .iter()
            .filter(|s| {
                s.standard.is_none_or(|v| {
                    mentions(group.raw(&v), standard).iter().any(|m| {
                        m.edition
                            .as_deref()
                            .is_some_and(|e| full_year(e) == full_year(edition))
                    })
                })
            })
            .collect();
        if fitting.is_empty() {
            let at_row = first.standard.unwrap_or(first.cnas);
            let raw = group.raw(&at_row).trim();
            let what = Say::new(
                format!("The lab register lists {shown} for {raw}, not for {standard}-{edition}."),
                format!("实验室名录中 {shown} 的标准为 {raw}，不是 {standard}-{edition}。"),
            );
            details.push(
                Detail::fail(what, at_row)
                    .found(raw)
                    .expected(format!("{standard}-{edition}"))
                    .related(*at),
            );
            return Outcome::Judged(details);
        }
        details.extend(validity(ctx, report, &name, &fitting));
        details.extend(self.excluded(ctx, &name, &required, &fitting, &shown));
        Outcome::Judged(details)
    }

    /// Required topics some row of the lab excludes, or no row lists.
    fn excluded(
        &self,
        ctx: &Ctx<'_>,
        report: &str,
        required: &[&ItemTopic],
        rows: &[&&Scope],
        lab: &str,
    ) -> Vec<Detail> {
        let group = ctx.group;
        let excluding = ctx.parameters.words(&self.excluding);
        let all_items = ctx.parameters.words(&self.all_items);
        let mut details = Vec::new();
        let topic_words = ctx.parameters.words(&self.items);
        let topics = ctx.parameters.items(&self.items);
        for topic in required {
            let number = topics.iter().position(|t| t.key == topic.key);
            let names = |text: &str| {
                let owners = topic_words.owners(text);
                owners.iter().any(|o| Some(usize::from(*o)) == number)
            };
            let excluded = rows.iter().find_map(|row| {
                let plain = row.excluded.filter(|v| names(&fold(group.raw(v))));
                plain.or_else(|| {
                    row.restriction.filter(|v| {
                        let text = fold(group.raw(v));
                        names(&text) && excluding.first(&text).is_some()
                    })
                })
            });
            if let Some(value) = excluded {
                let raw = group.raw(&value).trim();
                let what = Say::new(
                    format!(
                        "The lab register excludes {} for {lab}: “{raw}”.",
                        topic.name.en
                    ),
                    format!("实验室名录中 {lab} 不含“{}”：“{raw}”。", topic.name.zh),
                );
                details.push(
                    Detail::fail(what, value)
                        .subject(format!("item {} of report {report}", topic.key))
                        .found(raw),
                );
                continue;
            }
            let listed = rows.iter().any(|row| {
                row.item.is_none_or(|v| {
                    let text = fold(group.raw(&v));
                    names(&text) || all_items.first(&text).is_some()
                })
            });
            if !listed && let Some(item) = rows.first().and_then(|r| r.item) {
                let what = Say::new(
                    format!(
                        "The lab register names no row for {} under {lab}.",
                        topic.name.en
                    ),
                    format!("实验室名录中 {lab} 没有“{}”一行。", topic.name.zh),
                );
                details.push(
                    Detail::unknown(what, item)
                        .subject(format!("item {} of report {report}", topic.key)),
                );
            }
        }
        details
    }

    /// Required items the report itself marks as outside accreditation or subcontracted.
    fn outside(&self, ctx: &Ctx<'_>, report: &Report, required: &[&ItemTopic]) -> Vec<Detail> {
        let group = ctx.group;
        let words = ctx.parameters.words(&self.outside);
        let mut marks: Vec<(char, crate::link::Value)> = Vec::new();
        for value in report.texts(group) {
            let text = group.raw(&value).trim();
            if words.first(&fold(text)).is_none() {
                continue;
            }
            let mark = text.chars().find(|c| {
                matches!(
                    c,
                    '#' | '*' | '★' | '☆' | '△' | '▲' | '※' | '†' | '＊' | '＃'
                )
            });
            if let Some(mark) = mark {
                marks.push((mark, value));
            }
        }
        let name = report.name(group);
        let mut details = Vec::new();
        for item in &report.items {
            let text = group.raw(&item.name);
            let own = words.first(&fold(text)).is_some();
            let marked = marks.iter().find(|(mark, _)| {
                text.contains(*mark) || item.verdict.is_some_and(|v| group.raw(&v).contains(*mark))
            });
            if !own && marked.is_none() {
                continue;
            }
            let named = covers::topics_of(ctx, item, &self.items);
            let needed = |t: &&ItemTopic| required.iter().any(|r| r.key == t.key);
            for topic in named.into_iter().filter(needed) {
                let what = Say::new(
                    format!(
                        "Report {name} marks {} as outside its accreditation.",
                        topic.name.en
                    ),
                    format!(
                        "报告 {name} 注明“{}”不在认可范围内或为分包。",
                        topic.name.zh
                    ),
                );
                let mut detail = Detail::fail(what, item.name)
                    .subject(format!("item {} of report {name}", topic.key))
                    .found(text.trim());
                if let Some((_, footnote)) = marked {
                    detail = detail.related(*footnote);
                }
                details.push(detail);
            }
        }
        details
    }
}

/// The accreditation was valid on the day of issue.
fn validity(ctx: &Ctx<'_>, report: &Report, name: &str, rows: &[&&Scope]) -> Option<Detail> {
    let group = ctx.group;
    let dated: Vec<&&&Scope> = rows
        .iter()
        .filter(|r| r.valid_from.is_some() || r.valid_until.is_some())
        .collect();
    let row = dated.first()?;
    let issued = report.get(group, FieldId::ISSUE_DATE);
    let day = match issued.map(|v| group.date(&v)) {
        Some(ReadDate::Day(day)) => day,
        _ => {
            let what = Say::new(
                format!(
                    "Report {name} has no clear date of issue to compare with the lab's accreditation."
                ),
                format!("报告 {name} 没有明确的签发日期，无法核对实验室认可有效期。"),
            );
            return Some(match issued.or(report.number) {
                Some(value) => Detail::unknown(what, value),
                None => Detail::unstated(what, report.source.document()),
            });
        }
    };
    let holds = |r: &Scope| {
        let bound = |v: Option<crate::link::Value>| match v.map(|v| group.date(&v)) {
            Some(ReadDate::Day(day)) => Some(day),
            _ => None,
        };
        bound(r.valid_from).is_none_or(|from| day >= from)
            && bound(r.valid_until).is_none_or(|until| day <= until)
    };
    if dated.iter().any(|r| holds(r)) {
        return None;
    }
    let at = row.valid_until.or(row.valid_from)?;
    let text = |v: Option<crate::link::Value>| v.map_or("…", |v| group.raw(&v).trim());
    let span = format!("{} – {}", text(row.valid_from), text(row.valid_until));
    let what = Say::new(
        format!("Report {name} was issued on {day}; the lab's accreditation is valid {span}."),
        format!("报告 {name} 签发于 {day}；实验室认可有效期为 {span}。"),
    );
    let mut detail = Detail::fail(what, at).found(group.raw(&at).trim());
    if let Some(issued) = issued {
        detail = detail.related(issued);
    }
    Some(detail)
}
