//! Written documents as blocks, paragraphs and tables in tables, and their rows in a grid.

use super::ink::{Ink, Inked};
use super::{Limits, text};
use crate::model::grid::{COLUMN, index};
use crate::model::{Aside, AsideKind, CellKind, Grid, Layout, Marks, Merge, Origin, Story};

/// A paragraph or a table.
pub enum Block {
    Paragraph(Paragraph),
    Table(Table),
}

/// A paragraph outside tables; its line breaks are `\n`, and signs say how its letters stand.
pub struct Paragraph {
    pub story: Story,
    /// 0-based among the paragraphs of its story outside tables.
    pub number: u32,
    pub text: String,
}

#[derive(Default)]
pub struct Table {
    pub story: Story,
    /// 0-based among the tables of its story, nested ones included.
    pub number: u32,
    /// Rows that hold nothing need not be there.
    pub rows: Vec<Row>,
    /// In rows and columns of this table.
    pub merges: Vec<Merge>,
    /// Columns, merged ones counted.
    pub columns: u32,
}

#[derive(Default)]
pub struct Row {
    /// 0-based in its table.
    pub number: u32,
    /// Those that hold text, from left to right.
    pub cells: Vec<TableCell>,
    /// Tables and text boxes inside the cells.
    pub inside: Vec<Block>,
}

pub struct TableCell {
    pub column: u32,
    pub span: u32,
    pub text: String,
}

/// Writes blocks into a grid of layout `Docx` or `Html`, one below the other; what stands inside a
/// row follows it. Returns false when a limit cut it short.
pub fn lay(grid: &mut Grid, blocks: &[Block], limits: &Limits) -> bool {
    let mut layer = Layer {
        unit: if grid.layout == Layout::Docx {
            COLUMN
        } else {
            1
        },
        grid,
        limits,
        whole: true,
    };
    layer.blocks(blocks);
    layer.whole
}

struct Layer<'a> {
    grid: &'a mut Grid,
    limits: &'a Limits,
    unit: u32,
    whole: bool,
}

