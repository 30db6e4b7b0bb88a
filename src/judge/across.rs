//! Carton numbers across the folders of one run. Folders are judged one by one, in parallel; what
//! each hands on are its numbers that are more than a plain count, and they are compared after.

use super::{Settings, day_of, findings, verdicts};
use crate::check::{Check, Detail};
use crate::facts::evidence::At;
use crate::facts::why::why;
use crate::link::{Group, carton_runs, overlaps};
use crate::model::{
    CartonCell, CartonRun, Finding, NumberedCartons, OutcomeKind, Place, Role, ShipmentReport,
};
use crate::normalize::text;
use crate::pack::Pack;
use std::collections::BTreeMap;

/// Cells of one finding.
const MOST_CELLS: usize = 12;

/// What a judged shipment of a group hands on.
pub fn carried(
    group: &Group<'_>,
    number: usize,
    report: &ShipmentReport,
    packs: &[Pack],
    settings: &Settings,
) -> NumberedCartons {
    let Some(shipment) = group.shipments.get(number) else {
        return NumberedCartons::default();
    };
    let day = day_of(group, shipment, settings.as_of);
    let judged = |pack: &Pack| match pack.is_lane() {
        true => report.lanes.iter().any(|l| l.lane == pack.id),
        false => !pack.reports_only,
    };
    let mut rules = Vec::new();
    for pack in packs.iter().filter(|p| judged(p)) {
        for rule in &pack.rules {
            if matches!(rule.check, Check::Unique(_)) && pack.holds(rule, day) {
                rules.push((pack.id.clone(), rule.id.clone()));
            }
        }
    }
    if rules.is_empty() {
        return NumberedCartons::default();
    }
    let runs = carton_runs(group, shipment, 0).into_iter();
    let runs = runs.filter(|r| !r.prefix.is_empty()).map(|r| CartonRun {
        at: CartonCell {
            document: r.at.document,
            spot: group.spot(&r.at),
            raw: group.raw(&r.at).into(),
        },
        prefix: r.prefix,
        first: r.first,
        last: r.last,
        shipment: 0,
    });
    NumberedCartons {
        runs: runs.collect(),
        rules,
    }
}

/// The numbers two shipments share, as one of them sees it.
struct Shared<'r> {
    /// The first number.
    number: String,
    /// How many there are.
    count: u64,
    /// Its own cells, and the other's first.
    own: Vec<&'r CartonCell>,
    other: &'r CartonCell,
}

