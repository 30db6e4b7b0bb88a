//! Kinds, words and packs: the built-in ones, then the user's.

use super::builtin;
use super::config::Config;
use crate::Rules;
use crate::cli::CommonArgs;
use crate::extract::{KindSource, Vocabulary};
use crate::facts::Wording;
use crate::model::place::column_number;
use crate::pack::{self, Pack, PackSource};
use crate::read::{
    At, Entry, Limits, LoadError, Manner, Source, Written, decode, did_you_mean, parse_written,
    told,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Loads all rules a run needs.
///
/// # Errors
/// Every error of every rules file, with file, line and column.
pub fn load_all(args: &CommonArgs, config: &Config) -> anyhow::Result<Rules> {
    let loaded = load(&[], args, config, true);
    Ok(loaded.map_err(|e| all(&e))?.0)
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
) -> Result<(Rules, Vec<String>), Vec<LoadError>> {
    load(named, args, config, false)
}

/// `proven`: the example and cases of our own packs are not looked through again.
fn load(
    named: &[String],
    args: &CommonArgs,
    config: &Config,
    proven: bool,
) -> Result<(Rules, Vec<String>), Vec<LoadError>> {
    let mut errors = Vec::new();
    let mut found = Files {
        kinds: owned("rules/documents", builtin::DOCUMENTS),
        forms: owned("rules/forms", builtin::FORMS),
        lists: owned("rules/lists", builtin::LISTS),
        packs: sources(owned("rules/lanes", builtin::PACKS), proven),
    };
    let mut own = Files::default();
    // What the configuration names and is not there is said with its line.
    let folders = config.rules.iter().filter(|f| f.is_dir());
    for folder in args.rules.iter().chain(folders) {
        found.add_rules(folder, &mut errors);
    }
    for file in config.overlays.iter().filter(|f| f.is_file()) {
        found.add_file(file, &mut errors);
    }
    let mut ids: Vec<&str> = Vec::new();
    for name in named {
        let path = Path::new(name);
        if FOLDERS.iter().any(|f| path.join(f).is_dir()) {
            own.add_rules(path, &mut errors);
        } else if path.is_dir() {
            for file in files_ending(path, &["yaml", "yml"], &mut errors) {
                own.add_file(&file, &mut errors);
            }
        } else if path.exists() {
            own.add_file(path, &mut errors);
        } else {
            ids.push(name);
        }
    }
    let files: Vec<String> = own.packs.iter().map(|p| p.name.clone()).collect();
    found.kinds.extend(own.kinds);
    found.packs.extend(own.packs);
    found.lists.extend(own.lists);
    found.forms.extend(own.forms);
    let kinds = kind_sources(&found.kinds, builtin::DOCUMENTS.len());
    let lists = kind_sources(&found.lists, builtin::LISTS.len());
    let own = |(name, text): (&'static str, &'static str)| KindSource {
        name,
        text,
        built_in: true,
    };
    let (words, sentences) = (own(builtin::WORDS), own(builtin::SENTENCES));
    let mut vocabulary = match Vocabulary::load(&kinds, &words, &sentences, &lists) {
        Ok(vocabulary) => vocabulary,
        Err(found) => {
            errors.extend(found);
            return Err(errors);
        }
    };
    for form in kind_sources(&found.forms, builtin::FORMS.len()) {
        errors.extend(vocabulary.add_form(&form).err().into_iter().flatten());
    }
    errors.extend(configured(config, &mut vocabulary));
    let (name, text) = builtin::WORDING;
    let wording = match Wording::read(name, text) {
        Ok(wording) => Arc::new(wording),
        Err(found) => {
            errors.extend(found);
            return Err(errors);
        }
    };
    let packs = match pack::load(&found.packs, &config.parameters, &vocabulary, &wording) {
        Ok(packs) => packs,
        Err(found) => {
            errors.extend(found);
            return Err(errors);
        }
    };
    let mut limits = Limits::default();
    for (number, limit) in config.limits.iter().chain(&args.limit).enumerate() {
        let at = |what: String| at_item(config, "limits", number, limit, what);
        errors.extend(limits.set(limit).err().map(at));
    }
    let known: Vec<&str> = packs.iter().map(|p| p.id.as_str()).collect();
    for id in &ids {
        if !known.contains(id) {
            let what = format!("no such pack or file{}", did_you_mean(id, &known));
            errors.push(LoadError::of_file(id, what));
        }
    }
    let lanes = packs.iter().filter(|p| p.is_lane());
    let lanes: Vec<&str> = lanes.map(|p| p.id.as_str()).collect();
    let named_lanes = config.lanes.iter().enumerate();
    for (number, lane) in named_lanes.filter(|(_, l)| !lanes.contains(&l.as_str())) {
        let near = did_you_mean(lane, &lanes);
        let what = format!(
            "there is no lane `{lane}`{near}; there are {}",
            lanes.join(", ")
        );
        errors.push(at_item(config, "lanes", number, lane, what));
    }
    if !errors.is_empty() {
        return Err(errors);
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
        budget: Arc::default(),
        pages: Arc::default(),
        patience: Arc::default(),
        encoding: None,
        #[cfg(feature = "ocr")]
        ocr: super::ocr::reader(config),
    };
    let rules = Rules {
        vocabulary,
        packs,
        manner,
    };
    Ok((rules, chosen))
}

/// The user's files of kinds of documents and forms. Packs and lists are told by the digests of packs.
pub fn kind_files(args: &CommonArgs, config: &Config) -> Vec<PathBuf> {
    let folders = args.rules.iter().chain(&config.rules);
    folders
        .flat_map(|f| [f.join(FOLDERS[0]), f.join(FOLDERS[1])])
        .flat_map(|f| files_ending(&f, &["yaml", "yml"], &mut Vec::new()))
        .collect()
}

/// The folders of a folder of rules.
const FOLDERS: [&str; 4] = ["documents", "forms", "lanes", "lists"];

/// Texts with their names, of which the first come with the program.
fn kind_sources(files: &[(String, String)], built_in: usize) -> Vec<KindSource<'_>> {
    files
        .iter()
        .enumerate()
        .map(|(number, (name, text))| KindSource {
            name,
            text,
            built_in: number < built_in,
        })
        .collect()
}

