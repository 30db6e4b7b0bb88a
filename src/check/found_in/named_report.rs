//! The report a line names by its number: it is here, and it names the line's model.

use crate::check::{Ctx, Detail, Outcome};
use crate::link::{FEW, Group, Line, Report, Value, number_key};
use crate::model::{Grade, Say, work};
use crate::normalize::compare::{self, Compared};
use crate::normalize::report_no;

pub fn run(ctx: &Ctx<'_>, number: u32) -> Outcome {
    let group = ctx.group;
    let Some(line) = ctx.shipment.lines.get(number as usize) else {
        return Outcome::NotApplicable;
    };
    let (Some(stated), Some(model)) = (line.report_no(group), line.model) else {
        return Outcome::NotApplicable;
    };
    // That there is no report at all is the lanes' to say.
    if group.reports.is_empty() {
        return Outcome::NotApplicable;
    }
    let key = number_key(group.raw(&stated));
    let naming = naming(group, line, &model, group.raw(&stated));
    let words = &group.vocabulary.words;
    work::steps(naming.len());
    let numbers = naming.iter().flat_map(|r| [r.number, r.addendum_to]);
    let spelled = numbers.flatten().filter_map(|number| {
        let (part, compared) = report_no::named(group.raw(&stated), group.raw(&number), words)?;
        Some((number, part, compared))
    });
    if let Some((number, part, compared)) = spelled.min_by_key(|(.., c)| c.grade) {
        if compared.grade <= Grade::CleanUp {
            return Outcome::pass();
        }
        return Outcome::one(misspelled(group, stated, part, number, compared));
    }
    let named = numbered(group, group.raw(&stated), &key);
    // A model that is spelled otherwise there is another rule's to say.
    let near = group.nearest_report_models(line.key);
    let spelled_there = |r: &u32| near.iter().any(|(other, _)| other == r);
    if named.iter().any(spelled_there) {
        return Outcome::pass();
    }
    let named: Vec<&Report> = reports(group, named.into_iter());
    Outcome::one(detail(ctx, stated, model, &named, &proposed(group, naming)))
}

fn reports<'g>(group: &'g Group<'_>, numbers: impl Iterator<Item = u32>) -> Vec<&'g Report> {
    numbers
        .filter_map(|r| group.reports.get(r as usize))
        .collect()
}

/// The reports that name a line's model, under this name or another of the alias table; of many
/// those the text may number, the addenda and the first.
fn naming<'g>(group: &'g Group<'_>, line: &Line, model: &Value, stated: &str) -> Vec<&'g Report> {
    let words = &group.vocabulary.words;
    let others = group.aliases.other_models(group.raw(model), words);
    let others = others.into_iter().map(|name| group.model_key(name));
    let keys = std::iter::once(line.key).chain(others);
    let mut numbers: Vec<u32> = Vec::new();
    for key in keys {
        let naming = group.reports_naming(key);
        let is_naming = |r: &&u32| naming.binary_search_by_key(*r, |(n, _)| *n).is_ok();
        let numbered = group.reports_naming_numbered(key, stated);
        numbers.extend(naming.iter().take(FEW).chain(&numbered).map(|(r, _)| *r));
        numbers.extend(group.addenda.iter().filter(is_naming));
    }
    numbers.sort_unstable();
    numbers.dedup();
    reports(group, numbers.into_iter())
}

/// The reports a text numbers: as a whole, else part by part.
fn numbered(group: &Group<'_>, text: &str, key: &str) -> Vec<u32> {
    let whole = group.reports_numbered(key);
    if !whole.is_empty() {
        return whole.to_vec();
    }
    let marks = [',', '，', ';', '；', '/', '、', ' ', '\n'];
    text.split(marks)
        .map(number_key)
        .filter(|key| !key.is_empty())
        .flat_map(|key| group.reports_numbered(&key).to_vec())
        .collect()
}

