//! Each folder of `fixtures/shipments` is checked and compared with its hand-written `expect.yaml`.

use crate::run::{audits, fixtures, report};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    #[serde(default)]
    args: Vec<String>,
    exit: i32,
    shipments: Vec<Shipment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shipment {
    id: String,
    verdict: Option<String>,
    #[serde(default)]
    lanes: BTreeMap<String, String>,
    #[serde(default)]
    lines: BTreeMap<String, BTreeMap<String, String>>,
    take_out: Option<Vec<String>>,
    #[serde(default)]
    split: BTreeMap<String, Split>,
    #[serde(default)]
    findings: Vec<Finding>,
    nothing_else: Option<Level>,
    #[serde(default)]
    problems: Vec<Problem>,
}

/// The split plan of a lane.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Split {
    then: String,
    eligible: Vec<String>,
    also_take_out: Vec<String>,
    /// Line to the rules it still needs.
    remaining: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Level {
    Blocker,
    Warning,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Finding {
    rule: String,
    outcome: String,
    severity: Option<String>,
    subject: Option<String>,
    found: Option<String>,
    expected: Option<String>,
    message: Option<String>,
    grade: Option<String>,
    #[serde(default)]
    places: Vec<Place>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    path: String,
    sheet: Option<String>,
    cell: Option<String>,
    page: Option<u64>,
    line: Option<u64>,
    pointer: Option<String>,
    raw: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Problem {
    code: Option<String>,
    path: String,
}

#[test]
fn every_fixture_says_what_its_expectation_says() {
    let mut faults = Vec::new();
    let checked = fixtures().into_iter().map(|folder| ("check", folder));
    let audited = audits().into_iter().map(|folder| ("audit", folder));
    for (command, folder) in checked.chain(audited) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let found = compare(command, &folder);
        faults.extend(found.into_iter().map(|f| format!("{name}: {f}")));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn compare(command: &str, folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("expect.yaml")).expect("expect.yaml");
    let expect: Expect =
        serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let args: Vec<&str> = expect.args.iter().map(String::as_str).collect();
    let (report, exit) = report(command, folder, &args);
    let mut faults = Vec::new();
    if exit != expect.exit {
        faults.push(format!("exit {exit}, expected {}", expect.exit));
    }
    if report["exit_code"] != exit {
        faults.push("the report's exit_code is not the program's".to_string());
    }
    assert!(!expect.shipments.is_empty(), "an expectation of nothing");
    for wanted in &expect.shipments {
        let found = list(&report["shipments"])
            .iter()
            .find(|s| s["id"] == wanted.id.as_str());
        match found {
            Some(shipment) => shipment_faults(wanted, shipment, &mut faults),
            None => faults.push(format!("no shipment {}", wanted.id)),
        }
    }
    faults
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn shipment_faults(wanted: &Shipment, shipment: &Value, faults: &mut Vec<String>) {
    if let Some(verdict) = &wanted.verdict
        && shipment["verdict"] != verdict.as_str()
    {
        faults.push(format!(
            "verdict {}, expected {verdict}",
            shipment["verdict"]
        ));
    }
    let lanes: BTreeMap<&str, &Value> = list(&shipment["lanes"])
        .iter()
        .filter_map(|l| Some((l["lane"].as_str()?, l)))
        .collect();
    if !wanted.lanes.is_empty() {
        let got: BTreeMap<String, String> = lanes
            .iter()
            .map(|(k, v)| {
                (
                    k.to_string(),
                    v["verdict"].as_str().unwrap_or("").to_string(),
                )
            })
            .collect();
        if got != wanted.lanes {
            faults.push(format!("lanes {got:?}, expected {:?}", wanted.lanes));
        }
    }
    for (lane, lines) in &wanted.lines {
        for (line, verdict) in lines {
            let got = lanes.get(lane.as_str()).and_then(|l| {
                list(&l["lines"])
                    .iter()
                    .find(|x| x["line"] == line.as_str())
            });
            let got = got.and_then(|l| l["verdict"].as_str());
            if got != Some(verdict) {
                faults.push(format!("line {line} of {lane} {got:?}, expected {verdict}"));
            }
        }
    }
    if let Some(take_out) = &wanted.take_out {
        let got = list(&shipment["lanes"])
            .iter()
            .find(|l| !l["split"].is_null())
            .map(|l| l["split"]["take_out"].clone());
        if got != Some(serde_json::json!(take_out)) {
            faults.push(format!("take out {got:?}, expected {take_out:?}"));
        }
    }
    for (lane, split) in &wanted.split {
        let got = lanes.get(lane.as_str()).map(|l| &l["split"]);
        let remaining: Vec<Value> = got.map_or(Vec::new(), |s| list(&s["remaining"]).to_vec());
        let needs: BTreeMap<String, Value> = remaining
            .iter()
            .map(|n| {
                (
                    n["line"].as_str().unwrap_or("").to_string(),
                    n["needs"].clone(),
                )
            })
            .collect();
        let same = got.is_some_and(|s| {
            s["then"] == split.then.as_str()
                && s["eligible"] == serde_json::json!(split.eligible)
                && s["also_take_out"] == serde_json::json!(split.also_take_out)
        });
        if !same || serde_json::json!(needs) != serde_json::json!(split.remaining) {
            faults.push(format!("split plan of {lane}: {got:?}"));
        }
    }
    let findings = list(&shipment["findings"]);
    let mut told: Vec<usize> = Vec::new();
    for finding in &wanted.findings {
        let (best, why) = findings
            .iter()
            .enumerate()
            .filter(|(_, f)| {
                f["rule"] == finding.rule.as_str() && f["outcome"] == finding.outcome.as_str()
            })
            .map(|(i, f)| (i, finding_faults(finding, f, shipment)))
            .min_by_key(|(_, why)| why.len())
            .map_or((None, vec!["is missing".to_string()]), |(i, why)| {
                (Some(i), why)
            });
        told.extend(best);
        for fault in why {
            faults.push(format!("{} {}: {fault}", finding.rule, finding.outcome));
        }
    }
    if let Some(level) = wanted.nothing_else {
        for (i, finding) in findings.iter().enumerate() {
            let counts = finding["severity"] == "blocker"
                || level == Level::Warning && finding["severity"] == "warning";
            let adverse = finding["outcome"] == "fail" || finding["outcome"] == "unknown";
            // An expectation without subject and place speaks for all findings of its rule.
            let spoken_for = told.contains(&i)
                || wanted.findings.iter().any(|w| {
                    finding["rule"] == w.rule.as_str()
                        && finding["outcome"] == w.outcome.as_str()
                        && w.subject.is_none()
                        && w.places.is_empty()
                });
            if counts && adverse && !spoken_for {
                faults.push(format!(
                    "nothing else was expected, but {} {} {}: {}",
                    finding["rule"], finding["outcome"], finding["subject"], finding["message"]
                ));
            }
        }
    }
    for problem in &wanted.problems {
        let there = list(&shipment["problems"]).iter().any(|p| {
            problem
                .code
                .as_ref()
                .is_none_or(|c| p["code"] == c.as_str())
                && p["path"]
                    .as_str()
                    .is_some_and(|path| path.ends_with(&problem.path))
        });
        if !there {
            faults.push(format!("no such problem: {problem:?}"));
        }
    }
}

fn finding_faults(wanted: &Finding, finding: &Value, shipment: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut same = |name: &str, wanted: &Option<String>| {
        if let Some(wanted) = wanted
            && finding[name] != wanted.as_str()
        {
            faults.push(format!("{name} {}, expected {wanted:?}", finding[name]));
        }
    };
    same("severity", &wanted.severity);
    same("subject", &wanted.subject);
    same("grade", &wanted.grade);
    let mut spoken = |name: &str, wanted: &Option<String>| {
        if let Some(wanted) = wanted
            && !finding[name]
                .as_str()
                .is_some_and(|got| speaks_of(got, wanted))
        {
            faults.push(format!("{name} {}, expected {wanted:?}", finding[name]));
        }
    };
    spoken("found", &wanted.found);
    spoken("expected", &wanted.expected);
    spoken("message", &wanted.message);
    for place in &wanted.places {
        let there = list(&finding["places"])
            .iter()
            .any(|p| place_holds(place, p, shipment));
        if !there {
            let got: Vec<String> = list(&finding["places"])
                .iter()
                .map(|p| format!("{} {} {}", p["document"], p["at"], p["raw"]))
                .collect();
            faults.push(format!("no place {place:?} among {got:?}"));
        }
    }
    faults
}

/// The one holds the other: the expectation may name a part of what is said, or more.
fn speaks_of(got: &str, wanted: &str) -> bool {
    !got.is_empty() && (got.contains(wanted) || wanted.contains(got))
}

fn place_holds(wanted: &Place, place: &Value, shipment: &Value) -> bool {
    let document = list(&shipment["documents"])
        .iter()
        .find(|d| d["id"] == place["document"]);
    let path = document.and_then(|d| d["path"].as_str()).unwrap_or("");
    let text = |name: &str, wanted: &Option<String>| {
        wanted.as_ref().is_none_or(|w| place[name] == w.as_str())
    };
    let number = |name: &str, wanted: Option<u64>| wanted.is_none_or(|w| place[name] == w);
    path.ends_with(&wanted.path)
        && text("sheet", &wanted.sheet)
        && text("cell", &wanted.cell)
        && text("pointer", &wanted.pointer)
        && number("page", wanted.page)
        && number("line", wanted.line)
        && wanted
            .raw
            .as_ref()
            .is_none_or(|w| place["raw"].as_str().is_some_and(|got| speaks_of(got, w)))
}
