//! `greenlane.yaml`: found from the first path upwards, or named.

use super::rules::{all, read_text};
use crate::check::Parameter;
use crate::cli::{FailOnArg, LangArg};
use crate::extract::Hint;
use crate::link::{Alias, Aliases, Joins};
use crate::model::place::column_number;
use crate::model::{Problem, Spot};
use crate::normalize::glob::fits;
use crate::pack::Override;
use crate::read::{LoadError, Written, named_encoding, parse_written, shape};
use indexmap::IndexMap;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub const FILE_NAME: &str = "greenlane.yaml";

/// The configuration in force; all paths resolved against its folder.
#[derive(Default)]
pub struct Config {
    /// Where it stands; empty when there is none.
    pub file: String,
    pub lanes: Vec<String>,
    pub rules: Vec<PathBuf>,
    /// Files with overlays or packs.
    pub overlays: Vec<PathBuf>,
    pub references: Vec<PathBuf>,
    pub aliases: Aliases,
    /// Tables of aliases the configuration names.
    pub alias_files: Vec<(Joins, PathBuf)>,
    pub files: Vec<(String, Hint)>,
    pub ignore: Vec<String>,
    /// `NAME=VALUE`, as after `--limit`.
    pub limits: Vec<String>,
    pub parameters: Vec<Override>,
    /// SKU family → patterns of its models, in the order written.
    pub families: Vec<(String, Vec<String>)>,
    pub waivers: Option<PathBuf>,
    pub fail_on: Option<FailOnArg>,
    pub lang: Option<LangArg>,
    /// The folder of the models that read scans.
    #[cfg_attr(not(feature = "ocr"), expect(dead_code))]
    pub models: Option<PathBuf>,
    /// Another program reads scans too.
    #[cfg_attr(not(feature = "ocr"), expect(dead_code))]
    pub second: bool,
    /// Keys that count for nothing, because the file lies beside the papers.
    pub not_used: Vec<&'static str>,
    /// Files this run writes: no documents, whatever stood there before.
    pub written_now: Vec<PathBuf>,
    /// The file as written, for the places of what is wrong in it.
    pub written: Option<Written>,
}

/// What holds for a folder and all below it. Paths are relative to the file.
#[derive(Deserialize, Default, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigFile {
    /// Lanes to judge (default: those the declared goods belong to).
    lanes: Vec<String>,
    /// Folders with further rules: `documents/*.yaml` and `lanes/*.yaml`.
    rules: Vec<PathBuf>,
    /// Files with overlays (or packs).
    overlays: Vec<PathBuf>,
    /// Files every shipment is judged with: `labs`, `pilot_codes`, `batch_log` …
    references: BTreeMap<String, PathBuf>,
    /// Names of one company, spellings of one model.
    aliases: AliasLists,
    /// Kind of document → field → further headings of it.
    headings: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Pattern of file names → what they are.
    files: BTreeMap<String, FileEntry>,
    /// Patterns of file names that are passed over.
    ignore: Vec<String>,
    /// Bounds on what one file may cost, such as `pages=5000`.
    limits: Vec<String>,
    /// Pack → parameter → value.
    parameters: BTreeMap<String, BTreeMap<String, Parameter>>,
    /// SKU family → patterns of its models
    families: IndexMap<String, Vec<String>>,
    /// A file of waivers, CSV or YAML.
    waivers: Option<PathBuf>,
    /// Fail (exit 1) from failed rules of this severity on.
    fail_on: Option<FailOnArg>,
    /// Language of messages.
    lang: Option<LangName>,
    /// How scans are read.
    ocr: OcrEntry,
}

#[derive(Deserialize, Default, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct OcrEntry {
    /// The folder of the models (default: where `greenlane ocr add` puts them)
    models: Option<PathBuf>,
    /// A program of the user's that reads each value once more
    second: Option<SecondName>,
}

#[derive(Clone, Copy, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
enum SecondName {
    Tesseract,
}

#[derive(Deserialize, Default, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct AliasLists {
    companies: AliasList,
    models: AliasList,
}

/// Groups of names, or the file that holds them.
#[derive(Deserialize, schemars::JsonSchema)]
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
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
enum AliasEntry {
    Names(Vec<String>),
    Reasoned(ReasonedNames),
}

