//! Clauses: of what a word is said, which of two papers takes the other's place, what is a choice or a
//! definition and says nothing.

use super::{About, Status};
use crate::normalize::date::{self, ReadDate};
use crate::normalize::text::is_cjk;
use crate::normalize::words::WordFinder;

/// What ends a clause, folded.
pub const CLAUSE_ENDS: [char; 7] = [',', ';', ':', '(', ')', '。', '，'];

/// Something a sentence may be about, in a folded sentence.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    pub start: usize,
    pub end: usize,
    pub what: What,
    pub governed: bool,
    pub agent: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    This,
    Other,
    Part,
    Standard,
    Goods,
}

/// A word of a status, in a folded sentence.
#[derive(Clone, Copy)]
pub struct Hit {
    pub start: usize,
    pub end: usize,
    pub status: Status,
}

/// The words of a finder in a text, in order, those inside longer ones left out.
pub fn outermost(finder: &WordFinder, text: &str) -> Vec<(usize, usize, u16)> {
    let mut spans = finder.spans(text);
    spans.sort_unstable_by_key(|s| (s.0, std::cmp::Reverse(s.1)));
    let mut reach = 0;
    spans.retain(|(_, end, _)| {
        let outer = *end > reach;
        reach = reach.max(*end);
        outer
    });
    spans
}

/// Of what a status is said, if it is said of a paper at all.
pub fn of_what(
    text: &str,
    hit: Hit,
    subjects: &[Subject],
    agents: &[String],
) -> Option<(Hit, About, bool)> {
    let clause_start = hit.start - clause_before(text, hit.start).len();
    let colon = text.get(..clause_start).is_some_and(|t| t.ends_with(':'));
    let before = |s: &&Subject| s.end <= hit.start && !s.governed;
    let papers = |s: &&Subject| s.what != What::Standard;
    let own = subjects
        .iter()
        .filter(before)
        .filter(papers)
        .rfind(|s| colon || s.start >= clause_start);
    let carried = subjects.iter().filter(before).rfind(papers);
    let object = subjects.iter().find(|s| {
        let gap = s.start.checked_sub(hit.end);
        let gap = gap.and_then(|g| text.get(hit.end..hit.end + g));
        gap.is_some_and(|g| matches!(g.trim(), "" | "the" | "of" | "of the" | "该" | "了" | "and"))
    });
    if hit.status == Status::DraftStandard
        || hit.status == Status::Draft && of_standard(text, hit, subjects, object)
    {
        let hit = Hit {
            status: Status::Draft,
            ..hit
        };
        return Some((hit, About::Standard, true));
    }
    if matches!(hit.status, Status::Replaces | Status::Replaced) {
        return replacing(text, hit, subjects, own.or(carried), agents);
    }
    let transitive = hit.status == Status::Void;
    let object = object.filter(|s| transitive && s.what != What::Standard);
    let subject = object.or(own).or(carried);
    match subject.map(|s| s.what) {
        Some(What::Part) => None,
        // A verdict is on the goods, whatever papers and standards are named before it.
        Some(_) if hit.status.is_judgement() => Some((hit, About::This, true)),
        Some(What::Other) => Some((hit, About::Other, true)),
        Some(What::This) => Some((hit, About::This, true)),
        // A sample that was withdrawn is no withdrawn report.
        Some(What::Goods) if hit.status.is_of_papers() => None,
        Some(What::Goods) => Some((hit, About::This, true)),
        Some(What::Standard) | None => Some((hit, About::This, false)),
    }
}

/// `draft of GB …`, `GB …-2026（草案）`: of the standard, not of the paper.
fn of_standard(text: &str, hit: Hit, subjects: &[Subject], object: Option<&Subject>) -> bool {
    if object.is_some_and(|s| s.what == What::Standard) {
        return true;
    }
    let last = subjects
        .iter()
        .rfind(|s| s.end <= hit.start && s.what == What::Standard);
    last.is_some_and(|s| {
        let gap = text.get(s.end..hit.start).unwrap_or("");
        let code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | ' ' | '(');
        gap.is_empty() || gap.ends_with('(') && gap.chars().all(code)
    })
}

/// Which of two papers takes the other's place.
fn replacing(
    text: &str,
    hit: Hit,
    subjects: &[Subject],
    before: Option<&Subject>,
    agents: &[String],
) -> Option<(Hit, About, bool)> {
    let clause = clause_before(text, hit.start);
    let from = hit.start - clause.len();
    let marked = agents
        .iter()
        .any(|a| !a.is_ascii() && clause.contains(a.as_str()));
    let passive = hit.status == Status::Replaced || marked;
    // `AMENDED REPORT`: the word alone does not say which report.
    let told = |s: &&Subject| {
        let named = text.get(s.start..s.end).unwrap_or("");
        s.what != What::This || !matches!(named, "report" | "certificate" | "报告" | "证书")
    };
    let after = subjects.iter().filter(told).find(|s| s.start >= hit.end);
    let by = subjects
        .iter()
        .find(|s| s.agent && (s.start >= hit.end || s.start >= from && s.end <= hit.start));
    let what = |s: Option<&Subject>| s.map(|s| s.what);
    let (new, old) = if passive {
        (what(by), what(before))
    } else {
        (what(before), what(after))
    };
    let as_ = |status| Hit { status, ..hit };
    match (new, old) {
        (_, Some(What::Part)) => None,
        (Some(What::Other), Some(What::Other)) => Some((as_(Status::Replaced), About::Other, true)),
        (_, Some(What::This)) => Some((as_(Status::Replaced), About::This, true)),
        (Some(What::This), _) | (_, Some(What::Other)) => {
            Some((as_(Status::Replaces), About::This, true))
        }
        _ if passive => Some((as_(Status::Replaced), About::This, false)),
        _ => Some((as_(Status::Replaces), About::This, false)),
    }
}

