//! Reading a pack and refusing what is not in order.

use super::file::{PackFile, RuleEntry, SourceKind};
use super::{AppliesTo, Pack, Rule, Source};
use crate::check::{Check, Parameter, Parameters};
use crate::model::{Basis, Confidence, Say, Severity};
use crate::read::{LoadError, from_yaml, hex_digest};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A parameter the configuration replaces.
#[derive(Clone, Debug)]
pub struct Override {
    pub pack: String,
    pub name: String,
    pub value: Parameter,
    /// The file it stands in, for the report.
    pub file: String,
}

/// The placeholders a message or fix may hold.
const PLACEHOLDERS: [&str; 8] = [
    "what", "found", "expected", "nearest", "reason", "subject", "place", "fix",
];

/// Loads one pack.
///
/// # Errors
/// All that is wrong with it, each with its place.
pub fn load(file: &str, text: &str, overrides: &[Override]) -> Result<Pack, Vec<LoadError>> {
    let parsed: PackFile = from_yaml(file, text).map_err(|e| vec![e])?;
    let mut errors = Vec::new();
    let at = |word: &str, what: String| LoadError::at_word(file, text, word, what);
    let mut date = |value: &str| -> Option<Date> {
        let parsed = value.parse::<Date>().ok();
        if parsed.is_none() {
            let what = format!("`{value}` is not a date of the form 2026-05-09");
            errors.push(at(value, what));
        }
        parsed
    };
    let from = parsed.in_force.as_ref().and_then(|f| date(&f.from));
    let until = parsed
        .in_force
        .as_ref()
        .and_then(|f| f.until.as_deref())
        .and_then(&mut date);
    let reviewed = date(&parsed.reviewed).unwrap_or_default();
    let mut parameters: BTreeMap<String, Parameter> = parsed.parameters;
    let mut changed_by = Vec::new();
    for change in overrides.iter().filter(|o| o.pack == parsed.id) {
        if let Some(parameter) = parameters.get_mut(&change.name) {
            parameter.replace(&change.value);
            if !changed_by.contains(&change.file) {
                changed_by.push(change.file.clone());
            }
        } else {
            let names: Vec<&str> = parameters.keys().map(String::as_str).collect();
            let what = format!(
                "pack {} has no parameter `{}`{}",
                parsed.id,
                change.name,
                did_you_mean(&change.name, &names)
            );
            return Err(vec![LoadError::new(&change.file, "", 0, 0, what)]);
        }
    }
    let parameter_names: Vec<String> = parameters.keys().cloned().collect();
    let mut rules: Vec<Rule> = Vec::new();
    let source_ids: Vec<&str> = parsed.sources.iter().map(|s| s.id.as_str()).collect();
    for entry in parsed.rules {
        let id = entry.id.clone();
        if rules.iter().any(|r| r.id == id) {
            errors.push(at(&id, format!("rule {id} stands twice")));
        }
        match rule(entry, &source_ids, &parameter_names) {
            Ok(rule) => rules.push(rule),
            Err(faults) => {
                errors.extend(faults.into_iter().map(|fault| at(&id, fault)));
            }
        }
    }
    let named = parsed.applies_to.iter().map(|a| a.goods.as_str()).chain(
        parsed
            .relies_on
            .iter()
            .flat_map(|r| [r.standard.as_str(), r.edition.as_str()]),
    );
    for name in named {
        if !parameter_names.iter().any(|p| p == name) {
            errors.push(at(name, format!("there is no parameter `{name}`")));
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Pack {
        id: parsed.id,
        version: parsed.version,
        title: parsed.title,
        authority: parsed.authority,
        applies_to: parsed.applies_to.map(|a| AppliesTo {
            goods: a.goods,
            pilot_list: a.pilot_list,
        }),
        relies_on: parsed.relies_on.map(|r| (r.standard, r.edition)),
        from,
        until,
        reviewed,
        stale_after_days: parsed.stale_after_days,
        sources: parsed
            .sources
            .into_iter()
            .map(|s| Source {
                id: s.id,
                title: s.title,
                issuer: s.issuer,
                date: s.date,
                kind: match s.kind {
                    SourceKind::Official => "official".to_string(),
                    SourceKind::Secondary => "secondary".to_string(),
                    SourceKind::Standard => "standard".to_string(),
                },
            })
            .collect(),
        parameters: Parameters::new(parameters),
        rules,
        file: file.to_string(),
        digest: hex_digest(text.as_bytes()),
        changed_by,
    })
}

fn rule(entry: RuleEntry, sources: &[&str], parameters: &[String]) -> Result<Rule, Vec<String>> {
    let mut faults = Vec::new();
    let id = &entry.id;
    if entry.basis.confidence == Confidence::Inferred && entry.severity == Severity::Blocker {
        faults.push(format!("rule {id}: an inferred rule cannot be a blocker"));
    }
    if !sources.contains(&entry.basis.source.as_str()) {
        let near = did_you_mean(&entry.basis.source, sources);
        faults.push(format!(
            "rule {id}: no source `{}`{near}",
            entry.basis.source
        ));
    }
    let unknown = entry.unknown.unwrap_or_else(|| Say::same("{what}"));
    for say in [&entry.message, &unknown, &entry.fix] {
        for text in [&say.en, &say.zh] {
            if text.trim().is_empty() {
                faults.push(format!("rule {id}: a message is missing in one language"));
            }
            for name in placeholders(text) {
                if !PLACEHOLDERS.contains(&name) {
                    let near = did_you_mean(name, &PLACEHOLDERS);
                    faults.push(format!("rule {id}: no placeholder {{{name}}}{near}"));
                }
            }
        }
    }
    let check = match entry.require.check() {
        Ok(check) => check,
        Err(what) => {
            faults.push(format!("rule {id}: {what}"));
            return Err(faults);
        }
    };
    if !check.subjects().contains(&entry.subject) {
        faults.push(format!(
            "rule {id}: this check cannot judge such a subject (`for`)"
        ));
    }
    let names: Vec<&str> = parameters.iter().map(String::as_str).collect();
    for name in check.parameters() {
        if !names.contains(&name) {
            let near = did_you_mean(name, &names);
            faults.push(format!("rule {id}: there is no parameter `{name}`{near}"));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Rule {
        title: entry.title,
        severity: entry.severity,
        unknown_severity: entry.if_unknown.unwrap_or(entry.severity),
        subject: entry.subject,
        check,
        message: entry.message,
        unknown,
        fix: entry.fix,
        basis: Basis {
            source: entry.basis.source,
            words: entry.basis.words,
            confidence: entry.basis.confidence,
        },
        id: entry.id,
    })
}

/// The names between braces.
fn placeholders(text: &str) -> Vec<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}

/// ` (did you mean `x`?)` for the nearest of several names, if one is near.
pub fn did_you_mean(name: &str, known: &[&str]) -> String {
    known
        .iter()
        .map(|k| (strsim::osa_distance(name, k), k))
        .filter(|(d, k)| *d <= 1 + k.chars().count() / 4)
        .min()
        .map_or(String::new(), |(_, k)| format!(" (did you mean `{k}`?)"))
}

impl Check {
    /// The parameters a check names.
    pub fn parameters(&self) -> Vec<&str> {
        match self {
            Check::Provided(c) => c.parameters(),
            Check::CodeFits(c) => vec![c.parameter()],
            Check::Agree(_) => Vec::new(),
            Check::Elements(c) => c.parameters(),
            Check::Direction(c) => c.parameters(),
            Check::Filled(c) => vec![c.parameter()],
            Check::Unique(_) => Vec::new(),
            Check::Note(c) => vec![c.parameter()],
            Check::Checklist(c) => c.parameters(),
            Check::Traceable(_) => Vec::new(),
            Check::Matches(c) => c.parameter().into_iter().collect(),
            Check::OneOf(c) => vec![c.parameter()],
            Check::Goods(c) => vec![c.parameter()],
            Check::Edition(c) => c.parameters().to_vec(),
            Check::Covers(c) => c.parameters(),
            Check::Results(c) => c.parameters().to_vec(),
            Check::LabScope(c) => c.parameters(),
            Check::Same(c) => c.parameter().into_iter().collect(),
            Check::Unmixed(c) => vec![c.parameter()],
            Check::Current(c) => c.parameters().to_vec(),
            Check::ThirdParty(c) => c.parameters().to_vec(),
            Check::InList(c) => vec![c.parameter()],
            Check::Total(c) => c.parameter().into_iter().collect(),
            Check::FoundIn(_) | Check::Format(_) | Check::Order(_) => Vec::new(),
            Check::Aligned(_) | Check::Certified(_) => Vec::new(),
        }
    }
}
