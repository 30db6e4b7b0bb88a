//! Plain text: lines, cut into cells where bars, tabs or wide gaps stand.

use super::{Limits, document, stated};
use crate::model::{CellKind, Grid, Layout, Problem, ReadFile};
use unicode_width::UnicodeWidthChar;

pub fn read(path: &str, text: &str, limits: &Limits) -> ReadFile {
    let mut grid = Grid::new(Layout::Lines);
    let mut problems = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if number >= limits.rows {
            let limit = stated("rows", limits.rows);
            problems.push(Problem::too_large(path, &limit));
            break;
        }
        if grid.cells.len() > limits.cells || line.len() > limits.cell_bytes {
            problems.push(Problem::too_large(
                path,
                &stated("cell-bytes", limits.cell_bytes),
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

/// How far apart the columns of a line cut by bars or tabs are put.
const STEP: usize = 1000;

/// The pieces of a line with their positions. Bars and tabs make columns, by their count; without
/// them, two and more spaces part a line, and its display columns count.
pub(super) fn pieces(line: &str) -> Vec<(usize, &str)> {
    let bar = |c: char| matches!(c, '|' | '│' | '┃' | '║' | '\t');
    if line.chars().any(bar) {
        let inner = line.trim_matches(|c: char| bar(c) && c != '\t' || c == ' ');
        return inner
            .split(bar)
            .enumerate()
            .map(|(n, piece)| (n * STEP, piece.trim()))
            .filter(|(_, piece)| !piece.is_empty() && !is_rule(piece))
            .collect();
    }
    let mut pieces = Vec::new();
    let (mut start, mut start_column, mut column) = (0, 0, 0);
    let mut gap = 0;
    let mut push = |from: usize, to: usize, column: usize| {
        let piece = line.get(from..to).unwrap_or("");
        let lead = piece.chars().take_while(|c| c.is_whitespace());
        let lead: usize = lead.map(|c| c.width().unwrap_or(0)).sum();
        let text = without_leader(piece.trim());
        if !text.is_empty() && !is_rule(text) {
            pieces.push((column + lead, text));
        }
    };
    let mut led = 0;
    for (at, c) in line.char_indices() {
        if is_leader(c) {
            led += 1;
        } else if led >= LEADER {
            // The dots that lead from a label to its value belong to neither.
            push(start, at, start_column);
            (start, start_column, gap, led) = (at, column, 0, 0);
        } else {
            led = 0;
        }
        if matches!(c, ' ' | '\u{3000}' | '\u{a0}') {
            gap += if c == '\u{3000}' { 2 } else { 1 };
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

/// So many dots lead the eye from a label to its value.
const LEADER: usize = 4;

fn is_leader(c: char) -> bool {
    matches!(c, '.' | '…' | '·' | '．' | '‥')
}

/// A text without the dots that lead on from it.
fn without_leader(text: &str) -> &str {
    let bare = text.trim_end_matches(is_leader);
    let dots = text.get(bare.len()..).unwrap_or("").chars().count();
    if dots >= LEADER {
        bare.trim_end()
    } else {
        text
    }
}

/// A drawn line: nothing but dashes, boxes, the marks of a Markdown table. (`----` is an empty
/// value and stays.)
fn is_rule(text: &str) -> bool {
    let drawn = |c: char| {
        matches!(
            c,
            '-' | '=' | '+' | '_' | ':' | '\u{2500}'..='\u{257f}' | ' '
        )
    };
    let boxed = text.chars().any(|c| ('\u{2500}'..='\u{257f}').contains(&c));
    text.chars().all(drawn) && (boxed || text.contains(':') || text.chars().count() > 4)
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn lines_are_cut_at_bars_tabs_and_wide_gaps() {
        let texts: Vec<&str> = pieces("甲醛 Formaldehyde  |  PASS\tok")
            .into_iter()
            .map(|(_, t)| t)
            .collect();
        assert_eq!(texts, ["甲醛 Formaldehyde", "PASS", "ok"]);
    }

    #[test]
    fn bars_make_columns_and_drawn_lines_are_none() {
        assert_eq!(
            pieces("│1   │甲醛 │   │合 格│"),
            [(0, "1"), (1000, "甲醛"), (3000, "合 格")]
        );
        assert!(pieces("├──┼────┤").is_empty());
        assert!(pieces("|:-----:|-----|").is_empty());
        assert_eq!(pieces("----"), [(0, "----")]);
    }

    #[test]
    fn dots_lead_from_a_label_to_its_value() {
        let texts: Vec<&str> = pieces("件数...... 480 (see 4.3.5)...")
            .into_iter()
            .map(|(_, t)| t)
            .collect();
        assert_eq!(texts, ["件数", "480 (see 4.3.5)..."]);
    }

    #[test]
    fn display_columns_count_chinese_twice() {
        assert_eq!(pieces("项目  结果"), [(0, "项目"), (6, "结果")]);
    }
}
