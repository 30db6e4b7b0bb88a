//! The catalogue of rules (`fixtures/catalogue.txt`): each stands in its pack, and fixtures violate
//! and satisfy it.

use crate::run::{audits, fixtures, root};
use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};

struct Entry {
    pack: String,
    rule: String,
    severity: String,
}

fn catalogue() -> Vec<Entry> {
    let text = std::fs::read_to_string(root().join("fixtures/catalogue.txt")).unwrap();
    let lines = text.lines().filter(|l| !l.starts_with('#'));
    let entries: Vec<Entry> = lines
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let [pack, rule, severity] = words[..] else {
                panic!("{line}");
            };
            Entry {
                pack: pack.to_string(),
                rule: rule.to_string(),
                severity: severity.to_string(),
            }
        })
        .collect();
    assert!(entries.len() >= 73, "{} rules", entries.len());
    entries
}

fn yaml(path: &std::path::Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    let found = value.get(key).and_then(Value::as_sequence);
    found.map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

/// Each pack's rules with their severity.
fn packs() -> BTreeMap<String, Vec<Value>> {
    let mut packs = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("rules/lanes")).unwrap() {
        let pack = yaml(&entry.unwrap().path());
        packs.insert(text(&pack, "id").to_string(), list(&pack, "rules").to_vec());
    }
    packs
}

#[test]
fn every_rule_of_the_catalogue_stands_in_its_pack() {
    let packs = packs();
    let mut faults = Vec::new();
    for entry in catalogue() {
        let rules = &packs[&entry.pack];
        match rules.iter().find(|r| text(r, "id") == entry.rule) {
            Some(rule) if text(rule, "severity") == entry.severity => {}
            Some(rule) => faults.push(format!("{}: {}", entry.rule, text(rule, "severity"))),
            None => faults.push(format!("{}: not in {}", entry.rule, entry.pack)),
        }
    }
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn every_rule_is_violated_by_one_fixture_and_satisfied_by_another() {
    let packs = packs();
    let mut violated: BTreeSet<String> = BTreeSet::new();
    // Packs a shipment was judged by, the severity all of whose findings are listed, the rules.
    let mut judged: Vec<(BTreeSet<String>, String, BTreeSet<String>)> = Vec::new();
    for folder in fixtures().into_iter().chain(audits()) {
        for shipment in list(&yaml(&folder.join("expect.yaml")), "shipments") {
            let rules: BTreeSet<String> = list(shipment, "findings")
                .iter()
                .map(|f| text(f, "rule").to_string())
                .collect();
            violated.extend(rules.iter().cloned());
            let lanes = shipment.get("lanes").and_then(Value::as_mapping);
            let lanes = lanes.into_iter().flatten().filter_map(|(k, _)| k.as_str());
            let by = lanes.chain(["documents"]).map(str::to_string).collect();
            judged.push((by, text(shipment, "nothing_else").to_string(), rules));
        }
    }
    let satisfied = |entry: &Entry| {
        judged.iter().any(|(by, nothing_else, rules)| {
            let told = match entry.severity.as_str() {
                "blocker" => !nothing_else.is_empty(),
                _ => nothing_else == "warning",
            };
            by.contains(&entry.pack) && told && !rules.contains(&entry.rule)
        })
    };
    // Notes are listed by no expectation as a whole: their cases show the shipments without one.
    let by_case = |entry: &Entry| {
        let rule = packs[&entry.pack]
            .iter()
            .find(|r| text(r, "id") == entry.rule);
        let cases = rule.map_or(&[][..], |r| list(r, "cases"));
        let good = |c: &Value| ["pass", "not-applicable"].contains(&text(c, "expect"));
        entry.severity == "note" && cases.iter().any(good)
    };
    let mut faults = Vec::new();
    for entry in catalogue() {
        if !violated.contains(&entry.rule) {
            faults.push(format!("{} is violated by none", entry.rule));
        }
        if !satisfied(&entry) && !by_case(&entry) {
            faults.push(format!("{} is satisfied by none", entry.rule));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Sentence → rules → fixtures that violate them, pack by pack, as Markdown.
fn trace() -> String {
    let mut violating: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for folder in fixtures().into_iter().chain(audits()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        for shipment in list(&yaml(&folder.join("expect.yaml")), "shipments") {
            for finding in list(shipment, "findings") {
                let of_rule = violating.entry(text(finding, "rule").to_string());
                let names = of_rule.or_default();
                if !names.contains(&name) {
                    names.push(name.clone());
                }
            }
        }
    }
    let mut out = String::new();
    for entry in std::fs::read_dir(root().join("rules/lanes"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect::<BTreeSet<_>>()
    {
        let pack = yaml(&entry);
        let title = text(&pack["title"], "en");
        out += &format!(
            "\n## `{}`: {title}\n\n| sentence | rule | shown by |\n|---|---|---|\n",
            text(&pack, "id")
        );
        let mut sentences: Vec<(String, Vec<&Value>)> = Vec::new();
        for rule in list(&pack, "rules") {
            let basis = &rule["basis"];
            let sentence = format!(
                "“{}” ({}, {})",
                text(basis, "words"),
                text(basis, "source"),
                text(basis, "confidence")
            );
            match sentences.iter_mut().find(|(s, _)| *s == sentence) {
                Some((_, rules)) => rules.push(rule),
                None => sentences.push((sentence, vec![rule])),
            }
        }
        for (sentence, rules) in sentences {
            let mut said = sentence.replace('|', "\\|");
            for rule in rules {
                let id = text(rule, "id");
                let shown = violating.get(id).map_or(&[][..], Vec::as_slice);
                let shown: Vec<String> = shown.iter().take(3).map(|n| format!("`{n}`")).collect();
                out += &format!("| {said} | {id} | {} |\n", shown.join(", "));
                said = String::new();
            }
        }
    }
    out
}

#[test]
fn the_trace_from_sentence_to_fixture_is_up_to_date() {
    let path = root().join("rules/TRACE.md");
    let mark = "<!-- What follows is written by this test with GREENLANE_TRACE=write. -->\n";
    let found = std::fs::read_to_string(&path).unwrap();
    let (head, table) = found.split_once(mark).unwrap();
    let made = trace();
    if std::env::var("GREENLANE_TRACE").is_ok_and(|v| v == "write") {
        std::fs::write(&path, format!("{head}{mark}{made}")).unwrap();
        return;
    }
    assert!(
        table == made,
        "run the tests once with GREENLANE_TRACE=write"
    );
}
