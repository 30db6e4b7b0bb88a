//! Labels and their values: to the right, below, or behind a colon or line break in one cell.

use super::bands::{self, Stand};
use super::columns::{extent, overlap};
use super::recognise::{View, label_text};
use super::turned;
use super::unlisted::{self, is_short_name};
use super::values::{self, Shape};
use super::vocabulary::{Hits, Vocabulary};
use crate::model::{
    CellKind, Document, Field, FieldId, FieldType, Kind, Layout, Record, Understood, Words, work,
};
use crate::normalize::text::is_cjk;
use crate::normalize::{pages, placeholder, verdict};

/// A label with one value.
#[derive(Clone, Debug)]
pub struct Pair {
    pub row: usize,
    pub hits: Hits,
    /// The label, where it is a cell or a text of its own. Where no kind lists it, what it names is
    /// told by its words and the value.
    pub label: Option<Label>,
    pub cell: usize,
    /// Range of the grid's text.
    pub start: u32,
    pub len: u32,
    /// The value stands below its label: weaker evidence, it may be a table's first row.
    pub below: bool,
}

impl Pair {
    /// The field this label names for a kind.
    pub fn field_for(&self, kind: usize) -> Option<FieldId> {
        self.hits
            .iter()
            .find(|(k, _)| usize::from(*k) == kind)
            .map(|(_, f)| *f)
    }
}

/// A label: its cell and its text.
#[derive(Clone, Debug)]
pub struct Label {
    pub cell: usize,
    pub text: String,
}

/// All label–value pairs of the rows that were looked at, for all kinds at once.
pub fn find(view: &View<'_>, vocabulary: &Vocabulary) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for row in 0..view.looked {
        for cell in view.grid.row_cells(row) {
            pair_of_cell(view, vocabulary, row, cell, &mut pairs);
        }
        unlisted::of_row(view, row, &mut pairs);
    }
    pairs
}

fn pair_of_cell(
    view: &View<'_>,
    vocabulary: &Vocabulary,
    row: usize,
    cell: usize,
    pairs: &mut Vec<Pair>,
) {
    let grid = view.grid;
    let text = grid.cell_text(cell);
    if let Some(hits) = view.hits(cell) {
        let first = pairs.len();
        match bands::value_of(view, row, cell) {
            Some(Some((below, value))) => {
                push_whole(view, below, value, hits.clone(), false, pairs);
            }
            Some(None) => {}
            None => value_beside(view, row, cell, hits, pairs),
        }
        for pair in pairs.iter_mut().skip(first) {
            pair.label = Some(Label {
                cell,
                text: label_text(text).to_string(),
            });
        }
        return;
    }
    if grid.layout == Layout::Tree || text.len() < 3 {
        return;
    }
    if text.contains([':', '：']) && embedded(view, vocabulary, row, cell, pairs) {
        return;
    }
    let trimmed = text.trim_start();
    if let Some((first, rest)) = trimmed.split_once('\n') {
        let hits = vocabulary.look_up(label_text(first));
        if !hits.is_empty() && !rest.trim().is_empty() {
            let offset = text.len() - rest.len();
            push(view, row, cell, offset, text.len(), hits, pairs);
        }
        return;
    }
    if grid.is_prose() {
        prefixed(view, vocabulary, row, cell, pairs);
    }
}

/// More than the colon between a label and its value.
pub(super) fn says(text: &str) -> bool {
    !text
        .trim_matches([':', '：', ' ', '\t', '\u{3000}', '\n'])
        .is_empty()
}

