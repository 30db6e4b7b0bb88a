//! What is compared across the folders of one run.

use crate::run::{greenlane, shipments, stdout};
use serde_json::Value;

/// The two folders whose packing lists share carton numbers, checked in an order.
fn run(order: [&str; 2], args: &[&str]) -> (Value, i32) {
    let folder = shipments().join("cartons-two-folders");
    let paths = order.map(|name| folder.join(name).to_str().unwrap().to_string());
    let mut all = vec!["check", &paths[0], &paths[1], "--as-of", "2026-06-15"];
    all.extend(["--format", "json"]);
    all.extend(args);
    let output = greenlane(&all);
    let report = serde_json::from_str(&stdout(&output)).unwrap();
    (report, output.status.code().unwrap())
}

fn of<'r>(report: &'r Value, id: &str) -> &'r Value {
    let all = report["shipments"].as_array().unwrap();
    all.iter().find(|s| s["id"] == id).unwrap()
}

#[test]
fn cartons_of_two_folders_are_found_whatever_the_order_and_the_threads() {
    let (report, exit) = run(["lq-0601", "lq-0602"], &["--fail-on", "warning"]);
    assert_eq!(exit, 1, "a shared carton is a warning that failed");
    let (other, _) = run(["lq-0602", "lq-0601"], &["--jobs", "1"]);
    for id in ["lq-0601", "lq-0602"] {
        assert_eq!(of(&report, id), of(&other, id));
        let finding = &of(&report, id)["findings"][0];
        assert_eq!(finding["rule"], "doc/carton-unique");
        let documents = of(&report, id)["documents"].as_array().unwrap();
        for place in finding["places"].as_array().unwrap() {
            let own = documents.iter().find(|d| d["id"] == place["document"]);
            let path = own.unwrap()["path"].as_str().unwrap();
            assert!(path.contains(id), "a place is of the own shipment: {path}");
        }
    }
    // One folder given twice is not two shipments.
    let (same, _) = run(["lq-0601", "lq-0601"], &[]);
    assert_ne!(
        of(&same, "lq-0601")["findings"][0]["rule"],
        "doc/carton-unique"
    );
}

#[test]
fn made_a_blocker_it_decides_the_lanes_of_both_and_may_be_waived() {
    let temporary = tempfile::tempdir().unwrap();
    let rules = temporary.path().join("lanes");
    std::fs::create_dir(&rules).unwrap();
    let overlay = "extends: documents\nrules:\n  - {id: doc/carton-unique, severity: blocker}\n";
    std::fs::write(rules.join("own.yaml"), overlay).unwrap();
    let waivers = temporary.path().join("waivers.csv");
    let waiver = "rule,values,reason,who,until,shipment\ndoc/carton-unique,LQ101-LQ118,relabelled,Li,2026-12-31,lq-0601\n";
    std::fs::write(&waivers, waiver).unwrap();
    let folder = temporary.path().to_str().unwrap();
    let args = ["--rules", folder, "--waivers", waivers.to_str().unwrap()];
    let (report, exit) = run(["lq-0601", "lq-0602"], &args);
    assert_eq!(exit, 1, "{report}");
    assert_eq!(of(&report, "lq-0601")["verdict"], "eligible");
    assert_eq!(of(&report, "lq-0601")["tally"]["waived"], 1);
    let other = of(&report, "lq-0602");
    assert_eq!(other["verdict"], "not-eligible");
    assert_eq!(other["lanes"][0]["lines"][0]["verdict"], "not-eligible");
}
