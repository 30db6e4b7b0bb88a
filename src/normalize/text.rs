//! Lossless clean-up, and folding for matching words and headings.
//!
//! Clean-up changes how a text is written, never what it says: widths, look-alike dashes and
//! quotes, kinds and runs of spaces, spaces at the ends and beside punctuation, line breaks,
//! invisible characters, ligatures. It adds and removes no separator. Of NFKC only the compatibility block
//! of full-width forms is applied: the rest would turn `²` into `2`.

use crate::model::{Say, work};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// One kind of change made on the way to the clean form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Brackets,
    Width,
    Dash,
    Quote,
    LineBreak,
    Space,
    SpaceAtEnds,
    SpaceBesidePunctuation,
    Invisible,
    Composed,
    Ligature,
    CompanyCase,
    Label,
    CreditCode,
    Address,
    Traditional,
    Case,
    Separators,
    LostZero,
    Number,
    Unit,
    Converted,
    Year,
    Issuer,
    Table,
}

impl Step {
    /// Not lossless: what is the same only after this step is the same through a table or a
    /// conversion, grade alias.
    pub fn is_through_table(self) -> bool {
        matches!(
            self,
            Step::Traditional | Step::Converted | Step::Year | Step::Issuer | Step::Table
        )
    }

    /// The step in words.
    pub fn say(self) -> Say {
        let (en, zh) = match self {
            Step::Address => ("address behind the name left out", "去掉名称后的地址"),
            Step::Brackets => ("full-width brackets to plain ones", "全角括号改为半角括号"),
            Step::Width => ("full-width characters to half-width", "全角字符改为半角"),
            Step::Dash => (
                "another kind of dash to the plain hyphen",
                "其他横线改为普通连字符",
            ),
            Step::Quote => (
                "another kind of quotation mark to the plain one",
                "其他引号改为普通引号",
            ),
            Step::LineBreak => ("line break taken out", "去掉换行"),
            Step::Space => (
                "several or special spaces to one space",
                "多个或特殊空格合并为一个",
            ),
            Step::SpaceAtEnds => ("spaces at the ends removed", "去掉首尾空格"),
            Step::SpaceBesidePunctuation => {
                ("space beside punctuation removed", "去掉标点旁的空格")
            }
            Step::Invisible => ("invisible characters removed", "去掉不可见字符"),
            Step::Composed => ("accents composed", "组合字符合并"),
            Step::Ligature => ("ligature to its letters", "连字拆为字母"),
            Step::CompanyCase => ("letter case of a company name", "公司名称的大小写"),
            Step::Label => ("label in front removed", "去掉前面的标签"),
            Step::CreditCode => ("code beside the name set apart", "名称旁的代码分开"),
            Step::Traditional => (
                "traditional characters to simplified, by table",
                "按对照表繁体改为简体",
            ),
            Step::LostZero => ("leading zero put back", "补回开头的零"),
            Step::Case => ("letters to capitals", "字母改为大写"),
            Step::Separators => ("separators removed", "去掉分隔符"),
            Step::Number => ("written as a plain number", "改写为普通数字"),
            Step::Unit => ("unit in its plain name", "单位改为统一名称"),
            Step::Converted => ("converted from the stated unit", "按所写单位换算"),
            Step::Year => ("edition in four digits", "版本年份改为四位"),
            Step::Issuer => ("issuer of the standard put in front", "补上标准发布机构"),
            Step::Table => ("found in the table of names", "按名称对照表"),
        };
        Say::new(en, zh)
    }

    /// What differs where only this step makes two texts one.
    pub fn what(self) -> Say {
        let (en, zh) = match self {
            Step::Address => ("an address behind the name", "名称后的地址"),
            Step::Brackets => ("full-width brackets", "全角括号"),
            Step::Width => ("full-width characters", "全角字符"),
            Step::Dash => ("the kind of dash", "横线的种类"),
            Step::Quote => ("the kind of quotation mark", "引号的种类"),
            Step::LineBreak => ("a line break", "换行"),
            Step::Space => ("the kind or number of spaces", "空格的种类或个数"),
            Step::SpaceAtEnds => ("spaces at the ends", "首尾空格"),
            Step::SpaceBesidePunctuation => ("spaces beside punctuation", "标点旁的空格"),
            Step::Invisible => ("invisible characters", "不可见字符"),
            Step::Composed => ("how accents are composed", "组合字符的写法"),
            Step::Ligature => ("a ligature", "连字"),
            Step::CompanyCase | Step::Case => ("letter case", "大小写"),
            Step::Label => ("a label in front", "前面的标签"),
            Step::CreditCode => ("a code beside the name", "名称旁的代码"),
            Step::Traditional => ("traditional and simplified characters", "繁简字"),
            Step::LostZero => ("a leading zero", "开头的零"),
            Step::Separators => ("separators", "分隔符"),
            Step::Number => ("how the number is written", "数字的写法"),
            Step::Unit => ("how the unit is written", "单位的写法"),
            Step::Converted => ("the unit it is stated in", "所用单位"),
            Step::Year => ("the digits of the edition", "版本年份的位数"),
            Step::Issuer => ("the issuer of the standard", "标准发布机构"),
            Step::Table => ("which name of one thing is used", "同一事物的不同名称"),
        };
        Say::new(en, zh)
    }
}