#[derive(Deserialize, schemars::JsonSchema)]
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
    fn add_to(self, aliases: &mut Aliases, joins: Joins, file: &str, spot: &Spot) {
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
            alias.spot = spot.clone();
            aliases.add(alias);
        }
    }
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct FileEntry {
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    skip_sheets: Vec<String>,
    #[serde(default)]
    header_row: Option<u32>,
    /// Letter of a column → the field it holds, whatever stands over it.
    #[serde(default)]
    columns: IndexMap<String, String>,
    /// Name of a sheet → what holds for it alone.
    #[serde(default)]
    sheets: IndexMap<String, SheetEntry>,
    /// The encoding of a text, such as `GB18030`.
    #[serde(default)]
    encoding: Option<String>,
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct SheetEntry {
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    header_row: Option<u32>,
    #[serde(default)]
    columns: IndexMap<String, String>,
}

impl SheetEntry {
    fn hint(self) -> Hint {
        let columns = self.columns.into_iter();
        Hint {
            kind: self.kind,
            header_row: self.header_row,
            columns: columns
                .filter_map(|(letters, field)| Some((column_number(&letters)?, field)))
                .collect(),
            ..Hint::default()
        }
    }
}

impl FileEntry {
    fn hint(self) -> Hint {
        let whole = SheetEntry {
            kind: self.kind,
            header_row: self.header_row,
            columns: self.columns,
        };
        let sheets = self.sheets.into_iter();
        Hint {
            skip_sheets: self.skip_sheets,
            sheets: sheets.map(|(name, own)| (name, own.hint())).collect(),
            encoding: self.encoding.as_deref().and_then(named_encoding),
            ..whole.hint()
        }
    }
}

#[derive(Clone, Copy, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
enum LangName {
    En,
    Zh,
}

impl Config {
    /// The configuration for a run: the named file, or the nearest one above `start`.
    ///
    /// # Errors
    /// The file cannot be read, or all that is wrong in it with line and column.
    pub fn load(named: Option<&Path>, start: Option<&Path>) -> anyhow::Result<Config> {
        let found = match named {
            Some(path) => Some(path.to_path_buf()),
            None => start.and_then(find),
        };
        match found {
            Some(path) => Config::open(&path).map_err(|e| all(&e)),
            None => Ok(Config::default()),
        }
    }

    /// The configuration of a run over papers. One that lies beside them says how to read them and
    /// not how to judge: what it says of that is named and not used.
    ///
    /// # Errors
    /// As `load`.
    pub fn for_papers(named: Option<&Path>, paths: &[PathBuf]) -> anyhow::Result<Config> {
        let start = paths.iter().find(|p| p.as_os_str() != "-");
        let mut config = Config::load(named, start.map(PathBuf::as_path))?;
        if named.is_none() && lies_beside(Path::new(&config.file), paths) {
            config.distrust();
        }
        Ok(config)
    }

    fn distrust(&mut self) {
        let judging = [
            ("rules", !std::mem::take(&mut self.rules).is_empty()),
            ("overlays", !std::mem::take(&mut self.overlays).is_empty()),
            ("limits", !std::mem::take(&mut self.limits).is_empty()),
            (
                "parameters",
                !std::mem::take(&mut self.parameters).is_empty(),
            ),
            ("waivers", self.waivers.take().is_some()),
            ("fail_on", self.fail_on.take().is_some()),
        ];
        let folder = folder_of(Path::new(&self.file)).and_then(|f| f.canonicalize().ok());
        let inside = |path: &PathBuf| match (&folder, path.canonicalize()) {
            (Some(folder), Ok(path)) => path.starts_with(folder),
            _ => false,
        };
        let before = (self.references.len(), self.alias_files.len());
        self.references.retain(&inside);
        self.alias_files.retain(|(_, path)| inside(path));
        let outside = [
            ("references", self.references.len() < before.0),
            ("aliases", self.alias_files.len() < before.1),
        ];
        let named = judging.into_iter().chain(outside).filter(|(_, said)| *said);
        self.not_used = named.map(|(key, _)| key).collect();
    }

    /// What of the configuration is not used, as a problem.
    pub fn problem(&self) -> Option<Problem> {
        let keys = self.not_used.join(", ");
        (!keys.is_empty()).then(|| Problem::not_trusted(&self.file, &keys))
    }

    /// The configuration in a file.
    ///
    /// # Errors
    /// As `load`.
    pub fn open(path: &Path) -> Result<Config, Vec<LoadError>> {
        let name = path.display().to_string();
        let text = read_text(path).map_err(|e| vec![e])?;
        let written = parse_written(&name, &text)?;
        let file: ConfigFile = if written.is_null() {
            ConfigFile::default()
        } else {
            shape(&written)?
        };
        let mut errors = Vec::new();
        for file in written.entries_at(&["files"]) {
            let Some(encoding) = file.value.get("encoding") else {
                continue;
            };
            let name = encoding.text().unwrap_or("");
            if named_encoding(name).is_none() {
                let what = format!(
                    "no encoding is called `{name}` (GB18030, GBK, Big5, UTF-16LE, UTF-8 …)"
                );
                errors.push(encoding.at.error(what));
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let mut config = file.resolve(name, &folder, &written);
        for pack in written.entries_at(&["parameters"]) {
            config.parameters.push(Override {
                pack: pack.key.clone(),
                written: pack.value.under("parameters"),
            });
        }
        config.written = Some(written);
        Ok(config)
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
    fn resolve(self, name: String, folder: &Path, written: &Written) -> Config {
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
                    let items = written.items_at(&["aliases", joins.key()]);
                    let spots = items.iter().map(|item| spot(item.at.line));
                    let spots = spots.chain(std::iter::repeat(Spot::Whole));
                    for (group, spot) in groups.into_iter().zip(spots) {
                        group.add_to(&mut aliases, joins, &name, &spot);
                    }
                }
            }
        }
        Config {
            lanes: self.lanes,
            rules: self.rules.iter().map(|p| folder.join(p)).collect(),
            overlays: self.overlays.iter().map(|p| folder.join(p)).collect(),
            references: self.references.values().map(|p| folder.join(p)).collect(),
            aliases,
            alias_files,
            files: self
                .files
                .into_iter()
                .map(|(pattern, entry)| (pattern, entry.hint()))
                .collect(),
            ignore: self.ignore,
            limits: self.limits,
            families: self.families.into_iter().collect(),
            parameters: Vec::new(),
            waivers: self.waivers.map(|p| folder.join(p)),
            fail_on: self.fail_on,
            lang: self.lang.map(|l| match l {
                LangName::En => LangArg::En,
                LangName::Zh => LangArg::Zh,
            }),
            models: self.ocr.models.map(|p| folder.join(p)),
            second: matches!(self.ocr.second, Some(SecondName::Tesseract)),
            file: name,
            not_used: Vec::new(),
            written_now: Vec::new(),
            written: None,
        }
    }
}

/// Whether a file lies in or below the folder of one of the papers.
fn lies_beside(file: &Path, papers: &[PathBuf]) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    let Some(folder) = folder_of(file).and_then(|f| real(&f)) else {
        return false;
    };
    let own = papers.iter().filter_map(|path| match path.is_dir() {
        true => real(path),
        false => folder_of(path).and_then(|f| real(&f)),
    });
    own.into_iter().any(|own| folder.starts_with(own))
}

