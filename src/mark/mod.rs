//! Copies of the users' own files with the wrong cells coloured and what to do about them as comments:
//! the package is edited, never rebuilt. What cannot be edited becomes a workbook of what was read.

mod docx;
mod notes;
mod package;
mod pdf;
mod plain;
mod styles;
mod xlsx;

use crate::model::grid::{Cell, Layout};
use crate::model::{
    Document, DocumentInfo, Finding, Lang, OutcomeKind, Place, ReadFile, Report, Role, Say,
    Severity, Spot,
};
use crate::read::{self, Manner};
use crate::report::escape::lines;
use crate::report::{table, words};
pub use pdf::Printed;
use std::collections::BTreeMap;
use std::sync::Arc;

/// By this a copy is known again: at the end of its archive, or of its page description.
const SIGN: &str = "greenlane.marked/1";
/// Who the comments are by.
const AUTHOR: &str = read::COMMENTS_BY;
/// Characters of what is said at one place.
const LONGEST: usize = 8_000;

/// The colour of a place: the worst that is said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tint {
    /// What a wrong value was compared with.
    Against,
    /// Not decided, or worth mending.
    Open,
    Wrong,
}

impl Tint {
    const ALL: [Tint; 3] = [Tint::Against, Tint::Open, Tint::Wrong];

    /// Red, green and blue in hex.
    fn rgb(self) -> &'static str {
        match self {
            Tint::Against => "DDEBF7",
            Tint::Open => "FFEB9C",
            Tint::Wrong => "FFC7CE",
        }
    }
}

/// What is said of one text at one place.
#[derive(Clone, Debug)]
struct Mark {
    /// The sheet, where the file has several.
    part: Option<String>,
    spot: Spot,
    raw: String,
    tint: Tint,
    said: Vec<String>,
}

impl Mark {
    /// All that is said, with the finding and its fix, in lines.
    fn text(&self) -> String {
        let text = self.said.join("\n\n");
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
            None => text,
        }
    }
}

/// A file of which a copy is made.
pub struct Marked {
    /// As given, with `/`.
    pub path: String,
    /// The digest of the bytes that were judged.
    pub sha256: String,
    marks: Vec<Mark>,
}

/// A copy.
pub struct Copy {
    pub bytes: Vec<u8>,
    /// It is the file itself with marks, not a workbook of what was read of it.
    pub is_edited: bool,
    /// Why it is a workbook of what was read, where the file itself was not to be edited.
    pub instead: Option<Say>,
}

