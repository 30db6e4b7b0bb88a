//! `aligned`: applicant and model are spelled one way in report, packing list and declaration.

use super::{Ctx, Detail, Outcome};
use crate::link::Value;
use crate::model::{FieldId, Grade, Say};
use crate::normalize::compare;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Aligned {
    /// Deviations looser than this grade are another name, not another spelling.
    up_to: Grade,
}

impl Aligned {
    pub fn run(self, ctx: &Ctx<'_>) -> Outcome {
        let mut details = self.models(ctx);
        details.extend(self.companies(ctx));
        Outcome::Judged(details)
    }

    /// Each deviating spelling once, with all cells that carry it.
    fn models(self, ctx: &Ctx<'_>) -> Vec<Detail> {
        let group = ctx.group;
        let words = &group.vocabulary.words;
        // Key → the spelling to use: the report's, which cannot be changed quickly.
        let mut wanted: BTreeMap<&str, (Value, bool)> = BTreeMap::new();
        for (i, line) in ctx.shipment.lines.iter().enumerate() {
            let Some(model) = line.model.filter(|_| ctx.is_selected(i)) else {
                continue;
            };
            let named = ctx.reliance.get(i).copied().flatten().and_then(|r| {
                let report = group.reports.get(r.report as usize)?;
                report.models.get(r.model as usize).map(|m| m.value)
            });
            match named {
                Some(value) => {
                    wanted.insert(&line.key, (value, true));
                }
                None => {
                    wanted.entry(&line.key).or_insert((model, false));
                }
            }
        }
        let mut spellings: BTreeMap<(&str, &str), Vec<Value>> = BTreeMap::new();
        let declared = ctx.shipment.lines.iter().map(|l| (l.key.as_str(), l.model));
        let packed = ctx
            .shipment
            .packed
            .iter()
            .map(|p| (p.key.as_str(), p.model));
        for (key, model) in declared.chain(packed) {
            let (Some(value), Some((wanted, _))) = (model, wanted.get(key)) else {
                continue;
            };
            let (raw, wanted) = (group.raw(&value), group.raw(wanted));
            if raw != wanted {
                spellings.entry((key, raw)).or_default().push(value);
            }
        }
        let mut details = Vec::new();
        for ((key, raw), values) in spellings {
            let (Some(first), Some((proposal, _))) = (values.first(), wanted.get(key)) else {
                continue;
            };
            let wanted = group.raw(proposal);
            let compared = compare::models(raw, wanted, words, None);
            if compared.grade > self.up_to {
                continue;
            }
            let what = Say::new(
                format!(
                    "Model “{raw}” is spelled “{wanted}” elsewhere ({}).",
                    compared.reason.en
                ),
                format!(
                    "型号“{raw}”在其他单证中写作“{wanted}”（{}）。",
                    compared.reason.zh
                ),
            );
            let mut detail = Detail::fail(what, *first)
                .subject(format!("model {wanted}"))
                .found(raw)
                .expected(wanted)
                .graded(compared.grade, compared.reason);
            for value in values.iter().skip(1).take(12) {
                detail = detail.related(*value);
            }
            details.push(detail.related(*proposal));
        }
        details
    }

    fn companies(self, ctx: &Ctx<'_>) -> Vec<Detail> {
        let group = ctx.group;
        let words = &group.vocabulary.words;
        let mut applicants: Vec<Value> = Vec::new();
        for reliance in ctx.reliance.iter().flatten() {
            let Some(report) = group.reports.get(reliance.report as usize) else {
                continue;
            };
            if let Some(value) = report.get(group, FieldId::APPLICANT)
                && !applicants.iter().any(|a| group.raw(a) == group.raw(&value))
            {
                applicants.push(value);
            }
        }
        let mut named: Vec<Value> = Vec::new();
        for document in ctx
            .shipment
            .declarations
            .iter()
            .chain(&ctx.shipment.packing_lists)
        {
            for id in [FieldId::CONSIGNOR, FieldId::PRODUCER, FieldId::APPLICANT] {
                let value = group.header(*document, id).and_then(|v| group.stated(v));
                if let Some(value) = value
                    && !named
                        .iter()
                        .any(|n| n.document == value.document && group.raw(n) == group.raw(&value))
                {
                    named.push(value);
                }
            }
        }
        let mut details = Vec::new();
        for value in named {
            let raw = group.raw(&value);
            let best = applicants
                .iter()
                .map(|a| {
                    let alias = group.aliases.company(raw, group.raw(a), words);
                    (compare::companies(raw, group.raw(a), words, alias), a)
                })
                .min_by_key(|(c, _)| c.grade);
            let Some((compared, applicant)) = best else {
                continue;
            };
            if compared.grade == Grade::Identical || compared.grade > self.up_to {
                continue;
            }
            let wanted = group.raw(applicant);
            let what = Say::new(
                format!(
                    "“{raw}” is spelled “{wanted}” in the report ({}).",
                    compared.reason.en
                ),
                format!("“{raw}”在报告中写作“{wanted}”（{}）。", compared.reason.zh),
            );
            details.push(
                Detail::fail(what, value)
                    .subject("shipment")
                    .found(raw)
                    .expected(wanted)
                    .graded(compared.grade, compared.reason)
                    .related(*applicant),
            );
        }
        details
    }
}
