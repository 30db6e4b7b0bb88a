//! A written document with the wrong words or cells on a coloured ground and a comment each.

use super::package::{Edits, Splices, escaped, position, prefix, with_child};
use super::{AUTHOR, Mark, Tint};
use crate::model::{Spot, Story};
use crate::read::{Limits, attribute, written_places};
use anyhow::ensure;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;
use std::ops::Range;

const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const COMMENTS: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";
/// What stands in a cell's properties behind its ground.
const BEHIND: [&str; 10] = [
    "noWrap",
    "tcMar",
    "textDirection",
    "tcFitText",
    "vAlign",
    "hideMark",
    "headers",
    "cellIns",
    "cellDel",
    "tcPrChange",
];

/// The document with its places marked.
///
/// # Errors
/// Its package is not as the format asks.
pub fn mark(bytes: &[u8], marks: &[Mark], limits: &Limits) -> anyhow::Result<Vec<u8>> {
    let mut edits = Edits::open(bytes, limits)?;
    let main = edits.main()?;
    let body = edits.text(&main)?;
    ensure!(
        body.contains(MAIN),
        "it is of a strict form that is not edited"
    );
    let relations = edits.relations(&main);
    let part = relations.iter().find(|r| r.is("comments"));
    let part = part.map(|r| r.target.clone());
    let old = part.as_ref().map(|part| edits.text(part)).transpose()?;
    let mut next = old.as_deref().map_or(0, first_free);
    let mut said: Vec<(usize, String)> = Vec::new();
    let mut places = written_places(bytes, limits);
    // The body comes last: what cannot be pinned to its place elsewhere stands at its head.
    places.sort_by_key(|(name, _)| *name == main);
    let mut at_head: Vec<String> = Vec::new();
    let mut pinned = vec![false; marks.len()];
    for (name, spots) in places {
        let text = edits.text(&name)?;
        let mut splices = Splices::default();
        let mut at: BTreeMap<usize, Vec<&Mark>> = BTreeMap::new();
        for (mark, pinned) in marks.iter().zip(&mut pinned) {
            let place = spots.iter().find(|(spot, _)| *spot == mark.spot);
            if let Some((_, offset)) = place.filter(|_| !*pinned) {
                *pinned = true;
                at.entry(*offset).or_default().push(mark);
            }
        }
        for (offset, marks) in at {
            let element = Element::of(&text, offset);
            if let Some(element) = &element {
                element.colour(&marks, &mut splices);
            }
            // Word takes comments in the body alone, and there in no text box.
            if name == main
                && marks.iter().all(|m| in_body(&m.spot))
                && element.is_some_and(|e| e.pin(next, &mut splices))
            {
                let words: Vec<String> = marks.iter().map(|m| m.text()).collect();
                said.push((next, words.join("\n\n")));
                next += 1;
            } else {
                at_head.extend(marks.iter().map(|m| at_its_place(m)));
            }
        }
        if name == main {
            let left = marks.iter().zip(&pinned).filter(|(_, pinned)| !**pinned);
            at_head.extend(left.map(|(m, _)| at_its_place(m)));
            let heads = spots.iter().filter(|(spot, _)| in_body(spot));
            let mut heads = heads.filter_map(|(_, at)| Element::of(&text, *at));
            if !at_head.is_empty() && heads.any(|head| head.pin(next, &mut splices)) {
                said.push((next, at_head.join("\n\n")));
            }
        }
        if !splices.is_empty() {
            edits.set(&name, splices.apply(&text)?);
        }
    }
    write(&mut edits, &main, part, old, &said)?;
    edits.finish()
}

fn in_body(spot: &Spot) -> bool {
    matches!(
        spot,
        Spot::Paragraph {
            story: Story::Body,
            ..
        } | Spot::TableCell {
            story: Story::Body,
            ..
        }
    )
}

/// What is said, with what it is said of, where it stands elsewhere.
fn at_its_place(mark: &Mark) -> String {
    match (&mark.spot, mark.raw.is_empty()) {
        (Spot::Whole, _) | (_, true) => mark.text(),
        _ => format!("“{}”: {}", mark.raw, mark.text()),
    }
}

