//! The batches of a line stand in the processing log, each by itself.

use crate::check::{At, Ctx, Detail, Outcome};
use crate::facts::papers;
use crate::facts::why::why;
use crate::link::{Key, Line, Value};
use crate::model::{Grade, Say};
use crate::normalize::{compare, range};

pub fn run(ctx: &Ctx<'_>, line: &Line, loosest: Grade) -> Outcome {
    let group = ctx.group;
    if group.batches.is_empty() {
        // That there is no log is another rule's to say; one that names no batch proves none.
        return match papers::first(ctx, papers::BATCH_LOG) {
            None => Outcome::nothing(why!("no-log")),
            Some(log) => Outcome::one(Detail::unknown(why!("log-names-no-batch"), log)),
        };
    }
    if line.batch.is_empty() {
        let what = why!("no-batch"; line = line.number);
        let detail = Detail::unknown(
            what,
            At::or(line.hs.or(line.model).or(line.quantity), line.document),
        );
        return Outcome::one(detail);
    }
    let batches = line.batches(group);
    let details = batches.filter_map(|(batch, key)| judge(ctx, batch, key, loosest));
    Outcome::judged(details, line)
}

/// What is wrong with one batch.
fn judge(ctx: &Ctx<'_>, batch: Value, key: Key, loosest: Grade) -> Option<Detail> {
    let group = ctx.group;
    let raw = group.raw(&batch);
    if let Some((grade, reason, logged)) = best(ctx, raw, key) {
        let other = group.raw(&logged);
        let what = why!("batch-written-otherwise"; batch = raw, other);
        let detail = Detail::fail(what, batch).found(raw).expected(other);
        return (grade > loosest).then(|| detail.graded(grade, reason).related(logged));
    }
    if range::range(raw).is_some() {
        let what = why!("batch-is-range"; batch = raw);
        return Some(Detail::unknown(what, batch).found(raw));
    }
    let what = why!("batch-not-logged"; batch = raw);
    let detail = Detail::fail(what, batch)
        .found(raw)
        .graded(Grade::Different, Say::default())
        .unless_unread(group, &["batch-log"]);
    let near = group.nearest_batches(key).first();
    let near = near.and_then(|near| best(ctx, raw, *near));
    Some(match near {
        Some((grade, reason, near)) if grade < Grade::Different => {
            detail.against(group, near, compare::graded(grade, reason))
        }
        _ => {
            let log = group.batches.first().map(|b| b.batch.document);
            detail.beside(log.map(At::Document))
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
