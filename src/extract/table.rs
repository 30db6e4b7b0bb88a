//! The rows of a table under its heading: records, totals, and what was left out and why.

mod fill_down;
mod totals;

use super::columns::{self, ColumnMap, Header};
use super::recognise::View;
use super::stacked;
use super::values::{self, Shape};
use super::vocabulary::Vocabulary;
use crate::model::{
    Cell, CellKind, Document, Field, FieldId, FieldType, Grid, Kind, KindField, Layout, LeftOut,
    Record, Understood,
};
use crate::normalize::pages;
use crate::normalize::text::fold;
use fill_down::FillDown;
use std::collections::HashSet;
use std::ops::RangeInclusive;

/// A row with so many fields is one of the table, however wide it is.
const WIDE: usize = 4;
/// A look speaks against a field below the one and for it above the other.
const AGAINST: f32 = -2.0;
const FOR: f32 = 0.1;

/// So many columns without a heading are listed.
const MOST_UNHEADED: usize = 40;

/// Reads the table of a document, if it has one.
pub fn read(
    document: &Document,
    view: &View<'_>,
    vocabulary: &Vocabulary,
    number: usize,
    header_row: Option<usize>,
) -> Understood {
    let mut understood = Understood::default();
    let Some(kind) = vocabulary.kinds.get(number) else {
        return understood;
    };
    // A printed paper may have several tables: they are read from the first on.
    let first = if document.grid.is_prose() && header_row.is_some() {
        (0..view.looked)
            .filter(|row| Some(*row) == header_row || looks_like_heading(view, *row, number))
            .find_map(|row| columns::header_at(view, row, number, kind, false))
    } else {
        header_row.and_then(|row| {
            let stated = || columns::stated_header(view, row, number, kind, false);
            columns::header_at(view, row, number, kind, false)
                .or_else(|| Some(stated()).filter(|h| !h.columns.is_empty()))
        })
    };
    let Some(header) = first else {
        return understood;
    };
    understood.header_row = Some(header.row);
    understood.columns = header.named();
    understood.columns_not_taken = header.open.iter().map(|o| o.cell).collect();
    understood.open.clone_from(&header.open);
    let reasons = header.columns.iter().map(|c| (c.field, c.score, c.margin));
    understood.margins = reasons.collect();
    let grid = &document.grid;
    let map = ColumnMap::new(grid, &header);
    let mut reader = Reader::new(grid, kind, vocabulary, map, understood);
    reader.heading = heading_text(grid, header.row);
    reader.heading_row = header.row;
    reader.labelled = labelled_rows(view, number, kind, header.row..=header.last);
    reader.rows(view, number, &header);
    for beside in columns::beside(view, &header, number, kind) {
        reader.new_table(&beside);
        reader.rows(view, number, &beside);
    }
    reader.understood.records.sort_by_key(|r| r.row);
    reader.understood
}

/// Reads all rows of a document under the columns of another.
pub fn carry_on(
    document: &Document,
    vocabulary: &Vocabulary,
    kind: &Kind,
    map: ColumnMap,
) -> Understood {
    let mut reader = Reader::new(&document.grid, kind, vocabulary, map, Understood::default());
    for row in 0..document.grid.rows.len() {
        reader.row(row);
    }
    reader.understood
}

