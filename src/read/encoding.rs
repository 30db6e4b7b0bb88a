//! Bytes → text: UTF-8 first, then the Chinese encodings, counting what does not fit.

pub use encoding_rs::Encoding;
use encoding_rs::{BIG5, GB18030, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Text, the encoding it was taken for, and how many bytes did not fit.
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub name: &'static str,
    pub bad: usize,
}

/// Characters so common in trade documents that a right guess shows many of them.
const COMMON: &str = "号報报告单單品名数數量型有限公司检檢测測验驗标標准準合格海关關口货貨宁寧波婴嬰儿兒车車箱重日期";

/// The encoding a person names: `GBK`, `Big5`, `utf-16le`.
pub fn named(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.trim().as_bytes())
}

/// Decodes a file whose encoding is stated; a byte order mark is passed over.
pub fn decode_as<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Decoded<'a> {
    let mark = match Encoding::for_bom(bytes) {
        Some((own, length)) if own == encoding => length,
        _ => 0,
    };
    with(encoding, bytes.get(mark..).unwrap_or(&[]), encoding.name())
}

/// Decodes a file. Detectors turn GBK with one bad byte into Western rubbish, so candidates are
/// tried in turn and their errors counted.
pub fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return utf8_with_errors(rest, "UTF-8 with BOM");
    }
    if let Some((encoding, mark)) = utf16(bytes) {
        let little = encoding == UTF_16LE;
        let name = if little { "UTF-16 LE" } else { "UTF-16 BE" };
        return with(encoding, bytes.get(mark..).unwrap_or(&[]), name);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded {
            text: Cow::Borrowed(text),
            name: "UTF-8",
            bad: 0,
        };
    }
    if cut_in_a_character(bytes) {
        return utf8_with_errors(bytes, "UTF-8");
    }
    let utf8 = utf8_with_errors(bytes, "UTF-8");
    let gb = with(GB18030, bytes, "GB18030");
    let big5 = with(BIG5, bytes, "Big5");
    let multibyte = utf8
        .text
        .chars()
        .filter(|c| !c.is_ascii() && *c != '\u{fffd}')
        .count();
    if utf8.bad * 20 < multibyte {
        return utf8;
    }
    let chinese = if score(&big5) > score(&gb) { big5 } else { gb };
    let western = with(WINDOWS_1252, bytes, "Windows-1252");
    let high = bytes.iter().filter(|b| !b.is_ascii()).count();
    if chinese.bad * 4 > high {
        western
    } else {
        chinese
    }
}

/// UTF-16 by its byte order mark or, without one, by what it would say; and the mark's length.
pub fn utf16(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    if bytes.starts_with(b"\xff\xfe") {
        return Some((UTF_16LE, 2));
    }
    if bytes.starts_with(b"\xfe\xff") {
        return Some((UTF_16BE, 2));
    }
    let head = bytes.get(..4096).unwrap_or(bytes);
    memchr::memchr(0, head)?;
    [UTF_16LE, UTF_16BE].into_iter().find_map(|encoding| {
        let units: Vec<u16> = head
            .chunks_exact(2)
            .filter_map(|pair| pair.first_chunk().copied())
            .map(|pair| match encoding == UTF_16LE {
                true => u16::from_le_bytes(pair),
                false => u16::from_be_bytes(pair),
            })
            .collect();
        // Letters, digits, line ends, Chinese characters and their punctuation.
        let plain = |unit: &u16| {
            matches!(unit, 0x09 | 0x0a | 0x0d | 0x20..=0x7e | 0xa0..=0x17f
                | 0x2000..=0x22ff | 0x3000..=0x30ff | 0x4e00..=0x9fff | 0xff00..=0xff65)
        };
        let known = units.iter().filter(|unit| plain(unit)).count();
        let ascii = units.iter().filter(|unit| **unit < 0x80).count();
        (known * 20 >= units.len() * 19 && ascii > 0).then_some((encoding, 0))
    })
}