/// A cell that is a label: the value is the next cell, or the one below.
pub(super) fn value_beside(
    view: &View<'_>,
    row: usize,
    cell: usize,
    hits: &Hits,
    pairs: &mut Vec<Pair>,
) {
    let grid = view.grid;
    let cells = grid.row_cells(row);
    let is_key = |c: usize| grid.cells.get(c).is_some_and(|c| c.kind == CellKind::Key);
    let mut right = (cell + 1..cells.end).filter(|c| says(grid.cell_text(*c)));
    if grid.layout == Layout::Tree {
        for value in right.take_while(|c| !is_key(*c)) {
            push_whole(view, row, value, hits.clone(), false, pairs);
        }
        return;
    }
    let next = right
        .next()
        .filter(|c| !bears_label(view, *c) && !alike(view, cell, *c));
    let next = next.filter(|c| beside_is_value(view, cell, *c));
    let below = value_below(view, row, cell);
    // Where this paper's labels stand over their values, what stands beside one is its neighbour's.
    let beside = next.filter(|_| below.is_none() || view.values_stand() != Stand::Below);
    if let Some(value) = beside {
        push_whole(view, row, value, hits.clone(), false, pairs);
        let led = list_leads_in(view, row, value, hits, pairs);
        list_goes_on(view, row, value, hits, led, pairs);
        return;
    }
    if view.values_stand() == Stand::Beside && grid.has_columns(row) {
        return;
    }
    if let Some((below, value)) = below {
        push_whole(view, below, value, hits.clone(), true, pairs);
        return;
    }
    // A line broken behind its label goes on at the start of the next.
    let alone = (cell + 1..cells.end).all(|c| grid.cell_text(c).trim().is_empty());
    let broken =
        grid.is_prose() && alone && row + 1 < grid.rows.len() && grid.together(row, row + 1);
    let start = broken.then(|| grid.row_cells(row + 1).next()).flatten();
    if let Some(value) = start.filter(|c| !bears_label(view, *c)) {
        push_whole(view, row + 1, value, hits.clone(), true, pairs);
    }
}

/// A field a part of a label lists, unless the words of the whole speak plainly for another.
fn surer(view: &View<'_>, pair: &Pair, listed: FieldId, number: usize, kind: &Kind) -> FieldId {
    let Some(label) = pair
        .label
        .as_ref()
        .filter(|l| !view.is_listed_whole(&l.text))
    else {
        return listed;
    };
    let scores = view.words_of(&label.text, number, kind);
    let at = |id: FieldId| kind.fields.iter().position(|f| f.id == id);
    let own = at(listed)
        .and_then(|n| scores.get(n))
        .copied()
        .unwrap_or(0.0);
    let of_head = |n: &usize| {
        let field = kind.fields.get(*n);
        field.is_some_and(|f| f.in_header || f.as_label.is_some())
    };
    let best = (0..scores.len()).filter(of_head).max_by(|a, b| {
        let score = |n: &usize| scores.get(*n).copied().unwrap_or(0.0);
        score(a).total_cmp(&score(b))
    });
    let better = best.filter(|n| scores.get(*n).is_some_and(|s| *s > own + PLAINLY));
    better
        .and_then(|n| kind.fields.get(n))
        .map_or(listed, |f| f.id)
}

/// So much better another field must read than the one a part of the label lists.
const PLAINLY: f32 = 2.0;

/// A cell that looks like a label although nobody lists it: a colon at its end, a number before it.
pub(super) fn has_label_look(view: &View<'_>, cell: usize) -> bool {
    let text = view.grid.cell_text(cell).trim();
    text.ends_with([':', '：'])
        || is_short_name(view, cell) && numbering(text) > 0
        || begins_with_label(view, cell)
}

/// Whether a cell is a label, or holds one with its value: no other label's value.
fn bears_label(view: &View<'_>, cell: usize) -> bool {
    let over_value = || {
        let lines = view.grid.cell_text(cell).trim().split_once('\n');
        lines.is_some_and(|(first, _)| !view.look_up(label_text(first)).is_empty())
    };
    view.hits(cell).is_some() || over_value() || begins_with_label(view, cell)
}

/// Beside a label that ends in a colon what has a name before a colon is such a label too, with its
/// value: `海关编号：` beside `页码/页数：1/1`.
fn alike(view: &View<'_>, label: usize, beside: usize) -> bool {
    const COLON: [char; 2] = [':', '：'];
    let text = |cell: usize| view.grid.cell_text(cell).trim();
    let named = text(beside).split_once(COLON).is_some_and(|(name, _)| {
        let count = name.chars().count();
        (2..12).contains(&count) && name.chars().all(|c| is_cjk(c) || "/（）() ".contains(c))
    });
    text(label).ends_with(COLON) && named
}

