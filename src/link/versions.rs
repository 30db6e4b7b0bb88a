//! Versions of one paper: a draft beside the final list, the warehouse's list beside the one made of
//! it. One of them is judged, and nothing is added up twice; which of them counts is a question.

use super::{Group, Value};
use crate::model::FieldId;
use crate::normalize::text::squeeze;
use crate::normalize::{carton, model, quantity};
use std::collections::BTreeMap;

/// Two papers of which one is a version of the other.
#[derive(Clone, Copy, Debug)]
pub struct Version {
    /// The one that is judged.
    pub kept: u32,
    pub other: u32,
    /// Where they differ first, in each.
    pub differs: Option<(Value, Value)>,
}

/// Numbers by which a paper says to which business it belongs.
const NUMBERS: [&str; 6] = [
    "declaration_no",
    "entry_no",
    "contract_no",
    "invoice_no",
    "bill_of_lading",
    "shipment_ref",
];

/// What a paper is about, as far as it tells one version from another business.
struct Paper {
    document: u32,
    /// By name of the number: as it is stated.
    numbers: BTreeMap<&'static str, String>,
    /// Quantities by goods.
    goods: BTreeMap<String, f64>,
    /// Item numbers, each as a run of one, and runs of carton numbers, by what stands before the digits.
    places: BTreeMap<String, Vec<(u64, u64)>>,
}

/// The papers that count, and the versions set aside. `declared` are the declarations that count,
/// where packing lists are looked at.
pub fn set_aside(
    group: &Group<'_>,
    documents: Vec<u32>,
    declared: Option<&[u32]>,
) -> (Vec<u32>, Vec<Version>) {
    if documents.len() < 2 {
        return (documents, Vec::new());
    }
    let wanted = declared.map(|all| {
        let mut wanted: BTreeMap<String, f64> = BTreeMap::new();
        for (goods, count) in all.iter().flat_map(|d| Paper::of(group, *d).goods) {
            *wanted.entry(goods).or_default() += count;
        }
        wanted
    });
    let fits = |paper: &Paper| {
        let as_declared = |(goods, count): &(&String, &f64)| {
            let wanted = wanted.as_ref().and_then(|w| w.get(*goods));
            wanted.is_some_and(|w| equal(*w, **count))
        };
        paper.goods.iter().filter(as_declared).count()
    };
    let mut kept: Vec<Paper> = Vec::new();
    let mut versions = Vec::new();
    for document in documents {
        let paper = Paper::of(group, document);
        let known = kept
            .iter_mut()
            .find(|k| are_versions(k, &paper, wanted.as_ref()));
        let Some(known) = known else {
            kept.push(paper);
            continue;
        };
        let other = if fits(&paper) > fits(known) {
            std::mem::replace(known, paper)
        } else {
            paper
        };
        let differs = difference(group, known.document, other.document);
        // A sheet of the declared elements counts nothing: it adds to the paper, and is no version.
        let counts = other.goods.values().any(|count| *count != 0.0);
        if counts || differs.is_some() {
            versions.push(Version {
                kept: known.document,
                other: other.document,
                differs,
            });
        }
    }
    let mut kept: Vec<u32> = kept.iter().map(|k| k.document).collect();
    kept.sort_unstable();
    (kept, versions)
}

impl Paper {
    fn of(group: &Group<'_>, document: u32) -> Paper {
        let mut paper = Paper {
            document,
            numbers: BTreeMap::new(),
            goods: BTreeMap::new(),
            places: BTreeMap::new(),
        };
        for name in NUMBERS {
            let id = group.vocabulary.fields.find(name);
            let value = id.and_then(|id| group.stated(group.header(document, id)?));
            if let Some(value) = value {
                paper.numbers.insert(name, squeeze(group.raw(&value)));
            }
        }
        let records = group.document(document).map(|d| d.understood.records.len());
        let labels = &group.vocabulary.words.model_labels;
        for record in 0..crate::model::grid::index(records.unwrap_or(0)) {
            let get = |id| group.stated(group.record(document, record, id)?);
            let names = [
                FieldId::MODEL,
                FieldId::SKU,
                FieldId::NAME_SPEC,
                FieldId::NAME,
            ];
            if let Some(name) = names.into_iter().find_map(get) {
                let key = model::key(&model::clean(group.raw(&name), labels).text);
                let count = get(FieldId::QUANTITY);
                let count = count.and_then(|v| quantity::parse(group.raw(&v)));
                *paper.goods.entry(key).or_default() += count.map_or(0.0, |q| q.value);
            }
            for number in [FieldId::LINE_NO, FieldId::CARTON_NO]
                .into_iter()
                .filter_map(get)
            {
                for run in carton::cartons(group.raw(&number)).unwrap_or_default() {
                    let runs = paper.places.entry(run.prefix).or_default();
                    runs.push((run.first, run.last));
                }
            }
        }
        for runs in paper.places.values_mut() {
            runs.sort_unstable();
            // Goods that share a carton name it once more.
            runs.dedup();
        }
        paper
    }
}

