//! Said twice: two values of what can only be one, inside one paper. Which of them counts nobody
//! here can tell; what rests on the field is undecided and shows both.

use super::evidence::Evidence;
use super::{Ctx, Detail, FieldPath, Subject, measure, same};
use crate::extract::overlap;
use crate::facts::why::why;
use crate::link::{Group, Value};
use crate::model::{Document, FieldId, FieldType, Say};
use crate::normalize::date;
use crate::normalize::text::{fold, squeeze};
use crate::normalize::{company, country, port};

/// A field that a paper, or a row of it, states in two ways.
#[derive(Clone, Copy, Debug)]
pub struct Twice {
    pub first: Value,
    pub other: Value,
    /// The row; none: the head of the paper.
    pub record: Option<u32>,
}

/// The details of a rule that needs these fields, with a doubt in place of each that rests on one
/// that is said twice.
pub fn doubt(
    ctx: &Ctx<'_>,
    subject: Subject,
    needs: &[FieldPath],
    mut details: Vec<Detail>,
) -> Vec<Detail> {
    let mut found: Vec<Twice> = Vec::new();
    if ctx.twice.iter().all(Vec::is_empty) {
        return details;
    }
    for path in needs {
        let Some(id) = path.id(ctx.group) else {
            continue;
        };
        let papers = papers(ctx, subject, &path.kind).into_iter();
        let said = papers.filter_map(|n| ctx.twice.get(n as usize)).flatten();
        let of_field = said.filter(|t| t.first.field.id == id && concerns(ctx, subject, t));
        found.extend(of_field.copied());
    }
    for twice in &found {
        let same_cell = |v: &Value, w: &Value| {
            v.document == w.document && v.field.cell == w.field.cell && v.field.id == w.field.id
        };
        details.retain(|d| {
            let mut values = d.evidence.iter().filter_map(Evidence::value);
            !values.any(|v| same_cell(v, &twice.first) || same_cell(v, &twice.other))
        });
    }
    details.extend(found.iter().map(|twice| said(ctx.group, twice)));
    details
}

/// The papers of a kind a subject rests on.
fn papers(ctx: &Ctx<'_>, subject: Subject, kind: &str) -> Vec<u32> {
    let group = ctx.group;
    let report = |number: u32| {
        let report = group.reports.get(number as usize);
        report.map(|r| r.source.document())
    };
    let mut papers: Vec<u32> = match (kind, subject) {
        ("declaration" | "line", Subject::Line(line)) => {
            let line = ctx.shipment.lines.get(line as usize);
            line.map(|l| l.document).into_iter().collect()
        }
        ("declaration" | "line", _) => ctx.shipment.declarations.clone(),
        ("packing-list", _) => ctx.shipment.packing_lists.clone(),
        ("lab-report" | "report-register", Subject::Report(number)) => {
            report(number).into_iter().collect()
        }
        ("lab-report" | "report-register", Subject::Line(line)) => {
            let relied = ctx.reliance.get(line as usize).copied().flatten();
            relied.and_then(|r| report(r.report)).into_iter().collect()
        }
        ("lab-report" | "report-register", Subject::Shipment) => super::statements::reports(ctx)
            .map(|r| r.source.document())
            .collect(),
        (kind, _) if group.shipments.len() == 1 => group.of_kind(kind).map(|(n, _)| n).collect(),
        _ => Vec::new(),
    };
    papers.sort_unstable();
    papers.dedup();
    papers.retain(|p| {
        group
            .document(*p)
            .is_some_and(|d| kind == "line" || d.is(kind))
    });
    papers
}

/// Whether it is said of the subject: its own row, or the head of its paper.
fn concerns(ctx: &Ctx<'_>, subject: Subject, twice: &Twice) -> bool {
    let (Some(record), document) = (twice.record, twice.first.document) else {
        return true;
    };
    let line = |n: u32| ctx.shipment.lines.get(n as usize);
    let declared = ctx.shipment.declarations.contains(&document);
    match subject {
        Subject::Line(n) if declared => line(n).is_some_and(|l| l.record == record),
        Subject::Line(n) => {
            let rows = line(n).map_or(&[][..], |l| ctx.shipment.packed_with(l.key));
            let mut rows = rows
                .iter()
                .filter_map(|r| ctx.shipment.packed.get(*r as usize));
            rows.any(|r| r.document == document && r.record == record)
        }
        _ if declared => {
            let mut lines = ctx.shipment.lines.iter();
            lines.any(|l| l.document == document && l.record == record)
        }
        _ => true,
    }
}

/// By document: what each paper of a group says twice.
pub fn of_group(group: &Group<'_>) -> Vec<Vec<Twice>> {
    let documents = (0u32..).zip(group.documents);
    let found = documents.map(|(number, document)| of_document(group, number, document));
    found.collect()
}

