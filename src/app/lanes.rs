//! `greenlane lanes`: the packs loaded.

use super::check::today;
use super::config::Config;
use super::rules;
use crate::cli::CommonArgs;
use crate::report;

pub fn run(args: &CommonArgs) -> anyhow::Result<u8> {
    let here = std::path::Path::new(".");
    let config = Config::load(args.config.as_deref(), Some(here))?;
    let rules = rules::load_all(args, &config)?;
    let lang = super::language(args, config.lang);
    let cards: Vec<report::lanes::Card> = rules
        .packs
        .iter()
        .map(|p| super::explain::card(p, today().unwrap_or_default()))
        .collect();
    super::print(
        &report::lanes::render(&cards, lang, super::width()),
        args.color,
    )?;
    Ok(0)
}