impl Paper {
    /// How many numbers stand in it.
    fn count(&self) -> u64 {
        let runs = self.places.values().flatten();
        runs.map(|(first, last)| last - first + 1).sum()
    }

    /// How many of its numbers stand in another paper too.
    fn shared(&self, other: &Paper) -> u64 {
        let mut count = 0;
        for (prefix, own) in &self.places {
            let mut theirs = other.places.get(prefix).map_or(&[][..], Vec::as_slice);
            let mut own = own.as_slice();
            while let ([(a, b), rest @ ..], [(c, d), others @ ..]) = (own, theirs) {
                if a.max(c) <= b.min(d) {
                    count += b.min(d) - a.max(c) + 1;
                }
                if b <= d {
                    own = rest;
                } else {
                    theirs = others;
                }
            }
        }
        count
    }
}

fn equal(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6 * a.abs().max(1.0)
}

/// Whether two papers of one kind are about the same goods of one business, and not two parts of it.
fn are_versions(a: &Paper, b: &Paper, wanted: Option<&BTreeMap<String, f64>>) -> bool {
    let (mut tied, mut apart) = (false, false);
    for (name, number) in &a.numbers {
        if let Some(other) = b.numbers.get(name) {
            tied |= number == other;
            apart |= number != other;
        }
    }
    let named = !a.numbers.is_empty() && !b.numbers.is_empty();
    let places = a.shared(b);
    let most = a.count().max(b.count());
    // Two pages of one declaration, two containers: nothing stands in both.
    let parts = places == 0 && !a.places.is_empty() && !b.places.is_empty();
    if apart || parts || named && !tied {
        return false;
    }
    let shared: Vec<&String> = a
        .goods
        .keys()
        .filter(|g| b.goods.contains_key(*g))
        .collect();
    let fewest = a.goods.len().min(b.goods.len());
    let same_goods = !shared.is_empty() && shared.len() * 2 >= fewest;
    // More than a plain count: such a carton is one carton.
    let telling = |p: &String| !p.is_empty();
    let same_cartons = places * 2 > most && a.places.keys().any(telling);
    let Some(wanted) = wanted else {
        return same_goods && (tied || places * 2 > most);
    };
    // Two lists that together hold what is declared are two parts of it.
    let together = |goods: &&&String| {
        let count = |p: &Paper| p.goods.get(**goods).copied().unwrap_or(0.0);
        wanted
            .get(**goods)
            .is_some_and(|w| equal(*w, count(a) + count(b)) && count(a) > 0.0 && count(b) > 0.0)
    };
    let parts = !shared.is_empty() && shared.iter().filter(together).count() == shared.len();
    !parts && (same_cartons || same_goods && places * 2 > most)
}

/// The first field that both have in the same row, or at their head, and that differs.
fn difference(group: &Group<'_>, a: u32, b: u32) -> Option<(Value, Value)> {
    let (first, second) = (group.document(a)?, group.document(b)?);
    let (x, y) = (&first.understood, &second.understood);
    let rows = x.records.iter().zip(&y.records);
    let rows = rows.map(|(r, s)| (x.record_fields(r), y.record_fields(s)));
    let heads = std::iter::once((x.header.fields.as_slice(), y.header.fields.as_slice()));
    rows.chain(heads).find_map(|(own, others)| {
        own.iter().find_map(|field| {
            let other = others.iter().find(|f| f.id == field.id)?;
            let differs = squeeze(first.raw(field)) != squeeze(second.raw(other));
            let value = |document, field| Value { document, field };
            differs.then(|| (value(a, *field), value(b, *other)))
        })
    })
}
