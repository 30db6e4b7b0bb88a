//! Paths → folders of inputs: opened safely, in a fixed order.

use super::config::{Config, FILE_NAME};
use crate::link::Aliases;
use crate::model::Problem;
use crate::read::stated;
use crate::{Folder, Input};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A shipment's folder before its files are read.
pub struct Found {
    pub id: String,
    pub files: Vec<PathBuf>,
    /// Files passed over, and things that are no files.
    pub problems: Vec<Problem>,
}

/// How deep folders are searched.
const DEPTH: usize = 16;
/// How many files one run takes.
const FILES: usize = 2_000_000;

/// The shipments of the paths given: a folder that directly holds documents is one with all below
/// it, a folder of such folders is many, loose files together are one.
pub fn find(paths: &[PathBuf]) -> anyhow::Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut loose = Vec::new();
    for path in listed(paths)? {
        let meta =
            std::fs::metadata(&path).map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))?;
        if meta.is_dir() {
            folder(&path, 0, &mut found);
        } else {
            loose.push(path);
        }
    }
    if !loose.is_empty() {
        let id = match loose.as_slice() {
            [only] => only.file_stem().map(|s| s.to_string_lossy().into_owned()),
            many => many
                .first()
                .and_then(|p| std::path::absolute(p).ok())
                .and_then(|p| Some(p.parent()?.file_name()?.to_string_lossy().into_owned())),
        };
        found.push(Found {
            id: id.unwrap_or_else(|| "shipment".to_string()),
            files: loose,
            problems: Vec::new(),
        });
    }
    Ok(found)
}

/// The paths, with `-` replaced by the lines of standard input.
pub fn listed(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            all.extend(
                text.lines()
                    .filter(|l| !l.trim().is_empty())
                    .map(PathBuf::from),
            );
        } else {
            all.push(path.clone());
        }
    }
    Ok(all)
}

fn folder(path: &Path, depth: usize, found: &mut Vec<Found>) {
    let (files, folders) = entries(path);
    let holds_documents = files.iter().any(|f| makes_shipment(f));
    if holds_documents || depth >= DEPTH {
        let mut shipment = Found {
            id: folder_name(path),
            files: Vec::new(),
            problems: Vec::new(),
        };
        below(path, path, depth, &mut shipment);
        found.push(shipment);
        return;
    }
    let before = found.len();
    for sub in folders {
        folder(&sub, depth + 1, found);
    }
    if depth == 0 && found.len() == before {
        found.push(Found {
            id: folder_name(path),
            files: Vec::new(),
            problems: Vec::new(),
        });
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
    let (files, folders) = entries(path);
    for file in files {
        let name = shown(&file);
        if is_passed_over(&file) {
            if !is_ours(&file) {
                shipment.problems.push(Problem::passed_over(&name));
            }
        } else if leaves(root, &file) {
            let why = "a link out of the folder";
            shipment.problems.push(Problem::cannot_open(&name, why));
        } else if shipment.files.len() < FILES {
            shipment.files.push(file);
        }
    }
    if depth >= DEPTH {
        return;
    }
    for folder in folders {
        // Links to folders are not followed: they can make loops.
        let link = std::fs::symlink_metadata(&folder).is_ok_and(|m| m.is_symlink());
        if link {
            shipment
                .problems
                .push(Problem::passed_over(&shown(&folder)));
        } else {
            below(root, &folder, depth + 1, shipment);
        }
    }
}

/// The files and folders of a folder, sorted by name.
fn entries(path: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    let Ok(entries) = std::fs::read_dir(path) else {
        return (files, folders);
    };
    for entry in entries.flatten() {
        let path = entry.path();
        match std::fs::metadata(&path) {
            Ok(meta) if meta.is_dir() => folders.push(path),
            _ => files.push(path),
        }
    }
    files.sort();
    folders.sort();
    (files, folders)
}

/// A link to a file that lies outside the folder.
fn leaves(root: &Path, file: &Path) -> bool {
    let is_link = std::fs::symlink_metadata(file).is_ok_and(|m| m.is_symlink());
    if !is_link {
        return false;
    }
    match (root.canonicalize(), file.canonicalize()) {
        (Ok(root), Ok(file)) => !file.starts_with(root),
        _ => true,
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}

/// The configuration, an expectation of a test, a note to people: no documents of the shipment.
pub fn is_ours(path: &Path) -> bool {
    let name = file_name(path);
    let sealed = name.ends_with(".seal.json") || name.ends_with(".seal.svg");
    sealed || matches!(name.as_str(), FILE_NAME | "expect.yaml")
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
    let own: Vec<Option<PathBuf>> = own.map(|p| absolute(p)).collect();
    for path in found.files.iter().chain(&config.references) {
        // Waivers and overlays may lie beside the documents; they are none.
        if !own.is_empty() && own.contains(&absolute(path)) {
            continue;
        }
        let name = shown(path);
        if config.ignores(&name) {
            remarks.push(Problem::ignored(&name));
            continue;
        }
        inputs.push(Input {
            content: read_file(path, &name, most),
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
    let cannot = |why: &str| Box::new(Problem::cannot_open(name, why));
    let meta = std::fs::metadata(path).map_err(|e| cannot(&e.to_string()))?;
    if !meta.is_file() {
        return Err(cannot("it is not an ordinary file"));
    }
    if meta.len() > most as u64 {
        let limit = stated("file-bytes", most);
        return Err(Box::new(Problem::too_large(name, &limit)));
    }
    match std::fs::read(path) {
        Ok(bytes) => Ok(Arc::new(bytes)),
        Err(e) => Err(cannot(&e.to_string())),
    }
}
