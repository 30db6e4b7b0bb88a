//! `greenlane compare`: the grade of two values, or which names of two files find each other.

use super::config::Config;
use super::paths;
use super::session::Session;
use crate::cli::CompareArgs;
use crate::link::{Aliases, Group, pairs};
use crate::model::comparison::{Comparison, FileComparison, Match, Name, Side};
use crate::model::{Document, Field, FieldId, FieldType, Grade, Say, Words};
use crate::normalize::normal::{Normal, Type, compare, normal};
use crate::normalize::{company, stated};
use crate::report::Format;
use crate::{Input, Rules, report};
use anyhow::Context;
use indexmap::IndexMap;
use std::path::Path;

pub fn run(args: &CompareArgs) -> anyhow::Result<u8> {
    let (a, b) = (Path::new(&args.a), Path::new(&args.b));
    let of_files = are_files(a, b)?;
    let start = if of_files { a } else { Path::new(".") };
    let config = Config::load(args.common.config.as_deref(), Some(start))?;
    let offered = [Format::Table, Format::Json];
    let Session {
        config,
        rules,
        lang,
        outputs,
    } = Session::begin(config, &args.common, &args.out, &offered)?;
    let mut aliases = super::aliases::load(&config, &rules)?;
    aliases.at(super::check::today()?);
    for problem in aliases.index(&rules.vocabulary.words) {
        super::check::remark(&format!("{}: {}", problem.path, problem.message.get(lang)));
    }
    let width = super::width();
    let identical;
    if of_files {
        let compared = files(args, &aliases, &config, &rules)?;
        let alike = compared.matches.iter().all(|m| m.grade == Grade::Identical);
        identical = alike && !compared.matches.is_empty();
        outputs.write(|format| {
            let text = match format {
                Format::Json => report::compared::files_json(&compared, lang),
                _ => report::compared::files_table(&compared, lang, width),
            };
            Ok(text.into_bytes())
        })?;
    } else {
        let compared = values(args, &aliases, &rules);
        identical = compared.grade == Grade::Identical;
        outputs.write(|format| {
            let text = match format {
                Format::Json => report::compared::json(&compared, lang),
                _ => report::compared::table(&compared, lang, width),
            };
            Ok(text.into_bytes())
        })?;
    }
    Ok(u8::from(!identical))
}

/// Whether two files are compared, and not two values.
///
/// # Errors
/// One of the two is a file, and the other the path of one that is not there.
fn are_files(a: &Path, b: &Path) -> anyhow::Result<bool> {
    let (file, other) = match (a.is_file(), b.is_file()) {
        (true, true) => return Ok(true),
        (false, false) => return Ok(false),
        (true, false) => (a, b),
        (false, true) => (b, a),
    };
    let text = other.to_string_lossy();
    let ending = other
        .extension()
        .map(|e| e.to_string_lossy().to_lowercase());
    let known = ending.is_some_and(|e| ENDINGS.contains(&e.as_str()));
    let is_path = known || other.is_dir() || text.contains(['/', std::path::MAIN_SEPARATOR]);
    anyhow::ensure!(
        !is_path,
        "{}: no such file, to compare with {}",
        paths::shown(other),
        paths::shown(file)
    );
    Ok(false)
}

/// Endings of the names of documents.
const ENDINGS: [&str; 17] = [
    "xlsx", "xlsm", "xlsb", "xls", "ods", "csv", "tsv", "txt", "md", "html", "htm", "xml", "json",
    "yaml", "yml", "pdf", "docx",
];

/// Why the alias tables say two names are one.
fn joined<'c>(
    aliases: &'c Aliases,
    kind: Type,
    words: &'c Words,
) -> impl Fn(&str, &str) -> Option<Say> + 'c {
    move |a, b| match kind {
        Type::Model => aliases.model(a, b, words),
        Type::Company => aliases.company(a, b, words),
        _ => None,
    }
}

fn values(args: &CompareArgs, aliases: &Aliases, rules: &Rules) -> Comparison {
    let words = &rules.vocabulary.words;
    let kind = args.kind.unwrap_or_else(|| guess(&args.a, &args.b, words));
    let joined = joined(aliases, kind, words)(&args.a, &args.b);
    let compared = compare(kind, &args.a, &args.b, words, joined);
    Comparison {
        kind: kind.as_str(),
        guessed: args.kind.is_none(),
        a: side(&args.a, normal(kind, &args.a, words)),
        b: side(&args.b, normal(kind, &args.b, words)),
        grade: compared.grade,
        reason: compared.reason,
    }
}

fn side(raw: &str, normal: Normal) -> Side {
    Side {
        raw: raw.to_string(),
        normal: normal.text,
        steps: normal.steps.iter().map(|s| s.say()).collect(),
        fault: normal.fault,
    }
}

/// A company where one of the two ends in a legal form, else a model.
fn guess(a: &str, b: &str, words: &Words) -> Type {
    let has_form = |raw: &str| company::parts(raw, words).form.is_some();
    if has_form(a) || has_form(b) {
        Type::Company
    } else {
        Type::Model
    }
}

