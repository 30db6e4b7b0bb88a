//! Where a command's results go.

use crate::report::Format;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Where a report goes.
#[derive(Debug, Args)]
pub struct OutArgs {
    /// Format on standard output
    #[arg(long, value_enum, default_value = "table", hide_possible_values = true)]
    #[arg(help = format!("Format on standard output: {FORMATS}"))]
    pub format: Format,
    /// Write a file too, e.g. html=report.html; may be given several times. marked=FOLDER writes copies
    /// of the documents with the wrong cells coloured
    #[arg(long, value_name = "FORMAT=PATH", value_parser = format_and_path)]
    pub out: Vec<(Format, PathBuf)>,
}

impl Default for OutArgs {
    fn default() -> OutArgs {
        OutArgs {
            format: Format::Table,
            out: Vec::new(),
        }
    }
}

impl OutArgs {
    /// Whether a format is asked for.
    pub fn asks(&self, format: Format) -> bool {
        self.format == format || self.out.iter().any(|(asked, _)| *asked == format)
    }

    /// Whether an output draws the documents.
    pub fn draws(&self) -> bool {
        self.asks(Format::Html) || self.asks(Format::Xlsx)
    }
}

const FORMATS: &str = "table, json; of verdicts also jsonl, csv, markdown, sarif, junit, github, gitlab, html, xlsx, marked";

/// `html=report.html`.
fn format_and_path(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, path) = text
        .split_once('=')
        .filter(|(_, path)| !path.is_empty())
        .ok_or("write it as FORMAT=PATH, e.g. html=report.html")?;
    Ok((Format::from_str(format, true)?, PathBuf::from(path)))
}
