//! The alias tables a configuration names, read once for a run.

use super::config::Config;
use super::paths;
use crate::extract::Hint;
use crate::link::{Aliases, Joins, of_document};
use crate::{Input, Rules};

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
        let file = crate::understand(&input, rules);
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
