//! Page marks: `Page 1 of 2`, `共 2 页 第 1 页`, `Page 1/2`.

use super::text::fold;
use regex::Regex;
use std::sync::LazyLock;

/// A page mark: which page of how many, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageMark {
    pub page: u32,
    pub of: u32,
}

/// The mark a line holds, if it holds one.
pub fn mark(raw: &str) -> Option<PageMark> {
    // On folded text: half-width, no spaces beside Chinese.
    static FORMS: LazyLock<Vec<(Regex, bool)>> = LazyLock::new(|| {
        [
            (r"共(\d{1,4})页.{0,3}第(\d{1,4})页", true),
            (r"第(\d{1,4})页.{0,4}共(\d{1,4})页", false),
            (r"\bpages? ?[:.]? ?(\d{1,4}) ?(?:of|/) ?(\d{1,4})", false),
            (r"(\d{1,4}) ?/ ?(\d{1,4})页", false),
        ]
        .into_iter()
        .filter_map(|(form, total_first)| Some((Regex::new(form).ok()?, total_first)))
        .collect()
    });
    if raw.len() > 2000 || !speaks_of_pages(raw) {
        return None;
    }
    let text = fold(raw);
    FORMS.iter().find_map(|(form, total_first)| {
        let found = form.captures(&text)?;
        let number = |i: usize| found.get(i)?.as_str().parse().ok();
        let (a, b) = (number(1)?, number(2)?);
        let (page, of) = if *total_first { (b, a) } else { (a, b) };
        Some(PageMark { page, of })
    })
}

/// A cheap look before the full one.
fn speaks_of_pages(raw: &str) -> bool {
    let page = |w: &[u8]| w.eq_ignore_ascii_case(b"page");
    // Full-width letters are folded before they are read.
    let wide = |c: char| matches!(c, '页' | '頁' | '\u{ff01}'..='\u{ff5e}');
    raw.as_bytes().windows(4).any(page) || !raw.is_ascii() && raw.contains(wide)
}

#[cfg(test)]
mod tests {
    use super::{PageMark, mark};

    #[test]
    fn marks_in_both_languages() {
        let at = |page, of| Some(PageMark { page, of });
        assert_eq!(mark("Page 1 of 2"), at(1, 2));
        assert_eq!(mark("PAGE: 3/12"), at(3, 12));
        assert_eq!(mark("共 2 页 第 1 页"), at(1, 2));
        assert_eq!(mark("报告编号：A1  第 2 页，共 3 页"), at(2, 3));
        assert_eq!(mark("front page of 2026"), None);
        assert_eq!(mark("3320/3321"), None);
    }
}
