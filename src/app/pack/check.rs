//! `greenlane pack check`: everything that is wrong in packs, overlays, kinds of documents,
//! configurations and waivers, all at once.

use crate::app::config::{Config, FILE_NAME};
use crate::app::{aliases, language, print, rules};
use crate::cli::PackArgs;
use crate::extract::is_list;
use crate::judge::Waivers;
use crate::model::Lang;
use crate::read::{LoadError, parse_written};
use std::path::Path;

/// What a file is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// A pack, an overlay, a kind of document, a folder of them, or the id of a pack.
    Rules,
    Config,
    Waivers,
}

pub fn run(args: &PackArgs) -> anyhow::Result<u8> {
    let here = Path::new(".");
    let of = |wanted: Sort| -> Vec<&String> {
        args.packs.iter().filter(|p| sort(p) == wanted).collect()
    };
    let mut errors: Vec<LoadError> = Vec::new();
    let mut configs = Vec::new();
    for file in of(Sort::Config) {
        match Config::open(Path::new(file)) {
            Ok(config) => configs.push(config),
            Err(found) => errors.extend(found),
        }
    }
    if configs.is_empty() {
        let named = args.common.config.as_deref();
        configs.push(Config::load(named, Some(here))?);
    }
    let named: Vec<String> = of(Sort::Rules).into_iter().cloned().collect();
    let mut said = String::new();
    let lang = language(&args.common, configs.first().and_then(|c| c.lang));
    for file in of(Sort::Config) {
        said.push_str(&in_order(
            file,
            "keys, and the files, packs, lanes, kinds and parameters they name",
            "各键，以及所指的文件、规则包、通道、单证类型和参数",
            lang,
        ));
    }
    for file in of(Sort::Waivers) {
        said.push_str(&in_order(
            file,
            "rules, values and days of the waivers",
            "豁免的规则、取值和日期",
            lang,
        ));
    }
    for config in &configs {
        let (rules, chosen) = match rules::load_chosen(&named, &args.common, config) {
            Ok(loaded) => loaded,
            Err(found) => {
                errors.extend(found);
                continue;
            }
        };
        let ids = rules.packs.iter().flat_map(|p| &p.rules);
        let ids: Vec<&str> = ids.map(|r| r.id.as_str()).collect();
        let files = of(Sort::Waivers).into_iter().map(Path::new);
        let own = config.waivers.as_deref().filter(|f| f.is_file());
        for file in files.chain(own) {
            let read = rules::read_table(file).map_err(|e| vec![e]);
            let name = file.display().to_string();
            let parsed = read.and_then(|text| Waivers::parse(&[(name, text)], &ids));
            errors.extend(parsed.err().into_iter().flatten());
        }
        errors.extend(aliases::faults(config, &rules));
        for pack in rules.packs.iter().filter(|p| chosen.contains(&p.id)) {
            let cases: usize = pack.rules.iter().map(|r| r.cases.len()).sum();
            let count = pack.rules.len();
            let (id, version) = (&pack.id, &pack.version);
            said.push_str(&match lang {
                Lang::En => format!("{id} {version}: {count} rules, {cases} cases, in order\n"),
                Lang::Zh => format!("{id} {version}：{count} 条规则，{cases} 个案例，无误\n"),
            });
        }
    }
    if errors.is_empty() {
        print(&said, args.common.color)?;
        return Ok(0);
    }
    errors.dedup();
    Err(rules::all(&errors))
}

/// What was looked at in a file that is in order.
fn in_order(file: &str, en: &str, zh: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{file}: in order ({en})\n"),
        Lang::Zh => format!("{file}：无误（{zh}）\n"),
    }
}

/// A configuration has none of the keys of a pack; waivers are a table or a list.
fn sort(path: &str) -> Sort {
    let file = Path::new(path);
    if file
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("csv"))
    {
        let list = rules::read_table(file).is_ok_and(|text| is_list(&text));
        return if list { Sort::Rules } else { Sort::Waivers };
    }
    if file.file_name().is_some_and(|n| n == FILE_NAME) {
        return Sort::Config;
    }
    let written = rules::read_text(file).ok();
    let written = written.and_then(|text| parse_written(path, &text).ok());
    let Some(written) = written else {
        return Sort::Rules;
    };
    let of_pack = [
        "id", "extends", "version", "title", "sources", "reviewed", "kind",
    ];
    if !written.items().is_empty() {
        Sort::Waivers
    } else if written.entries().is_empty() || of_pack.iter().any(|k| written.get(k).is_some()) {
        Sort::Rules
    } else {
        Sort::Config
    }
}
