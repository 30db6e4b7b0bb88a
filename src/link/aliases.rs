//! Names and models the user joined: lists in the configuration, or alias tables in the folder.

use super::{Group, Value};
use crate::model::FieldId;
use crate::normalize::{company, model};
use std::collections::HashMap;

/// Clean names to the number of their group.
#[derive(Clone, Debug, Default)]
pub struct Aliases {
    companies: HashMap<String, usize>,
    models: HashMap<String, usize>,
    groups: usize,
}

impl Aliases {
    pub fn add_companies<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        for name in names {
            let clean = company::clean(name).text.into_owned();
            self.companies.insert(clean, self.groups);
        }
        self.groups += 1;
    }

    pub fn add_models<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        for name in names {
            let clean = model::clean(name, &[]).text.into_owned();
            self.models.insert(clean, self.groups);
        }
        self.groups += 1;
    }

    pub fn has_models(&self) -> bool {
        !self.models.is_empty()
    }

    pub fn same_company(&self, a: &str, b: &str) -> bool {
        let group = |name: &str| self.companies.get(company::clean(name).text.as_ref());
        !self.companies.is_empty() && group(a).is_some() && group(a) == group(b)
    }

    pub fn same_model(&self, a: &str, b: &str) -> bool {
        let group = |name: &str| self.models.get(model::clean(name, &[]).text.as_ref());
        !self.models.is_empty() && group(a).is_some() && group(a) == group(b)
    }
}

/// Adds the alias tables that lie among the documents.
pub fn from_documents(group: &Group<'_>, aliases: &mut Aliases) {
    for (kind, own) in [
        ("company-aliases", FieldId::NAME),
        ("model-aliases", FieldId::MODEL),
    ] {
        for (number, document) in group.of_kind(kind) {
            for fields in document
                .understood
                .records
                .iter()
                .map(|r| document.understood.record_fields(r))
            {
                let names: Vec<&str> = fields
                    .iter()
                    .filter(|f| f.id == own || f.id == FieldId::ALIAS)
                    .map(|f| {
                        group.raw(&Value {
                            document: number,
                            field: *f,
                        })
                    })
                    .collect();
                if kind == "company-aliases" {
                    aliases.add_companies(names.into_iter());
                } else {
                    aliases.add_models(names.into_iter());
                }
            }
        }
    }
}
