//! Packing lists and invoices in other languages of Europe: `fixtures/languages`, with expectations
//! written by hand before the papers were read.

use crate::run::root;
use greenlane::extract::Hint;
use greenlane::model::Document;
use greenlane::normalize::quantity;
use greenlane::{Input, Rules};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    file: String,
    kind: String,
    header: BTreeMap<String, String>,
    columns: BTreeMap<String, String>,
    rows: usize,
    sums: BTreeMap<String, f64>,
    #[serde(default)]
    not_taken: Vec<String>,
}

impl Expected {
    /// What of a document is not as expected.
    fn differs(&self, document: &Document, rules: &Rules) -> Vec<String> {
        let u = &document.understood;
        let name = |id| rules.vocabulary.fields.name(id).to_string();
        let text = |cell: usize| document.grid.cell_text(cell).trim().to_string();
        let mut differs = Vec::new();
        let mut same = |what: &str, found: String, wanted: String| {
            if found != wanted {
                differs.push(format!("{}: {what} {found}, wanted {wanted}", self.file));
            }
        };
        same(
            "kind",
            format!("{:?}", u.kind),
            format!("{:?}", Some(&self.kind)),
        );
        let header = u.header.fields.iter();
        let header: BTreeMap<String, String> = header
            .map(|f| (name(f.id), document.raw(f).trim().to_string()))
            .collect();
        for (field, wanted) in &self.header {
            same(
                field,
                format!("{:?}", header.get(field)),
                format!("{:?}", Some(wanted)),
            );
        }
        let columns: BTreeMap<String, String> = u
            .columns
            .iter()
            .map(|(id, cell)| (name(*id), text(*cell)))
            .collect();
        same(
            "columns",
            format!("{columns:?}"),
            format!("{:?}", self.columns),
        );
        let not_taken: Vec<String> = u.columns_not_taken.iter().map(|c| text(*c)).collect();
        same(
            "not taken",
            format!("{not_taken:?}"),
            format!("{:?}", self.not_taken),
        );
        same("rows", u.records.len().to_string(), self.rows.to_string());
        for (field, wanted) in &self.sums {
            let fields = u.records.iter().flat_map(|r| u.record_fields(r));
            let own = fields.filter(|f| name(f.id) == *field);
            let sum: f64 = own
                .filter_map(|f| quantity::of(document, f))
                .map(|q| q.value)
                .sum();
            same(field, quantity::plain(sum), quantity::plain(*wanted));
        }
        differs
    }
}

#[test]
fn papers_of_six_languages_are_read() {
    let rules = greenlane::app::builtin_rules().unwrap();
    let folder = root().join("fixtures/languages");
    let text = std::fs::read_to_string(folder.join("expect.yaml")).unwrap();
    let all: Vec<Expected> = serde_yaml::from_str(&text).unwrap();
    assert_eq!(all.len(), 6);
    let mut differs = Vec::new();
    for expected in &all {
        let input = Input {
            path: expected.file.clone(),
            content: Ok(std::fs::read(folder.join(&expected.file)).unwrap().into()),
            hint: Hint::default(),
        };
        let file = greenlane::understand_one(&input, &rules);
        assert_eq!(file.documents.len(), 1, "{}", expected.file);
        differs.extend(expected.differs(&file.documents[0], &rules));
    }
    assert!(differs.is_empty(), "{differs:#?}");
}
