//! What was understood of files: `greenlane read`, as table and JSON.

use super::escape::{line, short};
use super::paint::{BOLD, DIM, RED, paint, wrap};
use crate::model::{Account, Document, Field, Fields, Lang, Layout, Problem, ReadFile};
use serde::Serialize;

/// Marks nothing explains that are listed; the account counts all.
const MOST_UNEXPLAINED: usize = 500;

/// Records shown of a table in the text output.
const SHOWN: usize = 5;

/// The text output.
pub fn table(files: &[ReadFile], fields: &Fields, lang: Lang, width: usize) -> String {
    let mut out = String::new();
    let en = lang == Lang::En;
    for file in files {
        for document in &file.documents {
            let u = &document.understood;
            out.push_str(&format!("{}\n", paint(BOLD, &line(&document.label()))));
            let kind = u
                .kind
                .as_deref()
                .unwrap_or(if en { "not recognised" } else { "未识别" });
            let encoding = document
                .encoding
                .as_ref()
                .map_or(String::new(), |e| format!(", {e}"));
            let head = format!("{kind} ({}{encoding})", document.format);
            wrap(&mut out, "  ", &head, width);
            if !u.why.is_empty() {
                wrap(
                    &mut out,
                    "  ",
                    &line(&format!(
                        "{}: {}",
                        if en { "because" } else { "依据" },
                        u.why
                    )),
                    width,
                );
            }
            for field in &u.header.fields {
                value(&mut out, "    ", document, field, fields, width);
            }
            if let Some(row) = u.header_row {
                let text = format!(
                    "{} {}",
                    if en { "heading row" } else { "表头行" },
                    document.grid.row_shown(row)
                );
                wrap(&mut out, "  ", &text, width);
            }
            let names: Vec<String> = u
                .columns
                .iter()
                .map(|(f, c)| {
                    let heading = document.grid.cell_text(*c).trim();
                    let over = u.margins.iter().find(|m| m.0 == *f);
                    let over = over.map_or(String::new(), |m| format!(" (+{:.1})", m.2));
                    format!("{} ← {}{over}", fields.name(*f), short(heading, 30))
                })
                .collect();
            if !names.is_empty() {
                let label = if en { "columns" } else { "列" };
                wrap(
                    &mut out,
                    "  ",
                    &format!("{label}: {}", names.join("; ")),
                    width,
                );
            }
            let not_taken: Vec<String> = u
                .columns_not_taken
                .iter()
                .map(|c| short(document.grid.cell_text(*c), 30))
                .collect();
            if !not_taken.is_empty() {
                let label = if en {
                    "columns not taken"
                } else {
                    "未采用的列"
                };
                wrap(
                    &mut out,
                    "  ",
                    &format!("{label}: {}", not_taken.join("; ")),
                    width,
                );
            }
            if !u.unheaded.is_empty() {
                let label = if en {
                    "values under no heading, not taken"
                } else {
                    "没有列标题、未采用的值"
                };
                let named: Vec<String> = (u.unheaded.iter())
                    .map(|(cell, count)| {
                        let text = short(document.grid.cell_text(*cell), 20);
                        let at = document.grid.spot(*cell).at(None);
                        format!("“{text}” [{at}] ×{count}")
                    })
                    .collect();
                wrap(
                    &mut out,
                    "  ",
                    &format!("{label}: {}", named.join("; ")),
                    width,
                );
            }
            account(&mut out, document, fields, en, width);
            rows(&mut out, document, fields, en, width);
            left_out(&mut out, document, en, width);
            beside(&mut out, document, lang, width);
            if u.kind.is_none() {
                for row in 0..document.grid.rows.len().min(12) {
                    let text = short(&document.grid.row_text(row), 100);
                    wrap(&mut out, "    ", &paint(DIM, &text), width);
                }
            }
            out.push('\n');
        }
        for problem in &file.problems {
            let at = problem.spot.at(problem.part.as_deref());
            let text = format!(
                "{} {at}: {}",
                line(&problem.path),
                problem.message.get(lang)
            );
            wrap(&mut out, &paint(RED, "! "), &line(&text), width);
            if !problem.hint.is_empty() {
                wrap(&mut out, "  → ", problem.hint.get(lang), width);
            }
        }
    }
    out
}

/// What the marks were taken for, and those nothing explains.
fn account(out: &mut String, document: &Document, fields: &Fields, en: bool, width: usize) {
    let u = &document.understood;
    let counts: Vec<String> = (u.counts().iter())
        .map(|(what, count)| format!("{} {count}", what.as_str()))
        .collect();
    if counts.is_empty() {
        return;
    }
    let label = if en { "marks" } else { "内容去向" };
    wrap(out, "  ", &format!("{label}: {}", counts.join(", ")), width);
    for cell in u.unexplained().take(SHOWN * 2) {
        let at = document.grid.spot(cell).at(None);
        let text = short(document.grid.cell_text(cell), 40);
        let open = u.open.iter().find(|o| o.cell == cell);
        let names = open.map_or(&[][..], |o| o.may_be.as_slice());
        let names: Vec<&str> = names.iter().map(|f| fields.name(*f)).collect();
        let may_be = match (names.is_empty(), en) {
            (true, _) => String::new(),
            (false, true) => format!("  may be {}", names.join(", ")),
            (false, false) => format!("  可能是 {}", names.join("、")),
        };
        wrap(out, "    ", &format!("? {text} [{at}]{may_be}"), width);
    }
}

