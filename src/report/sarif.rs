//! A run as SARIF 2.1.0, which code scanning takes in.

use super::escape::line;
use super::json::SCHEMA;
use crate::model::{
    DocumentInfo, Finding, Lang, Level, OutcomeKind, Place, Problem, Report, Severity,
    ShipmentReport, Spot,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const SCHEMA_AT: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The report. A failed rule is `fail`, an undecided one `open`, a waived one suppressed; cells are
/// logical locations, lines of texts regions.
pub fn render(report: &Report, lang: Lang) -> String {
    let findings = || {
        let of = report.shipments.iter();
        let of = of.flat_map(|s| {
            s.findings
                .iter()
                .chain(&s.passed)
                .map(move |f| (Some(s), f))
        });
        of.chain(report.findings.iter().map(|f| (None, f)))
    };
    let mut rules: BTreeMap<&str, &Finding> = BTreeMap::new();
    for (_, finding) in findings() {
        rules.entry(&finding.rule).or_insert(finding);
    }
    let numbers: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(n, id)| (*id, n)).collect();
    let results: Vec<Value> = findings()
        .map(|(shipment, f)| {
            let number = numbers.get(f.rule.as_str()).copied().unwrap_or_default();
            result(shipment, f, number, lang)
        })
        .collect();
    let problems = report.shipments.iter().flat_map(|s| &s.problems);
    let notifications: Vec<Value> = problems
        .chain(&report.problems)
        .filter(|p| p.level > Level::Remark)
        .map(|p| notification(p, lang))
        .collect();
    let log = json!({
        "$schema": SCHEMA_AT,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "properties": {"schema": SCHEMA, "notice": super::table::notice(lang)},
                "rules": rules.values().map(|f| rule(f)).collect::<Vec<Value>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "exitCode": report.exit_code,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
            "properties": {"asOf": report.as_of},
        }],
    });
    super::escape::json(&log)
}

fn rule(finding: &Finding) -> Value {
    let basis = &finding.basis;
    let text = format!(
        "{} ({}, {})",
        basis.words,
        basis.source,
        basis.confidence.as_str()
    );
    json!({
        "id": finding.rule,
        "fullDescription": {"text": text},
        "defaultConfiguration": {"level": level(finding.severity)},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocker => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn result(shipment: Option<&ShipmentReport>, finding: &Finding, rule: usize, lang: Lang) -> Value {
    let (kind, level) = match finding.outcome {
        OutcomeKind::Fail => ("fail", level(finding.severity)),
        OutcomeKind::Unknown => ("open", "none"),
        OutcomeKind::Note => ("informational", "none"),
        OutcomeKind::Pass => ("pass", "none"),
        OutcomeKind::NotApplicable => ("notApplicable", "none"),
    };
    let documents = shipment.map_or(&[][..], |s| &s.documents);
    let mut places = finding.places.iter().filter_map(|p| location(p, documents));
    let first: Vec<Value> = places.next().into_iter().collect();
    let mut related: Vec<Value> = places.collect();
    for (number, place) in related.iter_mut().enumerate() {
        if let Value::Object(place) = place {
            place.insert("id".to_string(), json!(number + 1));
        }
    }
    let text = format!("{} → {}", finding.message.get(lang), finding.fix.get(lang));
    let id = shipment.map_or("", |s| s.id.as_str());
    let mut all = json!({
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "kind": kind,
        "level": level,
        "message": {"text": line(&text)},
        "locations": first,
        "relatedLocations": related,
        "partialFingerprints": {"greenlane/v1": format!("{id}/{}", finding.fingerprint)},
        "properties": {
            "shipment": id,
            "lane": finding.lane,
            "subject": line(&finding.subject),
            "severity": finding.severity,
            "expected": finding.expected.as_deref().map(line),
            "found": finding.found.as_deref().map(line),
        },
    });
    let mut also = Map::new();
    if let Some(waived) = &finding.waived {
        let why = format!("{} ({}, {})", waived.reason, waived.who, waived.until);
        let suppressed = json!([{"kind": "external", "status": "accepted", "justification": why}]);
        also.insert("suppressions".to_string(), suppressed);
    }
    if finding.known {
        also.insert("baselineState".to_string(), json!("unchanged"));
    }
    if let Value::Object(all) = &mut all {
        all.extend(also);
    }
    all
}

fn location(place: &Place, documents: &[DocumentInfo]) -> Option<Value> {
    let document = documents.get(place.document?)?;
    let at = place.spot.at(document.part.as_deref());
    let mut physical = Map::new();
    physical.insert(
        "artifactLocation".to_string(),
        json!({"uri": uri(&document.path)}),
    );
    if let Spot::CsvCell { line: at, .. } | Spot::Line { line: at } = place.spot {
        physical.insert(
            "region".to_string(),
            json!({"startLine": at + 1, "snippet": {"text": line(&place.raw)}}),
        );
    }
    let mut all = json!({"physicalLocation": physical, "message": {"text": line(&format!("{at} “{}”", place.raw))}});
    if let (Value::Object(all), false) = (&mut all, at.is_empty()) {
        let full = format!("{}#{at}", document.path);
        all.insert(
            "logicalLocations".to_string(),
            json!([{"name": at, "fullyQualifiedName": full}]),
        );
    }
    Some(all)
}

fn notification(problem: &Problem, lang: Lang) -> Value {
    let level = match problem.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Remark => "note",
    };
    json!({
        "descriptor": {"id": problem.code},
        "level": level,
        "message": {"text": line(problem.message.get(lang))},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(&problem.path)}}}],
    })
}

/// A path as a relative reference: what may not stand in one is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte))
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
