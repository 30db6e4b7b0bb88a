//! What a program drew in one go, as it stands on the upright page.

use super::super::symbols::{drawn, is_symbol_font};
use super::folded::folded;
use crate::model::{AsideKind, Marks};
use crate::page::{Apart, Run};
use pdfboss_core::Rect;
use pdfboss_text::TextSpan;

/// How a page is turned so that it reads upright, y downwards.
pub struct Upright {
    rotate: i32,
}

impl Upright {
    /// As the page says, or, where nearly all of its text stands turned otherwise, as that reads.
    pub fn of(spans: &[TextSpan], rotate: i32) -> Upright {
        let letters = |turn: i32| -> usize {
            let so = spans.iter().filter(|s| s.rotate == turn);
            so.map(|s| s.text.chars().count()).sum()
        };
        let all: usize = spans.iter().map(|s| s.text.chars().count()).sum();
        let most = [0, 90, 180, 270].into_iter().max_by_key(|r| letters(*r));
        let most = most.filter(|r| letters(*r) * 5 > all * 4);
        Upright {
            rotate: most.unwrap_or(rotate),
        }
    }

    pub fn point(&self, x: f32, y: f32) -> (f32, f32) {
        match self.rotate {
            90 => (y, x),
            180 => (-x, y),
            270 => (-y, -x),
            _ => (x, -y),
        }
    }

    /// A box as its left, upper, right and lower edge.
    pub fn edges(&self, rect: &Rect) -> [f32; 4] {
        let (ax, ay) = self.point(rect.x0, rect.y0);
        let (bx, by) = self.point(rect.x1, rect.y1);
        [ax.min(bx), ay.min(by), ax.max(bx), ay.max(by)]
    }

    /// The box on the page as it is written whose edges stand so on the upright page.
    pub fn back(&self, [left, upper, right, lower]: [f32; 4]) -> Rect {
        let point = |x: f32, y: f32| match self.rotate {
            90 => (y, x),
            180 => (-x, y),
            270 => (-y, -x),
            _ => (x, -y),
        };
        let ((ax, ay), (bx, by)) = (point(left, upper), point(right, lower));
        Rect {
            x0: ax.min(bx),
            y0: ay.min(by),
            x1: ax.max(bx),
            y1: ay.max(by),
        }
    }

    pub fn middle(&self, rect: &Rect) -> f32 {
        let [_, top, _, bottom] = self.edges(rect);
        f32::midpoint(top, bottom)
    }
}

/// A text with where each of its characters begins; the last place is its end.
#[derive(Clone, Debug)]
pub struct Placed {
    pub text: String,
    pub starts: Vec<f32>,
    pub y: f32,
    pub end: (f32, f32),
    pub size: f32,
    pub marks: Marks,
    upright: bool,
}

impl Placed {
    pub fn new(span: &TextSpan, upright: &Upright) -> Option<Placed> {
        let text = match is_symbol_font(&span.font_name) {
            Some(font) => drawn(font, &span.text),
            None => folded(&span.text),
        };
        let (x, y) = upright.point(span.x, span.y);
        let mut end = upright.point(span.end_x, span.end_y);
        let size = if span.size > 0.5 { span.size } else { 9.0 };
        if ![x, y, end.0, end.1].iter().all(|v| v.is_finite()) {
            return None;
        }
        let (along, across) = (end.0 - x, end.1 - y);
        let straight = if along.abs() + across.abs() < 0.01 {
            span.rotate == upright.rotate
        } else {
            along > 0.0 && across.abs() <= STRAIGHT * along && !span.vertical
        };
        let count = text.chars().count();
        // No letter is so wide: its font (Type 3) has a measure of its own.
        let likely = text.chars().map(share).sum::<f32>() * size * 0.5;
        let mismeasured = straight && count == 1 && end.0 - x > 1.4 * size;
        if mismeasured {
            end.0 = x + likely;
        }
        let starts = if !mismeasured && upright.rotate == 0 && span.glyph_x.len() == count {
            span.glyph_x.iter().copied().chain([end.0]).collect()
        } else {
            shared_out(&text, x, end.0)
        };
        Some(Placed {
            text,
            starts,
            y,
            end,
            size,
            marks: Marks::NONE,
            upright: straight,
        })
    }

    /// The text of a form field in its box.
    pub fn filled(text: &str, rect: &Rect, size: f32, upright: &Upright) -> Placed {
        let [left, top, right, bottom] = upright.edges(rect);
        let width = text.chars().map(share).sum::<f32>() * size * 0.5;
        let end = (left + 2.0 + width).min(right.max(left + 2.0));
        let y = f32::midpoint(top, bottom) + 0.35 * size;
        Placed {
            text: text.to_string(),
            starts: shared_out(text, left + 2.0, end),
            y,
            end: (end, y),
            size,
            marks: Marks::NONE,
            upright: true,
        }
    }

