//! Civil dates as documents write them. An ambiguous one is named as such, never guessed.

use super::normal::Normal;
use super::text::{Step, clean};
use crate::model::Say;
use jiff::civil::Date;

/// What a text says about a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadDate {
    Day(Date),
    /// `03/04/2026`: day and month could change places.
    Ambiguous,
    /// Not a date.
    No,
}

/// The normal form: `2026-08-14` (ISO 8601).
pub fn normal(raw: &str) -> Normal {
    let cleaned = clean(raw);
    let mut steps = cleaned.steps;
    let (en, zh) = match parse(&cleaned.text) {
        ReadDate::Day(day) => {
            let text = day.to_string();
            if text != cleaned.text {
                steps.push(Step::Number);
            }
            return Normal::new(text, steps, None);
        }
        ReadDate::Ambiguous => ("day and month could change places", "日与月的次序不明确"),
        ReadDate::No if has_short_year(&cleaned.text) => (
            "its year has two digits; write four, first (2026-05-09)",
            "年份只有两位；请按四位年月日写（2026-05-09）",
        ),
        ReadDate::No => ("it is not a date", "不是日期"),
    };
    let fault = Say::new(en, zh);
    Normal::new(cleaned.text.into_owned(), steps, Some(fault))
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const CHINESE_DIGITS: &str = "〇一二三四五六七八九";

/// The last day of a span of time, `9 Apr 2026 to 27 Apr 2026`; of one day that day.
pub fn last_day(raw: &str) -> Option<Date> {
    let lower = raw.to_lowercase();
    let marks = [
        " to ", "至", "到", "~", "～", " - ", " – ", "–", "—", " until ",
    ];
    let last = marks.iter().filter_map(|m| lower.rsplit_once(m));
    let mut ends = last.map(|(_, end)| end).chain([lower.as_str()]);
    ends.find_map(|end| match parse(end) {
        ReadDate::Day(day) => Some(day),
        _ => None,
    })
}

/// Every day a text may mean: one, two where day and month could change places, none.
pub fn readings(raw: &str) -> Vec<Date> {
    match parse(raw) {
        ReadDate::Day(day) => vec![day],
        ReadDate::No => Vec::new(),
        ReadDate::Ambiguous => {
            let text = raw.to_lowercase();
            let [(a, _), (b, _), (year, _), ..] = *numbers(&text).as_slice() else {
                return Vec::new();
            };
            let both = [civil(year, b, a), civil(year, a, b)];
            let days = both.into_iter().filter_map(|d| match d {
                ReadDate::Day(day) => Some(day),
                _ => None,
            });
            days.collect()
        }
    }
}

/// The (first) day a text names.
pub fn parse(raw: &str) -> ReadDate {
    if let Some(read) = plain(raw.trim().as_bytes()) {
        return read;
    }
    let text = chinese_digits(raw);
    let lower = text.to_lowercase();
    let numbers = numbers(&lower);
    let month = MONTHS.iter().position(|m| starts_word(&lower, m));
    if let Some(month) = month {
        let month = i64::try_from(month).unwrap_or(0) + 1;
        let year = numbers.iter().find(|n| n.1 == 4).map(|n| n.0);
        let day = numbers.iter().find(|n| n.1 <= 2).map(|n| n.0);
        return match (year, day) {
            (Some(year), Some(day)) => civil(year, month, day),
            _ => ReadDate::No,
        };
    }
    match numbers.as_slice() {
        [(whole, 8), ..] => civil(whole / 10_000, whole / 100 % 100, whole % 100),
        [(year, 4), (month, 1 | 2), (day, 1 | 2), ..] => civil(*year, *month, *day),
        [(a, 1 | 2), (b, 1 | 2), (year, 4), ..] => {
            if *a > 12 {
                civil(*year, *b, *a)
            } else if *b > 12 || a == b {
                civil(*year, *a, *b)
            } else {
                ReadDate::Ambiguous
            }
        }
        _ => ReadDate::No,
    }
}

/// Whether a text that names no day would be a date if its year were not cut to two digits:
/// `01-Jun-26`, `26/06/01`.
pub fn has_short_year(raw: &str) -> bool {
    let lower = chinese_digits(raw).to_lowercase();
    let numbers = numbers(&lower);
    let short = numbers.iter().all(|n| n.1 <= 2);
    let month = MONTHS.iter().any(|m| starts_word(&lower, m));
    let wanted = if month { 2 } else { 3 };
    short && numbers.len() == wanted && parse(raw) == ReadDate::No
}

/// The two commonest spellings, `2026-08-14` and `20260814`, without ado.
fn plain(text: &[u8]) -> Option<ReadDate> {
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_i64, |n, d| {
            d.is_ascii_digit().then(|| n * 10 + i64::from(d - b'0'))
        })
    };
    let (year, month, day) = match text {
        [y @ .., b'-', m1, m2, b'-', d1, d2] if y.len() == 4 => {
            (number(y)?, number(&[*m1, *m2])?, number(&[*d1, *d2])?)
        }
        [y @ .., m1, m2, d1, d2] if y.len() == 4 => {
            (number(y)?, number(&[*m1, *m2])?, number(&[*d1, *d2])?)
        }
        _ => return None,
    };
    Some(civil(year, month, day))
}