/// The clause before a place, as far as that place.
pub fn clause_before(text: &str, at: usize) -> &str {
    let before = text.get(..at).unwrap_or("");
    before.rsplit(CLAUSE_ENDS).next().unwrap_or("")
}

/// A Latin word of its own; `no.` before a number is none.
pub fn latin_word(clause: &str, word: &str) -> bool {
    let mut from = 0;
    while let Some(found) = clause.get(from..).and_then(|rest| rest.find(word)) {
        let (start, end) = (from + found, from + found + word.len());
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
        let before = clause.get(..start).and_then(|t| t.chars().next_back());
        let after = clause.get(end..).and_then(|t| t.chars().next());
        let numbered = after == Some('.')
            || clause
                .get(end..)
                .is_some_and(|t| t.trim_start().starts_with(|c: char| c.is_ascii_digit()));
        if edge(before) && edge(after) && !numbered {
            return true;
        }
        from = end;
    }
    false
}

/// `合格 / 不合格`, `pass or fail`: a choice nobody made.
pub fn is_choice(text: &str, hit: &Hit, hits: &[Hit]) -> bool {
    let judged = |s: Status| matches!(s, Status::Passed | Status::Failed);
    judged(hit.status)
        && hits.iter().any(|other| {
            let (a, b) = (hit.start.min(other.start), hit.start.max(other.start));
            let end = if a == hit.start { hit.end } else { other.end };
            let between = text.get(end..b).unwrap_or("x").trim();
            other.status != hit.status
                && judged(other.status)
                && a != b
                && matches!(between, "/" | "或" | "or" | "|" | "、" | "")
        })
}

/// `P = pass`, `F: fail`: what an abbreviation stands for.
pub fn is_definition(text: &str, hit: &Hit) -> bool {
    let before = text.get(..hit.start).unwrap_or("").trim_end();
    let after = text.get(hit.end..).unwrap_or("").trim_start();
    if before.ends_with('=') || after.starts_with('=') {
        return true;
    }
    let Some(rest) = before.strip_suffix([':', '-', '–']) else {
        return false;
    };
    let token = rest
        .trim_end()
        .rsplit([' ', ',', ';', '(', ':'])
        .next()
        .unwrap_or("");
    let few = (1..=3).contains(&token.chars().count());
    few && token.chars().all(|c| !is_cjk(c) && !c.is_ascii_digit())
}

/// Reports named by their number in a folded text: where the naming begins and ends, and the number.
pub fn codes(text: &str) -> Vec<(usize, usize, (usize, usize))> {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '_' | '.');
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text
        .char_indices()
        .chain(std::iter::once((text.len(), ' ')))
    {
        match (start, at < text.len() && inside(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                start = None;
                let code = text
                    .get(from..at)
                    .unwrap_or("")
                    .trim_end_matches(['.', '/', '-']);
                let digits = code.chars().filter(char::is_ascii_digit).count();
                let is_day = date::parse(code) != ReadDate::No;
                if code.len() < 5 || digits < 3 || is_day {
                    continue;
                }
                let end = from + code.len();
                if let Some((begin, end)) = named_report(text, from, end) {
                    found.push((begin, end, (from, from + code.len())));
                }
            }
            _ => {}
        }
    }
    found
}

/// The whole naming of a report around its number: `report No. X`, `编号为X的报告`, `X号报告`.
fn named_report(text: &str, from: usize, end: usize) -> Option<(usize, usize)> {
    const BEFORE: [&str; 9] = [
        "no",
        "number",
        "编号",
        "编号为",
        "号",
        "号码",
        "nos",
        "ref",
        "为",
    ];
    let mut head = text.get(..from).unwrap_or("").trim_end();
    loop {
        let cut = head.trim_end_matches(['.', ':', ' ', '#', '"', '“']);
        let next = BEFORE
            .iter()
            .find_map(|w| cut.strip_suffix(w))
            .unwrap_or(cut);
        if next.len() == head.len() {
            break;
        }
        head = next;
    }
    let head = head.trim_end();
    let tail = text.get(end..).unwrap_or("");
    let rest = tail.trim_start_matches(['号', '的', ' ', '"', '”']);
    let (before, after) = (
        ["report", "reports", "报告", "证书", "certificate"]
            .iter()
            .find(|w| head.ends_with(**w)),
        ["报告", "证书", "report"]
            .iter()
            .find(|w| rest.starts_with(**w)),
    );
    let numbered = tail.starts_with('号');
    let bare = from == 0
        || text
            .get(..from)
            .is_some_and(|t| t.ends_with([' ', ',', ':']));
    if before.is_none() && after.is_none() && !numbered && !bare {
        return None;
    }
    let begin = before.map_or(from, |w| head.len() - w.len());
    let end = after.map_or(end, |w| end + tail.len() - rest.len() + w.len());
    Some((begin, end))
}
