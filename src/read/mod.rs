//! Bytes → documents: what a file is, its bytes say; one file per format. Nothing here judges.
//!
//! Every third-party reader runs behind limits and behind `catch_unwind`: a file may be lost, the
//! run may not.

mod beside;
mod biff;
mod blocks;
mod budget;
mod compound;
mod csv;
mod docx;
mod encoding;
mod fault;
mod html;
mod ink;
mod json;
mod limits;
mod look;
mod markup;
mod ods;
mod patience;
mod pdf;
#[cfg(feature = "ocr")]
mod scans;
#[cfg(not(feature = "ocr"))]
#[path = "scans_off.rs"]
mod scans;
mod shape;
mod sheet;
mod sniff;
mod streams;
mod symbols;
mod text;
mod tree;
mod written;
mod xls;
mod xlsb;
mod xlsx;
mod xml;
mod yaml;
mod zip_guard;

pub use docx::{Package, Relation, places as written_places};
pub use encoding::{Encoding, decode, named as named_encoding};
pub use fault::{At, LoadError, Source, told};
pub use limits::{Limits, stated};
pub use markup::attribute;
pub use pdf::{COMMENTS_BY, placed as printed_places};
pub use scans::{PagePicture, page_picture};
pub use shape::{allowed_words, did_you_mean, free, from_yaml, own_yaml, shape};
pub use tree::{Node, NodeKind};
pub use written::{Entry, Is, Written, parse as parse_written, parse_table};
pub use xlsx::{cell_position, sheet_parts};
pub use yaml::parse as parse_yaml;

use crate::model::work::{self, Stop};
use crate::model::{Document, Grid, Problem, ReadFile, Say, Understood};
use sha2::{Digest, Sha256};
use sniff::Format;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};

/// How files are to be read.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    pub limits: Limits,
    /// The names papers go by, squeezed: keys of a tree that holds several.
    pub papers: Arc<BTreeSet<String>>,
    /// What is taken of the memory all files may take together.
    pub budget: Arc<budget::Budget>,
    /// What is taken of the memory for pages that are read from their pictures.
    pub pages: Arc<budget::Budget>,
    /// How much longer than its size lets it the file may take.
    pub patience: Arc<patience::Patience>,
    /// The encoding of a text, where the user says it.
    pub encoding: Option<&'static Encoding>,
    /// What reads pictures, where the user has it.
    #[cfg(feature = "ocr")]
    pub ocr: Option<Arc<crate::ocr::Ocr>>,
}

/// Reads one file. Never fails: what could not be read is a problem in the result.
///
/// `path` is the name shown to people; its extension is only a hint between kinds of plain text.
pub fn read(path: &str, bytes: &[u8], manner: &Manner) -> ReadFile {
    let format = sniff::sniff(path, bytes);
    let mut file = match work::guarded(|| dispatch(format, path, bytes, manner)) {
        Ok(file) => file,
        Err(_) => failed(Problem::damaged(
            path,
            format.name(),
            "its content broke the reader",
        )),
    };
    let most = manner.limits.papers;
    if file.documents.len() > most {
        file.documents.truncate(most);
        let limit = stated("papers", most);
        file.problems.push(Problem::too_large(path, &limit));
    }
    let sha256 = hex_digest(bytes);
    for document in &mut file.documents {
        file.problems.extend(beside::said(document));
        document.sha256.clone_from(&sha256);
    }
    if let Some(says) = sniff::lying_extension(path, format)
        && !file.documents.is_empty()
    {
        let table = |d: &Document| !d.grid.table_columns.is_empty();
        let problem = if matches!(format, Format::Html) && !file.documents.iter().any(table) {
            for document in &mut file.documents {
                document.whole = false;
            }
            Problem::web_page(path, &says)
        } else {
            Problem::lying_name(path, &says, format.name())
        };
        file.problems.push(problem);
    }
    file
}

