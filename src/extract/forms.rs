//! Printed forms as data: which labels stand beside which, and which words on them are no field.
//! A form is known by its labels; then its other words are labels all the same, and a label nobody
//! lists is read by the place it fills between its neighbours.

use super::recognise::View;
use super::vocabulary::Vocabulary;
use crate::model::{FieldId, Say};
use crate::normalize::text::squeeze;
use crate::read::LoadError;
use serde::Deserialize;

/// A form as it is written.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormFile {
    pub form: String,
    pub title: Say,
    /// The kind of document it is a form of.
    pub kind: String,
    /// So many of its fields tell the form.
    pub labels: usize,
    /// The labels that stand side by side, band after band: names of fields, or words that are none.
    pub bands: Vec<Vec<String>>,
    /// Words at its foot; what begins with one is no field.
    #[serde(default)]
    pub foot: Vec<String>,
}

/// A form.
#[derive(Clone, Debug)]
pub struct Form {
    kind: u16,
    least: usize,
    /// The fields of each band, none where a word stands that is no field.
    bands: Vec<Vec<Option<FieldId>>>,
    /// Words of the form that are no field, squeezed.
    words: Vec<String>,
}

impl Form {
    /// Takes a written form over; what it names and nobody knows is an error.
    pub fn new(
        file: FormFile,
        name: &str,
        vocabulary: &Vocabulary,
    ) -> Result<Form, Vec<LoadError>> {
        let error = |what: String| vec![LoadError::of_file(name, what)];
        let number = vocabulary.kind_number(&file.kind);
        let kind = number.and_then(|n| Some((n, vocabulary.kinds.get(usize::from(n))?)));
        let Some((number, kind)) = kind else {
            return Err(error(format!("there is no kind `{}`", file.kind)));
        };
        let mut words: Vec<String> = file.foot.iter().map(|w| squeeze(w)).collect();
        let mut bands = Vec::new();
        for band in &file.bands {
            let mut fields = Vec::new();
            for entry in band {
                let id = vocabulary.fields.find(entry);
                let id = id.filter(|id| kind.field(*id).is_some());
                // A name of a field is written as one: small letters and low lines.
                let named = entry.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                if id.is_none() && named {
                    let what = format!("a {} has no field `{entry}`", file.kind);
                    return Err(error(what));
                }
                if id.is_none() {
                    words.push(squeeze(entry));
                }
                fields.push(id);
            }
            bands.push(fields);
        }
        words.retain(|w| !w.is_empty());
        Ok(Form {
            kind: number,
            least: file.labels,
            bands,
            words,
        })
    }

    /// Whether a paper of a kind is on this form: enough of its labels stand there.
    pub fn is_of(&self, view: &View<'_>, number: usize) -> bool {
        if usize::from(self.kind) != number {
            return false;
        }
        let mut found: Vec<FieldId> = Vec::new();
        for cell in view.listed_cells() {
            let id = field_of(view, cell, number);
            let known = |id: &FieldId| self.bands.iter().flatten().any(|f| *f == Some(*id));
            if let Some(id) = id.filter(known)
                && !found.contains(&id)
            {
                found.push(id);
            }
        }
        found.len() >= self.least
    }

    /// Whether a label is a word of the form that is no field.
    pub fn is_word(&self, label: &str) -> bool {
        let label = squeeze(label);
        self.words.iter().any(|w| label.starts_with(w.as_str()))
    }

    /// The field whose place a label fills: the one between its neighbours in their band.
    pub fn place_of(&self, view: &View<'_>, label: usize, number: usize) -> Option<FieldId> {
        let row = view.grid.row_cells(view.grid.row_of(label));
        let of = |cell: usize| field_of(view, cell, number);
        let left = row.clone().rev().filter(|c| *c < label).find_map(of);
        let right = row.filter(|c| *c > label).find_map(of);
        self.bands.iter().find_map(|band| {
            let at = |id: Option<FieldId>| band.iter().position(|f| id.is_some() && *f == id);
            let place = match (at(left), at(right)) {
                (Some(left), Some(right)) if right == left + 2 => left + 1,
                (Some(left), None) if right.is_none() && left + 2 == band.len() => left + 1,
                (None, Some(1)) if left.is_none() => 0,
                _ => return None,
            };
            band.get(place).copied().flatten()
        })
    }
}

/// The field a listed label names for a kind.
fn field_of(view: &View<'_>, cell: usize, number: usize) -> Option<FieldId> {
    let hits = view.hits(cell)?;
    let own = hits.iter().find(|(k, _)| usize::from(*k) == number);
    own.map(|(_, field)| *field)
}