/// Files of kinds, forms, lists and packs, with their texts.
#[derive(Default)]
struct Files {
    kinds: Vec<(String, String)>,
    forms: Vec<(String, String)>,
    lists: Vec<(String, String)>,
    packs: Vec<PackSource>,
}

impl Files {
    /// A folder of rules.
    fn add_rules(&mut self, folder: &Path, errors: &mut Vec<LoadError>) {
        if !folder.is_dir() {
            let name = folder.display().to_string();
            errors.push(LoadError::of_file(&name, "no such folder of rules"));
        }
        for sub in FOLDERS {
            let lists = sub == "lists";
            let endings: &[&str] = if lists { &["csv"] } else { &["yaml", "yml"] };
            for file in files_ending(&folder.join(sub), endings, errors) {
                let text = if lists {
                    read_table(&file)
                } else {
                    read_text(&file)
                };
                let name = file.display().to_string();
                match text {
                    Ok(text) if lists => self.lists.push((name, text)),
                    Ok(text) if sub == "documents" => self.kinds.push((name, text)),
                    Ok(text) if sub == "forms" => self.forms.push((name, text)),
                    Ok(text) => self.add_pack(&file, text),
                    Err(e) => errors.push(e),
                }
            }
        }
    }

    /// A file with a pack, an overlay, a kind of document, a form or a list.
    fn add_file(&mut self, file: &Path, errors: &mut Vec<LoadError>) {
        if file.extension().is_some_and(|e| e == "csv") {
            match read_table(file) {
                Ok(text) => self.lists.push((file.display().to_string(), text)),
                Err(e) => errors.push(e),
            }
            return;
        }
        match read_text(file) {
            Ok(text) => {
                let written = parse_written("", &text);
                let has = |key| written.as_ref().is_ok_and(|w| w.get(key).is_some());
                if has("form") {
                    self.forms.push((file.display().to_string(), text));
                } else if has("kind") {
                    self.kinds.push((file.display().to_string(), text));
                } else {
                    self.add_pack(file, text);
                }
            }
            Err(e) => errors.push(e),
        }
    }