fn rows(out: &mut String, document: &Document, fields: &Fields, en: bool, width: usize) {
    let u = &document.understood;
    let count = u.records.len();
    if count == 0 {
        return;
    }
    let label = if en {
        format!("{count} rows")
    } else {
        format!("{count} 行")
    };
    wrap(out, "  ", &label, width);
    for record in u.records.iter().take(SHOWN) {
        let number = document.grid.row_shown(record.row as usize);
        out.push_str(&format!("    {}\n", paint(DIM, &format!("#{number}"))));
        for field in u.record_fields(record) {
            value(out, "      ", document, field, fields, width);
        }
    }
    if count > SHOWN {
        out.push_str(&format!("    … +{}\n", count - SHOWN));
    }
}

fn left_out(out: &mut String, document: &Document, en: bool, width: usize) {
    let u = &document.understood;
    if u.left_out.is_empty() {
        return;
    }
    let label = if en {
        "rows left out"
    } else {
        "未采用的行"
    };
    wrap(out, "  ", &format!("{label}: {}", u.left_out.len()), width);
    for left in u.left_out.iter().take(12) {
        let number = document.grid.row_shown(left.row);
        let text = short(&document.grid.row_text(left.row), 60);
        wrap(
            out,
            "    ",
            &format!("#{number} ({}) {text}", left.reason),
            width,
        );
    }
}

/// What stands beside the cells and lines: notes, boxes, stamps, what is struck out or unseen.
fn beside(out: &mut String, document: &Document, lang: Lang, width: usize) {
    for aside in document.grid.asides.iter().take(SHOWN * 2) {
        let says = aside.what.says();
        let (what, text) = (says.get(lang), short(&aside.text, 60));
        let at = aside.spot.at(None);
        wrap(out, "  ", &format!("{what}: {text} [{at}]"), width);
    }
    let more = document.grid.asides.len().saturating_sub(SHOWN * 2);
    if more > 0 {
        out.push_str(&format!("    … +{more}\n"));
    }
}

fn value(
    out: &mut String,
    indent: &str,
    document: &Document,
    field: &Field,
    fields: &Fields,
    width: usize,
) {
    let at = document.spot(field).at(None);
    let raw = short(document.raw(field), 100);
    let text = format!("{} = {raw}  [{at}]", fields.name(field.id));
    wrap(out, indent, &text, width);
}

#[derive(Serialize)]
struct Out<'a> {
    schema: &'static str,
    documents: Vec<DocumentOut<'a>>,
    problems: Vec<ProblemOut<'a>>,
}

#[derive(Serialize)]
struct DocumentOut<'a> {
    path: &'a str,
    part: Option<&'a str>,
    format: &'a str,
    encoding: Option<&'a str>,
    kind: Option<&'a str>,
    why: &'a str,
    whole: bool,
    header_row: Option<u32>,
    columns: Vec<ColumnOut<'a>>,
    columns_not_taken: Vec<&'a str>,
    values_without_heading: Vec<UnheadedOut<'a>>,
    header: Vec<FieldOut<'a>>,
    rows: Vec<RowOut<'a>>,
    totals: Vec<RowOut<'a>>,
    left_out: Vec<LeftOutOut>,
    account: std::collections::BTreeMap<&'static str, usize>,
    unexplained: Vec<UnexplainedOut<'a>>,
    beside: Vec<AsideOut<'a>>,
    lines: Vec<LineOut>,
}

/// A mark nothing explains, and the fields it may be.
#[derive(Serialize)]
struct UnexplainedOut<'a> {
    at: String,
    text: &'a str,
    may_be: Vec<&'a str>,
}

/// What stands beside the cells and lines: a note, a text box, a stamp, text that is struck out.
#[derive(Serialize)]
struct AsideOut<'a> {
    what: &'static str,
    at: String,
    text: &'a str,
}

/// A printed line, numbered as places number it.
#[derive(Serialize)]
struct LineOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    line: u32,
    /// For written documents, whose lines are paragraphs and rows of tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    text: String,
}

/// A column of values under no heading: the first of them, and how many there are.
#[derive(Serialize)]
struct UnheadedOut<'a> {
    at: String,
    first: &'a str,
    values: usize,
}

#[derive(Serialize)]
struct ColumnOut<'a> {
    field: &'a str,
    /// Natural-log odds over the next best reading of the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    margin: Option<f32>,
    heading: &'a str,
    at: String,
}

