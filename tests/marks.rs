//! A mark of every kind planted into a clean paper of every format: it is accounted for, beside the
//! cells, or named in a problem, and what stood there before still stands there. And over all
//! fixtures the account adds up: what was read is what was accounted for.

use crate::run::root;
use greenlane::extract::Hint;
use greenlane::model::{Account, Document, Layout, ReadFile};
use greenlane::read::Manner;
use greenlane::{Input, Rules, understand_one};
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::sync::{Arc, LazyLock};

/// What is planted; no fixture says it.
const MARK: &str = "Zettelmark";

static RULES: LazyLock<Rules> = LazyLock::new(|| greenlane::app::builtin_rules().unwrap());

fn look(name: &str, bytes: Vec<u8>) -> ReadFile {
    let input = Input {
        path: name.to_string(),
        content: Ok(Arc::new(bytes)),
        hint: Hint::default(),
    };
    understand_one(&input, &RULES)
}

/// The texts of all cells, with how often each stands there.
fn cells(file: &ReadFile) -> BTreeMap<String, usize> {
    let mut texts = BTreeMap::new();
    for document in &file.documents {
        for cell in 0..document.grid.cells.len() {
            let text = document.grid.cell_text(cell).trim();
            *texts.entry(text.to_string()).or_default() += 1;
        }
    }
    texts.remove("");
    texts
}

/// What the mark was taken for: `value`, `note`, …, what stands beside the cells, a problem that the
/// clean paper has not.
fn taken_for(file: &ReadFile, clean: &ReadFile) -> Option<&'static str> {
    for document in &file.documents {
        for (cell, what) in document.understood.account.iter().enumerate() {
            let blank = *what == Account::Blank;
            if !blank && document.grid.cell_text(cell).contains(MARK) {
                return Some(what.as_str());
            }
        }
        let aside = document.grid.asides.iter().find(|a| a.text.contains(MARK));
        if let Some(aside) = aside {
            return Some(aside.what.as_str());
        }
    }
    let mut said = file.problems.iter().map(|p| p.code);
    said.find(|code| clean.problems.iter().all(|p| p.code != *code))
}

/// Every cell has its entry, and only what is empty is blank.
fn adds_up(document: &Document) {
    let account = &document.understood.account;
    let label = document.label();
    assert_eq!(account.len(), document.grid.cells.len(), "{label}");
    let mut filled = 0;
    for (cell, what) in account.iter().enumerate() {
        let text = document.grid.cell_text(cell).trim();
        let struck = *what == Account::Struck;
        assert_eq!(
            text.is_empty() && !struck,
            *what == Account::Blank,
            "{label}: {text}"
        );
        filled += usize::from(*what != Account::Blank);
    }
    let counted: usize = document.understood.counts().iter().map(|(_, n)| n).sum();
    assert_eq!(counted, filled, "{label}");
}

/// How a mark is planted: the kind of mark, what is put where, and what it is taken for (any of).
struct Plant {
    mark: &'static str,
    /// Part of an archive, or nothing for the file itself.
    part: &'static str,
    /// Before this text (its last place), which may be swallowed by `instead`.
    before: &'static str,
    put: String,
    instead: bool,
    /// More for parts of the archive: name, before what (nothing: a new part), text.
    more: Vec<(&'static str, &'static str, String)>,
    taken: &'static [&'static str],
}

const IN_THE_ACCOUNT: &[&str] = &[
    "value",
    "label",
    "title",
    "total",
    "note",
    "furniture",
    "unexplained",
];

fn plant(mark: &'static str, part: &'static str, before: &'static str, put: &str) -> Plant {
    Plant {
        mark,
        part,
        before,
        put: put.replace('§', MARK),
        instead: false,
        more: Vec::new(),
        taken: IN_THE_ACCOUNT,
    }
}

