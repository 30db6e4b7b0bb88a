//! A line of characters → words that stand apart: parted at wide gaps in its ink, with blanks where
//! narrow ones are.

use super::letters::Placed;
use super::upright::Turned;
use crate::model::recognised::Letter;

/// Characters that stand together, from where to where.
pub struct Word {
    pub text: String,
    pub letters: Vec<Letter>,
    pub x0: f32,
    pub x1: f32,
}

/// Punctuation that takes the place of a character: a blank of its own is behind it.
const FULL: [char; 8] = ['，', '。', '、', '；', '：', '）', '》', '”'];
/// Gaps at least this part of the letter size part words; where a blank was read or punctuation
/// stands, the second.
const PARTS: (f32, f32) = (0.7, 1.2);
/// Beside a stroke, a gap of this part of the letter size, and so many times the usual one, is a
/// blank; between letters and figures, narrow ones among them, the reader says it.
const BLANK: (f32, f32) = (0.2, 2.2);

/// The words of a line. `profile` counts the dark pixels of each column from `left` on.
pub fn words(line: &[Placed], own: &Turned, size: f32, profile: &[u32], left: f32) -> Vec<Word> {
    let gaps = gaps(profile, left);
    let start = own.at(0.0, 0.5).0;
    let place = |placed: &Placed| start + placed.at * own.width;
    let wide = |from: f32, to: f32| {
        let between = gaps.iter().filter(|(a, b)| {
            let middle = f32::midpoint(*a, *b);
            from < middle && middle < to
        });
        between
            .copied()
            .max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)))
    };
    let seen: Vec<(&Placed, bool)> = seen(line);
    let pairs = seen.iter().zip(seen.iter().skip(1));
    let usual = pairs.map(|((a, _), (b, _))| wide(place(a), place(b)).map_or(0.0, |g| g.1 - g.0));
    let usual = super::median(usual.collect());
    let mut words: Vec<Word> = Vec::new();
    let mut before: Option<&Placed> = None;
    for (placed, spaced) in seen {
        let x = place(placed);
        let read = placed.letter.read;
        let gap = before.and_then(|b| wide(place(b), x));
        let width = gap.map_or(0.0, |g| g.1 - g.0);
        let after = before.map_or(' ', |b| b.letter.read);
        let least = if spaced || FULL.contains(&after) {
            PARTS.1
        } else {
            PARTS.0
        };
        match words.last_mut().filter(|_| width < least * size) {
            Some(word) => {
                let plain = after == '/' || read == '/';
                let blank = plain && width > BLANK.0 * size && width > BLANK.1 * usual;
                if spaced || blank {
                    word.text.push(' ');
                }
                word.text.push(read);
                word.letters.push(placed.letter);
            }
            None => {
                // Before its first character, and behind its last, there is a gap, or the edge.
                let (end, begin) = gap.unwrap_or_else(|| {
                    let edge = gaps.first().filter(|g| g.0 <= left).map_or(left, |g| g.1);
                    (edge, edge.min(x))
                });
                words.iter_mut().last().into_iter().for_each(|w| w.x1 = end);
                words.push(Word {
                    text: read.to_string(),
                    letters: vec![placed.letter],
                    x0: begin,
                    x1: begin,
                });
            }
        }
        before = Some(placed);
    }
    let right = left + profile.len() as f32;
    let edge = gaps.last().filter(|g| g.1 >= right).map_or(right, |g| g.0);
    if let Some(word) = words.last_mut() {
        word.x1 = edge.max(word.x0 + 1.0);
    }
    words
}

/// The characters without blanks, each with whether one stands before it.
fn seen(line: &[Placed]) -> Vec<(&Placed, bool)> {
    let mut seen = Vec::new();
    let mut blank = false;
    for placed in line {
        if placed.letter.read == ' ' {
            blank = true;
        } else {
            seen.push((placed, std::mem::take(&mut blank)));
        }
    }
    seen
}

/// Where no ink stands, from where to where.
fn gaps(profile: &[u32], left: f32) -> Vec<(f32, f32)> {
    let mut gaps = Vec::new();
    let mut start = 0;
    let ends = profile.iter().map(|count| *count > 1).chain([true]);
    for (at, ink) in ends.enumerate() {
        if ink {
            if at > start {
                gaps.push((left + start as f32, left + at as f32));
            }
            start = at + 1;
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::{Placed, Turned, words};
    use crate::model::recognised::Letter;

    fn line(text: &str, step: f32) -> Vec<Placed> {
        let letters = text.chars().enumerate().filter(|(_, c)| *c != '.');
        letters
            .map(|(n, read)| Placed {
                letter: Letter {
                    read,
                    probability: 1.0,
                    second: None,
                },
                at: (n as f32 + 0.5) * step,
            })
            .collect()
    }

    #[test]
    fn wide_gaps_part_words_and_narrow_ones_are_blanks() {
        // Each dot is a place without ink, of half a letter's size.
        let text = "ab...cd./f";
        let own = Turned {
            x: 50.0,
            y: 10.0,
            width: 100.0,
            height: 20.0,
            angle: 0.0,
        };
        let ink = text.chars().flat_map(|c| {
            let dark = if c == '.' {
                [0; 10]
            } else {
                [5, 5, 5, 5, 5, 5, 5, 5, 5, 0]
            };
            dark.into_iter()
        });
        let profile: Vec<u32> = ink.collect();
        let found = words(&line(text, 0.1), &own, 20.0, &profile, 0.0);
        let texts: Vec<&str> = found.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(texts, ["ab", "cd /f"]);
        let places: Vec<(f32, f32)> = found.iter().map(|w| (w.x0, w.x1)).collect();
        assert_eq!(places, [(0.0, 19.0), (50.0, 99.0)]);
    }
}
