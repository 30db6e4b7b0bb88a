//! The kinds of papers the program knows by name; everything else of them is data.

use super::{At, Ctx};
use crate::link::Value;
use crate::model::{FieldId, FieldType, Say};

pub const DECLARATION: &str = "declaration";
pub const PACKING_LIST: &str = "packing-list";
pub const INVOICE: &str = "invoice";
pub const MANIFEST: &str = "manifest";
pub const LAB_REPORT: &str = "lab-report";
/// The papers that name reports.
pub const REPORTS: &[&str] = &[LAB_REPORT, "report-register"];
pub const LAB_REGISTER: &str = "lab-register";
pub const BATCH_LOG: &str = "batch-log";
pub const PILOT_LIST: &str = "pilot-list";

/// The papers whose totals rows are totals of goods.
pub const OF_GOODS: [&str; 4] = [DECLARATION, PACKING_LIST, INVOICE, BATCH_LOG];

/// Whether a shipment has a paper of a kind that says something.
pub fn has(ctx: &Ctx<'_>, kind: &str) -> bool {
    match kind {
        DECLARATION => !ctx.shipment.lines.is_empty(),
        PACKING_LIST => !ctx.shipment.packed.is_empty() && !ctx.shipment.packing_unclear,
        kind => ctx.group.of_kind(kind).next().is_some(),
    }
}

/// The first paper of a kind, as a whole.
pub fn first(ctx: &Ctx<'_>, kind: &str) -> Option<At> {
    let mut papers = ctx.group.of_kind(kind);
    papers.next().map(|(number, _)| At::Document(number))
}

/// What the paper a value stands in is called.
pub fn of(ctx: &Ctx<'_>, value: &Value) -> Say {
    let document = ctx.group.document(value.document);
    document.map_or_else(Say::default, |d| d.understood.kind_title.clone())
}

/// The name of a kind in words.
pub fn title(ctx: &Ctx<'_>, kind: &str) -> Say {
    ctx.group
        .vocabulary
        .kinds
        .iter()
        .find(|k| k.name == kind)
        .map_or_else(|| Say::same(kind), |k| k.title.clone())
}

/// The label a field is given in a report, in both languages where it has them.
pub fn label(ctx: &Ctx<'_>, id: FieldId) -> Say {
    let vocabulary = ctx.group.vocabulary;
    let kind = vocabulary.kinds.iter().find(|k| k.name == LAB_REPORT);
    let heading = kind.and_then(|k| k.field(id)).map_or("", |f| &f.heading);
    match heading.split_once(' ') {
        Some((zh, en)) => Say::new(en, zh),
        None => Say::same(heading),
    }
}

pub fn is_date(ctx: &Ctx<'_>, id: FieldId) -> bool {
    let kinds = &ctx.group.vocabulary.kinds;
    let kind = kinds.iter().find(|k| k.name == LAB_REPORT);
    kind.and_then(|k| k.field(id))
        .is_some_and(|f| f.field_type == FieldType::Date)
}
