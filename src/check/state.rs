//! Whether an entry of a register or a certificate still stands: its state and its remarks.

use super::{Ctx, Detail};
use crate::link::{Said, Value};
use crate::model::Say;
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
            let what = Say::new(
                format!("{name} is in the state “{raw}”, which is not understood."),
                format!("{name} 的状态为“{raw}”，无法识别。"),
            );
            let fix = Say::new(
                "Say whether it is in force: 有效 / valid.",
                "请写明是否有效（有效 / valid）。",
            );
            return Some(Detail::unknown(what, value).found(raw).fix(fix));
        }
    }
    let mut said = says
        .iter()
        .filter(|s| s.about == About::This && voids(s.status));
    said.next()
        .map(|s| does_not_hold(name, s.at, group.raw(&s.at).trim()))
}

fn does_not_hold(name: &str, at: Value, raw: &str) -> Detail {
    let what = Say::new(
        format!("{name} is marked “{raw}”: it does not count."),
        format!("{name} 标有“{raw}”，不能采用。"),
    );
    Detail::fail(what, at).found(raw)
}
