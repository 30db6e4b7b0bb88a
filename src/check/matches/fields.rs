//! One field of certificate entries against the lines they are about.

use super::pair::{named_otherwise, six_digits};
use super::{Aspect, Entry};
use crate::check::{Ctx, Detail};
use crate::facts::measure::{self, Measure, shown};
use crate::facts::period;
use crate::link::{Line, Shipment, Value};
use crate::model::{FieldId, Grade, Say};
use crate::normalize::date::ReadDate;
use crate::normalize::text::squeeze;
use crate::normalize::{company, compare, country, hs};
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
                party(ctx, e, FieldId::CONSIGNOR, &parties, ["exporter", "出口商"])
            })
        }
        Aspect::Consignee => {
            let parties = declared(&[FieldId::CONSIGNEE]);
            each(entries, |e| {
                party(
                    ctx,
                    e,
                    FieldId::CONSIGNEE,
                    &parties,
                    ["consignee", "收货人"],
                )
            })
        }
        Aspect::Destination => {
            let stated = declared(&[FieldId::FINAL_DESTINATION, FieldId::DESTINATION_COUNTRY]);
            let names = ["destination", "目的国"];
            each(entries, |e| {
                nation(ctx, e, FieldId::DESTINATION_COUNTRY, &stated, names)
            })
        }
        Aspect::Origin => {
            let stated = declared(&[FieldId::ORIGIN]);
            // A declaration for export from China may leave the origin to its form.
            if stated.is_empty() {
                return Vec::new();
            }
            each(entries, |e| {
                nation(ctx, e, FieldId::ORIGIN, &stated, ["origin", "原产国"])
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
fn unstated(ctx: &Ctx<'_>, entry: Entry, names: [&str; 2], in_certificate: bool) -> Detail {
    let what = if in_certificate {
        Say::new(
            format!("The certificate states no {}.", names[0]),
            format!("证书没有写{}。", names[1]),
        )
    } else {
        Say::new(
            format!("The declaration states no {}.", names[0]),
            format!("报关单没有写{}。", names[1]),
        )
    };
    match entry.place(ctx) {
        Some(value) => Detail::unknown(what, value),
        None => Detail::unstated(what, entry.document),
    }
}

fn mismatch(ctx: &Ctx<'_>, names: [&str; 2], value: Value, other: Value) -> Detail {
    let (raw, declared) = (ctx.group.raw(&value).trim(), ctx.group.raw(&other).trim());
    let what = Say::new(
        format!(
            "The certificate's {} is “{raw}”, declared is “{declared}”.",
            names[0]
        ),
        format!("证书上的{}为“{raw}”，申报为“{declared}”。", names[1]),
    );
    Detail::fail(what, value)
        .found(raw)
        .expected(declared)
        .related(other)
}

fn party(
    ctx: &Ctx<'_>,
    entry: Entry,
    id: FieldId,
    declared: &[Value],
    names: [&str; 2],
) -> Option<Detail> {
    let group = ctx.group;
    let Some(value) = entry.get(ctx, id) else {
        return Some(unstated(ctx, entry, names, true));
    };
    let Some(first) = declared.first() else {
        return Some(unstated(ctx, entry, names, false));
    };
    let raw = group.raw(&value);
    let words = &group.vocabulary.words;
    let mut best: Option<(compare::Compared, Value)> = None;
    for other in declared {
        let compared = group.parties(&value, other);
        if compared.grade <= Grade::Alias {
            return None;
        }
        if best.as_ref().is_none_or(|(b, _)| compared.grade < b.grade) {
            best = Some((compared, *other));
        }
    }
    let (compared, other) =
        best.unwrap_or_else(|| (compare::companies(raw, "", words, None), *first));
    let text = group.raw(&other);
    if compared.grade == Grade::Different && company::is_chinese(raw) != company::is_chinese(text) {
        let what = Say::new(
            format!(
                "The certificate's {} “{}” and the declared “{}” are written in different scripts; nothing here says they are one company.",
                names[0],
                raw.trim(),
                text.trim()
            ),
            format!(
                "证书上的{}“{}”与申报的“{}”语言不同，没有资料证明是同一公司。",
                names[1],
                raw.trim(),
                text.trim()
            ),
        );
        return Some(
            Detail::unknown(what, value)
                .found(raw.trim())
                .related(other),
        );
    }
    Some(mismatch(ctx, names, value, other).graded(compared.grade, compared.reason))
}

fn nation(
    ctx: &Ctx<'_>,
    entry: Entry,
    id: FieldId,
    declared: &[Value],
    names: [&str; 2],
) -> Option<Detail> {
    let group = ctx.group;
    let Some(value) = entry.get(ctx, id) else {
        return Some(unstated(ctx, entry, names, true));
    };
    let Some(first) = declared.first() else {
        return Some(unstated(ctx, entry, names, false));
    };
    let countries = &group.vocabulary.words.countries;
    let raw = group.raw(&value);
    let own = country::code(raw, countries);
    let same = |other: &Value| {
        let text = group.raw(other);
        squeeze(text) == squeeze(raw) || own.is_some() && country::code(text, countries) == own
    };
    if declared.iter().any(same) {
        return None;
    }
    let unread = |v: &Value| country::code(group.raw(v), countries).is_none();
    if own.is_none() || declared.iter().all(unread) {
        let what = Say::new(
            format!(
                "The certificate's {} “{}” cannot be compared with “{}”.",
                names[0],
                raw.trim(),
                group.raw(first).trim()
            ),
            format!(
                "证书上的{}“{}”无法与“{}”核对。",
                names[1],
                raw.trim(),
                group.raw(first).trim()
            ),
        );
        return Some(
            Detail::unknown(what, value)
                .found(raw.trim())
                .related(*first),
        );
    }
    Some(mismatch(ctx, names, value, *first))
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
    Some(mismatch(ctx, ["product", "品名"], value, other))
}

fn code(ctx: &Ctx<'_>, entry: Entry, lines: &[&Line]) -> Option<Detail> {
    let value = entry.get(ctx, FieldId::HS_CODE)?;
    let Some(own) = six_digits(ctx, entry) else {
        return short_code(ctx, value, lines);
    };
    let other = lines
        .iter()
        .find(|l| l.hs_digits.len() >= 6 && !l.hs_digits.starts_with(&own))?;
    Some(mismatch(ctx, ["HS code", "商品编号"], value, other.hs?))
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
        return Some(mismatch(ctx, ["HS code", "商品编号"], value, at));
    }
    let wanted: String = declared.hs_digits.chars().take(6).collect();
    let what = Say::new(
        format!(
            "The certificate's HS code “{raw}” has {} digits; six are compared.",
            own.len()
        ),
        format!("证书上的商品编号“{raw}”为 {} 位；应核对 6 位。", own.len()),
    );
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
    let names = ["quantity", "数量"];
    let stated: Vec<(Value, Option<Value>)> = entries
        .iter()
        .filter_map(|e| Some((e.get(ctx, FieldId::QUANTITY)?, e.get(ctx, FieldId::UNIT))))
        .collect();
    let Some((first, _)) = stated.first() else {
        return Some(unstated(ctx, entry, names, true));
    };
    let certified = stated
        .iter()
        .map(|(v, unit)| measure::read(group, v, *unit));
    let Some(certified) = sum(certified) else {
        let raw = group.raw(first).trim();
        let what = Say::new(
            format!("The certificate's quantity “{raw}” cannot be summed."),
            format!("证书上的数量“{raw}”无法合计。"),
        );
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
                let what = Say::new(
                    "The certificate and the declaration state the quantity in different units.",
                    "证书与报关单的数量单位不同，无法核对。",
                );
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
    let what = Say::new(
        format!("The certificate covers {a} of “{goods}”, {b} are declared."),
        format!("证书上“{goods}”的数量为 {a}，申报为 {b}。"),
    );
    let mut detail = Detail::fail(what, *first).found(a).expected(b);
    detail = at.map(|at| detail.related(at))?;
    Some(detail)
}

/// The sum of quantities in one unit; none when one cannot be read or the units differ.
fn sum(parts: impl Iterator<Item = Option<Measure>>) -> Option<Measure> {
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
fn by_weight(
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

/// Dated before the day the goods leave; where that day is not stated, not after the declaration or
/// today.
fn before_export(ctx: &Ctx<'_>, entry: Entry) -> Option<Detail> {
    let group = ctx.group;
    let Some(value) = entry.get(ctx, FieldId::ISSUE_DATE) else {
        return Some(unstated(ctx, entry, ["date of issue", "签发日期"], true));
    };
    let raw = group.raw(&value).trim();
    let ReadDate::Day(issued) = group.date(&value) else {
        let name = Say::new("certificate's date", "证书签发日期");
        return Some(period::unread(group, value, &name));
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
        let name = Say::new("export date", "出口日期");
        return Some(period::unread(group, at, &name).related(value));
    }
    let exported = leaves
        .iter()
        .find(|(v, _)| v.field.id == FieldId::EXPORT_DATE);
    match exported {
        Some((_, day)) if issued < *day => None,
        Some((at, day)) => {
            let what = Say::new(
                format!("The certificate is dated {issued}, not before the export on {day}."),
                format!("证书签发于 {issued}，不早于出口日期 {day}。"),
            );
            Some(
                Detail::fail(what, value)
                    .found(raw)
                    .expected(day.to_string())
                    .related(*at),
            )
        }
        None if issued <= ctx.as_of || leaves.iter().any(|(_, day)| issued <= *day) => None,
        None => {
            let what = Say::new(
                format!(
                    "The certificate is dated {issued}; no export date is stated to compare with."
                ),
                format!("证书签发于 {issued}，没有出口日期可供核对。"),
            );
            Some(Detail::unknown(what, value).found(raw))
        }
    }
}
