//! `unique`: a carton number stands in one list, one lane and one shipment only.

use super::{Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::why::why;
use crate::link::{Key, Value, carton_runs, overlaps};
use crate::model::CartonRun;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unique {}

impl Judges for Unique {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment];
    const REASONS: &str = "carton-in-two-lists carton-in-two-ranges carton-in-two-shipments carton-of-two-lanes \
        no-carton-numbers";

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        let runs = carton_runs(ctx.group, ctx.shipment, 0);
        if runs.is_empty() {
            return Outcome::nothing(why!("no-carton-numbers"));
        }
        let mut details = in_two_lists(&runs);
        details.extend(in_one_list(&runs));
        details.extend(in_two_lanes(ctx));
        details.extend(in_two_shipments(ctx));
        Outcome::judged(details, ctx.declaration())
    }
}

/// Ranges of one list of which each has numbers that the other has and numbers that it has not. A
/// carton that stands inside a range may be one of its cartons, opened for other goods.
fn in_one_list(runs: &[CartonRun<Value>]) -> Vec<Detail> {
    let mut details = Vec::new();
    let mut furthest: Option<&CartonRun<Value>> = None;
    for run in runs {
        let before =
            furthest.filter(|f| f.prefix == run.prefix && f.at.document == run.at.document);
        if let Some(other) = before
            && other.first < run.first
            && run.first <= other.last
            && other.last < run.last
        {
            let (first, last) = (run.first, other.last);
            let number = format!("{}{first}", run.prefix);
            let what = why!("carton-in-two-ranges"; number, last);
            details.push(
                Detail::fail(what, run.at)
                    .subject(format!("carton {number}"))
                    .found(number)
                    .related(other.at),
            );
        }
        if before.is_none_or(|f| f.last < run.last) {
            furthest = Some(run);
        }
    }
    details
}

fn in_two_lists(runs: &[CartonRun<Value>]) -> Vec<Detail> {
    let mut details: Vec<Detail> = Vec::new();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for both in overlaps(runs, |r| r.at.document) {
        let pair = (both.earlier.at.document, both.later.at.document);
        let subject = format!("carton {}", both.number());
        // Two lists are said once; further cartons are shown beside the first.
        if let Some(at) = pairs
            .iter()
            .position(|p| *p == pair || *p == (pair.1, pair.0))
        {
            if let Some(detail) = details.get_mut(at).filter(|d| d.evidence.len() < 12) {
                detail.show(both.later.at);
            }
            continue;
        }
        let number = both.number();
        let what = why!("carton-in-two-lists"; number);
        pairs.push(pair);
        details.push(
            Detail::fail(what, both.later.at)
                .subject(subject)
                .found(number)
                .related(both.earlier.at),
        );
    }
    details
}

/// Cartons whose goods are of different lanes, or are declared in different ways.
fn in_two_lanes(ctx: &Ctx<'_>) -> Vec<Detail> {
    let group = ctx.group;
    let mut cartons: BTreeMap<u32, Vec<(Value, Vec<usize>)>> = BTreeMap::new();
    let mut of_key: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for row in &ctx.shipment.packed {
        let Some(model) = row.model else { continue };
        let lanes = of_key.entry(row.key).or_insert_with(|| {
            let lines = ctx.shipment.lines_with(row.key);
            let lanes = ctx.lanes.iter().enumerate().filter(|(_, goods)| {
                let of_lane = |l: &u32| goods.get(*l as usize).is_some_and(|g| g.selected);
                lines.iter().any(of_lane)
            });
            lanes.map(|(n, _)| n).collect::<Vec<usize>>()
        });
        if !lanes.is_empty() {
            let lanes = lanes.clone();
            cartons.entry(row.cartons).or_default().push((model, lanes));
        }
    }
    let mut details = Vec::new();
    for (number, rows) in cartons {
        let Some((first, lanes)) = rows.first() else {
            continue;
        };
        let apart = rows
            .iter()
            .find(|(_, other)| !other.iter().any(|l| lanes.contains(l)));
        let Some((other, _)) = apart else { continue };
        let carton = ctx
            .shipment
            .cartons
            .get(number as usize)
            .and_then(|c| c.number);
        let name = carton.map_or("", |v| group.raw(&v).trim());
        let (a, b) = (group.raw(first).trim(), group.raw(other).trim());
        let what = why!("carton-of-two-lanes"; number = name, model = a, other = b);
        details.push(
            Detail::fail(what, carton.unwrap_or(*other))
                .subject(format!("carton {name}"))
                .found(name)
                .related(*first)
                .related(*other),
        );
    }
    details
}

/// Numbers that are more than a plain count and stand in another shipment of the same tables.
fn in_two_shipments(ctx: &Ctx<'_>) -> Vec<Detail> {
    let group = ctx.group;
    let detail = |both: &(Value, Value, u32)| {
        let (at, other, shipment) = both;
        let number = group.raw(at).trim();
        let id = group
            .shipments
            .get(*shipment as usize)
            .map_or("", |s| s.id.as_str());
        let what = why!("carton-in-two-shipments"; number, id);
        Detail::fail(what, *at)
            .subject(format!("carton {number}"))
            .found(number)
            .related(*other)
    };
    group
        .cartons_elsewhere(ctx.shipment)
        .iter()
        .map(detail)
        .collect()
}
