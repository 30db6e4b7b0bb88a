//! Which column of a table is which field: one assignment for the whole table, by the words of the
//! headings, the look of the values, arithmetic between columns, membership and neighbours, with the
//! margin over the next best.

use super::heading::{Column, Heading};
use super::recognise::View;
use super::values::Shape;
use crate::model::{FieldId, FieldType, Kind};
use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

/// A column is no field unless one reads better than this (natural-log odds).
const NONE: f32 = 1.2;
/// Under this margin both readings are kept and none is taken.
pub const MARGIN: f32 = 0.75;
/// A field of the paper's head over a column.
const OF_THE_HEAD: f32 = -3.5;
const OF_THE_HEAD_CONSTANT: f32 = -1.0;
/// No heading at all.
const NO_HEADING: f32 = -1.0;
/// What a product that holds in nearly every row is worth, and costs who is a factor of it.
const PRODUCT: f32 = 3.0;
const NEIGHBOUR: f32 = 0.8;
/// A field whose values fit so badly is not even possible.
const POSSIBLE: f32 = -1.0;
/// Membership in what other papers of the shipment hold.
const MEMBER: f32 = 3.0;
const FORBIDDEN: f32 = -60.0;

/// A column taken for a field.
#[derive(Clone, Debug)]
pub struct Taken {
    pub field: FieldId,
    /// The column of the heading.
    pub column: usize,
    /// How well the pair reads.
    pub score: f32,
    /// Lost when this pair is forbidden and the table read again.
    pub margin: f32,
}

/// A column that may be one of several fields, or a known one under an unknown heading.
#[derive(Clone, Debug)]
pub struct Open {
    pub column: usize,
    pub may_be: Vec<FieldId>,
}

/// How a table was read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub taken: Vec<Taken>,
    pub open: Vec<Open>,
    /// Columns that hold several fields, in the heading's order.
    pub stacks: Vec<(usize, Vec<FieldId>)>,
}

/// The matrix of a table: columns by fields of the kind.
struct Table<'a> {
    heading: &'a Heading,
    kind: &'a Kind,
    scores: Vec<Vec<f32>>,
}

/// Reads a heading for a kind. `quick` leaves out margins and what needs more than one look: for
/// choosing between kinds.
pub fn read(
    view: &View<'_>,
    heading: &Heading,
    number: usize,
    kind: &Kind,
    quick: bool,
) -> Reading {
    let mut stacks = Vec::new();
    let scores = heading
        .columns
        .iter()
        .enumerate()
        .map(|(n, column)| {
            let stack = stack_of(view, column, number, kind);
            if let (Some(first), true) = (stack.first(), stack.len() > 1) {
                stacks.push((n, stack.clone()));
                return only(kind, *first);
            }
            of_column(view, heading, n, column, number, kind)
        })
        .collect();
    let mut table = Table {
        heading,
        kind,
        scores,
    };
    table.drop_twins();
    if !quick {
        table.arithmetic();
    }
    let mut chosen = table.solve();
    if !quick {
        table.products(&mut chosen);
        table.neighbours(&mut chosen);
    }
    let total = table.total(&chosen);
    let mut reading = Reading::default();
    let stated = |n: usize| stacks.iter().any(|(c, _)| *c == n);
    for (n, field) in chosen.iter().enumerate() {
        let Some(f) = field else {
            if !quick {
                reading.open.extend(table.open(n, &chosen));
            }
            continue;
        };
        let margin = if quick || stated(n) {
            MARGIN
        } else {
            table.margin(n, *f, &chosen, total)
        };
        let Some(id) = table.id(*f) else { continue };
        if margin >= MARGIN {
            reading.taken.push(Taken {
                field: id,
                column: n,
                score: table.score(n, Some(*f)),
                margin,
            });
        } else {
            reading.open.extend(table.open(n, &chosen));
        }
    }
    stacks.retain(|(n, _)| reading.taken.iter().any(|t| t.column == *n));
    reading.stacks = stacks;
    reading
}

fn only(kind: &Kind, id: FieldId) -> Vec<f32> {
    let score = |f: &crate::model::KindField| if f.id == id { 8.0 } else { FORBIDDEN };
    kind.fields.iter().map(score).collect()
}

