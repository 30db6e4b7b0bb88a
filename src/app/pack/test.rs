//! `greenlane pack test`: every case of every rule runs down the whole street.

use crate::app::config::Config;
use crate::app::output::Outputs;
use crate::app::{language, rules};
use crate::cli::PackTestArgs;
use crate::judge::Settings;
use crate::model::{Lang, OutcomeKind, Severity};
use crate::pack::{Case, CaseEntry, Pack, Rule, documents, override_pack};
use crate::report::cases::{self, Coverage, Wrong};
use crate::report::{Format, junit};
use crate::{Folder, Input, Rules};
use std::sync::Arc;

pub fn run(asked: &PackTestArgs) -> anyhow::Result<u8> {
    let args = &asked.of;
    let here = std::path::Path::new(".");
    let config = Config::load(args.common.config.as_deref(), Some(here))?;
    let loaded = rules::load_chosen(&args.packs, &args.common, &config);
    let (mut rules, chosen) = loaded.map_err(|e| rules::all(&e))?;
    let lang = language(&args.common, config.lang);
    let (offered, color) = ([Format::Table, Format::Junit], args.common.color);
    let limits = &rules.manner.limits;
    let outputs = Outputs::begin(&asked.out, color, &offered, lang, limits)?;
    let packs = std::mem::take(&mut rules.packs);
    let mut covered = Vec::new();
    for pack in packs.iter().filter(|p| chosen.contains(&p.id)) {
        for rule in 0..pack.rules.len() {
            covered.extend(test(&mut rules, pack, rule, lang)?);
        }
        covered.extend(whole(&mut rules, pack, lang)?);
    }
    let wrong = covered.iter().any(|c| !c.wrong.is_empty());
    outputs.write(|format| {
        Ok(match format {
            Format::Junit => junit::cases(&covered)?.into_bytes(),
            _ => cases::render(&covered, lang).into_bytes(),
        })
    })?;
    Ok(u8::from(wrong))
}

/// Runs the cases of one rule.
fn test(
    rules: &mut Rules,
    pack: &Pack,
    number: usize,
    lang: Lang,
) -> anyhow::Result<Option<Coverage>> {
    let Some(rule) = pack.rules.get(number) else {
        return Ok(None);
    };
    let mut coverage = Coverage {
        pack: pack.id.clone(),
        rule: rule.id.clone(),
        counts: Vec::new(),
        wrong: Vec::new(),
    };
    let own = alone(pack, rule);
    for (at, case) in rule.cases.iter().enumerate() {
        let number = number.to_string();
        let path = ["rules", &number, "cases", &at.to_string(), "parameters"];
        let written = pack.written.near(&path);
        rules.packs = if case.entry.parameters.is_empty() {
            vec![own.clone()]
        } else {
            let changed = override_pack(pack, written, &rules.vocabulary);
            vec![alone(&changed.map_err(|e| rules::all(&e))?, rule)]
        };
        let (got, said) = outcome(rules, pack, case, lang)?;
        let expected = case.entry.expect;
        match coverage.counts.iter_mut().find(|(o, _)| *o == expected) {
            Some((_, count)) => *count += 1,
            None => coverage.counts.push((expected, 1)),
        }
        if got != expected {
            coverage.wrong.push(Wrong {
                file: case.at.file().to_string(),
                line: case.at.line,
                name: case.entry.name.clone(),
                expected,
                got,
                said,
            });
        }
    }
    Ok(Some(coverage))
}

/// The example, judged by all rules of the pack together, has nothing that fails.
fn whole(rules: &mut Rules, pack: &Pack, lang: Lang) -> anyhow::Result<Option<Coverage>> {
    let Some(written) = pack.written.find(&["example"]) else {
        return Ok(None);
    };
    let case = Case {
        entry: CaseEntry::of_example(Vec::new()),
        at: written.at.clone(),
    };
    // Notes say what else may be asked for; they fail nothing.
    let mut weighing = pack.clone();
    weighing.rules.retain(|r| r.severity > Severity::Note);
    rules.packs = vec![weighing];
    let (got, said) = outcome(rules, pack, &case, lang)?;
    let expected = OutcomeKind::Pass;
    let wrong = Wrong {
        file: case.at.file().to_string(),
        line: case.at.line,
        name: None,
        expected,
        got,
        said,
    };
    Ok(Some(Coverage {
        pack: pack.id.clone(),
        rule: "example".to_string(),
        counts: vec![(expected, 1)],
        wrong: if matches!(got, OutcomeKind::Pass | OutcomeKind::Note) {
            Vec::new()
        } else {
            vec![wrong]
        },
    }))
}

/// A pack with one of its rules alone.
pub fn alone(pack: &Pack, rule: &Rule) -> Pack {
    let rules = pack.rules.iter().filter(|r| r.id == rule.id);
    Pack {
        rules: rules.cloned().collect(),
        ..pack.clone()
    }
}

/// The worst outcome of the one rule that is loaded, and what it says.
pub fn outcome(
    rules: &Rules,
    pack: &Pack,
    case: &Case,
    lang: Lang,
) -> anyhow::Result<(OutcomeKind, Vec<String>)> {
    let typed = documents(pack.example.as_ref(), &case.entry)
        .map_err(|faults| anyhow::anyhow!("{}: {faults:?}", case.at.file()))?;
    let example = pack.example.as_ref().and_then(|e| e.as_of.as_deref());
    let as_of = case.entry.as_of.as_deref().or(example);
    let settings = Settings {
        as_of: as_of.and_then(|d| d.parse().ok()).unwrap_or(pack.reviewed),
        lanes: if pack.is_lane() {
            vec![pack.id.clone()]
        } else {
            Vec::new()
        },
        strict: false,
        all: false,
        carry: false,
        draw: Default::default(),
        waivers: Default::default(),
    };
    let inputs = typed.into_iter().map(|(path, text)| Input {
        path,
        content: Ok(Arc::new(text.into_bytes())),
        hint: Default::default(),
    });
    let folder = Folder {
        id: "case".to_string(),
        inputs: inputs.collect(),
        ..Folder::default()
    };
    let shipments = if pack.reports_only {
        crate::audit(folder, rules, &settings).0
    } else {
        crate::check(folder, rules, &settings)
    };
    let findings = || shipments.iter().flat_map(|s| &s.findings);
    let worst = [OutcomeKind::Fail, OutcomeKind::Unknown, OutcomeKind::Note]
        .into_iter()
        .find(|kind| findings().any(|f| f.outcome == *kind));
    let passed = shipments.iter().any(|s| s.tally.pass > 0);
    let got = match worst {
        Some(worst) => worst,
        None if passed => OutcomeKind::Pass,
        None => OutcomeKind::NotApplicable,
    };
    let said = findings().filter(|f| f.outcome == got);
    let said = said.map(|f| f.message.get(lang).to_string()).collect();
    Ok((got, said))
}
