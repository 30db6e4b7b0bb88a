//! Findings → verdicts of lines, lanes and shipments, and the split plan of a mixed batch.

use crate::check::{Check, Classified};
use crate::link::Shipment;
use crate::model::{Finding, LaneReport, LineVerdict, OutcomeKind, ShipmentReport, Verdict};
use crate::pack::Pack;

/// A lane that was asked for and selects no line (or cannot tell: there are none).
pub fn unjudged(pack: &Pack, shipment: &Shipment) -> LaneReport {
    let verdict = if shipment.lines.is_empty() {
        Verdict::Undecided
    } else {
        Verdict::NotApplicable
    };
    LaneReport {
        lane: pack.id.clone(),
        title: pack.title.clone(),
        verdict,
        lines: shipment
            .lines
            .iter()
            .map(|l| LineVerdict {
                line: l.number.clone(),
                verdict,
            })
            .collect(),
        split: None,
    }
}

/// The verdict of a lane from the findings of packs that count for every lane and its own.
pub fn lane(
    pack: &Pack,
    shipment: &Shipment,
    goods: &[Classified],
    common: &[Finding],
    own: &[Finding],
    take_out: Option<Vec<u32>>,
) -> LaneReport {
    let mixing: Vec<&str> = pack
        .rules
        .iter()
        .filter(|r| matches!(r.check, Check::Unmixed(_)))
        .map(|r| r.id.as_str())
        .collect();
    let common: Vec<&Finding> = common.iter().filter(|f| f.blocks() && f.common).collect();
    let own: Vec<&Finding> = own.iter().filter(|f| f.blocks()).collect();
    let verdicts = || -> Vec<Verdict> {
        let mut all = Verdict::Eligible;
        let mut lines = vec![Verdict::Eligible; shipment.lines.len()];
        for finding in common.iter().chain(&own) {
            let verdict = verdict_of(finding);
            if finding.lines.is_empty() {
                all = all.max(verdict);
            }
            for line in &finding.lines {
                if let Some(slot) = lines.get_mut(*line as usize) {
                    *slot = (*slot).max(verdict);
                }
            }
        }
        lines.iter().map(|v| (*v).max(all)).collect()
    };
    let selected = |i: usize| goods.get(i).is_some_and(|g| g.selected);
    let worst = |verdicts: &[Verdict], wanted: &dyn Fn(usize) -> bool| -> Verdict {
        verdicts
            .iter()
            .enumerate()
            .filter(|(i, _)| wanted(*i))
            .map(|(_, v)| *v)
            .max()
            .unwrap_or(Verdict::NotApplicable)
    };
    let by_line = verdicts();
    let split = take_out.map(|out| {
        let remain = |f: &&&Finding| !mixing.contains(&f.rule.as_str());
        let blocking: Vec<&Finding> = common.iter().chain(&own).filter(remain).copied().collect();
        super::split::plan(shipment, &selected, &out, &blocking)
    });
    LaneReport {
        lane: pack.id.clone(),
        title: pack.title.clone(),
        verdict: worst(&by_line, &selected),
        lines: shipment
            .lines
            .iter()
            .enumerate()
            .map(|(i, l)| LineVerdict {
                line: l.number.clone(),
                verdict: if selected(i) {
                    by_line.get(i).copied().unwrap_or(Verdict::Undecided)
                } else {
                    Verdict::NotApplicable
                },
            })
            .collect(),
        split,
    }
}

/// Weighs a finding that came after the verdicts and counts for all lines.
pub fn weigh(report: &mut ShipmentReport, finding: &Finding) {
    if !finding.blocks() {
        return;
    }
    let verdict = verdict_of(finding);
    let worsen = |v: &mut Verdict| {
        if *v != Verdict::NotApplicable {
            *v = (*v).max(verdict);
        }
    };
    let meant = |lane: &&mut LaneReport| finding.common || lane.lane == finding.lane;
    for lane in report.lanes.iter_mut().filter(meant) {
        worsen(&mut lane.verdict);
        lane.lines.iter_mut().for_each(|l| worsen(&mut l.verdict));
        if let Some(split) = &mut lane.split {
            worsen(&mut split.then);
            split.eligible.clear();
            if !split.needs.contains(&finding.rule) {
                split.needs.push(finding.rule.clone());
            }
        }
        report.verdict = report.verdict.max(lane.verdict);
    }
}

/// What a blocking finding makes of a line.
pub fn verdict_of(finding: &Finding) -> Verdict {
    match finding.outcome {
        OutcomeKind::Fail => Verdict::NotEligible,
        _ => Verdict::Undecided,
    }
}

/// The verdict of a shipment: the worst of its lanes.
pub fn shipment(shipment: &Shipment, lanes: &[LaneReport]) -> Verdict {
    if shipment.lines.is_empty() {
        return Verdict::Undecided;
    }
    lanes
        .iter()
        .map(|l| l.verdict)
        .max()
        .unwrap_or(Verdict::NotApplicable)
}
