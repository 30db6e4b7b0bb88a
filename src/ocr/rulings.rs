//! The ruling lines of a picture: long thin dark strokes, level and upright.

use image::GrayImage;

/// A stroke: where it stands across, from where to where it goes, and how thick it is, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    pub at: f32,
    pub from: f32,
    pub to: f32,
    pub thick: f32,
}

/// The strokes of a page.
#[derive(Debug, Default)]
pub struct Strokes {
    pub level: Vec<Stroke>,
    pub upright: Vec<Stroke>,
}

/// The black pixels of a page, by rows and by columns.
pub struct Dark {
    rows: Vec<Vec<bool>>,
    columns: Vec<Vec<bool>>,
}

impl Dark {
    /// A pixel is dark where it is darker than what is usual around it.
    pub fn of(picture: &GrayImage) -> Dark {
        let dark = darker_than_around(picture);
        let width = picture.width() as usize;
        let rows: Vec<Vec<bool>> = dark.chunks(width.max(1)).map(<[bool]>::to_vec).collect();
        let mut columns = vec![Vec::with_capacity(rows.len()); width];
        for row in &rows {
            for (column, dark) in columns.iter_mut().zip(row) {
                column.push(*dark);
            }
        }
        Dark { rows, columns }
    }

    /// The strokes at least so many pixels long and no thicker than that.
    pub fn strokes(&self, least: usize, thickest: f32) -> Strokes {
        Strokes {
            level: strokes(&self.rows, least, thickest),
            upright: strokes(&self.columns, least, thickest),
        }
    }

    /// Whether a line goes through the middle of a part of the page, from end to end.
    pub fn crossed(&self, [left, top, right, bottom]: [usize; 4]) -> bool {
        const NEAR: usize = 3;
        let high = bottom.saturating_sub(top);
        let middle = self
            .rows
            .iter()
            .take(top + high * 2 / 3)
            .skip(top + high / 3);
        let middle: Vec<&Vec<bool>> = middle.collect();
        let width = right.saturating_sub(left);
        middle.windows(NEAR).any(|rows| {
            let dark = |x: &usize| rows.iter().any(|row| row.get(*x) == Some(&true));
            let count = (left..right).filter(dark).count();
            width > 0 && count * 100 >= width * 97
        })
    }

    /// Of a part of the page (left, upper, right, lower edge): for each column the count of dark
    /// pixels.
    pub fn profile(&self, [left, top, right, bottom]: [usize; 4]) -> Vec<u32> {
        let columns = self.columns.iter().take(right).skip(left);
        let count = |column: &Vec<bool>| -> u32 {
            let own = column.iter().take(bottom).skip(top);
            own.map(|dark| u32::from(*dark)).sum()
        };
        columns.map(count).collect()
    }
}

/// Darker by this much than the mean of a square of this side around it.
const DARKER: i64 = 28;
const AROUND: usize = 31;

fn darker_than_around(picture: &GrayImage) -> Vec<bool> {
    let width = picture.width() as usize;
    let half = AROUND / 2;
    let raw = picture.as_raw();
    // Sums over a few rows, then over a few columns of these.
    let rows: Vec<&[u8]> = raw.chunks(width.max(1)).collect();
    let mut sums = vec![0_i64; width];
    let mut dark = Vec::with_capacity(raw.len());
    let add = |sums: &mut [i64], row: Option<&&[u8]>, sign: i64| {
        let row = row.map_or(&[] as &[u8], |row| row);
        for (sum, own) in sums.iter_mut().zip(row) {
            *sum += sign * i64::from(*own);
        }
    };
    let mut count = 0;
    for row in rows.iter().take(half) {
        add(&mut sums, Some(row), 1);
        count += 1;
    }
    for (y, row) in rows.iter().enumerate() {
        let entering = rows.get(y + half);
        count += i64::from(entering.is_some());
        add(&mut sums, entering, 1);
        let leaving = y.checked_sub(half + 1).and_then(|y| rows.get(y));
        count -= i64::from(leaving.is_some());
        add(&mut sums, leaving, -1);
        let mut sum: i64 = sums.iter().take(half).sum();
        let mut wide = half.min(width) as i64;
        let entering = sums
            .iter()
            .skip(half)
            .map(Some)
            .chain(std::iter::repeat(None));
        let leaving = std::iter::repeat_n(None, half + 1).chain(sums.iter().map(Some));
        for ((own, entering), leaving) in row.iter().zip(entering).zip(leaving) {
            wide += i64::from(entering.is_some()) - i64::from(leaving.is_some());
            sum += entering.unwrap_or(&0) - leaving.unwrap_or(&0);
            dark.push((i64::from(*own) + DARKER) * count * wide < sum);
        }
    }
    dark
}

