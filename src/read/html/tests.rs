use super::super::{Manner, read};
use crate::model::{Grid, Marks, ReadFile};

fn html(text: &str) -> ReadFile {
    read("a.html", text.as_bytes(), &Manner::default())
}

fn grid(file: &ReadFile) -> &Grid {
    assert!(
        file.problems.iter().all(|p| !p.blocks),
        "{:?}",
        file.problems
    );
    &file.documents[0].grid
}

fn cells(grid: &Grid) -> Vec<String> {
    (0..grid.cells.len())
        .map(|c| format!("{}: {}", grid.spot(c).at(None), grid.cell_text(c)))
        .collect()
}

fn codes(file: &ReadFile) -> Vec<&str> {
    file.problems.iter().map(|p| p.code).collect()
}

#[test]
fn tables_and_the_text_around_them_are_rows() {
    let file = html(
        "<title>not shown</title><style>td{color:red}</style><h1>Packing\n  List</h1>\
         <table><caption>Invoice &amp; marks</caption><tr><th>Model<th>Q&lt;ty\
         <tr><td>KD&#45;200A<br>KD-200B<td>&nbsp;<td> 12 \n pcs</table>after<br>it\
         <table><tr><td>x</td></tr></table>",
    );
    assert_eq!(
        cells(grid(&file)),
        [
            "paragraph 1: Packing List",
            "paragraph 2: Invoice & marks",
            "table 1, A1: Model",
            "table 1, B1: Q<ty",
            "table 1, A2: KD-200A\nKD-200B",
            "table 1, C2: 12 pcs",
            "paragraph 3: after",
            "paragraph 3: it",
            "table 2, A1: x",
        ]
    );
}

#[test]
fn spans_put_cells_in_their_columns_and_are_merges() {
    let file = html(
        "<table><tr><td rowspan=2>a<td colspan=2>b<td>d<tr><td>b2<td>c2<td>d2\
         <tr><td rowspan=0>e<td>f<tbody><tr><td>g<td>h</table>",
    );
    let grid = grid(&file);
    assert_eq!(
        cells(grid),
        [
            "table 1, A1: a",
            "table 1, B1: b",
            "table 1, D1: d",
            "table 1, B2: b2",
            "table 1, C2: c2",
            "table 1, D2: d2",
            "table 1, A3: e",
            "table 1, B3: f",
            "table 1, A4: g",
            "table 1, B4: h",
        ]
    );
    let merges: Vec<(u32, u32, u32, u32)> = grid
        .merges
        .iter()
        .map(|m| (m.top, m.left, m.bottom, m.right))
        .collect();
    assert_eq!(merges, [(0, 0, 1, 0), (0, 1, 0, 2), (2, 0, 2, 0)]);
}

#[test]
fn nested_tables_and_broken_nesting_keep_their_text() {
    let file = html(
        "<table><tr><td>frame<table><tr><td>in<tr><td>side</table>end</td><td>right</td></tr>\
         stray<div></td></tr><tr><td>last</table></div></b></table>",
    );
    assert_eq!(
        cells(grid(&file)),
        [
            "paragraph 1: stray",
            "table 1, A1: frame\nend",
            "table 1, B1: right",
            "table 2, A1: in",
            "table 2, A2: side",
            "table 1, A2: last",
        ]
    );
}

#[test]
fn hidden_text_is_read_and_said_and_scripts_are_not() {
    let plain = "<table><tr style='display:none'><td></td></tr><tr><td>x</td></tr></table>";
    assert!(codes(&html(plain)).is_empty());
    for hidden in [
        "<table><tr style='DISPLAY: none'><td>secret</td></tr><tr><td>x</td></tr></table>",
        "<table><tr><td hidden>secret<td>x</table>",
        "<div style='visibility:hidden'><div>a</div>secret</div><p>x",
        "<style>.z9{display:none}</style><p class='a Z9'>secret<p>x",
    ] {
        let file = html(hidden);
        assert_eq!(codes(&file), ["hidden"], "{hidden}");
        assert!(cells(grid(&file)).concat().contains("secret"));
    }
    let after = "<table><tr><td hidden></td><td>x</td></tr></table><p hidden></p>y";
    assert!(codes(&html(after)).is_empty());
    let file = html("<script>if (a<b) document.write('<table>')</script><p>x</p>");
    assert_eq!(cells(grid(&file)), ["paragraph 1: x"]);
}

