//! Where a sealed shipment lies, and the way there from a record.

use crate::app::paths::{is_ours, listed, shown};
use std::path::{Path, PathBuf};

/// A shipment's folder, its one file, or several files by name.
pub struct Whereabouts {
    /// What is read.
    pub paths: Vec<PathBuf>,
    /// The folder or file; of several files the folder they share.
    pub at: PathBuf,
    /// Several files, as seen from there, in order; empty for one folder or file.
    pub files: Vec<String>,
}

impl Whereabouts {
    /// Of the paths somebody named.
    pub fn named(paths: &[PathBuf]) -> anyhow::Result<Whereabouts> {
        let paths = listed(paths, false)?;
        if let [only] = paths.as_slice() {
            return Ok(Whereabouts::one(only));
        }
        // `folder/*` names the configuration and older records too.
        let paths: Vec<PathBuf> = paths.into_iter().filter(|p| !is_ours(p)).collect();
        anyhow::ensure!(
            !paths.is_empty(),
            "a record is of one shipment; no file of one is named"
        );
        let at = shared(&paths)?;
        let mut found = Vec::new();
        for path in paths {
            found.push((between(&at, &path)?, path));
        }
        found.sort();
        found.dedup_by(|a, b| a.0 == b.0);
        let (files, paths) = found.into_iter().unzip();
        Ok(Whereabouts { paths, at, files })
    }

    /// Of what a record says, seen from a place: files that are gone are left out.
    pub fn sealed(at: &Path, files: &[String]) -> Whereabouts {
        if files.is_empty() {
            return Whereabouts::one(at);
        }
        // As they are sealed: each once, in order.
        let mut files = files.to_vec();
        files.sort();
        files.dedup();
        let paths = files.iter().map(|f| at.join(f));
        Whereabouts {
            paths: paths.filter(|p| p.exists()).collect(),
            at: at.to_path_buf(),
            files,
        }
    }

    fn one(path: &Path) -> Whereabouts {
        Whereabouts {
            paths: vec![path.to_path_buf()],
            at: path.to_path_buf(),
            files: Vec::new(),
        }
    }

    pub fn is_there(&self) -> bool {
        self.at.exists() && !self.paths.is_empty()
    }

    /// A path as seen from the shipment.
    pub fn inside(&self, path: &Path) -> String {
        let root = if self.at.is_dir() {
            self.at.clone()
        } else {
            folder_of(&self.at)
        };
        between(&root, path).unwrap_or_else(|_| shown(path))
    }
}

pub fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// The folder that holds all of the paths.
fn shared(paths: &[PathBuf]) -> anyhow::Result<PathBuf> {
    let mut shared: Option<Vec<String>> = None;
    for path in paths {
        let own = parts(&folder_of(path))?;
        shared = Some(match shared {
            None => own,
            Some(before) => {
                let both = before.into_iter().zip(own);
                both.take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
            }
        });
    }
    Ok(shared.unwrap_or_default().iter().collect())
}

/// The way from a folder to a path, with `/`.
pub fn between(from: &Path, to: &Path) -> anyhow::Result<String> {
    let (from, to) = (parts(from)?, parts(to)?);
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.len() - shared;
    let way: Vec<&str> = std::iter::repeat_n("..", up)
        .chain(to.iter().skip(shared).map(String::as_str))
        .collect();
    Ok(if way.is_empty() {
        ".".to_string()
    } else {
        way.join("/")
    })
}

/// The names a path goes through from the root on.
fn parts(path: &Path) -> anyhow::Result<Vec<String>> {
    let mut parts: Vec<String> = Vec::new();
    for part in std::path::absolute(path)?.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                parts.pop();
            }
            part => parts.push(part.as_os_str().to_string_lossy().into_owned()),
        }
    }
    Ok(parts)
}
