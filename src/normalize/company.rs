//! Company names. Clean-up folds the case of Latin letters; legal forms are compared as aliases.

use super::text::{Clean, Step, clean as clean_text, is_cjk};
use std::borrow::Cow;

/// The clean form: lossless clean-up, and upper case (the case of a company name says nothing).
pub fn clean(raw: &str) -> Clean<'_> {
    let mut cleaned = clean_text(raw);
    let upper = cleaned.text.to_uppercase();
    if upper != *cleaned.text {
        cleaned.text = Cow::Owned(upper);
        cleaned.steps.push(Step::CompanyCase);
    }
    cleaned
}

/// The name without its legal form, letters and digits only: what is left when "Co., Ltd." is
/// taken for "Company Limited". `forms` are squeezed spellings, longest first.
pub fn without_legal_form(raw: &str, forms: &[Vec<String>]) -> (String, Option<usize>) {
    let squeezed = super::text::squeeze(raw);
    let mut best: Option<(usize, usize)> = None;
    for (group, spellings) in forms.iter().enumerate() {
        for spelling in spellings {
            if squeezed.ends_with(spelling.as_str())
                && squeezed.len() > spelling.len()
                && best.is_none_or(|(length, _)| spelling.len() > length)
            {
                best = Some((spelling.len(), group));
            }
        }
    }
    match best {
        Some((length, group)) => {
            let end = squeezed.len() - length;
            (squeezed.get(..end).unwrap_or("").to_string(), Some(group))
        }
        None => (squeezed, None),
    }
}

/// Whether a name is written in Chinese characters.
pub fn is_chinese(raw: &str) -> bool {
    raw.chars().any(is_cjk)
}

/// The byte range of a social credit code (18 characters) or customs number (10) in a text.
pub fn code_in(raw: &str) -> Option<(usize, usize)> {
    let is_code = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let mut run = 0..0;
    let mut best: Option<std::ops::Range<usize>> = None;
    for (at, c) in raw.char_indices() {
        if is_code(c) {
            if run.end == at && !run.is_empty() {
                run.end = at + 1;
            } else {
                run = at..at + 1;
            }
            if matches!(run.len(), 10 | 18) {
                best = Some(run.clone());
            }
        }
    }
    let code = best?;
    let text = raw.get(code.clone())?;
    // Ten characters: a customs number is digits, or digits and a letter; never a word.
    if text.chars().filter(char::is_ascii_digit).count() < 8 {
        return None;
    }
    Some((code.start, code.end))
}

/// A social credit code or customs number glued to a name: `某公司(91330206MA2XXXXXX1)`. Returns the
/// byte ranges of the name and of the code.
pub fn glued_code(raw: &str) -> Option<((usize, usize), (usize, usize))> {
    let (start, end) = code_in(raw)?;
    let code = start..end;
    let edge = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '(' | ')' | '（' | '）' | '[' | ']' | '/' | ':' | '：' | ',' | '，' | ';'
            )
    };
    let before = raw.get(..code.start)?;
    let after = raw.get(code.end..)?;
    let (side, offset) = if before.trim_matches(edge).is_empty() {
        (after, code.end)
    } else {
        (before, 0)
    };
    // A label for the code may stand between them.
    let mut name_end = side.len();
    for label in [
        "统一社会信用代码",
        "社会信用代码",
        "信用代码",
        "海关编码",
        "USCC",
    ] {
        if let Some(at) = side.find(label) {
            name_end = name_end.min(at);
        }
    }
    let name = side.get(..name_end)?;
    let lead = name.len() - name.trim_start_matches(edge).len();
    let trailing = |c: char| {
        c.is_whitespace() || matches!(c, '(' | '（' | '[' | '/' | ':' | '：' | ',' | '，' | ';')
    };
    let trimmed = name.trim_start_matches(edge).trim_end_matches(trailing);
    if trimmed.is_empty() {
        return None;
    }
    let start = offset + lead;
    Some(((start, start + trimmed.len()), (code.start, code.end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_glued_to_a_name_is_told_apart() {
        let raw = "宁波贝乐（宁波）婴童用品有限公司(91330206MA2AFX9T4K)";
        let ((a, b), (c, d)) = glued_code(raw).expect("a code");
        assert_eq!(raw.get(a..b), Some("宁波贝乐（宁波）婴童用品有限公司"));
        assert_eq!(raw.get(c..d), Some("91330206MA2AFX9T4K"));
        assert!(glued_code("宁波贝乐婴童用品有限公司").is_none());
    }

    #[test]
    fn legal_forms_meet() {
        let forms = vec![vec!["coltd".to_string(), "companylimited".to_string()]];
        let a = without_legal_form("Beile Infant Products Co., Ltd.", &forms);
        let b = without_legal_form("BEILE INFANT PRODUCTS COMPANY LIMITED", &forms);
        assert_eq!(a, b);
    }
}
