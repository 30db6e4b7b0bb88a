//! `note`: what the destination asks for besides. Said once per shipment; never a verdict.

use super::{Ctx, Detail, FieldPath, Outcome};
use crate::facts::statements;
use crate::link::Value;
use crate::model::Say;
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

impl Note {
    pub fn parameter(&self) -> &str {
        &self.notes
    }

    pub fn run(&self, ctx: &Ctx<'_>) -> Outcome {
        let group = ctx.group;
        let words = &group.vocabulary.words;
        let stated = self.destination.iter().flat_map(|p| statements(ctx, p));
        let stated: Vec<Value> = stated.collect();
        let Some(first) = stated.first() else {
            let what = Say::new(
                "No destination is stated; what its market asks for is not known here.",
                "没有写明目的国，无法提示其市场要求。",
            );
            let document = ctx.shipment.declarations.first().copied().unwrap_or(0);
            return Outcome::one(Detail::unstated(what, document));
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
                return Outcome::NotApplicable;
            };
            let raw = group.raw(&value).trim();
            let what = Say::new(
                format!("“{raw}” is no country known here; what its market asks for is not known."),
                format!("“{raw}”不是已知的国家名称，无法提示其市场要求。"),
            );
            return Outcome::one(Detail::unknown(what, value).found(raw));
        }
        let said = chosen.iter().filter_map(|(n, _)| notes.get(*n));
        let (en, zh): (Vec<&str>, Vec<&str>) = said
            .map(|n| (n.note.en.as_str(), n.note.zh.as_str()))
            .unzip();
        let mut detail = Detail::note(Say::new(en.join(" "), zh.concat()), *first)
            .found(group.raw(first).trim());
        for (_, value) in chosen.iter().skip(1) {
            detail = detail.related(*value);
        }
        Outcome::one(detail)
    }
}
