//! What is wrong with the example and the cases of a pack.

use super::Case;
use super::cases::{Astray, documents};
use super::compile::Look;
use super::file::{CaseEntry, Example};
use crate::extract::Vocabulary;
use crate::model::OutcomeKind;
use crate::read::{Written, did_you_mean};

impl Look<'_> {
    pub fn example(&mut self, example: Option<&Example>) {
        for number in 0..example.map_or(0, |e| e.documents.len()) {
            let document = self
                .written
                .near(&["example", "documents", &number.to_string()]);
            self.document(document.clone());
        }
    }

    /// A typed document: of a known kind, with fields the kind has.
    pub fn document(&mut self, document: Written) {
        let Some(kind) = document.get("kind") else {
            let what = "the key `kind` is missing: which document is it?";
            self.errors.push(document.at.error(what));
            return;
        };
        let name = kind.text().unwrap_or("");
        if self.vocabulary.kind_number(name).is_none() {
            let kinds = self.vocabulary.kinds.iter();
            let kinds: Vec<&str> = kinds.map(|k| k.name.as_str()).collect();
            let near = did_you_mean(name, &kinds);
            let what = format!("no kind of document is called `{name}`{near}");
            self.errors.push(kind.at.error(what));
            return;
        }
        for entry in document.entries().iter().filter(|e| e.key != "kind") {
            let rows = entry
                .value
                .items()
                .iter()
                .filter(|i| !i.entries().is_empty());
            let rows: Vec<&Written> = rows.collect();
            let entries = rows.iter().flat_map(|r| r.entries());
            let fields: Vec<&crate::read::Entry> = if !rows.is_empty() {
                entries.collect()
            } else if entry.value.entries().is_empty() {
                vec![entry]
            } else {
                continue;
            };
            for field in fields {
                if let Err(what) = has_field(self.vocabulary, name, &field.key) {
                    self.errors.push(field.key_at.error(what));
                }
            }
        }
    }

    pub fn cases(
        &mut self,
        number: &str,
        bad: OutcomeKind,
        entries: Vec<CaseEntry>,
        example: Option<&Example>,
    ) -> Vec<Case> {
        let has = |wanted: OutcomeKind| entries.iter().any(|c| c.expect == wanted);
        let good = match bad {
            OutcomeKind::Note => OutcomeKind::NotApplicable,
            _ => OutcomeKind::Pass,
        };
        for wanted in [good, bad] {
            if !has(wanted) {
                let what = format!("the rule has no case with `expect: {}`", wanted.as_str());
                self.fault(&["rules", number, "id"], what);
            }
        }
        let mut cases = Vec::new();
        for (n, entry) in entries.into_iter().enumerate() {
            let case = n.to_string();
            let path = ["rules", number, "cases", &case];
            if self.proven {
                let at = self.at(&path).clone();
                cases.push(Case { entry, at });
                continue;
            }
            if let Err(faults) = documents(example, &entry) {
                for Astray { path: text, why } in faults {
                    let case = self.written.near(&path);
                    let with = case.entries_at(&["with"]).iter();
                    let key = with.clone().find(|e| e.key == text).map(|e| &e.key_at);
                    let at = key.unwrap_or(&case.near(&["without"]).find_text(&text).at);
                    let error = at.error(why);
                    self.errors.push(error);
                }
            }
            self.case_fields(&path, &entry);
            for name in entry.parameters.keys() {
                if !self.parameters.contains(&name.as_str()) {
                    let near = did_you_mean(name, &self.parameters);
                    let what = format!("there is no parameter `{name}`{near}");
                    let parameters = self.written.near(&path).entries_at(&["parameters"]);
                    let at = parameters
                        .iter()
                        .find(|e| e.key == *name)
                        .map(|e| &e.key_at);
                    let error = at.map(|at| at.error(what));
                    self.errors.extend(error);
                }
            }
            let at = self.at(&path).clone();
            cases.push(Case { entry, at });
        }
        cases
    }

    /// The fields a case sets, and the documents it adds.
    pub fn case_fields(&mut self, path: &[&str], entry: &CaseEntry) {
        let case = self.written.near(path);
        let mut errors = Vec::new();
        for with in case.entries_at(&["with"]) {
            let steps: Vec<&str> = with.key.split('.').collect();
            let kind = steps
                .first()
                .map_or("", |k| k.split('#').next().unwrap_or(k));
            let last = steps.last().copied().unwrap_or("");
            let is_row = last.parse::<usize>().is_ok() || !with.value.items().is_empty();
            if steps.len() < 2 || is_row || !with.value.entries().is_empty() {
                continue;
            }
            // Deeper mappings (a manifest's lines and inspection) have keys of their own.
            let known = self.vocabulary.kind_number(kind).is_some() && kind != "manifest";
            if let Err(what) = has_field(self.vocabulary, kind, last)
                && known
            {
                errors.push(with.key_at.error(what));
            }
        }
        let added = entry.documents.len();
        let added: Vec<Written> = (0..added)
            .map(|n| case.near(&["documents", &n.to_string()]).clone())
            .collect();
        self.errors.extend(errors);
        for document in added {
            self.document(document);
        }
    }
}

/// Whether a kind has a field, by its name or by one of its headings.
pub fn has_field(vocabulary: &Vocabulary, kind: &str, field: &str) -> Result<(), String> {
    let Some(number) = vocabulary.kind_number(kind) else {
        let kinds: Vec<&str> = vocabulary.kinds.iter().map(|k| k.name.as_str()).collect();
        let near = did_you_mean(kind, &kinds);
        return Err(format!("no kind of document is called `{kind}`{near}"));
    };
    if vocabulary.look_up(field).iter().any(|(k, _)| *k == number) {
        return Ok(());
    }
    let near = did_you_mean(field, &vocabulary.field_names(number));
    Err(format!("a {kind} has no field `{field}`{near}"))
}
