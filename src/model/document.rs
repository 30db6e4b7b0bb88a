//! A document: one paper, what was read of it and what was understood.

use super::{Field, FieldId, Grid, Letter, Problem, Recognised, Say, Spot};

/// One paper: a lab report, a declaration, one sheet of a workbook.
#[derive(Clone, Debug)]
pub struct Document {
    /// As given, with `/`.
    pub path: String,
    /// The sheet, when the file has several parts or names them.
    pub part: Option<String>,
    pub format: &'static str,
    pub encoding: Option<String>,
    pub sha256: String,
    pub grid: Grid,
    /// False when a page, sheet or row could not be read.
    pub whole: bool,
    /// True when a person typed it from a scan.
    pub transcribed: bool,
    /// What it says of itself, where it is a transcript of what a program read.
    pub transcript: Option<Box<Transcript>>,
    pub understood: Understood,
}

/// The key under which a transcript says what it was made from.
pub const SCAN: &str = "_scan";
/// The key under which a transcript says who compared it with the picture, and when.
pub const CONFIRMED: &str = "confirmed";

/// What a transcript says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    /// The SHA-256 of the file it was made from; none where a person typed all of it.
    pub scan: Option<String>,
    /// Who compared it with the picture, and when: `Li Na 2026-06-03`.
    pub confirmed: Option<String>,
}

/// What extraction made of a document.
#[derive(Clone, Debug, Default)]
pub struct Understood {
    /// The kind's name, or none when no kind fits.
    pub kind: Option<String>,
    /// The kind in words.
    pub kind_title: Say,
    /// Which titles, headings and labels said so.
    pub why: String,
    pub header: Header,
    /// Fields of all records, record after record.
    pub fields: Vec<Field>,
    pub records: Vec<Record>,
    /// Rows with totals, kept apart from the records.
    pub totals: Vec<Record>,
    /// 0-based grid row of the (first) heading row.
    pub header_row: Option<usize>,
    /// Column headings taken: field and cell of the heading.
    pub columns: Vec<(FieldId, usize)>,
    /// Cells of headings no field was found for.
    pub columns_not_taken: Vec<usize>,
    /// Headings and labels that were not understood although values stand there: what the paper does
    /// not state may stand in them.
    pub open: Vec<Open>,
    /// Values of the rows that stand under no heading: by column, the first one's cell and how
    /// many there are.
    pub unheaded: Vec<(usize, usize)>,
    pub left_out: Vec<LeftOut>,
    /// The cell of its title.
    pub title: Option<usize>,
    /// What each cell of the grid was taken for.
    pub account: Vec<Account>,
    /// How each column was chosen: field, score and margin over the next best reading.
    pub margins: Vec<(FieldId, f32, f32)>,
}

/// A heading or label that was not understood.
#[derive(Clone, Debug, Default)]
pub struct Open {
    pub cell: usize,
    /// The fields it may be, the likeliest first.
    pub may_be: Vec<FieldId>,
    /// How much better the first reads than the second (natural-log odds).
    pub lead: f32,
}

impl Open {
    /// Of a cell, with how well it reads as each field it may be.
    pub fn new(cell: usize, mut scores: Vec<(FieldId, f32)>) -> Open {
        scores.sort_by(|a, b| b.1.total_cmp(&a.1));
        let lead = match scores.as_slice() {
            [first, second, ..] => first.1 - second.1,
            [_] => f32::INFINITY,
            [] => 0.0,
        };
        Open {
            cell,
            may_be: scores.into_iter().map(|(field, _)| field).collect(),
            lead,
        }
    }
}

/// What a mark on a paper was taken for; one byte a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    Blank,
    Value,
    Label,
    Title,
    Total,
    Note,
    /// Page numbers, letterheads.
    Furniture,
    Struck,
    Unexplained,
}

impl Account {
    pub const ALL: [Account; 9] = [
        Account::Value,
        Account::Label,
        Account::Title,
        Account::Total,
        Account::Note,
        Account::Furniture,
        Account::Struck,
        Account::Unexplained,
        Account::Blank,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Account::Blank => "blank",
            Account::Value => "value",
            Account::Label => "label",
            Account::Title => "title",
            Account::Total => "total",
            Account::Note => "note",
            Account::Furniture => "furniture",
            Account::Struck => "struck",
            Account::Unexplained => "unexplained",
        }
    }
}

/// The label–value fields of a document; a field may stand several times.
#[derive(Clone, Debug, Default)]
pub struct Header {
    pub fields: Vec<Field>,
}

impl Header {
    pub fn get(&self, id: FieldId) -> Option<&Field> {
        self.fields.iter().find(|f| f.id == id)
    }

    pub fn all(&self, id: FieldId) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |f| f.id == id)
    }
}

