//! Carton numbers as packing lists write them: single ones, ranges, lists.

use super::normal::Normal;
use super::text::{Step, clean};
use crate::model::Say;

/// The plain form: `F9-F76`, several parted by a comma, zeros in front dropped.
pub fn normal(raw: &str) -> Normal {
    let cleaned = clean(raw);
    let mut steps = cleaned.steps;
    let Some(all) = cartons(raw) else {
        let fault = Say::new("it is not a carton number or range", "不是箱号或箱号范围");
        return Normal::new(cleaned.text.into_owned(), steps, Some(fault));
    };
    let parts: Vec<String> = all.iter().map(Cartons::shown).collect();
    let text = parts.join(",");
    if text != cleaned.text {
        steps.push(Step::Number);
    }
    Normal::new(text, steps, None)
}

/// A carton number: a single one or a range, as first and last with the text before the digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cartons {
    pub prefix: String,
    pub first: u64,
    pub last: u64,
}

impl Cartons {
    pub fn count(&self) -> u64 {
        self.last - self.first + 1
    }

    /// `F9-F76`, or `F9` for one.
    pub fn shown(&self) -> String {
        let Cartons {
            prefix,
            first,
            last,
        } = self;
        if first == last {
            format!("{prefix}{first}")
        } else {
            format!("{prefix}{first}-{prefix}{last}")
        }
    }
}

/// The carton numbers of a cell: `F09-F76`, `1-5`, `NO.1-20`, `C/NO: 7`, `1~3`, lists with `,` or `;`.
/// `None` when some part is not a carton number.
pub fn cartons(raw: &str) -> Option<Vec<Cartons>> {
    let folded = super::text::clean(raw).text.to_uppercase();
    // What stands before a colon is a label: `C/NO.: 21-40`.
    let numbers = folded.rsplit(':').next().unwrap_or("");
    let numbers = numbers.trim_start_matches("C/NO").trim_start_matches("C/N");
    let mut all = Vec::new();
    for part in numbers.split([',', ';', '、', '，', '；', '&', '/']) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let (low, high) = range_ends(part);
        let (prefix, first) = prefixed_number(low)?;
        let (second_prefix, last) = match high {
            Some(high) => prefixed_number(high)?,
            None => (String::new(), first),
        };
        let fits = second_prefix.is_empty() || second_prefix == prefix;
        if !fits || last < first || last - first > 1_000_000 {
            return None;
        }
        all.push(Cartons {
            prefix,
            first,
            last,
        });
    }
    (!all.is_empty()).then_some(all)
}

fn range_ends(part: &str) -> (&str, Option<&str>) {
    for mark in ["~", "～", "至", " TO ", "—"] {
        if let Some((low, high)) = part.split_once(mark) {
            return (low, Some(high));
        }
    }
    // A hyphen is a range only after a digit: `CTN-5` is one carton.
    for (at, _) in part.match_indices('-') {
        let before = part.get(..at).unwrap_or("").trim_end();
        let after = part.get(at + 1..).unwrap_or("").trim_start();
        if before.ends_with(|c: char| c.is_ascii_digit())
            && after.contains(|c: char| c.is_ascii_digit())
        {
            return (before, Some(after));
        }
    }
    (part, None)
}

fn prefixed_number(text: &str) -> Option<(String, u64)> {
    let text = text.trim();
    let digits = text.chars().rev().take_while(char::is_ascii_digit).count();
    let at = text.len() - digits;
    let number = text.get(at..)?;
    if number.is_empty() || number.len() > 12 {
        return None;
    }
    // `NO.F09`: what is a label counts for nothing.
    let label = |piece: &&str| {
        let labels = [
            "NO", "C", "CNO", "CTNNO", "CTN", "CARTON", "CARTONNO", "箱号", "箱", "第",
        ];
        !labels.contains(piece)
    };
    let whole: String = text
        .get(..at)?
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let prefix: String = if label(&whole.as_str()) {
        text.get(..at)?
            .split(|c: char| !c.is_alphanumeric())
            .filter(label)
            .collect()
    } else {
        String::new()
    };
    (prefix.chars().count() <= 8).then_some(())?;
    Some((prefix, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carton_ranges_expand() {
        let count = |raw: &str| cartons(raw).map(|c| c.iter().map(Cartons::count).sum::<u64>());
        assert_eq!(count("F09-F76"), Some(68));
        assert_eq!(count("1-5"), Some(5));
        assert_eq!(count("NO.1-20"), Some(20));
        assert_eq!(count("CTN-5"), Some(1));
        assert_eq!(count("1-3, 7"), Some(4));
        assert_eq!(count("C/NO.: 21~40"), Some(20));
        assert_eq!(count("F133"), Some(1));
        assert_eq!(count("see list"), None);
        assert_eq!(count("20-1"), None);
    }
}
