//! A run as JUnit XML: a suite a shipment, a case for its verdict and for each of its findings.

use super::cases::Coverage;
use super::escape::{line, lines};
use super::json::SCHEMA;
use super::{summary, table, words};
use crate::model::{Finding, Lang, OutcomeKind, Report, Severity, ShipmentReport, Verdict};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

/// The report. What failed is a failure, what could not be decided an error, what is waived or known
/// already skipped; what blocks nothing is told and passes.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn render(report: &Report, lang: Lang) -> anyhow::Result<String> {
    let mut junit = quick_junit::Report::new(format!("greenlane ({SCHEMA})"));
    for shipment in &report.shipments {
        let mut suite = TestSuite::new(line(&shipment.id).as_str());
        suite.add_test_case(verdict(shipment, lang));
        for finding in &shipment.findings {
            suite.add_test_case(case(finding, shipment, lang));
        }
        junit.add_test_suite(suite);
    }
    Ok(junit.to_string()?)
}

/// The cases of rules: a suite a pack, a case a rule, which fails with all that came out otherwise.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn cases(covered: &[Coverage]) -> anyhow::Result<String> {
    let mut junit = quick_junit::Report::new(format!("greenlane ({SCHEMA})"));
    for rules in covered.chunk_by(|a, b| a.pack == b.pack) {
        let pack = rules.first().map_or("", |rule| rule.pack.as_str());
        let mut suite = TestSuite::new(line(pack).as_str());
        for rule in rules {
            let wrong = rule.wrong.iter().map(|w| {
                let (expected, got) = (w.expected.as_str(), w.got.as_str());
                let said = w.said.join("\n    ");
                format!(
                    "{}:{}: expected {expected}, got {got}\n    {said}",
                    w.file, w.line
                )
            });
            let wrong = lines(&wrong.collect::<Vec<_>>().join("\n"));
            let mut status = TestCaseStatus::success();
            if !wrong.is_empty() {
                status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_description(wrong.as_str());
            }
            let mut case = TestCase::new(line(&rule.rule).as_str(), status);
            case.set_classname(line(pack).as_str());
            suite.add_test_case(case);
        }
        junit.add_test_suite(suite);
    }
    Ok(junit.to_string()?)
}

fn verdict(shipment: &ShipmentReport, lang: Lang) -> TestCase {
    let failed = |kind| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(summary::word(shipment.verdict, lang).as_str());
        status
    };
    let status = match shipment.verdict {
        Verdict::Eligible => TestCaseStatus::success(),
        Verdict::NotEligible => failed(NonSuccessKind::Failure),
        Verdict::Undecided | Verdict::NotApplicable => failed(NonSuccessKind::Error),
    };
    let mut case = TestCase::new("verdict", status);
    case.set_classname("greenlane");
    case
}

fn case(finding: &Finding, shipment: &ShipmentReport, lang: Lang) -> TestCase {
    let mut told = vec![finding.message.get(lang).to_string()];
    let places = finding.places.iter();
    told.extend(
        places
            .filter_map(|p| table::place_text(p, &shipment.documents, lang))
            .map(|p| format!("@ {p}")),
    );
    told.push(format!("→ {}", finding.fix.get(lang)));
    told.push(format!(
        "{} ({})",
        finding.basis.words,
        finding.basis.confidence.as_str()
    ));
    let told = lines(&told.join("\n"));
    let blocks = finding.severity == Severity::Blocker;
    let kind = match finding.outcome {
        OutcomeKind::Fail if blocks => Some(NonSuccessKind::Failure),
        OutcomeKind::Unknown if blocks => Some(NonSuccessKind::Error),
        _ => None,
    };
    let mut status = match kind {
        _ if !finding.weighs() || finding.known => TestCaseStatus::skipped(),
        Some(kind) => TestCaseStatus::non_success(kind),
        None => TestCaseStatus::success(),
    };
    let passes = matches!(status, TestCaseStatus::Success { .. });
    if !passes {
        status.set_message(line(finding.message.get(lang)).as_str());
        status.set_description(told.as_str());
        status.set_type(finding.severity.as_str());
    }
    let name = format!(
        "{} {} {}",
        finding.rule,
        words::subject(&finding.subject, lang),
        finding.fingerprint
    );
    let mut case = TestCase::new(line(&name).as_str(), status);
    case.set_classname(finding.lane.as_str());
    if passes {
        case.set_system_out(told.as_str());
    }
    case
}
