//! `covers`: every required topic stands in the report as an item of its own, passed.

use super::{Ctx, Detail, ItemTopic, Outcome};
use crate::link::{Item, Report, Value, number_key, says};
use crate::model::{FieldId, ItemVerdict, Say};
use crate::normalize::sentence::Status;
use crate::normalize::text::fold;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Covers {
    /// A parameter of items.
    items: String,
    /// Only this topic of them.
    #[serde(default)]
    only: Option<String>,
    /// A parameter of goods, where topics are required only for some.
    #[serde(default)]
    goods: Option<String>,
    /// It must not say that only a part was tested.
    #[serde(default)]
    full_scope: bool,
    /// A list of words that make a bundle or an overall statement.
    #[serde(default)]
    bundled: Option<String>,
    /// A text parameter: whether "not applicable" counts (`pass`) or not (`unknown`).
    #[serde(default)]
    not_applicable: Option<String>,
    /// A fail of its own counts too: only that each is judged matters.
    #[serde(default)]
    judged: bool,
}

impl Covers {
    /// Whether it asks for a report of full scope.
    pub fn asks_full_scope(&self) -> bool {
        self.full_scope
    }
}

/// The topics of a parameter that an item names, by its name and clause.
pub fn topics_of<'c>(ctx: &'c Ctx<'_>, item: &Item, parameter: &str) -> Vec<&'c ItemTopic> {
    let topics = ctx.parameters.items(parameter);
    let name = fold(ctx.group.raw(&item.name));
    let by_word = ctx.parameters.words(parameter).owners(&name);
    let excluded = ctx.parameters.excluding(parameter).owners(&name);
    let clause = item.clause.map(|c| fold(ctx.group.raw(&c)));
    topics
        .iter()
        .enumerate()
        .filter(|(i, topic)| {
            let among = |owners: &[u16]| owners.iter().any(|o| usize::from(*o) == *i);
            let by_clause = || {
                topic.clauses.iter().any(|c| {
                    clause.as_deref().is_some_and(|k| is_clause(k, c)) || has_clause(&name, c)
                })
            };
            !among(&excluded) && (among(&by_word) || by_clause())
        })
        .map(|(_, topic)| topic)
        .collect()
}

/// Whether a clause cell names a clause or one below it: `4.6`, `§4.6`, `Section 4.6.1`.
fn is_clause(cell: &str, clause: &str) -> bool {
    cell.split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .map(|n| n.trim_matches('.'))
        .any(|n| n == clause || n.strip_prefix(clause).is_some_and(|r| r.starts_with('.')))
}

/// Whether an item that does not name the topic stands for more clauses than its own: `4.6-4.9`.
fn bundles(ctx: &Ctx<'_>, item: &Item, topic: &ItemTopic, parameter: &str) -> bool {
    let Some(clause) = item.clause.map(|c| fold(ctx.group.raw(&c))) else {
        return false;
    };
    let numbers = clause.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    let numbers = numbers
        .map(|n| n.trim_matches('.'))
        .filter(|n| n.contains('.'));
    let foreign = |n: &str| !topic.clauses.iter().any(|c| is_clause(n, c));
    let name = fold(ctx.group.raw(&item.name));
    let topics = ctx.parameters.items(parameter);
    let by_word = ctx.parameters.words(parameter).owners(&name);
    let named = by_word.iter().any(|o| {
        let own = topics.get(usize::from(*o));
        own.is_some_and(|t| t.key == topic.key)
    });
    !named && numbers.clone().count() > 1 && numbers.clone().any(foreign)
}

/// Whether an item's name mentions a clause by number.
fn has_clause(name: &str, clause: &str) -> bool {
    clause.contains('.') && is_clause(name, clause)
}

/// The report an addendum names as its base, if it is there.
fn base_of<'c>(ctx: &'c Ctx<'_>, report: &Report) -> Option<&'c Report> {
    let named = number_key(ctx.group.raw(&report.addendum_to?));
    let own = ctx.group.reports_numbered(&named);
    own.iter().find_map(|r| ctx.group.reports.get(*r as usize))
}

