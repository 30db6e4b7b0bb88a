//! The styles of a workbook: of a cell's style one more that differs in its ground alone.

use super::Tint;
use super::package::{Splices, position, prefix, tag_with};
use crate::read::attribute;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::ops::Range;

/// The styles as they are, and those to be added.
#[derive(Default)]
pub struct Styles {
    text: String,
    prefix: String,
    /// The formats of cells: what each stands in the text as, and its font.
    formats: Vec<(Range<usize>, usize)>,
    /// Fonts in white: on a ground of ours they would be seen.
    white: Vec<bool>,
    fills: Option<List>,
    cells: Option<List>,
    added: Vec<(usize, Tint)>,
}

/// A list of the styles: its opening tag, where it ends, how many it has.
struct List {
    open: Range<usize>,
    tag: BytesStart<'static>,
    end: usize,
    count: usize,
}

impl Styles {
    pub fn of(text: String) -> Styles {
        let mut styles = Styles::default();
        styles.scan(&text);
        styles.text = text;
        styles
    }

    fn scan(&mut self, text: &str) {
        let mut reader = Reader::from_str(text);
        let mut path: Vec<String> = Vec::new();
        let mut begun = 0;
        loop {
            let at = position(&reader);
            let event = reader.read_event();
            let end = position(&reader);
            match event {
                Ok(Event::Start(tag)) => {
                    self.open(&tag, &path, at..end, false);
                    if path.len() == 2 {
                        begun = at;
                    }
                    path.push(tag.local_name().as_ref().to_string());
                }
                Ok(Event::Empty(tag)) => self.open(&tag, &path, at..end, true),
                Ok(Event::End(_)) => {
                    path.pop();
                    let list = path.get(1).map(String::as_str);
                    match (path.len(), list) {
                        (2, Some("cellXfs")) => {
                            if let Some((range, _)) = self.formats.last_mut() {
                                *range = begun..end;
                            }
                        }
                        (1, _) => {
                            for list in [&mut self.fills, &mut self.cells].into_iter().flatten() {
                                if list.end == 0 {
                                    list.end = at;
                                }
                            }
                        }
                        _ => {}
                    }
                }
                Ok(Event::Eof) | Err(_) => return,
                Ok(_) => {}
            }
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>, path: &[String], at: Range<usize>, empty: bool) {
        let name = tag.local_name();
        let number = |name| attribute(tag, name).and_then(|v| v.trim().parse().ok());
        match (path.len(), path.get(1).map(String::as_str), name.as_ref()) {
            (0, _, _) => self.prefix = prefix(tag.name().as_ref()).to_string(),
            (1, _, "fills" | "cellXfs") if !empty => {
                let list = Some(List {
                    open: at,
                    tag: tag.clone().into_owned(),
                    end: 0,
                    count: 0,
                });
                match name.as_ref() {
                    "fills" => self.fills = list,
                    _ => self.cells = list,
                }
            }
            (2, Some("fills"), "fill") => {
                if let Some(list) = &mut self.fills {
                    list.count += 1;
                }
            }
            (2, Some("cellXfs"), "xf") => {
                self.formats.push((at, number("fontId").unwrap_or(0)));
                if let Some(list) = &mut self.cells {
                    list.count += 1;
                }
            }
            (2, Some("fonts"), "font") => self.white.push(false),
            (3, Some("fonts"), "color") => {
                let rgb = attribute(tag, "rgb").unwrap_or_default().to_lowercase();
                let white = rgb.ends_with("ffffff")
                    || attribute(tag, "theme").as_deref() == Some("0")
                    || matches!(attribute(tag, "indexed").as_deref(), Some("1" | "9"));
                if let Some(last) = self.white.last_mut() {
                    *last |= white;
                }
            }
            _ => {}
        }
    }

    /// The style that is like one of the workbook's on a ground of a colour; none where that cannot
    /// be, or would show what nobody sees.
    pub fn tinted(&mut self, style: usize, tint: Tint) -> Option<usize> {
        let cells = self.cells.as_ref().filter(|_| self.fills.is_some())?;
        let (_, font) = self.formats.get(style)?;
        if self.white.get(*font).copied().unwrap_or(false) {
            return None;
        }
        let wanted = (style, tint);
        let at = self.added.iter().position(|a| *a == wanted);
        let at = at.unwrap_or_else(|| {
            self.added.push(wanted);
            self.added.len() - 1
        });
        Some(cells.count + at)
    }

    /// The part with what was added; none where nothing was.
    pub fn written(&self) -> anyhow::Result<Option<String>> {
        let (Some(fills), Some(cells)) = (&self.fills, &self.cells) else {
            return Ok(None);
        };
        if self.added.is_empty() {
            return Ok(None);
        }
        let p = &self.prefix;
        let fill = |tint: &Tint| {
            let rgb = tint.rgb();
            format!(
                r#"<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="FF{rgb}"/><{p}bgColor indexed="64"/></{p}patternFill></{p}fill>"#
            )
        };
        let mut splices = Splices::default();
        let mut list = |list: &List, more: Vec<String>| {
            let count = (list.count + more.len()).to_string();
            let tag = tag_with(&list.tag, &[("count", &count)], false);
            splices.replace(list.open.clone(), tag);
            splices.insert(list.end, more.concat());
        };
        list(fills, Tint::ALL.iter().map(fill).collect());
        let mut more = Vec::new();
        for (style, tint) in &self.added {
            let at = Tint::ALL.iter().position(|t| t == tint).unwrap_or(0);
            more.push(self.like(*style, fills.count + at));
        }
        list(cells, more);
        splices.apply(&self.text).map(Some)
    }

    /// A format with another fill.
    fn like(&self, style: usize, fill: usize) -> String {
        let own = self.formats.get(style).map(|(range, _)| range.clone());
        let own = own.and_then(|range| self.text.get(range)).unwrap_or("");
        let mut reader = Reader::from_str(own);
        let event = reader.read_event();
        let rest = own.get(position(&reader)..).unwrap_or("");
        let fill = fill.to_string();
        let set = [("fillId", fill.as_str()), ("applyFill", "1")];
        match event {
            Ok(Event::Start(tag)) => tag_with(&tag, &set, false) + rest,
            Ok(Event::Empty(tag)) => tag_with(&tag, &set, true),
            _ => String::new(),
        }
    }
}
