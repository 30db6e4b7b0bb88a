//! Written YAML → typed structs, led by the JSON Schema of the very type: every unknown key, missing
//! key, wrong type and unknown word is found at once, each at its place.

use super::fault::LoadError;
use super::written::{self, Entry, Is, Written};
use jiff::civil::Date;
use regex::Regex;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Parses a YAML file into a type.
///
/// # Errors
/// All that is wrong, with line and column.
pub fn from_yaml<T: DeserializeOwned + JsonSchema>(
    name: &str,
    text: &str,
) -> Result<T, Vec<LoadError>> {
    shape(&written::parse(name, text)?)
}

/// A YAML text that travels inside the program as a type, without its places: most runs need none.
/// `None` when it does not fit; [`from_yaml`] says why.
pub fn own_yaml<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_yaml::from_str(text).ok()
}

/// A written value as a type.
///
/// # Errors
/// All that does not fit it, with line and column.
pub fn shape<T: DeserializeOwned + JsonSchema>(written: &Written) -> Result<T, Vec<LoadError>> {
    let schema = schema::<T>();
    let mut shaper = Shaper {
        root: &schema,
        patterns: BTreeMap::new(),
        errors: Vec::new(),
    };
    let value = shaper.value(&schema, written);
    if !shaper.errors.is_empty() {
        return Err(shaper.errors);
    }
    serde_json::from_value(value).map_err(|e| vec![written.at.error(e.to_string())])
}

/// The schema of a type, made once a run.
fn schema<T: JsonSchema>() -> Arc<Value> {
    static MADE: Mutex<BTreeMap<String, Arc<Value>>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let own = made.entry(T::schema_id().into_owned());
    let schema = own.or_insert_with(|| Arc::new(schemars::schema_for!(T).to_value()));
    Arc::clone(schema)
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

struct Shaper<'s> {
    root: &'s Value,
    /// Compiled once each; `None` for one that is no pattern.
    patterns: BTreeMap<&'s str, Option<Regex>>,
    errors: Vec<LoadError>,
}

impl<'s> Shaper<'s> {
    fn fault(&mut self, written: &Written, what: impl Into<String>) -> Value {
        self.errors.push(written.at.error(what));
        Value::Null
    }

    /// The schema a reference names, or the schema itself.
    fn named(&self, schema: &'s Value) -> &'s Value {
        let pointer = schema.get("$ref").and_then(Value::as_str);
        pointer
            .and_then(|p| self.root.pointer(p.trim_start_matches('#')))
            .unwrap_or(schema)
    }

    fn value(&mut self, schema: &'s Value, written: &Written) -> Value {
        if let Some(definition) = schema.get("$ref").and_then(Value::as_str) {
            let pointer = definition.trim_start_matches('#');
            let root = self.root;
            return match root.pointer(pointer) {
                Some(schema) => self.value(schema, written),
                None => free(written),
            };
        }
        if allows_null(schema) && written.is_null() {
            return Value::Null;
        }
        for many in ["anyOf", "oneOf"] {
            let branches = schema.get(many).and_then(Value::as_array);
            let Some(branches) = branches else { continue };
            let words: Vec<&str> = branches.iter().flat_map(allowed).collect();
            if !words.is_empty() {
                return self.word(&words, written);
            }
            // The branch of the shape that was written, else the first.
            let wanted = match &written.is {
                Is::Text { .. } => "string",
                Is::List(_) => "array",
                Is::Map(_) => "object",
            };
            let fits = |b: &&'s Value| type_of(self.named(b)) == Some(wanted);
            let real = || branches.iter().find(|b| type_of(b) != Some("null"));
            return match branches.iter().find(fits).or_else(real) {
                Some(branch) => self.value(branch, written),
                None => free(written),
            };
        }
        let words = allowed(schema);
        if !words.is_empty() {
            return self.word(&words, written);
        }
        match (type_of(schema), &written.is) {
            (None, _) => free(written),
            (Some("string"), Is::Text { text, plain }) => self.text(schema, text, *plain, written),
            (Some("boolean"), Is::Text { text, .. }) if text == "true" => Value::Bool(true),
            (Some("boolean"), Is::Text { text, .. }) if text == "false" => Value::Bool(false),
            (Some("boolean"), _) => self.fault(written, "expected true or false"),
            (Some("integer"), Is::Text { text, .. }) => match text.parse::<u32>() {
                Ok(number) => Value::Number(Number::from(number)),
                Err(_) => self.fault(written, format!("expected a whole number, found `{text}`")),
            },
            (Some("array"), Is::List(items)) => {
                let of = schema.get("items").unwrap_or(&Value::Bool(true));
                Value::Array(items.iter().map(|item| self.value(of, item)).collect())
            }
            (Some("object"), Is::Map(entries)) => self.map(schema, entries, written),
            (Some(wanted), found) => {
                let wanted = match wanted {
                    "array" => "a list",
                    "object" => "keys with values",
                    "string" => "a text",
                    other => other,
                };
                let found = match found {
                    _ if written.is_null() => "nothing",
                    Is::Text { .. } => "a text",
                    Is::List(_) => "a list",
                    Is::Map(_) => "keys with values",
                };
                self.fault(written, format!("expected {wanted}, found {found}"))
            }
        }
    }

    fn text(&mut self, schema: &'s Value, text: &str, plain: bool, written: &Written) -> Value {
        if text.trim().is_empty() && (plain || schema.get("minLength").is_some()) {
            return self.fault(written, "a text is missing");
        }
        let date = schema.get("format").and_then(Value::as_str) == Some("date");
        if date && text.parse::<Date>().is_err() {
            let what = format!("`{text}` is not a date of the form 2026-05-09");
            return self.fault(written, what);
        }
        let pattern = schema.get("pattern").and_then(Value::as_str);
        let fits = |pattern: &'s str| {
            let regex = self.patterns.entry(pattern);
            let regex = regex.or_insert_with(|| Regex::new(pattern).ok());
            regex.as_ref().is_none_or(|regex| regex.is_match(text))
        };
        if !pattern.is_none_or(fits) {
            let example = schema.pointer("/examples/0").and_then(Value::as_str);
            let what = format!("`{text}` is not of the form `{}`", example.unwrap_or("…"));
            return self.fault(written, what);
        }
        Value::String(text.to_string())
    }

