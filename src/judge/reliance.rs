//! Which report each line relies on in a lane: the one it names, else the one that spells its
//! model best, is to the lane's edition, is still current, and is newest.

use crate::check::{Classified, Ctx, Parameters, Reliance};
use crate::link::{Group, Line, Report, Shipment, number_key};
use crate::model::{FieldId, Grade};
use crate::normalize::date::ReadDate;
use crate::normalize::standard::full_year;
use crate::normalize::{compare, model, standard};
use crate::pack::Pack;
use jiff::civil::Date;
use std::cmp::Reverse;

/// By line: the report it relies on; `None` for lines the lane does not select.
pub fn choose(
    group: &Group<'_>,
    shipment: &Shipment,
    pack: &Pack,
    parameters: &Parameters,
    goods: &[Classified],
    as_of: Date,
) -> Vec<Option<Reliance>> {
    let ctx = Ctx {
        group,
        shipment,
        parameters,
        as_of,
        from: pack.from,
        goods,
        reliance: &[],
    };
    shipment
        .lines
        .iter()
        .enumerate()
        .map(|(i, line)| {
            ctx.is_selected(i)
                .then(|| for_line(&ctx, pack, line))
                .flatten()
        })
        .collect()
}

fn for_line(ctx: &Ctx<'_>, pack: &Pack, line: &Line) -> Option<Reliance> {
    let group = ctx.group;
    let model = line.model?;
    let raw = group.raw(&model);
    let stated = || {
        line.field(group, FieldId::REPORT_NO)
            .map(|v| number_key(group.raw(&v)))
    };
    let naming = group.reports_naming(&line.key);
    let mut candidates: Vec<Reliance> = naming
        .iter()
        .filter_map(|pair| reliance(group, raw, *pair, true))
        .collect();
    if candidates.is_empty() {
        candidates = by_alias(group, raw);
    }
    if candidates.is_empty() {
        let near = match &stated() {
            Some(number) => near_in_stated(group, &line.key, number),
            None => group.nearest_report_models(&line.key),
        };
        candidates = near
            .into_iter()
            .filter_map(|pair| reliance(group, raw, pair, false))
            .filter(|r| r.grade <= Grade::Near)
            .collect();
    }
    if candidates.len() <= 1 {
        return candidates.pop();
    }
    let stated = stated();
    candidates.into_iter().min_by_key(|c| {
        let report = group.reports.get(c.report as usize);
        let is_stated = report.is_some_and(|r| is_number(group, r, stated.as_deref()));
        let addendum = report.is_some_and(|r| r.addendum_to.is_some());
        let right_edition = report.is_some_and(|r| edition_holds(ctx, pack, r));
        let replaced = report.is_some_and(|r| group.replacement_of(r).is_some());
        let issued = report
            .and_then(|r| r.get(group, FieldId::ISSUE_DATE))
            .map(|v| group.date(&v));
        let issued = match issued {
            Some(ReadDate::Day(day)) => Some(day),
            _ => None,
        };
        (
            !is_stated,
            addendum,
            !right_edition,
            replaced,
            c.grade,
            Reverse(issued),
            c.report,
        )
    })
}

fn reliance(group: &Group<'_>, raw: &str, pair: (u32, u32), names_it: bool) -> Option<Reliance> {
    let report = group.reports.get(pair.0 as usize)?;
    let named = report.models.get(pair.1 as usize)?;
    let words = &group.vocabulary.words;
    let other = group.raw(&named.value);
    let joined = group.aliases.model(raw, other, words);
    let compared = compare::models(raw, other, words, joined);
    Some(Reliance {
        report: pair.0,
        model: pair.1,
        grade: compared.grade,
        names_it,
    })
}

/// Reports that name the model by another name of the alias table.
fn by_alias(group: &Group<'_>, raw: &str) -> Vec<Reliance> {
    let words = &group.vocabulary.words;
    let mut found = Vec::new();
    for name in group.aliases.other_models(raw, words) {
        let key = model::key(&model::clean(name, &words.model_labels).text);
        for (report, named) in group.reports_naming(&key) {
            let other = group
                .reports
                .get(*report as usize)
                .and_then(|r| r.models.get(*named as usize));
            let joined = other.and_then(|m| group.aliases.model(raw, group.raw(&m.value), words));
            found.extend(joined.map(|_| Reliance {
                report: *report,
                model: *named,
                grade: Grade::Alias,
                names_it: true,
            }));
        }
    }
    found
}

/// The models of the stated report that are a typing slip away.
fn near_in_stated(group: &Group<'_>, key: &str, number: &str) -> Vec<(u32, u32)> {
    let bound = compare::typo_bound(key.chars().count());
    let mut near = Vec::new();
    for r in group.reports_numbered(number) {
        let models = group
            .reports
            .get(*r as usize)
            .map_or(&[][..], |r| &r.models);
        for (m, named) in models.iter().enumerate() {
            if strsim::osa_distance(key, &named.key) <= bound {
                near.push((*r, crate::model::grid::index(m)));
            }
        }
    }
    near
}

fn is_number(group: &Group<'_>, report: &Report, key: Option<&str>) -> bool {
    match (key, report.number) {
        (Some(key), Some(number)) => number_key(group.raw(&number)) == key,
        _ => false,
    }
}

fn edition_holds(ctx: &Ctx<'_>, pack: &Pack, report: &Report) -> bool {
    let Some((standard, edition)) = &pack.relies_on else {
        return true;
    };
    let (name, wanted) = (
        ctx.parameters.text(standard),
        full_year(ctx.parameters.text(edition)),
    );
    report.all(ctx.group, FieldId::STANDARD).iter().any(|v| {
        standard::mentions(ctx.group.raw(v), name)
            .iter()
            .any(|m| m.edition.as_deref().is_some_and(|e| full_year(e) == wanted))
    })
}
