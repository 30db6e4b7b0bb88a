//! Whether an entry of a register or a certificate still stands: its state and its remarks.

use super::{Ctx, Detail};
use crate::facts::why::why;
use crate::link::{Said, Value};
use crate::normalize::sentence::{About, Statement, Status};

/// What takes an entry back: a state that does not hold, or one that is not understood.
pub fn taken_back(
    ctx: &Ctx<'_>,
    name: &str,
    state: Option<Value>,
    says: &[Said],
) -> Option<Detail> {
    let group = ctx.group;
    let sentences = &group.vocabulary.sentences;
    let voids = |status: Status| sentences.not_current.contains(&status);
    let own = |s: &Statement| s.about == About::This && s.status != Status::Replaces;
    if let Some(value) = state {
        let raw = group.raw(&value).trim();
        let said = sentences.statements(raw, None);
        if said.iter().any(|s| own(s) && voids(s.status)) {
            return Some(does_not_hold(name, value, raw));
        }
        if !said
            .iter()
            .any(|s| own(s) && matches!(s.status, Status::Good | Status::Passed))
        {
            let what = why!("status-unread"; name, status = raw);
            return Some(Detail::unknown(what, value).found(raw));
        }
    }
    let mut said = says
        .iter()
        .filter(|s| s.about == About::This && voids(s.status));
    said.next()
        .map(|s| does_not_hold(name, s.at, group.raw(&s.at).trim()))
}

fn does_not_hold(name: &str, at: Value, raw: &str) -> Detail {
    let what = why!("status-not-in-force"; name, status = raw);
    Detail::fail(what, at).found(raw)
}
