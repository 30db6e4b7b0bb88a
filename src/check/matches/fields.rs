//! One field of certificate entries against the lines they are about.

use super::Aspect;
use crate::check::{At, Ctx, Detail};
use crate::facts::measure::{self, Measure, shown};
use crate::facts::pair::{Entry, named_otherwise, six_digits};
use crate::facts::period;
use crate::facts::same::{As, apart};
use crate::facts::weighed::{by_weight, sum};
use crate::facts::why::{term, why};
use crate::link::{Line, Shipment, Value};
use crate::model::{FieldId, Grade};
use crate::normalize::date::ReadDate;
use crate::normalize::hs;
use jiff::civil::Date;

/// What is wrong with one field. `whole`: all lines of the shipment's goods are meant.
pub fn compare(
    ctx: &Ctx<'_>,
    aspect: Aspect,
    entries: &[Entry],
    lines: &[u32],
    whole: bool,
) -> Vec<Detail> {
    let lines: Vec<&Line> = lines
        .iter()
        .filter_map(|l| ctx.shipment.lines.get(*l as usize))
        .collect();
    let (Some(first), Some(entry)) = (lines.first(), entries.first()) else {
        return Vec::new();
    };
    let declared = |ids: &[FieldId]| -> Vec<Value> {
        ids.iter()
            .filter_map(|id| first.field(ctx.group, *id))
            .collect()
    };
    match aspect {
        Aspect::Exporter => {
            let parties = declared(&[FieldId::CONSIGNOR, FieldId::PRODUCER]);
            each(entries, |e| {
                stated(ctx, As::Party, e, FieldId::CONSIGNOR, &parties, "exporter")
            })
        }
        Aspect::Consignee => {
            let parties = declared(&[FieldId::CONSIGNEE]);
            each(entries, |e| {
                stated(ctx, As::Party, e, FieldId::CONSIGNEE, &parties, "consignee")
            })
        }
        Aspect::Destination => {
            let values = declared(&[FieldId::FINAL_DESTINATION, FieldId::DESTINATION_COUNTRY]);
            let name = "destination";
            each(entries, |e| {
                stated(
                    ctx,
                    As::Country,
                    e,
                    FieldId::DESTINATION_COUNTRY,
                    &values,
                    name,
                )
            })
        }
        Aspect::Origin => {
            let values = declared(&[FieldId::ORIGIN]);
            // A declaration for export from China may leave the origin to its form.
            if values.is_empty() {
                return Vec::new();
            }
            each(entries, |e| {
                stated(ctx, As::Country, e, FieldId::ORIGIN, &values, "origin")
            })
        }
        Aspect::Hs => each(entries, |e| code(ctx, e, &lines)),
        Aspect::Product => each(entries, |e| product(ctx, e, &lines)),
        Aspect::Quantity => quantity(ctx, *entry, entries, &lines, whole)
            .into_iter()
            .collect(),
        Aspect::BeforeExport => each(entries, |e| before_export(ctx, e)),
    }
}

fn each(entries: &[Entry], judge: impl Fn(Entry) -> Option<Detail>) -> Vec<Detail> {
    entries.iter().filter_map(|e| judge(*e)).collect()
}

/// A field neither of the two papers may lack: undecided where one does.
fn unstated(ctx: &Ctx<'_>, entry: Entry, name: &str, in_certificate: bool) -> Detail {
    let what = match in_certificate {
        true => why!("not-in-certificate"; field = term(name)),
        false => why!("not-in-declaration"; field = term(name)),
    };
    Detail::unknown(what, At::or(entry.place(ctx), entry.document))
}

fn mismatch(ctx: &Ctx<'_>, name: &str, value: Value, other: Value) -> Detail {
    let declared = ctx.group.raw(&other).trim();
    let what = why!("certificate-differs"; field = term(name));
    Detail::fail(what, value).expected(declared).related(other)
}

/// A party or a country of a certificate, held against what is declared.
fn stated(
    ctx: &Ctx<'_>,
    kind: As,
    entry: Entry,
    id: FieldId,
    declared: &[Value],
    name: &str,
) -> Option<Detail> {
    let value = entry.get(ctx, id);
    if value.is_none() || declared.is_empty() {
        return Some(unstated(ctx, entry, name, value.is_none()));
    }
    let apart = apart(ctx.group, kind, value.as_slice(), declared, Grade::Alias)?;
    let unsure = match kind {
        As::Party => why!("certificate-two-scripts"; field = term(name)),
        _ => why!("certificate-not-comparable"; field = term(name)),
    };
    Some(apart.detail(
        ctx.group,
        why!("certificate-differs"; field = term(name)),
        unsure,
    ))
}

/// One model under two names that have nothing in common.
fn product(ctx: &Ctx<'_>, entry: Entry, lines: &[&Line]) -> Option<Detail> {
    let value = entry.get(ctx, FieldId::NAME)?;
    let model = ctx
        .group
        .model_key(ctx.group.raw(&entry.get(ctx, FieldId::MODEL)?));
    let same = || lines.iter().filter(|l| l.key == model);
    if same().any(|l| !named_otherwise(ctx, entry, l)) {
        return None;
    }
    let other = same().find_map(|l| l.descriptions(ctx.group).next())?;
    Some(mismatch(ctx, "product", value, other))
}

fn code(ctx: &Ctx<'_>, entry: Entry, lines: &[&Line]) -> Option<Detail> {
    let value = entry.get(ctx, FieldId::HS_CODE)?;
    let Some(own) = six_digits(ctx, entry) else {
        return short_code(ctx, value, lines);
    };
    let other = lines
        .iter()
        .find(|l| l.hs_digits.len() >= 6 && !l.hs_digits.starts_with(&own))?;
    Some(mismatch(ctx, "hs_code", value, other.hs?))
}

