//! Packing rows: model, quantity, cartons; mixed cartons counted once as a group.

use super::keys::{Key, Keys, Texts};
use super::{Group, Value};
use crate::model::FieldId;
use crate::normalize::carton;
use std::borrow::Cow;

/// One row of a packing list.
#[derive(Clone, Debug)]
pub struct Packed {
    pub document: u32,
    pub record: u32,
    pub model: Option<Value>,
    pub key: Key,
    pub quantity: Option<Value>,
    /// Index into the shipment's carton groups.
    pub cartons: u32,
}

/// The cartons of one or several rows that share them.
#[derive(Clone, Debug)]
pub struct PackedCartons {
    pub number: Option<Value>,
    pub count: Option<Value>,
    total: Option<u64>,
    /// The range of numbers and the count column disagree.
    pub conflict: Option<(u64, u64)>,
}

impl PackedCartons {
    /// How many cartons the group is, when it can be said.
    pub fn total(&self, group: &Group<'_>) -> Option<u64> {
        for value in self.number.iter().chain(&self.count) {
            group.note(value);
        }
        self.total
    }
}

/// The rows and carton groups of a packing list; `wanted` are its records, in order.
pub fn rows(
    group: &Group<'_>,
    document: u32,
    wanted: impl Iterator<Item = u32>,
    packed: &mut Vec<Packed>,
    cartons: &mut Vec<PackedCartons>,
    keys: &mut Keys,
) {
    let Some(doc) = group.document(document) else {
        return;
    };
    let labels = &group.vocabulary.words.model_labels;
    let states_cartons = doc
        .understood
        .columns
        .iter()
        .any(|(f, _)| matches!(*f, FieldId::CARTON_NO | FieldId::CARTONS));
    // Carton numbers, and the group of each.
    let mut numbers = Texts::of(wanted.size_hint().0);
    let mut groups: Vec<u32> = Vec::new();
    let mut last: Option<u32> = None;
    for record in wanted {
        let get = |id| group.record(document, record, id);
        // A row that says its goods have no model has none: a part number is not put in its place.
        let stated = get(FieldId::MODEL);
        let empty = |v: &Value| group.raw(v).trim().is_empty();
        let model = match stated.filter(|v| !empty(v)) {
            Some(value) => group.stated(value),
            None => get(FieldId::SKU).and_then(|v| group.stated(v)),
        };
        let number = get(FieldId::CARTON_NO).and_then(|v| group.stated(v));
        let count = get(FieldId::CARTONS).and_then(|v| group.stated(v));
        let zero = count.is_some_and(|v| group.raw(&v).trim() == "0");
        let own_number = number.map(|v| numbers.number(&upper(group.raw(&v).trim())));
        let shared = own_number.and_then(|n| groups.get(n as usize)).copied();
        // A row that names no carton of its own lies in the carton above it.
        let own = number.is_some() || count.is_some() && !zero || !states_cartons;
        let cartons_index = match (shared, own, last) {
            (Some(index), ..) => index,
            (None, false, Some(index)) => index,
            _ => {
                let index = crate::model::grid::index(cartons.len());
                cartons.push(carton_group(group, number, count));
                if own_number.is_some() {
                    groups.push(index);
                }
                index
            }
        };
        last = Some(cartons_index);
        let key = model.map_or(Key::NONE, |v| keys.model(group.raw(&v), labels));
        packed.push(Packed {
            document,
            record,
            model,
            key,
            quantity: get(FieldId::QUANTITY),
            cartons: cartons_index,
        });
    }
}

fn carton_group(group: &Group<'_>, number: Option<Value>, count: Option<Value>) -> PackedCartons {
    let counted = count
        .and_then(|v| group.quantity(&v))
        .and_then(|q| whole(q.value));
    // A plain code is one carton: there is no range a count could contradict.
    let plain = |v: &Value| group.raw(v).bytes().all(|b| b.is_ascii_alphanumeric());
    let number_of_range = number.filter(|v| counted.is_none() || !plain(v));
    let ranged = number_of_range.and_then(|v| {
        let ranges = carton::cartons(group.raw(&v))?;
        let total: u64 = ranges.iter().map(carton::Cartons::count).sum();
        let is_range = ranges.len() > 1 || ranges.iter().any(|r| r.count() > 1);
        Some((total, is_range))
    });
    let (total, conflict) = match (counted, ranged) {
        (Some(counted), Some((ranged, true))) if counted != ranged => {
            (Some(counted), Some((ranged, counted)))
        }
        (Some(counted), _) => (Some(counted), None),
        (None, Some((ranged, _))) => (Some(ranged), None),
        // A carton with a name that is no number is one carton.
        (None, None) if number.is_some() && count.is_none() => (Some(1), None),
        (None, None) => (None, None),
    };
    PackedCartons {
        number,
        count,
        total,
        conflict,
    }
}

fn upper(text: &str) -> Cow<'_, str> {
    let as_it_is = text.chars().all(|c| c.is_ascii() && !c.is_lowercase());
    if as_it_is {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_uppercase())
    }
}

/// A count as a whole number.
fn whole(value: f64) -> Option<u64> {
    let fits = (0.0..1.0e12).contains(&value) && value.fract() == 0.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fits.then_some(value as u64)
}