/// A clean text and the steps that led to it, in a fixed order.
#[derive(Clone, Debug, PartialEq)]
pub struct Clean<'a> {
    pub text: Cow<'a, str>,
    pub steps: Vec<Step>,
}

/// True when clean-up has nothing to do: printable ASCII, single inner spaces, none at the ends
/// or beside punctuation.
fn is_clean_ascii(raw: &str) -> bool {
    let mut last = b' ';
    for &b in raw.as_bytes() {
        if !(b' '..=b'~').contains(&b) {
            return false;
        }
        let spaced = last == b' ' && (b == b' ' || b.is_ascii_punctuation());
        let after = b == b' ' && last.is_ascii_punctuation();
        if spaced || after {
            return raw.len() == 1 && b != b' ';
        }
        last = b;
    }
    last != b' '
}

/// The lossless clean-up of a text.
pub fn clean(raw: &str) -> Clean<'_> {
    if is_clean_ascii(raw) {
        return Clean {
            text: Cow::Borrowed(raw),
            steps: Vec::new(),
        };
    }
    let mut steps = Vec::new();
    let mut chars: Vec<char> = Vec::with_capacity(raw.len());
    for c in raw.chars() {
        let (mapped, step) = map_char(c);
        if let Some(step) = step {
            steps.push(step);
        }
        match mapped {
            Some(LIGATURE) => chars.extend(std::iter::once(c).nfkc()),
            Some(LINE_BREAK) if chars.last() == Some(&LINE_BREAK) => {}
            mapped => chars.extend(mapped),
        }
    }
    let spaced = collapse(&chars, &mut steps);
    let composed: String = spaced.nfc().collect();
    if composed != spaced {
        steps.push(Step::Composed);
    }
    steps.sort_unstable();
    steps.dedup();
    let text = if composed == raw {
        Cow::Borrowed(raw)
    } else {
        Cow::Owned(composed)
    };
    Clean { text, steps }
}

/// Stand for a line break and for a ligature between the two passes of clean-up.
const LINE_BREAK: char = '\n';
const LIGATURE: char = '\u{fb00}';

/// One character in its plain form, and the step when that is another.
fn map_char(c: char) -> (Option<char>, Option<Step>) {
    match c {
        '\r' | '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' => {
            (Some(LINE_BREAK), Some(Step::LineBreak))
        }
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{180e}'
        | '\u{ad}' => (None, Some(Step::Invisible)),
        '\u{3000}' | '\u{a0}' | '\t' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => {
            (Some(' '), Some(Step::Space))
        }
        // Dashes and the minus sign. The Chinese `一` and `ー` are letters and stay.
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{ff0d}'
        | '\u{2500}' => (Some('-'), Some(Step::Dash)),
        '\u{2018}'..='\u{201b}' | '\u{2032}' => (Some('\''), Some(Step::Quote)),
        '\u{201c}'..='\u{201f}' | '\u{2033}' | '«' | '»' => (Some('"'), Some(Step::Quote)),
        '\u{ff08}' => (Some('('), Some(Step::Brackets)),
        '\u{ff09}' => (Some(')'), Some(Step::Brackets)),
        '\u{ff01}'..='\u{ffe6}' => {
            let plain = std::iter::once(c).nfkc().next();
            (plain.or(Some(c)), Some(Step::Width))
        }
        '\u{3010}' => (Some('['), Some(Step::Width)),
        '\u{3011}' => (Some(']'), Some(Step::Width)),
        // ﬀ, ﬁ, ﬂ … of typeset documents.
        '\u{fb00}'..='\u{fb06}' => (Some(LIGATURE), Some(Step::Ligature)),
        c if c.is_control() => (None, Some(Step::Invisible)),
        c => (Some(c), None),
    }
}

/// The plain characters of one, without the step.
fn plain(c: char) -> impl Iterator<Item = char> {
    let mapped = map_char(c).0;
    let ligature = mapped == Some(LIGATURE);
    let letters = ligature.then(|| std::iter::once(c).nfkc());
    mapped
        .filter(|_| !ligature)
        .into_iter()
        .chain(letters.into_iter().flatten())
}

