//! `--lang zh` speaks Chinese: what is left in Latin letters is a name, a model, a code, a path or
//! what stands in the papers.

use crate::run::{arguments, fixtures, greenlane, root, stdout};
use serde_json::Value;
use std::collections::BTreeSet;

/// Names that are the same in Chinese, of standards, systems and formats, and what is to be typed.
const NAMES: &str = "greenlane yaml headings CNAS GB ASTM HS CIQ CPSIA EN ISO PDF CSV XLSX XLS DOC DOCX \
    JSON XML YAML HTML EU FDA FSMA UKCA CE NZS AS read suggest FILE check waive init template explain \
    UTF GBK Excel Word STEM Single Window lab register pilot list sha lang valid CHCC ROHS REACH OCR \
    parameters manifest DOZ out html confirm";

/// The keys whose values are said as the papers and packs have them.
const QUOTED: [&str; 21] = [
    "found",
    "expected",
    "nearest",
    "raw",
    "clean",
    "path",
    "sheet",
    "cell",
    "rule",
    "lane",
    "id",
    "fingerprint",
    "line",
    "at",
    "document",
    "part",
    "digest",
    "pointer",
    "kind",
    "version",
    "labels",
];

fn words(text: &str, found: &mut BTreeSet<String>) {
    let words = text.split(|c: char| !c.is_ascii_alphabetic());
    found.extend(words.filter(|w| w.len() > 2).map(str::to_lowercase));
}

fn quoted(value: &Value, key: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if key == "subject" => {
            // Its first word is ours: `line 2`, `item small-parts of report SHT-1`.
            let names = text.split_once(' ').map_or("", |(_, names)| names);
            words(&names.replace(" of report ", " "), found);
        }
        Value::String(text) if QUOTED.contains(&key) => words(text, found),
        Value::Array(all) => all.iter().for_each(|v| quoted(v, key, found)),
        Value::Object(map) => map.iter().for_each(|(k, v)| quoted(v, k, found)),
        _ => {}
    }
}

/// A text without what it quotes.
fn unquoted(text: &str) -> String {
    let mut parts = text.split(['“', '”']);
    let mut kept = String::new();
    while let Some(part) = parts.next() {
        kept.push_str(part);
        kept.push(' ');
        parts.next();
    }
    kept
}

#[test]
fn chinese_output_has_no_english_remnants() {
    let mut faults = BTreeSet::new();
    let mut looked = 0;
    for folder in fixtures() {
        let own = arguments(&folder);
        let path = folder.strip_prefix(root()).unwrap().to_str().unwrap();
        let said = |extra: &[&str]| {
            let mut args = vec!["check", path, "--lang", "zh"];
            args.extend(own.iter().map(String::as_str));
            args.extend(extra);
            stdout(&greenlane(&args))
        };
        let report: Value = serde_json::from_str(&said(&["--format", "json"])).unwrap();
        let mut known = BTreeSet::new();
        words(NAMES, &mut known);
        words(path, &mut known);
        quoted(&report, "", &mut known);
        for finding in report["shipments"].as_array().unwrap() {
            for finding in finding["findings"].as_array().unwrap() {
                for key in ["message", "fix", "reason_text"] {
                    let text = unquoted(finding[key].as_str().unwrap_or(""));
                    looked += text.len();
                    let mut found = BTreeSet::new();
                    words(&text, &mut found);
                    for word in found.difference(&known) {
                        faults.insert(format!(
                            "{word}: {} {key}: {}",
                            finding["rule"], finding[key]
                        ));
                    }
                    assert!(!text.contains('{'), "{}: {text}", finding["rule"]);
                    assert!(!text.contains('—'), "{}: {text}", finding["rule"]);
                }
            }
        }
        // Labels that stand in the papers' own words: `entry no.`, `report no.`.
        words("entry report model", &mut known);
        let table = said(&[]);
        let mut found = BTreeSet::new();
        let plain = unquoted(&table);
        let plain = plain
            .split_whitespace()
            .filter(|w| !w.contains(['/', '-', '=']));
        plain.for_each(|word| words(word, &mut found));
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        for word in found.difference(&known) {
            let line = table
                .lines()
                .find(|l| l.to_lowercase().contains(word.as_str()));
            faults.insert(format!("{word}: {name}: {}", line.unwrap_or("")));
        }
    }
    assert!(looked > 10_000, "nothing was looked at");
    let faults: Vec<String> = faults.into_iter().collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
