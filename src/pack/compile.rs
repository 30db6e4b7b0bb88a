//! A pack as written → a pack that judges, or all that is not in order in it.

use super::file::PackFile;
use super::{AppliesTo, Pack, Rule, Source};
use crate::check::{Parameter, Parameters};
use crate::extract::Vocabulary;
use crate::facts::Wording;
use crate::read::{At, LoadError, Written, did_you_mean, shape};
use indexmap::IndexMap;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is wrong with a pack, while it is looked through.
pub struct Look<'a> {
    pub written: &'a Written,
    pub vocabulary: &'a Vocabulary,
    pub parameters: Vec<&'a str>,
    /// Names of parameters and sources something uses.
    pub used: Vec<String>,
    /// The example and the cases were looked through before.
    pub proven: bool,
    pub errors: Vec<LoadError>,
}

/// Compiles a pack.
///
/// # Errors
/// All that is wrong with it, each with its place.
pub fn compile(
    written: &Written,
    vocabulary: &Vocabulary,
    wording: &Arc<Wording>,
    proven: bool,
) -> Result<Pack, Vec<LoadError>> {
    let mut file: PackFile = shape(written)?;
    let mut look = Look {
        written,
        vocabulary,
        parameters: written
            .entries_at(&["parameters"])
            .iter()
            .map(|e| e.key.as_str())
            .collect(),
        used: Vec::new(),
        proven,
        errors: Vec::new(),
    };
    let from = file.in_force.as_ref().and_then(|f| day(&f.from));
    let until = file.in_force.as_ref().and_then(|f| f.until.as_deref());
    let until = until.and_then(day);
    if until.is_some() && until < from {
        let what = "the last day lies before the first";
        look.fault(&["in_force", "until"], what);
    }
    let lists = look.listed(&mut file.parameters);
    look.parameters(&file.parameters);
    look.named(&file);
    let sources = file.sources.into_iter().map(|s| Source {
        id: s.id,
        title: s.title,
        issuer: s.issuer,
        date: s.date,
        kind: s.kind.as_str().to_string(),
    });
    let sources: Vec<Source> = sources.collect();
    if !proven {
        look.example(file.example.as_ref());
    }
    let mut rules: Vec<Rule> = Vec::new();
    for (number, entry) in file.rules.into_iter().enumerate() {
        let number = number.to_string();
        if rules.iter().any(|r| r.id == entry.id) {
            let what = format!("the rule {} stands twice", entry.id);
            look.fault(&["rules", &number, "id"], what);
        }
        let rule = look.rule(&number, entry, &sources, file.example.as_ref());
        rules.extend(rule);
    }
    look.unused(&sources);
    let ids: Vec<&str> = rules.iter().map(|r| r.id.as_str()).collect();
    for (number, tombstone) in file.withdrawn.iter().enumerate() {
        let earlier = file.withdrawn.iter().take(number);
        if earlier.into_iter().any(|t| t.id == tombstone.id) {
            let what = format!("the rule {} is withdrawn twice", tombstone.id);
            look.fault(&["withdrawn", &number.to_string(), "id"], what);
        }
        let near = did_you_mean(&tombstone.id, &ids);
        if !ids.contains(&tombstone.id.as_str()) && !near.is_empty() {
            let what = format!("no rule {} stands in this pack{near}", tombstone.id);
            look.fault(&["withdrawn", &number.to_string(), "id"], what);
        }
    }
    if !look.errors.is_empty() {
        return Err(look.errors);
    }
    let (parameters, later) = epochs(file.parameters);
    Ok(Pack {
        id: file.id,
        version: file.version,
        title: file.title,
        authority: file.authority.unwrap_or_default(),
        applies_to: file.applies_to.map(|a| AppliesTo {
            goods: a.goods,
            pilot_list: a.pilot_list,
        }),
        relies_on: file.relies_on.map(|r| (r.standard, r.edition)),
        reports_only: file.reports_only,
        from,
        until,
        reviewed: day(&file.reviewed).unwrap_or_default(),
        stale_after_days: file.stale_after_days,
        sources,
        parameters,
        later,
        example: file.example,
        rules,
        withdrawn: file.withdrawn,
        file: written.at.file().to_string(),
        digest: String::new(),
        lists,
        changes: Vec::new(),
        written: written.clone(),
        wording: Arc::clone(wording),
    })
}

pub fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// The parameters as they are at first, and from each day on from which some change.
fn epochs(written: IndexMap<String, Parameter>) -> (Parameters, Vec<(Date, Parameters)>) {
    let days = |p: &Parameter| p.later.iter().filter_map(|l| day(&l.from)).collect();
    let mut all: Vec<Date> = written
        .values()
        .flat_map(|p| -> Vec<Date> { days(p) })
        .collect();
    all.sort_unstable();
    all.dedup();
    let on = |today: Option<Date>| -> Parameters {
        let values = written.iter().map(|(name, parameter)| {
            let parameter = match today {
                Some(today) => parameter.on(today),
                None => parameter.clone(),
            };
            (name.clone(), parameter)
        });
        Parameters::new(values.collect::<BTreeMap<_, _>>())
    };
    let later = all.into_iter().map(|d| (d, on(Some(d)))).collect();
    (on(None), later)
}

impl Look<'_> {
    pub fn at(&self, path: &[&str]) -> &At {
        &self.written.near(path).at
    }

    pub fn fault(&mut self, path: &[&str], what: impl Into<String>) {
        let error = self.at(path).error(what);
        self.errors.push(error);
    }

    /// A fault at the first text below a path that is the one meant.
    pub fn fault_at_text(&mut self, path: &[&str], text: &str, what: String) {
        // Nobody reads so many, and each is looked for from the top.
        if self.errors.len() > 1_000 {
            return;
        }
        let error = self.written.near(path).find_text(text).at.error(what);
        self.errors.push(error);
    }

    /// A kind of document that is named must exist.
    pub fn kind(&mut self, path: &[&str], name: &str) {
        let kinds = self.vocabulary.kinds.iter();
        let kinds: Vec<&str> = kinds.map(|k| k.name.as_str()).collect();
        if !kinds.contains(&name) {
            let near = did_you_mean(name, &kinds);
            let what = format!("no kind of document is called `{name}`{near}");
            self.fault_at_text(path, name, what);
        }
    }
}