/// The folder a file lies in.
fn folder_of(file: &Path) -> Option<PathBuf> {
    let folder = file.parent()?;
    let here = folder.as_os_str().is_empty();
    Some(if here {
        PathBuf::from(".")
    } else {
        folder.to_path_buf()
    })
}

/// The place of a 1-based line.
fn spot(line: usize) -> Spot {
    let line = line.checked_sub(1).map(crate::model::grid::index);
    line.map_or(Spot::Whole, |line| Spot::Line { line })
}

fn find(start: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(start).ok()?;
    let found = start.ancestors().map(|folder| folder.join(FILE_NAME));
    let found = found.into_iter().find(|path| path.is_file())?;
    // As short as it can be said: reports name it.
    let here = std::env::current_dir().ok();
    let short = here.and_then(|here| found.strip_prefix(here).ok().map(Path::to_path_buf));
    Some(short.unwrap_or(found))
}

/// A pattern with `*` and `?`, matched against the file's name or, with a slash, its path from any
/// folder on.
fn matches(pattern: &str, path: &str) -> bool {
    if !pattern.contains('/') {
        return fits(pattern, path.rsplit('/').next().unwrap_or(path));
    }
    let after_slash = path
        .match_indices('/')
        .filter_map(|(at, _)| path.get(at + 1..));
    std::iter::once(path)
        .chain(after_slash)
        .any(|rest| fits(pattern, rest))
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
