//! Dated lists (`rules/lists/*.csv`): countries, ports, words per heading. What a list is, the first
//! of its headings says; lines that begin with `#` say where it comes from and when it was reviewed.
//! A user's list adds to ours: spellings to a row that is known, and rows.

use crate::model::{Say, Words};
use crate::normalize::text::{fold, squeeze};
use crate::read::{LoadError, Source, did_you_mean};

/// In a pack, all rows of a list.
pub const ALL: &str = "all";

/// What a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListKind {
    Countries,
    Ports,
    Headings,
}

/// The headings of each kind of list; the first tells it apart and must be filled.
const COLUMNS: [(ListKind, &[&str]); 3] = [
    (
        ListKind::Countries,
        &["country", "code3", "zh", "en", "also", "group"],
    ),
    (
        ListKind::Ports,
        &["port", "zh", "en", "also", "customs", "unlocode", "part_of"],
    ),
    (
        ListKind::Headings,
        &[
            "heading", "hs", "zh", "en", "words_zh", "words_en", "also_zh", "also_en", "source",
        ],
    ),
];

/// A file with a list.
#[derive(Clone, Debug)]
pub struct ListFile {
    pub kind: ListKind,
    pub name: String,
    pub text: String,
    pub built_in: bool,
    /// Its lines of comment: source and review.
    pub notes: Vec<String>,
}

/// One row of all lists of a kind: a country, port or heading.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: String,
    pub name: Say,
    /// Spellings or words that name it.
    pub words: Vec<String>,
    /// Words that fit it and are too broad to name it.
    pub also: Vec<String>,
    /// Customs codes of a port, HS prefixes of a heading.
    pub codes: Vec<String>,
    /// The port or group it is part of.
    pub part_of: Option<String>,
}

/// All lists of a run.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    pub files: Vec<ListFile>,
    /// Every spelling as it was added, with the number of its row: the last one counts.
    spelled: Vec<(ListKind, String, usize)>,
    pub countries: Vec<Listed>,
    pub ports: Vec<Listed>,
    pub headings: Vec<Listed>,
}

impl ListKind {
    /// The heading of its first column.
    pub fn as_str(self) -> &'static str {
        match self {
            ListKind::Countries => "country",
            ListKind::Ports => "port",
            ListKind::Headings => "heading",
        }
    }
}