/// One row of a table: its grid row and its range of `Understood::fields`.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    pub row: u32,
    pub first: u32,
    pub count: u32,
}

/// Rows that were read and not taken as records.
#[derive(Clone, Debug)]
pub struct LeftOut {
    pub row: usize,
    /// `total`, `heading again`, `note`, `another table`, …
    pub reason: &'static str,
}

impl Understood {
    /// How many marks were taken for what, blanks left out; they add up to the marks there are.
    pub fn counts(&self) -> Vec<(Account, usize)> {
        let count = |what: &Account| (*what, self.account.iter().filter(|a| *a == what).count());
        let all = Account::ALL.iter().filter(|a| **a != Account::Blank);
        all.map(count).filter(|(_, n)| *n > 0).collect()
    }

    /// The cells nothing explains.
    pub fn unexplained(&self) -> impl Iterator<Item = usize> + '_ {
        let cells = self.account.iter().enumerate();
        cells
            .filter(|(_, a)| **a == Account::Unexplained)
            .map(|(cell, _)| cell)
    }

    pub fn record_fields(&self, record: &Record) -> &[Field] {
        let first = record.first as usize;
        self.fields
            .get(first..first + record.count as usize)
            .unwrap_or(&[])
    }
}

impl Document {
    pub fn raw(&self, field: &Field) -> &str {
        let Some(aside) = self.grid.beside(field.cell as usize) else {
            return self.grid.slice(field.start, field.len);
        };
        let start = field.start as usize;
        let text = aside.text.get(start..start + field.len as usize);
        text.unwrap_or("")
    }

    /// The heading or label that was not understood and may be one of some fields, if there is one:
    /// what is absent from the rest of the paper may stand there.
    pub fn may_stand_at(&self, fields: &[FieldId]) -> Option<usize> {
        let open = self.understood.open.iter();
        let may_be = |o: &&Open| o.may_be.iter().any(|f| fields.contains(f));
        open.clone().find(may_be).map(|o| o.cell)
    }

    pub fn spot(&self, field: &Field) -> Spot {
        self.grid.spot(field.cell as usize)
    }

    pub fn is(&self, kind: &str) -> bool {
        self.understood.kind.as_deref() == Some(kind)
    }

    /// How a field was read from a picture, where that is known, with the characters of the field alone.
    pub fn letters(&self, field: &Field) -> Option<(&Recognised, &[Letter])> {
        let read = self.grid.recognised_of(field.cell)?;
        let own = self.grid.cells.get(field.cell as usize)?;
        let before = field.start.saturating_sub(own.start);
        let seen = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
        let first = seen(self.grid.slice(own.start, before));
        let count = seen(self.raw(field));
        let letters = read.letters.get(first..first + count)?;
        Some((read, letters))
    }

    /// The name of its file, without folders.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Path and sheet, as shown to a person.
    pub fn label(&self) -> String {
        match &self.part {
            Some(part) => format!("{} [{part}]", self.path),
            None => self.path.clone(),
        }
    }
}

/// What a reader makes of one file: its documents and what it has to say about them.
#[derive(Debug, Default)]
pub struct ReadFile {
    pub documents: Vec<Document>,
    pub problems: Vec<Problem>,
}

/// What a report keeps of a document.
#[derive(Clone, Debug)]
pub struct DocumentInfo {
    pub path: String,
    pub part: Option<String>,
    pub kind: Option<String>,
    /// The kind in words.
    pub kind_title: Say,
    pub why: String,
    pub format: &'static str,
    pub encoding: Option<String>,
    pub sha256: String,
    pub rows: usize,
    pub whole: bool,
}

impl DocumentInfo {
    /// A document of which its name alone is known.
    pub fn named(path: &str, part: Option<&str>) -> DocumentInfo {
        DocumentInfo {
            path: path.to_string(),
            part: part.map(str::to_string),
            kind: None,
            kind_title: Say::default(),
            why: String::new(),
            format: "",
            encoding: None,
            sha256: String::new(),
            rows: 0,
            whole: true,
        }
    }
}

impl Document {
    /// A file of which nothing could be read.
    pub fn unread(path: &str) -> Document {
        Document {
            path: path.to_string(),
            part: None,
            format: "unread",
            encoding: None,
            sha256: String::new(),
            grid: Grid::new(super::Layout::Lines),
            whole: false,
            transcribed: false,
            transcript: None,
            understood: Understood::default(),
        }
    }

    pub fn info(&self) -> DocumentInfo {
        DocumentInfo {
            path: self.path.clone(),
            part: self.part.clone(),
            kind: self.understood.kind.clone(),
            kind_title: self.understood.kind_title.clone(),
            why: self.understood.why.clone(),
            format: self.format,
            encoding: self.encoding.clone(),
            sha256: self.sha256.clone(),
            rows: self.understood.records.len(),
            whole: self.whole,
        }
    }
}
