//! A forwarder's day: one declaration and one packing list of many lines, one report register.
//!
//! `cargo bench --bench day [-- LINES]` makes the workload (seeded, 3 % formatting variants, 1 % real
//! mismatches) as CSV and XLSX, then measures, each in a process of its own: the bare readers, and
//! `greenlane check` on the same files. It prints CPU seconds, peak memory and the ratios between
//! them; wall time says little on shared machines. CPU time and memory are read from /proc.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss
)]

use calamine::{Reader, Xlsx};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let Some(at) = args.iter().position(|a| a == "--measure") {
        measured(&args[at + 1..]);
        return;
    }
    let lines = args
        .iter()
        .skip(1)
        .find_map(|a| a.parse().ok())
        .unwrap_or(100_000);
    let folder = std::env::temp_dir().join(format!("greenlane-bench-{lines}"));
    let work = Workload::make(lines);
    for format in ["csv", "xlsx"] {
        let folder = folder.join(format);
        std::fs::create_dir_all(&folder).expect("a folder");
        work.write(&folder, format);
    }
    let small = Workload::make(12);
    let small_folder = folder.join("small");
    std::fs::create_dir_all(&small_folder).expect("a folder");
    small.write(&small_folder, "xlsx");
    println!(
        "{lines} lines, {} packing rows, {} reports",
        work.packing.len(),
        work.reports.len()
    );
    let csv = measure("bare-csv", &folder.join("csv"), 3);
    let read_csv = measure("read-csv", &folder.join("csv"), 3);
    let loop_csv = measure("loop-csv", &folder.join("csv"), 3);
    let ours_csv = measure("check", &folder.join("csv"), 3);
    let xlsx = measure("bare-xlsx", &folder.join("xlsx"), 3);
    let read_xlsx = measure("read-xlsx", &folder.join("xlsx"), 3);
    let ours_xlsx = measure("check", &folder.join("xlsx"), 3);
    let one = measure("check", &small_folder, 20);
    println!("{:34} {:>9} {:>9}", "", "CPU s", "peak MiB");
    for (name, m) in [
        ("csv crate, bare loop", &loop_csv),
        ("greenlane reading, CSV", &read_csv),
        ("csv crate, bare loop + hash joins", &csv),
        ("greenlane check, CSV", &ours_csv),
        ("calamine streaming, bare loop", &xlsx),
        ("greenlane reading, XLSX", &read_xlsx),
        ("greenlane check, XLSX", &ours_xlsx),
        ("greenlane check, one small shipment", &one),
    ] {
        println!("{name:34} {:>9.3} {:>9.0}", m.cpu, m.peak);
    }
    println!(
        "reading: CSV {:.2}, XLSX {:.2} of the bare loops",
        read_csv.cpu / loop_csv.cpu,
        read_xlsx.cpu / xlsx.cpu
    );
    println!(
        "checking: CSV {:.2}, XLSX {:.2} of the bare loops",
        ours_csv.cpu / csv.cpu,
        ours_xlsx.cpu / xlsx.cpu
    );
}

struct Measure {
    cpu: f64,
    peak: f64,
}

/// The least CPU time of several runs of one mode in child processes; of many short ones the mean,
/// for the clock ticks in steps of 10 ms.
fn measure(mode: &str, folder: &Path, runs: usize) -> Measure {
    let mut total = 0.0;
    let mut best = Measure {
        cpu: f64::MAX,
        peak: 0.0,
    };
    for _ in 0..runs {
        let own = std::env::current_exe().expect("this program");
        let output = Command::new(own)
            .args(["--measure", mode])
            .arg(folder)
            .output()
            .expect("the measured process");
        let text = String::from_utf8_lossy(&output.stderr);
        let last = text.lines().last().unwrap_or("");
        let mut numbers = last
            .split_whitespace()
            .filter_map(|n| n.parse::<f64>().ok());
        let (Some(cpu), Some(peak)) = (numbers.next(), numbers.next()) else {
            panic!("{mode}: {text}");
        };
        total += cpu;
        if cpu < best.cpu {
            best = Measure { cpu, peak };
        }
    }
    if runs > 3 {
        best.cpu = total / runs as f64;
    }
    best
}

