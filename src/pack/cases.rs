//! The cases of a rule: the documents of the example, changed as a case says.

use super::file::{CaseEntry, Example};
use crate::read::did_you_mean;
use serde_json::{Map, Value};

type Typed = Map<String, Value>;

/// A path of a case that leads nowhere, and why.
#[derive(Debug)]
pub struct Astray {
    pub path: String,
    pub why: String,
}

impl Astray {
    fn new(path: &str, why: String) -> Astray {
        let path = path.to_string();
        Astray { path, why }
    }
}

/// The documents of a case as names and JSON texts.
///
/// # Errors
/// Each path of the case that leads nowhere.
pub fn documents(
    example: Option<&Example>,
    case: &CaseEntry,
) -> Result<Vec<(String, String)>, Vec<Astray>> {
    let mut typed: Vec<Typed> = example.map_or(Vec::new(), |e| e.documents.clone());
    let mut faults = Vec::new();
    for path in &case.without {
        if path.contains('.') {
            if let Err(what) = set(&mut typed, path, &Value::Null) {
                faults.push(Astray::new(path, what));
            }
            continue;
        }
        let before = typed.len();
        match number_of(&typed, path) {
            Ok(number) if path.contains('#') => {
                typed.remove(number);
            }
            Ok(_) => typed.retain(|d| kind(d) != path),
            Err(what) => faults.push(Astray::new(path, what)),
        }
        debug_assert!(typed.len() <= before);
    }
    for (path, value) in &case.with {
        if let Err(what) = set(&mut typed, path, value) {
            faults.push(Astray::new(path, what));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    typed.extend(case.documents.iter().cloned());
    let mut named: Vec<(String, String)> = Vec::new();
    for document in typed {
        let kind = kind(&document);
        let same = named.iter().filter(|(n, _)| n.starts_with(kind)).count();
        let name = match same {
            0 => format!("{kind}.json"),
            n => format!("{kind}-{}.json", n + 1),
        };
        named.push((name, Value::Object(document).to_string()));
    }
    Ok(named)
}

fn kind(document: &Typed) -> &str {
    document.get("kind").and_then(Value::as_str).unwrap_or("")
}

/// The position of `lab-report` or `lab-report#2`.
fn number_of(typed: &[Typed], name: &str) -> Result<usize, String> {
    let (wanted, nth) = match name.split_once('#') {
        Some((wanted, nth)) => (wanted, nth.parse::<usize>().unwrap_or(0)),
        None => (name, 1),
    };
    let mut of_kind = typed
        .iter()
        .enumerate()
        .filter(|(_, d)| kind(d) == wanted)
        .map(|(i, _)| i);
    let found = nth.checked_sub(1).and_then(|n| of_kind.nth(n));
    found.ok_or_else(|| {
        let kinds: Vec<&str> = typed.iter().map(kind).collect();
        let near = did_you_mean(name, &kinds);
        format!("the example has no document `{name}`{near}")
    })
}

/// Puts a value at a path, or takes it away when the value is nothing.
fn set(typed: &mut [Typed], path: &str, value: &Value) -> Result<(), String> {
    let (name, rest) = path
        .split_once('.')
        .ok_or_else(|| format!("`{path}` is not of the form kind.field or kind.list.1.field"))?;
    let number = number_of(typed, name)?;
    let document = typed.get_mut(number).ok_or("no such document")?;
    let steps: Vec<&str> = rest.split('.').collect();
    let Some((last, steps)) = steps.split_last() else {
        return Ok(());
    };
    let Some((first, others)) = steps.split_first() else {
        return put(document, last, value, name);
    };
    let nowhere = |step: &str| format!("`{name}` has no `{step}` here");
    let mut at = document.get_mut(*first).ok_or_else(|| nowhere(first))?;
    for step in others {
        at = child(at, step).ok_or_else(|| nowhere(step))?;
    }
    match at {
        Value::Object(map) => put(map, last, value, name),
        Value::Array(list) => {
            let at = last.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            match at {
                Some(at) if at < list.len() && value.is_null() => {
                    list.remove(at);
                    Ok(())
                }
                Some(at) if at == list.len() && !value.is_null() => {
                    list.push(value.clone());
                    Ok(())
                }
                Some(at) => {
                    *list.get_mut(at).ok_or_else(|| nowhere(last))? = value.clone();
                    Ok(())
                }
                None => Err(nowhere(last)),
            }
        }
        _ => Err(nowhere(last)),
    }
}

fn put(map: &mut Typed, key: &str, value: &Value, document: &str) -> Result<(), String> {
    if !value.is_null() {
        map.insert(key.to_string(), value.clone());
        return Ok(());
    }
    let known: Vec<&str> = map.keys().map(String::as_str).collect();
    let near = did_you_mean(key, &known);
    let nothing = format!("`{document}` has no `{key}` here to take away{near}");
    map.shift_remove(key).map(|_| ()).ok_or(nothing)
}

fn child<'v>(value: &'v mut Value, step: &str) -> Option<&'v mut Value> {
    match value {
        Value::Object(map) => map.get_mut(step),
        Value::Array(list) => list.get_mut(step.parse::<usize>().ok()?.checked_sub(1)?),
        _ => None,
    }
}
