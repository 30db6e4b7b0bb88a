//! Segments → rows: the lines of a ruled cell are one text, ruled cells side by side one row.

use super::Segment;

/// So much of its height a character needs at the end of a line.
const ROOM: f32 = 1.6;

/// The rows of a page, without empty ones.
pub fn rows(mut lines: Vec<Vec<Segment>>) -> Vec<Vec<Segment>> {
    open_boxes(&mut lines);
    part_bodies(&mut lines);
    let rows = join_centred(join_ruled(lines)).into_iter();
    rows.filter(|row| !row.is_empty()).collect()
}

/// The height of a ruled row: its lowest ruled box.
pub fn band(row: &[Segment]) -> Option<(f32, f32)> {
    row.iter()
        .filter_map(|s| s.ruled)
        .map(|[top, bottom, ..]| (top, bottom))
        .min_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)))
}

/// The rows a segment's ruled box reaches over, when they are more than its own.
pub fn reach(
    segment: &Segment,
    bands: &[Option<(f32, f32)>],
    own: usize,
) -> Option<(usize, usize)> {
    let [top, bottom, ..] = segment.ruled?;
    let inside = |at: usize| {
        bands.get(at).copied().flatten().is_some_and(|(a, b)| {
            let middle = f32::midpoint(a, b);
            top - 0.5 < middle && middle < bottom + 0.5 && b - a < bottom - top - 2.0
        })
    };
    let first = (0..own)
        .rev()
        .take_while(|at| inside(*at))
        .last()
        .unwrap_or(own);
    let last = (own + 1..bands.len())
        .take_while(|at| inside(*at))
        .last()
        .unwrap_or(own);
    (first < last).then_some((first, last))
}

/// A ruled cell that holds two segments of one line is a box around several columns, not a cell:
/// its lines stay lines.
fn open_boxes(lines: &mut [Vec<Segment>]) {
    let mut boxes: Vec<[f32; 4]> = Vec::new();
    for line in lines.iter() {
        for (a, b) in line.iter().zip(line.iter().skip(1)) {
            if let (Some(x), Some(y)) = (a.ruled, b.ruled)
                && same_box(&x, &y)
                && !boxes.iter().any(|known| same_box(known, &x))
            {
                boxes.push(x);
            }
        }
    }
    for segment in lines.iter_mut().flatten() {
        if segment
            .ruled
            .is_some_and(|r| boxes.iter().any(|b| same_box(b, &r)))
        {
            segment.ruled = None;
        }
    }
}

/// The body of a table ruled only around its columns: where several columns have their numbers on
/// the same lines, each such line begins a row, and what stands under it belongs to it.
fn part_bodies(lines: &mut [Vec<Segment>]) {
    // By height of the ruled cells: the lines on which each has its numbers.
    let mut bodies: Vec<((f32, f32), Vec<Numbered>)> = Vec::new();
    for segment in lines.iter().flatten() {
        let Some(own) = segment.ruled else { continue };
        let [top, bottom, ..] = own;
        let same = |b: &((f32, f32), _)| (b.0.0 - top).abs() < 0.5 && (b.0.1 - bottom).abs() < 0.5;
        let at = bodies.iter().rposition(same).unwrap_or_else(|| {
            bodies.push(((top, bottom), Vec::new()));
            bodies.len() - 1
        });
        let Some((_, columns)) = bodies.get_mut(at) else {
            continue;
        };
        let at = columns.iter().position(|(b, _)| same_box(b, &own));
        let at = at.unwrap_or_else(|| {
            columns.push((own, Vec::new()));
            columns.len() - 1
        });
        if let Some((_, numbers)) = columns.get_mut(at)
            && begins_number(&segment.text)
        {
            numbers.push(segment.y);
        }
    }
    for ((top, bottom), columns) in bodies {
        let Some(starts) = shared_lines(&columns) else {
            continue;
        };
        for segment in lines.iter_mut().flatten() {
            let Some([t, b, left, right]) = segment.ruled else {
                continue;
            };
            if (t - top).abs() >= 0.5 || (b - bottom).abs() >= 0.5 {
                continue;
            }
            let row = starts.partition_point(|y| *y <= segment.y + SAME_LINE);
            let edge = |n: usize| starts.get(n).map(|y| y - segment.size);
            let upper = row.checked_sub(1).and_then(edge).unwrap_or(top);
            let lower = edge(row).unwrap_or(bottom);
            segment.ruled = Some([upper, lower, left, right]);
        }
    }
}

/// A ruled cell and the lines on which it has numbers.
type Numbered = ([f32; 4], Vec<f32>);

/// Lines so near each other are one.
const SAME_LINE: f32 = 1.5;

/// The lines on which at least three columns have a number, or two on three lines or more.
fn shared_lines(columns: &[Numbered]) -> Option<Vec<f32>> {
    let alike = |a: &[f32], b: &[f32]| {
        a.len() == b.len() && a.iter().zip(b).all(|(x, y)| (x - y).abs() < SAME_LINE)
    };
    columns.iter().map(|(_, lines)| lines).find_map(|lines| {
        let sharing = columns
            .iter()
            .filter(|(_, other)| alike(lines, other))
            .count();
        let enough = sharing > 2 && lines.len() > 1 || sharing > 1 && lines.len() > 2;
        enough.then(|| lines.clone())
    })
}

