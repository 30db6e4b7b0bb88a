//! Columns of several fields, whose values stand one under the other in the heading's order:
//! `单价/总价/币制` over `52.00`, `10400.00`, `美元`, in the lines of one cell or in further rows.

use crate::model::{Field, FieldId, Kind};
use crate::normalize::quantity;

/// The values of one cell: field, and where its text begins and ends. More lines than fields belong
/// to the last field.
pub fn parts(text: &str, stack: &[FieldId], kind: &Kind) -> Vec<(FieldId, usize, usize)> {
    let mut pieces = pieces(text, '\n');
    if let [_] = pieces.as_slice() {
        let beside = pieces_of_numbers(text, stack, kind);
        pieces = beside.unwrap_or(pieces);
    }
    let mut parts: Vec<(FieldId, usize, usize)> = Vec::new();
    for (n, (from, to)) in pieces.into_iter().enumerate() {
        match (stack.get(n), parts.last_mut()) {
            (Some(id), _) => parts.push((*id, from, to)),
            (None, Some(last)) => last.2 = to,
            (None, None) => {}
        }
    }
    parts
}

/// The lines of a cell that holds several quantities, each with its unit: `200辆`, `1800千克`. They
/// are values of one field.
pub fn quantities(text: &str) -> Option<Vec<(usize, usize)>> {
    if !text.contains('\n') {
        return None;
    }
    let lines = pieces(text, '\n');
    let with_unit = |(from, to): &(usize, usize)| {
        let read = text.get(*from..*to).and_then(quantity::parse);
        read.is_some_and(|q| !q.unit.is_empty())
    };
    (lines.len() > 1 && lines.iter().all(with_unit)).then_some(lines)
}

/// The values of a further row of the same record take the fields after those it has already; more
/// than there are fields belong to the last.
pub fn follow_on(further: &mut [Field], have: &[Field], stack: &[FieldId]) {
    let of_stack = |f: &&Field| stack.contains(&f.id);
    let taken = have.iter().filter(of_stack).count();
    let mut next = stack.get(taken..).unwrap_or(&[]).iter();
    for field in further.iter_mut().filter(|f| stack.contains(&f.id)) {
        if let Some(id) = next.next().or(stack.last()) {
            field.id = *id;
        }
    }
}

/// `5460/4860` under a heading of as many fields, where the numbers read as numbers.
fn pieces_of_numbers(text: &str, stack: &[FieldId], kind: &Kind) -> Option<Vec<(usize, usize)>> {
    let pieces = pieces(text, '/');
    if pieces.len() != stack.len() {
        return None;
    }
    let mut numbers = 0;
    for (id, (from, to)) in stack.iter().zip(&pieces) {
        if kind.field(*id)?.field_type.is_number() {
            quantity::parse(text.get(*from..*to)?)?;
            numbers += 1;
        }
    }
    (numbers > 0).then_some(pieces)
}

/// Where the pieces between separators begin and end, without the spaces around them.
fn pieces(text: &str, separator: char) -> Vec<(usize, usize)> {
    let mut from = 0;
    let mut pieces = Vec::new();
    for piece in text.split(separator) {
        let trimmed = piece.trim();
        let start = from + (piece.len() - piece.trim_start().len());
        if !trimmed.is_empty() {
            pieces.push((start, start + trimmed.len()));
        }
        from += piece.len() + separator.len_utf8();
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_take_the_fields_in_order_and_the_last_takes_the_rest() {
        let stack = [FieldId::QUANTITY, FieldId::UNIT];
        let kind = Kind {
            name: String::new(),
            title: crate::model::Say::default(),
            titles: Vec::new(),
            not_titles: Vec::new(),
            needs: Vec::new(),
            usual: Vec::new(),
            never: Vec::new(),
            set_aside: false,
            record_begins: Vec::new(),
            fields: Vec::new(),
        };
        let of = |text: &'static str| -> Vec<(FieldId, &str)> {
            parts(text, &stack, &kind)
                .into_iter()
                .map(|(id, from, to)| (id, text.get(from..to).unwrap()))
                .collect()
        };
        assert_eq!(
            of("200\n 辆 \n\n(整车)"),
            [(FieldId::QUANTITY, "200"), (FieldId::UNIT, "辆 \n\n(整车)")]
        );
        assert_eq!(of("200辆"), [(FieldId::QUANTITY, "200辆")]);
        assert_eq!(of("200/辆"), [(FieldId::QUANTITY, "200/辆")]);
        assert_eq!(of(" "), []);
    }
}
