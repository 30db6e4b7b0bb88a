//! Plain text: lines, cut into cells where bars, tabs or wide gaps stand.

use super::{Limits, document};
use crate::model::{CellKind, Grid, Layout, Problem, ReadFile};
use unicode_width::UnicodeWidthChar;

pub fn read(path: &str, text: &str, limits: &Limits) -> ReadFile {
    let mut grid = Grid::new(Layout::Lines);
    let mut problems = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if grid.cells.len() > limits.cells || line.len() > limits.cell_bytes {
            problems.push(Problem::too_large(
                path,
                "a line",
                &format!("{} bytes", limits.cell_bytes),
            ));
            break;
        }
        grid.push_row(crate::model::grid::index(number), 0);
        for (column, piece) in pieces(line) {
            let x0 = crate::model::grid::index(column);
            let x1 = x0.saturating_add(crate::model::grid::index(width(piece)));
            grid.push_cell(piece, x0, x1, CellKind::Text);
        }
    }
    let mut made = document(path, None, "text", grid);
    made.whole = problems.is_empty();
    ReadFile {
        documents: vec![made],
        problems,
    }
}

/// Display columns of a text.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// The pieces of a line with their display columns: separated by `|`, tabs, or two and more spaces.
pub(super) fn pieces(line: &str) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    let (mut start, mut start_column, mut column) = (0, 0, 0);
    let mut gap = 0;
    let mut push = |from: usize, to: usize, column: usize| {
        let piece = line.get(from..to).unwrap_or("");
        let lead: usize = piece
            .chars()
            .take_while(|c| c.is_whitespace())
            .map(|c| c.width().unwrap_or(0))
            .sum();
        let text = piece.trim();
        let rule = text
            .chars()
            .all(|c| matches!(c, '-' | '=' | '+' | '_' | '─' | '━'));
        let drawn = rule && text.chars().count() > 4;
        if !text.is_empty() && !drawn {
            pieces.push((column + lead, text));
        }
    };
    for (at, c) in line.char_indices() {
        let blank = c == ' ' || c == '\u{3000}' || c == '\u{a0}';
        let ideographic = c == '\u{3000}';
        if c == '|' || c == '│' || c == '┃' || c == '\t' {
            push(start, at, start_column);
            start = at + c.len_utf8();
            column += c.width().unwrap_or(1).max(1);
            start_column = column;
            gap = 0;
            continue;
        }
        if blank {
            gap += if ideographic { 2 } else { 1 };
        } else {
            if gap >= 2 {
                push(start, at, start_column);
                start = at;
                start_column = column;
            }
            gap = 0;
        }
        column += c.width().unwrap_or(0);
    }
    push(start, line.len(), start_column);
    pieces
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn lines_are_cut_at_bars_tabs_and_wide_gaps() {
        let texts: Vec<&str> = pieces("甲醛 Formaldehyde  |  PASS\tok   end")
            .into_iter()
            .map(|(_, t)| t)
            .collect();
        assert_eq!(texts, ["甲醛 Formaldehyde", "PASS", "ok", "end"]);
    }

    #[test]
    fn display_columns_count_chinese_twice() {
        assert_eq!(pieces("项目  结果"), [(0, "项目"), (6, "结果")]);
    }
}
