//! `lab_scope`: the lab register lists the report's laboratory for the standard and edition, valid
//! when the report was issued, with no required item excluded or outside accreditation.

use super::{At, Ctx, Detail, ItemTopic, Judges, Outcome, SubjectKind, Weight, state};
use crate::facts::items;
use crate::facts::papers;
use crate::facts::period::{self, Dated, Held};
use crate::facts::scope::{Entry, Lists, Said, period, restrictions};
use crate::facts::why::why;
use crate::link::{Report, Scope, Value};
use crate::model::FieldId;
use crate::normalize::date;
use crate::normalize::sentence::Status;
use crate::normalize::standard::{full_year, mentions};
use crate::normalize::text::fold;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LabScope {
    standard: String,
    edition: String,
    items: String,
    #[serde(default)]
    goods: Option<String>,
    /// Words by which a restriction excludes something.
    excluding: String,
    /// Words by which a row is limited to the items it names.
    #[serde(default)]
    limiting: Option<String>,
    /// Words by which a row covers all items.
    all_items: String,
}

impl Judges for LabScope {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Report];
    const REASONS: &str = "accreditation-not-valid item-excluded item-not-listed item-outside-accreditation \
        lab-limited lab-not-registered lab-of-other-standard no-cnas-number-shown \
        no-day-of-issue no-lab-register";

    fn parameters(&self) -> Vec<&str> {
        let own = [
            &self.standard,
            &self.edition,
            &self.items,
            &self.excluding,
            &self.all_items,
        ];
        own.into_iter()
            .map(String::as_str)
            .chain(self.goods.as_deref())
            .chain(self.limiting.as_deref())
            .collect()
    }

    fn report(&self, ctx: &Ctx<'_>, number: u32, report: &Report) -> Outcome {
        let group = ctx.group;
        let topics = ctx.parameters.items(&self.items);
        let required = items::required(ctx, number, topics, self.goods.as_deref());
        let mut details = outside(ctx, report, &required, &self.items);
        let (labs, _) = report.cnas(group);
        if labs.is_empty() {
            // That no number is shown is another rule's to say.
            return if details.is_empty() {
                Outcome::nothing(why!("no-cnas-number-shown"))
            } else {
                Outcome::judged(details, report)
            };
        }
        let name = report.name(group);
        let numbers: Vec<&str> = labs.iter().map(|l| l.0.as_str()).collect();
        let shown = numbers.join(", ");
        let Some((_, at)) = labs.first() else {
            return Outcome::nothing(why!("no-cnas-number-shown"));
        };
        if group.scopes.is_empty() {
            let what = why!("no-lab-register"; lab = shown);
            details.push(Detail::unknown(what, *at).found(shown));
            return Outcome::judged(details, report);
        }
        let rows: Vec<&Scope> = numbers.iter().flat_map(|n| group.scopes_of(n)).collect();
        let Some(first) = rows.first() else {
            let what = why!("lab-not-registered"; lab = shown);
            let register = group.scopes.first().map(|s| s.cnas.document);
            let detail = match group.left_out_of(papers::LAB_REGISTER) {
                // A row whose number cannot be read may be this laboratory's.
                Some(row) => Detail::unknown(what, *at).weighing_full().related(row),
                None => Detail::fail(what, *at).unless_unread(group, &[papers::LAB_REGISTER]),
            };
            let mut detail = detail.found(shown);
            if let Some(register) = register {
                detail = detail.related(At::Document(register));
            }
            details.push(detail);
            return Outcome::judged(details, report);
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
            let what = why!("lab-of-other-standard"; lab = shown, said = raw, standard, edition);
            details.push(
                Detail::fail(what, at_row)
                    .found(raw)
                    .expected(format!("{standard}-{edition}"))
                    .related(*at),
            );
            return Outcome::judged(details, report);
        }
        // A row that says it no longer holds is none; beside another that does, it is a doubt.
        let (mut standing, mut lapsed) = (Vec::new(), Vec::new());
        for row in fitting {
            match state::taken_back(ctx, &shown, row.status, &restrictions(ctx, row)) {
                None => standing.push(row),
                Some(detail) => lapsed.push(detail.related(*at)),
            }
        }
        if let Some(mut detail) = lapsed.into_iter().next() {
            if !standing.is_empty() && detail.weight == Weight::Fail {
                detail.weight = Weight::Unknown;
                detail = detail.weighing_full();
            }
            details.push(detail);
            if standing.is_empty() {
                return Outcome::judged(details, report);
            }
        }
        let fitting = standing;
        let (days, undated) = issued(ctx, report, &name, &fitting);
        details.extend(undated);
        details.extend(self.items(ctx, &name, &required, &fitting, &days, &shown, report));
        Outcome::judged(details, report)
    }
}

