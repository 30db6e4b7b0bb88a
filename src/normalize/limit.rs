//! Limits and measured values with their units: `≤ 90 mg/kg`, `铅≤90, 镉≤75`, `28~35 mm/s`, `Pb 131`. What
//! is more involved (a condition, a clause number) is no plain limit and is left to people.

mod numbers;

use super::text::{fold, is_cjk, squeeze};
use crate::model::{Bound, Words};
use numbers::numbers;

/// Where the measured values of a row stand to its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Within,
    Outside,
    /// There are numbers on both sides, and they cannot be compared surely.
    Unsure,
}

/// A limit, of a substance where it names one.
#[derive(Clone, Debug, PartialEq)]
struct Limit {
    of: String,
    bound: Bound,
    value: f64,
    unit: String,
}

/// A measured value: both ends of what it may be.
#[derive(Clone, Debug, PartialEq)]
struct Measured {
    of: String,
    low: f64,
    high: f64,
    unit: String,
    /// Given with a tolerance, or as below or above what could be measured.
    loose: bool,
}

/// Texts no longer than this are limits and values; longer ones are prose.
const LONGEST: usize = 160;

/// Where the values of a result stand to the limits of a requirement; `None` where one of them states
/// no plain numbers.
pub fn standing(requirement: &str, result: &str, words: &Words) -> Option<Standing> {
    let limits = limits(requirement, words)?;
    let text = fold(result);
    let leads = |w: &String| text.trim_start().starts_with(w.as_str());
    if words.not_detected.iter().any(leads) {
        return None;
    }
    let Some(values) = measured(&text, words) else {
        return among_words(&limits, &text, words);
    };
    let mut worst = None;
    for (n, value) in values.iter().enumerate() {
        let (own, sure) = fitting(&limits, value, n, values.len(), words);
        for limit in own {
            let found = match (compare(limit, value, words), sure) {
                (Standing::Outside, false) => Standing::Unsure,
                (found, _) => found,
            };
            worst = Some(worst.map_or(found, |w| worse(w, found)));
        }
    }
    worst
}

fn worse(a: Standing, b: Standing) -> Standing {
    match (a, b) {
        (Standing::Outside, _) | (_, Standing::Outside) => Standing::Outside,
        (Standing::Unsure, _) | (_, Standing::Unsure) => Standing::Unsure,
        _ => Standing::Within,
    }
}

/// Numbers among words: of those in the limit's own kind of unit, one outside it is a doubt.
fn among_words(limits: &[Limit], text: &str, words: &Words) -> Option<Standing> {
    let (numbers, _) = numbers(text, words);
    let known = numbers
        .iter()
        .filter(|n| words.measures.contains_key(&n.unit));
    let outside = known.filter(|n| {
        let value = Measured {
            of: String::new(),
            low: n.value,
            high: n.value,
            unit: n.unit.clone(),
            loose: false,
        };
        limits.iter().any(|l| {
            factor(&l.unit, &n.unit, words).is_some()
                && compare(l, &value, words) == Standing::Outside
        })
    });
    (outside.count() > 0).then_some(Standing::Unsure)
}

/// The limits a value is held against, and whether they are surely its own: those of its substance, the
/// only one, the one at its place, else all.
fn fitting<'l>(
    limits: &'l [Limit],
    value: &Measured,
    place: usize,
    values: usize,
    words: &Words,
) -> (Vec<&'l Limit>, bool) {
    let named = |l: &&Limit| !value.of.is_empty() && same_substance(&l.of, &value.of, words);
    let own: Vec<&Limit> = limits.iter().filter(named).collect();
    if !own.is_empty() {
        return (own, true);
    }
    let one = limits
        .first()
        .is_some_and(|f| limits.iter().all(|l| l.of == f.of));
    if one {
        return (limits.iter().collect(), true);
    }
    match limits.get(place) {
        Some(limit) if value.of.is_empty() && limits.len() == values => (vec![limit], false),
        _ => (limits.iter().collect(), false),
    }
}