/// In print a cell may hold its label and its value: `境外收货人 Kinderwelt Handels GmbH`.
fn begins_with_label(view: &View<'_>, cell: usize) -> bool {
    let text = view.grid.cell_text(cell).trim();
    let first = text
        .split_once(char::is_whitespace)
        .map_or("", |(first, _)| first);
    !view.grid.has_columns(view.grid.row_of(cell))
        && first.chars().count() > 2
        && view.is_listed_whole(first)
}

/// How many bytes of a text number it: `8.`, `12、`, `(3)`.
pub fn numbering(text: &str) -> usize {
    // `①`, `⑴`, `❶`.
    if let Some(rest) =
        text.strip_prefix(|c| matches!(c, '\u{2460}'..='\u{2487}' | '\u{2776}'..='\u{2793}'))
    {
        let rest = rest.trim_start();
        let named = rest.starts_with(char::is_alphabetic);
        return if named { text.len() - rest.len() } else { 0 };
    }
    let bare = text.trim_start_matches(['(', '（']);
    let digits = bare.chars().take_while(char::is_ascii_digit).count();
    let rest = bare.get(digits..).unwrap_or("");
    let closed = rest.starts_with(['.', '、', '．', ')', '）']);
    let mark = rest.chars().next().map_or(0, char::len_utf8);
    let after = rest.get(mark..).unwrap_or("").trim_start();
    let named = after.chars().next().is_some_and(char::is_alphabetic);
    if (1..3).contains(&digits) && closed && named {
        text.len() - after.len()
    } else {
        0
    }
}

/// Whether what stands beside a label is its value: not where an empty cell lies between and it has
/// itself the look of a label with a value beside it, as its neighbours above and below have.
fn beside_is_value(view: &View<'_>, label: usize, beside: usize) -> bool {
    let grid = view.grid;
    if has_label_look(view, beside) {
        return false;
    }
    let row = grid.row_of(label);
    if !grid.has_columns(row) {
        return true;
    }
    let (_, end) = extent(grid, label);
    let gap = grid.cells.get(beside).is_some_and(|c| c.x0 > end + 1);
    let next =
        (beside + 1..grid.row_cells(row).end).find(|c| !grid.cell_text(*c).trim().is_empty());
    let column = |row: usize| {
        let cells = grid.row_cells(row);
        let over = cells.into_iter().find(|c| overlap(grid, beside, *c) > 0);
        over.is_some_and(|c| view.hits(c).is_some())
    };
    let among_labels = row > 0 && column(row - 1) || row + 1 < grid.rows.len() && column(row + 1);
    !(gap && next.is_some() && is_short_name(view, beside) && among_labels)
}

/// The value below a label, if what stands there is one.
pub(super) fn value_below(view: &View<'_>, row: usize, cell: usize) -> Option<(usize, usize)> {
    let grid = view.grid;
    let reach = match grid.layout {
        Layout::Sheet | Layout::Html => 2,
        _ => 1,
    };
    for below in row + 1..(row + 1 + reach).min(grid.rows.len()) {
        if !grid.together(row, below) {
            break;
        }
        let value = grid
            .row_cells(below)
            .find(|c| overlap(grid, cell, *c) > 0 && !grid.cell_text(*c).trim().is_empty());
        let Some(value) = value else { continue };
        let label = bears_label(view, value)
            || grid.cell_text(value).contains([':', '：'])
            || has_label_look(view, value);
        return (!label).then_some((below, value));
    }
    None
}

