//! A folder of reports → what it covers: per SKU family and lane the report that speaks for each
//! model, judged by the lane's own rules for reports, and until when it does.

use super::Settings;
use super::audit::{Run, named};
use crate::check::Check;
use crate::facts::twice;
use crate::link::{Group, Report};
use crate::model::{
    FieldId, Finding, Held, HeldFamily, HeldModel, Hold, OutcomeKind, Say, Verdict, work::Allowed,
};
use crate::normalize::date::ReadDate;
use crate::normalize::glob::{fits, is_pattern};
use crate::normalize::model;
use crate::normalize::text::fold;
use crate::pack::Pack;
use jiff::Span;
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A SKU family: the models it asks for, by name or pattern.
#[derive(Clone, Debug, Default)]
pub struct Family {
    pub name: String,
    pub patterns: Vec<String>,
    /// Lanes asked for; empty: those its reports are for, else those its goods belong to.
    pub lanes: Vec<String>,
    /// What the goods are called, where a list says it.
    pub goods: String,
}

/// A report judged in a lane.
struct Judged<'a> {
    report: &'a Report,
    pack: &'a Pack,
    held: Held,
    hold: Hold,
    issued: Option<Date>,
    reasons: Vec<(String, Say)>,
}

/// What the reports of a group cover, and the models they name that no family takes.
pub fn inventory(
    group: &Group<'_>,
    packs: &[Pack],
    settings: &Settings,
    families: &[Family],
    within_days: i64,
) -> (Vec<HeldFamily>, Vec<String>) {
    let lanes: Vec<&Pack> = packs
        .iter()
        .filter(|p| p.is_lane() && p.relies_on.is_some())
        .filter(|p| settings.lanes.is_empty() || settings.lanes.contains(&p.id))
        .collect();
    let twice = twice::of_group(group);
    let allowed = Allowed::now();
    let judged: Vec<Judged<'_>> = (0..group.reports.len())
        .into_par_iter()
        .flat_map_iter(|number| {
            let report = group.reports.get(number);
            let (lanes, twice) = (&lanes, &twice);
            lanes.iter().filter_map(move |pack| {
                let report = report?;
                let run = Run::new(group, packs, settings, report, number, twice);
                allowed.hold(|| judged(group, pack, report, &run, settings, within_days))
            })
        })
        .collect();
    // Every model some report names, with the judged reports that name it.
    let mut by_model: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, one) in judged.iter().enumerate() {
        for named in &one.report.models {
            let labels = &group.vocabulary.words.model_labels;
            let text = model::clean(group.raw(&named.value), labels).text;
            by_model.entry(text.into_owned()).or_default().push(number);
        }
    }
    let own: Vec<Family>;
    let families = if families.is_empty() {
        own = each_alone(&by_model);
        &own
    } else {
        families
    };
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    let mut held = Vec::new();
    for family in families {
        let models = models_of(family, &by_model);
        taken.extend(models.iter().filter_map(|m| {
            let (known, _) = by_model.get_key_value(m.as_str())?;
            Some(known.as_str())
        }));
        held.extend(of_family(
            family, &models, &lanes, &judged, &by_model, settings,
        ));
    }
    name_nearest(group, &mut held);
    let rest = by_model.keys().filter(|m| !taken.contains(m.as_str()));
    (held, rest.cloned().collect())
}

/// The families the lists of a group name, in order; rows of one name are one family.
pub fn families(group: &Group<'_>) -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    let fields = &group.vocabulary.fields;
    let (name, lane) = (fields.find("family"), fields.find("lane"));
    for (number, document) in group.of_kind("sku-list") {
        for row in 0..crate::model::grid::index(document.understood.records.len()) {
            let text = |id: Option<FieldId>| {
                let value = group.stated(group.record(number, row, id?)?)?;
                Some(group.raw(&value).trim().to_string())
            };
            let Some(name) = text(name) else { continue };
            let known = families.iter().position(|f| f.name == name);
            let at = known.unwrap_or_else(|| {
                families.push(Family {
                    name,
                    ..Family::default()
                });
                families.len() - 1
            });
            let Some(family) = families.get_mut(at) else {
                continue;
            };
            let models = text(Some(FieldId::MODEL)).or_else(|| text(Some(FieldId::SKU)));
            let models = models.unwrap_or_default();
            let parts = model::split(&models, false);
            let parts = parts.iter().filter_map(|(from, to)| models.get(*from..*to));
            family.patterns.extend(parts.map(str::to_string));
            for lane in text(lane).iter().flat_map(|l| l.split([',', ';', '、'])) {
                let lane = lane.trim().to_string();
                if !family.lanes.contains(&lane) {
                    family.lanes.push(lane);
                }
            }
            if let Some(goods) = text(Some(FieldId::NAME)) {
                family.goods.push_str(&goods);
                family.goods.push(' ');
            }
        }
    }
    families
}

