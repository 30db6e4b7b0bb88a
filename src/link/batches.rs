//! Reference tables of a folder: lab scopes, pilot codes, batch logs, supplier certificates.

use super::{Group, Value};
use crate::model::{CellKind, FieldId};
use crate::normalize::{cnas, hs, model};

/// One row of a lab register.
#[derive(Clone, Debug)]
pub struct Scope {
    pub cnas: Value,
    /// The laboratory number in its plain form, `L0846`.
    pub number: String,
    pub standard: Option<Value>,
    pub item: Option<Value>,
    pub restriction: Option<Value>,
    pub excluded: Option<Value>,
    pub valid_from: Option<Value>,
    pub valid_until: Option<Value>,
}

/// One code of a pilot list.
#[derive(Clone, Debug)]
pub struct PilotCode {
    pub value: Value,
    pub digits: String,
    pub valid_from: Option<Value>,
    pub valid_until: Option<Value>,
}

/// One row of a processing log.
#[derive(Clone, Debug)]
pub struct Batch {
    pub batch: Value,
    pub produced: Option<Value>,
    pub material: Option<Value>,
    pub certificate: Option<Value>,
}

/// One supplier certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    pub number: Value,
    pub material: Option<Value>,
    pub valid_from: Option<Value>,
    pub valid_until: Option<Value>,
}

pub fn collect(group: &mut Group<'_>) {
    let own = group.documents.iter().flat_map(super::of_document);
    group.aliases.extend_own(own.collect());
    let problems = group.aliases.index(&group.vocabulary.words);
    group.problems.extend(problems);
    group.scopes = rows(group, "lab-register", |g, d, r| {
        let cnas = field(g, d, r, FieldId::CNAS_NO)?;
        let number = match cnas::cnas_numbers(g.raw(&cnas)).into_iter().next()? {
            (cnas::Cnas::Lab(number), ..) => number,
            (cnas::Cnas::Other(_), ..) => return None,
        };
        Some(Scope {
            cnas,
            number,
            standard: field(g, d, r, FieldId::STANDARD),
            item: field(g, d, r, FieldId::ITEM),
            restriction: field(g, d, r, FieldId::RESTRICTION),
            excluded: field(g, d, r, FieldId::EXCLUDED_ITEMS),
            valid_from: field(g, d, r, FieldId::VALID_FROM),
            valid_until: field(g, d, r, FieldId::VALID_UNTIL),
        })
    });
    for (i, scope) in group.scopes.iter().enumerate() {
        let rows = group.scope_index.entry(scope.number.clone()).or_default();
        rows.push(crate::model::grid::index(i));
    }
    group.pilot = rows(group, "pilot-list", |g, d, r| {
        let value = field(g, d, r, FieldId::HS_CODE)?;
        let numeric = g.cell_kind(&value) == CellKind::Number;
        let digits = hs::parse(g.raw(&value), numeric).digits;
        (digits.len() >= 4).then_some(PilotCode {
            value,
            digits,
            valid_from: field(g, d, r, FieldId::VALID_FROM),
            valid_until: field(g, d, r, FieldId::VALID_UNTIL),
        })
    });
    group.batches = rows(group, "batch-log", |g, d, r| {
        Some(Batch {
            batch: field(g, d, r, FieldId::BATCH)?,
            produced: field(g, d, r, FieldId::PRODUCTION_DATE),
            material: field(g, d, r, FieldId::MATERIAL),
            certificate: field(g, d, r, FieldId::CERTIFICATE_NO),
        })
    });
    for (i, batch) in group.batches.iter().enumerate() {
        let key = model::key(group.raw(&batch.batch));
        let rows = group.batch_index.entry(key).or_default();
        rows.push(crate::model::grid::index(i));
    }
    group.certificates = rows(group, "supplier-certificate", |g, d, r| {
        Some(Certificate {
            number: field(g, d, r, FieldId::CERTIFICATE_NO)?,
            material: field(g, d, r, FieldId::MATERIAL),
            valid_from: field(g, d, r, FieldId::VALID_FROM),
            valid_until: field(g, d, r, FieldId::VALID_UNTIL),
        })
    });
}

/// A row's own value, else the document's.
fn field(group: &Group<'_>, document: u32, record: Option<u32>, id: FieldId) -> Option<Value> {
    let own = record.and_then(|r| group.record(document, r, id));
    group.stated(own.or_else(|| group.header(document, id))?)
}

/// One entry per record of the documents of a kind; per document where it has no records.
fn rows<T>(
    group: &Group<'_>,
    kind: &str,
    make: impl Fn(&Group<'_>, u32, Option<u32>) -> Option<T>,
) -> Vec<T> {
    let mut all = Vec::new();
    for (number, document) in group.of_kind(kind) {
        let records = crate::model::grid::index(document.understood.records.len());
        if records == 0 {
            all.extend(make(group, number, None));
        }
        all.extend((0..records).filter_map(|r| make(group, number, Some(r))));
    }
    all
}
