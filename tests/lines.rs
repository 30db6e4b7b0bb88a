//! JSON lines: paths that are answered as they come, runs split over processes, and memory that does
//! not grow with the shipments.

use crate::run::{binary, check, greenlane, root, shipments, stderr, stdout};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

const DAY: [&str; 2] = ["--as-of", "2026-06-15"];

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

fn piped(args: &[&str], input: &[u8]) -> (String, i32) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_greenlane"))
        .args(args)
        .env("LANG", "C")
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    (stdout(&output), output.status.code().unwrap())
}

#[test]
fn paths_are_answered_as_they_come() {
    let path = |name: &str| format!("fixtures/shipments/{name}");
    let paths = [
        path("infant-clean-csv-txt"),
        path("no-such"),
        path("mixed-batch"),
    ];
    let args = ["check", "-", "--format", "jsonl", "--as-of", "2026-06-15"];
    let (said, exit) = piped(&args, (paths.join("\r\n") + "\n").as_bytes());
    assert_eq!(exit, 1);
    let lines: Vec<Value> = said.lines().map(json).collect();
    assert_eq!(lines.len(), 4, "{said}");
    let verdicts: Vec<&str> = lines[..3]
        .iter()
        .map(|l| l["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["eligible", "undecided", "not-eligible"]);
    assert_eq!(lines[1]["problems"][0]["level"], "error");
    assert_eq!(lines[3]["run"]["tally"]["shipments"], 3);
    assert_eq!(lines[3]["run"]["exit_code"], 1);
    let (null, _) = piped(&[&args[..], &["-0"]].concat(), paths.join("\0").as_bytes());
    assert_eq!(null, said);
    // A single path gives the line of a run over it.
    let alone = stdout(&greenlane(&[
        "check",
        &paths[0],
        "--format",
        "jsonl",
        "--as-of",
        "2026-06-15",
    ]));
    assert_eq!(alone.lines().next(), said.lines().next());
    assert_eq!(piped(&args, b"").1, 3, "nothing judged is no pass");
}

#[test]
fn runs_split_over_processes_find_what_one_run_finds() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        crate::paths::shipment(&folder.path().join(name));
        let packing = "装箱单,,\n箱号,型号,数量\nNBX001-NBX004,KD-1,2\n";
        std::fs::write(
            folder.path().join(name).join(format!("{name}.csv")),
            packing,
        )
        .unwrap();
    }
    let prints = |report: &Value| -> BTreeSet<String> {
        let all = report["shipments"].as_array().unwrap().iter();
        let all = all.flat_map(|s| s["findings"].as_array().unwrap().clone());
        let cartons = all.filter(|f| f["rule"] == "doc/carton-unique");
        cartons
            .map(|f| f["fingerprint"].as_str().unwrap().to_string())
            .collect()
    };
    let (whole, _) = check(folder.path(), &DAY);
    assert_eq!(prints(&whole).len(), 2, "{whole}");
    let parts: Vec<String> = ["a", "b"]
        .map(|name| {
            let own = folder.path().join(name);
            let out = folder.path().join(format!("{name}.jsonl"));
            let args = [
                "check",
                own.to_str().unwrap(),
                "--out",
                &format!("jsonl={}", out.display()),
            ];
            greenlane(&[&args[..], &DAY].concat());
            out.to_str().unwrap().to_string()
        })
        .to_vec();
    let output = greenlane(
        &[
            &["across", &parts[0], &parts[1], "--format", "json"][..],
            &DAY,
        ]
        .concat(),
    );
    let report = json(&stdout(&output));
    crate::schemas::fits("report", &report);
    assert_eq!(
        prints(&report),
        prints(&whole),
        "{report} {}",
        stderr(&output)
    );
    assert_eq!(output.status.code(), Some(1));
}

/// Of many thousand paths no more is kept than of a few.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_paths() {
    let folder = tempfile::tempdir().unwrap();
    crate::paths::shipment(&folder.path().join("own"));
    let mut child = binary()
        .args(["check", "-", "--format", "jsonl"])
        .args(DAY)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut asks, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut answers = BufReader::new(answers).lines();
    let id = child.id();
    // The most it has held so far, in KiB, after so many more answers.
    let mut most = |paths: usize| -> u64 {
        for _ in 0..paths {
            writeln!(asks, "{}", folder.path().join("own").display()).unwrap();
            asks.flush().unwrap();
            assert!(answers.next().unwrap().unwrap().contains("\"verdict\""));
        }
        held(id)
    };
    let (few, many) = (most(20), most(100));
    drop(asks);
    child.wait().unwrap();
    assert!(
        many < few + few / 5,
        "{few} KiB, of five times the paths {many} KiB"
    );
}

