//! An office package edited part by part: what is not touched is copied byte for byte.

use super::SIGN;
use crate::read::{Limits, Package, Relation};
use anyhow::{Context, bail};
use quick_xml::Reader;
use quick_xml::events::BytesStart;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::ops::Range;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES: &str = "[Content_Types].xml";

/// A package being edited.
pub struct Edits<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    package: Package<'a>,
    most: usize,
    /// Parts that are changed, by their name in the archive.
    changed: BTreeMap<String, String>,
    added: BTreeMap<String, String>,
}

impl<'a> Edits<'a> {
    pub fn open(bytes: &'a [u8], limits: &'a Limits) -> anyhow::Result<Edits<'a>> {
        let package = Package::open(bytes, limits).map_err(anyhow::Error::msg)?;
        Ok(Edits {
            archive: ZipArchive::new(Cursor::new(bytes))?,
            package,
            most: limits.document_bytes,
            changed: BTreeMap::new(),
            added: BTreeMap::new(),
        })
    }

    /// The part the package is about.
    pub fn main(&mut self) -> anyhow::Result<String> {
        self.package.main().context("its main part is missing")
    }

    /// What a part of the package, as it was, refers to.
    pub fn relations(&mut self, part: &str) -> Vec<Relation> {
        self.package.relations(part)
    }

    /// The name of a part as the archive has it: it does not differ by case.
    fn named(&self, part: &str) -> Option<String> {
        (0..self.archive.len()).find_map(|i| match self.archive.name_for_index(i) {
            Some(Ok(own)) if own.trim_start_matches('/').eq_ignore_ascii_case(part) => {
                Some(own.to_string())
            }
            _ => None,
        })
    }

    pub fn has(&self, part: &str) -> bool {
        self.added.contains_key(part) || self.named(part).is_some()
    }

    /// A part as it is now.
    pub fn text(&mut self, part: &str) -> anyhow::Result<String> {
        if let Some(text) = self.added.get(part) {
            return Ok(text.clone());
        }
        let name = self
            .named(part)
            .with_context(|| format!("its part {part} is missing"))?;
        if let Some(text) = self.changed.get(&name) {
            return Ok(text.clone());
        }
        let mut bytes = Vec::new();
        let mut part = self.archive.by_name(&name)?.take(self.most as u64 + 1);
        part.read_to_end(&mut bytes)?;
        if bytes.len() > self.most {
            bail!("{name} is larger than {} MiB", self.most >> 20);
        }
        let text = String::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8"))?;
        Ok(text
            .strip_prefix('\u{feff}')
            .map_or(text.clone(), str::to_string))
    }

    /// Changes a part, or adds it.
    pub fn set(&mut self, part: &str, text: String) {
        match self.named(part) {
            Some(name) => self.changed.insert(name, text),
            None => self.added.insert(part.to_string(), text),
        };
    }

    /// Lets a part refer to another one; the id of the reference.
    pub fn relate(&mut self, part: &str, kind: &str, target: &str) -> anyhow::Result<String> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let list = format!("{folder}/_rels/{name}.rels");
        let text = match self.has(&list) {
            true => self.text(&list)?,
            false => concat!(
                r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
                r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>"#
            )
            .to_string(),
        };
        let free = |n: &usize| !text.contains(&format!("\"greenlane{n}\""));
        let id = format!("greenlane{}", (1..).find(free).unwrap_or(1));
        let text = with_child(&text, |p| {
            format!(r#"<{p}Relationship Id="{id}" Type="{RELATIONS}/{kind}" Target="/{target}"/>"#)
        })?;
        self.set(&list, text);
        Ok(id)
    }

    /// Says what a part that was added is.
    pub fn say_type(&mut self, part: &str, kind: &str) -> anyhow::Result<()> {
        let types = self.text(TYPES)?;
        let types = with_child(&types, |p| {
            format!(r#"<{p}Override PartName="/{part}" ContentType="{kind}"/>"#)
        })?;
        self.set(TYPES, types);
        Ok(())
    }

    /// A name no part has.
    pub fn free(&self, before: &str, after: &str) -> String {
        let named = |n: usize| format!("{before}{n}{after}");
        let free = (1..).map(named).find(|name| !self.has(name));
        free.unwrap_or_default()
    }

    /// The package, with the sign of a copy at its end.
    pub fn finish(mut self) -> anyhow::Result<Vec<u8>> {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        // The same bytes on every system.
        let options = SimpleFileOptions::default().system(zip::System::Unix);
        for i in 0..self.archive.len() {
            let file = self.archive.by_index_raw(i)?;
            let name = file.name()?.to_string();
            match self.changed.get(&name) {
                None => out.raw_copy_file(file)?,
                Some(text) => {
                    let time = file.last_modified().unwrap_or_default();
                    out.start_file(name, options.last_modified_time(time))?;
                    out.write_all(text.as_bytes())?;
                }
            }
        }
        for (name, text) in &self.added {
            out.start_file(
                name.as_str(),
                options.last_modified_time(zip::DateTime::default()),
            )?;
            out.write_all(text.as_bytes())?;
        }
        out.set_comment(SIGN)?;
        Ok(out.finish()?.into_inner())
    }
}

