//! Where a page paints colours: white text is seen on them and not on blank paper.

use super::forms::{Drawn, drawn};
use crate::page::covered;
use pdfboss_core::content::{ContentOps, Op};
use pdfboss_core::{Dict, Document as Pdf, Matrix, Page as Sheet, Point, Rect};
use pdfboss_text::TextSpan;

/// The areas a page paints.
pub struct Painted {
    areas: Vec<Rect>,
    /// Some colours could not be told: nothing is known of what is seen.
    unsure: bool,
}

/// So many drawing steps are looked at, and so many forms in each other.
const STEPS: usize = 400_000;
const DEPTH: usize = 4;

impl Painted {
    pub fn of(pdf: &Pdf, sheet: &Sheet) -> Painted {
        let mut painted = Painted {
            areas: Vec::new(),
            unsure: false,
        };
        let mut steps = STEPS;
        let content = sheet.content(pdf).unwrap_or_default();
        let start = Matrix::identity();
        painted.walk(pdf, &content, &sheet.resources, start, DEPTH, &mut steps);
        painted
    }

    /// Which texts stand on blank paper.
    pub fn blank_under(&self, spans: &[TextSpan]) -> Vec<bool> {
        let middle = |span: &TextSpan| {
            let y = f32::midpoint(span.y, span.end_y);
            (f32::midpoint(span.x, span.end_x), y + 0.3 * span.size)
        };
        let points: Vec<(f32, f32)> = spans.iter().map(middle).collect();
        let areas = self.areas.iter().map(|a| [a.x0, a.y0, a.x1, a.y1]);
        let painted = covered(&points, &areas.collect::<Vec<_>>());
        let blank = |painted: bool| !self.unsure && !painted;
        painted.into_iter().map(blank).collect()
    }

    fn walk(
        &mut self,
        pdf: &Pdf,
        content: &[u8],
        resources: &Dict,
        start: Matrix,
        depth: usize,
        steps: &mut usize,
    ) {
        let mut ops = ContentOps::new(content);
        let mut saved: Vec<(Matrix, bool)> = Vec::new();
        let (mut ctm, mut white) = (start, false);
        let mut named = false;
        let mut path: Vec<Point> = Vec::new();
        while let Ok(Some((op, _))) = ops.next_op() {
            *steps = steps.saturating_sub(1);
            if *steps == 0 {
                self.unsure = true;
                return;
            }
            let light = |values: &[f32]| values.iter().all(|v| *v >= 0.95);
            match op {
                Op::Save => saved.push((ctm, white)),
                Op::Restore => (ctm, white) = saved.pop().unwrap_or((start, false)),
                Op::Concat(m) => ctm = m.concat(ctm),
                Op::MoveTo(x, y) | Op::LineTo(x, y) => path.push(ctm.apply(Point { x, y })),
                Op::CurveTo(_, _, _, _, x, y)
                | Op::CurveToV(_, _, x, y)
                | Op::CurveToY(_, _, x, y) => path.push(ctm.apply(Point { x, y })),
                Op::Rect(x, y, w, h) => {
                    let corners = [(x, y), (x + w, y), (x, y + h), (x + w, y + h)];
                    path.extend(corners.map(|(x, y)| ctm.apply(Point { x, y })));
                }
                Op::Fill
                | Op::FillEvenOdd
                | Op::FillStroke
                | Op::FillStrokeEvenOdd
                | Op::CloseFillStroke
                | Op::CloseFillStrokeEvenOdd => {
                    let path = std::mem::take(&mut path);
                    self.areas.extend(around(&path).filter(|_| !white));
                }
                Op::Stroke | Op::CloseStroke | Op::EndPath => path.clear(),
                Op::SetFillGray(g) => (white, named) = (light(&[g]), false),
                Op::SetFillRGB(r, g, b) => (white, named) = (light(&[r, g, b]), false),
                Op::SetFillCMYK(c, m, y, k) => {
                    (white, named) = (c + m + y + k < 0.05, false);
                }
                Op::SetFillColorSpace(space) => {
                    named = !space.0.starts_with("Device");
                    white = false;
                }
                Op::SetFillColor(values) | Op::SetFillColorN(values, None) => {
                    white = light(&values) && values.len() == 3;
                    // One number of a space with a name may be an ink or a grey.
                    self.unsure |= named && values.len() == 1 && light(&values);
                }
                Op::SetFillColorN(_, Some(_)) => white = false,
                Op::Shading(_) => self.unsure = true,
                Op::InlineImage(_) => self.areas.extend(unit(ctm)),
                Op::XObject(name) => {
                    self.object(pdf, &name.0, resources, ctm, depth, steps);
                }
                _ => {}
            }
        }
    }

    /// A picture, or a form with content of its own.
    fn object(
        &mut self,
        pdf: &Pdf,
        name: &str,
        resources: &Dict,
        ctm: Matrix,
        depth: usize,
        steps: &mut usize,
    ) {
        let form = match drawn(pdf, name, resources) {
            None => return,
            Some(Drawn::Picture) => return self.areas.extend(unit(ctm)),
            Some(Drawn::Form(form)) => form,
        };
        if depth == 0 {
            self.unsure = true;
            return;
        }
        let ctm = form.matrix.map_or(ctm, |m| m.concat(ctm));
        let own = form.resources.as_ref().unwrap_or(resources);
        self.walk(pdf, &form.content, own, ctm, depth - 1, steps);
    }
}

fn unit(ctm: Matrix) -> Option<Rect> {
    let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)];
    around(&corners.map(|(x, y)| ctm.apply(Point { x, y })))
}

/// The box around points.
fn around(points: &[Point]) -> Option<Rect> {
    let first = points.first()?;
    let start = Rect {
        x0: first.x,
        y0: first.y,
        x1: first.x,
        y1: first.y,
    };
    Some(points.iter().fold(start, |r, p| Rect {
        x0: r.x0.min(p.x),
        y0: r.y0.min(p.y),
        x1: r.x1.max(p.x),
        y1: r.y1.max(p.y),
    }))
}