/// The first number no comment has.
fn first_free(comments: &str) -> usize {
    let mut reader = Reader::from_str(comments);
    let mut next = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) if tag.local_name().as_ref() == "comment" => {
                let id = attribute(&tag, "id").and_then(|id| id.parse::<usize>().ok());
                next = next.max(id.map_or(0, |id| id + 1));
            }
            Ok(Event::Eof) | Err(_) => return next,
            Ok(_) => {}
        }
    }
}

/// Writes the words of the comments.
fn write(
    edits: &mut Edits<'_>,
    main: &str,
    part: Option<String>,
    old: Option<String>,
    said: &[(usize, String)],
) -> anyhow::Result<()> {
    if said.is_empty() {
        return Ok(());
    }
    let comment = |(id, text): &(usize, String), p: &str| {
        let lines = text.lines().map(|line| {
            // Two blanks would part what the comment is pinned to.
            let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
            let line = escaped(&line);
            format!(r#"<{p}p><{p}r><{p}t xml:space="preserve">{line}</{p}t></{p}r></{p}p>"#)
        });
        let lines: String = lines.collect();
        format!(
            r#"<{p}comment {p}id="{id}" {p}author="{AUTHOR}" {p}initials="gl">{lines}</{p}comment>"#
        )
    };
    if let Some((part, old)) = part.zip(old) {
        let all = |p: &str| said.iter().map(|s| comment(s, p)).collect::<String>();
        edits.set(&part, with_child(&old, all)?);
        return Ok(());
    }
    let part = edits.free("word/greenlane-comments", ".xml");
    let all: String = said.iter().map(|s| comment(s, "w:")).collect();
    let text = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:comments xmlns:w="{MAIN}">{all}</w:comments>"#
    );
    edits.set(&part, text);
    edits.say_type(&part, COMMENTS)?;
    edits.relate(main, "comments", &part)?;
    Ok(())
}

/// A run of letters.
struct Run {
    /// Its text, without blanks.
    text: String,
    /// Where a ground is put: into its properties, or what they are opened and closed with.
    ground: usize,
    properties: bool,
    white: bool,
}

/// A paragraph or a cell: where what is put into it stands.
struct Element {
    prefix: String,
    is_cell: bool,
    /// Behind the opening tag.
    inside: usize,
    /// The cell's ground, and where it is put.
    ground: Option<Range<usize>>,
    /// The ground stands among properties that are there.
    properties: bool,
    runs: Vec<Run>,
    /// Of its first paragraph that has text, else of its first: from behind the properties to the
    /// closing tag.
    paragraph: Option<Range<usize>>,
}

impl Element {
    /// The element that begins at a place of a part.
    fn of(text: &str, at: usize) -> Option<Element> {
        let mut reader = Reader::from_str(text.get(at..)?);
        let mut path: Vec<String> = Vec::new();
        let mut element: Option<Element> = None;
        let (mut begun, mut lettered) = (0, false);
        loop {
            let from = at + position(&reader);
            let event = reader.read_event().ok()?;
            let to = at + position(&reader);
            let empty = matches!(event, Event::Empty(_));
            match event {
                Event::Start(tag) | Event::Empty(tag) => {
                    let name = tag.local_name().as_ref().to_string();
                    let Some(own) = &mut element else {
                        // An empty element has no room for anything.
                        if empty {
                            return None;
                        }
                        element = Some(Element {
                            prefix: prefix(tag.name().as_ref()).to_string(),
                            is_cell: name == "tc",
                            inside: to,
                            ground: None,
                            properties: false,
                            runs: Vec::new(),
                            paragraph: None,
                        });
                        begun = to;
                        path.push(name);
                        continue;
                    };
                    let parent = path.last().map_or("", String::as_str);
                    match (parent, name.as_str()) {
                        ("tc", "p") if path.len() == 1 => begun = to,
                        ("tc", "tcPr") if path.len() == 1 && !empty => own.properties = true,
                        ("tcPr", "shd") if path.len() == 2 => own.ground = Some(from..to),
                        ("tcPr", behind) if path.len() == 2 && BEHIND.contains(&behind) => {
                            own.ground.get_or_insert(from..from);
                        }
                        (_, "r") if !empty => own.runs.push(Run {
                            text: String::new(),
                            ground: to,
                            properties: false,
                            white: false,
                        }),
                        ("r", "rPr") if !empty => {
                            if let Some(run) = own.runs.last_mut() {
                                run.properties = true;
                            }
                        }
                        ("rPr", "color") => {
                            let white = attribute(&tag, "val")
                                .is_some_and(|v| v.eq_ignore_ascii_case("ffffff"));
                            if let Some(run) = own.runs.last_mut() {
                                run.white |= white;
                            }
                        }
                        _ => {}
                    }
                    if !empty {
                        path.push(name);
                    }
                }
                Event::End(_) => {
                    let name = path.pop()?;
                    let own = element.as_mut()?;
                    let parent = path.last().map_or("", String::as_str);
                    match (parent, name.as_str(), path.len()) {
                        ("p", "pPr", 1 | 2) => begun = begun.max(to),
                        ("tc", "tcPr", 1) => {
                            own.ground.get_or_insert(from..from);
                        }
                        ("r", "rPr", _) => {
                            if let Some(run) = own.runs.last_mut() {
                                run.ground = from;
                            }
                        }
                        ("tc", "p", 1) | ("", "p", 0) => {
                            let text = own.runs.iter().any(|r| !r.text.is_empty());
                            if own.paragraph.is_none() || text && !lettered {
                                own.paragraph = Some(begun..from);
                                lettered = text;
                            }
                        }
                        _ => {}
                    }
                    if path.is_empty() {
                        return element;
                    }
                }
                Event::Text(text) if path.last().is_some_and(|n| n == "t") => {
                    let run = element.as_mut().and_then(|e| e.runs.last_mut());
                    if let Some(run) = run {
                        let text = text.xml10_content();
                        run.text.extend(text.chars().filter(|c| !c.is_whitespace()));
                    }
                }
                Event::Eof => return None,
                _ => {}
            }
        }
    }

