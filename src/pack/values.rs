//! What the text of a parameter may be, by the setting of the check that uses it: a text a check
//! cannot use would switch it off without a word.

use super::compile::Look;
use crate::facts::recognised::{CHOICES, PARAMETER};
use crate::read::did_you_mean;

/// What a check can use.
#[derive(Clone, Copy)]
enum Text {
    OneOf(&'static [&'static str]),
    /// Whole days, or empty for none.
    Days,
    /// `1 kg` or `0.5%`.
    Tolerance,
    Standard,
    Edition,
}

/// Settings of checks that name a text parameter.
const TEXTS: [(&str, Text); 9] = [
    ("party", Text::OneOf(&["either", "consignor", "producer"])),
    (
        "spelling",
        Text::OneOf(&["report", "declaration", "packing-list"]),
    ),
    ("not_applicable", Text::OneOf(&["unknown", "pass"])),
    ("claimed", Text::OneOf(&["yes", ""])),
    ("max_age_days", Text::Days),
    ("tolerance", Text::Tolerance),
    ("standard", Text::Standard),
    ("edition", Text::Edition),
    (PARAMETER, Text::OneOf(&CHOICES)),
];

/// The longest age that is still an age.
const MOST_DAYS: u32 = 36_500;

impl Text {
    /// What is wrong with a text.
    fn fault(self, text: &str) -> Option<String> {
        let fits = match self {
            Text::OneOf(words) => words.contains(&text),
            Text::Days => {
                text.is_empty() || text.parse().is_ok_and(|d| (1..=MOST_DAYS).contains(&d))
            }
            Text::Tolerance => {
                let number = text.strip_suffix('%').or_else(|| text.strip_suffix("kg"));
                number.is_some_and(|n| {
                    let n = n.trim();
                    let plain = n.chars().all(|c| c.is_ascii_digit() || c == '.');
                    plain && n.parse::<f64>().is_ok()
                })
            }
            Text::Standard => text.chars().any(|c| c.is_ascii_digit()),
            Text::Edition => {
                let digits = text.chars().take_while(char::is_ascii_digit).count();
                matches!(digits, 2 | 4)
            }
        };
        if fits {
            return None;
        }
        let (wanted, near) = match self {
            Text::OneOf(words) => {
                let named = words.iter().map(|w| format!("`{w}`"));
                let near = did_you_mean(text, words);
                (named.collect::<Vec<_>>().join(" or "), near)
            }
            Text::Days => (
                format!("a number of days from 1 to {MOST_DAYS} (such as `365`), or `` for none"),
                String::new(),
            ),
            Text::Tolerance => (
                "a weight or a share (such as `1 kg` or `0.5%`)".to_string(),
                String::new(),
            ),
            Text::Standard => (
                "the name of a standard (such as `GB 31701`)".to_string(),
                String::new(),
            ),
            Text::Edition => (
                "an edition, its year in two or four digits (such as `2026`)".to_string(),
                String::new(),
            ),
        };
        Some(format!(
            "`{text}` cannot be used here: write {wanted}{near}"
        ))
    }
}

impl Look<'_> {
    /// The text of a parameter, now and later, is one the setting can use.
    pub fn text_for(&mut self, setting: &str, name: &str) {
        let Some((_, wanted)) = TEXTS.iter().find(|(key, _)| *key == setting) else {
            return;
        };
        let written = self.written;
        // A pack for reports has its standards filled from the lanes.
        let filled = written.get("reports_only").is_some();
        let values = written.find(&["parameters", name]).into_iter();
        for value in values.chain(written.items_at(&["parameters", name, "later"])) {
            let Some(value) = value.get("text") else {
                continue;
            };
            let text = value.text().unwrap_or("");
            if let Some(what) = wanted.fault(text).filter(|_| !(filled && text.is_empty())) {
                self.errors.push(value.at.error(what));
            }
        }
    }
}
