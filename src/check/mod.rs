//! The closed set of checks a rule can require, one file each. A check is a function from a
//! subject to an outcome; it knows nothing of lanes, severities or languages of output.

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
    Classified, Ctx, DestinationNote, Detail, FieldPath, Goods, ItemTopic, Named, Outcome,
    Parameter, Parameters, PortName, Reliance, Subject, SubjectKind, Weight,
};

use serde::Deserialize;

/// What a rule requires: exactly one of the checks.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Require {
    provided: Option<provided::Provided>,
    found_in: Option<found_in::FoundIn>,
    total: Option<total::Total>,
    format: Option<format::Format>,
    order: Option<order::Order>,
    one_of: Option<one_of::OneOf>,
    goods: Option<goods::GoodsCheck>,
    edition: Option<edition::Edition>,
    covers: Option<covers::Covers>,
    results: Option<results::Results>,
    lab_scope: Option<lab_scope::LabScope>,
    same: Option<same::Same>,
    aligned: Option<aligned::Aligned>,
    unmixed: Option<unmixed::Unmixed>,
    current: Option<current::Current>,
    third_party: Option<third_party::ThirdParty>,
    in_list: Option<in_list::InList>,
    certified: Option<certified::Certified>,
    accreditation: Option<accreditation::Accreditation>,
    consistent: Option<consistent::Consistent>,
    amendment: Option<amendment::Amendment>,
    editions: Option<editions::Editions>,
    identified: Option<identified::Identified>,
    one_spelling: Option<one_spelling::OneSpelling>,
    overall: Option<overall::Overall>,
    stated: Option<stated::Stated>,
    wording: Option<wording::Wording>,
    code_fits: Option<code_fits::CodeFits>,
    matches: Option<matches::Matches>,
    traceable: Option<traceable::Traceable>,
    checklist: Option<checklist::Checklist>,
    note: Option<note::Note>,
    unique: Option<unique::Unique>,
    filled: Option<filled::Filled>,
    direction: Option<direction::Direction>,
    elements: Option<elements::Elements>,
    agree: Option<agree::Agree>,
    ports: Option<ports::Ports>,
    batch_output: Option<batch_output::BatchOutput>,
    one_version: Option<one_version::OneVersion>,
}

/// A check with its settings.
#[derive(Clone, Debug)]
pub enum Check {
    Provided(provided::Provided),
    FoundIn(found_in::FoundIn),
    Total(total::Total),
    Format(format::Format),
    Order(order::Order),
    OneOf(one_of::OneOf),
    Goods(goods::GoodsCheck),
    Edition(edition::Edition),
    Covers(covers::Covers),
    Results(results::Results),
    LabScope(lab_scope::LabScope),
    Same(same::Same),
    Aligned(aligned::Aligned),
    Unmixed(unmixed::Unmixed),
    Current(current::Current),
    ThirdParty(third_party::ThirdParty),
    InList(in_list::InList),
    Certified(certified::Certified),
    Accreditation(accreditation::Accreditation),
    Consistent(consistent::Consistent),
    Amendment(amendment::Amendment),
    Editions(editions::Editions),
    Identified(identified::Identified),
    OneSpelling(one_spelling::OneSpelling),
    Overall(overall::Overall),
    Stated(stated::Stated),
    Wording(wording::Wording),
    CodeFits(code_fits::CodeFits),
    Matches(matches::Matches),
    Traceable(traceable::Traceable),
    Checklist(checklist::Checklist),
    Note(note::Note),
    Unique(unique::Unique),
    Filled(filled::Filled),
    Direction(direction::Direction),
    Elements(elements::Elements),
    Agree(agree::Agree),
    Ports(ports::Ports),
    BatchOutput(batch_output::BatchOutput),
    OneVersion(one_version::OneVersion),
}