impl LabScope {
    /// What the rows say of each required item on the day of issue.
    #[expect(clippy::too_many_arguments)]
    fn items(
        &self,
        ctx: &Ctx<'_>,
        report: &str,
        required: &[&ItemTopic],
        rows: &[&&Scope],
        days: &[Date],
        lab: &str,
        of: &Report,
    ) -> Vec<Detail> {
        let lists = Lists {
            topics: ctx.parameters.words(&self.items),
            excluding: ctx.parameters.words(&self.excluding),
            only: self.limiting.as_deref().map(|o| ctx.parameters.words(o)),
            all: ctx.parameters.words(&self.all_items),
        };
        let entries: Vec<Entry<'_>> = rows
            .iter()
            .map(|row| Entry::read(ctx, row, &lists, days))
            .collect();
        let topics = ctx.parameters.items(&self.items);
        let mut details: Vec<(Option<&ItemTopic>, Detail)> = Vec::new();
        for topic in required {
            let number = topics.iter().position(|t| t.key == topic.key);
            let number = number.and_then(|n| u16::try_from(n).ok());
            let found = number.and_then(|n| item(ctx, n, topic, &entries, of, report, lab));
            details.extend(found.map(|d| (Some(*topic), d)));
        }
        if required.is_empty() {
            let all: Vec<&Entry<'_>> = entries.iter().collect();
            details.extend(valid(ctx, &all, of, report, lab).map(|d| (None, d)));
        }
        // What one cell decides for all items alike is said once, of the report.
        let alike = |d: &Detail| details.iter().filter(|(_, o)| o.what == d.what).count();
        if let Some((_, first)) = details.first()
            && alike(first) == required.len()
        {
            return details.into_iter().take(1).map(|(_, d)| d).collect();
        }
        let of_item = |(topic, detail): (Option<&ItemTopic>, Detail)| match topic {
            Some(topic) => detail.subject(format!("item {} of report {report}", topic.key)),
            None => detail,
        };
        details.into_iter().map(of_item).collect()
    }
}

