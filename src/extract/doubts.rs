//! Values that do not read as their field's type: dates that could be two days or none, numbers
//! that are none. Named once per field with the first place; what depends on them stays unknown.

use crate::model::{CellKind, Document, Field, FieldId, FieldType, Kind, Problem, Words};
use crate::normalize::date::{self, ReadDate};
use crate::normalize::differ::LONGEST;
use crate::normalize::text::squeeze;
use crate::normalize::{hs, model, quantity};
use std::collections::BTreeMap;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Doubt {
    TwoDays,
    NoDate,
    NoNumber,
    NoCode,
    NoName,
    BecameDate,
    BecameNumber,
    FloatCode,
}

/// What a document's fields hold that cannot be read.
pub fn find(document: &Document, kind: &Kind, words: &Words) -> Vec<Problem> {
    let understood = &document.understood;
    let mut found: BTreeMap<(FieldId, Doubt), (Field, usize)> = BTreeMap::new();
    // What a column says again right below is as well understood.
    let mut fine: BTreeMap<FieldId, (Option<CellKind>, &str)> = BTreeMap::new();
    let rows = understood.records.iter();
    let in_rows = rows.flat_map(|record| understood.record_fields(record));
    for field in understood.header.fields.iter().chain(in_rows) {
        let Some(known) = kind.field(field.id) else {
            continue;
        };
        if known.field_type == FieldType::Text {
            continue;
        }
        let cell = document.grid.cells.get(field.cell as usize);
        let stated = (cell.map(|c| c.kind), document.raw(field));
        if fine.get(&field.id) == Some(&stated) {
            continue;
        }
        if let Some(doubt) = doubt(document, field, known.field_type, words) {
            found.entry((field.id, doubt)).or_insert((*field, 0)).1 += 1;
        } else {
            fine.insert(field.id, stated);
        }
    }
    let heading = |id: FieldId| kind.field(id).map_or("", |f| f.heading.as_str());
    found
        .into_iter()
        .map(|((id, doubt), (first, count))| {
            let raw = document.raw(&first).trim();
            let (path, part) = (&document.path, document.part.as_deref());
            let problem = match doubt {
                Doubt::TwoDays => Problem::two_days(path, heading(id), raw, count),
                Doubt::NoDate => {
                    let wanted = if date::has_short_year(raw) {
                        &FULL_DATE
                    } else {
                        &DATE
                    };
                    Problem::unreadable_value(path, heading(id), raw, count, wanted)
                }
                Doubt::NoNumber => {
                    Problem::unreadable_value(path, heading(id), raw, count, &NUMBER)
                }
                Doubt::NoName => Problem::unreadable_value(path, heading(id), raw, count, &NAME),
                Doubt::BecameDate => Problem::became(path, heading(id), raw, count, &DATE),
                Doubt::BecameNumber => Problem::became(path, heading(id), raw, count, &SCIENTIFIC),
                Doubt::FloatCode => Problem::became(path, heading(id), raw, count, &FLOAT),
                Doubt::NoCode => Problem::unreadable_value(path, heading(id), raw, count, &CODE),
            };
            problem.at(part, document.spot(&first))
        })
        .collect()
}

/// What a value should have been, in English and Chinese.
const DATE: (&str, &str) = ("a date", "日期");
const FULL_DATE: (&str, &str) = ("a date with its year in four digits", "四位年份的日期");
const NUMBER: (&str, &str) = ("one number", "一个数字");
const NAME: (&str, &str) = ("a name: it is longer than any", "名称：比任何名称都长");
const SCIENTIFIC: (&str, &str) = ("a number in scientific notation", "科学计数法的数字");
const FLOAT: (&str, &str) = ("a code with the .0 of a number", "带小数 .0 的编码");
const CODE: (&str, &str) = ("an HS code", "商品编号");

fn doubt(document: &Document, field: &Field, kind: FieldType, words: &Words) -> Option<Doubt> {
    let raw = document.raw(field);
    let cell = document.grid.cells.get(field.cell as usize);
    let is = |wanted: CellKind| cell.is_some_and(|c| c.kind == wanted);
    let doubt = match kind {
        FieldType::Model | FieldType::Carton if is(CellKind::Date) => Doubt::BecameDate,
        FieldType::Model | FieldType::Carton if is(CellKind::Number) && is_scientific(raw) => {
            Doubt::BecameNumber
        }
        FieldType::Hs if hs::without_decimals(raw.trim()) != raw.trim() => Doubt::FloatCode,
        FieldType::Date => match date::parse(raw) {
            ReadDate::Day(_) => return None,
            ReadDate::Ambiguous if date::last_day(raw).is_some() => return None,
            ReadDate::Ambiguous => Doubt::TwoDays,
            ReadDate::No if words.no_limit.contains(&squeeze(raw)) => return None,
            ReadDate::No => Doubt::NoDate,
        },
        // What a printed line says beside a number is no fault of the number.
        kind if kind.is_number() && !document.grid.is_prose() => {
            // Several lines are several numbers, each with its unit.
            let one = |line: &str| quantity::parse(line).is_some() || line.trim().is_empty();
            if quantity::of(document, field).is_some() || one(raw) || raw.split('\n').all(one) {
                return None;
            }
            Doubt::NoNumber
        }
        // A list of models is long; none of them is.
        FieldType::Model => {
            let parts = model::split(raw, false);
            if parts.iter().all(|(start, end)| end - start <= LONGEST) {
                return None;
            }
            Doubt::NoName
        }
        FieldType::Hs => {
            let numeric = is(CellKind::Number);
            // Lists and certificates name headings of four digits and more.
            let code = hs::parse(raw, numeric);
            let written = !raw.contains(char::is_alphabetic);
            if code.valid || written && (4..=13).contains(&code.digits.len()) {
                return None;
            }
            Doubt::NoCode
        }
        _ => return None,
    };
    let valueless =
        is(CellKind::Error) || is(CellKind::NoValue) || cell.is_some_and(|c| c.marks.takes_back());
    (!valueless && !model::is_null(raw, &words.null_tokens)).then_some(doubt)
}

/// A number of so many digits that a sheet shows it as 7E+11, or is asked to.
fn is_scientific(raw: &str) -> bool {
    let digits = raw.bytes().filter(u8::is_ascii_digit).count();
    raw.contains("E+") || digits == raw.trim().len() && digits >= 12
}
