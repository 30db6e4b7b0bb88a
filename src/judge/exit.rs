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

/// The worst of the shipments and of the findings of no single shipment: 1 before 3 before 0.
pub fn exit_code(shipments: &[ShipmentReport], others: &[Finding], fail_on: FailOn) -> u8 {
    // Nothing checked is never a pass.
    let nothing = shipments.iter().all(|s| s.documents.is_empty());
    let level = match fail_on {
        FailOn::Never => return if nothing { 3 } else { 0 },
        FailOn::Blocker => Severity::Blocker,
        FailOn::Warning => Severity::Warning,
        FailOn::Note => Severity::Note,
    };
    // What an earlier report has is not new, nor is a verdict it explains.
    let counts = |f: &Finding, outcome| f.outcome == outcome && f.weighs() && !f.known;
    let new = |s: &&ShipmentReport| !s.findings.iter().any(|f| f.known && f.blocks());
    let fails = |f: &Finding| counts(f, OutcomeKind::Fail) && f.severity >= level;
    let failed = others.iter().any(fails)
        || shipments
            .iter()
            .any(|s| s.verdict == Verdict::NotEligible && new(&s) || s.findings.iter().any(fails));
    if failed {
        return 1;
    }
    let undecided = shipments.is_empty()
        || shipments
            .iter()
            .filter(new)
            .any(|s| matches!(s.verdict, Verdict::Undecided | Verdict::NotApplicable))
        || shipments.iter().any(|s| {
            s.findings
                .iter()
                .any(|f| counts(f, OutcomeKind::Unknown) && f.severity == Severity::Blocker)
        });
    if undecided { 3 } else { 0 }
}