/// The fields a heading of several names in their order (`单价/总价/币制`), where they stand in one column.
/// Merged over as many columns as it has parts it means one each.
fn stack_of(view: &View<'_>, column: &Column, number: usize, kind: &Kind) -> Vec<FieldId> {
    let Some(last) = column.cells.last() else {
        return Vec::new();
    };
    let stack = view.stack_of(*last, number, kind);
    match usize::try_from(column.parts) {
        Ok(parts) if parts > 1 => match stack.get(usize::try_from(column.part).unwrap_or(0)) {
            Some(own) if parts == stack.len() => vec![*own, *own],
            _ => Vec::new(),
        },
        _ => stack,
    }
}

fn of_column(
    view: &View<'_>,
    heading: &Heading,
    n: usize,
    column: &Column,
    number: usize,
    kind: &Kind,
) -> Vec<f32> {
    let words = view.words_of(&column.text, number, kind);
    let mut scores: Vec<f32> = kind
        .fields
        .iter()
        .enumerate()
        .map(|(f, field)| {
            let mut score = words.get(f).copied().unwrap_or(0.0);
            if column.text.trim().is_empty() {
                score += NO_HEADING;
            }
            // A heading over two columns does not say which is the number and which its unit.
            let beside = field.id == FieldId::UNIT || field.id == FieldId::CURRENCY;
            if column.parts > 1 && beside {
                score = score.max(0.5);
            }
            if column.parts > 1 && column.part > 0 && column.look.filled == 0 {
                score -= 2.0;
            }
            if !field.in_rows && field.as_column.is_none() {
                score += if column.look.constant {
                    OF_THE_HEAD_CONSTANT
                } else {
                    OF_THE_HEAD
                };
            }
            score + column.look.fits(field)
        })
        .collect();
    // What a label's field becomes over a column.
    for (f, field) in kind.fields.iter().enumerate() {
        let Some(target) = field.as_column else {
            continue;
        };
        let at = kind.fields.iter().position(|g| g.id == target);
        let own = words.get(f).copied().unwrap_or(0.0);
        if let Some((at, target)) = at.and_then(|at| Some((at, kind.fields.get(at)?))) {
            let score = own + column.look.fits(target);
            if let Some(slot) = scores.get_mut(at).filter(|s| **s < score) {
                *slot = score;
            }
        }
        if let Some(slot) = scores.get_mut(f) {
            *slot = FORBIDDEN;
        }
    }
    members(view, column, kind, &mut scores);
    // A heading the user gave wins over everything.
    if let Some(given) = view.given(&column.text, number) {
        scores = only(kind, given);
    }
    let _ = (heading, n);
    scores
}

/// Values that are another paper's models, batches or numbers are that here too.
fn members(view: &View<'_>, column: &Column, kind: &Kind, scores: &mut [f32]) {
    if column.look.filled == 0 {
        return;
    }
    for (field, share) in view.shares_with_others(column) {
        for (f, own) in kind.fields.iter().enumerate() {
            let Some(slot) = scores.get_mut(f) else {
                continue;
            };
            if own.id == field {
                *slot += MEMBER * share;
            } else if own.field_type == FieldType::Model || own.field_type == FieldType::Code {
                *slot -= MEMBER / 2.0 * share;
            }
        }
    }
}

