//! What a text says of the paper it stands on: void, replaced, a draft, for reference only, passed,
//! failed … Sentences are split into clauses; each word that names a status is asked what it is said
//! of, whether it is denied, and whether it speaks of a case that may come about. The words are data.

mod clause;

use super::model;
use super::text::{fold, is_cjk};
use super::words::WordFinder;
use crate::model::work;
use clause::{
    CLAUSE_ENDS, Hit, Subject, What, clause_before, codes, is_choice, is_definition, latin_word,
    of_what, outermost,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What is said of a paper or of the goods.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Void,
    /// Another paper takes its place.
    Replaced,
    /// It takes the place of another.
    Replaces,
    AddsTo,
    Draft,
    /// Of a standard, that it is one no more than proposed.
    DraftStandard,
    Suspended,
    Expired,
    Reference,
    NotForCustoms,
    OtherSample,
    /// Said by the maker itself.
    Own,
    /// Outside accreditation, or by a subcontractor.
    Outside,
    /// No result of the laboratory's own.
    Untested,
    Partial,
    Full,
    Failed,
    Passed,
    /// Passed, with something taken out or a condition.
    Qualified,
    /// Holds, in a column of states.
    Good,
}

impl Status {
    /// What only the goods can be.
    pub fn is_judgement(self) -> bool {
        matches!(self, Status::Failed | Status::Passed | Status::Qualified)
    }

    /// What only a paper can be.
    fn is_of_papers(self) -> bool {
        matches!(
            self,
            Status::Void | Status::Draft | Status::Suspended | Status::Expired | Status::Reference
        )
    }
}

/// What something is said of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    This,
    Other,
    Standard,
}

/// One thing a text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub status: Status,
    pub about: About,
    /// The paper, or the goods, are named in the sentence.
    pub named: bool,
    /// The text is no longer than a stamp, a title or a state in a column.
    pub short: bool,
    /// The sentence, in bytes of the text as written.
    pub start: usize,
    pub end: usize,
    /// The word that says it, folded.
    pub word: String,
}

/// The words as they are written in `rules/sentences.yaml`.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SentencesFile {
    statuses: BTreeMap<Status, Vec<String>>,
    not_current: Vec<Status>,
    doubtful: Vec<Status>,
    need_subject: Vec<Status>,
    harmless: Vec<String>,
    subjects: Subjects,
    governed_by: Vec<String>,
    agents: Vec<String>,
    denials: Vec<String>,
    denial_fillers: Vec<String>,
    nothing: Vec<String>,
    conditions: Vec<String>,
    exceptions: Vec<String>,
    no_exceptions: Vec<String>,
    qualifiers: Vec<String>,
    abbreviations: Vec<String>,
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Subjects {
    this: Vec<String>,
    other: Vec<String>,
    part: Vec<String>,
    standard: Vec<String>,
    goods: Vec<String>,
}

/// The words, ready to be looked for.
#[derive(Clone, Debug, Default)]
pub struct Sentences {
    /// Owner: the number of the status, [`HARMLESS`] for none.
    words: WordFinder,
    statuses: Vec<Status>,
    /// A paper of which one of these is said does not stand as proof; one of the doubtful may.
    pub not_current: Vec<Status>,
    pub doubtful: Vec<Status>,
    need_subject: Vec<Status>,
    subjects: WordFinder,
    governed_by: Vec<String>,
    agents: Vec<String>,
    denials: Vec<String>,
    denial_fillers: Vec<String>,
    nothing: Vec<String>,
    conditions: WordFinder,
    /// Owner 0: takes something out; 1: only looks so.
    exceptions: WordFinder,
    qualifiers: WordFinder,
    abbreviations: Vec<String>,
}

const HARMLESS: u16 = u16::MAX;
/// A text no wider is a line that needs no subject: a stamp, a title, a state in a column.
const SHORT: usize = 48;
/// A sentence of so many bytes is cut at its next comma or blank: each word in it is looked at with
/// all that stands before it.
const LONGEST: usize = 2000;
/// How many characters may stand between a longer Chinese denial and what it denies.
const NEAR: usize = 3;
impl Sentences {
    pub fn new(file: SentencesFile) -> Sentences {
        let folded = |list: Vec<String>| -> Vec<String> { list.iter().map(|w| fold(w)).collect() };
        let mut pairs: Vec<(u16, String)> = Vec::new();
        let mut statuses = Vec::new();
        for (status, words) in file.statuses {
            let owner = u16::try_from(statuses.len()).unwrap_or(HARMLESS);
            statuses.push(status);
            pairs.extend(words.into_iter().map(|w| (owner, w)));
        }
        pairs.extend(file.harmless.into_iter().map(|w| (HARMLESS, w)));
        let of = file.subjects;
        let subjects = [of.this, of.other, of.part, of.standard, of.goods];
        let subjects: Vec<(u16, String)> = subjects
            .into_iter()
            .zip(0u16..)
            .flat_map(|(list, n)| list.into_iter().map(move |w| (n, w)))
            .collect();
        let out = file.exceptions.iter().map(|w| (0u16, w.as_str()));
        let not = file.no_exceptions.iter().map(|w| (1u16, w.as_str()));
        let borrowed =
            |list: &[(u16, String)]| WordFinder::owned(list.iter().map(|(n, w)| (*n, w.as_str())));
        Sentences {
            words: borrowed(&pairs),
            statuses,
            not_current: file.not_current,
            doubtful: file.doubtful,
            need_subject: file.need_subject,
            subjects: borrowed(&subjects),
            governed_by: folded(file.governed_by),
            agents: folded(file.agents),
            denials: folded(file.denials),
            denial_fillers: folded(file.denial_fillers),
            nothing: folded(file.nothing),
            conditions: WordFinder::new(file.conditions.iter().map(String::as_str)),
            exceptions: WordFinder::owned(out.chain(not)),
            qualifiers: WordFinder::new(file.qualifiers.iter().map(String::as_str)),
            abbreviations: folded(file.abbreviations),
        }
    }