impl Plant {
    fn taken(mut self, taken: &'static [&'static str]) -> Plant {
        self.taken = taken;
        self
    }

    fn instead(mut self) -> Plant {
        self.instead = true;
        self
    }

    fn with(mut self, part: &'static str, before: &'static str, text: &str) -> Plant {
        self.more.push((part, before, text.replace('§', MARK)));
        self
    }

    fn within(&self, text: &str) -> String {
        let at = text
            .rfind(self.before)
            .unwrap_or_else(|| panic!("{}: {}", self.mark, self.before));
        let end = if self.instead {
            at + self.before.len()
        } else {
            at
        };
        format!("{}{}{}", &text[..at], self.put, &text[end..])
    }

    fn planted_in(&self, bytes: &[u8]) -> Vec<u8> {
        if self.part.is_empty() {
            return self
                .within(std::str::from_utf8(bytes).unwrap())
                .into_bytes();
        }
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
        // The first part of an open document says in plain bytes what it is.
        let stored = zip::CompressionMethod::Stored;
        let options = zip::write::SimpleFileOptions::default().compression_method(stored);
        let mut put = |name: &str, text: &[u8]| {
            made.start_file(name, options).unwrap();
            made.write_all(text).unwrap();
        };
        for number in 0..archive.len() {
            let mut part = archive.by_index(number).unwrap();
            let (name, mut text) = (part.name().unwrap().into_owned(), Vec::new());
            part.read_to_end(&mut text).unwrap();
            if name == self.part {
                text = self
                    .within(std::str::from_utf8(&text).unwrap())
                    .into_bytes();
            }
            for (_, before, more) in self.more.iter().filter(|(n, ..)| *n == name) {
                let whole = String::from_utf8(text).unwrap();
                let at = whole.find(before).unwrap();
                text = format!("{}{more}{}", &whole[..at], &whole[at..]).into_bytes();
            }
            put(&name, &text);
        }
        for (name, _, text) in self.more.iter().filter(|(_, before, _)| before.is_empty()) {
            put(name, text.as_bytes());
        }
        made.finish().unwrap().into_inner()
    }
}