/// Runs one mode, then prints CPU seconds and peak memory of this process.
fn measured(args: &[String]) {
    let folder = PathBuf::from(&args[1]);
    match args[0].as_str() {
        "bare-csv" => bare_csv(&folder),
        "bare-xlsx" => bare_xlsx(&folder),
        "loop-csv" => loop_csv(&folder),
        "read-csv" => reading(&folder, "csv"),
        "read-xlsx" => reading(&folder, "xlsx"),
        _ => {
            let path = folder.to_string_lossy().into_owned();
            let code =
                greenlane::app::main_with(["greenlane", "check", &path, "--as-of", "2026-06-15"]);
            assert!(code < 2, "exit {code}");
        }
    }
    let mut stderr = std::io::stderr();
    writeln!(stderr, "\n{} {}", cpu_seconds(), peak_mib()).expect("standard error");
}

/// User and system time of this process, all threads, those that have ended too; in steps of 10 ms.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or("");
    let ticks = after.split_whitespace().skip(11).take(2);
    let ticks: f64 = ticks.filter_map(|t| t.parse::<f64>().ok()).sum();
    ticks / 100.0
}

fn peak_mib() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|l| l.starts_with("VmHWM")).unwrap_or("");
    let kib: f64 = line
        .split_whitespace()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(0.0);
    kib / 1024.0
}

/// What the csv crate alone takes for the same comparisons: rows, and joins on model and number.
fn bare_csv(folder: &Path) {
    let table = |name: &str| -> Vec<csv::StringRecord> {
        let mut reader = csv::Reader::from_path(folder.join(name)).expect("a file");
        reader.records().map(|r| r.expect("a record")).collect()
    };
    let mut packed: HashMap<String, u64> = HashMap::new();
    for row in table("packing.csv") {
        *packed.entry(row[2].to_uppercase()).or_default() += row[4].parse::<u64>().unwrap_or(0);
    }
    let mut reports: HashMap<String, (String, Vec<String>)> = HashMap::new();
    for row in table("reports.csv") {
        let models = row[2].split("; ").map(str::to_uppercase).collect();
        reports.insert(row[0].to_string(), (row[1].to_string(), models));
    }
    let mut faults = 0u64;
    for row in table("declaration.csv") {
        let model = row[6].to_uppercase();
        let quantity = row[7].parse::<u64>().unwrap_or(0);
        faults += u64::from(packed.get(&model) != Some(&quantity));
        let report = reports.get(&row[8]);
        faults +=
            u64::from(report.is_none_or(|(applicant, models)| {
                *applicant != row[2] || !models.contains(&model)
            }));
    }
    assert!(faults > 0);
}

/// The csv crate alone over the two tables.
fn loop_csv(folder: &Path) {
    let mut bytes = 0;
    for name in ["declaration.csv", "packing.csv"] {
        let mut reader = csv::Reader::from_path(folder.join(name)).expect("a file");
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record).expect("a record") {
            bytes += record.as_slice().len();
        }
    }
    assert!(bytes > 0);
}

/// Reading and understanding the two tables, without judging.
fn reading(folder: &Path, extension: &str) {
    let rules = greenlane::app::builtin_rules().expect("the rules");
    for name in ["declaration", "packing"] {
        let path = folder.join(format!("{name}.{extension}"));
        let input = greenlane::Input {
            content: Ok(std::fs::read(&path).expect("a file").into()),
            path: path.to_string_lossy().into_owned(),
            hint: greenlane::extract::Hint::default(),
        };
        let file = greenlane::understand_one(&input, &rules);
        let rows: usize = file
            .documents
            .iter()
            .map(|d| d.understood.records.len())
            .sum();
        assert!(rows > 0);
    }
}

