//! Which lines and packing rows make one shipment: a folder, or within one table a declaration
//! number, else a bill of lading, else a shipment reference.

use super::keys::{Index, Key, Keys};
use super::packing::{self, Packed, PackedCartons};
use super::pictured::unnoted;
use super::{FEW, Group, Line, Value, copies, nearest, versions};
use crate::model::{FieldId, Grade, Problem, Say, Spot};
use crate::normalize::text::squeeze;
use crate::normalize::{compare, model};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

/// One shipment.
#[derive(Debug, Default)]
pub struct Shipment {
    pub id: String,
    /// Its position among the shipments of its folder.
    pub number: usize,
    /// The declarations its lines stand in.
    pub declarations: Vec<u32>,
    pub packing_lists: Vec<u32>,
    pub lines: Vec<Line>,
    pub packed: Vec<Packed>,
    pub cartons: Vec<PackedCartons>,
    /// Lines and packing rows that have a model, sorted by its key.
    lines_by_key: Index<u32>,
    packed_by_key: Index<u32>,
    packed_spellings: OnceLock<HashMap<(Key, String), u32>>,
    partners: OnceLock<Partners>,
    /// Papers that are here in a second version, which does not count.
    pub versions: Vec<versions::Version>,
    /// The packing list does not say which of several shipments its rows belong to.
    pub packing_unclear: bool,
}

/// Near partners among what is left, by key.
#[derive(Debug, Default)]
struct Partners {
    declared: HashMap<Key, Key>,
    packed: HashSet<Key>,
}

impl Shipment {
    /// Indexes lines and packing rows by the key of their model.
    pub fn index(&mut self) {
        let lines = self.lines.iter().zip(0u32..);
        let keys = lines.flat_map(|(line, i)| {
            let others = line.others.iter().map(|(_, key)| *key);
            std::iter::once(line.key)
                .chain(others)
                .map(move |key| (key, i))
        });
        self.lines_by_key = keys.collect();
        let packed = self.packed.iter().zip(0u32..);
        self.packed_by_key = packed.map(|(row, i)| (row.key, i)).collect();
    }

    /// The lines whose model has this key, in order.
    pub fn lines_with(&self, key: Key) -> &[u32] {
        self.lines_by_key.get(key)
    }

    /// The packing rows whose model has this key, in order.
    pub fn packed_with(&self, key: Key) -> &[u32] {
        self.packed_by_key.get(key)
    }