/// Plants each mark by itself.
fn hold(file: &str, plants: Vec<Plant>) {
    let bytes = std::fs::read(root().join("fixtures").join(file)).unwrap();
    let name = file.rsplit('/').next().unwrap();
    let clean = look(name, bytes.clone());
    assert!(clean.problems.iter().all(|p| !p.blocks), "{file}");
    let before = cells(&clean);
    let mut wrong = Vec::new();
    for plant in plants {
        let found = look(name, plant.planted_in(&bytes));
        let what = format!("{file}: {}", plant.mark);
        for document in &found.documents {
            adds_up(document);
        }
        let taken = taken_for(&found, &clean).unwrap_or("nothing");
        if !plant.taken.contains(&taken) {
            let problems = found.problems.iter().map(|p| p.message.en.as_str());
            let problems: Vec<&str> = problems.collect();
            wrong.push(format!("{what}: taken for {taken}; {problems:?}"));
        }
        if !plant.instead {
            let after = cells(&found);
            for (text, count) in &before {
                let left = after.get(text).copied().unwrap_or_default();
                if left < *count {
                    wrong.push(format!("{what}: “{text}” is gone"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn in_a_workbook() {
    const SHEET: &str = "xl/worksheets/sheet1.xml";
    const RELS: &str = "xl/worksheets/_rels/sheet1.xml.rels";
    let cell = |at: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>§</t></is></c>");
    let row =
        |number: &str, more: &str, cell: &str| format!("<row r=\"{number}\"{more}>{cell}</row>");
    let related = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"rId9\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" \
             Target=\"{target}\"/></Relationships>"
        )
    };
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let end = "</sheetData>";
    hold(
        "formats/xlsx/packing-list.xlsx",
        vec![
            plant("a cell far below", SHEET, end, &row("90", "", &cell("C90"))),
            plant("a cell far beside", SHEET, "</row>", &cell("AZ8")),
            plant("a hidden row", SHEET, end, &row("9", " hidden=\"1\"", &cell("A9")))
                .taken(&["hidden-content", "note", "unexplained", "value"]),
            plant("a row of no height", SHEET, end, &row("9", " ht=\"0\" customHeight=\"1\"", &cell("A9")))
                .taken(&["hidden-content", "note", "unexplained", "value"]),
            plant(
                "a part struck out",
                SHEET,
                end,
                &row("9", "", "<c r=\"D9\" t=\"inlineStr\"><is><r><rPr><strike/></rPr><t>§</t></r><r><t> 180</t></r></is></c>"),
            )
            .taken(&["struck-part"]),
            plant(
                "a cell struck out",
                SHEET,
                end,
                &row("9", "", "<c r=\"D9\" t=\"inlineStr\"><is><r><rPr><strike/></rPr><t>§</t></r></is></c>"),
            )
            .taken(&["struck", "struck-part"]),
            plant("a formula's text", SHEET, end, &row("9", "", "<c r=\"D9\" t=\"str\"><f>A1</f><v>§</v></c>")),
            plant("a page header", SHEET, "</worksheet>", "<headerFooter><oddHeader>&amp;C§</oddHeader></headerFooter>")
                .taken(&["page-header"]),
            plant("a page footer", SHEET, "</worksheet>", "<headerFooter><oddFooter>&amp;L§</oddFooter></headerFooter>")
                .taken(&["page-footer"]),
            plant("a literal in a number format", SHEET, end, &row("9", "", "<c r=\"D9\" s=\"4\"><v>12</v></c>"))
                .with("xl/styles.xml", "<fonts", "<numFmts count=\"1\"><numFmt numFmtId=\"170\" formatCode=\"0&quot; §&quot;\"/></numFmts>")
                .with("xl/styles.xml", "</cellXfs>", "<xf numFmtId=\"170\" applyNumberFormat=\"1\"/>"),
            plant("a note", SHEET, "</worksheet>", "")
                .with(RELS, "", &related("comments", "../comments1.xml"))
                .with(
                    "xl/comments1.xml",
                    "",
                    &format!(
                        "<comments xmlns=\"{main}\"><authors><author>A</author></authors><commentList>\
                         <comment ref=\"B5\" authorId=\"0\"><text><t>§</t></text></comment></commentList></comments>"
                    ),
                )
                .taken(&["comment"]),
            plant("a text box", SHEET, "</worksheet>", "<drawing xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" r:id=\"rId9\"/>")
                .with(RELS, "", &related("drawing", "../drawings/drawing1.xml"))
                .with(
                    "xl/drawings/drawing1.xml",
                    "",
                    "<xdr:wsDr xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\" \
                     xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><xdr:twoCellAnchor>\
                     <xdr:from><xdr:col>1</xdr:col><xdr:row>10</xdr:row></xdr:from><xdr:to><xdr:col>4</xdr:col><xdr:row>12</xdr:row></xdr:to>\
                     <xdr:sp><xdr:txBody><a:p><a:r><a:t>§</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>",
                )
                .taken(&["text-box"]),
        ],
    );
}

#[test]
fn in_an_open_document_sheet() {
    const CONTENT: &str = "content.xml";
    const LAST: &str = "<table:table-row table:style-name=\"ro1\" table:number-rows-repeated";
    let row = |cell: &str| format!("<table:table-row>{cell}</table:table-row>");
    let cell =
        "<table:table-cell office:value-type=\"string\"><text:p>§</text:p></table:table-cell>";
    hold(
        "formats/ods/packing-list.ods",
        vec![
            plant("a row", CONTENT, LAST, &row(cell)),
            plant("a hidden row", CONTENT, LAST, &row(cell).replace("row>", "row table:visibility=\"collapse\">").replacen("</table:table-row table:visibility=\"collapse\">", "</table:table-row>", 1))
                .taken(&["hidden-content", "note", "unexplained", "value"]),
            plant(
                "a note",
                CONTENT,
                LAST,
                &row("<table:table-cell office:value-type=\"string\"><office:annotation><text:p>§</text:p></office:annotation><text:p>1</text:p></table:table-cell>"),
            )
            .taken(&["comment"]),
            plant(
                "a text box",
                CONTENT,
                LAST,
                &row("<table:table-cell><draw:frame><draw:text-box><text:p>§</text:p></draw:text-box></draw:frame></table:table-cell>"),
            )
            .taken(&["text-box"]),
            plant(
                "a part struck out",
                CONTENT,
                LAST,
                &row("<table:table-cell office:value-type=\"string\"><text:p><text:span text:style-name=\"STRUCK\">§</text:span> 180</text:p></table:table-cell>"),
            )
            .with(
                CONTENT,
                "</office:automatic-styles>",
                "<style:style style:name=\"STRUCK\" style:family=\"text\"><style:text-properties style:text-line-through-style=\"solid\"/></style:style>",
            )
            .taken(&["struck-part"]),
        ],
    );
}

#[test]
fn in_a_written_document() {
    const BODY: &str = "word/document.xml";
    const RELS: &str = "word/_rels/document.xml.rels";
    const END: &str = "</w:body>";
    let run = |properties: &str| {
        format!(
            "<w:p><w:r><w:rPr>{properties}</w:rPr><w:t>§</w:t></w:r><w:r><w:t xml:space=\"preserve\"> 180 pcs</w:t></w:r></w:p>"
        )
    };
    let w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let related = |kind: &str, target: &str| {
        format!(
            "<Relationship Id=\"rId99\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/>"
        )
    };
    hold(
        "formats/report-docx/report.docx",
        vec![
            plant("a paragraph", BODY, END, &run("")),
            plant("a cell", BODY, "</w:tr>", "<w:tc><w:p><w:r><w:t>§</w:t></w:r></w:p></w:tc>"),
            plant("a part struck out", BODY, END, &run("<w:strike/>")).taken(&["struck-part"]),
            plant("a part struck out twice", BODY, END, &run("<w:dstrike/>")).taken(&["struck-part"]),
            plant("hidden text", BODY, END, &run("<w:vanish/>")).taken(&["unseen"]),
            plant(
                "a deletion that is tracked",
                BODY,
                END,
                "<w:p><w:del><w:r><w:delText>§</w:delText></w:r></w:del><w:r><w:t>180 pcs</w:t></w:r></w:p>",
            )
            .taken(&["tracked-changes"]),
            plant("an insertion that is tracked", BODY, END, "<w:p><w:ins><w:r><w:t>§</w:t></w:r></w:ins></w:p>"),
            plant(
                "a content control",
                BODY,
                END,
                "<w:sdt><w:sdtContent><w:p><w:r><w:t>§</w:t></w:r></w:p></w:sdtContent></w:sdt>",
            ),
            plant(
                "a text box",
                BODY,
                END,
                "<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>§</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>",
            )
            .taken(&["text-box", "note", "unexplained"]),
            plant("a note", BODY, END, "<w:p><w:r><w:t>See.</w:t></w:r><w:r><w:commentReference w:id=\"7\"/></w:r></w:p>")
                .with(RELS, "</Relationships>", &related("comments", "comments.xml"))
                .with(
                    "word/comments.xml",
                    "",
                    &format!("<w:comments xmlns:w=\"{w}\"><w:comment w:id=\"7\"><w:p><w:r><w:t>§</w:t></w:r></w:p></w:comment></w:comments>"),
                )
                .taken(&["comment"]),
            plant("a footnote", BODY, END, "<w:p><w:r><w:t>See.</w:t></w:r><w:r><w:footnoteReference w:id=\"7\"/></w:r></w:p>")
                .with(RELS, "</Relationships>", &related("footnotes", "footnotes.xml"))
                .with(
                    "word/footnotes.xml",
                    "",
                    &format!("<w:footnotes xmlns:w=\"{w}\"><w:footnote w:id=\"7\"><w:p><w:r><w:t>§</w:t></w:r></w:p></w:footnote></w:footnotes>"),
                )
                .taken(&["comment", "note", "unexplained", "value"]),
            plant("a page header", BODY, END, "<w:sectPr><w:headerReference xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" w:type=\"default\" r:id=\"rId99\"/></w:sectPr>")
                .with(RELS, "</Relationships>", &related("header", "header1.xml"))
                .with(
                    "word/header1.xml",
                    "",
                    &format!("<w:hdr xmlns:w=\"{w}\"><w:p><w:r><w:t>§</w:t></w:r></w:p></w:hdr>"),
                )
                .taken(&["page-header", "note", "furniture", "unexplained"]),
        ],
    );
}

#[test]
fn in_a_page_of_the_web() {
    hold(
        "formats/html/packing-list.html",
        vec![
            plant("a paragraph", "", "</body>", "<p>§</p>"),
            plant("a cell", "", "</tr>", "<td>§</td>"),
            plant("a heading", "", "<table", "<h2>§</h2>"),
            plant("a deletion", "", "</body>", "<p><del>§</del> 180</p>").taken(&["struck-part"]),
            plant("a part struck out", "", "</body>", "<p><s>§</s> 180</p>")
                .taken(&["struck-part"]),
            plant(
                "a part struck out by its style",
                "",
                "</body>",
                "<p><span style=\"text-decoration: line-through\">§</span> 180</p>",
            )
            .taken(&["struck-part"]),
            plant(
                "a cell struck out",
                "",
                "</table>",
                "<tr><td><s>§</s></td></tr>",
            )
            .taken(&["struck", "struck-part"]),
            plant(
                "hidden text",
                "",
                "</body>",
                "<p style=\"display:none\">§</p>",
            ),
            plant(
                "a field of a form",
                "",
                "</body>",
                "<p>Model <input value=\"§\"></p>",
            ),
            plant(
                "a text area",
                "",
                "</body>",
                "<p>Model <textarea>§</textarea></p>",
            ),
            plant(
                "an option",
                "",
                "</body>",
                "<p>Model <select><option>A<option selected>§</select></p>",
            ),
            plant("a caption", "", "</table>", "<caption>§</caption>"),
        ],
    );
}

#[test]
fn in_plain_text() {
    hold(
        "formats/csv/packing-list.csv",
        vec![
            plant("a line", "", "TOTAL:", "§\r\n"),
            plant("a cell beside the table", "", "\r\nTOTAL:", ",,,§"),
            plant("a cell below the table", "", "TOTAL:", ",,,,,,§\r\n"),
        ],
    );
    hold(
        "formats/report-txt/report.txt",
        vec![
            plant("a line", "", "检测报告", "§\n"),
            plant("a line at the end", "", "批准：", "§\n"),
            plant("a label", "", "生产单位", "§：77\n"),
        ],
    );
}

#[test]
fn in_a_tree() {
    hold(
        "shipments/stem-clean-json/report.json",
        vec![
            plant("a key", "", "\"items\"", "\"§\": \"77\", "),
            plant("a value", "", "\"items\"", "\"remarks\": \"§\", "),
            plant("a value in a list", "", "\"CP-02\"", "\"§\", "),
            plant(
                "a tree within",
                "",
                "\"items\"",
                "\"more\": {\"deep\": {\"deeper\": \"§\"}}, ",
            ),
            plant(
                "a value with its parts",
                "",
                "\"CP2605\"",
                "{\"value\": \"CP2605\", \"text\": \"§\"}",
            )
            .instead(),
            plant(
                "a key that stands twice",
                "",
                "\"batch\"",
                "\"batch\": \"§\", \"batch\"",
            )
            .instead()
            .taken(&["key-twice"]),
        ],
    );
    hold(
        "shipments/infant-yaml-and-xml/单证.xml",
        vec![
            plant("an element", "", "<PackNo>", "<Zettel>§</Zettel>"),
            plant(
                "an attribute",
                "",
                "<PackNo>",
                "<Zettel art=\"§\">1</Zettel>",
            ),
            plant("text between elements", "", "<PackNo>", "§"),
            plant("a cell", "", "</Row>", "<Zettel>§</Zettel>"),
        ],
    );
    hold(
        "shipments/infant-yaml-and-xml/reports.yaml",
        vec![plant("a line for remarks", "", "report_no", "zettel: §\n")],
    );
}

/// A page of print, with what is drawn on it besides.
fn page(content: &str, entries: &str, object: &str) -> Vec<u8> {
    let show = |x: u32, y: u32, text: &str| format!("BT /F 10 Tf {x} {y} Td ({text}) Tj ET\n");
    let mut drawn = show(50, 760, "PACKING LIST");
    for (y, row) in [
        (700, ["Model", "Quantity", "Cartons"]),
        (680, ["QH-700A", "120", "10"]),
        (660, ["QH-700B", "240", "20"]),
    ] {
        for (x, text) in [50, 200, 350].into_iter().zip(row) {
            drawn += &show(x, y, text);
        }
    }
    drawn += &content.replace('§', MARK);
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>".to_string(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_string(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R \
             /Resources << /Font << /F 5 0 R >> >> {} >>",
            entries.replace('§', MARK)
        ),
        format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_string(),
        format!("{} ", object.replace('§', MARK)),
    ];
    let mut bytes = "%PDF-1.7\n".to_string();
    let mut places = String::new();
    for (n, object) in objects.iter().enumerate() {
        places += &format!("{:010} 00000 n \n", bytes.len());
        bytes += &format!("{} 0 obj\n{object}\nendobj\n", n + 1);
    }
    let (start, size) = (bytes.len(), objects.len() + 1);
    bytes += &format!("xref\n0 {size}\n0000000000 65535 f \n{places}");
    bytes += &format!("trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF");
    bytes.into_bytes()
}

#[test]
fn on_a_page_of_print() {
    let turned = |size: u32, degrees: f32| {
        let (sin, cos) = degrees.to_radians().sin_cos();
        format!(
            "BT /F {size} Tf {cos} {sin} {} {cos} 90 300 Tm (§) Tj ET\n",
            -sin
        )
    };
    let note = |kind: &str, more: &str| {
        format!("/Annots [<< /Type /Annot /Subtype /{kind} /Rect [90 400 300 430] {more} >>]")
    };
    let none = "<< /FT /Tx /T (a) /V () >>";
    let shown = "BT /F 10 Tf 50 600 Td (§) Tj ET\n";
    let marks: &[(&str, String, String, &str, &[&str])] = &[
        ("a line", shown.into(), String::new(), none, IN_THE_ACCOUNT),
        (
            "a mark beside the table",
            "BT /F 10 Tf 480 680 Td (§) Tj ET\n".into(),
            String::new(),
            none,
            IN_THE_ACCOUNT,
        ),
        (
            "a watermark",
            turned(60, 45.0),
            String::new(),
            none,
            &["watermark"],
        ),
        (
            "a small stamp turned",
            turned(14, 35.0),
            String::new(),
            none,
            &["watermark"],
        ),
        (
            "text on its side",
            turned(10, 90.0),
            String::new(),
            none,
            &["watermark", "note", "unexplained"],
        ),
        (
            "a stamp",
            String::new(),
            note("Stamp", "/Contents (§)"),
            none,
            &["annotation"],
        ),
        (
            "a typewritten remark",
            String::new(),
            note("FreeText", "/Contents (§) /DA (/F 9 Tf)"),
            none,
            &["annotation"],
        ),
        (
            "invisible text",
            format!("3 Tr {shown}"),
            String::new(),
            none,
            &["unseen"],
        ),
        (
            "white text",
            format!("1 g {shown}"),
            String::new(),
            none,
            &["unseen"],
        ),
        (
            "text outside the page",
            "BT /F 10 Tf 50 900 Td (§) Tj ET\n".into(),
            String::new(),
            none,
            &["outside-page"],
        ),
        (
            "a word struck out",
            format!("{shown} 0 G 1 w 48 603 m 100 603 l S\n"),
            String::new(),
            none,
            &["struck", "struck-part"],
        ),
        (
            "a field of a form",
            String::new(),
            "/Annots [6 0 R]".into(),
            "<< /Type /Annot /Subtype /Widget /Rect [50 590 200 610] /FT /Tx /T (a) /V (§) /DA (/F 9 Tf) >>",
            IN_THE_ACCOUNT,
        ),
    ];
    let clean = look("a.pdf", page("", "", none));
    let before = cells(&clean);
    let mut wrong = Vec::new();
    for (mark, content, entries, object, taken) in marks {
        let found = look("a.pdf", page(content, entries, object));
        found.documents.iter().for_each(adds_up);
        let what = taken_for(&found, &clean).unwrap_or("nothing");
        if !taken.contains(&what) {
            wrong.push(format!("{mark}: taken for {what}"));
        }
        let after = cells(&found);
        for text in before.keys() {
            if !after.contains_key(text) {
                wrong.push(format!("{mark}: “{text}” is gone"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is read of every fixture is accounted for, mark by mark, also where one file holds many papers.
#[test]
fn every_fixture_adds_up() {
    let mut found = Vec::new();
    for folder in [
        "fixtures/shipments",
        "fixtures/formats",
        "fixtures/readers",
        "fixtures/audits",
    ] {
        crate::fuzz::targets::files(&root().join(folder), &[], &mut found);
    }
    found.retain(|path| !path.ends_with("expect.yaml") && !path.ends_with("greenlane.yaml"));
    let mut marks = 0;
    for path in found {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let read = cells(&greenlane::read::read(&name, &bytes, &Manner::default()));
        let file = look(&name, bytes);
        for document in &file.documents {
            adds_up(document);
        }
        let tree = |d: &Document| d.grid.layout == Layout::Tree;
        if file.documents.iter().any(tree) {
            // The papers of a tree begin at their own roots: their keys read otherwise.
            continue;
        }
        let understood = cells(&file);
        for (text, count) in read {
            let left = understood.get(&text).copied().unwrap_or_default();
            assert!(left >= count, "{}: “{text}” is gone", path.display());
            marks += count;
        }
    }
    assert!(marks > 20_000, "{marks} marks only");
}
