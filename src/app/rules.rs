//! Kinds, words and packs: the built-in ones, then the user's.

use super::builtin;
use super::config::Config;
use crate::Rules;
use crate::cli::CommonArgs;
use crate::extract::{KindSource, Vocabulary};
use crate::pack::{Override, Pack, load};
use crate::read::{Limits, LoadError, Manner};
use anyhow::Context;
use std::path::Path;
use std::sync::Arc;

/// Loads all rules a run needs.
///
/// # Errors
/// Every error of every rules file, with file, line and column.
pub fn load_all(args: &CommonArgs, config: &Config) -> anyhow::Result<Rules> {
    let mut kinds: Vec<(String, String)> = owned(builtin::DOCUMENTS);
    let mut packs: Vec<(String, String)> = owned(builtin::PACKS);
    for folder in args.rules.iter().chain(&config.rules) {
        anyhow::ensure!(
            folder.is_dir(),
            "{}: no such folder of rules",
            folder.display()
        );
        kinds.extend(yaml_files(&folder.join("documents"))?);
        packs.extend(yaml_files(&folder.join("lanes"))?);
    }
    let sources: Vec<KindSource<'_>> = kinds
        .iter()
        .map(|(name, text)| KindSource { name, text })
        .collect();
    let words = KindSource {
        name: builtin::WORDS.0,
        text: builtin::WORDS.1,
    };
    let mut vocabulary = Vocabulary::load(&sources, &words).map_err(|e| all(&[e]))?;
    for heading in &config.headings {
        anyhow::ensure!(
            vocabulary.add_user_label(&heading.kind, &heading.field, &heading.label),
            "{}: headings: the kind {} has no field {}",
            config.file,
            heading.kind,
            heading.field
        );
    }
    let packs = compile(&packs, &config.parameters)?;
    let mut limits = Limits::default();
    for limit in config.limits.iter().chain(&args.limit) {
        limits.set(limit).map_err(anyhow::Error::msg)?;
    }
    let manner = Manner {
        limits,
        papers: Arc::new(vocabulary.papers()),
        encoding: None,
    };
    Ok(Rules {
        vocabulary,
        packs,
        manner,
    })
}

fn compile(files: &[(String, String)], overrides: &[Override]) -> anyhow::Result<Vec<Pack>> {
    let mut packs: Vec<Pack> = Vec::new();
    let mut errors: Vec<LoadError> = Vec::new();
    for (name, text) in files {
        match load(name, text, overrides) {
            Ok(pack) => {
                // A user's pack of the same id takes the place of the built-in one.
                packs.retain(|p| p.id != pack.id);
                packs.push(pack);
            }
            Err(found) => errors.extend(found),
        }
    }
    for change in overrides {
        if !packs.iter().any(|p| p.id == change.pack) {
            let what = format!("parameters: there is no pack {}", change.pack);
            errors.push(LoadError::new(&change.file, "", 0, 0, what));
        }
    }
    if errors.is_empty() {
        Ok(packs)
    } else {
        Err(all(&errors))
    }
}

/// All errors as one, each on lines of its own.
fn all(errors: &[LoadError]) -> anyhow::Error {
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    anyhow::anyhow!("{}", texts.join("\n"))
}

fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files
        .iter()
        .map(|(name, text)| ((*name).to_string(), (*text).to_string()))
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
            let text =
                std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            Ok((path.display().to_string(), text))
        })
        .collect()
}
