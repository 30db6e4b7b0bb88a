//! `provided`: the documents a shipment needs are there and were read whole.

use super::{Ctx, Detail, Outcome};
use crate::model::Say;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provided {
    /// Kinds of which at least one document must be there.
    #[serde(default)]
    kinds: Vec<String>,
    /// A parameter of categories whose documents are needed by the goods that fall in one.
    #[serde(default)]
    by_category: Option<String>,
    /// Every file of a document format must have been read whole.
    #[serde(default)]
    read_whole: bool,
}

impl Provided {
    pub fn parameter(&self) -> Option<&str> {
        self.by_category.as_deref()
    }

    pub fn run(&self, ctx: &Ctx<'_>) -> Outcome {
        let mut details = Vec::new();
        let group = ctx.group;
        let declaration = ctx.shipment.declarations.first().copied();
        let has = |kind: &str| match kind {
            "declaration" => !ctx.shipment.lines.is_empty(),
            "packing-list" => !ctx.shipment.packed.is_empty() && !ctx.shipment.packing_unclear,
            kind => group.of_kind(kind).next().is_some(),
        };
        for kind in &self.kinds {
            if !has(kind) {
                let name = kind_name(ctx, kind);
                let what = Say::new(
                    format!("No {} was found.", name.en),
                    format!("没有找到{}。", name.zh),
                );
                details.push(missing(what, declaration).expected(kind.clone()));
            }
        }
        if let Some(parameter) = &self.by_category {
            for (number, category) in ctx.parameters.goods(parameter).iter().enumerate() {
                let lines: Vec<u32> = ctx
                    .goods
                    .iter()
                    .enumerate()
                    .filter(|(_, g)| g.names(number))
                    .map(|(i, _)| crate::model::grid::index(i))
                    .collect();
                let Some(first) = lines.first() else { continue };
                for kind in category.documents.iter().filter(|k| !has(k)) {
                    let name = kind_name(ctx, kind);
                    let what = Say::new(
                        format!(
                            "The policy for {} asks for a {}; none was found.",
                            category.name.en, name.en
                        ),
                        format!("{}类货物需要{}，没有找到。", category.name.zh, name.zh),
                    );
                    let line = ctx.shipment.lines.get(*first as usize);
                    let at = line.and_then(|l| l.hs.or_else(|| l.descriptions(group).next()));
                    let detail = match at {
                        Some(value) => Detail::unknown(what, value),
                        None => missing(what, declaration),
                    };
                    details.push(detail.expected(kind.clone()).lines(lines.clone()));
                }
            }
        }
        if self.read_whole {
            for problem in &group.unread {
                let what = Say::new(
                    format!("{}: {}.", problem.path, problem.message.en),
                    format!("{}：{}。", problem.path, problem.message.zh),
                );
                let at = group
                    .documents
                    .iter()
                    .position(|d| d.path == problem.path)
                    .map(crate::model::grid::index);
                let name = at.map_or_else(|| problem.path.clone(), |n| format!("d{}", n + 1));
                details.push(
                    missing(what, at)
                        .found(problem.path.clone())
                        .subject(format!("document {name}"))
                        .fix(problem.hint.clone()),
                );
            }
        }
        Outcome::Judged(details)
    }
}

fn missing(what: Say, document: Option<u32>) -> Detail {
    match document {
        Some(document) => Detail::unstated(what, document),
        None => Detail::nothing_there(what),
    }
}

/// The name of a kind in words.
pub fn kind_name(ctx: &Ctx<'_>, kind: &str) -> Say {
    ctx.group
        .vocabulary
        .kinds
        .iter()
        .find(|k| k.name == kind)
        .map_or_else(|| Say::same(kind), |k| k.title.clone())
}
