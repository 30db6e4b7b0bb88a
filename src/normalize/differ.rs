//! Where two spellings differ, character by character, and in one line how.

use super::look_alike::{is_like_dash, name, shape};
use super::text::is_cjk;
use crate::model::{Say, work};

/// Longer texts are no names: they are not compared character by character.
pub const LONGEST: usize = 200;

/// One character of a text, in the shape it is compared by. `Ⅱ` is two units.
#[derive(Clone, Copy, Debug)]
struct Unit {
    c: char,
    /// What it looks like; none for a separator.
    shape: Option<char>,
    /// 1-based position in the text.
    at: usize,
    /// The character is more than one unit, or not its plain self.
    part: bool,
}

impl Unit {
    fn same(self, other: Unit) -> bool {
        self.c == other.c && self.part == other.part
    }

    /// Looks like the other: case, look-alikes, another separator.
    fn alike(self, other: Unit) -> bool {
        match (self.shape, other.shape) {
            (Some(a), Some(b)) => a == b,
            (None, None) => true,
            (Some(_), None) => is_like_dash(self.c),
            (None, Some(_)) => is_like_dash(other.c),
        }
    }
}

fn units(text: &str) -> Vec<Unit> {
    let mut all = Vec::with_capacity(text.len());
    for (i, c) in text.chars().enumerate() {
        let shapes = shape(c);
        let part = shapes.len() > 1;
        let mut push = |shape| {
            all.push(Unit {
                c,
                shape,
                at: i + 1,
                part,
            });
        };
        if shapes.is_empty() {
            push(None);
        }
        shapes.into_iter().for_each(|s| push(Some(s)));
    }
    all
}

/// One step from the first text to the second.
#[derive(Clone, Copy, Debug)]
enum Op {
    Same(Unit),
    /// Another character that looks like it, or another separator.
    Alike(Unit, Unit),
    Other(Unit, Unit),
    /// Only in the first text.
    Extra(Unit),
    /// Only in the second, after this position of the first.
    Missing(Unit, usize),
    /// Two neighbours exchanged.
    Swapped(Unit, Unit),
}

/// How two texts differ.
#[derive(Debug, Default)]
pub struct Difference {
    ops: Vec<Op>,
    /// Where the ending that only one text has begins in `ops`.
    suffix: Option<usize>,
}

const ALIKE: u32 = 2;
const SEPARATOR: u32 = 3;
const HARD: u32 = 20;
const SWAP: u32 = 21;

/// Aligns two texts; nothing for texts too long to be names.
pub fn difference(a: &str, b: &str) -> Option<Difference> {
    let (ua, ub) = (units(a), units(b));
    if ua.len() > LONGEST || ub.len() > LONGEST {
        return None;
    }
    let ops = align(&ua, &ub);
    let mut difference = Difference { ops, suffix: None };
    difference.suffix = difference.ending();
    Some(difference)
}

/// How many characters at least are other, missing or too many, by counting alone; nothing for texts
/// too long to be names.
pub fn fewest_slips(a: &str, b: &str) -> Option<usize> {
    let shapes = |text: &str| -> Vec<char> {
        let units = units(text).into_iter().filter(|u| !is_like_dash(u.c));
        let mut shapes: Vec<char> = units.filter_map(|u| u.shape).collect();
        shapes.sort_unstable();
        shapes
    };
    if a.chars().count() > LONGEST || b.chars().count() > LONGEST {
        return None;
    }
    let (a, b) = (shapes(a), shapes(b));
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        shared += usize::from(x == y);
        (i, j) = (i + usize::from(x <= y), j + usize::from(y <= x));
    }
    Some(a.len().max(b.len()) - shared)
}

fn step_cost(unit: Option<&Unit>) -> u32 {
    match unit {
        Some(u) if u.shape.is_none() => SEPARATOR,
        _ => HARD,
    }
}

