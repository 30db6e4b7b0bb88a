//! The split plan of a mixed batch: which lines to take out, what then is eligible, what each
//! remaining line still needs, and what else could be taken out instead of mending it.

use super::verdicts::verdict_of;
use crate::link::Shipment;
use crate::model::{Finding, LineNeed, Split, Verdict};
use std::collections::BTreeSet;

/// The plan: `out` are the lines that must go (outside the lane, and all that share a carton with
/// them: no smaller set leaves the rest unmixed), `blocking` the blocking findings that remain when
/// they are gone.
pub fn plan(
    shipment: &Shipment,
    selected: &dyn Fn(usize) -> bool,
    out: &[u32],
    blocking: &[&Finding],
) -> Split {
    let number = |i: &u32| {
        let line = shipment.lines.get(*i as usize);
        line.map_or(String::new(), |l| l.number.clone())
    };
    let out: BTreeSet<u32> = out.iter().copied().collect();
    let stays = |i: &u32| selected(*i as usize) && !out.contains(i);
    let mut all = Verdict::Eligible;
    let mut needs: BTreeSet<&str> = BTreeSet::new();
    let count = shipment.lines.len();
    let mut own: Vec<(Verdict, BTreeSet<&str>)> = vec![(Verdict::Eligible, BTreeSet::new()); count];
    for finding in blocking {
        let verdict = verdict_of(finding);
        if finding.lines.is_empty() {
            all = all.max(verdict);
            needs.insert(&finding.rule);
        }
        for line in &finding.lines {
            if let Some((worst, needs)) = own.get_mut(*line as usize) {
                *worst = (*worst).max(verdict);
                needs.insert(&finding.rule);
            }
        }
    }
    let staying: Vec<u32> = (0..crate::model::grid::index(count))
        .filter(stays)
        .collect();
    let own_of = |i: &u32| own.get(*i as usize);
    let troubled = |i: &&u32| own_of(i).is_some_and(|(v, _)| *v != Verdict::Eligible);
    let remaining: Vec<LineNeed> = staying
        .iter()
        .filter(troubled)
        .filter_map(|i| {
            let (verdict, needs) = own_of(i)?;
            Some(LineNeed {
                line: number(i),
                verdict: (*verdict).max(all),
                needs: needs.iter().map(|n| (*n).to_string()).collect(),
            })
        })
        .collect();
    let worst = |lines: &[u32]| {
        let verdicts = lines.iter().filter_map(|i| own_of(i).map(|o| o.0.max(all)));
        verdicts.max().unwrap_or(Verdict::NotApplicable)
    };
    // Taking out what is troubled by itself helps only where nothing troubles all lines.
    let also: Vec<u32> = if all == Verdict::Eligible && !remaining.is_empty() {
        let seeds = staying.iter().filter(troubled).copied();
        let closed = shipment.sharing_cartons(seeds.collect());
        closed.into_iter().filter(|i| !out.contains(i)).collect()
    } else {
        Vec::new()
    };
    let leaves_some = staying.iter().any(|i| !also.contains(i));
    let eligible: Vec<String> = if all == Verdict::Eligible {
        let well = staying.iter().filter(|i| !troubled(i));
        well.map(number).collect()
    } else {
        Vec::new()
    };
    Split {
        then: worst(&staying),
        take_out: out.iter().map(number).collect(),
        eligible,
        needs: needs.into_iter().map(str::to_string).collect(),
        remaining,
        also_take_out: if leaves_some {
            also.iter().map(number).collect()
        } else {
            Vec::new()
        },
    }
}
