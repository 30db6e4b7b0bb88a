//! `checklist`: what the shipment's manifest says of each thing to have ready.

use super::{Ctx, Detail, ItemTopic, Outcome};
use crate::link::{Group, Value};
use crate::model::{CellKind, FieldId, Say, Spot};
use crate::normalize::text::{fold, squeeze};
use crate::normalize::words::WordFinder;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// A parameter of items.
    items: String,
    /// A list of the names its section has in a manifest.
    under: String,
    /// A list of answers that mean ready, or not needed.
    ready: String,
}

impl Checklist {
    pub fn parameters(&self) -> Vec<&str> {
        vec![&self.items, &self.under, &self.ready]
    }

    pub fn run(&self, ctx: &Ctx<'_>) -> Outcome {
        let group = ctx.group;
        let answers = answers(group, ctx.parameters.list(&self.under));
        if answers.is_empty() {
            let what = Say::new(
                "No manifest with an inspection checklist lies beside the shipment.",
                "没有找到含查验清单的货运说明。",
            );
            let document = ctx.shipment.declarations.first().copied().unwrap_or(0);
            return Outcome::one(Detail::unstated(what, document));
        }
        let items = ctx.parameters.items(&self.items);
        let words = ctx.parameters.words(&self.items);
        let ready: Vec<String> = ctx
            .parameters
            .list(&self.ready)
            .iter()
            .map(|w| squeeze(w))
            .collect();
        let mut open: Vec<(&ItemTopic, Option<Value>)> = Vec::new();
        for (number, item) in items.iter().enumerate() {
            let own = answers
                .iter()
                .find(|(name, _)| names(words, number, item, name));
            let done = own.is_some_and(|(_, v)| ready.contains(&squeeze(group.raw(v))));
            if !done {
                open.push((item, own.map(|(_, v)| *v)));
            }
        }
        let Some((_, first)) = answers.first() else {
            return Outcome::NotApplicable;
        };
        if open.is_empty() {
            return Outcome::pass();
        }
        let (en, zh): (Vec<&str>, Vec<&str>) = open
            .iter()
            .map(|(item, _)| (item.name.en.as_str(), item.name.zh.as_str()))
            .unzip();
        let what = Say::new(
            format!(
                "Not ready for remote inspection by the manifest: {}.",
                en.join(", ")
            ),
            format!("货运说明中远程查验尚未就绪：{}。", zh.join("、")),
        );
        let at = open.iter().find_map(|(_, v)| *v).unwrap_or(*first);
        let mut detail = Detail::fail(what, at).found(group.raw(&at).trim());
        for value in open
            .iter()
            .filter_map(|(_, v)| *v)
            .filter(|v| v.field.cell != at.field.cell)
        {
            detail = detail.related(value);
        }
        Outcome::one(detail)
    }
}

/// Whether an entry's name is an item's, by key or word.
fn names(words: &WordFinder, number: usize, item: &ItemTopic, name: &str) -> bool {
    squeeze(name) == squeeze(&item.key)
        || words
            .owners(&fold(&name.replace(['_', '-'], " ")))
            .iter()
            .any(|o| usize::from(*o) == number)
}

/// The entries of the manifests' section: name and answer.
fn answers(group: &Group<'_>, under: &[String]) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (document, paper) in group.of_kind("manifest") {
        let grid = &paper.grid;
        let cells = grid.cells.iter().enumerate();
        for (number, _) in cells.filter(|(_, c)| c.kind != CellKind::Key) {
            let Spot::Pointer(pointer) = grid.spot(number) else {
                continue;
            };
            let mut steps = pointer.trim_start_matches('/').rsplit('/');
            let (Some(name), Some(section)) = (steps.next(), steps.next()) else {
                continue;
            };
            if !under.iter().any(|u| squeeze(u) == squeeze(section)) {
                continue;
            }
            let value = group.whole_cell(document, number, FieldId::INSPECTION);
            found.extend(value.map(|v| (name.to_string(), v)));
        }
    }
    found
}
