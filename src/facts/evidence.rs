//! Outcomes and the evidence they rest on.

use super::why::{Why, why};
use crate::link::{Group, Line, Report, Value};
use crate::model::{FieldId, Grade, Role, Say};
use crate::normalize::compare::Compared;

/// What a rule's outcome on a subject is. A pass cannot be made without what it rests on, nor an
/// outcome of nothing without its reason.
#[derive(Debug)]
pub enum Outcome {
    /// There is nothing to judge, and why.
    Nothing(Why),
    /// Passed when no detail says otherwise.
    Judged { details: Vec<Detail>, on: At },
}

impl Outcome {
    /// There is nothing to judge.
    pub fn nothing(why: Why) -> Outcome {
        Outcome::Nothing(why)
    }

    /// Judged on what stands there; passed when there is no detail.
    pub fn judged(details: impl IntoIterator<Item = Detail>, on: impl Into<At>) -> Outcome {
        Outcome::Judged {
            details: details.into_iter().collect(),
            on: on.into(),
        }
    }

    /// Passed, by what stands there.
    pub fn pass(on: impl Into<At>) -> Outcome {
        Outcome::judged(None, on)
    }

    /// Not passed, for one thing.
    pub fn one(detail: Detail) -> Outcome {
        let on = detail.evidence.first().map_or(At::Folder, |e| e.at);
        Outcome::judged([detail], on)
    }

    /// The details; none where there is nothing to judge.
    pub fn details(self) -> Vec<Detail> {
        match self {
            Outcome::Nothing(_) => Vec::new(),
            Outcome::Judged { details, .. } => details,
        }
    }
}

/// How a detail counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Fail,
    Unknown,
    /// Something to know; it decides nothing.
    Note,
}

/// Where something stands, or should stand.
#[derive(Clone, Copy, Debug)]
pub enum At {
    Value(Value),
    /// A document as a whole: something is absent from it.
    Document(u32),
    /// The shipment's folder: no document of it could be the one.
    Folder,
}

impl At {
    /// The value, else the document as a whole.
    pub fn or(value: Option<Value>, document: u32) -> At {
        value.map_or(At::Document(document), At::Value)
    }
}

impl From<Value> for At {
    fn from(value: Value) -> At {
        At::Value(value)
    }
}

/// Its number where it states one.
impl From<&Report> for At {
    fn from(report: &Report) -> At {
        At::or(report.number, report.source.document())
    }
}

/// What names its goods.
impl From<&Line> for At {
    fn from(line: &Line) -> At {
        At::or(line.model.or(line.hs).or(line.quantity), line.document)
    }
}

impl From<&Value> for At {
    fn from(value: &Value) -> At {
        At::Value(*value)
    }
}

/// One end of a finding.
#[derive(Clone, Copy, Debug)]
pub struct Evidence {
    pub role: Role,
    pub at: At,
}

impl Evidence {
    /// The value, where it is one.
    pub fn value(&self) -> Option<&Value> {
        match &self.at {
            At::Value(value) => Some(value),
            At::Document(_) | At::Folder => None,
        }
    }
}

/// One thing that is wrong or cannot be decided. It cannot be made without its evidence.
#[derive(Debug)]
pub struct Detail {
    pub weight: Weight,
    /// What exactly was found to be the case.
    pub what: Why,
    /// Overrides the subject's own name: `item small-parts of report SHT-1`.
    pub subject: Option<String>,
    pub found: Option<String>,
    pub expected: Option<String>,
    pub grade: Option<Grade>,
    pub reason: Option<Say>,
    pub nearest: Option<String>,
    pub evidence: Vec<Evidence>,
    /// Undecided for another reason than that something was not supplied: it weighs as a failure.
    pub full: bool,
    /// The lines it counts for; empty: those of its subject.
    pub lines: Vec<u32>,
    /// A paper read from a picture: what was found in no paper may stand in it.
    pub may_stand_in: Option<u32>,
}

impl Detail {
    fn new(weight: Weight, what: Why, at: impl Into<At>) -> Detail {
        let (role, at) = (Role::Primary, at.into());
        Detail {
            weight,
            what,
            subject: None,
            found: None,
            expected: None,
            grade: None,
            reason: None,
            nearest: None,
            evidence: vec![Evidence { role, at }],
            full: false,
            lines: Vec::new(),
            may_stand_in: None,
        }
    }

    /// A failure.
    pub fn fail(what: Why, at: impl Into<At>) -> Detail {
        Detail::new(Weight::Fail, what, at)
    }

    /// Undecided.
    pub fn unknown(what: Why, at: impl Into<At>) -> Detail {
        Detail::new(Weight::Unknown, what, at)
    }

    /// Something to know.
    pub fn note(what: Why, at: impl Into<At>) -> Detail {
        Detail::new(Weight::Note, what, at)
    }

    pub fn subject(mut self, subject: impl Into<String>) -> Detail {
        self.subject = Some(subject.into());
        self
    }