    pub fn x0(&self) -> f32 {
        self.starts.first().copied().unwrap_or(0.0)
    }

    pub fn x1(&self) -> f32 {
        self.end.0
    }

    /// True when it does not stand upright.
    pub fn is_askew(&self) -> bool {
        !self.upright
    }

    /// Its runs, cut at gaps of three and more blanks and where a line through it begins or ends.
    pub fn runs(&self, mut struck: Vec<(f32, f32)>) -> Vec<Run> {
        // Apart and in order, so that each letter finds its own.
        struck.sort_by(|a, b| a.0.total_cmp(&b.0));
        struck.dedup_by(|next, own| {
            let touch = next.0 <= own.1;
            if touch {
                own.1 = own.1.max(next.1);
            }
            touch
        });
        let mut runs: Vec<Run> = Vec::new();
        let mut blanks = 3;
        let ends = self.starts.iter().skip(1);
        for ((c, from), to) in self.text.chars().zip(&self.starts).zip(ends) {
            if c.is_whitespace() {
                blanks += if c == '\u{3000}' { 2 } else { 1 };
                continue;
            }
            let middle = f32::midpoint(*from, *to);
            let after = struck.partition_point(|(a, _)| *a < middle);
            let own = after.checked_sub(1).and_then(|n| struck.get(n));
            let through = own.is_some_and(|(_, b)| middle < *b);
            let last = runs.last_mut();
            match last.filter(|run| blanks < 3 && run.struck == through) {
                Some(run) => {
                    run.text.extend(std::iter::repeat_n(' ', blanks.min(1)));
                    run.text.push(c);
                    run.x1 = *to;
                }
                None => runs.push(Run {
                    text: c.to_string(),
                    x0: *from,
                    x1: *to,
                    y: self.y,
                    size: self.size,
                    struck: through,
                    marks: self.marks,
                    read: None,
                }),
            }
            blanks = 0;
        }
        runs
    }
}

/// Text whose end stands no more than this part of its length above or below its beginning is
/// straight.
const STRAIGHT: f32 = 0.07;

/// Where the characters of a text begin when only its ends are known.
fn shared_out(text: &str, x0: f32, x1: f32) -> Vec<f32> {
    let whole: f32 = text.chars().map(share).sum();
    let mut at = 0.0;
    let mut starts = vec![x0];
    for c in text.chars() {
        at += share(c);
        starts.push(x0 + (x1 - x0) * at / whole.max(0.1));
    }
    if let Some(last) = starts.last_mut() {
        *last = x1;
    }
    starts
}

/// About how wide a character is, in halves of the letter size.
fn share(c: char) -> f32 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.5,
        ' ' | 'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' => 0.6,
        'm' | 'M' | 'w' | 'W' | '%' | '@' => 1.7,
        'A'..='Z' | '&' => 1.35,
        c if c >= '\u{2e80}' => 2.0,
        _ => 1.1,
    }
}

/// Text in white; where the colour is not known it is not.
pub fn is_white(span: &TextSpan) -> bool {
    let light = |v: f32| v >= 0.95;
    span.color
        .is_some_and(|(r, g, b)| light(r) && light(g) && light(b))
}

/// What the program that wrote the file calls a watermark.
pub fn is_watermark(span: &TextSpan) -> bool {
    let subtype = span.artifact.as_ref().and_then(|a| a.subtype.as_deref());
    subtype == Some("Watermark")
}

/// True when the middle of a text stands inside a box of the page.
pub fn stands_on(span: &TextSpan, page: &Rect) -> bool {
    let x = f32::midpoint(span.x, span.end_x);
    let y = f32::midpoint(span.y, span.end_y);
    page.x0 - 1.0 <= x && x <= page.x1 + 1.0 && page.y0 - 1.0 <= y && y <= page.y1 + 1.0
}

/// Texts that stand apart, those of one line together.
pub fn lines_of(mut apart: Vec<(AsideKind, Placed)>) -> Vec<Apart> {
    apart.sort_by(|(a, p), (b, q)| {
        a.cmp(b)
            .then(p.y.total_cmp(&q.y))
            .then(p.x0().total_cmp(&q.x0()))
    });
    let mut lines: Vec<Apart> = Vec::new();
    let mut end = 0.0;
    for (what, placed) in apart {
        let text = placed.text.trim();
        match lines.last_mut() {
            Some(line) if line.what == what && (line.y - placed.y).abs() < 0.3 * placed.size => {
                if placed.x0() - end > 0.18 * placed.size {
                    line.text.push(' ');
                }
                line.text.push_str(text);
            }
            _ => lines.push(Apart {
                what,
                text: text.to_string(),
                y: placed.y,
            }),
        }
        end = placed.x1();
    }
    lines
}