/// Without families each model is one.
fn each_alone(by_model: &BTreeMap<String, Vec<usize>>) -> Vec<Family> {
    let models = by_model.keys();
    models
        .map(|model| Family {
            name: model.clone(),
            patterns: vec![model.clone()],
            ..Family::default()
        })
        .collect()
}

/// The models a family asks for: those named, and those reports name that fit a pattern.
fn models_of(family: &Family, by_model: &BTreeMap<String, Vec<usize>>) -> Vec<String> {
    let mut models: Vec<String> = Vec::new();
    for pattern in &family.patterns {
        if !is_pattern(pattern) {
            models.push(pattern.clone());
            continue;
        }
        let fitting: Vec<&String> = by_model.keys().filter(|m| fits(pattern, m)).collect();
        if fitting.is_empty() {
            models.push(pattern.clone());
        }
        models.extend(fitting.into_iter().cloned());
    }
    let mut seen = BTreeSet::new();
    models.retain(|m| seen.insert(m.clone()));
    models
}

fn of_family(
    family: &Family,
    models: &[String],
    lanes: &[&Pack],
    judged: &[Judged<'_>],
    by_model: &BTreeMap<String, Vec<usize>>,
    settings: &Settings,
) -> Vec<HeldFamily> {
    let of_model = |model: &str| -> Vec<&Judged<'_>> {
        let numbers = by_model.get(model).map_or(&[][..], Vec::as_slice);
        numbers.iter().filter_map(|n| judged.get(*n)).collect()
    };
    let wanted = |pack: &Pack| -> bool {
        if !family.lanes.is_empty() {
            return family.lanes.contains(&pack.id);
        }
        let has = models
            .iter()
            .any(|m| of_model(m).iter().any(|j| j.pack.id == pack.id));
        let asked = !settings.lanes.is_empty();
        has || asked
            || pack.applies_to.as_ref().is_some_and(|a| {
                let parameters = pack.parameters_on(settings.as_of);
                let words = parameters.words(&a.goods);
                let text = fold(&format!("{} {}", family.goods, family.name));
                let goods = parameters.goods(&a.goods);
                let covered = |n: &u16| goods.get(usize::from(*n)).is_some_and(|g| g.covered);
                words.owners(&text).iter().any(covered)
            })
    };
    let mut held: Vec<HeldFamily> = lanes
        .iter()
        .filter(|pack| wanted(pack))
        .map(|pack| {
            let models: Vec<HeldModel> = models
                .iter()
                .map(|model| {
                    let all = of_model(model);
                    best(model, all.into_iter().filter(|j| j.pack.id == pack.id))
                })
                .collect();
            HeldFamily {
                family: family.name.clone(),
                lane: Some(pack.id.clone()),
                title: pack.title.clone(),
                hold: models.iter().map(|m| m.hold).max().unwrap_or(Hold::Missing),
                models,
            }
        })
        .collect();
    if held.is_empty() {
        let models: Vec<HeldModel> = models
            .iter()
            .map(|model| best(model, std::iter::empty()))
            .collect();
        held.push(HeldFamily {
            family: family.name.clone(),
            lane: None,
            title: Say::default(),
            hold: Hold::Missing,
            models,
        });
    }
    held
}

/// The report that speaks best for a model: one that holds before one that does not, the newest.
fn best<'j, 'a: 'j>(model: &str, judged: impl Iterator<Item = &'j Judged<'a>>) -> HeldModel {
    let best = judged.min_by_key(|j| {
        (
            j.hold,
            j.report.addendum_to.is_some(),
            std::cmp::Reverse(j.issued),
            &j.held.number,
        )
    });
    match best {
        Some(one) => HeldModel {
            model: model.to_string(),
            hold: one.hold,
            report: Some(one.held.clone()),
            reasons: one.reasons.clone(),
            nearest: None,
        },
        None => HeldModel {
            model: model.to_string(),
            hold: Hold::Missing,
            report: None,
            reasons: Vec::new(),
            nearest: None,
        },
    }
}

