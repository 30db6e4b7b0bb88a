//! Runs → lines → segments: what touches is one text, what a gap, a rule or a column parts is two.

use super::{Rules, Run, Segment};
use crate::model::work;

/// Gaps wider than this part of the letter size are a blank.
const BLANK: f32 = 0.18;
/// A run that begins so far inside the one before it is printed over it.
const OVER: f32 = 0.25;

/// Puts together what was drawn one after the other and touches, so that texts printed over each
/// other are not mixed letter by letter.
pub fn chain(runs: Vec<Run>, rules: &Rules) -> Vec<Run> {
    let mut chained: Vec<Run> = Vec::with_capacity(runs.len());
    let mut letter = 0.0;
    for run in runs {
        // A letter after the one before it, whatever its font says of their width.
        let step = (run.x0 - letter) / run.size;
        let next = run.text.chars().nth(1).is_none() && 0.15 < step && step < 1.2;
        letter = run.x0;
        if let Some(last) = chained.last_mut() {
            let gap = run.x0 - last.x1;
            let size = last.size.min(run.size);
            let alike = last.struck == run.struck
                && last.marks == run.marks
                && (last.y - run.y).abs() < 0.05 * size
                && (last.size - run.size).abs() < 0.1 * size;
            let parted = || gap > 0.3 && rules.between(last.x1, run.x0, run.y - 0.3 * size);
            let touches = gap.abs() < CLOSE * size || next && gap < 0.0;
            if alike && touches && !parted() {
                last.text.push_str(&run.text);
                last.x1 = last.x1.max(run.x1);
                super::joined(&mut last.read, run.read.as_deref());
                continue;
            }
        }
        chained.push(run);
    }
    chained
}

/// Lines from top to bottom, runs from left to right.
pub fn group(mut runs: Vec<Run>) -> Vec<Vec<Run>> {
    runs.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x0.total_cmp(&b.x0)));
    let mut lines: Vec<Vec<Run>> = Vec::new();
    // Of the line last begun: heights, and how far down a run of it reaches. Of those above a run
    // only what reaches further down than all below it can be the one it stands beside.
    let mut reaches: Vec<(f32, f32)> = Vec::new();
    for run in runs {
        work::steps(1);
        let reach = 0.35 * run.size.max(4.0);
        let near = reaches.partition_point(|(y, _)| run.y - y > reach);
        let beside = reaches.get(near).is_some_and(|(_, down)| run.y <= *down);
        let (y, down) = (run.y, run.y + reach);
        match lines.last_mut().filter(|_| beside) {
            Some(line) => line.push(run),
            None => {
                reaches.clear();
                lines.push(vec![run]);
            }
        }
        let kept = reaches.partition_point(|(_, other)| *other > down);
        reaches.truncate(kept);
        reaches.push((y, down));
    }
    for line in &mut lines {
        line.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    }
    lines
}

/// Where columns start, ascending.
pub struct Columns {
    /// Words of at least two lines begin there after a wide gap.
    clear: Vec<f32>,
    /// Words of one line begin there after a wide gap, and of others close behind a number, as
    /// a number set to the right stands before the next column.
    tight: Vec<f32>,
}

impl Columns {
    pub fn of(lines: &[Vec<Run>]) -> Columns {
        let pairs = || {
            lines
                .iter()
                .flat_map(|line| line.iter().zip(line.iter().skip(1)))
        };
        let wide = |a: &Run, b: &Run| b.x0 - a.x1 >= a.size.min(b.size);
        let starts = sorted(pairs().filter(|(a, b)| wide(a, b)));
        let mut clear: Vec<f32> = starts
            .iter()
            .zip(starts.iter().skip(1))
            .filter(|(a, b)| *b - *a <= NEAR)
            .map(|(a, _)| *a)
            .collect();
        clear.dedup_by(|b, a| *b - *a <= NEAR);
        let behind = sorted(pairs().filter(|(a, b)| !wide(a, b) && close_behind_number(a, b)));
        let mut tight: Vec<f32> = behind
            .iter()
            .zip(behind.iter().skip(1))
            .filter(|(a, b)| *b - *a <= NEAR && near(&starts, **a))
            .map(|(a, _)| *a)
            .collect();
        // What begins another line begins a column, where it stands behind a number.
        let mut first: Vec<f32> = lines
            .iter()
            .filter_map(|l| l.first())
            .map(|r| r.x0)
            .collect();
        first.sort_by(f32::total_cmp);
        tight.extend(behind.iter().filter(|x| near(&first, **x)));
        tight.sort_by(f32::total_cmp);
        tight.dedup_by(|b, a| *b - *a <= NEAR);
        Columns { clear, tight }
    }

