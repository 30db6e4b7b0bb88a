//! The one shape every reader delivers: rows of cells in one text arena, each with its position.
//!
//! A sheet, a delimited file, the lines of a page and a tree of keys all become a grid, so that
//! finding labels, headings and tables is written once.

use super::{Recognised, Say, Spot, Story};
use std::collections::HashMap;
use std::ops::Range;

/// What kind of file the grid came from; decides how a position is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A spreadsheet: `x0` is the column.
    Sheet,
    /// A delimited text file: `x0` is the column.
    Csv,
    /// Pages of positioned text: `x0..x1` in tenths of a point.
    Pages,
    /// Lines of text: `x0..x1` in display columns.
    Lines,
    /// A tree of keys and values: `x0` is the column made for a key.
    Tree,
    /// Paragraphs and tables of a word processor: `x0..x1` in display columns outside tables, in
    /// [`COLUMN`]s of a table inside.
    Docx,
    /// Tables of a web page: `x0` is the column.
    Html,
}

/// The width of a table's column in a [`Layout::Docx`] grid.
pub const COLUMN: u32 = 100;

/// Where a row of a written document comes from; all 0-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Paragraph { story: Story, paragraph: u32 },
    Row { story: Story, table: u32, row: u32 },
}

/// What a cell holds besides its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    Text,
    /// A stored number: a leading zero may have been lost.
    Number,
    /// A date stored as a serial; its text is the ISO form.
    Date,
    Bool,
    /// `#REF!` and its kin.
    Error,
    /// A formula whose value was never stored.
    NoValue,
    /// Made by us to name what follows (a key of a tree), not a value.
    Key,
}

/// What the eye sees of a cell besides its text; a byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u8);

impl Marks {
    pub const NONE: Marks = Marks(0);
    /// A line goes through all of it: somebody took it back.
    pub const STRUCK: Marks = Marks(1);
    /// A line went through a part of it; the text is what is left, the part is an [`Aside`].
    pub const PARTLY_STRUCK: Marks = Marks(2);
    /// Nobody sees it: written in white.
    pub const UNSEEN: Marks = Marks(4);
    /// Read from a picture by somebody's program, not from text.
    pub const RECOGNISED: Marks = Marks(8);
    /// The text is what the number format shows; what is stored stands in [`Grid::stored`].
    pub const FORMATTED: Marks = Marks(16);
    /// A picture stands where a value should.
    pub const PICTURE: Marks = Marks(32);
    /// A number of more digits than its cell can keep.
    pub const DIGITS_LOST: Marks = Marks(64);

    pub fn has(self, mark: Marks) -> bool {
        self.0 & mark.0 != 0
    }

    #[must_use]
    pub fn with(self, mark: Marks) -> Marks {
        Marks(self.0 | mark.0)
    }

    /// Marks with which a text counts for nothing until somebody has looked at it.
    pub fn takes_back(self) -> bool {
        self.has(Marks::STRUCK) || self.has(Marks::UNSEEN) || self.has(Marks::PICTURE)
    }
}

/// What stands on a paper and in none of its cells.
#[derive(Clone, Debug)]
pub struct Aside {
    pub what: AsideKind,
    /// The cell, page or line it belongs to.
    pub spot: Spot,
    pub text: String,
}

/// What an [`Aside`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AsideKind {
    /// A note or comment pinned to a cell or a passage.
    Comment,
    TextBox,
    PageHeader,
    PageFooter,
    /// A stamp, a typewritten remark or a drawing put on a page.
    Annotation,
    /// Text turned or far larger than what stands around it: a watermark, a stamp.
    Watermark,
    /// The part of a cell's text that is struck out.
    StruckPart,
    Picture,
    /// Text beyond the visible edge of the page.
    OutsidePage,
    /// Text in no colour, or under a picture.
    Unseen,
    /// A red seal in the picture of a page, with what could be read of it.
    Seal,
    /// What stands in the picture of a page and was not read.
    Unread,
}

impl AsideKind {
    /// Whether it stands on the printed page: what a stamp there says, the paper says.
    pub fn is_printed(self) -> bool {
        match self {
            AsideKind::TextBox
            | AsideKind::PageHeader
            | AsideKind::PageFooter
            | AsideKind::Annotation
            | AsideKind::Watermark
            | AsideKind::Seal => true,
            AsideKind::Comment
            | AsideKind::StruckPart
            | AsideKind::Picture
            | AsideKind::OutsidePage
            | AsideKind::Unseen
            | AsideKind::Unread => false,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            AsideKind::Comment => "comment",
            AsideKind::TextBox => "text-box",
            AsideKind::PageHeader => "page-header",
            AsideKind::PageFooter => "page-footer",
            AsideKind::Annotation => "annotation",
            AsideKind::Watermark => "watermark",
            AsideKind::StruckPart => "struck-part",
            AsideKind::Picture => "picture",
            AsideKind::OutsidePage => "outside-page",
            AsideKind::Unseen => "unseen",
            AsideKind::Seal => "seal",
            AsideKind::Unread => "unread",
        }
    }

