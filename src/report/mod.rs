//! A report → text for people or machines; one file per output. Nothing from a document reaches a
//! terminal, a page or a spreadsheet as code. The formats are an enum with one match and no trait: a
//! writer takes only what it needs (no language, no look), and one that is missing does not compile.

mod annotations;
pub mod cases;
pub mod compared;
pub mod confirm;
pub mod escape;
pub mod export;
mod html;
pub mod inventory;
pub mod json;
pub mod junit;
pub mod lanes;
mod markdown;
pub mod paint;
mod rows;
mod sarif;
pub mod seal;
pub mod summary;
pub mod table;
pub mod transcript;
pub mod understood;
pub mod words;
pub mod xlsx;

use crate::model::{Lang, Report};

/// What a report can be written as; what a command offers of it is its own matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Format {
    Table,
    Json,
    Jsonl,
    Csv,
    Markdown,
    Sarif,
    Junit,
    Github,
    Gitlab,
    Html,
    Xlsx,
    /// Copies of the files themselves, into a folder.
    Marked,
    Yaml,
}

impl Format {
    /// What a judged run is written as.
    pub const OF_A_RUN: [Format; 11] = [
        Format::Table,
        Format::Json,
        Format::Jsonl,
        Format::Csv,
        Format::Markdown,
        Format::Sarif,
        Format::Junit,
        Format::Github,
        Format::Gitlab,
        Format::Html,
        Format::Xlsx,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Format::Table => "table",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
            Format::Csv => "csv",
            Format::Markdown => "markdown",
            Format::Sarif => "sarif",
            Format::Junit => "junit",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
            Format::Html => "html",
            Format::Xlsx => "xlsx",
            Format::Marked => "marked",
            Format::Yaml => "yaml",
        }
    }
}

/// A judged run in a format; a table looks as asked.
///
/// # Errors
/// The format is none of a run, or its writer fails.
pub fn render(
    report: &Report,
    format: Format,
    lang: Lang,
    look: table::Look,
) -> anyhow::Result<Vec<u8>> {
    let text = match format {
        Format::Table => table::render(report, lang, look),
        Format::Json => json::render(report, lang),
        Format::Jsonl => json::lines(report, lang),
        Format::Csv => rows::render(report, lang)?,
        Format::Markdown => markdown::render(report, lang),
        Format::Sarif => sarif::render(report, lang),
        Format::Junit => junit::render(report, lang)?,
        Format::Github => annotations::github(report, lang),
        Format::Gitlab => annotations::gitlab(report, lang),
        Format::Html => html::render(report, lang),
        Format::Xlsx => return xlsx::render(report, lang),
        Format::Marked | Format::Yaml => {
            anyhow::bail!("a run is not one text of the format {}", format.as_str())
        }
    };
    Ok(text.into_bytes())
}

/// Whether a file is a report greenlane wrote: it may be renewed, and is no document.
pub fn is_own(bytes: &[u8]) -> bool {
    own_schema(bytes).is_some()
}

/// The schema of a report greenlane wrote, whatever its format; told by how it begins or ends.
pub fn own_schema(bytes: &[u8]) -> Option<&'static str> {
    const ENDS: usize = 4096;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head = String::from_utf8_lossy(bytes.get(..ENDS).unwrap_or(bytes));
    let last = bytes.get(bytes.len().saturating_sub(ENDS)..);
    let tail = String::from_utf8_lossy(last.unwrap_or(bytes));
    // A table is broken into lines of any width.
    let words = |text: &str| text.split_whitespace().collect::<String>();
    let told = |lang| words(&tail).contains(&words(table::notice(lang)));
    if head.contains(seal::VERIFIED) {
        return Some(seal::VERIFIED);
    }
    if head.contains(inventory::SCHEMA) {
        return Some(inventory::SCHEMA);
    }
    let own = head == "[]\n"
        || head.contains(json::SCHEMA)
        || tail.contains(json::SCHEMA)
        || head.contains(annotations::ENGINE)
        || head.starts_with(&rows::HEAD.join(","))
        || head.starts_with("::") && tail.contains("title=greenlane::")
        || head.starts_with("PK") && xlsx::is_own(bytes)
        || !head.contains('{') && (told(Lang::En) || told(Lang::Zh));
    own.then_some(json::SCHEMA)
}
