//! Linking and suggesting beside reading: `cargo bench --bench names [-- MOST]`.
//!
//! One shipment of n declared lines × n packing rows × n/10 reports (seeded; 3 % formatting variants, 1 %
//! real mismatches), then the same with every line misspelled in the packing list, for n from 10,000 to
//! MOST (default 1,000,000). Prints CPU seconds of reading the CSVs and of linking and suggesting, their
//! ratio in the one run, and the exponent of growth fitted over all sizes. CPU time is read from /proc.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss
)]

use greenlane::link::{Aliases, Group};
use greenlane::model::Document;
use std::fmt::Write as _;
use std::sync::Arc;

fn main() {
    let most: usize = std::env::args()
        .skip(1)
        .find_map(|a| a.parse().ok())
        .unwrap_or(1_000_000);
    let rules = greenlane::app::builtin_rules().expect("the rules");
    let sizes: Vec<usize> = [10_000, 30_000, 100_000, 300_000, 1_000_000]
        .into_iter()
        .filter(|n| *n <= most)
        .collect();
    for (name, all) in [("1 % mismatches", false), ("every line misspelled", true)] {
        println!("{name}");
        println!(
            "{:>10} {:>9} {:>9} {:>9} {:>8} {:>10}",
            "lines", "read s", "link s", "suggest s", "ratio", "suggested"
        );
        let mut points = Vec::new();
        for &lines in &sizes {
            // CPU time comes in ticks of 10 ms: small sizes are run often.
            let times = (300_000 / lines).clamp(1, 30);
            let runs: Vec<Measured> = (0..times).map(|_| measure(&rules, lines, all)).collect();
            let mean = |of: fn(&Measured) -> f64| runs.iter().map(of).sum::<f64>() / times as f64;
            let m = Measured {
                read: mean(|m| m.read),
                link: mean(|m| m.link),
                suggest: mean(|m| m.suggest),
                suggested: runs[0].suggested,
            };
            println!(
                "{lines:>10} {:>9.3} {:>9.3} {:>9.3} {:>8.2} {:>10}",
                m.read,
                m.link,
                m.suggest,
                (m.link + m.suggest) / m.read,
                m.suggested
            );
            points.push(((lines as f64).ln(), (m.link + m.suggest).ln()));
        }
        println!("growth: exponent {:.3}", slope(&points));
    }
}

struct Measured {
    read: f64,
    link: f64,
    suggest: f64,
    suggested: usize,
}

fn measure(rules: &greenlane::Rules, lines: usize, all: bool) -> Measured {
    let texts = workload(lines, all);
    let start = cpu_seconds();
    let mut documents: Vec<Document> = Vec::new();
    for (name, text) in texts {
        let input = greenlane::Input {
            content: Ok(Arc::new(text.into_bytes())),
            path: name.to_string(),
            hint: greenlane::extract::Hint::default(),
        };
        let file = greenlane::understand_one(&input, rules);
        assert!(
            file.problems.iter().all(|p| !p.blocks),
            "{:?}",
            file.problems
        );
        documents.extend(file.documents);
    }
    let read = cpu_seconds();
    let words = &rules.vocabulary;
    let group = Group::new("bench", &documents, words, Aliases::default(), Vec::new());
    let linked = cpu_seconds();
    let shipment = &group.shipments[0];
    assert_eq!(shipment.lines.len(), lines);
    assert_eq!(shipment.packed.len(), lines);
    let mut suggested = 0;
    for line in &shipment.lines {
        if shipment.packed_with(line.key).is_empty() {
            suggested += usize::from(shipment.packed_partner(&group, line.key).is_some());
        }
        if group.reports_naming(line.key).is_empty() {
            suggested += usize::from(!group.nearest_report_models(line.key).is_empty());
        }
    }
    let done = cpu_seconds();
    assert!(suggested > 0);
    Measured {
        read: read - start,
        link: linked - read,
        suggest: done - linked,
        suggested,
    }
}

/// The slope of the line of least squares.
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let (sx, sy) = points
        .iter()
        .fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
    let (mx, my) = (sx / n, sy / n);
    let over: f64 = points.iter().map(|p| (p.0 - mx) * (p.1 - my)).sum();
    let under: f64 = points.iter().map(|p| (p.0 - mx).powi(2)).sum();
    over / under
}

/// User and system time of this process in seconds.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("/proc");
    let after = stat.rsplit(')').next().unwrap_or("");
    let ticks: f64 = after
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|t| t.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}

/// A small seeded generator: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// Declaration, packing list and report register as CSV.
fn workload(lines: usize, all: bool) -> [(&'static str, String); 3] {
    let mut random = Random(11);
    let mut declaration = String::from(
        "项号 Line No,境内发货人 Consignor,出境关别 Exit customs,商品编码 HS Code,型号 Model No,数量 Qty,品名 Description,单位 Unit\n",
    );
    let mut packing = String::from(
        "箱号 Carton No,型号 Model No,品名 Description,数量 Qty,箱数 Cartons,毛重 Gross KG\n",
    );
    let mut reports = String::from(
        "报告编号 Report No,申请人 Applicant,型号 Models,检测标准 Standard,CNAS编号 CNAS No,签发日期 Issue Date",
    );
    for line in 0..lines {
        let report = line / 10;
        let company = format!(
            "Ningbo Example{:04} Infant Products Co. Ltd.",
            report % 2000
        );
        let model = format!(
            "{}{}-{:06}{}",
            char::from(b'A' + (report % 23) as u8),
            report % 97,
            line,
            char::from(b'A' + (line % 7) as u8)
        );
        let (mut declared, mut packed) = (model.clone(), model.clone());
        if all {
            packed = slip(&model);
        } else {
            match random.next(1000) {
                0..5 => declared = slip(&model),
                5..10 => packed = slip(&model),
                10..20 => declared = declared.replace('-', "－"),
                20..40 => packed.push(' '),
                _ => {}
            }
        }
        let quantity = (random.next(400) + 1) * 10;
        writeln!(
            declaration,
            "{},{company},北仑海关,8715000010,{declared},{quantity},婴儿推车 Baby stroller,PCS",
            line + 1
        )
        .expect("text");
        writeln!(
            packing,
            "C{line:07},{packed},婴儿推车 Baby stroller,{quantity},1,{}.5",
            4 + random.next(9)
        )
        .expect("text");
        if line % 10 == 0 {
            write!(reports, "\nNBT2026-{report:06},{company},{model}").expect("text");
        } else {
            write!(reports, "; {model}").expect("text");
        }
        if line % 10 == 9 || line + 1 == lines {
            write!(
                reports,
                ",GB 31701-2026,CNAS L{:04},2026-05-12",
                100 + report % 9000
            )
            .expect("text");
        }
    }
    reports.push('\n');
    [
        ("declaration.csv", declaration),
        ("packing.csv", packing),
        ("reports.csv", reports),
    ]
}

/// The letter at the end becomes another.
fn slip(model: &str) -> String {
    let mut chars: Vec<char> = model.chars().collect();
    let last = chars.len() - 1;
    chars[last] = 'X';
    chars.into_iter().collect()
}