    /// True when a column starts with the second of two runs.
    fn part(&self, last: &Segment, run: &Run) -> bool {
        let gap = run.x0 - last.x1;
        let size = last.size.min(run.size);
        let number = last.text.ends_with(|c: char| c.is_ascii_digit());
        gap > 0.3 * size && near(&self.clear, run.x0)
            || number && gap > CLOSE * size && near(&self.tight, run.x0)
    }
}

/// Starts no farther apart than this are one column.
const NEAR: f32 = 0.6;
/// The narrowest gap between a number and the column behind it, in letter sizes.
const CLOSE: f32 = 0.1;

fn sorted<'a>(pairs: impl Iterator<Item = (&'a Run, &'a Run)>) -> Vec<f32> {
    let mut starts: Vec<f32> = pairs.map(|(_, b)| b.x0).collect();
    starts.sort_by(f32::total_cmp);
    starts
}

fn near(columns: &[f32], x: f32) -> bool {
    columns
        .get(columns.partition_point(|c| *c < x - 0.7))
        .is_some_and(|c| *c < x + 0.7)
}

fn close_behind_number(a: &Run, b: &Run) -> bool {
    a.text.ends_with(|c: char| c.is_ascii_digit()) && b.x0 - a.x1 > CLOSE * a.size.min(b.size)
}

/// Joins the runs of a line where they touch, and parts them at wide gaps, ruling lines, where
/// one is printed over the other, and at clear gaps where a column starts.
pub fn join(line: Vec<Run>, number: u32, rules: &Rules, columns: &Columns) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for run in line {
        if let Some(last) = segments.last_mut() {
            let gap = run.x0 - last.x1;
            let size = last.size.min(run.size);
            // The same run drawn twice (bold by overprinting).
            if gap < -0.6 * (run.x1 - run.x0) && last.text.ends_with(run.text.trim()) {
                continue;
            }
            let over = gap < -OVER * size;
            let ruled = || rules.between(last.x1, run.x0, run.y - 0.3 * size);
            if gap < 1.0 * size && !over && !ruled() && !columns.part(last, &run) {
                last.take(&run, gap > BLANK * size);
                continue;
            }
        }
        let mut segment = Segment {
            text: String::new(),
            struck: String::new(),
            x0: run.x0,
            x1: run.x1,
            y: run.y,
            low: run.y,
            size: run.size,
            ruled: None,
            line: number,
            marks: run.marks,
            read: None,
        };
        segment.take(&run, false);
        segments.push(segment);
    }
    segments
}

/// Says of each segment of a page in which ruled cell it stands.
pub fn rule(segments: &mut [Vec<Segment>], rules: &Rules) {
    let all = segments.iter().flatten();
    let middle = |s: &Segment| (f32::midpoint(s.x0, s.x1), s.y - 0.3 * s.size);
    let points: Vec<(f32, f32)> = all.map(middle).collect();
    let all = segments.iter_mut().flatten();
    for (segment, cell) in all.zip(rules.cells(&points)) {
        segment.ruled = cell;
    }
}

impl Segment {
    fn take(&mut self, run: &Run, blank: bool) {
        let into = if run.struck {
            &mut self.struck
        } else {
            &mut self.text
        };
        if blank && !into.is_empty() && !into.ends_with(' ') {
            into.push(' ');
        }
        into.push_str(&run.text);
        self.x1 = self.x1.max(run.x1);
        self.marks = self.marks.with(run.marks);
        super::joined(&mut self.read, run.read.as_deref());
    }
}
