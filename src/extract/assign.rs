//! Which column of a table is which field: one assignment for the whole table, by the words of the
//! headings, the look of the values, arithmetic between columns, membership and neighbours, with the
//! margin over the next best.

use super::assignment::{Assignment, Chosen, FORBIDDEN, MARGIN};
use super::heading::{Column, Heading};
use super::recognise::View;
use super::values::Shape;
use crate::model::{FieldId, FieldType, Kind};

/// A column is no field unless one reads better than this (natural-log odds).
const NONE: f32 = 1.2;
/// A field of the paper's head over a column.
const OF_THE_HEAD: f32 = -3.5;
const OF_THE_HEAD_CONSTANT: f32 = -1.0;
/// One shipment has one reference.
const VARIED: f32 = -2.0;
/// A field that papers of the kind are known by.
const NEEDED: f32 = 0.5;
/// What speaks for the verdict, and against a result, where all values are verdicts.
const VERDICTS: f32 = 4.0;
/// A heading that is a label's name is the column's less surely than its own.
const BORROWED: f32 = 1.5;
/// No heading at all.
const NO_HEADING: f32 = -1.0;
/// What a product that holds in nearly every row is worth, and costs who is a factor of it.
const PRODUCT: f32 = 3.0;
const PRODUCT_A_ROW: f32 = 1.5;
const MOST_PRODUCT: f32 = 7.0;
/// What reads so badly is no part of one.
const NO_FACTOR: f32 = -4.5;
const NEIGHBOUR: f32 = 0.8;
const NO_NEIGHBOUR: f32 = -4.0;
/// So much better a column must read as a field that is taken.
const OUTBID: f32 = 3.5;
/// So much better than any other field a column of free text reads.
const CONTESTED: f32 = 5.0;
/// A field whose values fit so badly is not even possible.
const POSSIBLE: f32 = -1.0;

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

/// A column that may be one of several fields, or a known one under an unknown heading, and how well
/// it reads as each.
#[derive(Clone, Debug)]
pub struct Open {
    pub column: usize,
    pub may_be: Vec<(FieldId, f32)>,
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
    scores: Assignment,
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
    let rows = heading
        .columns
        .iter()
        .enumerate()
        .map(|(n, column)| {
            // What the user gives wins over everything.
            let given = view.given_column(column.x0, kind);
            if let Some(given) = given.or_else(|| view.given(&column.text, number)) {
                return only(kind, given);
            }
            let stack = stack_of(view, column, number, kind);
            if let (Some(first), true) = (stack.first(), stack.len() > 1) {
                stacks.push((n, stack.clone()));
                return only(kind, *first);
            }
            of_column(view, column, number, kind)
        })
        .collect();
    let mut table = Table {
        heading,
        kind,
        scores: Assignment {
            rows,
            fields: kind.fields.len(),
            none: NONE,
        },
    };
    table.drop_twins();
    table.only_verdicts();
    if !quick {
        table.sums();
        table.arithmetic();
    }
    let mut chosen = table.scores.solve();
    if !quick {
        table.products(&mut chosen);
        table.neighbours(&mut chosen);
    }
    let mut reading = Reading::default();
    let stated = |n: usize| stacks.iter().any(|(c, _)| *c == n);
    for (n, field) in chosen.iter().enumerate() {
        let Some(f) = field else {
            if !quick {
                reading.open.extend(table.open(n, &chosen));
            }
            continue;
        };
        let margin = if quick || stated(n) || table.is_contested(n, *f) {
            MARGIN
        } else {
            table.scores.margin(n, *f, &chosen)
        };
        let Some(id) = table.id(*f) else { continue };
        // What reads far better as a field another column has is no second-best one.
        let best = table.scores.best(n);
        let outbid = best.is_some_and(|b| {
            let over = table.scores.score(n, Some(b)) - table.scores.score(n, Some(*f));
            chosen.contains(&Some(b)) && over > OUTBID
        });
        if margin >= MARGIN && !outbid {
            reading.taken.push(Taken {
                field: id,
                column: n,
                score: table.scores.score(n, Some(*f)),
                margin,
            });
        } else {
            reading.open.extend(table.open(n, &chosen));
        }
    }
    table.stand_in(&mut reading);
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

fn of_column(view: &View<'_>, column: &Column, number: usize, kind: &Kind) -> Vec<f32> {
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
            if field.id == FieldId::SHIPMENT_REF && is_varied(column) {
                score += VARIED;
            }
            if kind.needs.iter().flatten().any(|n| *n == field.id) {
                score += NEEDED;
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
            let score = own + column.look.fits(target) - BORROWED;
            if let Some(slot) = scores.get_mut(at).filter(|s| **s < score) {
                *slot = score;
            }
        }
        if let Some(slot) = scores.get_mut(f) {
            *slot = FORBIDDEN;
        }
    }
    let texts: Vec<&str> = column.keys.iter().map(String::as_str).collect();
    for (slot, points) in scores.iter_mut().zip(view.others.points(&texts, kind)) {
        *slot += points;
    }
    scores
}