    /// What a text says. `own` is the paper's number as a key ([`model::key`]), if it has one.
    pub fn statements(&self, raw: &str, own: Option<&str>) -> Vec<Statement> {
        let whole = fold(raw);
        let mut said = Vec::new();
        if self.words.first(&whole).is_none() {
            return said;
        }
        let short = whole
            .chars()
            .map(|c| 1 + usize::from(is_cjk(c)))
            .sum::<usize>()
            <= SHORT;
        for (start, end) in self.split(raw) {
            let text = fold(raw.get(start..end).unwrap_or(""));
            for (hit, about, named) in self.sentence(&text, own) {
                said.push(Statement {
                    status: hit.status,
                    about,
                    named,
                    short,
                    start,
                    end,
                    word: text.get(hit.start..hit.end).unwrap_or("").to_string(),
                });
            }
        }
        said
    }

    /// Whether a statement counts among free lines: some words say something only of what is named, or
    /// on a line of their own.
    pub fn stands(&self, said: &Statement) -> bool {
        said.named || said.short || !self.need_subject.contains(&said.status)
    }

    /// Whether a text names this paper or another.
    pub fn names_a_paper(&self, raw: &str) -> bool {
        let subjects = self.subjects(&fold(raw), None);
        let mut what = subjects.iter().map(|s| s.what);
        what.any(|w| matches!(w, What::This | What::Other))
    }

    /// Whether a text says something of its own paper.
    pub fn says(&self, raw: &str, status: Status) -> bool {
        let said = self.statements(raw, None);
        said.iter()
            .any(|s| s.status == status && s.about == About::This)
    }

    /// The sentences of a text, in bytes.
    fn split(&self, raw: &str) -> Vec<(usize, usize)> {
        let mut parts = Vec::new();
        let mut start = 0;
        for (at, c) in raw.char_indices() {
            let next = at + c.len_utf8();
            let ends = match c {
                '。' | '！' | '!' | '？' | '?' | '；' | ';' | '\n' | '\r' | '|' => true,
                '.' => {
                    let after = raw.get(next..).and_then(|t| t.chars().next());
                    after.is_none_or(char::is_whitespace)
                        && !self.abbreviates(raw.get(start..at).unwrap_or(""))
                }
                ',' | '，' | '、' | ' ' => next - start > LONGEST,
                _ => next - start > 2 * LONGEST,
            };
            if ends {
                parts.push((start, next));
                start = next;
            }
        }
        parts.push((start, raw.len()));
        parts.retain(|(s, e)| raw.get(*s..*e).is_some_and(|t| !t.trim().is_empty()));
        parts
    }

    fn abbreviates(&self, before: &str) -> bool {
        let word = before
            .rsplit(|c: char| !c.is_alphanumeric())
            .next()
            .unwrap_or("");
        let word = word.to_lowercase();
        word.chars().count() == 1 && word.is_ascii() || self.abbreviations.contains(&word)
    }

    /// What one folded sentence says, of what, and whether that is named there.
    fn sentence(&self, text: &str, own: Option<&str>) -> Vec<(Hit, About, bool)> {
        let hits = self.hits(text);
        if hits.is_empty() {
            return Vec::new();
        }
        let subjects = self.subjects(text, own);
        let mut said: Vec<(Hit, About, bool)> = Vec::new();
        for hit in &hits {
            work::steps(1 + text.len() / 64);
            if self.is_denied(text, hit) || self.is_conditional(text, hit) {
                continue;
            }
            if is_choice(text, hit, &hits) || is_definition(text, hit) {
                continue;
            }
            said.extend(of_what(text, *hit, &subjects, &self.agents));
        }
        self.qualify(text, &mut said);
        said.dedup_by(|next, last| next.0.status == last.0.status && next.1 == last.1);
        said
    }

