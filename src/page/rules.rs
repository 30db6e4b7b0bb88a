//! The ruling lines of a page, and the boxes they make.

/// A line: where it stands, and from where to where it goes.
pub type Rule = (f32, f32, f32);

/// The ruling lines of a page: x of upright ones, y of level ones, with their extents.
#[derive(Default)]
pub struct Rules {
    upright: Vec<Rule>,
    level: Vec<Rule>,
}

impl Rules {
    pub fn new(mut upright: Vec<Rule>, mut level: Vec<Rule>) -> Rules {
        upright.sort_by(|a, b| a.0.total_cmp(&b.0));
        level.sort_by(|a, b| a.0.total_cmp(&b.0));
        Rules { upright, level }
    }

    /// True when an upright rule stands between two x at height y.
    pub fn between(&self, x0: f32, x1: f32, y: f32) -> bool {
        self.upright.iter().any(|&(x, top, bottom)| {
            x > x0 - 1.5 && x < x1 + 1.5 && top - 2.0 < y && y < bottom + 2.0
        })
    }

    /// The ruled cell around a point: the nearest level rules above and below and the nearest
    /// upright rules left and right, if all four are there.
    pub fn cell(&self, x: f32, y: f32) -> Option<[f32; 4]> {
        let (top, bottom) = around(&self.level, x, y)?;
        let (left, right) = around(&self.upright, y, x)?;
        Some([top, bottom, left, right])
    }
}

/// The nearest rules before and after `at`, of those that cross `across`.
fn around(rules: &[Rule], across: f32, at: f32) -> Option<(f32, f32)> {
    let crosses = |&&(_, from, to): &&Rule| from - 2.0 <= across && across <= to + 2.0;
    let crossing = || rules.iter().filter(crosses).map(|r| r.0);
    let before = crossing().rfind(|&x| x <= at)?;
    let after = crossing().find(|&x| x > at)?;
    Some((before, after))
}
