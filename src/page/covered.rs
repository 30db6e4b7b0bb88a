//! Which points of a page lie in any of many boxes.

use crate::model::work;

/// For each point (x, y) whether a box (left, upper, right, lower edge) holds it. One sweep from the
/// top down: what it costs grows with points and boxes, not with their product.
pub fn covered(points: &[(f32, f32)], boxes: &[[f32; 4]]) -> Vec<bool> {
    let mut xs: Vec<f32> = points.iter().map(|p| p.0).collect();
    xs.sort_by(f32::total_cmp);
    // At one height boxes begin, then points are asked for, then boxes end.
    let mut events: Vec<(f32, u8, usize)> = Vec::with_capacity(points.len() + 2 * boxes.len());
    events.extend(points.iter().enumerate().map(|(n, p)| (p.1, 1, n)));
    for (n, own) in boxes.iter().enumerate() {
        if own.iter().all(|v| v.is_finite()) {
            events.extend([(own[1], 0, n), (own[3], 2, n)]);
        }
    }
    events.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut open = Counts(vec![0; xs.len() + 1]);
    let mut inside = vec![false; points.len()];
    for (_, what, n) in events {
        work::steps(1);
        if what == 1 {
            let x = points.get(n).map_or(0.0, |p| p.0);
            let held = open.at(xs.partition_point(|own| *own < x)) > 0;
            inside.iter_mut().skip(n).take(1).for_each(|i| *i = held);
        } else if let Some([left, _, right, _]) = boxes.get(n) {
            let count = if what == 0 { 1 } else { -1 };
            open.add(xs.partition_point(|x| x < left), count);
            open.add(xs.partition_point(|x| x <= right), -count);
        }
    }
    inside
}

/// Counts that begin at a place and hold from there on (a Fenwick tree).
struct Counts(Vec<i64>);

impl Counts {
    fn add(&mut self, place: usize, count: i64) {
        let mut at = place + 1;
        while let Some(own) = self.0.get_mut(at - 1) {
            *own += count;
            at += at & at.wrapping_neg();
        }
    }

    fn at(&self, place: usize) -> i64 {
        let (mut at, mut sum) = (place + 1, 0);
        while at > 0 {
            sum += self.0.get(at - 1).copied().unwrap_or(0);
            at -= at & at.wrapping_neg();
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::covered;

    #[test]
    fn points_are_found_in_boxes_as_one_by_one() {
        let number = |n: usize, most: usize| ((n * 7919 + n * n * 31) % most) as f32;
        let boxes: Vec<[f32; 4]> = (0..60)
            .map(|n| {
                let (x, y) = (number(n, 97), number(n + 500, 89));
                [x, y, x + number(n, 7), y + number(n + 9, 9)]
            })
            .collect();
        let points: Vec<(f32, f32)> = (0..300)
            .map(|n| (number(n + 3, 101), number(n, 96)))
            .collect();
        let one = |(x, y): &(f32, f32)| {
            boxes
                .iter()
                .any(|[l, t, r, b]| l <= x && x <= r && t <= y && y <= b)
        };
        let expected: Vec<bool> = points.iter().map(one).collect();
        assert_eq!(covered(&points, &boxes), expected);
        assert!(expected.contains(&true) && expected.contains(&false));
        assert_eq!(
            covered(&[(1.0, 1.0)], &[[f32::NAN, 0.0, 2.0, 2.0]]),
            [false]
        );
    }
}
