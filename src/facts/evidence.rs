//! Outcomes and the evidence they rest on.

use crate::link::{Group, Report, Value};
use crate::model::{FieldId, Grade, Role, Say};

/// What a rule's outcome on a subject is.
#[derive(Debug)]
pub enum Outcome {
    NotApplicable,
    /// Passed when no detail says otherwise.
    Judged(Vec<Detail>),
}

impl Outcome {
    pub fn pass() -> Outcome {
        Outcome::Judged(Vec::new())
    }

    pub fn one(detail: Detail) -> Outcome {
        Outcome::Judged(vec![detail])
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

/// One end of a finding.
#[derive(Clone, Copy, Debug)]
pub enum Evidence {
    Value(Role, Value),
    /// A document as a whole: something is absent from it.
    Document(Role, u32),
}

impl Evidence {
    /// The value, where it is one.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Evidence::Value(_, value) => Some(value),
            Evidence::Document(..) => None,
        }
    }
}

/// One thing that is wrong or cannot be decided. It cannot be made without its evidence.
#[derive(Debug)]
pub struct Detail {
    pub weight: Weight,
    /// What exactly was found to be the case, in a full sentence.
    pub what: Say,
    /// Overrides the subject's own name: `item small-parts of report SHT-1`.
    pub subject: Option<String>,
    pub found: Option<String>,
    pub expected: Option<String>,
    pub grade: Option<Grade>,
    pub reason: Option<Say>,
    pub nearest: Option<String>,
    /// A fix that is surer than the rule's general one.
    pub fix: Option<Say>,
    pub evidence: Vec<Evidence>,
    /// Undecided for another reason than that something was not supplied: it weighs as a failure.
    pub full: bool,
    /// The lines it counts for; empty: those of its subject.
    pub lines: Vec<u32>,
}

impl Detail {
    fn new(weight: Weight, what: Say, evidence: Evidence) -> Detail {
        Detail {
            weight,
            what,
            subject: None,
            found: None,
            expected: None,
            grade: None,
            reason: None,
            nearest: None,
            fix: None,
            evidence: vec![evidence],
            full: false,
            lines: Vec::new(),
        }
    }

    /// A failure at a value.
    pub fn fail(what: Say, at: Value) -> Detail {
        Detail::new(Weight::Fail, what, Evidence::Value(Role::Primary, at))
    }

    /// A failure of a document that lacks something.
    pub fn absent(what: Say, document: u32) -> Detail {
        Detail::new(
            Weight::Fail,
            what,
            Evidence::Document(Role::Primary, document),
        )
    }

    /// Undecided, at a value.
    pub fn unknown(what: Say, at: Value) -> Detail {
        Detail::new(Weight::Unknown, what, Evidence::Value(Role::Primary, at))
    }

    /// Something to know, at a value.
    pub fn note(what: Say, at: Value) -> Detail {
        Detail::new(Weight::Note, what, Evidence::Value(Role::Primary, at))
    }

    /// Undecided, for something a document (or the shipment it declares) does not say.
    pub fn unstated(what: Say, document: u32) -> Detail {
        Detail::new(
            Weight::Unknown,
            what,
            Evidence::Document(Role::Primary, document),
        )
    }

    /// Undecided, with no document at all to point to.
    pub fn nothing_there(what: Say) -> Detail {
        Detail {
            evidence: Vec::new(),
            ..Detail::new(Weight::Unknown, what, Evidence::Document(Role::Primary, 0))
        }
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

    pub fn fix(mut self, fix: Say) -> Detail {
        self.fix = Some(fix);
        self
    }

    pub fn related(mut self, value: Value) -> Detail {
        self.evidence.push(Evidence::Value(Role::Related, value));
        self
    }

    pub fn related_document(mut self, document: u32) -> Detail {
        self.evidence
            .push(Evidence::Document(Role::Related, document));
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

    /// Undecided instead of failed where a file was not read whole: it may stand there.
    pub fn unless_unread(mut self, group: &Group<'_>) -> Detail {
        if let (Weight::Fail, Some(problem)) = (self.weight, group.unread.first()) {
            self.weight = Weight::Unknown;
            let path = &problem.path;
            self.what = Say::new(
                format!(
                    "{} It may stand in {path}, which could not be read.",
                    self.what.en
                ),
                format!("{}也可能在未能读取的 {path} 中。", self.what.zh),
            );
        }
        self
    }

    /// Undecided instead of failed: it may stand in the report this one adds to.
    pub fn without_base(mut self) -> Detail {
        self.weight = Weight::Unknown;
        self.what = Say::new(
            format!("{} The report it adds to is not there.", self.what.en),
            format!("{}未提供其补充的原报告。", self.what.zh),
        );
        self
    }

    /// Undecided instead of failed: whether it is required depends on what the goods are.
    pub fn if_required(mut self, topic: &Say) -> Detail {
        self.weight = Weight::Unknown;
        self.what = Say::new(
            format!(
                "{} Whether {} is required depends on the goods, which the sample's name does not say.",
                self.what.en, topic.en
            ),
            format!(
                "{}是否要求“{}”取决于产品种类，样品名称看不出来。",
                self.what.zh, topic.zh
            ),
        );
        self
    }

    /// Undecided instead of failed where a heading or label of the document was not understood and
    /// may be one of the fields that are absent.
    pub fn unless_open(mut self, group: &Group<'_>, document: u32, fields: &[FieldId]) -> Detail {
        let open = group
            .document(document)
            .and_then(|d| d.may_stand_at(fields));
        let at = open.and_then(|cell| group.whole_cell(document, cell, *fields.first()?));
        if let (Weight::Fail, Some(at)) = (self.weight, at) {
            let text = group.raw(&at).trim();
            // The label, without the value behind it.
            let label = text.split([':', '：', '\n']).next().map(str::trim);
            let text = label.filter(|l| !l.is_empty()).unwrap_or(text);
            self.weight = Weight::Unknown;
            self.what = Say::new(
                format!(
                    "{} “{text}” was not understood and may be it.",
                    self.what.en
                ),
                format!("{}“{text}”未能识别，可能就是该项。", self.what.zh),
            );
            self.fix = Some(Say::new(
                format!(
                    "If “{text}” is it, name it under headings: in greenlane.yaml; else supply what is missing."
                ),
                format!(
                    "如“{text}”即为该项，请在 greenlane.yaml 的 headings: 中写明；否则请补写缺少的内容。"
                ),
            ));
            return self.related(at);
        }
        self
    }

    /// Undecided instead of failed where a report was not understood whole for some fields.
    pub fn if_understood(self, group: &Group<'_>, report: &Report, fields: &[FieldId]) -> Detail {
        let detail = self.if_whole(report.whole);
        detail.unless_open(group, report.source.document(), fields)
    }

    /// Undecided instead of failed where the document was read only in part.
    pub fn if_whole(mut self, whole: bool) -> Detail {
        if !whole && self.weight == Weight::Fail {
            self.weight = Weight::Unknown;
            self.what = Say::new(
                format!("{} The document was read only in part.", self.what.en),
                format!("{}该文件只读出一部分。", self.what.zh),
            );
        }
        self
    }
}