impl Require {
    /// The one check that was named.
    ///
    /// # Errors
    /// When none or several are named.
    pub fn check(self) -> Result<Check, String> {
        let mut named: Vec<Check> = Vec::new();
        named.extend(self.provided.map(Check::Provided));
        named.extend(self.found_in.map(Check::FoundIn));
        named.extend(self.total.map(Check::Total));
        named.extend(self.format.map(Check::Format));
        named.extend(self.order.map(Check::Order));
        named.extend(self.one_of.map(Check::OneOf));
        named.extend(self.goods.map(Check::Goods));
        named.extend(self.edition.map(Check::Edition));
        named.extend(self.covers.map(Check::Covers));
        named.extend(self.results.map(Check::Results));
        named.extend(self.lab_scope.map(Check::LabScope));
        named.extend(self.same.map(Check::Same));
        named.extend(self.aligned.map(Check::Aligned));
        named.extend(self.unmixed.map(Check::Unmixed));
        named.extend(self.current.map(Check::Current));
        named.extend(self.third_party.map(Check::ThirdParty));
        named.extend(self.in_list.map(Check::InList));
        named.extend(self.certified.map(Check::Certified));
        named.extend(self.accreditation.map(Check::Accreditation));
        named.extend(self.consistent.map(Check::Consistent));
        named.extend(self.amendment.map(Check::Amendment));
        named.extend(self.editions.map(Check::Editions));
        named.extend(self.identified.map(Check::Identified));
        named.extend(self.one_spelling.map(Check::OneSpelling));
        named.extend(self.overall.map(Check::Overall));
        named.extend(self.stated.map(Check::Stated));
        named.extend(self.wording.map(Check::Wording));
        named.extend(self.code_fits.map(Check::CodeFits));
        named.extend(self.matches.map(Check::Matches));
        named.extend(self.traceable.map(Check::Traceable));
        named.extend(self.checklist.map(Check::Checklist));
        named.extend(self.note.map(Check::Note));
        named.extend(self.unique.map(Check::Unique));
        named.extend(self.filled.map(Check::Filled));
        named.extend(self.direction.map(Check::Direction));
        named.extend(self.elements.map(Check::Elements));
        named.extend(self.agree.map(Check::Agree));
        named.extend(self.ports.map(Check::Ports));
        named.extend(self.batch_output.map(Check::BatchOutput));
        named.extend(self.one_version.map(Check::OneVersion));
        let count = named.len();
        match named.pop() {
            Some(check) if count == 1 => Ok(check),
            _ => Err(format!(
                "`require` names {count} checks; it takes exactly one"
            )),
        }
    }
}