/// The items of a report, of the addenda that name it as their base, and of its own base.
pub fn items<'c>(ctx: &'c Ctx<'_>, number: u32) -> Vec<(&'c Item, &'c Report)> {
    let Some(report) = ctx.group.reports.get(number as usize) else {
        return Vec::new();
    };
    let mut all: Vec<(&Item, &Report)> = report.items.iter().map(|i| (i, report)).collect();
    if let Some(base) = base_of(ctx, report) {
        all.extend(base.items.iter().map(|i| (i, base)));
    }
    for addendum in ctx.group.addenda_of(report) {
        all.extend(addendum.items.iter().map(|i| (i, addendum)));
    }
    all
}

/// The topics the goods of a report's lines need.
pub fn required<'t>(
    ctx: &Ctx<'_>,
    report: u32,
    topics: &'t [ItemTopic],
    goods: Option<&str>,
) -> Vec<&'t ItemTopic> {
    let table = goods.map_or(&[][..], |name| ctx.parameters.goods(name));
    let lines = ctx.lines_of_report(report);
    let mut keys: Vec<&str> = Vec::new();
    for line in lines {
        let Some(named) = ctx.goods.get(line as usize) else {
            continue;
        };
        let numbers = if named.by_words.is_empty() {
            &named.by_code
        } else {
            &named.by_words
        };
        keys.extend(
            numbers
                .iter()
                .filter_map(|n| table.get(usize::from(*n)))
                .map(|g| g.key.as_str()),
        );
    }
    topics
        .iter()
        .filter(|t| t.goods.is_empty() || t.goods.iter().any(|g| keys.contains(&g.as_str())))
        .collect()
}

impl Covers {
    pub fn parameters(&self) -> Vec<&str> {
        let named = [&self.goods, &self.bundled, &self.not_applicable];
        std::iter::once(self.items.as_str())
            .chain(named.into_iter().filter_map(|n| n.as_deref()))
            .collect()
    }