fn same_substance(a: &str, b: &str, words: &Words) -> bool {
    a == b
        || words
            .substances
            .get(a)
            .is_some_and(|s| words.substances.get(b) == Some(s))
}

/// How many of the one unit are one of the other; none where they are of different kinds.
fn factor(limit: &str, value: &str, words: &Words) -> Option<f64> {
    if limit == value || limit.is_empty() || value.is_empty() {
        return Some(1.0);
    }
    let (a, b) = (words.measures.get(limit)?, words.measures.get(value)?);
    (a.0 == b.0).then_some(b.1 / a.1)
}

fn compare(limit: &Limit, value: &Measured, words: &Words) -> Standing {
    let Some(factor) = factor(&limit.unit, &value.unit, words) else {
        return Standing::Unsure;
    };
    // A rounding of the conversion is no excess.
    let slack = limit.value.abs() * 1e-9;
    let (low, high) = (value.low * factor, value.high * factor);
    let outside = match limit.bound {
        Bound::AtMost => high > limit.value + slack,
        Bound::Below => high >= limit.value && !(value.loose && high <= limit.value),
        Bound::AtLeast => low < limit.value - slack,
        Bound::Above => low <= limit.value && !(value.loose && low >= limit.value),
    };
    let all_outside = match limit.bound {
        Bound::AtMost | Bound::Below => low > limit.value,
        Bound::AtLeast | Bound::Above => high < limit.value,
    };
    let assumed = limit.unit.is_empty() && !value.unit.is_empty();
    match outside {
        false => Standing::Within,
        true if assumed || value.loose && !all_outside => Standing::Unsure,
        true => Standing::Outside,
    }
}

/// The limits a requirement states; `None` when it states none, or a number that is no limit.
fn limits(raw: &str, words: &Words) -> Option<Vec<Limit>> {
    if raw.len() > LONGEST {
        return None;
    }
    let text = fold(raw);
    let (numbers, rest) = numbers(&text, words);
    if let [first, second] = &numbers[..]
        && first.before.is_empty()
        && joins(second.before)
        && plain_end(rest, words)
    {
        let limit = |bound, value| Limit {
            of: String::new(),
            bound,
            value,
            unit: second.unit.clone(),
        };
        return Some(vec![
            limit(Bound::AtLeast, first.value),
            limit(Bound::AtMost, second.value),
        ]);
    }
    let after = |n: usize| numbers.get(n + 1).map_or(rest, |next| next.before);
    let mut found = Vec::new();
    for (n, number) in numbers.iter().enumerate() {
        let lead = separated(number.before);
        let before = words
            .limits
            .iter()
            .filter_map(|(word, bound)| Some((*bound, lead.strip_suffix(word.as_str())?)))
            .min_by_key(|(_, left)| left.len());
        let (bound, left) = match before {
            Some(found) => found,
            // `90 mg/kg max.`
            None if numbers.len() == 1 => {
                let tail = after(n).trim().trim_end_matches('.');
                let (_, bound) = words
                    .limits
                    .iter()
                    .find(|(word, _)| !word.is_empty() && tail == word.trim_end_matches('.'))?;
                return Some(vec![Limit {
                    of: substance(lead),
                    bound: *bound,
                    value: number.value,
                    unit: number.unit.clone(),
                }]);
            }
            None => return None,
        };
        // A negation there that no word of ours took in would turn the limit round.
        let negated = left.contains(['不', '未', '无', '非'])
            || left.split(' ').any(|w| matches!(w, "not" | "no"));
        let involved = left.contains(['<', '>', '=', '≤', '≥', '±', '~']);
        if negated || involved || left.chars().count() > 30 {
            return None;
        }
        found.push(Limit {
            of: substance(left),
            bound,
            value: number.value,
            unit: number.unit.clone(),
        });
    }
    if !plain_end(rest, words) {
        return None;
    }
    // `铅≤90, 镉≤75 mg/kg`: the unit stands once.
    let last = found.last().map(|l| l.unit.clone())?;
    for limit in found.iter_mut().filter(|l| l.unit.is_empty()) {
        limit.unit.clone_from(&last);
    }
    Some(found)
}