/// Pieces of dark pixels along a line, small gaps apart from each other passed over.
fn pieces(line: &[bool], least: usize) -> Vec<(usize, usize)> {
    const GAP: usize = 2;
    let mut pieces: Vec<(usize, usize)> = Vec::new();
    let mut start = None;
    let mut last = 0;
    let mut take = |start: usize, end: usize| {
        if end - start >= least {
            pieces.push((start, end));
        }
    };
    for (at, dark) in line.iter().enumerate() {
        if *dark {
            start = start.or(Some(at));
            last = at;
        } else if let Some(from) = start
            && at - last > GAP
        {
            take(from, last + 1);
            start = None;
        }
    }
    if let Some(from) = start {
        take(from, last + 1);
    }
    pieces
}

/// Pieces of neighbouring lines that lie side by side are one stroke.
fn strokes(lines: &[Vec<bool>], least: usize, thickest: f32) -> Vec<Stroke> {
    // A line that is not quite level is made of shorter pieces of several rows.
    let short = (least / 3).max(8);
    let mut open: Vec<Open> = Vec::new();
    let mut done: Vec<Open> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        for (from, to) in pieces(line, short) {
            let own = open.iter_mut().find(|o| o.takes(at, from, to));
            match own {
                Some(own) => own.take(at, from, to),
                None => open.push(Open::new(at, from, to)),
            }
        }
        let (ended, going): (Vec<Open>, Vec<Open>) =
            open.into_iter().partition(|o| at > o.last + 1);
        done.extend(ended);
        open = going;
    }
    done.extend(open);
    let long = |stroke: &Open| stroke.to - stroke.from >= least;
    let strokes = done.iter().filter(|o| long(o)).map(Open::stroke);
    strokes.filter(|s| s.thick <= thickest).collect()
}

/// A stroke that is still being put together.
struct Open {
    last: usize,
    from: usize,
    to: usize,
    /// Dark pixels, and their places summed.
    mass: usize,
    places: usize,
}

impl Open {
    fn new(at: usize, from: usize, to: usize) -> Open {
        let mass = to - from;
        Open {
            last: at,
            from,
            to,
            mass,
            places: at * mass,
        }
    }

    fn takes(&self, at: usize, from: usize, to: usize) -> bool {
        const END: usize = 3;
        at <= self.last + 1 && from <= self.to + END && self.from <= to + END
    }

    fn take(&mut self, at: usize, from: usize, to: usize) {
        self.last = at;
        self.from = self.from.min(from);
        self.to = self.to.max(to);
        self.mass += to - from;
        self.places += at * (to - from);
    }

    fn stroke(&self) -> Stroke {
        Stroke {
            at: self.places as f32 / self.mass.max(1) as f32 + 0.5,
            from: self.from as f32,
            to: self.to as f32,
            thick: self.mass as f32 / (self.to - self.from).max(1) as f32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Dark;
    use image::{GrayImage, Luma};

    #[test]
    fn long_thin_strokes_are_ruling_lines_and_one_through_a_word_is_seen() {
        let mut page = GrayImage::from_pixel(300, 200, Luma([240]));
        for x in 20..280 {
            // Level but for a pixel, two pixels thick.
            let y = 40 + x / 150;
            page.put_pixel(x, y, Luma([30]));
            page.put_pixel(x, y + 1, Luma([30]));
        }
        for y in 40..160 {
            page.put_pixel(100, y, Luma([30]));
        }
        // A bar is no line; neither are letters.
        for x in 150..250 {
            (60..80).for_each(|y| page.put_pixel(x, y, Luma([30])));
        }
        for x in [120, 126, 132, 138] {
            (100..120).for_each(|y| page.put_pixel(x, y, Luma([30])));
        }
        let dark = Dark::of(&page);
        let found = dark.strokes(50, 7.0);
        let at: Vec<(f32, f32)> = found.level.iter().map(|s| (s.from, s.to)).collect();
        assert_eq!(at, [(20.0, 280.0)]);
        assert!(found.level.iter().all(|s| (s.at - 41.5).abs() < 0.6));
        let at: Vec<f32> = found.upright.iter().map(|s| s.at).collect();
        assert_eq!(at, [100.5]);
        assert!(!dark.crossed([118, 98, 142, 122]));
        (118..142).for_each(|x| page.put_pixel(x, 110, Luma([30])));
        assert!(Dark::of(&page).crossed([118, 98, 142, 122]));
    }
}