impl Layer<'_> {
    /// Goes as deep as tables stand in tables, which the readers bound.
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(paragraph) => self.paragraph(paragraph),
                Block::Table(table) => self.table(table),
            }
        }
    }

    fn open_row(&mut self, aux: u32, origin: Origin) -> u32 {
        let number = index(self.grid.rows.len());
        self.grid.push_row(number, aux);
        self.grid.origins.push(origin);
        number
    }

    /// What is struck out, unseen or a note stands beside the cell; a cell that holds nothing else
    /// shows it and is marked.
    fn cell(&mut self, text: &str, x0: u32, x1: u32, ink: &mut Ink) {
        let inked = Inked::of(text, ink);
        let (plain, struck) = (inked.plain.trim(), inked.struck.trim());
        let (unseen, notes) = (inked.unseen.trim(), inked.notes.trim());
        let (text, mark) = match (plain.is_empty(), struck.is_empty(), unseen.is_empty()) {
            (false, true, _) => (plain, Marks::NONE),
            (false, false, _) => (plain, Marks::PARTLY_STRUCK),
            (true, false, _) => (struck, Marks::STRUCK),
            (true, true, false) => (unseen, Marks::UNSEEN),
            (true, true, true) => (notes, Marks::NONE),
        };
        let cut = text.char_indices().nth(self.limits.cell_bytes);
        let full = self.grid.cells.len() >= self.limits.cells;
        if cut.is_some() || full {
            self.whole = false;
        }
        let shown = cut.map_or(text, |(end, _)| text.get(..end).unwrap_or(""));
        if text.is_empty() || full {
            return;
        }
        if !self.grid.push_cell(shown, x0, x1, CellKind::Text) {
            self.whole = false;
            return;
        }
        self.grid.mark_last(mark);
        let spot = self.grid.spot(self.grid.cells.len() - 1);
        for (what, text) in [
            (AsideKind::StruckPart, struck),
            (AsideKind::Unseen, unseen),
            (AsideKind::Comment, notes),
        ] {
            if !text.is_empty() {
                let (spot, text) = (spot.clone(), text.to_string());
                self.grid.asides.push(Aside { what, spot, text });
            }
        }
    }

    fn paragraph(&mut self, paragraph: &Paragraph) {
        let mut ink = Ink::Plain;
        for line in paragraph.text.split('\n') {
            let origin = Origin::Paragraph {
                story: paragraph.story,
                paragraph: paragraph.number,
            };
            self.open_row(0, origin);
            for (n, (column, piece)) in text::pieces(line).into_iter().enumerate() {
                if self.grid.layout == Layout::Docx {
                    let x0 = index(column);
                    let x1 = x0.saturating_add(index(text::width(piece)));
                    self.cell(piece, x0, x1, &mut ink);
                } else {
                    self.cell(piece, index(n), index(n), &mut ink);
                }
            }
        }
    }

    fn table(&mut self, table: &Table) {
        self.grid.table_columns.push(table.columns);
        let aux = index(self.grid.table_columns.len());
        let mut numbers = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            let origin = Origin::Row {
                story: table.story,
                table: table.number,
                row: row.number,
            };
            numbers.push((row.number, self.open_row(aux, origin)));
            for cell in &row.cells {
                let x0 = cell.column.saturating_mul(self.unit);
                let x1 = match self.unit {
                    1 => x0,
                    unit => x0 + cell.span.max(1).saturating_mul(unit) - 1,
                };
                self.cell(&cell.text, x0, x1, &mut Ink::Plain);
            }
            self.blocks(&row.inside);
        }
        for merge in &table.merges {
            // The first row holds the text, so it is there; the last may have held nothing else.
            let top = numbers.binary_search_by_key(&merge.top, |n| n.0);
            let last = numbers.partition_point(|n| n.0 <= merge.bottom);
            let bottom = last.checked_sub(1).and_then(|at| numbers.get(at));
            let (Ok(top), Some((_, bottom))) = (top, bottom) else {
                continue;
            };
            let Some((_, top)) = numbers.get(top) else {
                continue;
            };
            let right = (merge.right + 1).saturating_mul(self.unit) - 1;
            self.grid.merges.push(Merge {
                top: *top,
                left: merge.left.saturating_mul(self.unit),
                bottom: *bottom,
                right,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Spot;

    fn row(number: u32, texts: &[(u32, &str)]) -> Row {
        Row {
            number,
            cells: texts
                .iter()
                .map(|(column, text)| TableCell {
                    column: *column,
                    span: 1,
                    text: text.to_string(),
                })
                .collect(),
            inside: Vec::new(),
        }
    }

    #[test]
    fn merges_and_places_hold_through_nested_tables() {
        let inner = Table {
            number: 1,
            rows: vec![row(0, &[(0, "inner")])],
            ..Table::default()
        };
        let mut first = row(0, &[(0, "merged"), (1, "a")]);
        first.inside.push(Block::Table(inner));
        let outer = Table {
            rows: vec![first, row(1, &[(1, "b")])],
            merges: vec![Merge {
                top: 0,
                left: 0,
                bottom: 1,
                right: 0,
            }],
            columns: 2,
            ..Table::default()
        };
        let mut grid = Grid::new(Layout::Docx);
        assert!(lay(&mut grid, &[Block::Table(outer)], &Limits::default()));
        let merge = grid.merges[0];
        assert_eq!((merge.top, merge.bottom), (0, 2));
        assert_eq!((merge.left, merge.right), (0, 99));
        assert_eq!(grid.spot(2).at(None), "table 2, A1");
        assert_eq!(
            grid.spot(3),
            Spot::TableCell {
                story: Story::Body,
                table: 0,
                row: 1,
                col: 1
            }
        );
    }
}
