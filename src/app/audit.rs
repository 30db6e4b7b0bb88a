//! `greenlane audit`: a laboratory's audit of its reports before they are issued.

use super::check::{Tell, as_of, fail_on, lanes, waivers};
use super::config::Config;
use super::{paths, rules};
use crate::cli::{AuditArgs, FormatArg};
use crate::judge::{Settings, exit_code};
use crate::model::Report;
use crate::report;

pub fn run(args: &AuditArgs) -> anyhow::Result<u8> {
    let start = args.paths.iter().find(|p| p.as_os_str() != "-");
    let config = Config::load(args.common.config.as_deref(), start.map(AsRef::as_ref))?;
    let rules = rules::load_all(&args.common, &config)?;
    let settings = Settings {
        as_of: as_of(args.as_of.as_deref())?,
        lanes: lanes(&args.lane, &config, &rules)?,
        strict: args.strict,
        waivers: waivers(args.waivers.as_ref(), args.no_waivers, &config, &rules)?,
    };
    let lang = super::language(&args.common, config.lang);
    let tell = Tell::new(args.quiet, args.verbose);
    tell.configuration(&config);
    let mut aliases = super::aliases::load(&config, &rules)?;
    aliases.at(settings.as_of);
    let most = rules.manner.limits.file_bytes;
    let (folder, mut problems) = paths::open_all(&args.paths, &config, &aliases, most)?;
    let (shipments, others) = crate::audit(folder, &rules, &settings);
    problems.extend(others);
    let findings = settings.waivers.findings(&shipments, settings.as_of);
    let report = Report {
        idle: Vec::new(),
        as_of: settings.as_of.to_string(),
        packs: rules
            .packs
            .iter()
            .filter(|p| p.is_lane() || p.reports_only)
            .map(|p| p.info(settings.as_of))
            .collect(),
        exit_code: exit_code(&shipments, &findings, fail_on(args.fail_on, &config)),
        findings,
        shipments,
        problems,
    };
    tell.problems(&report.problems, lang);
    let text = match args.format {
        FormatArg::Json => report::json::render(&report, lang),
        FormatArg::Table => report::table::audit(&report, lang, super::width()),
    };
    super::print(&text, args.common.color)?;
    Ok(report.exit_code)
}
