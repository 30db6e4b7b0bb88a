//! Paths → folders of inputs: opened safely, in a fixed order.

use super::config::{Config, FILE_NAME};
use crate::link::Aliases;
use crate::model::{Problem, Say};
use crate::read::stated;
use crate::{Folder, Input};
use std::collections::BTreeSet;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A shipment's folder before its files are read.
pub struct Found {
    pub id: String,
    /// The folder, or the first of loose files.
    at: PathBuf,
    pub files: Vec<PathBuf>,
    /// Files passed over, and things that are no files.
    pub problems: Vec<Problem>,
}

/// How deep folders are searched.
const DEPTH: usize = 16;
/// How many files one run takes.
const FILES: usize = 2_000_000;

/// The shipments of the paths given: a folder that directly holds documents is one with all below
/// it, a folder of such folders is many, loose files together are one. Their order and the names
/// they are shown by do not depend on the order of the paths; what is named twice counts once.
pub fn find(paths: &[PathBuf]) -> anyhow::Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut loose = Vec::new();
    for path in listed(paths, false)? {
        let meta =
            std::fs::metadata(&path).map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))?;
        if meta.is_dir() {
            folder(&path, &path, 0, &mut found);
        } else {
            loose.push(path);
        }
    }
    once(&mut loose, |path| path);
    if let Some(first) = loose.first() {
        let id = match loose.as_slice() {
            [only] => only.file_stem().map(|s| s.to_string_lossy().into_owned()),
            _ => std::path::absolute(first)
                .ok()
                .and_then(|p| Some(p.parent()?.file_name()?.to_string_lossy().into_owned())),
        };
        found.push(Found {
            id: id.unwrap_or_else(|| "shipment".to_string()),
            at: first.clone(),
            files: loose,
            problems: Vec::new(),
        });
    }
    once(&mut found, |shipment| &shipment.at);
    Ok(found)
}

/// In the order of their paths, each once however its path is spelled.
fn once<T>(all: &mut Vec<T>, path: impl Fn(&T) -> &PathBuf) {
    let spelled = |one: &T| {
        let name = shown(path(one));
        (path(one).components().count(), name.len(), name)
    };
    all.sort_by_cached_key(spelled);
    let mut met = BTreeSet::new();
    all.retain(|one| {
        let path = path(one);
        met.insert(path.canonicalize().unwrap_or_else(|_| path.clone()))
    });
    all.sort_by(|a, b| path(a).cmp(path(b)));
}

/// The paths, with `-` replaced by the lines of standard input, or what NUL characters part there.
pub fn listed(paths: &[PathBuf], by_null: bool) -> anyhow::Result<Vec<PathBuf>> {
    let end = if by_null { '\0' } else { '\n' };
    let mut all = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            all.extend(
                text.split(end)
                    .map(|l| l.strip_suffix('\r').filter(|_| !by_null).unwrap_or(l))
                    .filter(|l| !l.trim().is_empty())
                    .map(PathBuf::from),
            );
        } else {
            all.push(path.clone());
        }
    }
    Ok(all)
}

fn folder(root: &Path, path: &Path, depth: usize, found: &mut Vec<Found>) {
    let mut shipment = Found {
        id: folder_name(path),
        at: path.to_path_buf(),
        files: Vec::new(),
        problems: Vec::new(),
    };
    let (files, folders) = match entries(path) {
        Ok(entries) => entries,
        Err(e) => {
            shipment.problems.push(closed(path, &e));
            found.push(shipment);
            return;
        }
    };
    let deepest = depth >= DEPTH && !folders.is_empty();
    if deepest || files.iter().any(|f| makes_shipment(f)) {
        below(path, path, depth, &mut shipment);
        found.push(shipment);
        return;
    }
    let before = found.len();
    for sub in folders {
        if !is_link(&sub) {
            folder(root, &sub, depth + 1, found);
        } else if leaves(root, &sub) {
            found.push(Found {
                id: folder_name(&sub),
                problems: vec![link_out(&sub)],
                at: sub,
                files: Vec::new(),
            });
        }
    }
    if depth == 0 && found.len() == before {
        found.push(shipment);
    }
}

fn folder_name(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    absolute.file_name().map_or_else(
        || "shipment".to_string(),
        |n| n.to_string_lossy().into_owned(),
    )
}

fn below(root: &Path, path: &Path, depth: usize, shipment: &mut Found) {
    let (files, folders) = match entries(path) {
        Ok(entries) => entries,
        Err(e) => {
            shipment.problems.push(closed(path, &e));
            return;
        }
    };
    for file in files {
        let name = shown(&file);
        if is_passed_over(&file) {
            if !is_ours(&file) {
                shipment.problems.push(Problem::passed_over(&name));
            }
        } else if is_link(&file) && leaves(root, &file) {
            shipment.problems.push(link_out(&file));
        } else if shipment.files.len() < FILES {
            shipment.files.push(file);
        } else {
            let why = Say::new(
                format!("more than {FILES} files"),
                format!("文件超过 {FILES} 个"),
            );
            shipment.problems.push(Problem::not_searched(&name, &why));
            return;
        }
    }
    for folder in folders {
        let name = shown(&folder);
        if is_link(&folder) {
            // Links to folders are not followed: they can make loops.
            let out = leaves(root, &folder);
            let problem = if out {
                link_out(&folder)
            } else {
                Problem::linked_folder(&name)
            };
            shipment.problems.push(problem);
        } else if depth >= DEPTH {
            let why = Say::new(
                format!("it lies more than {DEPTH} folders deep"),
                format!("文件夹超过 {DEPTH} 层"),
            );
            shipment.problems.push(Problem::not_searched(&name, &why));
        } else {
            below(root, &folder, depth + 1, shipment);
        }
    }
}

