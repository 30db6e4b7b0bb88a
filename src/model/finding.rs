//! What is said of a shipment: findings, verdicts, tallies, the whole report.

use std::sync::Arc;

use super::{DocumentInfo, Drawn, NumberedCartons, Place, Problem, Say, UNCONFIRMED};

#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Note,
    Warning,
    Blocker,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Blocker => "blocker",
        }
    }
}

/// The outcome of a rule on a subject, as reports name it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeKind {
    Pass,
    Fail,
    Unknown,
    Note,
    NotApplicable,
}

impl OutcomeKind {
    pub fn as_str(self) -> &'static str {
        match self {
            OutcomeKind::Pass => "pass",
            OutcomeKind::Fail => "fail",
            OutcomeKind::Unknown => "unknown",
            OutcomeKind::Note => "note",
            OutcomeKind::NotApplicable => "not-applicable",
        }
    }
}

/// How close two spellings are. Only `Identical` passes an exact rule.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    Identical,
    CleanUp,
    Alias,
    Near,
    Different,
}

impl Grade {
    pub fn as_str(self) -> &'static str {
        match self {
            Grade::Identical => "identical",
            Grade::CleanUp => "clean-up",
            Grade::Alias => "alias",
            Grade::Near => "near",
            Grade::Different => "different",
        }
    }
}

/// How well the ground of a rule is known.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A notice says it (second-hand: the notices are press accounts).
    Reported,
    /// A public standard says it.
    Standard,
    /// Our reading: never a blocker.
    Inferred,
}

impl Confidence {
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Reported => "reported",
            Confidence::Standard => "standard",
            Confidence::Inferred => "inferred",
        }
    }
}

/// The sentence a rule rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    pub source: String,
    pub words: String,
    pub confidence: Confidence,
}

#[derive(Clone, Debug)]
pub struct Finding {
    pub rule: String,
    pub lane: String,
    pub outcome: OutcomeKind,
    pub severity: Severity,
    pub subject: String,
    pub message: Say,
    pub expected: Option<String>,
    pub found: Option<String>,
    pub grade: Option<Grade>,
    /// Why it came to be, by a name that stays: `near-look-alike`, `absent`, `not-supplied` …
    pub reason_id: &'static str,
    /// Why two spellings differ, in one line.
    pub reason: Option<Say>,
    pub nearest: Option<String>,
    pub fix: Say,
    pub basis: Basis,
    pub places: Vec<Place>,
    /// Declared lines (by index) it counts for; empty means all.
    pub lines: Vec<u32>,
    pub fingerprint: String,
    /// Of a pack that is no lane: it counts for every lane.
    pub common: bool,
    /// Somebody answers for it: it decides nothing.
    pub waived: Option<Arc<Waived>>,
    /// The first day of the lane, where it is not in force yet.
    pub upcoming: Option<String>,
    /// Findings that one cell explains share a number.
    pub cause: Option<u32>,
    /// An earlier report, taken as the baseline, has it: it is not new.
    pub known: bool,
}

impl Finding {
    /// Nobody answers for it.
    pub fn weighs(&self) -> bool {
        self.waived.is_none()
    }

    /// It is undecided only because nobody has confirmed what was read from a picture.
    pub fn awaits_confirmation(&self) -> bool {
        UNCONFIRMED.contains(&self.reason_id)
    }

    /// It is a blocker that failed or could not be decided, and nobody answers for it.
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Blocker
            && self.weighs()
            && matches!(self.outcome, OutcomeKind::Fail | OutcomeKind::Unknown)
    }
}

/// By whom, why and how long a finding is waived, and where that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    pub reason: String,
    pub who: String,
    /// The last day it holds.
    pub until: String,
    pub file: String,
    pub line: usize,
}

#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    NotApplicable,
    Eligible,
    Undecided,
    NotEligible,
}

impl Verdict {
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::NotApplicable => "not-applicable",
            Verdict::Eligible => "eligible",
            Verdict::Undecided => "undecided",
            Verdict::NotEligible => "not-eligible",
        }
    }
}

/// The verdict of one declared line in one lane.
#[derive(Clone, Debug)]
pub struct LineVerdict {
    pub line: String,
    pub verdict: Verdict,
}

