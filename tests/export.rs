//! `greenlane export`: what it writes is checked like the documents it was made from.

use crate::run::{arguments, check, fixtures, greenlane, root, shipments, stderr, stdout};
use crate::schemas::{as_json, fits};
use serde_json::Value;
use std::path::Path;

/// What the findings say, apart from where.
fn said(folder: &Path, args: &[&str]) -> (Vec<String>, i32) {
    let (report, exit) = check(folder, args);
    let all = report["shipments"].as_array().unwrap().iter();
    let mut said: Vec<String> = all
        .flat_map(|s| s["findings"].as_array().unwrap())
        .filter(|f| !of_the_paper(f))
        .map(|f| {
            // A formula without a value has no text; an export must say so in one.
            let lost = f["rule"] == "doc/cell-error";
            // Which of several unconfirmed values comes first is a matter of their order.
            let reason = f["reason"].as_str().unwrap_or("");
            let lost = lost || reason.starts_with("recognised-");
            let found = f["found"].as_str().filter(|_| !lost).unwrap_or("");
            // A line found whole has its label in front; an export has the two apart.
            let found = found.strip_prefix("检验结论：").unwrap_or(found);
            format!("{} {} {} {found}", f["rule"], f["outcome"], f["subject"])
        })
        .collect();
    said.sort();
    (said, exit)
}

/// What is said of the paper itself, not of what stands on it: an export is structured data.
fn of_the_paper(finding: &Value) -> bool {
    finding["rule"] == "gacc/machine-readable"
}

#[test]
fn an_export_gives_the_findings_of_its_documents() {
    let mut compared = 0;
    let mut faults: Vec<String> = Vec::new();
    for folder in fixtures() {
        let temporary = tempfile::tempdir().unwrap();
        let out = temporary.path().join("export.json");
        let (from, to) = (folder.to_str().unwrap(), out.to_str().unwrap());
        let output = greenlane(&["export", from, "--out", to]);
        if output.status.code() != Some(0) {
            // Something was not read, or there are several shipments: it says so.
            assert!(!stderr(&output).is_empty(), "{from}");
            continue;
        }
        fits("export", &as_json(&out));
        let config = folder.join("greenlane.yaml");
        if config.is_file() {
            std::fs::copy(config, temporary.path().join("greenlane.yaml")).unwrap();
        }
        let args = arguments(&folder);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        // An export holds what was understood; what rests on a label that was not, it cannot say.
        if check(&folder, &args)
            .0
            .to_string()
            .contains("was not understood and may be it")
        {
            continue;
        }
        let (before, after) = (said(&folder, &args).0, said(temporary.path(), &args).0);
        if before != after {
            faults.push(format!(
                "{from}:
  {before:?}
  {after:?}"
            ));
        }
        compared += 1;
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(compared > 40, "{compared}");
}

#[test]
fn a_manifest_keeps_its_lines_and_its_inspection() {
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("from");
    std::fs::create_dir(&from).unwrap();
    for file in shipments().join("gacc-clean").read_dir().unwrap() {
        let path = file.unwrap().path();
        std::fs::copy(&path, from.join(path.file_name().unwrap())).unwrap();
    }
    std::fs::remove_file(from.join("expect.yaml")).unwrap();
    let manifest = "kind: manifest\ndestination: DE\nlines: {\"1\": {category: agri-food, batch: OTHER-1}, \"2\": {batch: OTHER-2}}\ninspection: {customs_contact: yes, camera: no, lighting: yes, environment: n/a, goods_accessible: yes}\n";
    std::fs::write(from.join("manifest.yaml"), manifest).unwrap();
    let output = greenlane(&["export", from.to_str().unwrap()]);
    let papers: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let papers = papers.as_array().unwrap();
    let paper = papers.iter().find(|p| p["kind"] == "manifest").unwrap();
    assert_eq!(paper["lines"]["1"]["batch"], "OTHER-1", "{paper:#}");
    assert_eq!(paper["lines"]["2"]["batch"], "OTHER-2", "{paper:#}");
    assert_eq!(paper["inspection"]["camera"], "no", "{paper:#}");
    let again = folder.path().join("again");
    std::fs::create_dir(&again).unwrap();
    std::fs::write(again.join("export.json"), stdout(&output)).unwrap();
    let args = ["--as-of", "2026-06-15"];
    let (before, after) = (said(&from, &args).0, said(&again, &args).0);
    assert!(before.iter().any(|f| f.contains("gacc/inspection-ready")));
    assert_eq!(before, after);
}

#[test]
fn a_sentence_is_not_cut_at_a_comma() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.txt");
    let text = "检测报告\n报告编号：HG-2026-9\n委托单位：宁波青禾婴童用品有限公司\n样品名称：婴儿推车\n规格型号：QH-100\n检验依据：GB 31701-2026\n签发日期：2026-05-20\n检验结论：所检项目符合GB 31701-2026标准要求，综合判定：合格。\n";
    std::fs::write(&path, text).unwrap();
    let output = greenlane(&["export", path.to_str().unwrap()]);
    let papers: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let whole = "所检项目符合GB 31701-2026标准要求，综合判定：合格。";
    assert_eq!(papers[0]["conclusion"], whole, "{papers:#}");
}

