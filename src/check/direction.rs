//! `direction`: the form's title and the flag in its number say export.

use super::{Ctx, Detail, FieldPath, Outcome};
use crate::facts::statements;
use crate::link::{Group, Value};
use crate::model::{FieldId, Say};
use crate::normalize::text::squeeze;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Direction {
    /// Lists of titles, by what they say.
    export: String,
    import: String,
    #[serde(default)]
    flag: Option<Flag>,
}

/// What a form's own field for the direction says.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Flag {
    field: FieldPath,
    /// Lists of what it may hold.
    export: String,
    import: String,
}

/// A form's title stands among its first rows, above the heading of its table.
const ROWS: usize = 30;

impl Direction {
    pub fn parameters(&self) -> Vec<&str> {
        let flag = self.flag.iter().flat_map(|f| [&f.export, &f.import]);
        let own = [&self.export, &self.import].into_iter().chain(flag);
        own.map(String::as_str).collect()
    }

    pub fn run(&self, ctx: &Ctx<'_>) -> Outcome {
        let group = ctx.group;
        let squeezed = |name: &str| -> Vec<String> {
            ctx.parameters
                .list(name)
                .iter()
                .map(|w| squeeze(w))
                .collect()
        };
        let (export, import) = (squeezed(&self.export), squeezed(&self.import));
        let mut details = Vec::new();
        let mut any = false;
        for document in &ctx.shipment.declarations {
            let Some(title) = title(group, *document, &export, &import) else {
                continue;
            };
            any = true;
            let raw = group.raw(&title).trim();
            let text = squeeze(&group.vocabulary.simplified(raw));
            let says = |words: &[String]| words.iter().any(|w| text.contains(w.as_str()));
            if says(&import) && !says(&export) {
                let what = Say::new(
                    format!("The form's title says import: “{raw}”."),
                    format!("表头写的是进口：“{raw}”。"),
                );
                details.push(
                    Detail::fail(what, title)
                        .found(raw)
                        .expected("出口货物报关单 / export"),
                );
            }
        }
        if let Some(flag) = &self.flag {
            let (out, back) = (squeezed(&flag.export), squeezed(&flag.import));
            for value in statements(ctx, &flag.field) {
                any = true;
                let raw = group.raw(&value).trim();
                let is = |words: &[String]| words.contains(&squeeze(raw));
                let what = Say::new(
                    format!("The field for the direction says “{raw}”."),
                    format!("进出口标志为“{raw}”。"),
                );
                if is(&back) {
                    details.push(Detail::fail(what, value).found(raw).expected("出口 / E"));
                } else if !is(&out) {
                    details.push(Detail::unknown(what, value).found(raw).expected("出口 / E"));
                }
            }
        }
        if let Some(number) = ctx.shipment.header(group, FieldId::DECLARATION_NO) {
            let raw = group.raw(&number).trim();
            let digits = raw.chars().count() == 18 && raw.chars().all(|c| c.is_ascii_digit());
            if digits {
                any = true;
            }
            if digits && raw.chars().nth(8) == Some('1') {
                let what = Say::new(
                    format!("The declaration number {raw} is an import's: its ninth digit is 1."),
                    format!("海关编号 {raw} 第 9 位为 1，表示进口。"),
                );
                details.push(Detail::fail(what, number).found(raw).expected("0"));
            }
        }
        if any {
            Outcome::Judged(details)
        } else {
            Outcome::NotApplicable
        }
    }
}

/// The first cell of a document that says a direction.
fn title(group: &Group<'_>, number: u32, export: &[String], import: &[String]) -> Option<Value> {
    let document = group.document(number)?;
    let grid = &document.grid;
    let rows = document.understood.header_row.unwrap_or(grid.rows.len());
    (0..rows.min(ROWS))
        .flat_map(|row| grid.row_cells(row))
        .filter(|cell| grid.cells.get(*cell).is_some_and(|c| c.len < 200))
        .find_map(|cell| {
            let text = squeeze(&group.vocabulary.simplified(grid.cell_text(cell)));
            let found = export
                .iter()
                .chain(import)
                .any(|w| text.contains(w.as_str()));
            let cell = Some(cell).filter(|_| found)?;
            group.whole_cell(number, cell, FieldId::REMARK)
        })
}
