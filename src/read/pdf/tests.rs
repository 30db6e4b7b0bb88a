use super::super::{Manner, read};
use crate::model::{AsideKind, Grid, Marks, ReadFile};

/// A page with the content given, and more entries and objects where a mark needs them.
fn page(content: &str, entries: &str, objects: &[&str]) -> Vec<u8> {
    let mut parts = vec![
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>".to_string(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_string(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R \
             /Resources << /Font << /F 5 0 R >> >> {entries} >>"
        ),
        format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_string(),
    ];
    parts.extend(objects.iter().map(|o| (*o).to_string()));
    let mut bytes = "%PDF-1.7\n".to_string();
    let mut places = Vec::new();
    for (n, part) in parts.iter().enumerate() {
        places.push(bytes.len());
        bytes += &format!("{} 0 obj\n{part}\nendobj\n", n + 1);
    }
    let start = bytes.len();
    bytes += &format!("xref\n0 {}\n0000000000 65535 f \n", parts.len() + 1);
    for place in places {
        bytes += &format!("{place:010} 00000 n \n");
    }
    let size = parts.len() + 1;
    bytes += &format!("trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF");
    bytes.into_bytes()
}

fn show(x: f32, y: f32, size: f32, text: &str) -> String {
    format!("BT /F {size} Tf {x} {y} Td ({text}) Tj ET\n")
}

/// A small report; what stands on it besides is planted.
fn clean() -> String {
    let mut content = show(50.0, 760.0, 10.0, "Model: QH-700A");
    for (n, row) in ["Flammability", "Phthalates", "Heavy metals"]
        .iter()
        .enumerate()
    {
        let y = 700.0 - 20.0 * [0.0, 1.0, 2.0][n];
        content += &show(50.0, y, 10.0, row);
        content += &show(300.0, y, 10.0, "Pass");
    }
    content
}

fn look(content: &str, entries: &str, objects: &[&str]) -> ReadFile {
    read(
        "a.pdf",
        &page(content, entries, objects),
        &Manner::default(),
    )
}

fn rows(grid: &Grid) -> Vec<String> {
    (0..grid.rows.len()).map(|r| grid.row_text(r)).collect()
}

#[test]
fn a_mark_of_every_kind_is_found_and_changes_no_row() {
    use AsideKind::{Annotation, OutsidePage, Unseen, Watermark};
    let plain = look(&clean(), "", &[]);
    let plain = rows(&plain.documents[0].grid);
    let note = |kind: &str, more: &str| {
        format!("/Annots [<< /Type /Annot /Subtype /{kind} /Rect [90 400 200 430] {more} >>]")
    };
    let turned = |angle: f32| {
        let (sin, cos) = angle.to_radians().sin_cos();
        format!(
            "BT /F 80 Tf {cos} {sin} {} {cos} 60 600 Tm (DRAFT) Tj ET\n",
            -sin
        )
    };
    let letters = |dx: f32, dy: f32| -> String {
        let at = |n: u8| f32::from(n);
        "VOID"
            .chars()
            .zip(0u8..)
            .map(|(c, n)| show(200.0 + dx * at(n), 690.0 + dy * at(n), 10.0, &c.to_string()))
            .collect()
    };
    let planted = [
        (turned(30.0), String::new(), Watermark, "DRAFT"),
        (turned(-45.0), String::new(), Watermark, "DRAFT"),
        (turned(60.0), String::new(), Watermark, "DRAFT"),
        (turned(90.0), String::new(), Watermark, "DRAFT"),
        (
            show(40.0, 680.0, 70.0, "COPY"),
            String::new(),
            Watermark,
            "COPY",
        ),
        (letters(0.0, -13.0), String::new(), Watermark, "VOID"),
        (letters(14.0, -13.0), String::new(), Watermark, "VOID"),
        (
            format!("1 g {}", show(400.0, 700.0, 10.0, "white")),
            String::new(),
            Unseen,
            "white",
        ),
        (
            format!("3 Tr {}", show(400.0, 700.0, 10.0, "none")),
            String::new(),
            Unseen,
            "none",
        ),
        (
            show(700.0, 700.0, 10.0, "beyond"),
            String::new(),
            OutsidePage,
            "beyond",
        ),
        (
            String::new(),
            note("FreeText", "/Contents (VOID)"),
            Annotation,
            "VOID",
        ),
        (
            String::new(),
            note("Stamp", "/Name /Draft"),
            Annotation,
            "Draft",
        ),
        (
            String::new(),
            note("Text", "/Contents (see R2)"),
            Annotation,
            "see R2",
        ),
        (String::new(), note("Ink", ""), Annotation, "Ink"),
    ];
    for (content, entries, what, text) in planted {
        // What is drawn below the text and what is drawn over it.
        for content in [
            format!("{}{content}", clean()),
            format!("q {content} Q {}", clean()),
        ] {
            let file = look(&content, &entries, &[]);
            let grid = &file.documents[0].grid;
            assert_eq!(rows(grid), plain, "{content}");
            let found: Vec<(AsideKind, &str)> = grid
                .asides
                .iter()
                .map(|a| (a.what, a.text.as_str()))
                .collect();
            assert_eq!(found, [(what, text)], "{content}");
            assert!(file.problems.iter().any(|p| p.code == "beside-the-cells"));
        }
    }
}

#[test]
fn a_line_through_a_word_strikes_it_and_borders_strike_nothing() {
    let marks = |drawn: &str, entries: &str| -> Vec<Marks> {
        let file = look(&format!("{}{drawn}", clean()), entries, &[]);
        let grid = &file.documents[0].grid;
        (0..grid.cells.len()).map(|c| grid.marks_of(c)).collect()
    };
    let mut struck = vec![Marks::NONE; 7];
    struck[3] = Marks::STRUCK;
    struck[4] = Marks::STRUCK;
    assert_eq!(marks("49 683.5 m 322 683.5 l S", ""), struck);
    let pinned = "/Annots [<< /Type /Annot /Subtype /StrikeOut /Rect [48 676 330 692] >>]";
    assert_eq!(marks("", pinned), struck);
    let none = vec![Marks::NONE; 7];
    assert_eq!(marks("49 677 m 322 677 l S", ""), none, "an underline");
    assert_eq!(marks("20 683.5 m 580 683.5 l S", ""), none, "a rule");
    let part = marks("82 763.5 m 100 763.5 l S", "");
    assert_eq!(part[0], Marks::PARTLY_STRUCK);
}

#[test]
fn white_letters_on_a_colour_are_seen() {
    let on_blue = format!(
        "0 0 0.5 rg 390 690 100 20 re f 1 g {}",
        show(400.0, 700.0, 10.0, "seen")
    );
    let file = look(&format!("{}{on_blue}", clean()), "", &[]);
    let grid = &file.documents[0].grid;
    assert!(grid.asides.is_empty());
    assert_eq!(rows(grid)[1], "Flammability Pass seen");
}

#[test]
fn fields_of_a_form_stand_where_they_are_filled_in() {
    let field = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (n) /V (YH2026-1) \
                 /DA (/F 10 Tf 0 g) /Rect [150 757 300 771] >>";
    let file = look(&clean(), "/Annots [6 0 R]", &[field]);
    assert_eq!(rows(&file.documents[0].grid)[0], "Model: QH-700A YH2026-1");
}
