//! What a program read from a picture: each character with its probability and what else it may be.

use std::sync::Arc;

/// The reasons of what would pass but for what nobody has confirmed yet.
pub const UNCONFIRMED: [&str; 2] = ["recognised-unconfirmed", "recognised-paper"];

/// A part of a page's picture: pixels from its upper left corner, both ends included in the area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    pub left: u32,
    pub top: u32,
    pub right: u32,
    pub bottom: u32,
}

/// How the picture of a page, as its file has it, is set upright: turned clockwise by quarters, then
/// by an angle about its middle, growing so that it holds all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Setting {
    pub quarters: u8,
    /// Radians, clockwise.
    pub skew: f32,
}

/// One character that was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Letter {
    pub read: char,
    /// From 0 to 1.
    pub probability: f32,
    /// The next best character and its probability.
    pub second: Option<(char, f32)>,
}

/// The engine that read, and the digest of its models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engine {
    pub name: String,
    /// The SHA-256 of its models, in hexadecimal.
    pub models: String,
}

/// How a cell's text was read from a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Recognised {
    pub engine: Arc<Engine>,
    /// 0-based.
    pub page: u32,
    /// Where it stands in the picture of its page, as that was read: upright, at `dpi`.
    pub area: Area,
    pub dpi: u32,
    pub setting: Setting,
    /// In the order of the text; spaces between words are none.
    pub letters: Vec<Letter>,
    /// What a second engine read there, where one was asked.
    pub second: Option<String>,
    /// Other ink (a stamp, a line, handwriting) lies over it.
    pub inked: bool,
}

/// So probable is each character of a value two engines agree on.
pub const SURE: f32 = 0.90;

/// So probable is another character that is worth a word.
const SHARE: f32 = 0.02;

impl Letter {
    /// The character it may be instead, of those that are read for each other (a group a text), and
    /// how probable that is.
    pub fn alike(&self, groups: &[String]) -> Option<(char, f32)> {
        let (other, share) = self.second.filter(|(_, share)| *share >= SHARE)?;
        let both = |g: &String| g.contains(self.read) && g.contains(other);
        groups.iter().any(both).then_some((other, share))
    }

    /// Whether somebody should look at it: not sure, or perhaps another that looks like it.
    pub fn is_doubtful(&self, groups: &[String]) -> bool {
        self.probability < SURE || self.alike(groups).is_some()
    }

    /// The least probability of some characters; 0 where there are none.
    pub fn least(letters: &[Letter]) -> f32 {
        let least = letters.iter().map(|l| l.probability).fold(1.0, f32::min);
        if letters.is_empty() { 0.0 } else { least }
    }
}

impl Recognised {
    /// The least probability of its characters; 0 where there are none.
    pub fn least(&self) -> f32 {
        Letter::least(&self.letters)
    }

    /// Whether its area is about as wide as its characters: where it is wider some were not read.
    pub fn fills_its_area(&self) -> bool {
        let side = |from: u32, to: u32| f64::from(to.saturating_sub(from) + 1);
        let width = side(self.area.left, self.area.right);
        let height = side(self.area.top, self.area.bottom);
        let em = |l: &Letter| if l.read.is_ascii() { 0.5 } else { 1.0 };
        let wanted: f64 = self.letters.iter().map(em).sum::<f64>() * height;
        // An area is drawn with some room around its text.
        width <= wanted * 1.6 && width >= wanted * 0.4
    }

    /// Adds what was read behind it, in the same cell.
    pub fn join(&mut self, next: &Recognised) {
        let (own, other) = (self.area, next.area);
        self.area = Area {
            left: own.left.min(other.left),
            top: own.top.min(other.top),
            right: own.right.max(other.right),
            bottom: own.bottom.max(other.bottom),
        };
        self.letters.extend_from_slice(&next.letters);
        self.inked |= next.inked;
        self.second = match (self.second.take(), &next.second) {
            (Some(own), Some(other)) => Some(format!("{own} {other}")),
            _ => None,
        };
    }
}
