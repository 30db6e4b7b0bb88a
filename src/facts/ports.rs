//! Which port a text names.

use super::{Ctx, PortName};
use crate::extract::Listed;
use crate::link::Value;
use crate::normalize::port;
use crate::normalize::text::fold;
use crate::normalize::words::WordFinder;

pub fn listed<'c>(ctx: &'c Ctx<'_>, value: &Value) -> Option<&'c Listed> {
    let words = &ctx.group.vocabulary.words;
    let name = port::normal(ctx.group.raw(value), words).text;
    let ports = ctx.group.vocabulary.lists.ports.iter();
    ports.into_iter().find(|p| p.name.en == name)
}

/// The id of the largest port a place is a part of.
pub fn largest<'c>(ctx: &'c Ctx<'_>, port: &'c Listed) -> &'c str {
    let ports = &ctx.group.vocabulary.lists.ports;
    let mut at = port;
    for _ in 0..ports.len() {
        match at
            .part_of
            .as_ref()
            .and_then(|of| ports.iter().find(|p| p.id == *of))
        {
            Some(larger) => at = larger,
            None => break,
        }
    }
    &at.id
}

/// Whether a text names one of the ports, by a word or a customs code.
pub fn names_port(raw: &str, words: &WordFinder, ports: &[PortName]) -> bool {
    let folded = fold(raw);
    words.first(&folded).is_some()
        || folded.split(|c: char| !c.is_ascii_digit()).any(|digits| {
            ports
                .iter()
                .any(|p| p.codes.iter().any(|code| code == digits))
        })
}
