//! Changes that keep a file's form: a part of an archive with its sums right again, a stream of a
//! PDF packed anew; else a piece cut out, doubled, overwritten, or taken from another file.

use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use std::io::{Cursor, Read, Write};

/// Numbers without order, the same from the same beginning.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most.max(1) as u64) as usize
    }
}

/// What readers have stumbled over, or may.
const WORDS: [&str; 32] = [
    "0",
    "-1",
    "99999999999999999999",
    "1e999",
    "NaN",
    "1048577",
    "XFD1048577",
    "A0",
    "2026-02-30",
    "R1C1",
    "\"",
    "'",
    "<",
    ">",
    "&amp;",
    "&#0;",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE a>",
    "\u{feff}",
    "\u{202e}",
    "\u{0}",
    "\t",
    "\r\n",
    "：",
    "合计",
    "[",
    "{",
    "- &a ",
    "*a",
    "stream\n",
    "endobj",
];

/// A file changed, most often within what holds it.
pub fn changed(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let inside = match dice.below(3) {
        0 => None,
        _ if bytes.starts_with(b"PK") => within_archive(bytes, other, dice),
        _ if bytes.starts_with(b"%PDF") => within_stream(bytes, other, dice),
        _ => None,
    };
    inside.unwrap_or_else(|| plainly(bytes, other, dice))
}

fn plainly(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len());
        let end = (at + 1 + dice.below(64)).min(bytes.len());
        match dice.below(9) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].repeat(1 + dice.below(40));
                bytes.splice(at..at, piece);
            }
            3 => {
                let from = dice.below(other.len());
                let to = (from + 64).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            4 => {
                let word = WORDS[dice.below(WORDS.len())];
                bytes.splice(at..at, word.bytes());
            }
            5 => number(&mut bytes, at, dice),
            6 => lines(&mut bytes, at, dice),
            7 if at < bytes.len() => bytes[at] = [0, 0x7f, 0xff, b'9', b'"', b'<'][dice.below(6)],
            _ if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            _ => {}
        }
    }
    bytes
}

/// The next number from a place on becomes another.
fn number(bytes: &mut Vec<u8>, at: usize, dice: &mut Dice) {
    let digit = |b: &u8| b.is_ascii_digit();
    let Some(from) = bytes[at..].iter().position(digit).map(|n| at + n) else {
        return;
    };
    let length = bytes[from..].iter().take_while(|b| digit(b)).count();
    let word = WORDS[dice.below(10)];
    bytes.splice(from..from + length, word.bytes());
}

/// A line, or what stands in for one, twice or in another place.
fn lines(bytes: &mut Vec<u8>, at: usize, dice: &mut Dice) {
    let ends = |b: &u8| matches!(b, b'\n' | b'>');
    let start = bytes[..at].iter().rposition(ends).map_or(0, |n| n + 1);
    let end = bytes[at..]
        .iter()
        .position(ends)
        .map_or(bytes.len(), |n| at + n + 1);
    let line = bytes[start..end].to_vec();
    let to = dice.below(bytes.len());
    let to = bytes[to..]
        .iter()
        .position(ends)
        .map_or(start, |n| to + n + 1);
    bytes.splice(to..to, line);
}

/// One part changed, whatever it holds, and the sums of all right again.
fn within_archive(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let chosen = dice.below(archive.len());
    let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..archive.len() {
        let part = archive.by_index(number).ok()?;
        let (name, mut text) = (part.name().ok()?.into_owned(), Vec::new());
        part.take(16 << 20).read_to_end(&mut text).ok()?;
        if number == chosen {
            text = changed(&text, other, dice);
        }
        let options = zip::write::SimpleFileOptions::default();
        made.start_file(name, options).ok()?;
        made.write_all(&text).ok()?;
    }
    Some(made.finish().ok()?.into_inner())
}

/// One stream of a PDF changed and packed again. The places of what follows move: readers that
/// search for them go on, and others say so.
fn within_stream(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let find = |from: usize, word: &[u8]| {
        let rest = bytes.get(from..)?;
        Some(from + rest.windows(word.len()).position(|w| w == word)?)
    };
    let begin = find(dice.below(bytes.len()), b"stream\n").or_else(|| find(0, b"stream\n"))? + 7;
    let end = find(begin, b"endstream")?;
    let mut text = Vec::new();
    let mut inflated = ZlibDecoder::new(&bytes[begin..end]).take(16 << 20);
    let packed = inflated.read_to_end(&mut text).is_ok() && !text.is_empty();
    let text = plainly(if packed { &text } else { &bytes[begin..end] }, other, dice);
    let text = if packed {
        let mut made = ZlibEncoder::new(Vec::new(), Compression::fast());
        made.write_all(&text).ok()?;
        made.finish().ok()?
    } else {
        text
    };
    Some([&bytes[..begin], &text, b"\n", &bytes[end..]].concat())
}
