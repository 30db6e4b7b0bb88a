//! Documents of every format with bytes changed, cut off and doubled, the same each time. What comes of
//! one is answered and broken by no reader of ours, and
//!
//! - formats with check sums (archives): what is read is the same, or something is said;
//! - formats with an end (PDF, XLS, JSON, XML, HTML): what is cut off is said, or nothing is missing;
//! - texts (CSV, TXT, YAML): nobody can see that the end is missing: what is read then is the beginning;
//! - a digit in a text that became another one: its own cell changes and no other, or something is
//!   said. That a letter was changed in a text without sums no reader can know.

use crate::fuzz::mutate::Dice;
use crate::fuzz::targets::files;
use crate::run::root;
use greenlane::model::ReadFile;
use greenlane::read::{Manner, read};

struct Fixture {
    name: String,
    bytes: Vec<u8>,
    whole: ReadFile,
}

/// Fixtures of these endings, with what they hold. Those that are damaged as they are are left out.
fn fixtures(endings: &[&str]) -> Vec<Fixture> {
    let mut found = Vec::new();
    for folder in [
        "fixtures/formats",
        "fixtures/readers",
        "fixtures/shipments/infant-yaml-and-xml",
        "fixtures/shipments/stem-clean-json",
    ] {
        files(&root().join(folder), endings, &mut found);
    }
    found.retain(|path| !path.ends_with("expect.yaml"));
    let all = found.into_iter().map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_string();
        let bytes = std::fs::read(&path).unwrap();
        let whole = read(&name, &bytes, &Manner::default());
        Fixture { name, bytes, whole }
    });
    let all: Vec<Fixture> = all
        .filter(|f| !f.whole.problems.iter().any(|p| p.blocks))
        .collect();
    assert!(!all.is_empty(), "{endings:?}");
    all
}

/// All that is read of a file: sheets, cells with their kinds and places, what stands beside them.
fn told(found: &ReadFile) -> Vec<String> {
    let documents = found.documents.iter();
    documents
        .map(|d| format!("{:?} {:?}", d.part, d.grid))
        .collect()
}

fn cells(found: &ReadFile) -> Vec<String> {
    let of = |d: &greenlane::model::Document| {
        let count = d.grid.cells.len();
        (0..count)
            .map(|c| d.grid.cell_text(c).trim().to_string())
            .collect::<Vec<_>>()
    };
    let all = found.documents.iter().flat_map(of);
    all.filter(|t| !t.is_empty()).collect()
}

/// Reads a damaged file: it is answered, and no reader of ours breaks on it.
fn answered(fixture: &Fixture, bytes: &[u8], what: &str) -> ReadFile {
    let found = read(&fixture.name, bytes, &Manner::default());
    let name = &fixture.name;
    assert!(
        !found.documents.is_empty() || !found.problems.is_empty(),
        "{name}: {what}"
    );
    // Cells of XLSX and XLSB come from a library, whose panics are caught and told.
    let foreign = fixture.bytes.starts_with(b"PK");
    for problem in &found.problems {
        let said = &problem.message.en;
        assert!(
            foreign || !said.contains("broke the reader"),
            "{name}: {what}: {said}"
        );
    }
    found
}

/// One byte changed, the end cut off, a piece doubled.
fn damaged(bytes: &[u8], dice: &mut Dice) -> (Vec<u8>, String) {
    let mut made = bytes.to_vec();
    let at = dice.below(made.len());
    let what = match dice.below(3) {
        0 => {
            made[at] ^= 1 << dice.below(8);
            "changed"
        }
        1 => {
            made.truncate(at);
            "cut off"
        }
        _ => {
            let end = (at + 64).min(made.len());
            let piece = made[at..end].to_vec();
            made.splice(at..at, piece);
            "doubled"
        }
    };
    (made, format!("{what} at {at}"))
}

#[test]
fn damage_in_an_archive_is_said_or_changes_nothing() {
    for ending in ["xlsx", "xlsb", "ods", "docx"] {
        let all = fixtures(&[ending]);
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        for round in 0..60 {
            let fixture = &all[round % all.len()];
            let (bytes, what) = damaged(&fixture.bytes, &mut dice);
            let found = answered(fixture, &bytes, &what);
            let same = told(&found) == told(&fixture.whole);
            assert!(
                same || !found.problems.is_empty(),
                "{}: {what}: changed in silence",
                fixture.name
            );
        }
    }
}

#[test]
fn what_has_an_end_and_lost_it_says_so() {
    for ending in ["pdf", "xls", "json", "xml", "html"] {
        let all = fixtures(&[ending]);
        let mut dice = Dice(0x2545_f491_4f6c_dd1d);
        for round in 0..40 {
            let fixture = &all[round % all.len()];
            let at = dice.below(fixture.bytes.len());
            let what = format!("cut off at {at}");
            let found = answered(fixture, &fixture.bytes[..at], &what);
            let same = cells(&found) == cells(&fixture.whole);
            assert!(
                same || !found.problems.is_empty(),
                "{}: {what}: shorter in silence",
                fixture.name
            );
            let (bytes, what) = damaged(&fixture.bytes, &mut dice);
            answered(fixture, &bytes, &what);
        }
    }
}