#[test]
fn the_form_of_a_paper_is_exported_beside_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    let text = "PACKING LIST\nBuyer: Example Ltd,Terms as agreed\nCarton No,Model,Qty\n1-2,KD-1,20\n3,KD-2,5\nSubtotal,,25\n4,KD-3,7\nTotal,,33\n";
    let path = folder.path().join("packing.csv");
    std::fs::write(&path, text).unwrap();
    let output = greenlane(&["export", path.to_str().unwrap()]);
    let papers: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let paper = &papers[0];
    assert_eq!(paper["title"][0], "PACKING LIST", "{paper:#}");
    assert_eq!(paper["lines"].as_array().unwrap().len(), 3);
    let totals: Vec<(&Value, &Value)> = paper["totals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| (&t["after_line"], &t["quantity"]))
        .collect();
    assert_eq!(
        totals,
        [(&2.into(), &"25".into()), (&3.into(), &"33".into())]
    );
    // Read again, the sub-total is right and the total is wrong.
    let again = folder.path().join("again");
    std::fs::create_dir(&again).unwrap();
    std::fs::write(again.join("packing.json"), stdout(&output)).unwrap();
    let (report, _) = check(&again, &[]);
    let findings = report["shipments"][0]["findings"].as_array().unwrap();
    let stated: Vec<&Value> = findings
        .iter()
        .filter(|f| f["rule"] == "doc/stated-total")
        .collect();
    assert_eq!(stated.len(), 1, "{findings:#?}");
    assert_eq!(stated[0]["places"][0]["pointer"], "/0/totals/1/quantity");
}

#[test]
fn fields_have_their_single_window_names_and_places() {
    let folder = shipments().join("demo");
    let folder = folder.strip_prefix(root()).unwrap().to_str().unwrap();
    let output = greenlane(&["export", folder]);
    let papers: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let kind = |name: &str| -> &Value {
        let papers = papers.as_array().unwrap();
        papers.iter().find(|p| p["kind"] == name).unwrap()
    };
    let declaration = kind("declaration");
    assert_eq!(declaration["TradeName"], "宁波贝禾婴童用品有限公司");
    assert_eq!(declaration["lines"][1]["GoodsModel"], "BH-72O");
    assert_eq!(
        declaration["_places"]["lines"][1]["GoodsModel"],
        "报关单!D17"
    );
    assert_eq!(kind("lab-report")["cnas_no"], "L98012");
    assert_eq!(
        kind("packing-list")["_places"]["lines"][0]["model"]
            .as_str()
            .map(|p| p.starts_with("装箱单!")),
        Some(true)
    );

    let text = stdout(&greenlane(&["export", folder, "--format", "csv"]));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let found = reader.records().map(|r| r.unwrap()).any(|r| {
        let row: Vec<&str> = r.iter().collect();
        row[1..]
            == [
                "declaration",
                "2",
                "model",
                "GoodsModel",
                "BH-72O",
                "报关单!D17",
            ]
    });
    assert!(found, "{text}");
}

#[test]
fn every_single_window_name_is_read_as_the_field_it_is_given_to() {
    let text = std::fs::read_to_string(root().join("rules/single-window.yaml")).unwrap();
    let names: Value = serde_yaml::from_str(&text).unwrap();
    for (kind, fields) in names.as_object().unwrap() {
        let file = root().join(format!("rules/documents/{kind}.yaml"));
        let kind: Value = serde_yaml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        for (field, name) in fields.as_object().unwrap() {
            let labels = kind["fields"][field]["labels"].as_array().unwrap();
            assert!(labels.contains(name), "{field} has no label {name}");
        }
    }
}

#[test]
fn several_shipments_are_refused_and_a_scan_is_said() {
    let many = shipments().join("two-shipments");
    let refused = greenlane(&["export", many.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(2));
    let scan = greenlane(&["export", shipments().join("infant-scan").to_str().unwrap()]);
    assert_eq!(scan.status.code(), Some(3));
    assert!(stderr(&scan).contains("report.pdf"), "{}", stderr(&scan));
}
