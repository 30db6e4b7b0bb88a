//! `certified`: every input of a line's batch names a supplier certificate that is there, was
//! valid at production, and is for that material.

use super::{Ctx, Detail, Outcome};
use crate::link::{Batch, number_key};
use crate::model::Say;
use crate::normalize::date::ReadDate;
use crate::normalize::text::fold;
use serde::Deserialize;

#[derive(Clone, Copy, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certified {}

impl Certified {
    pub fn run(self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let group = ctx.group;
        let Some(line) = ctx.shipment.lines.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let Some(batch) = line.batch else {
            // That no batch is stated is the batch log rule's to say.
            return Outcome::NotApplicable;
        };
        let key = crate::normalize::model::key(group.raw(&batch));
        let rows: Vec<&Batch> = group
            .batch_rows(&key)
            .iter()
            .filter_map(|row| group.batches.get(*row as usize))
            .collect();
        if rows.is_empty() {
            return Outcome::NotApplicable;
        }
        let mut details: Vec<Detail> = Vec::new();
        for row in rows {
            if let Some(detail) = input(ctx, row)
                && !details.iter().any(|d| d.what == detail.what)
            {
                details.push(detail.related(batch));
            }
        }
        Outcome::Judged(details)
    }
}

/// What is wrong with the certificate of one row of the log.
fn input(ctx: &Ctx<'_>, row: &Batch) -> Option<Detail> {
    let group = ctx.group;
    let batch = group.raw(&row.batch).trim();
    let Some(named) = row.certificate else {
        let what = Say::new(
            format!("The processing log names no supplier certificate for batch {batch}."),
            format!("加工记录中批号 {batch} 没有写供应商证书。"),
        );
        return Some(Detail::fail(what, row.batch));
    };
    let raw = group.raw(&named).trim();
    if group.certificates.is_empty() {
        let what = Say::new(
            format!("Supplier certificate {raw} (batch {batch}) is not in the shipment."),
            format!("缺少供应商证书 {raw}（批号 {batch}）。"),
        );
        return Some(Detail::unknown(what, named).found(raw));
    }
    let key = number_key(raw);
    let found = group
        .certificates
        .iter()
        .find(|c| number_key(group.raw(&c.number)) == key);
    let Some(certificate) = found else {
        let what = Say::new(
            format!("Supplier certificate {raw} (batch {batch}) is not among the certificates."),
            format!("供应商证书中没有 {raw}（批号 {batch}）。"),
        );
        // It is absent from the shipment, not wrong: it may still be supplied.
        let mut detail = Detail::unknown(what, named).found(raw);
        if let Some(other) = group.certificates.first() {
            detail = detail.related(other.number);
        }
        return Some(detail);
    };
    if let (Some(a), Some(b)) = (row.material, certificate.material) {
        let (material, certified) = (fold(group.raw(&a)), fold(group.raw(&b)));
        if !material.contains(&certified) && !certified.contains(&material) {
            let what = Say::new(
                format!(
                    "Certificate {raw} is for “{}”, the batch used “{}”.",
                    group.raw(&b).trim(),
                    group.raw(&a).trim()
                ),
                format!(
                    "证书 {raw} 对应“{}”，批次使用“{}”。",
                    group.raw(&b).trim(),
                    group.raw(&a).trim()
                ),
            );
            return Some(
                Detail::fail(what, b)
                    .found(group.raw(&b).trim())
                    .expected(group.raw(&a).trim())
                    .related(a),
            );
        }
    }
    let produced = row.produced?;
    let ReadDate::Day(day) = group.date(&produced) else {
        let what = Say::new(
            format!("The production date of batch {batch} cannot be read."),
            format!("批号 {batch} 的生产日期无法读取。"),
        );
        return Some(Detail::unknown(what, produced).found(group.raw(&produced).trim()));
    };
    for (bound, is_start) in [
        (certificate.valid_from, true),
        (certificate.valid_until, false),
    ] {
        let Some(value) = bound else { continue };
        let ReadDate::Day(limit) = group.date(&value) else {
            continue;
        };
        let holds = if is_start { limit <= day } else { day <= limit };
        if !holds {
            let what = Say::new(
                format!(
                    "Certificate {raw} was not valid when batch {batch} was made on {day} (limit {limit})."
                ),
                format!("批号 {batch} 于 {day} 生产时，证书 {raw} 不在有效期内（{limit}）。"),
            );
            let found = group.raw(&value).trim();
            return Some(Detail::fail(what, value).found(found).related(produced));
        }
    }
    None
}
