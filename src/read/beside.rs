//! What stands beside the cells is said, each with its place: notes, text boxes, page heads, stamps,
//! struck parts. Page numbers, dates and file names at the edge of a page are furniture.

use crate::model::{AsideKind, Document, Level, Problem};

/// So many of one document are told one by one.
const SHOWN: usize = 60;

/// What a document holds beside its cells, as remarks on it.
pub fn said(document: &Document) -> Vec<Problem> {
    let part = document.part.as_deref();
    let told = document
        .grid
        .asides
        .iter()
        .filter(|a| !is_furniture(a.what, &a.text));
    let mut problems: Vec<Problem> = told
        .clone()
        .take(SHOWN)
        .map(|aside| {
            let what = aside.what.says();
            let mut problem = match aside.text.trim() {
                "" => Problem::not_read_there(&document.path, &what),
                text => Problem::beside_the_cells(&document.path, &what, text),
            };
            // Nobody was told anything by what is unseen: that it is not taken is worth knowing. A
            // seal stands on every report.
            if matches!(aside.what, AsideKind::Unseen | AsideKind::Seal) {
                problem.level = Level::Remark;
            }
            problem.at(part, aside.spot.clone())
        })
        .collect();
    let more = told.count().saturating_sub(SHOWN);
    if more > 0 {
        let problem = Problem::more_beside_the_cells(&document.path, more);
        problems.push(problem.at(part, crate::model::Spot::Whole));
    }
    problems
}

/// Page numbers and the like: digits, and the words a page number stands with.
fn is_furniture(what: AsideKind, text: &str) -> bool {
    match what {
        AsideKind::PageHeader | AsideKind::PageFooter => {}
        AsideKind::Seal | AsideKind::Unread => return false,
        _ => return text.trim().is_empty(),
    }
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphabetic());
    let mut words = words.filter(|w| !w.is_empty());
    words.all(|word| {
        matches!(
            word,
            "page" | "of" | "p" | "第" | "页" | "共" | "页共" | "頁"
        )
    })
}
