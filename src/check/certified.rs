//! `certified`: every input of a line's batch names a supplier certificate that is there, is for that
//! material and of that supplier, and was valid at production.

use super::{Ctx, Detail, Judges, Outcome, SubjectKind, state};
use crate::facts::period::{self, Dated, Period};
use crate::facts::same::{As, apart};
use crate::facts::why::{term, why};
use crate::link::{Batch, Certificate, Line, Value, number_key};
use crate::model::Grade;
use crate::normalize::date::{self, ReadDate};
use crate::normalize::model;
use crate::normalize::sentence::Status;
use crate::normalize::text::fold;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certified {}

impl Judges for Certified {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Line];
    const REASONS: &str = "certificate-not-among certificate-not-supplied certificate-not-valid \
        certificate-written-otherwise material-differs material-failed no-certificate-named \
        no-logged-batch no-production-date supplier-differs supplier-two-scripts";

    fn line(&self, ctx: &Ctx<'_>, _: u32, line: &Line) -> Outcome {
        let group = ctx.group;
        let Some(batch) = line.batch.first().copied() else {
            // That no batch is stated is the batch log rule's to say.
            return Outcome::nothing(why!("no-logged-batch"));
        };
        let rows: Vec<&Batch> = group.logged(line);
        if rows.is_empty() {
            return Outcome::nothing(why!("no-logged-batch"));
        }
        let mut details: Vec<Detail> = Vec::new();
        for detail in rows.into_iter().flat_map(|row| self.input(ctx, row)) {
            match details.iter_mut().find(|d| d.what == detail.what) {
                // The same of another row of the log: its cells stand beside the first's.
                Some(known) if known.evidence.len() < MOST_CELLS => {
                    known.evidence.extend(detail.evidence);
                }
                Some(_) => {}
                None => details.push(detail.related(batch)),
            }
        }
        Outcome::judged(details, line)
    }
}

/// Cells of one finding.
const MOST_CELLS: usize = 12;

impl Certified {
    /// What is wrong with the certificate of one row of the log: every link that is broken.
    fn input(&self, ctx: &Ctx<'_>, row: &Batch) -> Vec<Detail> {
        let group = ctx.group;
        let batch = group.raw(&row.batch).trim();
        let Some(named) = row.certificate else {
            let what = why!("no-certificate-named"; batch);
            return vec![Detail::fail(what, row.batch)];
        };
        // One cell may name several, where no certificate has the whole as its number.
        let whole = group.raw(&named);
        let parts: Vec<Value> = model::split(whole, true)
            .into_iter()
            .map(|(start, end)| named.part(start, end))
            .collect();
        let several = parts.len() > 1 && group.certificates_numbered(&number_key(whole)).is_empty();
        let each = if several { parts } else { vec![named] };
        each.into_iter()
            .flat_map(|named| self.certificate(ctx, row, named))
            .collect()
    }

    /// What is wrong with one certificate the log names.
    fn certificate(&self, ctx: &Ctx<'_>, row: &Batch, named: Value) -> Vec<Detail> {
        let group = ctx.group;
        let batch = group.raw(&row.batch).trim();
        let raw = group.raw(&named).trim();
        if group.certificates.is_empty() {
            let what = why!("certificate-not-supplied"; certificate = raw, batch);
            return vec![Detail::unknown(what, named).found(raw)];
        }
        let found = group.certificates_numbered(&number_key(raw));
        if found.is_empty() {
            let what = why!("certificate-not-among"; certificate = raw, batch);
            // It is absent from the shipment, not wrong: it may still be supplied.
            let mut detail = Detail::unknown(what, named).found(raw);
            if let Some(other) = group.certificates.first() {
                detail = detail.related(other.number);
            }
            return vec![detail];
        }
        let numbers: Vec<Value> = found.iter().map(|c| c.number).collect();
        if let Some(apart) = apart(group, As::Model, &[named], &numbers, Grade::CleanUp) {
            let what = why!("certificate-written-otherwise"; certificate = raw, batch);
            return vec![apart.detail(group, what.clone(), what)];
        }
        // One certificate may list several materials: the entry that fits best is meant.
        let wrong = |certificate: &Certificate| {
            let apart = |kind, own: Option<Value>, other: Option<Value>| {
                apart(group, kind, own.as_slice(), other.as_slice(), Grade::Alias)
            };
            let material = apart(As::Material, certificate.material, row.material).map(|apart| {
                let what = why!("material-differs"; certificate = raw);
                apart.detail(group, what.clone(), what)
            });
            let other = material.is_some();
            let supplier = apart(As::Party, row.supplier, certificate.supplier).map(|apart| {
                let unsure = why!("supplier-two-scripts"; batch, certificate = raw);
                let differs = why!("supplier-differs"; batch, certificate = raw);
                apart.detail(group, differs, unsure)
            });
            let state = state::taken_back(
                ctx,
                &format!("Certificate {raw}"),
                certificate.status,
                &certificate.says,
            );
            let failed = self.failed(ctx, certificate, raw);
            let all = [
                material,
                supplier,
                failed,
                state,
                validity(ctx, row, certificate, raw),
            ];
            (other, all.into_iter().flatten().collect::<Vec<Detail>>())
        };
        let entries = found.iter().map(|c| wrong(c));
        let best = entries.min_by_key(|(other, details)| (*other, details.len()));
        match best {
            Some((_, details)) if details.is_empty() => {
                clash(ctx, row, &found, raw).into_iter().collect()
            }
            best => best.map_or(Vec::new(), |(_, details)| details),
        }
    }

