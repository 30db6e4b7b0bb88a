//! `greenlane inventory`: an archive of reports against its hand-written expectation.

use crate::run::{greenlane, root, stdout};
use crate::schemas::fits;
use serde_json::Value;
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

const ARCHIVE: &str = "fixtures/inventory";

fn inventory(args: &[&str]) -> (Value, i32) {
    let mut all = vec!["inventory", ARCHIVE, "--format", "json"];
    all.extend(args);
    let output = greenlane(&all);
    let value = serde_json::from_str(&stdout(&output)).expect("JSON");
    fits("inventory", &value);
    (value, output.status.code().unwrap())
}

#[test]
fn the_archive_covers_what_its_expectation_says() {
    let text = std::fs::read_to_string(root().join(ARCHIVE).join("expect.yaml")).unwrap();
    let expect: Value = serde_yaml::from_str(&text).unwrap();
    let (found, exit) = inventory(&["--as-of", "2026-06-15"]);
    assert_eq!(expect["exit"], exit);
    assert_eq!(found["exit_code"], exit);
    let mut models: BTreeMap<String, Value> = BTreeMap::new();
    let families: Vec<Value> = found["families"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            let mut states = serde_json::Map::new();
            for model in f["models"].as_array().unwrap() {
                let name = model["model"].as_str().unwrap().to_string();
                states.insert(name.clone(), model["state"].clone());
                models.insert(name, model.clone());
            }
            serde_json::json!({"family": f["family"], "lane": f["lane"], "state": f["state"], "models": states})
        })
        .collect();
    assert_eq!(Value::from(families), expect["families"]);
    assert_eq!(found["in_no_family"], expect["in_no_family"]);
    for (model, fields) in expect["reports"].as_object().unwrap() {
        for (field, wanted) in fields.as_object().unwrap() {
            let got = &models[model]["report"][field];
            assert_eq!(got, wanted, "{model} {field}");
        }
    }
    for (model, wanted) in expect["nearest"].as_object().unwrap() {
        assert_eq!(&models[model]["nearest"], wanted);
    }
}

#[test]
fn what_lapses_depends_on_the_time_asked_for() {
    let state = |args: &[&str]| {
        let (found, exit) = inventory(args);
        let family = found["families"][0].clone();
        assert_eq!(family["family"], "Cribs 婴儿床");
        (family["state"].as_str().unwrap().to_string(), exit)
    };
    let as_of = ["--as-of", "2026-06-15", "--lane", "infant-gb31701"];
    let within = |days: &'static str| [&as_of[..], &["--within", days]].concat();
    assert_eq!(state(&within("34d")).0, "covered");
    assert_eq!(state(&within("5w")).0, "lapsing");
    assert_eq!(state(&["--as-of", "2026-07-21"]), ("lapsed".into(), 1));
    let refused = greenlane(&["inventory", ARCHIVE, "--within", "soon"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn table_and_csv_say_the_same_as_json() {
    for lang in ["en", "zh"] {
        let args = [
            "inventory",
            ARCHIVE,
            "--as-of",
            "2026-06-15",
            "--lang",
            lang,
        ];
        let table = stdout(&greenlane(&args));
        for line in table.lines() {
            assert!(line.width() <= 80, "{line}");
        }
        assert!(table.contains("MX-G12O"));
    }
    let args = [
        "inventory",
        ARCHIVE,
        "--as-of",
        "2026-06-15",
        "--format",
        "csv",
    ];
    let text = stdout(&greenlane(&args));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let at = |name: &str| heads.iter().position(|h| h == name).unwrap();
    let states: BTreeMap<String, String> = reader
        .records()
        .map(|r| r.unwrap())
        .map(|r| (r[at("model")].to_string(), r[at("state")].to_string()))
        .collect();
    assert_eq!(states["BH-C60"], "lapsing");
    assert_eq!(states["MX-C2"], "replaced");
    assert_eq!(states.len(), 9);
    assert_eq!(text, stdout(&greenlane(&args)), "the same bytes again");
}

#[test]
fn without_families_each_model_stands_alone_and_nothing_is_no_pass() {
    let clean = [
        "inventory",
        "fixtures/audits/clean-docx",
        "--as-of",
        "2026-06-15",
    ];
    let output = greenlane(&clean);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let folder = tempfile::tempdir().unwrap();
    let empty = greenlane(&["inventory", folder.path().to_str().unwrap()]);
    assert_eq!(empty.status.code(), Some(3));
}
