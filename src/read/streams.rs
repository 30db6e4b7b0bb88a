//! What the streams of a PDF come to before they are read: the reader inflates each whole, and a
//! few thousand bytes can be made to hold gigabytes.

use super::{Limits, stated};
use flate2::read::ZlibDecoder;
use std::io::Read;

/// Further back than this no dictionary of a stream begins.
const DICTIONARY: usize = 4 << 10;

/// Bytes of all streams after inflating but those of pictures and of files within, which are not
/// read.
///
/// # Errors
/// The limit they are over.
pub fn inflated(bytes: &[u8], limits: &Limits) -> Result<u64, String> {
    let all = limits.document_bytes as u64;
    let mut sum = 0;
    for at in memchr::memmem::find_iter(bytes, b"stream") {
        let before = bytes.get(at.saturating_sub(DICTIONARY)..at).unwrap_or(&[]);
        if before.ends_with(b"end") {
            continue;
        }
        let from = memchr::memmem::rfind(before, b"obj").unwrap_or(0);
        let dictionary = before.get(from..).unwrap_or(&[]);
        let data = bytes.get(at + b"stream".len()..).unwrap_or(&[]);
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        let most = limits.stream_bytes;
        let count = match layers(dictionary) {
            0 => Some(0),
            1 => count(ZlibDecoder::new(data), most),
            // Nobody packs a stream more than twice.
            _ => count(ZlibDecoder::new(ZlibDecoder::new(data)), most),
        };
        sum += count.ok_or_else(|| stated("stream-bytes", most))?;
        if sum > all {
            return Err(stated("document-bytes", limits.document_bytes));
        }
    }
    Ok(sum)
}

/// How many times a stream that will be read is packed.
fn layers(dictionary: &[u8]) -> usize {
    let dictionary: Vec<u8> = dictionary
        .iter()
        .copied()
        .filter(|b| !b.is_ascii_whitespace())
        .collect();
    let has = |word: &[u8]| memchr::memmem::find(&dictionary, word).is_some();
    if has(b"/Subtype/Image") || has(b"/EmbeddedFile") {
        return 0;
    }
    let times = |word: &[u8]| memchr::memmem::find_iter(&dictionary, word).count();
    times(b"/FlateDecode") + times(b"/Fl/") + times(b"/Fl]")
}

/// The bytes of a packed text, if they are not over a limit.
fn count(mut packed: impl Read, most: u64) -> Option<u64> {
    let mut piece = vec![0; 64 << 10];
    let mut sum: u64 = 0;
    // What is damaged ends there, for the reader as well.
    while let Ok(read @ 1..) = packed.read(&mut piece) {
        sum += read as u64;
        if sum > most {
            return None;
        }
    }
    Some(sum)
}
