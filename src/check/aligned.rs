//! `aligned`: applicant and model are spelled one way in report, packing list and declaration.

use super::{Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::papers;
use crate::facts::why::{Why, why};
use crate::link::{Group, Key, Value};
use crate::model::{FieldId, Grade};
use crate::normalize::compare::{self, Compared};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Aligned {
    /// Deviations looser than this grade are another name, not another spelling.
    up_to: Grade,
    /// A text parameter: whose spelling to use, `report` (cannot be changed quickly), `declaration` or
    /// `packing-list`. Without it the report's.
    #[serde(default)]
    spelling: Option<String>,
}

impl Judges for Aligned {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment];
    const REASONS: &str = "model-spelled-elsewhere party-spelled-elsewhere";

    fn parameters(&self) -> Vec<&str> {
        self.spelling.as_deref().into_iter().collect()
    }

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        let mut details = self.models(ctx);
        details.extend(self.companies(ctx));
        Outcome::judged(details, ctx.declaration())
    }
}

impl Aligned {
    /// Each deviating spelling once, with all cells that carry it.
    fn models(&self, ctx: &Ctx<'_>) -> Vec<Detail> {
        let group = ctx.group;
        let shipment = ctx.shipment;
        let words = &group.vocabulary.words;
        let whose = self.spelling.as_ref().map(|p| ctx.parameters.text(p));
        // Key → all cells of the model, and the spelling to use.
        let mut cells: BTreeMap<Key, Vec<Value>> = BTreeMap::new();
        let mut wanted: BTreeMap<Key, Value> = BTreeMap::new();
        // Models that differ only in case may both be models of a report.
        let mut models_of_reports: BTreeSet<&str> = BTreeSet::new();
        for (i, line) in shipment.lines.iter().enumerate() {
            let Some(model) = line.model.filter(|_| ctx.is_selected(i)) else {
                continue;
            };
            let named = ctx.reliance.get(i).copied().flatten().and_then(|r| {
                let report = group.reports.get(r.report as usize)?;
                let named = report.models.get(r.model as usize);
                named.filter(|m| m.within.is_none()).map(|m| m.value)
            });
            if whose.is_none_or(|w| w == "report") {
                models_of_reports.extend(named.iter().map(|v| group.raw(v)));
            }
            let packed = || {
                let partner = shipment.packed_partner(group, line.key);
                let row = shipment.packed_with(partner.unwrap_or(line.key)).first();
                row.and_then(|row| shipment.packed.get(*row as usize)?.model)
            };
            let use_this = match whose {
                Some(papers::DECLARATION) => Some(model),
                Some(papers::PACKING_LIST) => packed().or(named),
                _ => named,
            };
            let first = !wanted.contains_key(&line.key);
            if first || named.is_some() && whose.is_none_or(|w| w == "report") {
                wanted.insert(line.key, use_this.unwrap_or(model));
            }
            let own = cells.entry(line.key).or_default();
            own.push(model);
            own.extend(named.filter(|_| first));
        }
        for &key in wanted.keys() {
            let partner = shipment.packed_partner(group, key).into_iter();
            let rows = partner.chain([key]).flat_map(|k| shipment.packed_with(k));
            let packed = rows.filter_map(|row| shipment.packed.get(*row as usize)?.model);
            cells.entry(key).or_default().extend(packed);
        }
        let mut spellings: BTreeMap<(Key, &str), Vec<Value>> = BTreeMap::new();
        let mut seen: BTreeSet<(u32, u32, u32)> = BTreeSet::new();
        for (key, values) in cells {
            let wanted = wanted.get(&key).map_or("", |v| group.raw(v));
            for value in values {
                let raw = group.raw(&value);
                let once = seen.insert((value.document, value.field.cell, value.field.start));
                if raw != wanted && once && !models_of_reports.contains(raw) {
                    spellings.entry((key, raw)).or_default().push(value);
                }
            }
        }
        let mut details = Vec::new();
        for ((key, raw), values) in spellings {
            let Some(proposal) = wanted.get(&key) else {
                continue;
            };
            let wanted = group.raw(proposal);
            let joined = group.aliases.model(raw, wanted, words);
            let compared = compare::models(raw, wanted, words, joined);
            if compared.grade > self.up_to {
                continue;
            }
            let what = why!("model-spelled-elsewhere";
                found = raw, wanted, why = compared.reason, cells = values.len());
            let detail = spelled(group, what, &values, *proposal, compared);
            details.extend(detail.map(|d| d.subject(format!("model {wanted}"))));
        }
        details
    }

