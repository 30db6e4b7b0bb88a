//! Which rows are totals: by a word, by their numbers alone, by summing up what stands above.

use super::{Reader, names_goods};
use crate::extract::vocabulary::Vocabulary;
use crate::model::{CellKind, Field, FieldId, FieldType};
use crate::normalize::quantity;
use crate::normalize::text::squeeze;

/// The characters totals words begin with.
pub fn starts(vocabulary: &Vocabulary) -> String {
    let words = vocabulary.words.totals.iter();
    words.filter_map(|w| w.chars().next()).collect()
}

impl Reader<'_> {
    /// A row that says total in its first text cell or in a cell of its own.
    pub fn is_total(&mut self, row: usize) -> bool {
        for (n, index) in self.grid.row_cells(row).take(4).enumerate() {
            let Some(cell) = self.grid.cells.get(index) else {
                continue;
            };
            if cell.kind != CellKind::Text || cell.len > 60 || self.is_as_above(n, cell) {
                continue;
            }
            let text = self.grid.slice(cell.start, cell.len);
            if !self.may_be_total(text) {
                continue;
            }
            let squeezed = squeeze(&self.vocabulary.simplified(text));
            let is_word = self.vocabulary.words.totals.iter().any(|w| {
                squeezed == *w || squeezed.starts_with(w.as_str()) && total_rest(&squeezed, w)
            });
            if is_word {
                return true;
            }
            if self.names_subtotal(text) {
                if self.sums_up_the_last() {
                    return true;
                }
                self.plain = false;
            }
        }
        false
    }

    /// Most texts are told apart by the first characters of their words.
    fn may_be_total(&self, text: &str) -> bool {
        let mut within = false;
        text.chars().any(|c| {
            let begins = !std::mem::replace(&mut within, c.is_alphanumeric());
            let plain = if c.is_ascii() {
                c.to_ascii_lowercase()
            } else {
                let simple = self.vocabulary.words.traditional.get(&c);
                simple.copied().unwrap_or(c)
            };
            let wide = ('\u{ff01}'..='\u{ff5e}').contains(&c);
            begins && (wide || self.total_starts.contains(plain))
        })
    }

    /// A totals word beside others (`QH-700A 小计`): total of the rows right above it, if it is one.
    fn names_subtotal(&self, text: &str) -> bool {
        let marks = |c: char| c.is_whitespace() || "()（）:：/".contains(c);
        let words = &self.vocabulary.words.totals;
        let named = |part: &str| words.contains(&squeeze(&self.vocabulary.simplified(part)));
        let parts = text.split(marks).filter(|p| !p.is_empty());
        parts.clone().count() > 1 && parts.clone().any(named)
    }

    /// A number of the row is the sum of its column over some of the rows right above.
    fn sums_up_the_last(&self) -> bool {
        let records = &self.understood.records;
        let number = |f: &Field| {
            let typed = self
                .kind
                .field(f.id)
                .is_some_and(|k| k.field_type.is_number());
            let text = self.grid.slice(f.start, f.len);
            typed
                .then(|| quantity::parse(text))
                .flatten()
                .map(|q| q.value)
        };
        self.scratch.iter().any(|f| {
            let Some(own) = number(f).filter(|n| *n > 0.0) else {
                return false;
            };
            let mut sum = 0.0;
            records.iter().rev().take(2000).any(|record| {
                let fields = self.understood.record_fields(record).iter();
                sum += fields
                    .filter(|g| g.id == f.id)
                    .filter_map(number)
                    .sum::<f64>();
                (sum - own).abs() < 0.005 * own.max(1.0)
            })
        })
    }

    /// Numbers only, under columns of numbers, with nothing that names goods.
    pub fn is_unlabelled_total(&self) -> bool {
        let typed = |f: &Field| self.kind.field(f.id).map(|f| f.field_type);
        let bare = |f: &Field| {
            let text = self.grid.slice(f.start, f.len);
            !text.chars().any(char::is_alphabetic)
        };
        self.scratch
            .iter()
            .all(|f| typed(f).is_some_and(FieldType::is_number) && bare(f))
            && !self.scratch.is_empty()
            && self.map.fields().any(names_goods)
    }

    /// A row that names no goods, in which a number is the sum of its column so far.
    pub fn sums_up(&self) -> bool {
        let records = &self.understood.records;
        let goods = |id| {
            matches!(
                id,
                FieldId::MODEL | FieldId::NAME | FieldId::SKU | FieldId::HS_CODE
            )
        };
        let named = self.scratch.iter().any(|f| goods(f.id));
        if named || records.len() < 2 || records.len() > 2000 || !self.map.fields().any(goods) {
            return false;
        }
        let number = |f: &Field| -> Option<f64> {
            let known = self.kind.field(f.id)?;
            let text = self.grid.slice(f.start, f.len);
            known
                .field_type
                .is_number()
                .then(|| quantity::parse(text))?
                .map(|q| q.value)
        };
        self.scratch.iter().any(|f| {
            let Some(own) = number(f).filter(|n| *n > 0.0) else {
                return false;
            };
            let column = records
                .iter()
                .flat_map(|r| self.understood.record_fields(r))
                .filter(|g| g.id == f.id)
                .filter_map(number);
            let sum: f64 = column.sum();
            (sum - own).abs() < 0.005 * own.max(1.0)
        })
    }
}

/// What may follow a totals word: nothing, a unit, a number.
fn total_rest(squeezed: &str, word: &str) -> bool {
    let rest = squeezed.strip_prefix(word).unwrap_or("");
    rest.chars().all(|c| c.is_numeric())
        || rest.starts_with("cartons")
        || rest.starts_with("packages")
        || rest.starts_with("ctns")
        || rest.starts_with("amount")
        || rest.starts_with("usd")
}
