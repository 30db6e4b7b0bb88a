//! Stamps and watermarks: text that stands askew, lies over other text, or goes letter by letter
//! across the lines. They are taken out of the lines and put together into words.

use super::placed::Placed;
use crate::model::{AsideKind, work};
use crate::page::Apart;

/// Letters so many times as large as most others may lie over them.
const LARGE: f32 = 2.0;
/// So many large texts are looked at.
const MOST: usize = 2000;

/// Takes out of the texts of a page those that lie over others.
pub fn over_the_text(placed: &mut Vec<Placed>) -> Vec<Placed> {
    let size = usual_size(placed);
    let mut taken = vec![false; placed.len()];
    let mut looked = 0;
    let mut from = 0;
    while let Some(first) = placed.get(from) {
        let same = placed.iter().skip(from);
        let alike = |p: &&Placed| p.size == first.size && (p.y - first.y).abs() < 0.1 * p.size;
        let to = from + same.take_while(alike).count().max(1);
        let large = first.size >= LARGE * size && looked < MOST;
        looked += usize::from(large);
        if large && (from..to).any(|i| placed.get(i).is_some_and(|p| lies_over(p, placed))) {
            taken.iter_mut().take(to).skip(from).for_each(|t| *t = true);
        }
        from = to;
    }
    for (from, to) in stairs(placed, size) {
        taken.iter_mut().take(to).skip(from).for_each(|t| *t = true);
    }
    let mut marks = taken.iter();
    let (over, rest) = placed
        .drain(..)
        .partition(|_| marks.next().copied().unwrap_or(false));
    *placed = rest;
    over
}

/// The size most letters have.
fn usual_size(placed: &[Placed]) -> f32 {
    let sized = |p: &Placed| (p.size, p.text.chars().count());
    let mut sizes: Vec<(f32, usize)> = placed.iter().map(sized).collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = sizes.iter().map(|s| s.1).sum::<usize>() / 2;
    let mut seen = 0;
    let middle = sizes.iter().find(|(_, count)| {
        seen += count;
        seen > half
    });
    middle.map_or(9.0, |(size, _)| *size)
}

fn lies_over(text: &Placed, all: &[Placed]) -> bool {
    work::steps(all.len());
    all.iter().any(|other| {
        let above = text.y - other.y;
        other.size * LARGE <= text.size
            && (-0.15 * text.size..0.75 * text.size).contains(&above)
            && other.x1().min(text.x1()) - other.x0().max(text.x0()) > 0.5
    })
}

/// Single letters one after the other in even steps up or down, where at least one stands in no
/// line of others: DRAFT from corner to corner, 作废 down the margin.
fn stairs(placed: &[Placed], usual: f32) -> Vec<(usize, usize)> {
    let step = |i: usize| -> Option<(f32, f32)> {
        let (a, b) = (placed.get(i)?, placed.get(i + 1)?);
        let single = |p: &Placed| p.text.trim().chars().count() == 1;
        let (dx, dy) = (b.x0() - a.x0(), b.y - a.y);
        let near = dy.abs() > 0.5 * a.size && dy.abs() < 4.0 * a.size && dx.abs() < 6.0 * a.size;
        (single(a) && single(b) && a.size == b.size && near).then_some((dx, dy))
    };
    let all = Lines::of(placed);
    let mut found = Vec::new();
    let mut from = 0;
    while from < placed.len() {
        let mut to = from;
        if let Some((dx, dy)) = step(from) {
            to = from + 1;
            while step(to)
                .is_some_and(|(x, y)| (x - dx).abs() < 0.3 * usual && (y - dy).abs() < 0.3 * usual)
            {
                to += 1;
            }
        }
        let letters = placed.get(from..=to).unwrap_or(&[]);
        let large = letters.first().is_some_and(|p| p.size >= LARGE * usual);
        if letters.len() >= if large { 2 } else { 3 } {
            let own = Lines::of(letters);
            let among = |p: &Placed| all.at(p.y) > own.at(p.y);
            if large || letters.iter().any(|p| !among(p)) {
                found.push((from, to + 1));
            }
        }
        from = to + 1;
    }
    found
}

/// How many texts stand on the line of a height.
struct Lines {
    tops: Vec<f32>,
    bottoms: Vec<f32>,
}

impl Lines {
    fn of(placed: &[Placed]) -> Lines {
        work::steps(placed.len());
        let sorted = |share: f32| {
            let mut ends: Vec<f32> = placed.iter().map(|p| p.y + share * p.size).collect();
            ends.sort_by(f32::total_cmp);
            ends
        };
        Lines {
            tops: sorted(-0.2),
            bottoms: sorted(0.2),
        }
    }

    fn at(&self, y: f32) -> usize {
        let begun = self.tops.partition_point(|top| *top < y);
        begun.saturating_sub(self.bottoms.partition_point(|bottom| *bottom <= y))
    }
}

/// Puts single pieces together into the words they make, in drawing order.
pub fn words(placed: Vec<Placed>) -> Vec<Apart> {
    let mut words: Vec<(Apart, Placed)> = Vec::new();
    for piece in placed {
        match words.last_mut() {
            Some((word, last)) if goes_on(last, &piece) => {
                let gap = distance(last.end, (piece.x0(), piece.y));
                let pieces = [&last.text, &piece.text];
                let spelled = pieces.iter().all(|t| t.trim().chars().count() == 1);
                let blank = piece.text.starts_with(' ') || gap > 0.15 * piece.size && !spelled;
                if blank {
                    word.text.push(' ');
                }
                word.text.push_str(piece.text.trim());
                *last = piece;
            }
            _ => words.push((
                Apart {
                    what: AsideKind::Watermark,
                    text: piece.text.trim().to_string(),
                    y: f32::midpoint(piece.y, piece.end.1),
                },
                piece,
            )),
        }
    }
    let mut apart: Vec<Apart> = Vec::new();
    for (word, _) in words {
        // A pattern of the same word all over the page is one.
        if !apart.iter().take(MOST).any(|a| a.text == word.text) {
            apart.push(word);
        }
    }
    apart
}

/// True when a piece stands where the one before it ends, or one step of letters further.
fn goes_on(last: &Placed, next: &Placed) -> bool {
    let alike = (last.size - next.size).abs() < 0.1 * last.size;
    let close = distance(last.end, (next.x0(), next.y)) < 1.2 * last.size;
    let single = |p: &Placed| p.text.trim().chars().count() == 1;
    let step = distance((last.x0(), last.y), (next.x0(), next.y)) < 6.0 * last.size;
    alike && (close || single(last) && single(next) && step)
}

fn distance(a: (f32, f32), b: (f32, f32)) -> f32 {
    (a.0 - b.0).hypot(a.1 - b.1)
}
