//! What a shipment's papers state in a field, wherever it stands in them.

use super::{Ctx, FieldPath};
use crate::link::{Group, Key, Report, Shipment, Value};
use crate::model::FieldId;
use std::collections::{BTreeSet, HashSet};

/// The values of a field in a shipment's papers of a kind that say something: each spelling once in
/// each paper, in the order of papers and places. Papers that name no shipment are of one only where
/// there is one.
pub fn statements(ctx: &Ctx<'_>, path: &FieldPath) -> Vec<Value> {
    let group = ctx.group;
    let Some(id) = path.id(group) else {
        return Vec::new();
    };
    let all = match path.kind.as_str() {
        "declaration" | "packing-list" => of_shipment(group, ctx.shipment, &path.kind, id),
        "manifest" => Shipment::manifest(group, id).into_iter().collect(),
        "lab-report" => reports(ctx).flat_map(|r| r.all(group, id)).collect(),
        "batch-log" => logged(ctx, id),
        kind => {
            let entries = group.entries(kind).filter(|_| group.shipments.len() == 1);
            entries
                .filter_map(|(document, record)| group.entry(document, record, id))
                .collect()
        }
    };
    let mut seen: HashSet<(u32, &str)> = HashSet::new();
    let mut stated = Vec::new();
    for value in all {
        let said = (value.document, group.raw(&value).trim());
        if !seen.contains(&said)
            && let Some(value) = group.stated(value)
        {
            seen.insert(said);
            stated.push(value);
        }
    }
    stated
}

/// The reports that name a declared model, in order.
pub fn reports<'c>(ctx: &'c Ctx<'_>) -> impl Iterator<Item = &'c Report> + use<'c> {
    let keys: BTreeSet<Key> = ctx.shipment.lines.iter().map(|l| l.key).collect();
    let naming = keys.into_iter().flat_map(|k| ctx.group.reports_naming(k));
    let named: BTreeSet<u32> = naming.map(|(report, _)| *report).collect();
    let reports = named.into_iter();
    reports.filter_map(|r| ctx.group.reports.get(r as usize))
}

/// The heads of a shipment's declarations or packing lists, and the rows that are its own.
fn of_shipment(group: &Group<'_>, shipment: &Shipment, kind: &str, id: FieldId) -> Vec<Value> {
    let (documents, rows): (&[u32], Vec<(u32, u32)>) = if kind == "declaration" {
        let rows = shipment.lines.iter().map(|l| (l.document, l.record));
        (&shipment.declarations, rows.collect())
    } else {
        let rows = shipment.packed.iter().map(|p| (p.document, p.record));
        (&shipment.packing_lists, rows.collect())
    };
    let mut values = Vec::new();
    for document in documents {
        let Some(understood) = group.document(*document).map(|d| &d.understood) else {
            continue;
        };
        values.extend(understood.header.all(id).map(|field| Value {
            document: *document,
            field: *field,
        }));
        let own = rows.iter().filter(|(d, _)| d == document);
        values.extend(own.filter_map(|(d, record)| group.record(*d, *record, id)));
    }
    values
}

/// The log's rows of the declared batches.
fn logged(ctx: &Ctx<'_>, id: FieldId) -> Vec<Value> {
    let group = ctx.group;
    let lines = ctx.shipment.lines.iter();
    let keys: BTreeSet<Key> = lines.flat_map(|l| l.batches(group)).map(|b| b.1).collect();
    let rows = keys.into_iter().flat_map(|k| group.batch_rows(k));
    let rows = rows.filter_map(|r| group.batches.get(*r as usize));
    rows.filter_map(|b| {
        if id == FieldId::PRODUCTION_DATE {
            return b.produced;
        }
        let (document, record) = b.source;
        group.entry(document, record, id)
    })
    .collect()
}
