//! Reports alone: a laboratory's audit before issue. One shipment per report; its findings stand in
//! the order of the report, so that a person can mend it from top to bottom.

use super::{Settings, findings};
use crate::check::{
    Check, Classified, Ctx, Detail, ItemTopic, Outcome, Parameter, Parameters, Reliance, Subject,
    SubjectKind,
};
use crate::facts::twice::{self, Twice};
use crate::facts::why::why;
use crate::link::{Group, Report, ReportSource, Shipment, Value};
use crate::model::{
    DocumentInfo, FieldId, Finding, Grade, LaneReport, OutcomeKind, Role, ShipmentReport, Tally,
    Verdict, work::Allowed,
};
use crate::normalize::standard;
use crate::normalize::text::fold;
use crate::pack::Pack;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Where a finding stands: its document and cell; what is missing altogether comes last.
type Order = (bool, u32, u32, u32);

/// Audits every report of a group that is a paper of its own. A file that could not be read is a
/// shipment of its own, undecided.
pub fn audit(group: &Group<'_>, packs: &[Pack], settings: &Settings) -> Vec<ShipmentReport> {
    let unread = group
        .documents
        .iter()
        .enumerate()
        .filter(|(_, d)| d.format == "unread")
        .map(|(number, d)| not_read(number, d.label(), group));
    let twice = twice::of_group(group);
    let allowed = Allowed::now();
    let mut audited: Vec<(usize, ShipmentReport)> = (0..group.reports.len())
        .into_par_iter()
        .filter_map(|number| {
            let report = group.reports.get(number)?;
            let ReportSource::Document(document) = report.source else {
                return None;
            };
            let run = Run::new(group, packs, settings, report, number, &twice);
            Some((document as usize, allowed.hold(|| run.report())))
        })
        .collect();
    audited.extend(unread);
    audited.sort_by_key(|(document, _)| *document);
    audited.into_iter().map(|(_, report)| report).collect()
}

fn not_read(number: usize, id: String, group: &Group<'_>) -> (usize, ShipmentReport) {
    let documents: Vec<DocumentInfo> = group
        .documents
        .get(number)
        .iter()
        .map(|d| d.info())
        .collect();
    let report = ShipmentReport {
        documents: documents.into(),
        ..ShipmentReport::bare(id, Verdict::Undecided)
    };
    (number, report)
}

/// One report being audited.
pub(super) struct Run<'a> {
    group: &'a Group<'a>,
    packs: &'a [Pack],
    settings: &'a Settings,
    /// There is none: nothing is declared.
    shipment: Shipment,
    number: u32,
    report: &'a Report,
    /// By document: what it says twice.
    twice: &'a [Vec<Twice>],
}

