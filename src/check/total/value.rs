//! Line values: quantity times price is the line's total, and the lines add up to every stated
//! total, in the declaration and in the invoice.

use crate::check::{Ctx, Detail, Outcome};
use crate::facts::measure::shown;
use crate::facts::prices::{Priced, agree, half_step, is_part, lines};
use crate::facts::sums::totals_of;
use crate::facts::totals::measure_all;
use crate::facts::why::why;
use crate::link::{Group, Value};
use crate::model::FieldId;
use crate::normalize::quantity;
use crate::normalize::text::squeeze;
use std::collections::{BTreeMap, BTreeSet};

pub fn run(ctx: &Ctx<'_>) -> Outcome {
    let group = ctx.group;
    let lines = lines(ctx);
    if lines.iter().all(|l| l.amount.is_none()) {
        return Outcome::nothing(why!("no-amounts"));
    }
    let mut details: Vec<Detail> = lines.iter().filter_map(|l| product(group, l)).collect();
    // The totals of a table that holds several shipments are not one shipment's.
    if group.shipments.len() == 1 {
        details.extend(totals(group, &lines));
    }
    Outcome::judged(details, ctx.declaration())
}

/// What quantity times price should make, when it does not.
fn product(group: &Group<'_>, line: &Priced) -> Option<Detail> {
    let (quantity, price, amount) = (line.quantity?, line.price?, line.amount?);
    let read = |v: &Value| group.quantity(v).map(|q| q.value);
    let unread = [quantity, price, amount]
        .into_iter()
        .find(|v| read(v).is_none());
    if let Some(at) = unread {
        return Some(unclear(group, at).subject(line.subject.clone()));
    }
    let (count, each, total) = (read(&quantity)?, read(&price)?, read(&amount)?);
    let price_step = half_step(group.raw(&price)).min(0.005);
    let amount_step = half_step(group.raw(&amount)).max(0.005);
    if (count * each - total).abs() <= count.abs() * price_step + amount_step + 1e-6 {
        return None;
    }
    let (found, expected) = (shown(total), shown(count * each));
    let (count, each) = (shown(count), shown(each));
    let what = why!("product-differs"; count, each, expected, found);
    Some(
        Detail::fail(what, amount)
            .subject(line.subject.clone())
            .found(group.raw(&amount).trim())
            .expected(expected)
            .related(price)
            .related(quantity),
    )
}

/// A number of a line that cannot be reckoned with.
fn unclear(group: &Group<'_>, at: Value) -> Detail {
    let raw = group.raw(&at).trim();
    let what = why!("number-unclear"; found = raw);
    Detail::unknown(what, at).found(raw)
}

/// The sum of a paper's lines against its totals rows, and against the other papers' sums.
fn totals(group: &Group<'_>, lines: &[Priced]) -> Vec<Detail> {
    let mut papers: BTreeMap<u32, Vec<&Priced>> = BTreeMap::new();
    for line in lines
        .iter()
        .filter(|l| l.amount.is_some() || l.lost.is_some())
    {
        papers.entry(line.document).or_default().push(line);
    }
    let mut details = Vec::new();
    let mut first: Option<(u32, f64, &str, Value)> = None;
    for (document, lines) in papers {
        let currency = lines.first().map_or("", |l| l.currency.as_str());
        // Amounts in several currencies have no sum.
        if lines.iter().any(|l| l.currency != currency) {
            continue;
        }
        let amounts = || lines.iter().filter_map(|l| l.amount);
        let lost = lines.iter().filter_map(|l| l.lost);
        let unread = amounts().filter(|v| quantity::parse(group.raw(v)).is_none());
        if let Some(at) = lost.chain(unread).next() {
            let subject = format!("document d{}", document + 1);
            details.push(unclear(group, at).subject(subject));
            continue;
        }
        let Some(sum) = measure_all(group, amounts()) else {
            continue;
        };
        let Some(last) = lines.last().and_then(|l| l.amount) else {
            continue;
        };
        let stated = totals_of(group, document, FieldId::AMOUNT);
        details.extend(in_remarks(group, document, currency, sum));
        let read = |v: &Value| group.quantity(v).map(|q| q.value);
        let differs = |a: f64, b: f64| (a - b).abs() > 0.005 + 1e-9 * a.abs();
        // Sub-totals add up to less; the last one is the total.
        if let Some(total) = stated.last()
            && let Some(value) = read(total)
            && differs(value, sum)
            && !is_part(&stated, group, sum)
        {
            let (found, expected) = (group.raw(total).trim(), shown(sum));
            let what = why!("value-differs"; found, expected);
            details.push(
                Detail::fail(what, *total)
                    .subject(format!("document d{}", document + 1))
                    .found(found)
                    .expected(expected)
                    .related(last),
            );
        }
        let at = stated.last().copied().unwrap_or(last);
        match first {
            None => first = Some((document, sum, currency, at)),
            Some((other, known, money, place)) => {
                let same_terms = agree(group, document, other, FieldId::TERMS);
                let same_money = currency == money || currency.is_empty() || money.is_empty();
                if same_terms && same_money && differs(sum, known) {
                    details.push(between(known, sum, place, at));
                }
            }
        }
    }
    details
}

/// A total that stands in words outside the table: `货值合计USD7700.00`.
fn in_remarks(group: &Group<'_>, number: u32, currency: &str, sum: f64) -> Option<Detail> {
    let document = group.document(number)?;
    let (grid, understood) = (&document.grid, &document.understood);
    let words = &group.vocabulary.words;
    let rows = understood.records.iter().chain(&understood.totals);
    let of_table: BTreeSet<u32> = rows.map(|r| r.row).collect();
    let code = |name: &str| words.currencies.get(&squeeze(name)).cloned();
    let mut cells = (0..grid.cells.len()).filter(|cell| {
        let row = crate::model::grid::index(grid.row_of(*cell));
        !of_table.contains(&row)
    });
    cells.find_map(|cell| {
        let text = grid.cell_text(cell);
        if !text.bytes().any(|b| b.is_ascii_digit()) || text.len() > 400 {
            return None;
        }
        let ends = words.totals.iter().filter_map(|word| {
            let at = text.to_lowercase().find(word.as_str())?;
            text.get(at + word.len()..)
        });
        let rest = ends.min_by_key(|rest| rest.len())?;
        let rest = rest.split([';', '；', '\n', '。']).next()?;
        let read = quantity::parse(rest)?;
        let named = [quantity::prefix(rest), read.unit.clone()];
        let named = named
            .iter()
            .find_map(|n| code(n.trim_matches([':', '：', ' '])))?;
        let own = code(currency).unwrap_or_else(|| currency.to_uppercase());
        let differs = (read.value - sum).abs() > 0.005 + 1e-9 * sum.abs();
        let value = Some(cell).filter(|_| differs && (own.is_empty() || own == named));
        let value = group.whole_cell(number, value?, FieldId::AMOUNT)?;
        let (found, expected) = (shown(read.value), shown(sum));
        let what = why!("value-in-words-differs"; named, found, expected);
        let detail = Detail::fail(what, value).found(found).expected(expected);
        Some(detail.subject(format!("document d{}", number + 1)))
    })
}

fn between(known: f64, sum: f64, place: Value, at: Value) -> Detail {
    let (a, b) = (shown(known), shown(sum));
    let what = why!("papers-add-up-differently"; a, b);
    Detail::fail(what, at).found(b).expected(a).related(place)
}
