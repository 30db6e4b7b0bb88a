//! `covers`: every required topic stands in the report as an item of its own, passed.

use super::{At, Ctx, Detail, ItemTopic, Judges, Outcome, SubjectKind};
use crate::facts::items::{
    base_of, bundles, items, notes, required, shorten, topics_of, untested_detail,
};
use crate::facts::why::why;
use crate::link::{Item, Report, Value};
use crate::model::{FieldId, ItemVerdict};
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

impl Judges for Covers {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Report];
    const REASONS: &str = "item-absent item-bundled item-failed item-not-applicable item-only-overall \
        item-without-verdict nothing-required result-not-own scope-partial";

    fn parameters(&self) -> Vec<&str> {
        let named = [&self.goods, &self.bundled, &self.not_applicable];
        std::iter::once(self.items.as_str())
            .chain(named.into_iter().filter_map(|n| n.as_deref()))
            .collect()
    }

    fn report(&self, ctx: &Ctx<'_>, number: u32, report: &Report) -> Outcome {
        let (needed, open) = self.needed(ctx, number);
        if needed.is_empty() && open.is_empty() {
            return Outcome::nothing(why!("nothing-required"));
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
        Outcome::judged(details, report)
    }
}

impl Covers {
    /// Whether it asks for a report of full scope.
    pub fn asks_full_scope(&self) -> bool {
        self.full_scope
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
            let what = why!("item-failed"; item = topic.name, report = name, said);
            let at = item.verdict.unwrap_or(item.name);
            return Some(
                Detail::fail(what, at)
                    .subject(subject)
                    .found(said)
                    .expected("pass / 合格")
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
            let what = why!("item-not-applicable"; report = name, item = topic.name, said);
            return Some(
                Detail::unknown(what, at)
                    .subject(subject)
                    .found(said)
                    .related(item.name),
            );
        }
        if let Some(item) = own.first() {
            let said = item.verdict.map_or("", |v| group.raw(&v).trim());
            let what = why!("item-without-verdict"; report = name, item = topic.name);
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
            let what = why!("item-bundled"; report = name, item = topic.name, sentence);
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
                why!("item-only-overall"; report = name, item = topic.name, text)
            }
            None => why!("item-absent"; report = name, item = topic.name),
        };
        let at = sentence.or(report.number);
        let detail = Detail::fail(what, At::or(at, report.source.document()));
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

/// A statement that the scope is partial.
fn partial(ctx: &Ctx<'_>, report: &Report) -> Option<Detail> {
    let name = report.name(ctx.group);
    let said = report.said(&[Status::Partial]).next()?;
    let (word, sentence) = (&said.word, shorten(ctx.group.raw(&said.at).trim()));
    let what = why!("scope-partial"; report = name, word, sentence);
    Some(Detail::fail(what, said.at).found(sentence))
}
