//! `greenlane seal` and `verify`: what was sealed is told from what was changed.

use crate::run::{greenlane, shipments, stderr, stdout};
use crate::schemas::fits;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

const CLEAN: &str = "infant-clean-xlsx-pdf";

/// A copy of a clean shipment beside its record and code.
pub struct Sealed {
    folder: tempfile::TempDir,
    drawn: String,
}

impl Sealed {
    fn new() -> Sealed {
        Sealed::with(&[])
    }

    /// Sealed with further arguments.
    pub fn with(more: &[&str]) -> Sealed {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("shipment");
        std::fs::create_dir(&copy).unwrap();
        for entry in std::fs::read_dir(shipments().join(CLEAN)).unwrap() {
            let file = entry.unwrap().path();
            std::fs::copy(&file, copy.join(file.file_name().unwrap())).unwrap();
        }
        let sealed = Sealed {
            folder,
            drawn: String::new(),
        };
        let (record, code) = (sealed.path("record.json"), sealed.path("code.svg"));
        let own = ["seal", text(&copy), "--as-of", "2026-06-15"];
        let written = ["--out", text(&record), "--qr", text(&code)];
        let output = greenlane(&[&own[..], &written, more].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        Sealed {
            drawn: stdout(&output),
            ..sealed
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn record(&self) -> String {
        let text = std::fs::read_to_string(self.path("record.json")).unwrap();
        fits("record", &serde_json::from_str(&text).unwrap());
        text
    }

    /// What verifying a record of this text says, and the exit code.
    pub fn verify(&self, record: &str, more: &[&str]) -> (String, i32) {
        let path = self.path("other.json");
        std::fs::write(&path, record).unwrap();
        let mut args = vec!["verify", text(&path)];
        args.extend(more);
        let output = greenlane(&args);
        let said = stdout(&output) + &stderr(&output);
        (said, output.status.code().unwrap())
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_record_says_what_was_judged_and_that_it_is_not_the_customs_code() {
    let sealed = Sealed::new();
    let record: Value = serde_json::from_str(&sealed.record()).unwrap();
    assert_eq!(record["schema"], "greenlane.seal/1");
    assert!(
        record["notice"]
            .as_str()
            .unwrap()
            .contains("not the customs green code")
    );
    assert_eq!(record["shipment"]["verdict"], "eligible");
    let first = &record["shipment"]["matched"][0];
    assert_eq!(first["model"], "BH-100A");
    assert_eq!(first["report"], "YT2026-04117");
    assert_eq!(first["applicant"], "宁波贝禾婴童用品有限公司");
    assert_eq!(first["cnas_no"], "L98012");
    assert_eq!(record["inputs"].as_array().unwrap().len(), 5);
    assert!(sealed.drawn.contains("not the customs code"));
    // The same shipment gives the same bytes.
    assert_eq!(sealed.record(), Sealed::new().record());
    let (said, exit) = sealed.verify(&sealed.record(), &[]);
    assert_eq!(exit, 0, "{said}");
}

#[test]
fn a_changed_byte_file_pack_or_verdict_is_named() {
    let sealed = Sealed::new();
    let record = sealed.record();
    // A verdict, in the record itself.
    let forged = record.replace("\"eligible\"", "\"not-eligible\"");
    let (said, exit) = sealed.verify(&forged, &[]);
    assert_eq!(exit, 1);
    assert!(
        said.contains("changed after it was sealed") && said.contains("verdict of infant-gb31701"),
        "{said}"
    );
    // A pack: one parameter more.
    let rules = sealed.path("rules");
    std::fs::create_dir_all(rules.join("lanes")).unwrap();
    let overlay = "extends: infant-gb31701\nparameters:\n  max_report_age_days: {text: \"3\"}\n";
    std::fs::write(rules.join("lanes/age.yaml"), overlay).unwrap();
    let (said, exit) = sealed.verify(&record, &["--rules", text(&rules)]);
    assert_eq!(exit, 1);
    assert!(
        said.contains("the pack infant-gb31701 was changed"),
        "{said}"
    );
    assert!(said.contains("infant/report-current"), "{said}");
    // A byte of a document, a document more, a document less.
    let packing = sealed.path("shipment/packing.xlsx");
    let mut bytes = std::fs::read(&packing).unwrap();
    bytes.push(b' ');
    std::fs::write(&packing, bytes).unwrap();
    std::fs::write(sealed.path("shipment/more.txt"), "more").unwrap();
    std::fs::remove_file(sealed.path("shipment/labs.xlsx")).unwrap();
    let (said, exit) = sealed.verify(&record, &[]);
    assert_eq!(exit, 1);
    for named in [
        "packing.xlsx was changed",
        "more.txt was added",
        "labs.xlsx is gone",
    ] {
        assert!(said.contains(named), "no {named}: {said}");
    }
}

#[test]
fn a_changed_alias_table_or_kind_is_named() {
    let sealed = Sealed::new();
    let rules = sealed.path("rules");
    std::fs::create_dir_all(rules.join("documents")).unwrap();
    let kind = "kind: menu\ntitle: {en: menu, zh: 菜单}\ntitles: [menu]\nneeds: [[dish]]\nfields:\n  dish: {type: text, of: line, labels: [dish]}\n";
    std::fs::write(rules.join("documents/menu.yaml"), kind).unwrap();
    let table = sealed.path("shipment/names.csv");
    std::fs::write(&table, "model,alias,reason\nAM-1,AM-One,old name\n").unwrap();
    let config = "rules: [rules]\naliases: {models: shipment/names.csv}\n";
    std::fs::write(sealed.path("greenlane.yaml"), config).unwrap();
    let record = sealed.path("named.seal.json");
    let shipment = sealed.path("shipment");
    let output = greenlane(&[
        "seal",
        text(&shipment),
        "--as-of",
        "2026-06-15",
        "--out",
        text(&record),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let record = std::fs::read_to_string(record).unwrap();
    assert_eq!(sealed.verify(&record, &[]).1, 0);
    std::fs::write(&table, "model,alias,reason\nAM-1,AM-Two,old name\n").unwrap();
    let kind = kind.replace("labels: [dish]", "labels: [dish, 菜]");
    std::fs::write(rules.join("documents/menu.yaml"), kind).unwrap();
    let (said, code) = sealed.verify(&record, &[]);
    assert_eq!(code, 1, "{said}");
    for changed in ["names.csv was changed", "menu.yaml was changed"] {
        assert!(said.contains(changed), "{said}");
    }
}

#[test]
fn a_cut_record_fails_and_another_file_cannot_be_verified() {
    let sealed = Sealed::new();
    let record = sealed.record();
    let cut: String = record.chars().take(record.chars().count() / 2).collect();
    let (said, exit) = sealed.verify(&cut, &[]);
    assert_eq!(exit, 1, "{said}");
    assert!(said.contains("cut off"), "{said}");
    for other in ["", "[]", "{\"schema\": \"greenlane.seal/1\"}", "not JSON"] {
        let (said, exit) = sealed.verify(other, &[]);
        assert_eq!(exit, 2, "{other}: {said}");
    }
    let newer = record.replace("greenlane.seal/1", "greenlane.seal/9");
    assert_eq!(sealed.verify(&newer, &[]).1, 2);
}

#[test]
fn what_is_not_eligible_is_sealed_only_when_allowed() {
    let demo = shipments().join("demo");
    let args = ["seal", text(&demo), "--as-of", "2026-06-15"];
    let refused = greenlane(&args);
    assert_eq!(refused.status.code(), Some(1));
    assert!(stdout(&refused).is_empty());
    assert!(stderr(&refused).contains("not-eligible"));
    let allowed = greenlane(&[&args[..], &["--allow"]].concat());
    assert_eq!(allowed.status.code(), Some(0));
    let record: Value = serde_json::from_str(&stdout(&allowed)).unwrap();
    assert_eq!(record["shipment"]["verdict"], "not-eligible");
}

#[test]
fn programs_are_told_what_verifying_came_to() {
    let sealed = Sealed::new();
    let told = |record: &str| -> Value {
        let (said, exit) = sealed.verify(record, &["--format", "json"]);
        let told: Value = serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}"));
        assert_eq!(told["agrees"], exit == 0);
        told
    };
    let agrees = told(&sealed.record());
    assert_eq!(agrees["schema"], "greenlane.verified/1");
    assert_eq!(agrees["differences"], serde_json::json!([]));
    let changed = sealed.record().replace("\"eligible\"", "\"undecided\"");
    assert!(!told(&changed)["differences"].as_array().unwrap().is_empty());
}

/// Another library reads both codes back.
#[test]
fn the_code_is_read_back_from_picture_and_terminal() {
    let sealed = Sealed::new();
    let record: Value = serde_json::from_str(&sealed.record()).unwrap();
    let digest = record["digest"].as_str().unwrap();
    let picture = std::fs::read_to_string(sealed.path("code.svg")).unwrap();
    // A pipe takes no code; a terminal would be drawn the same one.
    assert!(!sealed.drawn.contains(['█', '▀']), "{}", sealed.drawn);
    let drawn = greenlane::report::seal::terminal(&decoded(&of_svg(&picture))).unwrap();
    for (from, modules) in [("svg", of_svg(&picture)), ("terminal", of_terminal(&drawn))] {
        let said = decoded(&modules);
        assert!(said.contains(digest), "{from}: {said}");
        assert!(said.contains("NOT the customs code"), "{from}: {said}");
        assert!(said.contains("infant-gb31701 eligible"), "{from}: {said}");
    }
}

fn decoded(dark: &[Vec<bool>]) -> String {
    const SCALE: usize = 4;
    let (width, height) = (dark[0].len() * SCALE, dark.len() * SCALE);
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        if dark[y / SCALE][x / SCALE] { 0 } else { 255 }
    });
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

/// Half blocks, drawn light on dark: what is not drawn is dark.
fn of_terminal(drawn: &str) -> Vec<Vec<bool>> {
    let mut rows = Vec::new();
    for line in drawn.lines().filter(|l| l.starts_with(['█', '▀'])) {
        let half = |light: [char; 2]| line.chars().map(|c| !light.contains(&c)).collect();
        rows.push(half(['█', '▀']));
        rows.push(half(['█', '▄']));
    }
    rows
}

/// The picture's one path is made of `M x y h w v h H x V y`.
fn of_svg(picture: &str) -> Vec<Vec<bool>> {
    let form = regex::Regex::new(r"M(\d+) (\d+)h(\d+)v(\d+)").unwrap();
    let parts: Vec<[usize; 4]> = form
        .captures_iter(picture)
        .map(|c| [1, 2, 3, 4].map(|i| c[i].parse().unwrap()))
        .collect();
    let module = parts.iter().map(|p| p[3]).min().unwrap();
    let size = parts
        .iter()
        .map(|p| (p[0] + p[2]).max(p[1] + p[3]))
        .max()
        .unwrap()
        / module
        + 4;
    let mut rows = vec![vec![false; size]; size];
    for [x, y, w, h] in parts.iter().map(|p| p.map(|n| n / module)) {
        for row in &mut rows[y..y + h] {
            row[x..x + w].fill(true);
        }
    }
    rows
}

#[test]
fn loose_files_are_sealed_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let (papers, reports) = (folder.path().join("papers"), folder.path().join("reports"));
    std::fs::create_dir(&papers).unwrap();
    std::fs::create_dir(&reports).unwrap();
    let mut files = Vec::new();
    for entry in std::fs::read_dir(shipments().join(CLEAN)).unwrap() {
        let from = entry.unwrap().path();
        let name = from.file_name().unwrap().to_str().unwrap();
        if name != "expect.yaml" {
            let to = if name.ends_with(".pdf") {
                &reports
            } else {
                &papers
            };
            std::fs::copy(&from, to.join(name)).unwrap();
            files.push(text(&to.join(name)).to_string());
        }
    }
    files.sort();
    let out = folder.path().join("records/r.json");
    std::fs::create_dir(out.parent().unwrap()).unwrap();
    let sealed = |files: &[String]| {
        let mut args = vec!["seal", "--as-of", "2026-06-15", "--out", text(&out)];
        args.extend(files.iter().map(String::as_str));
        let output = greenlane(&args);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        std::fs::read_to_string(&out).unwrap()
    };
    let record = sealed(&files);
    let value: Value = serde_json::from_str(&record).unwrap();
    assert_eq!(value["root"], "..");
    assert_eq!(value["files"][0], "papers/declaration.xlsx");
    assert_eq!(value["inputs"][4]["path"], "reports/report-strollers.pdf");
    files.reverse();
    files.push(files[0].clone());
    // As `papers/*` would name it.
    let older = papers.join("older.seal.json");
    std::fs::write(&older, &record).unwrap();
    files.push(text(&older).to_string());
    assert_eq!(
        sealed(&files),
        record,
        "order, a file said twice and an older record change nothing"
    );
    let verify = |more: &[&str]| {
        let output = greenlane(&[&["verify", text(&out)], more].concat());
        (stdout(&output), output.status.code())
    };
    // They do not lie with the record: whoever verifies says where.
    let (said, exit) = verify(&[]);
    assert_eq!(exit, Some(1));
    assert!(said.contains("--shipment"), "{said}");
    let there = ["--shipment", text(folder.path())];
    assert_eq!(verify(&there).1, Some(0));
    // What lies beside was not sealed.
    std::fs::write(papers.join("more.txt"), "more").unwrap();
    assert_eq!(verify(&there).1, Some(0));
    let moved = folder.path().join("moved");
    std::fs::create_dir(&moved).unwrap();
    std::fs::rename(&papers, moved.join("papers")).unwrap();
    std::fs::rename(&reports, moved.join("reports")).unwrap();
    let (said, exit) = verify(&[]);
    assert_eq!(exit, Some(1));
    assert!(said.contains("--shipment"), "{said}");
    assert_eq!(verify(&["--shipment", text(&moved)]).1, Some(0));
    std::fs::remove_file(moved.join("papers/labs.xlsx")).unwrap();
    let (said, exit) = verify(&["--shipment", text(&moved)]);
    assert_eq!(exit, Some(1));
    assert!(said.contains("papers/labs.xlsx is gone"), "{said}");
    let none = greenlane(&["seal", text(&older), text(&older)]);
    assert_eq!(none.status.code(), Some(2));
    assert!(stderr(&none).contains("no file"), "{}", stderr(&none));
    // Folders are shipments of their own.
    let two = greenlane(&[
        "seal",
        text(&moved.join("papers")),
        text(&moved.join("reports")),
    ]);
    assert_eq!(two.status.code(), Some(2));
}

/// Every way to change one field of a value: a text or number by a character, a switch, a list by
/// one item less, which are then written with the digest of what they say.
fn forgeries(value: &Value, path: &mut Vec<String>, made: &mut Vec<(String, String, Value)>) {
    let name = path.join(".");
    // Another day, and other lanes asked for, make another record and no false one.
    if matches!(
        name.as_str(),
        "as_of" | "strict" | "lanes" | "digest" | "signature"
    ) {
        return;
    }
    let mut change = |to: Value| made.push((name.clone(), format!("/{}", path.join("/")), to));
    match value {
        Value::String(text) => {
            change(Value::from(format!("{text}x")));
            change(Value::from(text.chars().skip(1).collect::<String>()));
        }
        Value::Bool(is) => change(Value::from(!is)),
        Value::Array(items) if !items.is_empty() => change(Value::from(items[1..].to_vec())),
        _ => {}
    }
    let below: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), v)).collect(),
        Value::Array(items) => {
            let numbered = items.iter().enumerate();
            numbered.map(|(n, v)| (n.to_string(), v)).collect()
        }
        _ => Vec::new(),
    };
    for (step, value) in below {
        path.push(step);
        forgeries(value, path, made);
        path.pop();
    }
}

