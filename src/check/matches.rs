//! `matches`: what a certificate says of goods agrees, field by field, with the lines that declare
//! them.

mod fields;

use super::{At, Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::pair::{self, Entry};
use crate::facts::papers;
use crate::facts::why::why;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Matches {
    /// The kind of the certificate.
    records: String,
    fields: Vec<Aspect>,
    /// A parameter of goods, and the one of them whose lines are meant; else all selected lines.
    #[serde(default)]
    goods: Option<String>,
    #[serde(default)]
    only: Option<String>,
    /// Every such line must stand in a certificate; else every entry of one must be declared.
    #[serde(default)]
    every_line: bool,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Aspect {
    Exporter,
    Consignee,
    Destination,
    Origin,
    Hs,
    /// The goods' names, where a model joins the two.
    Product,
    Quantity,
    /// Dated before the day the goods leave.
    BeforeExport,
}

impl Judges for Matches {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment];
    const REASONS: &str = "certificate-differs certificate-not-comparable certificate-two-scripts \
        certified-after-export certified-not-declared certified-quantity-differs \
        certified-quantity-unclear code-too-short no-export-date no-paper-to-compare \
        not-certified not-in-certificate not-in-declaration quantity-in-other-unit";

    fn parameters(&self) -> Vec<&str> {
        self.goods.as_deref().into_iter().collect()
    }

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        let entries: Vec<Entry> = ctx
            .group
            .entries(&self.records)
            .map(|(document, record)| Entry { document, record })
            .collect();
        let lines = self.lines(ctx);
        // That a certificate is missing is said where the goods' documents are asked for.
        if entries.is_empty() || lines.is_empty() {
            return Outcome::nothing(why!("no-paper-to-compare"));
        }
        let pairs = pair::pair(ctx, &entries, &lines);
        let mut details = Vec::new();
        let mut groups: BTreeMap<&[usize], Vec<u32>> = BTreeMap::new();
        for (line, paired) in lines.iter().zip(&pairs.by_line) {
            if paired.is_empty() {
                if self.every_line {
                    details.extend(self.line_alone(ctx, *line, &entries));
                }
            } else {
                groups.entry(paired).or_default().push(*line);
            }
        }
        if !self.every_line {
            for (number, entry) in entries.iter().enumerate() {
                if !pairs.used.contains(&number) {
                    details.extend(entry_alone(ctx, *entry, &lines));
                }
            }
        }
        let whole = groups.len() == 1;
        for (numbers, lines) in groups {
            let own: Vec<Entry> = numbers
                .iter()
                .filter_map(|n| entries.get(*n))
                .copied()
                .collect();
            for aspect in &self.fields {
                let found = fields::compare(ctx, *aspect, &own, &lines, whole);
                for detail in found {
                    push(&mut details, detail, &lines);
                }
            }
        }
        for detail in &mut details {
            if detail.subject.is_none() {
                detail.subject = detail
                    .lines
                    .first()
                    .and_then(|l| ctx.shipment.lines.get(*l as usize))
                    .map(|l| format!("line {}", l.number));
            }
        }
        Outcome::judged(details, ctx.declaration())
    }
}

impl Matches {
    /// The lines the certificate is for.
    fn lines(&self, ctx: &Ctx<'_>) -> Vec<u32> {
        let table = self
            .goods
            .as_deref()
            .map_or(&[][..], |g| ctx.parameters.goods(g));
        let only = self
            .only
            .as_ref()
            .and_then(|key| table.iter().position(|g| g.key == *key));
        let wanted = |i: &usize| {
            ctx.is_selected(*i)
                && only.is_none_or(|n| ctx.goods.get(*i).is_some_and(|g| g.names(n)))
        };
        (0..ctx.shipment.lines.len())
            .filter(wanted)
            .map(crate::model::grid::index)
            .collect()
    }

    /// A line no certificate names.
    fn line_alone(&self, ctx: &Ctx<'_>, number: u32, entries: &[Entry]) -> Option<Detail> {
        let line = ctx.shipment.lines.get(number as usize)?;
        let name = line
            .descriptions(ctx.group)
            .next()
            .or(line.model)
            .or(line.hs)?;
        let text = ctx.group.raw(&name).trim();
        let kind = papers::title(ctx, &self.records);
        let what = why!("not-certified"; paper = kind, goods = text);
        let whole = entries.iter().all(|e| ctx.group.is_whole(e.document));
        let undecided = entries.iter().any(|e| !pair::is_other(ctx, *e, line));
        let mut detail = if undecided {
            Detail::unknown(what, name)
        } else {
            Detail::fail(what, name)
                .if_whole(whole)
                .unless_unread(ctx.group, &[&self.records])
        };
        for entry in entries.iter().take(5) {
            match entry.place(ctx) {
                Some(value) => detail = detail.related(value),
                None => detail = detail.related(At::Document(entry.document)),
            }
        }
        Some(detail.found(text).lines(vec![number]))
    }
}

/// An entry whose goods nobody declares.
fn entry_alone(ctx: &Ctx<'_>, entry: Entry, lines: &[u32]) -> Option<Detail> {
    let at = entry.place(ctx)?;
    let text = ctx.group.raw(&at).trim();
    let what = why!("certified-not-declared"; goods = text);
    let own = || {
        lines
            .iter()
            .filter_map(|l| ctx.shipment.lines.get(*l as usize))
    };
    let undecided = own().any(|line| !pair::is_other(ctx, entry, line));
    let mut detail = if undecided {
        Detail::unknown(what, at)
    } else {
        Detail::fail(what, at)
    };
    for line in own().take(5) {
        if let Some(value) = line.descriptions(ctx.group).next().or(line.hs) {
            detail = detail.related(value);
        }
    }
    let name = format!("document d{}", entry.document + 1);
    Some(detail.found(text).subject(name))
}

/// Adds what was found for some lines; what a certificate says once for all is said once.
fn push(details: &mut Vec<Detail>, detail: Detail, lines: &[u32]) {
    if let Some(known) = details.iter_mut().find(|d| d.what == detail.what) {
        known.lines.extend_from_slice(lines);
        return;
    }
    details.push(detail.lines(lines.to_vec()));
}
