//! A light pass over an archive before its reader: sizes, ratios, doubled names, checksums, and
//! which features its sheets use, so that the slow calls are made only where they are needed.

use super::Limits;
use super::limits::stated;
use crate::model::Problem;
use memchr::memmem::Finder;
use std::io::{Cursor, Read};
use zip::ZipArchive;

const MOST_STRINGS: u64 = 50_000_000;

/// Which features some sheet of the workbook uses.
#[derive(Clone, Copy, Debug, Default)]
pub struct Features {
    pub merges: bool,
    pub formulas: bool,
    pub hidden: bool,
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
        let mut scan = Scan::new(name.contains("worksheets/"));
        let strings = name.contains("sharedstrings");
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
            if scan.doctype {
                return Err(damaged("it declares a DOCTYPE"));
            }
            // Keep a tail so that a mark cut by the buffer's end is seen.
            kept = end.min(24);
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
    doctype: bool,
    first: bool,
}

impl Scan {
    fn new(sheet: bool) -> Scan {
        Scan {
            sheet,
            doctype: false,
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
        if self.sheet {
            features.merges = features.merges || has("<mergeCell ");
            features.formulas = features.formulas || has("<f>") || has("<f ");
            features.hidden = features.hidden || has("hidden=\"1\"") || has("hidden=\"true\"");
        }
    }
}