impl Lists {
    /// Reads a list and adds its rows.
    ///
    /// # Errors
    /// All that is wrong with it, by line.
    pub fn add(&mut self, name: &str, text: &str, built_in: bool) -> Result<(), Vec<LoadError>> {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter(text))
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let source = Source::new(name, text);
        let fault =
            |line: u64, what: String| source.at(usize::try_from(line).unwrap_or(0)).error(what);
        let (mut notes, mut errors, mut head) = (Vec::new(), Vec::new(), None);
        let mut sources: Vec<String> = Vec::new();
        let mut parts: Vec<(u64, String, String)> = Vec::new();
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(e) => return Err(vec![LoadError::of_file(name, e.to_string())]),
            };
            let line = record.position().map_or(0, csv::Position::line);
            let cells: Vec<&str> = record.iter().map(str::trim).collect();
            if let Some(note) = cells.first().and_then(|c| c.strip_prefix('#')) {
                let rest = cells.iter().skip(1).filter(|c| !c.is_empty());
                let note = std::iter::once(note.trim()).chain(rest.copied());
                notes.push(note.collect::<Vec<_>>().join(", "));
                continue;
            }
            let Some((kind, columns)) = &head else {
                let found = kind_of(&cells).map_err(|what| vec![fault(line, what)])?;
                head = Some((found, cells.iter().map(|c| (*c).to_string()).collect()));
                continue;
            };
            let columns: &Vec<String> = columns;
            if cells.iter().skip(columns.len()).any(|c| !c.is_empty()) {
                let what = "a cell of this row stands under no heading";
                errors.push(fault(line, what.to_string()));
                continue;
            }
            let get = |column: &str| {
                let at = columns.iter().position(|c| c == column);
                at.and_then(|at| cells.get(at)).copied().unwrap_or("")
            };
            let source = get("source").to_string();
            if !source.is_empty() && !sources.contains(&source) {
                sources.push(source);
            }
            if !get("part_of").is_empty() {
                parts.push((line, get("port").to_string(), get("part_of").to_string()));
            }
            if let Err(what) = self.take(*kind, &get) {
                errors.push(fault(line, what));
            }
        }
        if !sources.is_empty() {
            notes.push(format!("Rows are of: {}.", sources.join(", ")));
        }
        match head {
            Some((kind, _)) => self.files.push(ListFile {
                kind,
                name: name.to_string(),
                text: text.to_string(),
                built_in,
                notes,
            }),
            None => errors.push(LoadError::of_file(name, "this list is empty")),
        }
        // A larger port may stand below its parts.
        for (line, id, of) in parts {
            if self.row(ListKind::Ports, &of).is_none() {
                let ids: Vec<&str> = self.ports.iter().map(|p| p.id.as_str()).collect();
                let near = did_you_mean(&of, &ids);
                let what = format!("{id} is part of `{of}`, which is no port of the list{near}");
                errors.push(fault(line, what));
            }
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    pub fn rows(&self, kind: ListKind) -> &[Listed] {
        match kind {
            ListKind::Countries => &self.countries,
            ListKind::Ports => &self.ports,
            ListKind::Headings => &self.headings,
        }
    }

    fn rows_mut(&mut self, kind: ListKind) -> &mut Vec<Listed> {
        match kind {
            ListKind::Countries => &mut self.countries,
            ListKind::Ports => &mut self.ports,
            ListKind::Headings => &mut self.headings,
        }
    }

    /// The row of an id.
    pub fn row(&self, kind: ListKind, id: &str) -> Option<&Listed> {
        self.rows(kind).iter().find(|r| r.id == id)
    }

    /// The files of a kind, ours first.
    pub fn files(&self, kind: ListKind) -> impl Iterator<Item = &ListFile> {
        self.files.iter().filter(move |f| f.kind == kind)
    }

    /// Puts spellings where values are normalised by them.
    pub fn spell(&self, words: &mut Words) {
        for (kind, spelling, number) in &self.spelled {
            let Some(row) = self.rows(*kind).get(*number) else {
                continue;
            };
            match kind {
                ListKind::Countries => {
                    words.countries.insert(squeeze(spelling), row.id.clone());
                }
                ListKind::Ports => {
                    words.ports.insert(fold(spelling), row.name.en.clone());
                }
                ListKind::Headings => {}
            }
        }
        for country in &self.countries {
            if let Some(group) = &country.part_of {
                let code = country.id.clone();
                words.country_groups.insert(code, group.clone());
            }
        }
    }

    /// Takes a row: a new one, or more of one that is known.
    fn take<'r>(&mut self, kind: ListKind, get: &dyn Fn(&str) -> &'r str) -> Result<(), String> {
        let id = get(kind.as_str());
        if id.is_empty() || id == ALL {
            return Err(format!("the {} of this row is missing", kind.as_str()));
        }
        let many = |columns: &[&str]| -> Vec<String> {
            let cells = columns.iter().flat_map(|c| get(c).split('|'));
            let cells = cells.map(str::trim).filter(|c| !c.is_empty());
            cells.map(str::to_string).collect()
        };
        let (words, also, codes, part_of) = match kind {
            ListKind::Countries => (
                many(&[kind.as_str(), "code3", "zh", "en", "also"]),
                Vec::new(),
                Vec::new(),
                get("group"),
            ),
            ListKind::Ports => (
                many(&["en", "zh", "also", "unlocode"]),
                Vec::new(),
                many(&["customs"]),
                get("part_of"),
            ),
            ListKind::Headings => {
                let hs = many(&["hs"]);
                let codes = if hs.is_empty() {
                    vec![id.to_string()]
                } else {
                    hs
                };
                let digits = |c: &String| c.len() >= 2 && c.bytes().all(|b| b.is_ascii_digit());
                if let Some(code) = codes.iter().find(|c| !digits(c)) {
                    return Err(format!("`{code}` is no beginning of an HS code"));
                }
                let also = many(&["also_zh", "also_en"]);
                (many(&["words_en", "words_zh"]), also, codes, "")
            }
        };
        let number = self.rows(kind).iter().position(|r| r.id == id);
        let number = number.unwrap_or(self.rows(kind).len());
        let spelled = words.iter().chain(&codes);
        let spelled = spelled
            .map(|s| (kind, s.clone(), number))
            .collect::<Vec<_>>();
        self.spelled.extend(spelled);
        let rows = self.rows_mut(kind);
        let Some(known) = rows.get_mut(number) else {
            let (en, zh) = (get("en"), get("zh"));
            if en.is_empty() && zh.is_empty() {
                return Err(format!("{id} is new and has no name (en, zh)"));
            }
            if kind == ListKind::Headings && words.is_empty() {
                return Err(format!("{id} is new and has no words (words_zh, words_en)"));
            }
            rows.push(Listed {
                id: id.to_string(),
                name: Say::new(
                    if en.is_empty() { zh } else { en },
                    if zh.is_empty() { en } else { zh },
                ),
                words,
                also,
                codes,
                part_of: (!part_of.is_empty()).then(|| part_of.to_string()),
            });
            return Ok(());
        };
        if !part_of.is_empty() && known.part_of.as_deref() != Some(part_of) {
            let of = known.part_of.as_deref().unwrap_or("nothing");
            return Err(format!(
                "{id} is part of {of} by another row, here of {part_of}"
            ));
        }
        for (list, more) in [
            (&mut known.words, words),
            (&mut known.also, also),
            (&mut known.codes, codes),
        ] {
            for text in more {
                if !list.contains(&text) {
                    list.push(text);
                }
            }
        }
        Ok(())
    }
}

