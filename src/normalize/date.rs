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

const MONTHS: [(&str, &str); 12] = [
    ("jan", "january"),
    ("feb", "february"),
    ("mar", "march"),
    ("apr", "april"),
    ("may", "may"),
    ("jun", "june"),
    ("jul", "july"),
    ("aug", "august"),
    ("sep", "september"),
    ("oct", "october"),
    ("nov", "november"),
    ("dec", "december"),
];
const CHINESE_DIGITS: &str = "〇一二三四五六七八九";

/// What stands between the two ends of a span of time.
const SPANS: [&str; 10] = [
    " to ", "至", "到", "~", "～", " - ", " – ", "–", "—", " until ",
];

/// The last day of a span of time, `9 Apr 2026 to 27 Apr 2026`; of one day that day.
pub fn last_day(raw: &str) -> Option<Date> {
    match readings_at(raw, false).as_slice() {
        [day] => Some(*day),
        _ => None,
    }
}

/// Every day the first or the last end of a span of time may mean; of one day that day.
pub fn readings_at(raw: &str, first: bool) -> Vec<Date> {
    let lower = raw.to_lowercase();
    let ends = SPANS.iter().filter_map(|mark| {
        let (start, end) = lower.split_once(mark)?;
        let (start, end) = (readings(start), readings(end));
        let both = !start.is_empty() && !end.is_empty();
        both.then_some(if first { start } else { end })
    });
    let mut ends = ends;
    ends.next().unwrap_or_else(|| readings(raw))
}

/// Every day a text may mean: one, two where day and month could change places or two are named,
/// none.
pub fn readings(raw: &str) -> Vec<Date> {
    if let Some(ReadDate::Day(day)) = plain(raw.trim().as_bytes()) {
        return vec![day];
    }
    let mut days = Vec::new();
    for day in dates(&tokens(raw)).into_iter().flatten() {
        if !days.contains(&day) {
            days.push(day);
        }
    }
    days
}

/// The day a text names; two different ones are as open as a day and month that could change places.
pub fn parse(raw: &str) -> ReadDate {
    if let Some(read) = plain(raw.trim().as_bytes()) {
        return read;
    }
    let found = dates(&tokens(raw));
    // A sure spelling beside an open one settles it.
    let mut sure: Vec<Date> = found
        .iter()
        .filter(|days| days.len() == 1)
        .flatten()
        .copied()
        .collect();
    sure.dedup();
    match (found.as_slice(), sure.as_slice()) {
        ([], _) => ReadDate::No,
        (all, [day]) if all.iter().all(|days| days.contains(day)) => ReadDate::Day(*day),
        _ => ReadDate::Ambiguous,
    }
}

/// A part of a text that may belong to a date.
#[derive(Clone, Copy, Debug)]
enum Token {
    /// A number, and how many digits it was written with.
    Number(i64, usize),
    Month(i64),
}

/// As many as a field with a few dates has.
const MOST_TOKENS: usize = 64;

/// The numbers and the names of months of a text. A name is a whole word: `market` is none.
fn tokens(raw: &str) -> Vec<Token> {
    let text = chinese_digits(raw).to_lowercase();
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next().filter(|_| found.len() < MOST_TOKENS) {
        let is_same = |d: char| {
            if c.is_ascii_digit() {
                d.is_ascii_digit()
            } else {
                d.is_ascii_alphabetic() == c.is_ascii_alphabetic() && !d.is_ascii_digit()
            }
        };
        let end = rest.find(|d| !is_same(d)).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = after;
        if let (Ok(number), true) = (word.parse(), word.len() <= 12) {
            found.push(Token::Number(number, word.len()));
        }
        let is_month = |(short, long): &(&str, &str)| {
            word == *short || word == *long || word == "sept" && *short == "sep"
        };
        if let Some(month) = MONTHS.iter().position(is_month) {
            found.push(Token::Month(i64::try_from(month).unwrap_or(0) + 1));
        }
    }
    found
}

/// The dates among the parts of a text, in order; each with the days it may mean.
fn dates(mut tokens: &[Token]) -> Vec<Vec<Date>> {
    use Token::{Month, Number};
    let mut found = Vec::new();
    while !tokens.is_empty() {
        let (read, used) = match tokens {
            [Number(d, 1 | 2), Month(m), Number(y, 4), ..]
            | [Month(m), Number(d, 1 | 2), Number(y, 4), ..]
            | [Number(y, 4), Month(m), Number(d, 1 | 2), ..]
            | [Number(y, 4), Number(m, 1 | 2), Number(d, 1 | 2), ..] => {
                (vec![civil(*y, *m, *d)], 3)
            }
            [Number(a, 1 | 2), Number(b, 1 | 2), Number(y, 4), ..] => {
                let (low, high) = (civil(*y, *b, *a), civil(*y, *a, *b));
                (if a == b { vec![low] } else { vec![low, high] }, 3)
            }
            [Number(whole, 8), ..] => {
                let (year, rest) = (whole / 10_000, whole % 10_000);
                (vec![civil(year, rest / 100, rest % 100)], 1)
            }
            _ => (Vec::new(), 1),
        };
        let days = read.into_iter().filter_map(|r| match r {
            ReadDate::Day(day) => Some(day),
            _ => None,
        });
        let days: Vec<Date> = days.collect();
        let used = if days.is_empty() { 1 } else { used };
        found.extend((!days.is_empty()).then_some(days));
        tokens = tokens.get(used..).unwrap_or(&[]);
    }
    found
}

/// Whether a text that names no day would be a date if its year were not cut to two digits:
/// `01-Jun-26`, `26/06/01`.
pub fn has_short_year(raw: &str) -> bool {
    let tokens = tokens(raw);
    let is_month = |t: &&Token| matches!(t, Token::Month(_));
    let month = tokens.iter().any(|t| is_month(&t));
    let short = |t: &&Token| matches!(t, Token::Number(_, 1 | 2));
    let numbers = tokens.iter().filter(|t| !is_month(t));
    let wanted = if month { 2 } else { 3 };
    numbers.clone().all(|t| short(&t)) && numbers.count() == wanted && parse(raw) == ReadDate::No
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
    fn a_month_is_a_whole_word_and_two_dates_are_two_days() {
        let day = |text: &str| ReadDate::Day(text.parse().unwrap());
        assert_eq!(parse("12 market 2026"), ReadDate::No);
        assert_eq!(parse("Mary Lau 28 May 2026"), day("2026-05-28"));
        assert_eq!(parse("Marine Lab, 28 May 2026"), day("2026-05-28"));
        assert_eq!(parse("2026-05-01/2026-06-08"), ReadDate::Ambiguous);
        assert_eq!(parse("2026-05-28 (28 May 2026)"), day("2026-05-28"));
        assert_eq!(
            parse("3rd copy, printed 2026-05-01 10:30"),
            day("2026-05-01")
        );
        let span = "2026-01-01 至 2027-01-01";
        assert_eq!(readings_at(span, true), ["2026-01-01".parse().unwrap()]);
        assert_eq!(readings_at(span, false), ["2027-01-01".parse().unwrap()]);
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
