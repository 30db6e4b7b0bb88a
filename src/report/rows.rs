//! A run as rows for spreadsheets and scripts: one a finding, one a problem, one for a shipment that
//! has neither.

use super::escape::cell;
use crate::model::{Finding, Lang, Level, Problem, Report, ShipmentReport};

/// The headings; by them a file is known again.
pub const HEAD: [&str; 18] = [
    "shipment",
    "verdict",
    "outcome",
    "severity",
    "lane",
    "rule",
    "subject",
    "document",
    "at",
    "raw",
    "message",
    "expected",
    "found",
    "grade",
    "fix",
    "also_at",
    "waived_by",
    "fingerprint",
];

/// The rows, with the headings.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn render(report: &Report, lang: Lang) -> anyhow::Result<String> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(HEAD)?;
    let mut write = |row: [String; 18]| out.write_record(row.map(|text| cell(&text)));
    for shipment in &report.shipments {
        let worth = |p: &&Problem| p.level > Level::Remark;
        for finding in shipment.findings.iter().chain(&shipment.passed) {
            write(of_finding(Some(shipment), finding, lang))?;
        }
        for problem in shipment.problems.iter().filter(worth) {
            write(of_problem(Some(shipment), problem, lang))?;
        }
        if shipment.findings.is_empty() && !shipment.problems.iter().any(|p| worth(&p)) {
            let mut row = [const { String::new() }; 18];
            row[0].clone_from(&shipment.id);
            row[1] = shipment.verdict.as_str().to_string();
            write(row)?;
        }
    }
    for finding in &report.findings {
        write(of_finding(None, finding, lang))?;
    }
    for problem in report.problems.iter().filter(|p| p.level > Level::Remark) {
        write(of_problem(None, problem, lang))?;
    }
    Ok(String::from_utf8(out.into_inner()?)?)
}

fn of_finding(shipment: Option<&ShipmentReport>, finding: &Finding, lang: Lang) -> [String; 18] {
    let documents = shipment.map_or(&[][..], |s| &s.documents);
    let mut places = finding.places.iter().map(|place| {
        let document = place.document.and_then(|d| documents.get(d));
        let path = document.map_or("", |d| &d.path);
        let at = place.spot.at(document.and_then(|d| d.part.as_deref()));
        (path.to_string(), at, place.raw.clone())
    });
    let (document, at, raw) = places.next().unwrap_or_default();
    let also: Vec<String> = places
        .map(|(d, at, raw)| format!("{d} {at} “{raw}”"))
        .collect();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        shipment.map_or(String::new(), |s| s.id.clone()),
        shipment.map_or(String::new(), |s| s.verdict.as_str().to_string()),
        finding.outcome.as_str().to_string(),
        finding.severity.as_str().to_string(),
        finding.lane.clone(),
        finding.rule.clone(),
        finding.subject.clone(),
        document,
        at,
        raw,
        finding.message.get(lang).to_string(),
        text(&finding.expected),
        text(&finding.found),
        finding.grade.map_or("", |g| g.as_str()).to_string(),
        finding.fix.get(lang).to_string(),
        also.join(" | "),
        finding
            .waived
            .as_ref()
            .map_or(String::new(), |w| w.who.clone()),
        finding.fingerprint.clone(),
    ]
}

fn of_problem(shipment: Option<&ShipmentReport>, problem: &Problem, lang: Lang) -> [String; 18] {
    let mut row = [const { String::new() }; 18];
    let texts = [
        (0, shipment.map_or("", |s| s.id.as_str())),
        (1, shipment.map_or("", |s| s.verdict.as_str())),
        (2, "problem"),
        (3, problem.level.as_str()),
        (5, problem.code),
        (7, &problem.path),
        (10, problem.message.get(lang)),
        (14, problem.hint.get(lang)),
    ];
    for (at, text) in texts {
        if let Some(slot) = row.get_mut(at) {
            *slot = text.to_string();
        }
    }
    row[8] = problem.spot.at(problem.part.as_deref());
    row
}
