//! Lines with their prices and totals, in declaration and invoices.

use super::{Ctx, papers};
use crate::link::{Group, Value};
use crate::model::FieldId;
use crate::normalize::model;
use crate::normalize::text::squeeze;

/// One priced line of a declaration or an invoice.
pub struct Priced {
    pub document: u32,
    pub subject: String,
    pub quantity: Option<Value>,
    pub price: Option<Value>,
    pub amount: Option<Value>,
    /// An amount that is there and not known: an error, a value taken back.
    pub lost: Option<Value>,
    pub currency: String,
}

pub fn lines(ctx: &Ctx<'_>) -> Vec<Priced> {
    let group = ctx.group;
    let mut all: Vec<Priced> = ctx
        .shipment
        .lines
        .iter()
        .map(|line| Priced {
            document: line.document,
            subject: format!("line {}", line.number),
            quantity: line.quantity,
            price: line.own(group, FieldId::PRICE),
            amount: line.own(group, FieldId::AMOUNT),
            lost: lost(group, line.document, Some(line.record)),
            currency: currency(group, line.document, Some(line.record)),
        })
        .collect();
    if group.shipments.len() == 1 {
        let invoices = group.entries(papers::INVOICE).filter(|(_, r)| r.is_some());
        all.extend(invoices.map(|(document, record)| {
            let own = |id| group.stated(group.record(document, record?, id)?);
            Priced {
                document,
                subject: format!("document d{}", document + 1),
                quantity: own(FieldId::QUANTITY),
                price: own(FieldId::PRICE),
                amount: own(FieldId::AMOUNT),
                lost: lost(group, document, record),
                currency: currency(group, document, record),
            }
        }));
    }
    all
}

pub fn lost(group: &Group<'_>, document: u32, record: Option<u32>) -> Option<Value> {
    let value = group.record(document, record?, FieldId::AMOUNT)?;
    let known = group.stated(value).is_some() || group.raw(&value).trim().is_empty();
    let words = &group.vocabulary.words;
    let raw = group.raw(&value).trim();
    let nothing = !raw.starts_with('#') && model::is_null(raw, &words.null_tokens);
    (!known && !nothing).then_some(value)
}

pub fn currency(group: &Group<'_>, document: u32, record: Option<u32>) -> String {
    let value = group.entry(document, record, FieldId::CURRENCY);
    value.map_or(String::new(), |v| squeeze(group.raw(&v)))
}

/// Half a step of the last digit written: `5.60` may stand for 5.595 to 5.605.
pub fn half_step(raw: &str) -> f64 {
    let digits = raw.rsplit_once('.').map_or(0, |(_, rest)| {
        rest.chars().take_while(char::is_ascii_digit).count()
    });
    0.5 * 10f64.powi(-i32::try_from(digits.min(9)).unwrap_or(0))
}

/// Whether one of the stated totals, or all of them together, is the sum.
pub fn is_part(stated: &[Value], group: &Group<'_>, sum: f64) -> bool {
    let numbers: Vec<f64> = stated
        .iter()
        .filter_map(|v| group.quantity(v).map(|q| q.value))
        .collect();
    let near = |value: f64| (value - sum).abs() <= 0.005 + 1e-9 * sum.abs();
    numbers.len() > 1 && (numbers.iter().any(|n| near(*n)) || near(numbers.iter().sum()))
}

/// Whether two documents state a header field alike, or one of them not at all.
pub fn agree(group: &Group<'_>, a: u32, b: u32, id: FieldId) -> bool {
    let text = |d: u32| group.header(d, id).and_then(|v| group.stated(v));
    match (text(a), text(b)) {
        (Some(a), Some(b)) => {
            let (a, b) = (squeeze(group.raw(&a)), squeeze(group.raw(&b)));
            a.contains(&b) || b.contains(&a)
        }
        _ => true,
    }
}