/// A list that ends with a separator goes on in the next line, under itself.
fn list_goes_on(
    view: &View<'_>,
    row: usize,
    value: usize,
    hits: &Hits,
    centred: bool,
    pairs: &mut Vec<Pair>,
) {
    let grid = view.grid;
    let mut last = value;
    for below in row + 1..(row + 6).min(view.looked) {
        let open = centred && below == row + 1;
        let text = grid.cell_text(last).trim_end();
        let ends = text.ends_with([',', '、', '/', ';', '，', '；']);
        // `型号：/` says that there is none, and is no list.
        let none =
            text.trim_end_matches('/').trim_end().ends_with([':', '：']) || text.trim() == "/";
        if !open && (!ends || none) {
            return;
        }
        let cells = grid.row_cells(below);
        let alone = cells.len() == 1 || !grid.is_prose();
        let next = cells.into_iter().find(|c| overlap(grid, value, *c) > 0);
        let free = |c: &usize| alone && view.hits(*c).is_none() && !view.leads_with_label(*c);
        let Some(next) = next.filter(free) else {
            return;
        };
        push_whole(view, below, next, hits.clone(), false, pairs);
        last = next;
    }
}

/// A label set in the middle of a list of several lines: the line above stands alone over the
/// value and ends with a separator. Returns whether there was one.
fn list_leads_in(
    view: &View<'_>,
    row: usize,
    value: usize,
    hits: &Hits,
    pairs: &mut Vec<Pair>,
) -> bool {
    let grid = view.grid;
    if !grid.is_prose() || row == 0 {
        return false;
    }
    let above = grid.row_cells(row - 1);
    let Some(first) = above.clone().next().filter(|_| above.len() == 1) else {
        return false;
    };
    let text = grid.cell_text(first).trim_end();
    let goes_on = text.ends_with([',', '、', '/', ';', '，', '；', '&', '-']);
    if !goes_on || overlap(grid, value, first) == 0 || view.hits(first).is_some() {
        return false;
    }
    push_whole(view, row - 1, first, hits.clone(), false, pairs);
    true
}

/// Labels inside a cell: `Report No.: X  Date: Y`. Returns whether any was found.
fn embedded(
    view: &View<'_>,
    vocabulary: &Vocabulary,
    row: usize,
    cell: usize,
    pairs: &mut Vec<Pair>,
) -> bool {
    let text = view.grid.cell_text(cell);
    let grid_row = if view.grid.is_prose() {
        view.grid.row_cells(row)
    } else {
        0..0
    };
    // (start of label, start of value, hits)
    let mut labels: Vec<(usize, usize, Hits)> = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| matches!(c, ':' | '：')) {
        let Some(before) = text.get(from..at) else {
            continue;
        };
        let found = label_at_end(vocabulary, before).or_else(|| {
            // Justified text parts a label: `Test Report` | `Number : …`.
            let previous = cell
                .checked_sub(1)
                .filter(|p| grid_row.contains(p) && from == 0 && before.len() < LONGEST)?;
            let joined = format!("{} {before}", view.grid.cell_text(previous));
            label_at_end(vocabulary, &joined).map(|(_, hits)| (0, hits))
        });
        if let Some((offset, hits)) = found {
            labels.push((from + offset, at + c.len_utf8(), hits));
            from = at + c.len_utf8();
        }
    }
    let next = labels.iter().skip(1).map(|l| l.0);
    let ends: Vec<usize> = next.chain(std::iter::once(text.len())).collect();
    let found = !labels.is_empty();
    for ((from, start, hits), end) in labels.into_iter().zip(ends) {
        let value = text.get(start..end).unwrap_or("");
        let value = before_label(value);
        let end = start + value.len();
        if value.trim().is_empty() {
            value_beside(view, row, cell, &hits, pairs);
        } else {
            let last = pairs.len();
            push(view, row, cell, start, end, hits.clone(), pairs);
            if let Some(pair) = pairs.get_mut(last) {
                // What another kind lists is read by its words.
                let text = label_text(text.get(from..start).unwrap_or("")).to_string();
                pair.label = Some(Label { cell, text });
            }
            if pairs.len() > last && end == text.len() {
                list_goes_on(view, row, cell, &hits, false, pairs);
            }
        }
    }
    found
}

/// No label is so long, in bytes.
const LONGEST: usize = 512;

