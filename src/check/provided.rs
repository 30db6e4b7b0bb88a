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
    /// A list of formats: the documents the categories name must be in one of them. Whether they
    /// are there is another rule's to say.
    #[serde(default)]
    formats: Option<String>,
    /// Every file of a document format must have been read whole.
    #[serde(default)]
    read_whole: bool,
}

impl Provided {
    /// Whether it is documents that may be missing, not their form.
    pub fn asks_for_documents(&self) -> bool {
        self.formats.is_none()
    }

    pub fn parameters(&self) -> Vec<&str> {
        let named = self.by_category.iter().chain(&self.formats);
        named.map(String::as_str).collect()
    }

    pub fn run(&self, ctx: &Ctx<'_>) -> Outcome {
        if let (Some(categories), Some(formats)) = (&self.by_category, &self.formats) {
            return structured(ctx, categories, ctx.parameters.list(formats));
        }
        let mut details = Vec::new();
        let group = ctx.group;
        // What is missing is said at the declaration, else at what there is.
        let declaration = ctx.shipment.declarations.first().copied();
        let declaration = declaration.or((!group.documents.is_empty()).then_some(0));
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
            for (name, documents, lines) in demanded(ctx, parameter) {
                let Some(first) = lines.first() else { continue };
                for kind in documents.iter().filter(|k| !has(k)) {
                    let title = kind_name(ctx, kind);
                    let what = Say::new(
                        format!(
                            "The policy for {} asks for a {}; none was found.",
                            name.en, title.en
                        ),
                        format!("{}类货物需要{}，没有找到。", name.zh, title.zh),
                    );
                    let line = ctx.shipment.lines.get(*first as usize);
                    let at = line.and_then(|l| l.hs.or_else(|| l.descriptions(group).next()));
                    let detail = match at {
                        Some(value) => Detail::unknown(what, value),
                        None => missing(what, declaration),
                    };
                    details.push(detail.expected((*kind).to_string()).lines(lines.clone()));
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

/// The documents each category of the selected lines asks for: its name, the kinds, its lines.
/// Lines of the pilot list that fall in no category need what every category asks for.
fn demanded<'c>(ctx: &'c Ctx<'_>, parameter: &str) -> Vec<(Say, Vec<&'c str>, Vec<u32>)> {
    let table = ctx.parameters.goods(parameter);
    let lines = |wanted: &dyn Fn(&crate::check::Classified) -> bool| -> Vec<u32> {
        let named = ctx.goods.iter().enumerate().filter(|(_, g)| wanted(g));
        named.map(|(i, _)| crate::model::grid::index(i)).collect()
    };
    let kinds = |documents: &'c [String]| documents.iter().map(String::as_str);
    let mut all: Vec<(Say, Vec<&str>, Vec<u32>)> = Vec::new();
    for (number, category) in table.iter().enumerate() {
        let own = lines(&|g| g.names(number));
        all.push((
            category.name.clone(),
            kinds(&category.documents).collect(),
            own,
        ));
    }
    let common = table.first().map_or(&[][..], |g| g.documents.as_slice());
    let common = kinds(common).filter(|k| table.iter().all(|g| g.documents.iter().any(|d| d == k)));
    let none = lines(&|g| g.selected && g.by_code.is_empty() && g.by_words.is_empty());
    let name = Say::new("goods of the pilot list", "试点清单");
    all.push((name, common.collect(), none));
    all
}

/// The documents the lines' categories name are in one of the formats a program reads as data.
fn structured(ctx: &Ctx<'_>, categories: &str, formats: &[String]) -> Outcome {
    let mut details = Vec::new();
    let mut any = false;
    let demanded = demanded(ctx, categories);
    for (number, document) in ctx.group.documents.iter().enumerate() {
        let number = crate::model::grid::index(number);
        let Some(kind) = document.understood.kind.as_deref() else {
            continue;
        };
        let asking = demanded
            .iter()
            .filter(|(_, kinds, _)| kinds.contains(&kind));
        let mut lines: Vec<u32> = asking.flat_map(|(_, _, lines)| lines).copied().collect();
        lines.sort_unstable();
        lines.dedup();
        if lines.is_empty() {
            continue;
        }
        any = true;
        if formats.iter().any(|f| f == document.format) {
            continue;
        }
        let name = kind_name(ctx, kind);
        let (label, format) = (document.label(), document.format.to_uppercase());
        let what = Say::new(
            format!(
                "The {} {label} is running text ({format}), not structured data.",
                name.en
            ),
            format!("{}{label} 是 {format} 文档，不是结构化数据。", name.zh),
        );
        details.push(
            Detail::absent(what, number)
                .subject(format!("document d{}", number + 1))
                .found(document.format)
                .expected(formats.join(", "))
                .lines(lines),
        );
    }
    if any {
        Outcome::Judged(details)
    } else {
        Outcome::NotApplicable
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
