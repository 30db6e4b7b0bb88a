//! A line of text → its characters, each with its probability, what else it may be, and its place.

use super::models::Models;
use super::upright::{Turned, pixels, sampled_gray};
use crate::model::recognised::Letter;
use crate::model::work;
use image::GrayImage;
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

/// A character, and at which part (0 to 1) of the line's width it stands.
#[derive(Clone, Debug)]
pub struct Placed {
    pub letter: Letter,
    pub at: f32,
}

/// The reader's height of a line, and its shortest and longest width.
const HIGH: u32 = 48;
const NARROW: u32 = 320;
const WIDE: u32 = 3200;
/// Lines read in one go, and how wide they may be together: each column is as large as the alphabet.
const BATCH: usize = 8;
const TOGETHER: u32 = 2400;
/// And how much wider the widest of them may be than the narrowest.
const ALIKE: f32 = 1.25;

/// The characters of each box.
///
/// # Errors
/// The reader failed.
pub fn read(
    models: &Models,
    picture: &GrayImage,
    boxes: &[Turned],
) -> Result<Vec<Vec<Placed>>, String> {
    let width = |own: &Turned| pixels(own.width * HIGH as f32 / own.height.max(1.0)).min(WIDE);
    let mut order: Vec<(u32, usize)> = boxes.iter().map(width).zip(0..).collect();
    order.sort_unstable();
    let mut read: Vec<(usize, Vec<Placed>)> = Vec::new();
    let mut rest = order.as_slice();
    while let Some((first, _)) = rest.first() {
        let widest = ((*first).max(NARROW) as f32) * ALIKE;
        let alike = rest.iter().zip(1..).take(BATCH);
        let alike = alike.take_while(|((w, _), n)| *w as f32 <= widest && *w * n <= TOGETHER);
        let (batch, after) = rest.split_at(alike.count().max(1));
        rest = after;
        read.extend(read_batch(models, picture, boxes, batch)?);
        work::steps(1024);
    }
    read.sort_unstable_by_key(|(n, _)| *n);
    Ok(read.into_iter().map(|(_, line)| line).collect())
}

fn read_batch(
    models: &Models,
    picture: &GrayImage,
    boxes: &[Turned],
    batch: &[(u32, usize)],
) -> Result<Vec<(usize, Vec<Placed>)>, String> {
    let widest = batch.iter().map(|(w, _)| *w).max().unwrap_or(0).max(NARROW);
    let (wide, high) = (widest as usize, HIGH as usize);
    let mut data: Vec<f32> = Vec::with_capacity(batch.len() * 3 * wide * high);
    for (width, number) in batch {
        let Some(own) = boxes.get(*number) else {
            continue;
        };
        let line = sampled_gray(picture, own, *width, HIGH);
        let mut plane = Vec::with_capacity(wide * high);
        for row in line.as_raw().chunks(*width as usize) {
            plane.extend(row.iter().map(|v| f32::from(*v) / 127.5 - 1.0));
            plane.extend(std::iter::repeat_n(0.0, wide - row.len()));
        }
        for _ in 0..3 {
            data.extend_from_slice(&plane);
        }
    }
    let lines = NdTensor::from_data([batch.len(), 3, high, wide], data);
    let found = models.reader.run_one(lines.view().into(), None);
    let found = found.map_err(|e| e.to_string())?;
    let found: NdTensor<f32, 3> = found.try_into().map_err(|_| "another shape")?;
    let [_, columns, letters] = found.shape();
    let found = found.into_data();
    let mut lines = Vec::new();
    for ((width, number), line) in batch.iter().zip(found.chunks(columns * letters)) {
        let part = *width as f32 / widest as f32;
        let columns = line.chunks(letters).map(Column::of);
        lines.push((*number, decoded(&models.letters, columns.collect(), part)));
    }
    Ok(lines)
}

/// What one column of a line may be: the likeliest characters' numbers and probabilities, in order.
struct Column(Vec<(usize, f32)>);

/// Less than this is no doubt.
const UNLIKELY: f32 = 0.002;

impl Column {
    fn of(probabilities: &[f32]) -> Column {
        let each = probabilities.iter().copied().enumerate();
        let mut likely: Vec<(usize, f32)> = each.filter(|(_, p)| *p > UNLIKELY).collect();
        likely.sort_by(|a, b| b.1.total_cmp(&a.1));
        Column(likely)
    }

    fn best(&self) -> (usize, f32) {
        self.0.first().copied().unwrap_or((0, 0.0))
    }

    /// The best one but this, which is a character.
    fn other(&self, than: usize) -> Option<(usize, f32)> {
        self.0.iter().copied().find(|(c, _)| *c != 0 && *c != than)
    }
}

/// A character stands where its number is the best of a column and was not in the one before.
fn decoded(letters: &[char], columns: Vec<Column>, part: f32) -> Vec<Placed> {
    let count = columns.len() as f32;
    let mut line: Vec<Placed> = Vec::new();
    let mut before = 0;
    let mut nearly = Nearly::default();
    for (n, column) in columns.into_iter().enumerate() {
        let (own, probability) = column.best();
        let at = (n as f32 + 0.5) / (count * part);
        if at > 1.02 {
            break;
        }
        let read = letters.get(own).copied().unwrap_or('\u{fffd}');
        let second = column
            .other(own)
            .and_then(|(c, p)| Some((letters.get(c).copied()?, p)));
        let letter = Letter {
            read,
            probability,
            second,
        };
        if own == 0 {
            let blank = |c: usize| letters.get(c) == Some(&' ');
            let other = column.other(before).filter(|(c, _)| !blank(*c));
            other.into_iter().for_each(|(c, p)| nearly.note(c, p));
        } else if own == before {
            if let Some(last) = line.last_mut()
                && last.letter.probability < letter.probability
            {
                last.letter = letter;
            }
        } else {
            line.push(Placed { letter, at });
            nearly.doubt(own, line.last_mut());
        }
        before = own;
    }
    nearly.doubt(0, line.last_mut());
    line
}

/// What nearly stood between two characters: the likeliest, and its probability.
#[derive(Default)]
struct Nearly {
    what: usize,
    probability: f32,
}

impl Nearly {
    fn note(&mut self, what: usize, probability: f32) {
        if probability > self.probability {
            *self = Nearly { what, probability };
        }
    }

    /// It may have been left out before the next character, unless it is that.
    fn doubt(&mut self, next: usize, placed: Option<&mut Placed>) {
        if let Some(placed) = placed.filter(|_| self.what != next) {
            let letter = &mut placed.letter;
            letter.probability = letter.probability.min(1.0 - self.probability);
        }
        *self = Nearly::default();
    }
}
