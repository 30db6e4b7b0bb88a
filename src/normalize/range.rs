//! Ranges, lists and patterns: one text that means several models and spells few of them.

/// The most models a range is taken for.
const LONGEST_RANGE: u32 = 200;
/// A text longer than this is no range.
const LONGEST_TEXT: usize = 200;

/// A range of models, by positions in its text.
#[derive(Debug, PartialEq, Eq)]
pub struct Range {
    /// The models that are spelled out.
    pub spelled: Vec<(usize, usize)>,
    /// The models the text means and does not spell.
    pub within: Vec<String>,
}

/// The models of a range (`LQ-100~LQ-105`, `LQ-100 至 105`, `LQ-200A~F`, `LQ-200A-LQ-200F`) or of a list
/// that spells only its first (`LQ-200A/B/C`).
pub fn range(text: &str) -> Option<Range> {
    if text.len() > LONGEST_TEXT {
        return None;
    }
    let marks = ["~", "～", "〜", "至", " to ", "..."];
    let marked = marks.into_iter().chain([".."]).find_map(|mark| {
        let at = text.find(mark)?;
        Some((at, at + mark.len()))
    });
    match marked {
        Some((end, start)) => between(text, end, start),
        None => hyphened(text).or_else(|| list(text)),
    }
}

/// What every model a text with wildcards takes in begins with.
pub fn beginning(pattern: &str) -> &str {
    let text = pattern.trim();
    let until = text.find(['*', '＊', '?', '？']).unwrap_or(text.len());
    let literal = text.get(..until).unwrap_or("");
    literal.trim_end_matches(['X', 'x'])
}

/// Whether a text with wildcards takes in a model: `*` any characters, `?` one, and each X of a run
/// behind a digit or dash at the end of the text one (`LQ-20X`).
pub fn takes_in(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.trim().chars().collect();
    let name: Vec<char> = name.trim().chars().collect();
    if pattern.len() > LONGEST_TEXT || name.len() > LONGEST_TEXT {
        return false;
    }
    let upper = |c: &char| matches!(c, 'X' | 'x');
    let run = pattern.iter().rev().take_while(|c| upper(c)).count();
    let open = pattern.len() - run;
    let before = open.checked_sub(1).and_then(|i| pattern.get(i));
    let open = match before {
        Some(c) if c.is_ascii_digit() || matches!(c, '-' | '_' | '.') => open,
        _ => pattern.len(),
    };
    let signs: Vec<Sign> = (0..)
        .zip(&pattern)
        .map(|(at, c)| match c {
            '*' | '＊' => Sign::Any,
            '?' | '？' => Sign::One,
            _ if at >= open => Sign::One,
            c => Sign::This(*c),
        })
        .collect();
    // A pattern of wildcards alone says nothing.
    let says = |s: &Sign| matches!(s, Sign::This(c) if c.is_alphanumeric());
    let wild = |s: &Sign| !matches!(s, Sign::This(_));
    signs.iter().any(says) && signs.iter().any(wild) && fits(&signs, &name)
}

enum Sign {
    This(char),
    One,
    Any,
}

/// By which prefixes of the name each prefix of the signs is met: no guess is tried twice.
fn fits(signs: &[Sign], name: &[char]) -> bool {
    let mut met = vec![false; name.len() + 1];
    if let Some(first) = met.first_mut() {
        *first = true;
    }
    for sign in signs {
        let mut next = vec![false; name.len() + 1];
        let mut reached = false;
        for (at, slot) in next.iter_mut().enumerate() {
            let here = met.get(at).copied().unwrap_or(false);
            let before = at.checked_sub(1);
            let came = before.and_then(|b| met.get(b)).copied().unwrap_or(false);
            let c = before.and_then(|b| name.get(b));
            reached = reached || here;
            *slot = match sign {
                Sign::Any => reached,
                Sign::One => came && c.is_some_and(|c| c.is_alphanumeric()),
                Sign::This(wanted) => came && c == Some(wanted),
            };
        }
        met = next;
    }
    met.last().copied().unwrap_or(false)
}

