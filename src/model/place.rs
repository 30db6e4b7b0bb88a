//! Where a value stands in a document, in the terms a person uses to find it again.

use super::{Area, Lang, Say, Setting};
use std::sync::Arc;

/// Which flow of text of a written document something stands in.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Story {
    #[default]
    Body,
    Header,
    Footer,
    /// Footnotes and endnotes.
    Note,
    TextBox,
}

impl Story {
    /// Its name, none for the body.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Story::Body => None,
            Story::Header => Some("header"),
            Story::Footer => Some("footer"),
            Story::Note => Some("note"),
            Story::TextBox => Some("text box"),
        }
    }

    fn prefix(self) -> String {
        self.name()
            .map_or(String::new(), |name| format!("{name}, "))
    }
}

/// A position inside a document. Rows, columns, pages and lines are 0-based here and 1-based when shown.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Spot {
    /// The document as a whole: used for what is absent from it.
    Whole,
    /// A cell of a sheet.
    Cell { row: u32, col: u32 },
    /// A cell of a delimited text file; `line` is the physical line it starts on.
    CsvCell { row: u32, col: u32, line: u32 },
    /// The n-th text line of a page.
    PageLine { page: u32, line: u32 },
    /// A line of a text file.
    Line { line: u32 },
    /// Pointer into a tree: RFC 6901 for JSON and YAML, `/a/b[3]` for XML.
    Pointer(Box<str>),
    /// The n-th paragraph of a written document outside its tables.
    Paragraph { story: Story, paragraph: u32 },
    /// A cell of the n-th table of a written document.
    TableCell {
        story: Story,
        table: u32,
        row: u32,
        col: u32,
    },
}

