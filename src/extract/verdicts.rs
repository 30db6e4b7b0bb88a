//! Test items that stand outside a headed table: a line whose last piece is a verdict, or
//! `甲醛：合格`; and registers with one column per item.

use crate::model::{Cell, Document, Field, FieldId, Record, Understood, Words};
use crate::normalize::verdict;

/// Adds the items a report names outside its tables, and the item columns of a register.
pub fn fill(document: &Document, words: &Words, understood: &mut Understood) {
    if document.grid.is_prose() {
        prose(document, words, understood);
    }
}

fn prose(document: &Document, words: &Words, understood: &mut Understood) {
    let grid = &document.grid;
    let taken: Vec<u32> = understood.records.iter().map(|r| r.row).collect();
    let labelled: Vec<u32> = understood.header.fields.iter().map(|f| f.cell).collect();
    let mut found: Vec<(usize, Vec<Field>)> = Vec::new();
    for row in 0..grid.rows.len() {
        let number = crate::model::grid::index(row);
        if taken.binary_search(&number).is_ok() {
            continue;
        }
        let cells: Vec<usize> = grid
            .row_cells(row)
            .filter(|c| !grid.cell_text(*c).trim().is_empty())
            .collect();
        if cells
            .iter()
            .any(|c| labelled.contains(&crate::model::grid::index(*c)))
        {
            continue;
        }
        let Some(&last) = cells.last() else { continue };
        if cells.len() > 1
            && let Some(&first) = cells.first()
            && verdict::parse(grid.cell_text(last), words).is_some()
        {
            let mut fields = Vec::new();
            let mut middle = cells.get(1..cells.len() - 1).unwrap_or(&[]);
            // A clause number in front: the item is what follows it.
            let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '§' | ' ' | '-');
            match middle.split_first() {
                Some((item, rest)) if grid.cell_text(first).chars().all(number) => {
                    push(grid.cells.get(first), FieldId::CLAUSE, first, &mut fields);
                    push(grid.cells.get(*item), FieldId::ITEM, *item, &mut fields);
                    middle = rest;
                }
                _ => push(grid.cells.get(first), FieldId::ITEM, first, &mut fields),
            }
            for &cell in middle {
                push(
                    grid.cells.get(cell),
                    FieldId::REQUIREMENT,
                    cell,
                    &mut fields,
                );
            }
            push(grid.cells.get(last), FieldId::VERDICT, last, &mut fields);
            found.push((row, fields));
            continue;
        }
        if let [only] = cells.as_slice() {
            let text = grid.cell_text(*only);
            let split = led_to(text).filter(|(item, rest)| {
                let is_item = !item.trim().is_empty() && item.len() < 160;
                is_item && verdict::parse(rest, words).is_some()
            });
            if let (Some((item, rest)), Some(cell)) = (split, grid.cells.get(*only)) {
                let value = rest.trim_start();
                let offset = crate::model::grid::index(text.len() - value.len());
                let index = crate::model::grid::index(*only);
                found.push((
                    row,
                    vec![
                        Field {
                            id: FieldId::ITEM,
                            cell: index,
                            start: cell.start,
                            len: crate::model::grid::index(item.trim_end().len()),
                        },
                        Field {
                            id: FieldId::VERDICT,
                            cell: index,
                            start: cell.start + offset,
                            len: crate::model::grid::index(value.trim_end().len()),
                        },
                    ],
                ));
            }
        }
    }
    for (row, fields) in found {
        let first = crate::model::grid::index(understood.fields.len());
        let count = crate::model::grid::index(fields.len());
        understood.fields.extend(fields);
        understood.records.push(Record {
            row: crate::model::grid::index(row),
            first,
            count,
        });
        understood.left_out.retain(|l| l.row != row);
    }
    understood.records.sort_by_key(|r| r.row);
}

/// A line before and after the last mark that leads from one to the other: a colon, a dash, an
/// equals sign, a run of hyphens or dots.
fn led_to(text: &str) -> Option<(&str, &str)> {
    let mark = |c: char| matches!(c, ':' | '：' | '—' | '–' | '=' | '…');
    let in_run = |c: char| matches!(c, '-' | '.' | '_' | '·');
    let leads = |c: char| mark(c) || in_run(c);
    let (at, last) = text.char_indices().rev().find(|(_, c)| leads(*c))?;
    let rest = text.get(at + last.len_utf8()..)?;
    let before = text.get(..at + last.len_utf8())?;
    let item = before.trim_end_matches(leads);
    let run = before.get(item.len()..)?;
    (run.chars().any(mark) || run.len() > 1).then_some((item, rest))
}

fn push(cell: Option<&Cell>, id: FieldId, index: usize, fields: &mut Vec<Field>) {
    if let Some(cell) = cell {
        fields.push(Field {
            id,
            cell: crate::model::grid::index(index),
            start: cell.start,
            len: cell.len,
        });
    }
}
