//! A picture → a page: boxes of text become runs, strokes become ruling lines, all in points.

use super::ink::Inks;
use super::letters::{self, Placed};
use super::models::Models;
use super::rulings::{Dark, Strokes};
use super::upright::{Setting, Turned, apply, moved, pixels};
use super::{Picture, Second, detect, median, png, setting};
use crate::model::recognised::{Area, Recognised};
use crate::model::{AsideKind, Marks};
use crate::page::{Apart, Page, Rules, Run};
use image::RgbImage;

/// Below this mean probability of its characters a line is not read.
const READABLE: f32 = 0.6;

/// Reads a picture.
///
/// # Errors
/// The models failed.
pub fn read(
    models: &Models,
    second: Option<&Second>,
    picture: Picture,
    most: usize,
) -> Result<(Page, Setting), String> {
    let Picture {
        mut pixels,
        page,
        dpi,
    } = picture;
    let mut inks = Inks::of(&pixels);
    let (mut boxes, _) = detect::boxes(&models.finder, &inks.black, most)?;
    let setting = setting(models, &inks.black, &boxes)?;
    if setting != Setting::default() {
        let size = pixels.dimensions();
        pixels = apply(setting, pixels);
        inks = Inks::of(&pixels);
        boxes = boxes.into_iter().map(|b| moved(setting, b, size)).collect();
    }
    single_letters(&mut boxes);
    let (boxes, askew): (Vec<Turned>, Vec<Turned>) =
        boxes.into_iter().partition(|b| b.angle.abs() < ASKEW);
    let lines = letters::read(models, &inks.black, &boxes)?;
    let dark = Dark::of(&inks.black);
    let mut sheet = Sheet {
        models,
        second,
        picture: &pixels,
        inks: &inks,
        dark: &dark,
        scale: 72.0 / dpi,
        page,
        dpi: super::upright::pixels(dpi),
        setting,
        runs: Vec::new(),
        apart: Vec::new(),
    };
    for (own, line) in boxes.iter().zip(lines) {
        sheet.line(own, line);
    }
    for own in &askew {
        sheet.unread(own.around());
    }
    for stamp in inks.stamps() {
        sheet.apart(AsideKind::Picture, "red stamp", stamp);
    }
    let rules = sheet.rules(dpi);
    let Sheet { runs, apart, .. } = sheet;
    let page = Page {
        number: page,
        runs,
        apart,
        rules,
    };
    Ok((page, setting))
}

/// Text turned by more than this, in radians, stands apart.
const ASKEW: f32 = 0.1;

/// A box of one letter is higher than wide, as is a line that goes down: what is no longer than a
/// line is high stands upright.
fn single_letters(boxes: &mut [Turned]) {
    let level = boxes.iter().filter(|b| b.angle.abs() < ASKEW);
    let usual = median(level.map(|b| b.height).collect());
    for own in boxes {
        let quarter = std::f32::consts::FRAC_PI_2;
        let stands = (own.angle.abs() - quarter).abs() < ASKEW;
        if stands && own.width < 1.6 * usual {
            own.angle -= quarter.copysign(own.angle);
            std::mem::swap(&mut own.width, &mut own.height);
        }
    }
}

struct Sheet<'a> {
    models: &'a Models,
    second: Option<&'a Second>,
    picture: &'a RgbImage,
    inks: &'a Inks,
    dark: &'a Dark,
    /// Points to the pixel.
    scale: f32,
    page: u32,
    dpi: u32,
    setting: Setting,
    runs: Vec<Run>,
    apart: Vec<Apart>,
}