/// Gives each model no report names the spelling of one that could be taken for it.
fn name_nearest(group: &Group<'_>, held: &mut [HeldFamily]) {
    let models = held.iter_mut().flat_map(|family| &mut family.models);
    let missing = models.filter(|m| m.report.is_none() && !is_pattern(&m.model));
    let mut missing: Vec<&mut HeldModel> = missing.collect();
    let wanted: Vec<&str> = missing.iter().map(|m| m.model.as_str()).collect();
    let found = group.report_models_like(&wanted);
    for (model, naming) in missing.iter_mut().zip(found) {
        model.nearest = naming.iter().find_map(|(report, number)| {
            let report = group.reports.get(*report as usize)?;
            let named = report.models.get(*number as usize)?;
            let text = group.raw(&named.value).trim();
            (text != model.model).then(|| text.to_string())
        });
    }
}

fn judged<'a>(
    group: &Group<'_>,
    pack: &'a Pack,
    report: &'a Report,
    run: &Run<'_>,
    settings: &Settings,
    within_days: i64,
) -> Option<Judged<'a>> {
    let standard = named(group, pack, report)?;
    let (verdict, findings) = run.lane(pack);
    let text = |value: Option<crate::link::Value>| {
        value.map_or(String::new(), |v| group.raw(&v).trim().to_string())
    };
    let issued = report.get(group, FieldId::ISSUE_DATE);
    let issued = match issued.map(|v| group.date(&v)) {
        Some(ReadDate::Day(day)) => Some(day),
        _ => None,
    };
    let until = issued
        .zip(greatest_age(pack, settings.as_of))
        .and_then(|(day, age)| {
            let span = Span::new().try_days(age).ok()?;
            day.checked_add(span).ok()
        });
    let days_left = until
        .and_then(|day| day.since(settings.as_of).ok())
        .map(|span| i64::from(span.get_days()));
    let replaced_by = group.replacement_of(report).map(|r| r.name(group));
    let at = report.number.unwrap_or(standard);
    let document = group.document(report.source.document())?;
    let held = Held {
        number: report.name(group),
        edition: group.raw(&standard).trim().to_string(),
        lab: text(report.get(group, FieldId::LAB)),
        cnas: report
            .cnas(group)
            .0
            .first()
            .map_or(String::new(), |c| c.0.clone()),
        issued: issued.map(|d| d.to_string()),
        until: until.map(|d| d.to_string()),
        days_left,
        replaced_by,
        path: document.path.clone(),
        at: group.spot(&at).at(document.part.as_deref()),
    };
    let hold = match (days_left, verdict) {
        _ if held.replaced_by.is_some() => Hold::Replaced,
        (Some(days), _) if days < 0 => Hold::Lapsed,
        (_, Verdict::NotEligible) => Hold::NotCovered,
        (_, Verdict::Undecided | Verdict::NotApplicable) => Hold::Undecided,
        (Some(days), _) if days <= within_days => Hold::Lapsing,
        _ => Hold::Covered,
    };
    Some(Judged {
        report,
        pack,
        held,
        hold,
        issued,
        reasons: reasons(&findings),
    })
}

/// What keeps a report from counting: failed blockers, else undecided ones.
fn reasons(findings: &[Finding]) -> Vec<(String, Say)> {
    let of = |outcome: OutcomeKind| -> Vec<(String, Say)> {
        findings
            .iter()
            .filter(|f| f.blocks() && f.outcome == outcome)
            .map(|f| (f.rule.clone(), f.message.clone()))
            .collect()
    };
    let failed = of(OutcomeKind::Fail);
    if failed.is_empty() {
        of(OutcomeKind::Unknown)
    } else {
        failed
    }
}

/// The greatest age in days a lane allows, where its parameter sets one.
fn greatest_age(pack: &Pack, as_of: Date) -> Option<i64> {
    pack.rules.iter().find_map(|rule| match &rule.check {
        Check::Current(current) => {
            let age = &current.max_age_days;
            pack.parameters_on(as_of).text(age).trim().parse().ok()
        }
        _ => None,
    })
}
