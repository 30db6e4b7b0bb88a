//! Reference tables of a folder: lab scopes, pilot codes, batch logs, supplier certificates.

use super::keys::Keys;
use super::{Group, Value};
use crate::model::{CellKind, FieldId};
use crate::normalize::{cnas, hs};

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
    pub model: Option<Value>,
    pub produced: Option<Value>,
    pub material: Option<Value>,
    pub supplier: Option<Value>,
    pub certificate: Option<Value>,
}

/// One supplier certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    pub number: Value,
    pub issued: Option<Value>,
    pub supplier: Option<Value>,
    pub material: Option<Value>,
    pub valid_from: Option<Value>,
    pub valid_until: Option<Value>,
}

pub fn collect(group: &mut Group<'_>, keys: &mut Keys) {
    let own = group.documents.iter().flat_map(super::of_document);
    group.aliases.extend_own(own.collect());
    let problems = group.aliases.index(&group.vocabulary.words);
    group.problems.extend(problems);
    group.scopes = rows(group, "lab-register", |g, d, r| {
        let cnas = g.entry(d, r, FieldId::CNAS_NO)?;
        let number = match cnas::cnas_numbers(g.raw(&cnas)).into_iter().next()? {
            (cnas::Cnas::Lab(number), ..) => number,
            (cnas::Cnas::Other(_), ..) => return None,
        };
        Some(Scope {
            cnas,
            number,
            standard: g.entry(d, r, FieldId::STANDARD),
            item: g.entry(d, r, FieldId::ITEM),
            restriction: g.entry(d, r, FieldId::RESTRICTION),
            excluded: g.entry(d, r, FieldId::EXCLUDED_ITEMS),
            valid_from: g.entry(d, r, FieldId::VALID_FROM),
            valid_until: g.entry(d, r, FieldId::VALID_UNTIL),
        })
    });
    for (i, scope) in group.scopes.iter().enumerate() {
        let rows = group.scope_index.entry(scope.number.clone()).or_default();
        rows.push(crate::model::grid::index(i));
    }
    group.pilot = rows(group, "pilot-list", |g, d, r| {
        let value = g.entry(d, r, FieldId::HS_CODE)?;
        let numeric = g.cell_kind(&value) == CellKind::Number;
        let digits = hs::parse(g.raw(&value), numeric).digits;
        (digits.len() >= 4).then_some(PilotCode {
            value,
            digits,
            valid_from: g.entry(d, r, FieldId::VALID_FROM),
            valid_until: g.entry(d, r, FieldId::VALID_UNTIL),
        })
    });
    group.batches = rows(group, "batch-log", |g, d, r| {
        Some(Batch {
            batch: g.entry(d, r, FieldId::BATCH)?,
            model: g.entry(d, r, FieldId::MODEL),
            produced: g.entry(d, r, FieldId::PRODUCTION_DATE),
            material: g.entry(d, r, FieldId::MATERIAL),
            supplier: g.entry(d, r, FieldId::SUPPLIER),
            certificate: g.entry(d, r, FieldId::CERTIFICATE_NO),
        })
    });
    let labels = &group.vocabulary.words.model_labels;
    let numbered = || group.batches.iter().zip(0u32..);
    let of_models =
        numbered().filter_map(|(b, i)| Some((keys.model(group.raw(&b.model?), labels), i)));
    let by_model = of_models.collect();
    let by_batch = numbered().flat_map(|(b, i)| {
        let batches = group.batches_in(&b.batch).into_iter();
        batches.map(move |batch| (batch, i))
    });
    let by_batch = by_batch.map(|(batch, i)| (keys.key(group.raw(&batch)), i));
    group.batch_index = by_batch.collect();
    group.batches_by_model = by_model;
    group.certificates = rows(group, "supplier-certificate", |g, d, r| {
        Some(Certificate {
            number: g.entry(d, r, FieldId::CERTIFICATE_NO)?,
            issued: g.entry(d, r, FieldId::ISSUE_DATE),
            supplier: g.entry(d, r, FieldId::SUPPLIER),
            material: g.entry(d, r, FieldId::MATERIAL),
            valid_from: g.entry(d, r, FieldId::VALID_FROM),
            valid_until: g.entry(d, r, FieldId::VALID_UNTIL),
        })
    });
    let numbered = group.certificates.iter().zip(0u32..);
    let by_number = numbered.map(|(c, i)| (keys.key(group.raw(&c.number)), i));
    group.certificate_index = by_number.collect();
}

/// One entry per record of the documents of a kind; per document where it has no records.
fn rows<T>(
    group: &Group<'_>,
    kind: &str,
    make: impl Fn(&Group<'_>, u32, Option<u32>) -> Option<T>,
) -> Vec<T> {
    let entries = group.entries(kind);
    entries.filter_map(|(d, r)| make(group, d, r)).collect()
}
