//! What `greenlane.report/1` looks like; its JSON Schema is made from these types.

use crate::model::{
    Confidence, Grade, Level, NumberedCartons, OutcomeKind, Role, Severity, Verdict,
};
use schemars::JsonSchema;
use serde::Serialize;

/// `2026-06-01`.
pub const DAY: &str = r"^\d{4}-\d{2}-\d{2}$";

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Report")]
pub struct Out<'a> {
    #[schemars(extend("const" = super::SCHEMA))]
    pub schema: &'static str,
    pub tool: Tool,
    /// The day it was judged for.
    #[schemars(regex(pattern = DAY))]
    pub as_of: &'a str,
    /// 0 eligible, 1 mismatch, 3 undecided. (2 could not run: then there is no report.)
    #[schemars(extend("enum" = [0, 1, 3]))]
    pub exit_code: u8,
    /// The configuration used, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<&'a str>,
    pub packs: Vec<Pack<'a>>,
    pub shipments: Vec<Shipment<'a>>,
    /// Of no single shipment.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingOut<'a>>,
    /// Rules that judged nothing although their pack was judged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub idle: Vec<IdleOut<'a>>,
    /// Of no single shipment.
    pub problems: Vec<ProblemOut<'a>>,
    pub tally: RunTally,
    pub notice: &'static str,
}

#[derive(Serialize, JsonSchema)]
pub struct Tool {
    pub name: &'static str,
    pub version: &'static str,
}

impl Tool {
    pub fn this() -> Tool {
        Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

#[derive(Serialize, JsonSchema)]
pub struct Pack<'a> {
    pub id: &'a str,
    pub version: &'a str,
    #[schemars(regex(pattern = "^sha256:[0-9a-f]{64}$"))]
    pub digest: &'a str,
    /// Nobody compared it with the notices for too long.
    pub stale: bool,
    /// Files that changed it.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub changed_by: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeOut<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Change")]
pub struct ChangeOut<'a> {
    pub what: &'a str,
    pub by: &'a str,
    #[schemars(range(min = 1))]
    pub line: usize,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Idle")]
pub struct IdleOut<'a> {
    pub lane: &'a str,
    pub rules: &'a [String],
}

#[derive(Serialize, JsonSchema)]
pub struct Shipment<'a> {
    pub id: &'a str,
    pub verdict: Verdict,
    pub documents: Vec<DocumentOut<'a>>,
    pub lanes: Vec<Lane<'a>>,
    pub findings: Vec<FindingOut<'a>>,
    pub problems: Vec<ProblemOut<'a>>,
    pub tally: TallyOut,
    /// In JSON lines: what `greenlane across` compares with other shipments, in its own form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cartons: Option<&'a NumberedCartons>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Document")]
pub struct DocumentOut<'a> {
    /// What places and problems call it.
    #[schemars(regex(pattern = "^d[1-9][0-9]*$"))]
    pub id: String,
    /// As given, with `/`.
    pub path: &'a str,
    /// The sheet, or which of several papers in a file.
    pub part: Option<&'a str>,
    /// None where it is of no kind that is known.
    pub kind: Option<&'a str>,
    /// Why it is of that kind.
    pub why: &'a str,
    pub format: &'a str,
    pub encoding: Option<&'a str>,
    /// Empty where the file could not be opened.
    #[schemars(regex(pattern = "^([0-9a-f]{64})?$"))]
    pub sha256: &'a str,
    pub rows: usize,
    /// It was read whole.
    pub whole: bool,
}

#[derive(Serialize, JsonSchema)]
pub struct Lane<'a> {
    /// The id of its pack.
    pub lane: &'a str,
    pub verdict: Verdict,
    pub lines: Vec<Line<'a>>,
    /// How a mixed batch can be parted.
    pub split: Option<SplitOut<'a>>,
}

#[derive(Serialize, JsonSchema)]
pub struct Line<'a> {
    /// Its item number, else its row number.
    pub line: &'a str,
    pub verdict: Verdict,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Split")]