    /// What it is, for a sentence.
    pub fn says(self) -> Say {
        let (en, zh) = match self {
            AsideKind::Comment => ("a note", "批注"),
            AsideKind::TextBox => ("a text box", "文本框"),
            AsideKind::PageHeader => ("the page header", "页眉"),
            AsideKind::PageFooter => ("the page footer", "页脚"),
            AsideKind::Annotation => ("an annotation", "注释"),
            AsideKind::Watermark => ("text across the page", "横贯页面的文字"),
            AsideKind::StruckPart => ("text that is struck out", "划掉的文字"),
            AsideKind::Picture => ("a picture", "图片"),
            AsideKind::OutsidePage => ("text outside the visible page", "页面可见范围之外的文字"),
            AsideKind::Unseen => ("text that nobody sees", "看不见的文字"),
            AsideKind::Seal => ("a red seal", "红色印章"),
            AsideKind::Unread => ("a part that was not read", "未能识读之处"),
        };
        Say::new(en, zh)
    }
}

/// One cell: a range of the arena, its horizontal extent, its kind, what the eye sees of it.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    pub start: u32,
    pub len: u32,
    pub x0: u32,
    pub x1: u32,
    pub kind: CellKind,
    pub marks: Marks,
}

/// One row: where its cells begin, its number, and the page (or physical line) it stands on.
#[derive(Clone, Copy, Debug)]
pub struct GridRow {
    pub first: u32,
    pub number: u32,
    pub aux: u32,
}

/// A merged range of a sheet, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merge {
    pub top: u32,
    pub left: u32,
    pub bottom: u32,
    pub right: u32,
}

/// A cell that belongs to several rows of a printed table: its grid rows, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowSpan {
    pub cell: u32,
    pub first: u32,
    pub last: u32,
}

/// Rows of cells over one text arena.
#[derive(Clone, Debug)]
pub struct Grid {
    pub layout: Layout,
    pub text: String,
    pub rows: Vec<GridRow>,
    pub cells: Vec<Cell>,
    pub merges: Vec<Merge>,
    /// For pages: cells whose ruled box reaches over several rows.
    pub spans: Vec<RowSpan>,
    /// For trees: the pointer of each cell, by cell index.
    pub pointers: Vec<Box<str>>,
    /// For written documents: where each row comes from, by row index. Their rows are numbered
    /// through, and `aux` is 0 outside tables, else the number of the table counted from 1.
    pub origins: Vec<Origin>,
    /// For written documents: how many columns each table has, by `aux - 1`.
    pub table_columns: Vec<u32>,
    /// What stands beside the cells: notes, text boxes, page heads, stamps.
    pub asides: Vec<Aside>,
    /// Its numbers have a decimal comma: `1.500,00`.
    pub decimal_comma: bool,
    /// For cells that show something else than they store: cell and stored value, in order.
    pub stored: Vec<(u32, Box<str>)>,
    /// For cells read from a picture by a program: how, in order.
    pub recognised: Vec<(u32, Recognised)>,
}

impl Grid {
    pub fn new(layout: Layout) -> Grid {
        Grid {
            layout,
            text: String::new(),
            rows: Vec::new(),
            cells: Vec::new(),
            merges: Vec::new(),
            spans: Vec::new(),
            pointers: Vec::new(),
            origins: Vec::new(),
            table_columns: Vec::new(),
            asides: Vec::new(),
            stored: Vec::new(),
            recognised: Vec::new(),
            decimal_comma: false,
        }
    }

    /// Opens a row; the cells pushed next belong to it.
    pub fn push_row(&mut self, number: u32, aux: u32) {
        let first = index(self.cells.len());
        self.rows.push(GridRow { first, number, aux });
    }

    /// Adds a cell to the open row. Returns false when the arena is full.
    pub fn push_cell(&mut self, text: &str, x0: u32, x1: u32, kind: CellKind) -> bool {
        let (Ok(start), Ok(len)) = (u32::try_from(self.text.len()), u32::try_from(text.len()))
        else {
            return false;
        };
        if start.checked_add(len).is_none() {
            return false;
        }
        self.text.push_str(text);
        self.cells.push(Cell {
            start,
            len,
            x0,
            x1,
            kind,
            marks: Marks::NONE,
        });
        true
    }

