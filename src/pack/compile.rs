//! A pack as written → a pack that judges, or all that is not in order in it.

use super::cases::{Astray, documents};
use super::file::{CaseEntry, Example, PackFile, RuleEntry};
use super::overlay::VALUES;
use super::{AppliesTo, Case, Pack, Rule, Source};
use crate::check::{Check, Parameter, Parameters};
use crate::extract::Vocabulary;
use crate::model::{Basis, Confidence, OutcomeKind, Say, Severity};
use crate::read::{At, LoadError, Written, did_you_mean, shape};
use indexmap::IndexMap;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The placeholders a message or fix may hold.
const PLACEHOLDERS: [&str; 6] = ["what", "found", "expected", "nearest", "reason", "subject"];

/// What is wrong with a pack, while it is looked through.
struct Look<'a> {
    written: &'a Written,
    vocabulary: &'a Vocabulary,
    parameters: Vec<&'a str>,
    /// Names of parameters and sources something uses.
    used: Vec<String>,
    errors: Vec<LoadError>,
}

/// Compiles a pack.
///
/// # Errors
/// All that is wrong with it, each with its place.
pub fn compile(written: &Written, vocabulary: &Vocabulary) -> Result<Pack, Vec<LoadError>> {
    let file: PackFile = shape(written)?;
    let mut look = Look {
        written,
        vocabulary,
        parameters: written
            .entries_at(&["parameters"])
            .iter()
            .map(|e| e.key.as_str())
            .collect(),
        used: Vec::new(),
        errors: Vec::new(),
    };
    let from = file.in_force.as_ref().and_then(|f| day(&f.from));
    let until = file.in_force.as_ref().and_then(|f| f.until.as_deref());
    let until = until.and_then(day);
    if until.is_some() && until < from {
        let what = "the last day lies before the first";
        look.fault(&["in_force", "until"], what);
    }
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
    look.example(file.example.as_ref());
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
        changes: Vec::new(),
        written: written.clone(),
    })
}

