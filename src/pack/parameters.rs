//! What is wrong with the parameters of a pack, and what nothing uses.

use super::Source;
use super::compile::{Look, day};
use super::file::PackFile;
use super::overlay::VALUES;
use crate::check::Parameter;
use crate::facts::recognised::PARAMETER;
use crate::read::{Written, did_you_mean};
use indexmap::IndexMap;

impl Look<'_> {
    pub fn parameters(&mut self, parameters: &IndexMap<String, Parameter>) {
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
            for kind in ["ports", "countries", "items", "goods"] {
                // With nothing in it nothing would be checked, and nothing would fail. A pack for
                // reports has its lists filled from the lanes.
                let values = std::iter::once(value).chain(value.items_at(&["later"]));
                for value in values.filter_map(|v| v.get(kind)) {
                    if value.items().is_empty() && self.written.get("reports_only").is_none() {
                        self.errors.push(value.at.error("this list is empty"));
                    }
                }
            }
            self.items_of_goods(name, parameter, parameters);
            for (number, kind) in parameter.goods().enumerate() {
                let number = number.to_string();
                let path = [path[0], path[1], "goods", &number];
                for code in kind.hs.iter().chain(&kind.hs_whole).chain(&kind.hs_also) {
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

    /// Items that are required for some goods only name goods the pack has.
    pub fn items_of_goods(
        &mut self,
        name: &str,
        parameter: &Parameter,
        parameters: &IndexMap<String, Parameter>,
    ) {
        let goods = parameters.values().flat_map(Parameter::goods);
        let keys: Vec<&str> = goods.map(|g| g.key.as_str()).collect();
        for (number, item) in parameter.items.iter().flatten().enumerate() {
            for key in item.goods.iter().filter(|k| !keys.contains(&k.as_str())) {
                let near = did_you_mean(key, &keys);
                let path = ["parameters", name, "items", &number.to_string(), "goods"];
                let what = format!("no goods have the key `{key}`{near}");
                self.fault_at_text(&path, key, what);
            }
        }
    }

    /// The parameters the pack itself names.
    pub fn named(&mut self, file: &PackFile) {
        self.used.push(PARAMETER.to_string());
        self.text_for(PARAMETER, PARAMETER);
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
            self.text_for("standard", &relies_on.standard);
            self.text_for("edition", &relies_on.edition);
        }
    }

    pub fn parameter(&mut self, path: &[&str], name: &str) {
        self.used.push(name.to_string());
        if !self.parameters.contains(&name) {
            let near = did_you_mean(name, &self.parameters);
            let what = format!("there is no parameter `{name}`{near}");
            self.fault_at_text(path, name, what);
        }
    }

    pub fn unused(&mut self, sources: &[Source]) {
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
}
