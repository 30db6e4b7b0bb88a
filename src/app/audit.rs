//! `greenlane audit`: a laboratory's audit of its reports before they are issued.

use super::check::{Tell, fail_on, finish, outputs, settings};
use super::config::Config;
use super::crops::Crops;
use super::{marked, paths, rules};
use crate::cli::AuditArgs;
use crate::judge::exit_code;
use crate::model::Report;

pub fn run(args: &AuditArgs) -> anyhow::Result<u8> {
    let asked = &args.run;
    let mut config = Config::for_papers(asked.common.config.as_deref(), &args.paths)?;
    let rules = rules::load_all(&asked.common, &config)?;
    let settings = settings(asked, &config, &rules)?;
    let lang = super::language(&asked.common, config.lang);
    let outputs = outputs(asked, lang, &mut config, &rules)?;
    let tell = Tell::new(asked.quiet, asked.verbose);
    tell.configuration(&config);
    marked::allowed(&asked.out, &args.paths, lang)?;
    let mut aliases = super::aliases::load(&config, &rules)?;
    aliases.at(settings.as_of);
    let most = rules.manner.limits.file_bytes;
    let (folder, mut problems) = paths::open_all(&args.paths, &config, &aliases, most)?;
    let (shipments, others) = crate::audit(folder, &rules, &settings);
    problems.extend(others);
    problems.extend(config.problem());
    let mut met = Vec::new();
    for shipment in &shipments {
        settings.waivers.count(shipment, 1, &mut met);
    }
    let findings = settings.waivers.findings(&met, settings.as_of);
    let mut report = Report {
        idle: Vec::new(),
        as_of: settings.as_of.to_string(),
        of_reports: true,
        configuration: config.file.clone(),
        packs: rules
            .packs
            .iter()
            .filter(|p| p.is_lane() || p.reports_only)
            .map(|p| p.info(settings.as_of))
            .collect(),
        exit_code: exit_code(&shipments, &findings, fail_on(asked.fail_on, &config)),
        findings,
        shipments,
        problems,
    };
    let copied = marked::write(&asked.out, &report, &config, &rules, lang);
    if asked.out.draws() {
        Crops::new(&rules.manner.limits).add(&mut report);
    }
    let code = finish(asked, &report, outputs, &tell, lang)?;
    copied.map(|()| code)
}