impl Table<'_> {
    fn id(&self, field: usize) -> Option<FieldId> {
        self.kind.fields.get(field).map(|f| f.id)
    }

    fn position(&self, id: FieldId) -> Option<usize> {
        self.kind.fields.iter().position(|f| f.id == id)
    }

    /// A column that says the same as an earlier one of the same heading is that one again.
    fn drop_twins(&mut self) {
        let columns = &self.heading.columns;
        for (n, column) in columns.iter().enumerate() {
            let same = |c: &Column| {
                c.text == column.text
                    && c.keys == column.keys
                    && c.numbers == column.numbers
                    && column.look.filled > 0
                    && column.parts == 1
            };
            if columns.iter().take(n).any(same)
                && let Some(row) = self.scores.get_mut(n)
            {
                row.fill(FORBIDDEN);
            }
        }
    }

    fn score(&self, column: usize, field: Option<usize>) -> f32 {
        let Some(field) = field else { return NONE };
        let row = self.scores.get(column);
        row.and_then(|r| r.get(field)).copied().unwrap_or(FORBIDDEN)
    }

    fn total(&self, chosen: &[Option<usize>]) -> f32 {
        let each = chosen.iter().enumerate();
        each.map(|(n, f)| self.score(n, *f)).sum()
    }

    /// The heaviest assignment: each column a field or none, each field at most once.
    fn solve(&self) -> Vec<Option<usize>> {
        // Where the best fields of all columns differ, they are the solution.
        let best: Vec<Option<usize>> = (0..self.scores.len())
            .map(|n| {
                let fields = 0..self.kind.fields.len();
                let best = fields
                    .max_by(|a, b| self.score(n, Some(*a)).total_cmp(&self.score(n, Some(*b))));
                best.filter(|f| self.score(n, Some(*f)) > NONE)
            })
            .collect();
        let mut taken: Vec<usize> = best.iter().copied().flatten().collect();
        let count = taken.len();
        taken.sort_unstable();
        taken.dedup();
        if taken.len() == count {
            return best;
        }
        self.hungarian()
    }

    fn hungarian(&self) -> Vec<Option<usize>> {
        let columns = self.scores.len();
        let fields = self.kind.fields.len();
        let weight = |score: f32| (f64::from(score) * 1000.0).round() as i64;
        let rows = (0..columns).map(|n| {
            let own = (0..fields).map(move |f| weight(self.score(n, Some(f))));
            let none = (0..columns).map(move |m| {
                if m == n {
                    weight(NONE)
                } else {
                    weight(FORBIDDEN)
                }
            });
            own.chain(none).collect::<Vec<i64>>()
        });
        let Ok(matrix) = Matrix::from_rows(rows) else {
            return vec![None; columns];
        };
        let (_, solved) = kuhn_munkres(&matrix);
        let field =
            |(n, f): (usize, usize)| (f < fields && self.score(n, Some(f)) > NONE).then_some(f);
        solved.into_iter().enumerate().map(field).collect()
    }

    /// What is lost when a pair is forbidden and the table read again.
    fn margin(&mut self, column: usize, field: usize, chosen: &[Option<usize>], total: f32) -> f32 {
        // A single move to the next best bounds the loss from above; most margins are wide.
        let single = self.score(column, Some(field))
            - (0..self.kind.fields.len())
                .filter(|f| *f != field && !chosen.contains(&Some(*f)))
                .map(|f| self.score(column, Some(f)))
                .fold(NONE, f32::max);
        let rivals = (0..self.scores.len()).filter(|n| *n != column);
        let rival = rivals
            .map(|n| self.score(n, Some(field)) - self.score(n, chosen.get(n).copied().flatten()))
            .fold(f32::NEG_INFINITY, f32::max);
        if rival < -single.max(MARGIN) {
            return single;
        }
        let Some(slot) = self.scores.get_mut(column).and_then(|r| r.get_mut(field)) else {
            return single;
        };
        let own = std::mem::replace(slot, FORBIDDEN);
        let next = self.hungarian();
        let loss = total - self.total(&next);
        if let Some(slot) = self.scores.get_mut(column).and_then(|r| r.get_mut(field)) {
            *slot = own;
        }
        loss
    }

    /// What an untaken column may be: the free fields its values fit.
    fn open(&self, column: usize, chosen: &[Option<usize>]) -> Option<Open> {
        let look = &self.heading.columns.get(column)?.look;
        if look.filled == 0 {
            return None;
        }
        let free = |f: &usize| !chosen.contains(&Some(*f)) || chosen.get(column) == Some(&Some(*f));
        let fits = |f: &usize| {
            let field = self.kind.fields.get(*f);
            field.is_some_and(|f| f.in_rows && look.fits(f) >= POSSIBLE)
        };
        // A heading that plainly reads as something else is none of them.
        let worded = |f: &usize| self.score(column, Some(*f)) > NONE - 4.0;
        let may_be: Vec<FieldId> = (0..self.kind.fields.len())
            .filter(free)
            .filter(fits)
            .filter(worded)
            .filter_map(|f| self.id(f))
            .collect();
        Some(Open { column, may_be })
    }

    /// Which columns are the product of two others in nearly every row.
    fn found_products(&self) -> Vec<(usize, usize, usize)> {
        let numeric = |c: &Column| {
            let numbers = c.numbers.iter().flatten().count();
            numbers >= 2 && numbers * 5 >= c.look.filled as usize * 4
        };
        let columns = &self.heading.columns;
        let own: Vec<usize> = (0..columns.len())
            .filter(|n| columns.get(*n).is_some_and(numeric))
            .take(14)
            .collect();
        let mut found = Vec::new();
        for (i, a) in own.iter().enumerate() {
            for b in own.iter().skip(i + 1) {
                for c in own.iter().filter(|c| *c != a && *c != b) {
                    if self.is_product(*a, *b, *c) {
                        found.push((*a, *b, *c));
                    }
                }
            }
        }
        found
    }

    fn is_product(&self, a: usize, b: usize, c: usize) -> bool {
        let numbers = |n: usize| {
            self.heading
                .columns
                .get(n)
                .map(|c| c.numbers.as_slice())
                .unwrap_or(&[])
        };
        let (mut held, mut rows) = (0, 0);
        for ((a, b), c) in numbers(a).iter().zip(numbers(b)).zip(numbers(c)) {
            let (Some(a), Some(b), Some(c)) = (a, b, c) else {
                continue;
            };
            if [*a, *b].iter().any(|n| *n == 0.0 || *n == 1.0) {
                continue;
            }
            rows += 1;
            held += usize::from((a * b - c).abs() <= 0.006 * c.abs().max(1.0));
        }
        rows >= 2 && held * 5 >= rows * 4
    }

    /// Per-carton and total: what times the cartons gives another column is one carton's.
    fn arithmetic(&mut self) {
        let cartons = self.position(FieldId::CARTONS);
        let best = |table: &Self, n: usize| {
            let fields = 0..table.kind.fields.len();
            fields.max_by(|a, b| {
                table
                    .score(n, Some(*a))
                    .total_cmp(&table.score(n, Some(*b)))
            })
        };
        let per_carton = self.position(FieldId::PER_CARTON);
        for (a, b, c) in self.found_products() {
            for (factor, one) in [(a, b), (b, a)] {
                if cartons.is_none() || best(self, factor) != cartons {
                    continue;
                }
                let summed = |f: &crate::model::KindField| {
                    f.field_type.is_number()
                        && f.field_type != FieldType::Money
                        && Some(f.id) != per_carton.and_then(|p| self.id(p))
                        && f.id != FieldId::CARTONS
                };
                let fields: Vec<usize> = (0..self.kind.fields.len())
                    .filter(|f| self.kind.fields.get(*f).is_some_and(summed))
                    .collect();
                for f in fields {
                    self.add(one, f, -PRODUCT);
                    self.add(c, f, PRODUCT / 2.0);
                }
            }
        }
    }

    fn add(&mut self, column: usize, field: usize, points: f32) {
        if let Some(slot) = self.scores.get_mut(column).and_then(|r| r.get_mut(field)) {
            *slot += points;
        }
    }

    /// Quantity × price = amount, cartons × per carton = quantity: a triple that holds is forced
    /// where the table as a whole gains by it.
    fn products(&mut self, chosen: &mut Vec<Option<usize>>) {
        let triples = [
            [FieldId::QUANTITY, FieldId::PRICE, FieldId::AMOUNT],
            [FieldId::CARTONS, FieldId::PER_CARTON, FieldId::QUANTITY],
        ];
        for (a, b, c) in self.found_products() {
            for triple in triples {
                let [Some(x), Some(y), Some(z)] = triple.map(|id| self.position(id)) else {
                    continue;
                };
                for pairs in [[(a, x), (b, y), (c, z)], [(b, x), (a, y), (c, z)]] {
                    let already = pairs.iter().all(|(n, f)| chosen.get(*n) == Some(&Some(*f)));
                    if already || pairs.iter().any(|(n, f)| self.score(*n, Some(*f)) < -2.0) {
                        continue;
                    }
                    let before = self.total(chosen);
                    let kept = self.scores.clone();
                    for (n, f) in pairs {
                        self.force(n, f);
                    }
                    let next = self.hungarian();
                    let plain: f32 = next
                        .iter()
                        .enumerate()
                        .map(|(n, f)| {
                            f.map_or(NONE, |f| {
                                kept.get(n)
                                    .and_then(|r| r.get(f))
                                    .copied()
                                    .unwrap_or(FORBIDDEN)
                            })
                        })
                        .sum();
                    if plain + PRODUCT > before {
                        *chosen = next;
                        for (n, f) in pairs {
                            let own = kept.get(n).and_then(|r| r.get(f)).copied().unwrap_or(0.0);
                            if let Some(slot) = self.scores.get_mut(n).and_then(|r| r.get_mut(f)) {
                                *slot = own.max(NONE) + PRODUCT;
                            }
                        }
                    } else {
                        self.scores = kept;
                    }
                }
            }
        }
    }

    /// Forbids everything that rivals a pair.
    fn force(&mut self, column: usize, field: usize) {
        for (n, row) in self.scores.iter_mut().enumerate() {
            for (f, slot) in row.iter_mut().enumerate() {
                if (n == column) != (f == field) {
                    *slot = FORBIDDEN;
                } else if n == column && f == field {
                    *slot = slot.max(NONE + 0.1);
                }
            }
        }
    }

    /// A unit stands beside a quantity, a currency beside a price; weights are in order.
    fn neighbours(&mut self, chosen: &mut [Option<usize>]) {
        for (beside, shape, of) in [
            (FieldId::UNIT, Shape::Unit, FieldType::Quantity),
            (FieldId::CURRENCY, Shape::Currency, FieldType::Money),
        ] {
            let Some(field) = self
                .position(beside)
                .filter(|f| !chosen.contains(&Some(*f)))
            else {
                continue;
            };
            let near = |n: usize| {
                let at = |m: Option<usize>| {
                    let f = chosen.get(m?).copied().flatten()?;
                    self.kind.fields.get(f).map(|f| f.field_type)
                };
                at(n.checked_sub(1)) == Some(of) || at(Some(n + 1)) == Some(of)
            };
            let column = (0..chosen.len()).find(|n| {
                let look = self.heading.columns.get(*n).map(|c| &c.look);
                chosen.get(*n) == Some(&None)
                    && look.is_some_and(|l| l.most() == Some(shape))
                    && near(*n)
                    && self.score(*n, Some(field)) + NEIGHBOUR > NONE - 1.0
            });
            if let Some(n) = column {
                let lift = (NONE + MARGIN + 0.1 - self.score(n, Some(field))).max(NEIGHBOUR);
                self.add(n, field, lift);
                if let Some(slot) = chosen.get_mut(n) {
                    *slot = Some(field);
                }
            }
        }
        self.gross_over_net(chosen);
    }

    /// Net is below gross: where the two stand the other way round in every row, they change places.
    fn gross_over_net(&mut self, chosen: &mut [Option<usize>]) {
        let at = |id| {
            let field = self.position(id)?;
            let column = chosen.iter().position(|f| *f == Some(field))?;
            Some((field, column))
        };
        let (Some((gross, g)), Some((net, n))) =
            (at(FieldId::GROSS_WEIGHT), at(FieldId::NET_WEIGHT))
        else {
            return;
        };
        let columns = &self.heading.columns;
        let rows = columns
            .get(g)
            .zip(columns.get(n))
            .map(|(g, n)| g.numbers.iter().zip(&n.numbers));
        let pairs: Vec<(f64, f64)> = rows
            .into_iter()
            .flatten()
            .filter_map(|(g, n)| Some(((*g)?, (*n)?)))
            .collect();
        let turned = pairs.len() > 1 && pairs.iter().all(|(g, n)| g < n);
        let now = self.score(g, Some(gross)) + self.score(n, Some(net));
        let then = self.score(g, Some(net)) + self.score(n, Some(gross));
        if turned && then + PRODUCT > now {
            if let Some(slot) = chosen.get_mut(g) {
                *slot = Some(net);
            }
            if let Some(slot) = chosen.get_mut(n) {
                *slot = Some(gross);
            }
        }
    }
}
