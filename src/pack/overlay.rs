//! Overlays: what a file or the configuration changes in a pack, laid over it as written, so that
//! every value still knows which file it stands in.

use crate::model::PackChange;
use crate::read::{At, Entry, Is, LoadError, Written};

/// The keys that hold a parameter's value; a parameter has one of them.
pub const VALUES: [&str; 7] = [
    "text",
    "list",
    "ports",
    "items",
    "goods",
    "notes",
    "countries",
];

/// Lays a change over a pack.
pub fn lay(
    base: &mut Written,
    over: &Written,
    changes: &mut Vec<PackChange>,
    errors: &mut Vec<LoadError>,
) {
    let mut note = |what: String, at: &At| {
        changes.push(PackChange {
            what,
            by: at.file().to_string(),
            line: at.line,
        });
    };
    for entry in over.entries() {
        let id_of = |item: &Written| {
            let id = item.get("id").and_then(Written::text);
            id.unwrap_or("").to_string()
        };
        match entry.key.as_str() {
            "extends" => {}
            "parameters" => {
                let Some(known) = slot(base, entry) else {
                    continue;
                };
                for parameter in entry.value.entries() {
                    note(parameter.key.clone(), &parameter.key_at);
                    lay_parameter(known, parameter, errors);
                }
            }
            "sources" | "rules" | "withdrawn" => {
                let Some(Is::List(list)) = slot(base, entry).map(|s| &mut s.is) else {
                    continue;
                };
                for item in entry.value.items() {
                    let id = id_of(item);
                    let tombstone = entry.key == "withdrawn";
                    let known = list.iter_mut().find(|k| !tombstone && id_of(k) == id);
                    let Some(known) = known else {
                        let what = if tombstone { ": withdrawn" } else { "" };
                        note(format!("{id}{what}"), &item.at);
                        list.push(item.clone());
                        continue;
                    };
                    for part in item.entries().iter().filter(|e| e.key != "id") {
                        note(format!("{id}: {}", part.key), &part.key_at);
                        put(known, part);
                    }
                }
            }
            key => {
                let same = base
                    .get(key)
                    .is_some_and(|b| b.text().is_some() && b.text() == entry.value.text());
                if !same {
                    note(key.to_string(), &entry.key_at);
                    put(base, entry);
                }
            }
        }
    }
}

/// A parameter keeps what the change does not name; a text does not become a list.
fn lay_parameter(known: &mut Written, change: &Entry, errors: &mut Vec<LoadError>) {
    let Some(parameter) = known.entry_mut(&change.key) else {
        put(known, change);
        return;
    };
    let holds = VALUES.into_iter().find(|k| parameter.get(k).is_some());
    for part in change.value.entries() {
        let is_value = VALUES.contains(&part.key.as_str());
        match holds {
            Some(holds) if is_value && holds != part.key => {
                let what = format!("the parameter `{}` holds `{holds}`", change.key);
                errors.push(part.key_at.error(what));
            }
            _ => put(parameter, part),
        }
    }
}

/// The list or mapping under a key, made when there is none.
fn slot<'w>(base: &'w mut Written, like: &Entry) -> Option<&'w mut Written> {
    if base.get(&like.key).is_none() {
        let mut empty = like.clone();
        empty.value.is = match &like.value.is {
            Is::List(_) => Is::List(Vec::new()),
            _ => Is::Map(Vec::new()),
        };
        put(base, &empty);
    }
    base.entry_mut(&like.key)
}

/// Sets a key of a mapping.
fn put(map: &mut Written, entry: &Entry) {
    if let Is::Map(entries) = &mut map.is {
        match entries.iter_mut().find(|e| e.key == entry.key) {
            Some(known) => *known = entry.clone(),
            None => entries.push(entry.clone()),
        }
    }
}