/// A range by a mark of its own: its last model may be cut to what differs.
fn between(text: &str, end: usize, start: usize) -> Option<Range> {
    let (first, last) = (text.get(..end)?.trim_end(), text.get(start..)?);
    let from = start + last.len() - last.trim_start().len();
    let last = last.trim();
    let mut spelled = vec![(0, first.len())];
    let whole = steps(first, last);
    let within = match &whole {
        Some(within) => {
            spelled.push((from, from + last.len()));
            within.clone()
        }
        None => {
            let last = completed(first, last)?;
            let mut within = steps(first, &last)?;
            within.push(last);
            within
        }
    };
    Some(Range { spelled, within })
}

/// `LQ-200A-LQ-200F`: both ends are spelled out. It may also be one model's name.
fn hyphened(text: &str) -> Option<Range> {
    let dashes = text.match_indices(['-', '–', '—', '－']);
    dashes.into_iter().find_map(|(at, dash)| {
        let (first, last) = (text.get(..at)?, text.get(at + dash.len()..)?);
        let from = text.len() - last.trim_start().len();
        let (first, last) = (first.trim(), last.trim());
        let telling = |s: &str| s.chars().any(char::is_alphabetic);
        if !telling(first)
            || first.len() != last.len()
            || first.chars().next() != last.chars().next()
        {
            return None;
        }
        let within = steps(first, last).filter(|within| !within.is_empty())?;
        let last = (from, from + last.len());
        Some(Range {
            spelled: vec![(0, text.trim_end().len()), (0, first.len()), last],
            within,
        })
    })
}

/// `LQ-200A/B/C`: the first model is spelled, of the others only what differs. It may also be one
/// model's name.
fn list(text: &str) -> Option<Range> {
    let mut parts = text.split(['/', '／']);
    let first = parts.next()?;
    let within: Option<Vec<String>> = parts
        .map(|part| completed(first, part).filter(|model| model != first))
        .collect();
    Some(Range {
        spelled: vec![(0, text.len())],
        within: within.filter(|w| !w.is_empty())?,
    })
}

/// The model meant by the end of one: its last figures, two and more, or its last letter.
fn completed(first: &str, ending: &str) -> Option<String> {
    let stem = first.get(..first.len().checked_sub(ending.len())?)?;
    let replaced = first.get(stem.len()..)?;
    let figures = |s: &str| s.len() > 1 && s.bytes().all(|b| b.is_ascii_digit());
    let letter = |s: &str| s.len() == 1 && s.bytes().all(|b| b.is_ascii_alphabetic());
    let alike = figures(ending) && figures(replaced) || letter(ending) && letter(replaced);
    (alike && !stem.is_empty()).then(|| format!("{stem}{ending}"))
}

