//! Lines through words: ruling lines that cross the middle of letters and end where they end, and
//! marks of correction pinned over them.

use super::placed::{Placed, Upright};
use crate::model::work;
use crate::page::{Rules, Run, covered};
use pdfboss_core::Rect;
use pdfboss_text::Ruling;

/// A line: where it stands, and from where to where it goes.
type Line = (f32, f32, f32);

pub struct Strikes {
    upright: Vec<Line>,
    level: Vec<Line>,
    /// Marks pinned over words: left, upper, right, lower edge.
    pinned: Vec<[f32; 4]>,
}

/// A line through letters crosses them between these parts of their size above the baseline.
const LOW: f32 = 0.14;
const HIGH: f32 = 0.62;
/// It ends no farther than this beyond them, in letter sizes: a border of a table goes on.
const BEYOND: f32 = 1.2;
/// And this part of it crosses letters.
const FULL: f32 = 0.25;

impl Strikes {
    pub fn new(rulings: &[Ruling], turn: &Upright) -> Strikes {
        let (mut upright, mut level) = (Vec::new(), Vec::new());
        for ruling in rulings {
            let (ax, ay) = turn.point(ruling.start.x, ruling.start.y);
            let (bx, by) = turn.point(ruling.end.x, ruling.end.y);
            if (ax - bx).abs() < 1.0 && (ay - by).abs() > 4.0 {
                upright.push((ax, ay.min(by), ay.max(by)));
            } else if (ay - by).abs() < 1.0 && (ax - bx).abs() > 4.0 {
                level.push((ay, ax.min(bx), ax.max(bx)));
            }
        }
        Strikes {
            upright,
            level,
            pinned: Vec::new(),
        }
    }

    pub fn pin(&mut self, boxes: &[Rect], turn: &Upright) {
        self.pinned.extend(boxes.iter().map(|b| turn.edges(b)));
    }

    /// The runs of a page with those that are struck out, and the rules that are left.
    pub fn through(mut self, mut placed: Vec<Placed>) -> (Vec<Run>, Rules) {
        let mut order: Vec<usize> = (0..placed.len()).collect();
        let y = |i: &usize| placed.get(*i).map_or(0.0, |p| p.y);
        order.sort_by(|a, b| y(a).total_cmp(&y(b)));
        let largest = placed.iter().map(|p| p.size).fold(0.0, f32::max);
        let mut struck: Vec<Vec<(f32, f32)>> = vec![Vec::new(); placed.len()];
        let mut rules = Vec::new();
        for line in std::mem::take(&mut self.level) {
            let from = order.partition_point(|i| y(i) < line.0);
            let near = order.iter().skip(from);
            let near = near.take_while(|i| y(i) <= line.0 + HIGH * largest);
            let crossed: Vec<usize> = near
                .inspect(|_| work::steps(1))
                .filter(|i| placed.get(**i).is_some_and(|p| crosses(line, p)))
                .copied()
                .collect();
            let texts = || crossed.iter().filter_map(|i| placed.get(*i));
            if !ends_with(line, texts()) || self.is_border(line) {
                if line.2 - line.1 > 8.0 {
                    rules.push(line);
                }
                continue;
            }
            for i in crossed {
                if let Some(own) = struck.get_mut(i) {
                    own.push((line.1 - 1.0, line.2 + 1.0));
                }
            }
        }
        let pinned = self
            .pinned
            .iter()
            .map(|[l, t, r, b]| [l - 1.0, *t, r + 1.0, *b]);
        let pinned: Vec<[f32; 4]> = pinned.collect();
        let letters = |p: &Placed| {
            let (ends, y) = (p.starts.iter().skip(1).copied(), p.y - 0.3 * p.size);
            let of = p.starts.iter().copied().zip(ends);
            of.map(|(from, to)| (f32::midpoint(from, to), y))
                .collect::<Vec<_>>()
        };
        let points: Vec<(f32, f32)> = match pinned.is_empty() {
            true => Vec::new(),
            false => placed.iter().flat_map(letters).collect(),
        };
        let mut under = points.iter().zip(covered(&points, &pinned));
        for (text, own) in placed.iter().zip(&mut struck) {
            let count = text.starts.len().saturating_sub(1);
            let under = under.by_ref().take(count).filter(|(_, under)| *under);
            own.extend(under.map(|((x, _), _)| (x - 0.01, x + 0.01)));
        }
        let runs = placed
            .drain(..)
            .zip(struck)
            .flat_map(|(text, own)| text.runs(own))
            .collect();
        (runs, Rules::new(self.upright, rules))
    }

    /// True when upright rules stand at both ends of a line.
    fn is_border(&self, (y, x0, x1): Line) -> bool {
        let stands = |x: f32| {
            let at = |&(own, top, bottom): &Line| {
                (own - x).abs() < 1.5 && top - 1.5 < y && y < bottom + 1.5
            };
            self.upright.iter().any(at)
        };
        stands(x0) && stands(x1)
    }
}

fn crosses((y, x0, x1): Line, text: &Placed) -> bool {
    let above = text.y - y;
    above >= LOW * text.size
        && above <= HIGH * text.size
        && text.x0() < x1 - 0.5
        && text.x1() > x0 + 0.5
}

/// True when a line ends about where the letters it crosses end.
fn ends_with<'a>((_, x0, x1): Line, texts: impl Iterator<Item = &'a Placed>) -> bool {
    let (mut left, mut right, mut full, mut size) = (f32::MAX, f32::MIN, 0.0, 0.0_f32);
    for text in texts {
        left = left.min(text.x0());
        right = right.max(text.x1());
        full += text.x1().min(x1) - text.x0().max(x0);
        size = size.max(text.size);
    }
    size > 0.0
        && x0 >= left - BEYOND * size
        && x1 <= right + BEYOND * size
        && full >= FULL * (x1 - x0)
}
