//! Where many reports name one model: those that can matter to a line, without looking at all for
//! every line.

use super::rank;
use crate::check::{Ctx, Reliance};
use crate::link::{FEW, Group, Key, Line};
use crate::model::{FieldId, Grade, work};
use crate::normalize::model;
use crate::pack::Pack;
use std::collections::HashMap;

/// The reports of a model that more than a few name, best first as far as that does not depend on
/// how a line spells the model or which report it names.
struct Ranked {
    first: Vec<(u32, u32)>,
    /// By the very and the plain spelling, best first.
    spelled: HashMap<String, Vec<(u32, u32)>>,
}

impl Ranked {
    fn new(ctx: &Ctx<'_>, pack: &Pack, line: &Line) -> Ranked {
        let group = ctx.group;
        // How good a report is does not depend on which of its models is meant.
        let by_report = group.reports_naming(line.key).chunk_by(|a, b| a.0 == b.0);
        let mut all: Vec<_> = by_report
            .filter_map(|pairs| {
                let (report, model) = *pairs.first()?;
                let alike = Reliance {
                    report,
                    model,
                    grade: Grade::Near,
                    names_it: true,
                    rival: None,
                };
                let order = rank(ctx, pack, line, &alike, None).order();
                Some(pairs.iter().map(move |pair| (order, *pair)))
            })
            .flatten()
            .inspect(|_| work::steps(1))
            .collect();
        all.sort_unstable();
        let mut spelled: HashMap<String, Vec<(u32, u32)>> = HashMap::new();
        for (_, pair) in &all {
            let report = group.reports.get(pair.0 as usize);
            let Some(named) = report.and_then(|r| r.models.get(pair.1 as usize)) else {
                continue;
            };
            let raw = named.within.as_deref().unwrap_or(group.raw(&named.value));
            let plain = plain(group, raw);
            let twice = plain == raw;
            for spelling in std::iter::once(plain).chain((!twice).then(|| raw.to_string())) {
                let pairs = spelled.entry(spelling).or_default();
                if pairs.len() < FEW {
                    pairs.push(*pair);
                }
            }
        }
        let first = all.into_iter().take(FEW).map(|(_, pair)| pair);
        Ranked {
            first: first.collect(),
            spelled,
        }
    }
}

/// A model as it is spelled, without labels and the like.
fn plain(group: &Group<'_>, raw: &str) -> String {
    let labels = &group.vocabulary.words.model_labels;
    model::clean(raw, labels).text.into_owned()
}

/// Which reports of a model can be the one a line relies on, or the second.
#[derive(Default)]
pub struct Foremost {
    /// By the model's key and the laboratory a line names.
    ranked: HashMap<(Key, String), Ranked>,
}

impl Foremost {
    /// The reports that name a line's model, in order; of many those that can be the best or the
    /// second: the first of all, of the line's spelling, of the user's other names for it, and
    /// those the line numbers.
    pub fn of(
        &mut self,
        ctx: &Ctx<'_>,
        pack: &Pack,
        line: &Line,
        raw: &str,
        stated: Option<&str>,
    ) -> Vec<(u32, u32)> {
        let group = ctx.group;
        let naming = group.reports_naming(line.key);
        if naming.len() <= FEW {
            return naming.to_vec();
        }
        let lab = line.field(group, FieldId::CNAS_NO);
        let lab = lab.map_or("", |v| group.raw(&v));
        let ranked = self.ranked.entry((line.key, lab.to_string()));
        let ranked = ranked.or_insert_with(|| Ranked::new(ctx, pack, line));
        let others = group.aliases.other_models(raw, &group.vocabulary.words);
        let others = others.into_iter().map(|name| plain(group, name));
        let spellings = [raw.to_string(), plain(group, raw)]
            .into_iter()
            .chain(others);
        let mut pairs: Vec<(u32, u32)> = ranked.first.clone();
        for spelling in spellings {
            pairs.extend(ranked.spelled.get(&spelling).into_iter().flatten());
        }
        if let Some(stated) = stated {
            pairs.extend(group.reports_naming_numbered(line.key, stated));
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }
}
