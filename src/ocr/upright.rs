//! Boxes of text, turned as they may be, and pictures sampled along them.

pub use crate::model::recognised::Setting;
use image::{GrayImage, RgbImage};

/// A box that may be turned: its middle, its extent along the text and across it, and the angle of
/// the text, clockwise from level, in radians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turned {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
    pub angle: f32,
}

impl Turned {
    /// The point at a part (0 to 1) of its width and height.
    pub fn at(&self, along: f32, across: f32) -> (f32, f32) {
        let (sin, cos) = self.angle.sin_cos();
        let (along, across) = ((along - 0.5) * self.width, (across - 0.5) * self.height);
        (
            self.x + along * cos - across * sin,
            self.y + along * sin + across * cos,
        )
    }

    /// The upright box around it: left, upper, right, lower edge.
    pub fn around(&self) -> [f32; 4] {
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        let corners = corners.map(|(a, b)| self.at(a, b));
        let first = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
        corners.iter().fold(first, |[l, t, r, b], (x, y)| {
            [l.min(*x), t.min(*y), r.max(*x), b.max(*y)]
        })
    }

    /// The same turned half round: what it says upside down.
    #[must_use]
    pub fn upside_down(self) -> Turned {
        Turned {
            angle: self.angle + std::f32::consts::PI,
            ..self
        }
    }
}

/// Angles below this, in radians, are none.
pub const LEVEL: f32 = 0.002;

/// The picture set upright.
pub fn apply(setting: Setting, picture: RgbImage) -> RgbImage {
    let picture = match setting.quarters % 4 {
        1 => image::imageops::rotate90(&picture),
        2 => image::imageops::rotate180(&picture),
        3 => image::imageops::rotate270(&picture),
        _ => picture,
    };
    if setting.skew.abs() < LEVEL {
        return picture;
    }
    let (width, height) = picture.dimensions();
    let (wide, high) = grown(setting.skew, width as f32, height as f32);
    let around = Turned {
        x: width as f32 / 2.0,
        y: height as f32 / 2.0,
        width: wide,
        height: high,
        angle: -setting.skew,
    };
    sampled(&picture, &around, pixels(wide), pixels(high))
}

/// The size of a picture once it is turned by its skew.
fn grown(skew: f32, width: f32, height: f32) -> (f32, f32) {
    let (sin, cos) = skew.sin_cos();
    (
        width * cos.abs() + height * sin.abs(),
        width * sin.abs() + height * cos.abs(),
    )
}

