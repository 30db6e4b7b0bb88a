//! The closed set of checks a rule can require, one file each. A check judges a subject; it knows
//! nothing of lanes, severities or languages of output. It gives reasons by their ids, whose
//! sentences stand in `rules/wording.yaml`; it compares what papers state as `facts` does.
//! To add one: its file with `impl Judges`, a line under `pub mod` and one in the table below.

pub mod accreditation;
pub mod agree;
pub mod aligned;
pub mod amendment;
pub mod batch_output;
pub mod certified;
pub mod checklist;
pub mod code_fits;
pub mod consistent;
pub mod covers;
pub mod current;
pub mod direction;
pub mod edition;
pub mod editions;
pub mod elements;
pub mod filled;
pub mod format;
pub mod found_in;
pub mod goods;
pub mod identified;
pub mod in_list;
pub mod lab_scope;
pub mod matches;
pub mod note;
pub mod one_of;
pub mod one_spelling;
pub mod one_version;
pub mod order;
pub mod overall;
pub mod ports;
pub mod provided;
pub mod results;
pub mod same;
pub mod state;
pub mod stated;
pub mod third_party;
pub mod total;
pub mod traceable;
pub mod unique;
pub mod unmixed;
pub mod wording;

pub use crate::facts::{
    At, Classified, Ctx, DestinationNote, Detail, FieldPath, Goods, ItemTopic, Named, Outcome,
    Parameter, Parameters, PortName, Reliance, Subject, SubjectKind, Weight, Why,
};

use crate::facts::why::why;
use crate::link::{Line, Report};
use crate::model::OutcomeKind;
use serde::Deserialize;

/// What a check is to the program.
pub trait Judges {
    /// The subjects it can judge.
    const SUBJECTS: &[SubjectKind];
    /// The ids of the reasons it may give, one after another.
    const REASONS: &str;

    /// The parameters it is set to.
    fn parameters(&self) -> Vec<&str> {
        Vec::new()
    }

    /// What it comes to where things are not as they should be.
    fn adverse(&self) -> OutcomeKind {
        OutcomeKind::Fail
    }

    /// Whether it has, besides its lines, something to say of the shipment as a whole.
    fn looks_back(&self) -> bool {
        false
    }

    /// Whether a report alone is enough to judge it: nothing declared is compared.
    fn on_reports_alone(&self) -> bool {
        true
    }

    /// Judges a declared line.
    fn line(&self, _: &Ctx<'_>, _: u32, _: &Line) -> Outcome {
        Outcome::nothing(why!("another-subject"))
    }

    /// Judges a report the lines rely on.
    fn report(&self, _: &Ctx<'_>, _: u32, _: &Report) -> Outcome {
        Outcome::nothing(why!("another-subject"))
    }

    /// Judges the shipment as a whole.
    fn shipment(&self, _: &Ctx<'_>) -> Outcome {
        Outcome::nothing(why!("another-subject"))
    }
}

macro_rules! table {
    ($($name:ident: $Check:ident,)*) => {
        /// What a rule requires: exactly one of the checks.
        #[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct Require {
            $($name: Option<$name::$Check>,)*
        }

        /// A check with its settings.
        #[derive(Clone, Debug)]
        pub enum Check {
            $($Check($name::$Check),)*
        }

        impl Require {
            /// The one check that was named.
            ///
            /// # Errors
            /// When none or several are named.
            pub fn check(self) -> Result<Check, String> {
                let mut named: Vec<Check> = Vec::new();
                $(named.extend(self.$name.map(Check::$Check));)*
                let count = named.len();
                match named.pop() {
                    Some(check) if count == 1 => Ok(check),
                    _ => Err(format!("`require` names {count} checks; it takes exactly one")),
                }
            }
        }

        impl Check {
            /// The subjects this check can judge.
            pub fn subjects(&self) -> &'static [SubjectKind] {
                match self { $(Check::$Check(_) => $name::$Check::SUBJECTS,)* }
            }

            /// The parameters it names.
            pub fn parameters(&self) -> Vec<&str> {
                match self { $(Check::$Check(check) => check.parameters(),)* }
            }

            /// What it comes to where things are not as they should be.
            pub fn adverse(&self) -> OutcomeKind {
                match self { $(Check::$Check(check) => check.adverse(),)* }
            }

            /// Whether it has, besides its lines, something to say of the shipment as a whole.
            pub fn looks_back(&self) -> bool {
                match self { $(Check::$Check(check) => check.looks_back(),)* }
            }

            /// Whether a report alone is enough to judge it.
            pub fn on_reports_alone(&self) -> bool {
                match self { $(Check::$Check(check) => check.on_reports_alone(),)* }
            }

            /// Judges one subject.
            pub fn run(&self, ctx: &Ctx<'_>, subject: Subject) -> Outcome {
                match self { $(Check::$Check(check) => judge(check, ctx, subject),)* }
            }
        }

        /// Each check with the reasons it may give.
        pub const TABLE: &[(&str, &str)] = &[$((stringify!($name), $name::$Check::REASONS),)*];
    };
}

table! {
    provided: Provided,
    found_in: FoundIn,
    total: Total,
    format: Format,
    order: Order,
    one_of: OneOf,
    goods: GoodsCheck,
    edition: Edition,
    covers: Covers,
    results: Results,
    lab_scope: LabScope,
    same: Same,
    aligned: Aligned,
    unmixed: Unmixed,
    current: Current,
    third_party: ThirdParty,
    in_list: InList,
    certified: Certified,
    accreditation: Accreditation,
    consistent: Consistent,
    amendment: Amendment,
    editions: Editions,
    identified: Identified,
    one_spelling: OneSpelling,
    overall: Overall,
    stated: Stated,
    wording: Wording,
    code_fits: CodeFits,
    matches: Matches,
    traceable: Traceable,
    checklist: Checklist,
    note: Note,
    unique: Unique,
    filled: Filled,
    direction: Direction,
    elements: Elements,
    agree: Agree,
    ports: Ports,
    batch_output: BatchOutput,
    one_version: OneVersion,
}

fn judge(check: &impl Judges, ctx: &Ctx<'_>, subject: Subject) -> Outcome {
    let found = match subject {
        Subject::Shipment => Some(check.shipment(ctx)),
        Subject::Line(number) => {
            let line = ctx.shipment.lines.get(number as usize);
            line.map(|line| check.line(ctx, number, line))
        }
        Subject::Report(number) => {
            let report = ctx.group.reports.get(number as usize);
            report.map(|report| check.report(ctx, number, report))
        }
    };
    found.unwrap_or_else(|| Outcome::nothing(why!("another-subject")))
}
