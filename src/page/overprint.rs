//! Texts printed over each other: the same text twice is one (bold by drawing it again); two
//! different ones can be read neither by eye nor by program.

use super::Run;
use std::cmp::Ordering;

/// Leaves each text once; the first pair of different texts that cover each other, if there is one.
pub fn settle(words: &mut Vec<Run>) -> Option<(String, String)> {
    let mut order: Vec<usize> = (0..words.len()).collect();
    let at = |i: usize| words.get(i).map_or((0.0, 0.0), |w| (w.y, w.x0));
    order.sort_by(|a, b| at(*a).partial_cmp(&at(*b)).unwrap_or(Ordering::Equal));
    let mut again: Vec<usize> = Vec::new();
    let mut clash = None;
    for (n, i) in order.iter().enumerate() {
        let Some(word) = words.get(*i) else { continue };
        for j in order.iter().skip(n + 1).take(NEIGHBOURS) {
            let Some(other) = words.get(*j) else { continue };
            if other.y - word.y > word.size * LINE {
                break;
            }
            let covered = word.x1.min(other.x1) - word.x0.max(other.x0);
            let (narrow, wide) = (width(word).min(width(other)), width(word).max(width(other)));
            if narrow <= 0.0 || covered < narrow * COVERED || narrow < wide * LIKE {
                continue;
            }
            if word.text == other.text {
                again.push(*j);
            } else if clash.is_none() && is_text(word) && is_text(other) {
                clash = Some((word.text.clone(), other.text.clone()));
            }
        }
    }
    again.sort_unstable();
    again.dedup();
    let mut number = 0;
    let mut again = again.into_iter().peekable();
    words.retain(|_| {
        number += 1;
        again.next_if_eq(&(number - 1)).is_none()
    });
    clash
}

/// Single characters may touch where a font's widths are not known.
fn is_text(word: &Run) -> bool {
    word.text.chars().nth(1).is_some()
}

/// So many texts behind one are looked at.
const NEIGHBOURS: usize = 200;
/// Baselines no farther apart than this part of the letter size are one line.
const LINE: f32 = 0.2;
/// This part of the narrower text lies under the other.
const COVERED: f32 = 0.7;
/// And the two are about as wide.
const LIKE: f32 = 0.5;

fn width(word: &Run) -> f32 {
    word.x1 - word.x0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, x0: f32, x1: f32, y: f32) -> Run {
        Run {
            text: text.to_string(),
            x0,
            x1,
            y,
            size: 10.0,
            struck: false,
            marks: crate::model::Marks::NONE,
            read: None,
        }
    }

    #[test]
    fn the_same_text_twice_is_one_and_different_ones_clash() {
        let mut words = vec![
            word("Pass", 100.0, 120.0, 50.0),
            word("Model", 10.0, 40.0, 50.0),
            word("Pass", 100.4, 120.4, 50.2),
            word("Pass", 100.0, 120.0, 70.0),
        ];
        assert_eq!(settle(&mut words), None);
        assert_eq!(words.len(), 3);
        words.push(word("Fail", 99.0, 118.0, 50.5));
        let clash = settle(&mut words);
        assert_eq!(clash, Some(("Pass".to_string(), "Fail".to_string())));
        assert_eq!(words.len(), 4);
    }
}
