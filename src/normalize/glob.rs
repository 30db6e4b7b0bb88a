//! Patterns with `*` (any run of characters) and `?` (any one), as people write them for models and
//! file names.

/// Whether a text fits a pattern whole.
pub fn fits(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where the last `*` stands, and how much of the text it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match (pattern.get(p), text.get(t)) {
            (Some('*'), _) => {
                star = Some((p, t));
                p += 1;
            }
            (Some(a), Some(b)) if *a == '?' || a == b => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, taken)) = star else {
                    return false;
                };
                star = Some((at, taken + 1));
                p = at + 1;
                t = taken + 1;
            }
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

/// Whether a text is a pattern rather than one name.
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_fit_whole_texts() {
        for (pattern, text) in [
            ("BH-7*", "BH-700A"),
            ("*", ""),
            ("A?C*", "ABCD"),
            ("*.csv", "a.b.csv"),
            ("BH-7*A", "BH-700A"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("BH-7*", "BH-800"),
            ("A?C", "AC"),
            ("BH-7*A", "BH-700B"),
            ("bh-7", "BH-7"),
        ] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }
}
