//! The account of a paper: every mark ends as a value, a label, a title, a total, a note, furniture,
//! something struck out, or unexplained. By construction: there is one entry a cell.

use super::recognise::View;
use super::table::is_in_brackets;
use crate::model::{Account, Document, FieldId, Understood};
use crate::normalize::pages;
use std::collections::HashSet;

/// A text of so many characters that is no value and no label is a remark.
const REMARK: usize = 16;

/// What each cell was taken for.
pub fn of(
    document: &Document,
    view: &View<'_>,
    understood: &Understood,
    labels: &[usize],
) -> Vec<Account> {
    let grid = &document.grid;
    let mut account: Vec<Account> = (0..grid.cells.len())
        .map(|cell| without_reading(document, cell).unwrap_or(Account::Unexplained))
        .collect();
    let mut set = |cell: usize, what: Account| {
        if let Some(slot) = account.get_mut(cell) {
            let free = matches!(slot, Account::Unexplained | Account::Furniture);
            let gone = matches!(slot, Account::Struck | Account::Blank);
            if free || what == Account::Value && !gone {
                *slot = what;
            }
        }
    };
    for field in understood.header.fields.iter().chain(&understood.fields) {
        set(field.cell as usize, Account::Value);
    }
    for record in &understood.totals {
        for cell in grid.row_cells(record.row as usize) {
            set(cell, Account::Total);
        }
    }
    let headings = understood.columns.iter().map(|(_, cell)| *cell);
    for cell in headings.chain(labels.iter().copied()) {
        set(cell, Account::Label);
    }
    for left in &understood.left_out {
        let what = match left.reason {
            "total" => Account::Total,
            "heading again" => Account::Label,
            "another table" => continue,
            _ => Account::Note,
        };
        for cell in grid.row_cells(left.row) {
            set(cell, what);
        }
    }
    for title in understood.title.into_iter().chain(view.stated_kind) {
        set(title, Account::Title);
    }
    if let Some(key) = view.stated_kind.and_then(|c| c.checked_sub(1)) {
        set(key, Account::Label);
    }
    let open: HashSet<usize> = understood.open.iter().map(|o| o.cell).collect();
    let first_record = understood.records.first().map(|r| r.row as usize);
    let mut records = understood.records.iter().peekable();
    for row in 0..grid.rows.len() {
        let mut in_table = false;
        while let Some(record) = records.next_if(|r| r.row as usize <= row) {
            in_table |= record.row as usize == row;
        }
        if in_table || understood.header_row == Some(row) {
            continue;
        }
        let filled = |c: &usize| !grid.cell_text(*c).trim().is_empty();
        let cells: Vec<usize> = grid.row_cells(row).filter(filled).collect();
        let alone = cells.len() == 1;
        let above = first_record.is_none_or(|first| row < first);
        for cell in cells.iter().filter(|cell| !open.contains(cell)) {
            let text = grid.cell_text(*cell).trim();
            if view.hits(*cell).is_some() {
                // A label without a value.
                set(*cell, Account::Label);
            } else if alone && above && !text.contains([':', '：']) {
                set(*cell, Account::Furniture);
            } else if alone || text.chars().count() >= REMARK || is_in_brackets(text) {
                set(*cell, Account::Note);
            }
        }
    }
    for (cell, what) in account.iter_mut().enumerate() {
        let mark = || Some(grid.cell_text(cell).trim()).filter(|text| text.len() < 60);
        if *what == Account::Unexplained && mark().and_then(pages::mark).is_some() {
            *what = Account::Furniture;
        }
    }
    account
}

/// The account of a paper that is set aside or of no kind: a remark as a whole; that is said of it.
pub fn aside(document: &Document) -> Vec<Account> {
    let cells = 0..document.grid.cells.len();
    cells
        .map(|cell| without_reading(document, cell).unwrap_or(Account::Note))
        .collect()
}

/// What a cell is for whatever paper it stands on.
fn without_reading(document: &Document, cell: usize) -> Option<Account> {
    let grid = &document.grid;
    if grid.marks_of(cell).takes_back() {
        Some(Account::Struck)
    } else if grid.cell_text(cell).trim().is_empty() {
        Some(Account::Blank)
    } else {
        None
    }
}

/// The fields that decide what a paper of a kind says: what is open and may be one of them is said.
pub fn telling(document: &Document, needed: &[FieldId]) -> Vec<(usize, Vec<FieldId>)> {
    let understood = &document.understood;
    let taken = |id: &FieldId| {
        understood.header.get(*id).is_some() || understood.columns.iter().any(|(f, _)| f == id)
    };
    let open = understood.open.iter().filter_map(|open| {
        let may_be: Vec<FieldId> = (open.may_be)
            .iter()
            .copied()
            .filter(|f| needed.contains(f) && !taken(f))
            .collect();
        (!may_be.is_empty()).then_some((open.cell, may_be))
    });
    open.collect()
}
