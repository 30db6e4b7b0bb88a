//! What a folder of reports covers: by SKU family and lane, which report, until when, what is missing.

use super::{Problem, Say};

/// How a model (or a whole family) stands in a lane; from good to bad.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Hold {
    Covered,
    /// Covered, and lapsing within the days asked for.
    Lapsing,
    /// A report is there; whether it counts cannot be told.
    Undecided,
    /// Older than the lane's parameter allows.
    Lapsed,
    /// Replaced by a report that does not name the model, or is not there to be judged.
    Replaced,
    /// A report is there and does not satisfy the lane.
    NotCovered,
    Missing,
}

impl Hold {
    pub fn as_str(self) -> &'static str {
        match self {
            Hold::Covered => "covered",
            Hold::Lapsing => "lapsing",
            Hold::Undecided => "undecided",
            Hold::Lapsed => "lapsed",
            Hold::Replaced => "replaced",
            Hold::NotCovered => "not-covered",
            Hold::Missing => "missing",
        }
    }

    /// Something asked for is not there.
    pub fn lacks(self) -> bool {
        self >= Hold::Lapsed
    }
}

/// A report as the inventory holds it.
#[derive(Clone, Debug)]
pub struct Held {
    pub number: String,
    /// The lane's standard as the report names it.
    pub edition: String,
    pub lab: String,
    pub cnas: String,
    pub issued: Option<String>,
    /// The last day by the lane's greatest age; none where no age is set.
    pub until: Option<String>,
    pub days_left: Option<i64>,
    pub replaced_by: Option<String>,
    pub path: String,
    pub at: String,
}

/// A model of a family, and the report that speaks for it.
#[derive(Clone, Debug)]
pub struct HeldModel {
    pub model: String,
    pub hold: Hold,
    pub report: Option<Held>,
    /// Why the report does not count: rule and message.
    pub reasons: Vec<(String, Say)>,
    /// A spelling some report has, where this one stands in none.
    pub nearest: Option<String>,
}

/// A SKU family in a lane.
#[derive(Clone, Debug)]
pub struct HeldFamily {
    pub family: String,
    /// None where nothing says which lane the family is for.
    pub lane: Option<String>,
    pub title: Say,
    pub hold: Hold,
    pub models: Vec<HeldModel>,
}

#[derive(Debug)]
pub struct Inventory {
    pub as_of: String,
    pub within_days: i64,
    pub families: Vec<HeldFamily>,
    /// Models reports name that no family takes.
    pub in_no_family: Vec<String>,
    pub problems: Vec<Problem>,
    pub exit_code: u8,
}
