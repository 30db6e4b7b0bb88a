//! The parts of an office package and how they refer to each other.

use super::super::{Limits, encoding, markup};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::io::{Cursor, Read};
use zip::ZipArchive;

pub struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    limits: &'a Limits,
}

/// A part another one refers to.
pub struct Relation {
    pub id: String,
    kind: String,
    /// The part's name in the archive.
    pub target: String,
}

impl Relation {
    /// Whether it is of a kind: the last word of its type, the same in all editions of the format.
    pub fn is(&self, kind: &str) -> bool {
        self.kind.rsplit('/').next() == Some(kind)
    }
}

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8], limits: &'a Limits) -> Result<Package<'a>, String> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
        Ok(Package { archive, limits })
    }

    /// The part the package is about.
    pub fn main(&mut self) -> Option<String> {
        let related = self.relations("");
        let named = related.into_iter().find(|r| r.is("officeDocument"));
        // Where the relationships are lost, its usual name.
        let usual = || "word/document.xml".to_string();
        named
            .map(|r| r.target)
            .or_else(|| self.index(&usual()).map(|_| usual()))
    }

    /// Whether the package was written by a word processor.
    pub fn is_text(&self) -> bool {
        let names = self.archive.file_names_raw();
        names.into_iter().any(|name| name.starts_with(b"word/"))
    }

    /// Names of parts do not differ by case.
    fn index(&self, name: &str) -> Option<usize> {
        (0..self.archive.len()).find(|i| {
            matches!(self.archive.name_for_index(*i), Some(Ok(own)) if own.trim_start_matches('/').eq_ignore_ascii_case(name))
        })
    }

    /// What a part refers to inside the package; the package's own for the empty name.
    pub fn relations(&mut self, part: &str) -> Vec<Relation> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let list = resolve(folder, &format!("_rels/{name}.rels"));
        let mut relations = Vec::new();
        let Ok(text) = self.text(&list) else {
            return relations;
        };
        let mut reader = Reader::from_str(&text);
        loop {
            match reader.read_event() {
                Ok(Event::Start(e) | Event::Empty(e))
                    if e.local_name().as_ref() == "Relationship" =>
                {
                    let get = |name| markup::attribute(&e, name).unwrap_or_default();
                    if get("TargetMode") != "External" {
                        relations.push(Relation {
                            id: get("Id"),
                            kind: get("Type"),
                            target: resolve(folder, &get("Target")),
                        });
                    }
                }
                Ok(Event::Eof) | Err(_) => return relations,
                Ok(_) => {}
            }
        }
    }

    /// A part as text.
    pub fn text(&mut self, name: &str) -> Result<String, String> {
        let index = self.index(name);
        let index = index.ok_or_else(|| format!("its part {name} is missing"))?;
        let part = self.archive.by_index(index).map_err(|e| e.to_string())?;
        let most = self.limits.document_bytes;
        let mut bytes = Vec::new();
        part.take(most as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| e.to_string())?;
        if bytes.len() > most {
            return Err(format!("{name} is larger than {} MiB", most >> 20));
        }
        let decoded = encoding::decode(&bytes);
        Ok(decoded.text.into_owned())
    }
}

/// A target as seen from a folder, without `.` and `..`.
fn resolve(folder: &str, target: &str) -> String {
    let mut steps: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|s| !s.is_empty()).collect(),
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn targets_are_resolved_like_paths() {
        assert_eq!(resolve("word", "header1.xml"), "word/header1.xml");
        assert_eq!(resolve("word", "/word/notes.xml"), "word/notes.xml");
        assert_eq!(resolve("a/b", "../../../c.xml"), "c.xml");
    }
}