    /// The topics a report needs, those left open where its goods are not known.
    pub fn needed<'t>(
        &self,
        ctx: &'t Ctx<'_>,
        report: u32,
    ) -> (Vec<&'t ItemTopic>, Vec<&'t ItemTopic>) {
        let topics = ctx.parameters.items(&self.items);
        let wanted = |t: &&ItemTopic| self.only.as_ref().is_none_or(|only| *only == t.key);
        let needed: Vec<&ItemTopic> = required(ctx, report, topics, self.goods.as_deref())
            .into_iter()
            .filter(wanted)
            .collect();
        let lines = ctx.lines_of_report(report);
        let unknown = lines.iter().all(|line| {
            let goods = ctx.goods.get(*line as usize);
            goods.is_none_or(|g| g.by_words.is_empty() && g.by_code.is_empty())
        });
        let open = topics
            .iter()
            .filter(|t| unknown && !t.goods.is_empty())
            .filter(wanted)
            .collect();
        (needed, open)
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let Some(report) = ctx.group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let (needed, open) = self.needed(ctx, number);
        if needed.is_empty() && open.is_empty() {
            return Outcome::NotApplicable;
        }
        let mut details = Vec::new();
        details.extend(self.full_scope.then(|| partial(ctx, report)).flatten());
        let items = items(ctx, number);
        let named: Vec<(&Item, &Report, Vec<&ItemTopic>)> = items
            .iter()
            .map(|(item, report)| (*item, *report, topics_of(ctx, item, &self.items)))
            .collect();
        for topic in needed {
            details.extend(self.topic(ctx, report, topic, &named));
        }
        for topic in open {
            let missing = self.topic(ctx, report, topic, &named);
            details.extend(missing.map(|d| d.if_required(&topic.name)));
        }
        Outcome::Judged(details)
    }

    fn topic(
        &self,
        ctx: &Ctx<'_>,
        report: &Report,
        topic: &ItemTopic,
        named: &[(&Item, &Report, Vec<&ItemTopic>)],
    ) -> Option<Detail> {
        let group = ctx.group;
        let name = report.name(group);
        let subject = format!("item {} of report {name}", topic.key);
        let of_topic: Vec<_> = named
            .iter()
            .filter(|(_, _, topics)| topics.iter().any(|t| t.key == topic.key))
            .collect();
        let own: Vec<&Item> = of_topic
            .iter()
            .filter(|(_, _, topics)| topics.len() == 1)
            .map(|(item, ..)| *item)
            .filter(|item| !bundles(ctx, item, topic, &self.items))
            .collect();
        let verdict = |v: ItemVerdict| own.iter().find(|i| i.parsed == Some(v)).copied();
        let failed = verdict(ItemVerdict::Fail);
        if self.judged && failed.is_some() {
            return None;
        }
        if let Some(item) = failed {
            let said = item.verdict.map_or("", |v| group.raw(&v).trim());
            let what = Say::new(
                format!("{} did not pass in report {name}: {said}.", topic.name.en),
                format!("报告 {name} 中“{}”未通过：{said}。", topic.name.zh),
            );
            let at = item.verdict.unwrap_or(item.name);
            return Some(
                Detail::fail(what, at)
                    .subject(subject)
                    .found(said)
                    .expected("pass / 合格")
                    .fix(Say::new(
                        "The goods need a report in which this item passes: mend and test again.",
                        "该项目须合格：请整改后重新检测。",
                    ))
                    .related(item.name),
            );
        }
        if let Some(item) = verdict(ItemVerdict::Pass) {
            let of = named.iter().find(|(i, ..)| std::ptr::eq(*i, item));
            let of = of.map_or(report, |(_, of, _)| *of);
            let untested = notes(ctx, of, item, Status::Untested).next();
            return untested.map(|note| untested_detail(ctx, &name, item, note).subject(subject));
        }
        if let Some(item) = verdict(ItemVerdict::NotApplicable) {
            let counts = self
                .not_applicable
                .as_ref()
                .is_some_and(|p| ctx.parameters.text(p) == "pass");
            if counts {
                return None;
            }
            let at = item.verdict.unwrap_or(item.name);
            let said = group.raw(&at).trim();
            let what = Say::new(
                format!(
                    "Report {name} calls {} “{said}”; whether that counts is not known.",
                    topic.name.en
                ),
                format!(
                    "报告 {name} 中“{}”为“{said}”；是否认可尚不明确。",
                    topic.name.zh
                ),
            );
            return Some(
                Detail::unknown(what, at)
                    .subject(subject)
                    .found(said)
                    .related(item.name),
            );
        }
        if let Some(item) = own.first() {
            let said = item.verdict.map_or("", |v| group.raw(&v).trim());
            let what = Say::new(
                format!(
                    "Report {name} lists {} without a pass or fail of its own.",
                    topic.name.en
                ),
                format!("报告 {name} 列出“{}”，但没有单项判定。", topic.name.zh),
            );
            let detail = Detail::fail(what, item.name)
                .subject(subject)
                .found(if said.is_empty() {
                    group.raw(&item.name).trim()
                } else {
                    said
                })
                .if_understood(ctx.group, report, &[FieldId::VERDICT, FieldId::RESULT]);
            return Some(match item.verdict {
                Some(value) => detail.related(value),
                None => detail,
            });
        }
        if let Some((item, ..)) = of_topic.first() {
            let sentence = group.raw(&item.name).trim();
            let what = Say::new(
                format!(
                    "Report {name} bundles {} with other items: “{sentence}”.",
                    topic.name.en
                ),
                format!(
                    "报告 {name} 把“{}”与其他项目合并为一项：“{sentence}”。",
                    topic.name.zh
                ),
            );
            return Some(
                Detail::fail(what, item.name)
                    .subject(subject)
                    .found(sentence),
            );
        }
        let absent = self.absent(ctx, report, topic, named, subject);
        let without_base = report.addendum_to.is_some() && base_of(ctx, report).is_none();
        Some(if without_base {
            absent.without_base()
        } else {
            absent
        })
    }

    /// The topic stands nowhere; a bundle or an overall statement is shown in its place.
    fn absent(
        &self,
        ctx: &Ctx<'_>,
        report: &Report,
        topic: &ItemTopic,
        named: &[(&Item, &Report, Vec<&ItemTopic>)],
        subject: String,
    ) -> Detail {
        let group = ctx.group;
        let name = report.name(group);
        let words = ctx.parameters.words(self.bundled.as_deref().unwrap_or(""));
        let bundle = named
            .iter()
            .map(|(item, ..)| item.name)
            .find(|v| words.first(&fold(group.raw(v))).is_some());
        let sentence: Option<Value> = bundle.or_else(|| {
            report
                .texts(group)
                .into_iter()
                .find(|v| words.first(&fold(group.raw(v))).is_some())
        });
        let what = match sentence {
            Some(value) => {
                let text = shorten(group.raw(&value).trim());
                Say::new(
                    format!(
                        "Report {name} has no row of its own for {}; “{text}” does not count.",
                        topic.name.en
                    ),
                    format!(
                        "报告 {name} 没有“{}”单独一行；“{text}”不算。",
                        topic.name.zh
                    ),
                )
            }
            None => Say::new(
                format!("Report {name} has no row for {}.", topic.name.en),
                format!("报告 {name} 没有“{}”一项。", topic.name.zh),
            ),
        };
        let at = sentence.or(report.number);
        let detail = match at {
            Some(value) => Detail::fail(what, value),
            None => Detail::absent(what, report.source.document()),
        };
        let detail = match sentence {
            Some(value) => detail.found(shorten(group.raw(&value).trim())),
            None => detail,
        };
        detail
            .subject(subject)
            .expected(topic.name.en.clone() + " / " + &topic.name.zh)
            .if_understood(ctx.group, report, &[FieldId::ITEM])
    }
}

