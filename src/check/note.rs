//! `note`: what the destination asks for besides. Said once per shipment; never a verdict.

use super::{Ctx, Detail, FieldPath, Judges, Outcome, SubjectKind};
use crate::facts::statements;
use crate::facts::why::why;
use crate::link::Value;
use crate::model::{OutcomeKind, Say};
use crate::normalize::country;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Fields that name the destination.
    destination: Vec<FieldPath>,
    /// A parameter of notes.
    notes: String,
}

impl Judges for Note {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment];
    const REASONS: &str =
        "asked-for-there country-not-known no-destination no-note-for-destination";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.notes]
    }

    fn adverse(&self) -> OutcomeKind {
        OutcomeKind::Note
    }

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        let group = ctx.group;
        let words = &group.vocabulary.words;
        let stated = self.destination.iter().flat_map(|p| statements(ctx, p));
        let stated: Vec<Value> = stated.collect();
        let Some(first) = stated.first() else {
            let what = why!("no-destination");
            return Outcome::one(Detail::unknown(what, ctx.declaration()));
        };
        let notes = ctx.parameters.notes(&self.notes);
        let mut chosen: Vec<(usize, Value)> = Vec::new();
        let mut unread = None;
        for value in &stated {
            let Some(code) = country::code(group.raw(value), &words.countries) else {
                unread = unread.or(Some(*value));
                continue;
            };
            let set = words.country_groups.get(code);
            let meant = |c: &String| c == code || set == Some(c);
            let own = notes.iter().position(|n| n.countries.iter().any(meant));
            // A note without countries is for all others.
            let note = own.or_else(|| notes.iter().position(|n| n.countries.is_empty()));
            if let Some(note) = note
                && !chosen.iter().any(|(known, _)| *known == note)
            {
                chosen.push((note, *value));
            }
        }
        if chosen.is_empty() {
            let Some(value) = unread else {
                return Outcome::nothing(why!("no-note-for-destination"));
            };
            let raw = group.raw(&value).trim();
            let what = why!("country-not-known"; found = raw);
            return Outcome::one(Detail::unknown(what, value).found(raw));
        }
        let said = chosen.iter().filter_map(|(n, _)| notes.get(*n));
        let notes = Say::joined(said.map(|n| &n.note));
        let mut detail =
            Detail::note(why!("asked-for-there"; notes), *first).found(group.raw(first).trim());
        for (_, value) in chosen.iter().skip(1) {
            detail = detail.related(*value);
        }
        Outcome::one(detail)
    }
}