/// Adds to the shipments of several folders what they have in common with those of other folders.
pub fn across(folders: &mut [Vec<ShipmentReport>], packs: &[Pack], settings: &Settings) {
    let (mut runs, mut rules, mut homes) = (Vec::new(), Vec::new(), Vec::new());
    for (folder, shipments) in folders.iter().enumerate() {
        for (position, shipment) in shipments.iter().enumerate() {
            let number = crate::model::grid::index(homes.len());
            homes.push((folder, position));
            let carried = shipment.cartons.clone();
            rules.push(carried.rules);
            let own = carried.runs.into_iter();
            runs.extend(own.map(|r| CartonRun {
                shipment: number,
                ..r
            }));
        }
    }
    runs.sort_by(|a, b| (&a.prefix, a.first, a.shipment).cmp(&(&b.prefix, b.first, b.shipment)));
    let home = |shipment: u32| homes.get(shipment as usize).copied().unwrap_or_default();
    let mut shared: BTreeMap<(u32, u32), Shared<'_>> = BTreeMap::new();
    for both in overlaps(&runs, |r| crate::model::grid::index(home(r.shipment).0)) {
        for (own, other) in [(both.earlier, both.later), (both.later, both.earlier)] {
            let pair = shared.entry((own.shipment, other.shipment));
            let pair = pair.or_insert_with(|| Shared {
                number: both.number(),
                count: 0,
                own: Vec::new(),
                other: &other.at,
            });
            pair.count = pair.count.saturating_add(both.count());
            if pair.own.len() < MOST_CELLS {
                pair.own.push(&own.at);
            }
        }
    }
    let found: Vec<(u32, Vec<Finding>)> = shared
        .iter()
        .map(|((own, other), shared)| {
            let report = |n: u32| {
                let (folder, position) = home(n);
                folders.get(folder).and_then(|f| f.get(position))
            };
            let rules = rules.get(*own as usize).map_or(&[][..], Vec::as_slice);
            let findings = report(*own).zip(report(*other)).map(|(own, other)| {
                let rules = rules.iter().filter_map(|(p, r)| {
                    let pack = packs.iter().find(|pack| pack.id == *p)?;
                    Some((pack, pack.rules.iter().find(|rule| rule.id == *r)?))
                });
                rules
                    .filter_map(|(pack, rule)| {
                        let detail = told(shared, own, other)?;
                        let places = shared.own.iter().enumerate();
                        let places = places.map(|(n, cell)| place(cell, n == 0)).collect();
                        let name = "shipment".to_string();
                        let mut finding = findings::of_places(pack, rule, name, detail, places);
                        // Who waives it for one shipment does not for the next.
                        let identity = format!("{}\n{}", finding.fingerprint, other.id);
                        finding.fingerprint = findings::fingerprint(&identity);
                        let (waivers, as_of) = (&settings.waivers, settings.as_of);
                        finding.waived = waivers.of(&finding, &own.id, as_of);
                        Some(finding)
                    })
                    .collect()
            });
            (*own, findings.unwrap_or_default())
        })
        .collect();
    for (own, findings) in found {
        let (folder, position) = home(own);
        let report = folders.get_mut(folder).and_then(|f| f.get_mut(position));
        if let Some(report) = report {
            findings.into_iter().for_each(|f| add(report, f));
        }
    }
}

/// What is said of the numbers; nothing where the two are one file, given for both shipments.
fn told(shared: &Shared<'_>, own: &ShipmentReport, other: &ShipmentReport) -> Option<Detail> {
    let document = |report: &'_ ShipmentReport, cell: &CartonCell| {
        let document = report.documents.get(cell.document as usize)?;
        Some((document.path.clone(), document.part.clone()))
    };
    let (path, part) = document(other, shared.other)?;
    let first = shared.own.first()?;
    if document(own, first)? == (path.clone(), part.clone()) && first.spot == shared.other.spot {
        return None;
    }
    let (number, id) = (&shared.number, &other.id);
    let at = shared.other.spot.at(part.as_deref());
    let mut what = why!("carton-in-other-folder"; number, shipment = id, path, at);
    let more = shared.count.saturating_sub(1);
    if more > 0 {
        what = what.also(why!("further-cartons"; count = more));
    }
    let detail = Detail::fail(what, At::Document(first.document));
    let detail = detail.subject(format!("carton {number}")).found(number);
    Some(detail)
}

fn place(cell: &CartonCell, first: bool) -> Place {
    let clean = text::clean(&cell.raw);
    Place {
        role: if first { Role::Primary } else { Role::Related },
        document: Some(cell.document as usize),
        spot: cell.spot.clone(),
        raw: cell.raw.to_string(),
        clean: clean.text.into_owned(),
        steps: clean.steps.iter().map(|s| s.say()).collect(),
        near: None,
        transcribed: false,
        pictured: None,
        crop: None,
    }
}

/// Puts a finding where it belongs in a report, with all that follows from it.
pub fn add(report: &mut ShipmentReport, finding: Finding) {
    let passed = !report
        .findings
        .iter()
        .any(|f| f.rule == finding.rule && f.lane == finding.lane);
    if passed {
        report.tally.pass = report.tally.pass.saturating_sub(1);
    }
    match finding.waived {
        Some(_) => report.tally.waived += 1,
        None => report.tally.count(OutcomeKind::Fail),
    }
    verdicts::weigh(report, &finding);
    report.findings.push(finding);
    findings::sort(&mut report.findings);
}