#[test]
fn struck_letters_reading_aids_and_marks_are_no_part_of_a_value() {
    let file = html(
        "<style>.out{text-decoration: line-through}</style><table><tr><td><s>200</s> 180\
         <td><ruby>QH-720<rp>(</rp><rt>kyu</rt><rp>)</rp></ruby><td>QH-710<sup>1)</sup>\
         <td>12 m<sup>2</sup><td><del>QH-730</del><tr class=out><td>a<td>b<tr><td>c</table>",
    );
    let grid = grid(&file);
    let shown: Vec<&str> = (0..grid.cells.len()).map(|c| grid.cell_text(c)).collect();
    assert_eq!(
        shown,
        ["180", "QH-720", "QH-710", "12 m²", "QH-730", "a", "b", "c"]
    );
    let struck = |c: usize| grid.marks_of(c).has(Marks::STRUCK);
    let struck: Vec<bool> = (0..grid.cells.len()).map(struck).collect();
    assert_eq!(
        struck,
        [false, false, false, false, true, true, true, false]
    );
    assert!(grid.marks_of(0).has(Marks::PARTLY_STRUCK));
    let asides: Vec<&str> = grid.asides.iter().map(|a| a.text.as_str()).collect();
    assert_eq!(asides, ["200", "1)", "QH-730", "a", "b"]);
}

#[test]
fn forms_show_what_was_filled_in() {
    let file = html(
        "<form><table><tr><td>Model<td><input value='KD-200A'><input type=hidden value=id>\
         <tr><td>Port<td><select><option>Ningbo<option selected>Meishan</select>\
         <tr><td>Result<td><input type=radio checked>pass<input type=radio>fail</table></form>",
    );
    assert_eq!(
        cells(grid(&file)),
        [
            "table 1, A1: Model",
            "table 1, B1: KD-200A",
            "table 1, A2: Port",
            "table 1, B2: Meishan",
            "table 1, A3: Result",
            "table 1, B3: ☑pass☐fail",
        ]
    );
}

#[test]
fn cut_framed_and_hostile_pages_are_problems() {
    let cut = html("<html><table><tr><td>x</td></tr><tr><td>y");
    assert_eq!(codes(&cut), ["damaged"]);
    assert!(!cut.documents[0].whole);
    assert_eq!(
        codes(&html("<html><table><tr><td>x</td></tr></body></html>")),
        Vec::<&str>::new()
    );
    assert_eq!(codes(&html("<p>x<title>y")), ["damaged"]);
    let frames = "<html><frameset><frame src='sheet001.htm'></frameset></html>";
    assert_eq!(codes(&html(frames)), ["part-elsewhere"]);
    let deep = "<table><tr><td>x".repeat(10_000);
    assert_eq!(codes(&html(&deep)), ["over-limit"]);
    let wide = format!("<table><tr>{}</table>", "<td colspan=1000>x".repeat(9));
    assert_eq!(codes(&html(&wide)), ["over-limit"]);
    let tall = "<table><tr><td rowspan=65534>x<td rowspan=0>y".to_string() + &"<tr><td>z".repeat(9);
    assert_eq!(codes(&html(&(tall + "</table>"))), Vec::<&str>::new());
    assert_eq!(codes(&html("<html><body></body></html>")), ["empty-file"]);
}

#[test]
fn an_excel_page_named_xls_is_read_as_what_it_is() {
    let bytes = include_bytes!("../../../fixtures/readers/html/packing.xls");
    let file = read("packing.xls", bytes, &Manner::default());
    assert_eq!(codes(&file), ["name-and-content-differ"]);
    assert_eq!(file.documents[0].encoding.as_deref(), Some("GBK"));
    let cells = cells(grid(&file));
    assert_eq!(cells[0], "table 1, A1: 装箱单");
    assert!(
        cells.iter().any(|c| c == "table 1, B5: AM-310L"),
        "{cells:#?}"
    );
    let calc = include_bytes!("../../../fixtures/readers/html/calc.html");
    let file = read("calc.html", calc, &Manner::default());
    assert!(grid(&file).cells.len() > 10);
}

#[test]
fn a_login_page_under_a_documents_name_is_no_document() {
    let page = "<!DOCTYPE html><html><title>登录超时</title><body>请重新登录</body></html>";
    for (name, code) in [("list.xls", Some("web-page")), ("note.html", None)] {
        let file = read(name, page.as_bytes(), &Manner::default());
        assert_eq!(file.problems.first().map(|p| p.code), code, "{name}");
    }
}
