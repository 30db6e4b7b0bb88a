//! `greenlane check`: the verdicts.

use super::baseline::Baseline;
use super::config::Config;
use super::crops::Crops;
use super::lines::Lines;
use super::output::Outputs;
use super::paths::Found;
use super::sum::Sum;
use super::{marked, paths, rules};
use crate::cli::{CheckArgs, FailOnArg, RunArgs};
use crate::judge::{FailOn, Settings, Waivers, exit_code};
use crate::model::{Draw, Lang, Problem, Report, ShipmentReport};
use crate::report::{self, Format};
use crate::{Aliases, Rules};
use anyhow::Context;
use indicatif::ProgressBar;
use jiff::civil::Date;
use rayon::prelude::*;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Of more shipments only the rows about findings are drawn.
const MOST_WHOLE: usize = 50;
/// More threads than this only cost memory.
const MOST_JOBS: usize = 64;

pub fn run(args: &CheckArgs) -> anyhow::Result<u8> {
    if let Some(asked) = args.jobs {
        if asked > MOST_JOBS && !args.run.quiet {
            remark(&format!("--jobs {asked}: {MOST_JOBS} threads are used"));
        }
        // Fails only when the pool was set before; then it stays as it is.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(asked.min(MOST_JOBS))
            .build_global();
    }
    let asked = &args.run;
    let mut config = Config::for_papers(asked.common.config.as_deref(), &args.paths)?;
    let rules = rules::load_all(&asked.common, &config)?;
    let settings = settings(asked, &config, &rules)?;
    let lang = super::language(&asked.common, config.lang);
    let outputs = outputs(asked, lang, &mut config, &rules)?;
    let tell = Tell::new(asked.quiet, asked.verbose);
    tell.configuration(&config);
    let fail_on = fail_on(asked.fail_on, &config);
    let served = matches!(args.paths.as_slice(), [only] if only.as_os_str() == "-");
    let baseline = asked.baseline.as_deref().map(Baseline::load).transpose()?;
    if asked.out.format == Format::Jsonl && asked.out.out.is_empty() {
        let one_by_one = OneByOne::new(&config, &rules, &settings)?;
        let sum = Sum::new(&rules, &settings, fail_on);
        let lines = Lines::new(asked, baseline, sum, &one_by_one, lang);
        return match served {
            true => lines.answer(args.null),
            false => lines.write(&paths::find(&paths::listed(&args.paths, args.null)?)?),
        };
    }
    let paths = paths::listed(&args.paths, args.null)?;
    marked::allowed(&asked.out, &paths, lang)?;
    let mut report = check_paths(&paths, &config, &rules, &settings, fail_on)?;
    if let Some(baseline) = baseline {
        baseline.mark(&mut report.shipments);
        report.exit_code = exit_code(&report.shipments, &report.findings, fail_on);
    }
    let copied = marked::write(&asked.out, &report, &config, &rules, lang);
    if asked.out.draws() {
        Crops::new(&rules.manner.limits).add(&mut report);
    }
    let code = finish(asked, &report, outputs, &tell, lang)?;
    copied.map(|()| code)
}

/// Begins the outputs of a run that judges; they are set aside from its documents.
pub fn outputs(
    asked: &RunArgs,
    lang: Lang,
    config: &mut Config,
    rules: &Rules,
) -> anyhow::Result<Outputs> {
    let limits = &rules.manner.limits;
    let offered = &[&Format::OF_A_RUN[..], &[Format::Marked]].concat();
    let outputs = Outputs::begin(&asked.out, asked.common.color, offered, lang, limits)?;
    config.written_now = outputs.paths().map(Path::to_path_buf).collect();
    Ok(outputs)
}

/// The exit code of judged shipments alone.
pub fn exit_of(shipments: &[ShipmentReport], asked: &RunArgs, config: &Config) -> u8 {
    exit_code(shipments, &[], fail_on(asked.fail_on, config))
}

