//! Numbers with a unit. A unit is converted only where it is stated.

use super::normal::Normal;
use super::text::{Step, clean};
use super::unit;
use crate::model::{Document, Field, Grid, Layout, Marks, Say, Words};

/// A number and the text that stood behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    pub value: f64,
    /// Folded text after the number, empty when none.
    pub unit: String,
}

/// A number as text, without the noise of binary fractions.
pub fn plain(value: f64) -> String {
    let rounded = (value * 1.0e6).round() / 1.0e6;
    format!("{rounded}")
}

/// The normal form: `24 pieces`, `3 sets`, `2.5 kilograms`; the bare number where no unit is stated.
/// Dozens and pairs are pieces; sets and cartons are not, for nothing says how many they hold.
pub fn normal(raw: &str, words: &Words) -> Normal {
    let cleaned = clean(raw);
    let mut steps = cleaned.steps;
    let Some(quantity) = parse(&cleaned.text) else {
        let fault = Say::new("it is not one clear number", "不是明确的数字");
        return Normal::new(cleaned.text.into_owned(), steps, Some(fault));
    };
    let text = match unit::read(&quantity.unit, words) {
        None if quantity.unit.is_empty() => plain(quantity.value),
        None => format!("{} {}", plain(quantity.value), quantity.unit),
        Some(unit) => {
            let converted = unit.factor.to_bits() != 1f64.to_bits();
            steps.extend(converted.then_some(Step::Converted));
            format!("{} {}", plain(quantity.value * unit.factor), unit.base)
        }
    };
    if text != cleaned.text && !steps.contains(&Step::Converted) {
        steps.push(if quantity.unit.is_empty() {
            Step::Number
        } else {
            Step::Unit
        });
    }
    Normal::new(text, steps, None)
}

/// Reads `1,200`, `60000个`, `1 200.5 kg`, `1.200,50`. `None` when there is no number, or more than
/// one, or a mark whose meaning is open (`1,20`).
pub fn parse(raw: &str) -> Option<Quantity> {
    let trimmed = raw.trim();
    if trimmed.bytes().all(|b| b.is_ascii_digit()) && !trimmed.is_empty() && trimmed.len() < 15 {
        return trimmed.parse().ok().map(|value| Quantity {
            value,
            unit: String::new(),
        });
    }
    // A plain decimal, as weights and prices are.
    let dots = trimmed.bytes().filter(|b| *b == b'.').count();
    let digits = trimmed.bytes().filter(u8::is_ascii_digit).count();
    if dots == 1 && digits > 0 && dots + digits == trimmed.len() && trimmed.len() < 18 {
        return trimmed.parse().ok().map(|value| Quantity {
            value,
            unit: String::new(),
        });
    }
    let folded = super::text::fold(trimmed);
    // As bookkeepers write what goes off: `(20)`.
    let off = folded.strip_prefix('(').and_then(|f| f.strip_suffix(')'));
    if let Some(off) = off.filter(|f| f.starts_with(|c: char| c.is_ascii_digit())) {
        let mut quantity = parse(off).filter(|q| q.unit.is_empty())?;
        quantity.value = -quantity.value;
        return Some(quantity);
    }
    let start = folded.find(|c: char| c.is_ascii_digit())?;
    let sign = folded.get(..start)?.trim_end().ends_with('-');
    let rest = folded.get(start..)?;
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.' | ' ' | '\'')))
        .unwrap_or(rest.len());
    let number = rest.get(..end)?.trim_end_matches([' ', ',', '.', '\'']);
    let unit = rest.get(end..)?.trim();
    if unit.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let value = parse_number(number)?;
    let prefix = folded.get(..start)?.trim().trim_end_matches('-').trim();
    let unit = if unit.is_empty() { prefix } else { unit };
    Some(Quantity {
        value: if sign { -value } else { value },
        unit: unit.trim_matches(['(', ')', '.']).to_string(),
    })
}

/// A text as a quantity, as its paper writes numbers.
pub fn parse_in(grid: &Grid, raw: &str) -> Option<Quantity> {
    match grid.decimal_comma {
        true => parse(&other_marks(raw)),
        false => parse(raw),
    }
}

/// The quantity a field states: none where somebody took it back, as its file writes numbers, and where
/// a format merely rounds, what is stored under it.
pub fn of(document: &Document, field: &Field) -> Option<Quantity> {
    let (grid, raw) = (&document.grid, document.raw(field));
    let marks = grid.marks_of(field.cell as usize);
    if marks.takes_back() || marks.has(Marks::DIGITS_LOST) {
        return None;
    }
    let shown = parse_in(grid, raw);
    if !marks.has(Marks::FORMATTED) {
        return shown;
    }
    let stored = grid
        .stored_of(field.cell)
        .and_then(|s| s.parse::<f64>().ok());
    match (shown, stored) {
        (Some(shown), Some(stored)) if rounds(raw, shown.value, stored) => Some(Quantity {
            value: stored,
            ..shown
        }),
        // `1.20E+03`
        (None, Some(value)) if raw.contains("E+") => Some(Quantity {
            value,
            unit: String::new(),
        }),
        (shown, _) => shown,
    }
}

