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
            [
                "rules/lists/ports.csv",
                "meishan (Meishan 梅山)",
                "Reviewed 2026-11-01",
            ],
        ),
        (
            "gacc-2026-pilot.headings",
            [
                "rules/lists/headings.csv",
                "public HS",
                "Reviewed 2026-11-28",
            ],
        ),
    ] {
        let said = stdout(&greenlane(&["explain", name]));
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
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

/// The codes of the problems a folder of these files gives, each with its place.
fn problems(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    for file in shipments().join("gacc-clean").read_dir().unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_string();
        if name != "expect.yaml" {
            std::fs::copy(&path, folder.path().join(name)).unwrap();
        }
    }
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let (report, _) = check(folder.path(), &["--as-of", "2026-06-15"]);
    let problems = report["shipments"][0]["problems"].as_array().unwrap();
    let said = problems.iter().map(|p| {
        let text = |key: &str| p[key].as_str().unwrap_or("").to_string();
        (text("code"), text("at"))
    });
    said.collect()
}

#[test]
fn a_row_that_cannot_be_used_is_named_and_the_others_are_used() {
    let register = "CNAS No,Laboratory,Standard,Item,Valid until\nL90117,A Lab,GB 31701-2026,all items,2030-12-31\n,B Lab,GB 31701-2026,all items,2030-12-31\nL9O118,C Lab,GB 31701-2026,all items,2030-12-31\n";
    let log = "Batch No,Model,Production date,Material,Supplier,Certificate No\nZZ-1,M-1,2026-05-01,steel,S,C-1\n,M-2,2026-05-01,steel,S,C-1\n";
    let certificates = "Certificate No,Supplier,Material,Issue date,Valid until\nC-1,S,steel,2026-01-01,2027-01-01\n,S,copper,2026-01-01,2027-01-01\n";
    let pilot = "Pilot list,,\nHS code,Name,Valid from\n8544.42,wire,2026-05-22\n,bolts,2026-05-22\n8S36.10,fuses,2026-05-22\n";
    let said = problems(&[
        ("more-labs.csv", register),
        ("more-log.csv", log),
        ("more-certificates.csv", certificates),
        ("more-pilot.csv", pilot),
    ]);
    let left_out = said.iter().filter(|(code, _)| code == "row-left-out");
    let at: Vec<&str> = left_out.map(|(_, at)| at.as_str()).collect();
    for line in [
        "B3 (line 3)",
        "A4 (line 4)",
        "B3 (line 3)",
        "B3 (line 3)",
        "B4 (line 4)",
        "A5 (line 5)",
    ] {
        assert!(at.contains(&line), "no {line} in {said:?}");
    }
    assert_eq!(at.len(), 6, "{said:?}");
}

#[test]
fn what_a_manifest_says_beside_the_declaration_is_named() {
    let manifest = "kind: manifest\ndestination: DE\nlines: {\"1\": {category: argi-food, batch: OTHER}, \"9\": {category: agri-food, batch: B}}\n";
    let said = problems(&[("manifest.yaml", manifest)]);
    for (code, at) in [
        ("batch-differs", "/lines/1/batch"),
        ("unknown-category", "/lines/1/category"),
        ("line-not-declared", "/lines/9"),
    ] {
        let named = said.contains(&(code.to_string(), at.to_string()));
        assert!(named, "no {code} at {at} in {said:?}");
    }
}