/// A code of less than six digits: a heading of others is another; else it is not known.
fn short_code(ctx: &Ctx<'_>, value: Value, lines: &[&Line]) -> Option<Detail> {
    let raw = ctx.group.raw(&value).trim();
    let own = hs::parse(raw, false).digits;
    let declared = lines.iter().find(|l| l.hs_digits.len() >= 6)?;
    let at = declared.hs?;
    // Five digits may have lost a leading zero.
    let may_be = |l: &&&Line| {
        let code = l.hs_digits.as_str();
        own.len() < 4
            || code.starts_with(&own)
            || code.strip_prefix('0').is_some_and(|c| c.starts_with(&own))
    };
    if !lines.iter().any(|l| may_be(&l)) {
        return Some(mismatch(ctx, "hs_code", value, at));
    }
    let wanted: String = declared.hs_digits.chars().take(6).collect();
    let what = why!("code-too-short"; code = raw, digits = own.len());
    let detail = Detail::unknown(what, value).found(raw).expected(wanted);
    Some(detail.related(at))
}

fn quantity(
    ctx: &Ctx<'_>,
    entry: Entry,
    entries: &[Entry],
    lines: &[&Line],
    whole: bool,
) -> Option<Detail> {
    let group = ctx.group;
    let name = "quantity";
    let stated: Vec<(Value, Option<Value>)> = entries
        .iter()
        .filter_map(|e| Some((e.get(ctx, FieldId::QUANTITY)?, e.get(ctx, FieldId::UNIT))))
        .collect();
    let Some((first, _)) = stated.first() else {
        return Some(unstated(ctx, entry, name, true));
    };
    let certified = stated
        .iter()
        .map(|(v, unit)| measure::read(group, v, *unit));
    let Some(certified) = sum(certified) else {
        let raw = group.raw(first).trim();
        let what = why!("certified-quantity-unclear"; found = raw);
        return Some(Detail::unknown(what, *first).found(raw));
    };
    let declared = sum(lines.iter().map(|l| {
        let unit = group.record(l.document, l.record, FieldId::UNIT);
        measure::read(group, &l.quantity?, unit)
    }));
    let comparable =
        |m: &Measure| m.unit == certified.unit || m.unit.is_empty() || certified.unit.is_empty();
    let at = lines.iter().find_map(|l| l.quantity);
    let (declared, at) = match declared.filter(comparable) {
        Some(declared) => (declared, at),
        None => match by_weight(ctx, &certified, lines, whole) {
            Some((weights, at)) => {
                if weights
                    .iter()
                    .any(|w| measure::equal(w.value, certified.value))
                {
                    return None;
                }
                (weights.into_iter().next()?, Some(at))
            }
            None => {
                let what = why!("quantity-in-other-unit");
                let mut detail = Detail::unknown(what, *first);
                if let Some(at) = at {
                    detail = detail.related(at);
                }
                return Some(detail);
            }
        },
    };
    if measure::equal(declared.value, certified.value) {
        return None;
    }
    let (a, b) = (shown(certified.value), shown(declared.value));
    let goods = entry.place(ctx).map_or("", |v| group.raw(&v).trim());
    let what = why!("certified-quantity-differs"; certified = a, goods, declared = b);
    let mut detail = Detail::fail(what, *first).found(a).expected(b);
    detail = at.map(|at| detail.related(at))?;
    Some(detail)
}

/// Dated before the day the goods leave; where that day is not stated, not after the declaration or
/// today.
fn before_export(ctx: &Ctx<'_>, entry: Entry) -> Option<Detail> {
    let group = ctx.group;
    let Some(value) = entry.get(ctx, FieldId::ISSUE_DATE) else {
        return Some(unstated(ctx, entry, "issue_date", true));
    };
    let raw = group.raw(&value).trim();
    let ReadDate::Day(issued) = group.date(&value) else {
        return Some(period::unread(group, value, &term("date-of-certificate")));
    };
    let stated = [FieldId::EXPORT_DATE, FieldId::DECLARATION_DATE];
    let leaves: Vec<(Value, Date)> = std::iter::once(FieldId::EXPORT_DATE)
        .filter_map(|id| Shipment::manifest(group, id))
        .chain(
            stated
                .into_iter()
                .filter_map(|id| ctx.shipment.header(group, id)),
        )
        .filter_map(|v| match group.date(&v) {
            ReadDate::Day(day) => Some((v, day)),
            _ => None,
        })
        .collect();
    let unread = Shipment::manifest(group, FieldId::EXPORT_DATE)
        .into_iter()
        .chain(ctx.shipment.header(group, FieldId::EXPORT_DATE))
        .find(|v| !matches!(group.date(v), ReadDate::Day(_)));
    if let Some(at) = unread {
        return Some(period::unread(group, at, &term("export_date")).related(value));
    }
    let exported = leaves
        .iter()
        .find(|(v, _)| v.field.id == FieldId::EXPORT_DATE);
    match exported {
        Some((_, day)) if issued < *day => None,
        Some((at, day)) => {
            let what = why!("certified-after-export"; issued, day);
            Some(
                Detail::fail(what, value)
                    .found(raw)
                    .expected(day.to_string())
                    .related(*at),
            )
        }
        None if issued <= ctx.as_of || leaves.iter().any(|(_, day)| issued <= *day) => None,
        None => {
            let what = why!("no-export-date"; issued);
            Some(Detail::unknown(what, value).found(raw))
        }
    }
}