impl Sheet<'_> {
    /// A line of text: one run, or several where wide gaps part it.
    fn line(&mut self, own: &Turned, line: Vec<Placed>) {
        let edges = own.around();
        let (mut sum, mut count) = (0.0, 0.0_f32);
        for placed in line.iter().filter(|l| l.letter.read != ' ') {
            sum += placed.letter.probability;
            count += 1.0;
        }
        if sum / count.max(1.0) < READABLE {
            self.unread(edges);
            return;
        }
        let size = SIZE * own.height;
        let gaps = self.gaps(own, GAP * size);
        let left = own.at(0.0, 0.5).0;
        let mut parts: Vec<Vec<Placed>> = vec![Vec::new()];
        let mut last = left;
        for placed in line {
            let x = left + placed.at * own.width;
            // Full-width punctuation has a blank of its own.
            let before = parts.last().and_then(|part| part.last());
            let narrow = before.is_some_and(|p| WIDE.contains(&p.letter.read));
            let least = if narrow { 1.2 * size } else { 0.0 };
            let parted = gaps.iter().any(|(a, b)| {
                let middle = f32::midpoint(*a, *b);
                last < middle && middle < x && b - a > least
            });
            if placed.letter.read != ' ' {
                if parted {
                    parts.push(Vec::new());
                }
                last = x;
            }
            if let Some(part) = parts.last_mut() {
                part.push(placed);
            }
        }
        for part in parts {
            self.run(own, size, &gaps, &part);
        }
    }

    fn run(&mut self, own: &Turned, size: f32, gaps: &[(f32, f32)], part: &[Placed]) {
        let text: String = part.iter().map(|p| p.letter.read).collect();
        let letters = part.iter().map(|p| p.letter).filter(|l| l.read != ' ');
        let letters: Vec<_> = letters.collect();
        let seen = || part.iter().filter(|p| p.letter.read != ' ');
        let (Some(first), Some(last)) = (seen().next(), seen().next_back()) else {
            return;
        };
        let [left, top, right, bottom] = own.around();
        let place = |placed: &Placed| own.at(placed.at, 0.5).0;
        let before = gaps
            .iter()
            .rev()
            .find(|(_, end)| *end <= place(first) + 0.2 * size);
        let after = gaps
            .iter()
            .find(|(start, _)| *start >= place(last) - 0.2 * size);
        let x0 = before.map_or(left, |gap| gap.1);
        let x1 = after.map_or(right, |gap| gap.0).max(x0 + 1.0);
        let middle = own.at(0.5, 0.5).1 + own.angle.tan() * (f32::midpoint(x0, x1) - own.x);
        let edges = [x0, top, x1, bottom];
        let [left, top, right, bottom] = edges.map(pixels);
        let area = Area {
            left,
            top,
            right,
            bottom,
        };
        let how = Recognised {
            engine: self.models.engine.clone(),
            page: self.page,
            area,
            dpi: self.dpi,
            setting: self.setting,
            letters,
            second: self.second.and_then(|read| read(&png(self.picture, area)?)),
            inked: self.inks.over(edges),
        };
        self.runs.push(Run {
            text: text.trim().to_string(),
            x0: x0 * self.scale,
            x1: x1 * self.scale,
            y: (middle + 0.35 * size) * self.scale,
            size: size * self.scale,
            struck: false,
            marks: Marks::RECOGNISED,
            read: Some(Box::new(how)),
        });
    }

    /// The gaps of a line at least so wide, with the blank before and after it.
    fn gaps(&self, own: &Turned, least: f32) -> Vec<(f32, f32)> {
        let [left, top, right, bottom] = own.around();
        let rim = 0.15 * (bottom - top);
        let edges = [left, top + rim, right, bottom - rim].map(|edge| pixels(edge) as usize);
        let profile = self.dark.profile(edges);
        let first = edges.first().copied().unwrap_or(0) as f32;
        let mut gaps = Vec::new();
        let mut start = 0;
        let ends = profile.iter().map(|count| *count > 1).chain([true]);
        for (at, ink) in ends.enumerate() {
            if ink {
                let edge = start == 0 || at == profile.len();
                if (at - start) as f32 >= least || edge {
                    gaps.push((first + start as f32, first + at as f32));
                }
                start = at + 1;
            }
        }
        gaps
    }

    fn unread(&mut self, edges: [f32; 4]) {
        self.apart(AsideKind::Picture, "not read", edges);
    }

    fn apart(&mut self, what: AsideKind, text: &str, [_, top, _, bottom]: [f32; 4]) {
        self.apart.push(Apart {
            what,
            text: text.to_string(),
            y: f32::midpoint(top, bottom) * self.scale,
        });
    }

    fn rules(&self, dpi: f32) -> Rules {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let least = (dpi * 0.25) as usize;
        let Strokes { level, upright } = self.dark.strokes(least);
        let points = |strokes: Vec<super::rulings::Stroke>| {
            let lines = strokes.into_iter();
            lines
                .map(|s| (s.at * self.scale, s.from * self.scale, s.to * self.scale))
                .collect()
        };
        Rules::new(points(upright), points(level))
    }
}

/// Punctuation that takes the place of a character.
const WIDE: [char; 8] = ['，', '。', '、', '；', '：', '）', '》', '”'];
/// The size of letters in a box of this height.
const SIZE: f32 = 0.75;
/// A gap at least this part of the letter size parts a line.
const GAP: f32 = 0.6;
