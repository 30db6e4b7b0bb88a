//! Findings as annotations of pipelines: GitHub's workflow commands, GitLab's code quality report.

use super::escape::line;
use super::{summary, words};
use crate::model::{
    DocumentInfo, Finding, Lang, Level, OutcomeKind, Report, Severity, ShipmentReport, Spot,
};
use serde_json::json;

/// The name of the engine in a code quality report; by it a file is known again.
pub const ENGINE: &str = "\"engine_name\": \"greenlane\"";

/// GitHub's workflow commands, the verdict last.
pub fn github(report: &Report, lang: Lang) -> String {
    let mut out = String::new();
    for (shipment, finding) in weighty(report) {
        let command = match level(finding) {
            Weight::Blocks => "error",
            Weight::Warns => "warning",
            Weight::Notes => "notice",
        };
        let title = format!(
            "{} {}",
            finding.rule,
            words::subject(&finding.subject, lang)
        );
        let mut properties = vec![format!("title={}", property(&title))];
        if let Some((path, line)) = file(shipment, finding) {
            properties.insert(0, format!("file={}", property(&path)));
            properties.extend(line.map(|line| format!("line={line}")));
        }
        let text = format!(
            "{} → {}",
            told(shipment, finding, lang),
            finding.fix.get(lang)
        );
        let properties = properties.join(",");
        out.push_str(&format!("::{command} {properties}::{}\n", data(&text)));
    }
    for problem in problems(report) {
        let (path, text) = (property(&problem.path), data(problem.message.get(lang)));
        let title = property(problem.code);
        out.push_str(&format!("::warning file={path},title={title}::{text}\n"));
    }
    let command = if report.exit_code == 0 {
        "notice"
    } else {
        "error"
    };
    let text = data(&summary::line(report, lang));
    out.push_str(&format!("::{command} title=greenlane::{text}\n"));
    out
}

/// GitLab's code quality report.
pub fn gitlab(report: &Report, lang: Lang) -> String {
    let mut all = Vec::new();
    for (shipment, finding) in weighty(report) {
        let (path, begin) =
            file(shipment, finding).unwrap_or_else(|| (shipment_id(shipment), None));
        let severity = match (level(finding), finding.outcome) {
            (Weight::Blocks, OutcomeKind::Fail) => "blocker",
            (Weight::Blocks, _) => "critical",
            (Weight::Warns, _) => "minor",
            (Weight::Notes, _) => "info",
        };
        all.push(json!({
            "engine_name": "greenlane",
            "check_name": finding.rule,
            "description": line(&told(shipment, finding, lang)),
            "content": {"body": line(finding.fix.get(lang))},
            "severity": severity,
            "fingerprint": format!("{}-{}", finding.fingerprint, shipment_id(shipment)),
            "location": {"path": path, "lines": {"begin": begin.unwrap_or(1)}},
        }));
    }
    for problem in problems(report) {
        all.push(json!({
            "engine_name": "greenlane",
            "check_name": problem.code,
            "description": line(problem.message.get(lang)),
            "severity": "critical",
            "fingerprint": format!("{}-{}", problem.code, problem.path),
            "location": {"path": problem.path, "lines": {"begin": 1}},
        }));
    }
    super::escape::json(&all)
}

enum Weight {
    Blocks,
    Warns,
    Notes,
}

fn level(finding: &Finding) -> Weight {
    match (finding.severity, finding.outcome) {
        (_, OutcomeKind::Note) => Weight::Notes,
        (Severity::Blocker, _) => Weight::Blocks,
        (Severity::Warning, _) => Weight::Warns,
        (Severity::Note, _) => Weight::Notes,
    }
}

/// What is not waived and not known already, with the shipment it is of.
fn weighty(report: &Report) -> impl Iterator<Item = (Option<&ShipmentReport>, &Finding)> {
    let of_shipments = report
        .shipments
        .iter()
        .flat_map(|s| s.findings.iter().map(move |f| (Some(s), f)));
    let others = report.findings.iter().map(|f| (None, f));
    of_shipments
        .chain(others)
        .filter(|(_, f)| f.weighs() && !f.known)
}

/// What could not be read.
fn problems(report: &Report) -> impl Iterator<Item = &crate::model::Problem> {
    let all = report.shipments.iter().flat_map(|s| &s.problems);
    all.chain(&report.problems)
        .filter(|p| p.level == Level::Error)
}

fn shipment_id(shipment: Option<&ShipmentReport>) -> String {
    shipment.map_or_else(|| "run".to_string(), |s| s.id.clone())
}

fn told(shipment: Option<&ShipmentReport>, finding: &Finding, lang: Lang) -> String {
    let documents = shipment.map_or(&[][..], |s| &s.documents);
    let place = finding.places.first();
    let at = place.and_then(|p| super::table::place_text(p, documents, lang));
    let message = finding.message.get(lang);
    match at {
        Some(at) => format!("{message} @ {at}"),
        None => message.to_string(),
    }
}

/// The file of a finding, and the line of it where it is a text: what these reports can point at.
fn file(shipment: Option<&ShipmentReport>, finding: &Finding) -> Option<(String, Option<u32>)> {
    let documents: &[DocumentInfo] = shipment.map_or(&[][..], |s| &s.documents);
    let place = finding.places.first()?;
    let document = documents.get(place.document?)?;
    let line = match place.spot {
        Spot::CsvCell { line, .. } | Spot::Line { line } => Some(line + 1),
        Spot::Cell { row, .. } => Some(row + 1),
        _ => None,
    };
    Some((document.path.clone(), line))
}

/// The text of a workflow command.
fn data(text: &str) -> String {
    line(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