/// What the register says of one required item, if it is no plain yes.
fn item(
    ctx: &Ctx<'_>,
    number: u16,
    topic: &ItemTopic,
    entries: &[Entry<'_>],
    of: &Report,
    report: &str,
    lab: &str,
) -> Option<Detail> {
    let group = ctx.group;
    let mut listed = Vec::new();
    let (mut limited, mut doubtful) = (None, None);
    for entry in entries {
        match (entry.row.says(number), entry.held) {
            (Said::Nothing, _) | (Said::Excluded(_) | Said::NotAmong(_), Held::No(_)) => {}
            (Said::Excluded(_), Held::Unclear(at)) => return Some(period::unclear(group, at)),
            (Said::Excluded(value), Held::Yes) => {
                let raw = group.raw(&value).trim();
                let what = why!("item-excluded"; item = topic.name, lab, said = raw);
                return Some(Detail::fail(what, value).found(raw));
            }
            (Said::NotAmong(value), _) => limited = limited.or(Some(value)),
            (Said::Doubtful(value), _) => doubtful = doubtful.or(Some(value)),
            (Said::Listed, _) => listed.push(entry),
        }
    }
    if !listed.is_empty() {
        return valid(ctx, &listed, of, report, lab);
    }
    if let Some(value) = limited.or(doubtful) {
        let raw = group.raw(&value).trim();
        let what = why!("lab-limited"; lab, said = raw, item = topic.name);
        let detail = match limited {
            Some(_) => Detail::fail(what, value),
            None => Detail::unknown(what, value).weighing_full(),
        };
        return Some(detail.found(raw));
    }
    let item = entries.first().and_then(|e| e.scope.item)?;
    let what = why!("item-not-listed"; item = topic.name, lab);
    Some(Detail::unknown(what, item))
}

/// Whether some of the rows held on the day of issue; rows that contradict each other decide nothing.
fn valid(
    ctx: &Ctx<'_>,
    rows: &[&Entry<'_>],
    of: &Report,
    report: &str,
    lab: &str,
) -> Option<Detail> {
    let group = ctx.group;
    if rows.iter().all(|r| matches!(r.held, Held::Yes)) {
        return None;
    }
    let issued = of.get(group, FieldId::ISSUE_DATE);
    if rows.iter().any(|r| matches!(r.held, Held::Yes)) {
        // Rows for the same product and item.
        let mut same: BTreeMap<[String; 2], Vec<Dated>> = BTreeMap::new();
        for row in rows {
            let text = |v: Option<Value>| v.map_or(String::new(), |v| fold(group.raw(&v)));
            let key = [text(row.scope.product), text(row.scope.item)];
            same.entry(key).or_default().push(Dated {
                at: row.scope.cnas,
                period: period(row.scope),
                held: row.held,
            });
        }
        let mut clashes = same.values().filter_map(|d| period::clash(group, d));
        return clashes.next().map(|c| period::clashing(group, c, lab));
    }
    let unclear = rows.iter().find_map(|r| match r.held {
        Held::Unclear(at) => Some(at),
        _ => None,
    });
    let mut detail = if let Some(at) = unclear {
        period::unclear(group, at)
    } else {
        let (row, at) = rows.iter().find_map(|r| match r.held {
            Held::No(at) => Some((r, at)),
            _ => None,
        })?;
        let span = period(row.scope).text(group);
        let day = issued.map_or("", |v| group.raw(&v).trim());
        let what = why!("accreditation-not-valid"; report, day, span);
        Detail::fail(what, at).found(group.raw(&at).trim())
    };
    if let Some(issued) = issued {
        detail = detail.related(issued);
    }
    Some(detail)
}

/// Required items the report itself marks as outside accreditation or subcontracted.
pub fn outside(
    ctx: &Ctx<'_>,
    report: &Report,
    required: &[&ItemTopic],
    items: &str,
) -> Vec<Detail> {
    let name = report.name(ctx.group);
    let mut details = Vec::new();
    for item in &report.items {
        let Some(note) = items::notes(ctx, report, item, Status::Outside).next() else {
            continue;
        };
        let text = ctx.group.raw(&item.name).trim();
        let named = items::topics_of(ctx, item, items);
        let needed = |t: &&ItemTopic| required.iter().any(|r| r.key == t.key);
        for topic in named.into_iter().filter(needed) {
            let what = why!("item-outside-accreditation"; report = name, item = topic.name);
            let detail = Detail::fail(what, item.name)
                .subject(format!("item {} of report {name}", topic.key))
                .found(text);
            let own = note.field.cell == item.name.field.cell;
            details.push(if own { detail } else { detail.related(note) });
        }
    }
    details
}

/// The days a report may have been issued on; what is to be said where there is none to compare
/// the rows' dates with.
fn issued(
    ctx: &Ctx<'_>,
    report: &Report,
    name: &str,
    rows: &[&&Scope],
) -> (Vec<Date>, Option<Detail>) {
    let group = ctx.group;
    let stated = report.get(group, FieldId::ISSUE_DATE);
    let days = stated.map_or(Vec::new(), |v| date::readings(group.raw(&v)));
    if !days.is_empty() || !rows.iter().any(|r| period(r).is_stated()) {
        return (days, None);
    }
    let what = why!("no-day-of-issue"; report = name);
    let detail = Detail::unknown(
        what,
        At::or(stated.or(report.number), report.source.document()),
    );
    (days, Some(detail))
}
