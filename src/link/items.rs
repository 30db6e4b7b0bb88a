//! The items of a report: rows of its tables, a list in a register's cell, a register's columns.

use super::reports::{Item, range};
use super::{Group, Value};
use crate::model::{FieldId, ItemVerdict, grid::index};
use crate::normalize::verdict;

/// The items of a paper's tables.
pub fn of_paper(group: &Group<'_>, document: u32) -> Vec<Item> {
    let records = group
        .document(document)
        .map_or(0, |d| d.understood.records.len());
    let records = 0..index(records);
    let mut items: Vec<Item> = records
        .filter_map(|r| of_record(group, document, r))
        .collect();
    judged_by_result(group, document, &mut items);
    find_blanks(group, document, &mut items);
    settle_ticks(group, &mut items);
    items
}

fn of_record(group: &Group<'_>, document: u32, record: u32) -> Option<Item> {
    let get = |id| group.record(document, record, id);
    // In a table of requirement and result, the requirement names the item. Where several cells
    // stand under that heading, the wordiest does.
    let wordiest = |id| {
        group.record_all(document, record, id).max_by_key(|v| {
            let letters = group.raw(v).chars().filter(|c| c.is_alphabetic());
            letters.count()
        })
    };
    let name = wordiest(FieldId::ITEM)
        .or_else(|| wordiest(FieldId::REQUIREMENT))
        .or_else(|| get(FieldId::CLAUSE))?;
    let words = &group.vocabulary.words;
    // A row somebody struck out says nothing any more.
    let back = |v: &Value| group.is_taken_back(v) || group.is_taken_back(&name);
    let parse = |v: &Value| verdict::parse(group.raw(v), words).filter(|_| !back(v));
    // `N/A` says that nothing stands there anywhere but here, where it is a verdict.
    let read = get(FieldId::VERDICT).filter(|v| parse(v).is_some());
    let stated = read.or_else(|| get(FieldId::VERDICT).and_then(|v| group.stated(v)));
    let result = get(FieldId::RESULT).filter(|v| parse(v).is_some());
    let verdict = stated.filter(|v| parse(v).is_some()).or(result).or(stated);
    // A pass in the column of results says nothing beside a verdict that was not understood.
    let doubted = stated.is_some_and(|v| verdict::is_word(group.raw(&v)) && parse(&v).is_none());
    let parsed = verdict.as_ref().and_then(parse);
    let unread = doubted && parsed == Some(ItemVerdict::Pass);
    Some(Item {
        name,
        clause: get(FieldId::CLAUSE),
        parsed: parsed.filter(|_| !unread),
        verdict: if unread { stated } else { verdict },
        record: Some(record),
        blank: false,
    })
}

/// Where the column of results holds the verdicts, a word there that is none is an unread verdict.
fn judged_by_result(group: &Group<'_>, document: u32, items: &mut [Item]) {
    let in_results = |i: &Item| i.verdict.is_some_and(|v| v.field.id == FieldId::RESULT);
    let judged = items.iter().filter(|i| in_results(i)).count();
    if judged == 0 || judged * 3 < items.len() * 2 {
        return;
    }
    for item in items.iter_mut().filter(|i| i.verdict.is_none()) {
        let result = item
            .record
            .and_then(|r| group.record(document, r, FieldId::RESULT));
        let result = result.and_then(|v| group.stated(v));
        item.verdict = result.filter(|v| verdict::is_word(group.raw(v)));
    }
}

/// Rows that were tested and have no verdict, where nearly all others have one. Where many have none,
/// one verdict stands for several rows.
fn find_blanks(group: &Group<'_>, document: u32, items: &mut [Item]) {
    let field = |i: &Item, id| i.record.and_then(|r| group.record(document, r, id));
    let judged = |i: &Item| i.verdict.is_some_and(|v| v.field.id == FieldId::VERDICT);
    let count = items.iter().filter(|i| judged(i)).count();
    let blank = |i: &Item| {
        let empty = field(i, FieldId::VERDICT).is_none_or(|v| group.raw(&v).trim().is_empty());
        let tested = field(i, FieldId::RESULT).is_some_and(|v| group.stated(v).is_some());
        i.verdict.is_none() && empty && tested && field(i, FieldId::ITEM).is_some()
    };
    let blanks = items.iter().filter(|i| blank(i)).count();
    if count < 2 || blanks * 4 > count {
        return;
    }
    for item in items.iter_mut() {
        item.blank = blank(item);
    }
}

/// Verdicts that are a tick or a cross and nothing else: where the paper has no words for them, a tick
/// is a pass and a cross a fail. Under a heading that is a verdict itself a tick is that verdict.
pub fn settle_ticks(group: &Group<'_>, items: &mut [Item]) {
    let words = &group.vocabulary.words;
    let ticked = |i: &Item| verdict::bare_tick(group.raw(&i.verdict?));
    let worded = items.iter().any(|i| {
        matches!(i.parsed, Some(ItemVerdict::Pass | ItemVerdict::Fail)) && ticked(i).is_none()
    });
    for item in items.iter_mut().filter(|_| !worded) {
        let Some(tick) = ticked(item) else { continue };
        let heading = item.verdict.and_then(|v| {
            let columns = &group.document(v.document)?.understood.columns;
            let own = columns.iter().find(|(id, _)| *id == v.field.id)?;
            verdict::parse(group.document(v.document)?.grid.cell_text(own.1), words)
        });
        item.parsed = match (heading, tick) {
            (None, true) => Some(ItemVerdict::Pass),
            (None, false) => Some(ItemVerdict::Fail),
            (Some(heading), true) => Some(heading),
            (Some(_), false) => None,
        };
    }
}

