//! `greenlane template`: an empty form of a kind, as CSV, XLSX or YAML.

use super::config::Config;
use super::output::{may_write, write_whole};
use super::rules;
use crate::cli::TemplateArgs;
use crate::model::Kind;
use crate::read::did_you_mean;
use crate::report::transcript;

pub fn run(args: &TemplateArgs) -> anyhow::Result<u8> {
    let here = std::path::Path::new(".");
    let config = Config::load(args.common.config.as_deref(), Some(here))?;
    let rules = rules::load_all(&args.common, &config)?;
    // Nobody fills in what is set aside.
    let kinds = rules.vocabulary.kinds.iter().filter(|k| !k.set_aside);
    let names: Vec<&str> = kinds.clone().map(|k| k.name.as_str()).collect();
    let Some(kind) = kinds.clone().find(|k| k.name == args.kind) else {
        let near = did_you_mean(&args.kind, &names);
        anyhow::bail!(
            "no kind of document is called `{}`{near}; there are {}",
            args.kind,
            names.join(", ")
        );
    };
    let Some(path) = &args.out else {
        super::print(&csv(kind)?, args.common.color)?;
        return Ok(0);
    };
    let name = path.display().to_string();
    let bytes = match path.extension().and_then(|e| e.to_str()) {
        Some("csv") => csv(kind)?.into_bytes(),
        Some("xlsx") => xlsx(kind)?,
        Some("yaml" | "yml") => transcript::form(kind, &rules.vocabulary.fields).into_bytes(),
        _ => anyhow::bail!("{name}: a form is written as .csv, .xlsx or .yaml"),
    };
    let lang = super::language(&args.common, config.lang);
    // A form may have been filled in since.
    may_write(path, [], |there| there == bytes, lang)?;
    write_whole(path, &bytes)?;
    Ok(0)
}

/// Title, labels, column headings: the rows of a form.
fn rows(kind: &Kind) -> Vec<Vec<String>> {
    let (above, columns) = transcript::layout(kind);
    let mut rows = vec![vec![format!("{} {}", kind.title.zh, kind.title.en)]];
    let labels = above.iter().map(|f| vec![f.heading.clone(), String::new()]);
    rows.extend(labels);
    if !columns.is_empty() {
        rows.push(columns.iter().map(|f| f.heading.clone()).collect());
    }
    rows
}

/// With a byte order mark, so that spreadsheet programs show the Chinese right.
fn csv(kind: &Kind) -> anyhow::Result<String> {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows(kind) {
        writer.write_record(&row)?;
    }
    let bytes = writer.into_inner().map_err(|e| anyhow::anyhow!("{e}"))?;
    Ok(format!("\u{feff}{}", String::from_utf8(bytes)?))
}

fn xlsx(kind: &Kind) -> anyhow::Result<Vec<u8>> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let text = rust_xlsxwriter::Format::new().set_num_format("@");
    let sheet = book.add_worksheet();
    for (r, row) in rows(kind).iter().enumerate() {
        for (c, cell) in row.iter().enumerate() {
            sheet.write_string(u32::try_from(r)?, u16::try_from(c)?, cell)?;
        }
    }
    // Codes typed into text cells keep their leading zeros.
    for column in 0..u16::try_from(kind.fields.len())?.max(2) {
        sheet.set_column_format(column, &text)?;
        sheet.set_column_width(column, 22)?;
    }
    crate::report::xlsx::written(&mut book)
}