/// Reads one file on a thread of its own. A reader that takes longer than the limit is left behind;
/// it ends with the run.
pub fn read_in_time(path: &str, bytes: &Arc<Vec<u8>>, manner: &Manner) -> ReadFile {
    let time = manner.limits.time(bytes.len());
    let format = sniff::sniff(path, bytes);
    let cost = budget::cost(format, bytes, &manner.limits);
    let Some(taken) = manner.budget.take(cost, manner.limits.memory, time) else {
        let limit = stated("memory", manner.limits.memory);
        return failed(Problem::too_large(path, &limit));
    };
    let (send, receive) = mpsc::channel();
    let patience = Arc::new(patience::Patience::default());
    let (name, content) = (path.to_string(), Arc::clone(bytes));
    let own = Manner {
        patience: Arc::clone(&patience),
        ..manner.clone()
    };
    // Nobody waits any more when it took too long.
    let work = move || {
        let file = work::within(time, || read(&name, &content, &own));
        drop(taken);
        send.send(file).unwrap_or_default();
    };
    if std::thread::Builder::new().spawn(work).is_err() {
        return read(path, bytes, manner);
    }
    match patience.await_it(&receive, time) {
        Ok(Ok(file)) => file,
        Ok(Err(Stop::OutOfTime)) | Err(RecvTimeoutError::Timeout) => {
            failed(Problem::too_large(path, &patience.limit(time)))
        }
        Ok(Err(Stop::Broke)) | Err(RecvTimeoutError::Disconnected) => failed(Problem::damaged(
            path,
            &sniff::extension(path),
            "its content broke the reader",
        )),
    }
}

fn dispatch(format: Format, path: &str, bytes: &[u8], manner: &Manner) -> ReadFile {
    let limits = &manner.limits;
    if bytes.len() > limits.file_bytes {
        let limit = stated("file-bytes", limits.file_bytes);
        return failed(Problem::too_large(path, &limit));
    }
    match format {
        Format::Empty => failed(Problem::empty(path)),
        Format::Xlsx => xlsx::read(path, bytes, limits),
        Format::Xlsb => xlsb::read(path, bytes, limits),
        Format::Xls => xls::read(path, bytes, limits),
        Format::Ods => ods::read(path, bytes, limits),
        Format::Docx => docx::read(path, bytes, limits),
        Format::Pdf => match streams::inflated(bytes, limits) {
            Ok(_) => pdf::read(path, bytes, manner),
            Err(limit) => failed(Problem::too_large(path, &limit)),
        },
        Format::Picture => {
            let file = scans::picture(path, bytes, manner);
            if file.documents.is_empty() && sniff::claims_document(path) {
                let why = Say::new("it is a picture", "实际是图片");
                return failed(Problem::unreadable(path, &sniff::extension(path), &why));
            }
            file
        }
        Format::Csv | Format::Text | Format::Json | Format::Yaml | Format::Html | Format::Xml => {
            read_text(format, path, bytes, manner)
        }
        Format::Encrypted => failed(Problem::encrypted(path)),
        Format::Unsupported { name, save_as } => failed(Problem::unsupported(path, name, save_as)),
        sniff::ARCHIVE if !sniff::claims_document(path) => failed(Problem::archive(path)),
        Format::Other { en, zh } if sniff::claims_document(path) => {
            let why = Say::new(format!("it is {en}"), format!("实际是{zh}"));
            failed(Problem::unreadable(path, &sniff::extension(path), &why))
        }
        Format::Other { en, zh } => failed(Problem::not_a_document(path, &Say::new(en, zh))),
    }
}

fn read_text(format: Format, path: &str, bytes: &[u8], manner: &Manner) -> ReadFile {
    let decoded = match (manner.encoding, format) {
        (Some(stated), _) => encoding::decode_as(bytes, stated),
        (None, Format::Html | Format::Xml) => encoding::decode_declared(bytes),
        (None, _) => encoding::decode(bytes),
    };
    let limits = &manner.limits;
    let mut file = match format {
        Format::Csv => csv::read(path, &decoded.text, limits),
        Format::Html => html::read(path, &decoded.text, limits),
        Format::Json => json::read(path, &decoded.text, manner),
        Format::Xml => xml::read(path, &decoded.text, manner),
        Format::Yaml => yaml::read(path, &decoded.text, manner),
        _ => text::read(path, &decoded.text, limits),
    };
    for document in &mut file.documents {
        document.encoding = Some(decoded.name.to_string());
    }
    if decoded.bad > 0 {
        file.problems
            .push(Problem::encoding_doubt(path, decoded.name, decoded.bad));
    }
    file
}

fn failed(problem: Problem) -> ReadFile {
    ReadFile {
        documents: Vec::new(),
        problems: vec![problem],
    }
}

/// A document as a reader leaves it: read, not yet understood.
fn document(path: &str, part: Option<&str>, format: &'static str, grid: Grid) -> Document {
    Document {
        path: path.to_string(),
        part: part.map(str::to_string),
        format,
        encoding: None,
        sha256: String::new(),
        grid,
        whole: true,
        transcribed: false,
        transcript: None,
        understood: Understood::default(),
    }
}

/// SHA-256 in lower-case hex.
pub fn hex_digest(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        for half in [byte >> 4, byte & 15] {
            hex.extend(char::from_digit(u32::from(half), 16));
        }
    }
    hex
}