    fn word(&mut self, words: &[&str], written: &Written) -> Value {
        match written.text() {
            Some(text) if words.contains(&text) => Value::String(text.to_string()),
            Some(text) => {
                let near = did_you_mean(text, words);
                let known = words.join(", ");
                self.fault(written, format!("`{text}` is none of {known}{near}"))
            }
            None => self.fault(written, format!("expected one of {}", words.join(", "))),
        }
    }

    fn map(&mut self, schema: &'s Value, entries: &[Entry], written: &Written) -> Value {
        let properties = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties");
        let mut map = Map::new();
        for entry in entries {
            let of = properties.and_then(|p| p.get(&entry.key));
            let of = of.or_else(|| others.filter(|o| **o != Value::Bool(false)));
            match of {
                Some(of) => {
                    let value = self.value(of, &entry.value);
                    map.insert(entry.key.clone(), value);
                }
                None => {
                    let known = properties.map_or(Vec::new(), |p| p.keys().collect());
                    let known: Vec<&str> = known.into_iter().map(String::as_str).collect();
                    let near = did_you_mean(&entry.key, &known);
                    let known = known.join(", ");
                    let key = &entry.key;
                    let what = format!("unknown key `{key}`{near}; the keys here are {known}");
                    self.errors.push(entry.key_at.error(what));
                }
            }
        }
        let required = schema.get("required").and_then(Value::as_array);
        let required = required.into_iter().flatten().filter_map(Value::as_str);
        let missing: Vec<String> = required
            .filter(|key| !entries.iter().any(|e| e.key == *key))
            .map(|key| format!("`{key}`"))
            .collect();
        match missing.as_slice() {
            [] => {}
            [one] => drop(self.fault(written, format!("the key {one} is missing"))),
            many => drop(self.fault(written, format!("the keys {} are missing", many.join(", ")))),
        }
        Value::Object(map)
    }
}

/// All words a schema allows, with or without a description of each.
pub fn allowed_words(schema: &Value) -> Vec<&str> {
    let branches = schema.get("oneOf").and_then(Value::as_array);
    let branches = branches.into_iter().flatten().flat_map(allowed);
    allowed(schema).into_iter().chain(branches).collect()
}

/// The words a schema allows, if it is a list of words.
fn allowed(schema: &Value) -> Vec<&str> {
    let one = schema.get("const").and_then(Value::as_str);
    let many = schema.get("enum").and_then(Value::as_array);
    let many = many.into_iter().flatten().filter_map(Value::as_str);
    one.into_iter().chain(many).collect()
}

/// The type a schema asks for, `null` aside.
fn type_of(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(one) => Some(one),
        Value::Array(many) => many.iter().filter_map(Value::as_str).find(|t| *t != "null"),
        _ => None,
    }
}

fn allows_null(schema: &Value) -> bool {
    let branches = ["anyOf", "oneOf"].iter().filter_map(|k| schema.get(k));
    let branches = branches.filter_map(Value::as_array).flatten();
    let types = schema.get("type").and_then(Value::as_array);
    schema == &Value::Bool(true)
        || branches.clone().any(|b| type_of(b) == Some("null"))
        || types.is_some_and(|t| t.iter().any(|t| t == "null"))
}

/// A value nothing is asked of: texts stay texts.
pub fn free(written: &Written) -> Value {
    match &written.is {
        _ if written.is_null() => Value::Null,
        Is::Text { text, .. } => Value::String(text.clone()),
        Is::List(items) => Value::Array(items.iter().map(free).collect()),
        Is::Map(entries) => {
            let pairs = entries.iter();
            Value::Object(pairs.map(|e| (e.key.clone(), free(&e.value))).collect())
        }
    }
}