    /// Whether the certificate itself says that the material failed.
    fn failed(&self, ctx: &Ctx<'_>, certificate: &Certificate, name: &str) -> Option<Detail> {
        let value = certificate.statement?;
        let raw = ctx.group.raw(&value).trim();
        let what = why!("material-failed"; certificate = name, said = raw);
        let failed = ctx.group.vocabulary.sentences.says(raw, Status::Failed);
        failed.then(|| Detail::fail(what, value).found(raw))
    }
}

/// Entries of one number, supplier and material of which only some were valid at production.
fn clash(ctx: &Ctx<'_>, row: &Batch, found: &[&Certificate], name: &str) -> Option<Detail> {
    let group = ctx.group;
    let days = date::readings(group.raw(&row.produced?));
    let mut same: BTreeMap<[String; 2], Vec<Dated>> = BTreeMap::new();
    for certificate in found.iter().filter(|_| found.len() > 1) {
        let text = |v: Option<Value>| v.map_or(String::new(), |v| fold(group.raw(&v)));
        let period = Period {
            from: certificate.valid_from.or(certificate.issued),
            until: certificate.valid_until,
        };
        let key = [text(certificate.supplier), text(certificate.material)];
        same.entry(key).or_default().push(Dated {
            at: certificate.number,
            period,
            held: period.holds(group, &days),
        });
    }
    let mut clashes = same.values().filter_map(|d| period::clash(group, d));
    let found = clashes.next()?;
    Some(period::clashing(group, found, name).related(row.batch))
}

/// Whether a certificate was not valid when the batch was made. Where it names no first day, the
/// day of its issue is one; many name no last day.
fn validity(ctx: &Ctx<'_>, row: &Batch, certificate: &Certificate, name: &str) -> Option<Detail> {
    let group = ctx.group;
    let batch = group.raw(&row.batch).trim();
    let start = certificate.valid_from.or(certificate.issued);
    let bounds = [(start, true), (certificate.valid_until, false)];
    let stated = bounds.iter().any(|(bound, _)| bound.is_some());
    let Some(produced) = row.produced else {
        let what = why!("no-production-date"; batch, certificate = name);
        return stated.then(|| {
            Detail::unknown(what, row.batch)
                .found(batch)
                .related(certificate.number)
        });
    };
    let unread = |value: Value| {
        let of = term("date-of-certificate");
        Some(period::unread(group, value, &of))
    };
    let ReadDate::Day(day) = group.date(&produced) else {
        return unread(produced);
    };
    for (bound, is_start) in bounds {
        let Some(value) = bound.filter(|v| is_start || !group.is_open_end(v)) else {
            continue;
        };
        let [limit] = date::readings_at(group.raw(&value), is_start)[..] else {
            return unread(value);
        };
        let holds = if is_start { limit <= day } else { day <= limit };
        if !holds {
            let what = why!("certificate-not-valid"; certificate = name, batch, day, limit);
            let found = group.raw(&value).trim();
            return Some(Detail::fail(what, value).found(found).related(produced));
        }
    }
    None
}