/// Writes the report of a run and says its exit code.
pub fn finish(
    asked: &RunArgs,
    report: &Report,
    outputs: Outputs,
    tell: &Tell,
    lang: Lang,
) -> anyhow::Result<u8> {
    tell.problems(&report.problems, lang);
    let look = super::look(asked.verbose);
    let files: Vec<String> = asked
        .out
        .out
        .iter()
        .map(|(_, p)| super::paths::shown(p))
        .collect();
    let on_screen = asked.out.format == Format::Table && std::io::stdout().is_terminal();
    outputs.write(|format| report::render(report, format, lang, look))?;
    if on_screen && !files.is_empty() {
        let colon = lang.say(": ", "：");
        tell.said(&format!(
            "{}{colon}{}",
            lang.say("full report", "完整报告"),
            files.join(", ")
        ));
    }
    Ok(if asked.exit_zero { 0 } else { report.exit_code })
}

/// What is said beside the report, on standard error.
pub struct Tell {
    quiet: bool,
    verbose: bool,
}

impl Tell {
    pub fn new(quiet: bool, verbose: bool) -> Tell {
        Tell { quiet, verbose }
    }

    /// A line a quiet run leaves out.
    pub fn said(&self, text: &str) {
        if !self.quiet {
            remark(text);
        }
    }

    pub fn configuration(&self, config: &Config) {
        if self.verbose && !config.file.is_empty() {
            remark(&format!("configuration: {}", config.file));
        }
    }

    pub fn problems(&self, problems: &[Problem], lang: Lang) {
        for problem in problems.iter().filter(|_| !self.quiet) {
            if self.verbose || problem.is_of_alias() {
                remark(&format!("{}: {}", problem.path, problem.message.get(lang)));
            }
        }
    }
}

/// A remark on standard error.
pub fn remark(text: &str) {
    use std::io::Write;
    let _ = writeln!(anstream::stderr(), "{}", report::escape::line(text));
}

/// Checks paths: finds the shipments, judges them in parallel, keeps their order.
pub fn check_paths(
    paths: &[std::path::PathBuf],
    config: &Config,
    rules: &Rules,
    settings: &Settings,
    fail_on: FailOn,
) -> anyhow::Result<Report> {
    let found = paths::find(paths)?;
    let mut settings = settings.clone();
    if found.len() > MOST_WHOLE && settings.draw == Draw::Whole {
        settings.draw = Draw::Marked;
    }
    settings.carry |= found.len() > 1;
    let one_by_one = OneByOne::new(config, rules, &settings)?;
    let bar = progress(found.len());
    let judged = found.par_iter().map(|found| {
        let judged = one_by_one.judge(found);
        bar.inc(1);
        judged
    });
    let (mut folders, problems): (Vec<_>, Vec<_>) = judged.unzip();
    bar.finish_and_clear();
    one_by_one.across(&mut folders);
    let shipments: Vec<ShipmentReport> = folders.into_iter().flatten().collect();
    let mut sum = Sum::new(rules, &settings, fail_on);
    shipments.iter().for_each(|s| sum.count(s, 1));
    Ok(one_by_one.report(&sum, shipments, problems))
}

/// What is needed to judge what was found one by one, on any thread.
pub struct OneByOne<'r> {
    config: &'r Config,
    rules: &'r Rules,
    settings: &'r Settings,
    aliases: Aliases,
}

impl<'r> OneByOne<'r> {
    /// # Errors
    /// An alias table cannot be read.
    pub fn new(
        config: &'r Config,
        rules: &'r Rules,
        settings: &'r Settings,
    ) -> anyhow::Result<OneByOne<'r>> {
        let mut aliases = super::aliases::load(config, rules)?;
        aliases.at(settings.as_of);
        Ok(OneByOne {
            config,
            rules,
            settings,
            aliases,
        })
    }

    /// The shipments of a place, and what is to be said of it besides.
    pub fn judge(&self, found: &Found) -> (Vec<ShipmentReport>, Vec<Problem>) {
        let most = self.rules.manner.limits.file_bytes;
        let (mut folder, remarks) = paths::open(found, self.config, &self.aliases, most);
        folder.among_others = self.settings.carry;
        (crate::check(folder, self.rules, self.settings), remarks)
    }

    /// Compares what was judged.
    pub fn across(&self, folders: &mut [Vec<ShipmentReport>]) {
        crate::across(folders, self.rules, self.settings);
    }

    /// How long the writing of a shipment may take.
    pub fn time(&self) -> std::time::Duration {
        self.rules.manner.limits.shipment_time(0)
    }

    /// The run, with the shipments that were kept and what was said of places.
    pub fn report(
        &self,
        sum: &Sum<'_>,
        shipments: Vec<ShipmentReport>,
        of_places: Vec<Vec<Problem>>,
    ) -> Report {
        let mut problems: Vec<Problem> = of_places.into_iter().flatten().collect();
        problems.extend(self.aliases.unused(false));
        problems.extend(self.config.problem());
        sum.report(shipments, problems, self.config)
    }
}

