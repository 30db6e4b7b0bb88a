//! Labels that no kind lists: found by how they stand beside a value, read by their words, their
//! value and what other papers hold.

use super::assignment::{Assignment, FORBIDDEN, MARGIN};
use super::bands::{self, Stand};
use super::known;
use super::labels::{self, Label, Pair, push, push_whole, says, to_the_gap, value_beside};
use super::recognise::{View, label_text};
use super::values::{self, Look, Shape};
use crate::model::{CellKind, FieldId, Kind, KindField, Layout, Open};
use crate::normalize::text::squeeze;

/// A label is no longer than this, in characters.
const LONGEST_LABEL: usize = 40;

/// The labels of a row that no kind lists: a short text before a colon, or one that stands beside
/// its value as labels and values alternate.
pub fn of_row(view: &View<'_>, row: usize, pairs: &mut Vec<Pair>) {
    let grid = view.grid;
    if grid.layout == Layout::Tree {
        keys(view, row, pairs);
        return;
    }
    let cells: Vec<usize> = grid
        .row_cells(row)
        .filter(|c| says(grid.cell_text(*c)))
        .collect();
    let known = |cell: usize| view.hits(cell).is_some();
    let valued: Vec<(usize, u32)> = pairs
        .iter()
        // A label above may only seem to have its value here, unless this paper's values stand so.
        .filter(|p| p.row == row && (!p.below || view.values_stand() == Stand::Below))
        .map(|p| (p.cell, p.start))
        .collect();
    let is_value = |cell: usize| valued.iter().any(|(c, _)| *c == cell);
    let mut at = 0;
    while let Some(&cell) = cells.get(at) {
        at += 1;
        let text = grid.cell_text(cell).trim();
        if known(cell) {
            continue;
        }
        let next = cells
            .get(at)
            .copied()
            .filter(|c| !known(*c) && !is_value(*c));
        let named = before_colon(text).filter(|(before, colon)| {
            // What a listed label has is no other's, nor what stands beside a listed one.
            let end = text.get(before.len() + colon..).unwrap_or("").trim_start();
            let first = grid.cells.get(cell).map_or(0, |c| c.start + c.len) as usize - end.len();
            if valued
                .iter()
                .any(|(c, start)| *c == cell && *start as usize <= first)
            {
                return false;
            }
            let shape = values::shape_of(before.trim(), false, view.words());
            !matches!(shape, Shape::Verdict | Shape::Nothing)
        });
        if let Some((before, colon)) = named {
            let lead = grid.cell_text(cell).len() - grid.cell_text(cell).trim_start().len();
            let start = lead + before.len() + colon;
            let label = Label {
                cell,
                text: before.trim().to_string(),
            };
            let rest = grid.cell_text(cell).get(start..).unwrap_or("");
            if !rest.trim().is_empty() {
                let end = grid.cell_text(cell).len();
                push(view, row, cell, start, end, Vec::new(), pairs);
            } else if let Some(value) = next {
                push_whole(view, row, value, Vec::new(), false, pairs);
                at += 1;
            } else {
                let first = pairs.len();
                value_beside(view, row, cell, &Vec::new(), pairs);
                pairs.truncate(first + 1);
                if pairs.len() == first {
                    continue;
                }
            }
            if let Some(last) = pairs.last_mut() {
                last.label = Some(label);
            }
            continue;
        }
        if let Some((first, rest)) = text.split_once('\n')
            && labels::numbering(first) > 0
            && !rest.trim().is_empty()
            && !is_value(cell)
        {
            let end = grid.cell_text(cell).len();
            let start = grid.cell_text(cell).trim_end().len() - rest.len();
            push(view, row, cell, start, end, Vec::new(), pairs);
            if let Some(last) = pairs.last_mut() {
                let text = label_text(first).to_string();
                last.label = Some(Label { cell, text });
            }
            continue;
        }
        let Some(value) = next.filter(|_| !is_value(cell)) else {
            // A label among labels, its value under it.
            if !is_value(cell)
                && is_short_name(view, cell)
                && let Some((below, value)) = bands::under(view, row, cell)
            {
                push_whole(view, below, value, Vec::new(), true, pairs);
                if let Some(last) = pairs.last_mut() {
                    let text = label_text(text).to_string();
                    last.label = Some(Label { cell, text });
                }
            }
            continue;
        };
        // An item and its verdict are no label and value.
        if view.shape(value) == Some(Shape::Verdict) {
            continue;
        }
        if is_short_name(view, cell) && before_colon(grid.cell_text(value)).is_none() {
            push_whole(view, row, value, Vec::new(), false, pairs);
            if let Some(last) = pairs.last_mut() {
                last.label = Some(Label {
                    cell,
                    text: label_text(text).to_string(),
                });
            }
            at += 1;
        }
    }
}

