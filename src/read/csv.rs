//! Delimited text: the delimiter is found by counting, quotes and line breaks by the csv crate.

use super::look::calls_a_picture;
use super::{Limits, document, stated};
use crate::model::{Cell, CellKind, Grid, Layout, Marks, Problem, ReadFile, Say, Spot};

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
    let open = open_quote(body, delimiter);
    if table.swallowed || open.is_some() {
        // An unclosed quote took the lines behind it into one field: the quotes are plain characters.
        table = rows(body, delimiter, false, skipped, limits);
        let problem = Problem::damaged(path, "csv", "a quotation mark is never closed");
        let line =
            |at| memchr::memchr_iter(b'\n', body.as_bytes().get(..at).unwrap_or(&[])).count();
        let spot = open.map_or(Spot::Whole, |at| Spot::Line {
            line: crate::model::grid::index(line(at)) + skipped,
        });
        problems.push(problem.at(None, spot));
    }
    if let Some(limit) = table.over {
        problems.push(Problem::too_large(path, &limit));
    }
    let whole = problems.is_empty();
    if let Some(spot) = table.cut {
        problems.push(Problem::ambiguous(
            path,
            None,
            spot,
            Say::new(
                "the file ends without a line break in a row that is shorter than those before: it may be cut off",
                "文件结尾没有换行，且最后一行比前面的行短：文件可能不完整",
            ),
            Say::new(
                "Save or download it again, and compare the last row.",
                "请重新保存或下载，并核对最后一行。",
            ),
        ));
    }
    let mut made = document(path, None, "csv", table.grid);
    made.whole = whole;
    ReadFile {
        documents: vec![made],
        problems,
    }
}

struct Rows {
    grid: Grid,
    swallowed: bool,
    over: Option<String>,
    /// The last row, when it looks cut off.
    cut: Option<Spot>,
}

fn rows(text: &str, delimiter: u8, quoting: bool, skipped: u32, limits: &Limits) -> Rows {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quoting)
        .from_reader(text.as_bytes());
    let mut grid = Grid::new(Layout::Csv);
    // The text itself is the arena: cells without quotes are ranges of it, others are added.
    grid.text = text.to_string();
    let mut record = csv::ByteRecord::new();
    let (mut swallowed, mut over) = (false, None);
    // Line breaks inside quoted fields move the physical line away from the row number.
    let mut extra_lines = 0u32;
    // Fields of the last three records, and where the last one stands.
    let (mut fields, mut last) = ([0; 3], Spot::Whole);
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(e) => {
                over = Some(e.to_string());
                break;
            }
        }
        let line = record.position().map_or(0, |p| start_line(text, p)) + skipped;
        let row = line.saturating_sub(extra_lines);
        grid.push_row(row, line);
        let [_, before, own] = fields;
        fields = [before, own, record.len()];
        last = Spot::CsvCell { row, col: 0, line };
        if record.len() > limits.columns as usize {
            over = Some(stated("columns", limits.columns));
        }
        if grid.rows.len() > limits.rows {
            over = Some(stated("rows", limits.rows));
            break;
        }
        let plain = plain_start(text, &record, quoting);
        for (col, bytes) in record.iter().enumerate() {
            let Ok(text) = std::str::from_utf8(bytes) else {
                continue;
            };
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
            let text = if text.len() > limits.cell_bytes {
                over = Some(stated("cell-bytes", limits.cell_bytes));
                let end = (0..=limits.cell_bytes)
                    .rev()
                    .find(|at| text.is_char_boundary(*at));
                text.get(..end.unwrap_or(0)).unwrap_or("")
            } else {
                text
            };
            if col >= limits.columns || grid.cells.len() >= limits.cells {
                over = Some(if col >= limits.columns {
                    stated("columns", limits.columns)
                } else {
                    stated("cells", limits.cells)
                });
                break;
            }
            if text.starts_with('=') {
                let guard = text.strip_prefix("=\"").and_then(|t| t.strip_suffix('"'));
                if let Some(inside) = guard.filter(|t| !t.is_empty() && !t.contains('"')) {
                    // A guard that keeps a spreadsheet from changing the text.
                    grid.push_cell(inside, col, col, CellKind::Text);
                    grid.store_last(text);
                    continue;
                }
                if calls_a_picture(text) {
                    grid.push_cell(text, col, col, CellKind::Text);
                    grid.mark_last(Marks::PICTURE);
                    continue;
                }
            }
            let range = record
                .range(col as usize)
                .filter(|_| text.len() == bytes.len());
            match (plain, range) {
                (Some(start), Some(range)) => {
                    let at = start + range.start + col as usize;
                    grid.cells.push(Cell {
                        start: crate::model::grid::index(at),
                        len: crate::model::grid::index(text.len()),
                        x0: col,
                        x1: col,
                        kind: CellKind::Text,
                        marks: Marks::NONE,
                    });
                }
                _ => {
                    grid.push_cell(text, col, col, CellKind::Text);
                }
            }
        }
        if grid.cells.len() >= limits.cells {
            break;
        }
    }
    let [first, second, end] = fields;
    let cut = end < second && first == second && !text.ends_with(['\n', '\r']);
    Rows {
        grid,
        swallowed: swallowed && quoting,
        over,
        cut: cut.then_some(last),
    }
}

