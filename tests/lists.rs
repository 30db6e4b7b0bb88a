//! Dated lists of one's own, and what packs take from lists.

use crate::run::{check, greenlane, root, shipments, stdout};
use serde_json::Value;

const DAY: [&str; 2] = ["--as-of", "2026-06-15"];

/// Checks a fixture with a folder of rules that holds one file.
fn with_rules(shipment: &str, folder: &str, file: &str, text: &str) -> (Value, i32) {
    let temporary = tempfile::tempdir().unwrap();
    let below = temporary.path().join(folder);
    std::fs::create_dir(&below).unwrap();
    std::fs::write(below.join(file), text).unwrap();
    let rules = ["--rules", temporary.path().to_str().unwrap()];
    check(&shipments().join(shipment), &[&DAY[..], &rules].concat())
}

fn pack<'r>(report: &'r Value, id: &str) -> &'r Value {
    let packs = report["packs"].as_array().unwrap();
    packs.iter().find(|p| p["id"] == id).unwrap()
}

#[test]
fn a_list_of_ones_own_adds_spellings_and_is_said() {
    let (before, exit) = check(&shipments().join("stem-wrong-terminal"), &DAY);
    assert_eq!(exit, 1);
    // A spreadsheet program's semicolons and byte order mark; a made-up spelling.
    let list =
        "\u{feff}# Our broker's names. Reviewed 2026-06-01.\nport;also\nmeishan;Daxie|大榭\n";
    let (after, exit) = with_rules("stem-wrong-terminal", "lists", "ports-ours.csv", list);
    assert_eq!(exit, 0, "{after}");
    for id in ["infant-gb31701", "stem-astm-f963", "gacc-2026-pilot"] {
        let (old, new) = (pack(&before, id), pack(&after, id));
        assert_ne!(old["digest"], new["digest"], "{id} uses the list");
        let change = &new["changes"][0];
        assert_eq!(change["what"], "port list");
        assert!(change["by"].as_str().unwrap().ends_with("ports-ours.csv"));
    }
    let documents = |report| pack(report, "documents")["digest"].clone();
    assert_eq!(documents(&before), documents(&after), "it uses no ports");
}

#[test]
fn a_parameter_takes_ids_of_the_list_and_entries_written_out() {
    for (ports, exit) in [
        ("[beilun, daxie]", 0),
        (
            "[beilun, {name: {en: Daxie, zh: 大榭}, words: [daxie, 大榭]}]",
            0,
        ),
        ("[{name: {en: Beilun, zh: 北仑}, words: [beilun, 北仑]}]", 1),
        ("[all]", 0),
    ] {
        let overlay =
            format!("extends: stem-astm-f963\nparameters: {{terminals: {{ports: {ports}}}}}\n");
        let (report, code) = with_rules("stem-wrong-terminal", "lanes", "own.yaml", &overlay);
        assert_eq!(code, exit, "{ports}: {report}");
    }
}

#[test]
fn words_of_a_heading_are_added_by_a_list() {
    let misfits = |report: &Value| {
        let findings = report["shipments"][0]["findings"].as_array().unwrap();
        let of = findings
            .iter()
            .filter(|f| f["rule"] == "gacc/code-fits-goods");
        of.count()
    };
    let (before, _) = check(&shipments().join("gacc-records-disagree"), &DAY);
    assert_eq!(misfits(&before), 1);
    let list = "# Ours, 2026-06-01\nheading,also_zh,source\n2103,绿茶,our tariff desk\n";
    let (after, _) = with_rules("gacc-records-disagree", "lists", "headings.csv", list);
    assert_eq!(misfits(&after), 0, "{after}");
}

#[test]
fn explain_names_the_list_with_its_date_and_source() {
    for (name, wanted) in [
        (
            "stem-astm-f963.terminals",
            ["rules/lists/ports.csv", "meishan (Meishan 梅山)"],
        ),
        (
            "gacc-2026-pilot.headings",
            ["rules/lists/headings.csv", "public HS"],
        ),
    ] {
        let said = stdout(&greenlane(&["explain", name]));
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("Reviewed 2026-11-01"), "{said}");
        for words in wanted {
            assert!(said.contains(words), "{words}: {said}");
        }
    }
}

#[test]
fn the_lists_that_travel_inside_are_in_order() {
    for list in ["countries", "ports", "headings"] {
        let path = root().join(format!("rules/lists/{list}.csv"));
        let text = std::fs::read_to_string(path).unwrap();
        let first = text.lines().next().unwrap();
        assert!(
            first.starts_with('#') && first.contains("Reviewed 20"),
            "{first}"
        );
        let rows: Vec<&str> = text.lines().filter(|l| !l.starts_with('#')).collect();
        let ids: Vec<&str> = rows.iter().map(|r| r.split(',').next().unwrap()).collect();
        for (number, id) in ids.iter().enumerate() {
            assert!(!ids[..number].contains(id), "{id} stands twice in {list}");
        }
    }
}