fn day(text: &str) -> Option<Date> {
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
    fn at(&self, path: &[&str]) -> &At {
        &self.written.near(path).at
    }

    fn fault(&mut self, path: &[&str], what: impl Into<String>) {
        let error = self.at(path).error(what);
        self.errors.push(error);
    }

    /// A fault at the first text below a path that is the one meant.
    fn fault_at_text(&mut self, path: &[&str], text: &str, what: String) {
        let error = self.written.near(path).find_text(text).at.error(what);
        self.errors.push(error);
    }

    fn parameters(&mut self, parameters: &IndexMap<String, Parameter>) {
        for (name, parameter) in parameters {
            let path = ["parameters", name.as_str()];
            let value = self.written.near(&path);
            let held = |of: &Written| -> Vec<&str> {
                VALUES.into_iter().filter(|k| of.get(k).is_some()).collect()
            };
            let one_of = VALUES.join(", ");
            let own = held(value);
            if own.len() != 1 {
                let error = value.at.error(format!("a parameter holds one of {one_of}"));
                self.errors.push(error);
            }
            let mut before = None;
            for later in value.items_at(&["later"]) {
                let from = later.get("from").and_then(Written::text).and_then(day);
                if held(later) != own {
                    let what = "a later value is of the same kind as the first";
                    self.errors.push(later.at.error(what));
                }
                if before.is_some() && from <= before {
                    let what = "later values stand in the order of their days";
                    self.errors.push(later.near(&["from"]).at.error(what));
                }
                before = from;
            }
            let mut words: Vec<(&str, usize)> = Vec::new();
            for item in value.items_at(&["list"]) {
                let Some(text) = item.text() else { continue };
                match words.iter().find(|(w, _)| *w == text) {
                    Some((_, line)) if *line == item.at.line || *line > 0 => {
                        let what = format!("`{text}` stands twice in this list");
                        self.errors.push(item.at.error(what));
                    }
                    _ => words.push((text, item.at.line)),
                }
            }
            let goods = parameter.goods.iter().flatten().enumerate();
            for (number, kind) in goods {
                let number = number.to_string();
                let path = [path[0], path[1], "goods", &number];
                for code in kind.hs.iter().chain(&kind.hs_also) {
                    let digits = code.chars().filter(char::is_ascii_digit).count();
                    if digits < 2 || !code.chars().all(|c| c.is_ascii_digit() || c == '.') {
                        let what = format!("`{code}` is no beginning of an HS code");
                        self.fault_at_text(&path, code, what);
                    }
                }
                for document in &kind.documents {
                    self.kind(&path, document);
                }
            }
        }
    }

    /// A kind of document that is named must exist.
    fn kind(&mut self, path: &[&str], name: &str) {
        let kinds = self.vocabulary.kinds.iter();
        let kinds: Vec<&str> = kinds.map(|k| k.name.as_str()).collect();
        if !kinds.contains(&name) {
            let near = did_you_mean(name, &kinds);
            let what = format!("no kind of document is called `{name}`{near}");
            self.fault_at_text(path, name, what);
        }
    }

    /// The parameters the pack itself names.
    fn named(&mut self, file: &PackFile) {
        if let Some(applies_to) = &file.applies_to {
            self.parameter(&["applies_to"], &applies_to.goods);
            let goods = file.parameters.get(&applies_to.goods);
            if goods.is_some_and(|p| p.goods.is_none()) {
                let what = format!("the parameter `{}` holds no goods", applies_to.goods);
                self.fault(&["applies_to", "goods"], what);
            }
        }
        if let Some(relies_on) = &file.relies_on {
            self.parameter(&["relies_on", "standard"], &relies_on.standard);
            self.parameter(&["relies_on", "edition"], &relies_on.edition);
        }
    }

    fn parameter(&mut self, path: &[&str], name: &str) {
        self.used.push(name.to_string());
        if !self.parameters.contains(&name) {
            let near = did_you_mean(name, &self.parameters);
            let what = format!("there is no parameter `{name}`{near}");
            self.fault_at_text(path, name, what);
        }
    }

    fn unused(&mut self, sources: &[Source]) {
        for parameter in self.written.entries_at(&["parameters"]) {
            if !self.used.contains(&parameter.key) {
                let what = format!("no rule uses the parameter `{}`", parameter.key);
                self.errors.push(parameter.key_at.error(what));
            }
        }
        for (number, source) in sources.iter().enumerate() {
            let path = ["sources", &number.to_string(), "id"];
            if sources.iter().take(number).any(|s| s.id == source.id) {
                self.fault(&path, format!("the source {} stands twice", source.id));
            } else if !self.used.contains(&source.id) {
                self.fault(
                    &path,
                    format!("no rule rests on the source `{}`", source.id),
                );
            }
        }
    }

    fn rule(
        &mut self,
        number: &str,
        entry: RuleEntry,
        sources: &[Source],
        example: Option<&Example>,
    ) -> Option<Rule> {
        let path = ["rules", number];
        let under = |key: &'static str| -> [&str; 3] { [path[0], number, key] };
        if entry.basis.confidence == Confidence::Inferred && entry.severity == Severity::Blocker {
            let what = "a rule that is only inferred cannot be a blocker";
            self.fault(&under("severity"), what);
        }
        self.used.push(entry.basis.source.clone());
        if !sources.iter().any(|s| s.id == entry.basis.source) {
            let ids: Vec<&str> = sources.iter().map(|s| s.id.as_str()).collect();
            let near = did_you_mean(&entry.basis.source, &ids);
            let what = format!("there is no source `{}`{near}", entry.basis.source);
            self.fault(&["rules", number, "basis", "source"], what);
        }
        let unknown = entry.unknown.unwrap_or_else(|| Say::same("{what}"));
        for (key, say) in [
            ("message", &entry.message),
            ("unknown", &unknown),
            ("fix", &entry.fix),
        ] {
            for (lang, text) in [("en", &say.en), ("zh", &say.zh)] {
                for name in placeholders(text) {
                    if !PLACEHOLDERS.contains(&name) {
                        let near = did_you_mean(name, &PLACEHOLDERS);
                        let what = format!("there is no placeholder {{{name}}}{near}");
                        self.fault(&["rules", number, key, lang], what);
                    }
                }
            }
        }
        let require = under("require");
        let check = match entry.require.check() {
            Ok(check) => check,
            Err(what) => {
                self.fault(&require, what);
                return None;
            }
        };
        let bad = match &check {
            Check::Note(_) => OutcomeKind::Note,
            // What is not there may still be supplied.
            Check::Provided(c) if c.asks_for_documents() => OutcomeKind::Unknown,
            Check::Filled(c) if c.only_doubts() => OutcomeKind::Unknown,
            _ => OutcomeKind::Fail,
        };
        let cases = self.cases(number, bad, entry.cases, example);
        let subjects = check.subjects();
        if !subjects.contains(&entry.subject) {
            let known: Vec<&str> = subjects.iter().map(|s| s.as_str()).collect();
            let what = format!("this check judges a {}", known.join(" or a "));
            self.fault(&under("for"), what);
        }
        for name in check.parameters() {
            self.parameter(&require, name);
        }
        self.required(&require);
        Some(Rule {
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
            cases,
            at: self.written.near(&path).at.clone(),
            id: entry.id,
        })
    }

    /// Kinds and fields a check names must be there, else the rule is dead.
    fn required(&mut self, path: &[&str]) {
        let mut texts = Vec::new();
        gather(self.written.near(path), &mut texts);
        for text in texts {
            let Some((kind, field)) = text.text().and_then(|t| t.split_once('.')) else {
                continue;
            };
            let is_name = |t: &str| {
                !t.is_empty()
                    && t.chars()
                        .all(|c| c.is_ascii_lowercase() || "-_".contains(c))
            };
            if !is_name(kind) || !is_name(field) {
                continue;
            }
            let kind = if kind == "line" { "declaration" } else { kind };
            if let Err(what) = has_field(self.vocabulary, kind, field) {
                self.errors.push(text.at.error(what));
            }
        }
        let kinds = [path, &["provided", "kinds"]].concat();
        let kinds = self.written.items_at(&kinds).iter();
        let kinds: Vec<String> = kinds.filter_map(|k| k.text().map(str::to_string)).collect();
        for kind in kinds {
            self.kind(path, &kind);
        }
    }

    fn example(&mut self, example: Option<&Example>) {
        for number in 0..example.map_or(0, |e| e.documents.len()) {
            let document = self
                .written
                .near(&["example", "documents", &number.to_string()]);
            self.document(document.clone());
        }
    }

    /// A typed document: of a known kind, with fields the kind has.
    fn document(&mut self, document: Written) {
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

    fn cases(
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
    fn case_fields(&mut self, path: &[&str], entry: &CaseEntry) {
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
fn has_field(vocabulary: &Vocabulary, kind: &str, field: &str) -> Result<(), String> {
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

/// All texts below a value.
fn gather<'w>(written: &'w Written, texts: &mut Vec<&'w Written>) {
    if written.text().is_some() {
        texts.push(written);
    }
    for item in written.items() {
        gather(item, texts);
    }
    for entry in written.entries() {
        gather(&entry.value, texts);
    }
}

/// The names between braces.
fn placeholders(text: &str) -> Vec<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}

impl Check {
    /// The parameters a check names.
    pub fn parameters(&self) -> Vec<&str> {
        match self {
            Check::Provided(c) => c.parameters(),
            Check::CodeFits(c) => vec![c.parameter()],
            Check::Elements(c) => c.parameters(),
            Check::Direction(c) => c.parameters(),
            Check::Filled(c) => vec![c.parameter()],
            Check::Note(c) => vec![c.parameter()],
            Check::Checklist(c) => c.parameters(),
            Check::Matches(c) => c.parameter().into_iter().collect(),
            Check::Total(c) => c.parameter().into_iter().collect(),
            Check::Agree(_) | Check::Unique(_) | Check::Traceable(_) => Vec::new(),
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
            Check::FoundIn(_) | Check::Format(_) | Check::Order(_) => Vec::new(),
            Check::Aligned(c) => c.parameter().into_iter().collect(),
            Check::Certified(_) => Vec::new(),
        }
    }
}