/// The cheapest way from one text to the other (optimal string alignment, with cheaper steps for
/// look-alikes and separators).
fn align(a: &[Unit], b: &[Unit]) -> Vec<Op> {
    work::steps((a.len() + 1) * (b.len() + 1));
    let width = b.len() + 1;
    let mut costs = vec![0u32; (a.len() + 1) * width];
    let at = |i: usize, j: usize| i * width + j;
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            let best = ways(a, b, i, j)
                .into_iter()
                .flatten()
                .map(|(_, cost, pi, pj)| cost + costs.get(at(pi, pj)).copied().unwrap_or(0))
                .min()
                .unwrap_or(0);
            if let Some(slot) = costs.get_mut(at(i, j)) {
                *slot = best;
            }
        }
    }
    let mut ops = Vec::with_capacity(a.len().max(b.len()));
    let (mut i, mut j) = (a.len(), b.len());
    while i > 0 || j > 0 {
        let here = costs.get(at(i, j)).copied().unwrap_or(0);
        let way = ways(a, b, i, j)
            .into_iter()
            .flatten()
            .find(|(_, cost, pi, pj)| costs.get(at(*pi, *pj)).is_some_and(|c| c + cost == here));
        let Some((op, _, pi, pj)) = way else { break };
        ops.push(op);
        (i, j) = (pi, pj);
    }
    ops.reverse();
    ops
}

type Way = Option<(Op, u32, usize, usize)>;

/// The steps that can lead to a cell of the table, gaps first so that they stand at the end.
fn ways(a: &[Unit], b: &[Unit], i: usize, j: usize) -> [Way; 4] {
    let before = |units: &[Unit], n: usize, back: usize| {
        n.checked_sub(back).and_then(|k| units.get(k)).copied()
    };
    let (x, y) = (before(a, i, 1), before(b, j, 1));
    let (x2, y2) = (before(a, i, 2), before(b, j, 2));
    let missing = y.map(|y| {
        let op = Op::Missing(y, before(a, i, 1).map_or(0, |u| u.at));
        (op, step_cost(Some(&y)), i, j - 1)
    });
    let extra = x.map(|x| (Op::Extra(x), step_cost(Some(&x)), i - 1, j));
    let one = x.zip(y).map(|(x, y)| {
        let (op, cost) = if x.same(y) {
            (Op::Same(x), 0)
        } else if x.alike(y) {
            (Op::Alike(x, y), ALIKE)
        } else {
            (Op::Other(x, y), HARD)
        };
        (op, cost, i - 1, j - 1)
    });
    let swap = match (x, y, x2, y2) {
        (Some(x), Some(y), Some(x2), Some(y2))
            if x.shape.is_some() && x2.shape.is_some() && x.shape != x2.shape =>
        {
            (x.shape == y2.shape && x2.shape == y.shape).then_some((
                Op::Swapped(x2, x),
                SWAP,
                i - 2,
                j - 2,
            ))
        }
        _ => None,
    };
    [missing, extra, one, swap]
}

impl Difference {
    /// The first operation of an ending that only one of the texts has.
    fn ending(&self) -> Option<usize> {
        let last = self.ops.last()?;
        let kind = |op: &Op| match op {
            Op::Extra(_) => 1,
            Op::Missing(..) => 2,
            _ => 0,
        };
        if kind(last) == 0 {
            return None;
        }
        let run = self.ops.iter().rev().take_while(|o| kind(o) == kind(last));
        let start = self.ops.len() - run.count();
        let letters = self.suffix_units(start).any(|u| u.shape.is_some());
        letters.then_some(start)
    }

