//! The items of a report: which topics they name, which the goods need, what notes say of them.

use super::why::why;
use super::{Ctx, Detail, ItemTopic};
use crate::link::{Item, Report, Value, number_key, says};
use crate::normalize::sentence::Status;
use crate::normalize::text::fold;

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
pub fn bundles(ctx: &Ctx<'_>, item: &Item, topic: &ItemTopic, parameter: &str) -> bool {
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
pub fn base_of<'c>(ctx: &'c Ctx<'_>, report: &Report) -> Option<&'c Report> {
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
    let what = why!("result-not-own"; item = text, report, said);
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
