//! A PDF with the wrong words highlighted and a note each, appended as an update: the bytes there were
//! stay as they are.

use super::{AUTHOR, Mark, SIGN, Tint};
use crate::model::{Document, ReadFile, Spot};
use crate::read::{Limits, Manner, printed_places};
use anyhow::{Context, bail};
use pdfboss_core::object::{Dict, Name, ObjRef, Object};
use pdfboss_core::{Document as Pdf, Page, Rect, XrefKind};
use std::collections::BTreeMap;

/// The side of a note's sign, in points.
const SIGN_SIZE: f32 = 18.0;

/// The document with its places marked.
///
/// # Errors
/// It is encrypted or damaged.
pub fn mark(bytes: &[u8], marks: &[Mark], manner: &Manner) -> anyhow::Result<Vec<u8>> {
    let pdf = Pdf::load(bytes.to_vec())?;
    if pdf.is_encrypted() {
        bail!("it is encrypted");
    }
    let newest = pdf.xref().newest_section();
    let newest = newest.context("its table of objects is damaged")?;
    let (read, places) = printed_places(bytes, manner);
    let document = read.documents.first();
    let mut update = Update::after(&pdf, bytes)?;
    for (number, marks) in by_page(marks, pdf.page_count()) {
        let page = pdf.page(number)?;
        let own = page.object_ref().context("a page of it is no object")?;
        let mut added = Vec::new();
        let mut taken: Vec<(f32, f32)> = Vec::new();
        for (nth, mark) in marks.into_iter().enumerate() {
            let boxes = document.map_or(Vec::new(), |d| boxes(d, &places, &mark.spot, &mark.raw));
            for rect in &boxes {
                added.push(update.highlight(own, rect, mark.tint));
            }
            let at = sign(&page, boxes.first(), nth, &mut taken);
            added.push(update.note(own, &at, mark));
        }
        let mut dict = page.dict().clone();
        let there = dict.get("Annots").map(|a| pdf.resolve(a)).transpose()?;
        let mut all = match there {
            Some(Object::Array(all)) => all,
            _ => Vec::new(),
        };
        all.extend(added.into_iter().map(Object::Ref));
        dict.insert(Name("Annots".to_string()), Object::Array(all));
        update.put(own, &object(&Object::Dict(dict)));
    }
    let before = usize::try_from(newest.offset)?;
    update.finish(&pdf, before, newest.kind)
}

/// The marks by the page they are on; those of the document as a whole are on its first.
fn by_page(marks: &[Mark], pages: usize) -> BTreeMap<usize, Vec<&Mark>> {
    let mut by: BTreeMap<usize, Vec<&Mark>> = BTreeMap::new();
    for mark in marks {
        let number = match &mark.spot {
            Spot::PageLine { page, .. } => *page as usize,
            // `pages 3-4`: which of several papers it is.
            _ => {
                let part = mark.part.as_deref().unwrap_or("");
                let digits = part.trim_start_matches(|c: char| !c.is_ascii_digit());
                let number = digits.split(|c: char| !c.is_ascii_digit()).next();
                let number = number.and_then(|n| n.parse::<usize>().ok());
                number.map_or(0, |n| n.saturating_sub(1))
            }
        };
        let number = number.min(pages.saturating_sub(1));
        by.entry(number).or_default().push(mark);
    }
    by
}

/// The boxes of the cells a text at a place is of.
fn boxes(document: &Document, places: &[Rect], spot: &Spot, raw: &str) -> Vec<Rect> {
    if raw.is_empty() || *spot == Spot::Whole {
        return Vec::new();
    }
    let grid = &document.grid;
    let bare = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let raw = bare(raw);
    let own = (0..grid.cells.len()).filter(|n| grid.spot(*n) == *spot);
    let own: Vec<(usize, String)> = own.map(|n| (n, bare(grid.cell_text(n)))).collect();
    let mut best: Vec<&(usize, String)> = own.iter().filter(|(_, t)| *t == raw).collect();
    if best.is_empty() {
        best = own.iter().filter(|(_, t)| t.contains(&raw)).collect();
    }
    if best.is_empty() {
        let part = |t: &String| !t.is_empty() && raw.contains(t.as_str());
        best = own.iter().filter(|(_, t)| part(t)).collect();
    }
    best.iter()
        .filter_map(|(n, _)| places.get(*n).copied())
        .collect()
}

