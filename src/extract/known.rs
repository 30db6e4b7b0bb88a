//! What other papers of the shipment hold: a value that is a model, a batch, a number or a party
//! there is that here too. The strongest evidence for a column or label whose words say little.

use super::values::Shape;
use crate::model::{Document, FieldId, FieldType, Kind};
use crate::normalize::text::squeeze;
use std::collections::{BTreeMap, HashMap};

/// A shorter text is shared by chance.
const SHORTEST: usize = 3;
/// What it is worth to be the same there (natural-log odds), and to be something else.
const MEMBER: f32 = 4.0;
const OTHER: f32 = -2.5;
/// A party of the goods is no laboratory, nor a laboratory a party.
const OTHER_SIDE: f32 = -4.0;
/// So many values of a table are looked at.
const LOOKED: usize = 2000;

/// Names of things and parties that several papers speak of.
const SHARED: [FieldId; 14] = [
    FieldId::MODEL,
    FieldId::BATCH,
    FieldId::CERTIFICATE_NO,
    FieldId::CARTON_NO,
    FieldId::REPORT_NO,
    FieldId::SHIPMENT_REF,
    FieldId::BILL_OF_LADING,
    FieldId::CNAS_NO,
    FieldId::APPLICANT,
    FieldId::CONSIGNOR,
    FieldId::CONSIGNEE,
    FieldId::PRODUCER,
    FieldId::MANUFACTURER,
    FieldId::LAB,
];

/// Texts by the fields they stand under, and in which documents.
#[derive(Clone, Debug, Default)]
pub struct Known {
    by_text: HashMap<String, Vec<(FieldId, usize)>>,
}

/// What is known of a shipment to one of its documents: what the others hold.
#[derive(Clone, Copy, Debug)]
pub struct Others<'k> {
    known: &'k Known,
    own: usize,
}

impl Known {
    /// What the documents of a folder hold.
    pub fn of<'d>(documents: impl Iterator<Item = &'d Document>) -> Known {
        let mut known = Known::default();
        for (number, document) in documents.enumerate() {
            let understood = &document.understood;
            let fields = understood.fields.iter().chain(&understood.header.fields);
            // What a column says again right below is known.
            let mut last: BTreeMap<FieldId, &str> = BTreeMap::new();
            for field in fields.filter(|f| SHARED.contains(&f.id)) {
                let raw = document.raw(field);
                if last.insert(field.id, raw) == Some(raw) {
                    continue;
                }
                for key in keys(raw) {
                    let owners = known.by_text.entry(key).or_default();
                    if !owners.contains(&(field.id, number)) {
                        owners.push((field.id, number));
                    }
                }
            }
        }
        known
    }

    pub fn to(&self, own: usize) -> Others<'_> {
        Others { known: self, own }
    }
}

/// A value's names, squeezed: a list has several.
fn keys(raw: &str) -> impl Iterator<Item = String> + '_ {
    let parts = raw.split(['、', ',', '，', ';', '；', '\n']);
    parts
        .map(squeeze)
        .filter(|key| key.chars().count() >= SHORTEST)
}

impl Others<'_> {
    fn owners(&self, key: &str) -> impl Iterator<Item = FieldId> + '_ {
        let all = self.known.by_text.get(key).map_or(&[][..], Vec::as_slice);
        let others = all.iter().filter(|(_, document)| *document != self.own);
        others.map(|(id, _)| *id)
    }

    /// Whether a second look at the document may find more: a mark that was not understood, or
    /// narrowly, is known elsewhere.
    pub fn may_help(&self, document: &Document) -> bool {
        let understood = &document.understood;
        if understood.kind.is_none() || self.known.by_text.is_empty() {
            return false;
        }
        // Known elsewhere, and not as what it was taken for here.
        let as_another = |raw: &str, id: Option<FieldId>| {
            keys(raw).any(|key| {
                let owners: Vec<FieldId> = self.owners(&key).collect();
                let strange = !owners.is_empty() && !owners.iter().any(|o| Some(*o) == id);
                let lab = id == Some(FieldId::LAB);
                strange
                    || lab
                        && owners
                            .iter()
                            .any(|o| speaks(*o, FieldId::LAB, FieldType::Company) < 0.0)
            })
        };
        let mut marks = understood.unexplained();
        let fields = understood.header.fields.iter();
        let mut fields = fields.chain(understood.fields.iter().take(LOOKED));
        marks.any(|cell| as_another(document.grid.cell_text(cell), None))
            || fields.any(|f| as_another(document.raw(f), Some(f.id)))
    }

    /// What the values of a column or label speak for each field of a kind: half of them at least
    /// stand under one elsewhere.
    pub fn points(&self, texts: &[&str], kind: &Kind) -> Vec<f32> {
        let mut points = vec![0.0; kind.fields.len()];
        let mut counts: BTreeMap<FieldId, usize> = BTreeMap::new();
        for text in texts {
            let mut owners: Vec<FieldId> = keys(text)
                .flat_map(|k| self.owners(&k).collect::<Vec<_>>())
                .collect();
            owners.sort_unstable();
            owners.dedup();
            for owner in owners {
                *counts.entry(owner).or_default() += 1;
            }
        }
        for (known, count) in counts {
            let share = count as f32 / texts.len().max(1) as f32;
            if share < 0.5 {
                continue;
            }
            for (slot, field) in points.iter_mut().zip(&kind.fields) {
                *slot += share * speaks(known, field.id, field.field_type);
            }
        }
        points
    }
}

/// What a value that is one field elsewhere speaks for a field here.
fn speaks(known: FieldId, field: FieldId, field_type: FieldType) -> f32 {
    if known == field {
        return MEMBER;
    }
    let party = field_type == FieldType::Company;
    match known {
        FieldId::LAB if party => OTHER_SIDE,
        FieldId::APPLICANT
        | FieldId::CONSIGNOR
        | FieldId::CONSIGNEE
        | FieldId::PRODUCER
        | FieldId::MANUFACTURER => match field {
            FieldId::LAB => OTHER_SIDE,
            _ => 0.0,
        },
        _ if party => 0.0,
        _ => OTHER,
    }
}

/// What the parties a paper names under listed labels speak against a field of a label it has
/// beside them.
pub fn beside(named: &[(FieldId, &str)], text: &str, shape: Shape, kind: &Kind) -> Vec<f32> {
    let mut points = vec![0.0; kind.fields.len()];
    if shape != Shape::Company {
        return points;
    }
    for (id, _) in named.iter().filter(|(_, raw)| raw.trim() == text.trim()) {
        for (slot, field) in points.iter_mut().zip(&kind.fields) {
            *slot += speaks(*id, field.id, field.field_type).min(0.0);
        }
    }
    points
}