/// The keys of a tree that nobody lists.
fn keys(view: &View<'_>, row: usize, pairs: &mut Vec<Pair>) {
    let grid = view.grid;
    let is_key = |c: usize| grid.cells.get(c).is_some_and(|c| c.kind == CellKind::Key);
    let cells: Vec<usize> = grid.row_cells(row).collect();
    let [key, value] = cells.as_slice() else {
        return;
    };
    if is_key(*key) && !is_key(*value) && view.hits(*key).is_none() {
        push_whole(view, row, *value, Vec::new(), false, pairs);
        if let Some(last) = pairs.last_mut() {
            last.label = Some(Label {
                cell: *key,
                text: grid.cell_text(*key).to_string(),
            });
        }
    }
}

/// What stands before the first colon of a text where it may be a label, and the colon's length.
fn before_colon(text: &str) -> Option<(&str, usize)> {
    let (at, colon) = text.char_indices().find(|(_, c)| matches!(c, ':' | '：'))?;
    let before = text.get(..at)?;
    let letters = before.chars().any(char::is_alphabetic);
    let time = before.ends_with(|c: char| c.is_ascii_digit())
        && text
            .get(at + 1..)
            .is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit()));
    let link = text.get(at..).is_some_and(|t| t.starts_with("://"));
    let short = before.chars().count() <= LONGEST_LABEL;
    (letters && short && !time && !link).then_some((before, colon.len_utf8()))
}

/// A few words without a figure: what a label looks like.
pub fn is_short_name(view: &View<'_>, cell: usize) -> bool {
    let text = view.grid.cell_text(cell).trim();
    let figures = text.chars().any(|c| c.is_ascii_digit());
    let sentence = text.contains(['。', '；', '，', '!', '?']);
    matches!(
        view.shape(cell),
        Some(Shape::Words | Shape::Text | Shape::Unit | Shape::Port)
    ) && text.chars().count() <= LONGEST_LABEL
        && !figures
        && !sentence
}

/// Natural-log odds: a label is no field unless one reads better than this by the margin; what its
/// words speak so much against, or its value, it is not even possibly.
const ENOUGH: f32 = 1.6;
const SURE: f32 = 3.0;
const POSSIBLE: f32 = -0.8;
const UNLIKELY: f32 = -2.0;
/// It fills the place of a field on a known form.
const IN_PLACE: f32 = 5.0;