impl<'a> Reader<'a> {
    fn new(
        grid: &'a Grid,
        kind: &'a Kind,
        vocabulary: &'a Vocabulary,
        map: ColumnMap,
        understood: Understood,
    ) -> Reader<'a> {
        Reader {
            grid,
            kind,
            vocabulary,
            map,
            merges: FillDown::new(grid),
            understood,
            heading: Vec::new(),
            heading_row: 0,
            keys_since: false,
            scratch: Vec::new(),
            unheaded: Vec::new(),
            after_total: false,
            labelled: HashSet::new(),
            total_starts: totals::starts(vocabulary),
            plain: true,
            plain_row: None,
            several_rows: None,
            beside: false,
        }
    }

    /// Reads the rows below a heading to the end of the grid.
    fn rows(&mut self, view: &View<'_>, number: usize, header: &Header) {
        let (grid, kind) = (self.grid, self.kind);
        let mut row = header.last + 1;
        while row < grid.rows.len() {
            // Documents that were searched whole may have a second table with another heading.
            if row < view.looked
                && row > header.last
                && looks_like_heading(view, row, number)
                && let Some(next) = columns::again(view, row, header)
                    .or_else(|| columns::header_at(view, row, number, kind, false))
            {
                self.new_heading(&next);
                row = next.last + 1;
                continue;
            }
            self.row(row);
            row += 1;
        }
    }

    /// A table beside the one that was read.
    fn new_table(&mut self, header: &Header) {
        self.map = ColumnMap::new(self.grid, header);
        self.merges = FillDown::new(self.grid);
        self.heading = heading_text(self.grid, header.row);
        self.heading_row = header.row;
        self.after_total = false;
        self.beside = true;
    }
}

/// A cheap look before the full one: two cells of the row name fields of the kind, and it stands
/// like a heading.
fn looks_like_heading(view: &View<'_>, row: usize, number: usize) -> bool {
    let mut named = view
        .grid
        .row_cells(row)
        .filter(|c| view.field_of(*c, number).is_some());
    named.nth(1).is_some() && columns::stands_like_heading(view, row)
}

fn heading_text(grid: &Grid, row: usize) -> Vec<(u32, String)> {
    grid.row_cells(row)
        .filter_map(|c| {
            let cell = grid.cells.get(c)?;
            let text = grid.cell_text(c).trim();
            (!text.is_empty()).then(|| (cell.x0, text.to_string()))
        })
        .collect()
}

struct Reader<'a> {
    grid: &'a Grid,
    kind: &'a Kind,
    vocabulary: &'a Vocabulary,
    map: ColumnMap,
    merges: FillDown,
    understood: Understood,
    heading: Vec<(u32, String)>,
    heading_row: usize,
    /// A row of keys has come since: in a tree they begin something else.
    keys_since: bool,
    scratch: Vec<Field>,
    /// The row's values under no heading: cell and column.
    unheaded: Vec<(usize, u32)>,
    after_total: bool,
    /// Printed lines with a label of the header: running heads and feet, not records.
    labelled: HashSet<usize>,
    /// The characters totals words begin with.
    total_starts: String,
    /// The row holds no ditto mark and no totals word.
    plain: bool,
    /// The last record's row, if it was plain: what is said again below it needs no second look.
    plain_row: Option<usize>,
    /// Whether one record takes several rows, as on the printed form; looked at when it matters.
    several_rows: Option<bool>,
    /// A further table beside the first is read: its rows were looked at already.
    beside: bool,
}

/// The printed rows in which a label of the kind's header has its value beside it.
fn labelled_rows(
    view: &View<'_>,
    number: usize,
    kind: &Kind,
    heading: RangeInclusive<usize>,
) -> HashSet<usize> {
    if !view.grid.is_prose() {
        return HashSet::new();
    }
    let of_header = |pair: &&super::labels::Pair| {
        let field = pair.field_for(number).and_then(|f| kind.field(f));
        // A heading over the row is no label of it.
        let label = pair.label.as_ref().map(|l| view.grid.row_of(l.cell));
        let over = label.is_some_and(|row| heading.contains(&row));
        !pair.below && !over && field.is_some_and(|f| f.in_header && !f.in_rows)
    };
    let rows = view.pairs.iter().filter(of_header).map(|p| p.row);
    rows.collect()
}

