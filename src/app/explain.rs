//! `greenlane explain`: what a rule, lane, check or parameter asks for, why, and on what ground.

use super::config::Config;
use super::pack::test::{alone, outcome};
use super::rules;
use crate::Rules;
use crate::check::Require;
use crate::cli::ExplainArgs;
use crate::extract::{ALL, ListKind, Lists};
use crate::model::{OutcomeKind, Say};
use crate::pack::{Case, CaseEntry, Pack, Rule};
use crate::read::{Written, did_you_mean};
use crate::report::lanes::{self, Card, CheckPage, Page, ParameterPage, Shown};
use jiff::civil::Date;

pub fn run(args: &ExplainArgs) -> anyhow::Result<u8> {
    let here = std::path::Path::new(".");
    let config = Config::load(args.common.config.as_deref(), Some(here))?;
    let mut rules = rules::load_all(&args.common, &config)?;
    let lang = super::language(&args.common, config.lang);
    let width = super::width();
    let today = super::check::today()?;
    let packs = std::mem::take(&mut rules.packs);
    let lists = rules.vocabulary.lists.clone();
    let what = args.what.as_str();
    let mut texts: Vec<String> = Vec::new();
    for pack in &packs {
        if pack.id == what {
            let pages = pack
                .rules
                .iter()
                .filter_map(|r| page(pack, r, &lists, None));
            let pages: Vec<Page> = pages.collect();
            texts.push(lanes::lane(&card(pack, today), &pages, lang, width));
        }
        if let Some(rule) = pack.rules.iter().find(|r| r.id == what) {
            let page = page(pack, rule, &lists, Some(&mut rules));
            texts.extend(page.map(|p| lanes::rule(&p, lang, width)));
        } else if let Some(gone) = pack.withdrawn.iter().find(|t| t.id == what) {
            texts.push(lanes::withdrawn(
                &pack.id,
                what,
                &gone.since,
                &gone.why,
                lang,
            ));
        }
        let name = what.strip_prefix(&format!("{}.", pack.id)).unwrap_or(what);
        texts.extend(parameter_page(pack, name, &lists).map(|p| lanes::parameter(&p, lang, width)));
    }
    let wording = packs.first().map(|p| &p.wording);
    if let Some(meaning) = wording.and_then(|w| w.of_check(what)).cloned() {
        texts.push(lanes::check(
            &check_page(&packs, what, meaning),
            lang,
            width,
        ));
    }
    if texts.is_empty() {
        let ids = packs.iter().flat_map(|p| {
            let rules = p.rules.iter().map(|r| r.id.as_str());
            let parameters = p.written.entries_at(&["parameters"]).iter();
            let own = std::iter::once(p.id.as_str());
            own.chain(rules).chain(parameters.map(|e| e.key.as_str()))
        });
        let checks = checks();
        let mut known: Vec<&str> = ids.collect();
        known.extend(checks.iter().map(String::as_str));
        let near = did_you_mean(what, &known);
        anyhow::bail!("no rule, lane, check or parameter is called `{what}`{near}");
    }
    super::print(&texts.join("\n"), args.common.color)?;
    Ok(0)
}

/// The names of all checks, as rules write them.
pub fn checks() -> Vec<String> {
    let schema = schemars::schema_for!(Require).to_value();
    let properties = schema.get("properties").and_then(|p| p.as_object());
    properties.map_or(Vec::new(), |p| p.keys().cloned().collect())
}

/// A pack as `lanes` shows it.
pub fn card(pack: &Pack, today: Date) -> Card {
    let mut confidence: Vec<&str> = Vec::new();
    for rule in &pack.rules {
        let own = rule.basis.confidence.as_str();
        if !confidence.contains(&own) {
            confidence.push(own);
        }
    }
    Card {
        id: pack.id.clone(),
        version: pack.version.clone(),
        title: pack.title.clone(),
        authority: pack.authority.clone(),
        from: pack.from.map(|d| d.to_string()),
        until: pack.until.map(|d| d.to_string()),
        begun: pack.from.is_none_or(|from| from <= today),
        ended: pack.until.is_some_and(|until| until < today),
        reviewed: pack.reviewed.to_string(),
        stale: pack.is_stale(today),
        is_lane: pack.is_lane(),
        confidence: confidence.join(", "),
        rules: pack.rules.len(),
        sources: pack
            .sources
            .iter()
            .map(|s| format!("{} ({}, {}, {})", s.title, s.issuer, s.date, s.kind))
            .collect(),
        changes: pack.changes.clone(),
        withdrawn: pack
            .withdrawn
            .iter()
            .map(|t| (t.id.clone(), t.since.clone(), t.why.clone()))
            .collect(),
    }
}