    /// The words of statuses, those inside longer ones left out.
    fn hits(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut reach = 0;
        for (start, end, owner) in outermost(&self.words, text) {
            if start < reach && owner == HARMLESS {
                continue;
            }
            reach = end;
            if let Some(status) = self.statuses.get(usize::from(owner)) {
                hits.push(Hit {
                    start,
                    end,
                    status: *status,
                });
            }
        }
        hits
    }

    /// What a sentence may be about: papers, parts, standards, and reports by their number.
    fn subjects(&self, text: &str, own: Option<&str>) -> Vec<Subject> {
        let mut found: Vec<(usize, usize, What)> = codes(text)
            .into_iter()
            .map(|(start, end, code)| {
                let key = model::key(text.get(code.0..code.1).unwrap_or(""));
                let what = match own {
                    Some(own) if own == key => What::This,
                    _ => What::Other,
                };
                (start, end, what)
            })
            .collect();
        for (start, end, owner) in outermost(&self.subjects, text) {
            if found.iter().any(|f| f.0 < end && start < f.1) {
                continue;
            }
            let what = match owner {
                0 => What::This,
                1 => What::Other,
                2 => What::Part,
                3 => What::Standard,
                _ => What::Goods,
            };
            found.push((start, end, what));
        }
        found.sort_unstable_by_key(|f| f.0);
        // The number behind GB or ASTM is a standard's, no report's.
        let standards = found.iter().filter(|f| f.2 == What::Standard);
        let standards: Vec<usize> = standards.map(|f| f.1).collect();
        found.retain(|f| {
            let gap = |end: &usize| text.get(*end..f.0).is_some_and(|g| g.trim().is_empty());
            f.2 != What::Other || !standards.iter().any(gap)
        });
        let led_by = |start: usize, words: &[String]| {
            let before = text.get(..start).unwrap_or("");
            let before = before.trim_end().trim_end_matches(" the").trim_end();
            words.iter().any(|w| {
                before.strip_suffix(w.as_str()).is_some_and(|rest| {
                    !w.is_ascii() || !rest.ends_with(|c: char| c.is_ascii_alphanumeric())
                })
            })
        };
        found
            .into_iter()
            .map(|(start, end, what)| Subject {
                start,
                end,
                what,
                governed: led_by(start, &self.governed_by),
                agent: led_by(start, &self.agents),
            })
            .collect()
    }

    fn is_denied(&self, text: &str, hit: &Hit) -> bool {
        let clause = clause_before(text, hit.start);
        let before = self.denials.iter().any(|word| {
            if word.is_ascii() {
                return latin_word(clause, word);
            }
            let Some(at) = clause.rfind(word.as_str()) else {
                return false;
            };
            let between = clause.get(at + word.len()..).unwrap_or("").trim();
            if word.chars().count() > 1 {
                return between.chars().count() <= NEAR;
            }
            between.is_empty() || self.denial_fillers.iter().any(|f| f == between)
        });
        before || self.is_none(text.get(hit.end..).unwrap_or(""))
    }

    /// `不合格项：无`, `Failed items: none`.
    fn is_none(&self, after: &str) -> bool {
        let Some((head, rest)) = after.split_once(':') else {
            return false;
        };
        let rest = rest.trim();
        let rest = rest.trim_end_matches(['.', '。', ';', ',']);
        head.chars().count() <= 12
            && !head.contains(CLAUSE_ENDS)
            && self.nothing.iter().any(|n| n == rest)
    }

    /// Whether the sentence speaks of a case: in the clause itself, or at the head of one before.
    fn is_conditional(&self, text: &str, hit: &Hit) -> bool {
        let mut at = 0;
        for clause in text.split(CLAUSE_ENDS) {
            let end = at + clause.len();
            let own = at <= hit.start && hit.start <= end;
            if own {
                return self.conditions.spans(clause).iter().any(|(s, e, _)| {
                    // The word itself is no condition of its own.
                    at + e <= hit.start || at + s >= hit.end
                });
            }
            let head: String = clause.chars().take(24).collect();
            if self.conditions.first(&head).is_some() && end < hit.start {
                return true;
            }
            at = end
                + text
                    .get(end..)
                    .and_then(|t| t.chars().next())
                    .map_or(1, char::len_utf8);
        }
        false
    }

    /// A pass beside an exception or a condition is a qualified one.
    fn qualify(&self, text: &str, said: &mut [(Hit, About, bool)]) {
        let is = |s: &(Hit, About, bool), status| s.0.status == status;
        let mut qualified =
            said.iter().any(|s| is(s, Status::Qualified)) || self.qualifiers.first(text).is_some();
        qualified |= outermost(&self.exceptions, text)
            .iter()
            .any(|(_, _, owner)| *owner == 0);
        if !qualified {
            return;
        }
        for one in said.iter_mut() {
            if is(one, Status::Passed) {
                one.0.status = Status::Qualified;
            }
        }
    }
}
