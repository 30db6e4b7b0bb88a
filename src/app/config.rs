//! `greenlane.yaml`: found from the first path upwards, or named.

use crate::check::Parameter;
use crate::cli::{FailOnArg, LangArg};
use crate::extract::Hint;
use crate::link::{Alias, Aliases, Joins};
use crate::pack::Override;
use crate::read::{Encoding, from_yaml, named_encoding};
use anyhow::Context;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub const FILE_NAME: &str = "greenlane.yaml";

/// An extra heading or label.
pub struct Heading {
    pub kind: String,
    pub field: String,
    pub label: String,
}

/// The configuration in force; all paths resolved against its folder.
#[derive(Default)]
pub struct Config {
    /// Where it stands; empty when there is none.
    pub file: String,
    pub lanes: Vec<String>,
    pub rules: Vec<PathBuf>,
    pub references: Vec<PathBuf>,
    pub aliases: Aliases,
    /// Tables of aliases the configuration names.
    pub alias_files: Vec<(Joins, PathBuf)>,
    pub headings: Vec<Heading>,
    pub files: Vec<(String, Hint)>,
    pub ignore: Vec<String>,
    /// `NAME=VALUE`, as after `--limit`.
    pub limits: Vec<String>,
    pub parameters: Vec<Override>,
    pub fail_on: Option<FailOnArg>,
    pub lang: Option<LangArg>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ConfigFile {
    lanes: Vec<String>,
    rules: Vec<PathBuf>,
    references: BTreeMap<String, PathBuf>,
    aliases: AliasLists,
    /// kind → field → labels
    headings: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// file name pattern → what it is
    files: BTreeMap<String, FileEntry>,
    ignore: Vec<String>,
    limits: Vec<String>,
    /// pack → parameter → value
    parameters: BTreeMap<String, BTreeMap<String, Parameter>>,
    fail_on: Option<FailOnArg>,
    lang: Option<LangName>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct AliasLists {
    companies: AliasList,
    models: AliasList,
}

/// Groups of names, or the file that holds them.
#[derive(Deserialize)]
#[serde(untagged)]
enum AliasList {
    File(PathBuf),
    Groups(Vec<AliasEntry>),
}

impl Default for AliasList {
    fn default() -> AliasList {
        AliasList::Groups(Vec::new())
    }
}

/// Names of one company or model: bare, or with a reason and the days they hold.
#[derive(Deserialize)]
#[serde(untagged)]
enum AliasEntry {
    Names(Vec<String>),
    Reasoned(ReasonedNames),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReasonedNames {
    names: Vec<String>,
    reason: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
}

impl AliasEntry {
    /// The first name is the one the others stand under.
    fn add_to(self, aliases: &mut Aliases, joins: Joins, file: &str) {
        let entry = match self {
            AliasEntry::Reasoned(entry) => entry,
            AliasEntry::Names(names) => ReasonedNames {
                names,
                reason: String::new(),
                from: String::new(),
                until: String::new(),
            },
        };
        let Some((first, rest)) = entry.names.split_first() else {
            return;
        };
        for other in rest {
            let mut alias = Alias::new(joins, first, other);
            alias.reason.clone_from(&entry.reason);
            alias.from.clone_from(&entry.from);
            alias.until.clone_from(&entry.until);
            alias.path = file.to_string();
            aliases.add(alias);
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileEntry {
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    skip_sheets: Vec<String>,
    #[serde(default)]
    header_row: Option<u32>,
    #[serde(default)]
    encoding: Option<EncodingName>,
}

/// The name of an encoding, such as `GBK`.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct EncodingName(&'static Encoding);

impl TryFrom<String> for EncodingName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let found = named_encoding(&name).map(EncodingName);
        found.ok_or_else(|| {
            format!("no encoding is called `{name}` (GB18030, GBK, Big5, UTF-16LE, UTF-8 …)")
        })
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LangName {
    En,
    Zh,
}

impl Config {
    /// The configuration for a run: the named file, or the nearest one above `start`.
    ///
    /// # Errors
    /// The file cannot be read, or what is wrong in it with line and column.
    pub fn load(named: Option<&Path>, start: Option<&Path>) -> anyhow::Result<Config> {
        let found = match named {
            Some(path) => Some(path.to_path_buf()),
            None => start.and_then(find),
        };
        let Some(path) = found else {
            return Ok(Config::default());
        };
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).with_context(|| name.clone())?;
        let file: ConfigFile = if text.trim().is_empty() {
            ConfigFile::default()
        } else {
            from_yaml(&name, &text).map_err(|e| anyhow::anyhow!("{e}"))?
        };
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        Ok(file.resolve(name, &folder))
    }

    /// What the configuration says of a file, by its name.
    pub fn hint(&self, path: &str) -> Hint {
        self.files
            .iter()
            .find(|(pattern, _)| matches(pattern, path))
            .map(|(_, hint)| hint.clone())
            .unwrap_or_default()
    }

    pub fn ignores(&self, path: &str) -> bool {
        self.ignore.iter().any(|pattern| matches(pattern, path))
    }
}

impl ConfigFile {
    fn resolve(self, name: String, folder: &Path) -> Config {
        let mut aliases = Aliases::default();
        let mut alias_files = Vec::new();
        let lists = [
            (Joins::Companies, self.aliases.companies),
            (Joins::Models, self.aliases.models),
        ];
        for (joins, list) in lists {
            match list {
                AliasList::File(path) => alias_files.push((joins, folder.join(path))),
                AliasList::Groups(groups) => {
                    for group in groups {
                        group.add_to(&mut aliases, joins, &name);
                    }
                }
            }
        }
        let mut headings = Vec::new();
        for (kind, fields) in self.headings {
            for (field, labels) in fields {
                headings.extend(labels.into_iter().map(|label| Heading {
                    kind: kind.clone(),
                    field: field.clone(),
                    label,
                }));
            }
        }
        let mut parameters = Vec::new();
        for (pack, values) in self.parameters {
            parameters.extend(values.into_iter().map(|(parameter, value)| Override {
                pack: pack.clone(),
                name: parameter,
                value,
                file: name.clone(),
            }));
        }
        Config {
            lanes: self.lanes,
            rules: self.rules.iter().map(|p| folder.join(p)).collect(),
            references: self.references.values().map(|p| folder.join(p)).collect(),
            aliases,
            alias_files,
            headings,
            files: self
                .files
                .into_iter()
                .map(|(pattern, entry)| {
                    let hint = Hint {
                        kind: entry.kind,
                        skip_sheets: entry.skip_sheets,
                        header_row: entry.header_row,
                        encoding: entry.encoding.map(|name| name.0),
                    };
                    (pattern, hint)
                })
                .collect(),
            ignore: self.ignore,
            limits: self.limits,
            parameters,
            fail_on: self.fail_on,
            lang: self.lang.map(|l| match l {
                LangName::En => LangArg::En,
                LangName::Zh => LangArg::Zh,
            }),
            file: name,
        }
    }
}

fn find(start: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(start).ok()?;
    start
        .ancestors()
        .map(|folder| folder.join(FILE_NAME))
        .find(|path| path.is_file())
}

/// A pattern with `*` and `?`, matched against the file's name or, with a slash, its whole path.
fn matches(pattern: &str, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let against = if pattern.contains('/') { path } else { name };
    let mut source = String::from("^");
    if pattern.contains('/') {
        source = String::from("(^|/)");
    }
    for c in pattern.chars() {
        match c {
            '*' => source.push_str(".*"),
            '?' => source.push('.'),
            c => source.push_str(&regex::escape(&c.to_string())),
        }
    }
    source.push('$');
    regex::Regex::new(&source).is_ok_and(|re| re.is_match(against))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_names_and_paths() {
        assert!(matches("*.csv", "a/b.csv"));
        assert!(matches("b?.csv", "a/b1.csv"));
        assert!(!matches("b.csv", "a/bb.csv"));
        assert!(matches("old/*", "x/old/b.csv"));
    }
}
