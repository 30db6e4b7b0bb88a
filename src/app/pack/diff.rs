//! `greenlane pack diff A B`: what changed between two versions, rule by rule, in words.

use crate::app::config::Config;
use crate::app::{language, print, rules};
use crate::cli::PackDiffArgs;
use crate::model::Lang;
use crate::pack::Pack;
use crate::read::{Is, Written};

pub fn run(args: &PackDiffArgs) -> anyhow::Result<u8> {
    let here = std::path::Path::new(".");
    let config = Config::load(args.common.config.as_deref(), Some(here))?;
    let lang = language(&args.common, config.lang);
    let load = |name: &String| -> anyhow::Result<Pack> {
        let named = std::slice::from_ref(name);
        let loaded = rules::load_chosen(named, &args.common, &config);
        let (rules, chosen) = loaded.map_err(|e| rules::all(&e))?;
        let pack = rules.packs.into_iter().find(|p| chosen.contains(&p.id));
        pack.ok_or_else(|| anyhow::anyhow!("{name}: no pack"))
    };
    let (a, b) = (load(&args.a)?, load(&args.b)?);
    let mut changes = Vec::new();
    compare("", &a.written, &b.written, lang, &mut changes);
    let mut out = format!("{} {} → {} {}\n", a.id, a.version, b.id, b.version);
    for change in &changes {
        out.push_str(&format!("  {change}\n"));
    }
    if changes.is_empty() {
        out.push_str(match lang {
            Lang::En => "  no difference\n",
            Lang::Zh => "  没有差别\n",
        });
    }
    print(&out, args.common.color)?;
    Ok(0)
}

/// Where a value stands, in words: `rule infant/edition, severity`.
fn place(above: &str, key: &str) -> String {
    match above {
        "" => key.to_string(),
        "rules" => format!("rule {key}"),
        "sources" => format!("source {key}"),
        "parameters" => format!("parameter {key}"),
        above => format!("{above}, {key}"),
    }
}

fn compare(at: &str, a: &Written, b: &Written, lang: Lang, changes: &mut Vec<String>) {
    match (&a.is, &b.is) {
        (Is::Map(old), Is::Map(new)) => {
            for entry in old {
                let place = place(at, &entry.key);
                match b.get(&entry.key) {
                    Some(other) => compare(&place, &entry.value, other, lang, changes),
                    None => changes.push(gone(&place, &entry.value, lang)),
                }
            }
            for entry in new.iter().filter(|e| a.get(&e.key).is_none()) {
                changes.push(added(&place(at, &entry.key), &entry.value, lang));
            }
        }
        (Is::List(old), Is::List(new)) => lists(at, old, new, lang, changes),
        _ if told(a) == told(b) => {}
        _ => {
            let (old, new) = (told(a), told(b));
            changes.push(match lang {
                Lang::En => format!("{at}: “{old}” becomes “{new}”"),
                Lang::Zh => format!("{at}：“{old}” 改为 “{new}”"),
            });
        }
    }
}

/// Entries of lists are the same when they have the same id or key, or are the same text.
fn lists(at: &str, old: &[Written], new: &[Written], lang: Lang, changes: &mut Vec<String>) {
    let find =
        |list: &[Written], wanted: &Written| list.iter().position(|w| name(w) == name(wanted));
    for item in old {
        let place = place(at, &name(item));
        match find(new, item).and_then(|i| new.get(i)) {
            Some(other) => compare(&place, item, other, lang, changes),
            None => changes.push(gone(&place, item, lang)),
        }
    }
    for item in new.iter().filter(|i| find(old, i).is_none()) {
        changes.push(added(&place(at, &name(item)), item, lang));
    }
}

fn gone(place: &str, value: &Written, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{place} is taken out{}", in_brackets(place, value)),
        Lang::Zh => format!("{place} 被删除{}", in_brackets(place, value)),
    }
}

fn added(place: &str, value: &Written, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{place} is new{}", in_brackets(place, value)),
        Lang::Zh => format!("{place} 为新增{}", in_brackets(place, value)),
    }
}

/// What a new or old value says, where that is short: a text, or the title of a rule.
fn in_brackets(place: &str, value: &Written) -> String {
    let title = value
        .find(&["title", "en"])
        .or_else(|| value.find(&["name", "en"]));
    let own = value.text();
    match title.or(own.map(|_| value)).and_then(Written::text) {
        Some(text) if !place.ends_with(text) => format!(" ({text})"),
        _ => String::new(),
    }
}

/// The name of an entry of a list.
fn name(item: &Written) -> String {
    let named = ["id", "key"].iter().find_map(|k| item.get(k)?.text());
    named.map_or_else(|| told(item), str::to_string)
}

fn told(value: &Written) -> String {
    match &value.is {
        Is::Text { text, .. } => text.clone(),
        Is::List(items) => items.iter().map(told).collect::<Vec<_>>().join(", "),
        Is::Map(entries) => {
            let pairs = entries.iter();
            let pairs: Vec<String> = pairs
                .map(|e| format!("{}: {}", e.key, told(&e.value)))
                .collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}
