//! The weights of a packing list add up to the declared ones; net is not above gross.

use crate::check::{Ctx, Detail, Outcome};
use crate::facts::cartons::{Above, cartons_above};
use crate::facts::measure::shown;
use crate::facts::sums::{declared, kilograms, packed, unclear};
use crate::facts::why::{term, why};
use crate::link::{Group, Value};
use crate::model::FieldId;

/// Sums of the packing list equal the declared weight, within a tolerance such as `1 kg` or `0.5%`.
pub fn totals(ctx: &Ctx<'_>, id: FieldId, tolerance: &str) -> Outcome {
    let (declared, packed) = match (declared(ctx, id), packed(ctx, id)) {
        (Some(Ok(declared)), Some(Ok(packed))) => (declared, packed),
        (Some(Err(detail)), Some(_)) | (Some(Ok(_)), Some(Err(detail))) => {
            return Outcome::one(*detail);
        }
        // One paper states no weights: there is nothing to compare.
        _ => return Outcome::nothing(why!("no-weights-to-compare")),
    };
    let near = |a: f64, b: f64| (a - b).abs() <= allowed(tolerance, a.max(b)) + 1e-6;
    let agrees = declared
        .readings
        .iter()
        .any(|a| packed.readings.iter().any(|b| near(*a, *b)));
    if agrees {
        return Outcome::pass(ctx.declaration());
    }
    let (Some(a), Some(b), Some(first)) = (
        declared.readings.first(),
        packed.readings.first(),
        declared.parts.first(),
    ) else {
        return Outcome::nothing(why!("no-weights-to-compare"));
    };
    let (a, b) = (shown(*a), shown(*b));
    let what = why!("weight-differs";
        weight = term(ctx.group.vocabulary.fields.name(id)), declared = a, packed = b);
    let mut detail = Detail::fail(what, *first)
        .found(a)
        .expected(b)
        .unless_unread(ctx.group, &["packing-list"]);
    detail = detail.beside(declared.parts.iter().skip(1).chain(&packed.parts).take(12));
    Outcome::one(detail)
}

/// What may differ: a share of the weight, or kilograms.
fn allowed(tolerance: &str, weight: f64) -> f64 {
    let text = tolerance.trim();
    match text.strip_suffix('%') {
        Some(share) => share.trim().parse().unwrap_or(0.0) / 100.0 * weight,
        None => text.trim_end_matches("kg").trim().parse().unwrap_or(0.0),
    }
}

/// Net weight is not above gross weight: in the declaration's header, per line, per carton group.
pub fn net_below_gross(ctx: &Ctx<'_>) -> Outcome {
    let group = ctx.group;
    let mut details = Vec::new();
    let mut any = false;
    let mut judge = |net: Option<Value>, gross: Option<Value>, subject: String| {
        let (Some(net), Some(gross)) = (net, gross) else {
            return;
        };
        any = true;
        let (Some(a), Some(b)) = (kilograms(group, &net), kilograms(group, &gross)) else {
            let lost = kilograms(group, &net).is_some();
            let (at, id) = if lost {
                (gross, FieldId::GROSS_WEIGHT)
            } else {
                (net, FieldId::NET_WEIGHT)
            };
            details.push(unclear(group, at, id).subject(subject));
            return;
        };
        if b > 0.0 && a > b + 1e-6 {
            details.push(above(group, net, gross, a, b, subject));
        }
    };
    for document in &ctx.shipment.declarations {
        let header = |id| group.header(*document, id).and_then(|v| group.stated(v));
        let (net, gross) = (header(FieldId::NET_WEIGHT), header(FieldId::GROSS_WEIGHT));
        judge(net, gross, "shipment".to_string());
    }
    for line in &ctx.shipment.lines {
        let (net, gross) = (
            line.own(group, FieldId::NET_WEIGHT),
            line.own(group, FieldId::GROSS_WEIGHT),
        );
        judge(net, gross, format!("line {}", line.number));
    }
    for (document, found) in cartons_above(ctx, &mut any) {
        let mut found = found.into_iter();
        let Some(first) = found.next() else { continue };
        let others: Vec<Above> = found.collect();
        details.push(in_list(group, document, &first, &others));
    }
    match any {
        true => Outcome::judged(details, ctx.declaration()),
        false => Outcome::nothing(why!("no-weights-to-compare")),
    }
}

/// One finding for a list: a row alone, or how many rows and the first of them, since columns that
/// are swapped are swapped in every row.
fn in_list(group: &Group<'_>, document: u32, first: &Above, others: &[Above]) -> Detail {
    let (a, b) = first.weights;
    let detail = above(group, first.net, first.gross, a, b, first.subject.clone());
    if others.is_empty() {
        return detail;
    }
    let count = others.len() + 1;
    let mut detail = detail.subject(format!("document d{}", document + 1));
    detail.what = why!("net-above-gross-in-rows"; count, net = shown(a), gross = shown(b));
    for row in others.iter().take(5) {
        detail = detail.related(row.net).related(row.gross);
    }
    detail
}

fn above(group: &Group<'_>, net: Value, gross: Value, a: f64, b: f64, subject: String) -> Detail {
    let (a, b) = (shown(a), shown(b));
    let what = why!("net-above-gross"; net = a, gross = b);
    Detail::fail(what, net)
        .subject(subject)
        .found(group.raw(&net).trim())
        .expected(format!("≤ {b}"))
        .related(gross)
}