/// A text with some ranges replaced.
#[derive(Default)]
pub struct Splices {
    cuts: Vec<(Range<usize>, String)>,
}

impl Splices {
    pub fn replace(&mut self, range: Range<usize>, by: String) {
        self.cuts.push((range, by));
    }

    pub fn insert(&mut self, at: usize, text: String) {
        self.cuts.push((at..at, text));
    }

    pub fn is_empty(&self) -> bool {
        self.cuts.is_empty()
    }

    /// The text with all of them; what is inserted at one place stands in the order it came.
    pub fn apply(mut self, text: &str) -> anyhow::Result<String> {
        self.cuts.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(text.len() + 1024);
        let mut from = 0;
        for (range, by) in self.cuts {
            let kept = text.get(from..range.start).context("its parts overlap")?;
            out.push_str(kept);
            out.push_str(&by);
            from = range.end;
        }
        out.push_str(text.get(from..).context("its parts overlap")?);
        Ok(out)
    }
}

/// Adds a last child to the root of a part; it is made with the root's prefix.
pub fn with_child(text: &str, child: impl Fn(&str) -> String) -> anyhow::Result<String> {
    let bad = "its part has no root";
    let end = text.rfind("</");
    // `<Relationships …/>` is opened first.
    let Some(end) = end else {
        let slash = text.rfind("/>").context(bad)?;
        let (before, after) = text.split_at_checked(slash).context(bad)?;
        let root = before.rsplit_once('<').context(bad)?.1;
        let name = root.split_whitespace().next().context(bad)?;
        let child = child(prefix(name));
        let rest = after.get(2..).unwrap_or("");
        return Ok(format!("{before}>{child}</{name}>{rest}"));
    };
    let (before, after) = text.split_at_checked(end).context(bad)?;
    let name = after.trim_start_matches("</");
    Ok(format!("{before}{}{after}", child(prefix(name))))
}

/// The prefix of a name, with its colon.
pub fn prefix(name: &str) -> &str {
    let name = name.split(['>', ' ', '/']).next().unwrap_or(name);
    name.split_inclusive(':')
        .next()
        .filter(|p| p.ends_with(':'))
        .unwrap_or("")
}

/// A tag with attributes set, as text; those it has are replaced, others stand as they are.
pub fn tag_with(tag: &BytesStart<'_>, set: &[(&str, &str)], empty: bool) -> String {
    let mut out = format!("<{}", tag.name().as_ref());
    let mut own = tag.attributes();
    for attribute in own.with_checks(false).filter_map(Result::ok) {
        let name = attribute.key.as_ref();
        if !set.iter().any(|(n, _)| *n == name) {
            let value = attribute.value.replace('"', "&quot;");
            out.push_str(&format!(" {name}=\"{value}\""));
        }
    }
    for (name, value) in set {
        out.push_str(&format!(" {name}=\"{value}\""));
    }
    out.push_str(if empty { "/>" } else { ">" });
    out
}

/// A text of ours as text of a part, without what XML cannot hold.
pub fn escaped(text: &str) -> String {
    let kept =
        |c: &char| !matches!(c, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    let text: String = text.chars().filter(kept).collect();
    quick_xml::escape::escape(&text).into_owned()
}

/// How far a reader has come.
pub fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}