/// Where the quote stands that is open at the end of the text.
fn open_quote(text: &str, delimiter: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let next = |from: usize| {
        let rest = bytes.get(from..)?;
        memchr::memchr(b'"', rest).map(|at| from + at)
    };
    let mut from = 0;
    while let Some(at) = next(from) {
        let before = at.checked_sub(1).and_then(|b| bytes.get(b));
        let begins = before.is_none_or(|b| *b == delimiter || matches!(b, b'\n' | b'\r'));
        from = at + 1;
        if !begins {
            continue;
        }
        loop {
            let Some(end) = next(from) else {
                return Some(at);
            };
            from = end + 1;
            if bytes.get(from) != Some(&b'"') {
                break;
            }
            from += 1;
        }
    }
    None
}

/// Where a record starts in the text, if it holds no quotation mark: then its fields stand there
/// one after the other, one delimiter between.
fn plain_start(text: &str, record: &csv::ByteRecord, quoting: bool) -> Option<usize> {
    let position = usize::try_from(record.position()?.byte()).ok()?;
    let rest = text.as_bytes().get(position..)?;
    let blank = rest
        .iter()
        .take_while(|b| matches!(b, b'\n' | b'\r'))
        .count();
    let length = record.as_slice().len() + record.len().saturating_sub(1);
    let span = rest.get(blank..blank + length)?;
    let quoted = quoting && memchr::memchr(b'"', span).is_some();
    (!quoted).then_some(position + blank)
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

/// The delimiter under which most of the first records have the same number of fields (two and
/// more); of equals, the one with more fields.
fn find_delimiter(text: &str) -> u8 {
    let head = text
        .char_indices()
        .filter(|(_, c)| *c == '\n')
        .nth(60)
        .map_or(text, |(at, _)| text.get(..at).unwrap_or(text));
    let score = |delimiter: u8| -> usize {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(head.as_bytes());
        let counts: Vec<usize> = reader
            .records()
            .map_while(Result::ok)
            .map(|record| record.len())
            .collect();
        let agreeing = |fields: usize| counts.iter().filter(|c| **c == fields).count();
        let best = counts
            .iter()
            .copied()
            .filter(|fields| *fields >= 2)
            .max_by_key(|fields| (agreeing(*fields), *fields));
        best.map_or(0, |fields| {
            1 + agreeing(fields) * 100 / counts.len().max(1) * 16 + fields.min(15)
        })
    };
    let mut best = (b',', 0);
    for delimiter in DELIMITERS {
        let own = score(delimiter);
        if own > best.1 {
            best = (delimiter, own);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::{find_delimiter, open_quote};

    #[test]
    fn an_open_quote_is_found_where_it_stands() {
        assert_eq!(open_quote("a,b\n1,\"x\n2,3\n", b','), Some(6));
        assert_eq!(open_quote("a,\"b\"\"c\"\n1,5\" pipe\n", b','), None);
        assert_eq!(open_quote("\"a", b','), Some(0));
    }

    #[test]
    fn the_delimiter_is_the_one_the_records_agree_on() {
        assert_eq!(
            find_delimiter("a,b,c\n1,x; y; z; w,3\n2,\"p;q;r\",4\n"),
            b','
        );
        assert_eq!(find_delimiter("Title\na;b\n1,5;2\n"), b';');
        assert_eq!(find_delimiter("a\tb\n1,2,3\t4\n"), b'\t');
    }
}
