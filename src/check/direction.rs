//! `direction`: the form's title and the flag in its number say export.

use super::{Ctx, Detail, FieldPath, Judges, Outcome, SubjectKind};
use crate::facts::statements;
use crate::facts::why::why;
use crate::facts::written::title;
use crate::model::FieldId;
use crate::normalize::text::squeeze;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Direction {
    /// Lists of titles, by what they say.
    export: String,
    import: String,
    #[serde(default)]
    flag: Option<Flag>,
}

/// What a form's own field for the direction says.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Flag {
    field: FieldPath,
    /// Lists of what it may hold.
    export: String,
    import: String,
}

impl Judges for Direction {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Shipment];
    const REASONS: &str =
        "direction-not-export no-direction-stated number-is-import title-says-import";

    fn parameters(&self) -> Vec<&str> {
        let flag = self.flag.iter().flat_map(|f| [&f.export, &f.import]);
        let own = [&self.export, &self.import].into_iter().chain(flag);
        own.map(String::as_str).collect()
    }

    fn shipment(&self, ctx: &Ctx<'_>) -> Outcome {
        let group = ctx.group;
        let squeezed = |name: &str| -> Vec<String> {
            ctx.parameters
                .list(name)
                .iter()
                .map(|w| squeeze(w))
                .collect()
        };
        let (export, import) = (squeezed(&self.export), squeezed(&self.import));
        let mut details = Vec::new();
        let mut any = false;
        for document in &ctx.shipment.declarations {
            let Some(title) = title(group, *document, &export, &import) else {
                continue;
            };
            any = true;
            let raw = group.raw(&title).trim();
            let text = squeeze(&group.vocabulary.simplified(raw));
            let says = |words: &[String]| words.iter().any(|w| text.contains(w.as_str()));
            if says(&import) && !says(&export) {
                let what = why!("title-says-import"; said = raw);
                details.push(
                    Detail::fail(what, title)
                        .found(raw)
                        .expected("出口货物报关单 / export"),
                );
            }
        }
        if let Some(flag) = &self.flag {
            let (out, back) = (squeezed(&flag.export), squeezed(&flag.import));
            for value in statements(ctx, &flag.field) {
                any = true;
                let raw = group.raw(&value).trim();
                let is = |words: &[String]| words.contains(&squeeze(raw));
                let what = why!("direction-not-export"; said = raw);
                if is(&back) {
                    details.push(Detail::fail(what, value).found(raw).expected("出口 / E"));
                } else if !is(&out) {
                    details.push(Detail::unknown(what, value).found(raw).expected("出口 / E"));
                }
            }
        }
        if let Some(number) = ctx.shipment.header(group, FieldId::DECLARATION_NO) {
            let raw = group.raw(&number).trim();
            let digits = raw.chars().count() == 18 && raw.chars().all(|c| c.is_ascii_digit());
            if digits {
                any = true;
            }
            if digits && raw.chars().nth(8) == Some('1') {
                let what = why!("number-is-import"; number = raw);
                details.push(Detail::fail(what, number).found(raw).expected("0"));
            }
        }
        match any {
            true => Outcome::judged(details, ctx.declaration()),
            false => Outcome::nothing(why!("no-direction-stated")),
        }
    }
}