/// How far a long work is; on a terminal only.
pub fn progress(steps: usize) -> ProgressBar {
    const LONG: usize = 20;
    if steps < LONG {
        return ProgressBar::hidden();
    }
    ProgressBar::new(steps as u64)
}

/// The waivers a run takes account of: those of the configuration, or of the file named.
pub fn waivers(
    named: Option<&PathBuf>,
    none: bool,
    config: &Config,
    rules: &Rules,
) -> anyhow::Result<Waivers> {
    let files: Vec<&PathBuf> = match named {
        _ if none => Vec::new(),
        Some(file) => vec![file],
        None => config.waivers.iter().collect(),
    };
    let mut errors = Vec::new();
    let mut texts = Vec::new();
    for file in files {
        match rules::read_table(file) {
            Ok(text) => texts.push((paths::shown(file), text)),
            Err(e) => errors.push(e),
        }
    }
    let ids = rules.packs.iter().flat_map(|p| &p.rules);
    let ids: Vec<&str> = ids.map(|r| r.id.as_str()).collect();
    let parsed = Waivers::parse(&texts, &ids);
    match parsed {
        Ok(waivers) if errors.is_empty() => Ok(waivers),
        Ok(_) => Err(rules::all(&errors)),
        Err(found) => {
            errors.extend(found);
            Err(rules::all(&errors))
        }
    }
}

pub fn settings(args: &RunArgs, config: &Config, rules: &Rules) -> anyhow::Result<Settings> {
    Ok(Settings {
        as_of: as_of(args.as_of.as_deref())?,
        lanes: lanes(&args.lane, config, rules)?,
        strict: args.strict,
        all: args.all,
        carry: args.out.asks(Format::Jsonl),
        draw: match args.out.draws() {
            true => Draw::Whole,
            false => Draw::Nothing,
        },
        waivers: waivers(args.waivers.as_ref(), args.no_waivers, config, rules)?,
    })
}

/// The day asked for, else today.
pub fn as_of(text: Option<&str>) -> anyhow::Result<Date> {
    match text {
        Some(text) => text
            .parse::<Date>()
            .map_err(|_| anyhow::anyhow!("--as-of: not a date: {text} (write it as 2026-06-01)")),
        None => today(),
    }
}

/// The lanes asked for, else those of the configuration; empty for none in particular.
pub fn lanes(asked: &[String], config: &Config, rules: &Rules) -> anyhow::Result<Vec<String>> {
    let lanes = if asked.is_empty() {
        &config.lanes
    } else {
        asked
    };
    let packs = rules.packs.iter().filter(|p| p.is_lane());
    let known: Vec<&str> = packs.map(|p| p.id.as_str()).collect();
    for lane in lanes {
        anyhow::ensure!(
            known.contains(&lane.as_str()),
            "--lane {lane}: no such lane; there are {}",
            known.join(", ")
        );
    }
    Ok(lanes.to_vec())
}

/// Today in China, where the documents are declared (UTC+8, no summer time).
pub fn today() -> anyhow::Result<Date> {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .context("the clock stands before 1970")?;
    let days = i32::try_from((since.as_secs() + 8 * 3600) / 86_400)?;
    let epoch = jiff::civil::date(1970, 1, 1);
    Ok(epoch.checked_add(jiff::Span::new().days(days))?)
}

/// From which severity on a run fails: as asked, else as configured.
pub fn fail_on(asked: Option<FailOnArg>, config: &Config) -> FailOn {
    match asked.or(config.fail_on) {
        None | Some(FailOnArg::Blocker) => FailOn::Blocker,
        Some(FailOnArg::Warning) => FailOn::Warning,
        Some(FailOnArg::Note) => FailOn::Note,
        Some(FailOnArg::Never) => FailOn::Never,
    }
}
