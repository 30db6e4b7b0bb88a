//! Pictures of pages → documents: files of pictures, and pages of a PDF that hold no text.

use super::sniff::{Format, sniff};
use super::{Limits, Manner, document, failed, stated};
use crate::model::grid::index;
use crate::model::work::{self, Allowed};
use crate::model::{Area, Grid, Layout, Problem, ReadFile, Say, Setting};
use crate::ocr::picture::{Refused, decode, fitted, pages as pages_of, within};
use crate::ocr::upright::apply;
use crate::ocr::{Ocr, Picture, apart, png};
use crate::page::Page;
use image::RgbImage;
use pdfboss_core::{Document as Pdf, Page as Sheet, Rect};
use pdfboss_render::render_page;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What a page takes of the memory while it is read.
const MEMORY: u64 = 400 << 20;
/// Nobody waits longer for his turn.
const TURN: Duration = Duration::from_hours(1);
/// So many pixels to the inch a page is drawn with.
const DPI: f32 = 200.0;
/// The longer side of the page a picture is taken to be of, in inches: A4.
const A4: f32 = 11.69;

/// A picture file: its pages, as of a PDF that holds no text.
pub fn picture(path: &str, bytes: &[u8], manner: &Manner) -> ReadFile {
    let limits = &manner.limits;
    let Some(ocr) = &manner.ocr else {
        return failed(Problem::not_a_document(
            path,
            &Say::new("a picture", "图片"),
        ));
    };
    let count = pages_of(bytes);
    let wanted: Vec<u32> = (0..index(count.min(limits.scan_pages))).collect();
    let of_page = |page: u32| {
        let pixels = decode(bytes, page as usize, limits.pixels)
            .map_err(|why| refused(path, why, limits))?;
        let dpi = pixels.width().max(pixels.height()) as f32 / A4;
        Ok(Picture { pixels, page, dpi })
    };
    let read = each(path, ocr, &wanted, manner, of_page);
    let mut grid = Grid::new(Layout::Pages);
    let mut problems = Vec::new();
    if count > limits.scan_pages {
        let limit = stated("scan-pages", limits.scan_pages);
        problems.push(Problem::too_large(path, &limit));
    }
    for page in read {
        match page {
            Ok((mut page, _)) => {
                page.settle();
                page.lay_out(&mut grid);
            }
            Err(problem) => problems.push(*problem),
        }
    }
    if grid.rows.is_empty() {
        if problems.is_empty() {
            problems.push(Problem::not_a_document(
                path,
                &Say::new("a picture without text", "没有文字的图片"),
            ));
        }
        return ReadFile {
            documents: Vec::new(),
            problems,
        };
    }
    let mut made = document(path, None, "picture", grid);
    made.whole = problems.is_empty();
    problems.push(Problem::read_from_picture(path, None));
    ReadFile {
        documents: vec![made],
        problems,
    }
}

/// The picture of a page as it was read: upright, with the places of [`Recognised`] on it.
///
/// [`Recognised`]: crate::model::Recognised
pub struct PagePicture {
    pixels: RgbImage,
    /// Of a page of a PDF: its sheet, and how that is turned.
    sheet: Option<(Rect, i32)>,
}

impl PagePicture {
    /// A part of it, as a PNG file.
    pub fn crop(&self, area: Area) -> Option<Vec<u8>> {
        png(&self.pixels, area)
    }

    /// Its width and height.
    pub fn size(&self) -> (u32, u32) {
        self.pixels.dimensions()
    }

    /// Where a box of the sheet of a PDF stands on it, as the sheet is printed.
    pub fn area(&self, own: &Rect) -> Option<Area> {
        let (sheet, rotate) = self.sheet?;
        let (width, height) = (sheet.width(), sheet.height());
        let point = |x: f32, y: f32| {
            let (x, y) = (x - sheet.x0, y - sheet.y0);
            match rotate.rem_euclid(360) {
                90 => (y, x),
                180 => (width - x, y),
                270 => (height - y, width - x),
                _ => (x, height - y),
            }
        };
        let long = self.pixels.width().max(self.pixels.height()) as f32;
        let scale = long / width.max(height).max(1.0);
        let ((ax, ay), (bx, by)) = (point(own.x0, own.y0), point(own.x1, own.y1));
        let edge = |at: f32| crate::ocr::upright::pixels((at * scale).max(0.0));
        Some(Area {
            left: edge(ax.min(bx)),
            top: edge(ay.min(by)),
            right: edge(ax.max(bx)),
            bottom: edge(ay.max(by)),
        })
    }
}

