//! Rule packs: YAML → compiled rules. A pack that is not in order is refused with file, line and
//! column; nothing is judged with half a pack.

mod cases;
mod compile;
mod file;
mod listed;
mod load;
mod overlay;
mod parameters;
mod proof;
mod rule;
mod values;

pub use cases::documents;
pub use file::{CaseEntry, Example, OverlayFile, PackFile, Tombstone};
pub use load::{Override, PackSource, load, override_pack};

use crate::check::{Check, FieldPath, Parameters, SubjectKind};
use crate::extract::ListKind;
use crate::facts::Wording;
use crate::model::{Basis, PackChange, PackInfo, Say, Severity};
use crate::read::{At, Written};
use jiff::civil::Date;
use std::sync::Arc;

/// A source a pack cites.
#[derive(Clone, Debug)]
pub struct Source {
    pub id: String,
    pub title: String,
    pub issuer: String,
    pub date: String,
    pub kind: String,
}

/// A compiled rule.
#[derive(Clone, Debug)]
pub struct Rule {
    pub id: String,
    pub title: Say,
    pub severity: Severity,
    /// How much an unknown weighs.
    pub unknown_severity: Severity,
    pub subject: SubjectKind,
    pub check: Check,
    /// The fields it rests on.
    pub needs: Vec<FieldPath>,
    /// Template of the finding's message when the rule fails.
    pub message: Say,
    /// The same when it cannot be decided.
    pub unknown: Say,
    pub fix: Say,
    pub basis: Basis,
    pub cases: Vec<Case>,
    pub at: At,
}

/// A case of a rule and where it is written.
#[derive(Clone, Debug)]
pub struct Case {
    pub entry: CaseEntry,
    pub at: At,
}

/// Which lines a lane selects, by parameters.
#[derive(Clone, Debug)]
pub struct AppliesTo {
    /// A parameter of goods.
    pub goods: String,
    /// Lines whose code stands in the user's pilot list are selected too.
    pub pilot_list: bool,
}

/// A compiled pack.
#[derive(Clone, Debug)]
pub struct Pack {
    pub id: String,
    pub version: String,
    pub title: Say,
    pub authority: Say,
    /// `None` for a pack that is no lane.
    pub applies_to: Option<AppliesTo>,
    /// The text parameters that name the standard and edition whose reports the lane relies on.
    pub relies_on: Option<(String, String)>,
    /// Judged on reports alone, by `audit`.
    pub reports_only: bool,
    pub from: Option<Date>,
    pub until: Option<Date>,
    pub reviewed: Date,
    pub stale_after_days: u32,
    pub sources: Vec<Source>,
    pub parameters: Parameters,
    /// From each day on from which some parameters change, all of them.
    pub later: Vec<(Date, Parameters)>,
    pub example: Option<Example>,
    pub rules: Vec<Rule>,
    pub withdrawn: Vec<Tombstone>,
    pub file: String,
    /// Of its files and of the lists it uses.
    pub digest: String,
    /// The kinds of lists it uses.
    pub lists: Vec<ListKind>,
    /// What other files replaced in it.
    pub changes: Vec<PackChange>,
    /// The pack as written, overlays laid over it.
    pub written: Written,
    /// What its findings say.
    pub wording: Arc<Wording>,
}

impl Pack {
    pub fn is_lane(&self) -> bool {
        self.applies_to.is_some()
    }

    /// Whether the pack was last reviewed too long ago.
    pub fn is_stale(&self, as_of: Date) -> bool {
        as_of
            .since(self.reviewed)
            .is_ok_and(|span| i64::from(span.get_days()) > i64::from(self.stale_after_days))
    }

    /// The parameters of a day.
    pub fn parameters_on(&self, day: Date) -> &Parameters {
        let epochs = self.later.iter().rev();
        let mut begun = epochs.filter(|(from, _)| *from <= day);
        begun.next().map_or(&self.parameters, |(_, p)| p)
    }

    /// Whether a rule still holds on a day.
    pub fn holds(&self, rule: &Rule, day: Date) -> bool {
        let ended = |t: &Tombstone| t.since.parse::<Date>().is_ok_and(|since| since <= day);
        !self.withdrawn.iter().any(|t| t.id == rule.id && ended(t))
    }

    /// The files that changed it, each once.
    pub fn changed_by(&self) -> Vec<String> {
        let mut files: Vec<String> = Vec::new();
        for change in &self.changes {
            if !files.contains(&change.by) {
                files.push(change.by.clone());
            }
        }
        files
    }

    pub fn info(&self, as_of: Date) -> PackInfo {
        PackInfo {
            id: self.id.clone(),
            version: self.version.clone(),
            digest: format!("sha256:{}", self.digest),
            stale: self.is_stale(as_of),
            changed_by: self.changed_by(),
            changes: self.changes.clone(),
        }
    }
}
