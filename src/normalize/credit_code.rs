//! Unified social credit codes: 18 characters with a check character (GB 32100-2015).

use super::normal::Normal;
use super::text::{Step, clean};
use crate::model::Say;

/// The plain form: capitals without spaces and dashes, and what is wrong with it.
pub fn normal(raw: &str) -> Normal {
    let cleaned = clean(raw);
    let mut steps = cleaned.steps;
    let bare: String = cleaned
        .text
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '.'))
        .collect();
    let text: String = bare.to_uppercase();
    if bare != cleaned.text {
        steps.push(Step::Separators);
    }
    if text != bare {
        steps.push(Step::Case);
    }
    let fault = social_credit(&text).err().map(CodeFault::say);
    Normal::new(text, steps, fault)
}

/// What is wrong with a social credit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFault {
    Length,
    Character,
    CheckCharacter,
    Placeholder,
}

impl CodeFault {
    pub fn say(self) -> Say {
        let (en, zh) = match self {
            CodeFault::Length => ("it does not have 18 characters", "不是 18 位"),
            CodeFault::Character => (
                "it holds a character such codes never have",
                "含有不允许的字符",
            ),
            CodeFault::CheckCharacter => ("its check character is not right", "校验位不对"),
            CodeFault::Placeholder => ("it is a placeholder", "是占位内容"),
        };
        Say::new(en, zh)
    }
}

const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [u32; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];

/// Checks an 18-character social credit code (GB 32100-2015): alphabet, check character
/// `(31 − Σ mod 31) mod 31`, and not the well-known dummy.
///
/// # Errors
/// What is wrong with it.
pub fn social_credit(raw: &str) -> Result<(), CodeFault> {
    let code = raw.trim();
    if code.chars().count() != 18 {
        return Err(CodeFault::Length);
    }
    let repeated = code.chars().rev().take_while(|&c| c == 'X').count() >= 4
        || code
            .chars()
            .collect::<std::collections::BTreeSet<_>>()
            .len()
            < 4;
    if repeated {
        return Err(CodeFault::Placeholder);
    }
    let mut sum = 0u32;
    for (c, weight) in code.chars().zip(WEIGHTS) {
        sum += value(c).ok_or(CodeFault::Character)? * weight;
    }
    let last = code
        .chars()
        .last()
        .and_then(value)
        .ok_or(CodeFault::Character)?;
    if (31 - sum % 31) % 31 == last {
        Ok(())
    } else {
        Err(CodeFault::CheckCharacter)
    }
}

fn value(c: char) -> Option<u32> {
    ALPHABET
        .chars()
        .position(|a| a == c)
        .and_then(|p| u32::try_from(p).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_characters() {
        assert_eq!(social_credit("91330206MA2AFX9T4"), Err(CodeFault::Length));
        assert_eq!(
            social_credit("91310000XXXXXXXXXX"),
            Err(CodeFault::Placeholder)
        );
        // Published example of GB 32100-2015.
        assert_eq!(social_credit("91350100M000100Y43"), Ok(()));
        assert_eq!(
            social_credit("91350100M000100Y44"),
            Err(CodeFault::CheckCharacter)
        );
    }
}
