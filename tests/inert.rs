//! Output is no code and never half a file: texts of every hostile sort, in names of files, names of
//! sheets and cells, through the front door into every format; and runs that are interrupted.

use crate::growth::workbook;
use crate::outputs::{FORMATS, read, written};
use crate::run::{binary, shipments};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a terminal, a page, a spreadsheet, a pipeline or a reader's eye would obey.
const HOSTILE: [&str; 30] = [
    "\u{1}\u{7}\u{8}",
    "\u{1b}[31mred",
    "\u{1b}]8;;http://e.example\u{7}",
    "\u{7f}",
    "\u{85}",
    "\u{9b}31m",
    "\u{202e}txt",
    "\u{2066}a\u{2069}",
    "\u{200f}",
    "\u{2028}",
    "\u{2029}",
    "\u{61c}",
    "\u{feff}",
    "\u{200b}",
    "\u{e0041}",
    "=1+1",
    "+1+1",
    "-x",
    "@x",
    "＝1",
    "＋1",
    "－x",
    "＠x",
    "\t=1",
    "\r=1",
    "<script>alert(1)</script>",
    "]]>",
    "::error file=x::y",
    "%0A::error::y",
    "[x](http://e.example)`@all|",
];

/// Said by hand here: the program's own list is what is held against it.
fn is_harmful(c: char) -> bool {
    let code = c as u32;
    c != '\n' && (code < 0x20 || (0x7f..0xa0).contains(&code))
        || "\u{61c}\u{200b}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{feff}"
            .contains(c)
        || (0xe0000..0xe0080).contains(&code)
}

/// Whether a spreadsheet would run a cell. A plain number is none.
fn runs(cell: &str) -> bool {
    let begins = cell
        .trim_start_matches(' ')
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']);
    begins && cell.parse::<f64>().is_err()
}

/// A shipment whose every text is one of those, in turn from a number on.
fn shipment(folder: &Path, from: usize) {
    let text = |n: usize| HOSTILE[(from + 7 * n) % HOSTILE.len()];
    let quoted = |n: usize| format!("\"KD-{}\"", text(n).replace('"', "\"\""));
    let name =
        |n: usize, ending: &str| folder.join(format!("{}.{ending}", text(n).replace('/', "-")));
    let mut declaration = "出口货物报关单\n申报单位,".to_string()
        + &quoted(0)
        + "\n项号,商品编号,商品名称,规格型号,数量,单位\n";
    for n in 0..6 {
        let bare = format!("\"{}\"", text(n).replace('"', "\"\""));
        let _ = writeln!(
            declaration,
            "{},8715000000,{},{bare},{},{}",
            n + 1,
            quoted(n + 1),
            quoted(n + 2),
            quoted(n + 3)
        );
    }
    std::fs::write(name(4, "csv"), declaration).unwrap();
    // Controls that XML cannot hold are written as Excel writes them.
    let xml = |text: &str| {
        text.chars().fold(String::new(), |mut out, c| {
            let _ = match c {
                '<' => write!(out, "&lt;"),
                '&' => write!(out, "&amp;"),
                '>' => write!(out, "&gt;"),
                '"' => write!(out, "&quot;"),
                '\u{feff}' | '\0'..'\u{20}' => write!(out, "_x{:04X}_", c as u32),
                c => write!(out, "{c}"),
            };
            out
        })
    };
    let mut rows = String::new();
    let head = ["箱号", "型号", "商品名称", "数量"].map(str::to_string);
    let others = (0..6).map(|n| {
        [
            (n + 1).to_string(),
            xml(text(n)),
            xml(text(n + 1)),
            xml(text(n + 2)),
        ]
    });
    for (number, cells) in std::iter::once(["装箱单", "", "", ""].map(str::to_string))
        .chain([head])
        .chain(others)
        .enumerate()
    {
        let row = number + 1;
        let _ = write!(rows, "<row r=\"{row}\">");
        for (cell, column) in cells.iter().zip('A'..) {
            let _ = write!(
                rows,
                "<c r=\"{column}{row}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{cell}</t></is></c>"
            );
        }
        rows.push_str("</row>");
    }
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
    );
    workbook(
        &name(5, "xlsx"),
        &[(xml(text(6)), sheet.clone()), (xml(text(7)) + "2", sheet)],
    );
    std::fs::write(
        name(8, "txt"),
        format!(
            "检测报告\n报告编号：{}\n规格型号：{}\n检测结论：合格 {}\n",
            text(9),
            text(10),
            text(11)
        ),
    )
    .unwrap();
}

