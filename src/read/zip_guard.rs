//! A light pass over an archive before its reader: sizes, ratios, doubled names, checksums, and
//! which features its sheets use, so that the slow calls are made only where they are needed.

use super::Limits;
use super::limits::stated;
use crate::model::Problem;
use memchr::memmem::Finder;
use std::io::{Cursor, Read};
use zip::ZipArchive;

const MOST_STRINGS: u64 = 50_000_000;
/// So many bytes are looked at again with the next ones.
const TAIL: usize = 64;

/// How a sheet says that nobody sees a row or column.
const HIDES: [&str; 5] = [
    "hidden=\"1\"",
    "hidden=\"true\"",
    " ht=\"0\"",
    " width=\"0\"",
    "zeroHeight=\"1\"",
];

/// Which features some sheet of the workbook uses.
#[derive(Clone, Copy, Debug, Default)]
pub struct Features {
    pub merges: bool,
    pub formulas: bool,
    pub hidden: bool,
    /// Texts of which a part is struck out, in cells or among the shared ones.
    pub struck: bool,
    /// Parts that belong to a sheet: notes, drawings.
    pub related: bool,
    /// Heads or feet of pages.
    pub pages: bool,
}

/// Inflates every used part of an office file to its end (which checks its CRC) without keeping it.
pub fn inspect(
    path: &str,
    format: &'static str,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Features, Box<Problem>> {
    let damaged = |why: &str| Box::new(Problem::damaged(path, format, why));
    let too_large = |limit: &str| Box::new(Problem::too_large(path, limit));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e.to_string()))?;
    if archive.len() > limits.entries {
        let limit = stated("entries", limits.entries);
        return Err(too_large(&limit));
    }
    if archive.has_duplicate_names() {
        return Err(damaged("two of its parts have the same name"));
    }
    let mut features = Features::default();
    let mut total = 0u64;
    let mut buffer = vec![0u8; 256 << 10];
    for i in 0..archive.len() {
        let mut part = archive.by_index(i).map_err(|e| damaged(&e.to_string()))?;
        let name = part
            .name()
            .map_err(|e| damaged(&e.to_string()))?
            .to_lowercase();
        if part.encrypted() {
            return Err(Box::new(Problem::encrypted(path)));
        }
        let used = name.ends_with(".xml") || name.ends_with(".rels") || name.ends_with(".bin");
        if !used || name.contains("/media/") {
            continue;
        }
        let packed = part.compressed_size().max(1);
        let strings = name.contains("sharedstrings");
        let mut scan = Scan::new(name.contains("worksheets/"), strings);
        features.related |= name.contains("worksheets/_rels/");
        let (mut size, mut kept, mut run) = (0u64, 0usize, 0usize);
        loop {
            let room = buffer.get_mut(kept..).unwrap_or(&mut []);
            let n = part.read(room).map_err(|e| damaged(&e.to_string()))?;
            if n == 0 {
                break;
            }
            size += n as u64;
            total += n as u64;
            if size > limits.part_bytes {
                return Err(too_large(&stated("part-bytes", limits.part_bytes)));
            }
            if total > limits.archive_bytes {
                return Err(too_large(&stated("archive-bytes", limits.archive_bytes)));
            }
            if size > (1 << 20) && size / packed > limits.ratio {
                let limit = stated("ratio", limits.ratio);
                return Err(too_large(&limit));
            }
            let end = kept + n;
            let read = buffer.get(kept..end).unwrap_or(&[]);
            run = match memchr::memrchr(b'<', read) {
                Some(at) => n - at,
                None => run + n,
            };
            if run > limits.run_bytes && !name.ends_with(".bin") {
                let limit = stated("run-bytes", limits.run_bytes);
                return Err(too_large(&limit));
            }
            if strings && size > limits.string_bytes {
                let limit = stated("string-bytes", limits.string_bytes);
                return Err(too_large(&limit));
            }
            if strings && size == n as u64 && promises_too_many(read, part.size()) {
                return Err(damaged("it promises more texts than it has bytes"));
            }
            scan.feed(buffer.get(..end).unwrap_or(&[]), &mut features);
            if scan.astray {
                return Err(damaged("a cell refers to a text that is not there"));
            }
            if scan.doctype {
                return Err(damaged("it declares a DOCTYPE"));
            }
            // Keep a tail so that a mark cut by the buffer's end is seen.
            kept = end.min(TAIL);
            buffer.copy_within(end - kept..end, 0);
        }
    }
    Ok(features)
}