/// Which lines to take out of a mixed batch, and what the rest then is.
#[derive(Clone, Debug)]
pub struct Split {
    /// The smallest set of lines without which the rest is of the lane only, cartons kept whole.
    pub take_out: Vec<String>,
    /// What the rest is then.
    pub then: Verdict,
    /// The lines that are eligible then.
    pub eligible: Vec<String>,
    /// Rules that then still fail or are open for all lines.
    pub needs: Vec<String>,
    /// Lines that stay and are not eligible by themselves.
    pub remaining: Vec<LineNeed>,
    /// What to take out besides, instead of mending those lines: then the rest is eligible.
    pub also_take_out: Vec<String>,
}

/// What a line still needs.
#[derive(Clone, Debug)]
pub struct LineNeed {
    pub line: String,
    pub verdict: Verdict,
    pub needs: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct LaneReport {
    pub lane: String,
    pub title: Say,
    pub verdict: Verdict,
    pub lines: Vec<LineVerdict>,
    pub split: Option<Split>,
}

/// Outcomes counted, by subject and rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub pass: usize,
    pub fail: usize,
    pub unknown: usize,
    pub note: usize,
    pub not_applicable: usize,
    pub waived: usize,
}

impl Tally {
    pub fn count(&mut self, outcome: OutcomeKind) {
        match outcome {
            OutcomeKind::Pass => self.pass += 1,
            OutcomeKind::Fail => self.fail += 1,
            OutcomeKind::Unknown => self.unknown += 1,
            OutcomeKind::Note => self.note += 1,
            OutcomeKind::NotApplicable => self.not_applicable += 1,
        }
    }
}

/// One shipment, judged.
#[derive(Clone, Debug)]
pub struct ShipmentReport {
    pub id: String,
    pub verdict: Verdict,
    /// The documents of its folder; places name them by position.
    pub documents: Arc<[DocumentInfo]>,
    /// The same documents as they are drawn, where that was asked for.
    pub drawn: Arc<[Drawn]>,
    pub lanes: Vec<LaneReport>,
    pub findings: Vec<Finding>,
    /// What passed and what did not apply, where it was asked for.
    pub passed: Vec<Finding>,
    pub problems: Vec<Problem>,
    pub tally: Tally,
    /// Rules that found nothing to judge in it: numbers of pack and rule.
    pub idle: Vec<(u16, u16)>,
    /// What is still to be compared with the other shipments of the run.
    pub cartons: NumberedCartons,
}

impl ShipmentReport {
    /// A shipment of which nothing is said but its verdict.
    pub fn bare(id: String, verdict: Verdict) -> ShipmentReport {
        ShipmentReport {
            id,
            verdict,
            documents: Default::default(),
            drawn: Default::default(),
            lanes: Vec::new(),
            findings: Vec::new(),
            passed: Vec::new(),
            problems: Vec::new(),
            tally: Tally::default(),
            idle: Vec::new(),
            cartons: NumberedCartons::default(),
        }
    }
}

/// Rules of a pack that found nothing to judge in a whole run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idle {
    pub lane: String,
    pub rules: Vec<String>,
}

/// What a report says of a pack that was applied.
#[derive(Clone, Debug)]
pub struct PackInfo {
    pub id: String,
    pub version: String,
    pub digest: String,
    pub stale: bool,
    /// Files that changed it.
    pub changed_by: Vec<String>,
    /// What they changed.
    pub changes: Vec<PackChange>,
}

/// A value of a pack another file replaced or added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackChange {
    /// `edition`, `infant/report-current: severity`, `infant/new` …
    pub what: String,
    pub by: String,
    pub line: usize,
}

/// Everything a run found.
#[derive(Debug)]
pub struct Report {
    pub as_of: String,
    /// The configuration used; empty for none.
    pub configuration: String,
    /// Its shipments are reports that were audited.
    pub of_reports: bool,
    pub packs: Vec<PackInfo>,
    /// Findings of no single shipment: waivers that have expired or met nothing.
    pub findings: Vec<Finding>,
    pub idle: Vec<Idle>,
    pub shipments: Vec<ShipmentReport>,
    /// Problems of no single shipment: a path that could not be opened, a file passed over.
    pub problems: Vec<Problem>,
    pub exit_code: u8,
}