/// A printed document, to find again where its texts stand.
pub struct Printed {
    read: ReadFile,
    places: Vec<Rect>,
    /// The visible box of each page that stands upright.
    sheets: Vec<Option<Rect>>,
}

impl Printed {
    /// Reads it; nothing where it cannot be read.
    pub fn of(bytes: &[u8], limits: &Limits) -> Option<Printed> {
        let pdf = Pdf::load(bytes.to_vec()).ok()?;
        // What is a picture is not read again.
        let manner = Manner {
            limits: limits.clone(),
            ..Manner::default()
        };
        let (read, places) = printed_places(bytes, &manner);
        let sheet = |number| pdf.page(number).ok().filter(|page| page.rotate == 0);
        let sheets = (0..pdf.page_count()).map(|number| sheet(number).map(|page| page.crop_box));
        Some(Printed {
            read,
            places,
            sheets: sheets.collect(),
        })
    }

    /// The page a text stands on and where, in parts of its width and height: left, upper, right and
    /// lower edge.
    pub fn find(&self, spot: &Spot, raw: &str) -> Option<(u32, [f32; 4])> {
        let Spot::PageLine { page, .. } = spot else {
            return None;
        };
        let sheet = (*self.sheets.get(*page as usize)?)?;
        let boxes = boxes(self.read.documents.first()?, &self.places, spot, raw);
        let one = boxes.into_iter().reduce(|a, b| Rect {
            x0: a.x0.min(b.x0),
            y0: a.y0.min(b.y0),
            x1: a.x1.max(b.x1),
            y1: a.y1.max(b.y1),
        })?;
        let (width, height) = (sheet.width().max(1.0), sheet.height().max(1.0));
        let edges = [
            (one.x0 - sheet.x0) / width,
            (sheet.y1 - one.y1) / height,
            (one.x1 - sheet.x0) / width,
            (sheet.y1 - one.y0) / height,
        ];
        Some((*page, edges.map(|edge| edge.clamp(0.0, 1.0))))
    }
}

/// Where the sign of a note stands: at the edge of the page beside its words, signs apart.
fn sign(page: &Page, of: Option<&Rect>, nth: usize, taken: &mut Vec<(f32, f32)>) -> Rect {
    let sheet = page.crop_box;
    let (mut x, y) = match of {
        Some(of) if page.rotate == 0 => (sheet.x1 - SIGN_SIZE - 10.0, of.y1),
        Some(of) => (of.x1, of.y1),
        #[expect(clippy::cast_precision_loss)]
        None => (sheet.x0 + 4.0 + SIGN_SIZE * nth as f32, sheet.y1 - 2.0),
    };
    let near = |x: f32, taken: &[(f32, f32)]| {
        let near = |(a, b): &(f32, f32)| (a - x).abs() < SIGN_SIZE && (b - y).abs() < SIGN_SIZE;
        taken.iter().any(near)
    };
    while near(x, taken) && x > sheet.x0 {
        x -= SIGN_SIZE;
    }
    taken.push((x, y));
    Rect::new(x, y - SIGN_SIZE, x + SIGN_SIZE, y)
}

/// What is appended.
struct Update {
    bytes: Vec<u8>,
    /// Where each object begins.
    objects: BTreeMap<u32, (u16, usize)>,
    next: u32,
}

impl Update {
    fn after(pdf: &Pdf, bytes: &[u8]) -> anyhow::Result<Update> {
        let highest = pdf.xref().iter().map(|(number, _)| number).max();
        let size = pdf.xref().trailer.get_int("Size").unwrap_or(0);
        let next = highest.unwrap_or(0).checked_add(1);
        let next = next.context("it has too many objects")?;
        let mut bytes = bytes.to_vec();
        if !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
        Ok(Update {
            bytes,
            objects: BTreeMap::new(),
            next: next.max(u32::try_from(size).unwrap_or(0)),
        })
    }

