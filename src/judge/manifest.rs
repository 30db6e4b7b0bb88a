//! What a shipment's manifest says that no lane knows.

use crate::link::Group;
use crate::model::{FieldId, Problem};
use crate::normalize::text::{fold, squeeze};
use crate::pack::Pack;
use crate::read::did_you_mean;

/// Categories of goods a manifest names that none of the lanes' tables has.
pub fn categories(group: &Group<'_>, packs: &[Pack]) -> Vec<Problem> {
    let tables = packs.iter().filter_map(|p| {
        let applies_to = p.applies_to.as_ref()?;
        Some((p, p.parameters.goods(&applies_to.goods), &applies_to.goods))
    });
    let tables: Vec<_> = tables.collect();
    let goods = || tables.iter().flat_map(|(_, goods, _)| goods.iter());
    let known = |text: &str| {
        let own = squeeze(text);
        let named = |g: &crate::check::Goods| {
            [&g.key, &g.name.en, &g.name.zh]
                .into_iter()
                .any(|n| squeeze(n) == own)
        };
        let worded = || {
            let finders = tables.iter().map(|(p, _, name)| p.parameters.words(name));
            finders.into_iter().any(|w| w.first(&fold(text)).is_some())
        };
        goods().any(named) || worded()
    };
    let keys: Vec<&str> = goods().map(|g| g.key.as_str()).collect();
    let mut problems = Vec::new();
    for (document, record) in group.entries("manifest") {
        let Some(value) = group.entry(document, record, FieldId::CATEGORY) else {
            continue;
        };
        let raw = group.raw(&value).trim();
        let Some(of) = group.document(document).filter(|_| !known(raw)) else {
            continue;
        };
        let near = did_you_mean(raw, &keys);
        let problem = Problem::unknown_category(&of.path, raw, near.split('`').nth(1));
        problems.push(problem.at(of.part.as_deref(), group.spot(&value)));
    }
    problems
}
