//! Delimited text: the delimiter is found by counting, quotes and line breaks by the csv crate.

use super::{Limits, document};
use crate::model::{CellKind, Grid, Layout, Problem, ReadFile};

const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

pub fn read(path: &str, text: &str, limits: &Limits) -> ReadFile {
    let (body, delimiter, skipped) = match text.strip_prefix("sep=") {
        Some(rest) => {
            let delimiter = rest.bytes().next().unwrap_or(b',');
            let body = rest.split_once('\n').map_or("", |(_, body)| body);
            (body, delimiter, 1)
        }
        None => (text, find_delimiter(text), 0),
    };
    let mut problems = Vec::new();
    let mut table = rows(body, delimiter, true, skipped, limits);
    if table.swallowed {
        // An unclosed quote took many lines into one field: read the quotes as plain characters.
        table = rows(body, delimiter, false, skipped, limits);
        problems.push(Problem::damaged(path, "csv", "a quotation mark is never closed"));
    }
    if let Some(limit) = table.over {
        problems.push(Problem::too_large(path, "the table", &limit));
    }
    let mut made = document(path, None, "csv", table.grid);
    made.whole = problems.is_empty();
    ReadFile {
        documents: vec![made],
        problems,
    }
}

struct Rows {
    grid: Grid,
    swallowed: bool,
    over: Option<String>,
}

fn rows(text: &str, delimiter: u8, quoting: bool, skipped: u32, limits: &Limits) -> Rows {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quoting)
        .from_reader(text.as_bytes());
    let mut grid = Grid::new(Layout::Csv);
    grid.text.reserve(text.len());
    let mut record = csv::StringRecord::new();
    let (mut swallowed, mut over) = (false, None);
    // Line breaks inside quoted fields move the physical line away from the row number.
    let mut extra_lines = 0u32;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) | Err(_) => break,
        }
        let line = record.position().map_or(0, |p| start_line(text, p)) + skipped;
        grid.push_row(line.saturating_sub(extra_lines), line);
        for (col, text) in record.iter().enumerate() {
            if text.is_empty() {
                continue;
            }
            if text.len() > 100 {
                let breaks = memchr::memchr_iter(b'\n', text.as_bytes()).count();
                swallowed |= breaks > 40;
                extra_lines += u32::try_from(breaks).unwrap_or(0);
            } else if memchr::memchr(b'\n', text.as_bytes()).is_some() {
                extra_lines += u32::try_from(text.matches('\n').count()).unwrap_or(0);
            }
            let col = u32::try_from(col).unwrap_or(u32::MAX);
            let text = match text.char_indices().nth(limits.cell_bytes) {
                Some((end, _)) => {
                    over = Some(format!("{} characters in a cell", limits.cell_bytes));
                    text.get(..end).unwrap_or("")
                }
                None => text,
            };
            if col >= limits.columns || grid.cells.len() >= limits.cells {
                over = Some(format!(
                    "{} columns or {} cells",
                    limits.columns, limits.cells
                ));
                break;
            }
            grid.push_cell(text, col, col, CellKind::Text);
        }
        if grid.cells.len() >= limits.cells {
            break;
        }
    }
    Rows {
        grid,
        swallowed: swallowed && quoting,
        over,
    }
}

/// The 0-based line a record starts on: the parser's position stands before the blank lines it
/// passes over.
fn start_line(text: &str, position: &csv::Position) -> u32 {
    let from = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let blank = text
        .as_bytes()
        .get(from..)
        .unwrap_or(&[])
        .iter()
        .take_while(|b| matches!(b, b'\n' | b'\r'))
        .filter(|b| **b == b'\n')
        .count();
    let line = usize::try_from(position.line()).unwrap_or(usize::MAX);
    u32::try_from(line.saturating_sub(1) + blank).unwrap_or(u32::MAX)
}

/// The delimiter that stands in most of the first lines, counted by lines that agree.
fn find_delimiter(text: &str) -> u8 {
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).take(60).collect();
    let weight = |delimiter: u8| {
        let mut counts: Vec<usize> = lines
            .iter()
            .map(|l| memchr::memchr_iter(delimiter, l.as_bytes()).count())
            .filter(|&c| c > 0)
            .collect();
        counts.sort_unstable();
        let middle = counts.get(counts.len() / 2).copied().unwrap_or(0);
        let agreeing = counts.iter().filter(|&&c| c == middle).count();
        agreeing * middle.min(12)
    };
    let mut best = (b',', 0);
    for delimiter in DELIMITERS {
        let weight = weight(delimiter);
        if weight > best.1 {
            best = (delimiter, weight);
        }
    }
    best.0
}