    /// Of the packing rows whose model has this key those that may be spelled closest to a text, in
    /// order: all where they are few; of many the first of its very spelling, of its plain one and
    /// of each other name the user gave it, and the first of all, which are as near as the rest.
    pub fn packed_like(&self, group: &Group<'_>, key: Key, raw: &str) -> Vec<u32> {
        let rows = self.packed_with(key);
        if rows.len() <= FEW {
            return rows.to_vec();
        }
        let words = &group.vocabulary.words;
        let plain = |text: &str| model::clean(text, &words.model_labels).text.into_owned();
        let spellings = self.packed_spellings.get_or_init(|| {
            unnoted(|| {
                let mut spellings: HashMap<(Key, String), u32> = HashMap::new();
                for (row, number) in self.packed.iter().zip(0u32..) {
                    let Some(model) = row.model.filter(|_| self.packed_with(row.key).len() > FEW)
                    else {
                        continue;
                    };
                    let raw = group.raw(&model);
                    for spelling in [raw.to_string(), plain(raw)] {
                        spellings.entry((row.key, spelling)).or_insert(number);
                    }
                }
                spellings
            })
        });
        let others = group.aliases.other_models(raw, words);
        let others = others.into_iter().map(plain);
        let wanted = [raw.to_string(), plain(raw)].into_iter().chain(others);
        let wanted = wanted.filter_map(|spelling| spellings.get(&(key, spelling)));
        let mut found: Vec<u32> = wanted.chain(rows.iter().take(FEW)).copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// How many lines name a model.
    pub fn lines_with_model(&self) -> usize {
        self.lines_by_key.count()
    }

    /// These lines, and all that share a carton with them, directly or through others.
    pub fn sharing_cartons(&self, mut lines: BTreeSet<u32>) -> BTreeSet<u32> {
        let mut by_carton: HashMap<u32, Vec<Key>> = HashMap::new();
        for packed in self.packed.iter().filter(|p| !p.key.is_none()) {
            by_carton
                .entry(packed.cartons)
                .or_default()
                .push(packed.key);
        }
        let mut waiting: Vec<u32> = lines.iter().copied().collect();
        let mut opened: HashSet<u32> = HashSet::new();
        let mut looked: HashSet<Key> = HashSet::new();
        while let Some(line) = waiting.pop() {
            let key = self.lines.get(line as usize).map_or(Key::NONE, |l| l.key);
            if !looked.insert(key) {
                continue;
            }
            let rows = self.packed_with(key).iter();
            for row in rows.filter_map(|r| self.packed.get(*r as usize)) {
                if !opened.insert(row.cartons) {
                    continue;
                }
                for key in by_carton.get(&row.cartons).into_iter().flatten() {
                    for other in self.lines_with(*key) {
                        if lines.insert(*other) {
                            waiting.push(*other);
                        }
                    }
                }
            }
        }
        lines
    }

    /// The key of the packed model that is the near partner of a declared one.
    pub fn packed_partner(&self, group: &Group<'_>, declared: Key) -> Option<Key> {
        self.partners(group).declared.get(&declared).copied()
    }

    /// Whether a packed model is the near partner of a declared one.
    pub fn is_partner(&self, group: &Group<'_>, packed: Key) -> bool {
        self.partners(group).packed.contains(&packed)
    }

    /// Declared models that are not packed, paired with packed ones that are not declared: the
    /// nearest first, each once, and only where the two grade near.
    fn partners(&self, group: &Group<'_>) -> &Partners {
        self.partners.get_or_init(|| {
            unnoted(|| {
                let (text, words) = (|k: &Key| group.key_text(*k), &group.vocabulary.words);
                let alone = |k: &Key| self.packed_with(*k).is_empty();
                let mut declared: Vec<Key> = self.lines_by_key.keys().filter(alone).collect();
                declared.sort_unstable_by_key(text);
                let alone = |k: &Key| self.lines_with(*k).is_empty();
                let mut packed: Vec<Key> = self.packed_by_key.keys().filter(alone).collect();
                packed.sort_unstable_by_key(text);
                let names = |keys: &[Key]| -> Vec<&str> { keys.iter().map(text).collect() };
                let found = nearest::nearest(&names(&packed), &names(&declared));
                let mut pairs: Vec<(usize, Key, Key)> = Vec::new();
                for (key, near) in declared.iter().zip(found) {
                    for other in near.iter().filter_map(|n| packed.get(*n as usize)) {
                        pairs.push((nearest::slips(text(key), text(other)), *key, *other));
                    }
                }
                // The nearest first; among equals in the order of their texts, in which they are.
                pairs.sort_by_key(|(slips, ..)| *slips);
                let is_near = |declared: Key, packed: Key| {
                    let line = self.lines_with(declared).first();
                    let row = self.packed_with(packed).first();
                    let line = line.and_then(|l| self.lines.get(*l as usize)?.model);
                    let row = row.and_then(|r| self.packed.get(*r as usize)?.model);
                    line.zip(row).is_some_and(|(a, b)| {
                        let (a, b) = (group.raw(&a), group.raw(&b));
                        compare::models(a, b, words, None).grade < Grade::Different
                    })
                };
                let mut partners = Partners::default();
                for (slips, key, near) in pairs {
                    let free =
                        !partners.declared.contains_key(&key) && !partners.packed.contains(&near);
                    // One slip in five characters and more is near without a closer look.
                    let plain = slips == 1 && text(&key).chars().count() >= 5;
                    if free && (plain || is_near(key, near)) {
                        partners.declared.insert(key, near);
                        partners.packed.insert(near);
                    }
                }
                partners
            })
        })
    }

    /// A header field of the declaration (of the first that states it).
    pub fn header(&self, group: &Group<'_>, id: FieldId) -> Option<Value> {
        self.declarations
            .iter()
            .find_map(|d| group.stated(group.header(*d, id)?))
            .or_else(|| {
                // A flat sheet repeats header fields in every row.
                let line = self.lines.first()?;
                group.stated(group.record(line.document, line.record, id)?)
            })
    }

    /// A field of the manifest that lies beside the shipment.
    pub fn manifest(group: &Group<'_>, id: FieldId) -> Option<Value> {
        group
            .of_kind("manifest")
            .find_map(|(number, _)| group.stated(group.header(number, id)?))
    }
}

/// The shipments of a group.
pub fn collect(group: &mut Group<'_>, keys: &mut Keys) -> Vec<Shipment> {
    let declarations: Vec<u32> = group.of_kind("declaration").map(|(n, _)| n).collect();
    let packing_lists: Vec<u32> = group.of_kind("packing-list").map(|(n, _)| n).collect();
    let declarations = copies::leave_out(group, declarations);
    let packing_lists = copies::leave_out(group, packing_lists);
    let (declarations, mut versions) = versions::set_aside(group, declarations, None);
    let split = split_field(group, &declarations);
    let workbooks = split.is_none() && are_workbooks(group, &declarations, &packing_lists);
    if split.is_none() && !workbooks {
        let (lists, others) = versions::set_aside(group, packing_lists, Some(&declarations));
        versions.extend(others);
        let mut single = single(group, &declarations, &lists, keys);
        single.versions = versions;
        return vec![single];
    }
    let key_of = |document: u32, record: u32| match split {
        Some(field) => key_of(group, document, record, field),
        None => path(group, document),
    };
    let mut shipments: Vec<Shipment> = Vec::new();
    let mut by_key: HashMap<&str, usize> = HashMap::new();
    for &document in &declarations {
        for record in 0..records(group, document) {
            let key = key_of(document, record).unwrap_or_default();
            let number = *by_key.entry(key).or_insert_with(|| {
                let name = key.rsplit('/').next().unwrap_or(key);
                let id = if key.is_empty() { &group.id } else { name };
                shipments.push(Shipment {
                    id: id.to_string(),
                    ..Shipment::default()
                });
                shipments.len() - 1
            });
            let Some(shipment) = shipments.get_mut(number) else {
                continue;
            };
            let position = shipment.lines.len();
            shipment
                .lines
                .push(Line::new(group, document, record, position, keys));
            if !shipment.declarations.contains(&document) {
                shipment.declarations.push(document);
            }
        }
    }
    let mut unclear = Vec::new();
    for &document in &packing_lists {
        let mut wanted: Vec<Vec<u32>> = vec![Vec::new(); shipments.len()];
        let owner = owner(group, &shipments, document);
        for record in 0..records(group, document) {
            let key = key_of(document, record);
            match key.and_then(|k| by_key.get(k)).or(owner.as_ref()) {
                Some(number) => {
                    if let Some(rows) = wanted.get_mut(*number) {
                        rows.push(record);
                    }
                }
                // Rows of a shipment that is not declared here, or of none.
                None if key.is_none() && !unclear.contains(&document) => unclear.push(document),
                None => {}
            }
        }
        for (shipment, rows) in shipments.iter_mut().zip(wanted) {
            if rows.is_empty() {
                continue;
            }
            let (packed, cartons) = (&mut shipment.packed, &mut shipment.cartons);
            packing::rows(group, document, rows.into_iter(), packed, cartons, keys);
            shipment.packing_lists.push(document);
        }
    }
    for shipment in &mut shipments {
        let own = |v: &&versions::Version| shipment.declarations.contains(&v.kept);
        shipment.versions = versions.iter().filter(own).copied().collect();
    }
    for document in unclear {
        if let Some(doc) = group.document(document) {
            let problem = Problem::ambiguous(
                &doc.path,
                doc.part.as_deref(),
                Spot::Whole,
                Say::new(
                    "the declaration holds several shipments, but rows of this packing list name none",
                    "报关单含多票货物，但装箱单的行没有写明属于哪一票",
                ),
                Say::new(
                    "Add the declaration number or bill of lading to its rows.",
                    "请在装箱单各行注明报关单号或提单号。",
                ),
            );
            group.problems.push(problem);
        }
        for shipment in &mut shipments {
            shipment.packing_unclear = true;
        }
    }
    shipments
}

fn path<'a>(group: &Group<'a>, document: u32) -> Option<&'a str> {
    group.document(document).map(|d| d.path.as_str())
}

