//! A picture → a page: boxes of text become runs, strokes become ruling lines, all in points.

use super::ink::Inks;
use super::letters::{self, Placed};
use super::models::Models;
use super::rulings::{Dark, Strokes};
use super::upright::{Setting, Turned, apply, moved, pixels};
use super::words::{Word, words};
use super::{Picture, Second, detect, median, png, setting};
use crate::model::recognised::{Area, Letter, Recognised};
use crate::model::{AsideKind, Marks};
use crate::page::{Apart, Page, Rules, Run};
use image::RgbImage;

/// Below this mean probability of its characters a line is not read; under red ink, below the second.
const READABLE: (f32, f32) = (0.6, 0.85);

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
    for own in &mut boxes {
        // Which way round a box reads, the page says.
        let half = std::f32::consts::PI;
        own.angle -= (own.angle / half).round() * half;
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
        sheet.apart(AsideKind::Unread, "", own.around());
    }
    for edges in inks.stamps().into_iter().take(SEALS) {
        sheet.red(edges)?;
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
        // Of letters in red ink something is left where that was taken away.
        let least = match self.inks.over(edges) {
            true => READABLE.1,
            false => READABLE.0,
        };
        if mean(&line) < least {
            self.apart(AsideKind::Unread, "", edges);
            return;
        }
        let chinese = line.iter().any(|p| p.letter.read >= '\u{2e80}');
        let size = own.height * if chinese { SIZE.0 } else { SIZE.1 };
        let [left, top, right, bottom] = edges;
        let rim = 0.15 * (bottom - top);
        let inner = [left, top + rim, right, bottom - rim].map(|edge| edge.max(0.0));
        let [left, ..] = inner.map(f32::round);
        let profile = self
            .dark
            .profile(inner.map(|edge| pixels(edge + 0.001) as usize));
        for word in words(&line, own, size, &profile, left) {
            self.run(own, size, word);
        }
    }

    fn run(&mut self, own: &Turned, size: f32, word: Word) {
        let [_, top, _, bottom] = own.around();
        let middle =
            own.at(0.5, 0.5).1 + own.angle.tan() * (f32::midpoint(word.x0, word.x1) - own.x);
        let edges = [word.x0, top, word.x1, bottom];
        let [left, top, right, bottom] = edges.map(pixels);
        let area = Area {
            left,
            top,
            right,
            bottom,
        };
        // Of dashes and the like nothing is left but such a line.
        let is_line = |l: &Letter| "-—–_=~一－…".contains(l.read);
        let struck = word.letters.len() > 1
            && !word.letters.iter().all(is_line)
            && self.dark.crossed(edges.map(|edge| pixels(edge) as usize));
        let how = Recognised {
            engine: self.models.engine.clone(),
            page: self.page,
            area,
            dpi: self.dpi,
            setting: self.setting,
            letters: word.letters,
            second: self.second.and_then(|read| read(&png(self.picture, area)?)),
            inked: self.inks.over(edges),
        };
        self.runs.push(Run {
            text: word.text,
            x0: word.x0 * self.scale,
            x1: word.x1 * self.scale,
            y: (middle + 0.35 * size) * self.scale,
            size: size * self.scale,
            struck,
            marks: Marks::RECOGNISED,
            read: Some(Box::new(how)),
        });
    }

    /// What stands in red: a line of text by itself is one of the page's; else it is a seal, with
    /// what could be read of it.
    fn red(&mut self, edges: [f32; 4]) -> Result<(), String> {
        let red = &self.inks.red;
        let (wide, high) = red.dimensions();
        let [left, top, right, bottom] = edges.map(|edge| edge.max(0.0).round());
        let (x, y) = (pixels(left) - 1, pixels(top) - 1);
        let (w, h) = (
            pixels(right - left).min(wide - x),
            pixels(bottom - top).min(high - y),
        );
        let part = image::imageops::crop_imm(red, x, y, w, h).to_image();
        let (boxes, _) = detect::boxes(&self.models.finder, &part, SEAL)?;
        let level = boxes.into_iter().filter(|b| b.angle.abs() < TILTED);
        let level: Vec<Turned> = level.collect();
        let lines = letters::read(self.models, &part, &level)?;
        let alone = match level.as_slice() {
            [one] => one.angle.abs() < ASKEW && one.height > 0.45 * (bottom - top),
            _ => false,
        };
        let mut said = Vec::new();
        for (mut own, line) in level.into_iter().zip(lines) {
            if mean(&line) < READABLE.1 {
                continue;
            }
            if alone {
                own.x += x as f32;
                own.y += y as f32;
                self.line(&own, line);
                return Ok(());
            }
            said.push(line.iter().map(|p| p.letter.read).collect::<String>());
        }
        self.apart(AsideKind::Seal, said.join(" ").trim(), edges);
        Ok(())
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
        let Strokes { level, upright } = self.dark.strokes(least, THICKEST * dpi);
        let points = |strokes: Vec<super::rulings::Stroke>| {
            let lines = strokes.into_iter();
            lines
                .map(|s| (s.at * self.scale, s.from * self.scale, s.to * self.scale))
                .collect()
        };
        Rules::new(points(upright), points(level))
    }
}

/// The mean probability of the characters of a line.
fn mean(line: &[Placed]) -> f32 {
    let seen = line.iter().filter(|p| p.letter.read != ' ');
    let (mut sum, mut count) = (0.0, 0.0_f32);
    for placed in seen {
        sum += placed.letter.probability;
        count += 1.0;
    }
    sum / count.max(1.0)
}

/// The thickest ruling line, in inches: what is thicker is a bar, or the edge of the paper.
const THICKEST: f32 = 0.035;
/// The size of letters in a box of this height: with Chinese characters, without.
const SIZE: (f32, f32) = (0.75, 0.85);
/// So many places with red ink are looked at, and so many lines of each.
const SEALS: usize = 6;
const SEAL: usize = 12;
/// Text in a seal may be tilted by this much, in radians.
const TILTED: f32 = 0.3;