pub struct SplitOut<'a> {
    /// The smallest set of lines without which the rest is of the lane only.
    pub take_out: &'a [String],
    /// What the rest is then.
    pub then: Verdict,
    /// The lines that are eligible then.
    pub eligible: &'a [String],
    /// Rules that then still fail or are open for all lines.
    pub needs: &'a [String],
    /// Lines that stay and are not eligible by themselves.
    pub remaining: Vec<NeedOut<'a>>,
    /// What to take out besides, instead of mending those lines.
    pub also_take_out: &'a [String],
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Need")]
pub struct NeedOut<'a> {
    pub line: &'a str,
    pub verdict: Verdict,
    pub needs: &'a [String],
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
pub struct FindingOut<'a> {
    pub rule: &'a str,
    pub lane: &'a str,
    pub outcome: OutcomeKind,
    pub severity: Severity,
    /// `shipment`, `line 3`, `model KD-200A`, `report SHT-1` …
    pub subject: &'a str,
    /// What a waiver may name it by.
    pub fingerprint: &'a str,
    pub message: &'a str,
    pub expected: Option<&'a str>,
    pub found: Option<&'a str>,
    /// How close what was found is to what was expected.
    pub grade: Option<Grade>,
    /// Why it came to be, by a name that stays: `near-look-alike`, `absent`, `not-supplied` …
    pub reason: &'static str,
    /// Why two spellings differ.
    pub difference: Option<&'a str>,
    pub nearest: Option<&'a str>,
    /// The way to mend it.
    pub fix: &'a str,
    pub basis: BasisOut<'a>,
    pub waived: Option<WaivedOut<'a>>,
    /// The lane is not in force yet; it begins on this day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = DAY))]
    pub upcoming: Option<&'a str>,
    /// Findings that one cell explains share it, within their shipment.
    #[schemars(regex(pattern = "^c[1-9][0-9]*$"))]
    pub cause: Option<String>,
    /// The baseline has it: it is not new.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub known: bool,
    pub places: Vec<PlaceOut<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Basis")]
pub struct BasisOut<'a> {
    pub source: &'a str,
    /// The sentence the rule rests on.
    pub words: &'a str,
    pub confidence: Confidence,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Waived")]
pub struct WaivedOut<'a> {
    pub reason: &'a str,
    pub who: &'a str,
    /// The last day it holds.
    #[schemars(regex(pattern = DAY))]
    pub until: &'a str,
    pub file: &'a str,
    #[schemars(range(min = 1))]
    pub line: usize,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Place")]
pub struct PlaceOut<'a> {
    pub role: Role,
    /// None where it is in no document of the shipment.
    #[schemars(regex(pattern = "^d[1-9][0-9]*$"))]
    pub document: Option<String>,
    /// The place as a person would say it; empty for a document as a whole.
    pub at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<&'a str>,
    /// In A1 form.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[A-Z]+[1-9][0-9]*$"))]
    pub cell: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub page: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub line: Option<u32>,
    /// RFC 6901 in JSON and YAML, `/a/b[3]` in XML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<&'a str>,
    /// Where it is not the body of a written document: `header`, `footer`, `note`, `text box`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub story: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub paragraph: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub table: Option<u32>,
    /// What stands beside or above it on a printed page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near: Option<&'a str>,
    /// The text as it stands there; empty for what is absent.
    pub raw: &'a str,
    /// The text as it was compared.
    pub clean: &'a str,
    /// What leads from `raw` to `clean`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<&'a str>,
    /// Typed by a person from a scan.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub transcribed: bool,
    /// Read by a program from a picture.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pictured: bool,
    /// How probable the least probable of its characters is, where the program said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub probability: Option<f64>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemOut<'a> {
    pub code: &'a str,
    pub level: Level,
    #[schemars(regex(pattern = "^d[1-9][0-9]*$"))]
    pub document: Option<String>,
    pub path: &'a str,
    pub at: String,
    pub message: &'a str,
    pub hint: &'a str,
}

/// Outcomes of rules on subjects, counted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Tally")]
pub struct TallyOut {
    pub pass: usize,
    pub fail: usize,
    pub unknown: usize,
    pub note: usize,
    pub not_applicable: usize,
    pub waived: usize,
}

/// Shipments by verdict.
#[derive(Default, Serialize, JsonSchema)]
pub struct RunTally {
    pub shipments: usize,
    pub eligible: usize,
    pub not_eligible: usize,
    pub undecided: usize,
    pub not_applicable: usize,
}

impl RunTally {
    /// Counts a shipment; with -1 takes it back.
    pub fn count(&mut self, verdict: Verdict, step: isize) {
        let own = match verdict {
            Verdict::Eligible => &mut self.eligible,
            Verdict::NotEligible => &mut self.not_eligible,
            Verdict::Undecided => &mut self.undecided,
            Verdict::NotApplicable => &mut self.not_applicable,
        };
        for counter in [own, &mut self.shipments] {
            *counter = counter.saturating_add_signed(step);
        }
    }
}