impl Reader<'_> {
    fn new_heading(&mut self, header: &Header) {
        self.map = ColumnMap::new(self.grid, header);
        self.merges.headed();
        self.heading = heading_text(self.grid, header.row);
        self.heading_row = header.row;
        self.keys_since = false;
        for (field, cell) in header.named() {
            if !self.understood.columns.iter().any(|(f, _)| *f == field) {
                self.understood.columns.push((field, cell));
            }
        }
        self.after_total = false;
        self.leave_out(header.row, "heading again");
    }

    fn leave_out(&mut self, row: usize, reason: &'static str) {
        if self.beside {
            return;
        }
        self.understood.left_out.push(LeftOut { row, reason });
    }

    fn row(&mut self, row: usize) {
        let cells = self.grid.row_cells(row);
        if cells.is_empty() {
            return;
        }
        if let Some(reason) = self.elsewhere(row) {
            self.leave_out(row, reason);
            return;
        }
        self.scratch.clear();
        self.unheaded.clear();
        self.plain = true;
        let mut filled = 0;
        let count = cells.len();
        for (n, index) in cells.enumerate() {
            let Some(cell) = self.grid.cells.get(index) else {
                continue;
            };
            if self.is_blank(cell) {
                continue;
            }
            filled += 1;
            if let Some(id) = self.map.field_at(n, count, cell.x0, cell.x1) {
                let id = self.by_look(id, index);
                if self.is_ditto(n, cell) {
                    self.plain = false;
                    if let Some(above) = self.above(id) {
                        self.scratch.push(above);
                        continue;
                    }
                }
                self.push_values(id, index, cell);
            } else if self.map.is_unheaded(cell.x0) {
                self.unheaded.push((index, cell.x0));
            }
        }
        if filled == 0 {
            return;
        }
        let own = self.scratch.len();
        self.merges
            .fill(self.grid, row, &self.map, self.kind, &mut self.scratch);
        self.one_item(own);
        if self.is_heading_again(row) {
            self.leave_out(row, "heading again");
            return;
        }
        if self.is_total(row) {
            self.push_total(row);
            self.after_total = true;
            return;
        }
        if self.is_unlabelled_total() || self.sums_up() {
            self.push_total(row);
            return;
        }
        let further = !self.could_lack_code() || self.takes_several_rows();
        if !self.begins_record() && further && !self.names_other_goods() {
            if self.carries_on(row) {
                self.append();
            } else {
                self.leave_out(row, "note");
            }
            return;
        }
        if !self.is_record(row, own, filled) {
            self.leave_out(row, "note");
            return;
        }
        if self.after_total && !(self.names_goods() && self.counts()) {
            self.leave_out(row, "after the totals");
            return;
        }
        if self.is_charge() {
            self.leave_out(row, "note");
            return;
        }
        let record = self.store(row);
        self.understood.records.push(record);
        self.plain_row = Some(row).filter(|_| self.plain);
        self.say_unheaded();
    }

    /// Rows under one item number merged over them are one item, unless a further one names other
    /// goods: what is merged is the item's once.
    fn one_item(&mut self, own: usize) {
        let numbered = |f: &Field| f.id == FieldId::LINE_NO;
        let begins = self.kind.record_begins.contains(&FieldId::LINE_NO);
        let filled = self.scratch.split_off(own);
        if !begins || !filled.iter().any(numbered) || self.names_other_goods() {
            self.scratch.extend(filled);
        }
    }

    /// The value of a cell, or its values where it holds several, one under the other.
    fn push_values(&mut self, id: FieldId, index: usize, cell: &Cell) {
        let whole = field(id, index, cell);
        let text = self.grid.slice(cell.start, cell.len);
        let parts = match self.map.stack(id) {
            Some(stack) => stacked::parts(text, stack, self.kind),
            None => match self
                .is_number(id)
                .then(|| stacked::quantities(text))
                .flatten()
            {
                Some(lines) => lines.into_iter().map(|(a, b)| (id, a, b)).collect(),
                None => {
                    self.scratch.push(whole);
                    return;
                }
            },
        };
        let at = |(id, from, to): (FieldId, usize, usize)| Field {
            id,
            start: whole.start + crate::model::grid::index(from),
            len: crate::model::grid::index(to - from),
            ..whole
        };
        self.scratch.extend(parts.into_iter().map(at));
    }

    /// In print a value may reach over the column beside its own: where its look speaks against the
    /// one it lies under and for a neighbour, it is the neighbour's.
    fn by_look(&self, id: FieldId, index: usize) -> FieldId {
        if !self.grid.is_prose() || self.grid.has_columns(self.heading_row) {
            return id;
        }
        let Some(shape) = values::shape(self.grid, index, &self.vocabulary.words) else {
            return id;
        };
        let fit = |id: FieldId| self.kind.field(id).map_or(0.0, |f| values::fit(shape, f));
        // Free text may look like anything.
        let free = self
            .kind
            .field(id)
            .is_none_or(|f| f.field_type == FieldType::Text);
        if free || fit(id) > AGAINST || self.map.stack(id).is_some() {
            return id;
        }
        let better = self.map.neighbours(id).find(|n| fit(*n) >= FOR);
        better.unwrap_or(id)
    }

    /// A mark that stands for what is written above it.
    fn is_ditto(&self, n: usize, cell: &Cell) -> bool {
        let text = self.grid.slice(cell.start, cell.len).trim();
        let may_be = text.len() <= 24 && !text.bytes().any(|b| b.is_ascii_digit());
        may_be && !self.is_as_above(n, cell) && {
            let bare = fold(text.trim_matches(['-', '—', ' ', '.']));
            self.vocabulary
                .words
                .ditto
                .iter()
                .any(|d| *d == bare || *d == text)
        }
    }

    /// The same text at the same place as in the plain row above.
    fn is_as_above(&self, n: usize, cell: &Cell) -> bool {
        let above = self.plain_row.and_then(|row| {
            let cells = self.grid.row_cells(row);
            let index = cells.start + n;
            self.grid.cells.get(index).filter(|_| index < cells.end)
        });
        above.is_some_and(|above| {
            above.x0 == cell.x0
                && above.len == cell.len
                && self.grid.slice(above.start, above.len) == self.grid.slice(cell.start, cell.len)
        })
    }

    /// The value of the record above.
    fn above(&self, id: FieldId) -> Option<Field> {
        let record = self.understood.records.last()?;
        let mut fields = self.understood.record_fields(record).iter();
        fields.find(|f| f.id == id).copied()
    }

    fn is_number(&self, id: FieldId) -> bool {
        let known = self.kind.field(id);
        known.is_some_and(|f| f.field_type.is_number())
    }

    /// Counts the values of a record that stand under no heading.
    fn say_unheaded(&mut self) {
        for (index, x0) in self.unheaded.drain(..) {
            let said = &mut self.understood.unheaded;
            let column = |cell: usize| self.grid.cells.get(cell).map(|c| c.x0);
            let known = said.iter_mut().find(|(cell, _)| column(*cell) == Some(x0));
            if let Some((_, count)) = known {
                *count += 1;
            } else if said.len() < MOST_UNHEADED {
                said.push((index, 1));
            }
        }
    }

    /// Why a row does not stand under the heading, where the file tells: it is no row of a table,
    /// or of another one. In a written document a table without heading that is as wide as this
    /// one carries it on.
    fn elsewhere(&mut self, row: usize) -> Option<&'static str> {
        if self.grid.layout == Layout::Tree {
            let key = |c: usize| {
                self.grid
                    .cells
                    .get(c)
                    .is_some_and(|c| c.kind == CellKind::Key)
            };
            if self.grid.row_cells(row).any(key) {
                self.keys_since = true;
                return Some("note");
            }
            return self.keys_since.then_some("another table");
        }
        let own = self.grid.table_of(row)?;
        let under = self.grid.table_of(self.heading_row)?;
        if own == under {
            return None;
        }
        if own == 0 || under == 0 {
            return Some("note");
        }
        let width = |table: u32| self.grid.table_columns.get(table as usize - 1);
        (width(own) != width(under)).then_some("another table")
    }

    fn is_blank(&self, cell: &Cell) -> bool {
        let text = self.grid.slice(cell.start, cell.len);
        cell.kind != CellKind::NoValue && (text.is_empty() || text.trim().is_empty())
    }

    fn store(&mut self, row: usize) -> Record {
        let first = crate::model::grid::index(self.understood.fields.len());
        self.understood.fields.append(&mut self.scratch);
        let count = crate::model::grid::index(self.understood.fields.len()) - first;
        Record {
            row: crate::model::grid::index(row),
            first,
            count,
        }
    }

    fn push_total(&mut self, row: usize) {
        let record = self.store(row);
        self.understood.totals.push(record);
        self.leave_out(row, "total");
    }

    /// The same texts in the same columns as the heading.
    fn is_heading_again(&self, row: usize) -> bool {
        let mut same = 0;
        for index in self.grid.row_cells(row) {
            let Some(cell) = self.grid.cells.get(index) else {
                continue;
            };
            let text = self.grid.slice(cell.start, cell.len);
            let equal = self
                .heading
                .iter()
                .any(|(x0, heading)| *x0 == cell.x0 && heading == text.trim());
            if !equal {
                return false;
            }
            same += 1;
        }
        same >= 2
    }

    fn names_goods(&self) -> bool {
        self.scratch.iter().any(|f| names_goods(f.id))
    }

    /// A number in a column of numbers.
    fn counts(&self) -> bool {
        let number = |f: &Field| {
            let text = self.grid.slice(f.start, f.len);
            self.is_number(f.id) && text.chars().any(char::is_numeric)
        };
        self.scratch.iter().any(number)
    }

    /// Freight and other charges under the goods: words and an amount, where the goods above have a
    /// code, a price or a number as well.
    fn is_charge(&self) -> bool {
        let of_goods = |id: FieldId| {
            matches!(
                id,
                FieldId::MODEL | FieldId::HS_CODE | FieldId::PRICE | FieldId::QUANTITY
            )
        };
        let only = |f: &Field| {
            let named = matches!(f.id, FieldId::NAME | FieldId::NAME_SPEC);
            named || matches!(f.id, FieldId::AMOUNT | FieldId::CURRENCY)
        };
        let above = self.understood.records.last();
        let above = above.map_or(&[][..], |r| self.understood.record_fields(r));
        self.scratch.iter().all(only)
            && self.scratch.iter().any(|f| f.id == FieldId::AMOUNT)
            && above.iter().filter(|f| of_goods(f.id)).count() > 1
    }

    /// Whether a row that begins no record may be one all the same, its code left blank: it names
    /// goods otherwise, or the table has no other way to name them.
    fn could_lack_code(&self) -> bool {
        let goods = |id| {
            let name = matches!(id, FieldId::NAME | FieldId::NAME_SPEC);
            name || matches!(id, FieldId::MODEL | FieldId::SKU)
        };
        self.scratch.iter().any(|f| goods(f.id)) || !self.map.fields().any(goods)
    }

    /// Whether a row starts a record of its own; in kinds whose records may take several rows it
    /// must have one of the fields a record begins with, holding a number.
    fn begins_record(&self) -> bool {
        let begins = &self.kind.record_begins;
        if !self.map.fields().any(|f| begins.contains(&f)) {
            return true;
        }
        self.scratch
            .iter()
            .filter(|f| begins.contains(&f.id))
            .any(|f| self.begins(f.id, self.grid.slice(f.start, f.len)))
    }

    /// A value with which a record begins: a number that is a number, a code that may be one.
    fn begins(&self, id: FieldId, text: &str) -> bool {
        let numbered = text.chars().any(char::is_numeric);
        let digits = text.bytes().any(|b| b.is_ascii_digit());
        if id != FieldId::LINE_NO && digits && !text.contains(char::is_alphabetic) {
            return true;
        }
        if id == FieldId::LINE_NO {
            return numbered && text.trim().chars().count() <= 8 && !text.contains(['|', '/']);
        }
        let shape = values::shape_of(text.trim(), false, &self.vocabulary.words);
        numbered
            && !matches!(
                shape,
                Shape::Elements | Shape::Text | Shape::Words | Shape::Company
            )
    }

    /// Whether rows that begin no record are the rule: one below most rows that do begin one. Where
    /// they are the exception, they are records whose code or number was left blank.
    fn takes_several_rows(&mut self) -> bool {
        if let Some(known) = self.several_rows {
            return known;
        }
        let begins = &self.kind.record_begins;
        let (mut first, mut further) = (0_usize, 0_usize);
        for row in self.heading_row + 1..self.grid.rows.len() {
            let cells = self.grid.row_cells(row);
            let count = cells.len();
            let filled = cells.enumerate().filter_map(|(n, index)| {
                let cell = self.grid.cells.get(index).filter(|c| !self.is_blank(c))?;
                let id = self.map.field_at(n, count, cell.x0, cell.x1)?;
                Some((id, self.grid.slice(cell.start, cell.len)))
            });
            let (mut own, mut begun) = (0, false);
            for (id, text) in filled {
                own += 1;
                begun |= begins.contains(&id) && self.begins(id, text);
            }
            first += usize::from(begun);
            further += usize::from(!begun && own > 1);
        }
        let several = further * 2 > first;
        self.several_rows = Some(several);
        several
    }

    /// Whether a row names goods in full and the record above does already: a model in a column of
    /// models, or a name and a specification in columns of their own. What carries an item on says
    /// neither a second time.
    fn names_other_goods(&self) -> bool {
        let states = |fields: &[Field]| {
            let has = |id: FieldId| fields.iter().any(|f| f.id == id);
            has(FieldId::MODEL) || has(FieldId::NAME) && has(FieldId::SPEC)
        };
        let above = self.understood.records.last();
        states(&self.scratch)
            && above.is_some_and(|record| states(self.understood.record_fields(record)))
    }

    /// Whether a row that begins no record continues the one above: it stands right under it and
    /// leaves the columns a record begins with empty.
    fn carries_on(&self, row: usize) -> bool {
        let Some(last) = self.understood.records.last() else {
            return false;
        };
        let last_fields = last.first as usize + last.count as usize;
        let near = row.saturating_sub(last.row as usize) <= 4;
        let begins = &self.kind.record_begins;
        near && !self.confirms()
            && !self.after_total
            && last_fields == self.understood.fields.len()
            && !self.scratch.is_empty()
            && !self.scratch.iter().any(|f| begins.contains(&f.id))
    }

    /// Adds the row's fields to the last record.
    fn append(&mut self) {
        let records = &self.understood.records;
        let have = records.last().map(|r| self.understood.record_fields(r));
        // `(USA)` under `美国` is its code, and no other value.
        let has = |id| have.is_some_and(|own| own.iter().any(|f: &Field| f.id == id));
        let coded = |f: &KindField| matches!(f.field_type, FieldType::Country | FieldType::Port);
        let code = |f: &Field| {
            let coded = self.kind.field(f.id).is_some_and(coded);
            coded && has(f.id) && is_in_brackets(self.grid.slice(f.start, f.len))
        };
        self.scratch.retain(|f| !code(f));
        for stack in self.map.stacks() {
            stacked::follow_on(&mut self.scratch, have.unwrap_or(&[]), stack);
        }
        let added = crate::model::grid::index(self.scratch.len());
        self.understood.fields.append(&mut self.scratch);
        if let Some(last) = self.understood.records.last_mut() {
            last.count += added;
        }
    }

    /// Enough of the table's fields to be a row of it: two, or all a narrow table has.
    fn is_record(&self, row: usize, own: usize, filled: usize) -> bool {
        let columns = self.map.fields().count();
        let enough = own >= 2.min(columns);
        if !enough {
            return false;
        }
        // What is printed at the head and foot of a page is no row.
        let marked = |f: &Field| pages::mark(self.grid.slice(f.start, f.len)).is_some();
        if self.grid.is_prose() && self.scratch.iter().any(marked) {
            return false;
        }
        // Nor is a label of the paper with its value, where nothing is counted.
        if self.labelled.contains(&row) && !self.counts() {
            return false;
        }
        if self.grid.is_prose() && self.kind.name == "lab-report" {
            let has = |id: FieldId| self.scratch.iter().any(|f| f.id == id);
            if self.labelled.contains(&row) {
                return false;
            }
            let named = has(FieldId::ITEM) || has(FieldId::CLAUSE) || has(FieldId::REQUIREMENT);
            return named && (has(FieldId::VERDICT) || has(FieldId::RESULT));
        }
        // Where items are numbered, words in the numbers' column begin none.
        let begins = self.kind.record_begins.contains(&FieldId::LINE_NO);
        let worded = |f: &Field| {
            let text = self.grid.slice(f.start, f.len);
            f.id == FieldId::LINE_NO && !text.chars().any(char::is_numeric)
        };
        if begins && !self.begins_record() && self.scratch.iter().any(worded) {
            return false;
        }
        // Labels with their answers stand under the table.
        let labelled = |f: &&Field| {
            let text = self.grid.slice(f.start, f.len);
            text.contains(':') || text.contains('：')
        };
        let labelled = self.scratch.iter().filter(labelled).count();
        if labelled > 0 && labelled * 2 >= own && !self.begins_by_number() {
            return false;
        }
        // Below a printed table stand terms and bank details: goods have a name and a number.
        if self.grid.is_prose() && !self.grid.has_columns(row) && self.map.fields().any(names_goods)
        {
            let numbered = self
                .scratch
                .iter()
                .any(|f| self.is_number(f.id) || f.id == FieldId::HS_CODE);
            let named = self.names_goods();
            if !(named && numbered) && own < 4 {
                return false;
            }
        }
        own >= WIDE || own * 3 >= filled
    }

    /// Confirmations under the table: most of the row's cells end with a colon.
    fn confirms(&self) -> bool {
        let asked = |f: &&Field| {
            let text = self.grid.slice(f.start, f.len).trim_end();
            text.ends_with([':', '：'])
        };
        self.scratch.iter().filter(asked).count() * 2 >= self.scratch.len()
    }

    fn begins_by_number(&self) -> bool {
        let mut fields = self.scratch.iter();
        fields
            .any(|f| f.id == FieldId::LINE_NO && self.begins(f.id, self.grid.slice(f.start, f.len)))
    }
}

/// Whether all of a text stands in brackets.
pub fn is_in_brackets(text: &str) -> bool {
    let text = text.trim();
    let inner = text
        .strip_prefix(['(', '（'])
        .and_then(|t| t.strip_suffix([')', '）']));
    inner.is_some_and(|inner| !inner.contains(['(', '（', ')', '）']))
}

fn names_goods(id: FieldId) -> bool {
    matches!(
        id,
        FieldId::MODEL
            | FieldId::NAME
            | FieldId::NAME_SPEC
            | FieldId::HS_CODE
            | FieldId::SKU
            | FieldId::CARTON_NO
            | FieldId::LINE_NO
            | FieldId::BATCH
            | FieldId::REPORT_NO
    )
}

fn field(id: FieldId, index: usize, cell: &Cell) -> Field {
    Field {
        id,
        cell: crate::model::grid::index(index),
        start: cell.start,
        len: cell.len,
    }
}