/// The values a folded result states, if it states nothing else.
fn measured(text: &str, words: &Words) -> Option<Vec<Measured>> {
    if text.len() > LONGEST {
        return None;
    }
    let (numbers, rest) = numbers(text, words);
    let mut values: Vec<Measured> = Vec::new();
    for number in &numbers {
        let range = joins(number.before);
        let spread = number.before.trim() == "±";
        if let (true, Some(last)) = (range || spread, values.last_mut()) {
            (last.low, last.high) = match spread {
                true => (last.low - number.value, last.high + number.value),
                false => (last.low, number.value),
            };
            last.loose |= spread;
            if !number.unit.is_empty() {
                last.unit.clone_from(&number.unit);
            }
            continue;
        }
        let lead = separated(number.before);
        let (sign, lead) = match lead.char_indices().next_back() {
            Some((at, c)) if matches!(c, '<' | '>' | '≤' | '≥') => (Some(c), lead.get(..at)?),
            _ => (None, lead),
        };
        let lead = lead.trim();
        let of = substance(lead);
        let led = lead.ends_with([':', '=']) && of.chars().count() <= 12;
        if !(of.is_empty() || led || words.substances.contains_key(&of)) {
            return None;
        }
        let (low, high) = match sign {
            Some('<' | '≤') => (f64::NEG_INFINITY, number.value),
            Some(_) => (number.value, f64::INFINITY),
            None => (number.value, number.value),
        };
        values.push(Measured {
            of,
            low,
            high,
            unit: number.unit.clone(),
            loose: sign.is_some(),
        });
    }
    // `12、45 mm/s`: the unit stands once.
    let last = values.last().map(|v| v.unit.clone())?;
    for value in values.iter_mut().filter(|v| v.unit.is_empty()) {
        value.unit.clone_from(&last);
    }
    plain_end(rest, words).then_some(values)
}

/// Marks between the ends of a range.
fn joins(between: &str) -> bool {
    matches!(
        between.trim(),
        "~" | "-" | "–" | "—" | "至" | "to" | "～" | "…"
    )
}

/// Without the marks that part one value from the next.
fn separated(text: &str) -> &str {
    let mark = |c: char| {
        matches!(
            c,
            ',' | ';' | '、' | '。' | '/' | '|' | ' ' | '和' | '(' | ')'
        )
    };
    text.trim_start_matches(mark).trim_end()
}

fn substance(text: &str) -> String {
    squeeze(text)
}

