//! Waivers: what somebody answers for is shown, decides nothing, and is never forgotten.

use crate::run::{check, greenlane, root, stderr, stdout};
use serde_json::Value;
use std::path::PathBuf;

/// One blocker: the model is declared in full-width characters.
fn shipment() -> PathBuf {
    root().join("fixtures/shipments/infant-model-fullwidth")
}

/// Checks the shipment with a file of waivers.
fn waived(name: &str, text: &str, args: &[&str]) -> (Value, i32) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    let own = ["--as-of", "2026-06-15", "--waivers", file.to_str().unwrap()];
    check(&shipment(), &[&own[..], args].concat())
}

fn finding(report: &Value) -> &Value {
    let findings = report["shipments"][0]["findings"].as_array().unwrap();
    let found = findings.iter().find(|f| f["rule"] == "infant/model-match");
    found.expect("the finding is still there")
}

const YAML: &str = "- {rule: infant/model-match, values: [ＫＤ－２００Ａ], reason: the broker's form, who: Li Na, until: 2026-06-15}\n";

#[test]
fn a_waived_finding_stays_and_decides_nothing() {
    let (report, exit) = waived("w.yaml", YAML, &[]);
    assert_eq!(exit, 0, "{report}");
    assert_eq!(report["shipments"][0]["verdict"], "eligible");
    let finding = finding(&report);
    assert_eq!(finding["outcome"], "fail");
    assert_eq!(finding["severity"], "blocker");
    assert_eq!(finding["waived"]["who"], "Li Na");
    assert_eq!(finding["waived"]["reason"], "the broker's form");
    assert_eq!(finding["waived"]["until"], "2026-06-15");
    assert_eq!(report["shipments"][0]["tally"]["waived"], 1);
    assert!(report.get("findings").is_none(), "{}", report["findings"]);
}

#[test]
fn a_table_from_a_spreadsheet_does_too() {
    let text = "规则,单证值,原因,批准人,有效期至\r\ninfant/model-match,ＫＤ－２００Ａ | KD-200A,已与海关沟通,李娜,2026-12-31\r\n";
    let (report, exit) = waived("w.csv", text, &[]);
    assert_eq!(exit, 0, "{report}");
    assert_eq!(finding(&report)["waived"]["line"], 2);
}

#[test]
fn the_fingerprint_of_a_report_waives_that_finding() {
    let (report, exit) = check(&shipment(), &["--as-of", "2026-06-15"]);
    assert_eq!(exit, 1);
    let print = finding(&report)["fingerprint"].as_str().unwrap();
    let text = format!(
        "rule,fingerprint,reason,who,until\ninfant/model-match,{print},agreed,Li,2026-12-31\n"
    );
    assert_eq!(waived("w.csv", &text, &[]).1, 0);
}

#[test]
fn what_the_documents_no_longer_say_is_not_waived() {
    let (report, exit) = waived("w.yaml", &YAML.replace("ＫＤ－２００Ａ", "KD-300"), &[]);
    assert_eq!(exit, 1);
    assert!(finding(&report)["waived"].is_null());
    let unused = &report["findings"][0];
    assert_eq!(unused["rule"], "waiver/unused");
    assert_eq!(unused["places"][0]["line"], 1);
}

#[test]
fn an_expired_waiver_waives_nothing_and_is_said() {
    let (report, exit) = waived(
        "w.yaml",
        &YAML.replace("until: 2026-06-15", "until: 2026-06-14"),
        &[],
    );
    assert_eq!(exit, 1);
    assert!(finding(&report)["waived"].is_null());
    assert_eq!(report["findings"][0]["rule"], "waiver/expired");
    assert_eq!(report["shipments"][0]["tally"]["waived"], 0);
}

#[test]
fn an_unused_waiver_is_a_warning() {
    let text = YAML.to_string() + &YAML.replace("ＫＤ－２００Ａ", "KD-300");
    assert_eq!(waived("w.yaml", &text, &[]).1, 0);
    let warned = waived("w.yaml", &text, &["--fail-on", "warning"]);
    assert_eq!(warned.1, 1);
}

#[test]
fn no_waivers_shows_what_would_be() {
    let (report, exit) = waived("w.yaml", YAML, &["--no-waivers"]);
    assert_eq!(exit, 1);
    assert!(finding(&report)["waived"].is_null());
}

#[test]
fn the_configuration_names_the_waivers_and_the_table_shows_them() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("waivers.yaml"), YAML).unwrap();
    let config = folder.path().join("greenlane.yaml");
    std::fs::write(&config, "waivers: waivers.yaml\n").unwrap();
    let shipment = shipment();
    let output = greenlane(&[
        "check",
        shipment.to_str().unwrap(),
        "--as-of",
        "2026-06-15",
        "--config",
        config.to_str().unwrap(),
    ]);
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    for words in [
        "Waived (1)",
        "Waived by Li Na until 2026-06-15",
        "the broker's form",
    ] {
        assert!(said.contains(words), "no {words} in\n{said}");
    }
}

/// An audit with a file of waivers and further arguments: what it says, its remarks, its exit code.
fn audited(waivers: &str, args: &[&str]) -> (String, String, i32) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("w.yaml");
    std::fs::write(&file, waivers).unwrap();
    let report = root().join("fixtures/audits/overall-only");
    let own = ["audit", report.to_str().unwrap(), "--as-of", "2026-06-15"];
    let waived = ["--waivers", file.to_str().unwrap()];
    let output = greenlane(&[&own[..], &waived, args].concat());
    let said = stdout(&output);
    (said, stderr(&output), output.status.code().unwrap())
}

const OVERALL: &str = "- {rule: report/no-overall-only, values: [The sample complies with ASTM F963-23.], reason: the client's wish, who: Li Na, until: 2026-06-15}\n";

#[test]
fn an_audit_takes_waivers_as_a_check_does() {
    let waived = |args: &[&str]| {
        let args = [&["--format", "json"], args].concat();
        let (said, _, exit) = audited(OVERALL, &args);
        let report: Value = serde_json::from_str(&said).unwrap();
        let shipment = &report["shipments"][0];
        let findings = shipment["findings"].as_array().unwrap();
        let found = findings
            .iter()
            .find(|f| f["rule"] == "report/no-overall-only");
        let who = found.unwrap()["waived"]["who"].clone();
        (who, shipment["tally"]["waived"].as_u64().unwrap(), exit)
    };
    assert_eq!(waived(&[]), ("Li Na".into(), 1, 1));
    assert_eq!(waived(&["--no-waivers"]), (Value::Null, 0, 1));
    let (table, ..) = audited(OVERALL, &[]);
    let (mend, rest) = table.split_once("Waived (1)").expect(&table);
    assert!(!mend.contains("report/no-overall-only"), "{table}");
    assert!(rest.contains("Waived by Li Na until 2026-06-15"), "{table}");
    // One that met nothing is a warning of its own.
    let other = OVERALL.replace("The sample", "No sample");
    let (said, ..) = audited(&other, &["--format", "json"]);
    let report: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["findings"][0]["rule"], "waiver/unused");
    assert_eq!(audited("- {rule: x}\n", &[]).2, 2);
}

#[test]
fn an_audit_is_quiet_or_says_more() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("greenlane.yaml");
    std::fs::write(&config, "lanes: [stem-astm-f963]\n").unwrap();
    let config = ["--config", config.to_str().unwrap()];
    let remarks = |args: &[&str]| audited(OVERALL, &[&config[..], args].concat()).1;
    assert!(remarks(&["-v"]).contains("configuration: "));
    assert_eq!(remarks(&["-q"]), "");
}
