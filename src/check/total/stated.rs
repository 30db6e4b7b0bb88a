//! A totals row agrees with the rows above it.

use crate::check::{Ctx, Detail, Outcome};
use crate::facts::measure::{self, Measure, shown};
use crate::facts::papers;
use crate::facts::totals::{AGAIN, Column, Guessed, Sums, add, heading, is_summed, lines_above};
use crate::facts::why::why;
use crate::link::{Group, Value};
use crate::model::{CellKind, Document, Field, FieldId, Kind, Record};
use std::collections::{BTreeMap, BTreeSet};

/// Every totals row of the folder's documents, judged with its first shipment: a table of many
/// shipments has totals over all of them.
pub fn rows(ctx: &Ctx<'_>) -> Outcome {
    let group = ctx.group;
    let is_first = ctx.shipment.number == 0;
    let mut details = Vec::new();
    let mut any = false;
    for (number, document) in group.documents.iter().enumerate().filter(|_| is_first) {
        let kind = document.understood.kind.as_deref().unwrap_or("");
        let kind = group.vocabulary.kinds.iter().find(|k| k.name == kind);
        let Some(kind) = kind.filter(|k| papers::OF_GOODS.contains(&k.name.as_str())) else {
            continue;
        };
        if document.understood.totals.is_empty() {
            continue;
        }
        any = true;
        let number = crate::model::grid::index(number);
        details.extend(document_rows(group, number, document, kind));
    }
    match any {
        true => Outcome::judged(details, ctx.declaration()),
        false => Outcome::nothing(why!("no-totals-stated")),
    }
}

fn document_rows(group: &Group<'_>, number: u32, document: &Document, kind: &Kind) -> Vec<Detail> {
    let understood = &document.understood;
    let mut columns: BTreeMap<FieldId, Column> = BTreeMap::new();
    let mut seen: BTreeSet<(FieldId, &str)> = BTreeSet::new();
    let mut details = Vec::new();
    let mut records = understood.records.iter().enumerate().peekable();
    let again = understood.left_out.iter().filter(|l| l.reason == AGAIN);
    let mut again = again.map(|l| l.row).peekable();
    let value = |field: Field| Value {
        document: number,
        field,
    };
    for total in &understood.totals {
        let after = lines_above(document, total);
        let is_above = |n: usize, r: &Record| after.map_or(r.row < total.row, |lines| n < lines);
        while let Some((nth, record)) = records.next_if(|(n, r)| is_above(*n, r)) {
            while again.next_if(|row| *row < record.row as usize).is_some() {
                columns.values_mut().for_each(|c| c.block = Sums::default());
            }
            let nth = crate::model::grid::index(nth);
            add(
                group,
                kind,
                (number, nth),
                document,
                record,
                &mut columns,
                &mut seen,
            );
        }
        let guessed = document
            .grid
            .is_prose()
            .then(|| Guessed::new(document, total, &columns));
        let mut judged: Vec<FieldId> = Vec::new();
        for field in understood.record_fields(total) {
            let Some(column) = columns.get(&field.id).filter(|_| is_summed(kind, field.id)) else {
                continue;
            };
            judged.push(field.id);
            let at = value(*field);
            let known = group.cell_kind(&at) != CellKind::NoValue;
            let Some(stated) = measure::read(group, &at, None).filter(|_| known) else {
                continue;
            };
            let raw = document.raw(field).trim();
            let heading = heading(document, field.id);
            let subject = format!("document d{}", number + 1);
            let unlike = Measure {
                value: 0.0,
                unit: column.unit.clone(),
            };
            let unclear = column
                .unclear
                .or(column.last.filter(|_| !stated.is_like(&unlike)));
            // A bare sum over several units is no sum, and nothing against the rows either.
            let bare = !column.unread && column.is(stated.value);
            if let Some(cell) = unclear.filter(|_| !bare) {
                let cell = value(cell);
                let what = why!("total-not-comparable";
                    total = raw, heading, trim = group.raw(&cell).trim());
                let detail = Detail::unknown(what, at).subject(subject).found(raw);
                details.push(detail.related(cell));
                continue;
            }
            let hidden = guessed.as_ref().is_some_and(|g| g.hides(stated.value));
            if column.is(stated.value) || hidden {
                continue;
            }
            let sum = shown(column.part.plain);
            let what = why!("total-differs"; total = raw, heading, sum);
            let mut detail = Detail::fail(what, at)
                .subject(subject)
                .found(raw)
                .expected(sum);
            if let Some(last) = column.last {
                detail = detail.related(value(last));
            }
            details.push(detail.if_whole(group.is_whole(number)));
        }
        for id in judged {
            if let Some(column) = columns.get_mut(&id) {
                column.part = Sums::default();
            }
        }
    }
    details
}
