//! Work grows with what is read: each shape at a size and at four times that size, counted in
//! steps and not in seconds.

use crate::run::{binary, stderr};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

/// The steps a run takes.
fn steps(args: &[&str]) -> u64 {
    let output = binary()
        .args(args)
        .env("GREENLANE_STEPS", "1")
        .output()
        .expect("the binary runs");
    let said = stderr(&output);
    let count = said.lines().find_map(|l| l.strip_prefix("steps: "));
    count
        .and_then(|c| c.parse().ok())
        .expect("steps are counted")
}

/// Four times the size takes at most five times the steps, the start-up aside.
fn grows(name: &str, small: usize, command: &str, make: impl Fn(&Path, usize)) {
    let run = |size: usize| {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path(), size);
        steps(&[command, folder.path().to_str().unwrap()])
    };
    let (base, one, four) = (run(0), run(small), run(4 * small));
    let (one, four) = (one - base, four - base);
    assert!(one > small as u64, "{name}: nothing was counted: {one}");
    assert!(
        four <= 5 * one,
        "{name}: {one} steps, at four times the size {four}"
    );
}

/// A declaration, a packing list and a register with a model a line.
fn shipment(folder: &Path, size: usize, model: impl Fn(usize) -> String) {
    let mut declaration = "出口货物报关单\n项号,商品编号,商品名称,规格型号,数量,单位\n".to_string();
    let mut packing = "装箱单\n箱号,商品名称,型号,数量\n".to_string();
    let mut register = "检测报告清单\n报告编号,委托单位,型号,标准,结论,签发日期\n".to_string();
    for i in 0..=size {
        let model = model(i);
        let _ = writeln!(declaration, "{},9503006000,婴儿玩具,{model},10,个", i + 1);
        let _ = writeln!(packing, "{},婴儿玩具,{model},10", i + 1);
        let _ = writeln!(
            register,
            "SHT-{i},宁波某某有限公司,{model},GB 31701-2026,合格,2026-01-02"
        );
    }
    for (name, text) in [
        ("declaration.csv", declaration),
        ("packing.csv", packing),
        ("register.csv", register),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

#[test]
fn with_models_that_look_alike() {
    let model = |i: usize| -> String {
        let letter = |bit: usize| if i >> bit & 1 == 1 { '0' } else { 'O' };
        (0..10).map(letter).collect()
    };
    grows("look-alikes", 60, "check", |folder, size| {
        shipment(folder, size, model);
    });
}

#[test]
fn with_one_model_on_every_line() {
    grows("one model", 150, "check", |folder, size| {
        shipment(folder, size, |_| "KD-200A".to_string());
    });
}

#[test]
fn with_placeholders_in_many_shipments() {
    grows("placeholders", 60, "check", |folder, size| {
        let mut table =
            "出口货物报关单\n报关单号,项号,商品编号,商品名称,规格型号,数量,单位,备注\n".to_string();
        for i in 0..=size {
            let _ = writeln!(table, "31{i:016},1,9503006000,玩具,KD-{i},10,个,待定");
        }
        std::fs::write(folder.join("declaration.csv"), table).unwrap();
    });
}

#[test]
fn with_pieces_of_text_on_a_page() {
    grows("pieces", 1500, "check", |folder, size| {
        page(folder, &pieces(size), "");
    });
}

/// Small pieces of text, a little lower each.
fn pieces(size: usize) -> String {
    let mut text = "BT /F1 4 Tf\n".to_string();
    for i in 0..=size {
        let (x, y) = (10 + i % 500, 700.0 - i as f32 / 100.0);
        let _ = writeln!(text, "1 0 0 1 {x} {y} Tm (a{i}) Tj");
    }
    text + "ET\n"
}

#[test]
fn with_white_text_on_paint() {
    grows("white text", 500, "check", |folder, size| {
        let areas = (0..=size).map(|i| format!("0.5 g {} {} 1 1 re f\n", i % 500, 100 + i / 100));
        page(
            folder,
            &format!("{}1 g {}", areas.collect::<String>(), pieces(size)),
            "",
        );
    });
}

#[test]
fn with_strikes_pinned_over_words() {
    grows("strikes", 500, "check", |folder, size| {
        let marks = (0..=size).map(|i| {
            let (x, y) = (10 + i % 500, 700.0 - i as f32 / 100.0);
            let (right, top) = (x + 3, y + 3.0);
            format!("<</Type/Annot/Subtype/StrikeOut/Rect[{x} {y} {right} {top}]/QuadPoints[{x} {top} {right} {top} {x} {y} {right} {y}]>>")
        });
        page(
            folder,
            &pieces(size),
            &format!("/Annots[{}]", marks.collect::<String>()),
        );
    });
}

#[test]
fn with_ruling_lines_and_runs() {
    grows("rulings", 500, "check", |folder, size| {
        let lines = (0..=size).map(|i| {
            let (x, y) = (20 + i % 500, 100.0 + i as f32 / 100.0);
            format!(
                "{x} {y} m {x} {} l S\n{x} {y} m {} {y} l S\n",
                y + 5.0,
                x + 5
            )
        });
        page(folder, &(lines.collect::<String>() + &pieces(size)), "");
    });
}

#[test]
fn with_letters_in_stairs() {
    grows("stairs", 600, "check", |folder, size| {
        let mut text = "BT /F1 9 Tf\n".to_string();
        for i in 0..=size {
            let (step, stair) = (i % 3, i / 3);
            let (x, y) = (
                10 + 5 * step + stair % 300,
                800.0 - 7.0 * step as f32 - (stair / 300) as f32 * 0.5,
            );
            let _ = writeln!(text, "1 0 0 1 {x} {y} Tm (a) Tj");
        }
        page(folder, &(text + "ET\n"), "");
    });
}

#[test]
fn with_cells_that_push_each_other_aside() {
    grows("rowspans", 150, "check", |folder, size| {
        let mut table = "<h1>出口货物报关单</h1><table><tr><th>项号<th>商品编号<th>商品名称<th>规格型号<th>数量<th>单位".to_string();
        for i in 0..=size {
            let _ = write!(
                table,
                "<tr><td>{}<td rowspan={size}>9503006000<td rowspan=3>玩具<td>KD-{i}<td rowspan=65000>10<td>个",
                i + 1
            );
        }
        std::fs::write(folder.join("a.html"), table + "</table>").unwrap();
    });
}

#[test]
fn with_many_shipments_in_tables() {
    grows("shipments", 40, "check", |folder, size| {
        let mut declaration =
            "出口货物报关单\n报关单号,项号,商品编号,商品名称,规格型号,数量,单位\n".to_string();
        let mut packing = "装箱单\n报关单号,箱号,商品名称,型号,数量\n".to_string();
        let mut register =
            "检测报告清单\n报告编号,委托单位,检测机构,CNAS编号,型号,标准,结论,签发日期\n"
                .to_string();
        let mut labs = "实验室名称,CNAS编号,认可范围\n".to_string();
        for i in 0..=size {
            let lab = 10_000 + i;
            let _ = writeln!(declaration, "31{i:016},1,8715000000,婴儿推车,KD-{i},10,辆");
            let _ = writeln!(packing, "31{i:016},{},婴儿推车,KD-{i},10", i + 1);
            let _ = writeln!(
                register,
                "SHT-{i},宁波某某有限公司,宁波{i}实验室,CNAS L{lab},KD-{i},GB 31701-2026,合格,2026-01-02"
            );
            let _ = writeln!(labs, "宁波{i}实验室,CNAS L{lab},GB 31701-2026");
        }
        for (name, text) in [
            ("declaration", declaration),
            ("packing", packing),
            ("register", register),
            ("labs", labs),
        ] {
            std::fs::write(folder.join(format!("{name}.csv")), text).unwrap();
        }
    });
}

#[test]
fn with_colons_in_a_line() {
    grows("colons", 500, "check", |folder, size| {
        let words: String = (0..=size).map(|i| format!("a{i}：")).collect();
        std::fs::write(
            folder.join("report.txt"),
            format!("检测报告\n报告编号：KB-1\n{words}\n"),
        )
        .unwrap();
    });
}

/// A page with these drawing steps and annotations.
fn page(folder: &Path, text: &str, more: &str) {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_string(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_string(),
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>{more}>>"
        ),
        format!("<</Length {}>>\nstream\n{text}endstream", text.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_string(),
    ];
    let mut file = "%PDF-1.4\n".to_string();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        let _ = writeln!(file, "{} 0 obj\n{object}\nendobj", number + 1);
    }
    let (at, count) = (file.len(), objects.len() + 1);
    let _ = write!(
        file,
        "{table}trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n"
    );
    std::fs::write(folder.join("page.pdf"), file).unwrap();
}

#[test]
fn with_merges_that_overlap() {
    grows("merges", 500, "check", |folder, size| {
        let (mut rows, mut merges) = (String::new(), String::new());
        for i in 0..=size {
            let (row, end) = (i + 2, size + 9);
            let cell = |column: &str, text: &str| {
                format!("<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
            };
            let cells = format!(
                "{}{}",
                cell("A", &format!("KD-{i}")),
                cell("B", "9503006000")
            );
            let _ = write!(rows, "<row r=\"{row}\">{cells}</row>");
            let _ = write!(merges, "<mergeCell ref=\"A{row}:A{end}\"/>");
        }
        let head = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>规格型号</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>商品编号</t></is></c></row>";
        let sheet = format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{head}{rows}</sheetData><mergeCells>{merges}</mergeCells></worksheet>"
        );
        workbook(&folder.join("list.xlsx"), &[("报关单".to_string(), sheet)]);
    });
}

#[test]
fn with_sheets_of_the_same_goods() {
    grows("sheets", 8, "check", |folder, size| {
        let row = |number: usize, texts: [&str; 4]| -> String {
            let cells = texts.iter().zip('A'..).map(|(text, column)| {
                format!("<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
            });
            format!("<row r=\"{number}\">{}</row>", cells.collect::<String>())
        };
        let sheets = (0..=size).map(|n| {
            let title = ["", "出口货物报关单"][n % 2];
            let mut rows = row(1, [title, "", "", ""]);
            rows.push_str(&row(2, ["商品编号", "规格型号", "数量", "单位"]));
            for i in 3..40 {
                rows.push_str(&row(i, ["9503006000", &format!("KD-{i}"), "10", "个"]));
            }
            rows.push_str(&row(40, ["9503006000", &format!("KE-{n}"), "10", "个"]));
            let sheet = format!("<worksheet xmlns=\"{SPACE}/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>");
            (format!("s{n}"), sheet)
        });
        workbook(&folder.join("list.xlsx"), &sheets.collect::<Vec<_>>());
    });
}

#[test]
fn with_reports_of_one_number() {
    grows("one number", 60, "check", |folder, size| {
        shipment(folder, 0, |_| "KD-1".to_string());
        let mut register = "检测报告清单\n报告编号,委托单位,型号,标准,结论,签发日期\n".to_string();
        for i in 0..=size {
            let day = i % 28 + 1;
            let _ = writeln!(
                register,
                "SHT-1,宁波某某有限公司,KD-1,GB 31701-2026,合格,2026-01-{day:02}"
            );
        }
        std::fs::write(folder.join("register.csv"), register).unwrap();
    });
}

#[test]
fn with_clauses_in_a_sentence() {
    grows("clauses", 100, "check", |folder, size| {
        let mut report = "检测报告\n报告编号：KB-1\n委托单位：宁波公司\n样品名称：玩具\n规格型号：KD-1\n检验依据：GB 31701-2026\n检验结论：".to_string();
        for i in 0..=size {
            let _ = write!(
                report,
                "项目{i}符合要求，本报告不代替报告KB-{i}，☑合格 □不合格，"
            );
        }
        std::fs::write(folder.join("report.txt"), report).unwrap();
    });
}

const SPACE: &str = "http://schemas.openxmlformats.org";

/// A workbook of sheets that are there as XML.
pub fn workbook(path: &Path, sheets: &[(String, String)]) {
    let (mut types, mut list, mut links) = (String::new(), String::new(), String::new());
    for (n, (name, _)) in sheets.iter().enumerate() {
        let _ = write!(
            types,
            "<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        );
        let _ = write!(
            list,
            "<sheet name=\"{name}\" sheetId=\"{}\" r:id=\"rId{n}\"/>",
            n + 1
        );
        let _ = write!(
            links,
            "<Relationship Id=\"rId{n}\" Type=\"{SPACE}/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
        );
    }
    let mut parts = vec![
        (
            "[Content_Types].xml".to_string(),
            format!(
                "<Types xmlns=\"{SPACE}/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>{types}</Types>"
            ),
        ),
        (
            "_rels/.rels".to_string(),
            format!(
                "<Relationships xmlns=\"{SPACE}/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{SPACE}/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml".to_string(),
            format!(
                "<workbook xmlns=\"{SPACE}/spreadsheetml/2006/main\" xmlns:r=\"{SPACE}/officeDocument/2006/relationships\"><sheets>{list}</sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_string(),
            format!(
                "<Relationships xmlns=\"{SPACE}/package/2006/relationships\">{links}</Relationships>"
            ),
        ),
    ];
    for (n, (_, sheet)) in sheets.iter().enumerate() {
        parts.push((format!("xl/worksheets/sheet{n}.xml"), sheet.clone()));
    }
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn a_configuration_of_many_mistakes_is_told_in_short() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("greenlane.yaml");
    let anchors: String = (0..60_000).map(|i| format!("- &a{i} x\n")).collect();
    let long = format!(
        "aliases: [&a '{}'{}]\n",
        "x".repeat(100_000),
        ", *a".repeat(20_000)
    );
    for text in [anchors, long] {
        std::fs::write(&file, text).unwrap();
        let output = binary()
            .args(["pack", "check", file.to_str().unwrap()])
            .output()
            .unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2));
        assert!(said.contains("more mistakes"), "{said}");
        assert!(said.len() < 100_000, "{} bytes", said.len());
    }
}