/// The files findings speak of, in the order of their paths.
pub fn files(report: &Report, lang: Lang) -> Vec<Marked> {
    type Key<'a> = (Option<&'a str>, &'a Spot, &'a str);
    let mut all: BTreeMap<&str, (&str, BTreeMap<Key<'_>, Mark>)> = BTreeMap::new();
    for shipment in &report.shipments {
        for finding in shipment.findings.iter().filter(|f| is_shown(f)) {
            for place in &finding.places {
                let Some(info) = place.document.and_then(|d| shipment.documents.get(d)) else {
                    continue;
                };
                let part = info.part.as_deref();
                let mark = Mark {
                    part: info.part.clone(),
                    spot: place.spot.clone(),
                    raw: place.raw.trim().to_string(),
                    tint: tint(finding, place.role),
                    said: Vec::new(),
                };
                let (_, marks) = all
                    .entry(&info.path)
                    .or_insert((&info.sha256, BTreeMap::new()));
                let key = (part, &place.spot, place.raw.trim());
                let own = marks.entry(key).or_insert_with(|| mark.clone());
                own.tint = own.tint.max(mark.tint);
                let said = said(finding, place, &shipment.documents, lang);
                if !own.said.contains(&said) {
                    own.said.push(said);
                }
            }
        }
    }
    let marked = |(path, (sha256, marks)): (&str, (&str, BTreeMap<Key<'_>, Mark>))| Marked {
        path: path.to_string(),
        sha256: sha256.to_string(),
        marks: marks.into_values().collect(),
    };
    all.into_iter().map(marked).collect()
}

fn is_shown(finding: &Finding) -> bool {
    let open = matches!(finding.outcome, OutcomeKind::Fail | OutcomeKind::Unknown);
    open && finding.weighs() && !finding.known
}

fn tint(finding: &Finding, role: Role) -> Tint {
    match (finding.outcome, finding.severity) {
        _ if role == Role::Related => Tint::Against,
        (OutcomeKind::Fail, Severity::Blocker) => Tint::Wrong,
        _ => Tint::Open,
    }
}

fn said(finding: &Finding, place: &Place, documents: &[DocumentInfo], lang: Lang) -> String {
    // Where a wrong value was compared with this one, its place is said first.
    let wrong = finding.places.iter().find(|p| p.role == Role::Primary);
    let wrong = wrong.filter(|_| place.role == Role::Related);
    let wrong = wrong.and_then(|p| table::place_text(p, documents, lang));
    let wrong = wrong.map_or(String::new(), |at| match lang {
        Lang::En => format!("Compared with {at}\n"),
        Lang::Zh => format!("对照：{at}\n"),
    });
    let weight = words::weight(finding);
    let text = match lang {
        Lang::En => format!("{}: {}", weight.en, finding.message.en),
        Lang::Zh => format!("{}：{}", weight.zh, finding.message.zh),
    };
    let fix = finding.fix.get(lang);
    let fix = match fix.is_empty() {
        true => String::new(),
        false => format!("\n→ {fix}"),
    };
    lines(&format!("{wrong}{text}{fix}\n[{}]", finding.rule))
}

impl Marked {
    /// What is added to the file's name where the copy is a workbook of what was read.
    pub const AS_READ: &'static str = ".xlsx";

    /// The copy; none where nothing of the file could be read.
    ///
    /// # Errors
    /// The writer of workbooks fails.
    pub fn copy(&self, bytes: &Arc<Vec<u8>>, manner: &Manner) -> anyhow::Result<Option<Copy>> {
        let read = read::read_in_time(&self.path, bytes, manner);
        let format = read.documents.first().map(|d| d.format);
        let limits = &manner.limits;
        let edited = match format {
            Some("xlsx") => Some(xlsx::mark(bytes, &self.marks, limits)),
            Some("docx") => Some(docx::mark(bytes, &self.marks, limits)),
            Some("pdf") => Some(pdf::mark(bytes, &self.marks, manner)),
            None if bytes.starts_with(b"%PDF") => Some(pdf::mark(bytes, &self.marks, manner)),
            Some(_) | None => None,
        };
        let mut instead = None;
        match edited {
            Some(Ok(bytes)) => {
                let bytes = Arc::new(bytes);
                if same(&read, &read::read_in_time(&self.path, &bytes, manner)) {
                    let bytes = Arc::unwrap_or_clone(bytes);
                    return Ok(Some(Copy {
                        bytes,
                        is_edited: true,
                        instead,
                    }));
                }
                instead = Some(Say::new(
                    "a copy of it would not be read as it is",
                    "副本读出的内容会与原件不同",
                ));
            }
            Some(Err(why)) => instead = Some(Say::new(why.to_string(), "该文件无法直接标注")),
            None => {}
        }
        // A workbook would not say that its values were read from a picture.
        let read_off = |d: &Document| d.grid.is_pictured() || d.transcript.is_some();
        if read.documents.is_empty() || read.documents.iter().any(read_off) {
            return Ok(None);
        }
        let bytes = plain::book(&read.documents, &self.marks)?;
        Ok(Some(Copy {
            bytes,
            is_edited: false,
            instead,
        }))
    }
}

/// Whether two readings have the same cells; what stands beside them may differ.
fn same(a: &ReadFile, b: &ReadFile) -> bool {
    let alike = |a: &Document, b: &Document| {
        let (own, other) = (&a.grid, &b.grid);
        let rows = own.rows.iter().map(|r| (r.number, r.first));
        let cells = |d: &Document, n: usize| {
            let cell = d.grid.cells.get(n).copied();
            // Where a written line ends is counted with the comment in it.
            let end = |c: Cell| {
                if own.layout == Layout::Docx {
                    c.x0
                } else {
                    c.x1
                }
            };
            cell.map(|c| {
                (
                    c.x0,
                    end(c),
                    c.kind,
                    c.marks,
                    d.grid.cell_text(n).to_string(),
                )
            })
        };
        a.part == b.part
            && own.cells.len() == other.cells.len()
            && rows.eq(other.rows.iter().map(|r| (r.number, r.first)))
            && (0..own.cells.len()).all(|n| cells(a, n) == cells(b, n))
    };
    let both = a.documents.iter().zip(&b.documents);
    a.documents.len() == b.documents.len() && both.into_iter().all(|(a, b)| alike(a, b))
}

/// Whether a file is a copy this program wrote: it may be renewed.
pub fn is_own(bytes: &[u8]) -> bool {
    bytes.ends_with(SIGN.as_bytes()) || bytes.ends_with(format!("%{SIGN}\n").as_bytes())
}
