use super::super::{Manner, read};
use crate::model::{CellKind, Grid, ReadFile};

fn xml(text: &str) -> ReadFile {
    read("a.xml", text.as_bytes(), &Manner::default())
}

fn grid(file: &ReadFile) -> &Grid {
    assert!(file.problems.is_empty(), "{:?}", file.problems);
    &file.documents[0].grid
}

/// Every cell as `place: text`, row by row.
fn rows(grid: &Grid) -> Vec<String> {
    (0..grid.rows.len())
        .map(|r| {
            let cells: Vec<String> = grid
                .row_cells(r)
                .map(|c| format!("{}={}", grid.spot(c).at(None), grid.cell_text(c)))
                .collect();
            cells.join(" ")
        })
        .collect()
}

fn codes(file: &ReadFile) -> Vec<&str> {
    file.problems.iter().map(|p| p.code).collect()
}

#[test]
fn a_message_is_labels_and_a_table_with_pointers() {
    let file = xml(
        "<?xml version='1.0'?><d:Message xmlns:d='urn:x' version='2'><d:Head><d:Name>A &amp; B &lt;C&gt;</d:Name><d:Empty/></d:Head>\
         <d:List><d:Line no='1'><Code>01</Code><G unit='kg'>5</G><Sub><X>x</X></Sub></d:Line>\
         <d:Line no='2'><Code><![CDATA[0<2]]></Code></d:Line></d:List></d:Message>",
    );
    assert_eq!(
        rows(grid(&file)),
        [
            "/Message/@version=version /Message/@version=2",
            "/Message/Head/Name=Head.Name /Message/Head/Name=A & B <C>",
            "/Message/List/Line=no /Message/List/Line=Code /Message/List/Line=G /Message/List/Line=G@unit /Message/List/Line=Sub.X",
            "/Message/List/Line[1]/@no=1 /Message/List/Line[1]/Code=01 /Message/List/Line[1]/G=5 /Message/List/Line[1]/G/@unit=kg /Message/List/Line[1]/Sub/X=x",
            "/Message/List/Line[2]/@no=2 /Message/List/Line[2]/Code=0<2",
        ]
    );
}

#[test]
fn equal_names_are_a_list_wherever_they_stand() {
    let file = xml("<a><m>x</m><n>1</n><m>y</m><i k='p'>one</i><i k='q'>two</i></a>");
    assert_eq!(
        rows(grid(&file)),
        [
            "/a/m=m /a/m[1]=x /a/m[2]=y",
            "/a/n=n /a/n=1",
            "/a/i=k /a/i=i",
            "/a/i[1]/@k=p /a/i[1]=one",
            "/a/i[2]/@k=q /a/i[2]=two",
        ]
    );
    assert_eq!(rows(grid(&xml("<a>1</a>"))), ["/a=a /a=1"]);
}

#[test]
fn what_is_no_whole_message_is_a_problem() {
    for (text, code) in [
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "damaged"),
        ("<a><b>1</b>", "damaged"),
        ("<a><b>1</c></a>", "damaged"),
        ("<a/><b/>", "damaged"),
        ("<a><b/></a>", "empty-file"),
        ("<a>1 & 2</a>", "damaged"),
    ] {
        assert_eq!(codes(&xml(text)), [code], "{text}");
    }
    let deep = "<a>".repeat(5000) + &"</a>".repeat(5000);
    assert_eq!(codes(&xml(&deep)), ["damaged"]);
}

const BOOK: &str = r#"<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="装箱单"><Table><Column ss:Hidden="1"/>
<Row><Cell ss:MergeAcross="2"><Data ss:Type="String">Packing &lt;1&gt;</Data></Cell><Cell><Data ss:Type="String">d</Data></Cell></Row>
<Row ss:Index="4"><Cell ss:MergeDown="1"><Data ss:Type="Number">8715000000</Data><Comment><Data>note</Data></Comment></Cell>
<Cell ss:Index="3"><Data ss:Type="Number">9.5999999999999996</Data></Cell><Cell><Data ss:Type="DateTime">2026-05-06T00:00:00.000</Data></Cell></Row>
<Row><Cell ss:Index="2" ss:Formula="=A1"/><Cell><Data ss:Type="Error">#REF!</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
</Table></Worksheet><Worksheet ss:Name="Empty"><Table/></Worksheet></Workbook>"#;

#[test]
fn a_workbook_in_xml_has_the_cells_of_its_sheets() {
    let file = xml(BOOK);
    assert_eq!(codes(&file), ["hidden", "beside-the-cells"]);
    assert_eq!(file.documents.len(), 1);
    let document = &file.documents[0];
    assert_eq!(document.part.as_deref(), Some("装箱单"));
    let grid = &document.grid;
    assert_eq!(
        rows(grid),
        [
            "A1=Packing <1> D1=d",
            "A4=8715000000 C4=9.6 D4=2026-05-06",
            "B5= C5=#REF! D5=TRUE",
        ]
    );
    let kinds: Vec<CellKind> = grid.cells.iter().skip(2).map(|c| c.kind).collect();
    assert_eq!(
        kinds,
        [
            CellKind::Number,
            CellKind::Number,
            CellKind::Date,
            CellKind::NoValue,
            CellKind::Error,
            CellKind::Bool
        ]
    );
    let merges: Vec<(u32, u32)> = grid.merges.iter().map(|m| (m.bottom, m.right)).collect();
    assert_eq!(merges, [(0, 2), (4, 0)]);
}

#[test]
fn a_damaged_workbook_says_so() {
    for text in [
        BOOK.split("</Table>").next().unwrap().to_string(),
        BOOK.replace("ss:Index=\"4\"", "ss:Index=\"1\""),
        BOOK.replace("ss:MergeAcross=\"2\"", "ss:MergeAcross=\"4294967295\""),
        BOOK.replace("<Workbook", "<!DOCTYPE x><Workbook"),
    ] {
        let file = xml(&text);
        assert!(codes(&file).contains(&"damaged"));
        assert!(file.documents.iter().all(|d| !d.whole));
    }
}

#[test]
fn fixtures_of_other_programs_are_read() {
    let bytes = include_bytes!("../../../fixtures/readers/xml/declaration.xml");
    let file = read("declaration.xml", bytes, &Manner::default());
    assert_eq!(file.documents[0].encoding.as_deref(), Some("GBK"));
    let rows = rows(grid(&file));
    let line = "/DecMessage/DecLists/DecList[2]/GModel=AM-310L";
    assert!(rows.iter().any(|r| r.contains(line)), "{rows:#?}");
    let bytes = include_bytes!("../../../fixtures/readers/xml/packing.xml");
    let file = read("packing.xml", bytes, &Manner::default());
    let document = &file.documents[0];
    assert!(document.whole && document.part.is_some());
    let model = (0..document.grid.cells.len()).find(|c| document.grid.cell_text(*c) == "AM-310L");
    assert_eq!(document.grid.spot(model.unwrap()).at(None), "C7");
}
