//! `certified`: every input of a line's batch names a supplier certificate that is there, is for that
//! material and of that supplier, and was valid at production.

use super::{Ctx, Detail, Outcome, state};
use crate::facts::party;
use crate::facts::period::{self, Dated, Period};
use crate::link::{Batch, Certificate, Value, number_key};
use crate::model::{Grade, Say};
use crate::normalize::company::is_chinese;
use crate::normalize::date::{self, ReadDate};
use crate::normalize::sentence::Status;
use crate::normalize::text::{fold, squeeze};
use crate::normalize::{compare, model};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certified {}

impl Certified {
    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let group = ctx.group;
        let Some(line) = ctx.shipment.lines.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let Some(batch) = line.batch.first().copied() else {
            // That no batch is stated is the batch log rule's to say.
            return Outcome::NotApplicable;
        };
        let rows: Vec<&Batch> = group.logged(line);
        if rows.is_empty() {
            return Outcome::NotApplicable;
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
        Outcome::Judged(details)
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
            let what = Say::new(
                format!("The processing log names no supplier certificate for batch {batch}."),
                format!("加工记录中批号 {batch} 没有写供应商证书。"),
            );
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
            let what = Say::new(
                format!("Supplier certificate {raw} (batch {batch}) is not in the shipment."),
                format!("缺少供应商证书 {raw}（批号 {batch}）。"),
            );
            return vec![Detail::unknown(what, named).found(raw)];
        }
        let found = group.certificates_numbered(&number_key(raw));
        if found.is_empty() {
            let what = Say::new(
                format!(
                    "Supplier certificate {raw} (batch {batch}) is not among the certificates."
                ),
                format!("供应商证书中没有 {raw}（批号 {batch}）。"),
            );
            // It is absent from the shipment, not wrong: it may still be supplied.
            let mut detail = Detail::unknown(what, named).found(raw);
            if let Some(other) = group.certificates.first() {
                detail = detail.related(other.number);
            }
            return vec![detail];
        }
        if let Some(detail) = written_otherwise(ctx, row, named, &found) {
            return vec![detail];
        }
        // One certificate may list several materials: the entry that fits best is meant.
        let wrong = |certificate: &Certificate| {
            let material = material(ctx, row, certificate, raw);
            let other = material.is_some();
            let supplier = supplier(ctx, row, certificate, raw);
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
        let what = Say::new(
            format!("Certificate {name} says of the material: “{raw}”."),
            format!("证书 {name} 的结论为“{raw}”。"),
        );
        let failed = ctx.group.vocabulary.sentences.says(raw, Status::Failed);
        failed.then(|| Detail::fail(what, value).found(raw))
    }
}

