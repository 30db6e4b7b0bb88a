//! PDF: positioned runs of text from pdfboss, put together into lines, cells and ruled table rows.

mod overprint;

use super::{Limits, document, failed, stated};
use crate::model::{CellKind, Grid, Layout, Problem, ReadFile, RowSpan, work};
use pdfboss_core::Document as Pdf;
use pdfboss_text::{
    FontCache, ReadingOrder, Ruling, TextSpan, extract_spans_and_rulings_reporting_cached,
    placed_images,
};

pub fn read(path: &str, bytes: &[u8], limits: &Limits) -> ReadFile {
    let pdf = match Pdf::load(bytes.to_vec()) {
        Ok(pdf) => pdf,
        Err(pdfboss_core::Error::Encrypted) => return failed(Problem::encrypted(path)),
        Err(e) => return failed(Problem::damaged(path, "pdf", &e.to_string())),
    };
    if pdf.is_locked() {
        return failed(Problem::encrypted(path));
    }
    let pages = pdf.page_count();
    if pages == 0 {
        return failed(Problem::damaged(path, "pdf", "it has no pages"));
    }
    let mut grid = Grid::new(Layout::Pages);
    let (mut problems, mut remarks) = (Vec::new(), Vec::new());
    let mut blank = Vec::new();
    let fonts = FontCache::default();
    if pages > limits.pages {
        let limit = stated("pages", limits.pages);
        problems.push(Problem::too_large(path, &limit));
    }
    for number in 0..pages.min(limits.pages) {
        let page_number = crate::model::grid::index(number);
        let page = match pdf.page(number) {
            Ok(page) => page,
            Err(e) => {
                problems.push(Problem::page_incomplete(path, page_number, &e.to_string()));
                continue;
            }
        };
        let order = ReadingOrder::Content;
        let extracted = extract_spans_and_rulings_reporting_cached(&pdf, &page, &fonts, order);
        let (spans, rulings, report) = match extracted {
            Ok(extracted) => extracted,
            Err(e) => {
                problems.push(Problem::page_incomplete(path, page_number, &e.to_string()));
                continue;
            }
        };
        if let Some(skipped) = report.skipped.first() {
            let why = format!("{}: {}", skipped.kind, skipped.cause);
            problems.push(Problem::page_incomplete(path, page_number, &why));
        }
        if spans.len() > limits.spans {
            let limit = stated("spans", limits.spans);
            problems.push(Problem::too_large(path, &limit));
        }
        let rotate = page.rotate;
        let (mut words, turned) = words(&spans, rotate, limits.spans);
        if let Some((one, other)) = overprint::settle(&mut words) {
            remarks.push(Problem::overprinted(path, page_number, &one, &other));
        }
        let (seen, odd) = readable(&words);
        if seen == 0 {
            // A page with neither text nor picture is an empty sheet, not a scan.
            let pictures = placed_images(&pdf, &page).map_or(true, |p| !p.is_empty());
            if pictures {
                blank.push(page_number);
            }
            continue;
        }
        if odd * 5 > seen {
            problems.push(Problem::undecodable_text(path, page_number));
        }
        let rules = Rules::new(&rulings, rotate);
        lay_out(&mut grid, page_number, words, turned, &rules);
    }
    if is_cut(bytes) {
        let why = "it is cut off: its end is missing";
        problems.push(Problem::damaged(path, "pdf", why));
    }
    if grid.rows.is_empty() && problems.is_empty() {
        return failed(Problem::no_text_layer(path, None));
    }
    for page in blank {
        problems.push(Problem::no_text_layer(path, Some(page)));
    }
    let mut made = document(path, None, "pdf", grid);
    made.whole = problems.is_empty();
    problems.extend(remarks);
    ReadFile {
        documents: vec![made],
        problems,
    }
}

/// True when no trailer follows the last object. Readers mend such files without a word, from
/// what is left of them.
fn is_cut(bytes: &[u8]) -> bool {
    let last = |word: &[u8]| memchr::memmem::rfind(bytes, word);
    last(b"%%EOF").max(last(b"startxref")) < last(b"endobj")
}

/// A run of text with its box, x to the right and y downwards, in points.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    x0: f32,
    x1: f32,
    y: f32,
    size: f32,
}

