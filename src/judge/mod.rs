//! Rules × subjects → findings and verdicts.

mod across;
mod audit;
mod exit;
mod findings;
mod inventory;
mod manifest;
mod matched;
mod reliance;
mod split;
mod verdicts;
mod waivers;

pub use across::{across, add, carried};
pub use audit::audit;
pub use exit::{Exit, FailOn, exit_code};
pub use inventory::{Family, families, inventory};
pub use matched::matched;
pub use waivers::{WaiverEntry, Waivers, waiver_key};

use crate::check::{
    Check, Classified, Ctx, Detail, Outcome, Parameters, Reliance, Subject, SubjectKind,
};
use crate::facts::evidence::At;
use crate::facts::goods::Classifier;
use crate::facts::period;
use crate::facts::recognised;
use crate::facts::twice::{self, Twice};
use crate::facts::why::why;
use crate::link::{self, Group, Shipment};
use crate::model::work::{self, Allowed};
use crate::model::{DocumentInfo, Draw, Finding, LaneReport, Problem, ShipmentReport, Tally};
use crate::pack::{AppliesTo, Pack, Rule};
use jiff::civil::Date;
use rayon::prelude::*;
use std::sync::Arc;

/// What a run was asked to do.
#[derive(Clone, Debug)]
pub struct Settings {
    pub as_of: Date,
    /// Lanes to judge; empty: those whose goods the lines are.
    pub lanes: Vec<String>,
    /// Every unknown weighs as a blocker.
    pub strict: bool,
    /// What passed and what did not apply is listed too.
    pub all: bool,
    /// What is to be compared with other shipments is handed on, though there is one alone.
    pub carry: bool,
    /// How much of the documents the report keeps.
    pub draw: Draw,
    pub waivers: Waivers,
}

/// The goods of every line of a group in one lane, by shipment.
struct Sorted {
    pack: usize,
    lines: Vec<Vec<Classified>>,
}

/// Judges the shipments of a group.
pub fn judge(group: &Group<'_>, packs: &[Pack], settings: &Settings) -> Vec<ShipmentReport> {
    let sorted: Vec<Sorted> = packs
        .iter()
        .enumerate()
        .map(|(number, pack)| sort_goods(group, number, pack, settings.as_of))
        .collect();
    let twice = twice::of_group(group);
    let documents: Arc<[DocumentInfo]> = group.documents.iter().map(|d| d.info()).collect();
    let allowed = Allowed::now();
    (0..group.shipments.len())
        .into_par_iter()
        .filter_map(|number| {
            let shipment = group.shipments.get(number)?;
            let run = Run {
                group,
                shipment,
                number,
                packs,
                sorted: &sorted,
                settings,
                twice: &twice,
            };
            Some(allowed.hold(|| run.report(Arc::clone(&documents))))
        })
        .collect()
}

fn sort_goods(group: &Group<'_>, number: usize, pack: &Pack, as_of: Date) -> Sorted {
    let Some(applies_to) = &pack.applies_to else {
        return Sorted {
            pack: number,
            lines: vec![Vec::new(); group.shipments.len()],
        };
    };
    let mut first = classifier(applies_to, &pack.parameters);
    let lines = group.shipments.iter().map(|shipment| {
        let lines = shipment.lines.iter();
        if pack.later.is_empty() {
            return lines.map(|l| first.classify(group, l)).collect();
        }
        let day = day_of(group, shipment, as_of);
        let mut of_day = classifier(applies_to, pack.parameters_on(day));
        lines.map(|l| of_day.classify(group, l)).collect()
    });
    Sorted {
        pack: number,
        lines: lines.collect(),
    }
}

fn classifier<'p>(applies_to: &AppliesTo, parameters: &'p Parameters) -> Classifier<'p> {
    let goods = parameters.goods(&applies_to.goods);
    let words = parameters.words(&applies_to.goods);
    let not = parameters.excluding(&applies_to.goods);
    Classifier::new(goods, words, not, applies_to.pilot_list)
}

/// The day a shipment is judged by: that of its declaration, else the as-of date.
fn day_of(group: &Group<'_>, shipment: &Shipment, as_of: Date) -> Date {
    let (days, _) = period::judged_on(group, shipment, as_of);
    days.into_iter().max().unwrap_or(as_of)
}

/// What one pack says of a shipment.
struct Judged {
    findings: Vec<Finding>,
    passed: Vec<Finding>,
    /// The lines a mixed batch would have to lose.
    take_out: Option<Vec<u32>>,
    /// Choices between several reports.
    chosen: Vec<Problem>,
}

/// One shipment being judged.
struct Run<'a> {
    group: &'a Group<'a>,
    shipment: &'a Shipment,
    number: usize,
    packs: &'a [Pack],
    sorted: &'a [Sorted],
    settings: &'a Settings,
    twice: &'a [Vec<Twice>],
}