/// The items of a register's row: a list `item:verdict; item:verdict`, or columns of verdicts.
pub fn of_row(group: &Group<'_>, document: u32, row: u32, columns: &[usize]) -> Vec<Item> {
    let words = &group.vocabulary.words;
    let mut items = Vec::new();
    if let Some(value) = group.record(document, row, FieldId::ITEMS) {
        let raw = group.raw(&value);
        let mut start = 0;
        let ends = raw
            .char_indices()
            .filter(|(_, c)| matches!(c, ';' | '；' | '\n' | '|'))
            .map(|(at, c)| (at, c.len_utf8()))
            .chain(std::iter::once((raw.len(), 0)));
        for (end, width) in ends {
            let part = raw.get(start..end).unwrap_or("");
            let split = part.rfind([':', '：', '=']);
            let cut = split.and_then(|at| {
                let mark = part.get(at..)?.chars().next()?;
                Some((part.get(..at)?, at + mark.len_utf8()))
            });
            let whole = Item {
                name: range(&value, raw, start, end),
                clause: None,
                verdict: None,
                parsed: None,
                record: Some(row),
                blank: false,
            };
            if let Some((name, from)) = cut {
                let verdict_value = range(&value, raw, start + from, end);
                items.push(Item {
                    name: range(&value, raw, start, start + name.len()),
                    parsed: verdict::parse(group.raw(&verdict_value), words),
                    verdict: Some(verdict_value),
                    ..whole
                });
            } else if !part.trim().is_empty() {
                items.push(whole);
            }
            start = end + width;
        }
    }
    let of_column = |heading: &usize| {
        let (name, verdict) = (
            group.whole_cell(document, *heading, FieldId::ITEM)?,
            below(group, document, row, *heading)?,
        );
        let verdict = group
            .stated(verdict)
            .filter(|v| !group.raw(v).trim().is_empty())?;
        Some(Item {
            name,
            clause: None,
            parsed: verdict::parse(group.raw(&verdict), words),
            verdict: Some(verdict),
            record: Some(row),
            blank: false,
        })
    };
    items.extend(columns.iter().filter_map(of_column));
    items
}

/// Columns of a register that no field claims and that hold verdicts: the heading is the item. A column
/// of words between two of them is one whose verdicts were not understood.
pub fn columns(group: &Group<'_>, document: u32) -> Vec<usize> {
    let Some(doc) = group.document(document) else {
        return Vec::new();
    };
    let words = &group.vocabulary.words;
    let records = 0..index(doc.understood.records.len());
    let texts = |heading: usize| {
        let cells = records
            .clone()
            .filter_map(move |r| below(group, document, r, heading));
        cells
            .map(|v| group.raw(&v).trim())
            .filter(|t| !t.is_empty())
    };
    let holds = |heading: &usize| {
        let read = |t: &str| verdict::parse(t, words).is_some() || verdict::bare_tick(t).is_some();
        texts(*heading).any(read)
    };
    let untaken = &doc.understood.columns_not_taken;
    let sure: Vec<usize> = untaken.iter().copied().filter(holds).collect();
    let place = |heading: usize| doc.grid.cells.get(heading).map(|c| c.x0);
    let (first, last) = (
        sure.iter().filter_map(|h| place(*h)).min(),
        sure.iter().filter_map(|h| place(*h)).max(),
    );
    let doubtful = |heading: &usize| {
        let at = place(*heading);
        let beside = at.is_some_and(|at| {
            first.is_some_and(|f| f <= at + 1) && last.is_some_and(|l| at <= l + 1)
        });
        let known = group.vocabulary.look_up_whole(doc.grid.cell_text(*heading));
        let some = texts(*heading).next().is_some();
        beside && known.is_empty() && some && texts(*heading).all(verdict::is_word)
    };
    let chosen = |h: &usize| sure.contains(h) || sure.len() > 1 && doubtful(h);
    untaken.iter().copied().filter(chosen).collect()
}

/// The cell of a record under a heading.
fn below(group: &Group<'_>, document: u32, record: u32, heading: usize) -> Option<Value> {
    let doc = group.document(document)?;
    let row = doc.understood.records.get(record as usize)?.row as usize;
    let column = doc.grid.cells.get(heading)?.x0;
    let mut cells = doc.grid.row_cells(row);
    let cell = cells.find(|c| doc.grid.cells.get(*c).is_some_and(|c| c.x0 == column))?;
    group.whole_cell(document, cell, FieldId::ITEM)
}