/// What a paper says twice.
fn of_document(group: &Group<'_>, number: u32, document: &Document) -> Vec<Twice> {
    let kind = document.understood.kind.as_deref().unwrap_or("");
    let Some(kind) = group.vocabulary.kinds.iter().find(|k| k.name == kind) else {
        return Vec::new();
    };
    let header = &document.understood.header;
    let mut found = Vec::new();
    let mut done: Vec<FieldId> = Vec::new();
    for field in &header.fields {
        if done.contains(&field.id) {
            continue;
        }
        done.push(field.id);
        let Some(of_kind) = kind.field(field.id).filter(|f| !f.several) else {
            continue;
        };
        let stated = |field| {
            group.stated(Value {
                document: number,
                field,
            })
        };
        let mut all = header.all(field.id).filter_map(|f| stated(*f));
        let Some(first) = all.next() else { continue };
        if let Some(other) = all.find(|v| differ(group, of_kind.field_type, &first, v)) {
            found.push(Twice {
                first,
                other,
                record: None,
            });
        }
    }
    found.extend(in_columns(group, number, document));
    found
}

/// Columns of one heading that hold different values.
fn in_columns(group: &Group<'_>, number: u32, document: &Document) -> Vec<Twice> {
    let (grid, understood) = (&document.grid, &document.understood);
    let top = understood.header_row.unwrap_or(0);
    // A heading with what stands over it: `毛重` over `合计` is another than `数量` over `合计`.
    let text = |cell: usize| {
        let over = (top..grid.row_of(cell)).flat_map(|row| grid.row_cells(row));
        let over = over.filter(|c| overlap(grid, *c, cell) > 0).chain([cell]);
        over.map(|c| fold(grid.cell_text(c))).collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    for (id, heading) in &understood.columns {
        let name = text(*heading);
        let taken = understood.columns.iter().map(|(_, cell)| cell);
        let others = taken.chain(&understood.columns_not_taken);
        let twin = others.copied().find(|cell| {
            cell > heading && grid.row_of(*cell) == grid.row_of(*heading) && text(*cell) == name
        });
        let Some(column) = twin.and_then(|cell| grid.cells.get(cell)).map(|c| c.x0) else {
            continue;
        };
        for (record, row) in (0u32..).zip(&understood.records) {
            let Some(first) = group.record(number, record, *id) else {
                continue;
            };
            let mut cells = grid.row_cells(row.row as usize);
            let other = cells.find(|c| grid.cells.get(*c).is_some_and(|c| c.x0 == column));
            let other = other.and_then(|cell| {
                let own = grid.cells.get(cell)?;
                let mut field = first.field;
                (field.cell, field.start, field.len) =
                    (crate::model::grid::index(cell), own.start, own.len);
                group.stated(Value {
                    document: number,
                    field,
                })
            });
            let Some(other) = other.filter(|v| v.field.cell != first.field.cell) else {
                continue;
            };
            if squeeze(group.raw(&first)) != squeeze(group.raw(&other)) {
                found.push(Twice {
                    first,
                    other,
                    record: Some(record),
                });
            }
        }
    }
    found
}

/// Whether two values of what can only be one are not the same. Text has no form by which that could
/// be told, nor have names in two scripts.
fn differ(group: &Group<'_>, kind: FieldType, a: &Value, b: &Value) -> bool {
    let (x, y) = (group.raw(a).trim(), group.raw(b).trim());
    let words = &group.vocabulary.words;
    let two_scripts = company::is_chinese(x) != company::is_chinese(y);
    if squeeze(x) == squeeze(y) {
        return false;
    }
    match kind {
        FieldType::Company => !two_scripts && same::party(group, a, b).is_some(),
        FieldType::Date => {
            let (p, q) = (date::readings(x), date::readings(y));
            !p.iter().any(|day| q.contains(day))
        }
        FieldType::Port => {
            let (p, q) = (port::normal(x, words), port::normal(y, words));
            let named = |text: &str| words.ports.values().any(|name| name == text);
            p.text != q.text && (!two_scripts || named(&p.text) && named(&q.text))
        }
        FieldType::Country => {
            let code = |text| country::code(text, &words.countries);
            matches!((code(x), code(y)), (Some(p), Some(q)) if p != q)
        }
        FieldType::Weight | FieldType::Quantity => {
            match (measure::read(group, a, None), measure::read(group, b, None)) {
                (Some(p), Some(q)) => !p.is_like(&q) || !measure::equal(p.value, q.value),
                _ => true,
            }
        }
        FieldType::Code => {
            let parts = |text: &str| -> Vec<String> {
                let parts = text.split([',', ';', '/', '、', '，', '；', '\n']);
                parts.map(squeeze).filter(|p| !p.is_empty()).collect()
            };
            let (p, q) = (parts(x), parts(y));
            !p.iter().any(|part| q.contains(part))
        }
        _ => false,
    }
}

fn said(group: &Group<'_>, twice: &Twice) -> Detail {
    let (a, b) = (
        group.raw(&twice.first).trim(),
        group.raw(&twice.other).trim(),
    );
    let document = group.document(twice.first.document);
    let kind = document.and_then(|d| d.understood.kind.as_deref());
    let kind = group
        .vocabulary
        .kinds
        .iter()
        .find(|k| Some(k.name.as_str()) == kind);
    let id = twice.first.field.id;
    let heading = kind
        .and_then(|k| k.field(id))
        .map_or("", |f| f.heading.as_str());
    let paper = kind.map_or_else(Say::default, |k| k.title.clone());
    let what = why!("said-twice"; paper, a, b, heading);
    Detail::unknown(what, twice.first)
        .found(format!("{a} / {b}"))
        .related(twice.other)
        .weighing_full()
}
