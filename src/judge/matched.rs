//! The report each declared line relies on in a lane, in the spelling of the documents.

use super::{Settings, day_of, reliance, sort_goods};
use crate::link::Group;
use crate::model::{FieldId, Matched, ShipmentReport, Verdict};
use crate::pack::Pack;

/// The matches of a judged shipment, lane after lane and line after line. `number` is its place in
/// the group.
pub fn matched(
    group: &Group<'_>,
    packs: &[Pack],
    settings: &Settings,
    number: usize,
    judged: &ShipmentReport,
) -> Vec<Matched> {
    let Some(shipment) = group.shipments.get(number) else {
        return Vec::new();
    };
    let day = day_of(group, shipment, settings.as_of);
    let mut all = Vec::new();
    for (at, pack) in packs.iter().enumerate() {
        let lane = judged.lanes.iter().find(|l| l.lane == pack.id);
        if lane.is_none_or(|l| l.verdict == Verdict::NotApplicable) {
            continue;
        }
        let sorted = sort_goods(group, at, pack, settings.as_of);
        let goods = sorted.lines.get(number).map_or(&[][..], Vec::as_slice);
        let parameters = pack.parameters_on(day);
        let (chosen, _) =
            reliance::choose(group, shipment, pack, parameters, goods, settings.as_of);
        for (line, chosen) in shipment.lines.iter().zip(chosen) {
            let Some(report) = chosen.and_then(|c| group.reports.get(c.report as usize)) else {
                continue;
            };
            let text = |value: Option<crate::link::Value>| {
                value.map_or(String::new(), |v| group.raw(&v).trim().to_string())
            };
            let cnas = report.cnas(group).0;
            all.push(Matched {
                lane: pack.id.clone(),
                line: line.number.clone(),
                model: text(line.model),
                report: report.name(group),
                applicant: text(report.get(group, FieldId::APPLICANT)),
                cnas_no: cnas.first().map_or(String::new(), |c| c.0.clone()),
            });
        }
    }
    all
}
