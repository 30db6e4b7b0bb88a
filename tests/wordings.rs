//! Headings and labels in words that stand in no list: each is put in the place of a known one in
//! a small paper, and read. `fixtures/wordings.csv` has them with values, `wordings.yaml` the papers.

use crate::run::root;
use greenlane::extract::Hint;
use greenlane::model::Document;
use greenlane::{Input, Rules};
use rayon::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Deserialize)]
struct Paper {
    title: String,
    columns: Vec<Column>,
    labels: Vec<Label>,
}

#[derive(Clone, Deserialize)]
struct Column {
    field: String,
    heading: String,
    values: Vec<String>,
}

#[derive(Clone, Deserialize)]
struct Label {
    field: String,
    label: String,
    value: String,
}

#[derive(Deserialize)]
struct Wording {
    kind: String,
    field: String,
    wording: String,
    role: String,
    values: String,
}

impl Paper {
    /// With one heading or label exchanged for another wording.
    fn with(&self, wording: &Wording) -> Paper {
        let mut paper = self.clone();
        let values: Vec<String> = wording.values.split('|').map(str::to_string).collect();
        let field = wording.field.clone();
        if wording.role == "column" {
            let own = Column {
                field: field.clone(),
                heading: wording.wording.clone(),
                values,
            };
            match paper.columns.iter().position(|c| c.field == field) {
                Some(at) => paper.columns[at] = own,
                None => paper.columns.push(own),
            }
        } else {
            let own = Label {
                field: field.clone(),
                label: wording.wording.clone(),
                value: values[0].clone(),
            };
            match paper.labels.iter().position(|l| l.field == field) {
                Some(at) => paper.labels[at] = own,
                None => paper.labels.push(own),
            }
        }
        paper
    }

    /// A sheet: the title, labels with their values two a line, the table.
    fn sheet(&self) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .from_writer(Vec::new());
        writer.write_record([&self.title]).unwrap();
        for pair in self.labels.chunks(2) {
            let cells = pair.iter().flat_map(|l| [&l.label, &l.value]);
            writer.write_record(cells).unwrap();
        }
        let headings = self.columns.iter().map(|c| &c.heading);
        writer.write_record(headings).unwrap();
        for row in 0..6 {
            let cells = self.columns.iter().map(|c| &c.values[row % c.values.len()]);
            writer.write_record(cells).unwrap();
        }
        writer.into_inner().unwrap()
    }
}

/// The fields the exchanged heading or label was taken for.
fn taken(paper: &Paper, wording: &Wording, rules: &Rules) -> Vec<String> {
    let input = Input {
        path: "paper.csv".to_string(),
        content: Ok(paper.sheet().into()),
        hint: Hint::default(),
    };
    let file = greenlane::understand_one(&input, rules);
    let Some(document) = file.documents.first().filter(|d| d.is(&wording.kind)) else {
        return Vec::new();
    };
    let name = |id| rules.vocabulary.fields.name(id).to_string();
    let text = |d: &Document, cell: usize| d.grid.cell_text(cell).trim().to_string();
    if wording.role == "column" {
        let columns = document.understood.columns.iter();
        let own = columns.filter(|(_, cell)| text(document, *cell) == wording.wording.trim());
        return own.map(|(id, _)| name(*id)).collect();
    }
    let value = wording.values.split('|').next().unwrap().trim();
    let fields = document.understood.header.fields.iter();
    // The value beside the label: the cell behind it.
    let own = fields.filter(|f| {
        let before = (f.cell as usize).checked_sub(1);
        document.raw(f).trim() == value
            && before.is_some_and(|c| text(document, c) == wording.wording.trim())
    });
    own.map(|f| name(f.id)).collect()
}

/// Of ten wordings nobody listed nearly nine are read right, of fifty not one wrong.
#[test]
fn wordings_that_stand_in_no_list_are_read() {
    let rules = greenlane::app::builtin_rules().unwrap();
    let text = std::fs::read_to_string(root().join("fixtures/wordings.yaml")).unwrap();
    let papers: BTreeMap<String, Paper> = serde_yaml::from_str(&text).unwrap();
    let mut reader = csv::Reader::from_path(root().join("fixtures/wordings.csv")).unwrap();
    let wordings: Vec<Wording> = reader.deserialize().map(|w| w.unwrap()).collect();
    let unlisted: Vec<&Wording> = wordings
        .iter()
        .filter(|w| rules.vocabulary.look_up_whole(&w.wording).is_empty())
        .collect();
    let read: Vec<(String, Option<bool>)> = unlisted
        .par_iter()
        .map(|w| {
            let taken = taken(&papers[&w.kind].with(w), w, &rules);
            let name = format!("{} {} “{}” {taken:?}", w.kind, w.field, w.wording);
            let right = taken.contains(&w.field);
            (name, (!taken.is_empty()).then_some(right))
        })
        .collect();
    let of = |judged: Option<bool>| -> Vec<&str> {
        let those = read.iter().filter(|(_, own)| *own == judged);
        those.map(|(name, _)| name.as_str()).collect()
    };
    let (right, wrong, missed) = (of(Some(true)), of(Some(false)), of(None));
    let all = read.len();
    let report = format!(
        "wrong {wrong:#?}\nmissed {missed:#?}\nright {} of {all}",
        right.len()
    );
    assert!(all > 500, "{all} wordings");
    assert!(right.len() * 100 >= all * 85, "{report}");
    assert!(wrong.len() * 50 <= all, "{report}");
}