/// Turns a point of user space so that the page reads upright, y downwards.
fn upright(x: f32, y: f32, rotate: i32) -> (f32, f32) {
    match rotate {
        90 => (y, x),
        180 => (-x, y),
        270 => (-y, -x),
        _ => (x, -y),
    }
}

/// The painted runs of a page that read upright, cut where their text has wide gaps; and apart,
/// the text of runs that stand turned (stamps and marks across the page).
fn words(spans: &[TextSpan], rotate: i32, most: usize) -> (Vec<Word>, Vec<String>) {
    let (mut words, mut turned) = (Vec::new(), Vec::new());
    for span in spans.iter().take(most) {
        if span.invisible || span.text.trim().is_empty() {
            continue;
        }
        if span.rotate != rotate {
            turned.push(span.text.trim().to_string());
            continue;
        }
        let (ax, ay) = upright(span.x, span.y, rotate);
        let (bx, _) = upright(span.end_x, span.end_y, rotate);
        let (x0, x1) = (ax.min(bx), ax.max(bx));
        let size = if span.size > 0.5 { span.size } else { 9.0 };
        if !x0.is_finite() || !x1.is_finite() || !ay.is_finite() {
            continue;
        }
        let count = span.text.chars().count().max(1);
        #[expect(clippy::cast_precision_loss)]
        let step = (x1 - x0) / count as f32;
        let glyphs = &span.glyph_x;
        let position = |i: usize| -> f32 {
            if rotate == 0
                && glyphs.len() == count
                && let Some(x) = glyphs.get(i)
            {
                return *x;
            }
            #[expect(clippy::cast_precision_loss)]
            let offset = i as f32;
            x0 + step * offset
        };
        for (from, to, text) in runs(&span.text) {
            words.push(Word {
                text,
                x0: position(from),
                x1: if to >= count { x1 } else { position(to) },
                y: ay,
                size,
            });
        }
    }
    (words, turned)
}

/// Runs of a span between gaps of three and more blanks, as (first, past-last, text).
fn runs(text: &str) -> Vec<(usize, usize, String)> {
    let chars: Vec<char> = text.chars().collect();
    let mut runs = Vec::new();
    let (mut start, mut blanks) = (None, 0);
    let mut end = 0;
    for (i, c) in chars.iter().enumerate() {
        if c.is_whitespace() {
            blanks += if *c == '\u{3000}' { 2 } else { 1 };
            continue;
        }
        if let Some(from) = start
            && blanks >= 3
        {
            runs.push((from, end, piece(&chars, from, end)));
            start = None;
        }
        blanks = 0;
        start = start.or(Some(i));
        end = i + 1;
    }
    if let Some(from) = start {
        runs.push((from, end, piece(&chars, from, end)));
    }
    runs
}

fn piece(chars: &[char], from: usize, to: usize) -> String {
    chars.get(from..to).unwrap_or(&[]).iter().collect()
}

/// How many characters a page shows, and how many of them say nothing.
fn readable(words: &[Word]) -> (usize, usize) {
    let mut counts = (0, 0);
    for c in words.iter().flat_map(|w| w.text.chars()) {
        let private = ('\u{e000}'..='\u{f8ff}').contains(&c);
        counts.0 += 1;
        if c == '\u{fffd}' || private || c.is_control() {
            counts.1 += 1;
        }
    }
    counts
}

/// The ruling lines of a page: x of upright ones, y of level ones, with their extents.
struct Rules {
    upright: Vec<(f32, f32, f32)>,
    level: Vec<(f32, f32, f32)>,
}

impl Rules {
    fn new(rulings: &[Ruling], rotate: i32) -> Rules {
        let (mut vertical, mut level) = (Vec::new(), Vec::new());
        for ruling in rulings {
            let (ax, ay) = upright(ruling.start.x, ruling.start.y, rotate);
            let (bx, by) = upright(ruling.end.x, ruling.end.y, rotate);
            if (ax - bx).abs() < 1.0 && (ay - by).abs() > 4.0 {
                vertical.push((ax, ay.min(by), ay.max(by)));
            } else if (ay - by).abs() < 1.0 && (ax - bx).abs() > 8.0 {
                level.push((ay, ax.min(bx), ax.max(bx)));
            }
        }
        vertical.sort_by(|a, b| a.0.total_cmp(&b.0));
        level.sort_by(|a, b| a.0.total_cmp(&b.0));
        Rules {
            upright: vertical,
            level,
        }
    }