    fn suffix_units(&self, start: usize) -> impl Iterator<Item = Unit> + '_ {
        self.ops.iter().skip(start).filter_map(|op| match op {
            Op::Extra(u) | Op::Missing(u, _) => Some(*u),
            _ => None,
        })
    }

    /// How many characters stand in both, separators not counted.
    pub fn shared(&self) -> usize {
        let shared = |op: &&Op| match op {
            Op::Same(u) | Op::Alike(u, _) => u.shape.is_some(),
            _ => false,
        };
        self.ops.iter().filter(shared).count()
    }

    /// Characters that are other, missing or too many (a swap is one), an ending left aside.
    pub fn slips(&self) -> usize {
        let end = self.suffix.unwrap_or(self.ops.len());
        self.ops.iter().take(end).filter(|op| is_slip(op)).count()
    }

    /// Slips, each character of an ending counted too.
    pub fn all_slips(&self) -> usize {
        self.ops.iter().filter(|op| is_slip(op)).count()
    }

    /// The characters that are other, missing or too many.
    pub fn slipped(&self) -> impl Iterator<Item = char> + '_ {
        let chars = |op: &Op| match op {
            Op::Other(x, y) => [Some(x.c), Some(y.c)],
            Op::Extra(x) | Op::Missing(x, _) if x.shape.is_some() => [Some(x.c), None],
            _ => [None, None],
        };
        self.ops.iter().flat_map(chars).flatten()
    }

    /// The ending only one text has, when it may be a suffix of the other: set off by a separator
    /// and not long, or one or two letters, or a revision (`R1`), after at least four characters.
    /// A second code of the same family (`/BH-730`) is a list, not a suffix.
    pub fn is_suffix(&self) -> bool {
        let Some(start) = self.suffix else {
            return false;
        };
        let base: Vec<char> = self
            .ops
            .iter()
            .take(start)
            .filter_map(|op| match op {
                Op::Same(u) | Op::Alike(u, _) => u.shape.map(|_| u.c),
                _ => None,
            })
            .collect();
        let weight: usize = base.iter().map(|c| 1 + usize::from(is_cjk(*c))).sum();
        let set_off = self
            .suffix_units(start)
            .next()
            .is_some_and(|u| u.shape.is_none());
        let ending: Vec<char> = self
            .suffix_units(start)
            .filter(|u| u.shape.is_some())
            .map(|u| u.c)
            .collect();
        let letters = ending.iter().take_while(|c| c.is_alphabetic()).count();
        let digits = ending
            .iter()
            .skip(letters)
            .filter(|c| c.is_ascii_digit())
            .count();
        let short = letters + digits == ending.len() && (1..=2).contains(&letters) && digits <= 1;
        let family: Vec<&char> = base.iter().take(2).collect();
        let twin = base.len() >= 2
            && ending.len() >= 4
            && ending.iter().take(2).collect::<Vec<_>>() == family;
        weight >= 4 && !twin && (set_off && ending.len() <= 6 || short)
    }

    pub fn has_suffix(&self) -> bool {
        self.suffix.is_some()
    }

    /// Only separators differ.
    pub fn only_separators(&self) -> bool {
        self.ops.iter().all(|op| match op {
            Op::Same(_) => true,
            Op::Alike(x, y) => x.shape.is_none() || y.shape.is_none(),
            Op::Extra(u) | Op::Missing(u, _) => u.shape.is_none(),
            _ => false,
        })
    }

    /// What kind of difference it is, by a name that stays.
    pub fn kind(&self) -> &'static str {
        let case = |op: &Op| match op {
            Op::Same(_) => true,
            Op::Alike(x, y) => x.c.to_lowercase().eq(y.c.to_lowercase()),
            _ => false,
        };
        match self {
            _ if self.only_separators() => "near-separators",
            _ if self.ops.iter().all(case) => "near-case",
            _ if self.all_slips() == 0 => "near-look-alike",
            _ if self.is_suffix() && self.slips() == 0 => "near-suffix",
            _ => "near-slip",
        }
    }

    /// The differences in one line: `letter O for digit 0 at position 4`, `suffix -A missing`.
    pub fn reason(&self) -> Say {
        let end = match self.suffix {
            Some(start) if self.is_suffix() => start,
            _ => self.ops.len(),
        };
        let mut parts: Vec<Say> = Vec::new();
        // A character that is several units (`Ⅱ`) is named once.
        let mut named: Option<(char, usize)> = None;
        for op in self.ops.iter().take(end) {
            let whole = match op {
                Op::Alike(x, _) if x.part => Some((x.c, x.at)),
                Op::Alike(_, y) if y.part => Some((y.c, y.at)),
                _ => None,
            };
            if whole.is_none() || whole != named {
                parts.extend(say(*op));
            }
            named = whole;
        }
        if end < self.ops.len() {
            parts.push(self.say_suffix(end));
        }
        let more = parts.len().saturating_sub(3);
        parts.truncate(3);
        if more > 0 {
            parts.push(Say::new(format!("{more} more"), format!("另有 {more} 处")));
        }
        let join = |lang, mark: &str| {
            let all: Vec<&str> = parts.iter().map(|p| p.get(lang)).collect();
            all.join(mark)
        };
        let (en, zh) = (
            join(crate::model::Lang::En, ", "),
            join(crate::model::Lang::Zh, "，"),
        );
        if self.only_separators() {
            return Say::new(
                format!("differs only in separators: {en}"),
                format!("仅分隔符不同：{zh}"),
            );
        }
        Say::new(en, zh)
    }

    fn say_suffix(&self, start: usize) -> Say {
        let mut text = String::new();
        let mut at = 0;
        for unit in self.suffix_units(start) {
            if unit.at != at {
                text.push(unit.c);
            }
            at = unit.at;
        }
        let text = text.trim();
        if matches!(self.ops.get(start), Some(Op::Missing(..))) {
            Say::new(format!("suffix {text} missing"), format!("缺少后缀 {text}"))
        } else {
            Say::new(
                format!("suffix {text} too many"),
                format!("多出后缀 {text}"),
            )
        }
    }
}

