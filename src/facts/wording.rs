//! How reasons are worded: for each its sentence and its remedy, in both languages, with names in
//! braces for what differs from case to case; and what each check asks, in a sentence.

use super::why::{COMMON, Filler, Why};
use crate::model::{Lang, Say};
use crate::read::{LoadError, parse_written, shape};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The wording as it is written in `rules/wording.yaml`.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// What each check asks, by its name.
    checks: BTreeMap<String, Say>,
    /// The names of fields and things that sentences speak of.
    terms: BTreeMap<String, Say>,
    /// The sentence and remedy of each reason, by its id.
    reasons: BTreeMap<String, Worded>,
}

/// A reason in words.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Worded {
    en: String,
    zh: String,
    /// What to do, where the rule's own remedy is not the one.
    #[serde(default)]
    fix: Option<Say>,
}

impl Wording {
    /// Reads the wording.
    ///
    /// # Errors
    /// What is wrong in it, with its places.
    pub fn read(name: &str, text: &str) -> Result<Wording, Vec<LoadError>> {
        shape(&parse_written(name, text)?)
    }

    /// What a check asks.
    pub fn of_check(&self, name: &str) -> Option<&Say> {
        self.checks.get(name)
    }

    /// What the checks need and the wording has not: for each a sentence for who keeps it.
    pub fn lacking(&self, checks: &[(&str, &str)]) -> Vec<LoadError> {
        let mut errors = Vec::new();
        let mut lacks = |what| errors.push(LoadError::of_file("wording.yaml", what));
        for (check, reasons) in checks {
            if !self.checks.contains_key(*check) {
                lacks(format!("the check `{check}` has no meaning"));
            }
            for reason in reasons
                .split_whitespace()
                .filter(|r| !self.reasons.contains_key(*r))
            {
                lacks(format!(
                    "the reason `{reason}` of the check `{check}` has no wording"
                ));
            }
        }
        for reason in COMMON
            .split_whitespace()
            .filter(|r| !self.reasons.contains_key(*r))
        {
            lacks(format!("the reason `{reason}` has no wording"));
        }
        errors
    }

    /// All that is said, as a sentence; `more` knows what the reason's own words do not.
    pub fn sentence(&self, why: &Why, more: &dyn Fn(&str, Lang) -> Option<String>) -> Say {
        let said = |why: &Why, lang: Lang| {
            let worded = self.reasons.get(why.reason);
            let text = worded.map_or(why.reason, |w| lang.say(&w.en, &w.zh));
            self.filled(text, lang, why, more)
        };
        let all = |lang, between| {
            let each: Vec<String> = why.all().map(|w| said(w, lang)).collect();
            each.join(between)
        };
        Say::new(all(Lang::En, " "), all(Lang::Zh, ""))
    }

    /// The remedy the last of the reasons has that has one.
    pub fn fix(&self, why: &Why, more: &dyn Fn(&str, Lang) -> Option<String>) -> Option<Say> {
        why.all().rev().find_map(|why| {
            let fix = self.reasons.get(why.reason)?.fix.as_ref()?;
            Some(fix.map(|text, lang| self.filled(text, lang, why, more)))
        })
    }

    /// A reason's template, with its words and what else is known.
    fn filled(
        &self,
        template: &str,
        lang: Lang,
        why: &Why,
        more: &dyn Fn(&str, Lang) -> Option<String>,
    ) -> String {
        filled(template, |name| {
            let word = why.get(name).map(|word| match word {
                Filler::Said(said) => said.get(lang).to_string(),
                Filler::Term(term) => match self.terms.get(term) {
                    Some(worded) => worded.get(lang).to_string(),
                    None => term.replace(['_', '-'], " "),
                },
            });
            let word = word.or_else(|| more(name, lang));
            word.unwrap_or_else(|| format!("{{{name}}}"))
        })
    }
}

/// A template with what stands for each name in braces.
pub fn filled(template: &str, word: impl Fn(&str) -> String) -> String {
    let mut text = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        rest = match after.split_once('}') {
            Some((name, after)) => {
                text.push_str(&word(name));
                after
            }
            None => {
                text.push('{');
                after
            }
        };
    }
    text.push_str(rest);
    text
}