impl<'a> Run<'a> {
    pub(super) fn new(
        group: &'a Group<'a>,
        packs: &'a [Pack],
        settings: &'a Settings,
        report: &'a Report,
        number: usize,
        twice: &'a [Vec<Twice>],
    ) -> Run<'a> {
        Run {
            group,
            packs,
            settings,
            shipment: Shipment::default(),
            number: crate::model::grid::index(number),
            report,
            twice,
        }
    }

    /// The verdict of one lane on the report, and what was found.
    pub(super) fn lane(&self, pack: &Pack) -> (Verdict, Vec<Finding>) {
        let (mut found, mut tally) = (Vec::new(), Tally::default());
        let goods = self.goods(pack);
        let lane = self.pack(pack, self.parameters(pack), &goods, &mut found, &mut tally);
        (lane.verdict, found.into_iter().map(|(_, f)| f).collect())
    }

    fn report(&self) -> ShipmentReport {
        let lanes: Vec<&Pack> = self.packs.iter().filter(|p| self.chosen(p)).collect();
        let mut found: Vec<(Order, Finding)> = Vec::new();
        let mut tally = Tally::default();
        let mut verdicts = Vec::new();
        for pack in &lanes {
            let goods = self.goods(pack);
            verdicts.push(self.pack(pack, self.parameters(pack), &goods, &mut found, &mut tally));
        }
        let wanted = self.wanted(&lanes);
        for pack in self.packs.iter().filter(|p| p.reports_only) {
            let parameters = self.parameters(pack).with(wanted.clone());
            let goods = [Classified::default()];
            verdicts.push(self.pack(pack, &parameters, &goods, &mut found, &mut tally));
        }
        found.sort_by(|(a, f), (b, g)| {
            let key = |f: &Finding| (std::cmp::Reverse(f.severity), f.rule.clone());
            a.cmp(b)
                .then_with(|| key(f).cmp(&key(g)))
                .then_with(|| f.fingerprint.cmp(&g.fingerprint))
        });
        let mut findings: Vec<Finding> = found.into_iter().map(|(_, f)| f).collect();
        findings::causes(&mut findings);
        let documents = self.documents(&mut findings);
        ShipmentReport {
            id: self.report.name(self.group),
            verdict: verdicts
                .iter()
                .map(|l| l.verdict)
                .max()
                .unwrap_or(Verdict::Undecided),
            documents: documents.into(),
            drawn: Default::default(),
            lanes: verdicts,
            findings,
            passed: Vec::new(),
            problems: self.group.problems.clone(),
            tally,
            idle: Vec::new(),
            cartons: Default::default(),
        }
    }

    /// The lanes asked for, else those whose standard the report names.
    fn chosen(&self, pack: &Pack) -> bool {
        if !pack.is_lane() {
            return false;
        }
        if !self.settings.lanes.is_empty() {
            return self.settings.lanes.contains(&pack.id);
        }
        named(self.group, pack, self.report).is_some()
    }

    /// The goods of a lane that the sample's name names.
    fn goods(&self, pack: &Pack) -> [Classified; 1] {
        let mut by_words: Vec<u16> = Vec::new();
        if let Some(applies) = &pack.applies_to {
            let words = self.parameters(pack).words(&applies.goods);
            for value in self.report.all(self.group, FieldId::SAMPLE_NAME) {
                by_words.extend(words.owners(&fold(self.group.raw(&value))));
            }
            by_words.sort_unstable();
            by_words.dedup();
        }
        [Classified {
            selected: true,
            by_code: Vec::new(),
            by_words,
        }]
    }

    /// The parameters of the day the report is judged on.
    fn parameters<'p>(&self, pack: &'p Pack) -> &'p Parameters {
        pack.parameters_on(self.settings.as_of)
    }

    fn ctx<'c>(
        &'c self,
        pack: &Pack,
        parameters: &'c Parameters,
        goods: &'c [Classified],
        reliance: &'c [Option<Reliance>],
    ) -> Ctx<'c> {
        Ctx {
            group: self.group,
            shipment: &self.shipment,
            parameters,
            as_of: self.settings.as_of,
            from: pack.from,
            until: pack.until,
            goods,
            lanes: &[],
            reliance,
            twice: self.twice,
        }
    }

    fn reliance(&self) -> [Option<Reliance>; 1] {
        [Some(Reliance {
            report: self.number,
            model: 0,
            grade: Grade::Identical,
            names_it: true,
            rival: None,
        })]
    }

    /// What the lanes ask of a report's wording: the items that need a row of their own, and the
    /// standards with their editions.
    fn wanted(&self, lanes: &[&Pack]) -> Vec<(&'static str, Parameter)> {
        let mut items: BTreeMap<String, ItemTopic> = BTreeMap::new();
        let mut standards = Vec::new();
        let reliance = self.reliance();
        for pack in lanes {
            let goods = self.goods(pack);
            let ctx = self.ctx(pack, self.parameters(pack), &goods, &reliance);
            for rule in &pack.rules {
                let Check::Covers(covers) = &rule.check else {
                    continue;
                };
                for topic in covers.needed(&ctx, self.number).0 {
                    let topic = ItemTopic {
                        goods: Vec::new(),
                        ..topic.clone()
                    };
                    items.entry(topic.key.clone()).or_insert(topic);
                }
            }
            if let Some((standard, edition)) = &pack.relies_on {
                let text = |name| self.parameters(pack).text(name);
                standards.push(format!("{}-{}", text(standard), text(edition)));
            }
        }
        if lanes.is_empty() {
            return Vec::new();
        }
        let full = |rule: &crate::pack::Rule| matches!(&rule.check, Check::Covers(c) if c.asks_full_scope());
        let full = lanes.iter().any(|p| p.rules.iter().any(full));
        vec![
            (
                "required_items",
                Parameter {
                    items: Some(items.into_values().collect()),
                    ..Parameter::default()
                },
            ),
            (
                "lane_standards",
                Parameter {
                    list: Some(standards),
                    ..Parameter::default()
                },
            ),
            (
                "full_scope",
                Parameter {
                    text: Some(if full { "yes" } else { "no" }.to_string()),
                    ..Parameter::default()
                },
            ),
        ]
    }

    /// Judges the rules of a pack that a report alone can answer; its verdict.
    fn pack(
        &self,
        pack: &Pack,
        parameters: &Parameters,
        goods: &[Classified],
        found: &mut Vec<(Order, Finding)>,
        tally: &mut Tally,
    ) -> LaneReport {
        let reliance = self.reliance();
        let ctx = self.ctx(pack, parameters, goods, &reliance);
        let mut verdict = Verdict::NotApplicable;
        for rule in &pack.rules {
            let alone = rule.subject == SubjectKind::Report
                && rule.check.on_reports_alone()
                && pack.holds(rule, self.settings.as_of);
            let outcome = if alone {
                let subject = Subject::Report(self.number);
                super::outcome(rule, &ctx, subject, || rule.check.run(&ctx, subject))
            } else {
                Outcome::nothing(why!("another-subject"))
            };
            let Outcome::Judged { details, .. } = outcome else {
                tally.not_applicable += 1;
                continue;
            };
            verdict = verdict.max(Verdict::Eligible);
            tally.pass += usize::from(details.is_empty());
            for detail in details {
                let order = order(&detail);
                let subject = Subject::Report(self.number);
                let strict = self.settings.strict;
                let mut finding = findings::build(pack, rule, &ctx, subject, detail, strict);
                finding.lines.clear();
                let (waivers, as_of) = (&self.settings.waivers, self.settings.as_of);
                finding.waived = waivers.of(&finding, &self.report.name(self.group), as_of);
                match finding.waived {
                    Some(_) => tally.waived += 1,
                    None => tally.count(finding.outcome),
                }
                if finding.blocks() {
                    verdict = verdict.max(match finding.outcome {
                        OutcomeKind::Fail => Verdict::NotEligible,
                        _ => Verdict::Undecided,
                    });
                }
                found.push((order, finding));
            }
        }
        LaneReport {
            lane: pack.id.clone(),
            title: pack.title.clone(),
            verdict,
            lines: Vec::new(),
            split: None,
        }
    }

    /// The report's document and those its findings name; places are numbered among them.
    fn documents(&self, findings: &mut [Finding]) -> Vec<DocumentInfo> {
        let mut numbers: Vec<usize> = vec![self.report.source.document() as usize];
        for place in findings.iter_mut().flat_map(|f| &mut f.places) {
            let Some(document) = place.document else {
                continue;
            };
            let known = numbers.iter().position(|n| *n == document);
            place.document = Some(known.unwrap_or_else(|| {
                numbers.push(document);
                numbers.len() - 1
            }));
        }
        numbers
            .iter()
            .filter_map(|n| self.group.documents.get(*n))
            .map(|d| d.info())
            .collect()
    }
}

/// Where a report names the standard of a lane; of several mentions one with an edition.
pub(super) fn named(group: &Group<'_>, pack: &Pack, report: &Report) -> Option<Value> {
    let (standard, _) = pack.relies_on.as_ref()?;
    let number = pack.parameters.text(standard);
    let stated = report.all(group, FieldId::STANDARD);
    let mut first = None;
    for value in stated.into_iter().chain(report.texts(group)) {
        for mention in standard::mentions(group.raw(&value), number) {
            let mut at = value;
            at.field.start += crate::model::grid::index(mention.start);
            at.field.len = crate::model::grid::index(mention.end - mention.start);
            if mention.edition.is_some() {
                return Some(at);
            }
            first = first.or(Some(at));
        }
    }
    first
}

fn order(detail: &Detail) -> Order {
    detail
        .evidence
        .iter()
        .filter(|e| e.role == Role::Primary)
        .find_map(|e| e.value())
        .map(|v| (false, v.document, v.field.cell, v.field.start))
        .unwrap_or((true, 0, 0, 0))
}