/// The notes of a report that say something of an item: tied by a mark, by its name, or its own.
pub fn notes<'r>(
    ctx: &'r Ctx<'_>,
    report: &'r Report,
    item: &'r Item,
    status: Status,
) -> impl Iterator<Item = Value> + 'r {
    let group = ctx.group;
    let raw = |v: Value| group.raw(&v);
    let document = item.name.document;
    let remark = group.vocabulary.fields.find("item_remark");
    let remark = remark.and_then(|id| group.record(document, item.record?, id));
    let own = [Some(item.name), item.verdict, remark]
        .into_iter()
        .flatten();
    let own = own.filter(move |v| group.vocabulary.sentences.says(raw(*v), status));
    let texts: Vec<&str> = [Some(item.name), item.verdict, item.result(group)]
        .into_iter()
        .flatten()
        .map(raw)
        .collect();
    let said = report.says.iter().filter(move |s| s.status == status);
    let said = said.filter(move |s| says::ties(raw(s.at), &texts, !s.in_row));
    own.chain(said.map(|s| s.at))
}

/// That the result of an item is not the laboratory's own.
pub fn untested_detail(ctx: &Ctx<'_>, report: &str, item: &Item, note: Value) -> Detail {
    let (text, said) = (
        ctx.group.raw(&item.name).trim(),
        shorten(ctx.group.raw(&note).trim()),
    );
    let what = Say::new(
        format!("The result of “{text}” in report {report} is not the laboratory's own: “{said}”."),
        format!("报告 {report} 中“{text}”的结果不是实验室自己检测的：“{said}”。"),
    );
    Detail::fail(what, item.name).found(said).related(note)
}

/// A sentence cut to a length that still fits a line or two.
pub fn shorten(text: &str) -> String {
    const MOST: usize = 120;
    if text.chars().count() <= MOST {
        return text.to_string();
    }
    let mut short: String = text.chars().take(MOST).collect();
    short.push('…');
    short
}

/// A statement that the scope is partial.
fn partial(ctx: &Ctx<'_>, report: &Report) -> Option<Detail> {
    let name = report.name(ctx.group);
    let said = report.said(&[Status::Partial]).next()?;
    let (word, sentence) = (&said.word, shorten(ctx.group.raw(&said.at).trim()));
    let what = Say::new(
        format!("Report {name} says its scope is partial (“{word}”): “{sentence}”."),
        format!("报告 {name} 写明只做了部分项目（“{word}”）：“{sentence}”。"),
    );
    Some(Detail::fail(what, said.at).found(sentence))
}
