//! What the values of a column look like, and how well that fits a field: evidence for and against.

use crate::model::{CellKind, FieldId, FieldType, Grid, KindField, Words};
use crate::normalize::date::{self, ReadDate};
use crate::normalize::text::{is_cjk, squeeze};
use crate::normalize::{carton, cnas, country, hs, model, quantity, standard, verdict};

/// What one cell looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// A token for nothing: `/`, `无`.
    Nothing,
    Integer,
    Decimal,
    /// A number with a currency.
    Money,
    /// A number with a unit of count.
    Counted,
    /// A number with a unit of weight.
    Weighed,
    /// A number with another unit, a bound, a range of numbers.
    Measured,
    Date,
    Hs,
    /// More digits than a count has.
    LongDigits,
    Verdict,
    Currency,
    Unit,
    Country,
    Port,
    Company,
    Cartons,
    Standard,
    Cnas,
    /// Letters and digits without a space: a model, a batch, an order number.
    Code,
    /// `60x40x30`.
    Size,
    /// Parts joined by strokes: declared elements.
    Elements,
    /// A few words.
    Words,
    /// Running text.
    Text,
    /// `FOB Ningbo`.
    Terms,
}

/// What a cell looks like; none for an empty one.
pub fn shape(grid: &Grid, cell: usize, words: &Words) -> Option<Shape> {
    let text = grid.cell_text(cell).trim();
    if text.is_empty() {
        return None;
    }
    let kind = grid.cells.get(cell).map(|c| c.kind);
    if kind == Some(CellKind::Date) {
        return Some(Shape::Date);
    }
    // Values one under the other look like one of them.
    let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    let first = lines
        .next()
        .filter(|line| line.len() < text.len())
        .map(|line| shape_of(line, false, words))
        .filter(|shape| {
            matches!(
                shape,
                Shape::Counted | Shape::Weighed | Shape::Measured | Shape::Decimal
            )
        });
    if first.is_some() && lines.all(|line| line.starts_with(|c: char| c.is_ascii_digit())) {
        return first;
    }
    Some(shape_of(text, kind == Some(CellKind::Number), words))
}

/// What a text looks like.
pub fn shape_of(text: &str, numeric: bool, words: &Words) -> Shape {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if letters == 0 && digits > 0 {
        return number_shape(text, digits, numeric);
    }
    // `m3`, `m²`.
    if digits > 0 && text.chars().count() <= 4 && words.units.contains_key(&squeeze(text)) {
        return Shape::Unit;
    }
    if digits == 0 && text.chars().count() <= 24 {
        let squeezed = squeeze(text);
        if verdict::parse(text, words).is_some() {
            return Shape::Verdict;
        }
        if model::is_null(text, &words.null_tokens) {
            return Shape::Nothing;
        }
        let upper = text.trim().to_uppercase();
        if words.currencies.contains_key(&squeezed)
            || words.currencies.values().any(|c| *c == upper)
        {
            return Shape::Currency;
        }
        if words.units.contains_key(&squeezed) {
            return Shape::Unit;
        }
        if country::code(text, &words.countries).is_some() {
            return Shape::Country;
        }
        if words.ports.contains_key(&squeezed) {
            return Shape::Port;
        }
    } else if model::is_null(text, &words.null_tokens) {
        return Shape::Nothing;
    }
    worded_shape(text, digits, letters, words)
}

fn number_shape(text: &str, digits: usize, numeric: bool) -> Shape {
    let dotted = text.matches('.').count();
    let groups = |sizes: &[usize]| {
        let parts: Vec<usize> = text.split('.').map(str::len).collect();
        parts == sizes
    };
    let day = date::parse(text);
    let recent = matches!(&day, ReadDate::Day(day) if (2010..=2040).contains(&day.year()));
    if !recent && (groups(&[4, 2, 2]) || groups(&[4, 2, 4]) || groups(&[8, 2])) {
        return Shape::Hs;
    }
    if let ReadDate::Day(_) | ReadDate::Ambiguous = day {
        return Shape::Date;
    }
    let only_digits = digits == text.chars().count();
    if only_digits && matches!(digits, 8 | 10) && hs::parse(text, numeric).valid {
        return Shape::Hs;
    }
    if only_digits && digits > 7 {
        return Shape::LongDigits;
    }
    let sized = text.split(['*', 'x', 'X', '×']).count() == 3;
    if sized {
        return Shape::Size;
    }
    if !only_digits && text.contains(['-', '~', '～', '－']) && carton::cartons(text).is_some() {
        return Shape::Cartons;
    }
    match quantity::parse(text) {
        Some(_) if only_digits => Shape::Integer,
        Some(q) if q.unit.is_empty() && (dotted > 0 || q.value.fract() != 0.0) => Shape::Decimal,
        Some(q) if q.unit.is_empty() => Shape::Integer,
        Some(q) if q.unit.contains(['$', '€', '£', '¥', '￥']) => Shape::Money,
        Some(_) => Shape::Measured,
        None => Shape::Measured,
    }
}

