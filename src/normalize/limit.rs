//! Plain limits and plain measured values: `≤ 90 mg/kg`, `不大于20mg/kg`, `max. 0.1 %`. Anything more
//! involved (two limits, a condition, a footnote) is no plain limit and is left to people.

use super::quantity;
use super::text::fold;
use crate::model::{Bound, Words};

/// A limit with its unit, empty where none is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    pub bound: Bound,
    pub value: f64,
    pub unit: String,
}

/// The one limit a requirement states; `None` when it states none, several or a condition.
pub fn parse(raw: &str, words: &Words) -> Option<Limit> {
    if raw.len() > 120 {
        return None;
    }
    let text = fold(raw);
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (before, rest) = (text.get(..start)?.trim_end(), text.get(start..)?);
    let (bound, left) = words
        .limits
        .iter()
        .filter_map(|(word, bound)| Some((*bound, before.strip_suffix(word.as_str())?)))
        .min_by_key(|(_, left)| left.len())
        .map_or((None, before), |(bound, left)| (Some(bound), left));
    // `mass fraction not more than`: what stands before says what is measured, in words.
    // A negation there that no word of ours took in would turn the limit round.
    let negated = left.contains(['不', '未', '无', '非'])
        || left.split(' ').any(|w| matches!(w, "not" | "no"));
    let involved = left.contains(['<', '>', '=', '≤', '≥', '±', '~']);
    if negated || involved || left.chars().count() > 30 {
        return None;
    }
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
        .unwrap_or(rest.len());
    let (number, unit) = (rest.get(..end)?, rest.get(end..)?.trim());
    let (bound, unit) = match bound {
        Some(bound) => (bound, unit),
        // `90 mg/kg max.`
        None => words.limits.iter().find_map(|(word, bound)| {
            let unit = unit.trim_end_matches('.');
            let left = unit.strip_suffix(word.trim_end_matches('.'))?;
            (!word.is_empty()).then(|| (*bound, left.trim()))
        })?,
    };
    Some(Limit {
        bound,
        value: quantity::parse(number)?.value,
        unit: plain_unit(unit)?,
    })
}

/// The one number a result states, with its unit.
pub fn measured(raw: &str) -> Option<(f64, String)> {
    let read = quantity::parse(raw)?;
    let text = fold(raw);
    let leads = text.trim_start().starts_with(|c: char| c.is_ascii_digit());
    leads.then_some(())?;
    Some((read.value, plain_unit(&read.unit)?))
}

impl Limit {
    /// Whether a measured value lies outside; `None` when the units cannot be compared.
    pub fn broken_by(&self, value: f64, unit: &str) -> Option<bool> {
        if !unit.is_empty() && unit != self.unit {
            return None;
        }
        Some(match self.bound {
            Bound::AtMost => value > self.value,
            Bound::Below => value >= self.value,
            Bound::AtLeast => value < self.value,
            Bound::Above => value <= self.value,
        })
    }
}

/// A unit without spaces; `None` when the text is more than a unit.
fn plain_unit(text: &str) -> Option<String> {
    let unit: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if c == 'μ' { 'µ' } else { c })
        .collect();
    let unit = unit.trim_end_matches(['.', '。', ';']).to_string();
    let plain =
        |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '%' | '‰' | '°' | 'µ' | '²' | '³');
    let wordy = unit.chars().filter(|c| c.is_ascii_alphabetic()).count() > 8;
    (unit.chars().all(plain) && !wordy).then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        let limit = |w: &str, b| (w.to_string(), b);
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
            ..Words::default()
        }
    }

    #[test]
    fn plain_limits_are_read_and_others_left_alone() {
        let read = |text: &str| parse(text, &words()).map(|l| (l.bound, l.value, l.unit));
        let at_most = |v, u: &str| Some((Bound::AtMost, v, u.to_string()));
        assert_eq!(read("≤ 90 mg/kg"), at_most(90.0, "mg/kg"));
        assert_eq!(read("不大于20mg/kg"), at_most(20.0, "mg/kg"));
        assert_eq!(read("max. 0.1 %"), at_most(0.1, "%"));
        assert_eq!(read("90 mg/kg max."), at_most(90.0, "mg/kg"));
        assert_eq!(read("总量不大于0.1%"), at_most(0.1, "%"));
        assert_eq!(read("< 75"), Some((Bound::Below, 75.0, String::new())));
        for text in [
            "铅不大于90mg/kg 镉不大于75mg/kg",
            "往复72000次",
            "≤ 90 mg/kg for coatings",
            "10 - 20 mm",
            "≤ 30 (see note 1)",
            "结构牢固",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn values_are_compared_only_in_the_same_unit() {
        let limit = parse("≤ 90 mg/kg", &words()).unwrap_or_else(|| unreachable!());
        let broken = |raw: &str| measured(raw).and_then(|(v, u)| limit.broken_by(v, &u));
        assert_eq!(broken("132 mg/kg"), Some(true));
        assert_eq!(broken("90"), Some(false));
        assert_eq!(broken("12 %"), None);
        for text in ["< 5", "未检出", "N.D.", "12 / 15", "95 ± 3"] {
            assert_eq!(broken(text), None, "{text}");
        }
    }
}