    fn put(&mut self, own: ObjRef, body: &[u8]) {
        self.objects.insert(own.num, (own.r#gen, self.bytes.len()));
        let head = format!("{} {} obj\n", own.num, own.r#gen);
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    fn add(&mut self, body: &str) -> ObjRef {
        let own = ObjRef {
            num: self.next,
            r#gen: 0,
        };
        self.next += 1;
        self.put(own, body.as_bytes());
        own
    }

    fn highlight(&mut self, page: ObjRef, rect: &Rect, tint: Tint) -> ObjRef {
        let Rect { x0, y0, x1, y1 } = rect;
        let colour = colour(tint);
        let (width, height) = (x1 - x0, y1 - y0);
        let drawn = format!("/G gs {colour} rg {x0:.2} {y0:.2} {width:.2} {height:.2} re f");
        let edges = format!("[{x0:.2} {y0:.2} {x1:.2} {y1:.2}]");
        let look = self.add(&format!(
            "<</Type/XObject/Subtype/Form/BBox{edges}/Group<</S/Transparency>>/Resources<</ExtGState<</G<</Type/ExtGState/BM/Multiply>>>>>>/Length {}>>\nstream\n{drawn}\nendstream",
            drawn.len()
        ));
        self.add(&format!(
            "<</Type/Annot/Subtype/Highlight/Rect{edges}/QuadPoints[{x0:.2} {y1:.2} {x1:.2} {y1:.2} {x0:.2} {y0:.2} {x1:.2} {y0:.2}]/C[{colour}]/F 4/T({AUTHOR})/P {} {} R/AP<</N {} 0 R>>>>",
            page.num, page.r#gen, look.num
        ))
    }

    fn note(&mut self, page: ObjRef, at: &Rect, mark: &Mark) -> ObjRef {
        let text: Vec<u8> = std::iter::once(0xfeff)
            .chain(mark.text().encode_utf16())
            .flat_map(u16::to_be_bytes)
            .collect();
        self.add(&format!(
            "<</Type/Annot/Subtype/Text/Name/Comment/Rect[{:.2} {:.2} {:.2} {:.2}]/Contents{}/C[{}]/F 28/T({AUTHOR})/P {} {} R>>",
            at.x0,
            at.y0,
            at.x1,
            at.y1,
            hex(&text),
            colour(mark.tint),
            page.num,
            page.r#gen
        ))
    }

    /// Ends the update with a table of its objects, of the kind the file has.
    fn finish(mut self, pdf: &Pdf, before: usize, kind: XrefKind) -> anyhow::Result<Vec<u8>> {
        let start = self.bytes.len();
        let table = ObjRef {
            num: self.next,
            r#gen: 0,
        };
        if kind == XrefKind::Stream {
            self.next += 1;
            self.objects.insert(table.num, (0, start));
        }
        let mut trailer = Dict::new();
        let kept = ["Root", "Info", "ID"];
        for name in kept {
            if let Some(value) = pdf.xref().trailer.get(name) {
                trailer.insert(Name(name.to_string()), value.clone());
            }
        }
        let number = |n: usize| i64::try_from(n).map(Object::Int);
        trailer.insert(Name("Size".to_string()), Object::Int(self.next.into()));
        trailer.insert(Name("Prev".to_string()), number(before)?);
        let mut runs: Vec<Vec<(u32, (u16, usize))>> = Vec::new();
        for (number, place) in &self.objects {
            match runs.last_mut() {
                Some(run) if run.last().is_some_and(|(last, _)| last + 1 == *number) => {
                    run.push((*number, *place));
                }
                _ => runs.push(vec![(*number, *place)]),
            }
        }
        match kind {
            XrefKind::Table => {
                self.bytes.extend_from_slice(b"xref\n");
                for run in &runs {
                    let first = run.first().map_or(0, |(n, _)| *n);
                    let mut text = format!("{first} {}\n", run.len());
                    for (_, (version, at)) in run {
                        text.push_str(&format!("{at:010} {version:05} n \n"));
                    }
                    self.bytes.extend_from_slice(text.as_bytes());
                }
                self.bytes.extend_from_slice(b"trailer\n");
                self.bytes
                    .extend_from_slice(&object(&Object::Dict(trailer)));
            }
            XrefKind::Stream => {
                let (mut index, mut data) = (Vec::new(), Vec::new());
                for run in &runs {
                    let first = run.first().map_or(0, |(n, _)| *n);
                    index.extend([Object::Int(first.into()), number(run.len())?]);
                    for (_, (version, at)) in run {
                        data.push(1);
                        data.extend_from_slice(&u32::try_from(*at)?.to_be_bytes());
                        data.extend_from_slice(&version.to_be_bytes());
                    }
                }
                let widths = [1, 4, 2].map(Object::Int).to_vec();
                let name = |name: &str| Object::Name(Name(name.to_string()));
                for (key, value) in [
                    ("Type", name("XRef")),
                    ("W", Object::Array(widths)),
                    ("Index", Object::Array(index)),
                    ("Length", number(data.len())?),
                ] {
                    trailer.insert(Name(key.to_string()), value);
                }
                let mut body = object(&Object::Dict(trailer));
                body.extend_from_slice(b"\nstream\n");
                body.extend_from_slice(&data);
                body.extend_from_slice(b"\nendstream");
                self.put(table, &body);
            }
        }
        let end = format!("\nstartxref\n{start}\n%%EOF\n%{SIGN}\n");
        self.bytes.extend_from_slice(end.as_bytes());
        Ok(self.bytes)
    }
}

/// A colour as three parts of one.
fn colour(tint: Tint) -> String {
    let parts = u32::from_str_radix(tint.rgb(), 16)
        .unwrap_or(0)
        .to_be_bytes();
    let parts = parts
        .iter()
        .skip(1)
        .map(|b| format!("{:.3}", f32::from(*b) / 255.0));
    parts.collect::<Vec<_>>().join(" ")
}

fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    format!("<{digits}>")
}

/// An object as it is written; keys in their order.
fn object(object: &Object) -> Vec<u8> {
    let mut out = Vec::new();
    write(object, &mut out);
    out
}

fn write(object: &Object, out: &mut Vec<u8>) {
    let mut say = |text: &str| out.extend_from_slice(text.as_bytes());
    match object {
        Object::Null => say("null"),
        Object::Bool(value) => say(&value.to_string()),
        Object::Int(value) => say(&value.to_string()),
        Object::Real(value) => say(&value.to_string()),
        Object::String(bytes) => say(&hex(bytes)),
        Object::Name(name) => say(&written(name)),
        Object::Ref(to) => say(&format!("{} {} R", to.num, to.r#gen)),
        Object::Array(all) => {
            say("[");
            for (n, one) in all.iter().enumerate() {
                if n > 0 {
                    out.push(b' ');
                }
                write(one, out);
            }
            out.push(b']');
        }
        Object::Dict(dict) => write_dict(dict, out),
        // A page holds no stream but by reference.
        Object::Stream(stream) => write_dict(&stream.dict, out),
    }
}

fn write_dict(dict: &Dict, out: &mut Vec<u8>) {
    let mut all: Vec<(&Name, &Object)> = dict.iter().collect();
    all.sort_by_key(|(name, _)| *name);
    out.extend_from_slice(b"<<");
    for (name, value) in all {
        out.extend_from_slice(written(name).as_bytes());
        out.push(b' ');
        write(value, out);
    }
    out.extend_from_slice(b">>");
}

fn written(name: &Name) -> String {
    let mut text = String::from("/");
    for byte in name.0.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'+' | b':' => {
                text.push(char::from(byte));
            }
            _ => text.push_str(&format!("#{byte:02x}")),
        }
    }
    text
}
