//! `provided`: the documents a shipment needs are there and were read whole.

use super::{At, Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::lane::demanded;
use crate::facts::papers;
use crate::facts::why::why;
use crate::model::OutcomeKind;
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

impl Judges for Provided {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment];
    const REASONS: &str =
        "no-paper-asked-for not-read not-structured paper-missing policy-paper-missing";

    fn parameters(&self) -> Vec<&str> {
        let named = self.by_category.iter().chain(&self.formats);
        named.map(String::as_str).collect()
    }

    /// What is not there may still be supplied.
    fn adverse(&self) -> OutcomeKind {
        match self.formats {
            Some(_) => OutcomeKind::Fail,
            None => OutcomeKind::Unknown,
        }
    }

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        if let (Some(categories), Some(formats)) = (&self.by_category, &self.formats) {
            return structured(ctx, categories, ctx.parameters.list(formats));
        }
        let mut details = Vec::new();
        let group = ctx.group;
        // What is missing is said at the declaration, else at what there is.
        let here = match ctx.declaration() {
            At::Folder if !group.documents.is_empty() => At::Document(0),
            at => at,
        };
        let has = |kind: &str| papers::has(ctx, kind);
        for kind in &self.kinds {
            if !has(kind) {
                let name = papers::title(ctx, kind);
                let what = why!("paper-missing"; paper = name);
                details.push(Detail::unknown(what, here).expected(kind.clone()));
            }
        }
        if let Some(parameter) = &self.by_category {
            for (name, documents, lines) in demanded(ctx, parameter) {
                let Some(first) = lines.first() else { continue };
                for kind in documents.iter().filter(|k| !has(k)) {
                    let title = papers::title(ctx, kind);
                    let what = why!("policy-paper-missing"; goods = name, paper = title);
                    let line = ctx.shipment.lines.get(*first as usize);
                    let at = line.and_then(|l| l.hs.or_else(|| l.descriptions(group).next()));
                    let detail = match at {
                        Some(value) => Detail::unknown(what, value),
                        None => Detail::unknown(what, here),
                    };
                    details.push(detail.expected((*kind).to_string()).lines(lines.clone()));
                }
            }
        }
        if self.read_whole {
            for problem in &group.unread {
                let what = why!("not-read";
                    path = problem.path, problem = problem.message, hint = problem.hint);
                let at = group
                    .documents
                    .iter()
                    .position(|d| d.path == problem.path)
                    .map(crate::model::grid::index);
                let name = at.map_or_else(|| problem.path.clone(), |n| format!("d{}", n + 1));
                details.push(
                    Detail::unknown(what, at.map_or(At::Folder, At::Document))
                        .found(problem.path.clone())
                        .subject(format!("document {name}")),
                );
            }
        }
        Outcome::judged(details, ctx.declaration())
    }
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
        let name = papers::title(ctx, kind);
        let (label, format) = (document.label(), document.format.to_uppercase());
        let what = why!("not-structured"; paper = name, label, format);
        details.push(
            Detail::fail(what, At::Document(number))
                .subject(format!("document d{}", number + 1))
                .found(document.format)
                .expected(formats.join(", "))
                .lines(lines),
        );
    }
    match any {
        true => Outcome::judged(details, ctx.declaration()),
        false => Outcome::nothing(why!("no-paper-asked-for")),
    }
}
