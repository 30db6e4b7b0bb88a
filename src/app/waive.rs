//! `greenlane waive`: writes rows into the table of waivers.

use super::config::Config;
use super::output::write_whole;
use super::paths::shown;
use crate::cli::WaiveArgs;
use crate::judge::{Waivers, waiver_key};
use anyhow::Context;
use std::path::Path;

/// The headings of a table that is begun.
const HEAD: [&str; 4] = ["fingerprint", "reason", "who", "until"];

pub fn run(args: &WaiveArgs) -> anyhow::Result<u8> {
    let config = Config::load(args.common.config.as_deref(), Some(Path::new(".")))?;
    let default = Path::new("waivers.csv");
    let file = args
        .waivers
        .as_deref()
        .or(config.waivers.as_deref())
        .unwrap_or(default);
    let name = shown(file);
    for print in &args.fingerprints {
        let hex = print.len() == 16 && print.bytes().all(|b| b.is_ascii_hexdigit());
        anyhow::ensure!(
            hex,
            "{print}: no fingerprint of a finding (16 letters and digits, as reports give it)"
        );
    }
    args.until.parse::<jiff::civil::Date>().map_err(|_| {
        anyhow::anyhow!(
            "--until: not a date: {} (write it as 2026-06-01)",
            args.until
        )
    })?;
    let before = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(e) => return Err(e).with_context(|| name.clone()),
    };
    let table = file
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    let text = match table {
        true => as_rows(args, &before)?,
        false => as_items(args, &before)?,
    };
    // What is written can be read again, or is not written.
    let files = [(name.clone(), text.clone())];
    let rules = super::rules::load_all(&args.common, &config)?;
    let ids = rules.packs.iter().flat_map(|p| &p.rules);
    let ids: Vec<&str> = ids.map(|r| r.id.as_str()).collect();
    Waivers::parse(&files, &ids).map_err(|e| super::rules::all(&e))?;
    write_whole(file, text.as_bytes())?;
    super::check::remark(&format!("{name}: {} written", args.fingerprints.len()));
    Ok(0)
}

fn value<'a>(args: &'a WaiveArgs, print: &'a str, key: &str) -> &'a str {
    match key {
        "fingerprint" => print,
        "reason" => &args.reason,
        "who" => &args.who,
        "until" => &args.until,
        _ => "",
    }
}

/// The rows, in the columns the table has.
fn as_rows(args: &WaiveArgs, before: &str) -> anyhow::Result<String> {
    let mut head: Vec<String> = match before.lines().next() {
        Some(_) => {
            let mut reader =
                csv::Reader::from_reader(before.trim_start_matches('\u{feff}').as_bytes());
            reader
                .headers()?
                .iter()
                .map(|h| waiver_key(h.trim()).to_string())
                .collect()
        }
        None => Vec::new(),
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    if head.is_empty() {
        head = HEAD.map(str::to_string).to_vec();
        writer.write_record(&head)?;
    }
    for key in HEAD {
        anyhow::ensure!(
            head.iter().any(|h| h == key),
            "the table of waivers has no column {key}"
        );
    }
    for print in &args.fingerprints {
        writer.write_record(head.iter().map(|key| value(args, print, key)))?;
    }
    let rows = String::from_utf8(writer.into_inner()?)?;
    let gap = if before.is_empty() || before.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    Ok(format!("{before}{gap}{rows}"))
}

/// The items of a list; JSON strings are YAML.
fn as_items(args: &WaiveArgs, before: &str) -> anyhow::Result<String> {
    let mut text = before.to_string();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for print in &args.fingerprints {
        let pairs: Vec<String> = HEAD
            .iter()
            .map(|key| {
                Ok(format!(
                    "{key}: {}",
                    serde_json::to_string(value(args, print, key))?
                ))
            })
            .collect::<anyhow::Result<_>>()?;
        text.push_str(&format!("- {{{}}}\n", pairs.join(", ")));
    }
    Ok(text)
}
