//! PDF: what pdfboss finds on a page, sorted into runs that are read and marks that stand apart.

mod fields;
mod folded;
mod forms;
mod painted;
mod pieces;
mod placed;
mod strikes;
mod turned;

use super::scans::{self, Scanned};
use super::{Limits, Manner, document, failed, stated};
use crate::model::grid::index;
use crate::model::{AsideKind, Grid, Layout, Marks, Problem, ReadFile, Say};
use crate::page::{Apart, Page, Run};
pub use fields::COMMENTS_BY;
use pdfboss_core::{Document as Pdf, Page as Sheet, Rect};
use pdfboss_text::{
    FontCache, ReadingOrder, Ruling, TextSpan, extract_spans_and_rulings_reporting_cached,
    placed_images,
};
use placed::{Placed, Upright};

/// Where each cell of a document stands: in its order, the boxes on the pages as they are written.
pub type Places = Vec<Rect>;

pub fn read(path: &str, bytes: &[u8], manner: &Manner) -> ReadFile {
    reading(path, bytes, manner, &mut Places::new())
}

/// A document with where its cells stand.
pub fn placed(bytes: &[u8], manner: &Manner) -> (ReadFile, Places) {
    let mut places = Places::new();
    (reading("", bytes, manner, &mut places), places)
}

fn reading(path: &str, bytes: &[u8], manner: &Manner, places: &mut Places) -> ReadFile {
    let limits = &manner.limits;
    let pdf = match Pdf::load(bytes.to_vec()) {
        Ok(pdf) => pdf,
        Err(pdfboss_core::Error::Encrypted) => return failed(Problem::encrypted(path)),
        Err(e) => return failed(Problem::damaged(path, "pdf", &e.to_string())),
    };
    if pdf.is_locked() {
        return failed(Problem::encrypted(path));
    }
    let pages = pdf.page_count();
    if pages == 0 {
        return failed(Problem::damaged(path, "pdf", "it has no pages"));
    }
    let mut reading = Reading {
        path,
        limits,
        fonts: FontCache::default(),
        fields: fields::Fields::of(&pdf),
        pdf: &pdf,
        grid: Grid::new(Layout::Pages),
        places,
        problems: Vec::new(),
        remarks: Vec::new(),
        waiting: Vec::new(),
    };
    if pages > limits.pages {
        let limit = stated("pages", limits.pages);
        reading.problems.push(Problem::too_large(path, &limit));
    }
    for number in 0..pages.min(limits.pages) {
        if let Err(why) = reading.page(number) {
            let problem = Problem::page_incomplete(path, index(number), &why);
            reading.problems.push(problem);
        }
    }
    reading.scans(bytes, manner);
    let Reading {
        grid,
        mut problems,
        remarks,
        ..
    } = reading;
    if is_cut(bytes) {
        let why = "it is cut off: its end is missing";
        problems.push(Problem::damaged(path, "pdf", why));
    }
    let unread = |p: &Problem| p.code == "no-text-layer";
    if grid.rows.is_empty() && problems.iter().all(unread) {
        return failed(Problem::no_text_layer(path, None));
    }
    let mut made = document(path, None, "pdf", grid);
    made.whole = problems.is_empty();
    problems.extend(remarks);
    ReadFile {
        documents: vec![made],
        problems,
    }
}

/// True when no trailer follows the last object. Readers mend such files without a word, from
/// what is left of them.
fn is_cut(bytes: &[u8]) -> bool {
    let last = |word: &[u8]| memchr::memmem::rfind(bytes, word);
    last(b"%%EOF").max(last(b"startxref")) < last(b"endobj")
}

struct Reading<'a> {
    path: &'a str,
    limits: &'a Limits,
    pdf: &'a Pdf,
    fonts: FontCache,
    fields: fields::Fields,
    grid: Grid,
    places: &'a mut Places,
    /// What makes the document less than whole.
    problems: Vec<Problem>,
    remarks: Vec<Problem>,
    /// From the first page without text on that shows a picture: all pages.
    waiting: Vec<Waiting>,
}