/// Whether a text holds the whole legal form of a company: `有限公司`, `Co., Ltd.`.
pub fn holds_company(text: &str, words: &Words) -> bool {
    let squeezed = squeeze(text);
    let whole = |form: &&String| form.chars().count() > 3 && squeezed.contains(form.as_str());
    words.legal_forms.iter().flatten().any(|form| whole(&form))
}

/// From one day to another.
fn is_span(text: &str, chars: usize, letters: usize) -> bool {
    let ends = [true, false].map(|first| date::readings_at(text, first));
    chars < 48 && letters <= 18 && ends.iter().all(|e| e.len() == 1) && ends.first() != ends.last()
}

/// A number on both sides of a dash.
fn is_range(text: &str) -> bool {
    let numbered = |part: &str| part.chars().any(|c| c.is_ascii_digit());
    text.split_once(['-', '~', '～'])
        .is_some_and(|(from, to)| numbered(from) && numbered(to))
}

fn worded_shape(text: &str, digits: usize, letters: usize, words: &Words) -> Shape {
    let chars = text.chars().count();
    if text.matches(['|', '｜']).count() >= 2 {
        return Shape::Elements;
    }
    let first = text
        .split(|c: char| c.is_whitespace() || ",，(（/".contains(c))
        .next();
    if chars <= 60 && first.is_some_and(|w| words.incoterms.iter().any(|t| t == w)) {
        return Shape::Terms;
    }
    if digits > 0 {
        let leads = text.starts_with(|c: char| c.is_numeric() || "-+.($€£¥￥".contains(c));
        if let Some(number) = quantity::parse(text).filter(|_| leads || digits * 2 > chars) {
            let unit = words.units.get(&number.unit).map(String::as_str);
            if let Some(unit) = unit {
                let base = words
                    .unit_multiples
                    .get(unit)
                    .map_or(unit, |m| m.of.as_str());
                let weight = base == "kilograms";
                let count = matches!(
                    base,
                    "pieces"
                        | "sets"
                        | "cartons"
                        | "boxes"
                        | "bags"
                        | "packs"
                        | "packages"
                        | "rolls"
                        | "bottles"
                        | "pallets"
                );
                return match (weight, count) {
                    (true, _) => Shape::Weighed,
                    (_, true) => Shape::Counted,
                    _ => Shape::Measured,
                };
            }
            if words.currencies.contains_key(&number.unit)
                || words
                    .currencies
                    .values()
                    .any(|c| c.to_lowercase() == number.unit)
            {
                return Shape::Money;
            }
        }
        if date::readings(text).len() == 1 && chars < 24 || is_span(text, chars, letters) {
            return Shape::Date;
        }
        if !cnas::cnas_numbers(text).is_empty() && chars < 30 {
            return Shape::Cnas;
        }
        if standard::begins(text) {
            return Shape::Standard;
        }
        let sized = text.to_lowercase().split(['*', 'x', '×']).count() == 3;
        if sized && digits > 3 && letters <= 6 {
            return Shape::Size;
        }
        let spaced = text.split_whitespace().count();
        if spaced == 1
            && carton::cartons(text).is_some()
            && is_range(text)
            && digits * 2 >= chars - 1
            && digits > 1
        {
            return Shape::Cartons;
        }
        let chinese = text.chars().filter(|c| is_cjk(*c)).count();
        if spaced <= 3 && chars <= 40 && chinese == 0 {
            return Shape::Code;
        }
    }
    if chars > 5 && chars <= 80 {
        let lower = text.to_lowercase();
        let ends = squeeze(lower.trim_end_matches(|c: char| !c.is_alphanumeric()));
        let forms = words.legal_forms.iter().flatten();
        let mut forms = forms.chain(&words.company_endings);
        if forms.any(|form| ends.ends_with(form.as_str()) && form.len() > 1) {
            return Shape::Company;
        }
    }
    if chars <= 24 {
        Shape::Words
    } else {
        Shape::Text
    }
}