/// Whether a number was rounded to the decimals it is shown with.
fn rounds(raw: &str, shown: f64, stored: f64) -> bool {
    let after = raw.rsplit_once('.').map_or("", |(_, after)| after);
    let decimals = after.bytes().take_while(u8::is_ascii_digit).count();
    let step = 10f64.powi(-i32::try_from(decimals.min(12)).unwrap_or(0));
    (shown - stored).abs() <= step * 0.500_001
}

/// A number in the marks of the other half of the world: `1.500,00` as `1,500.00`.
pub fn other_marks(raw: &str) -> String {
    let other = |c| match c {
        '.' => ',',
        ',' => '.',
        c => c,
    };
    raw.chars().map(other).collect()
}

/// So many cells tell how a paper writes its numbers.
const TELLING: usize = 20_000;

/// Whether numbers of a paper can only have a decimal comma (`1.500,00`, `12,5`) and none a decimal
/// point. Where commas stand between other things too, one is not enough.
pub fn has_decimal_comma(grid: &Grid) -> bool {
    let mut commas = 0;
    for cell in grid.cells.iter().take(TELLING) {
        let text = grid.slice(cell.start, cell.len).trim();
        if text.len() > 24 || !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            continue;
        }
        if is_decimal(text, b'.', b',') {
            return false;
        }
        commas += usize::from(is_decimal(text, b',', b'.'));
    }
    commas > usize::from(grid.layout != Layout::Csv)
}

/// Whether a text is a number that `mark` must divide: it stands once, behind every `group`, and what
/// follows is not a group of three, or groups stand before it.
fn is_decimal(text: &str, mark: u8, group: u8) -> bool {
    let bytes = text.as_bytes();
    let number = bytes
        .iter()
        .all(|b| b.is_ascii_digit() || *b == mark || *b == group || *b == b'-');
    let Some((whole, after)) = text.rsplit_once(char::from(mark)).filter(|_| number) else {
        return false;
    };
    let grouped = whole.as_bytes().contains(&group);
    let once = !whole.as_bytes().contains(&mark) && !after.as_bytes().contains(&group);
    once && !after.is_empty() && !after.contains('-') && (grouped || after.len() != 3)
}

/// What stands before the number of a quantity, folded: `人民币` of `人民币1200元`.
pub fn prefix(raw: &str) -> String {
    let folded = super::text::fold(raw.trim());
    let before = folded.split(|c: char| c.is_ascii_digit()).next();
    let before = before.unwrap_or("").trim();
    before.trim_end_matches('-').trim().to_string()
}

/// Thousands and decimal marks of both kinds, where they can be told apart.
fn parse_number(text: &str) -> Option<f64> {
    let text: String = text.chars().filter(|c| *c != ' ' && *c != '\'').collect();
    let (dots, commas) = (text.matches('.').count(), text.matches(',').count());
    let groups_of_three = |mark: char| {
        let mut parts = text.split(mark);
        let first = parts.next().unwrap_or("");
        (1..=3).contains(&first.len()) && parts.all(|p| p.len() == 3)
    };
    let plain = match (dots, commas) {
        (_, 0) if dots <= 1 => text,
        (0, _) if groups_of_three(',') => text.replace(',', ""),
        (0, 1) => return None,
        (_, 0) if groups_of_three('.') => text.replace('.', ""),
        (1, _) if text.rfind('.') > text.rfind(',') => text.replace(',', ""),
        (_, 1) if text.rfind(',') > text.rfind('.') => text.replace('.', "").replace(',', "."),
        _ => return None,
    };
    plain.parse().ok().filter(|n: &f64| n.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_many_hands() {
        let value = |raw: &str| parse(raw).map(|q| q.value);
        assert_eq!(value("1,200"), Some(1200.0));
        assert_eq!(value("60000个"), Some(60000.0));
        assert_eq!(value("1.200,50"), Some(1200.5));
        assert_eq!(value("1,200.50 KGS"), Some(1200.5));
        assert_eq!(value("12.5"), Some(12.5));
        assert_eq!(value("１２０"), Some(120.0));
        assert_eq!(value("1,20"), None);
        assert_eq!(value("(20)"), Some(-20.0));
        assert_eq!(value("（1,200）"), Some(-1200.0));
        assert_eq!(value(&other_marks("1.200")), Some(1200.0));
        assert_eq!(value("12个/34千克"), None);
        assert_eq!(parse("60000 个").map(|q| q.unit), Some("个".to_string()));
    }
}
