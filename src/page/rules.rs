//! The ruling lines of a page, and the boxes they make.

use crate::model::work;
use std::collections::BTreeSet;

/// A line: where it stands, and from where to where it goes.
pub type Rule = (f32, f32, f32);

/// The ruling lines of a page: x of upright ones, y of level ones, with their extents.
#[derive(Default)]
pub struct Rules {
    upright: Vec<Line>,
    level: Vec<Line>,
}

/// All that stands at one place: its pieces with what they reach beyond their ends, apart from each
/// other and in order.
struct Line {
    at: f32,
    pieces: Vec<(f32, f32)>,
}

/// Rules no farther apart than this, in points, stand at one place.
const SAME: f32 = 0.1;
/// A rule reaches so far beyond its ends.
const REACH: f32 = 2.0;

impl Rules {
    pub fn new(upright: Vec<Rule>, level: Vec<Rule>) -> Rules {
        Rules {
            upright: lines(upright),
            level: lines(level),
        }
    }

    /// True when an upright rule stands between two x at height y.
    pub fn between(&self, x0: f32, x1: f32, y: f32) -> bool {
        let from = self.upright.partition_point(|l| l.at <= x0 - 1.5);
        let near = self.upright.iter().skip(from);
        near.take_while(|l| l.at < x1 + 1.5).any(|l| {
            work::steps(1);
            l.crosses(y)
        })
    }

    /// The ruled cell around each of these points: the nearest level rules above and below and the
    /// nearest upright rules left and right, if all four are there.
    pub fn cells(&self, points: &[(f32, f32)]) -> Vec<Option<[f32; 4]>> {
        let turned: Vec<(f32, f32)> = points.iter().map(|(x, y)| (*y, *x)).collect();
        let level = around(&self.level, points);
        let upright = around(&self.upright, &turned);
        let both = level.into_iter().zip(upright);
        both.map(|(level, upright)| {
            let ((top, bottom), (left, right)) = (level?, upright?);
            Some([top, bottom, left, right])
        })
        .collect()
    }
}

impl Line {
    fn crosses(&self, across: f32) -> bool {
        let after = self.pieces.partition_point(|p| p.0 <= across);
        let own = after.checked_sub(1).and_then(|n| self.pieces.get(n));
        own.is_some_and(|p| across <= p.1)
    }
}

fn lines(mut rules: Vec<Rule>) -> Vec<Line> {
    rules.retain(|(at, from, to)| at.is_finite() && from.is_finite() && to.is_finite());
    rules.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut lines: Vec<Line> = Vec::new();
    for (at, from, to) in rules {
        let piece = (from - REACH, to + REACH);
        match lines.last_mut() {
            Some(line) if at - line.at < SAME => line.pieces.push(piece),
            _ => lines.push(Line {
                at,
                pieces: vec![piece],
            }),
        }
    }
    for line in &mut lines {
        line.pieces.sort_by(|a, b| a.0.total_cmp(&b.0));
        line.pieces.dedup_by(|next, own| {
            let touch = next.0 <= own.1;
            if touch {
                own.1 = own.1.max(next.1);
            }
            touch
        });
    }
    lines
}

/// For each point (across, at) the nearest lines before and after `at` of those that cross `across`:
/// one sweep along the lines, those that are there in order.
fn around(lines: &[Line], points: &[(f32, f32)]) -> Vec<Option<(f32, f32)>> {
    let mut events: Vec<(f32, u8, usize)> = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let ends = line.pieces.iter();
        events.extend(ends.flat_map(|(from, to)| [(*from, 0, n), (*to, 2, n)]));
    }
    events.extend(points.iter().enumerate().map(|(n, p)| (p.0, 1, n)));
    events.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut there: BTreeSet<usize> = BTreeSet::new();
    let mut found = vec![None; points.len()];
    for (_, what, n) in events {
        work::steps(1);
        match what {
            0 => drop(there.insert(n)),
            1 => {
                let at = points.get(n).map_or(0.0, |p| p.1);
                let after = lines.partition_point(|l| l.at <= at);
                let place = |n: &usize| lines.get(*n).map(|l| l.at);
                let before = there.range(..after).next_back().and_then(place);
                let after = there.range(after..).next().and_then(place);
                let own = found.iter_mut().skip(n).take(1);
                own.for_each(|own| *own = before.zip(after));
            }
            _ => drop(there.remove(&n)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Rules;

    #[test]
    fn cells_lie_between_the_nearest_rules_that_cross() {
        let upright = vec![
            (10.0, 0.0, 100.0),
            (50.0, 0.0, 40.0),
            (50.0, 41.0, 100.0),
            (90.0, 0.0, 20.0),
        ];
        let level = vec![(0.0, 10.0, 90.0), (100.0, 10.0, 90.0), (20.0, 50.0, 90.0)];
        let rules = Rules::new(upright, level);
        let points = [(20.0, 10.0), (70.0, 10.0), (70.0, 60.0), (5.0, 5.0)];
        let expected = [
            Some([0.0, 100.0, 10.0, 50.0]),
            Some([0.0, 20.0, 50.0, 90.0]),
            None,
            None,
        ];
        assert_eq!(rules.cells(&points), expected);
        assert!(rules.between(48.0, 51.0, 39.0) && rules.between(49.0, 52.0, 70.0));
        assert!(!rules.between(12.0, 40.0, 10.0) && !rules.between(80.0, 95.0, 30.0));
    }
}