/// Decodes a file that may name its encoding in itself, as web pages and XML do. What it says is
/// believed unless it is plainly UTF-8 or another reading fits better: many pages lie.
pub fn decode_declared(bytes: &[u8]) -> Decoded<'_> {
    let guess = decode(bytes);
    let Some(encoding) = declared(bytes) else {
        return guess;
    };
    if guess.name.starts_with("UTF") && guess.bad == 0 {
        return guess;
    }
    let said = with(encoding, bytes, encoding.name());
    if said.bad <= guess.bad { said } else { guess }
}

/// The encoding a page's `charset=` or an XML declaration's `encoding=` names.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..4096).unwrap_or(bytes).to_ascii_lowercase();
    ["charset", "encoding"].iter().find_map(|word| {
        let at = memchr::memmem::find(&head, word.as_bytes())? + word.len();
        let rest = head.get(at..)?.trim_ascii_start().strip_prefix(b"=")?;
        let label: Vec<u8> = rest
            .trim_ascii_start()
            .iter()
            .skip_while(|b| matches!(b, b'"' | b'\''))
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.'))
            .copied()
            .collect();
        Encoding::for_label(&label)
    })
}

/// Valid UTF-8 up to its last few bytes: a head that was cut from a longer file.
fn cut_in_a_character(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => false,
        Err(e) => e.error_len().is_none() && bytes.len() - e.valid_up_to() < 4,
    }
}

fn score(decoded: &Decoded<'_>) -> i64 {
    let common = decoded
        .text
        .chars()
        .take(20_000)
        .filter(|c| COMMON.contains(*c))
        .count();
    i64::try_from(common).unwrap_or(0) - 4 * i64::try_from(decoded.bad).unwrap_or(0)
}

fn utf8_with_errors<'a>(bytes: &'a [u8], name: &'static str) -> Decoded<'a> {
    let text = String::from_utf8_lossy(bytes);
    let bad = match &text {
        Cow::Borrowed(_) => 0,
        Cow::Owned(text) => text.matches('\u{fffd}').count(),
    };
    Decoded { text, name, bad }
}

fn with<'a>(encoding: &'static Encoding, bytes: &'a [u8], name: &'static str) -> Decoded<'a> {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let bad = if had_errors {
        text.matches('\u{fffd}').count()
    } else {
        0
    };
    Decoded { text, name, bad }
}

#[cfg(test)]
mod tests {
    use super::{decode, decode_declared};
    use encoding_rs::GB18030;

    #[test]
    fn chinese_csv_of_excel_is_told_from_western_text() {
        let (bytes, _, _) = GB18030.encode("型号,数量\nKD-200A,1200");
        let decoded = decode(&bytes);
        assert_eq!((decoded.name, decoded.bad), ("GB18030", 0));
        assert!(decoded.text.starts_with("型号"));
    }

    #[test]
    fn a_page_is_believed_unless_its_bytes_say_otherwise() {
        let page = |charset: &str| format!("<meta charset=\"{charset}\"><td>\u{578b}\u{53f7}</td>");
        let (gbk, _, _) = GB18030.encode("<meta charset='gb2312'><td>\u{578b}\u{53f7}</td>");
        assert_eq!(decode_declared(&gbk).name, "GBK");
        let big5 = encoding_rs::BIG5
            .encode("<meta charset=big5>\u{54c1}\u{540d}")
            .0;
        let decoded = decode_declared(&big5);
        assert_eq!(decoded.name, "Big5");
        assert!(decoded.text.ends_with("\u{54c1}\u{540d}"));
        let lying = page("gb2312");
        assert_eq!(decode_declared(lying.as_bytes()).name, "UTF-8");
        let xml = b"<?xml version=\"1.0\" encoding=\"GB18030\"?><a>\xd0\xcd</a>";
        assert_eq!(decode_declared(xml).name, "gb18030");
    }

    #[test]
    fn one_bad_byte_is_counted_and_does_not_change_the_guess() {
        let (bytes, _, _) =
            GB18030.encode("报告编号,申请人,型号,数量\n宁波贝乐婴童用品有限公司,检测报告");
        let mut bytes = bytes.into_owned();
        bytes.push(0xff);
        let decoded = decode(&bytes);
        assert_eq!((decoded.name, decoded.bad), ("GB18030", 1));
    }
}
