//! The command line: exit codes, broken rules, odd inputs, the example.

use crate::run::{greenlane, shipments, stderr, stdout};
use std::io::Write;
use std::process::{Command, Stdio};

fn code(args: &[&str]) -> i32 {
    greenlane(args).status.code().unwrap()
}

#[test]
fn the_demo_finds_its_two_mistakes() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("example");
    let output = greenlane(&["demo", target.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    for words in [
        "BH-72O",
        "BH-720",
        "D17",
        "60 declared, 58 packed",
        "NOT ELIGIBLE",
    ] {
        assert!(text.contains(words), "{words} is missing in\n{text}");
    }
    assert_eq!(
        code(&["check", target.to_str().unwrap(), "--as-of", "2026-06-15"]),
        1
    );
}

#[test]
fn could_not_run_is_two() {
    let clean = shipments().join("stem-clean-json");
    let clean = clean.to_str().unwrap();
    assert_eq!(code(&["check"]), 2);
    assert_eq!(code(&["check", "/no/such/path"]), 2);
    assert_eq!(code(&["check", clean, "--as-of", "June"]), 2);
    assert_eq!(code(&["check", clean, "--lane", "no-such-lane"]), 2);
    assert_eq!(code(&["check", clean, "--rules", "/no/such/rules"]), 2);
    assert_eq!(code(&["explain", "infant/no-such-rule"]), 2);
    assert_eq!(code(&["--version"]), 0);
    assert_eq!(code(&["check", clean, "--as-of", "2026-06-15"]), 0);
}

#[test]
fn a_broken_pack_names_file_line_and_column() {
    let cases = [
        // (what is written, line, what must be said)
        ("id: x\nversion: \"1\"\nname: y\n", 3, "unknown key `name`"),
        ("id: x\nversion: [\n", 2, ""),
        (
            "id: x\nversion: \"1\"\ntitle: {en: a, zh: b}\nreviewed: \"someday\"\nstale_after_days: 1\nrules: []\n",
            4,
            "not a date",
        ),
        (
            "id: x\nversion: \"1\"\ntitle: {en: a, zh: b}\nreviewed: \"2026-01-01\"\nstale_after_days: 1\nsources: [{id: s, title: t, issuer: i, date: 2026-01-01, kind: secondary}]\nrules:\n  - id: x/a\n    title: {en: a, zh: b}\n    severity: blocker\n    for: line\n    require: {same: {what: model, grade: identical}}\n    message: {en: \"{waht}\", zh: \"{what}\"}\n    fix: {en: a, zh: b}\n    basis: {source: s, words: w, confidence: inferred}\n",
            13,
            "did you mean `what`?",
        ),
    ];
    for (text, line, words) in cases {
        let folder = tempfile::tempdir().unwrap();
        let lanes = folder.path().join("lanes");
        std::fs::create_dir(&lanes).unwrap();
        std::fs::write(lanes.join("broken.yaml"), text).unwrap();
        let output = greenlane(&["lanes", "--rules", folder.path().to_str().unwrap()]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(&format!("broken.yaml:{line}:")), "{said}");
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn a_lane_in_yaml_alone_judges() {
    let folder = tempfile::tempdir().unwrap();
    let lanes = folder.path().join("lanes");
    std::fs::create_dir(&lanes).unwrap();
    let pack = r#"
id: example-lane
version: "1"
title: {en: Example, zh: 示例}
in_force: {from: "2026-01-01"}
reviewed: "2026-06-01"
stale_after_days: 400
sources: [{id: s, title: An example, issuer: nobody, date: "2026-01-01", kind: secondary}]
applies_to: {goods: goods}
parameters:
  goods: {goods: [{key: toy, name: {en: toys, zh: 玩具}, hs: ["9503"], words: [toy]}]}
  ports: {ports: [{name: {en: Nowhere, zh: 无处}, words: [nowhere]}]}
rules:
  - id: example/port
    title: {en: Leaves through Nowhere, zh: 从无处出境}
    severity: blocker
    for: shipment
    require: {one_of: {any: [declaration.exit_customs], list: ports}}
    message: {en: "{what}", zh: "{what}"}
    fix: {en: Ship through Nowhere., zh: 请从无处出境。}
    basis: {source: s, words: an example, confidence: reported}
    cases:
      - {expect: fail}
      - {expect: pass, with: {declaration.exit_customs: Nowhere}}
example:
  documents:
    - kind: declaration
      exit_customs: Elsewhere
      lines: [{line_no: 1, name: toy, model: T-1, hs_code: 9503006000, quantity: 1}]
"#;
    std::fs::write(lanes.join("example.yaml"), pack).unwrap();
    let clean = shipments().join("stem-clean-json");
    let output = greenlane(&[
        "check",
        clean.to_str().unwrap(),
        "--rules",
        folder.path().to_str().unwrap(),
        "--lane",
        "example-lane",
        "--as-of",
        "2026-06-15",
    ]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stdout(&output).contains("example/port"));
}

#[test]
fn the_configuration_replaces_parameters_and_adds_headings() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    std::fs::create_dir(&own).unwrap();
    let source = shipments().join("infant-wrong-port");
    for entry in std::fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, own.join(path.file_name().unwrap())).unwrap();
    }
    let run = || greenlane(&["check", own.to_str().unwrap(), "--as-of", "2026-06-15"]);
    assert_eq!(run().status.code(), Some(1));
    let config = "parameters:\n  infant-gb31701:\n    ports:\n      ports:\n        - {name: {en: Meishan, zh: 梅山}, words: [meishan, 梅山]}\n";
    std::fs::write(folder.path().join("greenlane.yaml"), config).unwrap();
    let output = run();
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let wrong = "parameters:\n  infant-gb31701:\n    prots: {text: x}\n";
    std::fs::write(folder.path().join("greenlane.yaml"), wrong).unwrap();
    let output = run();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("did you mean `ports`?"),
        "{}",
        stderr(&output)
    );
    std::fs::write(folder.path().join("greenlane.yaml"), "lanse: []\n").unwrap();
    let output = run();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("greenlane.yaml:1:1"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_stated_encoding_is_believed_and_a_wrong_name_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let table = "C/NO.,Model,Qty,Goods\n1-2,KD-1,20,嬰兒車\n3-4,KD-2,20,嬰兒車\n";
    let (bytes, _, _) = encoding_rs::BIG5.encode(table);
    std::fs::write(path("list.csv"), &bytes).unwrap();
    for (name, says) in [
        ("big5", "\"encoding\": \"Big5\""),
        ("gbk", "\"encoding\": \"GBK\""),
    ] {
        let config = format!("files: {{\"*.csv\": {{encoding: {name}}}}}\n");
        std::fs::write(path("greenlane.yaml"), config).unwrap();
        let file = path("list.csv");
        let output = greenlane(&["read", file.to_str().unwrap(), "--format", "json"]);
        assert!(stdout(&output).contains(says), "{}", stdout(&output));
        let understood = stdout(&output).contains("嬰兒車");
        assert_eq!(understood, name == "big5");
    }
    std::fs::write(
        path("greenlane.yaml"),
        "files:\n  a.csv: {encoding: bigg5}\n",
    )
    .unwrap();
    let output = greenlane(&["check", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let said = crate::run::stderr(&output);
    assert!(
        said.contains("greenlane.yaml:2") && said.contains("bigg5"),
        "{said}"
    );
}

#[test]
fn nothing_given_is_never_a_pass() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    assert_eq!(code(&["check", path]), 3, "an empty folder");
    std::fs::write(folder.path().join("note.txt"), "see you on Monday").unwrap();
    assert_eq!(code(&["check", path]), 3, "a note");
    assert_eq!(code(&["check", path, "--lane", "infant-gb31701"]), 3);
}

#[test]
fn a_list_of_paths_is_read_from_standard_input() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_greenlane"))
        .args(["check", "-", "--as-of", "2026-06-15", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let folder = shipments().join("stem-clean-json");
    writeln!(child.stdin.take().unwrap(), "{}", folder.display()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_broken_pipe_keeps_the_verdict() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_greenlane"))
        .args([
            "check",
            shipments().to_str().unwrap(),
            "--format",
            "json",
            "--as-of",
            "2026-06-15",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn tables_fit_eighty_columns_in_both_languages() {
    use unicode_width::UnicodeWidthStr;
    let folder = shipments();
    for lang in ["en", "zh"] {
        let output = greenlane(&[
            "check",
            folder.to_str().unwrap(),
            "--lang",
            lang,
            "--as-of",
            "2026-06-15",
        ]);
        let text = stdout(&output);
        assert!(text.lines().count() > 100);
        for line in text.lines() {
            assert!(line.width() <= 80, "{} columns: {line}", line.width());
        }
    }
}

#[test]
fn every_rule_and_lane_can_be_explained() {
    for what in [
        "infant-gb31701",
        "documents",
        "stem/small-parts",
        "gacc/pilot-code",
        "doc/hs-code",
    ] {
        for lang in ["en", "zh"] {
            let output = greenlane(&["explain", what, "--lang", lang]);
            assert_eq!(output.status.code(), Some(0), "{what}");
            assert!(stdout(&output).contains(what));
        }
    }
    let output = greenlane(&["explain", "infant/modelmatch"]);
    assert!(stderr(&output).contains("did you mean `infant/model-match`?"));
}

#[test]
fn hostile_names_and_values_reach_no_terminal_as_code() {
    let folder = tempfile::tempdir().unwrap();
    let text = "报关单\n项号,商品编号,商品名称,型号,数量\n1,8715000000,婴儿推车\u{1b}[31m,\u{202e}KD-1\u{7},10\n";
    std::fs::write(folder.path().join("a\u{1b}[2Jb.csv"), text).unwrap();
    for format in ["table", "json"] {
        let output = greenlane(&["check", folder.path().to_str().unwrap(), "--format", format]);
        assert_eq!(output.status.code(), Some(3));
        let bytes = output.stdout;
        assert!(!bytes.contains(&0x1b), "an escape character in {format}");
        assert!(!bytes.contains(&0x07));
    }
}

#[test]
fn two_names_are_compared_with_grade_reason_and_steps() {
    let cases = [
        // (arguments, exit code, what must be said)
        (vec!["KD-200A", "KD-200A"], 0, "identical"),
        (
            vec!["KD-20OA", "KD-200A"],
            1,
            "letter O for digit 0 at position 6",
        ),
        (vec!["КD-200A", "KD-200A"], 1, "Cyrillic К"),
        (vec!["KD-200", "KD-200-A"], 1, "suffix -A missing"),
        (
            vec!["世博（深圳）有限公司", "世博(深圳)有限公司"],
            1,
            "full-width brackets",
        ),
        (
            vec!["Beile Co., Ltd.", "Beile Limited"],
            1,
            "legal form Co., Ltd. / Limited",
        ),
        (
            vec!["2 dozen", "24 pcs", "--as", "quantity"],
            1,
            "24 pieces",
        ),
        (
            vec!["8715.00.00.10", "8715000010", "--as", "hs"],
            1,
            "clean-up",
        ),
        (
            vec!["型号：ＫＤ", "KD", "--lang", "zh"],
            1,
            "全角字符改为半角",
        ),
        (vec!["/", "/"], 1, "different"),
        (vec!["a", "b", "--as", "colour"], 2, ""),
    ];
    for (args, expected, words) in cases {
        let mut all = vec!["compare"];
        all.extend(args.iter());
        let output = greenlane(&all);
        assert_eq!(output.status.code(), Some(expected), "{args:?}");
        assert!(
            stdout(&output).contains(words),
            "{args:?}: {}",
            stdout(&output)
        );
    }
    let output = greenlane(&["compare", "KD-20OA", "KD-200A", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(json["schema"], "greenlane.compare/1");
    assert_eq!(json["grade"], "near");
    assert_eq!(json["b"]["normal"], "KD-200A");
}

#[test]
fn the_names_of_two_files_find_each_other() {
    let folder = shipments().join("infant-model-typo");
    let (a, b) = (folder.join("declaration.xlsx"), folder.join("packing.xlsx"));
    let args = [
        "compare",
        a.to_str().unwrap(),
        b.to_str().unwrap(),
        "--format",
        "json",
    ];
    let output = greenlane(&args);
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let matches = json["matches"].as_array().unwrap();
    let near: Vec<_> = matches.iter().filter(|m| m["grade"] == "near").collect();
    assert_eq!(near.len(), 1, "{matches:?}");
    assert_eq!(near[0]["a"]["raw"], "KD-20OA");
    assert_eq!(near[0]["b"]["raw"], "KD-200A");
    assert_eq!(near[0]["a"]["at"], "报关单!E17");
    let same = ["compare", a.to_str().unwrap(), a.to_str().unwrap()];
    assert_eq!(greenlane(&same).status.code(), Some(0));
}

#[test]
fn two_files_are_compared_as_a_check_reads_them() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_string()
    };
    // The models stand in the specification and in the elements, and aliases in the
    // configuration beside the files.
    let a = write(
        "declaration.csv",
        "出口货物报关单,,,,\n项号,商品编号,商品名称,申报要素,数量\n1,8715000000,婴儿推车,0|0|型号：KD-1,2\n2,8715000000,婴儿推车,0|0|型号：KD-2,2\n",
    );
    let b = write(
        "packing.csv",
        "装箱单,,\n箱号,型号,数量\n1,1-EU,2\n2,KD-2,2\n",
    );
    write(
        "greenlane.yaml",
        "aliases:\n  models:\n    - [KD-1, 1-EU]\n",
    );
    let output = greenlane(&["compare", &a, &b, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let grades = json["matches"].as_array().unwrap().iter();
    let mut grades: Vec<&str> = grades.map(|m| m["grade"].as_str().unwrap()).collect();
    grades.sort_unstable();
    assert_eq!(grades, ["alias", "identical"], "{json}");
    for other in ["missing.csv", "no/such"] {
        let output = greenlane(&["compare", &a, other]);
        assert_eq!(output.status.code(), Some(2), "{other}");
        assert!(stderr(&output).contains(other), "{}", stderr(&output));
    }
    let value = greenlane(&["compare", &a, "KD-1"]);
    assert_eq!(value.status.code(), Some(1), "a value is no path");
}

#[test]
fn a_year_of_two_digits_is_said() {
    let output = greenlane(&["compare", "01-Jun-26", "2026-06-01", "--as", "date"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stdout(&output).contains("two digits"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn aliases_come_from_the_configuration_with_reason_and_days() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let table = "name,alias,reason\nKestrel Nursery GmbH,Kestrel Kinderwelt GmbH,renamed\n";
    std::fs::write(here.join("companies.csv"), table).unwrap();
    let config = here.join("greenlane.yaml");
    let text = "aliases:\n  companies: companies.csv\n  models:\n    - [KD-1, 1-EU]\n    - {names: [KD-2, 2-EU], reason: the buyer's number, until: \"2020-01-01\"}\n";
    std::fs::write(&config, text).unwrap();
    let compare = |a, b| {
        let config = config.to_str().unwrap();
        greenlane(&["compare", a, b, "--config", config])
    };
    let output = compare("KESTREL NURSERY GMBH", "Kestrel Kinderwelt GmbH");
    assert!(stdout(&output).contains("alias"), "{}", stderr(&output));
    assert!(stdout(&output).contains("renamed"));
    assert!(stdout(&compare("KD-1", "1-EU")).contains("joined by the alias table"));
    let output = compare("KD-2", "2-EU");
    assert!(!stdout(&output).contains("alias"), "{}", stdout(&output));
    assert!(
        stderr(&output).contains("not in force"),
        "{}",
        stderr(&output)
    );
    std::fs::write(here.join("companies.csv"), "nothing\n").unwrap();
    assert_eq!(compare("a", "b").status.code(), Some(2));
}

/// A declaration and a packing list of one model, and other files beside them.
fn folder_of(model: &str, packed: &str, others: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let declaration = format!(
        "出口货物报关单,,,,\n项号,商品编号,商品名称,型号,数量\n1,8715000000,婴儿推车,{model},2\n"
    );
    let packing = format!("装箱单,,\n箱号,型号,数量\n1,{packed},2\n");
    let files = [("declaration.csv", declaration), ("packing.csv", packing)];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    for (name, text) in others {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn checked(folder: &tempfile::TempDir) -> serde_json::Value {
    let path = folder.path().to_str().unwrap();
    let output = greenlane(&["check", path, "--as-of", "2026-06-15", "--format", "json"]);
    serde_json::from_str(&stdout(&output)).unwrap()
}

fn problems<'j>(json: &'j serde_json::Value, code: &str) -> Vec<&'j str> {
    let all = json["shipments"][0]["problems"].as_array().unwrap().iter();
    let all = all.chain(json["problems"].as_array().unwrap());
    let found = all.filter(|p| p["code"] == code);
    found.map(|p| p["message"].as_str().unwrap()).collect()
}

#[test]
fn what_is_wrong_with_an_alias_is_said_once_and_by_the_right_name() {
    let table = "型号,别名,原因\nKD-1,KD-1-EU,x\nKD-2,KD-1-EU,x\nKD-8,KD-9,x\n";
    let config = "aliases:\n  models: models.csv\n";
    let both = folder_of(
        "KD-1",
        "KD-1",
        &[("models.csv", table), ("greenlane.yaml", config)],
    );
    let json = checked(&both);
    assert_eq!(problems(&json, "alias-contradicts").len(), 1, "{json}");
    assert_eq!(problems(&json, "alias-unused").len(), 2, "{json}");
    let config =
        "aliases:\n  models:\n    - [KD-1, KD-B]\n    - [KD-B, KD-C]\n    - [KD-8, KD-9]\n";
    let chain = folder_of("KD-1", "KD-1", &[("greenlane.yaml", config)]);
    let json = checked(&chain);
    let said = problems(&json, "alias-contradicts");
    assert_eq!(said.len(), 1, "{json}");
    assert!(
        said[0].contains("“KD-B” also stands under “KD-1”"),
        "{said:?}"
    );
    let unused = problems(&json, "alias-unused");
    let told = unused.iter().filter(|p| p.contains("“KD-9” of “KD-8”"));
    assert_eq!(told.count(), 1, "{unused:?}");
}

#[test]
fn a_name_longer_than_any_is_shown_short_and_named() {
    let long = "KD-200".repeat(400);
    let json = checked(&folder_of("KD-1", &long, &[]));
    let said = problems(&json, "unreadable-value");
    assert_eq!(said.len(), 1, "{json}");
    let findings = json["shipments"][0]["findings"].as_array().unwrap();
    let about = |f: &&serde_json::Value| f["subject"].as_str().unwrap().starts_with("model KD-200");
    let found: Vec<_> = findings.iter().filter(about).collect();
    assert!(!found.is_empty(), "{json}");
    for finding in findings {
        for key in ["subject", "message", "fix"] {
            let text = finding[key].as_str().unwrap();
            assert!(!text.contains(&long), "{key}: {text}");
        }
    }
}
