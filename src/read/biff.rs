//! The records of an XLS workbook (BIFF5 and BIFF8): records with their continuations, strings,
//! shared strings, number formats.

use super::compound::{u16_at, u32_at};
use calamine::ExcelDateTimeType;
use encoding_rs::Encoding;
use std::collections::BTreeMap;

/// A record: its number, its bytes and where the next one begins.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    pub kind: u16,
    pub body: &'a [u8],
    next: usize,
}

const CONTINUE: u16 = 0x3c;

/// Records one after the other; `Some(Err)` when the stream ends inside one.
pub struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    pub fn new(stream: &'a [u8], at: usize) -> Records<'a> {
        Records { stream, at }
    }

    /// The bodies of the continuations of a record, its own first.
    pub fn pieces(&self, record: Record<'a>) -> Pieces<'a> {
        let mut bodies = vec![record.body];
        let mut at = record.next;
        while let Some(next) = self.read(at).filter(|r| r.kind == CONTINUE) {
            bodies.push(next.body);
            at = next.next;
        }
        Pieces {
            bodies,
            piece: 0,
            at: 0,
        }
    }

    fn read(&self, at: usize) -> Option<Record<'a>> {
        let kind = u16_at(self.stream, at)?;
        let len = usize::from(u16_at(self.stream, at + 2)?);
        let next = at + 4 + len;
        let body = self.stream.get(at + 4..next)?;
        Some(Record { kind, body, next })
    }
}

/// The stream ends inside a record.
pub struct Cut;

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, Cut>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.stream.len() {
            return None;
        }
        let found = self.read(self.at).ok_or(Cut);
        self.at = found.as_ref().map_or(self.stream.len(), |r| r.next);
        Some(found)
    }
}

/// A record and its continuations, read across their borders.
pub struct Pieces<'a> {
    bodies: Vec<&'a [u8]>,
    piece: usize,
    at: usize,
}

impl<'a> Pieces<'a> {
    fn rest(&self) -> &'a [u8] {
        let body = self.bodies.get(self.piece).copied().unwrap_or(&[]);
        body.get(self.at..).unwrap_or(&[])
    }

    /// Steps over ends of pieces; false at the end of the last.
    fn more(&mut self) -> bool {
        while self.rest().is_empty() {
            if self.piece + 1 >= self.bodies.len() {
                return false;
            }
            self.piece += 1;
            self.at = 0;
        }
        true
    }

    fn byte(&mut self) -> Option<u8> {
        if !self.more() {
            return None;
        }
        let byte = self.rest().first().copied();
        self.at += 1;
        byte
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    pub fn skip(&mut self, mut n: usize) -> Option<()> {
        while n > 0 {
            if !self.more() {
                return None;
            }
            let step = n.min(self.rest().len());
            self.at += step;
            n -= step;
        }
        Some(())
    }

    /// `count` characters of one or two bytes; a continuation says anew which.
    fn chars(&mut self, count: usize, mut wide: bool, text: &mut String) -> Option<()> {
        let mut units = Vec::with_capacity(count.min(1 << 16));
        while units.len() < count {
            if self.rest().is_empty() {
                if !self.more() {
                    return None;
                }
                wide = self.byte()? & 1 != 0;
            }
            let left = count - units.len();
            let rest = self.rest();
            if wide {
                let n = left.min(rest.len() / 2);
                if n == 0 {
                    return None;
                }
                units.extend(rest.chunks_exact(2).take(n).filter_map(|c| u16_at(c, 0)));
                self.at += 2 * n;
            } else {
                let n = left.min(rest.len());
                units.extend(rest.iter().take(n).map(|b| u16::from(*b)));
                self.at += n;
            }
        }
        text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
        Some(())
    }

    /// The text of a drawing, which begins in the first continuation.
    pub fn drawn(&mut self, count: usize) -> Option<String> {
        let mut text = String::new();
        self.skip(self.rest().len())?;
        self.chars(count, false, &mut text)?;
        Some(text)
    }

    /// A string of BIFF8 with its length in front, and its runs: where each begins and its font.
    /// Phonetics are stepped over.
    pub fn string(&mut self, text: &mut String) -> Option<Vec<(u16, u16)>> {
        let count = usize::from(self.u16()?);
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { self.u16()? } else { 0 };
        let phonetic = if flags & 4 != 0 { self.u32()? } else { 0 };
        self.chars(count, flags & 1 != 0, text)?;
        let mut fonts = Vec::new();
        for _ in 0..runs {
            fonts.push((self.u16()?, self.u16()?));
        }
        self.skip(usize::try_from(phonetic).ok()?)?;
        Some(fonts)
    }
}

