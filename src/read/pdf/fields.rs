//! What is pinned to a page: annotations, and the fields of a form with their values.

use crate::model::AsideKind;
use pdfboss_core::annotation::Annotation;
use pdfboss_core::form::{DefaultAppearance, FieldType, FormField};
use pdfboss_core::object::ObjRef;
use pdfboss_core::{Dict, Document as Pdf, Object, Page as Sheet, Rect};
use pdfboss_text::{ReadingOrder, extract_spans};
use std::collections::HashMap;

/// Who the comments of a marked copy are by.
pub const COMMENTS_BY: &str = "greenlane";

/// A mark pinned to a page.
pub enum Pinned {
    /// A line through the words in these boxes.
    Line(Vec<Rect>),
    /// A stamp, a remark, a drawing.
    Note(AsideKind, String, Rect),
    /// A field of a form in its box, and whether it is shown.
    Field(ObjRef, Rect, bool),
}

/// What is pinned to a page, in its order.
pub fn annotations(pdf: &Pdf, sheet: &Sheet) -> Vec<Pinned> {
    let mut marks = Vec::new();
    let note = |text, rect| Pinned::Note(AsideKind::Annotation, text, rect);
    for own in pdf.annotations(sheet) {
        let Some(rect) = own.rect else { continue };
        let unseen = own.flags.hidden() || own.flags.no_view();
        match own.subtype.as_str() {
            "Widget" => marks.extend(own.object.map(|o| Pinned::Field(o, rect, !unseen))),
            _ if unseen || own.state.is_some() => {}
            "StrikeOut" => {
                marks.push(Pinned::Line(boxes(pdf, &own).unwrap_or(vec![rect])));
                marks.extend(words_of(&own).map(|text| note(text, rect)));
            }
            // Where one goes, what opens by itself, what only underlines says nothing without words.
            "Link" | "Popup" | "Highlight" | "Underline" | "Squiggly" | "PrinterMark"
            | "TrapNet" | "Screen" => {
                let text = words_of(&own).filter(|_| own.subtype != "Popup");
                let text = text.filter(|_| own.subtype != "Link");
                marks.extend(text.map(|text| note(text, rect)));
            }
            // What a marked copy says of a place is no part of the paper.
            "Text" if is_ours(&own) => {
                let text = words_of(&own).unwrap_or_default();
                marks.push(Pinned::Note(AsideKind::Comment, text, rect));
            }
            _ => {
                let text = words_of(&own).or_else(|| drawn(pdf, &own));
                let named = || own.icon.clone().unwrap_or(own.subtype.clone());
                marks.push(note(text.unwrap_or_else(named), rect));
            }
        }
    }
    marks
}

/// A comment of a marked copy.
fn is_ours(own: &Annotation) -> bool {
    let by = own.markup.as_ref().and_then(|m| m.title.as_deref());
    by == Some(COMMENTS_BY)
}

fn words_of(own: &Annotation) -> Option<String> {
    let text = own.contents.as_deref()?.trim();
    (!text.is_empty()).then(|| text.to_string())
}

fn dictionary(pdf: &Pdf, own: &Annotation) -> Option<Dict> {
    pdf.get(own.object?).ok()?.as_dict().cloned()
}

/// The boxes of the words a mark lies over: four corners each.
fn boxes(pdf: &Pdf, own: &Annotation) -> Option<Vec<Rect>> {
    let points = dictionary(pdf, own)?.get("QuadPoints").cloned()?;
    let points = pdf.resolve(&points).ok()?;
    #[expect(clippy::cast_possible_truncation)]
    let number = |o: &Object| o.as_f64().map(|v| v as f32);
    let points: Vec<f32> = points.as_array()?.iter().filter_map(number).collect();
    let boxes: Vec<Rect> = points
        .chunks_exact(8)
        .filter_map(|corner| {
            let xs = || corner.iter().step_by(2).copied();
            let ys = || corner.iter().skip(1).step_by(2).copied();
            Some(Rect {
                x0: xs().reduce(f32::min)?,
                y0: ys().reduce(f32::min)?,
                x1: xs().reduce(f32::max)?,
                y1: ys().reduce(f32::max)?,
            })
        })
        .collect();
    (!boxes.is_empty()).then_some(boxes)
}