/// A page that waits for those before it.
enum Waiting {
    Printed(Page, Upright),
    Scanned(u32),
}

impl Reading<'_> {
    fn page(&mut self, number: usize) -> Result<(), String> {
        let path = self.path;
        let own = index(number);
        let sheet = self.pdf.page(number).map_err(|e| e.to_string())?;
        if pieces::too_many(self.pdf, &sheet, self.limits.spans) {
            let limit = stated("spans", self.limits.spans);
            self.problems.push(Problem::too_large(path, &limit));
            return Ok(());
        }
        let order = ReadingOrder::Content;
        let (spans, rulings, report) =
            extract_spans_and_rulings_reporting_cached(self.pdf, &sheet, &self.fonts, order)
                .map_err(|e| e.to_string())?;
        if let Some(skipped) = report.skipped.first() {
            let why = format!("{}: {}", skipped.kind, skipped.cause);
            self.problems
                .push(Problem::page_incomplete(path, own, &why));
        }
        if report.hidden > 0 {
            let what = Say::new(
                format!("page {} has layers that are switched off", own + 1),
                format!("第 {} 页有被关闭的图层", own + 1),
            );
            self.remarks.push(Problem::hidden(path, None, &what));
        }
        if spans.len() > self.limits.spans {
            let limit = stated("spans", self.limits.spans);
            self.problems.push(Problem::too_large(path, &limit));
        }
        let pictures = placed_images(self.pdf, &sheet).map_or(Vec::new(), |found| found);
        let pictures: Vec<Rect> = pictures.iter().map(|p| p.bbox).collect();
        let (mut page, upright) = self.sort(own, &sheet, &spans, &rulings, &pictures);
        if page.runs.iter().any(|r| r.marks.has(Marks::RECOGNISED)) {
            self.remarks.push(Problem::recognised_text(path, own));
        }
        if let Some((one, other)) = page.settle() {
            let problem = Problem::overprinted(path, own, &one, &other);
            self.remarks.push(problem);
        }
        let (seen, odd) = readable(&page.runs);
        if seen == 0 {
            // A page with neither text nor picture is an empty sheet, not a scan.
            if !pictures.is_empty() {
                self.waiting.push(Waiting::Scanned(own));
                return Ok(());
            }
        } else if odd * 5 > seen {
            self.problems.push(Problem::undecodable_text(path, own));
            // What says nothing is no value.
            page.runs.retain(|run| !run.text.chars().all(is_odd));
        }
        match self.waiting.is_empty() {
            true => self.lay_out(page, |edges| upright.back(edges)),
            false => self.waiting.push(Waiting::Printed(page, upright)),
        }
        Ok(())
    }

    fn lay_out(&mut self, page: Page, back: impl Fn([f32; 4]) -> Rect) {
        let laid = page.lay_out(&mut self.grid);
        self.places.extend(laid.into_iter().map(back));
    }

    /// Reads the pages that are pictures, and lays out those that wait for them.
    fn scans(&mut self, bytes: &[u8], manner: &Manner) {
        let waiting = std::mem::take(&mut self.waiting);
        let wanted = waiting.iter().filter_map(|page| match page {
            Waiting::Scanned(number) => Some(*number),
            Waiting::Printed(..) => None,
        });
        let wanted: Vec<u32> = wanted.collect();
        let mut read = scans::pages(self.path, (self.pdf, bytes), &wanted, manner).into_iter();
        for page in waiting {
            match page {
                Waiting::Printed(page, upright) => self.lay_out(page, |e| upright.back(e)),
                Waiting::Scanned(number) => match read.next() {
                    Some(Ok(scanned)) => self.scanned(number, scanned),
                    Some(Err(problem)) => self.problems.push(*problem),
                    None => {}
                },
            }
        }
    }

    fn scanned(&mut self, number: u32, mut scanned: Scanned) {
        scanned.page.settle();
        let remark = Problem::read_from_picture(self.path, Some(number));
        self.remarks.push(remark);
        let back = scanned.back();
        self.lay_out(scanned.page, back);
    }

    /// Parts what is read from what stands apart: outside the visible page, unseen, turned,
    /// printed over the text, pinned to the page.
    fn sort(
        &self,
        number: u32,
        sheet: &Sheet,
        spans: &[TextSpan],
        rulings: &[Ruling],
        pictures: &[Rect],
    ) -> (Page, Upright) {
        let spans = spans.get(..self.limits.spans).unwrap_or(spans);
        let upright = Upright::of(spans, sheet.rotate);
        let scanned = covered(&sheet.crop_box, pictures);
        let white = spans.iter().any(placed::is_white);
        let blank = match white {
            true => painted::Painted::of(self.pdf, sheet).blank_under(spans),
            false => vec![false; spans.len()],
        };
        let (mut runs, mut apart, mut askew) = (Vec::new(), Vec::new(), Vec::new());
        let spans = spans.iter().zip(blank);
        for (span, blank) in spans.filter(|(s, _)| !s.text.trim().is_empty()) {
            let Some(mut placed) = Placed::new(span, &upright) else {
                continue;
            };
            if !placed::stands_on(span, &sheet.crop_box) {
                apart.push((AsideKind::OutsidePage, placed));
            } else if span.invisible && scanned {
                placed.marks = Marks::RECOGNISED;
                runs.push(placed);
            } else if span.invisible || span.size < SMALLEST || placed::is_white(span) && blank {
                apart.push((AsideKind::Unseen, placed));
            } else if placed.is_askew() || placed::is_watermark(span) {
                askew.push(placed);
            } else {
                runs.push(placed);
            }
        }
        askew.extend(turned::over_the_text(&mut runs));
        let mut apart = placed::lines_of(apart);
        apart.extend(turned::words(askew));
        let mut strikes = strikes::Strikes::new(rulings, &upright);
        for mark in fields::annotations(self.pdf, sheet) {
            match mark {
                fields::Pinned::Line(boxes) => strikes.pin(&boxes, &upright),
                fields::Pinned::Note(what, text, rect) => apart.push(Apart {
                    what,
                    text,
                    y: upright.middle(&rect),
                }),
                fields::Pinned::Field(object, rect, shown) => {
                    for (text, rect, size) in self.fields.lines(object, &rect) {
                        let placed = Placed::filled(&text, &rect, size, &upright);
                        if shown {
                            runs.push(placed);
                        } else {
                            let y = placed.y;
                            let what = AsideKind::Unseen;
                            apart.push(Apart { what, text, y });
                        }
                    }
                }
            }
        }
        let (runs, rules) = strikes.through(runs);
        apart.dedup_by(|b, a| a.what == b.what && a.text == b.text);
        let page = Page {
            number,
            runs,
            apart,
            rules,
        };
        (page, upright)
    }
}

/// Letters smaller than this, in points, nobody sees.
const SMALLEST: f32 = 1.0;

/// True when a picture covers most of a page, as a scan does.
fn covered(page: &Rect, pictures: &[Rect]) -> bool {
    let area = |r: &Rect| r.width() * r.height();
    let seen = pictures.iter().filter_map(|p| p.intersect(*page));
    seen.map(|p| area(&p)).sum::<f32>() > 0.5 * area(page)
}

/// How many characters a page shows, and how many of them say nothing.
fn readable(runs: &[Run]) -> (usize, usize) {
    let mut counts = (0, 0);
    for c in runs.iter().flat_map(|w| w.text.chars()) {
        counts.0 += 1;
        counts.1 += usize::from(is_odd(c));
    }
    counts
}

/// What no font draws as a letter: a sign that stands for none.
fn is_odd(c: char) -> bool {
    c == '\u{fffd}' || ('\u{e000}'..='\u{f8ff}').contains(&c) || c.is_control()
}

#[cfg(test)]
mod tests;
