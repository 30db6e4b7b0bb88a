//! What is written fits the committed JSON Schemas, by a validator that is not ours; what lacks
//! anything of the contract does not.

use crate::run::{check, greenlane, root, shipments, stdout};
use crate::seal::Sealed;
use serde_json::Value;
use std::path::Path;
use std::sync::OnceLock;

const NAMES: [&str; 9] = [
    "config",
    "export",
    "forms",
    "inventory",
    "kinds",
    "pack",
    "record",
    "report",
    "waivers",
];

struct Compiled {
    schemas: boon::Schemas,
    indices: Vec<boon::SchemaIndex>,
}

fn compiled() -> &'static Compiled {
    static ALL: OnceLock<Compiled> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut schemas = boon::Schemas::new();
        let mut compiler = boon::Compiler::new();
        let indices = NAMES.map(|name| {
            let path = root().join(format!("rules/schema/{name}.json"));
            let text = std::fs::read_to_string(path).unwrap();
            let file = format!("{name}.json");
            let schema = serde_json::from_str(&text).unwrap();
            compiler.add_resource(&file, schema).unwrap();
            compiler.compile(&file, &mut schemas).unwrap()
        });
        Compiled {
            schemas,
            indices: indices.to_vec(),
        }
    })
}

/// Why a value does not fit the schema of a name.
pub fn fault(name: &str, value: &Value) -> Option<String> {
    let all = compiled();
    let at = NAMES.iter().position(|n| *n == name).expect("a schema");
    let fits = all.schemas.validate(value, all.indices[at]);
    fits.err().map(|e| format!("{name}: {e:#}"))
}

pub fn fits(name: &str, value: &Value) {
    assert_eq!(fault(name, value), None);
}

pub fn as_json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    let value: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
    serde_json::to_value(value).unwrap()
}