/// The page of a rule; what it needs is found by trying, where there are rules to try with.
fn page(pack: &Pack, rule: &Rule, lists: &Lists, rules: Option<&mut Rules>) -> Option<Page> {
    let number = pack.rules.iter().position(|r| r.id == rule.id)?.to_string();
    let require = pack.written.entries_at(&["rules", &number, "require"]);
    let check = require.first().map_or(String::new(), |e| e.key.clone());
    let source = pack.sources.iter().find(|s| s.id == rule.basis.source);
    let shown = |wanted: &[OutcomeKind]| -> Vec<String> {
        let cases = rule.cases.iter().map(|c| &c.entry);
        let cases = cases.filter(|c| wanted.contains(&c.expect));
        cases.map(told).collect()
    };
    let parameters = rule.check.parameters().into_iter();
    let tombstone = pack.withdrawn.iter().find(|t| t.id == rule.id);
    Some(Page {
        id: rule.id.clone(),
        pack: pack.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity.as_str(),
        unknown: rule.unknown_severity.as_str(),
        subject: rule.subject.as_str(),
        meaning: pack.wording.of_check(&check).cloned().unwrap_or_default(),
        check,
        needs: rules.map_or(Vec::new(), |rules| needs(pack, rule, rules)),
        fix: without_placeholders(&rule.fix),
        words: rule.basis.words.clone(),
        confidence: rule.basis.confidence.as_str(),
        source: source.map_or_else(String::new, |s| {
            format!("{} — {}, {}", s.title, s.issuer, s.date)
        }),
        source_kind: source.map_or_else(String::new, |s| s.kind.clone()),
        parameters: parameters
            .filter_map(|name| setting(pack, name, lists))
            .collect(),
        passes: shown(&[OutcomeKind::Pass]),
        fails: shown(&[OutcomeKind::Fail, OutcomeKind::Note]),
        undecided: shown(&[OutcomeKind::Unknown]),
        changes: pack
            .changes
            .iter()
            .filter(|c| c.what == rule.id || c.what.starts_with(&format!("{}:", rule.id)))
            .cloned()
            .collect(),
        withdrawn: tombstone.map(|t| (t.since.clone(), t.why.clone())),
    })
}

/// The kinds of documents of the example without which the rule says something else, and what.
fn needs(pack: &Pack, rule: &Rule, rules: &mut Rules) -> Vec<(String, &'static str)> {
    rules.packs = vec![alone(pack, rule)];
    let documents = pack.example.iter().flat_map(|e| &e.documents);
    let mut kinds: Vec<&str> = Vec::new();
    for kind in documents.filter_map(|d| d.get("kind")?.as_str()) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let run = |without: Vec<String>| {
        let entry = CaseEntry::of_example(without);
        let at = rule.at.clone();
        let case = Case { entry, at };
        let outcome = outcome(rules, pack, &case, crate::model::Lang::En);
        outcome.map_or(OutcomeKind::Unknown, |(got, _)| got)
    };
    let whole = run(Vec::new());
    let mut found = Vec::new();
    for kind in kinds {
        let got = run(vec![kind.to_string()]);
        if got != whole {
            found.push((kind.to_string(), got.as_str()));
        }
    }
    found
}

/// A case in one line: its name, and how it differs from the example.
fn told(case: &CaseEntry) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (path, value) in &case.with {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_string);
        parts.push(format!("{path} = {value}"));
    }
    if !case.without.is_empty() {
        parts.push(format!("− {}", case.without.join(", ")));
    }
    for (name, parameter) in &case.parameters {
        let value = parameter.text.clone();
        parts.push(format!(
            "{name} := {}",
            value.unwrap_or_else(|| "…".to_string())
        ));
    }
    match (&case.name, parts.is_empty()) {
        (Some(name), true) => name.clone(),
        (Some(name), false) => format!("{name}: {}", parts.join("; ")),
        (None, true) => String::new(),
        (None, false) => parts.join("; "),
    }
}

/// A fix as a sentence for any case.
fn without_placeholders(say: &Say) -> Say {
    say.map(|text, _| {
        text.replace("{expected}", "…")
            .replace("{found}", "…")
            .replace("{nearest}", "…")
    })
}

/// A parameter: its value, and where it is set.
fn setting(pack: &Pack, name: &str, lists: &Lists) -> Option<Shown> {
    let written = pack.written.find(&["parameters", name])?;
    let mut value = written.entries().iter();
    let value = value.rfind(|e| !["note", "later"].contains(&e.key.as_str()));
    let at = value.map_or(&written.at, |e| &e.key_at);
    // A change may replace the value alone or the parameter whole.
    let change = pack.changes.iter().rfind(|c| c.what == name);
    Some(Shown {
        name: name.to_string(),
        value: value.map_or(String::new(), |e| in_a_line(&e.key, &e.value, lists)),
        lists: value.map_or(Vec::new(), |e| from_lists(&e.key, &e.value, lists)),
        at: match change {
            Some(change) => format!("{}:{}", change.by, change.line),
            None => format!("{}:{}", at.file(), at.line),
        },
        changed: change.is_some(),
        later: written
            .items_at(&["later"])
            .iter()
            .map(|l| {
                let from = l.get("from").and_then(Written::text).unwrap_or("");
                let value = l.entries().iter().find(|e| e.key != "from");
                (
                    from.to_string(),
                    value.map_or(String::new(), |e| in_a_line(&e.key, &e.value, lists)),
                )
            })
            .collect(),
    })
}

