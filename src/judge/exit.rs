//! The exit code of a run: 0 eligible, 1 mismatch, 3 undecided. (2, could not run, is the caller's.)

use crate::model::{Finding, OutcomeKind, Severity, ShipmentReport, Verdict};

/// From which severity on a failed rule makes the run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    Blocker,
    Warning,
    Note,
    Never,
}

/// What the shipments of a run weigh together.
pub struct Exit {
    /// From which severity on a failed rule counts; none: never.
    level: Option<Severity>,
    shipments: usize,
    /// Those of which there are documents.
    read: usize,
    failed: usize,
    undecided: usize,
}

impl Exit {
    pub fn new(fail_on: FailOn) -> Exit {
        Exit {
            level: match fail_on {
                FailOn::Never => None,
                FailOn::Blocker => Some(Severity::Blocker),
                FailOn::Warning => Some(Severity::Warning),
                FailOn::Note => Some(Severity::Note),
            },
            shipments: 0,
            read: 0,
            failed: 0,
            undecided: 0,
        }
    }

    /// Counts a shipment; with -1 takes it back.
    pub fn count(&mut self, shipment: &ShipmentReport, step: isize) {
        let findings = &shipment.findings;
        // What an earlier report has is not new, nor is a verdict it explains.
        let new = !findings.iter().any(|f| f.known && f.blocks());
        let failed = new && shipment.verdict == Verdict::NotEligible
            || findings.iter().any(|f| self.fails(f));
        let open = |f: &Finding| counts(f, OutcomeKind::Unknown) && f.severity == Severity::Blocker;
        let unclear = matches!(
            shipment.verdict,
            Verdict::Undecided | Verdict::NotApplicable
        );
        for (counter, applies) in [
            (&mut self.shipments, true),
            (&mut self.read, !shipment.documents.is_empty()),
            (&mut self.failed, failed),
            (
                &mut self.undecided,
                new && unclear || findings.iter().any(open),
            ),
        ] {
            if applies {
                *counter = counter.saturating_add_signed(step);
            }
        }
    }

    /// The worst of them and of the findings of no single shipment: 1 before 3 before 0.
    pub fn code(&self, others: &[Finding]) -> u8 {
        if self.level.is_none() {
            // Nothing checked is never a pass.
            return if self.read == 0 { 3 } else { 0 };
        }
        if self.failed > 0 || others.iter().any(|f| self.fails(f)) {
            return 1;
        }
        if self.shipments == 0 || self.undecided > 0 {
            3
        } else {
            0
        }
    }

    fn fails(&self, finding: &Finding) -> bool {
        let weighs = self.level.is_some_and(|level| finding.severity >= level);
        weighs && counts(finding, OutcomeKind::Fail)
    }
}

fn counts(finding: &Finding, outcome: OutcomeKind) -> bool {
    finding.outcome == outcome && finding.weighs() && !finding.known
}

/// The exit code of a run of these shipments and findings of no single one.
pub fn exit_code(shipments: &[ShipmentReport], others: &[Finding], fail_on: FailOn) -> u8 {
    let mut exit = Exit::new(fail_on);
    shipments.iter().for_each(|s| exit.count(s, 1));
    exit.code(others)
}
