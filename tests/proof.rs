//! No pass without proof: into each field two papers are compared by, faults are planted that leave
//! the value nearly as it was. None of them may leave the lane eligible.

use crate::run::{check, root};
use serde_json::{Value, json};

/// The example of a lane's pack, which passes every rule.
fn example(pack: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(root().join(format!("rules/lanes/{pack}.yaml"))).unwrap();
    let pack: Value = serde_yaml::from_str(&text).unwrap();
    pack["example"]["documents"].as_array().unwrap().clone()
}

/// The shipment's papers, each a transcript, judged in one lane.
fn judged(pack: &str, papers: &[Value]) -> (String, Value) {
    let folder = tempfile::tempdir().unwrap();
    for (number, paper) in papers.iter().enumerate() {
        let name = format!("{number}-{}.json", paper["kind"].as_str().unwrap());
        std::fs::write(folder.path().join(name), paper.to_string()).unwrap();
    }
    let (report, _) = check(folder.path(), &["--lane", pack, "--as-of", "2026-06-15"]);
    let shipment = &report["shipments"][0];
    let lanes = shipment["lanes"].as_array().unwrap();
    let lane = lanes.iter().find(|l| l["lane"] == pack);
    let verdict = lane.map_or("none", |l| l["verdict"].as_str().unwrap());
    (verdict.to_string(), shipment["findings"].clone())
}

/// What is planted.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// The value without its end.
    Prefix,
    /// The value with something behind it.
    Suffix,
    /// The value within a longer one.
    Containment,
    /// The number in another unit.
    OtherUnit,
    /// One digit is another.
    OtherCode,
    /// The value is not stated.
    Missing,
    /// A verdict that is neither pass nor fail.
    Unread(&'static str),
}
use Fault::{Containment, Missing, OtherCode, OtherUnit, Prefix, Suffix, Unread};

/// The value with the fault; none where it has nothing the fault could be planted in.
fn planted(fault: Fault, value: &str) -> Option<Value> {
    let digit = value.rfind(|c: char| c.is_ascii_digit());
    Some(match fault {
        Prefix => {
            let mut chars = value.chars();
            chars.next_back();
            json!(chars.as_str())
        }
        Suffix => json!(format!("{value}X")),
        Containment => json!(format!("A{value}B")),
        OtherUnit => json!(format!("{value} DOZ")),
        OtherCode => {
            let at = digit?;
            let other = if &value[at..=at] == "7" { "3" } else { "7" };
            json!(format!("{}{other}{}", &value[..at], &value[at + 1..]))
        }
        Missing => return None,
        Unread(word) => json!(word),
    })
}

/// A paper's field: `lines/0/model`, and the faults no lane may pass with.
type Field = (&'static str, &'static str, &'static [Fault]);

const NAME: &[Fault] = &[Prefix, Suffix, Containment];
const CODE: &[Fault] = &[Prefix, Suffix, Containment, OtherCode];
const LINK: &[Fault] = &[Prefix, Suffix, Containment, OtherCode, Missing];
const COUNT: &[Fault] = &[OtherUnit, OtherCode];
const VERDICT: &[Fault] = &[
    Unread("NG"),
    Unread("待检"),
    Unread("?"),
    Unread("FALSE"),
    Unread("不符"),
    Missing,
];

fn no_fault_passes(pack: &str, fields: &[Field]) {
    let clean = example(pack);
    let (verdict, findings) = judged(pack, &clean);
    assert_eq!(verdict, "eligible", "{findings:#}");
    let mut passed = Vec::new();
    let mut planted_ = 0;
    for (kind, path, faults) in fields {
        for fault in *faults {
            let mut papers = clean.clone();
            let paper = papers.iter_mut().find(|p| p["kind"] == *kind).unwrap();
            let pointer = format!("/{path}");
            let value = paper
                .pointer(&pointer)
                .unwrap()
                .as_str()
                .unwrap()
                .to_string();
            match planted(*fault, &value) {
                Some(other) => *paper.pointer_mut(&pointer).unwrap() = other,
                None => {
                    let (parent, name) = pointer.rsplit_once('/').unwrap();
                    let parent = paper.pointer_mut(parent).unwrap();
                    parent.as_object_mut().unwrap().remove(name);
                }
            }
            planted_ += 1;
            let (verdict, _) = judged(pack, &papers);
            if verdict != "not-eligible" && verdict != "undecided" {
                passed.push(format!("{kind} {path}: {value} {fault:?}: {verdict}"));
            }
        }
    }
    assert!(planted_ > 20, "nothing was planted");
    assert!(
        passed.is_empty(),
        "passed all the same:\n{}",
        passed.join("\n")
    );
}

#[test]
fn no_fault_planted_for_the_infant_lane_passes() {
    no_fault_passes(
        "infant-gb31701",
        &[
            ("declaration", "lines/0/model", LINK),
            ("packing-list", "lines/0/model", CODE),
            ("lab-report", "model", LINK),
            ("declaration", "consignor", NAME),
            ("lab-report", "applicant", NAME),
            ("lab-report", "cnas_no", CODE),
            ("declaration", "lines/0/quantity", COUNT),
            ("packing-list", "lines/0/quantity", COUNT),
            ("declaration", "packages", &[OtherCode, Missing]),
            ("packing-list", "lines/0/cartons", &[OtherCode]),
            ("lab-report", "standard", &[Prefix, OtherCode]),
            ("lab-report", "items/0/verdict", VERDICT),
            ("lab-report", "items/4/verdict", VERDICT),
            ("lab-report", "conclusion", &[Unread("不符合要求")]),
        ],
    );
}

#[test]
fn no_fault_planted_for_the_stem_lane_passes() {
    no_fault_passes(
        "stem-astm-f963",
        &[
            ("declaration", "lines/0/model", LINK),
            ("packing-list", "lines/0/model", CODE),
            ("lab-report", "model", LINK),
            ("declaration", "lines/0/quantity", &[OtherCode]),
            ("packing-list", "lines/0/quantity", COUNT),
            ("declaration", "packages", &[OtherCode, Missing]),
            ("lab-report", "standard", &[Prefix, OtherCode, Missing]),
            ("lab-report", "items/0/result", VERDICT),
            ("lab-report", "items/2/result", VERDICT),
            ("lab-report", "conclusion", &[Unread("Fail")]),
        ],
    );
}

#[test]
fn no_fault_planted_for_the_pilot_passes() {
    no_fault_passes(
        "gacc-2026-pilot",
        &[
            ("declaration", "lines/0/model", CODE),
            ("packing-list", "lines/0/model", CODE),
            (
                "declaration",
                "lines/0/batch",
                &[Prefix, Suffix, Containment, OtherCode],
            ),
            ("batch-log", "batches/0/batch", LINK),
            ("batch-log", "batches/0/certificate_no", LINK),
            (
                "supplier-certificate",
                "certificates/0/certificate_no",
                CODE,
            ),
            ("batch-log", "batches/0/supplier", NAME),
            ("supplier-certificate", "certificates/0/supplier", NAME),
            ("batch-log", "batches/0/material", NAME),
            ("supplier-certificate", "certificates/0/material", NAME),
            ("declaration", "lines/0/quantity", &[OtherCode]),
            ("packing-list", "lines/0/quantity", COUNT),
            ("pilot-list", "codes/0/hs_code", &[OtherCode, Missing]),
        ],
    );
}