/// Several files that each hold a declaration and its packing list: a shipment each.
fn are_workbooks(group: &Group<'_>, declarations: &[u32], packing_lists: &[u32]) -> bool {
    let paths =
        |all: &[u32]| -> BTreeSet<&str> { all.iter().filter_map(|d| path(group, *d)).collect() };
    let (declared, packed) = (paths(declarations), paths(packing_lists));
    declared.len() > 1 && declared.iter().all(|p| packed.contains(p))
}

/// The one shipment a paper belongs to that names none: its declaration stands in the same file, or
/// has one of its numbers.
fn owner(group: &Group<'_>, shipments: &[Shipment], document: u32) -> Option<usize> {
    let numbers = |document: u32| -> BTreeSet<String> {
        let fields = ["contract_no", "invoice_no", "bill_of_lading"];
        let ids = fields
            .iter()
            .filter_map(|n| group.vocabulary.fields.find(n));
        let stated = ids.filter_map(|id| group.stated(group.header(document, id)?));
        stated.map(|v| squeeze(group.raw(&v))).collect()
    };
    let only = |holds: &dyn Fn(u32) -> bool| {
        let mut all = shipments.iter().enumerate();
        let mut owners = all
            .by_ref()
            .filter(|(_, s)| s.declarations.iter().any(|d| holds(*d)));
        let first = owners.next().map(|(number, _)| number)?;
        owners.next().is_none().then_some(first)
    };
    let own = numbers(document);
    let one_file = |d: u32| path(group, d) == path(group, document);
    only(&one_file).or_else(|| only(&|d| !own.is_disjoint(&numbers(d))))
}

