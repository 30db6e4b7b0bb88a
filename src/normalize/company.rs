//! Company names. Clean-up folds the case of Latin letters; legal forms are compared as aliases.

use super::normal::Normal;
use super::text::{Clean, Step, clean as clean_text, is_cjk};
use crate::model::Words;
use std::borrow::Cow;

/// The clean form: lossless clean-up, and upper case (the case of a company name says nothing).
pub fn clean(raw: &str) -> Clean<'_> {
    let mut cleaned = clean_text(raw);
    let upper: String = cleaned.text.chars().map(capital).collect();
    if upper != *cleaned.text {
        cleaned.text = Cow::Owned(upper);
        cleaned.steps.push(Step::CompanyCase);
    }
    cleaned
}

/// The capital of a letter that has one; `ß` has none of its own.
fn capital(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// A name taken apart for comparing.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The clean form, without label and code.
    pub name: String,
    /// The social credit code or customs number written beside it.
    pub code: Option<String>,
    /// The name without its legal form, in simplified characters.
    pub core: String,
    /// The legal form as written, with the comma before it, and its group.
    pub form: Option<(String, usize)>,
    pub steps: Vec<Step>,
}

/// Takes a name apart: label, code, legal form; traditional characters by table.
pub fn parts(raw: &str, words: &Words) -> Parts {
    let mut steps = Vec::new();
    let mut rest = raw;
    if let Some((label, name)) = raw.split_once([':', '：'])
        && words.company_labels.contains(&super::text::squeeze(label))
        && !name.trim().is_empty()
    {
        rest = name;
        steps.push(Step::Label);
    }
    let mut code = None;
    if let Some(((from, to), (start, end))) = glued_code(rest)
        && end - start == 18
    {
        code = rest.get(start..end).map(str::to_string);
        rest = rest.get(from..to).unwrap_or(rest);
        steps.push(Step::CreditCode);
    }
    if let Some(name) = without_address(rest, words) {
        rest = name;
        steps.push(Step::Address);
    }
    let cleaned = clean(rest);
    steps.extend(cleaned.steps.iter().copied());
    let name = cleaned.text.into_owned();
    let written = name.replace('㈱', "株式会社").replace("(株)", "株式会社");
    let simple: String = written
        .chars()
        .map(|c| words.traditional.get(&c).copied().unwrap_or(c))
        .collect();
    if simple != written {
        steps.push(Step::Traditional);
    }
    let (core, mut form) = split_form(&simple, words);
    if let Some((text, _)) = &mut form
        && let Some(written) = tail_as_written(rest, text)
    {
        *text = written;
    }
    steps.sort_unstable();
    steps.dedup();
    Parts {
        name,
        code,
        core,
        form,
        steps,
    }
}

/// The name before an address: up to a legal form behind which only an address stands, and no word
/// for a branch.
fn without_address<'r>(raw: &'r str, words: &Words) -> Option<&'r str> {
    if !raw.contains('\n') && !raw.chars().any(char::is_numeric) {
        return None;
    }
    let edges = [' ', ',', '，', ';', '；', '\n', '\r', '\u{3000}'];
    let all = raw.match_indices(edges).map(|(at, _)| at).take(60);
    let all: Vec<usize> = all.collect();
    let is_name = |at: &&usize| {
        let name = clean(raw.get(..**at).unwrap_or(""));
        let (core, form) = split_form(&name.text, words);
        let rest = super::text::fold(raw.get(**at..).unwrap_or(""));
        let has = |list: &[String]| {
            list.iter().any(|word| match word.is_ascii() {
                true => super::text::find_word(&rest, word).is_some(),
                false => rest.contains(word.as_str()),
            })
        };
        form.is_some()
            && core.chars().any(char::is_alphanumeric)
            && has(&words.address_words)
            && !has(&words.branch_words)
    };
    let at = all.iter().rev().find(is_name)?;
    raw.get(..*at)
}

