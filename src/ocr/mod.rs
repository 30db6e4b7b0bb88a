//! Pictures of pages → what stands on them: text with the probability of each character, ruling
//! lines, stamps. The models are the user's; they are loaded when the first picture needs them.

pub mod detect;
pub mod ink;
pub mod laid;
pub mod letters;
pub mod models;
pub mod picture;
pub mod rulings;
pub mod upright;
pub mod words;

use crate::model::work::Allowed;
use crate::model::{Area, Say};
use crate::page::Page;
use image::{ImageFormat, RgbImage};
use models::Models;
use sha2::{Digest, Sha256};
use std::fmt;
use std::io::Cursor;
use std::sync::{Arc, OnceLock};
use upright::{Setting, Turned};

/// Where the bytes of the models come from: the finder's, the reader's.
type Load = dyn Fn() -> Result<(Vec<u8>, Vec<u8>), Say> + Send + Sync;

/// What reads pictures.
pub struct Ocr {
    load: Box<Load>,
    models: OnceLock<Result<Models, Say>>,
    second: Option<Arc<Second>>,
}

/// What another program reads in the picture (PNG) of a line.
pub type Second = dyn Fn(&[u8]) -> Option<String> + Send + Sync;

impl fmt::Debug for Ocr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ocr")
    }
}

/// A picture of a page that is to be read.
pub struct Picture {
    pub pixels: RgbImage,
    /// The number of its page, from 0.
    pub page: u32,
    /// Pixels to the inch.
    pub dpi: f32,
}

impl Ocr {
    pub fn new(load: Box<Load>, second: Option<Arc<Second>>) -> Ocr {
        Ocr {
            load,
            models: OnceLock::new(),
            second,
        }
    }

    /// The models, or why there are none.
    ///
    /// # Errors
    /// They are not there, or are other ones than this program knows.
    pub fn models(&self) -> Result<&Models, Say> {
        let models = self.models.get_or_init(|| {
            let (finder, reader) = (self.load)()?;
            apart(|| Models::new(finder, reader)).map_err(Say::same)
        });
        models.as_ref().map_err(Clone::clone)
    }

    /// What stands on a page, set upright, in points.
    ///
    /// # Errors
    /// There are no models, or they failed.
    pub fn read(&self, picture: Picture, boxes: usize) -> Result<(Page, Setting), Say> {
        let models = self.models()?;
        let second = self.second.as_deref();
        let read = apart(|| laid::read(models, second, picture, boxes));
        read.map_err(Say::same)
    }
}

/// Does the work of the models on threads of their own: all others may wait for a file to be read.
pub fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let allowed = Allowed::now();
    rten::thread_pool().run(|| allowed.hold(work))
}

/// Which way a page is turned: its boxes, read in a few places each way round.
///
/// # Errors
/// The models failed.
fn setting(models: &Models, page: &image::GrayImage, boxes: &[Turned]) -> Result<Setting, String> {
    const ASKED: usize = 6;
    const SURE: f32 = 0.85;
    let long: Vec<Turned> = boxes
        .iter()
        .copied()
        .filter(|b| b.width > 3.0 * b.height)
        .collect();
    let length = |own: &dyn Fn(&Turned) -> bool| -> f32 {
        long.iter().filter(|b| own(b)).map(|b| b.width).sum()
    };
    let upright = |b: &Turned| b.angle.sin().abs() > 0.7;
    let stands = length(&upright) > length(&|b| !upright(b));
    let mut own: Vec<Turned> = long.into_iter().filter(|b| upright(b) == stands).collect();
    own.sort_by(|a, b| b.width.total_cmp(&a.width));
    own.truncate(40);
    // The angle of the text, but for the quarters it is turned by.
    let angle = median(
        own.iter()
            .map(|b| b.angle.sin().atan2(b.angle.cos()))
            .collect(),
    );
    own.truncate(ASKED);
    let likely = |boxes: &[Turned]| -> Result<f32, String> {
        let read = letters::read(models, page, boxes)?;
        let all: Vec<f32> = read
            .iter()
            .flatten()
            .map(|l| l.letter.probability)
            .collect();
        Ok(all.iter().sum::<f32>() / all.len().max(1) as f32)
    };
    let mut flipped = false;
    let first = likely(&own)?;
    if first < SURE {
        let other: Vec<Turned> = own.iter().map(|b| b.upside_down()).collect();
        flipped = likely(&other)? > first;
    }
    let angle = if flipped {
        angle + std::f32::consts::PI
    } else {
        angle
    };
    let quarter = std::f32::consts::FRAC_PI_2;
    let turns = (-angle / quarter).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let quarters = turns.rem_euclid(4.0) as u8;
    Ok(Setting {
        quarters,
        skew: -angle - turns * quarter,
    })
}

fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// A part of a picture, as a PNG file.
pub fn png(picture: &RgbImage, area: Area) -> Option<Vec<u8>> {
    let (width, height) = (
        area.right.saturating_sub(area.left),
        area.bottom.saturating_sub(area.top),
    );
    let part = image::imageops::crop_imm(picture, area.left, area.top, width, height).to_image();
    let mut png = Vec::new();
    part.write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
        .ok()?;
    Some(png)
}

/// SHA-256 in lower-case hex.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}