#[test]
fn a_text_that_was_cut_off_is_its_beginning() {
    for ending in ["csv", "txt", "yaml"] {
        let all = fixtures(&[ending]);
        let mut dice = Dice(0x1405_7b7e_f767_814f);
        for round in 0..60 {
            let fixture = &all[round % all.len()];
            let at = dice.below(fixture.bytes.len());
            let what = format!("cut off at {at}");
            let found = answered(fixture, &fixture.bytes[..at], &what);
            let (now, whole) = (cells(&found), cells(&fixture.whole));
            // Of the last cell a part may be left, and of its last letter a byte.
            let mut left = whole.clone();
            let new = now.iter().filter(|cell| {
                let own = left.iter().position(|w| w == *cell);
                own.map(|n| left.swap_remove(n)).is_none()
            });
            let begins = new.count() <= 1;
            assert!(
                begins || !found.problems.is_empty(),
                "{}: {what}: {now:?}",
                fixture.name
            );
        }
    }
}

#[test]
fn another_digit_in_a_text_stays_in_its_cell() {
    for ending in ["csv", "txt", "yaml", "json", "xml", "html"] {
        let all = fixtures(&[ending]);
        let mut dice = Dice(0x9e6c_63d0_876a_9a47);
        let mut seen = 0;
        for round in 0..60 {
            let fixture = &all[round % all.len()];
            let digits: Vec<usize> = (0..fixture.bytes.len())
                .filter(|n| fixture.bytes[*n].is_ascii_digit())
                .collect();
            let at = digits[dice.below(digits.len())];
            let mut bytes = fixture.bytes.clone();
            bytes[at] = b'0' + (bytes[at] - b'0' + 1 + dice.below(8) as u8) % 10;
            let what = format!("another digit at {at}");
            let found = answered(fixture, &bytes, &what);
            let (now, whole) = (cells(&found), cells(&fixture.whole));
            let other = now.iter().zip(&whole).filter(|(a, b)| a != b).count();
            let one = now.len() == whole.len() && other <= 1;
            assert!(
                one || !found.problems.is_empty(),
                "{}: {what}: {other} cells",
                fixture.name
            );
            seen += other;
        }
        assert!(seen > 0, "{ending}: no value was met");
    }
}

/// What the library that reads cells breaks on costs its own cells: those before it, the other sheets
/// and what is not of it are kept, and the sheet is named.
#[test]
fn what_breaks_the_library_costs_its_sheet_alone() {
    let row = |n: usize, cell: &str| {
        format!("<row r=\"{n}\"><c r=\"{cell}\" t=\"inlineStr\"><is><t>KD-{n}</t></is></c></row>")
    };
    let sheet = |before: &str, rows: &str, behind: &str| {
        format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{before}<sheetData>{rows}</sheetData>{behind}</worksheet>"
        )
    };
    let good = row(1, "A1") + &row(2, "A2");
    let sheets = [
        ("whole", sheet("", &good, "")),
        (
            "far row",
            sheet("", &(row(1, "A1") + &row(2, "A99999999999")), ""),
        ),
        (
            "far column",
            sheet("", &(row(1, "A1") + &row(2, "ZZZZZZZZZZZ2")), ""),
        ),
        ("dimension", sheet("<dimension ref=\"B9:A1\"/>", &good, "")),
        (
            "merge",
            sheet(
                "",
                &good,
                "<mergeCells><mergeCell ref=\"B9:A99999999999\"/></mergeCells>",
            ),
        ),
        ("last", sheet("", &good, "")),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.xlsx");
    crate::growth::workbook(&path, &sheets.map(|(name, text)| (name.to_string(), text)));
    let found = read(
        "list.xlsx",
        &std::fs::read(&path).unwrap(),
        &Manner::default(),
    );
    let kept = |name: &str| {
        let own = found
            .documents
            .iter()
            .find(|d| d.part.as_deref() == Some(name));
        own.map_or(0, |d| d.grid.cells.len())
    };
    let said = |name: &str| {
        found
            .problems
            .iter()
            .any(|p| p.part.as_deref() == Some(name) && p.blocks)
    };
    for (name, cells, told) in [
        ("whole", 2, false),
        ("far row", 1, true),
        ("far column", 1, true),
        ("merge", 2, true),
        ("last", 2, false),
    ] {
        assert_eq!((kept(name), said(name)), (cells, told), "{name}");
    }
    assert!(kept("dimension") == 2 || said("dimension"));
    // Found by changing files at random.
    for (name, cells) in [
        ("calamine-xlsb-151.xlsb", 1),
        ("calamine-xlsb-312.xlsb", 0),
        ("calamine-xlsx-3112.xlsx", 0),
    ] {
        let bytes = std::fs::read(root().join("fixtures/hostile").join(name)).unwrap();
        let found = read(name, &bytes, &Manner::default());
        let kept: usize = found.documents.iter().map(|d| d.grid.cells.len()).sum();
        let parts: Vec<_> = found
            .problems
            .iter()
            .map(|p| (&p.part, &p.message.en))
            .collect();
        assert!(kept >= cells, "{name}: {parts:?}");
        assert!(
            parts.iter().any(|(part, _)| part.is_some()),
            "{name}: {parts:?}"
        );
    }
}

/// A form drawn thousands of times makes much of little: that is counted before it is read.
#[test]
fn a_small_page_that_draws_much_is_not_read() {
    let bytes = std::fs::read(root().join("fixtures/hostile/form-drawn-often.pdf")).unwrap();
    assert!(bytes.len() < 2000);
    let found = read("form.pdf", &bytes, &Manner::default());
    let said: Vec<&str> = found
        .problems
        .iter()
        .map(|p| p.message.en.as_str())
        .collect();
    assert!(said.iter().any(|s| s.contains("spans=200000")), "{said:?}");
}
