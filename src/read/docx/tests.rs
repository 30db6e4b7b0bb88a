use super::super::{Manner, read};
use crate::model::{Grid, Marks, ReadFile};
use std::io::Write;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn package(parts: &[(&str, String)]) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut zip = ZipWriter::new(&mut bytes);
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    bytes.into_inner()
}

fn relations(list: &[(&str, &str)]) -> String {
    let mut text = format!("{HEAD}<Relationships>");
    for (kind, target) in list {
        text.push_str(&format!(
            r#"<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{target}"/>"#
        ));
    }
    text + "</Relationships>"
}

fn body(content: &str) -> String {
    format!(r#"{HEAD}<w:document xmlns:w="{WORD}"><w:body>{content}</w:body></w:document>"#)
}

fn word(content: &str) -> ReadFile {
    let parts = [
        ("[Content_Types].xml", format!("{HEAD}<Types/>")),
        (
            "_rels/.rels",
            relations(&[("officeDocument", "word/document.xml")]),
        ),
        ("word/document.xml", body(content)),
    ];
    read("a.docx", &package(&parts), &Manner::default())
}

fn grid(file: &ReadFile) -> &Grid {
    assert!(
        file.problems.iter().all(|p| !p.blocks),
        "{:?}",
        file.problems
    );
    &file.documents[0].grid
}

/// Every cell as `place: text`.
fn cells(grid: &Grid) -> Vec<String> {
    (0..grid.cells.len())
        .map(|c| format!("{}: {}", grid.spot(c).at(None), grid.cell_text(c)))
        .collect()
}

fn codes(file: &ReadFile) -> Vec<&str> {
    file.problems.iter().map(|p| p.code).collect()
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

#[test]
fn entities_tabs_breaks_and_hyphens_are_kept() {
    let file = word(
        "<w:p><w:r><w:t>lead &lt; 90 &amp; &#x2264; 75</w:t></w:r></w:p>\
         <w:p><w:r><w:t>KD</w:t><w:noBreakHyphen/><w:t>200A</w:t><w:tab/><w:t>ok</w:t><w:br/><w:t>next</w:t></w:r></w:p>\
         <w:p><w:r><w:t>&#x201c;x</w:t><w:sym w:font=\"Symbol\" w:char=\"F0A3\"/><w:t>5</w:t></w:r></w:p>",
    );
    assert_eq!(
        cells(grid(&file)),
        [
            "paragraph 1: lead < 90 & ≤ 75",
            "paragraph 2: KD-200A",
            "paragraph 2: ok",
            "paragraph 2: next",
            "paragraph 3: “x≤5",
        ]
    );
}

#[test]
fn tracked_changes_are_read_as_accepted_and_said() {
    let file = word(
        "<w:p><w:r><w:t>Verdict: </w:t></w:r><w:del><w:r><w:delText>FAIL</w:delText><w:t>FAIL</w:t></w:r></w:del>\
         <w:ins><w:r><w:t>PASS</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom></w:p>\
         <w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>one </w:t></w:r></w:p><w:p><w:r><w:t>line</w:t></w:r></w:p>\
         <w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>gone</w:t></w:r></w:p></w:tc></w:tr>\
         <w:tr><w:tc><w:p><w:r><w:t>stays</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
    );
    assert_eq!(
        cells(grid(&file)),
        [
            "paragraph 1: Verdict: PASS",
            "paragraph 2: one line",
            "table 1, A2: stays"
        ]
    );
    assert_eq!(codes(&file), ["tracked-changes"]);
}

#[test]
fn merged_and_nested_cells_stand_in_their_columns() {
    let merged = |kind: &str, text: &str| {
        format!("<w:tc><w:tcPr><w:vMerge{kind}/></w:tcPr>{}</w:tc>", p(text))
    };
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", p(text));
    let file = word(&format!(
        "<w:tbl><w:tr>{}<w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr>{}</w:tc>{}</w:tr><w:tr>{}{}{}{}</w:tr></w:tbl>",
        merged(" w:val=\"restart\"", "item"),
        p("wide"),
        cell("d"),
        merged("", ""),
        cell("b2"),
        format_args!(
            "<w:tc><w:tbl><w:tr>{}</w:tr></w:tbl>{}</w:tc>",
            cell("in"),
            p("c2")
        ),
        cell("d2"),
    ));
    let grid = grid(&file);
    assert_eq!(
        cells(grid),
        [
            "table 1, A1: item",
            "table 1, B1: wide",
            "table 1, D1: d",
            "table 1, B2: b2",
            "table 1, C2: c2",
            "table 1, D2: d2",
            "table 2, A1: in",
        ]
    );
    let wide = grid.cells[1];
    assert_eq!((wide.x0, wide.x1), (100, 299));
    let merge = grid.merges[0];
    assert_eq!((merge.top, merge.bottom, merge.left), (0, 1, 0));
    assert_eq!(grid.table_columns, [4, 1]);
}

#[test]
fn the_main_part_is_found_by_relationship_and_any_prefix_will_do() {
    let main = format!(
        r#"{HEAD}<x:document xmlns:x="{WORD}" xmlns:r="{OFFICE}"><x:body><x:p><x:r><x:t>body</x:t></x:r></x:p>
        <x:sectPr><x:headerReference x:type="default" r:id="header"/><x:footerReference r:id="footer"/></x:sectPr></x:body></x:document>"#
    );
    let part = |kind: &str, text: &str| {
        format!(r#"{HEAD}<w:{kind} xmlns:w="{WORD}">{}</w:{kind}>"#, p(text))
    };
    let parts = [
        ("[Content_Types].xml", format!("{HEAD}<Types/>")),
        (
            "_rels/.rels",
            relations(&[("officeDocument", "/odd/name.xml")]),
        ),
        ("odd/name.xml", main),
        (
            "odd/_rels/name.xml.rels",
            relations(&[
                ("header", "h.xml"),
                ("footer", "f.xml"),
                ("footnotes", "n.xml"),
            ]),
        ),
        ("odd/h.xml", part("hdr", "Report No. X1")),
        ("odd/f.xml", part("ftr", "page 1")),
        (
            "odd/n.xml",
            format!(
                r#"{HEAD}<w:footnotes xmlns:w="{WORD}"><w:footnote w:type="separator">{}</w:footnote><w:footnote w:id="2">{}</w:footnote></w:footnotes>"#,
                p("-"),
                p("not accredited")
            ),
        ),
    ];
    let file = read("a.docx", &package(&parts), &Manner::default());
    assert_eq!(
        cells(grid(&file)),
        [
            "header, paragraph 1: Report No. X1",
            "paragraph 1: body",
            "note, paragraph 1: not accredited",
            "footer, paragraph 1: page 1",
        ]
    );
}

#[test]
fn text_boxes_are_read_once_and_hidden_text_is_said() {
    let framed = |kind: &str| {
        format!(
            "<mc:{kind}><w:pict><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></w:pict></mc:{kind}>",
            p("VOID")
        )
    };
    let file = word(&format!(
        "<w:p><w:r><w:t>before </w:t></w:r><w:r><mc:AlternateContent>{}{}</mc:AlternateContent></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>after</w:t></w:r></w:p>",
        framed("Choice"),
        framed("Fallback")
    ));
    assert_eq!(
        cells(grid(&file)),
        ["paragraph 1: before", "text box, paragraph 1: VOID"]
    );
    assert_eq!(codes(&file), ["beside-the-cells"]);
    assert_eq!(grid(&file).asides[0].text, "after");
}

#[test]
fn struck_white_and_raised_letters_and_notes_stand_beside_the_cells() {
    let run = |properties: &str, text: &str| {
        format!("<w:r><w:rPr>{properties}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
    };
    let file = word(&format!(
        "<w:p>{}{}{}</w:p><w:p>{}</w:p><w:p>{}</w:p><w:p>{}{}</w:p>",
        run("", "Model: "),
        run("<w:strike/>", "QH-500"),
        run("", " QH-700A"),
        run("<w:dstrike/>", "QH-720"),
        run("<w:color w:val=\"FFFFFF\"/>", "white"),
        run("", "12 m"),
        run("<w:vertAlign w:val=\"superscript\"/>", "2"),
    ));
    let grid = grid(&file);
    assert_eq!(
        cells(grid),
        [
            "paragraph 1: Model: QH-700A",
            "paragraph 2: QH-720",
            "paragraph 3: white",
            "paragraph 4: 12 m²"
        ]
    );
    let marks = [
        Marks::PARTLY_STRUCK,
        Marks::STRUCK,
        Marks::UNSEEN,
        Marks::NONE,
    ];
    assert_eq!((0..4).map(|c| grid.marks_of(c)).collect::<Vec<_>>(), marks);
    let asides: Vec<&str> = grid.asides.iter().map(|a| a.text.as_str()).collect();
    assert_eq!(asides, ["QH-500", "QH-720", "white"]);
}

#[test]
fn fields_show_their_results_and_boxes_their_state() {
    let file = word(
        "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>3</w:t></w:r>\
         <w:r><w:fldChar><w:ffData><w:checkBox><w:default w:val=\"0\"/><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:t>pass</w:t></w:r>\
         <w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Click to enter text.</w:t></w:r></w:sdtContent></w:sdt></w:p>",
    );
    assert_eq!(cells(grid(&file)), ["paragraph 1: 3☒pass"]);
    assert_eq!(codes(&file), ["left-out"]);
}

#[test]
fn damaged_and_hostile_parts_are_problems_and_what_was_read_stays() {
    let whole = body(&p("kept"));
    let cut = whole.split("</w:body>").next().unwrap().to_string();
    let parts = [
        (
            "_rels/.rels",
            relations(&[("officeDocument", "word/document.xml")]),
        ),
        ("word/document.xml", cut),
    ];
    let file = read("a.docx", &package(&parts), &Manner::default());
    assert_eq!(codes(&file), ["damaged"]);
    assert!(!file.documents[0].whole);
    assert_eq!(file.documents[0].grid.cell_text(0), "kept");

    let deep = word(&("<w:sdt>".repeat(300) + &p("x") + &"</w:sdt>".repeat(300)));
    assert_eq!(codes(&deep), ["damaged"]);

    let wide = word(&format!(
        "<w:tbl><w:tr>{}</w:tr></w:tbl>",
        format!(
            "<w:tc><w:tcPr><w:gridSpan w:val=\"4000000000\"/></w:tcPr>{}</w:tc>",
            p("x")
        )
        .repeat(3)
    ));
    assert_eq!(codes(&wide), ["damaged"]);

    let doctype = body("").replace("<w:document", "<!DOCTYPE a><w:document");
    let parts = [
        (
            "_rels/.rels",
            relations(&[("officeDocument", "word/document.xml")]),
        ),
        ("word/document.xml", doctype),
    ];
    let file = read("a.docx", &package(&parts), &Manner::default());
    assert!(file.documents.is_empty());
    assert_eq!(codes(&file), ["damaged"]);

    let parts = [
        ("[Content_Types].xml", format!("{HEAD}<Types/>")),
        ("word/document.xml", body(&p("x"))),
    ];
    let unrelated = package(&parts);
    let file = read("a.docx", &unrelated, &Manner::default());
    assert_eq!(grid(&file).cells.len(), 1);
    let file = read("a.docx", &unrelated[..60], &Manner::default());
    assert_eq!(codes(&file), ["damaged"]);

    let nothing = word("<w:p><w:r><w:drawing><a:blip/></w:drawing></w:r></w:p>");
    assert_eq!(codes(&nothing), ["no-text-layer"]);
    assert_eq!(codes(&word("")), ["empty-file"]);
}

fn fixture(bytes: &[u8]) -> (Vec<String>, Vec<&'static str>) {
    let file = read("a.docx", bytes, &Manner::default());
    let codes = file.problems.iter().map(|p| p.code).collect();
    (cells(grid(&file)), codes)
}

#[test]
fn two_writers_of_one_report_are_read_alike() {
    let (word, codes) = fixture(include_bytes!("../../../fixtures/readers/docx/report.docx"));
    assert_eq!(codes, ["tracked-changes", "beside-the-cells"]);
    for line in [
        "header, paragraph 1: 报告编号：KB-2026-05033",
        "table 1, B4: 所检项目符合GB 31701-2026标准要求。",
        "table 2, C5: 铅 < 90 mg/kg",
        "table 2, C6: 镉 < 75 mg/kg",
        "table 2, E7: 合格",
        "footer, paragraph 1: 本报告部分复制无效",
    ] {
        assert!(word.iter().any(|c| c == line), "{line} in {word:#?}");
    }
    assert!(!word.iter().any(|c| c.contains("不合格")));
    let (office, _) = fixture(include_bytes!("../../../fixtures/readers/docx/writer.docx"));
    assert_eq!(word, office);
}

#[test]
fn a_packing_list_keeps_its_merges_and_its_nested_table() {
    let bytes = include_bytes!("../../../fixtures/readers/docx/packing.docx");
    let file = read("a.docx", bytes, &Manner::default());
    let grid = grid(&file);
    assert_eq!(grid.merges.len(), 3);
    let cells = cells(grid);
    assert_eq!(cells[1], "paragraph 2: Invoice No.: AM-26-118");
    assert_eq!(cells[2], "paragraph 2: Date: 2026-06-01");
    assert_eq!(cells.last().unwrap(), "table 3, B1: NINGBO");
}