/// What may follow the last number: nothing, a word such as `each`, or a few Chinese words without any figure.
fn plain_end(rest: &str, words: &Words) -> bool {
    let rest = rest.trim_matches(['.', '。', ';', ',', ' ', '(', ')', '、']);
    let chinese = |c: char| is_cjk(c) || matches!(c, ',' | ' ' | '、');
    rest.is_empty()
        || words.limit_tails.iter().any(|w| w == rest)
        || rest.chars().count() <= 12 && rest.chars().all(chinese)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn words() -> Words {
        let limit = |w: &str, b| (w.to_string(), b);
        let unit = |u: &str, kind, factor| (u.to_string(), (kind, factor));
        Words {
            limits: vec![
                limit("≤", Bound::AtMost),
                limit("<", Bound::Below),
                limit("max.", Bound::AtMost),
                limit("max", Bound::AtMost),
                limit("大于", Bound::Above),
                limit("不大于", Bound::AtMost),
                limit("≥", Bound::AtLeast),
            ],
            measures: HashMap::from([
                unit("mg/kg", 0, 1.0),
                unit("g/kg", 0, 1000.0),
                unit("%", 0, 10_000.0),
                unit("mm/s", 1, 1.0),
                unit("次", 2, 1.0),
                unit("µg", 3, 1.0),
            ]),
            substances: HashMap::from([
                ("铅".to_string(), 0),
                ("pb".to_string(), 0),
                ("镉".to_string(), 1),
                ("dehp".to_string(), 2),
            ]),
            limit_tails: vec!["each".to_string()],
            not_detected: vec!["未检出".to_string(), "n.d.".to_string()],
            ..Words::default()
        }
    }

    #[test]
    fn values_stand_to_their_limits() {
        let standing = |a: &str, b: &str| standing(a, b, &words());
        let rows = [
            ("≤ 90 mg/kg", "132 mg/kg", Some(Standing::Outside)),
            ("≤ 90 mg/kg", "90", Some(Standing::Within)),
            ("≤ 90 mg/kg", "Pb 131 mg/kg", Some(Standing::Outside)),
            ("≤ 90 mg/kg", "< 5", Some(Standing::Within)),
            ("≤ 20 mg/kg", "< 25 mg/kg", Some(Standing::Unsure)),
            ("≤ 90 mg/kg", "132 µg", Some(Standing::Unsure)),
            ("不大于20mg/kg", "0.03g/kg", Some(Standing::Outside)),
            ("≤ 0.1 %", "DEHP 0.34 %", Some(Standing::Outside)),
            ("≤ 0.1 %", "120 mg/kg", Some(Standing::Within)),
            ("≤ 0.1 % (each)", "DEHP 0.34 %", Some(Standing::Outside)),
            ("≥72000次", "7200次", Some(Standing::Outside)),
            ("≥72,000次", "72000", Some(Standing::Within)),
            ("不大于30mm/s", "28~35mm/s", Some(Standing::Outside)),
            ("不大于30mm/s", "12mm/s，45mm/s", Some(Standing::Outside)),
            ("不大于30mm/s", "12、15", Some(Standing::Within)),
            ("铅≤90, 镉≤75", "铅 12, 镉 96", Some(Standing::Outside)),
            ("铅≤90 镉≤75", "Pb: 12; 镉: 9", Some(Standing::Within)),
            ("铅≤90, 镉≤75", "12, 96", Some(Standing::Unsure)),
            ("铅≤90, 镉≤75", "12, 9", Some(Standing::Within)),
            ("90 mg/kg max.", "95 ± 3 mg/kg", Some(Standing::Outside)),
            ("90 mg/kg max.", "89 ± 3 mg/kg", Some(Standing::Unsure)),
            ("4.0-7.5", "7.9", Some(Standing::Outside)),
            ("< 75", "75", Some(Standing::Outside)),
            ("≤ 90", "131 mg/kg", Some(Standing::Unsure)),
            ("≤ 90", "12 mg/kg", Some(Standing::Within)),
            ("≤ 90 mg/kg", "样品一为 131 mg/kg", Some(Standing::Unsure)),
        ];
        for (requirement, result, meant) in rows {
            assert_eq!(
                standing(requirement, result),
                meant,
                "{requirement} | {result}"
            );
        }
    }

    #[test]
    fn what_is_no_plain_limit_is_left_alone() {
        for (requirement, result) in [
            ("往复72000次", "无破坏"),
            ("≤ 90 mg/kg for coatings", "131 mg/kg"),
            ("≤ 30 (see note 1)", "31"),
            ("结构牢固", "未发现危险部位"),
            ("≤ 90 mg/kg", "未检出"),
            ("≤ 90 mg/kg", "N.D. (<5)"),
            ("≤ 90 mg/kg", "符合4.6条要求"),
            ("≤ 90 mg/kg", "see table 2"),
            ("≥ 8 N, 10 s", "9 N"),
            ("符合 EN 71-3", "12 mg/kg"),
        ] {
            assert_eq!(
                standing(requirement, result, &words()),
                None,
                "{requirement} | {result}"
            );
        }
    }
}
