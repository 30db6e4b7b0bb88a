//! Quantities of lines as a certificate counts them, in pieces or kilograms.

use super::Ctx;
use super::measure::{self, Measure};
use crate::link::{Line, Value};
use crate::model::FieldId;

/// The sum of quantities in one unit; none when one cannot be read or the units differ.
pub fn sum(parts: impl Iterator<Item = Option<Measure>>) -> Option<Measure> {
    let mut total: Option<Measure> = None;
    for part in parts {
        let part = part?;
        match &mut total {
            None => total = Some(part),
            Some(total) if total.unit == part.unit => total.value += part.value,
            Some(_) => return None,
        }
    }
    total
}

/// Where a certificate counts in kilograms: the weights the declaration states for the goods.
pub fn by_weight(
    ctx: &Ctx<'_>,
    certified: &Measure,
    lines: &[&Line],
    whole: bool,
) -> Option<(Vec<Measure>, Value)> {
    if certified.unit != "kilograms" {
        return None;
    }
    let group = ctx.group;
    let kilograms = |value: f64| Measure {
        value,
        unit: "kilograms".to_string(),
    };
    let legal = sum(lines.iter().map(|l| {
        let all = group.record_all(l.document, l.record, FieldId::QUANTITY);
        all.filter_map(|v| measure::read(group, &v, None))
            .find(|m| m.unit == "kilograms")
    }));
    let net = sum(lines.iter().map(|l| {
        let own = l.own(group, FieldId::NET_WEIGHT)?;
        Some(kilograms(measure::read(group, &own, None)?.value))
    }));
    let headers = [FieldId::NET_WEIGHT, FieldId::GROSS_WEIGHT]
        .into_iter()
        .filter(|_| whole);
    let headers: Vec<Value> = headers
        .filter_map(|id| ctx.shipment.header(group, id))
        .collect();
    let mut weights: Vec<Measure> = legal.into_iter().chain(net).collect();
    for value in &headers {
        weights.extend(measure::read(group, value, None).map(|m| kilograms(m.value)));
    }
    let own = lines.iter().find_map(|l| l.own(group, FieldId::NET_WEIGHT));
    let at = own
        .or(headers.first().copied())
        .or(lines.first()?.quantity)?;
    (!weights.is_empty()).then_some((weights, at))
}