/// Reads the labels nobody lists for a kind, all at once: each by its words, its value and what
/// other papers hold, none under the margin, none for a field that a listed label has already.
/// Returns which pair is which field, and what the others may be.
pub fn read(
    view: &View<'_>,
    number: usize,
    kind: &Kind,
    usable: impl Fn(&Pair) -> bool,
    taken: &[(FieldId, &str)],
) -> (Vec<(usize, FieldId)>, Vec<Open>) {
    let free = |field: &KindField| {
        let of_head = field.in_header || field.as_label.is_some();
        of_head && !taken.iter().any(|(id, _)| *id == field.id)
    };
    let form = view.form_of(number);
    let (mut read, mut open) = (Vec::new(), Vec::new());
    // Labels of the same words are one, however often they stand there.
    let mut subjects: Vec<(String, Vec<usize>)> = Vec::new();
    let mut rows: Vec<Vec<f32>> = Vec::new();
    for (n, pair) in view.pairs.iter().enumerate() {
        let value = view.grid.slice(pair.start, pair.len);
        // A value that is a label with its value is its own.
        let labelled = pair.below && before_colon(value.trim()).is_some();
        let unlisted = pair.field_for(number).is_none() && usable(pair) && !labelled;
        let Some(label) = pair.label.as_ref().filter(|_| unlisted) else {
            continue;
        };
        if let Some(given) = view.given(&label.text, number) {
            read.push((n, given));
            continue;
        }
        if form.is_some_and(|f| f.is_word(&label.text)) {
            continue;
        }
        let mut row = scores_of(view, pair, label, number, kind, taken);
        let place = form.and_then(|f| f.place_of(view, label.cell, number));
        let place = kind.fields.iter().position(|f| Some(f.id) == place);
        if let Some((score, _)) = place.and_then(|n| row.get_mut(n)) {
            *score += IN_PLACE;
        }
        let may_be = kind
            .fields
            .iter()
            .zip(&row)
            .filter(|(field, (score, fit))| free(field) && *fit >= POSSIBLE && *score >= UNLIKELY);
        let may_be = may_be.map(|(field, (score, _))| (field.id, *score));
        open.push(Open::new(label.cell, may_be.collect()));
        let row = kind.fields.iter().zip(row);
        let row: Vec<f32> = row
            .map(|(field, (score, _))| if free(field) { score } else { FORBIDDEN })
            .collect();
        let key = squeeze(&label.text);
        match subjects.iter_mut().find(|(text, _)| *text == key) {
            Some((_, pairs)) => pairs.push(n),
            None if row.iter().any(|score| *score > ENOUGH) => {
                subjects.push((key, vec![n]));
                rows.push(row);
            }
            None => {}
        }
    }
    let mut scores = Assignment {
        rows,
        fields: kind.fields.len(),
        none: ENOUGH,
    };
    let chosen = scores.solve();
    // What one label surely names its twin of the same value is judged by.
    let value = |n: usize| {
        let pair = subjects
            .get(n)
            .and_then(|(_, pairs)| view.pairs.get(*pairs.first()?));
        pair.map_or("", |p| view.grid.slice(p.start, p.len).trim())
    };
    for n in 0..subjects.len() {
        let Some(field) = chosen.get(n).copied().flatten() else {
            continue;
        };
        let (Some(id), raw) = (kind.fields.get(field).map(|f| f.id), value(n)) else {
            continue;
        };
        let twins = (0..subjects.len()).filter(|m| *m != n && value(*m) == raw);
        let twins: Vec<usize> = twins.collect();
        if twins.is_empty() || scores.margin(n, field, &chosen) < SURE {
            continue;
        }
        let shape = values::shape_of(raw, false, view.words());
        let beside = known::beside(&[(id, raw)], raw, shape, kind);
        for (m, (f, points)) in twins
            .iter()
            .flat_map(|m| beside.iter().enumerate().map(|b| (*m, b)))
        {
            scores.add(m, f, *points);
        }
    }
    let chosen = scores.solve();
    for (n, field) in chosen.iter().enumerate() {
        let Some(field) = *field else { continue };
        let sure = scores.margin(n, field, &chosen) >= MARGIN;
        let id = kind.fields.get(field).map(|f| f.id);
        if let (Some((_, pairs)), Some(id), true) = (subjects.get(n), id, sure) {
            read.extend(pairs.iter().map(|pair| (*pair, id)));
        }
    }
    let label_of = |pair: usize| {
        let label = view.pairs.get(pair).and_then(|p| p.label.as_ref());
        label.map(|l| l.cell)
    };
    open.retain(|o: &Open| !read.iter().any(|(pair, _)| label_of(*pair) == Some(o.cell)));
    (read, open)
}

/// How a label and its value read as each field of the kind: in all, and the value alone.
fn scores_of(
    view: &View<'_>,
    pair: &Pair,
    label: &Label,
    number: usize,
    kind: &Kind,
    taken: &[(FieldId, &str)],
) -> Vec<(f32, f32)> {
    let raw = to_the_gap(view.grid.slice(pair.start, pair.len));
    let shape = values::shape_of(raw, false, view.words());
    let words = view.words_of(&label.text, number, kind);
    let elsewhere = view.others.points(&[raw], kind);
    let beside = known::beside(taken, raw, shape, kind);
    let look = Look::sure(shape);
    let fields = kind.fields.iter().zip(words.iter());
    let held = elsewhere.iter().zip(&beside);
    let score = |((field, words), (elsewhere, beside)): ((&KindField, &f32), (&f32, &f32))| {
        let fit = look.fits(field);
        (words + fit + elsewhere + beside, fit)
    };
    let scores: Vec<(f32, f32)> = fields.zip(held).map(score).collect();
    scores
}
