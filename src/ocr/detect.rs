//! Where text stands in a picture: the finder's map of likely places → boxes.

use super::upright::Turned;
use crate::model::work;
use image::GrayImage;
use rten::{FloatOperators, Model};
use rten_imageproc::{
    Point, Polygon, RetrievalMode, RotatedRect, Vec2, find_contours, min_area_rect,
};
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
    let points: Vec<_> = polygon.iter().map(|p| p.to_f32()).collect();
    let core = min_area_rect(&points)?;
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