/// What calamine alone takes to stream the cells of the same workbooks (and the register's CSV).
fn bare_xlsx(folder: &Path) {
    let mut cells = 0u64;
    for name in ["declaration.xlsx", "packing.xlsx"] {
        let bytes = std::fs::read(folder.join(name)).expect("a file");
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
        let sheet = book.sheet_names().first().cloned().expect("a sheet");
        let mut reader = book.worksheet_cells_reader(&sheet).expect("cells");
        while reader.next_cell().expect("a cell").is_some() {
            cells += 1;
        }
    }
    let mut reader = csv::Reader::from_path(folder.join("reports.csv")).expect("a file");
    cells += reader.records().count() as u64;
    assert!(cells > 0);
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

/// Name, heading and rows.
type Table<'a> = (&'a str, &'a [&'a str], &'a [Vec<String>]);

struct Workload {
    declaration: Vec<Vec<String>>,
    packing: Vec<Vec<String>>,
    reports: Vec<Vec<String>>,
}

const DECLARATION: [&str; 14] = [
    "项号 Line No",
    "提单号 B/L No",
    "境内发货人 Consignor",
    "出境关别 Exit customs",
    "申报日期 Declaration date",
    "商品编码 HS Code",
    "型号 Model No",
    "数量 Qty",
    "检测报告号 Report No",
    "CNAS编号 CNAS No",
    "品名 Description",
    "单位 Unit",
    "单价 Unit Price",
    "件数 Packages",
];
const PACKING: [&str; 8] = [
    "箱号 Carton No",
    "提单号 B/L No",
    "型号 Model No",
    "品名 Description",
    "数量 Qty",
    "箱数 Cartons",
    "毛重 Gross KG",
    "净重 Net KG",
];
const REPORTS: [&str; 8] = [
    "报告编号 Report No",
    "申请人 Applicant",
    "型号 Models",
    "检测标准 Standard",
    "检测机构 Laboratory",
    "CNAS编号 CNAS No",
    "检测项目及结果 Test Items",
    "签发日期 Issue Date",
];
const ITEMS: &str = "机械安全 Mechanical:PASS; 燃烧性能 Flammability:PASS; 邻苯二甲酸酯 Phthalates:PASS; 重金属 Heavy metals:PASS; 甲醛 Formaldehyde:PASS; 动态强度 Dynamic strength:PASS";

impl Workload {
    fn make(lines: usize) -> Workload {
        let mut random = Random(7);
        let mut work = Workload {
            declaration: Vec::new(),
            packing: Vec::new(),
            reports: Vec::new(),
        };
        let company = |n: usize| format!("Ningbo Example{:04} Infant Products Co., Ltd.", n % 2000);
        for line in 0..lines {
            let shipment = line / 37;
            let report = line / 10;
            let model = format!(
                "{}{}-{:05}",
                char::from(b'A' + (report % 26) as u8),
                report % 97,
                line
            );
            let quantity = (random.next(400) + 1) * 10;
            let cnas = format!("CNAS L{:04}", 100 + report % 9000);
            let number = format!("NBT2026-{report:06}");
            let consignor = company(report);
            let (mut declared, mut packed) = (model.clone(), model.clone());
            let mut packed_quantity = quantity;
            match random.next(1000) {
                0..3 => declared = typo(&model),
                3..6 => packed = typo(&model),
                6..10 => packed_quantity += 1,
                10..20 => declared = wide(&model),
                20..40 => packed = format!("{model} "),
                _ => {}
            }
            let in_shipment = (lines - shipment * 37).min(37);
            work.declaration.push(vec![
                (line % 37 + 1).to_string(),
                format!("NGB{shipment:08}"),
                consignor.clone(),
                "北仑海关".to_string(),
                "2026-06-01".to_string(),
                "8715000010".to_string(),
                declared,
                quantity.to_string(),
                number.clone(),
                cnas.clone(),
                "婴儿推车 Baby stroller".to_string(),
                "PCS".to_string(),
                format!("{}.{:02}", 20 + random.next(150), random.next(100)),
                in_shipment.to_string(),
            ]);
            work.packing.push(vec![
                format!("C{line:07}"),
                format!("NGB{shipment:08}"),
                packed,
                "婴儿推车 Baby stroller".to_string(),
                packed_quantity.to_string(),
                "1".to_string(),
                format!("{}.5", 4 + random.next(9)),
                format!("{}.1", 3 + random.next(9)),
            ]);
            match work.reports.last_mut() {
                Some(row) if row[0] == number => row[2] = format!("{}; {model}", row[2]),
                _ => work.reports.push(vec![
                    number,
                    consignor,
                    model,
                    "GB 31701-2026".to_string(),
                    "Ningbo Example Testing Laboratory".to_string(),
                    cnas,
                    ITEMS.to_string(),
                    "2026-05-12".to_string(),
                ]),
            }
        }
        work
    }

