//! `filled`: no used field holds a placeholder of a template, an error value or a formula nobody
//! calculated.

use super::{Ctx, Detail, Outcome};
use crate::link::{Flaw, FlawKind};
use crate::model::{FieldId, Marks, Say, work};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filled {
    no: Flawed,
    /// A list of fields no rule uses.
    except: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Flawed {
    Placeholder,
    CellError,
}

/// Places a finding shows; the others are counted.
const SHOWN: usize = 12;

impl Filled {
    /// Whether what it finds is never wrong, only not known.
    pub fn only_doubts(&self) -> bool {
        self.no == Flawed::CellError
    }

    pub fn parameter(&self) -> &str {
        &self.except
    }

    pub fn run(&self, ctx: &Ctx<'_>) -> Outcome {
        let group = ctx.group;
        if group.flaws().is_empty() {
            return Outcome::pass();
        }
        let unused: Vec<FieldId> = ctx
            .parameters
            .list(&self.except)
            .iter()
            .filter_map(|name| group.vocabulary.fields.find(name))
            .collect();
        let wanted = match self.no {
            Flawed::Placeholder => FlawKind::Placeholder,
            Flawed::CellError => FlawKind::NoValue,
        };
        let mut found: BTreeMap<(u32, FieldId), Vec<&Flaw>> = BTreeMap::new();
        for flaw in own_flaws(ctx) {
            work::steps(1);
            let id = flaw.value.field.id;
            if flaw.kind == wanted && !unused.contains(&id) {
                found
                    .entry((flaw.value.document, id))
                    .or_default()
                    .push(flaw);
            }
        }
        let details = found
            .into_iter()
            .filter_map(|((document, id), flaws)| self.detail(ctx, document, id, &flaws));
        Outcome::Judged(details.collect())
    }

    /// One finding per document and field, with its first cells.
    fn detail(&self, ctx: &Ctx<'_>, document: u32, id: FieldId, flaws: &[&Flaw]) -> Option<Detail> {
        let group = ctx.group;
        let first = flaws.first()?.value;
        let raw = group.raw(&first).trim();
        let name = heading(ctx, document, id);
        let count = flaws.len();
        let more = match count {
            1 => Say::default(),
            n => Say::new(format!(" ({n} cells)"), format!("（共 {n} 处）")),
        };
        let detail = if self.no == Flawed::Placeholder {
            let what = Say::new(
                format!(
                    "“{raw}” under “{name}” is a placeholder nobody filled in{}.",
                    more.en
                ),
                format!("“{name}”中的“{raw}”是未填写的占位内容{}。", more.zh),
            );
            Detail::fail(what, first)
        } else {
            let document = group.document(first.document);
            let marks = document.map(|d| d.grid.marks_of(first.field.cell as usize));
            let why = marks.map_or(NO_VALUE, lost);
            let what = Say::new(
                format!("A cell under “{name}” holds {}{}.", why.0, more.en),
                format!("“{name}”的单元格为{}{}。", why.1, more.zh),
            );
            Detail::unknown(what, first)
        };
        let mut detail = detail.subject(format!("document d{}", document + 1));
        if !raw.is_empty() {
            detail = detail.found(raw);
        }
        for flaw in flaws.iter().skip(1).take(SHOWN) {
            detail = detail.related(flaw.value);
        }
        Some(detail)
    }
}

const NO_VALUE: (&str, &str) = (
    "an error or a formula without a value",
    "错误值或没有计算结果的公式",
);

/// Why a cell with these marks has no value.
fn lost(marks: Marks) -> (&'static str, &'static str) {
    if marks.has(Marks::STRUCK) {
        ("a value that is struck out", "被划掉的值")
    } else if marks.has(Marks::UNSEEN) {
        ("text that nobody sees", "看不见的文字")
    } else if marks.has(Marks::PICTURE) {
        ("a picture in place of a value", "图片而非数值")
    } else if marks.has(Marks::DIGITS_LOST) {
        ("a number that lost its last digits", "末尾数字已丢失的号码")
    } else {
        NO_VALUE
    }
}

/// The flaws of this shipment's own records and documents; where the folder holds one shipment,
/// all are its own.
fn own_flaws<'c>(ctx: &Ctx<'c>) -> Vec<&'c Flaw> {
    let (group, shipment) = (ctx.group, ctx.shipment);
    if group.shipments.len() <= 1 {
        return group.flaws().iter().collect();
    }
    let documents = shipment.declarations.iter().chain(&shipment.packing_lists);
    let documents = documents.map(|d| (*d, None));
    let lines = shipment.lines.iter().map(|l| (l.document, Some(l.record)));
    let packed = shipment.packed.iter().map(|p| (p.document, Some(p.record)));
    let own: BTreeSet<(u32, Option<u32>)> = documents.chain(lines).chain(packed).collect();
    let of = |(document, record): (u32, Option<u32>)| group.flaws_of(document, record);
    own.into_iter().flat_map(of).collect()
}

/// The heading a field stands under, else the one its form gives it.
fn heading<'c>(ctx: &Ctx<'c>, document: u32, id: FieldId) -> &'c str {
    let group = ctx.group;
    let name = group.vocabulary.fields.name(id);
    let Some(paper) = group.document(document) else {
        return name;
    };
    let column = paper.understood.columns.iter().find(|(f, _)| *f == id);
    if let Some((_, cell)) = column {
        return paper.grid.cell_text(*cell).trim();
    }
    let kinds = &group.vocabulary.kinds;
    let kind = kinds.iter().find(|k| paper.is(&k.name));
    kind.and_then(|k| k.field(id))
        .map_or(name, |f| f.heading.as_str())
}
