//! The styles of an OpenDocument sheet as far as they change what is read: struck out, of no size,
//! hidden; and the heads and feet of its pages.

use crate::model::AsideKind;
use crate::read::markup;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;
use std::io::{BufReader, Read};

/// What a style says; what it does not say its parent says.
#[derive(Default)]
struct Style {
    parent: String,
    struck: Option<bool>,
    no_size: bool,
    hidden: bool,
    master: Option<String>,
}

#[derive(Default)]
pub struct Styles {
    named: BTreeMap<String, Style>,
    /// The style that is being read.
    open: String,
}

/// A kind of page with what stands at its edges.
pub struct Master {
    pub name: String,
    pub texts: Vec<(AsideKind, String)>,
}

/// Parents are followed no further.
const DEEPEST: usize = 16;
/// Fields whose text the program fills in when it prints.
const FILLED_IN: [&str; 8] = [
    "sheet-name",
    "page-number",
    "page-count",
    "date",
    "time",
    "title",
    "file-name",
    "author-name",
];

impl Styles {
    /// An element of a list of styles.
    pub fn start(&mut self, tag: &BytesStart<'_>) {
        let name = tag.local_name();
        let get = |name| markup::attribute(tag, name);
        match name.as_ref() {
            "style" => {
                self.open = get("name").unwrap_or_default();
                let style = Style {
                    parent: get("parent-style-name").unwrap_or_default(),
                    master: get("master-page-name").filter(|name| !name.is_empty()),
                    ..Style::default()
                };
                self.named.insert(self.open.clone(), style);
            }
            "default-style" => self.open.clear(),
            _ => {}
        }
        let Some(style) = self.named.get_mut(&self.open) else {
            return;
        };
        match name.as_ref() {
            "text-properties" => {
                let line = get("text-line-through-style").or_else(|| get("text-line-through-type"));
                style.struck = line.map(|line| line != "none").or(style.struck);
            }
            "table-properties" => style.hidden |= get("display").as_deref() == Some("false"),
            "table-row-properties" | "table-column-properties" => {
                let size = get("row-height").or_else(|| get("column-width"));
                let digits =
                    |s: &String| s.contains('0') && !s.contains(|c| ('1'..='9').contains(&c));
                style.no_size |= size.is_some_and(|s| digits(&s));
            }
            _ => {}
        }
    }

    /// Whether a style strikes out, if it or a parent says so.
    pub fn struck(&self, name: &str) -> Option<bool> {
        let mut name = name;
        for _ in 0..DEEPEST {
            let style = self.named.get(name)?;
            if style.struck.is_some() {
                return style.struck;
            }
            name = &style.parent;
        }
        None
    }

    pub fn has_no_size(&self, name: Option<&str>) -> bool {
        let style = name.and_then(|name| self.named.get(name));
        style.is_some_and(|style| style.no_size)
    }

    pub fn is_hidden(&self, name: &str) -> bool {
        self.named.get(name).is_some_and(|style| style.hidden)
    }

    pub fn master_of(&self, name: &str) -> Option<&str> {
        self.named.get(name)?.master.as_deref()
    }

    /// Reads the part of named styles; the kinds of pages are returned, in their order. What of it
    /// cannot be read has no style.
    pub fn read(&mut self, part: impl Read) -> Vec<Master> {
        let mut reader = Reader::from_reader(BufReader::new(part));
        reader.config_mut().expand_empty_elements = true;
        let (mut masters, mut buffer): (Vec<Master>, Vec<u8>) = (Vec::new(), Vec::new());
        // The edge that is read, its text, and how deep inside a field.
        let (mut edge, mut text, mut field) = (None, String::new(), 0usize);
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer) {
                Ok(Event::Start(tag)) => {
                    let name = tag.local_name();
                    let name = name.as_ref();
                    if field > 0 || edge.is_some() && FILLED_IN.contains(&name) {
                        field += 1;
                    } else if name == "master-page" {
                        let name = markup::attribute(&tag, "name").unwrap_or_default();
                        let texts = Vec::new();
                        masters.push(Master { name, texts });
                    } else if let Some(what) = edge_of(name) {
                        let off = markup::attribute(&tag, "display");
                        edge = (off.as_deref() != Some("false")).then_some(what);
                        text.clear();
                    } else if edge.is_none() {
                        self.start(&tag);
                    }
                }
                Ok(Event::End(tag)) => {
                    let name = tag.local_name();
                    let name = name.as_ref();
                    if field > 0 {
                        field -= 1;
                    } else if matches!(name, "p" | "region-left" | "region-center" | "region-right")
                        || edge_of(name).is_some()
                    {
                        let words = text.trim().to_string();
                        text.clear();
                        if let (Some(what), Some(master)) = (edge, masters.last_mut())
                            && !words.is_empty()
                        {
                            master.texts.push((what, words));
                        }
                        edge = edge.filter(|_| edge_of(name).is_none());
                    }
                }
                Ok(Event::Eof) | Err(_) => return masters,
                Ok(Event::Text(t)) if edge.is_some() && field == 0 => {
                    text.push_str(&t.xml10_content());
                }
                Ok(Event::GeneralRef(reference)) if edge.is_some() && field == 0 => {
                    markup::push_reference(&mut text, &reference);
                }
                Ok(_) => {}
            }
        }
    }
}

fn edge_of(name: &str) -> Option<AsideKind> {
    match name {
        "header" | "header-left" | "header-first" => Some(AsideKind::PageHeader),
        "footer" | "footer-left" | "footer-first" => Some(AsideKind::PageFooter),
        _ => None,
    }
}
