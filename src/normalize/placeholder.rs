//! Placeholders of templates that nobody filled in: `{contract_no}`, `XXXX`, `待定`, `TBD`.

use super::text::{fold, is_cjk};

/// What stands in every placeholder that is no word of the list, to look for in a long text.
pub const MARKS: [&str; 3] = ["{", "xxxx", "××"];

/// Whether a text is one nobody filled in: a placeholder word, `{field}`, a run of X.
pub fn is(raw: &str, words: &[String]) -> bool {
    // Most texts are names: longer than any word of the list, without a mark.
    let longest = words.iter().map(String::len).max().unwrap_or(0);
    let mark = |c: char| matches!(c, '{' | '｛' | '待');
    let crosses = raw
        .chars()
        .filter(|c| matches!(c, 'x' | 'X' | '×' | 'ｘ' | 'Ｘ'));
    let unmarked = !raw.contains(mark) && crosses.count() < 4;
    if unmarked && raw.len() > longest {
        return false;
    }
    let text = raw.trim();
    let plain = text.bytes().all(|b| b.is_ascii_graphic());
    if unmarked && plain {
        let word = |w: &String| w.eq_ignore_ascii_case(text);
        return !text.starts_with('#') && words.iter().any(word);
    }
    let folded = fold(raw);
    let folded = folded.trim();
    // An error value in the list of placeholders is the reader's to say.
    if !folded.starts_with('#') && words.iter().any(|w| w == folded) {
        return true;
    }
    // A Chinese word may have something beside it: `待定（客户确认）`.
    let short = folded.chars().count() <= 16;
    let chinese =
        |w: &&String| w.chars().count() >= 2 && w.chars().all(is_cjk) && w.starts_with('待');
    if short
        && words
            .iter()
            .filter(chinese)
            .any(|w| folded.starts_with(w.as_str()))
    {
        return true;
    }
    let braces = folded
        .split_once('{')
        .and_then(|(_, rest)| rest.split_once('}'))
        .is_some_and(|(name, _)| !name.is_empty() && name.len() <= 40);
    braces || has_run(folded)
}

/// Four X and more that are no part of a size such as `XXXXL`.
fn has_run(text: &str) -> bool {
    let mut run = 0;
    for c in text.chars().chain(std::iter::once(' ')) {
        if matches!(c, 'x' | '×') {
            run += 1;
            continue;
        }
        if run >= 4 && c != 'l' {
            return true;
        }
        run = 0;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is;

    #[test]
    fn what_nobody_filled_in() {
        let words = ["tbd", "待定", "xxx", "example"].map(str::to_string);
        for raw in [
            "TBD",
            "{consignee}",
            "合同 XXXXXX",
            "待定（客户确认）",
            "×××× Co.",
        ] {
            assert!(is(raw, &words), "{raw}");
        }
        for raw in [
            "TBD-200",
            "XXXL",
            "shirt XXXXL",
            "example kit",
            "1,200",
            "等待定金",
        ] {
            assert!(!is(raw, &words), "{raw}");
        }
    }
}