/// Small shipments, so many of which in turn have the same cartons.
fn many(folder: &Path, count: usize, share: usize) {
    let declaration = "出口货物报关单\n项号,商品编号,商品名称,规格型号,数量,单位\n1,8715000000,婴儿推车,KD-1,8,个\n";
    for number in 0..count {
        let own = folder.join(format!("s{number:05}"));
        std::fs::create_dir_all(&own).unwrap();
        let first = number / share * 10 + 1;
        let packing = format!(
            "装箱单,,\n箱号,型号,数量\nNBX{first:06}-NBX{:06},KD-1,2\n",
            first + 3
        );
        for (name, text) in [("declaration.csv", declaration), ("cartons.csv", &packing)] {
            std::fs::write(own.join(name), text).unwrap();
        }
    }
}

/// Lines alone keep nothing of a shipment that is written; beside another output the whole run is
/// kept. What comes is the same.
#[test]
fn lines_alone_say_what_the_whole_run_says() {
    let folder = tempfile::tempdir().unwrap();
    many(&folder.path().join("papers"), 5, 2);
    for (name, to) in [("mixed-batch", "s00002/x"), ("infant-scan", "s00004/y")] {
        let into = folder.path().join("papers").join(to);
        std::fs::create_dir_all(&into).unwrap();
        for file in std::fs::read_dir(shipments().join(name)).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), into.join(file.file_name())).unwrap();
        }
    }
    let baseline = folder.path().join("baseline.json");
    let papers = folder.path().join("papers");
    let papers = papers.to_str().unwrap();
    let earlier = greenlane(&[&["check", papers, "--format", "json"][..], &DAY].concat());
    std::fs::write(&baseline, &earlier.stdout).unwrap();
    let earlier: Value = json(&stdout(&earlier));
    let prints: Vec<&str> = earlier["shipments"][1]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["severity"] == "blocker")
        .map(|f| f["fingerprint"].as_str().unwrap())
        .collect();
    let waivers = folder.path().join("waivers.yaml");
    let waiver = |print: &str, until: &str| {
        format!("- {{fingerprint: {print}, reason: known, who: QA, until: {until}}}\n")
    };
    let text = waiver(prints[0], "2026-12-31") + &waiver(prints[0], "2026-01-31");
    std::fs::write(&waivers, text).unwrap();
    let waived = ["--waivers", waivers.to_str().unwrap()];
    let known = ["--baseline", baseline.to_str().unwrap()];
    for more in [
        &[][..],
        &waived,
        &known,
        &["--fail-on", "never"],
        &["--all", "--strict"],
    ] {
        let alone = greenlane(&[&["check", papers, "--format", "jsonl"], more, &DAY].concat());
        let kept = folder.path().join("kept.jsonl");
        let out = format!("jsonl={}", kept.display());
        let whole = greenlane(&[&["check", papers, "--out", &out], more, &DAY].concat());
        assert_eq!(alone.status.code(), whole.status.code(), "{more:?}");
        let (said, kept) = (stdout(&alone), std::fs::read_to_string(&kept).unwrap());
        assert!(
            said.contains("carton-in-other-folder"),
            "{}",
            stderr(&alone)
        );
        assert_eq!(said, kept, "{more:?}");
        assert_eq!(said.contains("waiver/expired"), more == waived, "{more:?}");
    }
}

/// Of many shipments no more is kept than the numbers to be compared.
#[cfg(target_os = "linux")]
#[test]
fn memory_grows_by_the_numbers_to_be_compared_alone() {
    let most = |count: usize| -> u64 {
        let folder = tempfile::tempdir().unwrap();
        many(folder.path(), count, 1);
        let mut child = binary()
            .args([
                "check",
                folder.path().to_str().unwrap(),
                "--format",
                "jsonl",
            ])
            .args(DAY)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // With the first byte all are judged; more lines than a pipe holds are still to come.
        let mut lines = child.stdout.take().unwrap();
        lines.read_exact(&mut [0]).unwrap();
        let most = held(child.id());
        std::io::copy(&mut lines, &mut std::io::sink()).unwrap();
        child.wait().unwrap();
        most
    };
    let (few, many) = (most(70), most(210));
    assert!(
        many < few + 140 * 12,
        "{few} KiB, of three times the shipments {many} KiB"
    );
}

/// The most a process has held so far, in KiB.
fn held(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
