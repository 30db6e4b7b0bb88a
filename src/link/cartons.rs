//! Carton numbers as runs, and which of them stand in two places.

use super::{Group, Shipment, Value};
use crate::model::CartonRun;
use crate::normalize::carton;

/// Two runs of different owners that share numbers.
#[derive(Debug)]
pub struct Overlap<'r, At> {
    pub earlier: &'r CartonRun<At>,
    pub later: &'r CartonRun<At>,
}

impl<At> Overlap<'_, At> {
    /// How many numbers they share.
    pub fn count(&self) -> u64 {
        self.earlier.last.min(self.later.last) - self.later.first + 1
    }

    /// The first number they share.
    pub fn number(&self) -> String {
        format!("{}{}", self.later.prefix, self.later.first)
    }
}

/// The runs of a shipment's packing lists.
pub fn runs(group: &Group<'_>, shipment: &Shipment, number: u32) -> Vec<CartonRun<Value>> {
    let mut runs = Vec::new();
    for cartons in &shipment.cartons {
        let Some(at) = cartons.number else { continue };
        for run in carton::cartons(group.raw(&at)).into_iter().flatten() {
            runs.push(CartonRun {
                prefix: run.prefix,
                first: run.first,
                last: run.last,
                at,
                shipment: number,
            });
        }
    }
    sort(&mut runs);
    runs
}

/// By shipment: its numbers that stand in another shipment too.
pub fn elsewhere(group: &Group<'_>) -> Vec<Vec<(Value, Value, u32)>> {
    let mut all = Vec::new();
    for (number, shipment) in group.shipments.iter().enumerate() {
        let own = runs(group, shipment, crate::model::grid::index(number));
        all.extend(own.into_iter().filter(|r| !r.prefix.is_empty()));
    }
    sort(&mut all);
    let mut found = vec![Vec::new(); group.shipments.len()];
    for both in overlaps(&all, |r| r.shipment) {
        let (a, b) = (both.earlier, both.later);
        for (own, other) in [(a, b), (b, a)] {
            if let Some(list) = found.get_mut(own.shipment as usize) {
                list.push((own.at, other.at, other.shipment));
            }
        }
    }
    found
}

fn sort(runs: &mut [CartonRun<Value>]) {
    runs.sort_by(|a, b| {
        (&a.prefix, a.first, a.at.document, a.at.field.cell).cmp(&(
            &b.prefix,
            b.first,
            b.at.document,
            b.at.field.cell,
        ))
    });
}

/// Runs, in order, that share numbers with an earlier one of another owner. Of the runs before
/// only the two that reach furthest are kept, one of each owner, so that it takes one pass.
pub fn overlaps<'r, At>(
    runs: &'r [CartonRun<At>],
    owner: impl Fn(&CartonRun<At>) -> u32,
) -> Vec<Overlap<'r, At>> {
    let mut found = Vec::new();
    let mut furthest: Option<&CartonRun<At>> = None;
    let mut second: Option<&CartonRun<At>> = None;
    for run in runs {
        if furthest.is_some_and(|f| f.prefix != run.prefix) {
            (furthest, second) = (None, None);
        }
        let other = [furthest, second]
            .into_iter()
            .flatten()
            .find(|o| owner(o) != owner(run));
        if let Some(earlier) = other.filter(|o| o.last >= run.first) {
            found.push(Overlap {
                earlier,
                later: run,
            });
        }
        if furthest.is_none_or(|f| run.last > f.last) {
            if furthest.is_some_and(|f| owner(f) != owner(run)) {
                second = furthest;
            }
            furthest = Some(run);
        } else if furthest.is_some_and(|f| owner(f) != owner(run))
            && second.is_none_or(|s| run.last > s.last)
        {
            second = Some(run);
        }
    }
    found
}
