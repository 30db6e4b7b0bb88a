//! What the words of a register's row say of the required items: listed, excluded, not among those
//! the row is limited to.

use super::Ctx;
use super::period::{Held, Period};
use crate::link;
use crate::link::{Scope, Value};
use crate::normalize::text::fold;
use crate::normalize::words::WordFinder;
use jiff::civil::Date;

/// The lists of words a row is read with.
pub struct Lists<'a> {
    pub topics: &'a WordFinder,
    pub excluding: &'a WordFinder,
    pub only: Option<&'a WordFinder>,
    pub all: &'a WordFinder,
}

/// What a row says of one item.
#[derive(Clone, Copy, Debug)]
pub enum Said {
    Listed,
    /// It is excluded by name.
    Excluded(Value),
    /// The row is limited to other items.
    NotAmong(Value),
    /// The row is limited to something that names other items; to what is not clear.
    Doubtful(Value),
    Nothing,
}

/// One row, read.
pub struct Row {
    cells: Vec<(Value, Cell)>,
    restriction: Option<(Value, Cell)>,
    excluded: Option<(Value, Vec<u16>)>,
}

/// One cell: the items it names, excludes, is limited to.
#[derive(Default)]
struct Cell {
    named: Vec<u16>,
    excluded: Vec<u16>,
    only: Vec<u16>,
    /// The limiting word stands right before or after the items.
    direct: bool,
    all: bool,
}

impl Row {
    pub fn read(ctx: &Ctx<'_>, scope: &Scope, lists: &Lists<'_>) -> Row {
        let text = |v: &Value| fold(ctx.group.raw(v));
        let cell = |v: Value| (v, Cell::read(&text(&v), lists));
        Row {
            cells: scope.item.map(cell).into_iter().collect(),
            restriction: scope.restriction.map(cell),
            excluded: scope.excluded.map(|v| (v, lists.topics.owners(&text(&v)))),
        }
    }

    pub fn says(&self, topic: u16) -> Said {
        if let Some((value, _)) = self.excluded.as_ref().filter(|(_, e)| e.contains(&topic)) {
            return Said::Excluded(*value);
        }
        let cells = || self.cells.iter().chain(&self.restriction);
        if let Some((value, _)) = cells().find(|(_, c)| c.excluded.contains(&topic)) {
            return Said::Excluded(*value);
        }
        let lists = |c: &Cell| c.all || c.named.contains(&topic);
        if !(self.cells.is_empty() || self.cells.iter().any(|(_, c)| lists(c))) {
            return Said::Nothing;
        }
        let limited = |c: &Cell| !c.only.is_empty() && !c.only.contains(&topic);
        match cells().find(|(_, c)| limited(c)) {
            Some((value, cell)) if cell.direct => Said::NotAmong(*value),
            Some((value, _)) => Said::Doubtful(*value),
            None => Said::Listed,
        }
    }
}

impl Cell {
    fn read(text: &str, lists: &Lists<'_>) -> Cell {
        let mut cell = Cell {
            all: lists.all.first(text).is_some(),
            ..Cell::default()
        };
        let ends = [
            '(', ')', '（', '）', '[', ']', '【', '】', ';', '；', '。', '\n',
        ];
        for part in text.split(ends) {
            let named = lists.topics.owners(part);
            if let Some(span) = lists.excluding.first_span(part) {
                let excluded = Around::of(part, span, lists.topics).items;
                let kept = named.iter().filter(|n| !excluded.contains(n));
                cell.named.extend(kept);
                cell.excluded.extend(excluded);
            } else {
                if let Some(span) = lists.only.and_then(|o| o.first_span(part)) {
                    let around = Around::of(part, span, lists.topics);
                    cell.direct = around.gap <= 4;
                    cell.only.extend(around.items);
                }
                cell.named.extend(named);
            }
        }
        // “All but …” without the word “all”.
        cell.all |= cell.named.is_empty() && !cell.excluded.is_empty();
        cell
    }
}

/// The items a word is about: those after it (“不含甲醛”, “except formaldehyde”), else those
/// before it in the same clause (“甲醛除外”, “formaldehyde only”).
struct Around {
    items: Vec<u16>,
    /// How many letters stand between.
    gap: usize,
}

impl Around {
    fn of(part: &str, (start, end): (usize, usize), topics: &WordFinder) -> Around {
        let (before, after) = (
            part.get(..start).unwrap_or(""),
            part.get(end..).unwrap_or(""),
        );
        let comma = [',', '，'];
        let next = after.split(comma).next().unwrap_or("");
        let last = before.rsplit(comma).next().unwrap_or("");
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
        let earlier = topics.owners(last);
        if topics.owners(next).is_empty() && !earlier.is_empty() {
            let gap = topics.last_end(last).and_then(|end| last.get(end..));
            return Around {
                items: earlier,
                gap: gap.map_or(0, letters),
            };
        }
        let gap = topics.first_span(after);
        Around {
            items: topics.owners(after),
            gap: gap.and_then(|(s, _)| after.get(..s)).map_or(0, letters),
        }
    }
}

/// A row with what it says and whether it holds on the day.
pub struct Entry<'a> {
    pub scope: &'a Scope,
    pub row: Row,
    pub held: Held,
}

impl<'a> Entry<'a> {
    pub fn read(ctx: &Ctx<'_>, scope: &'a Scope, lists: &Lists<'_>, days: &[Date]) -> Entry<'a> {
        Entry {
            scope,
            row: Row::read(ctx, scope, lists),
            held: if days.is_empty() {
                // That the day is not known is said once.
                Held::Yes
            } else {
                period(scope).holds(ctx.group, days)
            },
        }
    }
}

/// What a row's restriction says of the accreditation itself.
pub fn restrictions(ctx: &Ctx<'_>, row: &Scope) -> Vec<link::Said> {
    let texts: Vec<Value> = row.restriction.into_iter().collect();
    link::says::of_texts(ctx.group, &texts, None, false)
}

pub fn period(scope: &Scope) -> Period {
    Period {
        from: scope.valid_from,
        until: scope.valid_until,
    }
}