/// The column name of a spreadsheet: 0 is `A`, 26 is `AA`.
pub fn column_letters(col: u32) -> String {
    let mut n = u64::from(col) + 1;
    let mut letters = Vec::new();
    while n > 0 {
        let rest = u8::try_from((n - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + rest));
        n = (n - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// The number of a column by its letters, from 0.
pub fn column_number(letters: &str) -> Option<u32> {
    let digit = |c: char| c.is_ascii_alphabetic().then(|| c.to_ascii_uppercase());
    let number = letters.chars().try_fold(0_u32, |number, c| {
        let digit = u32::from(digit(c)?) - u32::from('A') + 1;
        number.checked_mul(26)?.checked_add(digit)
    });
    number?.checked_sub(1).filter(|_| letters.len() <= 3)
}

impl Spot {
    /// The A1 form of a cell, if the spot is one.
    pub fn cell(&self) -> Option<String> {
        match self {
            Spot::Cell { row, col }
            | Spot::CsvCell { row, col, .. }
            | Spot::TableCell { row, col, .. } => {
                Some(format!("{}{}", column_letters(*col), row + 1))
            }
            _ => None,
        }
    }

    /// The spot in words: `报关单!F12`, `page 2, line 14`, `line 3`, `/models/0`, `paragraph 12`,
    /// `table 2, B3`.
    pub fn at(&self, sheet: Option<&str>) -> String {
        match self {
            Spot::Whole => sheet.unwrap_or_default().to_string(),
            Spot::Cell { .. } => {
                let cell = self.cell().unwrap_or_default();
                sheet.map_or(cell.clone(), |name| format!("{name}!{cell}"))
            }
            Spot::CsvCell { line, .. } => {
                let cell = self.cell().unwrap_or_default();
                format!("{cell} (line {})", line + 1)
            }
            Spot::PageLine { page, line } => format!("page {}, line {}", page + 1, line + 1),
            Spot::Line { line } => format!("line {}", line + 1),
            // A YAML text may hold several documents, each with pointers of its own.
            Spot::Pointer(pointer) => match sheet.filter(|s| s.starts_with(NTH_DOCUMENT)) {
                Some(part) => format!("{part} {pointer}"),
                None => pointer.to_string(),
            },
            Spot::Paragraph { story, paragraph } => {
                format!("{}paragraph {}", story.prefix(), paragraph + 1)
            }
            Spot::TableCell { story, table, .. } => {
                let cell = self.cell().unwrap_or_default();
                format!("{}table {}, {cell}", story.prefix(), table + 1)
            }
        }
    }
}

impl Spot {
    /// The spot in the words of a language.
    pub fn told(&self, sheet: Option<&str>, lang: Lang) -> String {
        let zh = |story: &Story| match story {
            Story::Body => "",
            Story::Header => "页眉",
            Story::Footer => "页脚",
            Story::Note => "脚注",
            Story::TextBox => "文本框",
        };
        match self {
            _ if lang == Lang::En => self.at(sheet),
            Spot::CsvCell { line, .. } => {
                let cell = self.cell().unwrap_or_default();
                format!("{cell}（第 {} 行）", line + 1)
            }
            Spot::PageLine { page, line } => format!("第 {} 页第 {} 行", page + 1, line + 1),
            Spot::Line { line } => format!("第 {} 行", line + 1),
            Spot::Paragraph { story, paragraph } => {
                format!("{}第 {} 段", zh(story), paragraph + 1)
            }
            Spot::TableCell { story, table, .. } => {
                let cell = self.cell().unwrap_or_default();
                format!("{}表 {} 的 {cell}", zh(story), table + 1)
            }
            Spot::Whole | Spot::Cell { .. } | Spot::Pointer(_) => self.at(sheet),
        }
    }
}

/// How the part of a text that holds several documents begins: `document 2`.
pub const NTH_DOCUMENT: &str = "document ";

/// What a place is to its finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The value to change or look at first.
    Primary,
    /// The value it was compared with.
    Related,
}

/// One end of a finding: a document, a spot, and what stands there.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub role: Role,
    /// Index into the shipment's documents; `None` when the shipment as a whole is meant.
    pub document: Option<usize>,
    pub spot: Spot,
    /// Exactly what the document says.
    pub raw: String,
    /// The text after lossless clean-up.
    pub clean: String,
    /// The clean-up steps between the two.
    pub steps: Vec<Say>,
    /// What stands beside or above it on a printed page, by which the eye finds it.
    pub near: Option<Say>,
    /// True when a person typed the value from a scan.
    pub transcribed: bool,
    /// How a program read it from a picture, where one did.
    pub pictured: Option<Pictured>,
    /// The picture of it (PNG), for pages that show it.
    pub crop: Option<Arc<Vec<u8>>>,
}

/// A place whose value a program read from a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pictured {
    /// How probable its least probable character is, where the program said so.
    pub probability: Option<f32>,
    /// Where it stands in the picture of its page.
    pub sight: Option<Sight>,
}

/// A part of the picture of a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// 0-based.
    pub page: u32,
    pub area: Area,
    pub setting: Setting,
}

impl Place {
    /// Where it stands, in the words of a language: of a printed page with what stands beside it.
    pub fn told(&self, part: Option<&str>, lang: Lang) -> String {
        let at = self.spot.told(part, lang);
        match (&self.near, lang) {
            (None, _) => at,
            (Some(near), Lang::En) => format!("{at}, {}", near.en),
            (Some(near), Lang::Zh) => format!("{at}（{}）", near.zh),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Spot, Story, column_letters};

    #[test]
    fn columns_are_lettered_like_a_spreadsheet() {
        for (col, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(column_letters(col), letters);
        }
    }

    #[test]
    fn places_of_a_written_document_are_told_as_a_person_counts_them() {
        let cell = Spot::TableCell {
            story: Story::Body,
            table: 1,
            row: 2,
            col: 1,
        };
        assert_eq!(cell.at(None), "table 2, B3");
        let line = Spot::Paragraph {
            story: Story::Header,
            paragraph: 0,
        };
        assert_eq!(line.at(None), "header, paragraph 1");
    }
}
