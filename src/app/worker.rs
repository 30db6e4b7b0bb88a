//! `check - --format jsonl`: paths are answered one by one as they come, in memory that does not grow
//! with their number.

use super::check::{Tell, check_paths};
use super::config::Config;
use super::paths::{closed, shown};
use crate::Rules;
use crate::cli::CheckArgs;
use crate::judge::{FailOn, Settings, exit_code};
use crate::model::{Finding, Lang, Problem, Report, ShipmentReport, Tally, Verdict, work};
use crate::report::json::{self, shape::RunTally};
use std::collections::BTreeMap;
use std::io::{BufRead, Read};
use std::path::PathBuf;

/// Bytes of a path.
const LONGEST: u64 = 1 << 16;

/// Answers the paths of standard input: a line a shipment, flushed; the run is the last line.
///
/// # Errors
/// Standard input or output fails; a path that cannot be read is an answer.
pub fn serve(
    args: &CheckArgs,
    config: &Config,
    rules: &Rules,
    settings: &Settings,
    fail_on: FailOn,
    lang: Lang,
) -> anyhow::Result<u8> {
    let asked = &args.run;
    let tell = Tell::new(asked.quiet, asked.verbose);
    let mut input = std::io::stdin().lock();
    let end = if args.null { 0 } else { b'\n' };
    let mut tally = RunTally::default();
    let mut run = check_paths(&[], config, rules, settings, fail_on)?;
    // Waivers that met nothing in any of the answers, and those that have expired.
    let mut waivers: BTreeMap<String, (usize, Finding)> = BTreeMap::new();
    let (mut answers, mut worst) = (0, 0);
    let mut bytes = Vec::new();
    while (&mut input).take(LONGEST).read_until(end, &mut bytes)? > 0 {
        let path = path_of(&bytes, end);
        bytes.clear();
        let Some(path) = path else { continue };
        let answer = match std::fs::metadata(&path) {
            Ok(_) => check_paths(
                std::slice::from_ref(&path),
                config,
                rules,
                settings,
                fail_on,
            )?,
            Err(e) => Report {
                shipments: vec![undecided(&shown(&path), closed(&path, &e))],
                findings: Vec::new(),
                problems: Vec::new(),
                packs: Vec::new(),
                idle: Vec::new(),
                as_of: run.as_of.clone(),
                configuration: String::new(),
                of_reports: false,
                exit_code: 3,
            },
        };
        answers += 1;
        for shipment in &answer.shipments {
            tally.count(shipment.verdict);
            let time = rules.manner.limits.shipment_time(0);
            let told = work::within(time, || json::line(shipment, lang)).unwrap_or_else(|stop| {
                let id = &shipment.id;
                let problem = Problem::not_finished(id, stop, time.as_secs());
                json::line(&undecided(id, problem), lang)
            });
            super::print(&told, asked.common.color)?;
        }
        worst = worse(worst, exit_code(&answer.shipments, &[], fail_on));
        tell.problems(&answer.problems, lang);
        for finding in answer.findings {
            let met = waivers.entry(finding.fingerprint.clone());
            met.or_insert((0, finding)).0 += 1;
        }
    }
    run.idle.clear();
    let lasting =
        |(met, f): (usize, Finding)| (met == answers || f.rule != "waiver/unused").then_some(f);
    run.findings = waivers.into_values().filter_map(lasting).collect();
    let own = exit_code(&[], &run.findings, fail_on);
    run.exit_code = match answers {
        0 => 3,
        _ => worse(worst, if own == 1 { 1 } else { 0 }),
    };
    super::print(&json::run(&run, tally, lang), asked.common.color)?;
    Ok(if asked.exit_zero { 0 } else { run.exit_code })
}

/// The path of a line; none for an empty one.
fn path_of(bytes: &[u8], end: u8) -> Option<PathBuf> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let text = text.trim_end_matches(char::from(end));
    let text = if end == b'\n' {
        text.trim_end_matches('\r')
    } else {
        text
    };
    (!text.trim().is_empty()).then(|| PathBuf::from(text))
}

/// 1 before 3 before 0.
fn worse(a: u8, b: u8) -> u8 {
    match (a, b) {
        (1, _) | (_, 1) => 1,
        (0, b) => b,
        (a, _) => a,
    }
}

/// What is answered for a path that cannot be opened, or of which the answer cannot be written.
fn undecided(id: &str, problem: Problem) -> ShipmentReport {
    ShipmentReport {
        id: id.to_string(),
        verdict: Verdict::Undecided,
        documents: Default::default(),
        drawn: Default::default(),
        lanes: Vec::new(),
        findings: Vec::new(),
        passed: Vec::new(),
        problems: vec![problem],
        tally: Tally::default(),
        idle: Vec::new(),
        cartons: Default::default(),
    }
}
