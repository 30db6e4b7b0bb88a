//! Where text stands in a picture: the finder's map of likely places → boxes.

use super::upright::Turned;
use crate::model::work;
use image::GrayImage;
use rten::{FloatOperators, Model};
use rten_imageproc::{Point, PointF, Polygon, RetrievalMode, RotatedRect, Vec2, find_contours};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView, Tensor};

/// The longer side of what the finder looks at, and the shorter one at least.
const LONG: u32 = 2000;
const SHORT: u32 = 736;
/// From this probability on a place is text.
const LIKELY: f32 = 0.3;
/// From this mean probability on a box holds text.
const SURE: f32 = 0.5;
/// How much larger than its core a box of text is.
const GROWN: f32 = 1.6;

/// The boxes of text, no more than `most`, in no order; and whether there were more.
///
/// # Errors
/// The finder failed.
pub fn boxes(
    finder: &Model,
    picture: &GrayImage,
    most: usize,
) -> Result<(Vec<Turned>, bool), String> {
    let (width, height) = picture.dimensions();
    let [high, wide] = looked_at(width, height);
    let gray: Vec<f32> = picture
        .as_raw()
        .iter()
        .map(|v| f32::from(*v) / 127.5 - 1.0)
        .collect();
    let gray = Tensor::from_data(&[1, 1, height as usize, width as usize], gray);
    let gray = gray.resize_image([high, wide]).map_err(|e| e.to_string())?;
    let three = gray.broadcast([1, 3, high, wide]).to_tensor();
    let found = finder
        .run_one(three.view().into(), None)
        .map_err(|e| e.to_string())?;
    let found: NdTensor<f32, 4> = found.try_into().map_err(|_| "another shape")?;
    let map = found.slice((0, 0));
    let text = thickened(&map);
    let mut boxes = Vec::new();
    let back = (width as f32 / wide as f32, height as f32 / high as f32);
    for polygon in find_contours(text.view(), RetrievalMode::External).iter() {
        work::steps(polygon.len());
        if let Some(own) = one(polygon, &map) {
            boxes.push(scaled(own, back));
        }
    }
    let more = boxes.len() > most;
    boxes.truncate(most);
    Ok((boxes, more))
}

