//! Marked copies: the users' own files, of which nothing is changed but the ground of wrong cells and
//! the comments on them. Read again they say the same.

use crate::run::{check, greenlane, root, stderr, stdout};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

const DAY: [&str; 2] = ["--as-of", "2026-06-15"];

fn shipment() -> PathBuf {
    root().join("fixtures/marked/shipment")
}

/// Runs a check that writes copies into a folder; the exit code.
fn marked(folder: &Path, into: &Path, args: &[&str]) -> i32 {
    let out = format!("marked={}", into.display());
    let mut all = vec!["check", folder.to_str().unwrap(), "--out", &out];
    all.extend(args);
    let output = greenlane(&all);
    assert!(stderr(&output).is_empty(), "{}", stderr(&output));
    output.status.code().unwrap()
}

/// The parts of a package.
fn parts(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut parts = BTreeMap::new();
    for i in 0..archive.len() {
        let mut part = archive.by_index(i).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        parts.insert(part.name().unwrap().to_string(), bytes);
    }
    parts
}

fn part(parts: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(parts[name].clone()).unwrap()
}

/// What is read of a file, without what depends on its name and what stands beside its cells.
fn facts(path: &Path) -> Vec<Value> {
    let output = greenlane(&["read", path.to_str().unwrap(), "--format", "json"]);
    let read: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let mut documents = read["documents"].as_array().unwrap().clone();
    for document in &mut documents {
        let own = document.as_object_mut().unwrap();
        for key in ["path", "sha256", "problems", "beside"] {
            own.remove(key);
        }
    }
    documents
}

/// Kind and values of what is read, wherever they stand.
fn values(path: &Path) -> Vec<(Value, Vec<String>)> {
    fn raws(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Object(own) => {
                if let (Some(Value::String(field)), Some(Value::String(raw))) =
                    (own.get("field"), own.get("raw"))
                {
                    into.push(format!("{field} = {raw}"));
                }
                own.values().for_each(|v| raws(v, into));
            }
            Value::Array(all) => all.iter().for_each(|v| raws(v, into)),
            _ => {}
        }
    }
    let of = |document: Value| {
        let mut all = Vec::new();
        raws(&document["header"], &mut all);
        raws(&document["rows"], &mut all);
        (document["kind"].clone(), all)
    };
    facts(path).into_iter().map(of).collect()
}

/// The findings of a report: rule, subject, outcome.
fn findings(folder: &Path) -> BTreeSet<String> {
    let (report, _) = check(folder, &DAY);
    let findings = report["shipments"][0]["findings"]
        .as_array()
        .unwrap()
        .clone();
    let of = |f: &Value| format!("{} {} {}", f["rule"], f["subject"], f["outcome"]);
    findings.iter().map(of).collect()
}

