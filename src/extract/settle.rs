//! What only the papers of one file together show: a sheet that goes on without its heading, and a
//! sheet that is the source of another.

use super::Hint;
use super::account;
use super::columns::{ColumnMap, Header, TakenColumn};
use super::known::Known;
use super::recognise::View;
use super::table;
use super::values;
use super::vocabulary::Vocabulary;
use crate::model::{Document, FieldId, Layout, Problem, Say, work};
use crate::normalize::text::squeeze;
use std::collections::{BTreeSet, HashMap, HashSet};

/// So many of the columns must look like those they carry on.
const ALIKE: f32 = 0.66;
/// What tells a row of goods.
const GOODS: [FieldId; 3] = [FieldId::MODEL, FieldId::HS_CODE, FieldId::QUANTITY];
/// So many rows are looked at.
const SAMPLE: usize = 20;

/// Settles what the documents of one file are beside each other.
pub fn settle(documents: &mut [Document], vocabulary: &Vocabulary, problems: &mut Vec<Problem>) {
    let mut understood: HashSet<Option<String>> = HashSet::new();
    for n in 1..documents.len() {
        let (before, rest) = documents.split_at_mut(n);
        let (Some(last), Some(document)) = (before.last(), rest.first_mut()) else {
            continue;
        };
        if document.understood.kind.is_none() && goes_on(last, document, vocabulary) {
            understood.insert(document.part.clone());
        }
    }
    problems.retain(|p| p.code != "unknown-kind" || !understood.contains(&p.part));
    for n in sources(documents) {
        if let Some(document) = documents.get_mut(n) {
            let what = Say::new("working sheet", "底稿");
            let why = "the same goods stand in another sheet that has title and parties";
            let (path, part) = (&document.path, document.part.as_deref());
            problems.push(Problem::set_aside(path, part, &what, why));
            document.understood = crate::model::Understood {
                why: why.to_string(),
                account: account::aside(document),
                ..crate::model::Understood::default()
            };
        }
    }
}

/// Reads a sheet without a heading under the heading of the sheet before it, if its columns look
/// like those.
fn goes_on(last: &Document, document: &mut Document, vocabulary: &Vocabulary) -> bool {
    let understood = &last.understood;
    let sheets = [last, &*document]
        .iter()
        .all(|d| d.grid.layout == Layout::Sheet);
    let Some(number) = understood
        .kind
        .as_deref()
        .and_then(|k| vocabulary.kind_number(k))
    else {
        return false;
    };
    let Some(kind) = vocabulary.kinds.get(usize::from(number)) else {
        return false;
    };
    if !sheets || understood.header_row.is_none() || understood.records.is_empty() {
        return false;
    }
    let columns: Vec<TakenColumn> = understood
        .columns
        .iter()
        .filter_map(|(field, cell)| {
            let c = last.grid.cells.get(*cell)?;
            Some(TakenColumn {
                field: *field,
                cell: *cell,
                x0: c.x0,
                x1: c.x1,
                margin: 0.0,
                score: 0.0,
            })
        })
        .collect();
    let grid = &document.grid;
    let (mut alike, mut looked) = (0.0_f32, 0.0_f32);
    for row in 0..grid.rows.len().min(SAMPLE) {
        for cell in grid.row_cells(row) {
            let x0 = grid.cells.get(cell).map(|c| c.x0);
            let own = columns.iter().find(|c| Some(c.x0) == x0);
            let field = own.and_then(|c| kind.field(c.field));
            let shape = values::shape(grid, cell, &vocabulary.words);
            if let (Some(field), Some(shape)) = (field, shape) {
                looked += 1.0;
                alike += if values::fit(shape, field) > -0.5 {
                    1.0
                } else {
                    0.0
                };
            }
        }
    }
    if looked < 2.0 || alike < looked * ALIKE {
        return false;
    }
    let header = Header {
        row: 0,
        last: 0,
        headed: columns.iter().map(|c| (c.x0, c.x1)).collect(),
        columns,
        stacks: Vec::new(),
        open: Vec::new(),
        points: 0.0,
    };
    let map = ColumnMap::new(grid, &header);
    let mut read = table::carry_on(document, vocabulary, kind, map);
    if read.records.is_empty() {
        return false;
    }
    read.kind.clone_from(&understood.kind);
    read.kind_title = understood.kind_title.clone();
    read.why = format!(
        "goes on from sheet “{}”",
        last.part.as_deref().unwrap_or("")
    );
    let alone = Known::default();
    let view = View::new(&document.grid, vocabulary, alone.to(0), &Hint::default());
    read.account = account::of(document, &view, &read, &[]);
    document.understood = read;
    true
}

/// Sheets without a title and without a party, whose goods all stand in another sheet of their kind
/// that has them.
fn sources(documents: &[Document]) -> Vec<usize> {
    let sheets = documents.iter().filter(|d| d.understood.kind.is_some());
    if sheets.count() < 2 {
        return Vec::new();
    }
    let stands_alone = |d: &Document| {
        let header = &d.understood.header;
        d.understood.title.is_some() || header.get(FieldId::CONSIGNOR).is_some()
    };
    // The goods of each sheet, and the sheets that have some goods and stand alone.
    let goods: Vec<BTreeSet<String>> = documents.iter().map(goods_of).collect();
    let mut owners: HashMap<&str, Vec<usize>> = HashMap::new();
    for (n, document) in documents.iter().enumerate() {
        for row in goods
            .get(n)
            .into_iter()
            .flatten()
            .filter(|_| stands_alone(document))
        {
            owners.entry(row).or_default().push(n);
        }
    }
    let has = |n: usize, row: &String| {
        owners
            .get(row.as_str())
            .is_some_and(|o| o.binary_search(&n).is_ok())
    };
    let is_source = |n: &usize| {
        let (Some(own), Some(goods)) = (documents.get(*n), goods.get(*n)) else {
            return false;
        };
        if own.grid.layout != Layout::Sheet || own.understood.kind.is_none() || stands_alone(own) {
            return false;
        }
        // Whoever has them all has those that fewest have.
        let those_with = |row: &String| owners.get(row.as_str()).map_or(&[][..], Vec::as_slice);
        let fewest = goods.iter().map(those_with).min_by_key(|o| o.len());
        fewest.unwrap_or(&[]).iter().any(|m| {
            work::steps(1);
            let alike = |other: &Document| {
                other.path == own.path && other.understood.kind == own.understood.kind
            };
            documents.get(*m).is_some_and(alike) && goods.iter().all(|row| has(*m, row))
        })
    };
    (0..documents.len()).filter(is_source).collect()
}

/// The goods of each row with how many of them: another number is another version.
fn goods_of(document: &Document) -> BTreeSet<String> {
    let rows = document.understood.records.iter().map(|record| {
        work::steps(1);
        let fields = document.understood.record_fields(record).iter();
        let told = fields.filter(|f| GOODS.contains(&f.id));
        told.map(|f| squeeze(document.raw(f)))
            .collect::<Vec<String>>()
            .join("|")
    });
    rows.filter(|goods| goods.chars().any(|c| c != '|'))
        .collect()
}
