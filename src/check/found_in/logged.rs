//! The batches of a line stand in the processing log, each by itself.

use crate::check::{Ctx, Detail, Outcome};
use crate::link::{Key, Value};
use crate::model::{Grade, Say};
use crate::normalize::{compare, range};

pub fn run(ctx: &Ctx<'_>, number: u32, loosest: Grade) -> Outcome {
    let group = ctx.group;
    let Some(line) = ctx.shipment.lines.get(number as usize) else {
        return Outcome::NotApplicable;
    };
    if group.batches.is_empty() {
        return Outcome::NotApplicable;
    }
    if line.batch.is_empty() {
        let what = Say::new(
            format!("Line {} states no production batch.", line.number),
            format!("第 {} 项没有写生产批号。", line.number),
        );
        let fix = Say::new(
            "State the batch in the declaration, as the processing log writes it.",
            "请在报关单写明批号，写法与加工记录一致。",
        );
        let detail = match line.hs.or(line.model).or(line.quantity) {
            Some(value) => Detail::unknown(what, value),
            None => Detail::unstated(what, line.document),
        };
        return Outcome::one(detail.fix(fix));
    }
    let batches = line.batches(group);
    let details = batches.filter_map(|(batch, key)| judge(ctx, batch, key, loosest));
    Outcome::Judged(details.collect())
}

/// What is wrong with one batch.
fn judge(ctx: &Ctx<'_>, batch: Value, key: Key, loosest: Grade) -> Option<Detail> {
    let group = ctx.group;
    let raw = group.raw(&batch);
    if let Some((grade, reason, logged)) = best(ctx, raw, key) {
        let other = group.raw(&logged);
        let what = Say::new(
            format!("Batch {raw} is written {other} in the processing log."),
            format!("批号 {raw} 在加工记录里写作 {other}。"),
        );
        let detail = Detail::fail(what, batch).found(raw).expected(other);
        return (grade > loosest).then(|| detail.graded(grade, reason).related(logged));
    }
    if range::range(raw).is_some() {
        let what = Say::new(
            format!("{raw} is a range: which batches it means is not spelled out."),
            format!("{raw} 是一个范围，没有逐一写明批号。"),
        );
        let fix = Say::new(
            "Write each batch by its own number.",
            "请逐一写明每个批号。",
        );
        return Some(Detail::unknown(what, batch).found(raw).fix(fix));
    }
    let what = Say::new(
        format!("Batch {raw} is not in the processing log."),
        format!("加工记录里没有批号 {raw}。"),
    );
    let detail = Detail::fail(what, batch)
        .found(raw)
        .graded(Grade::Different, Say::default())
        .unless_unread(group);
    let near = group.nearest_batches(key).first();
    let near = near.and_then(|near| best(ctx, raw, *near));
    Some(match near {
        Some((grade, reason, near)) if grade < Grade::Different => {
            let other = group.raw(&near);
            detail
                .expected(other)
                .nearest(Some(other.to_string()))
                .graded(grade, reason)
                .related(near)
        }
        _ => {
            let fix = Say::new(
                format!(
                    "Add batch {raw} to the processing log, or correct it in the declaration to the batch that was made."
                ),
                format!("请在加工记录中补充批号 {raw}，或在报关单中更正为实际生产的批号。"),
            );
            let log = group.batches.first().map(|b| b.batch.document);
            log.into_iter()
                .fold(detail.fix(fix), Detail::related_document)
        }
    })
}

/// The logged batch of this key whose spelling is closest.
fn best(ctx: &Ctx<'_>, raw: &str, key: Key) -> Option<(Grade, Say, Value)> {
    let group = ctx.group;
    let rows = group.batch_rows(key).iter();
    let rows = rows.filter_map(|row| group.batches.get(*row as usize));
    let batches = rows.flat_map(|row| group.batches_in(&row.batch));
    let compared = batches.filter(|b| group.key(group.raw(b)) == key).map(|b| {
        let compared = compare::models(raw, group.raw(&b), &group.vocabulary.words, None);
        (compared.grade, compared.reason, b)
    });
    compared.min_by_key(|(grade, ..)| *grade)
}
