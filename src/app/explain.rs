//! `greenlane explain`: what a rule or lane asks for, why, on what ground.

use super::config::Config;
use super::rules;
use crate::cli::ExplainArgs;
use crate::model::{Confidence, Say};
use crate::pack::Pack;
use crate::read::did_you_mean;
use crate::report::lanes::{self, Card, Page};
use jiff::civil::Date;

pub fn run(args: &ExplainArgs) -> anyhow::Result<u8> {
    let here = std::path::Path::new(".");
    let config = Config::load(args.common.config.as_deref(), Some(here))?;
    let rules = rules::load_all(&args.common, &config)?;
    let lang = super::language(&args.common, config.lang);
    let width = super::width();
    let today = super::check::today()?;
    if let Some(pack) = rules.packs.iter().find(|p| p.id == args.what) {
        let pages: Vec<Page> = (0..pack.rules.len())
            .filter_map(|i| page(pack, i))
            .collect();
        let text = lanes::lane(&card(pack, today), &pages, lang, width);
        super::print(&text, args.common.color);
        return Ok(0);
    }
    for pack in &rules.packs {
        let at = pack.rules.iter().position(|r| r.id == args.what);
        if let Some(page) = at.and_then(|i| page(pack, i)) {
            super::print(&lanes::rule(&page, lang, width), args.common.color);
            return Ok(0);
        }
    }
    let known: Vec<&str> = rules
        .packs
        .iter()
        .flat_map(|p| std::iter::once(p.id.as_str()).chain(p.rules.iter().map(|r| r.id.as_str())))
        .collect();
    let near = did_you_mean(&args.what, &known);
    anyhow::bail!("no rule or lane is called `{}`{near}", args.what)
}

/// A pack as `lanes` shows it.
pub fn card(pack: &Pack, today: Date) -> Card {
    let weakest = if pack
        .rules
        .iter()
        .any(|r| r.basis.confidence == Confidence::Inferred)
    {
        "reported, partly inferred"
    } else if pack.is_lane() {
        "reported"
    } else {
        "reported, standard"
    };
    Card {
        id: pack.id.clone(),
        version: pack.version.clone(),
        title: pack.title.clone(),
        authority: pack.authority.clone(),
        from: pack.from.map(|d| d.to_string()),
        until: pack.until.map(|d| d.to_string()),
        reviewed: pack.reviewed.to_string(),
        stale: pack.is_stale(today),
        is_lane: pack.is_lane(),
        confidence: weakest,
        rules: pack.rules.len(),
        sources: pack
            .sources
            .iter()
            .map(|s| format!("{} ({}, {}, {})", s.title, s.issuer, s.date, s.kind))
            .collect(),
        changed_by: pack.changed_by(),
    }
}

fn page(pack: &Pack, number: usize) -> Option<Page> {
    let rule = pack.rules.get(number)?;
    let source = pack.sources.iter().find(|s| s.id == rule.basis.source);
    Some(Page {
        id: rule.id.clone(),
        pack: pack.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity.as_str(),
        unknown: rule.unknown_severity.as_str(),
        fix: without_placeholders(&rule.fix),
        words: rule.basis.words.clone(),
        confidence: rule.basis.confidence.as_str(),
        source: source.map_or_else(String::new, |s| {
            format!("{} — {}, {} ({})", s.title, s.issuer, s.date, s.kind)
        }),
        check: format!("{:?}", rule.check)
            .split(['(', ' ', '{'])
            .next()
            .unwrap_or("")
            .to_string(),
        parameters: rule
            .check
            .parameters()
            .iter()
            .map(|name| (name.to_string(), parameter(pack, name)))
            .collect(),
    })
}

/// A fix as a sentence for any case.
fn without_placeholders(say: &Say) -> Say {
    say.map(|text, _| {
        text.replace("{expected}", "…")
            .replace("{found}", "…")
            .replace("{nearest}", "…")
    })
}

/// The value of a parameter in one line.
fn parameter(pack: &Pack, name: &str) -> String {
    let p = &pack.parameters;
    let text = p.text(name);
    if !text.is_empty() {
        return text.to_string();
    }
    let names: Vec<String> = if p.list(name).is_empty() {
        let ports = p
            .ports(name)
            .iter()
            .map(|x| format!("{} {}", x.name.en, x.name.zh));
        let items = p
            .items(name)
            .iter()
            .map(|x| format!("{} {}", x.name.en, x.name.zh));
        let goods = p
            .goods(name)
            .iter()
            .map(|x| format!("{} {}", x.name.en, x.name.zh));
        ports.chain(items).chain(goods).collect()
    } else {
        p.list(name).to_vec()
    };
    if names.is_empty() {
        "—".to_string()
    } else {
        names.join(", ")
    }
}
