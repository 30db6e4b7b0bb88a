//! What the shipment states: the one way to ask for it, whether it is said twice, with which unit,
//! on which day; and the evidence an outcome rests on.

pub mod batches;
pub mod cartons;
pub mod conclusions;
pub mod declared;
pub mod editions;
pub mod elements;
pub mod evidence;
pub mod flaws;
pub mod goods;
pub mod items;
pub mod lane;
pub mod measure;
pub mod numbered;
pub mod packed;
pub mod pair;
pub mod papers;
pub mod parameter;
pub mod period;
pub mod ports;
pub mod prices;
pub mod recognised;
pub mod same;
pub mod scope;
pub mod statements;
pub mod sums;
pub mod totals;
pub mod twice;
pub mod versions;
pub mod weighed;
pub mod why;
pub mod wording;
pub mod written;

pub use evidence::{At, Detail, Outcome, Weight};
pub use goods::Classified;
pub use parameter::{DestinationNote, Goods, ItemTopic, Named, Parameter, Parameters, PortName};
pub use statements::statements;
pub use why::{Why, term};
pub use wording::Wording;

use crate::link::{Group, NamedModel, Shipment};
use crate::model::{FieldId, Grade};
use jiff::civil::Date;
use serde::Deserialize;

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SubjectKind {
    Shipment,
    /// Each declared line the lane selects (all lines in a pack that is no lane).
    Line,
    /// Each report the lane's lines rely on.
    Report,
    /// Each model declared or packed.
    Model,
}

impl SubjectKind {
    pub fn as_str(self) -> &'static str {
        match self {
            SubjectKind::Shipment => "shipment",
            SubjectKind::Line => "line",
            SubjectKind::Report => "report",
            SubjectKind::Model => "model",
        }
    }
}

/// One subject of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Shipment,
    Line(u32),
    Report(u32),
}

/// A report a line relies on, and how its model is spelled there.
#[derive(Clone, Copy, Debug)]
pub struct Reliance {
    pub report: u32,
    pub model: u32,
    pub grade: Grade,
    /// The model stands in the report, in some spelling; false for a typing slip away.
    pub names_it: bool,
    /// Another report that may as well be meant: nothing tells which one counts.
    pub rival: Option<u32>,
}

impl Reliance {
    /// The model as the report names it.
    pub fn named<'g>(&self, group: &'g Group<'_>) -> Option<&'g NamedModel> {
        let report = group.reports.get(self.report as usize)?;
        report.models.get(self.model as usize)
    }
}

/// Everything a check may look at.
pub struct Ctx<'a> {
    pub group: &'a Group<'a>,
    pub shipment: &'a Shipment,
    pub parameters: &'a Parameters,
    pub as_of: Date,
    /// First day the pack is in force.
    pub from: Option<Date>,
    /// Last day of it.
    pub until: Option<Date>,
    /// By line: the goods its code and its words name.
    pub goods: &'a [Classified],
    /// By lane and line: the goods named there; for what must not be mixed.
    pub lanes: &'a [&'a [Classified]],
    /// By line: the report it relies on.
    pub reliance: &'a [Option<Reliance>],
    /// By document: what it says twice.
    pub twice: &'a [Vec<twice::Twice>],
}

impl Ctx<'_> {
    /// The lines that rely on a report.
    pub fn lines_of_report(&self, report: u32) -> Vec<u32> {
        self.reliance
            .iter()
            .enumerate()
            .filter(|(_, r)| r.is_some_and(|r| r.report == report && r.rival.is_none()))
            .map(|(i, _)| crate::model::grid::index(i))
            .collect()
    }

    /// The declaration as a whole, where what is missing is missing.
    pub fn declaration(&self) -> At {
        let first = self.shipment.declarations.first();
        first.map_or(At::Folder, |d| At::Document(*d))
    }

    /// The first of the packing lists as a whole.
    pub fn packing_list(&self) -> At {
        let first = self.shipment.packing_lists.first();
        first.map_or(At::Folder, |d| At::Document(*d))
    }

    pub fn is_selected(&self, line: usize) -> bool {
        self.goods.get(line).is_some_and(|g| g.selected)
    }
}

/// A field of a kind of record, as rules name it: `declaration.exit_port`, `line.model`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("pattern" = "^[a-z-]+\\.[a-z_]+$", "examples" = ["declaration.exit_port"]))]
pub struct FieldPath {
    pub kind: String,
    pub name: String,
}

impl TryFrom<String> for FieldPath {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.split_once('.') {
            Some((kind, name)) if !kind.is_empty() && !name.is_empty() => Ok(FieldPath {
                kind: kind.to_string(),
                name: name.to_string(),
            }),
            _ => Err(format!("`{text}` is not of the form kind.field")),
        }
    }
}

impl FieldPath {
    /// The field's number, if any kind has it.
    pub fn id(&self, group: &Group<'_>) -> Option<FieldId> {
        group.vocabulary.fields.find(&self.name)
    }
}
