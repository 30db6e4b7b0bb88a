//! The heaviest assignment of columns or labels to fields: each to one field or none, each field at
//! most once, and what is lost when one pair is forbidden.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

/// A pair that cannot be.
pub const FORBIDDEN: f32 = -60.0;
/// Under this margin both readings are kept and none is taken.
pub const MARGIN: f32 = 0.75;

/// Scores (natural-log odds) by subject and field.
#[derive(Clone, Debug)]
pub struct Assignment {
    pub rows: Vec<Vec<f32>>,
    pub fields: usize,
    /// A subject is no field unless one scores better than this.
    pub none: f32,
}

/// For each subject its field, if it has one.
pub type Chosen = Vec<Option<usize>>;

impl Assignment {
    pub fn score(&self, subject: usize, field: Option<usize>) -> f32 {
        let Some(field) = field else { return self.none };
        let row = self.rows.get(subject);
        row.and_then(|r| r.get(field)).copied().unwrap_or(FORBIDDEN)
    }

    pub fn set(&mut self, subject: usize, field: usize, score: f32) {
        if let Some(slot) = self.rows.get_mut(subject).and_then(|r| r.get_mut(field)) {
            *slot = score;
        }
    }

    pub fn add(&mut self, subject: usize, field: usize, points: f32) {
        self.set(subject, field, self.score(subject, Some(field)) + points);
    }

    pub fn total(&self, chosen: &[Option<usize>]) -> f32 {
        let each = chosen.iter().enumerate();
        each.map(|(n, f)| self.score(n, *f)).sum()
    }

    /// The field that scores best for a subject, whoever else wants it.
    pub fn best(&self, subject: usize) -> Option<usize> {
        let by_score = |a: &usize, b: &usize| {
            let score = |f: &usize| self.score(subject, Some(*f));
            score(a).total_cmp(&score(b))
        };
        (0..self.fields).max_by(by_score)
    }

    pub fn solve(&self) -> Chosen {
        // Where the best fields of all subjects differ, they are the solution.
        let over = |n: usize| self.best(n).filter(|f| self.score(n, Some(*f)) > self.none);
        let best: Chosen = (0..self.rows.len()).map(over).collect();
        let mut taken: Vec<usize> = best.iter().copied().flatten().collect();
        let count = taken.len();
        taken.sort_unstable();
        taken.dedup();
        if taken.len() == count {
            return best;
        }
        self.hungarian()
    }

    pub fn hungarian(&self) -> Chosen {
        let subjects = self.rows.len();
        let weight = |score: f32| (f64::from(score) * 1000.0).round() as i64;
        let rows = (0..subjects).map(|n| {
            let own = (0..self.fields).map(move |f| weight(self.score(n, Some(f))));
            let none = (0..subjects).map(move |m| match m == n {
                true => weight(self.none),
                false => weight(FORBIDDEN),
            });
            own.chain(none).collect::<Vec<i64>>()
        });
        let Ok(matrix) = Matrix::from_rows(rows) else {
            return vec![None; subjects];
        };
        let (_, solved) = kuhn_munkres(&matrix);
        let own = |(n, f): (usize, usize)| {
            (f < self.fields && self.score(n, Some(f)) > self.none).then_some(f)
        };
        solved.into_iter().enumerate().map(own).collect()
    }

    /// What is lost when a pair is forbidden and all is assigned again.
    pub fn margin(&mut self, subject: usize, field: usize, chosen: &[Option<usize>]) -> f32 {
        // A single move to the next best bounds the loss from above; most margins are wide.
        let single = self.score(subject, Some(field))
            - (0..self.fields)
                .filter(|f| *f != field && !chosen.contains(&Some(*f)))
                .map(|f| self.score(subject, Some(f)))
                .fold(self.none, f32::max);
        let rivals = (0..self.rows.len()).filter(|n| *n != subject);
        let rival = rivals
            .map(|n| self.score(n, Some(field)) - self.score(n, chosen.get(n).copied().flatten()))
            .fold(f32::NEG_INFINITY, f32::max);
        if rival < -single.max(MARGIN) {
            return single;
        }
        let total = self.total(chosen);
        let own = self.score(subject, Some(field));
        self.set(subject, field, FORBIDDEN);
        let next = self.hungarian();
        let loss = total - self.total(&next);
        self.set(subject, field, own);
        loss
    }

    /// Forbids everything that rivals a pair.
    pub fn force(&mut self, subject: usize, field: usize) {
        for (n, row) in self.rows.iter_mut().enumerate() {
            for (f, slot) in row.iter_mut().enumerate() {
                if (n == subject) != (f == field) {
                    *slot = FORBIDDEN;
                } else if n == subject && f == field {
                    *slot = slot.max(self.none + 0.1);
                }
            }
        }
    }
}