/// The names of all elements of a page, and that no attribute runs anything.
fn elements(page: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for token in html5gum::Tokenizer::new(page) {
        let Ok(html5gum::Token::StartTag(tag)) = token else {
            continue;
        };
        names.insert(String::from_utf8_lossy(&tag.name).into_owned());
        for (key, value) in &tag.attributes {
            let (key, value) = (String::from_utf8_lossy(key), String::from_utf8_lossy(value));
            assert!(!key.starts_with("on"), "{key}={value}");
            let leads = matches!(&*key, "href" | "src" | "action");
            assert!(!leads || value.starts_with('#'), "{key}={value}");
        }
    }
    names
}

#[test]
fn every_hostile_text_comes_out_inert_in_every_format() {
    let plain = tempfile::tempdir().unwrap();
    written(&shipments().join("mixed-batch"), plain.path(), &[]);
    let scripts = read(plain.path(), "html").matches("<script").count();
    for (from, name) in HOSTILE.iter().enumerate().take(HOSTILE.len() / 3) {
        let (folder, into) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let own = folder.path().join(format!("s{}", name.replace('/', "-")));
        std::fs::create_dir(&own).unwrap();
        shipment(&own, 3 * from);
        let marked = format!("marked={}", into.path().join("marked").display());
        written(folder.path(), into.path(), &["--all", "--out", &marked]);
        copies_are_inert(&into.path().join("marked"));
        let of = |format: &str| read(into.path(), format);
        for format in FORMATS.iter().filter(|f| **f != "xlsx") {
            let text = of(format);
            let text = text.trim_start_matches('\u{feff}');
            let found = text.chars().find(|c| is_harmful(*c));
            let found = found.filter(|c| !(*format == "csv" && *c == '\r'));
            let at = found.and_then(|c| text.lines().find(|l| l.contains(c)));
            assert_eq!(found, None, "{format}: {at:?}");
        }
        for format in ["json", "sarif", "gitlab"] {
            serde_json::from_str::<serde_json::Value>(&of(format)).unwrap();
        }
        for line in of("jsonl").lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
        let csv = of("csv");
        let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
        let cells: Vec<String> = reader
            .records()
            .flat_map(|r| r.unwrap().iter().map(str::to_string).collect::<Vec<_>>())
            .collect();
        assert!(cells.len() > 30);
        assert_eq!(cells.iter().find(|c| runs(c)), None);
        workbook_is_inert(&into.path().join("report.xlsx"));
        let page = of("html");
        assert_eq!(page.matches("<script").count(), scripts);
        let names = elements(&page);
        assert!(
            names.is_superset(&["html", "body", "table"].map(str::to_string).into()),
            "{names:?}"
        );
        for name in ["iframe", "object", "embed", "link", "base", "form"] {
            assert!(!names.contains(name), "{name}");
        }
        // The pictures of places are in the page itself.
        for (at, _) in page.match_indices("<img") {
            assert!(page[at..].starts_with("<img alt=\"\" src=\"data:image/png;base64,"));
        }
        let markdown = of("markdown");
        let tags = markdown.match_indices('<').filter(|(at, _)| {
            !markdown[*at..].starts_with("<!-- greenlane")
                && !markdown[*at..].starts_with("<br>")
                && !markdown[*at..].starts_with("<details>")
                && !markdown[*at..].starts_with("<summary>")
                && !markdown[*at..].starts_with("</")
        });
        assert_eq!(tags.count(), 0, "{markdown}");
        for code in ["@all", "[x](", "http://"] {
            assert!(!markdown.contains(code), "{code}: {markdown}");
        }
        let junit = of("junit");
        assert!(
            !junit.contains("<script") && !junit.contains("]]>") && !junit.contains("<![CDATA[")
        );
        let mut reader = quick_xml::Reader::from_str(&junit);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
        // One command a finding, a problem and the verdict; each begins a line and none stands in one.
        for line in of("github").lines() {
            let parts: Vec<&str> = line.splitn(3, "::").collect();
            assert!(parts.len() == 3 && parts[0].is_empty(), "{line}");
            assert!(
                ["error ", "warning ", "notice "]
                    .iter()
                    .any(|w| parts[1].starts_with(w)),
                "{line}"
            );
            assert!(
                !parts[1].contains(['\n', '\r']) && !line.contains("file=x,"),
                "{line}"
            );
        }
    }
}