/// The words a stamp is drawn with, where it has no others.
fn drawn(pdf: &Pdf, own: &Annotation) -> Option<String> {
    let looks = dictionary(pdf, own)?.get("AP").cloned()?;
    let looks = pdf.resolve(&looks).ok()?;
    let normal = looks.as_dict()?.get("N").cloned()?;
    let Object::Stream(stream) = pdf.resolve(&normal).ok()? else {
        return None;
    };
    let resources = stream.dict.get("Resources");
    let resources = resources.and_then(|r| pdf.resolve(r).ok());
    let resources = resources.as_ref().and_then(Object::as_dict).cloned();
    let mut page = Dict::new();
    page.insert(pdfboss_core::object::Name("Contents".into()), normal);
    let wide = Rect {
        x0: -10_000.0,
        y0: -10_000.0,
        x1: 10_000.0,
        y1: 10_000.0,
    };
    let none = None;
    let page = Sheet::from_tree_attrs(
        0,
        resources,
        Some(wide),
        none,
        none,
        none,
        none,
        None,
        page,
        None,
    );
    let spans = extract_spans(pdf, &page, ReadingOrder::Content).ok()?;
    let text: String = spans.iter().map(|s| s.text.as_str()).collect();
    (!text.trim().is_empty()).then(|| text.trim().to_string())
}

/// What the fields of a form show, by the mark that shows them.
pub struct Fields {
    shown: HashMap<ObjRef, (String, f32)>,
}

impl Fields {
    pub fn of(pdf: &Pdf) -> Fields {
        let mut shown = HashMap::new();
        for field in pdf.form_fields() {
            let size = field.default_appearance.as_deref();
            let size = size.and_then(|da| DefaultAppearance::parse(da).font_size);
            let on = field.on_widgets();
            for (n, widget) in field.widgets.iter().enumerate() {
                let state = widget.appearance_state.as_deref();
                let ticked = state.map_or(on.contains(&n), |s| s != "Off");
                if let Some(text) = value(&field, ticked) {
                    shown.insert(widget.object, (text, size.unwrap_or(0.0)));
                }
            }
        }
        Fields { shown }
    }

    /// The lines of a field in their places, with the size of their letters.
    pub fn lines(&self, object: ObjRef, rect: &Rect) -> Vec<(String, Rect, f32)> {
        let Some((text, size)) = self.shown.get(&object) else {
            return Vec::new();
        };
        let texts: Vec<&str> = text.split(['\r', '\n']).collect();
        #[expect(clippy::cast_precision_loss)]
        let pitch = rect.height() / texts.len() as f32;
        let size = if *size > 1.0 {
            *size
        } else {
            (pitch * 0.7).clamp(4.0, 12.0)
        };
        // Lines stand below each other from the upper edge of a box that has room for more.
        let pitch = if texts.len() > 1 {
            pitch.min(size * 1.2)
        } else {
            pitch
        };
        let mut top = rect.y1;
        let mut lines = Vec::new();
        for text in texts {
            let (y0, y1) = (top - pitch, top);
            top = y0;
            if !text.trim().is_empty() {
                lines.push((text.trim().to_string(), Rect { y0, y1, ..*rect }, size));
            }
        }
        lines
    }
}

/// What a field shows; a button that does something shows nothing.
fn value(field: &FormField, ticked: bool) -> Option<String> {
    let text = match field.field_type? {
        FieldType::Text => field.text()?,
        FieldType::Choice => field.selected().join(" "),
        FieldType::Button if field.flags.pushbutton() => return None,
        FieldType::Button => if ticked { "☒" } else { "☐" }.to_string(),
        FieldType::Signature => return None,
    };
    let text = super::folded::folded(&text);
    (!text.trim().is_empty() && !field.flags.password()).then_some(text)
}