/// The models between two that differ in one number of the same width, or in one letter.
fn steps(first: &str, last: &str) -> Option<Vec<String>> {
    if !first.is_ascii() || first.len() != last.len() {
        return None;
    }
    let differ = |(a, b): (u8, u8)| a != b;
    let start = first.bytes().zip(last.bytes()).position(differ)?;
    let end = first.bytes().zip(last.bytes()).rposition(differ)? + 1;
    let figure = |b: &u8| b.is_ascii_digit();
    let digits = first.as_bytes().get(start..end)?.iter().all(figure);
    if !digits {
        let letter = |s: &str| match s.as_bytes().get(start..end)? {
            [b] if b.is_ascii_alphabetic() => Some(*b),
            _ => None,
        };
        let (a, b) = (letter(first)?, letter(last)?);
        let one_case = a.is_ascii_uppercase() == b.is_ascii_uppercase();
        let (stem, tail) = (first.get(..start)?, first.get(end..)?);
        let model = |c: u8| format!("{stem}{}{tail}", char::from(c));
        return (one_case && a < b).then(|| (a + 1..b).map(model).collect());
    }
    // The whole number they stand in, but for a leading part that is alike.
    let lead = first.as_bytes().get(..start)?.iter().rev();
    let start = start - lead.take_while(|b| figure(b)).count();
    let tail = first.as_bytes().get(end..)?.iter();
    let end = end + tail.take_while(|b| figure(b)).count();
    let (stem, tail) = (first.get(..start)?, first.get(end..)?);
    let from: u32 = first.get(start..end)?.parse().ok()?;
    let to: u32 = last.get(start..end)?.parse().ok()?;
    if to <= from || to - from > LONGEST_RANGE {
        return None;
    }
    let width = end - start;
    let model = |n: u32| format!("{stem}{n:0width$}{tail}");
    Some((from + 1..to).map(model).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(Vec<&str>, Vec<String>)> {
        let found = range(text)?;
        let spelled = found.spelled.iter().filter_map(|(a, b)| text.get(*a..*b));
        Some((spelled.collect(), found.within))
    }

    #[test]
    fn ranges_are_of_one_width_and_bounded() {
        let count = |text: &str| range(text).map(|r| (r.spelled.len(), r.within.len()));
        assert_eq!(count("LQ-100~LQ-105"), Some((2, 4)));
        assert_eq!(count("LQ-100 至 105"), Some((1, 5)));
        assert_eq!(count("A09～A11"), Some((2, 1)));
        assert_eq!(count("LQ-200..LQ-205"), Some((2, 4)));
        assert_eq!(count("LQ-200 to LQ-205"), Some((2, 4)));
        assert_eq!(count("LQ-200A~LQ-205A"), Some((2, 4)));
        for text in [
            "LQ-105~LQ-100",
            "LQ-1~LQ-20",
            "1~9999",
            "LQ-100-105",
            "LQ-100-LQ-101",
            "LQ-100",
            "LQ-A~LQ-c",
            "LQ-C~LQ-A",
            "~",
            "A~",
            "/A",
        ] {
            assert_eq!(range(text), None, "{text}");
        }
    }

    #[test]
    fn letters_range_too() {
        let models = |names: &[&str]| names.iter().map(|n| n.to_string()).collect::<Vec<_>>();
        let (spelled, within) = found("LQ-200A~D").expect("a range");
        assert_eq!(spelled, ["LQ-200A"]);
        assert_eq!(within, models(&["LQ-200B", "LQ-200C", "LQ-200D"]));
        let (spelled, within) = found("LQ-200A-LQ-200C").expect("a range");
        assert_eq!(spelled, ["LQ-200A-LQ-200C", "LQ-200A", "LQ-200C"]);
        assert_eq!(within, models(&["LQ-200B"]));
        assert_eq!(found("LQ-200A~LQ-200C").map(|f| f.0.len()), Some(2));
    }

    #[test]
    fn a_list_may_spell_only_its_first() {
        let (spelled, within) = found("LQ-200A/B/C").expect("a list");
        assert_eq!(spelled, ["LQ-200A/B/C"]);
        assert_eq!(within, ["LQ-200B", "LQ-200C"]);
        assert_eq!(
            found("LQ-200/201").map(|f| f.1),
            Some(vec!["LQ-201".to_string()])
        );
        for text in ["A/B-12", "LQ-200/B", "3320/3321", "LQ-200A/BC", "LQ-200/5"] {
            assert_eq!(range(text), None, "{text}");
        }
    }

    #[test]
    fn patterns_take_in_what_fits() {
        for (pattern, name) in [
            ("LQ-2**", "LQ-205"),
            ("LQ-2*", "LQ-2"),
            ("LQ-20X", "LQ-205"),
            ("LQ-2xx", "LQ-20A"),
            ("LQ-XXX", "LQ-205"),
            ("LQ-20?", "LQ-205"),
        ] {
            assert!(takes_in(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("LQ-2**", "LQ-305"),
            ("LQ-20X", "LQ-2055"),
            ("LQX", "LQ5"),
            ("**", "LQ-205"),
            ("LQ-205", "LQ-205"),
            ("LX-205", "LQ-205"),
        ] {
            assert!(!takes_in(pattern, name), "{pattern} {name}");
        }
    }
}