    /// True when an upright rule stands between two x at height y.
    fn between(&self, x0: f32, x1: f32, y: f32) -> bool {
        self.upright.iter().any(|&(x, top, bottom)| {
            x > x0 - 1.5 && x < x1 + 1.5 && top - 2.0 < y && y < bottom + 2.0
        })
    }

    /// The ruled cell around a point: the nearest level rules above and below and the nearest
    /// upright rules left and right, if all four are there.
    fn cell(&self, x: f32, y: f32) -> Option<[f32; 4]> {
        let crosses = |&&(_, from, to): &&(f32, f32, f32)| from - 2.0 <= x && x <= to + 2.0;
        let top = self
            .level
            .iter()
            .filter(crosses)
            .map(|r| r.0)
            .rfind(|&at| at <= y)?;
        let bottom = self
            .level
            .iter()
            .filter(crosses)
            .map(|r| r.0)
            .find(|&at| at > y)?;
        let beside = |&&(_, from, to): &&(f32, f32, f32)| from - 2.0 <= y && y <= to + 2.0;
        let left = self
            .upright
            .iter()
            .filter(beside)
            .map(|r| r.0)
            .rfind(|&at| at <= x)?;
        let right = self
            .upright
            .iter()
            .filter(beside)
            .map(|r| r.0)
            .find(|&at| at > x)?;
        Some([top, bottom, left, right])
    }
}

/// A cell of a line: its text, extent, and the ruled cell it stands in.
#[derive(Debug)]
struct Segment {
    text: String,
    x0: f32,
    x1: f32,
    y: f32,
    size: f32,
    ruled: Option<[f32; 4]>,
    line: u32,
}

/// Words → lines → segments → rows: a ruled row of several lines becomes one row of the grid.
fn lay_out(grid: &mut Grid, page: u32, mut words: Vec<Word>, turned: Vec<String>, rules: &Rules) {
    words.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x0.total_cmp(&b.x0)));
    let mut lines: Vec<Vec<Word>> = Vec::new();
    for word in words {
        // The words stand in the order of their heights: those further up are out of reach.
        let reach = |size: f32| 0.35 * size.max(4.0);
        let near = |w: &&Word| word.y - w.y <= reach(word.size);
        let beside = |w: &Word| {
            work::steps(1);
            word.y - w.y <= reach(w.size.min(word.size))
        };
        match lines.last_mut() {
            Some(line) if line.iter().rev().take_while(near).any(beside) => line.push(word),
            _ => lines.push(vec![word]),
        }
    }
    let count = crate::model::grid::index(lines.len());
    for line in &mut lines {
        line.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    }
    let columns = column_starts(&lines);
    let mut segments: Vec<Vec<Segment>> = Vec::new();
    for (number, line) in lines.into_iter().enumerate() {
        let number = crate::model::grid::index(number);
        segments.push(join_line(line, number, rules, &columns));
    }
    open_boxes(&mut segments);
    let rows: Vec<Vec<Segment>> = join_centred(join_ruled(segments))
        .into_iter()
        .filter(|row| !row.is_empty())
        .collect();
    let first_row = grid.rows.len();
    let bands: Vec<Option<(f32, f32)>> = rows.iter().map(|row| band(row)).collect();
    for (number, row) in rows.into_iter().enumerate() {
        let first = row.iter().map(|s| s.line).min().unwrap_or(0);
        grid.push_row(first, page);
        let cells = grid.cells.len();
        for (n, segment) in row.iter().enumerate() {
            if let Some((top, bottom)) = reach(segment, &bands, number) {
                grid.spans.push(RowSpan {
                    cell: crate::model::grid::index(cells + n),
                    first: crate::model::grid::index(first_row + top),
                    last: crate::model::grid::index(first_row + bottom),
                });
            }
        }
        for segment in row {
            // A ruled box says better than the text how wide its column is.
            let (x0, x1) = match segment.ruled {
                Some([_, _, left, right]) => (left + 1.0, right - 1.0),
                None => (segment.x0, segment.x1),
            };
            grid.push_cell(&segment.text, tenths(x0), tenths(x1), CellKind::Text);
        }
    }
    for (i, text) in turned.iter().enumerate() {
        grid.push_row(count.saturating_add(crate::model::grid::index(i)), page);
        grid.push_cell(text, 0, 0, CellKind::Text);
    }
}