/// Whether some word of a text starts with `prefix`.
fn starts_word(text: &str, prefix: &str) -> bool {
    text.split(|c: char| !c.is_alphabetic())
        .any(|word| word.starts_with(prefix))
}

fn civil(year: i64, month: i64, day: i64) -> ReadDate {
    let date = i16::try_from(year).ok().and_then(|y| {
        let m = i8::try_from(month).ok()?;
        let d = i8::try_from(day).ok()?;
        Date::new(y, m, d).ok()
    });
    match date {
        Some(date) if (1980..2100).contains(&date.year()) => ReadDate::Day(date),
        _ => ReadDate::No,
    }
}

/// The numbers of a text with how many digits each was written.
fn numbers(text: &str) -> Vec<(i64, usize)> {
    let mut numbers = Vec::new();
    let mut digits = String::new();
    for c in text.chars().chain(std::iter::once(' ')) {
        if c.is_ascii_digit() {
            digits.push(c);
        } else if !digits.is_empty() {
            if digits.len() <= 12
                && let Ok(n) = digits.parse()
            {
                numbers.push((n, digits.len()));
            }
            digits.clear();
        }
        if numbers.len() == 3 {
            break;
        }
    }
    numbers
}

/// Full-width digits, and dates spelled 二〇二六年八月十四日, in Arabic digits.
fn chinese_digits(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let chars: Vec<char> = raw.chars().collect();
    let digit = |c: char| -> Option<usize> {
        let c = if c == '零' || c == '○' { '〇' } else { c };
        CHINESE_DIGITS.chars().position(|d| d == c)
    };
    for (i, &c) in chars.iter().enumerate() {
        let before = i
            .checked_sub(1)
            .and_then(|j| chars.get(j))
            .and_then(|c| digit(*c));
        let after = chars.get(i + 1).and_then(|c| digit(*c));
        match c {
            '十' => match (before, after) {
                (None, None) => text.push_str("10"),
                (None, Some(_)) => text.push('1'),
                (Some(_), None) => text.push('0'),
                (Some(_), Some(_)) => {}
            },
            '\u{ff10}'..='\u{ff19}' => {
                text.extend(char::from_digit(u32::from(c) - 0xff10, 10));
            }
            c => match digit(c) {
                Some(d) => text.push_str(&d.to_string()),
                None => text.push(c),
            },
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_a_last_day_and_an_unclear_date_two_readings() {
        let day = |text: &str| last_day(text).map(|d| d.to_string());
        for span in [
            "9 Apr 2026 to 27 Apr 2026",
            "2026-04-09 至 2026-04-27",
            "2026.04.09~2026.04.27",
        ] {
            assert_eq!(day(span).as_deref(), Some("2026-04-27"), "{span}");
        }
        assert_eq!(day("2026-04-09").as_deref(), Some("2026-04-09"));
        let both = |text: &str| {
            readings(text)
                .iter()
                .map(Date::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(both("03/04/2026"), ["2026-04-03", "2026-03-04"]);
        assert_eq!(both("2026-02-30"), Vec::<String>::new());
    }

    #[test]
    fn dates_of_many_hands() {
        let day = ReadDate::Day(jiff::civil::date(2026, 8, 14));
        for raw in [
            "2026-08-14",
            "2026/8/14",
            "2026.08.14",
            "20260814",
            "2026年8月14日",
            "二〇二六年八月十四日",
            "14 Aug 2026",
            "Aug. 14, 2026",
            "August 14, 2026",
            "14/08/2026",
            "2026-08-14 10:30:00",
        ] {
            assert_eq!(parse(raw), day, "{raw}");
        }
    }

    #[test]
    fn what_could_be_two_days_is_neither() {
        assert_eq!(parse("03/04/2026"), ReadDate::Ambiguous);
        assert_eq!(
            parse("04/04/2026"),
            ReadDate::Day(jiff::civil::date(2026, 4, 4))
        );
        assert_eq!(parse("2026-13-40"), ReadDate::No);
        assert_eq!(parse("soon"), ReadDate::No);
        for raw in ["01-Jun-26", "26/06/01", "1.6.26", "Jun 1, 26"] {
            assert!(has_short_year(raw), "{raw}");
        }
        for raw in ["01-Jun-2026", "2026-13-40", "soon", "12", "3/4"] {
            assert!(!has_short_year(raw), "{raw}");
        }
    }
}