/// A value in one line: a text, the names of a list's entries.
fn in_a_line(key: &str, value: &Written, lists: &Lists) -> String {
    if let Some(text) = value.text() {
        return text.to_string();
    }
    let name = |item: &Written| match (item.get("name"), item.text()) {
        (Some(name), _) => {
            let names = name.entries().iter().filter_map(|e| e.value.text());
            names.collect::<Vec<_>>().join(" ")
        }
        (None, Some(ALL)) => ALL.to_string(),
        (None, id) => {
            let id = id.unwrap_or("");
            let row = list_of(key).and_then(|kind| lists.row(kind, id));
            row.map_or(id.to_string(), |r| {
                format!("{id} ({} {})", r.name.en, r.name.zh)
            })
        }
    };
    value
        .items()
        .iter()
        .map(name)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The list whose rows a kind of parameter may name.
fn list_of(key: &str) -> Option<ListKind> {
    match key {
        "ports" => Some(ListKind::Ports),
        "goods" => Some(ListKind::Headings),
        "countries" => Some(ListKind::Countries),
        _ => None,
    }
}

/// The lists a value takes entries from, with what they say of their source and review.
fn from_lists(key: &str, value: &Written, lists: &Lists) -> Vec<(String, String)> {
    let named = |item: &Written| item.text().is_some() || item.get("headings").is_some();
    let kind = list_of(key).filter(|_| value.items().iter().any(named));
    let files = kind.into_iter().flat_map(|kind| lists.files(kind));
    let told = files.map(|f| match f.notes.split_first() {
        Some((first, rest)) => (format!("{}: {first}", f.name), rest.join(" ")),
        None => (f.name.clone(), String::new()),
    });
    told.collect()
}

fn parameter_page(pack: &Pack, name: &str, lists: &Lists) -> Option<ParameterPage> {
    let setting = setting(pack, name, lists)?;
    let note = pack.written.entries_at(&["parameters", name, "note"]);
    let lang = |key: &str| {
        let text = note.iter().find(|e| e.key == key);
        text.and_then(|e| e.value.text()).unwrap_or("").to_string()
    };
    let used = pack
        .rules
        .iter()
        .filter(|r| r.check.parameters().contains(&name));
    let holds = pack.written.entries_at(&["parameters", name]).iter();
    let mut holds = holds
        .map(|e| e.key.as_str())
        .filter(|k| !["note", "later"].contains(k));
    Some(ParameterPage {
        pack: pack.id.clone(),
        note: Say::new(lang("en"), lang("zh")),
        holds: holds.next().unwrap_or("text").to_string(),
        used: used.map(|r| r.id.clone()).collect(),
        setting,
    })
}

fn check_page(packs: &[Pack], name: &str, meaning: Say) -> CheckPage {
    let mut used = Vec::new();
    let mut subjects = Vec::new();
    for pack in packs {
        for (number, rule) in pack.rules.iter().enumerate() {
            let path = ["rules", &number.to_string(), "require", name];
            if pack.written.find(&path).is_some() {
                used.push(rule.id.clone());
                subjects = rule.check.subjects().iter().map(|s| s.as_str()).collect();
            }
        }
    }
    CheckPage {
        name: name.to_string(),
        meaning,
        subjects,
        settings: settings_of(name),
        used,
    }
}

/// The settings of a check: name, whether it must be given, what it is for.
pub fn settings_of(check: &str) -> Vec<(String, bool, String)> {
    let schema = schemars::schema_for!(Require).to_value();
    let text = |v: &serde_json::Value| v.as_str().unwrap_or("").to_string();
    let own = schema.pointer(&format!("/properties/{check}/anyOf/0/$ref"));
    let own = own.map(|r| text(r).trim_start_matches('#').to_string());
    let Some(own) = own.and_then(|r| schema.pointer(&r)) else {
        return Vec::new();
    };
    let required = own.get("required").and_then(|r| r.as_array());
    let required: Vec<&str> = required
        .into_iter()
        .flatten()
        .filter_map(|r| r.as_str())
        .collect();
    let properties = own.get("properties").and_then(|p| p.as_object());
    properties
        .into_iter()
        .flatten()
        .map(|(name, property)| {
            let about = property.get("description").map(text).unwrap_or_default();
            let words = property.get("$ref").map(text).unwrap_or_default();
            let words = schema.pointer(words.trim_start_matches('#'));
            let words = words.map_or(Vec::new(), |w| crate::read::allowed_words(w));
            let about = match (about.is_empty(), words.is_empty()) {
                (_, true) => about,
                (true, false) => words.join(" | "),
                (false, false) => format!("{about} ({})", words.join(" | ")),
            };
            let about = about.replace('\n', " ");
            (name.clone(), required.contains(&name.as_str()), about)
        })
        .collect()
}
