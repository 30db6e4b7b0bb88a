//! The bytes of a picture file → its pixels, as they are to be looked at, within bounds.

use image::imageops::{FilterType, resize};
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, RgbImage};
use std::io::Cursor;

/// Why a picture is not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Its bytes are not those of such a picture.
    Broken(String),
    /// It has more pixels than it may have: its width and height.
    TooLarge(u32, u32),
    /// No page has this shape: its width and height.
    NoPage(u32, u32),
}

/// No side of a page is shorter.
const SHORTEST: u32 = 32;
/// How many times longer than wide a page may be.
const SLENDER: u32 = 25;
/// The longer side of a page that is looked at: 300 pixels to the inch of A4.
const LONG: u32 = 3508;

/// The picture of a page, turned as its file says. A TIFF file holds several: `page` counts from 0.
///
/// # Errors
/// It is broken, or out of bounds; these are looked at before its pixels are.
pub fn decode(bytes: &[u8], page: usize, pixels: u64) -> Result<RgbImage, Refused> {
    let broken = |e: image::ImageError| Refused::Broken(e.to_string());
    let format = image::guess_format(bytes).map_err(broken)?;
    let own = beginning_at(bytes, page);
    let bytes = own.as_deref().unwrap_or(bytes);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(pixels.saturating_mul(8));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    within(decoder.dimensions(), pixels)?;
    let turned = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(turned);
    Ok(fitted(on_white(picture)))
}

/// # Errors
/// A picture of this size is none of a page, or too large.
pub fn within((width, height): (u32, u32), pixels: u64) -> Result<(), Refused> {
    let (short, long) = (width.min(height), width.max(height));
    if short < SHORTEST || long / short.max(1) > SLENDER {
        return Err(Refused::NoPage(width, height));
    }
    if u64::from(width) * u64::from(height) > pixels {
        return Err(Refused::TooLarge(width, height));
    }
    Ok(())
}

/// No larger than what is looked at.
pub fn fitted(picture: RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let long = width.max(height);
    if long <= LONG {
        return picture;
    }
    let part = |side: u32| u32::try_from(u64::from(side) * u64::from(LONG) / u64::from(long));
    let (width, height) = (part(width).unwrap_or(LONG), part(height).unwrap_or(LONG));
    resize(&picture, width, height, FilterType::Triangle)
}

/// What lies under a transparent picture is white paper.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let mut paper = RgbImage::from_pixel(picture.width(), picture.height(), image::Rgb([255; 3]));
    for (under, over) in paper.pixels_mut().zip(picture.pixels()) {
        let [r, g, b, a] = over.0.map(u16::from);
        #[expect(clippy::cast_possible_truncation)]
        let mixed = |c: u16| ((c * a + 255 * (255 - a)) / 255) as u8;
        under.0 = [mixed(r), mixed(g), mixed(b)];
    }
    paper
}

/// How many pages a picture file holds: a TIFF file several.
pub fn pages(bytes: &[u8]) -> usize {
    directories(bytes).len().max(1)
}

/// A TIFF file whose first page is the one asked for.
fn beginning_at(bytes: &[u8], page: usize) -> Option<Vec<u8>> {
    let at = *directories(bytes).get(page).filter(|_| page > 0)?;
    let at = match bytes.first() {
        Some(b'I') => at.to_le_bytes(),
        _ => at.to_be_bytes(),
    };
    let mut own = bytes.to_vec();
    own.get_mut(4..8)?.copy_from_slice(&at);
    Some(own)
}

/// Where the descriptions of the pages of a TIFF file begin.
fn directories(bytes: &[u8]) -> Vec<u32> {
    const MOST: usize = 2000;
    let little = bytes.starts_with(b"II*\0");
    if !little && !bytes.starts_with(b"MM\0*") {
        return Vec::new();
    }
    let long = |at: usize| -> Option<u32> {
        let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little {
            u32::from_le_bytes(four)
        } else {
            u32::from_be_bytes(four)
        })
    };
    let short = |at: usize| -> Option<u16> {
        let two: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little {
            u16::from_le_bytes(two)
        } else {
            u16::from_be_bytes(two)
        })
    };
    let mut found = Vec::new();
    let mut next = long(4);
    while let Some(at) = next.filter(|at| *at > 0 && !found.contains(at)) {
        let Some(entries) = short(at as usize) else {
            break;
        };
        found.push(at);
        next = long(at as usize + 2 + 12 * usize::from(entries)).filter(|_| found.len() < MOST);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Refused, decode, pages};
    use image::{GrayImage, ImageFormat};
    use std::io::Cursor;

    fn file(picture: &GrayImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture
            .write_to(&mut Cursor::new(&mut bytes), format)
            .unwrap();
        bytes
    }

    #[test]
    fn what_is_no_page_or_too_large_is_refused_before_its_pixels_are_taken() {
        let strip = file(&GrayImage::new(1, 100_000), ImageFormat::Png);
        assert_eq!(decode(&strip, 0, 1 << 30), Err(Refused::NoPage(1, 100_000)));
        let page = file(&GrayImage::new(600, 800), ImageFormat::Jpeg);
        assert_eq!(decode(&page, 0, 479_999), Err(Refused::TooLarge(600, 800)));
        assert_eq!(decode(&page, 0, 480_000).unwrap().dimensions(), (600, 800));
        let half = page.get(..page.len() / 2).unwrap();
        assert!(
            decode(half, 0, 1 << 30).is_ok_and(|p| p.width() == 600)
                || matches!(decode(half, 0, 1 << 30), Err(Refused::Broken(_)))
        );
        let head = page.get(..100).unwrap();
        assert!(matches!(decode(head, 0, 1 << 30), Err(Refused::Broken(_))));
        // 50,000 pixels each way, told by a header alone.
        let mut bomb = vec![
            b'B', b'M', 54, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0,
        ];
        bomb.extend(50_000_i32.to_le_bytes());
        bomb.extend(50_000_i32.to_le_bytes());
        bomb.extend([1, 0, 24, 0]);
        bomb.extend([0; 24]);
        assert_eq!(
            decode(&bomb, 0, 80_000_000),
            Err(Refused::TooLarge(50_000, 50_000))
        );
    }

    #[test]
    fn pages_of_a_tiff_file_are_counted_once() {
        let mut own = file(&GrayImage::new(64, 64), ImageFormat::Tiff);
        assert_eq!(pages(&own), 1);
        // Its description names itself as the next: a ring.
        let at = u32::from_le_bytes(own.get(4..8).unwrap().try_into().unwrap()) as usize;
        let entries = usize::from(u16::from_le_bytes(
            own.get(at..at + 2).unwrap().try_into().unwrap(),
        ));
        let next = at + 2 + 12 * entries;
        own.get_mut(next..next + 4)
            .unwrap()
            .copy_from_slice(&(at as u32).to_le_bytes());
        assert_eq!(pages(&own), 1);
    }
}
