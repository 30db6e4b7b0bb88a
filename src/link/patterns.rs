//! Models a report means by a pattern.

use super::keys::{Key, Keys};
use super::{Group, NamedModel, Shipment};
use crate::normalize::range;

/// So many models one pattern means at most.
const MOST: usize = 200;

/// Takes declared models that a report means by a pattern (`LQ-2**`) as named within it.
pub fn meet(group: &mut Group<'_>, shipments: &[Shipment], keys: &Keys) {
    let wild = |text: &str| text.contains(['*', '＊', '?', '？', 'x', 'X']);
    let mut reports = std::mem::take(&mut group.reports);
    let mut declared: Option<Vec<(&str, Key)>> = None;
    for report in &mut reports {
        let mut met = Vec::new();
        for named in report.models.iter().filter(|m| m.within.is_none()) {
            let pattern = group.raw(&named.value);
            if !wild(pattern) || range::beginning(pattern).is_empty() {
                continue;
            }
            let names = declared.get_or_insert_with(|| declared_models(group, shipments, keys));
            // The names are sorted: those that begin alike stand together.
            let begins = range::beginning(pattern);
            let from = names.partition_point(|(name, _)| *name < begins);
            let alike = names.get(from..).unwrap_or(&[]).iter();
            let alike = alike.take_while(|(name, _)| name.starts_with(begins));
            let fits = alike
                .filter(|(name, key)| *key != named.key && range::takes_in(pattern, name))
                .take(MOST);
            met.extend(fits.map(|(name, key)| NamedModel {
                value: named.value,
                key: *key,
                within: Some((*name).into()),
            }));
        }
        met.retain(|m| !report.models.iter().any(|n| n.key == m.key));
        report.models.extend(met);
    }
    group.reports = reports;
}

/// The declared models, each once, in order.
fn declared_models<'a>(
    group: &Group<'a>,
    shipments: &[Shipment],
    keys: &Keys,
) -> Vec<(&'a str, Key)> {
    let lines = shipments.iter().flat_map(|s| &s.lines);
    let mut names: Vec<(&str, Key)> = lines
        .filter_map(|l| Some((group.raw(&l.model?).trim(), l.key)))
        .collect();
    names.sort_unstable_by(|a, b| a.0.cmp(b.0).then(keys.text(a.1).cmp(keys.text(b.1))));
    names.dedup();
    names
}
