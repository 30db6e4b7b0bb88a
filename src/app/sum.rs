//! What the shipments of a run come to together, counted one by one, so that none has to be kept.

use super::config::Config;
use crate::Rules;
use crate::judge::{Exit, FailOn, Settings};
use crate::model::{Idle, Problem, Report, ShipmentReport, Verdict};
use crate::report::json::shape::RunTally;

/// A run as it adds up.
pub struct Sum<'r> {
    rules: &'r Rules,
    settings: &'r Settings,
    pub tally: RunTally,
    exit: Exit,
    /// The findings each waiver met.
    met: Vec<usize>,
    packs: Vec<Rested>,
}

/// Of a pack: the shipments it judged, and of each of its rules in how many of them it found
/// nothing to judge.
struct Rested {
    judged: usize,
    rules: Vec<usize>,
}

impl<'r> Sum<'r> {
    pub fn new(rules: &'r Rules, settings: &'r Settings, fail_on: FailOn) -> Sum<'r> {
        let rested = |pack: &crate::pack::Pack| Rested {
            judged: 0,
            rules: vec![0; pack.rules.len()],
        };
        Sum {
            rules,
            settings,
            tally: RunTally::default(),
            exit: Exit::new(fail_on),
            met: Vec::new(),
            packs: rules.packs.iter().map(rested).collect(),
        }
    }

    /// Counts a shipment; with -1 takes it back.
    pub fn count(&mut self, shipment: &ShipmentReport, step: isize) {
        self.tally.count(shipment.verdict, step);
        self.exit.count(shipment, step);
        self.settings.waivers.count(shipment, step, &mut self.met);
        for (number, (pack, rested)) in self.rules.packs.iter().zip(&mut self.packs).enumerate() {
            let lane = shipment.lanes.iter().find(|l| l.lane == pack.id);
            let lane = lane.map(|l| l.lines.iter().any(|l| l.verdict != Verdict::NotApplicable));
            if shipment.lanes.is_empty() || !lane.unwrap_or(!pack.is_lane()) {
                continue;
            }
            rested.judged = rested.judged.saturating_add_signed(step);
            let own = shipment
                .idle
                .iter()
                .filter(|(p, _)| usize::from(*p) == number);
            for (_, rule) in own {
                if let Some(count) = rested.rules.get_mut(usize::from(*rule)) {
                    *count = count.saturating_add_signed(step);
                }
            }
        }
    }

    /// The run, with the shipments of it that were kept.
    pub fn report(
        &self,
        shipments: Vec<ShipmentReport>,
        problems: Vec<Problem>,
        config: &Config,
    ) -> Report {
        let as_of = self.settings.as_of;
        let findings = self.settings.waivers.findings(&self.met, as_of);
        let packs = self.rules.packs.iter().filter(|p| !p.reports_only);
        Report {
            exit_code: self.exit.code(&findings),
            findings,
            idle: self.idle(),
            as_of: as_of.to_string(),
            of_reports: false,
            configuration: config.file.clone(),
            packs: packs.map(|p| p.info(as_of)).collect(),
            shipments,
            problems,
        }
    }

    /// The rules of each pack that was judged that found nothing to judge in any shipment.
    fn idle(&self) -> Vec<Idle> {
        let packs = self.rules.packs.iter().zip(&self.packs);
        let of_pack = |(pack, rested): (&crate::pack::Pack, &Rested)| {
            let rules = pack.rules.iter().zip(&rested.rules);
            let rules = rules.filter(|(_, n)| rested.judged > 0 && **n == rested.judged);
            let rules: Vec<String> = rules.map(|(r, _)| r.id.clone()).collect();
            let lane = pack.id.clone();
            (!rules.is_empty()).then_some(Idle { lane, rules })
        };
        packs.filter_map(of_pack).collect()
    }
}
