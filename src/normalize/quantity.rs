//! Numbers with a unit. A unit is converted only where it is stated.

/// A number and the text that stood behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    pub value: f64,
    /// Folded text after the number, empty when none.
    pub unit: String,
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
    let prefix: String = text
        .get(..at)?
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let label = ["NO", "CNO", "CTNNO", "CTN", "CARTONNO", "箱号", "箱", "第"];
    let prefix = if label.contains(&prefix.as_str()) {
        String::new()
    } else {
        prefix
    };
    (prefix.chars().count() <= 8).then_some(())?;
    Some((prefix, number.parse().ok()?))
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
        assert_eq!(value("12个/34千克"), None);
        assert_eq!(parse("60000 个").map(|q| q.unit), Some("个".to_string()));
    }

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