    /// Adds marks to the cell pushed last.
    pub fn mark_last(&mut self, marks: Marks) {
        if let Some(cell) = self.cells.last_mut() {
            cell.marks = cell.marks.with(marks);
        }
    }

    /// Says what the cell pushed last stores, where it shows something else.
    pub fn store_last(&mut self, stored: &str) {
        let cell = index(self.cells.len().saturating_sub(1));
        self.stored.push((cell, stored.into()));
        self.mark_last(Marks::FORMATTED);
    }

    /// What a cell stores, where it shows something else.
    pub fn stored_of(&self, cell: u32) -> Option<&str> {
        let found = self.stored.binary_search_by_key(&cell, |(c, _)| *c).ok()?;
        self.stored.get(found).map(|(_, text)| &**text)
    }

    /// Says how the cell pushed last was read from a picture.
    pub fn recognise_last(&mut self, how: Recognised) {
        let cell = index(self.cells.len().saturating_sub(1));
        self.recognised.push((cell, how));
        self.mark_last(Marks::RECOGNISED);
    }

    /// Whether some of it was read from a picture by a program.
    pub fn is_pictured(&self) -> bool {
        self.cells.iter().any(|c| c.marks.has(Marks::RECOGNISED))
    }

    /// How a cell was read from a picture.
    pub fn recognised_of(&self, cell: u32) -> Option<&Recognised> {
        let found = self
            .recognised
            .binary_search_by_key(&cell, |(c, _)| *c)
            .ok()?;
        self.recognised.get(found).map(|(_, how)| how)
    }

    /// What stands beside the cells, numbered on after them: a field may be a part of it.
    pub fn beside(&self, cell: usize) -> Option<&Aside> {
        self.asides.get(cell.checked_sub(self.cells.len())?)
    }

    /// What the eye sees of a cell.
    pub fn marks_of(&self, cell: usize) -> Marks {
        self.cells.get(cell).map_or(Marks::NONE, |c| c.marks)
    }

    /// The indexes of the cells of a row.
    pub fn row_cells(&self, row: usize) -> std::ops::Range<usize> {
        let first = self.rows.get(row).map_or(0, |r| r.first as usize);
        let end = self
            .rows
            .get(row + 1)
            .map_or(self.cells.len(), |r| r.first as usize);
        first..end.max(first)
    }

    /// The text of a range of the arena.
    pub fn slice(&self, start: u32, len: u32) -> &str {
        let start = start as usize;
        self.text.get(start..start + len as usize).unwrap_or("")
    }

    /// The merged range a cell is the first of; the ranges of a document that was understood are in
    /// order.
    pub fn merge_of(&self, cell: usize) -> Option<&Merge> {
        if self.merges.is_empty() {
            return None;
        }
        let c = self.cells.get(cell)?;
        let row = self.rows.get(self.row_of(cell))?.number;
        let found = self
            .merges
            .binary_search_by_key(&(row, c.x0), |m| (m.top, m.left));
        self.merges.get(found.ok()?)
    }

    /// The text of a cell.
    pub fn cell_text(&self, cell: usize) -> &str {
        super::work::steps(1);
        self.cells
            .get(cell)
            .map_or("", |c| self.slice(c.start, c.len))
    }

    /// The row a cell stands in.
    pub fn row_of(&self, cell: usize) -> usize {
        let cell = index(cell);
        self.rows
            .partition_point(|row| row.first <= cell)
            .saturating_sub(1)
    }

    /// The position of a cell.
    pub fn spot(&self, cell: usize) -> Spot {
        if let Some(aside) = self.beside(cell) {
            return aside.spot.clone();
        }
        let Some(row) = self.rows.get(self.row_of(cell)) else {
            return Spot::Whole;
        };
        let Some(c) = self.cells.get(cell) else {
            return Spot::Whole;
        };
        match self.layout {
            Layout::Sheet => Spot::Cell {
                row: row.number,
                col: c.x0,
            },
            Layout::Csv => Spot::CsvCell {
                row: row.number,
                col: c.x0,
                line: row.aux,
            },
            Layout::Pages => Spot::PageLine {
                page: row.aux,
                line: row.number,
            },
            Layout::Lines => Spot::Line { line: row.number },
            Layout::Tree => self
                .pointers
                .get(cell)
                .map_or(Spot::Whole, |p| Spot::Pointer(p.clone())),
            Layout::Docx => self.written(cell, c.x0 / COLUMN),
            Layout::Html => self.written(cell, c.x0),
        }
    }