    /// Puts what is wrong on a ground of its colour: the cell, or the runs that hold the words.
    fn colour(&self, marks: &[&Mark], splices: &mut Splices) {
        let p = &self.prefix;
        let shade = |tint: Tint| {
            format!(
                r#"<{p}shd {p}val="clear" {p}color="auto" {p}fill="{}"/>"#,
                tint.rgb()
            )
        };
        if self.is_cell {
            // White letters on a ground of ours would be seen.
            let white = self.runs.iter().any(|r| r.white);
            let tint = marks.iter().map(|m| m.tint).max().filter(|_| !white);
            let Some(tint) = tint else { return };
            match &self.ground {
                Some(at) => splices.replace(at.clone(), shade(tint)),
                None if self.properties => {}
                None => {
                    splices.insert(self.inside, format!("<{p}tcPr>{}</{p}tcPr>", shade(tint)));
                }
            }
            return;
        }
        let mut tints: Vec<Option<Tint>> = vec![None; self.runs.len()];
        let whole: String = self.runs.iter().map(|r| r.text.as_str()).collect();
        for mark in marks.iter().filter(|m| m.spot != Spot::Whole) {
            let raw: String = mark.raw.chars().filter(|c| !c.is_whitespace()).collect();
            let found = whole.find(&raw).filter(|_| !raw.is_empty());
            let meant = found.map_or(0..whole.len(), |at| at..at + raw.len());
            let mut from = 0;
            for (run, tint) in self.runs.iter().zip(&mut tints) {
                let to = from + run.text.len();
                if from < meant.end && meant.start < to && !run.white {
                    *tint = (*tint).max(Some(mark.tint));
                }
                from = to;
            }
        }
        for (run, tint) in self.runs.iter().zip(tints) {
            let Some(tint) = tint else { continue };
            let ground = match run.properties {
                true => shade(tint),
                false => format!("<{p}rPr>{}</{p}rPr>", shade(tint)),
            };
            splices.insert(run.ground, ground);
        }
    }

    /// Pins a comment to it; false where there is no room for one.
    fn pin(&self, id: usize, splices: &mut Splices) -> bool {
        let Some(paragraph) = &self.paragraph else {
            return false;
        };
        let p = &self.prefix;
        splices.insert(
            paragraph.start,
            format!(r#"<{p}commentRangeStart {p}id="{id}"/>"#),
        );
        splices.insert(
            paragraph.end,
            format!(
                r#"<{p}commentRangeEnd {p}id="{id}"/><{p}r><{p}commentReference {p}id="{id}"/></{p}r>"#
            ),
        );
        true
    }
}