#[derive(Serialize)]
struct FieldOut<'a> {
    field: &'a str,
    raw: &'a str,
    at: String,
}

#[derive(Serialize)]
struct RowOut<'a> {
    row: u32,
    fields: Vec<FieldOut<'a>>,
}

#[derive(Serialize)]
struct LeftOutOut {
    row: u32,
    reason: &'static str,
    text: String,
}

#[derive(Serialize)]
struct ProblemOut<'a> {
    code: &'a str,
    level: &'static str,
    path: &'a str,
    at: String,
    message: &'a str,
    hint: &'a str,
}

/// The JSON output.
pub fn json(files: &[ReadFile], fields: &Fields, lang: Lang) -> String {
    let out = Out {
        schema: "greenlane.read/1",
        documents: files
            .iter()
            .flat_map(|f| &f.documents)
            .map(|d| document(d, fields))
            .collect(),
        problems: files
            .iter()
            .flat_map(|f| &f.problems)
            .map(|p| problem(p, lang))
            .collect(),
    };
    super::escape::json(&out)
}

fn document<'a>(document: &'a Document, fields: &'a Fields) -> DocumentOut<'a> {
    let u = &document.understood;
    let number = |row: usize| document.grid.row_shown(row);
    let one = |field: &Field| FieldOut {
        field: fields.name(field.id),
        raw: document.raw(field),
        at: document.spot(field).at(None),
    };
    let row = |record: &crate::model::Record| RowOut {
        row: number(record.row as usize),
        fields: u.record_fields(record).iter().map(one).collect(),
    };
    DocumentOut {
        path: &document.path,
        part: document.part.as_deref(),
        format: document.format,
        encoding: document.encoding.as_deref(),
        kind: u.kind.as_deref(),
        why: &u.why,
        whole: document.whole,
        header_row: u.header_row.map(number),
        columns: u
            .columns
            .iter()
            .map(|(f, c)| ColumnOut {
                field: fields.name(*f),
                margin: (u.margins.iter().find(|m| m.0 == *f)).map(|m| (m.2 * 10.0).round() / 10.0),
                // A column the user named by its letter may have none: its first value stands for it.
                heading: match u.account.get(*c) {
                    Some(Account::Value) => "",
                    _ => document.grid.cell_text(*c),
                },
                at: document.grid.spot(*c).at(None),
            })
            .collect(),
        columns_not_taken: u
            .columns_not_taken
            .iter()
            .map(|c| document.grid.cell_text(*c))
            .collect(),
        values_without_heading: (u.unheaded.iter())
            .map(|(cell, count)| UnheadedOut {
                at: document.grid.spot(*cell).at(None),
                first: document.grid.cell_text(*cell),
                values: *count,
            })
            .collect(),
        header: u.header.fields.iter().map(one).collect(),
        rows: u.records.iter().map(row).collect(),
        totals: u.totals.iter().map(row).collect(),
        left_out: u
            .left_out
            .iter()
            .map(|l| LeftOutOut {
                row: number(l.row),
                reason: l.reason,
                text: document.grid.row_text(l.row),
            })
            .collect(),
        account: (u.counts().into_iter())
            .map(|(what, n)| (what.as_str(), n))
            .collect(),
        unexplained: u
            .unexplained()
            .take(MOST_UNEXPLAINED)
            .map(|cell| UnexplainedOut {
                at: document.grid.spot(cell).at(None),
                text: document.grid.cell_text(cell),
                may_be: (u.open.iter().find(|o| o.cell == cell))
                    .map_or(&[][..], |o| o.may_be.as_slice())
                    .iter()
                    .map(|f| fields.name(*f))
                    .collect(),
            })
            .collect(),
        beside: (document.grid.asides.iter())
            .map(|aside| AsideOut {
                what: aside.what.as_str(),
                at: aside.spot.at(None),
                text: &aside.text,
            })
            .collect(),
        lines: if document.grid.is_prose() {
            let paged = document.grid.layout == Layout::Pages;
            (document.grid.rows.iter().enumerate())
                .map(|(r, row)| LineOut {
                    page: paged.then_some(row.aux + 1),
                    line: row.number + 1,
                    at: (document.grid.layout == Layout::Docx)
                        .then(|| document.grid.row_cells(r).next())
                        .flatten()
                        .map(|cell| document.grid.spot(cell).at(None)),
                    text: document.grid.row_text(r),
                })
                .collect()
        } else {
            Vec::new()
        },
    }
}

fn problem(problem: &Problem, lang: Lang) -> ProblemOut<'_> {
    ProblemOut {
        code: problem.code,
        level: problem.level.as_str(),
        path: &problem.path,
        at: problem.spot.at(problem.part.as_deref()),
        message: problem.message.get(lang),
        hint: problem.hint.get(lang),
    }
}