#[test]
fn the_committed_schemas_are_those_of_the_program() {
    let mut files: Vec<String> = std::fs::read_dir(root().join("rules/schema"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, NAMES.map(|name| format!("{name}.json")));
    for name in NAMES {
        let path = root().join(format!("rules/schema/{name}.json"));
        let made = stdout(&greenlane(&["pack", "schema", name]));
        assert!(
            made == std::fs::read_to_string(path).unwrap(),
            "write `greenlane pack schema {name}` to rules/schema/{name}.json"
        );
    }
}

#[test]
fn every_kind_of_document_fits_its_schema() {
    let mut looked = 0;
    for entry in std::fs::read_dir(root().join("rules/documents")).unwrap() {
        let kind = as_json(&entry.unwrap().path());
        missed("kinds", &kind, "/kind /title/zh /titles /needs /fields");
        let mut other = kind.clone();
        other["field"] = kind["fields"].clone();
        assert!(fault("kinds", &other).is_some(), "an unknown key fits");
        looked += 1;
    }
    assert!(looked > 10, "{looked}");
}

#[test]
fn every_form_fits_its_schema() {
    for entry in std::fs::read_dir(root().join("rules/forms")).unwrap() {
        let form = as_json(&entry.unwrap().path());
        missed("forms", &form, "/form /title/zh /kind /labels /bands");
    }
}

/// Each pointer taken out of the value must be missed.
fn missed(name: &str, whole: &Value, pointers: &str) {
    fits(name, whole);
    for pointer in pointers.split_whitespace() {
        let mut cut = whole.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = cut.pointer_mut(parent).and_then(Value::as_object_mut);
        let parent = parent.unwrap_or_else(|| panic!("no {pointer}"));
        assert!(parent.remove(key).is_some(), "no {pointer}");
        assert!(fault(name, &cut).is_some(), "{pointer} is not missed");
    }
}

/// Each value put in place of another must be refused.
fn refused(name: &str, whole: &Value, changes: &[(&str, Value)]) {
    for (pointer, value) in changes {
        let mut other = whole.clone();
        let place = other.pointer_mut(pointer);
        *place.unwrap_or_else(|| panic!("no {pointer}")) = value.clone();
        assert!(fault(name, &other).is_some(), "{pointer}: {value} fits");
    }
}

#[test]
fn a_report_without_a_field_of_the_contract_does_not_fit() {
    let (report, _) = check(&shipments().join("mixed-batch"), &["--as-of", "2026-06-15"]);
    missed(
        "report",
        &report,
        "/schema /tool /tool/name /tool/version /as_of /exit_code /packs /shipments /tally
        /packs/0/id /packs/0/version /packs/0/digest /packs/0/stale
        /shipments/0/id /shipments/0/verdict /shipments/0/documents /shipments/0/lanes
        /shipments/0/findings /shipments/0/problems /shipments/0/tally
        /shipments/0/documents/0/id /shipments/0/documents/0/path /shipments/0/documents/0/part
        /shipments/0/documents/0/kind /shipments/0/documents/0/why /shipments/0/documents/0/format
        /shipments/0/documents/0/sha256 /shipments/0/documents/0/rows
        /shipments/0/lanes/0/lane /shipments/0/lanes/0/verdict /shipments/0/lanes/0/lines
        /shipments/0/lanes/0/split /shipments/0/lanes/0/split/take_out
        /shipments/0/lanes/0/split/then /shipments/0/lanes/0/lines/0/line
        /shipments/0/lanes/0/lines/0/verdict
        /shipments/0/findings/0/rule /shipments/0/findings/0/lane /shipments/0/findings/0/outcome
        /shipments/0/findings/0/severity /shipments/0/findings/0/subject
        /shipments/0/findings/0/fingerprint /shipments/0/findings/0/message
        /shipments/0/findings/0/expected /shipments/0/findings/0/found /shipments/0/findings/0/grade
        /shipments/0/findings/0/fix /shipments/0/findings/0/basis /shipments/0/findings/0/waived
        /shipments/0/findings/0/places /shipments/0/findings/0/basis/source
        /shipments/0/findings/0/basis/confidence /shipments/0/findings/0/places/0/role
        /shipments/0/findings/0/places/0/document /shipments/0/findings/0/places/0/at
        /shipments/0/findings/0/places/0/raw /shipments/0/findings/0/places/0/clean
        /shipments/0/tally/pass /shipments/0/tally/fail /shipments/0/tally/unknown
        /shipments/0/tally/not_applicable /shipments/0/tally/waived
        /tally/shipments /tally/eligible /tally/not_eligible /tally/undecided
        /tally/not_applicable",
    );
    refused(
        "report",
        &report,
        &[
            ("/schema", "greenlane.report/2".into()),
            ("/exit_code", 101.into()),
            ("/as_of", "today".into()),
            ("/shipments/0/verdict", "maybe".into()),
            ("/shipments/0/findings/0/outcome", "passed".into()),
            ("/shipments/0/findings/0/places/0/document", "0".into()),
            ("/shipments/0/findings/0/places/0/raw", Value::Null),
        ],
    );
    // What a later version adds does not trouble those who hold this schema.
    let mut later = report.clone();
    later["shipments"][0]["later"] = 1.into();
    fits("report", &later);
    let (scan, _) = check(&shipments().join("infant-scan"), &["--as-of", "2026-06-15"]);
    missed(
        "report",
        &scan,
        "/shipments/0/problems/0/code /shipments/0/problems/0/document /shipments/0/problems/0/at
        /shipments/0/problems/0/message /shipments/0/problems/0/hint /shipments/0/problems/0/level",
    );
}

#[test]
fn a_record_export_or_inventory_that_lacks_something_does_not_fit() {
    let key = root().join("fixtures/keys/signer.pem");
    let record = Sealed::with(&["--sign", key.to_str().unwrap()]).record();
    let mut record: Value = serde_json::from_str(&record).unwrap();
    missed(
        "record",
        &record,
        "/schema /notice /tool /as_of /lanes /strict /root /inputs /packs /shipment /digest
        /inputs/0/path /inputs/0/role /inputs/0/sha256 /packs/0/digest /shipment/verdict
        /shipment/lanes/0/lines/0/verdict /shipment/matched/0/applicant /signature/algorithm
        /signature/public_key /signature/value",
    );
    refused(
        "record",
        &record,
        &[
            ("/signature/algorithm", "rsa".into()),
            ("/signature/value", "00".into()),
            ("/shipment/verdict", "ready".into()),
        ],
    );
    record["more"] = true.into();
    assert!(
        fault("record", &record).is_some(),
        "a record says nothing else"
    );

    let demo = shipments().join("stem-clean-json");
    let output = greenlane(&["export", demo.to_str().unwrap()]);
    let export: Value = serde_json::from_str(&stdout(&output)).unwrap();
    missed(
        "export",
        &export,
        "/0/kind /0/_schema /0/_source /0/_source/sha256 /0/_places",
    );
    refused("export", &export, &[("/0/lines", "none".into())]);

    let args = ["--as-of", "2026-06-15", "--format", "json"];
    let output = greenlane(&[&["inventory", "fixtures/inventory"], &args[..]].concat());
    let inventory: Value = serde_json::from_str(&stdout(&output)).unwrap();
    missed(
        "inventory",
        &inventory,
        "/schema /tool /as_of /within_days /exit_code /families /in_no_family /problems /notice
        /families/0/family /families/0/lane /families/0/state /families/0/models
        /families/0/models/0/model /families/0/models/0/state /families/0/models/0/report
        /families/0/models/0/report/number /families/0/models/0/report/at",
    );
    refused(
        "inventory",
        &inventory,
        &[("/families/0/state", "fine".into())],
    );
}