/// The height and width of what the finder looks at: multiples of 32.
fn looked_at(width: u32, height: u32) -> [usize; 2] {
    let (short, long) = (width.min(height) as f32, width.max(height) as f32);
    let mut scale = (LONG as f32 / long).min(1.0);
    if short * scale < SHORT as f32 {
        scale = (SHORT as f32 / short).min(1.5 * LONG as f32 / long);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let side = |length: u32| (length as f32 * scale / 32.0).round().max(1.0) as usize * 32;
    [side(height), side(width)]
}

/// The likely places, each a pixel thicker to the right and below.
fn thickened(map: &NdTensorView<f32, 2>) -> NdTensor<bool, 2> {
    let [high, wide] = map.shape();
    let mut text = NdTensor::<bool, 2>::zeros([high, wide]);
    let likely: Vec<bool> = map.iter().map(|p| *p > LIKELY).collect();
    if let Some(out) = text.data_mut() {
        for shift in [0, 1, wide, wide + 1] {
            for (to, from) in out.iter_mut().skip(shift).zip(&likely) {
                *to |= *from;
            }
        }
    }
    text
}

/// The box around a place, if it is sure to hold text.
fn one(polygon: &[Point], map: &NdTensorView<f32, 2>) -> Option<RotatedRect> {
    let core = smallest(&hull(polygon))?;
    if core.width().min(core.height()) < 3.0 {
        return None;
    }
    let corners = core.corners();
    #[expect(clippy::cast_possible_truncation)]
    let corners = corners.map(|p| Point::from_yx(p.y.round() as i32, p.x.round() as i32));
    let (mut sum, mut count) = (0.0, 0.0_f32);
    for point in Polygon::new(corners).fill_iter() {
        if let Some(p) = usize::try_from(point.y)
            .ok()
            .zip(usize::try_from(point.x).ok())
            .and_then(|(y, x)| map.get([y, x]))
        {
            sum += p;
            count += 1.0;
        }
    }
    if sum / count.max(1.0) < SURE {
        return None;
    }
    let grown = core.area() * GROWN / (2.0 * (core.width() + core.height()));
    Some(core.expanded(2.0 * grown, 2.0 * grown))
}

/// The corners of the smallest convex shape around points, in order; whole numbers, so that none is
/// lost to rounding.
fn hull(points: &[Point]) -> Vec<(i64, i64)> {
    let mut all: Vec<(i64, i64)> = points
        .iter()
        .map(|p| (i64::from(p.x), i64::from(p.y)))
        .collect();
    all.sort_unstable();
    all.dedup();
    let half = |points: &mut dyn Iterator<Item = (i64, i64)>| {
        let mut chain: Vec<(i64, i64)> = Vec::new();
        for c in points {
            while let [.., a, b] = chain.as_slice() {
                if (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0) > 0 {
                    break;
                }
                chain.pop();
            }
            chain.push(c);
        }
        chain.pop();
        chain
    };
    let mut hull = half(&mut all.iter().copied());
    hull.extend(half(&mut all.iter().rev().copied()));
    hull
}

/// The smallest box around a convex shape: one of its sides lies on one of the shape's.
fn smallest(hull: &[(i64, i64)]) -> Option<RotatedRect> {
    let mut best: Option<RotatedRect> = None;
    for (a, b) in hull.iter().zip(hull.iter().cycle().skip(1)) {
        let along = Vec2::from_yx((b.1 - a.1) as f32, (b.0 - a.0) as f32).normalized();
        let across = Vec2::from_yx(along.x, -along.y);
        let first = (f32::MAX, f32::MIN, f32::MAX, f32::MIN);
        let (l, r, t, d) = hull.iter().fold(first, |(l, r, t, d), p| {
            let to = Vec2::from_yx((p.1 - a.1) as f32, (p.0 - a.0) as f32);
            let (x, y) = (along.dot(to), across.dot(to));
            (l.min(x), r.max(x), t.min(y), d.max(y))
        });
        let area = (r - l) * (d - t);
        if best.is_none_or(|best| area < best.area()) {
            let (x, y) = (f32::midpoint(l, r), f32::midpoint(t, d));
            let middle = PointF::from_yx(
                a.1 as f32 + along.y * x + across.y * y,
                a.0 as f32 + along.x * x + across.x * y,
            );
            best = Some(RotatedRect::new(middle, across, r - l, d - t));
        }
    }
    best
}

/// A box in the picture that was shrunk by these parts. Text runs along its longer side.
fn scaled(own: RotatedRect, (across, down): (f32, f32)) -> Turned {
    let mut own = own.orient_towards(Vec2::from_yx(-1.0, 0.0));
    if own.height() > own.width() * 1.5 {
        own = own.orient_towards(Vec2::from_yx(0.0, 1.0));
    }
    // The direction of the text lies a quarter clockwise of up.
    let up = own.up_axis();
    let (along_x, along_y) = (-up.y * across, up.x * down);
    let stretch = |x: f32, y: f32| (x * x + y * y).sqrt();
    let center = own.center();
    Turned {
        x: center.x * across,
        y: center.y * down,
        width: own.width() * stretch(along_x, along_y),
        height: own.height() * stretch(up.x * across, up.y * down),
        angle: along_y.atan2(along_x),
    }
}

#[cfg(test)]
mod tests {
    use super::{Point, hull, smallest};

    #[test]
    fn the_smallest_box_around_a_long_thin_shape_holds_all_of_it() {
        // A strip 400 long and 10 high that sinks by 4, with ragged edges.
        let points = (0..=400).flat_map(|x| {
            let down = x / 100 + i32::from(x % 7 == 0);
            [Point::from_yx(50 + down, x), Point::from_yx(60 + down, x)]
        });
        let points: Vec<Point> = points.collect();
        let found = smallest(&hull(&points)).unwrap();
        let (long, high) = (
            found.width().max(found.height()),
            found.width().min(found.height()),
        );
        assert!((long - 400.0).abs() < 2.0, "{long}");
        assert!((10.0..13.0).contains(&high), "{high}");
        let middle = found.center();
        assert!((middle.x - 200.0).abs() < 2.0 && (middle.y - 57.0).abs() < 2.0);
    }
}
