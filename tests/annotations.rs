//! Annotations beside the examples GitHub and GitLab document: a reader that takes those takes ours.

use crate::outputs::{read, written};
use crate::run::shipments;
use serde_json::Value;
use std::collections::BTreeMap;

/// docs.github.com, “Workflow commands for GitHub Actions”: setting a notice, warning, error message.
const GITHUB: &str = "\
::notice file=app.js,line=1,col=5,endColumn=7,title=YOUR-TITLE::Missing semicolon
::warning file=app.js,line=1,col=5,endColumn=7,title=YOUR-TITLE::Missing semicolon
::error file=app.js,line=1,col=5,endColumn=7,title=YOUR-TITLE::Missing semicolon
";

/// docs.gitlab.com, “Code Quality”, report format.
const GITLAB: &str = r#"[
  {
    "description": "'unused' is assigned a value but never used.",
    "check_name": "no-unused-vars",
    "fingerprint": "7815696ecbf1c96e6894b779456d330e",
    "severity": "minor",
    "location": {
      "path": "lib/index.js",
      "lines": {
        "begin": 42
      }
    }
  }
]"#;

/// The severities it knows.
const SEVERITIES: [&str; 5] = ["info", "minor", "major", "critical", "blocker"];

/// A workflow command: its name, its parameters and its message, as the runner takes them.
fn command(line: &str) -> (String, BTreeMap<String, String>, String) {
    let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (name, parameters) = head.split_once(' ').unwrap_or((head, ""));
    let plain = |text: &str| {
        let text = text.replace("%0D", "\r").replace("%0A", "\n");
        let text = text.replace("%3A", ":").replace("%2C", ",");
        text.replace("%25", "%")
    };
    let parameters = parameters.split(',').map(|pair| {
        let (key, value) = pair.split_once('=').unwrap();
        (key.to_string(), plain(value))
    });
    (name.to_string(), parameters.collect(), plain(message))
}

/// What was found in a shipment of each sort: the findings as JSON, and the two forms.
fn outputs() -> impl Iterator<Item = (Vec<Value>, Vec<Value>, String, Vec<Value>)> {
    let list = |value: &Value| value.as_array().unwrap().clone();
    let names = ["mixed-batch", "infant-scan", "infant-clean-csv-txt"];
    names.into_iter().map(move |name| {
        let into = tempfile::tempdir().unwrap();
        written(&shipments().join(name), into.path(), &[]);
        let report: Value = serde_json::from_str(&read(into.path(), "json")).unwrap();
        let gitlab = read(into.path(), "gitlab");
        // Its reader takes no mark of the byte order.
        assert!(gitlab.starts_with('['), "{gitlab}");
        let gitlab: Value = serde_json::from_str(&gitlab).unwrap();
        let shipment = &report["shipments"][0];
        (
            list(&shipment["findings"]),
            list(&shipment["documents"]),
            read(into.path(), "github"),
            list(&gitlab),
        )
    })
}

#[test]
fn a_workflow_command_is_of_the_documented_form() {
    let examples: Vec<_> = GITHUB.lines().map(command).collect();
    let known = |name: &str| examples.iter().find(|(n, _, _)| n == name);
    for (findings, documents, github, _) in outputs() {
        let mut of_files = 0;
        for line in github.lines() {
            let (name, parameters, message) = command(line);
            let (_, documented, _) = known(&name).unwrap_or_else(|| panic!("{line}"));
            assert!(parameters.keys().all(|k| documented.contains_key(k)));
            assert!(!message.trim().is_empty(), "{line}");
            let title = &parameters["title"];
            let Some(file) = parameters.get("file") else {
                continue;
            };
            of_files += 1;
            assert!(documents.iter().any(|d| d["path"] == **file), "{line}");
            if let Some(number) = parameters.get("line") {
                assert!(number.parse::<u32>().unwrap() >= 1, "{line}");
            }
            let of = findings.iter().find(|f| {
                let rule = f["rule"].as_str().unwrap();
                title.starts_with(rule) && message.starts_with(f["message"].as_str().unwrap())
            });
            assert!(of.is_some() || name == "warning", "{line}");
        }
        assert!(of_files > 0 || findings.is_empty(), "{github}");
    }
}

/// Each key of an example is there, with a value of the same sort.
fn is_like(example: &Value, ours: &Value) -> bool {
    match (example, ours) {
        (Value::Object(example), Value::Object(ours)) => {
            let like = |(key, value)| ours.get(key).is_some_and(|own| is_like(value, own));
            example.iter().all(like)
        }
        (Value::String(_), Value::String(own)) => !own.trim().is_empty(),
        (Value::Number(_), Value::Number(own)) => own.as_u64().is_some_and(|n| n >= 1),
        _ => false,
    }
}

#[test]
fn a_code_quality_report_is_of_the_documented_form() {
    let example: Value = serde_json::from_str(GITLAB).unwrap();
    let mut looked = 0;
    for (_, documents, _, gitlab) in outputs() {
        for issue in gitlab {
            assert!(is_like(&example[0], &issue), "{issue}");
            assert!(SEVERITIES.contains(&issue["severity"].as_str().unwrap()));
            let path = issue["location"]["path"].as_str().unwrap();
            assert!(!path.starts_with("./"), "{path}");
            let own = documents.iter().any(|d| d["path"] == path);
            assert!(
                own || issue["check_name"] == "doc/shipment-complete",
                "{issue}"
            );
            looked += 1;
        }
    }
    assert!(looked > 3, "{looked}");
}
