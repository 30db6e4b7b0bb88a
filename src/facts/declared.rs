//! What a line is declared under: its parties, and a CNAS number carried anywhere beside it.

use super::Ctx;
use crate::link::{Line, Value};
use crate::model::FieldId;
use crate::normalize::cnas;
use std::collections::BTreeSet;

/// A number without `CNAS` in front and without spaces.
pub fn bare(number: &str) -> String {
    let number: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = number.strip_prefix("CNAS").map(str::to_string);
    bare.unwrap_or(number)
}

/// The parties a line was declared under: its own applicant column, else consignor and producer.
pub fn parties(ctx: &Ctx<'_>, line: &crate::link::Line, party: &str) -> Vec<Value> {
    let group = ctx.group;
    if let Some(own) = line.own(group, FieldId::APPLICANT) {
        return vec![own];
    }
    let ids: &[FieldId] = match party {
        "consignor" => &[FieldId::CONSIGNOR],
        "producer" => &[FieldId::PRODUCER],
        _ => &[FieldId::CONSIGNOR, FieldId::PRODUCER, FieldId::APPLICANT],
    };
    ids.iter().filter_map(|id| line.field(group, *id)).collect()
}

/// A CNAS number that stands in the line's own row, or in no line's: attached documents, marks,
/// remarks. It is known by its form.
pub fn carried(ctx: &Ctx<'_>, line: &Line) -> Option<Value> {
    let doc = ctx.group.document(line.document)?;
    let understood = &doc.understood;
    let own = understood.records.get(line.record as usize)?.row;
    let of_others: BTreeSet<u32> = understood.records.iter().map(|r| r.row).collect();
    let free =
        (0..crate::model::grid::index(doc.grid.rows.len())).filter(|row| !of_others.contains(row));
    let cells = std::iter::once(own)
        .chain(free)
        .flat_map(|row| doc.grid.row_cells(row as usize));
    cells.into_iter().find_map(|cell| {
        let text = doc.grid.cell_text(cell);
        let mark = text.contains("CNAS") || text.contains("ＣＮＡＳ");
        let (_, start, end) = cnas::cnas_numbers(text)
            .into_iter()
            .next()
            .filter(|_| mark)?;
        let whole = ctx
            .group
            .whole_cell(line.document, cell, FieldId::CNAS_NO)?;
        Some(whole.part(start, end))
    })
}