/// The certificate is there under a number that is not identical to the one the log names.
fn written_otherwise(
    ctx: &Ctx<'_>,
    row: &Batch,
    named: Value,
    found: &[&Certificate],
) -> Option<Detail> {
    let group = ctx.group;
    let (raw, batch) = (group.raw(&named).trim(), group.raw(&row.batch).trim());
    let spelled = |c: &&Certificate| {
        let number = group.raw(&c.number);
        compare::models(raw, number, &group.vocabulary.words, None)
    };
    let nearest = found.iter().map(|c| (spelled(c), c.number));
    let (compared, number) = nearest.min_by_key(|(c, _)| c.grade)?;
    if compared.grade <= Grade::CleanUp {
        return None;
    }
    let other = group.raw(&number).trim();
    let (en, zh) = (&compared.reason.en, &compared.reason.zh);
    let what = Say::new(
        format!(
            "Supplier certificate {raw} (batch {batch}) is written {other} in the certificate ({en})."
        ),
        format!("供应商证书 {raw}（批号 {batch}）在证书上写作 {other}（{zh}）。"),
    );
    let fix = Say::new(
        format!("Write {other} in the log, as the certificate has it."),
        format!("请在加工记录中按证书写 {other}。"),
    );
    let detail = Detail::fail(what, named)
        .found(raw)
        .expected(other)
        .fix(fix);
    Some(
        detail
            .graded(compared.grade, compared.reason)
            .related(number),
    )
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

/// Whether the log names another supplier than the certificate. Names count as one as those of
/// parties do elsewhere; where one of the two is not stated there is nothing to compare.
fn supplier(ctx: &Ctx<'_>, row: &Batch, certificate: &Certificate, name: &str) -> Option<Detail> {
    let group = ctx.group;
    let (a, b) = (row.supplier?, certificate.supplier?);
    let (logged, certified) = (group.raw(&a).trim(), group.raw(&b).trim());
    let named = party::apart(group, &a, &b)?;
    let batch = group.raw(&row.batch).trim();
    if named.grade == Grade::Different && is_chinese(logged) != is_chinese(certified) {
        let what = Say::new(
            format!(
                "Batch {batch} used material of “{logged}”, certificate {name} is of “{certified}”: different scripts, and nothing here says they are one company."
            ),
            format!(
                "批号 {batch} 的供应商为“{logged}”，证书 {name} 为“{certified}”：语言不同，没有资料证明是同一公司。"
            ),
        );
        let fix = Say::new(
            "Add both names to the company alias table, or write the certificate's name in the log.",
            "请在公司别名表中登记两个名称，或在加工记录中按证书写名称。",
        );
        let detail = Detail::unknown(what, a).fix(fix);
        return Some(detail.found(logged).expected(certified).related(b));
    }
    let what = Say::new(
        format!(
            "Batch {batch} used material of “{logged}”, certificate {name} is of “{certified}”."
        ),
        format!("批号 {batch} 的供应商为“{logged}”，证书 {name} 的供应商为“{certified}”。"),
    );
    let fix = Say::new(
        format!(
            "Write “{certified}” in the log if it is the supplier, else supply the certificate of “{logged}”."
        ),
        format!("如供应商确为“{certified}”，请在加工记录中照写；否则请提供“{logged}”的证书。"),
    );
    let detail = Detail::fail(what, a).graded(named.grade, named.reason);
    Some(detail.fix(fix).found(logged).expected(certified).related(b))
}

/// Whether a certificate is for another material than the batch used. Several in one field are
/// apart; a name that merely holds the other may be another material: 钢 and 不锈钢, PE and PE-free.
fn material(ctx: &Ctx<'_>, row: &Batch, certificate: &Certificate, name: &str) -> Option<Detail> {
    let group = ctx.group;
    let (a, b) = (row.material?, certificate.material?);
    let (used, certified) = (group.raw(&a).trim(), group.raw(&b).trim());
    let words = &group.vocabulary.words.material_words;
    let (left, right) = (materials(used, words), materials(certified, words));
    if left.iter().all(|one| right.contains(one)) {
        return None;
    }
    let (x, y) = (fold(used), fold(certified));
    let holds = x.contains(&y) || y.contains(&x);
    let what = Say::new(
        format!("Certificate {name} is for “{certified}”, the batch used “{used}”."),
        format!("证书 {name} 对应“{certified}”，批次使用“{used}”。"),
    );
    // Names in two languages say nothing against each other.
    let detail = if !holds && is_chinese(used) == is_chinese(certified) {
        Detail::fail(what, b)
    } else {
        Detail::unknown(what, b)
    };
    Some(detail.found(certified).expected(used).related(a))
}

/// The materials a field names, without the words that say nothing of what they are.
fn materials(raw: &str, plain: &[String]) -> Vec<String> {
    let parts = raw.split(['、', ',', '，', ';', '；', '/', '+', '\n']);
    let bare = parts.map(|part| {
        let mut text = fold(part).trim().to_string();
        let words = plain
            .iter()
            .filter(|w| w.chars().count() < text.chars().count());
        let mut ends: Vec<&str> = words.map(String::as_str).collect();
        ends.sort_by_key(|w| std::cmp::Reverse(w.len()));
        for word in ends {
            let rest = text.strip_suffix(word).map(str::to_string);
            let whole =
                |r: &String| !word.is_ascii() || r.ends_with(|c: char| !c.is_alphanumeric());
            if let Some(rest) = rest.filter(whole) {
                text = rest.trim().to_string();
            }
        }
        squeeze(&text)
    });
    let mut all: Vec<String> = bare.filter(|m| !m.is_empty()).collect();
    all.sort();
    all.dedup();
    all
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
        let what = Say::new(
            format!(
                "The log states no production date of batch {batch}; whether certificate {name} was valid is not known."
            ),
            format!("批次记录没有写批号 {batch} 的生产日期，无法判断证书 {name} 当时是否有效。"),
        );
        return stated.then(|| {
            Detail::unknown(what, row.batch)
                .found(batch)
                .related(certificate.number)
        });
    };
    let unread = |value: Value| {
        let of = Say::new(
            format!("date (batch {batch}, certificate {name})"),
            format!("日期（批号 {batch}，证书 {name}）"),
        );
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
            let what = Say::new(
                format!(
                    "Certificate {name} was not valid when batch {batch} was made on {day} (limit {limit})."
                ),
                format!("批号 {batch} 于 {day} 生产时，证书 {name} 不在有效期内（{limit}）。"),
            );
            let found = group.raw(&value).trim();
            return Some(Detail::fail(what, value).found(found).related(produced));
        }
    }
    None
}
