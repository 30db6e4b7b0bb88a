//! The report a line names by its number: it is here, and it names the line's model.

use crate::check::{Ctx, Detail, Outcome};
use crate::facts::numbered::{goes_on, naming, numbered, proposed, reports};
use crate::facts::papers;
use crate::facts::why::why;
use crate::link::{Group, Line, Report, Value, number_key};
use crate::model::{Grade, work};
use crate::normalize::compare::{self, Compared};
use crate::normalize::report_no;

pub fn run(ctx: &Ctx<'_>, line: &Line) -> Outcome {
    let group = ctx.group;
    let (Some(stated), Some(model)) = (line.report_no(group), line.model) else {
        return Outcome::nothing(why!("no-report-declared"));
    };
    // That there is no report at all is the lanes' to say.
    if group.reports.is_empty() {
        return Outcome::nothing(why!("no-reports"));
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
            return Outcome::pass(stated);
        }
        return Outcome::one(misspelled(group, stated, part, number, compared));
    }
    let named = numbered(group, group.raw(&stated), &key);
    // A model that is spelled otherwise there is another rule's to say.
    let near = group.nearest_report_models(line.key);
    let spelled_there = |r: &u32| near.iter().any(|(other, _)| other == r);
    if named.iter().any(spelled_there) {
        return Outcome::pass(stated);
    }
    let named: Vec<&Report> = reports(group, named.into_iter());
    Outcome::one(detail(ctx, stated, model, &named, &proposed(group, naming)))
}

/// A number the report itself spells otherwise.
fn misspelled(
    group: &Group<'_>,
    stated: Value,
    part: &str,
    number: Value,
    compared: Compared,
) -> Detail {
    let what = why!("report-number-written-otherwise"; number = part);
    let detail = Detail::fail(what, stated).found(part);
    detail.against(group, number, compared)
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
    let what = match named.is_empty() {
        true => why!("declared-report-not-supplied"; report = number, model = name),
        false => why!("declared-report-names-another"; report = number, model = name),
    };
    let what = what.also(match expected.is_empty() {
        true => why!("no-other-report"),
        false => why!("stands-in-report"; reports = expected),
    });
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
        Detail::fail(what, stated)
            .if_whole(named.iter().all(|r| group.is_whole(r.source.document())))
    };
    detail = detail.found(number).related(model);
    if !expected.is_empty() {
        detail = detail.expected(expected);
    }
    if let Some(slip) = slip {
        detail = detail
            .nearest(others.first().cloned())
            .graded(slip.grade, slip.reason);
    }
    for report in named.iter().chain(proposed).take(6) {
        detail = detail.related(*report);
    }
    detail.unless_unread(group, papers::REPORTS)
}