/// The height of a ruled row: its lowest ruled box.
fn band(row: &[Segment]) -> Option<(f32, f32)> {
    row.iter()
        .filter_map(|s| s.ruled)
        .map(|[top, bottom, ..]| (top, bottom))
        .min_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)))
}

/// The rows a segment's ruled box reaches over, when they are more than its own.
fn reach(segment: &Segment, bands: &[Option<(f32, f32)>], own: usize) -> Option<(usize, usize)> {
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

/// Where columns start, ascending: the places at which words of at least two lines begin after a
/// wide gap. A long cell of such a column may leave only a narrow gap to the next.
fn column_starts(lines: &[Vec<Word>]) -> Vec<f32> {
    let mut starts: Vec<f32> = lines
        .iter()
        .flat_map(|line| line.iter().zip(line.iter().skip(1)))
        .filter(|(a, b)| b.x0 - a.x1 >= a.size.min(b.size))
        .map(|(_, b)| b.x0)
        .collect();
    starts.sort_by(f32::total_cmp);
    let mut columns: Vec<f32> = starts
        .iter()
        .zip(starts.iter().skip(1))
        .filter(|(a, b)| *b - *a <= 0.6)
        .map(|(a, _)| *a)
        .collect();
    columns.dedup_by(|b, a| *b - *a <= 0.6);
    columns
}

/// Joins the words of a line where they touch, and parts them at wide gaps, ruling lines, and
/// clear gaps where a column starts.
fn join_line(line: Vec<Word>, number: u32, rules: &Rules, columns: &[f32]) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for word in line {
        if let Some(last) = segments.last_mut() {
            let gap = word.x0 - last.x1;
            let size = last.size.min(word.size);
            // The same run drawn twice (bold by overprinting).
            if gap < -0.6 * (word.x1 - word.x0) && last.text.ends_with(word.text.trim()) {
                continue;
            }
            let ruled = rules.between(last.x1, word.x0, word.y - 0.3 * size);
            let column = gap > 0.3 * size
                && columns
                    .get(columns.partition_point(|c| *c < word.x0 - 0.7))
                    .is_some_and(|c| *c < word.x0 + 0.7);
            if gap < 1.0 * size && !ruled && !column {
                if gap > 0.18 * size && !last.text.ends_with(' ') {
                    last.text.push(' ');
                }
                last.text.push_str(&word.text);
                last.x1 = last.x1.max(word.x1);
                continue;
            }
        }
        segments.push(Segment {
            text: word.text,
            x0: word.x0,
            x1: word.x1,
            y: word.y,
            size: word.size,
            ruled: None,
            line: number,
        });
    }
    for segment in &mut segments {
        let middle = f32::midpoint(segment.x0, segment.x1);
        segment.ruled = rules.cell(middle, segment.y - 0.3 * segment.size);
        let trimmed = segment.text.trim();
        if trimmed.len() != segment.text.len() {
            segment.text = trimmed.to_string();
        }
    }
    segments
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

fn join_text(cell: &mut Segment, more: &Segment) {
    let wide = |c: Option<char>| c.is_some_and(|c| c >= '\u{2e80}');
    let tight = wide(cell.text.chars().last()) && wide(more.text.chars().next())
        || cell.text.ends_with('-');
    if !tight {
        cell.text.push(' ');
    }
    cell.text.push_str(&more.text);
    cell.x0 = cell.x0.min(more.x0);
    cell.x1 = cell.x1.max(more.x1);
}

/// Points to the tenths kept in the grid.
fn tenths(x: f32) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let scaled = ((x + 2000.0) * 10.0).clamp(0.0, 4.0e9) as u32;
    scaled
}