    fn add_pack(&mut self, file: &Path, text: String) {
        self.packs.push(PackSource {
            name: file.display().to_string(),
            text,
            built_in: false,
            proven: false,
        });
    }
}

/// Takes over what the configuration says of documents; what in it leads nowhere.
fn configured(config: &Config, vocabulary: &mut Vocabulary) -> Vec<LoadError> {
    let mut errors = Vec::new();
    let Some(written) = &config.written else {
        return errors;
    };
    let kinds: Vec<String> = vocabulary.kinds.iter().map(|k| k.name.clone()).collect();
    let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
    let no_kind = |name: &str, at: &At| {
        let near = did_you_mean(name, &kinds);
        at.error(format!("no kind of document is called `{name}`{near}"))
    };
    for kind in written.entries_at(&["headings"]) {
        if !kinds.contains(&kind.key.as_str()) {
            errors.push(no_kind(&kind.key, &kind.key_at));
            continue;
        }
        for field in kind.value.entries() {
            for label in field.value.items().iter().filter_map(Written::text) {
                if !vocabulary.add_user_label(&kind.key, &field.key, label) {
                    let number = vocabulary.kind_number(&kind.key).unwrap_or_default();
                    let near = did_you_mean(&field.key, &vocabulary.field_names(number));
                    let what = format!("a {} has no field `{}`{near}", kind.key, field.key);
                    errors.push(field.key_at.error(what));
                    break;
                }
            }
        }
    }
    for file in written.entries_at(&["files"]) {
        let whole = file.value.get("kind").and_then(Written::text);
        let sheets = file.value.get("sheets").map_or(&[][..], Written::entries);
        let sheets = sheets.iter().map(|s| &s.value);
        for sheet in std::iter::once(&file.value).chain(sheets) {
            let kind = sheet.get("kind");
            let name = kind.and_then(Written::text).or(whole).unwrap_or("");
            if let Some(kind) = kind.filter(|_| !kinds.contains(&name)) {
                errors.push(no_kind(name, &kind.at));
            }
            let columns = sheet.get("columns").map_or(&[][..], Written::entries);
            for column in columns {
                errors.extend(wrong_column(column, name, vocabulary));
            }
        }
    }
    let folder = Path::new(&config.file).parent().unwrap_or(Path::new(""));
    let references = written.entries_at(&["references"]).iter();
    let files = references
        .map(|e| &e.value)
        .chain(written.items_at(&["overlays"]))
        .chain(written.get("waivers"));
    for file in files {
        let path = folder.join(file.text().unwrap_or(""));
        if !path.is_file() {
            let what = format!("there is no file {}", path.display());
            errors.push(file.at.error(what));
        }
    }
    for rules in written.items_at(&["rules"]) {
        let path = folder.join(rules.text().unwrap_or(""));
        if !path.is_dir() {
            let what = format!("there is no folder {}", path.display());
            errors.push(rules.at.error(what));
        }
    }
    errors
}