fn files(
    args: &CompareArgs,
    aliases: &Aliases,
    config: &Config,
    rules: &Rules,
) -> anyhow::Result<FileComparison> {
    let kind = args.kind.unwrap_or(Type::Model);
    anyhow::ensure!(
        matches!(kind, Type::Model | Type::Company),
        "the names of two files are compared --as model or --as company"
    );
    let words = &rules.vocabulary.words;
    let a = names(Path::new(&args.a), kind, config, rules)?;
    let b = names(Path::new(&args.b), kind, config, rules)?;
    let list = |names: &IndexMap<String, Name>| -> Vec<String> { names.keys().cloned().collect() };
    let pairs = pairs::pair(
        kind,
        &list(&a),
        &list(&b),
        words,
        joined(aliases, kind, words),
    );
    let name = |names: &IndexMap<String, Name>, i: Option<usize>| {
        i.and_then(|i| names.get_index(i)).map(|(_, n)| n.clone())
    };
    let matches = pairs
        .into_iter()
        .map(|pair| Match {
            a: name(&a, pair.a),
            b: name(&b, pair.b),
            grade: pair.compared.grade,
            reason: pair.compared.reason,
        })
        .collect();
    Ok(FileComparison {
        kind: kind.as_str(),
        a: paths::shown(Path::new(&args.a)),
        b: paths::shown(Path::new(&args.b)),
        matches,
    })
}

/// The names of a file, each once, in the order they stand in: the fields of the type where the
/// file was understood, else its first column.
fn names(
    path: &Path,
    kind: Type,
    config: &Config,
    rules: &Rules,
) -> anyhow::Result<IndexMap<String, Name>> {
    let shown = paths::shown(path);
    let input = Input {
        content: paths::read_file(path, &shown, rules.manner.limits.file_bytes),
        hint: config.hint(&shown),
        path: shown.clone(),
    };
    let file = crate::understand_one(&input, rules);
    if let Some(problem) = file.problems.iter().find(|p| p.blocks) {
        anyhow::bail!("{shown}: {}", problem.message.en);
    }
    let mut names: IndexMap<String, Name> = IndexMap::new();
    let described = match kind {
        Type::Model => described_models(&file.documents, rules),
        _ => Vec::new(),
    };
    let mut described = described.into_iter();
    for document in &file.documents {
        let found = named(document, kind, rules).into_iter();
        for (raw, at) in found.chain(described.next().into_iter().flatten()) {
            if stated::is_unstated(&raw, &rules.vocabulary.words) {
                continue;
            }
            names
                .entry(raw.clone())
                .and_modify(|n| n.times += 1)
                .or_insert(Name { raw, at, times: 1 });
        }
    }
    (!names.is_empty())
        .then_some(names)
        .with_context(|| format!("{shown}: no names of the kind asked for were found"))
}

/// By document the models of declared lines that stand in no column of their own, where a check
/// finds them: in the specification, in the elements.
fn described_models(documents: &[Document], rules: &Rules) -> Vec<Vec<(String, String)>> {
    let mut found = vec![Vec::new(); documents.len()];
    let group = Group::new(
        "",
        documents,
        &rules.vocabulary,
        Aliases::default(),
        Vec::new(),
    );
    for line in group.shipments.iter().flat_map(|s| &s.lines) {
        let model = line.model.filter(|m| m.field.id != FieldId::MODEL);
        let at = model.and_then(|m| {
            let document = group.document(m.document)?;
            let at = document.spot(&m.field).at(document.part.as_deref());
            Some((m.document as usize, (group.raw(&m).to_string(), at)))
        });
        if let Some((number, name)) = at
            && let Some(names) = found.get_mut(number)
        {
            names.push(name);
        }
    }
    found
}

fn named(document: &Document, kind: Type, rules: &Rules) -> Vec<(String, String)> {
    let wanted = match kind {
        Type::Company => FieldType::Company,
        _ => FieldType::Model,
    };
    let understood = &document.understood;
    let part = document.part.as_deref();
    let of_kind = understood
        .kind
        .as_deref()
        .and_then(|k| rules.vocabulary.kinds.iter().find(|v| v.name == k));
    let is_wanted =
        |f: &&Field| of_kind.is_some_and(|k| k.field(f.id).is_some_and(|f| f.field_type == wanted));
    let records = understood
        .records
        .iter()
        .flat_map(|r| understood.record_fields(r));
    let found: Vec<(String, String)> = understood
        .header
        .fields
        .iter()
        .chain(records)
        .filter(is_wanted)
        .map(|f| (document.raw(f).to_string(), document.spot(f).at(part)))
        .collect();
    if !found.is_empty() || of_kind.is_some() {
        return found;
    }
    let grid = &document.grid;
    (0..grid.cells.len())
        .filter(|c| grid.cells.get(*c).is_some_and(|c| c.x0 == 0))
        .map(|c| (grid.cell_text(c).to_string(), grid.spot(c).at(part)))
        .collect()
}
