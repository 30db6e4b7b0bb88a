//! How letters of a written document stand there: plain, struck out, in no colour, or as a mark that
//! points to a note. A sign in the text says it of all letters behind it, up to the next sign.

/// How letters stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ink {
    #[default]
    Plain,
    Struck,
    Unseen,
    /// A note pinned to the place, or the mark of a footnote.
    Note,
}

const ALL: [(Ink, char); 4] = [
    (Ink::Plain, '\u{1}'),
    (Ink::Struck, '\u{2}'),
    (Ink::Unseen, '\u{3}'),
    (Ink::Note, '\u{4}'),
];

impl Ink {
    /// The sign that says it; a control character, which no text holds.
    pub fn sign(self) -> char {
        let own = ALL.iter().find(|(ink, _)| *ink == self);
        own.map_or('\u{1}', |(_, sign)| *sign)
    }
}

/// True for the signs, which a file must not write by itself.
pub fn is_sign(c: char) -> bool {
    ALL.iter().any(|(_, sign)| *sign == c)
}

/// A text by how its letters stand.
#[derive(Debug, Default)]
pub struct Inked {
    pub plain: String,
    pub struck: String,
    pub unseen: String,
    pub notes: String,
}

impl Inked {
    /// Takes a text apart; `ink` is how it begins, and then how it ends.
    pub fn of(text: &str, ink: &mut Ink) -> Inked {
        let mut inked = Inked::default();
        let mut turned = false;
        for c in text.chars() {
            if let Some((next, _)) = ALL.iter().find(|(_, sign)| *sign == c) {
                (*ink, turned) = (*next, true);
                continue;
            }
            // Of the blanks before and behind what was taken out one is left.
            if *ink == Ink::Plain && std::mem::take(&mut turned) && c == ' ' {
                turned = inked.plain.is_empty() || inked.plain.ends_with(' ');
                if turned {
                    continue;
                }
            }
            match *ink {
                Ink::Plain => inked.plain.push(c),
                Ink::Struck => inked.struck.push(c),
                Ink::Unseen => inked.unseen.push(c),
                Ink::Note => inked.notes.push(c),
            }
        }
        inked
    }
}

/// What raised letters are behind a text: powers and units keep their signs, short marks point to a
/// footnote, words are words.
pub fn raised(letters: &str, before: &str) -> (Ink, String) {
    let text = letters.trim();
    let mark = |c: char| c.is_ascii_digit() || matches!(c, ')' | '(' | '*' | '†' | '‡' | '§' | '#');
    let digit = |c: char| c.is_ascii_digit() || matches!(c, '-' | '−');
    let stem = before.strip_suffix("10");
    let is_ten = stem.is_some_and(|s| !s.ends_with(|c: char| c.is_alphanumeric() || c == '-'));
    let last = before.trim_end().chars().last();
    let unit = last.is_some_and(|c| matches!(c, 'm' | 'M' | '米'));
    match text {
        "2" if unit => (Ink::Plain, "²".to_string()),
        "3" if unit => (Ink::Plain, "³".to_string()),
        _ if is_ten && text.chars().all(digit) => {
            let power = |c: char| match c {
                '0' => '⁰',
                '1' => '¹',
                '2' => '²',
                '3' => '³',
                '4'..='9' => char::from_u32(u32::from(c) + 0x2040).unwrap_or(c),
                '-' | '−' => '⁻',
                c => c,
            };
            (Ink::Plain, text.chars().map(power).collect())
        }
        _ if text.chars().all(mark) || text.chars().count() == 1 => (Ink::Note, text.to_string()),
        _ => (Ink::Plain, letters.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_taken_apart_by_how_they_stand() {
        let text = format!("a {}200{} 180", Ink::Struck.sign(), Ink::Plain.sign());
        let mut ink = Ink::Plain;
        let inked = Inked::of(&text, &mut ink);
        assert_eq!(
            (inked.plain.as_str(), inked.struck.as_str()),
            ("a 180", "200")
        );
    }

    #[test]
    fn raised_letters_are_powers_or_marks() {
        assert_eq!(raised("2", "12 m"), (Ink::Plain, "²".to_string()));
        assert_eq!(raised("5", "10"), (Ink::Plain, "⁵".to_string()));
        assert_eq!(raised("1)", "QH-720"), (Ink::Note, "1)".to_string()));
        assert_eq!(raised("1", "QH-710"), (Ink::Note, "1".to_string()));
        assert_eq!(raised("th", "5"), (Ink::Plain, "th".to_string()));
    }
}
