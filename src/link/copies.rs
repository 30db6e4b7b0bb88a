//! Declarations and packing lists that are here twice count once.

use super::Group;
use crate::model::{Document, Field, Problem, Say, Spot};
use std::collections::HashMap;

/// By which numbers a paper of a kind is known.
const NUMBERS: [&str; 3] = ["declaration_no", "entry_no", "invoice_no"];

/// The documents that are no copies of another: neither the same bytes under another name, nor the
/// same number with the same lines. Of copies the one with the shortest name stays; each other is
/// named.
pub fn leave_out(group: &mut Group<'_>, mut documents: Vec<u32>) -> Vec<u32> {
    if documents.len() < 2 {
        return documents;
    }
    documents.sort_by_key(|n| (group.document(*n).map_or(0, |d| d.path.len()), *n));
    let mut kept: Vec<u32> = Vec::new();
    let mut by_mark: HashMap<(String, usize), Vec<u32>> = HashMap::new();
    let (mut problems, mut copies) = (Vec::new(), Vec::new());
    for number in documents {
        let Some(own) = group.document(number) else {
            continue;
        };
        let count = own.understood.records.len();
        let marks = marks(group, number).map(|mark| (mark, count));
        let marks: Vec<(String, usize)> = marks.collect();
        let first = marks.iter().flat_map(|m| by_mark.get(m)).flatten();
        let first = first.filter_map(|n| group.document(*n));
        let first = first.into_iter().find(|d| is_copy(d, own));
        if let Some(first) = first {
            problems.push(problem(first, own));
            copies.push(number);
            continue;
        }
        kept.push(number);
        for mark in marks {
            by_mark.entry(mark).or_default().push(number);
        }
    }
    problems.sort_by(|a, b| a.path.cmp(&b.path));
    group.problems.extend(problems);
    group.copies.extend(copies);
    kept.sort_unstable();
    kept
}

/// What copies have in common: their bytes, or their number.
fn marks<'g>(group: &'g Group<'_>, number: u32) -> impl Iterator<Item = String> + use<'g> {
    let document = group.document(number);
    let bytes = document.map(|d| format!("{} {}", d.sha256, d.part.as_deref().unwrap_or("")));
    let stated = NUMBERS.into_iter().filter_map(move |name| {
        let id = group.vocabulary.fields.find(name)?;
        let value = group.stated(group.header(number, id)?)?;
        Some(format!("{name} {}", group.raw(&value).trim()))
    });
    bytes.into_iter().chain(stated)
}

/// Whether two papers that have a mark in common are one: their lines are the same, and it is not
/// two papers of one text.
fn is_copy(a: &Document, b: &Document) -> bool {
    let same = |x: &[Field], y: &[Field]| {
        let mut pairs = x.iter().zip(y);
        x.len() == y.len() && pairs.all(|(f, g)| f.id == g.id && a.raw(f) == b.raw(g))
    };
    let (mine, theirs) = (&a.understood.records, &b.understood.records);
    let mut rows = mine.iter().zip(theirs);
    let alike =
        rows.all(|(x, y)| same(a.understood.record_fields(x), b.understood.record_fields(y)));
    let one_paper = a.path == b.path && a.part == b.part;
    alike && !one_paper && mine.len() == theirs.len() && !mine.is_empty()
}

fn problem(first: &Document, copy: &Document) -> Problem {
    let (en, zh) = if first.sha256 == copy.sha256 {
        ("the same file", "同一文件")
    } else {
        ("the same number and the same lines", "编号和各行内容相同")
    };
    let other = first.label();
    let message = Say::new(
        format!("here twice: also {other} ({en}); counted once, as {other} has it"),
        format!("重复：另见 {other}（{zh}）；只按 {other} 计一次"),
    );
    let problem = Problem::duplicate_document(&copy.path, message);
    problem.at(copy.part.as_deref(), Spot::Whole)
}
