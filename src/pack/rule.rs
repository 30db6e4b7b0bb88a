//! A rule as written → a rule that judges, or what is wrong with it.

use super::compile::Look;
use super::file::{Example, RuleEntry};
use super::overlay::VALUES;
use super::proof::has_field;
use super::{Rule, Source};
use crate::model::{Basis, Confidence, Say, Severity};
use crate::read::{Written, did_you_mean};

/// The placeholders a message or fix may hold.
const PLACEHOLDERS: [&str; 6] = ["what", "found", "expected", "nearest", "reason", "subject"];

/// Settings of checks that name a parameter, and what that must hold. (`one_of.list` holds ports or countries.)
const HOLDS: [(&str, &str); 13] = [
    ("items", "items"),
    ("goods", "goods"),
    ("table", "goods"),
    ("headings", "goods"),
    ("notes", "notes"),
    ("by_category", "goods"),
    ("standard", "text"),
    ("edition", "text"),
    ("not_applicable", "text"),
    ("party", "text"),
    ("tolerance", "text"),
    ("max_age_days", "text"),
    ("examples", "list"),
];

impl Look<'_> {
    pub fn rule(
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
        let bad = check.adverse();
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
        self.required(&under("needs"));
        Some(Rule {
            title: entry.title,
            severity: entry.severity,
            unknown_severity: entry.if_unknown.unwrap_or(entry.severity),
            subject: entry.subject,
            check,
            needs: entry.needs,
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
    pub fn required(&mut self, path: &[&str]) {
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
        self.settings(path);
        let kinds = [path, &["provided", "kinds"]].concat();
        let kinds = self.written.items_at(&kinds).iter();
        let kinds: Vec<String> = kinds.filter_map(|k| k.text().map(str::to_string)).collect();
        for kind in kinds {
            self.kind(path, &kind);
        }
    }

    /// The parameters a check is set to hold what it can use.
    pub fn settings(&mut self, path: &[&str]) {
        let written = self.written;
        let parameters = |name: &str| written.entries_at(&["parameters", name]);
        for check in written.entries_at(path) {
            for setting in check.value.entries() {
                if let Some(name) = setting.value.text() {
                    self.text_for(&setting.key, name);
                }
                let own = HOLDS.iter().find(|(key, _)| *key == setting.key);
                let wanted = match (check.key.as_str(), own) {
                    ("one_of", _) if setting.key == "list" => "ports` or `countries",
                    (_, Some((_, wanted))) => wanted,
                    _ => continue,
                };
                let name = setting.value.text().unwrap_or("");
                let held = parameters(name).iter().map(|e| e.key.as_str());
                let held = held.into_iter().find(|k| VALUES.contains(k));
                if let Some(held) = held.filter(|held| !wanted.split("` or `").any(|w| w == *held))
                {
                    let what =
                        format!("the parameter `{name}` holds `{held}`; here it is `{wanted}`");
                    self.errors.push(setting.value.at.error(what));
                }
            }
            let Some(only) = check.value.get("only") else {
                continue;
            };
            let holder = ["items", "goods"].into_iter();
            let mut named = holder.filter_map(|h| Some((h, check.value.get(h)?.text()?)));
            let (holder, name) = named.next().unwrap_or(("items", ""));
            let values = written.find(&["parameters", name]).into_iter();
            for value in values.chain(written.items_at(&["parameters", name, "later"])) {
                let entries = value.items_at(&[holder]).iter();
                let keys: Vec<&str> = entries.filter_map(|i| i.get("key")?.text()).collect();
                let key = only.text().unwrap_or("");
                if !keys.contains(&key) {
                    let near = did_you_mean(key, &keys);
                    let what = format!("none of the {holder} has the key `{key}`{near}");
                    self.errors.push(only.at.error(what));
                }
            }
        }
    }
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