/// How well cells of a shape fit a field, as natural-log odds.
pub fn fit(shape: Shape, field: &KindField) -> f32 {
    use FieldType as T;
    use Shape as S;
    let id = field.id;
    if id == FieldId::UNIT {
        return match shape {
            S::Unit => 3.0,
            S::Words => -1.5,
            S::Nothing => 0.0,
            _ => -3.5,
        };
    }
    if id == FieldId::CURRENCY {
        return match shape {
            S::Currency => 3.0,
            S::Nothing => 0.0,
            S::Words => -2.0,
            _ => -3.5,
        };
    }
    if id == FieldId::TERMS {
        return match shape {
            S::Terms => 3.0,
            S::Words => 0.0,
            S::Integer | S::Nothing => 0.0,
            _ => -2.5,
        };
    }
    if id == FieldId::LINE_NO {
        return match shape {
            S::Integer => 0.8,
            S::Code | S::Words => -2.0,
            S::Nothing => 0.0,
            _ => -3.5,
        };
    }
    match field.field_type {
        T::Model => match shape {
            S::Code => 1.6,
            S::Integer => -0.8,
            S::Nothing => 0.2,
            S::Words => -0.5,
            S::LongDigits | S::Cartons => -0.8,
            S::Size | S::Text => -1.5,
            S::Decimal => -2.0,
            S::Cnas | S::Standard => -1.0,
            _ => -3.0,
        },
        T::Code => match shape {
            S::Code => 1.0,
            S::LongDigits => 0.6,
            S::Integer | S::Cartons | S::Cnas => -0.3,
            S::Nothing => 0.2,
            S::Words => -1.0,
            S::Hs => -2.5,
            S::Standard => -0.8,
            _ => -3.0,
        },
        T::Hs => match shape {
            S::Hs => 3.0,
            S::LongDigits => 0.0,
            S::Integer => -1.0,
            S::Nothing => 0.0,
            S::Decimal => -1.5,
            _ => -3.5,
        },
        T::Date => match shape {
            S::Date => 3.0,
            S::Nothing => 0.0,
            S::LongDigits | S::Hs => -1.0,
            _ => -3.0,
        },
        T::Quantity => match shape {
            S::Integer => 1.0,
            S::Counted => 2.2,
            S::Decimal => -0.8,
            S::Measured => -0.2,
            S::Nothing => 0.0,
            S::Weighed => -1.5,
            _ => -3.5,
        },
        T::Number => match shape {
            S::Integer | S::Decimal => 0.8,
            S::Measured => 0.8,
            S::Nothing => 0.0,
            _ => -3.0,
        },
        T::Weight => match shape {
            S::Weighed => 3.0,
            S::Decimal => 1.0,
            S::Integer => 0.2,
            S::Nothing => 0.0,
            S::Measured => -1.0,
            _ => -3.5,
        },
        T::Money => match shape {
            S::Money => 3.0,
            S::Decimal => 1.0,
            S::Integer => 0.0,
            S::Nothing => 0.0,
            S::Measured => -0.5,
            _ => -3.5,
        },
        T::Carton => match shape {
            S::Cartons => 2.5,
            S::Code => 0.0,
            S::Integer => 0.3,
            S::Measured => 0.3,
            S::Date => -0.5,
            S::Nothing => 0.0,
            S::LongDigits => -0.5,
            _ => -3.0,
        },
        T::Standard => match shape {
            S::Standard => 2.5,
            S::Text => 0.2,
            S::Code => 0.0,
            S::Words => -0.5,
            S::Nothing => 0.0,
            _ => -3.0,
        },
        T::Cnas => match shape {
            S::Cnas => 3.0,
            S::Code => -0.5,
            S::Nothing => 0.0,
            _ => -3.5,
        },
        T::Verdict => match shape {
            S::Verdict => 3.0,
            S::Nothing => 0.0,
            S::Words => -0.8,
            S::Text => -2.0,
            _ => -3.0,
        },
        T::Country => match shape {
            S::Country => 3.0,
            S::Words => -0.5,
            S::Nothing => 0.0,
            _ => -3.0,
        },
        T::Port => match shape {
            S::Port => 3.0,
            S::Words => 0.2,
            S::Country => -0.5,
            S::Nothing => 0.0,
            _ => -2.5,
        },
        T::Company => match shape {
            S::Company => 2.5,
            S::Text => 0.0,
            S::Words => -0.3,
            S::Nothing => 0.0,
            _ => -3.0,
        },
        T::Item => match shape {
            S::Words => 0.8,
            S::Text => 0.6,
            S::Code => -0.3,
            S::Nothing => -0.5,
            S::Standard => -0.8,
            _ => -2.5,
        },
        T::Text => text_fit(shape, id),
    }
}