/// A value without the label that nobody lists and stands behind it in the same cell: in
/// `钱若水　审核：　顾南枝` the first name.
fn before_label(value: &str) -> &str {
    if value.len() > LONGEST {
        return value;
    }
    let lead = value.len() - value.trim_start().len();
    let cut = value
        .char_indices()
        .filter(|(_, c)| matches!(c, ':' | '：'))
        .find_map(|(at, _)| {
            let before = value.get(lead..at)?;
            let word = before.rfind([' ', '\u{3000}', '\t'])?;
            let label = before.get(word..)?.trim();
            let after = value.get(at..)?.chars().nth(1);
            let named =
                !label.is_empty() && label.chars().all(is_cjk) && label.chars().count() <= 8;
            (named && after.is_none_or(|c| !c.is_ascii_digit() || c == ' ')).then_some(lead + word)
        });
    match cut.and_then(|cut| value.get(..cut)) {
        Some(own) if !own.trim().is_empty() => own,
        _ => value,
    }
}

/// The longest label that ends a text, starting at the text's start, a space, or a punctuation.
fn label_at_end(vocabulary: &Vocabulary, before: &str) -> Option<(usize, Hits)> {
    let whole = before.len() < LONGEST;
    let lead = whole.then(|| before.len() - before.trim_start().len());
    let mut starts: Vec<usize> = lead.into_iter().collect();
    for (at, c) in before.char_indices().rev().take(80) {
        if c.is_whitespace() || matches!(c, ',' | '，' | ';' | '；' | '。' | ')' | '）' | '|') {
            starts.push(at + c.len_utf8());
        }
    }
    starts.sort_unstable();
    work::steps(1 + starts.len());
    starts.into_iter().find_map(|start| {
        let candidate = before.get(start..)?;
        // `on behalf of the laboratory:` is a phrase, not the label `laboratory`.
        let word_before = before.get(..start)?.split_whitespace().last().unwrap_or("");
        let inside_phrase = [
            "the", "of", "a", "an", "our", "this", "by", "for", "and", "to", "in",
        ];
        if inside_phrase.contains(&word_before.to_lowercase().as_str()) {
            return None;
        }
        let hits = vocabulary.look_up(candidate);
        (!hits.is_empty()).then_some((start, hits))
    })
}

/// A label in front without a colon, in printed text: `报告编号 NBT2026-001`.
fn prefixed(
    view: &View<'_>,
    vocabulary: &Vocabulary,
    row: usize,
    cell: usize,
    pairs: &mut Vec<Pair>,
) {
    let text = view.grid.cell_text(cell);
    if text.len() > 200 {
        return;
    }
    let mut best = None;
    for (at, _) in text
        .char_indices()
        .filter(|(_, c)| c.is_whitespace())
        .take(6)
    {
        let head = text.get(..at).unwrap_or("");
        // One Latin word alone (`Summary of results`) is a label only before a code.
        let one_word = head.is_ascii() && !head.trim().contains(' ');
        let next = text.get(at..).unwrap_or("").split_whitespace().next();
        let before_code = next.is_some_and(|w| w.chars().any(|c| c.is_ascii_digit()));
        if head.chars().count() < 3 || one_word && !before_code {
            continue;
        }
        // In `检验依据 GB 31701` the Latin word is of the value, in `报告编号 No. 7` of the label.
        let latin = head
            .rsplit_once(|c: char| !c.is_ascii())
            .map(|(_, latin)| latin.trim());
        if latin.is_some_and(|w| !w.is_empty() && vocabulary.look_up(w).is_empty()) {
            continue;
        }
        let hits = vocabulary.look_up(head);
        if !hits.is_empty() {
            best = Some((at, hits));
        }
    }
    if let Some((at, hits)) = best {
        push(view, row, cell, at, text.len(), hits, pairs);
    }
}

pub(super) fn push_whole(
    view: &View<'_>,
    row: usize,
    value: usize,
    hits: Hits,
    below: bool,
    pairs: &mut Vec<Pair>,
) {
    if let Some(c) = view.grid.cells.get(value) {
        // In aligned text the colon may stand in front of the value.
        let text = view.grid.cell_text(value);
        let rest = text.trim_start_matches([':', '：', ' ', '\u{3000}']);
        let lead = if rest.len() < text.trim_start().len() && !rest.is_empty() {
            text.len() - rest.len()
        } else {
            0
        };
        let lead = crate::model::grid::index(lead);
        pairs.push(Pair {
            row,
            hits,
            label: None,
            cell: value,
            start: c.start + lead,
            len: c.len - lead,
            below,
        });
    }
}