impl Run<'_> {
    fn report(&self, documents: Arc<[DocumentInfo]>) -> ShipmentReport {
        let mut findings: Vec<Finding> = Vec::new();
        let mut passed: Vec<Finding> = Vec::new();
        let mut tally = Tally::default();
        let mut lanes: Vec<LaneReport> = Vec::new();
        let mut idle: Vec<(u16, u16)> = Vec::new();
        let mut problems: Vec<Problem> = Vec::new();
        // Packs that are no lane come first: what they find counts for every lane.
        for sorted in self.sorted {
            let common = |p: &&Pack| !p.is_lane() && !p.reports_only;
            let Some(pack) = self.packs.get(sorted.pack).filter(common) else {
                continue;
            };
            let own = self.pack(pack, &[], &mut tally, &mut |r| {
                idle.push((small(sorted.pack), r))
            });
            findings.extend(own.findings);
            passed.extend(own.passed);
        }
        for sorted in self.sorted {
            let Some(pack) = self.packs.get(sorted.pack).filter(|p| p.is_lane()) else {
                continue;
            };
            let empty = Vec::new();
            let goods = sorted.lines.get(self.number).unwrap_or(&empty);
            let named = self.settings.lanes.contains(&pack.id);
            let selects = goods.iter().any(|g| g.selected);
            let chosen = if self.settings.lanes.is_empty() {
                selects
            } else {
                named
            };
            if !chosen {
                continue;
            }
            if !selects {
                lanes.push(verdicts::unjudged(pack, self.shipment));
                continue;
            }
            let Judged {
                findings: own,
                passed: own_passed,
                take_out,
                chosen,
            } = self.pack(pack, goods, &mut tally, &mut |r| {
                idle.push((small(sorted.pack), r))
            });
            problems.extend(chosen);
            passed.extend(own_passed);
            let lane = verdicts::lane(pack, self.shipment, goods, &findings, &own, take_out);
            findings.extend(own);
            lanes.push(lane);
        }
        findings::sort(&mut findings);
        problems.extend(self.problems());
        let verdict = verdicts::shipment(self.shipment, &lanes);
        ShipmentReport {
            documents,
            lanes,
            findings,
            passed,
            problems,
            tally,
            idle,
            ..ShipmentReport::bare(self.shipment.id.clone(), verdict)
        }
    }

    /// Judges one pack.
    fn pack(
        &self,
        pack: &Pack,
        goods: &[Classified],
        tally: &mut Tally,
        idle: &mut dyn FnMut(u16),
    ) -> Judged {
        let day = day_of(self.group, self.shipment, self.settings.as_of);
        let parameters = pack.parameters_on(day);
        let (reliance, chosen) = if pack.is_lane() {
            reliance::choose(
                self.group,
                self.shipment,
                pack,
                parameters,
                goods,
                self.settings.as_of,
            )
        } else {
            (Vec::new(), Vec::new())
        };
        let lanes: Vec<&[Classified]> = self
            .sorted
            .iter()
            .filter(|s| self.packs.get(s.pack).is_some_and(Pack::is_lane))
            .filter_map(|s| s.lines.get(self.number).map(Vec::as_slice))
            .collect();
        let ctx = Ctx {
            group: self.group,
            shipment: self.shipment,
            parameters,
            as_of: self.settings.as_of,
            from: pack.from,
            until: pack.until,
            goods,
            lanes: &lanes,
            reliance: &reliance,
            twice: self.twice,
        };
        let (mut findings, mut passing) = (Vec::new(), Vec::new());
        let mut take_out = None;
        for (number, rule) in pack.rules.iter().enumerate() {
            if !pack.holds(rule, day) {
                continue;
            }
            let before = findings.len();
            let passed = tally.pass;
            self.rule(pack, rule, &ctx, &mut findings, &mut passing, tally);
            if findings.len() == before && tally.pass == passed {
                idle(small(number));
            }
            if let Check::Unmixed(check) = &rule.check
                && findings.len() > before
            {
                let out = crate::facts::lane::take_out(&ctx, &check.goods);
                take_out = Some(out.into_iter().collect());
            }
        }
        if let Some(from) = pack.from.filter(|from| day < *from) {
            let starts = |f: &Finding| {
                let rule = pack.rules.iter().find(|r| r.id == f.rule);
                rule.is_some_and(|r| matches!(r.check, Check::Order(_)))
            };
            for finding in findings.iter_mut().filter(|f| !starts(f)) {
                finding.upcoming = Some(from.to_string());
            }
        }
        Judged {
            findings,
            passed: passing,
            take_out,
            chosen,
        }
    }

    fn rule(
        &self,
        pack: &Pack,
        rule: &Rule,
        ctx: &Ctx<'_>,
        findings: &mut Vec<Finding>,
        passing: &mut Vec<Finding>,
        tally: &mut Tally,
    ) {
        let mut judge = |subject: Subject, count: usize| {
            let outcome = outcome(rule, ctx, subject, || rule.check.run(ctx, subject));
            if self.settings.all {
                passing.extend(findings::passed(pack, rule, ctx, subject, &outcome));
            }
            self.take(pack, rule, ctx, subject, count, outcome, findings, tally);
        };
        match rule.subject {
            SubjectKind::Shipment => judge(Subject::Shipment, 1),
            SubjectKind::Model => judge(Subject::Shipment, self.shipment.lines_with_model()),
            SubjectKind::Line => {
                for line in 0..self.shipment.lines.len() {
                    if !pack.is_lane() || ctx.is_selected(line) {
                        judge(Subject::Line(crate::model::grid::index(line)), 1);
                    }
                }
                if rule.check.looks_back() {
                    judge(Subject::Shipment, 0);
                }
            }
            SubjectKind::Report => {
                for report in relied_on(ctx.reliance) {
                    judge(Subject::Report(report), 1);
                }
                for (report, detail) in reliance::unclear(ctx) {
                    let subject = Subject::Report(report);
                    let outcome = outcome(rule, ctx, subject, || Outcome::one(detail));
                    self.take(pack, rule, ctx, subject, 1, outcome, findings, tally);
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments)]
    fn take(
        &self,
        pack: &Pack,
        rule: &Rule,
        ctx: &Ctx<'_>,
        subject: Subject,
        count: usize,
        outcome: Outcome,
        findings: &mut Vec<Finding>,
        tally: &mut Tally,
    ) {
        let details = match outcome {
            Outcome::Nothing(_) => {
                tally.not_applicable += 1;
                return;
            }
            Outcome::Judged { details, .. } => details,
        };
        tally.pass += count.saturating_sub(details.len());
        for detail in details {
            let mut finding =
                findings::build(pack, rule, ctx, subject, detail, self.settings.strict);
            let (waivers, as_of) = (&self.settings.waivers, self.settings.as_of);
            finding.waived = waivers.of(&finding, &self.shipment.id, as_of);
            match finding.waived {
                Some(_) => tally.waived += 1,
                None => tally.count(finding.outcome),
            }
            findings.push(finding);
        }
    }

    /// The group's problems, and what this shipment's own lines had restored.
    fn problems(&self) -> Vec<Problem> {
        let mut problems = self.group.problems.clone();
        problems.extend(manifest::categories(self.group, self.packs));
        for line in self.shipment.lines.iter().filter(|l| l.hs_restored) {
            let Some(value) = line.hs else { continue };
            let Some(document) = self.group.document(line.document) else {
                continue;
            };
            problems.push(Problem::restored_zero(
                &document.path,
                document.part.as_deref(),
                self.group.spot(&value),
                self.group.raw(&value),
                &line.hs_digits,
            ));
        }
        problems
    }
}

/// What a rule comes to for a subject, with a doubt in place of what rests on a field that is said
/// twice, or on what was read from a picture; a check that breaks makes it unknown.
fn outcome(
    rule: &Rule,
    ctx: &Ctx<'_>,
    subject: Subject,
    judged: impl FnOnce() -> Outcome,
) -> Outcome {
    work::steps(1);
    let doubted = || {
        let (outcome, read) = link::noting(|| match judged() {
            Outcome::Nothing(why) => Outcome::Nothing(why),
            Outcome::Judged { details, on } => {
                if let At::Value(value) = &on {
                    ctx.group.note(value);
                }
                Outcome::judged(twice::doubt(ctx, subject, &rule.needs, details), on)
            }
        });
        recognised::doubt(ctx, subject, outcome, read)
    };
    work::guarded(doubted).unwrap_or_else(|_| {
        let what = why!("program-broke");
        let line = match subject {
            Subject::Line(line) => ctx.shipment.lines.get(line as usize),
            _ => None,
        };
        let document = ctx.shipment.declarations.first();
        let model = line.and_then(|l| l.model).map(At::Value);
        let document = document.map(|d| At::Document(*d));
        Outcome::one(Detail::unknown(
            what,
            model.or(document).unwrap_or(At::Folder),
        ))
    })
}

/// The reports some line relies on, each once, in order.
fn relied_on(reliance: &[Option<Reliance>]) -> Vec<u32> {
    let clear = reliance.iter().flatten().filter(|r| r.rival.is_none());
    let mut reports: Vec<u32> = clear.map(|r| r.report).collect();
    reports.sort_unstable();
    reports.dedup();
    reports
}

fn small(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
