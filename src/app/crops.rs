//! The pictures of places: parts of the pages they stand on, within bounds of number and size.

use super::paths::read_file;
use crate::mark::Printed;
use crate::model::{Area, Document, Field, Place, Report, Setting, Sight, Spot};
use crate::read::{Limits, PagePicture, hex_digest, page_picture};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// So many pages are drawn for one report.
const PAGES: usize = 40;
/// So many bytes all pictures of a report may have.
const BYTES: usize = 8 << 20;
/// Pixels about a place.
const ABOUT: u32 = 6;
/// So many places of a finding are shown with their pictures.
const PLACES: usize = 8;

/// What pictures were taken so far.
pub struct Crops<'a> {
    limits: &'a Limits,
    /// By path.
    files: HashMap<String, File>,
    drawn: usize,
    left: usize,
}

/// A file pictures are taken of.
#[derive(Default)]
struct File {
    /// By page and how it is set upright.
    pages: HashMap<(u32, u8, u32), Option<PagePicture>>,
    printed: Option<Option<Printed>>,
}

impl<'a> Crops<'a> {
    pub fn new(limits: &'a Limits) -> Crops<'a> {
        Crops {
            limits,
            files: HashMap::new(),
            drawn: 0,
            left: BYTES,
        }
    }

    /// The picture of a field of a document that was read from these bytes.
    pub fn of_field(
        &mut self,
        bytes: &[u8],
        document: &Document,
        field: &Field,
    ) -> Option<Vec<u8>> {
        let path = &document.path;
        match document.grid.recognised_of(field.cell) {
            Some(read) => {
                let (area, setting) = (read.area, read.setting);
                let page = read.page;
                let sight = Sight {
                    page,
                    area,
                    setting,
                };
                self.of_sight(path, bytes, sight)
            }
            None => self.of_print(path, bytes, &document.spot(field), document.raw(field)),
        }
    }

    /// Adds to the places of a report's findings what they look like.
    pub fn add(&mut self, report: &mut Report) {
        for shipment in &mut report.shipments {
            let documents = Arc::clone(&shipment.documents);
            for (number, document) in documents.iter().enumerate() {
                let findings = shipment.findings.iter_mut();
                let places = findings.flat_map(|f| f.places.iter_mut().take(PLACES));
                let own = |p: &&mut Place| p.document == Some(number) && !p.raw.trim().is_empty();
                let mut places = places.filter(own).peekable();
                if places.peek().is_none() || !matches!(document.format, "pdf" | "picture") {
                    continue;
                }
                let path = &document.path;
                let bytes = read_file(Path::new(path), path, self.limits.file_bytes);
                let Some(bytes) = bytes.ok().filter(|b| hex_digest(b) == document.sha256) else {
                    continue;
                };
                for place in places {
                    let crop = match place.pictured.and_then(|read| read.sight) {
                        Some(sight) => self.of_sight(path, &bytes, sight),
                        None => self.of_print(path, &bytes, &place.spot, &place.raw),
                    };
                    place.crop = crop.map(Arc::new);
                }
            }
        }
    }

    /// A text that stands on a printed page.
    fn of_print(&mut self, path: &str, bytes: &[u8], spot: &Spot, raw: &str) -> Option<Vec<u8>> {
        let limits = self.limits;
        let file = self.files.entry(path.to_string()).or_default();
        let printed = file
            .printed
            .get_or_insert_with(|| Printed::of(bytes, limits));
        let (page, edges) = printed.as_ref()?.find(spot, raw)?;
        let (width, height) = self.page(path, bytes, page, Setting::default())?.size();
        let [left, top, right, bottom] = edges;
        let part = |edge: f32, side: u32| {
            let at = f64::from(edge) * f64::from(side);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let at = at.round() as u32;
            at
        };
        let area = Area {
            left: part(left, width),
            top: part(top, height),
            right: part(right, width),
            bottom: part(bottom, height),
        };
        let setting = Setting::default();
        self.of_sight(
            path,
            bytes,
            Sight {
                page,
                area,
                setting,
            },
        )
    }

    /// A part of the picture of a page.
    fn of_sight(&mut self, path: &str, bytes: &[u8], sight: Sight) -> Option<Vec<u8>> {
        let area = sight.area;
        let picture = self.page(path, bytes, sight.page, sight.setting)?;
        let (width, height) = picture.size();
        let png = picture.crop(Area {
            left: area.left.saturating_sub(ABOUT),
            top: area.top.saturating_sub(ABOUT),
            right: (area.right + ABOUT).min(width.saturating_sub(1)),
            bottom: (area.bottom + ABOUT).min(height.saturating_sub(1)),
        })?;
        self.left = self.left.checked_sub(png.len())?;
        Some(png)
    }

    fn page(
        &mut self,
        path: &str,
        bytes: &[u8],
        page: u32,
        setting: Setting,
    ) -> Option<&PagePicture> {
        let file = self.files.entry(path.to_string()).or_default();
        let key = (page, setting.quarters, setting.skew.to_bits());
        if !file.pages.contains_key(&key) {
            if self.drawn >= PAGES {
                return None;
            }
            self.drawn += 1;
        }
        let drawn = || page_picture(bytes, page, setting, self.limits);
        file.pages.entry(key).or_insert_with(drawn).as_ref()
    }
}
