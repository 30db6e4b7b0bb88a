//! Two statements of a party compared: their names, joined by the alias table or by the credit codes
//! that stand with them.

use super::{Group, Value};
use crate::model::{FieldId, Grade, Say};
use crate::normalize::company;
use crate::normalize::compare::{self, Compared};

/// The field in which a party's code stands.
const CODES: [(FieldId, FieldId); 4] = [
    (FieldId::CONSIGNOR, FieldId::CONSIGNOR_CODE),
    (FieldId::PRODUCER, FieldId::PRODUCER_CODE),
    (FieldId::APPLICANT, FieldId::APPLICANT_CODE),
    (FieldId::MANUFACTURER, FieldId::MANUFACTURER_CODE),
];

impl Group<'_> {
    /// The grade of two statements of a party. Names with one credit code are one company under two
    /// names, whatever their script; one name with two codes is two companies.
    pub fn parties(&self, a: &Value, b: &Value) -> Compared {
        let (x, y) = (self.raw(a), self.raw(b));
        let words = &self.vocabulary.words;
        let joined = self.aliases.company(x, y, words);
        let compared = compare::companies(x, y, words, joined);
        match (self.party_code(a), self.party_code(b)) {
            (Some(p), Some(q)) if p == q && compared.grade > Grade::Alias => Compared {
                grade: Grade::Alias,
                reason: Say::new(
                    format!("two names with one credit code, {p}"),
                    format!("名称不同，信用代码相同：{p}"),
                ),
            },
            (Some(p), Some(q)) if p != q && compared.grade < Grade::Different => Compared {
                grade: Grade::Different,
                reason: Say::new(
                    format!("two credit codes: {p} and {q}"),
                    format!("信用代码不同：{p} 与 {q}"),
                ),
            },
            _ => compared,
        }
    }

    /// The social credit code that stands with a party: in its own text, else in the field beside it.
    fn party_code(&self, value: &Value) -> Option<String> {
        let own = company::parts(self.raw(value), &self.vocabulary.words).code;
        own.or_else(|| {
            let (_, field) = CODES.iter().find(|(name, _)| *name == value.field.id)?;
            let raw = self.raw(&self.header(value.document, *field)?);
            let (start, end) = company::code_in(raw)?;
            raw.get(start..end).map(str::to_string)
        })
        .filter(|code| code.len() == 18)
    }
}