/// The end of a raw name with as many letters as its clean form has there.
fn tail_as_written(raw: &str, clean_tail: &str) -> Option<String> {
    let letters = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).count();
    let wanted = letters(clean_tail);
    let (at, _) = raw
        .char_indices()
        .rev()
        .filter(|(_, c)| c.is_alphanumeric())
        .nth(wanted.checked_sub(1)?)?;
    let tail = raw.get(at..)?.trim();
    (super::text::squeeze(tail) == super::text::squeeze(clean_tail)).then(|| tail.to_string())
}

/// The normal form: the clean name, without label and code. The legal form stays: it is part of
/// the name.
pub fn normal(raw: &str, words: &Words) -> Normal {
    let parts = parts(raw, words);
    let mut steps = parts.steps;
    steps.retain(|s| *s != Step::Traditional);
    Normal::new(parts.name, steps, None)
}

/// A name without its legal form, and the form. Latin forms are whole words at the end, Chinese
/// and Japanese ones the last characters (株式会社 also the first).
fn split_form(name: &str, words: &Words) -> (String, Option<(String, usize)>) {
    let find = |text: &str| {
        let squeezed = super::text::squeeze(text);
        words
            .legal_forms
            .iter()
            .position(|spellings| spellings.contains(&squeezed))
    };
    let tidy = |core: &str| {
        core.trim_matches(|c: char| c == ' ' || c == ',' || c == '-')
            .to_string()
    };
    let mut best: Option<(usize, usize)> = None;
    let mut starts = Vec::new();
    let mut before = ' ';
    for (at, c) in name.char_indices() {
        let begins = c.is_alphanumeric() || c == '(';
        if begins && (!before.is_alphanumeric() || is_cjk(c) || c == '(') {
            starts.push(at);
        }
        before = c;
    }
    for &at in starts.iter().rev().take(12) {
        if let Some(group) = name.get(at..).and_then(find) {
            best = Some((at, group));
        }
    }
    if let Some((at, group)) = best {
        let core = name.get(..at).unwrap_or("");
        let kept = core.trim_end_matches([' ', ',']);
        let form = name.get(kept.len()..).unwrap_or("").trim();
        return (tidy(core), Some((form.to_string(), group)));
    }
    let front = "株式会社";
    if let (Some(rest), Some(group)) = (name.strip_prefix(front), find(front)) {
        return (tidy(rest), Some((front.to_string(), group)));
    }
    (tidy(name), None)
}

impl Parts {
    /// What two spellings of one name share: the core without separators, and the legal form.
    pub fn key(&self) -> String {
        let form = self.form.as_ref().map_or(0, |(_, group)| group + 1);
        format!("{}#{form}", super::text::squeeze(&self.core))
    }

    /// Something besides a legal form and a code.
    pub fn names_somebody(&self) -> bool {
        self.core.chars().any(char::is_alphanumeric)
    }
}

/// A name outside its brackets, and what stands in them.
pub fn brackets(core: &str) -> (String, Vec<String>) {
    let (mut outside, mut inside) = (String::new(), Vec::new());
    let mut part: Option<String> = None;
    for c in core.chars() {
        match (c, &mut part) {
            ('(' | '[', None) => part = Some(String::new()),
            (')' | ']', Some(_)) => inside.extend(part.take()),
            (c, Some(part)) => part.push(c),
            (c, None) => outside.push(c),
        }
    }
    outside.push_str(&part.unwrap_or_default());
    (outside, inside)
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
    fn a_legal_form_is_a_word_of_its_own() {
        let words = Words {
            legal_forms: vec![
                vec!["coltd".to_string(), "companylimited".to_string()],
                vec!["sas".to_string()],
                vec!["有限公司".to_string()],
            ],
            ..Words::default()
        };
        let core = |raw: &str| parts(raw, &words).core;
        assert_eq!(
            core("Beile Infant Products Co., Ltd."),
            "BEILE INFANT PRODUCTS"
        );
        assert_eq!(core("Beile Products Company Limited"), "BEILE PRODUCTS");
        assert_eq!(core("Toys of Kansas"), "TOYS OF KANSAS");
        assert_eq!(core("宁波贝乐有限公司"), "宁波贝乐");
        assert!(!parts("Co., Ltd.", &words).names_somebody());
    }
}
