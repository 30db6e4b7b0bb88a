//! Pictures of pages, where the program is built without what reads them: they are named.

use super::{Limits, Manner, failed};
use crate::model::{Area, Problem, ReadFile, Say, Setting};
use crate::page::Page;
use pdfboss_core::{Document as Pdf, Rect};

/// A picture file.
pub fn picture(path: &str, _: &[u8], _: &Manner) -> ReadFile {
    failed(Problem::not_a_document(
        path,
        &Say::new("a picture", "图片"),
    ))
}

/// The picture of a page: there is none.
pub enum PagePicture {}

impl PagePicture {
    /// A part of it, as a PNG file.
    pub fn crop(&self, _: Area) -> Option<Vec<u8>> {
        match *self {}
    }

    /// Where a box of the sheet of a PDF stands on it.
    pub fn area(&self, _: &Rect) -> Option<Area> {
        match *self {}
    }

    /// Its width and height.
    pub fn size(&self) -> (u32, u32) {
        match *self {}
    }
}

/// The picture of a page: it cannot be had.
pub fn page_picture(_: &[u8], _: u32, _: Setting, _: &Limits) -> Option<PagePicture> {
    None
}

/// The page of a PDF that was read: there is none.
pub struct Scanned {
    pub page: Page,
}

impl Scanned {
    /// From edges on the page to the box on the sheet.
    pub fn back(&self) -> impl Fn([f32; 4]) -> Rect + use<> {
        |[x0, y0, x1, y1]| Rect { x0, y0, x1, y1 }
    }
}

/// Pages of a PDF, read from what they look like: none.
pub fn pages(
    path: &str,
    _: (&Pdf, &[u8]),
    wanted: &[u32],
    _: &Manner,
) -> Vec<Result<Scanned, Box<Problem>>> {
    let none = |page: &u32| Err(Problem::no_text_layer(path, Some(*page)).into());
    wanted.iter().map(none).collect()
}
