//! Red ink: taken away before reading, so that what is printed under a stamp can be read, and
//! remembered, so that it is named.

use image::{GrayImage, Luma, RgbImage};

/// The ink of a page, black and red apart.
pub struct Inks {
    /// The page without its red ink.
    pub black: GrayImage,
    /// The red ink alone.
    pub red: GrayImage,
    cells: Cells,
}

/// So many pixels wide and high is a cell in which red ink is counted.
const CELL: usize = 8;
/// How much more red than green and blue red ink is.
const REDDER: u8 = 45;
/// This part of a cell's pixels is red where a stamp lies.
const THICK: f32 = 0.05;

/// How much of each small cell of a page is red.
struct Cells {
    wide: usize,
    count: Vec<u16>,
}

fn redness([r, g, b]: [u8; 3]) -> u8 {
    r.saturating_sub(g.max(b))
}

impl Inks {
    pub fn of(picture: &RgbImage) -> Inks {
        let (width, height) = picture.dimensions();
        let wide = (width as usize).div_ceil(CELL);
        let mut count = vec![0_u16; wide * (height as usize).div_ceil(CELL)];
        let gray = picture.as_raw().chunks_exact(3).map(grayness).collect();
        let mut black = GrayImage::from_raw(width, height, gray).unwrap_or_default();
        let mut red = GrayImage::from_pixel(width, height, Luma([255]));
        let Some(light) = light_of_red(picture) else {
            let cells = Cells { wide, count };
            return Inks { black, red, cells };
        };
        let rows = picture.rows().zip(black.rows_mut()).zip(red.rows_mut());
        for (y, ((row, black), red)) in rows.enumerate() {
            for (x, ((pixel, black), red)) in row.zip(black).zip(red).enumerate() {
                let redness = redness(pixel.0);
                if redness < REDDER / 2 {
                    continue;
                }
                let own = u16::from(pixel.0.first().copied().unwrap_or(255));
                let lit = (own * 255 / light.max(1)).min(255) as u8;
                black.0 = [lit];
                if redness >= REDDER {
                    red.0 = [255 - redness.saturating_mul(2)];
                    let cell = count.get_mut(y / CELL * wide + x / CELL);
                    cell.into_iter().for_each(|c| *c += 1);
                }
            }
        }
        let cells = Cells { wide, count };
        Inks { black, red, cells }
    }

    /// Whether red ink lies over a part of the page: left, upper, right, lower edge.
    pub fn over(&self, edges: [f32; 4]) -> bool {
        let [left, top, right, bottom] = edges.map(|edge| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let at = edge.max(0.0) as usize / CELL;
            at
        });
        (top..=bottom).any(|y| (left..=right).any(|x| self.cells.is_red(x, y)))
    }

    /// The places of stamps: parts of the page where red ink lies close together.
    pub fn stamps(&self) -> Vec<[f32; 4]> {
        let mut stamps: Vec<[f32; 4]> = Vec::new();
        for own in self.cells.groups() {
            match stamps.iter_mut().find(|other| meet(other, &own)) {
                Some([left, top, right, bottom]) => {
                    *left = left.min(own[0]);
                    *top = top.min(own[1]);
                    *right = right.max(own[2]);
                    *bottom = bottom.max(own[3]);
                }
                None => stamps.push(own),
            }
        }
        stamps
    }
}

/// Whether two boxes have a part in common.
fn meet(a: &[f32; 4], b: &[f32; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// How bright a pixel is.
fn grayness(pixel: &[u8]) -> u8 {
    let weights = [77_u32, 150, 29];
    let sum: u32 = pixel
        .iter()
        .zip(weights)
        .map(|(c, w)| u32::from(*c) * w)
        .sum();
    #[expect(clippy::cast_possible_truncation)]
    let gray = (sum >> 8) as u8;
    gray
}

/// How light the red channel of red ink is: what lies under it is darker. None where there is no
/// red ink: each so many pixels are looked at.
fn light_of_red(picture: &RgbImage) -> Option<u16> {
    const EACH: usize = 7;
    const LEAST: u32 = 20;
    let mut counts = [0_u32; 256];
    for pixel in picture.as_raw().chunks_exact(3).step_by(EACH) {
        if let [r, g, b] = pixel
            && redness([*r, *g, *b]) >= REDDER
        {
            let own = counts.iter_mut().skip(usize::from(*r)).take(1);
            own.for_each(|c| *c += 1);
        }
    }
    let all: u32 = counts.iter().sum();
    if all < LEAST {
        return None;
    }
    let mut before = 0;
    // Where letters lie under it, it is darker: its lighter third is the ink alone.
    let found = counts.iter().zip(0_u16..).find(|(count, _)| {
        before += **count;
        before * 3 > all
    });
    found.map(|(_, light)| light)
}

impl Cells {
    fn is_red(&self, x: usize, y: usize) -> bool {
        let count = (x < self.wide).then(|| self.count.get(y * self.wide + x));
        let count = count.flatten().copied().unwrap_or(0);
        f32::from(count) > THICK * (CELL * CELL) as f32
    }

    /// Groups of red cells no farther than three cells from each other, the larger ones.
    fn groups(&self) -> Vec<[f32; 4]> {
        const NEAR: usize = 3;
        const LEAST: usize = 12;
        let high = self.count.len() / self.wide.max(1);
        let mut seen = vec![false; self.count.len()];
        let mut groups = Vec::new();
        for start in 0..self.count.len() {
            let mut open = vec![start];
            let mut edges = [usize::MAX, usize::MAX, 0, 0];
            let mut size = 0;
            while let Some(at) = open.pop() {
                let (x, y) = (at % self.wide.max(1), at / self.wide.max(1));
                if seen.get(at) != Some(&false) || !self.is_red(x, y) {
                    continue;
                }
                seen.iter_mut().skip(at).take(1).for_each(|s| *s = true);
                size += 1;
                let [left, top, right, bottom] = edges;
                edges = [left.min(x), top.min(y), right.max(x), bottom.max(y)];
                let rows = y.saturating_sub(NEAR)..(y + NEAR + 1).min(high);
                for y in rows {
                    let columns = x.saturating_sub(NEAR)..(x + NEAR + 1).min(self.wide);
                    open.extend(columns.map(|x| y * self.wide + x));
                }
            }
            if size >= LEAST {
                let [left, top, right, bottom] = edges;
                let edges = [left, top, right + 1, bottom + 1];
                groups.push(edges.map(|edge| (edge * CELL) as f32));
            }
        }
        groups
    }
}