pub(super) fn push(
    view: &View<'_>,
    row: usize,
    cell: usize,
    from: usize,
    to: usize,
    hits: Hits,
    pairs: &mut Vec<Pair>,
) {
    let Some(c) = view.grid.cells.get(cell) else {
        return;
    };
    let text = view.grid.cell_text(cell);
    let value = text.get(from..to).unwrap_or("");
    let lead = value.len() - value.trim_start().len();
    let trimmed = value.trim();
    if trimmed.is_empty() {
        return;
    }
    pairs.push(Pair {
        row,
        hits,
        label: None,
        cell,
        start: c.start + crate::model::grid::index(from + lead),
        len: crate::model::grid::index(trimmed.len()),
        below: false,
    });
}

/// Takes the pairs that lie outside the table into the document's header. Where there is no
/// table, fields of a row that stand as labels make one record.
pub fn fill(
    document: &Document,
    view: &View<'_>,
    number: usize,
    kind: &Kind,
    words: &Words,
    understood: &mut Understood,
) {
    // The rows of the records, those too that carry one on.
    let mut table: Vec<usize> = Vec::with_capacity(understood.records.len());
    for record in &understood.records {
        let cells = understood.record_fields(record).iter().map(|f| f.cell);
        let last = cells.max().map(|c| view.grid.row_of(c as usize));
        let first = record.row as usize;
        table.extend(first..=last.unwrap_or(first).max(first));
    }
    table.sort_unstable();
    let heading = |cell: usize| understood.columns.iter().any(|(_, c)| *c == cell);
    let again = understood.left_out.iter();
    let again = again.filter(|l| l.reason == "heading again");
    let rows = understood.columns.iter();
    let rows = rows.map(|(_, c)| view.grid.row_of(*c));
    let heading_rows: Vec<usize> = rows.chain(again.map(|l| l.row)).collect();
    let mut header = Vec::new();
    let mut single = Vec::new();
    let totals: Vec<usize> = understood.totals.iter().map(|r| r.row as usize).collect();
    let in_table = |pair: &Pair| {
        totals.contains(&pair.row) && view.grid.has_columns(pair.row) && pair.label.is_some()
            || table.binary_search(&pair.row).is_ok()
            || heading_rows.contains(&pair.row)
            || (pair.label.as_ref())
                .is_some_and(|l| heading_rows.contains(&view.grid.row_of(l.cell)))
            || heading(pair.cell)
    };
    let listed: Vec<(FieldId, &str)> = view
        .pairs
        .iter()
        .filter(|p| !in_table(p))
        .filter_map(|p| Some((p.field_for(number)?, view.grid.slice(p.start, p.len))))
        .collect();
    let under = |pair: &Pair| {
        understood.header_row.is_some_and(|row| pair.row >= row) && !view.grid.is_prose()
    };
    let (read, open) = unlisted::read(view, number, kind, |p| !in_table(p) && !under(p), &listed);
    understood.open.extend(open);
    for (n, pair) in view.pairs.iter().enumerate() {
        let by_words = || read.iter().find(|(p, _)| *p == n).map(|(_, f)| *f);
        let listed = pair
            .field_for(number)
            .map(|f| surer(view, pair, f, number, kind));
        let Some(id) = listed.or_else(by_words) else {
            continue;
        };
        let Some(field) = kind.field(id) else {
            continue;
        };
        // Below two headings `Tests conducted | Conclusion` an item begins, not a value.
        let last = view.grid.row_cells(pair.row).next_back();
        let of_item = pair.below
            && view.grid.row_cells(pair.row).len() > 1
            && last.is_some_and(|c| verdict::parse(view.grid.cell_text(c), words).is_some());
        if of_item {
            continue;
        }
        if in_table(pair) || !plausible(document, pair, field.field_type, words) {
            continue;
        }
        let id = field.as_label.unwrap_or(id);
        let raw = document.grid.slice(pair.start, pair.len);
        // `No. YH2026-118` numbers a paper and no row of it.
        if id == FieldId::LINE_NO && raw.trim().chars().count() > 4 {
            continue;
        }
        let value = Field {
            id,
            cell: crate::model::grid::index(pair.cell),
            start: pair.start,
            len: match field.field_type {
                FieldType::Code => {
                    crate::model::grid::index(without_note(to_the_gap(without_page(raw))).len())
                }
                FieldType::Date => crate::model::grid::index(without_page(raw).len()),
                FieldType::Company => crate::model::grid::index(without_address(raw).len()),
                _ => pair.len,
            },
        };
        if field.field_type == FieldType::Code
            && let Some(date) = date_behind_gap(view, pair, kind)
        {
            header.push((date, true));
        }
        if field.in_header || field.as_label.is_some() {
            // A value beside a label goes before one found below another label of the same name.
            let twice = header.iter().any(|(f, _): &(Field, bool)| f.id == id);
            if !(twice && pair.below) {
                header.push((value, pair.below));
            }
        } else {
            single.push(value);
        }
    }
    // `To: Aarhus` beside `Buyer: …A/S`: of two the one that is a company is the party.
    let is_company = |f: &Field| {
        let shape = values::shape_of(document.grid.slice(f.start, f.len).trim(), false, words);
        shape == Shape::Company
    };
    let of_party = |f: &Field| {
        kind.field(f.id)
            .is_some_and(|k| k.field_type == FieldType::Company)
    };
    let parties: Vec<FieldId> = header
        .iter()
        .map(|(f, _)| f)
        .filter(|f| of_party(f) && is_company(f))
        .map(|f| f.id)
        .collect();
    header.retain(|(f, _)| !parties.contains(&f.id) || is_company(f));
    for (value, below) in &header {
        let better = header.iter().any(|(f, b)| f.id == value.id && !b);
        if !(*below && better) {
            understood.header.fields.push(*value);
        }
    }
    let distinct = |fields: &[Field]| -> usize {
        fields
            .iter()
            .enumerate()
            .filter(|(i, f)| !fields.iter().take(*i).any(|g| g.id == f.id))
            .count()
    };
    if understood.columns.is_empty()
        && understood.records.is_empty()
        && turned::read(view, &single, understood)
    {
        return;
    }
    if understood.records.is_empty() && distinct(&single) >= 2 {
        for card in cards(document, single) {
            let row = card
                .first()
                .map_or(0, |f| view.grid.row_of(f.cell as usize));
            let first = crate::model::grid::index(understood.fields.len());
            let count = crate::model::grid::index(card.len());
            understood.fields.extend(card);
            understood.records.push(Record {
                row: crate::model::grid::index(row),
                first,
                count,
            });
        }
    }
}