    pub fn found(mut self, found: impl Into<String>) -> Detail {
        self.found = Some(found.into());
        self
    }

    pub fn expected(mut self, expected: impl Into<String>) -> Detail {
        self.expected = Some(expected.into());
        self
    }

    pub fn graded(mut self, grade: Grade, reason: Say) -> Detail {
        self.grade = Some(grade);
        self.reason = (!reason.is_empty()).then_some(reason);
        self
    }

    pub fn nearest(mut self, nearest: Option<String>) -> Detail {
        self.nearest = nearest;
        self
    }

    /// Held against a value: how close it is, why it differs, and what to write if it is but a slip.
    pub fn against(self, group: &Group<'_>, other: Value, compared: Compared) -> Detail {
        let text = group.raw(&other).trim();
        let near = (compared.grade < Grade::Different).then(|| text.to_string());
        let detail = self.expected(text).nearest(near).related(other);
        detail.graded(compared.grade, compared.reason)
    }

    pub fn related(mut self, at: impl Into<At>) -> Detail {
        self.show(at);
        self
    }

    /// One more place beside the first.
    pub fn show(&mut self, at: impl Into<At>) {
        let (role, at) = (Role::Related, at.into());
        self.evidence.push(Evidence { role, at });
    }

    /// With all these places beside the first.
    pub fn beside<A: Into<At>>(self, all: impl IntoIterator<Item = A>) -> Detail {
        all.into_iter().fold(self, Detail::related)
    }

    /// With a reason said besides.
    pub fn besides(mut self, why: Why) -> Detail {
        self.what = self.what.also(why);
        self
    }

    /// Undecided by what was supplied: weighs as a failure would, whatever the rule says of things
    /// that were not supplied.
    pub fn weighing_full(mut self) -> Detail {
        self.full = true;
        self
    }

    pub fn lines(mut self, lines: Vec<u32>) -> Detail {
        self.lines = lines;
        self
    }

    /// Undecided instead of failed, for this reason besides.
    fn undecided(mut self, why: Why) -> Detail {
        self.weight = Weight::Unknown;
        self.besides(why)
    }

    /// Undecided instead of failed where a file was not read whole: it may stand there, or in a
    /// paper of these kinds that was read from a picture.
    pub fn unless_unread(mut self, group: &Group<'_>, kinds: &[&str]) -> Detail {
        self.may_stand_in = group.pictured_of(kinds);
        match group.unread.first().filter(|_| self.weight == Weight::Fail) {
            Some(problem) => self.undecided(why!("may-be-unread"; path = problem.path)),
            None => self,
        }
    }

    /// Undecided instead of failed: a program may have missed it in a picture, or read it as
    /// something else.
    pub fn in_picture(self, group: &Group<'_>, document: u32) -> Detail {
        let paper = group.document(document);
        let (path, name) = paper.map_or(("", ""), |d| (d.path.as_str(), d.name()));
        let detail = self.undecided(why!("may-stand-in-picture"; path, name));
        detail.related(At::Document(document))
    }

    /// Undecided instead of failed: it may stand in the report this one adds to.
    pub fn without_base(self) -> Detail {
        self.undecided(why!("base-not-supplied"))
    }

    /// Undecided instead of failed: whether it is required depends on what the goods are.
    pub fn if_required(self, topic: &Say) -> Detail {
        self.undecided(why!("depends-on-goods"; item = topic))
    }

    /// Undecided instead of failed where a heading or label of the document was not understood and
    /// may be one of the fields that are absent.
    pub fn unless_open(self, group: &Group<'_>, document: u32, fields: &[FieldId]) -> Detail {
        let open = group
            .document(document)
            .and_then(|d| d.may_stand_at(fields));
        let at = open.and_then(|cell| group.whole_cell(document, cell, *fields.first()?));
        let Some(at) = at.filter(|_| self.weight == Weight::Fail) else {
            return self;
        };
        let text = group.raw(&at).trim();
        // The label, without the value behind it.
        let label = text.split([':', '：', '\n']).next().map(str::trim);
        let text = label.filter(|l| !l.is_empty()).unwrap_or(text);
        self.undecided(why!("label-not-understood"; text))
            .related(at)
    }

    /// Undecided instead of failed where a report was not understood whole for some fields.
    pub fn if_understood(self, group: &Group<'_>, report: &Report, fields: &[FieldId]) -> Detail {
        let document = report.source.document();
        let detail = match group.has_pictured(document) && self.weight == Weight::Fail {
            true => self.in_picture(group, document),
            false => self.if_whole(report.whole),
        };
        detail.unless_open(group, document, fields)
    }

    /// Undecided instead of failed where the document was read only in part.
    pub fn if_whole(self, whole: bool) -> Detail {
        match !whole && self.weight == Weight::Fail {
            true => self.undecided(why!("read-in-part")),
            false => self,
        }
    }
}
