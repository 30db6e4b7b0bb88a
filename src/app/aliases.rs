//! The alias tables a configuration names, read once for a run.

use super::config::Config;
use super::paths;
use crate::extract::Hint;
use crate::link::{Aliases, Joins, of_document};
use crate::model::{Problem, Spot};
use crate::read::{At, LoadError, Written};
use crate::{Input, Rules};
use std::collections::BTreeMap;

/// The configuration's aliases: its own lists and those of the files it names.
///
/// # Errors
/// A file that cannot be read, or holds no aliases.
pub fn load(config: &Config, rules: &Rules) -> anyhow::Result<Aliases> {
    let mut aliases = config.aliases.clone();
    for (joins, path) in &config.alias_files {
        let name = paths::shown(path);
        let (kind, first) = match joins {
            Joins::Companies => ("company-aliases", "name"),
            Joins::Models => ("model-aliases", "model"),
        };
        let input = Input {
            content: paths::read_file(path, &name, rules.manner.limits.file_bytes),
            hint: Hint {
                kind: Some(kind.to_string()),
                ..config.hint(&name)
            },
            path: name.clone(),
        };
        let file = crate::understand_one(&input, rules);
        if let Some(problem) = file.problems.iter().find(|p| p.blocks) {
            anyhow::bail!("{}: aliases: {name}: {}", config.file, problem.message.en);
        }
        let found: Vec<_> = file.documents.iter().flat_map(of_document).collect();
        anyhow::ensure!(
            !found.is_empty(),
            "{}: aliases: {name}: no aliases found; it needs columns such as {first}, alias, reason, from, until",
            config.file
        );
        found.into_iter().for_each(|alias| aliases.add(alias));
    }
    Ok(aliases)
}

/// What is wrong with the aliases of a configuration and its tables: days that make no sense, names
/// that say nothing or stand twice, groups of one name.
pub fn faults(config: &Config, rules: &Rules) -> Vec<LoadError> {
    let mut errors = Vec::new();
    let written = config.written.as_ref();
    let items = |joins: Joins| {
        let path = ["aliases", joins.key()];
        written.map_or(&[][..], |w| w.items_at(&path))
    };
    let groups: Vec<&Written> = [Joins::Companies, Joins::Models]
        .into_iter()
        .flat_map(items)
        .collect();
    for group in &groups {
        let names = group.get("names").unwrap_or(group).items();
        if names.len() < 2 {
            errors.push(group.at.error("a group joins two names and more"));
        }
    }
    let mut aliases = match load(config, rules) {
        Ok(aliases) => aliases,
        Err(e) => {
            errors.push(LoadError::of_file(&config.file, format!("{e:#}")));
            config.aliases.clone()
        }
    };
    let by_line: BTreeMap<usize, &At> = groups.iter().rev().map(|g| (g.at.line, &g.at)).collect();
    for problem in aliases.index(&rules.vocabulary.words) {
        errors.push(error(&problem, &by_line, config));
    }
    errors
}

/// A problem of an alias at the place where it is written.
fn error(problem: &Problem, by_line: &BTreeMap<usize, &At>, config: &Config) -> LoadError {
    let what = problem.message.en.as_str();
    let line = match problem.spot {
        Spot::Line { line } if problem.path == config.file => line as usize + 1,
        _ => 0,
    };
    match by_line.get(&line) {
        Some(at) => at.error(what),
        None => {
            let at = problem.spot.at(problem.part.as_deref());
            LoadError::of_file(&problem.path, format!("{at}: {what}"))
        }
    }
}