/// The picture of a page of a PDF or of a picture file; nothing where it cannot be had.
pub fn page_picture(
    bytes: &[u8],
    page: u32,
    setting: Setting,
    limits: &Limits,
) -> Option<PagePicture> {
    let (pixels, sheet) = match sniff("", bytes) {
        Format::Picture => (decode(bytes, page as usize, limits.pixels).ok()?, None),
        Format::Pdf => {
            let pdf = Pdf::load(bytes.to_vec()).ok()?;
            let sheet = pdf.page(page as usize).ok()?;
            let pixels = drawn("", bytes, page, limits).ok()?.pixels;
            (pixels, Some((sheet.crop_box, sheet.rotate)))
        }
        _ => return None,
    };
    let pixels = apply(setting, pixels);
    Some(PagePicture { pixels, sheet })
}

/// The page of a PDF that was read, and how it stands on its sheet.
pub struct Scanned {
    pub page: Page,
    sheet: Rect,
    rotate: i32,
    setting: Setting,
}

impl Scanned {
    /// From edges on the page to the box on the sheet.
    pub fn back(&self) -> impl Fn([f32; 4]) -> Rect + use<> {
        let (sheet, width, height) = (self.sheet, self.sheet.width(), self.sheet.height());
        let turns = self.rotate / 90 + i32::from(self.setting.quarters);
        let point = move |x: f32, y: f32| match turns.rem_euclid(4) {
            1 => (y, x),
            2 => (width - x, y),
            3 => (width - y, height - x),
            _ => (x, height - y),
        };
        move |[left, upper, right, lower]| {
            let ((ax, ay), (bx, by)) = (point(left, upper), point(right, lower));
            Rect {
                x0: sheet.x0 + ax.min(bx),
                y0: sheet.y0 + ay.min(by),
                x1: sheet.x0 + ax.max(bx),
                y1: sheet.y0 + ay.max(by),
            }
        }
    }
}

/// Pages of a PDF, read from what they look like.
pub fn pages(
    path: &str,
    (pdf, bytes): (&Pdf, &[u8]),
    wanted: &[u32],
    manner: &Manner,
) -> Vec<Result<Scanned, Box<Problem>>> {
    let Some(ocr) = &manner.ocr else {
        let none = |page: &u32| Err(Problem::no_text_layer(path, Some(*page)).into());
        return wanted.iter().map(none).collect();
    };
    let limits = &manner.limits;
    let most = limits.scan_pages;
    let read = each(
        path,
        ocr,
        wanted.get(..most).unwrap_or(wanted),
        manner,
        |page| drawn(path, bytes, page, limits),
    );
    let over = wanted
        .iter()
        .skip(most)
        .map(|_| Err(Problem::too_large(path, &stated("scan-pages", most)).into()));
    let placed = read.into_iter().zip(wanted).map(|(read, number)| {
        let (page, setting) = read?;
        let sheet = pdf.page(*number as usize);
        let sheet =
            sheet.map_err(|e| Box::new(Problem::page_incomplete(path, *number, &e.to_string())))?;
        Ok(Scanned {
            page,
            sheet: sheet.crop_box,
            rotate: sheet.rotate,
            setting,
        })
    });
    placed.chain(over).collect()
}

