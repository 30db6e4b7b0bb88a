//! The batches each paper states for a model.

use super::{Ctx, papers};
use crate::link::{Batch, Key, Value};
use crate::model::FieldId;
use crate::normalize::compare::{self, Compared};

/// The batches a paper states for a model, each spelling once.
pub struct Stated {
    pub paper: &'static str,
    pub batches: Vec<Value>,
}

impl Stated {
    pub fn new(ctx: &Ctx<'_>, paper: &'static str, values: impl Iterator<Item = Value>) -> Stated {
        let group = ctx.group;
        let mut batches: Vec<Value> = Vec::new();
        for batch in values.flat_map(|v| group.batches_in(&v)) {
            if !batches.iter().any(|b| group.raw(b) == group.raw(&batch)) {
                batches.push(batch);
            }
        }
        Stated { paper, batches }
    }

    /// The stated batch closest to another, with its grade.
    pub fn closest(&self, ctx: &Ctx<'_>, batch: &Value) -> Option<(Value, Compared)> {
        let raw = ctx.group.raw(batch);
        let compared = self.batches.iter().map(|own| {
            let words = &ctx.group.vocabulary.words;
            (*own, compare::models(ctx.group.raw(own), raw, words, None))
        });
        compared.min_by_key(|(_, compared)| compared.grade)
    }
}

/// The papers that state a batch for a model, the declaration first.
pub fn by_paper(ctx: &Ctx<'_>, lines: &[u32], key: Key) -> Vec<Stated> {
    let group = ctx.group;
    let declared = lines
        .iter()
        .filter_map(|l| ctx.shipment.lines.get(*l as usize))
        .flat_map(|l| l.batch.iter().copied())
        .filter(|v| !ctx.shipment.packing_lists.contains(&v.document));
    let packed = ctx
        .shipment
        .packed_with(key)
        .iter()
        .filter_map(|p| ctx.shipment.packed.get(*p as usize))
        .filter_map(|p| {
            let own = group.record(p.document, p.record, FieldId::BATCH);
            own.or_else(|| group.header(p.document, FieldId::BATCH))
        });
    let logged: Vec<Value> = group.batches_of(key).map(|b: &Batch| b.batch).collect();
    let mut reports: Vec<u32> = lines
        .iter()
        .filter_map(|l| ctx.reliance.get(*l as usize).copied().flatten())
        .map(|r| r.report)
        .collect();
    reports.dedup();
    let tested = reports
        .into_iter()
        .filter_map(|r| group.reports.get(r as usize))
        .flat_map(|r| r.all(group, FieldId::BATCH));
    let mut all = vec![
        Stated::new(ctx, papers::DECLARATION, declared),
        Stated::new(ctx, papers::PACKING_LIST, packed),
        Stated::new(ctx, papers::BATCH_LOG, logged.into_iter()),
        Stated::new(ctx, papers::LAB_REPORT, tested),
    ];
    all.retain(|s| !s.batches.is_empty());
    all
}