fn is_slip(op: &Op) -> bool {
    match op {
        Op::Other(..) | Op::Swapped(..) => true,
        Op::Extra(u) | Op::Missing(u, _) => u.shape.is_some(),
        _ => false,
    }
}

fn say(op: Op) -> Option<Say> {
    Some(match op {
        Op::Same(_) => return None,
        Op::Alike(x, y) if x.c.to_lowercase().eq(y.c.to_lowercase()) => Say::new(
            format!("letter case: {} for {} at position {}", x.c, y.c, x.at),
            format!("第 {} 个字符大小写不同：{} 与 {}", x.at, x.c, y.c),
        ),
        Op::Alike(x, y) | Op::Other(x, y) => {
            let (mine, theirs) = (name(x.c), name(y.c));
            Say::new(
                format!("{} for {} at position {}", mine.en, theirs.en, x.at),
                format!("第 {} 个字符是{}，另一方是{}", x.at, mine.zh, theirs.zh),
            )
        }
        Op::Extra(x) => {
            let name = name(x.c);
            Say::new(
                format!("{} too many at position {}", name.en, x.at),
                format!("第 {} 个字符{}多余", x.at, name.zh),
            )
        }
        Op::Missing(y, after) => {
            let name = name(y.c);
            Say::new(
                format!("{} missing after position {after}", name.en),
                format!("第 {after} 个字符后缺少{}", name.zh),
            )
        }
        Op::Swapped(x, y) => Say::new(
            format!("{} and {} exchanged at position {}", x.c, y.c, x.at),
            format!("第 {} 个字符起 {} 与 {} 颠倒", x.at, x.c, y.c),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn reasons_name_character_and_position() {
        let cases = [
            ("KD-20OA", "KD-200A", "letter O for digit 0 at position 6"),
            ("KD-200", "KD-200-A", "suffix -A missing"),
            ("KD-200-A", "KD-200", "suffix -A too many"),
            (
                "КD-200A",
                "KD-200A",
                "Cyrillic К for letter K at position 1",
            ),
            (
                "KD200A",
                "KD-200A",
                "differs only in separators: - missing after position 2",
            ),
            ("KD-200a", "KD-200A", "letter case: a for A at position 7"),
            ("DK-200A", "KD-200A", "D and K exchanged at position 1"),
            (
                "KD-Ⅱ",
                "KD-II",
                "Roman numeral Ⅱ for letter I at position 4",
            ),
            (
                "KD-202",
                "KD-20²",
                "digit 2 for superscript ² at position 6",
            ),
        ];
        for (a, b, reason) in cases {
            let found = difference(a, b).expect("short").reason();
            assert_eq!(found.en, reason, "{a} {b}");
        }
    }
}