/// Marked copies hold texts and comments that read as XML, and no formula.
fn copies_are_inert(folder: &Path) {
    use calamine::Reader;
    let mut looked = 0;
    for file in std::fs::read_dir(folder).unwrap().flatten() {
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(file.path()).unwrap();
        for name in book.sheet_names() {
            assert!(book.worksheet_formula(&name).unwrap().is_empty(), "{name}");
        }
        let mut archive = zip::ZipArchive::new(std::fs::File::open(file.path()).unwrap()).unwrap();
        for i in 0..archive.len() {
            let mut text = String::new();
            let mut part = archive.by_index(i).unwrap();
            std::io::Read::read_to_string(&mut part, &mut text).unwrap();
            let mut reader = quick_xml::Reader::from_str(&text);
            while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
            let comments = part.name().unwrap().contains("comments");
            assert!(
                !comments || !text.chars().any(|c| is_harmful(c) && c != '\r'),
                "{text}"
            );
            looked += usize::from(comments);
        }
    }
    assert!(looked > 0);
}

/// Texts only, none of which would run when it is written out again.
fn workbook_is_inert(path: &Path) {
    use calamine::{Data, Reader};
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    let mut looked = 0;
    for name in book.sheet_names() {
        assert!(!name.chars().any(is_harmful), "{name:?}");
        assert!(book.worksheet_formula(&name).unwrap().is_empty(), "{name}");
        for (_, _, cell) in book.worksheet_range(&name).unwrap().used_cells() {
            if let Data::String(text) = cell {
                assert!(
                    !text.chars().any(is_harmful) && !runs(text),
                    "{name}: {text:?}"
                );
                looked += 1;
            }
        }
    }
    assert!(looked > 30);
}

/// Whenever a run is interrupted, a report is the old one or the new one, and what lies beside it
/// bears our name and is no paper. Where it stands is certain: another output is a pipe it waits at.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_no_half_file() {
    let folder = tempfile::tempdir().unwrap();
    let [report, pipe] = ["report.json", "pipe"].map(|name| folder.path().join(name));
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let [to_report, to_pipe] = [&report, &pipe].map(|path| format!("json={}", path.display()));
    let papers = ["mixed-batch", "stem-many-faults", "gacc-batch-missing"];
    let papers = papers.map(|name| shipments().join(name));
    let old = "{\"schema\": \"greenlane.report/1\"}\n";
    for (first, second, renewed) in [(&to_pipe, &to_report, false), (&to_report, &to_pipe, true)] {
        std::fs::write(&report, old).unwrap();
        let mut run = binary()
            .arg("check")
            .args(&papers)
            .args([
                "--all",
                "--as-of",
                "2026-06-15",
                "--out",
                first,
                "--out",
                second,
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // More comes than a pipe holds: after the first byte it stands in the midst of writing.
        let mut come = std::fs::File::open(&pipe).unwrap();
        come.read_exact(&mut [0]).unwrap();
        let pid = run.id().to_string();
        let killed = Command::new("kill").args(["-INT", &pid]).status().unwrap();
        assert!(killed.success());
        assert_eq!(run.wait().unwrap().code(), None, "it was not interrupted");
        let text = std::fs::read_to_string(&report).unwrap();
        assert_eq!(text == old, !renewed);
        if renewed {
            let whole: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert!(whole["shipments"].is_array());
        }
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let ours = ["report.json", "pipe"].contains(&&*name) || name.starts_with(".greenlane-");
            assert!(ours, "{name}");
        }
    }
}