/// What is wrong with a column by its letter and the field it is given: of a kind, or of any.
fn wrong_column(column: &Entry, kind: &str, vocabulary: &Vocabulary) -> Option<LoadError> {
    if column_number(&column.key).is_none() {
        let what = format!("`{}` is no column; columns are letters, like C", column.key);
        return Some(column.key_at.error(what));
    }
    let number = vocabulary.kind_number(kind);
    let kinds = (0..).take(vocabulary.kinds.len());
    let own = kinds.filter(|n| number.is_none_or(|number| number == *n));
    let names: Vec<&str> = own.flat_map(|n| vocabulary.field_names(n)).collect();
    let field = column.value.text().unwrap_or("");
    let known = names.contains(&field);
    let near = did_you_mean(field, &names);
    (!known).then(|| {
        column
            .value
            .at
            .error(format!("no field is called `{field}`{near}"))
    })
}

/// An error of the configuration at an item of one of its lists; of no file when it stood in an
/// argument.
fn at_item(config: &Config, key: &str, number: usize, text: &str, what: String) -> LoadError {
    let written = config.written.as_ref().and_then(|w| w.get(key));
    match written.and_then(|w| w.items().get(number)) {
        Some(item) => item.at.error(what),
        None => LoadError::of_file(text, what),
    }
}

/// All errors as one, each on lines of its own.
pub fn all(errors: &[LoadError]) -> anyhow::Error {
    anyhow::anyhow!("{}", told(errors))
}

fn sources(files: Vec<(String, String)>, proven: bool) -> Vec<PackSource> {
    let source = |(name, text)| PackSource {
        name,
        text,
        built_in: true,
        proven,
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

/// The files with one of these endings in a folder of rules, by name; it holds nothing else.
fn files_ending(folder: &Path, endings: &[&str], errors: &mut Vec<LoadError>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return files;
    }
    let name = |path: &Path| path.display().to_string();
    match std::fs::read_dir(folder) {
        Ok(entries) => files.extend(entries.flatten().map(|e| e.path())),
        Err(e) => errors.push(LoadError::of_file(&name(folder), e.to_string())),
    }
    files.sort();
    files.retain(|path| {
        let ending = path.extension().and_then(|e| e.to_str());
        let is_rules = ending.is_some_and(|e| endings.contains(&e)) && path.is_file();
        if !is_rules {
            let sort = if endings.contains(&"csv") {
                "CSV"
            } else {
                "YAML"
            };
            let what = format!("not a {sort} file; a folder of rules holds nothing else");
            errors.push(LoadError::of_file(&name(path), what));
        }
        is_rules
    });
    files
}

/// The text of a rules or configuration file.
///
/// # Errors
/// It cannot be read, or is not UTF-8, with the line.
pub fn read_text(path: &Path) -> Result<String, LoadError> {
    let name = path.display().to_string();
    String::from_utf8(read_bytes(path)?).map_err(|e| {
        let valid = e.utf8_error().valid_up_to();
        let before = e.as_bytes().get(..valid).unwrap_or(&[]);
        let line = 1 + before.iter().filter(|b| **b == b'\n').count();
        let text = String::from_utf8_lossy(e.as_bytes());
        let source = Source::new(&name, &text);
        source.at(line).error("not UTF-8; save the file as UTF-8")
    })
}

/// The text of a table somebody typed, in whatever encoding a spreadsheet program saved it.
///
/// # Errors
/// It cannot be read.
pub fn read_table(path: &Path) -> Result<String, LoadError> {
    let is_yaml = path.extension().is_some_and(|e| e == "yaml" || e == "yml");
    if is_yaml {
        return read_text(path);
    }
    Ok(decode(&read_bytes(path)?).text.to_string())
}

/// The bytes of an ordinary file of rules; none is as large as a document may be.
fn read_bytes(path: &Path) -> Result<Vec<u8>, LoadError> {
    const MOST: u64 = 4 << 20;
    let error = |what: String| LoadError::of_file(&path.display().to_string(), what);
    let meta = std::fs::metadata(path).map_err(|e| error(e.to_string()))?;
    if !meta.is_file() {
        return Err(error("not an ordinary file".to_string()));
    }
    if meta.len() > MOST {
        return Err(error("larger than 4 MiB".to_string()));
    }
    std::fs::read(path).map_err(|e| error(e.to_string()))
}