/// The strings that cells share.
#[derive(Default)]
pub struct Shared {
    text: String,
    ends: Vec<usize>,
    /// The runs of texts that have some, by number.
    runs: BTreeMap<u32, Vec<(u16, u16)>>,
}

impl Shared {
    /// Reads the table; strings after a damaged one are not known.
    pub fn read(mut pieces: Pieces<'_>) -> Shared {
        let mut shared = Shared::default();
        let _ = pieces.skip(8);
        while pieces.more() {
            let before = shared.text.len();
            let Some(runs) = pieces.string(&mut shared.text) else {
                shared.text.truncate(before);
                break;
            };
            if !runs.is_empty() {
                let number = crate::model::grid::index(shared.ends.len());
                shared.runs.insert(number, runs);
            }
            shared.ends.push(shared.text.len());
        }
        shared
    }

    pub fn runs(&self, index: u32) -> &[(u16, u16)] {
        self.runs.get(&index).map_or(&[], Vec::as_slice)
    }

    pub fn get(&self, index: u32) -> Option<&str> {
        let index = index as usize;
        let end = *self.ends.get(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start..end)
    }
}

/// How text and numbers of a workbook are stored.
pub struct Storage {
    /// BIFF8, else BIFF5.
    pub unicode: bool,
    /// The code page of the bytes of BIFF5.
    pub encoding: &'static Encoding,
    /// Bytes that do not fit it.
    pub bad: usize,
}

impl Storage {
    /// A string whose length stands in front in one or two bytes.
    pub fn string(&mut self, body: &[u8], at: usize, wide_length: bool) -> Option<String> {
        let (count, at) = if wide_length {
            (usize::from(u16_at(body, at)?), at + 2)
        } else {
            (usize::from(*body.get(at)?), at + 1)
        };
        if !self.unicode {
            let bytes = body.get(at..at + count)?;
            let (text, _, bad) = self.encoding.decode(bytes);
            self.bad += usize::from(bad);
            return Some(text.into_owned());
        }
        let flags = *body.get(at)?;
        let mut pieces = Pieces {
            bodies: vec![body.get(at + 1..)?],
            piece: 0,
            at: 0,
        };
        let mut text = String::new();
        pieces.chars(count, flags & 1 != 0, &mut text)?;
        Some(text)
    }
}

/// A number stored in four bytes: an integer or the upper half of a double, perhaps of its hundredfold.
pub fn rk(body: &[u8], at: usize) -> Option<f64> {
    let raw = u32_at(body, at)?;
    let number = if raw & 2 != 0 {
        f64::from(raw.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(raw & !3) << 32)
    };
    Some(if raw & 1 != 0 { number / 100.0 } else { number })
}

/// Whether the built-in number format shows dates or durations.
pub fn built_in(format: u16) -> Option<ExcelDateTimeType> {
    match format {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Some(ExcelDateTimeType::DateTime),
        46 => Some(ExcelDateTimeType::TimeDelta),
        _ => None,
    }
}

/// Whether a number format shows dates or durations: letters of the calendar outside quotes and
/// brackets, in the part for positive numbers.
pub fn date_format(format: &str) -> Option<ExcelDateTimeType> {
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' | '_' | '*' => {
                chars.next();
            }
            '"' => {
                let _ = chars.by_ref().find(|c| *c == '"');
            }
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let elapsed = |unit: char| inside.chars().all(|c| c.eq_ignore_ascii_case(&unit));
                if !inside.is_empty() && ['h', 'm', 's'].into_iter().any(elapsed) {
                    return Some(ExcelDateTimeType::TimeDelta);
                }
            }
            ';' => return None,
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => {
                return Some(ExcelDateTimeType::DateTime);
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{date_format, rk};
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};

    #[test]
    fn dates_are_known_by_their_number_format() {
        for (format, kind) in [
            ("yyyy\"年\"m\"月\"d\"日\"", Some(DateTime)),
            ("[$-804]e\"年\"m\"月\"", Some(DateTime)),
            ("[Blue]\\+[h]:mm", Some(TimeDelta)),
            ("#,##0.00\\ _M\"H\"_);[Red]d", None),
            ("0.00E+00", None),
            ("General", None),
            ("@", None),
            ("[DBNum1]0", None),
        ] {
            assert_eq!(date_format(format), kind, "{format}");
        }
    }

    #[test]
    fn small_numbers_are_unpacked() {
        for (raw, number) in [
            (0x3ff0_0000_u32, 1.0),
            (0x3ff0_0001, 0.01),
            (0x004b_5646, 1_234_321.0),
            (0x004b_5647, 12_343.21),
            (0xffff_fffe, -1.0),
        ] {
            assert_eq!(rk(&raw.to_le_bytes(), 0), Some(number), "{raw:x}");
        }
    }
}