/// Names want words, elements strokes, a result may be anything.
fn text_fit(shape: Shape, id: FieldId) -> f32 {
    use Shape as S;
    if id == FieldId::ELEMENTS {
        return match shape {
            S::Elements => 3.0,
            S::Text => 0.5,
            S::Nothing => 0.0,
            S::Words => -0.5,
            _ => -2.5,
        };
    }
    let named = [
        FieldId::NAME,
        FieldId::NAME_SPEC,
        FieldId::PRODUCT,
        FieldId::SAMPLE_NAME,
        FieldId::MATERIAL,
        FieldId::DESCRIPTION,
    ];
    if named.contains(&id) {
        return match shape {
            S::Words => 1.0,
            S::Text => 0.8,
            S::Code => -0.8,
            S::Elements if id == FieldId::NAME_SPEC => 2.0,
            S::Country | S::Port | S::Unit => -1.0,
            S::Company => -1.5,
            S::Nothing => 0.0,
            S::Date => -4.5,
            _ => -2.5,
        };
    }
    if id == FieldId::RESULT || id == FieldId::REQUIREMENT {
        return match shape {
            S::Verdict => -3.5,
            S::Measured | S::Decimal => 0.8,
            S::Text | S::Words => 0.3,
            S::Date | S::Company | S::Currency | S::Country => -2.0,
            _ => 0.0,
        };
    }
    match shape {
        S::Text | S::Words => 0.2,
        S::Code => 0.0,
        S::Nothing => 0.0,
        S::Integer | S::Verdict | S::Country | S::Size => -0.3,
        S::Decimal | S::Money | S::Weighed | S::Counted => -1.0,
        S::Company | S::Terms => -2.0,
        _ => -0.8,
    }
}

/// How the cells of a column look.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Shapes and how many cells have each.
    pub shapes: Vec<(Shape, u32)>,
    pub filled: u32,
    /// All filled cells say the same, and there are several.
    pub constant: bool,
    /// Whole numbers that rise by one.
    pub rising: bool,
    /// Ranges that each begin where the one above ends.
    pub follows: bool,
}

/// Values count less than words: above one they make precision fall.
const WEIGHT: f32 = 0.8;
/// With fewer cells they say less.
const ENOUGH: f32 = 3.0;
const LEAST: f32 = -4.5;
const MOST: f32 = 3.0;
/// Nearly all cells are of a shape that hardly anything else has.
const PLAIN: f32 = 2.5;
const RARE: f32 = 1.5;
/// A code of goods is nothing else.
const GOODS_CODE: f32 = 2.5;
/// Whole numbers from one that rise by one number the rows.
const NUMBERING: f32 = 3.0;
/// Ranges that go on from each other number cartons, and nothing else.
const FOLLOWING: f32 = 4.0;
/// A column with a heading and nothing under it.
const EMPTY: f32 = -0.8;

impl Look {
    /// One value that stands for many.
    pub fn sure(shape: Shape) -> Look {
        Look {
            shapes: vec![(shape, 3)],
            filled: 3,
            ..Look::default()
        }
    }

    pub fn add(&mut self, shape: Shape) {
        self.filled += 1;
        match self.shapes.iter_mut().find(|(s, _)| *s == shape) {
            Some((_, count)) => *count += 1,
            None => self.shapes.push((shape, 1)),
        }
    }

    /// The shape most cells have.
    pub fn most(&self) -> Option<Shape> {
        self.shapes.iter().max_by_key(|(_, n)| *n).map(|(s, _)| *s)
    }

    /// How well the column fits a field.
    pub fn fits(&self, field: &KindField) -> f32 {
        if self.filled == 0 {
            return EMPTY;
        }
        let sum: f32 = self
            .shapes
            .iter()
            .map(|(shape, count)| fit(*shape, field).clamp(LEAST, MOST) * *count as f32)
            .sum();
        let mean = sum / self.filled as f32;
        let sure = (self.filled as f32 / ENOUGH).min(1.0);
        let mut score = mean * WEIGHT * sure;
        let rare = matches!(
            field.field_type,
            FieldType::Verdict | FieldType::Hs | FieldType::Cnas
        );
        if rare && self.filled >= 3 && mean >= PLAIN {
            score += if field.field_type == FieldType::Hs {
                GOODS_CODE
            } else {
                RARE
            };
        }
        if self.rising {
            score += match field.field_type {
                _ if field.id == FieldId::LINE_NO => NUMBERING,
                FieldType::Carton => 0.0,
                _ => -NUMBERING,
            };
        }
        if self.follows {
            score += match field.field_type {
                FieldType::Carton => FOLLOWING,
                _ => -FOLLOWING,
            };
        }
        score
    }
}
