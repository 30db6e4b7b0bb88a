//! `traceable`: each model's production batch is stated, and is one in declaration, packing list,
//! batch log and report.

use super::{At, Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::batches::{Stated, by_paper};
use crate::facts::papers;
use crate::facts::why::why;
use crate::link::{Key, Value};
use crate::model::Grade;
use crate::normalize::compare::Compared;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Traceable {}

impl Judges for Traceable {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment];
    const REASONS: &str = "batches-differ batches-nearly-alike no-batch-anywhere nothing-selected";

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
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
            let papers = by_paper(ctx, &lines, line.key);
            match papers.split_first() {
                None => unstated.extend(lines),
                Some((first, others)) => {
                    details.extend(others.iter().filter_map(|o| differs(ctx, first, o, &lines)));
                }
            }
        }
        if judged == 0 {
            return Outcome::nothing(why!("nothing-selected"));
        }
        if unstated.len() == judged {
            details.push(nowhere(ctx, unstated));
        } else {
            details.extend(unstated.into_iter().map(|l| nowhere(ctx, vec![l])));
        }
        Outcome::judged(details, ctx.declaration())
    }
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
    let all = other.paper == papers::PACKING_LIST;
    if !all && paired.iter().any(|(.., compared)| same(compared)) {
        return None;
    }
    let apart = paired.into_iter().filter(|(.., compared)| !same(compared));
    let (value, own, compared) = apart.min_by_key(|(.., compared)| compared.grade)?;
    let line = lines
        .first()
        .and_then(|l| ctx.shipment.lines.get(*l as usize))?;
    let model = line.model.map_or("", |m| ctx.group.raw(&m).trim());
    let [paper, other_paper] = [first, other].map(|s| papers::title(ctx, s.paper));
    let what = match compared.grade < Grade::Different {
        true => why!("batches-nearly-alike"; model, paper, other_paper),
        false => why!("batches-differ"; model, paper, other_paper),
    };
    let detail = Detail::fail(what, value).subject(format!("line {}", line.number));
    Some(
        detail
            .against(ctx.group, own, compared)
            .lines(lines.to_vec()),
    )
}

/// Lines for which no paper states a batch.
fn nowhere(ctx: &Ctx<'_>, lines: Vec<u32>) -> Detail {
    let numbers: Vec<&str> = lines
        .iter()
        .filter_map(|l| ctx.shipment.lines.get(*l as usize))
        .map(|l| l.number.as_str())
        .take(20)
        .collect();
    let what = why!("no-batch-anywhere"; lines = numbers.join(", "));
    let subject = match numbers.as_slice() {
        [one] => format!("line {one}"),
        _ => "shipment".to_string(),
    };
    let line = lines
        .first()
        .and_then(|l| ctx.shipment.lines.get(*l as usize));
    let detail = Detail::unknown(
        what,
        At::or(
            line.and_then(|l| l.model.or(l.hs)),
            line.map_or(0, |l| l.document),
        ),
    );
    detail.subject(subject).lines(lines)
}
