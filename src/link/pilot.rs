//! Codes of a pilot list: one to a cell, several, or a range.

use super::{Group, Value};
use crate::model::{CellKind, FieldId};
use crate::normalize::hs;

/// One code of a pilot list, or a range of them.
#[derive(Clone, Debug)]
pub struct PilotCode {
    pub value: Value,
    pub digits: String,
    /// The last code of a range, as long as the first.
    pub to: Option<String>,
    pub valid_from: Option<Value>,
    pub valid_until: Option<Value>,
}

impl PilotCode {
    /// Whether a line's code stands under this one.
    pub fn names(&self, digits: &str) -> bool {
        match &self.to {
            None => hs::under(digits, &self.digits),
            Some(to) => digits
                .get(..to.len())
                .is_some_and(|own| self.digits.as_str() <= own && own <= to.as_str()),
        }
    }
}

/// The codes of an entry; none where a part of the cell cannot be read.
pub fn codes(group: &Group<'_>, document: u32, record: Option<u32>) -> Option<Vec<PilotCode>> {
    let entry = |id| group.entry(document, record, id);
    let value = entry(FieldId::HS_CODE)?;
    let numeric = group.cell_kind(&value) == CellKind::Number;
    let between = [',', '，', '、', ';', '；', '/', '／', '\n'];
    let parts = group.raw(&value).split(between).map(str::trim);
    let parts = parts.filter(|p| !p.is_empty());
    parts
        .map(|part| {
            let (digits, to) = match range(part) {
                Some((from, to)) => (from, Some(to)),
                None => (code(part, numeric)?, None),
            };
            Some(PilotCode {
                value,
                digits,
                to,
                valid_from: entry(FieldId::VALID_FROM),
                valid_until: entry(FieldId::VALID_UNTIL),
            })
        })
        .collect()
}

/// The digits of one code, of a heading at least.
fn code(text: &str, numeric: bool) -> Option<String> {
    let digits = hs::parse(text, numeric).digits;
    let written = !text.contains(char::is_alphabetic);
    (written && (4..=13).contains(&digits.len())).then_some(digits)
}

/// First and last code of `0902.10-0902.30`, `0901 至 0910`: two codes of one length.
fn range(text: &str) -> Option<(String, String)> {
    let lower = text.to_lowercase();
    let marks = [
        "-", "–", "—", "−", "－", "~", "～", "〜", "至", "到", " to ",
    ];
    let mut split = marks.iter().filter_map(|mark| lower.split_once(mark));
    let (from, to) = split.find_map(|(from, to)| Some((code(from, false)?, code(to, false)?)))?;
    (from.len() == to.len() && from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_codes_of_one_length_are_a_range() {
        let two = |a: &str, b: &str| Some((a.to_string(), b.to_string()));
        assert_eq!(range("0902.10-0902.30"), two("090210", "090230"));
        assert_eq!(range("0901 至 0910"), two("0901", "0910"));
        for text in ["8715-0000-10", "0902.30-0902.10", "0902.10-30", "0902.10"] {
            assert_eq!(range(text), None, "{text}");
        }
    }
}