/// The goods of a paper without a table: one block of labels, or blocks that begin with the same
/// label and say other things.
fn cards(document: &Document, single: Vec<Field>) -> Vec<Vec<Field>> {
    let begins = single.first().map(|f| f.id);
    let mut cards: Vec<Vec<Field>> = Vec::new();
    for field in &single {
        match cards.last_mut() {
            Some(card) if Some(field.id) != begins => card.push(*field),
            _ => cards.push(vec![*field]),
        }
    }
    // A head that stands on every page says one thing; a total below the last is no block.
    let said = |card: &[Field]| -> Vec<String> {
        let texts = card.iter().map(|f| document.raw(f).trim().to_string());
        texts.collect()
    };
    let all: Vec<Vec<String>> = cards.iter().map(|c| said(c)).collect();
    let apart = all
        .iter()
        .enumerate()
        .all(|(n, card)| !all.iter().take(n).any(|c| c == card));
    let most = cards.iter().map(Vec::len).max().unwrap_or(0);
    let alike = cards.iter().all(|card| card.len() * 2 >= most);
    match cards.len() > 1 && most > 2 && apart && alike {
        true => cards,
        false => vec![single],
    }
}

/// A number without the page count or date that a heading line puts behind it:
/// `HJT2604-1193 Page 1 of 2`, `SYT2604 共 2 页 第 1 页`.
fn without_page(raw: &str) -> &str {
    let lower = raw.to_lowercase();
    if lower.len() != raw.len() {
        return raw;
    }
    let end = [
        " page ", " page:", " 共", "　共", " 第", " dated ", " date:", " date ",
    ]
    .iter()
    .filter_map(|mark| lower.find(mark))
    .min();
    end.and_then(|end| raw.get(..end))
        .map_or(raw, str::trim_end)
}