/// Of the reports that name the model those to write instead: no addendum and none that was
/// replaced, if there is another.
fn proposed<'g>(group: &Group<'_>, naming: Vec<&'g Report>) -> Vec<&'g Report> {
    let best = naming.iter().copied();
    let best: Vec<&Report> = best
        .filter(|r| r.addendum_to.is_none() && group.replacement_of(r).is_none())
        .collect();
    if best.is_empty() { naming } else { best }
}

/// A number the report itself spells otherwise.
fn misspelled(
    group: &Group<'_>,
    stated: Value,
    part: &str,
    number: Value,
    compared: Compared,
) -> Detail {
    let own = group.raw(&number).trim();
    let reason = &compared.reason;
    let what = Say::new(
        format!(
            "Report {part} is declared; the report says {own} ({}).",
            reason.en
        ),
        format!("申报的报告编号为 {part}，报告上为 {own}（{}）。", reason.zh),
    );
    let fix = Say::new(
        format!("Write the number as the report does: “{own}”."),
        format!("请按报告写作“{own}”。"),
    );
    Detail::fail(what, stated)
        .found(part)
        .expected(own)
        .nearest(Some(own.to_string()))
        .graded(compared.grade, compared.reason)
        .fix(fix)
        .related(number)
}

fn detail(
    ctx: &Ctx<'_>,
    stated: Value,
    model: Value,
    named: &[&Report],
    proposed: &[&Report],
) -> Detail {
    let group = ctx.group;
    let (number, name) = (group.raw(&stated).trim(), group.raw(&model).trim());
    let mut others: Vec<String> = proposed.iter().map(|r| r.name(group)).collect();
    others.dedup();
    let (shown, more) = (others.len().min(3), others.len().saturating_sub(3));
    let mut expected = others.get(..shown).unwrap_or(&[]).join(", ");
    if more > 0 {
        expected.push_str(", …");
    }
    let here = if named.is_empty() {
        Say::new("is not here", "未提供")
    } else {
        Say::new("does not name it", "没有该型号")
    };
    let there = if expected.is_empty() {
        Say::new("No other report names the model.", "其他报告也没有该型号。")
    } else {
        Say::new(
            format!("The model stands in {expected}."),
            format!("该型号在报告 {expected} 中。"),
        )
    };
    let what = Say::new(
        format!(
            "Report {number}, declared for model {name}, {}. {}",
            here.en, there.en
        ),
        format!("型号 {name} 申报的报告 {number} {}。{}", here.zh, there.zh),
    );
    let words = &group.vocabulary.words;
    let only = proposed.first().filter(|_| others.len() == 1);
    let slip = only
        .and_then(|r| r.number)
        .filter(|v| !goes_on(&number_key(number), &number_key(group.raw(v))))
        .map(|v| compare::models(number, group.raw(&v), words, None))
        .filter(|c| c.grade <= Grade::Near);
    // A report that is not here may still be supplied, unless its number is but a slip.
    let mut detail = if named.is_empty() && slip.is_none() {
        Detail::unknown(what, stated)
    } else {
        Detail::fail(what, stated).if_whole(named.iter().all(|r| r.whole))
    };
    detail = detail.found(number).related(model);
    if expected.is_empty() {
        detail = detail.fix(Say::new(
            "Supply the report that names this model, or correct the number.",
            "请提供写明该型号的报告，或更正报告编号。",
        ));
    } else {
        detail = detail.expected(expected);
    }
    if let Some(slip) = slip {
        detail = detail
            .nearest(others.first().cloned())
            .graded(slip.grade, slip.reason);
    }
    for report in named.iter().chain(proposed).take(6) {
        detail = match report.number {
            Some(value) => detail.related(value),
            None => detail.related_document(report.source.document()),
        };
    }
    detail.unless_unread(group)
}

/// Whether one number is another with something before or behind it: another report, not a slip.
fn goes_on(a: &str, b: &str) -> bool {
    a.contains(b) || b.contains(a)
}
