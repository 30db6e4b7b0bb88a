//! What other papers of the shipment hold in sure columns: the strongest evidence for a column here.

use crate::model::{Document, FieldId};
use crate::normalize::text::squeeze;
use std::collections::{BTreeMap, HashMap};

/// A shorter text is shared by chance.
const SHORTEST: usize = 3;

/// Texts by the fields they stand under elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Known {
    by_text: HashMap<String, Vec<FieldId>>,
}

/// Fields whose values are names of things several papers speak of.
const SHARED: [FieldId; 5] = [
    FieldId::MODEL,
    FieldId::BATCH,
    FieldId::CERTIFICATE_NO,
    FieldId::CARTON_NO,
    FieldId::REPORT_NO,
];

impl Known {
    /// What the documents of a folder hold, but for one of them.
    pub fn of<'d>(documents: impl Iterator<Item = &'d Document>) -> Known {
        let mut known = Known::default();
        for document in documents {
            let understood = &document.understood;
            let fields = understood.fields.iter().chain(&understood.header.fields);
            for field in fields.filter(|f| SHARED.contains(&f.id)) {
                let key = squeeze(document.raw(field));
                if key.chars().count() < SHORTEST {
                    continue;
                }
                let owners = known.by_text.entry(key).or_default();
                if !owners.contains(&field.id) {
                    owners.push(field.id);
                }
            }
        }
        known
    }

    pub fn is_empty(&self) -> bool {
        self.by_text.is_empty()
    }

    /// By field: which part of some texts stands under it elsewhere, half at least.
    pub fn shares(&self, keys: &[String]) -> Vec<(FieldId, f32)> {
        if self.is_empty() || keys.is_empty() {
            return Vec::new();
        }
        let mut counts: BTreeMap<FieldId, usize> = BTreeMap::new();
        for owners in keys.iter().filter_map(|k| self.by_text.get(k)) {
            for owner in owners {
                *counts.entry(*owner).or_default() += 1;
            }
        }
        let share = |(id, count): (FieldId, usize)| (id, count as f32 / keys.len() as f32);
        counts
            .into_iter()
            .map(share)
            .filter(|(_, s)| *s >= 0.5)
            .collect()
    }
}