    fn write(&self, folder: &Path, format: &str) {
        let tables: [Table<'_>; 3] = [
            ("declaration", &DECLARATION, &self.declaration),
            ("packing", &PACKING, &self.packing),
            ("reports", &REPORTS, &self.reports),
        ];
        for (name, head, rows) in tables {
            if format == "xlsx" && name != "reports" {
                write_xlsx(&folder.join(format!("{name}.xlsx")), head, rows);
            } else {
                let path = folder.join(format!("{name}.csv"));
                let mut writer = csv::Writer::from_path(path).expect("a file");
                writer.write_record(head).expect("a row");
                for row in rows {
                    writer.write_record(row).expect("a row");
                }
                writer.flush().expect("a file");
            }
        }
    }
}

/// Two neighbouring digits change places, or the last digit another.
fn typo(model: &str) -> String {
    let mut chars: Vec<char> = model.chars().collect();
    let last = chars.len() - 1;
    if chars[last] == chars[last - 1] {
        chars[last] = if chars[last] == '7' { '4' } else { '7' };
    } else {
        chars.swap(last, last - 1);
    }
    chars.into_iter().collect()
}

fn wide(model: &str) -> String {
    model
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)
            } else {
                c
            }
        })
        .collect()
}

/// A workbook as spreadsheet programs write it: shared strings, numbers as numbers.
fn write_xlsx(path: &Path, head: &[&str], rows: &[Vec<String>]) {
    let mut strings: HashMap<String, usize> = HashMap::new();
    let mut order: Vec<String> = Vec::new();
    let mut sheet = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>",
    );
    let header: Vec<String> = head.iter().map(|h| h.to_string()).collect();
    for (n, row) in std::iter::once(&header).chain(rows).enumerate() {
        write!(sheet, "<row r=\"{}\">", n + 1).expect("text");
        for (col, value) in row.iter().enumerate() {
            let letter = char::from(b'A' + col as u8);
            if n > 0 && value.len() < 12 && value.parse::<f64>().is_ok() {
                write!(sheet, "<c r=\"{letter}{}\"><v>{value}</v></c>", n + 1).expect("text");
            } else {
                let next = order.len();
                let index = *strings.entry(value.clone()).or_insert_with(|| {
                    order.push(value.clone());
                    next
                });
                write!(
                    sheet,
                    "<c r=\"{letter}{}\" t=\"s\"><v>{index}</v></c>",
                    n + 1
                )
                .expect("text");
            }
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    let mut shared = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" count=\"{0}\" uniqueCount=\"{0}\">",
        order.len()
    );
    for text in &order {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        write!(shared, "<si><t xml:space=\"preserve\">{text}</t></si>").expect("text");
    }
    shared.push_str("</sst>");
    let parts = [
        (
            "[Content_Types].xml",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/><Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml\"/></Types>",
        ),
        (
            "_rels/.rels",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
        ),
        (
            "xl/workbook.xml",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>",
        ),
        ("xl/worksheets/sheet1.xml", sheet.as_str()),
        ("xl/sharedStrings.xml", shared.as_str()),
    ];
    let file = std::fs::File::create(path).expect("a file");
    let mut archive = zip::ZipWriter::new(file);
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in parts {
        archive.start_file(name, options).expect("a part");
        archive.write_all(text.as_bytes()).expect("a part");
    }
    archive.finish().expect("an archive");
}