impl Check {
    /// The subjects this check can judge.
    pub fn subjects(&self) -> &'static [SubjectKind] {
        use SubjectKind::{Line, Model, Report, Shipment};
        match self {
            Check::Provided(_) | Check::Order(_) | Check::OneOf(_) => &[Shipment],
            Check::Aligned(_) | Check::Unmixed(_) | Check::Matches(_) => &[Shipment],
            Check::Total(_) => &[Shipment, Model],
            Check::FoundIn(_) | Check::Goods(_) | Check::InList(_) | Check::Certified(_) => &[Line],
            Check::CodeFits(_) | Check::BatchOutput(_) => &[Line],
            Check::Traceable(_) => &[Shipment],
            Check::Checklist(_) => &[Shipment],
            Check::Note(_) => &[Shipment],
            Check::Unique(_) => &[Shipment],
            Check::Filled(_) => &[Shipment],
            Check::Direction(_) => &[Shipment],
            Check::Elements(_) => &[Line],
            Check::Agree(_) | Check::Ports(_) | Check::OneVersion(_) => &[Shipment],
            Check::Format(_) => &[Shipment, Line, Report],
            Check::Edition(_) | Check::Covers(_) | Check::Results(_) => &[Report],
            Check::LabScope(_) | Check::Current(_) | Check::ThirdParty(_) => &[Report],
            Check::Same(_) => &[Line, Report],
            Check::Accreditation(_) | Check::Consistent(_) | Check::Amendment(_) => &[Report],
            Check::Editions(_) | Check::Identified(_) | Check::OneSpelling(_) => &[Report],
            Check::Overall(_) | Check::Stated(_) | Check::Wording(_) => &[Report],
        }
    }

    /// Judges one subject.
    pub fn run(&self, ctx: &Ctx<'_>, subject: Subject) -> Outcome {
        match (self, subject) {
            (Check::Provided(c), _) => c.run(ctx),
            (Check::Total(c), _) => c.run(ctx),
            (Check::Order(c), _) => c.run(ctx),
            (Check::OneOf(c), _) => c.run(ctx),
            (Check::Aligned(c), _) => c.run(ctx),
            (Check::Unmixed(c), _) => c.run(ctx),
            (Check::Matches(c), _) => c.run(ctx),
            (Check::Traceable(c), _) => c.run(ctx),
            (Check::Checklist(c), _) => c.run(ctx),
            (Check::Note(c), _) => c.run(ctx),
            (Check::Unique(c), _) => c.run(ctx),
            (Check::Filled(c), _) => c.run(ctx),
            (Check::Direction(c), _) => c.run(ctx),
            (Check::Elements(c), Subject::Line(line)) => c.run(ctx, line),
            (Check::Agree(c), _) => c.run(ctx),
            (Check::Ports(c), _) => c.run(ctx),
            (Check::OneVersion(c), _) => c.run(ctx),
            (Check::CodeFits(c), Subject::Line(line)) => c.run(ctx, line),
            (Check::Format(c), subject) => c.run(ctx, subject),
            (Check::FoundIn(c), Subject::Line(line)) => c.run(ctx, line),
            (Check::FoundIn(c), Subject::Shipment) => c.run_reverse(ctx),
            (Check::Goods(c), Subject::Line(line)) => c.run(ctx, line),
            (Check::InList(c), Subject::Line(line)) => c.run(ctx, line),
            (Check::Certified(c), Subject::Line(line)) => c.run(ctx, line),
            (Check::BatchOutput(c), Subject::Line(line)) => c.run(ctx, line),
            (Check::Same(c), Subject::Line(line)) => c.run_line(ctx, line),
            (Check::Same(c), Subject::Report(report)) => c.run_report(ctx, report),
            (Check::Edition(c), Subject::Report(report)) => c.run(ctx, report),
            (Check::Covers(c), Subject::Report(report)) => c.run(ctx, report),
            (Check::Results(c), Subject::Report(report)) => c.run(ctx, report),
            (Check::LabScope(c), Subject::Report(report)) => c.run(ctx, report),
            (Check::Current(c), Subject::Report(report)) => c.run(ctx, report),
            (Check::ThirdParty(c), Subject::Report(report)) => c.run(ctx, report),
            (check, Subject::Report(report)) => check.run_report(ctx, report),
            _ => Outcome::NotApplicable,
        }
    }

    /// The checks of a report's own wording.
    fn run_report(&self, ctx: &Ctx<'_>, report: u32) -> Outcome {
        match self {
            Check::Accreditation(c) => c.run(ctx, report),
            Check::Consistent(c) => c.run(ctx, report),
            Check::Amendment(c) => c.run(ctx, report),
            Check::Editions(c) => c.run(ctx, report),
            Check::Identified(c) => c.run(ctx, report),
            Check::OneSpelling(c) => c.run(ctx, report),
            Check::Overall(c) => c.run(ctx, report),
            Check::Stated(c) => c.run(ctx, report),
            Check::Wording(c) => c.run(ctx, report),
            _ => Outcome::NotApplicable,
        }
    }

    /// Whether a report alone is enough to judge it: nothing declared is compared.
    pub fn on_reports_alone(&self) -> bool {
        !matches!(self, Check::Same(_))
    }

    /// Whether the check has, besides its lines, something to say of the shipment as a whole.
    pub fn looks_back(&self) -> bool {
        matches!(self, Check::FoundIn(c) if c.both_ways)
    }
}