/// Whether a table is a list, by its first heading.
pub fn is_list(text: &str) -> bool {
    let is_note = |l: &&str| l.starts_with('#') || l.starts_with("\"#");
    let head = text
        .trim_start_matches('\u{feff}')
        .lines()
        .find(|l| !is_note(l));
    let first = head.unwrap_or("").split([',', ';', '\t']).next();
    let first = first.unwrap_or("").trim().trim_matches('"');
    COLUMNS.iter().any(|(kind, _)| kind.as_str() == first)
}

/// What a list with these headings is of.
fn kind_of(cells: &[&str]) -> Result<ListKind, String> {
    let first = cells.first().copied().unwrap_or("");
    let Some((kind, known)) = COLUMNS.iter().find(|(kind, _)| kind.as_str() == first) else {
        let firsts = COLUMNS.map(|(kind, _)| kind.as_str());
        let near = did_you_mean(first, &firsts);
        let known = firsts.join(", ");
        return Err(format!(
            "the first heading is `{first}`{near}; a list begins with one of {known}"
        ));
    };
    for cell in cells.iter().filter(|c| !c.is_empty()) {
        if !known.contains(cell) {
            let near = did_you_mean(cell, known);
            let known = known.join(", ");
            return Err(format!(
                "unknown heading `{cell}`{near}; the headings are {known}"
            ));
        }
    }
    Ok(*kind)
}

/// Spreadsheet programs part cells by what their country does.
fn delimiter(text: &str) -> u8 {
    let head = text
        .lines()
        .find(|l| !l.starts_with(['#', '"']))
        .unwrap_or("");
    let count = |d: &u8| head.bytes().filter(|b| b == d).count();
    let most = [b'\t', b';', b','].into_iter().max_by_key(count);
    most.unwrap_or(b',')
}