/// Reads pages beside each other, as many as the memory lets.
fn each(
    path: &str,
    ocr: &Arc<Ocr>,
    wanted: &[u32],
    manner: &Manner,
    picture: impl Fn(u32) -> Result<Picture, Box<Problem>> + Sync,
) -> Vec<Result<(Page, Setting), Box<Problem>>> {
    if wanted.is_empty() {
        return Vec::new();
    }
    if ocr.models().is_err() {
        let none = |page: &u32| Err(Problem::no_text_layer(path, Some(*page)).into());
        return wanted.iter().map(none).collect();
    }
    let limits = &manner.limits;
    let each = Duration::from_secs(limits.scan_seconds);
    let all = each.saturating_mul(u32::try_from(wanted.len()).unwrap_or(u32::MAX));
    manner.patience.more(all);
    let allowed = Allowed::now();
    let one = |page: &u32| {
        allowed.hold(|| {
            let take = || manner.pages.take(MEMORY, limits.memory / 2, TURN);
            let turn = manner.patience.pause(TURN, take);
            if turn.is_none() {
                let limit = stated("memory", limits.memory);
                return Err(Box::new(Problem::too_large(path, &limit)));
            }
            let read = work::within(each, || {
                ocr.read(apart(|| picture(*page))?, limits.boxes)
                    .map_err(|why| Box::new(Problem::page_incomplete(path, *page, &why.en)))
            });
            read.unwrap_or_else(|_| {
                let limit = stated("scan-seconds", limits.scan_seconds);
                Err(Box::new(Problem::too_large(path, &limit)))
            })
        })
    };
    beside_each_other(wanted, one)
}

/// Does something for each page, on threads of its own: those that wait for the file hold the others.
fn beside_each_other<T: Send>(pages: &[u32], one: impl Fn(&u32) -> T + Sync) -> Vec<T> {
    let most = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let own = next.fetch_add(1, Ordering::Relaxed);
            match pages.get(own) {
                Some(page) => done.push((own, one(page))),
                None => return done,
            }
        }
    };
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..most.min(pages.len()))
            .map(|_| scope.spawn(work))
            .collect();
        let mut done = work();
        done.extend(
            others
                .into_iter()
                .flat_map(|o| o.join().unwrap_or_default()),
        );
        done
    });
    done.sort_by_key(|(own, _)| *own);
    done.into_iter().map(|(_, came)| came).collect()
}

/// The picture of a page: the one that covers it, as it is; else the page, drawn.
fn drawn(path: &str, bytes: &[u8], page: u32, limits: &Limits) -> Result<Picture, Box<Problem>> {
    let broken =
        |e: pdfboss_core::Error| Box::new(Problem::page_incomplete(path, page, &e.to_string()));
    // What an opened document keeps is of one thread.
    let pdf = Pdf::load(bytes.to_vec()).map_err(broken)?;
    let sheet: Sheet = pdf.page(page as usize).map_err(broken)?;
    let (width, height) = (sheet.crop_box.width(), sheet.crop_box.height());
    let long = width.max(height).max(1.0);
    let scale = (DPI / 72.0).min(4000.0 / long);
    let size = |length: f32| crate::ocr::upright::pixels(length * scale);
    within((size(width), size(height)), limits.pixels).map_err(|why| refused(path, why, limits))?;
    let map = render_page(&pdf, &sheet, scale).map_err(broken)?;
    let colours = map
        .data
        .chunks_exact(4)
        .flat_map(|p| p.iter().take(3).copied());
    let pixels = RgbImage::from_raw(map.width, map.height, colours.collect());
    let pixels = fitted(pixels.unwrap_or_default());
    let dpi = pixels.width().max(pixels.height()) as f32 / long * 72.0;
    Ok(Picture { pixels, page, dpi })
}

fn refused(path: &str, why: Refused, limits: &Limits) -> Box<Problem> {
    Box::new(match why {
        Refused::Broken(why) => Problem::damaged(path, "picture", &why),
        Refused::TooLarge(..) => Problem::too_large(path, &stated("pixels", limits.pixels)),
        Refused::NoPage(width, height) => {
            let what = Say::new(
                format!("a picture of {width} × {height} pixels, which is no page,"),
                format!("{width} × {height} 像素的图片，不是一页纸"),
            );
            Problem::not_a_document(path, &what)
        }
    })
}