    /// The position of a cell of a written document.
    fn written(&self, cell: usize, col: u32) -> Spot {
        match self.origins.get(self.row_of(cell)) {
            Some(&Origin::Paragraph { story, paragraph }) => Spot::Paragraph { story, paragraph },
            Some(&Origin::Row { story, table, row }) => Spot::TableCell {
                story,
                table,
                row,
                col,
            },
            None => Spot::Whole,
        }
    }

    /// A row's number as a person counts it: of the sheet, the page, the table, the paragraphs.
    pub fn row_shown(&self, row: usize) -> u32 {
        match self.origins.get(row) {
            Some(Origin::Paragraph { paragraph, .. }) => paragraph + 1,
            Some(Origin::Row { row, .. }) => row + 1,
            None => self.rows.get(row).map_or(0, |r| r.number + 1),
        }
    }

    /// For written documents: which table a row stands in, 0 for none. The other layouts do not
    /// say where a table begins.
    pub fn table_of(&self, row: usize) -> Option<u32> {
        match self.layout {
            Layout::Docx | Layout::Html => self.rows.get(row).map(|r| r.aux),
            _ => None,
        }
    }

    /// True when two rows stand in the same table, both outside tables, or nobody can tell.
    pub fn together(&self, a: usize, b: usize) -> bool {
        self.table_of(a) == self.table_of(b)
    }

    /// True when the columns of a row are given by the file and not by how it is printed.
    pub fn has_columns(&self, row: usize) -> bool {
        match self.layout {
            Layout::Sheet | Layout::Csv | Layout::Tree | Layout::Html => true,
            Layout::Docx => self.table_of(row).is_some_and(|table| table > 0),
            Layout::Pages | Layout::Lines => false,
        }
    }

    /// The rows of a range of pages, as a grid of their own.
    pub fn pages(&self, wanted: Range<u32>) -> Grid {
        let on = |number: &usize| {
            self.rows
                .get(*number)
                .is_some_and(|r| wanted.contains(&r.aux))
        };
        let mut part = self.part((0..self.rows.len()).filter(on));
        let here =
            |a: &&Aside| matches!(a.spot, Spot::PageLine { page, .. } if wanted.contains(&page));
        part.asides = self.asides.iter().filter(here).cloned().collect();
        part
    }

    /// Some rows, in their order, as a grid of their own; what stands beside the cells is left out.
    pub fn part(&self, rows: impl Iterator<Item = usize>) -> Grid {
        let mut part = Grid::new(self.layout);
        part.decimal_comma = self.decimal_comma;
        part.table_columns.clone_from(&self.table_columns);
        let mut moved: HashMap<u32, u32> = HashMap::new();
        let mut first_row = None;
        let mut last_row = 0;
        for number in rows {
            let Some(row) = self.rows.get(number) else {
                continue;
            };
            first_row = first_row.or(Some(index(number)));
            last_row = index(number);
            part.push_row(row.number, row.aux);
            part.origins.extend(self.origins.get(number).copied());
            for cell in self.row_cells(number) {
                if let Some(c) = self.cells.get(cell) {
                    moved.insert(index(cell), index(part.cells.len()));
                    part.push_cell(self.cell_text(cell), c.x0, c.x1, c.kind);
                    part.mark_last(c.marks);
                    part.pointers.extend(self.pointers.get(cell).cloned());
                }
            }
        }
        let stored = self.stored.iter();
        let stored = stored.filter_map(|(cell, text)| Some((*moved.get(cell)?, text.clone())));
        part.stored = stored.collect();
        let numbers: Vec<u32> = part.rows.iter().map(|r| r.number).collect();
        let (top, bottom) = (numbers.iter().min(), numbers.iter().max());
        let inside = |m: &&Merge| Some(&m.top) >= top && Some(&m.top) <= bottom;
        if self.layout != Layout::Pages {
            part.merges = self.merges.iter().filter(inside).copied().collect();
        }
        let first_row = first_row.unwrap_or(0);
        for span in &self.spans {
            let cell = moved.get(&span.cell);
            if let (Some(cell), true) = (cell, span.first >= first_row && span.last <= last_row) {
                part.spans.push(RowSpan {
                    cell: *cell,
                    first: span.first - first_row,
                    last: span.last - first_row,
                });
            }
        }
        part
    }

    /// A row as one line of text, cells joined by a space.
    pub fn row_text(&self, row: usize) -> String {
        let mut line = String::new();
        for cell in self.row_cells(row) {
            let text = self.cell_text(cell).trim();
            if text.is_empty() {
                continue;
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(text);
        }
        line
    }

    /// True when rows are printed lines rather than records.
    pub fn is_prose(&self) -> bool {
        matches!(self.layout, Layout::Pages | Layout::Lines | Layout::Docx)
    }
}

/// A position as stored; saturates instead of wrapping (readers stop long before).
pub fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