fn single(
    group: &Group<'_>,
    declarations: &[u32],
    packing_lists: &[u32],
    keys: &mut Keys,
) -> Shipment {
    let mut shipment = Shipment {
        id: group.id.clone(),
        declarations: declarations.to_vec(),
        packing_lists: packing_lists.to_vec(),
        ..Shipment::default()
    };
    for &document in declarations {
        for record in 0..records(group, document) {
            let position = shipment.lines.len();
            shipment
                .lines
                .push(Line::new(group, document, record, position, keys));
        }
    }
    for &document in packing_lists {
        packing::rows(
            group,
            document,
            0..records(group, document),
            &mut shipment.packed,
            &mut shipment.cartons,
            keys,
        );
    }
    shipment
}

fn records(group: &Group<'_>, document: u32) -> u32 {
    group
        .document(document)
        .map_or(0, |d| crate::model::grid::index(d.understood.records.len()))
}

/// The first of the splitting fields with two and more different values among the lines.
fn split_field(group: &Group<'_>, declarations: &[u32]) -> Option<FieldId> {
    [
        FieldId::DECLARATION_NO,
        FieldId::BILL_OF_LADING,
        FieldId::SHIPMENT_REF,
    ]
    .into_iter()
    .find(|field| {
        let mut first: Option<&str> = None;
        declarations.iter().any(|&document| {
            (0..records(group, document)).any(|record| {
                match (key_of(group, document, record, *field), first) {
                    (Some(key), Some(known)) => key != known,
                    (Some(key), None) => {
                        first = Some(key);
                        false
                    }
                    (None, _) => false,
                }
            })
        })
    })
}

/// The value of the splitting field for a row: its own, else its document's.
fn key_of<'a>(group: &Group<'a>, document: u32, record: u32, field: FieldId) -> Option<&'a str> {
    let value = group
        .record(document, record, field)
        .and_then(|v| group.stated(v))
        .or_else(|| group.stated(group.header(document, field)?))?;
    Some(group.raw(&value).trim())
}