#[test]
fn every_field_that_was_forged_is_found() {
    let sealed = Sealed::new();
    let record: Value = serde_json::from_str(&sealed.record()).unwrap();
    let mut made = Vec::new();
    forgeries(&record, &mut Vec::new(), &mut made);
    assert!(made.len() > 60, "{}", made.len());
    // Of the many files and lines that are alike, the first stand for all.
    made.retain(|(name, ..)| {
        !name
            .split('.')
            .any(|step| step.parse().is_ok_and(|n: u32| n > 0))
    });
    for (name, pointer, to) in made {
        let mut forged = record.clone();
        *forged.pointer_mut(&pointer).unwrap() = to;
        let map = forged.as_object_mut().unwrap();
        map.shift_remove("digest");
        let digest = Sha256::digest(crate::signatures::canonical(&forged));
        let digest: String = digest.iter().map(|b| format!("{b:02x}")).collect();
        forged["digest"] = Value::from(format!("sha256:{digest}"));
        let (said, exit) = sealed.verify(&forged.to_string(), &[]);
        assert_ne!(exit, 0, "{name} was forged: {said}");
        assert!(!said.contains("digest is"), "{name}: {said}");
    }
}

#[test]
fn a_record_reads_nothing_beyond_its_own_folder_and_says_that_it_is_unsigned() {
    let sealed = Sealed::new();
    let mut record: Value = serde_json::from_str(&sealed.record()).unwrap();
    let (said, exit) = sealed.verify(&record.to_string(), &[]);
    assert_eq!(exit, 0, "{said}");
    assert!(said.contains("anyone can have made this record"), "{said}");
    for root in ["..", "/", "shipment/../.."] {
        record["root"] = Value::from(root);
        let (said, exit) = sealed.verify(&record.to_string(), &[]);
        assert_eq!(exit, 1);
        assert!(said.contains("--shipment"), "{root}: {said}");
    }
    record["root"] = Value::from("shipment");
    record["files"] = serde_json::json!(["../record.json"]);
    let (said, exit) = sealed.verify(&record.to_string(), &[]);
    assert_eq!(exit, 1);
    assert!(said.contains("outside"), "{said}");
}