/// Several values, each another.
fn is_varied(column: &Column) -> bool {
    column.look.filled > 2 && column.keys.len() == column.look.filled as usize
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
                && let Some(row) = self.scores.rows.get_mut(n)
            {
                row.fill(FORBIDDEN);
            }
        }
    }

    /// Whether a column reads as free text of one field and nothing else: another that does too takes
    /// nothing from it (`中文品名` beside `英文品名`).
    fn is_contested(&self, column: usize, field: usize) -> bool {
        let text = self.kind.fields.get(field);
        let free = text.is_some_and(|f| f.field_type == FieldType::Text && f.id != FieldId::MODEL);
        let own = self.scores.score(column, Some(field));
        let others = (0..self.kind.fields.len()).filter(|f| *f != field);
        let next = others.map(|f| self.scores.score(column, Some(f)));
        free && own - next.fold(NONE, f32::max) > CONTESTED
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
        let worded = |f: &usize| self.scores.score(column, Some(*f)) > NONE - 4.0;
        let scored = |f: usize| Some((self.id(f)?, self.scores.score(column, Some(f))));
        let may_be = (0..self.kind.fields.len())
            .filter(free)
            .filter(fits)
            .filter(worded)
            .filter_map(scored)
            .collect();
        Some(Open { column, may_be })
    }

    /// A field that no column is or may be, and that another of the table can stand in for.
    fn stand_in(&self, reading: &mut Reading) {
        for field in &self.kind.fields {
            let Some(wanted) = field.stands_in_for else {
                continue;
            };
            let has = reading.taken.iter().any(|t| t.field == wanted);
            let open = reading
                .open
                .iter()
                .any(|o| o.may_be.iter().any(|(f, _)| *f == wanted));
            let fits = |t: &&mut Taken| {
                let column = self.heading.columns.get(t.column);
                let wanted = self.kind.field(wanted);
                t.field == field.id
                    && column
                        .zip(wanted)
                        .is_some_and(|(c, f)| c.look.fits(f) > 0.0)
            };
            let own = reading.taken.iter_mut().find(fits);
            if let Some(taken) = own.filter(|_| !has && !open) {
                taken.field = wanted;
            }
        }
    }

    /// The only column of verdicts is the verdict, though its heading says result.
    fn only_verdicts(&mut self) {
        let says = |c: &Column| c.look.most() == Some(Shape::Verdict);
        let columns = self.heading.columns.iter().enumerate();
        let mut verdicts = columns.filter(|(_, c)| says(c)).map(|(n, _)| n);
        if let (Some(only), None) = (verdicts.next(), verdicts.next())
            && let (Some(result), Some(verdict)) = (
                self.position(FieldId::RESULT),
                self.position(FieldId::VERDICT),
            )
        {
            self.scores.add(only, result, -VERDICTS);
            self.scores.add(only, verdict, VERDICTS);
        }
    }

    /// Which columns are the product of two others in nearly every row.
    fn found_products(&self) -> Vec<(usize, usize, usize, f32)> {
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
                    let held = self.held(*a, *b, *c);
                    if held > 1 {
                        found.push((*a, *b, *c, (PRODUCT_A_ROW * held as f32).min(MOST_PRODUCT)));
                    }
                }
            }
        }
        found
    }

    /// In how many different rows a column is the product of two others; none unless in nearly all.
    fn held(&self, a: usize, b: usize, c: usize) -> usize {
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
        if rows >= 2 && held * 3 >= rows * 2 {
            held
        } else {
            0
        }
    }

    /// What a total adds up is no price, nothing of one carton, and no carton's number.
    fn sums(&mut self) {
        let each = [FieldId::PER_CARTON, FieldId::PRICE, FieldId::CARTON_NO];
        let each = each.map(|id| self.position(id));
        for (n, column) in self.heading.columns.iter().enumerate() {
            let numbers: Vec<f64> = column.numbers.iter().copied().flatten().collect();
            let Some((last, rows)) = numbers.split_last().filter(|(_, rows)| rows.len() > 1) else {
                continue;
            };
            let sum: f64 = rows.iter().sum();
            if sum > 0.0 && (sum - last).abs() <= 0.0001 * sum {
                for field in each.into_iter().flatten() {
                    self.scores.add(n, field, -PRODUCT / 2.0);
                }
            }
        }
    }

    /// Per-carton and total: what times the cartons gives another column is one carton's.
    fn arithmetic(&mut self) {
        let cartons = self.position(FieldId::CARTONS);
        let per_carton = self.position(FieldId::PER_CARTON);
        for (a, b, c, _) in self.found_products() {
            for (factor, one) in [(a, b), (b, a)] {
                if cartons.is_none() || self.scores.best(factor) != cartons {
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
                    self.scores.add(one, f, -PRODUCT);
                    self.scores.add(c, f, PRODUCT / 2.0);
                }
            }
        }
    }

    /// Quantity × price = amount, cartons × per carton = quantity: a triple that holds is forced
    /// where the table as a whole gains by it.
    fn products(&mut self, chosen: &mut Chosen) {
        let triples = [
            [FieldId::QUANTITY, FieldId::PRICE, FieldId::AMOUNT],
            [FieldId::CARTONS, FieldId::PER_CARTON, FieldId::QUANTITY],
        ];
        for (a, b, c, worth) in self.found_products() {
            for triple in triples {
                let [Some(x), Some(y), Some(z)] = triple.map(|id| self.position(id)) else {
                    continue;
                };
                let orders = [[(a, x), (b, y), (c, z)], [(b, x), (a, y), (c, z)]];
                // Which factor is which the product does not tell.
                let stands = |pairs: &[(usize, usize); 3]| {
                    let chosen = |(n, f): &(usize, usize)| chosen.get(*n) == Some(&Some(*f));
                    pairs.iter().all(chosen)
                };
                if orders.iter().any(stands) {
                    continue;
                }
                for pairs in orders {
                    let score = |(n, f): &(usize, usize)| self.scores.score(*n, Some(*f));
                    if pairs.iter().any(|pair| score(pair) < NO_FACTOR) {
                        continue;
                    }
                    let before = self.scores.total(chosen);
                    let kept = self.scores.clone();
                    for (n, f) in pairs {
                        self.scores.force(n, f);
                    }
                    let next = self.scores.hungarian();
                    if kept.total(&next) + worth > before {
                        *chosen = next;
                        for (n, f) in pairs {
                            let own = kept.score(n, Some(f));
                            self.scores.set(n, f, own.max(NONE) + worth);
                        }
                    } else {
                        self.scores = kept;
                    }
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
                    && self.scores.score(*n, Some(field)) > NO_NEIGHBOUR
            });
            if let Some(n) = column {
                let lift = (NONE + MARGIN + 0.1 - self.scores.score(n, Some(field))).max(NEIGHBOUR);
                self.scores.add(n, field, lift);
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
        let now = self.scores.score(g, Some(gross)) + self.scores.score(n, Some(net));
        let then = self.scores.score(g, Some(net)) + self.scores.score(n, Some(gross));
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
