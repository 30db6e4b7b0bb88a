//! Reference tables of a folder: lab scopes, pilot codes, batch logs, supplier certificates.

use super::keys::Keys;
use super::{Group, Said, Value, number_key, says};
use crate::model::{FieldId, Problem};
use crate::normalize::cnas;
use std::collections::BTreeMap;

/// One row of a lab register.
#[derive(Clone, Debug)]
pub struct Scope {
    pub cnas: Value,
    /// The laboratory number in its plain form, `L0846`.
    pub number: String,
    pub standard: Option<Value>,
    pub product: Option<Value>,
    pub item: Option<Value>,
    pub restriction: Option<Value>,
    pub excluded: Option<Value>,
    /// What state the accreditation is in.
    pub status: Option<Value>,
    pub valid_from: Option<Value>,
    pub valid_until: Option<Value>,
}

/// One row of a processing log.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Its document, and its record there.
    pub source: (u32, Option<u32>),
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
    /// What it states or concludes.
    pub statement: Option<Value>,
    /// What state it is in.
    pub status: Option<Value>,
    /// What it says of itself, in its remarks, or anywhere on a paper of its own.
    pub says: Vec<Said>,
    pub valid_from: Option<Value>,
    pub valid_until: Option<Value>,
}

pub fn collect(group: &mut Group<'_>, keys: &mut Keys) {
    let own = group.documents.iter().flat_map(super::of_document);
    group.aliases.extend_own(own.collect());
    let problems = group.aliases.index(&group.vocabulary.words);
    group.problems.extend(problems);
    group.scopes = rows(group, "lab-register", FieldId::CNAS_NO, |g, d, r| {
        let cnas = g.entry(d, r, FieldId::CNAS_NO)?;
        let number = match cnas::cnas_numbers(g.raw(&cnas)).into_iter().next()? {
            (cnas::Cnas::Lab(number), ..) => number,
            (cnas::Cnas::Other(_), ..) => return None,
        };
        Some(Scope {
            cnas,
            number,
            standard: g.entry(d, r, FieldId::STANDARD),
            product: g
                .vocabulary
                .fields
                .find("product")
                .and_then(|id| g.entry(d, r, id)),
            item: g.entry(d, r, FieldId::ITEM),
            restriction: g.entry(d, r, FieldId::RESTRICTION),
            excluded: g.entry(d, r, FieldId::EXCLUDED_ITEMS),
            status: g.entry(d, r, FieldId::STATUS),
            valid_from: g.entry(d, r, FieldId::VALID_FROM),
            valid_until: g.entry(d, r, FieldId::VALID_UNTIL),
        })
    });
    for (i, scope) in group.scopes.iter().enumerate() {
        let rows = group.scope_index.entry(scope.number.clone()).or_default();
        rows.push(crate::model::grid::index(i));
    }
    let pilot = rows(group, "pilot-list", FieldId::HS_CODE, super::pilot::codes);
    group.pilot = pilot.into_iter().flatten().collect();
    group.batches = rows(group, "batch-log", FieldId::BATCH, |g, d, r| {
        Some(Batch {
            source: (d, r),
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
    group.certificates = rows(
        group,
        "supplier-certificate",
        FieldId::CERTIFICATE_NO,
        |g, d, r| {
            Some(Certificate {
                number: g.entry(d, r, FieldId::CERTIFICATE_NO)?,
                issued: g.entry(d, r, FieldId::ISSUE_DATE),
                supplier: g.entry(d, r, FieldId::SUPPLIER),
                material: g.entry(d, r, FieldId::MATERIAL),
                statement: g
                    .vocabulary
                    .fields
                    .find("statement")
                    .and_then(|id| g.entry(d, r, id)),
                status: g.entry(d, r, FieldId::STATUS),
                says: says_of(g, d, r),
                valid_from: g.entry(d, r, FieldId::VALID_FROM),
                valid_until: g.entry(d, r, FieldId::VALID_UNTIL),
            })
        },
    );
    // What is made of these stands elsewhere; here only the rows that say nothing are named.
    let own =
        |id: FieldId| move |g: &Group<'_>, d: u32, r: Option<u32>| g.entry(d, r, id).map(|_| ());
    rows(
        group,
        "report-register",
        FieldId::REPORT_NO,
        own(FieldId::REPORT_NO),
    );
    if let Some(family) = group.vocabulary.fields.find("family") {
        rows(group, "sku-list", family, own(family));
    }
    rows(group, "sku-list", FieldId::MODEL, |g, d, r| {
        let (model, sku) = (FieldId::MODEL, FieldId::SKU);
        g.entry(d, r, model)
            .or_else(|| g.entry(d, r, sku))
            .map(|_| ())
    });
    let numbered = group.certificates.iter().zip(0u32..);
    let by_number = numbered.map(|(c, i)| (keys.key(group.raw(&c.number)), i));
    group.certificate_index = by_number.collect();
}

/// What a certificate says of itself: all lines of a paper, the remarks of a row of a table.
fn says_of(group: &Group<'_>, document: u32, record: Option<u32>) -> Vec<Said> {
    let own = group.entry(document, record, FieldId::CERTIFICATE_NO);
    let own = own.map(|v| number_key(group.raw(&v)));
    let free = [FieldId::REMARK, FieldId::STATUS];
    let texts: Vec<Value> = match record {
        Some(_) => free
            .iter()
            .filter_map(|id| group.entry(document, record, *id))
            .collect(),
        None => group.texts(document),
    };
    says::of_texts(group, &texts, own.as_deref(), record.is_none())
}

/// One entry per record of the documents of a kind; per document where it has no records. A record
/// without what an entry is known by is named, and left out.
fn rows<T>(
    group: &mut Group<'_>,
    kind: &'static str,
    key: FieldId,
    make: impl Fn(&Group<'_>, u32, Option<u32>) -> Option<T>,
) -> Vec<T> {
    let mut made = Vec::new();
    let mut left_out: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (document, record) in group.entries(kind) {
        match (make(group, document, record), record) {
            (Some(entry), _) => made.push(entry),
            (None, Some(record)) => left_out.entry(document).or_default().push(record),
            (None, None) => {}
        }
    }
    for (document, rows) in left_out {
        leave_out(group, kind, key, document, &rows);
    }
    made
}

/// Rows of one document that are named one by one; of further ones their number is said.
const MOST_ROWS: usize = 20;

/// Names the records of a document that cannot be used.
pub fn leave_out(
    group: &mut Group<'_>,
    kind: &'static str,
    key: FieldId,
    document: u32,
    records: &[u32],
) {
    for (i, record) in records.iter().take(MOST_ROWS).enumerate() {
        let count = match i + 1 {
            MOST_ROWS => records.len() - i,
            _ => 1,
        };
        if let Some((value, problem)) = unusable(group, document, *record, key, count) {
            group.left_out.push((kind, value));
            group.problems.push(problem);
        }
    }
}

/// What is to be said of a record that cannot be used, and a value of it to point at.
fn unusable(
    group: &Group<'_>,
    document: u32,
    record: u32,
    key: FieldId,
    count: usize,
) -> Option<(Value, Problem)> {
    let of = group.document(document)?;
    let row = of.understood.records.get(record as usize)?;
    let fields = of.understood.record_fields(row).iter();
    let mut values = fields.map(|f| Value {
        document,
        field: *f,
    });
    let stated = group.record(document, record, key);
    let value = stated.or_else(|| values.find(|v| group.stated(*v).is_some()))?;
    let kind = group.vocabulary.kinds.iter().find(|k| of.is(&k.name))?;
    let heading = kind.field(key).map_or("", |f| f.heading.as_str());
    let read = stated.filter(|v| group.stated(*v).is_some());
    let problem = Problem::row_left_out(
        &of.path,
        heading,
        group.raw(&value).trim(),
        read.is_some(),
        count,
    );
    Some((value, problem.at(of.part.as_deref(), group.spot(&value))))
}