    /// Each deviating spelling of a party once, with all cells that carry it: of the headers against
    /// all applicants, of lines that state parties of their own against the applicant of their report.
    fn companies(&self, ctx: &Ctx<'_>) -> Vec<Detail> {
        let group = ctx.group;
        let ids = [FieldId::CONSIGNOR, FieldId::PRODUCER, FieldId::APPLICANT];
        let mut applicant_of: BTreeMap<u32, Option<Value>> = BTreeMap::new();
        let mut spellings: Spellings<'_> = BTreeMap::new();
        for (i, line) in ctx.shipment.lines.iter().enumerate() {
            let Some(reliance) = ctx.reliance.get(i).copied().flatten() else {
                continue;
            };
            let applicant = *applicant_of.entry(reliance.report).or_insert_with(|| {
                let report = group.reports.get(reliance.report as usize)?;
                report.get(group, FieldId::APPLICANT)
            });
            let Some(applicant) = applicant else { continue };
            for value in ids.iter().filter_map(|id| line.own(group, *id)) {
                note(&mut spellings, group, value, applicant);
            }
        }
        let mut applicants: BTreeMap<&str, Value> = BTreeMap::new();
        for value in applicant_of.into_values().flatten() {
            applicants.entry(group.raw(&value)).or_insert(value);
        }
        let shipment = ctx.shipment;
        let documents = shipment.declarations.iter().chain(&shipment.packing_lists);
        let stated = documents.flat_map(|document| {
            let stated = |id| group.header(*document, id).and_then(|v| group.stated(v));
            ids.into_iter().filter_map(stated)
        });
        for value in stated {
            for applicant in applicants.values() {
                note(&mut spellings, group, value, *applicant);
            }
        }
        let mut best: BTreeMap<&str, (compare::Compared, &Vec<Value>, Value)> = BTreeMap::new();
        for ((raw, wanted), (values, applicant)) in &spellings {
            let words = &group.vocabulary.words;
            let joined = group.aliases.company(raw, wanted, words);
            let compared = compare::companies(raw, wanted, words, joined);
            if best.get(raw).is_none_or(|(b, ..)| compared.grade < b.grade) {
                best.insert(raw, (compared, values, *applicant));
            }
        }
        let mut details = Vec::new();
        for (raw, (compared, values, applicant)) in best {
            let known = applicants.contains_key(raw);
            if known || compared.grade == Grade::Identical || compared.grade > self.up_to {
                continue;
            }
            let wanted = group.raw(&applicant);
            let what = why!("party-spelled-elsewhere";
                found = raw, wanted, why = compared.reason, cells = values.len());
            let detail = spelled(group, what, values, applicant, compared);
            details.extend(detail.map(|d| d.subject("shipment")));
        }
        details
    }
}

/// All cells that carry a spelling, and where the one to use stands.
fn spelled(
    group: &Group<'_>,
    what: Why,
    values: &[Value],
    wanted: Value,
    compared: Compared,
) -> Option<Detail> {
    let (first, others) = values.split_first()?;
    let detail = Detail::fail(what, *first).found(group.raw(first));
    let detail = detail.expected(group.raw(&wanted)).beside(others);
    Some(
        detail
            .graded(compared.grade, compared.reason)
            .related(wanted),
    )
}

/// Spelling and the spelling to use → the cells that carry it, and where the other stands.
type Spellings<'t> = BTreeMap<(&'t str, &'t str), (Vec<Value>, Value)>;

fn note<'t>(spellings: &mut Spellings<'t>, group: &Group<'t>, value: Value, wanted: Value) {
    let key = (group.raw(&value), group.raw(&wanted));
    let (cells, _) = spellings.entry(key).or_insert_with(|| (Vec::new(), wanted));
    let place = |v: &Value| (v.document, v.field.cell, v.field.start);
    if cells.last().map(place) != Some(place(&value)) {
        cells.push(value);
    }
}