fn begins_number(text: &str) -> bool {
    let bare = text
        .trim()
        .trim_start_matches(|c: char| c.is_ascii_uppercase() || "$€£¥￥ ".contains(c));
    bare.starts_with(|c: char| c.is_ascii_digit()) && bare.len() + 4 >= text.trim().len()
}

fn same_box(a: &[f32; 4], b: &[f32; 4]) -> bool {
    a.iter().zip(b).all(|(x, y)| (x - y).abs() < 0.5)
}

/// Lines that share ruled cells become one row: the lines of a cell are joined.
fn join_ruled(lines: Vec<Vec<Segment>>) -> Vec<Vec<Segment>> {
    let mut rows: Vec<Vec<Segment>> = Vec::new();
    // Two segments are of one row when the shorter of their ruled cells lies inside the taller.
    let beside = |a: &[f32; 4], b: &[f32; 4]| {
        let ([at, ab, ..], [bt, bb, ..]) = (a, b);
        (at - bt).abs() < 0.5 && (ab - bb).abs() < 0.5
    };
    for line in lines {
        let joins = rows.last().is_some_and(|row: &Vec<Segment>| {
            line.iter().any(|s| {
                s.ruled
                    .is_some_and(|r| row.iter().any(|o| o.ruled.is_some_and(|q| beside(&r, &q))))
            }) && line.iter().all(|s| s.ruled.is_some())
        });
        if !joins {
            rows.push(line);
            continue;
        }
        let Some(row) = rows.last_mut() else { continue };
        for segment in line {
            let home = row.iter_mut().find(|o| match (o.ruled, segment.ruled) {
                (Some(a), Some(b)) => same_box(&a, &b),
                _ => false,
            });
            match home {
                Some(cell) => join_text(cell, &segment),
                None => row.push(segment),
            }
        }
        row.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    }
    rows
}

/// Without rulings, a cell of one line centred beside a cell of two stands between their lines:
/// lines nearer than their height that share no column are one row.
fn join_centred(rows: Vec<Vec<Segment>>) -> Vec<Vec<Segment>> {
    let mut joined: Vec<Vec<Segment>> = Vec::new();
    // The segments of the line last added: only they can be beside the next.
    let mut last: Vec<(f32, f32, f32)> = Vec::new();
    for row in rows {
        let line: Vec<(f32, f32, f32)> = row.iter().map(|s| (s.x0, s.x1, s.y)).collect();
        let free = |row: &[Segment]| row.iter().all(|s| s.ruled.is_none());
        let between = joined.last().is_some_and(|above| {
            free(above)
                && free(&row)
                && row.iter().all(|s| {
                    last.iter().all(|(x0, x1, y)| {
                        (s.x0 > *x1 || s.x1 < *x0) && (s.y - y).abs() < 0.85 * s.size
                    })
                })
        });
        last = line;
        match joined.last_mut() {
            Some(above) if between => {
                for segment in row {
                    let column = |o: &&mut Segment| segment.x0 < o.x1 && o.x0 < segment.x1;
                    match above.iter_mut().find(column) {
                        Some(cell) => join_text(cell, &segment),
                        None => above.push(segment),
                    }
                }
                above.sort_by(|a, b| a.x0.total_cmp(&b.x0));
            }
            _ => joined.push(row),
        }
    }
    joined
}

/// Joins a line of a cell to those above it. Where a ruled cell broke the line nobody knows whether
/// a blank stood there: the break stays. Chinese is broken where the cell is full; a line that ends
/// before was ended on purpose, as a label over its value.
fn join_text(cell: &mut Segment, more: &Segment) {
    let brake = if cell.ruled.is_some() { '\n' } else { ' ' };
    let ended = cell
        .ruled
        .is_some_and(|[.., right]| right - cell.x1 > ROOM * cell.size);
    let wide = |c: Option<char>| c.is_some_and(|c| c >= '\u{2e80}');
    for (into, from) in [
        (&mut cell.text, &more.text),
        (&mut cell.struck, &more.struck),
    ] {
        let broken = wide(into.chars().last()) && wide(from.chars().next());
        // Declared elements are one string, broken where the cell is full.
        let elements = !ended && into.matches('|').count() > 1 && !into.ends_with(' ');
        let tight = broken && !ended
            || elements
            || into.is_empty()
            || from.is_empty()
            || into.ends_with('-');
        if !tight {
            into.push(brake);
        }
        into.push_str(from);
    }
    cell.x0 = cell.x0.min(more.x0);
    cell.x1 = cell.x1.max(more.x1);
    cell.low = cell.low.max(more.low);
    super::joined(&mut cell.read, more.read.as_deref());
    cell.marks = cell.marks.with(more.marks);
}
