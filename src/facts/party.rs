//! Same party: one answer for all checks.

use crate::link::{Group, Value};
use crate::model::Grade;
use crate::normalize::compare::Compared;

/// How two names of a party differ; nothing where they are one: the same after clean-up, by a legal
/// form, an alias or a credit code. A name that merely holds the other is another.
pub fn apart(group: &Group<'_>, a: &Value, b: &Value) -> Option<Compared> {
    let compared = group.parties(a, b);
    (compared.grade > Grade::Alias).then_some(compared)
}
