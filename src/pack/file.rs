//! The pack as it is written in YAML. These types are the format: the JSON Schema, the errors with
//! their places and the page of `rules/README.md` are made from them.

use crate::check::{FieldPath, Parameter, Require, SubjectKind};
use crate::model::{Confidence, OutcomeKind, Say, Severity};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A rule pack: what a lane (or every shipment) must fulfil, and on what ground.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackFile {
    /// The name by which commands and reports call it, such as `infant-gb31701`.
    #[schemars(extend("pattern" = "^[a-z0-9]+(-[a-z0-9]+)*$", "examples" = ["infant-gb31701"]))]
    pub id: String,
    #[schemars(length(min = 1))]
    pub version: String,
    pub title: Say,
    /// Who runs the lane.
    #[serde(default)]
    pub authority: Option<Say>,
    /// First and last day of the lane; both belong to it.
    #[serde(default)]
    pub in_force: Option<InForce>,
    /// The day somebody last compared the pack with the notices.
    #[schemars(extend("format" = "date"))]
    pub reviewed: String,
    /// Days after `reviewed` from which every report warns.
    pub stale_after_days: u32,
    /// The notices and standards the rules rest on.
    #[serde(default)]
    pub sources: Vec<SourceEntry>,
    /// What a user may replace without touching a rule.
    #[serde(default)]
    pub parameters: IndexMap<String, Parameter>,
    /// Which declared lines the lane selects. A pack without it is no lane: its rules hold for
    /// every shipment.
    #[serde(default)]
    pub applies_to: Option<AppliesTo>,
    /// The standard whose reports are preferred where a model stands in several.
    #[serde(default)]
    pub relies_on: Option<ReliesOn>,
    /// Judged by `audit` on reports alone, never by `check`.
    #[serde(default)]
    pub reports_only: bool,
    /// A shipment that passes every rule; cases say how theirs differs from it.
    #[serde(default)]
    pub example: Option<Example>,
    pub rules: Vec<RuleEntry>,
    /// Rules that hold no longer; their ids are not used again.
    #[serde(default)]
    pub withdrawn: Vec<Tombstone>,
}

/// What another pack is changed by: only what differs from it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverlayFile {
    /// The pack that is changed.
    #[schemars(length(min = 1))]
    pub extends: String,
    /// With an id of its own the overlay is a pack beside the one it extends; without, that pack
    /// itself is changed.
    #[serde(default)]
    #[schemars(extend("pattern" = "^[a-z0-9]+(-[a-z0-9]+)*$", "examples" = ["infant-gb31701"]))]
    pub id: Option<String>,
    #[serde(default)]
    pub version: Option<String>,
    #[serde(default)]
    pub title: Option<Say>,
    #[serde(default)]
    pub authority: Option<Say>,
    #[serde(default)]
    pub in_force: Option<InForce>,
    #[serde(default)]
    #[schemars(extend("format" = "date"))]
    pub reviewed: Option<String>,
    #[serde(default)]
    pub stale_after_days: Option<u32>,
    /// Sources to add; one of the same id is replaced.
    #[serde(default)]
    pub sources: Vec<SourceEntry>,
    /// Parameters to replace or add.
    #[serde(default)]
    pub parameters: IndexMap<String, Parameter>,
    #[serde(default)]
    pub applies_to: Option<AppliesTo>,
    #[serde(default)]
    pub relies_on: Option<ReliesOn>,
    #[serde(default)]
    pub example: Option<Example>,
    /// Rules to add whole, or the keys of a rule to replace.
    #[serde(default)]
    pub rules: Vec<RuleChange>,
    #[serde(default)]
    pub withdrawn: Vec<Tombstone>,
}

/// First and last day, both inclusive, as days in China.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InForce {
    #[schemars(extend("format" = "date"))]
    pub from: String,
    #[serde(default)]
    #[schemars(extend("format" = "date"))]
    pub until: Option<String>,
}

/// A notice or standard.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceEntry {
    pub id: String,
    pub title: String,
    pub issuer: String,
    #[schemars(extend("format" = "date"))]
    pub date: String,
    pub kind: SourceKind,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// The authority's own words.
    Official,
    /// An account of them by somebody else.
    Secondary,
    /// A public standard or form.
    Standard,
}