/// True when the count at the head of the shared strings cannot be: room is made for that many.
fn promises_too_many(head: &[u8], size: u64) -> bool {
    let head = head.get(..4096).unwrap_or(head);
    let mark = b"uniqueCount=";
    let digits: String = Finder::new(mark)
        .find(head)
        .and_then(|at| head.get(at + mark.len() + 1..))
        .unwrap_or(&[])
        .iter()
        .map_while(|b| b.is_ascii_digit().then_some(char::from(*b)))
        .collect();
    !digits.is_empty()
        && digits
            .parse::<u64>()
            .is_ok_and(|count| count > size.min(MOST_STRINGS))
}

struct Scan {
    sheet: bool,
    strings: bool,
    doctype: bool,
    /// A cell's reference into the shared texts is no number: the reader would take the first text.
    astray: bool,
    first: bool,
}

impl Scan {
    fn new(sheet: bool, strings: bool) -> Scan {
        Scan {
            sheet,
            strings,
            doctype: false,
            astray: false,
            first: true,
        }
    }

    fn feed(&mut self, bytes: &[u8], features: &mut Features) {
        let has = |mark: &str| Finder::new(mark).find(bytes).is_some();
        if self.first {
            let head = bytes.get(..4096).unwrap_or(bytes);
            self.doctype = Finder::new("<!DOCTYPE").find(head).is_some();
            self.first = false;
        }
        if self.sheet || self.strings {
            features.struck = features.struck || has("<strike") || has(":strike");
        }
        if self.sheet {
            let hides = |mark: &&str| has(mark);
            features.pages = features.pages || has("headerFooter>");
            features.merges = features.merges || has("<mergeCell ");
            features.formulas = features.formulas || has("<f>") || has("<f ");
            features.hidden =
                features.hidden || HIDES.iter().any(hides) || has_row_without_height(bytes);
            self.astray = self.astray || has_bad_reference(bytes);
        }
    }
}

/// Whether a row is given a height of its own and none is written: it is nothing.
fn has_row_without_height(bytes: &[u8]) -> bool {
    Finder::new("customHeight=\"1\"")
        .find_iter(bytes)
        .any(|at| {
            let before = bytes.get(..at).unwrap_or(&[]);
            let Some(open) = memchr::memrchr(b'<', before) else {
                return false;
            };
            let tag = bytes.get(open..).unwrap_or(&[]);
            let Some(close) = memchr::memchr(b'>', tag) else {
                return false;
            };
            let tag = tag.get(..close).unwrap_or(&[]);
            tag.starts_with(b"<row ") && Finder::new(" ht=").find(tag).is_none()
        })
}

/// Whether a cell of shared text (`t="s"><v>12</v>`) holds anything but digits. A cell cut by the
/// end of the bytes is seen with the next ones.
fn has_bad_reference(bytes: &[u8]) -> bool {
    let mark = b" t=\"s\"";
    Finder::new(mark).find_iter(bytes).any(|at| {
        let rest = bytes.get(at + mark.len()..).unwrap_or(&[]);
        let Some(close) = rest.iter().take(TAIL / 2).position(|b| *b == b'>') else {
            return false;
        };
        let Some(value) = rest
            .get(close + 1..)
            .and_then(|content| content.strip_prefix(b"<v>"))
        else {
            return false;
        };
        let digits = value.iter().take_while(|b| b.is_ascii_digit()).count();
        let next = value.get(digits);
        next.is_some_and(|b| !(*b == b'<' && (1..=10).contains(&digits)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_into_the_shared_texts_are_numbers() {
        for good in [
            r#"<c r="A1" t="s"><v>0</v></c>"#,
            r#"<c r="A1" s="3" t="s"><v>4294967295</v></c>"#,
            r#"<c r="A1" t="s" s="3"/><c r="B1"><v>-1.5</v></c>"#,
            r#"<c r="A1" t="s"><v>12"#,
            r#"<c r="A1" t="str"><v>x</v></c>"#,
        ] {
            assert!(!has_bad_reference(good.as_bytes()), "{good}");
        }
        for bad in ["-1", "1.5", "", "x", " 0", "18446744073709551616"] {
            let cell = format!(r#"<c r="A1" t="s" s="3"><v>{bad}</v></c>"#);
            assert!(has_bad_reference(cell.as_bytes()), "{cell}");
        }
    }
}
