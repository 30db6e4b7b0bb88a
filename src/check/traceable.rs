//! `traceable`: each model's production batch is stated, and is one in declaration, packing list,
//! batch log and report.

use super::{Ctx, Detail, Outcome};
use crate::link::{Batch, Key, Value};
use crate::model::{FieldId, Grade, Say};
use crate::normalize::compare::{self, Compared};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Traceable {}

/// The batches a paper states for a model, each spelling once.
struct Stated {
    paper: Say,
    batches: Vec<Value>,
}

impl Stated {
    fn new(ctx: &Ctx<'_>, paper: Say, values: impl Iterator<Item = Value>) -> Stated {
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
    fn closest(&self, ctx: &Ctx<'_>, batch: &Value) -> Option<(Value, Compared)> {
        let raw = ctx.group.raw(batch);
        let compared = self.batches.iter().map(|own| {
            let words = &ctx.group.vocabulary.words;
            (*own, compare::models(ctx.group.raw(own), raw, words, None))
        });
        compared.min_by_key(|(_, compared)| compared.grade)
    }
}

impl Traceable {
    pub fn run(self, ctx: &Ctx<'_>) -> Outcome {
        let mut details = Vec::new();
        let mut seen: BTreeSet<Key> = BTreeSet::new();
        let mut unstated: Vec<u32> = Vec::new();
        let mut judged = 0;
        for (number, line) in ctx.shipment.lines.iter().enumerate() {
            let own = line.key.is_none();
            if !ctx.is_selected(number) || !own && !seen.insert(line.key) {
                continue;
            }
            let number = crate::model::grid::index(number);
            let lines: Vec<u32> = if own {
                vec![number]
            } else {
                ctx.shipment.lines_with(line.key).to_vec()
            };
            judged += lines.len();
            let papers = papers(ctx, &lines, line.key);
            match papers.split_first() {
                None => unstated.extend(lines),
                Some((first, others)) => {
                    details.extend(others.iter().filter_map(|o| differs(ctx, first, o, &lines)));
                }
            }
        }
        if judged == 0 {
            return Outcome::NotApplicable;
        }
        if unstated.len() == judged {
            details.push(nowhere(ctx, unstated));
        } else {
            details.extend(unstated.into_iter().map(|l| nowhere(ctx, vec![l])));
        }
        Outcome::Judged(details)
    }
}

/// The papers that state a batch for a model, the declaration first.
fn papers(ctx: &Ctx<'_>, lines: &[u32], key: Key) -> Vec<Stated> {
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
        Stated::new(ctx, Say::new("declaration", "报关单"), declared),
        Stated::new(ctx, Say::new("packing list", "装箱单"), packed),
        Stated::new(ctx, Say::new("batch log", "批次记录"), logged.into_iter()),
        Stated::new(ctx, Say::new("report", "检测报告"), tested),
    ];
    all.retain(|s| !s.batches.is_empty());
    all
}

/// A batch one paper states and the other does not. Logs and reports may also name batches of
/// other shipments: of those one must be the same.
fn differs(ctx: &Ctx<'_>, first: &Stated, other: &Stated, lines: &[u32]) -> Option<Detail> {
    let paired = other.batches.iter().filter_map(|batch| {
        let (own, compared) = first.closest(ctx, batch)?;
        Some((*batch, own, compared))
    });
    let paired: Vec<(Value, Value, Compared)> = paired.collect();
    let same = |compared: &Compared| compared.grade <= Grade::CleanUp;
    let all = other.paper.en == "packing list";
    if !all && paired.iter().any(|(.., compared)| same(compared)) {
        return None;
    }
    let apart = paired.into_iter().filter(|(.., compared)| !same(compared));
    let (value, own, compared) = apart.min_by_key(|(.., compared)| compared.grade)?;
    let (raw, text) = (ctx.group.raw(&value).trim(), ctx.group.raw(&own).trim());
    let line = lines
        .first()
        .and_then(|l| ctx.shipment.lines.get(*l as usize))?;
    let model = line.model.map_or("", |m| ctx.group.raw(&m).trim());
    let is_near = compared.grade < Grade::Different;
    let why = if is_near {
        let reason = &compared.reason;
        Say::new(format!(" ({})", reason.en), format!("（{}）", reason.zh))
    } else {
        Say::default()
    };
    let what = Say::new(
        format!(
            "Batch of {model}: {text} in the {}, {raw} in the {}{}.",
            first.paper.en, other.paper.en, why.en
        ),
        format!(
            "型号 {model} 的批号在{}为 {text}，在{}为 {raw}{}。",
            first.paper.zh, other.paper.zh, why.zh
        ),
    );
    let mut detail = Detail::fail(what, value)
        .subject(format!("line {}", line.number))
        .found(raw)
        .expected(text)
        .graded(compared.grade, compared.reason)
        .related(own)
        .lines(lines.to_vec());
    if is_near {
        detail = detail.nearest(Some(text.to_string())).fix(Say::new(
            format!(
                "Write one batch in all documents: “{text}” or “{raw}”, whichever the goods carry."
            ),
            format!("请在各单证统一批号：“{text}”或“{raw}”，以货物实际标注为准。"),
        ));
    }
    Some(detail)
}

/// Lines for which no paper states a batch.
fn nowhere(ctx: &Ctx<'_>, lines: Vec<u32>) -> Detail {
    let numbers: Vec<&str> = lines
        .iter()
        .filter_map(|l| ctx.shipment.lines.get(*l as usize))
        .map(|l| l.number.as_str())
        .take(20)
        .collect();
    let what = Say::new(
        format!(
            "No production batch is stated for line {}.",
            numbers.join(", ")
        ),
        format!("第 {} 项没有写生产批号。", numbers.join("、")),
    );
    let subject = match numbers.as_slice() {
        [one] => format!("line {one}"),
        _ => "shipment".to_string(),
    };
    let line = lines
        .first()
        .and_then(|l| ctx.shipment.lines.get(*l as usize));
    let detail = match line.and_then(|l| l.model.or(l.hs)) {
        Some(value) => Detail::unknown(what, value),
        None => Detail::unstated(what, line.map_or(0, |l| l.document)),
    };
    detail.subject(subject).lines(lines)
}
