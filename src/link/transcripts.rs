//! Transcripts: what a person typed from a scan, or confirmed of what a program read of it, counts in
//! the scan's place. What nobody has confirmed counts no more than the program's reading, and what was
//! confirmed of another file not at all.

use crate::model::{Document, Marks, Problem, ReadFile};
use crate::normalize::date::{self, ReadDate};

/// The problems of a file that is a picture.
const OF_SCANS: [&str; 2] = ["no-text-layer", "recognised-text"];

/// What a document is to the scan of its name.
#[derive(Clone, Copy, PartialEq)]
enum Standing {
    /// No transcript.
    Apart,
    /// Typed by a person, or confirmed by one and made from this very file.
    Counts,
    /// Read by a program, and confirmed by nobody.
    Unconfirmed,
    /// Made from another file of that name.
    Foreign,
    /// Made from a file that is not here.
    Alone,
}

/// Puts the transcripts of scans of the same name in their places; `digest` knows the SHA-256 of a
/// file by its number.
pub fn put(files: &mut [ReadFile], digest: impl Fn(usize) -> Option<String>) {
    let mut scans: Vec<Scan> = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let of_scan = file.problems.iter().find(|p| OF_SCANS.contains(&p.code));
        if let Some(problem) = of_scan {
            scans.push(Scan {
                number,
                stem: stem(&problem.path).to_string(),
                was_read: file.documents.iter().any(|d| d.grid.is_pictured()),
                standings: Vec::new(),
            });
        }
    }
    for (number, file) in files.iter_mut().enumerate() {
        let (documents, problems) = (&mut file.documents, &mut file.problems);
        documents.retain_mut(|document| {
            let own = stem(&document.path);
            let scan = scans
                .iter_mut()
                .find(|s| s.number != number && s.stem == own);
            let made_from = scan.as_ref().map(|s| digest(s.number));
            let standing = standing(document, made_from);
            let was_read = scan.as_ref().is_some_and(|s| s.was_read);
            problems.extend(said(document, standing));
            if let Some(scan) = scan {
                scan.standings.push(standing);
            }
            match standing {
                Standing::Apart => true,
                Standing::Counts => {
                    document.transcribed = true;
                    true
                }
                Standing::Foreign => false,
                Standing::Unconfirmed | Standing::Alone => {
                    doubt(document);
                    !(was_read && standing == Standing::Unconfirmed)
                }
            }
        });
    }
    for scan in scans {
        let Some(file) = files.get_mut(scan.number) else {
            continue;
        };
        let counts = scan.standings.contains(&Standing::Counts);
        let stands_in = !scan.was_read && scan.standings.contains(&Standing::Unconfirmed);
        if counts || stands_in {
            file.documents.clear();
            file.problems
                .iter_mut()
                .for_each(Problem::give_way_to_transcript);
        }
    }
}

/// A file that is a picture, in whole or in part.
struct Scan {
    number: usize,
    stem: String,
    /// A program read some of it.
    was_read: bool,
    /// What the documents of its name are to it.
    standings: Vec<Standing>,
}

/// A path without the ending of its name.
fn stem(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem)
}

/// What a document is to the scan of its name, if there is one, with that file's digest.
fn standing(document: &Document, scan: Option<Option<String>>) -> Standing {
    let typed = match document.format {
        "yaml" | "json" => document.understood.kind.is_some(),
        // A workbook of the same name may as well be another paper of the shipment.
        "xlsx" => document.is("lab-report"),
        _ => false,
    };
    let made_from = document.transcript.as_ref().and_then(|t| t.scan.as_ref());
    match (made_from, scan) {
        (None, Some(_)) if typed => Standing::Counts,
        (None, _) => Standing::Apart,
        (Some(_), None) => Standing::Alone,
        (Some(made_from), Some(digest)) if digest.as_ref() != Some(made_from) => Standing::Foreign,
        (Some(_), Some(_)) if is_confirmed(document) => Standing::Counts,
        (Some(_), Some(_)) => Standing::Unconfirmed,
    }
}

/// Whether a transcript names a person and a day: `Li Na 2026-06-03`.
fn is_confirmed(document: &Document) -> bool {
    let said = document.transcript.as_ref();
    let said = said.and_then(|t| t.confirmed.as_deref()).unwrap_or("");
    said.rsplit_once(char::is_whitespace)
        .is_some_and(|(name, day)| {
            let is_day = matches!(date::parse(day), ReadDate::Day(_));
            is_day && name.chars().any(char::is_alphabetic)
        })
}

/// What is to be said of a transcript that does not count.
fn said(document: &Document, standing: Standing) -> Option<Problem> {
    let path = &document.path;
    match standing {
        Standing::Apart | Standing::Counts => None,
        Standing::Unconfirmed => Some(Problem::transcript_unconfirmed(path)),
        Standing::Foreign => Some(Problem::transcript_of_another(path)),
        Standing::Alone => Some(Problem::transcript_alone(path)),
    }
}

/// Its values are what a program read, whoever typed what.
fn doubt(document: &mut Document) {
    for cell in &mut document.grid.cells {
        cell.marks = cell.marks.with(Marks::RECOGNISED);
    }
}