/// The files and folders of a folder, sorted by name.
fn entries(path: &Path) -> std::io::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        match std::fs::metadata(&path) {
            Ok(meta) if meta.is_dir() => folders.push(path),
            _ => files.push(path),
        }
    }
    files.sort();
    folders.sort();
    Ok((files, folders))
}

/// A folder that cannot be opened.
pub fn closed(path: &Path, error: &std::io::Error) -> Problem {
    Problem::not_searched(&shown(path), &why(error))
}

fn link_out(path: &Path) -> Problem {
    let why = Say::new("a link out of the folder", "链接指向文件夹之外");
    Problem::cannot_open(&shown(path), &why)
}

/// What the system says, in a clerk's words.
fn why(error: &std::io::Error) -> Say {
    match error.kind() {
        ErrorKind::PermissionDenied => Say::new("it may not be read", "没有读取权限"),
        ErrorKind::NotFound => Say::new("it is not there", "文件不存在"),
        _ => Say::new(error.to_string(), error.to_string()),
    }
}

fn is_link(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|m| m.is_symlink())
}

/// A link to something outside the folder.
fn leaves(root: &Path, link: &Path) -> bool {
    match (root.canonicalize(), link.canonicalize()) {
        (Ok(root), Ok(link)) => !link.starts_with(root),
        _ => true,
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}

/// How the names of files begin that are still being written.
pub const OWN_PREFIX: &str = ".greenlane-";

/// The configuration, an expectation of a test, a note to people: no documents of the shipment.
pub fn is_ours(path: &Path) -> bool {
    let name = file_name(path);
    let sealed = name.ends_with(".seal.json") || name.ends_with(".seal.svg");
    sealed || name.starts_with(OWN_PREFIX) || matches!(name.as_str(), FILE_NAME | "expect.yaml")
}

/// Lock files of office programs, droppings of operating systems, and our own files.
fn is_passed_over(path: &Path) -> bool {
    let name = file_name(path);
    let lower = name.to_lowercase();
    is_ours(path)
        || name.starts_with("~$")
        || name.starts_with(".~lock")
        || name.starts_with("._")
        || matches!(lower.as_str(), "thumbs.db" | ".ds_store" | "desktop.ini")
        || path.components().any(|c| c.as_os_str() == "__MACOSX")
        || name.starts_with('.')
}

/// Whether a file makes its folder a shipment.
fn makes_shipment(path: &Path) -> bool {
    !is_passed_over(path) && !file_name(path).to_lowercase().starts_with("readme")
}

/// A path as given, with `/`.
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = text.strip_prefix("./").unwrap_or(&text);
    if std::path::MAIN_SEPARATOR == '/' {
        text.to_string()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// Reads the files of a shipment, with the references of the configuration.
pub fn open(
    found: &Found,
    config: &Config,
    aliases: &Aliases,
    most: usize,
) -> (Folder, Vec<Problem>) {
    let mut remarks = found.problems.clone();
    let mut inputs = Vec::new();
    for problem in found.problems.iter().filter(|p| p.blocks) {
        inputs.push(Input {
            path: problem.path.clone(),
            content: Err(Box::new(problem.clone())),
            hint: config.hint(&problem.path),
        });
    }
    remarks.retain(|p| !p.blocks);
    let absolute = |path: &Path| std::path::absolute(path).ok();
    let own = config.waivers.iter().chain(&config.overlays);
    let own = own.chain(&config.written_now);
    let own: Vec<Option<PathBuf>> = own.map(|p| absolute(p)).collect();
    for path in found.files.iter().chain(&config.references) {
        // Waivers, overlays and reports may lie beside the documents; they are none.
        if !own.is_empty() && own.contains(&absolute(path)) {
            continue;
        }
        let name = shown(path);
        if config.ignores(&name) {
            remarks.push(Problem::ignored(&name));
            continue;
        }
        let content = read_file(path, &name, most).and_then(|bytes| {
            let own = crate::report::own_schema(&bytes);
            own.map_or(Ok(bytes), |own| {
                Err(Box::new(Problem::own_output(&name, own)))
            })
        });
        inputs.push(Input {
            content,
            hint: config.hint(&name),
            path: name,
        });
    }
    let folder = Folder {
        id: found.id.clone(),
        inputs,
        aliases: aliases.clone(),
        among_others: false,
    };
    (folder, remarks)
}

/// All files of the paths as one folder: reports of one laboratory, an archive of them.
pub fn open_all(
    paths: &[PathBuf],
    config: &Config,
    aliases: &Aliases,
    most: usize,
) -> anyhow::Result<(Folder, Vec<Problem>)> {
    let mut all = Found {
        id: String::new(),
        at: PathBuf::new(),
        files: Vec::new(),
        problems: Vec::new(),
    };
    for found in find(paths)? {
        if all.id.is_empty() {
            all.id = found.id;
        }
        all.files.extend(found.files);
        all.problems.extend(found.problems);
    }
    Ok(open(&all, config, aliases, most))
}

/// Reads an ordinary file of bounded size.
pub fn read_file(path: &Path, name: &str, most: usize) -> Result<Arc<Vec<u8>>, Box<Problem>> {
    let cannot = |why: &Say| Box::new(Problem::cannot_open(name, why));
    let meta = std::fs::metadata(path).map_err(|e| cannot(&why(&e)))?;
    if !meta.is_file() {
        let what = Say::new("it is not an ordinary file", "不是普通文件");
        return Err(cannot(&what));
    }
    if meta.len() > most as u64 {
        let limit = stated("file-bytes", most);
        return Err(Box::new(Problem::too_large(name, &limit)));
    }
    match std::fs::read(path) {
        Ok(bytes) => Ok(Arc::new(bytes)),
        Err(e) => Err(cannot(&why(&e))),
    }
}
