//! The nouns of the house: places, documents, fields, findings. Imports nothing else of ours.

pub mod carton;
pub mod comparison;
pub mod document;
pub mod drawn;
pub mod field;
pub mod finding;
pub mod grid;
pub mod inventory;
pub mod place;
pub mod problem;
mod reasons;
pub mod recognised;
pub mod say;
pub mod seal;
pub mod work;

pub use carton::{CartonCell, CartonRun, NumberedCartons};
pub use document::{
    Account, CONFIRMED, Document, DocumentInfo, Header, LeftOut, Open, ReadFile, Record, SCAN,
    Transcript, Understood,
};
pub use drawn::{Draw, Drawn, DrawnCell, DrawnRow, DrawnValue};
pub use field::{
    Bound, Field, FieldId, FieldType, Fields, ItemVerdict, Kind, KindField, Letterhead, Multiple,
    Words,
};
pub use finding::{
    Basis, Confidence, Finding, Grade, Idle, LaneReport, LineNeed, LineVerdict, OutcomeKind,
    PackChange, PackInfo, Report, Severity, ShipmentReport, Split, Tally, Verdict, Waived,
};
pub use grid::{
    Aside, AsideKind, Cell, CellKind, Grid, GridRow, Layout, Marks, Merge, Origin, RowSpan,
};
pub use inventory::{Held, HeldFamily, HeldModel, Hold, Inventory};
pub use place::{NTH_DOCUMENT, Pictured, Place, Role, Sight, Spot, Story, column_letters};
pub use problem::{Level, Problem};
pub use recognised::{Area, Engine, Letter, Recognised, Setting, UNCONFIRMED};
pub use say::{Lang, Say};
pub use seal::{
    Matched, SEAL_NOTICE, SEAL_SCHEMA, Seal, SealedFile, SealedFinding, SealedLane, SealedLine,
    SealedPack, SealedShipment, Signature,
};