/// Where a box of a picture of this size comes to stand.
pub fn moved(setting: Setting, own: Turned, (width, height): (u32, u32)) -> Turned {
    let (width, height) = (width as f32, height as f32);
    let quarter = std::f32::consts::FRAC_PI_2;
    let (x, y, (w, h)) = match setting.quarters % 4 {
        1 => (height - own.y, own.x, (height, width)),
        2 => (width - own.x, height - own.y, (width, height)),
        3 => (own.y, width - own.x, (height, width)),
        _ => (own.x, own.y, (width, height)),
    };
    let (wide, high) = match setting.skew.abs() < LEVEL {
        true => (w, h),
        false => grown(setting.skew, w, h),
    };
    let skew = if setting.skew.abs() < LEVEL {
        0.0
    } else {
        setting.skew
    };
    let (sin, cos) = skew.sin_cos();
    let (dx, dy) = (x - w / 2.0, y - h / 2.0);
    let mut angle = own.angle + f32::from(setting.quarters % 4) * quarter + skew;
    let whole = 2.0 * std::f32::consts::PI;
    angle -= (angle / whole).round() * whole;
    Turned {
        x: wide / 2.0 + dx * cos - dy * sin,
        y: high / 2.0 + dx * sin + dy * cos,
        angle,
        ..own
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn pixels(length: f32) -> u32 {
    length.round().clamp(1.0, 20_000.0) as u32
}

/// The picture of a box, upright, with so many pixels; beyond the edge it goes on as there.
pub fn sampled(picture: &RgbImage, own: &Turned, width: u32, height: u32) -> RgbImage {
    let mut out = RgbImage::new(width, height);
    let raw = picture.as_raw();
    let side = picture.width() as usize;
    let spots = Spots::new(picture.dimensions(), own, width, height);
    for (pixel, spot) in out.pixels_mut().zip(spots) {
        let [a, b, c, d] = spot.four.map(|(x, y)| {
            let at = (y * side + x) * 3;
            raw.get(at..at + 3).unwrap_or(&[255; 3])
        });
        let four = a.iter().zip(b).zip(c.iter().zip(d));
        for (to, ((a, b), (c, d))) in pixel.0.iter_mut().zip(four) {
            *to = spot.mixed([*a, *b, *c, *d]);
        }
    }
    out
}

/// The same of a picture in gray.
pub fn sampled_gray(picture: &GrayImage, own: &Turned, width: u32, height: u32) -> GrayImage {
    let mut out = GrayImage::new(width, height);
    let raw = picture.as_raw();
    let side = picture.width() as usize;
    let spots = Spots::new(picture.dimensions(), own, width, height);
    for (pixel, spot) in out.pixels_mut().zip(spots) {
        let four = spot
            .four
            .map(|(x, y)| raw.get(y * side + x).copied().unwrap_or(255));
        pixel.0 = [spot.mixed(four)];
    }
    out
}

/// The four pixels around a point, and how near it is to each.
struct Spot {
    four: [(usize, usize); 4],
    right: f32,
    lower: f32,
}

impl Spot {
    fn mixed(&self, [a, b, c, d]: [u8; 4]) -> u8 {
        let [a, b, c, d] = [a, b, c, d].map(f32::from);
        let upper = a + (b - a) * self.right;
        let lower = c + (d - c) * self.right;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let mixed = (upper + (lower - upper) * self.lower + 0.5) as u8;
        mixed
    }
}

/// The points of a box, row by row.
struct Spots {
    own: Turned,
    size: (u32, u32),
    most: (f32, f32),
    next: (u32, u32),
}

impl Spots {
    fn new((w, h): (u32, u32), own: &Turned, width: u32, height: u32) -> Spots {
        Spots {
            own: *own,
            size: (width, height),
            most: (w.saturating_sub(1) as f32, h.saturating_sub(1) as f32),
            next: (0, 0),
        }
    }
}

impl Iterator for Spots {
    type Item = Spot;

    fn next(&mut self) -> Option<Spot> {
        let (x, y) = self.next;
        if y >= self.size.1 {
            return None;
        }
        self.next = if x + 1 < self.size.0 {
            (x + 1, y)
        } else {
            (0, y + 1)
        };
        let along = (x as f32 + 0.5) / self.size.0 as f32;
        let across = (y as f32 + 0.5) / self.size.1 as f32;
        let (px, py) = self.own.at(along, across);
        let px = (px - 0.5).clamp(0.0, self.most.0);
        let py = (py - 0.5).clamp(0.0, self.most.1);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let (left, upper) = (px as usize, py as usize);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let (right, lower) = (px.ceil() as usize, py.ceil() as usize);
        Some(Spot {
            four: [(left, upper), (right, upper), (left, lower), (right, lower)],
            right: px - left as f32,
            lower: py - upper as f32,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Setting, Turned, moved};

    #[test]
    fn a_box_comes_to_stand_where_its_picture_does() {
        let own = Turned {
            x: 30.0,
            y: 10.0,
            width: 20.0,
            height: 4.0,
            angle: 0.0,
        };
        let quarter = Setting {
            quarters: 1,
            skew: 0.0,
        };
        let turned = moved(quarter, own, (100, 60));
        assert_eq!((turned.x, turned.y), (50.0, 30.0));
        assert!((turned.angle - std::f32::consts::FRAC_PI_2).abs() < 1e-5);
        let skewed = Turned {
            angle: -0.05,
            ..own
        };
        let back = Setting {
            quarters: 0,
            skew: 0.05,
        };
        assert!(moved(back, skewed, (100, 60)).angle.abs() < 1e-5);
    }
}