/// Single spaces, none at the ends, none beside punctuation. A line break is a space, and nothing
/// beside a Chinese character, where lines are broken inside words.
fn collapse(chars: &[char], steps: &mut Vec<Step>) -> String {
    let mut out = String::with_capacity(chars.len());
    let (mut gap, mut broken) = (0usize, false);
    for &c in chars {
        if matches!(c, ' ' | LINE_BREAK) {
            gap += 1;
            broken |= c == LINE_BREAK;
            continue;
        }
        if gap > 0 {
            match out.chars().last() {
                None => steps.push(Step::SpaceAtEnds),
                Some(before) if is_punctuation(before) || is_punctuation(c) => {
                    steps.push(Step::SpaceBesidePunctuation);
                }
                Some(before) if broken && (is_cjk(before) || is_cjk(c)) => {}
                Some(_) => {
                    if gap > 1 {
                        steps.push(Step::Space);
                    }
                    out.push(' ');
                }
            }
            (gap, broken) = (0, false);
        }
        out.push(c);
    }
    if gap > 0 {
        steps.push(Step::SpaceAtEnds);
    }
    out
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() || matches!(c, '、' | '，' | '。' | '；' | '：' | '·')
}

/// Chinese characters (Han).
pub fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// Folded for finding words: half-width, lower case, runs of space to one, none beside Chinese.
pub fn fold(raw: &str) -> String {
    if raw.is_ascii() {
        let mut out = String::with_capacity(raw.len());
        for word in raw.split_ascii_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
        out.make_ascii_lowercase();
        return out;
    }
    let mut out = String::with_capacity(raw.len());
    let mut gap = false;
    let mut push = |c: char| {
        if c.is_whitespace() {
            gap = true;
            return;
        }
        if gap {
            let wide = out.chars().last().is_none_or(is_cjk) || is_cjk(c);
            if !wide {
                out.push(' ');
            }
            gap = false;
        }
        out.extend(c.to_lowercase());
    };
    for c in raw.chars() {
        match c {
            ' '..='~' | '\u{4e00}'..='\u{9fff}' => push(c),
            c => plain(c).for_each(&mut push),
        }
    }
    out
}

/// Folded to letters and digits only: for headings, labels and keys.
pub fn squeeze(raw: &str) -> String {
    // Texts of any length are asked for again and again.
    work::steps(raw.len() / 256);
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            // The commonest characters by the short way.
            c if c.is_ascii() => {
                if c.is_ascii_alphanumeric() {
                    out.push(c.to_ascii_lowercase());
                }
            }
            '\u{4e00}'..='\u{9fff}' => out.push(c),
            c => {
                let letters = plain(c).filter(|c| c.is_alphanumeric());
                out.extend(letters.flat_map(char::to_lowercase));
            }
        }
    }
    out
}

/// The byte position of `word` in `text` (both folded): Latin words at word ends, Chinese anywhere.
pub fn find_word(text: &str, word: &str) -> Option<usize> {
    if word.is_empty() {
        return None;
    }
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(word)) {
        let start = from + found;
        if stands_alone(text, start, start + word.len()) {
            return Some(start);
        }
        from = start + word.chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// Whether the word at a range of a folded text is no part of a longer Latin word (a plural is
/// the same word).
pub fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() && !is_cjk(c);
    let edge = |c: Option<char>| c.is_some_and(part_of_word);
    let word = text.get(start..end).unwrap_or("");
    let before = text.get(..start).and_then(|t| t.chars().next_back());
    let after = text.get(end..).and_then(|t| t.chars().next());
    let glued_before = edge(word.chars().next()) && edge(before);
    let glued_after = edge(word.chars().next_back()) && edge(after) && !plural(text.get(end..));
    !glued_before && !glued_after
}

/// A plural `s` or `es` after a word, then its end.
fn plural(rest: Option<&str>) -> bool {
    let rest = rest.unwrap_or("");
    ["s", "es"].iter().any(|ending| {
        rest.strip_prefix(ending)
            .is_some_and(|after| !after.chars().next().is_some_and(char::is_alphanumeric))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_up_is_lossless_and_names_its_steps() {
        let clean = clean("ＫＤ–200Ａ\u{3000}");
        assert_eq!(clean.text, "KD-200A");
        assert_eq!(
            clean.steps,
            [Step::Width, Step::Dash, Step::Space, Step::SpaceAtEnds]
        );
    }

    #[test]
    fn clean_up_keeps_what_a_model_means() {
        for raw in ["KD-200²", "Φ8×30", "kd200a", "A/B-½", "KD 200"] {
            assert_eq!(clean(raw).text, raw);
            assert!(clean(raw).steps.is_empty(), "{raw}");
        }
    }

    #[test]
    fn clean_up_is_idempotent() {
        for raw in [
            "宁波贝乐（宁波） 婴童用品有限公司",
            " a  b ( c ) ",
            "Ningbo  Beile Co. , Ltd .",
        ] {
            let once = clean(raw).text.into_owned();
            assert_eq!(clean(&once).text, once);
        }
    }

    #[test]
    fn words_are_found_at_word_ends() {
        assert_eq!(find_word("baby strollers for sale", "stroller"), Some(5));
        assert_eq!(find_word("controller", "roll"), None);
        assert_eq!(find_word("婴儿推车", "推车"), Some(6));
    }
}
