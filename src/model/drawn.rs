//! A document as a report draws it: the cells where they stand, and the values taken from them.

use super::grid::{CellKind, Layout};
use super::{Document, Fields, Place, ShipmentReport, Spot, work};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How much of the documents a report keeps to draw them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Draw {
    #[default]
    Nothing,
    /// What findings point at, and the rows about it.
    Marked,
    /// The documents as they stand, up to a bound.
    Whole,
}

/// Rows of a document that are drawn without being marked.
const WHOLE: usize = 300;
/// Rows about a marked one.
const ABOUT: usize = 2;
/// Characters of a cell.
const LONGEST: usize = 400;

/// A document as it is drawn.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub layout: Layout,
    pub rows: Vec<DrawnRow>,
    pub values: Vec<DrawnValue>,
}

#[derive(Clone, Debug)]
pub struct DrawnRow {
    /// As a person counts it.
    pub number: u32,
    /// Of pages: which; of written documents: which table, 0 for none.
    pub part: u32,
    /// Rows before it were left out.
    pub gap: bool,
    pub cells: Vec<DrawnCell>,
}

#[derive(Clone, Debug)]
pub struct DrawnCell {
    pub x0: u32,
    pub x1: u32,
    pub text: String,
    pub spot: Spot,
    /// Struck out, or unseen by the eye.
    pub taken_back: bool,
}

/// A value that was understood.
#[derive(Clone, Debug)]
pub struct DrawnValue {
    pub field: String,
    /// The grid row of its record; none for the document's own fields.
    pub row: Option<u32>,
    pub spot: Spot,
    pub raw: String,
}

/// Keeps of the documents what a report draws of them.
pub fn draw(shipments: &mut [ShipmentReport], documents: &[Document], fields: &Fields, how: Draw) {
    if how == Draw::Nothing {
        return;
    }
    let mut named: HashMap<(&str, Option<&str>), usize> = HashMap::new();
    for (number, document) in documents.iter().enumerate().rev() {
        named.insert((&document.path, document.part.as_deref()), number);
    }
    let own: Vec<Vec<Option<usize>>> = shipments
        .iter()
        .map(|shipment| match shipment.documents.len() {
            all if all == documents.len() => (0..all).map(Some).collect(),
            _ => {
                let infos = shipment.documents.iter();
                let number = |path, part| named.get(&(path, part)).copied();
                infos
                    .map(|i| number(i.path.as_str(), i.part.as_deref()))
                    .collect()
            }
        })
        .collect();
    // What is marked in some shipment, and the rows it stands in: each document is gone through once.
    let mut spots: Vec<BTreeMap<&Spot, Vec<usize>>> = vec![BTreeMap::new(); documents.len()];
    for (shipment, own) in shipments.iter().zip(&own) {
        for place in places(shipment) {
            let number = place.document.and_then(|d| own.get(d).copied().flatten());
            if let Some(spots) = number.and_then(|n| spots.get_mut(n)) {
                spots.entry(&place.spot).or_default();
            }
        }
    }
    for (document, spots) in documents.iter().zip(&mut spots) {
        let cells = if spots.is_empty() {
            0
        } else {
            document.grid.cells.len()
        };
        for cell in 0..cells {
            work::steps(1);
            if let Some(rows) = spots.get_mut(&document.grid.spot(cell)) {
                rows.push(document.grid.row_of(cell));
            }
        }
    }
    let drawn: Vec<Vec<Drawn>> = shipments
        .iter()
        .zip(&own)
        .map(|(shipment, own)| {
            let mut marked: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); own.len()];
            for place in places(shipment) {
                let Some(at) = place.document else { continue };
                let number = own.get(at).copied().flatten();
                let rows = number.and_then(|n| spots.get(n)?.get(&place.spot));
                if let (Some(marked), Some(rows)) = (marked.get_mut(at), rows) {
                    marked.extend(rows);
                }
            }
            let each = own.iter().zip(&marked);
            let each = each.filter_map(|(number, rows)| Some((documents.get((*number)?)?, rows)));
            each.map(|(document, rows)| Drawn::of(document, rows, fields, how))
                .collect()
        })
        .collect();
    for (shipment, drawn) in shipments.iter_mut().zip(drawn) {
        shipment.drawn = drawn.into();
    }
}

fn places(shipment: &ShipmentReport) -> impl Iterator<Item = &Place> {
    shipment.findings.iter().flat_map(|f| &f.places)
}

impl Drawn {
    /// Draws a document of whose rows some are marked.
    fn of(document: &Document, marked: &BTreeSet<usize>, fields: &Fields, how: Draw) -> Drawn {
        let grid = &document.grid;
        let whole = if how == Draw::Whole { WHOLE } else { 0 };
        let about = |row: &usize| row.saturating_sub(ABOUT)..=row + ABOUT;
        let wanted: BTreeSet<usize> = (0..whole)
            .chain(document.understood.header_row)
            .chain(marked.iter().flat_map(about))
            .filter(|row| *row < grid.rows.len())
            .collect();
        let mut rows = Vec::new();
        let mut next = 0;
        for row in wanted {
            let gap = row > next;
            next = row + 1;
            work::steps(1);
            let cells = grid.row_cells(row).filter_map(|number| {
                let cell = grid.cells.get(number)?;
                let text = grid.cell_text(number);
                // Made by us to name a value: its key is drawn, not a second time its name.
                let text: String = text.chars().take(LONGEST).collect();
                let end = grid.merge_of(number).map(|m| m.right);
                Some(DrawnCell {
                    x0: cell.x0,
                    x1: end.map_or(cell.x1, |right| right + 1),
                    text,
                    spot: grid.spot(number),
                    taken_back: cell.marks.takes_back() && cell.kind != CellKind::Key,
                })
            });
            rows.push(DrawnRow {
                number: grid.row_shown(row),
                part: grid.rows.get(row).map_or(0, |r| r.aux),
                gap,
                cells: cells.collect(),
            });
        }
        let understood = &document.understood;
        let value = |field: &super::Field, row| DrawnValue {
            field: fields.name(field.id).to_string(),
            row,
            spot: document.spot(field),
            raw: document.raw(field).chars().take(LONGEST).collect(),
        };
        let mut values = Vec::new();
        if how == Draw::Whole {
            values.extend(understood.header.fields.iter().map(|f| value(f, None)));
            for record in understood.records.iter().take(WHOLE) {
                let own = understood.record_fields(record).iter();
                values.extend(own.map(|f| value(f, Some(record.row))));
            }
        }
        Drawn {
            layout: grid.layout,
            rows,
            values,
        }
    }
}