#[test]
fn a_workbook_keeps_all_but_the_ground_of_wrong_cells() {
    let into = tempfile::tempdir().unwrap();
    assert_eq!(marked(&shipment(), into.path(), &DAY), 1);
    let old = parts(&shipment().join("declaration.xlsx"));
    let new = parts(&into.path().join("declaration.xlsx"));
    assert_eq!(
        old.keys().collect::<Vec<_>>(),
        new.keys().collect::<Vec<_>>()
    );
    let changed: Vec<&str> = old
        .iter()
        .filter(|(name, bytes)| new[*name] != **bytes)
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        changed,
        [
            "xl/comments/comment1.xml",
            "xl/drawings/commentsDrawing1.vml",
            "xl/styles.xml",
            "xl/worksheets/sheet1.xml"
        ]
    );
    // The sheet differs in the styles of four cells alone: no formula, no value.
    let (sheet, then) = (part(&new, changed[3]), part(&old, changed[3]));
    let style = regex::Regex::new(r#" s="\d+""#).unwrap();
    let bare = |text: &str| style.replace_all(text, "").into_owned();
    assert_eq!(bare(&sheet), bare(&then));
    assert!(sheet.contains("<f>SUM(I16:I18)</f>"));
    let cells = |text: &str| -> BTreeMap<String, String> {
        let cell = regex::Regex::new(r#"<c r="([A-Z]+\d+)"[^>]*>"#).unwrap();
        let all = cell.captures_iter(text);
        all.map(|c| {
            (
                c[1].to_string(),
                style.find(&c[0]).map_or("", |m| m.as_str()).to_string(),
            )
        })
        .collect()
    };
    let (before, after) = (cells(&then), cells(&sheet));
    let differ: Vec<&String> = after.keys().filter(|c| before[*c] != after[*c]).collect();
    assert_eq!(differ, ["B3", "B4", "D17", "E10", "F18"]);
    let comments = part(&new, changed[0]);
    for said in [
        "跟单：数量待仓库确认",
        "greenlane: to change: Model BH-C80: 60 declared, 58 packed.",
        "→ Write “BH-720” in the declaration",
        "抬头已核对",
    ] {
        assert!(comments.contains(said), "{said}: {comments}");
    }
    // One box for each comment, in a drawing that reads as XML with its names.
    let mut reader = quick_xml::NsReader::from_str(std::str::from_utf8(&new[changed[1]]).unwrap());
    loop {
        use quick_xml::{events::Event, name::ResolveResult};
        match reader.read_resolved_event().unwrap() {
            (ResolveResult::Unknown(prefix), _) => panic!("{prefix:?} stands for nothing"),
            (_, Event::Eof) => break,
            _ => {}
        }
    }
    let boxes = part(&new, changed[1]).matches(":ClientData ").count();
    assert_eq!(boxes, comments.matches("<comment ").count());
}

#[test]
fn a_written_document_keeps_its_words_and_comments() {
    let into = tempfile::tempdir().unwrap();
    marked(
        &shipment(),
        into.path(),
        &[&DAY[..], &["--lang", "zh"]].concat(),
    );
    let old = parts(&shipment().join("packing-list.docx"));
    let new = parts(&into.path().join("packing-list.docx"));
    for (name, bytes) in &old {
        let is_ours = ["word/document.xml", "word/comments.xml"].contains(&name.as_str());
        assert_eq!(new[name] != *bytes, is_ours, "{name}");
    }
    let (body, comments) = (
        part(&new, "word/document.xml"),
        part(&new, "word/comments.xml"),
    );
    assert!(comments.contains("合同号已核对") && comments.contains("申报 60，装箱 58"));
    for sign in ["commentRangeStart", "commentRangeEnd", "commentReference"] {
        assert_eq!(
            body.matches(sign).count(),
            comments.matches("<w:comment ").count(),
            "{sign}"
        );
    }
    assert_eq!(body.matches(r#"w:fill="DDEBF7""#).count(), 2);
}

#[test]
fn a_pdf_begins_with_the_bytes_it_had() {
    let into = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for name in ["declaration.xlsx", "packing-list.docx"] {
        std::fs::copy(shipment().join(name), folder.path().join(name)).unwrap();
    }
    for report in [
        root().join("fixtures/marked/report-packed.pdf"),
        shipment().join("lab-report.pdf"),
    ] {
        let own = folder.path().join("report.pdf");
        std::fs::copy(&report, &own).unwrap();
        marked(folder.path(), into.path(), &DAY);
        let (old, copy) = (std::fs::read(&own).unwrap(), into.path().join("report.pdf"));
        let new = std::fs::read(&copy).unwrap();
        assert!(new.starts_with(&old) && new.len() > old.len());
        let pdf = pdfboss_core::Document::load(new).unwrap();
        let page = pdf.page(0).unwrap();
        let notes: Vec<_> = pdf.annotations(&page);
        let of = |kind: &str| notes.iter().filter(|n| n.subtype == kind).count();
        assert_eq!(of("Highlight"), of("Text"));
        assert!(of("Text") >= 3);
        let kept = notes
            .iter()
            .any(|n| n.contents.as_deref() == Some("customer copy"));
        assert_eq!(kept, report.ends_with("report-packed.pdf"));
        assert_eq!(facts(&own), facts(&copy));
        // The models stand in the second row of the ruled table of the first page.
        let rects: Vec<_> = notes.iter().filter(|n| n.subtype == "Highlight").collect();
        let models = |r: pdfboss_core::Rect| {
            (155.0..165.0).contains(&r.x0) && (600.0..625.0).contains(&r.y0)
        };
        assert!(rects.iter().any(|n| models(n.rect.unwrap())), "{rects:?}");
    }
}

#[test]
fn copies_say_what_the_files_say() {
    let into = tempfile::tempdir().unwrap();
    let hashes = || -> Vec<Vec<u8>> {
        let names = [
            "declaration.xlsx",
            "packing-list.docx",
            "lab-report.pdf",
            "labs.csv",
        ];
        names
            .iter()
            .map(|n| std::fs::read(shipment().join(n)).unwrap())
            .collect()
    };
    let before = hashes();
    marked(&shipment(), into.path(), &DAY);
    assert!(before == hashes(), "the files themselves are not touched");
    for name in ["declaration.xlsx", "packing-list.docx", "lab-report.pdf"] {
        assert_eq!(
            facts(&shipment().join(name)),
            facts(&into.path().join(name)),
            "{name}"
        );
    }
    // Comments are read as remarks and decide nothing.
    assert_eq!(findings(&shipment()), findings(into.path()));
    let (report, _) = check(into.path(), &DAY);
    let problems = report["shipments"][0]["problems"].to_string();
    assert!(problems.contains("a note says “to change"), "{problems}");
    // The same bytes each time, over its own copies.
    let bytes = |name: &str| std::fs::read(into.path().join(name)).unwrap();
    let names = [
        "declaration.xlsx",
        "packing-list.docx",
        "lab-report.pdf",
        "labs.csv.xlsx",
    ];
    let first: Vec<Vec<u8>> = names.iter().map(|n| bytes(n)).collect();
    marked(&shipment(), into.path(), &DAY);
    assert!(first == names.iter().map(|n| bytes(n)).collect::<Vec<_>>());
}

#[test]
fn words_outside_tables_keep_their_reading() {
    let (into, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let formats = root().join("fixtures/formats/report-docx");
    for file in std::fs::read_dir(&formats).unwrap().flatten() {
        std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }
    marked(folder.path(), into.path(), &["--as-of", "2044-06-15"]);
    let mut met = 0;
    for file in std::fs::read_dir(into.path()).unwrap().flatten() {
        let name = file.file_name().into_string().unwrap();
        if name.ends_with(".docx") {
            met += 1;
            assert_eq!(
                facts(&folder.path().join(&name)),
                facts(&file.path()),
                "{name}"
            );
            let body = part(&parts(&file.path()), "word/document.xml");
            assert!(body.contains("commentReference"), "{body}");
        }
    }
    assert!(met > 0);
}

#[test]
fn other_formats_become_a_workbook_of_what_was_read() {
    let mut met = BTreeSet::new();
    for format in ["csv", "csv-gb18030", "html", "ods", "report-txt", "xls"] {
        let folder = root().join("fixtures/formats").join(format);
        let (into, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let all = copy.path().join("all");
        std::fs::create_dir(&all).unwrap();
        for file in std::fs::read_dir(&folder).unwrap().flatten() {
            std::fs::copy(file.path(), all.join(file.file_name())).unwrap();
        }
        // Long after their issue the reports do not count any more.
        marked(&all, into.path(), &["--as-of", "2044-06-15", "--strict"]);
        for file in std::fs::read_dir(into.path()).unwrap().flatten() {
            let name = file.file_name().into_string().unwrap();
            let Some(original) = name.strip_suffix(".xlsx").filter(|n| n.contains('.')) else {
                continue;
            };
            met.insert(original.rsplit('.').next().unwrap().to_string());
            let (a, b) = (values(&all.join(original)), values(&file.path()));
            if !original.ends_with(".txt") {
                assert_eq!(a, b, "{format}: {name}");
            }
            let new = parts(&file.path());
            assert!(new.keys().any(|k| k.contains("comments")), "{name}");
        }
    }
    let wanted = ["csv", "html", "ods", "txt", "xls"];
    assert!(wanted.iter().all(|w| met.contains(*w)), "{met:?}");
}

#[test]
fn copies_go_into_a_folder_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let papers = folder.path().join("papers");
    std::fs::create_dir(&papers).unwrap();
    for file in std::fs::read_dir(shipment()).unwrap().flatten() {
        std::fs::copy(file.path(), papers.join(file.file_name())).unwrap();
    }
    let refused = |into: &Path, paths: &[&str]| {
        let out = format!("marked={}", into.display());
        let output = greenlane(&[&["check"], paths, &["--out", &out]].concat());
        assert_eq!(output.status.code(), Some(2), "{out}");
        assert!(stdout(&output).is_empty(), "{}", stdout(&output));
        stderr(&output)
    };
    let own = papers.to_str().unwrap();
    for inside in [
        papers.clone(),
        papers.join("marked"),
        papers.join("../papers/x"),
    ] {
        assert!(refused(&inside, &[own]).contains("lies among the documents"));
    }
    let one = papers.join("declaration.xlsx");
    assert!(refused(&papers, &[one.to_str().unwrap()]).contains("lies among the documents"));
    assert!(refused(&one, &[own]).contains("this is a file"));
    assert!(refused(&folder.path().join("a/b"), &[own]).contains("no such folder"));
    // Somebody's file is not written over.
    let into = folder.path().join("copies");
    std::fs::create_dir(&into).unwrap();
    std::fs::write(into.join("labs.csv.xlsx"), "mine").unwrap();
    let out = format!("marked={}", into.display());
    let output = greenlane(&[&["check", own, "--out", &out][..], &DAY].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("another file of this name"));
    assert_eq!(std::fs::read(into.join("labs.csv.xlsx")).unwrap(), b"mine");
    let output = greenlane(&["check", own, "--format", "marked"]);
    assert!(stderr(&output).contains("--out marked=FOLDER"));
}

#[test]
fn what_is_said_of_a_whole_paper_stands_at_its_head() {
    let into = tempfile::tempdir().unwrap();
    let folder = root().join("fixtures/shipments/infant-scan");
    marked(&folder, into.path(), &DAY);
    let copy = std::fs::read(into.path().join("report.pdf")).unwrap();
    let pdf = pdfboss_core::Document::load(copy).unwrap();
    let notes = pdf.annotations(&pdf.page(0).unwrap());
    let said = notes[0].contents.as_deref().unwrap();
    assert!(said.contains("it is a scan or a picture"), "{said}");
}