/// A code without the name in brackets behind it: `310420260711942036(北仑海关)`.
fn without_note(raw: &str) -> &str {
    let note = raw.trim_end().strip_suffix([')', '）']).and_then(|own| {
        let at = own.rfind(['(', '（'])?;
        let (code, name) = (own.get(..at)?, own.get(at..)?);
        let named = name.chars().any(is_cjk) && !name.chars().any(|c| c.is_ascii_digit());
        (named && code.chars().any(|c| c.is_ascii_digit())).then_some(code.trim_end())
    });
    note.unwrap_or(raw)
}

/// A code ends at a wide gap: what follows is another value, as under `No. & Date`.
pub(super) fn to_the_gap(raw: &str) -> &str {
    let raw = raw.trim_end();
    let ends = [raw.find("  "), raw.find(['\t', ';', '；'])];
    let gap = ends.into_iter().flatten().min();
    gap.and_then(|at| raw.get(..at))
        .filter(|code| !code.is_empty())
        .unwrap_or(raw)
}

/// The date behind the gap of a value that a label of two fields has: number and date.
fn date_behind_gap(view: &View<'_>, pair: &Pair, kind: &Kind) -> Option<Field> {
    let raw = view.grid.slice(pair.start, pair.len);
    let number = to_the_gap(raw);
    let rest = raw.get(number.len()..)?;
    let date = rest.trim();
    if date.is_empty() || crate::normalize::date::readings(date).is_empty() {
        return None;
    }
    let named = [FieldId::ISSUE_DATE, view.date_field()];
    let field = kind
        .fields
        .iter()
        .find(|f| named.contains(&f.id) && f.in_header)?;
    let lead = number.len() + (rest.len() - rest.trim_start().len());
    Some(Field {
        id: field.id,
        cell: crate::model::grid::index(pair.cell),
        start: pair.start + crate::model::grid::index(lead),
        len: crate::model::grid::index(date.len()),
    })
}

/// A company without the address written under it: the lines up to the first that holds a digit.
fn without_address(raw: &str) -> &str {
    let mut end = 0;
    for (n, line) in raw.split_inclusive('\n').enumerate() {
        let address = n > 0 && line.chars().any(|c| c.is_ascii_digit());
        if address {
            break;
        }
        end += line.len();
    }
    raw.get(..end).map_or(raw, str::trim_end)
}

/// A page mark and nothing before it.
fn is_page_mark(raw: &str) -> bool {
    let text = raw.trim_start();
    let first = text.get(..4).unwrap_or("");
    let begins = first.eq_ignore_ascii_case("page") || text.starts_with(['共', '第']);
    begins && pages::mark(text).is_some()
}

/// Values that cannot be what the label says are not taken: a date without digits. A placeholder
/// is: somebody has to fill it in.
fn plausible(document: &Document, pair: &Pair, field_type: FieldType, words: &Words) -> bool {
    let raw = document.grid.slice(pair.start, pair.len);
    let (x0, x1) = extent(&document.grid, pair.cell);
    if x1 < x0 || raw.trim().is_empty() || is_page_mark(raw) {
        return false;
    }
    let has_digit = raw
        .chars()
        .any(|c| c.is_numeric() || "〇一二三四五六七八九十".contains(c));
    match field_type {
        FieldType::Date
        | FieldType::Number
        | FieldType::Quantity
        | FieldType::Weight
        | FieldType::Hs
        | FieldType::Code
        | FieldType::Cnas => has_digit || placeholder::is(raw, &words.placeholders),
        _ => true,
    }
}
