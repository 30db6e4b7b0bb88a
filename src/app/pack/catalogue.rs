//! `greenlane pack catalogue`: all checks, and the rules and parameters of packs, as Markdown.

use crate::app::config::Config;
use crate::app::explain::{checks, settings_of};
use crate::app::{language, print, rules};
use crate::cli::PackArgs;
use crate::model::Lang;
use crate::pack::{Pack, Rule};

pub fn run(args: &PackArgs) -> anyhow::Result<u8> {
    let here = std::path::Path::new(".");
    let config = Config::load(args.common.config.as_deref(), Some(here))?;
    let loaded = rules::load_chosen(&args.packs, &args.common, &config);
    let (rules, chosen) = loaded.map_err(|e| rules::all(&e))?;
    let lang = language(&args.common, config.lang);
    let mut out = String::from("## Checks\n");
    for check in checks() {
        let wording = rules.packs.first().map(|p| &p.wording);
        let meaning = wording.and_then(|w| w.of_check(&check)).cloned();
        let meaning = meaning.unwrap_or_default();
        out.push_str(&format!("\n### `{check}`\n{}\n", meaning.get(lang)));
        let settings = settings_of(&check);
        if !settings.is_empty() {
            out.push_str("\n| setting | |\n|---|---|\n");
        }
        for (name, required, about) in settings {
            let optional = if required { "" } else { " (optional)" };
            out.push_str(&row(&[&format!("`{name}`{optional}"), &about]));
        }
    }
    out.push_str("\n## Packs\n");
    for pack in rules.packs.iter().filter(|p| chosen.contains(&p.id)) {
        out.push_str(&of_pack(pack, lang));
    }
    print(&out, args.common.color)?;
    Ok(0)
}

fn of_pack(pack: &Pack, lang: Lang) -> String {
    let mut out = format!("\n### `{}` — {}\n", pack.id, pack.title.get(lang));
    out.push_str("| rule | what must hold | severity | of each | check | basis |\n|---|---|---|---|---|---|\n");
    for (number, rule) in pack.rules.iter().enumerate() {
        let path = ["rules", &number.to_string(), "require"];
        let check = pack.written.entries_at(&path).first();
        let check = check.map_or("", |e| e.key.as_str());
        out.push_str(&of_rule(rule, check, lang));
    }
    for gone in &pack.withdrawn {
        let (id, since, why) = (&gone.id, &gone.since, gone.why.get(lang));
        out.push_str(&format!("\n`{id}` holds no longer since {since}: {why}\n"));
    }
    let parameters = pack.written.entries_at(&["parameters"]);
    if parameters.is_empty() {
        return out;
    }
    out.push_str("\n| parameter | holds | used by | |\n|---|---|---|---|\n");
    for parameter in parameters {
        let name = parameter.key.as_str();
        let mut holds = parameter.value.entries().iter().map(|e| e.key.as_str());
        let holds = holds.find(|k| !["note", "later"].contains(k)).unwrap_or("");
        let uses = |r: &&Rule| r.check.parameters().contains(&name);
        let used: Vec<&str> = pack
            .rules
            .iter()
            .filter(uses)
            .map(|r| r.id.as_str())
            .collect();
        let note = parameter.value.find(&["note", say_key(lang)]);
        let note = note.and_then(|n| n.text()).unwrap_or("");
        out.push_str(&row(&[&format!("`{name}`"), holds, &used.join(", "), note]));
    }
    out
}

fn of_rule(rule: &Rule, check: &str, lang: Lang) -> String {
    let severity = if rule.severity == rule.unknown_severity {
        rule.severity.as_str().to_string()
    } else {
        let unknown = rule.unknown_severity.as_str();
        format!("{} (unknown: {unknown})", rule.severity.as_str())
    };
    row(&[
        &format!("`{}`", rule.id),
        rule.title.get(lang),
        &severity,
        rule.subject.as_str(),
        &format!("`{check}`"),
        rule.basis.confidence.as_str(),
    ])
}

fn say_key(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "en",
        Lang::Zh => "zh",
    }
}

fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|c| c.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}
