//! Kinds, words and packs: the built-in ones, then the user's.

use super::builtin;
use super::config::Config;
use crate::Rules;
use crate::cli::CommonArgs;
use crate::extract::{KindSource, Vocabulary};
use crate::pack::{Pack, PackSource, load};
use crate::read::{Limits, LoadError, Manner, did_you_mean};
use anyhow::Context;
use std::path::Path;
use std::sync::Arc;

/// Loads all rules a run needs.
///
/// # Errors
/// Every error of every rules file, with file, line and column.
pub fn load_all(args: &CommonArgs, config: &Config) -> anyhow::Result<Rules> {
    Ok(load_chosen(&[], args, config)?.0)
}

/// Loads all rules and those of further files and folders. Which packs are meant: those named by id
/// and those the files hold or change; all when none is named.
///
/// # Errors
/// As `load_all`; a name that is neither.
pub fn load_chosen(
    named: &[String],
    args: &CommonArgs,
    config: &Config,
) -> anyhow::Result<(Rules, Vec<String>)> {
    let mut kinds = owned("rules/documents", builtin::DOCUMENTS);
    let mut packs: Vec<PackSource> = sources(owned("rules/lanes", builtin::PACKS), true);
    for folder in args.rules.iter().chain(&config.rules) {
        anyhow::ensure!(
            folder.is_dir(),
            "{}: no such folder of rules",
            folder.display()
        );
        kinds.extend(yaml_files(&folder.join("documents"))?);
        packs.extend(sources(yaml_files(&folder.join("lanes"))?, false));
    }
    let mut ids: Vec<&str> = Vec::new();
    let mut files: Vec<String> = Vec::new();
    for name in named {
        let path = Path::new(name);
        if !path.exists() {
            ids.push(name);
            continue;
        }
        let found = if path.is_dir() {
            yaml_files(path)?
        } else {
            vec![(name.clone(), read_text(path)?)]
        };
        files.extend(found.iter().map(|(name, _)| name.clone()));
        packs.extend(sources(found, false));
    }
    let sources: Vec<KindSource<'_>> = kinds
        .iter()
        .map(|(name, text)| KindSource { name, text })
        .collect();
    let words = KindSource {
        name: builtin::WORDS.0,
        text: builtin::WORDS.1,
    };
    let mut vocabulary = Vocabulary::load(&sources, &words).map_err(|e| all(&e))?;
    for heading in &config.headings {
        anyhow::ensure!(
            vocabulary.add_user_label(&heading.kind, &heading.field, &heading.label),
            "{}: headings: the kind {} has no field {}",
            config.file,
            heading.kind,
            heading.field
        );
    }
    let packs = load(&packs, &config.parameters, &vocabulary).map_err(|e| all(&e))?;
    let mut limits = Limits::default();
    for limit in config.limits.iter().chain(&args.limit) {
        limits.set(limit).map_err(anyhow::Error::msg)?;
    }
    let known: Vec<&str> = packs.iter().map(|p| p.id.as_str()).collect();
    for id in &ids {
        let near = did_you_mean(id, &known);
        anyhow::ensure!(
            known.contains(id),
            "no pack and no file is called `{id}`{near}"
        );
    }
    let of_files = |pack: &&Pack| {
        let changed = pack.changed_by();
        files.iter().any(|f| *f == pack.file || changed.contains(f))
    };
    let meant =
        |pack: &&Pack| named.is_empty() || ids.contains(&pack.id.as_str()) || of_files(pack);
    let chosen = packs.iter().filter(meant).map(|p| p.id.clone()).collect();
    let manner = Manner {
        limits,
        papers: Arc::new(vocabulary.papers()),
        encoding: None,
    };
    let rules = Rules {
        vocabulary,
        packs,
        manner,
    };
    Ok((rules, chosen))
}

/// All errors as one, each on lines of its own.
pub fn all(errors: &[LoadError]) -> anyhow::Error {
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    anyhow::anyhow!("{}", texts.join("\n"))
}

fn sources(files: Vec<(String, String)>, built_in: bool) -> Vec<PackSource> {
    let source = |(name, text)| PackSource {
        name,
        text,
        built_in,
    };
    files.into_iter().map(source).collect()
}

/// Built-in files, named by where they stand in the project.
fn owned(folder: &str, files: &[(&str, &str)]) -> Vec<(String, String)> {
    files
        .iter()
        .map(|(name, text)| (format!("{folder}/{name}"), (*text).to_string()))
        .collect()
}

fn yaml_files(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let is_yaml = path.extension().is_some_and(|e| e == "yaml" || e == "yml");
        anyhow::ensure!(
            is_yaml && path.is_file(),
            "{}: not a YAML file; a folder of rules holds nothing else",
            path.display()
        );
        files.push(path);
    }
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let text = read_text(&path)?;
            Ok((path.display().to_string(), text))
        })
        .collect()
}

/// The text of a rules or configuration file.
pub fn read_text(path: &Path) -> anyhow::Result<String> {
    let name = || path.display().to_string();
    let bytes = std::fs::read(path).with_context(name)?;
    String::from_utf8(bytes).map_err(|e| {
        let valid = e.utf8_error().valid_up_to();
        let before = e.as_bytes().get(..valid).unwrap_or(&[]);
        let line = 1 + before.iter().filter(|b| **b == b'\n').count();
        anyhow::anyhow!("{}:{line}: not UTF-8; save the file as UTF-8", name())
    })
}