impl SourceKind {
    pub fn as_str(self) -> &'static str {
        match self {
            SourceKind::Official => "official",
            SourceKind::Secondary => "secondary",
            SourceKind::Standard => "standard",
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppliesTo {
    /// The parameter of goods whose codes or words select a line.
    pub goods: String,
    /// Lines whose code stands in the user's pilot list are selected too.
    #[serde(default)]
    pub pilot_list: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReliesOn {
    /// The parameter that names the standard.
    pub standard: String,
    /// The parameter that names its edition.
    pub edition: String,
}

/// A rule: what must hold, of what, and why.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    #[schemars(extend("pattern" = "^[a-z0-9-]+/[a-z0-9-]+$", "examples" = ["infant/edition"]))]
    pub id: String,
    /// What must hold, as a sentence.
    pub title: Say,
    pub severity: Severity,
    /// The subject it judges.
    #[serde(rename = "for")]
    pub subject: SubjectKind,
    /// Exactly one check.
    pub require: Require,
    /// The fields it rests on: where a paper says one of them in two ways, it is undecided.
    #[serde(default)]
    pub needs: Vec<FieldPath>,
    /// How much it weighs when it cannot be decided (default: as much as a failure).
    #[serde(default)]
    pub if_unknown: Option<Severity>,
    /// The finding's message; `{what}` is the check's own sentence.
    pub message: Say,
    /// The same when it could not be decided.
    #[serde(default)]
    pub unknown: Option<Say>,
    /// What to do.
    pub fix: Say,
    pub basis: BasisEntry,
    /// Shipments that show the rule at work: at least one passes, one fails.
    #[serde(default)]
    pub cases: Vec<CaseEntry>,
}

/// A new rule whole, or the keys of a known rule that are replaced.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleChange {
    #[schemars(extend("pattern" = "^[a-z0-9-]+/[a-z0-9-]+$", "examples" = ["infant/edition"]))]
    pub id: String,
    #[serde(default)]
    pub title: Option<Say>,
    #[serde(default)]
    pub severity: Option<Severity>,
    #[serde(default, rename = "for")]
    pub subject: Option<SubjectKind>,
    #[serde(default)]
    pub require: Option<Require>,
    #[serde(default)]
    pub needs: Option<Vec<FieldPath>>,
    #[serde(default)]
    pub if_unknown: Option<Severity>,
    #[serde(default)]
    pub message: Option<Say>,
    #[serde(default)]
    pub unknown: Option<Say>,
    #[serde(default)]
    pub fix: Option<Say>,
    #[serde(default)]
    pub basis: Option<BasisEntry>,
    #[serde(default)]
    pub cases: Option<Vec<CaseEntry>>,
}

/// The sentence a rule rests on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BasisEntry {
    /// The id of a source.
    pub source: String,
    /// Its words.
    #[schemars(length(min = 1))]
    pub words: String,
    pub confidence: Confidence,
}

/// A rule that holds no longer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tombstone {
    pub id: String,
    /// The first day it holds no longer.
    #[schemars(extend("format" = "date"))]
    pub since: String,
    pub why: Say,
}

/// The shipment the cases start from.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The day it is judged (default: the day of the pack's review).
    #[serde(default)]
    #[schemars(extend("format" = "date"))]
    pub as_of: Option<String>,
    /// Its documents, typed as in a transcript: `kind`, fields, and rows as a list.
    pub documents: Vec<Map<String, Value>>,
}

/// One shipment and what a rule must say of it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseEntry {
    /// The rule's worst outcome over its subjects.
    pub expect: OutcomeKind,
    /// What the case shows, where it is not plain.
    #[serde(default)]
    pub name: Option<String>,
    /// Values of the example that are replaced: `lab-report.standard`, `declaration.lines.1.model`
    /// (rows count from 1; `lab-report#2` is the second of its kind). Nothing takes a value away.
    #[serde(default)]
    pub with: IndexMap<String, Value>,
    /// Kinds of documents, or values, that are left out.
    #[serde(default)]
    pub without: Vec<String>,
    /// Further documents.
    #[serde(default)]
    pub documents: Vec<Map<String, Value>>,
    /// Judged as of this day.
    #[serde(default)]
    #[schemars(extend("format" = "date"))]
    pub as_of: Option<String>,
    /// Parameters of the pack that are replaced.
    #[serde(default)]
    pub parameters: IndexMap<String, Parameter>,
}

impl CaseEntry {
    /// The example without some of its documents.
    pub fn of_example(without: Vec<String>) -> CaseEntry {
        CaseEntry {
            expect: OutcomeKind::Pass,
            name: None,
            with: IndexMap::new(),
            without,
            documents: Vec::new(),
            as_of: None,
            parameters: IndexMap::new(),
        }
    }
}
