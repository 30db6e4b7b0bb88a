//! `greenlane inventory`: what a folder of reports covers, and until when.

use super::check::{as_of, lanes, waivers};
use super::config::Config;
use super::paths;
use super::session::Session;
use crate::cli::InventoryArgs;
use crate::judge::{Family, Settings};
use crate::report::{self, Format};

pub fn run(args: &InventoryArgs) -> anyhow::Result<u8> {
    let start = args.paths.iter().find(|p| p.as_os_str() != "-");
    let config = Config::load(args.common.config.as_deref(), start.map(AsRef::as_ref))?;
    let offered = [Format::Table, Format::Csv, Format::Json];
    let Session {
        mut config,
        rules,
        lang,
        outputs,
    } = Session::begin(config, &args.common, &args.out, &offered)?;
    let settings = Settings {
        as_of: as_of(args.as_of.as_deref())?,
        lanes: lanes(&args.lane, &config, &rules)?,
        strict: false,
        all: false,
        carry: false,
        draw: Default::default(),
        waivers: waivers(None, false, &config, &rules)?,
    };
    let within = days(&args.within)?;
    config.written_now = outputs.paths().map(Into::into).collect();
    let families = config.families.iter().map(|(name, patterns)| Family {
        name: name.clone(),
        patterns: patterns.clone(),
        ..Family::default()
    });
    let mut aliases = super::aliases::load(&config, &rules)?;
    aliases.at(settings.as_of);
    let most = rules.manner.limits.file_bytes;
    let (folder, remarks) = paths::open_all(&args.paths, &config, &aliases, most)?;
    let mut inventory = crate::inventory(folder, &rules, &settings, families.collect(), within);
    inventory.problems.extend(remarks);
    inventory.problems.extend(config.problem());
    outputs.write(|format| {
        let text = match format {
            Format::Json => report::inventory::json(&inventory, lang),
            Format::Csv => report::inventory::csv(&inventory, lang)?,
            _ => report::inventory::table(&inventory, lang, super::width()),
        };
        Ok(text.into_bytes())
    })?;
    Ok(inventory.exit_code)
}

/// `60d`, `8w` or `60`, in days.
fn days(text: &str) -> anyhow::Result<i64> {
    let (number, unit) = match text.trim() {
        t if t.ends_with('w') => (t.trim_end_matches('w'), 7),
        t => (t.trim_end_matches('d'), 1),
    };
    let days = number
        .trim()
        .parse::<i64>()
        .ok()
        .and_then(|n| n.checked_mul(unit));
    days.filter(|d| (0..=36_500).contains(d))
        .ok_or_else(|| anyhow::anyhow!("--within {text}: not a time of the form 60d or 8w"))
}
