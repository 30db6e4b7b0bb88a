//! Cells of a shipment's own papers that hold no value, and what their columns are called.

use super::Ctx;
use crate::link::Flaw;
use crate::model::FieldId;
use std::collections::BTreeSet;

/// The flaws of this shipment's own records and documents; where the folder holds one shipment,
/// all are its own.
pub fn own_flaws<'c>(ctx: &Ctx<'c>) -> Vec<&'c Flaw> {
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
pub fn heading<'c>(ctx: &Ctx<'c>, document: u32, id: FieldId) -> &'c str {
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
