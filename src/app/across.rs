//! `greenlane across`: what only a comparison of shipments shows, for runs split over many processes.

use super::check::{Tell, exit_of, finish, outputs, settings};
use super::config::Config;
use super::{paths::shown, rules};
use crate::Rules;
use crate::cli::AcrossArgs;
use crate::model::{
    DocumentInfo, LaneReport, LineVerdict, NumberedCartons, Report, Say, ShipmentReport, Verdict,
};
use anyhow::Context;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};

/// Of a line of JSON lines what the comparison needs.
#[derive(Deserialize)]
struct Line {
    id: String,
    verdict: Verdict,
    documents: Vec<Paper>,
    lanes: Vec<Lane>,
    findings: Vec<Known>,
    #[serde(default)]
    cartons: NumberedCartons,
}

#[derive(Deserialize, PartialEq, Eq)]
struct Paper {
    path: String,
    part: Option<String>,
    sha256: String,
}

#[derive(Deserialize)]
struct Lane {
    lane: String,
    verdict: Verdict,
    lines: Vec<LaneLine>,
}

#[derive(Deserialize)]
struct LaneLine {
    line: String,
    verdict: Verdict,
}

#[derive(Deserialize)]
struct Known {
    fingerprint: String,
}

/// The last line of a file.
#[derive(Deserialize)]
struct Last {
    #[serde(rename = "run")]
    _run: serde_json::Value,
}

pub fn run(args: &AcrossArgs) -> anyhow::Result<u8> {
    let asked = &args.run;
    let here = std::path::Path::new(".");
    let mut config = Config::load(asked.common.config.as_deref(), Some(here))?;
    let rules = rules::load_all(&asked.common, &config)?;
    let settings = settings(asked, &config, &rules)?;
    let lang = super::language(&asked.common, config.lang);
    let outputs = outputs(asked, lang, &mut config, &rules)?;
    super::marked::none_here(&asked.out, lang)?;
    let mut folders: Vec<Vec<ShipmentReport>> = Vec::new();
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    // Shipments of one table have the same papers: among themselves they were compared.
    let mut last: Vec<Paper> = Vec::new();
    for path in &args.files {
        let name = shown(path);
        let file = std::fs::File::open(path).with_context(|| name.clone())?;
        for (number, text) in BufReader::new(file).lines().enumerate() {
            let text = text.with_context(|| name.clone())?;
            if text.trim().is_empty() || serde_json::from_str::<Last>(&text).is_ok() {
                continue;
            }
            let line: Line = serde_json::from_str(&text).with_context(|| {
                format!("{name}:{}: no line of check --format jsonl", number + 1)
            })?;
            let prints = line.findings.iter().map(|f| f.fingerprint.clone());
            known.extend(prints.map(|print| (line.id.clone(), print)));
            let papers = line.documents;
            let together = papers == last && !papers.is_empty();
            let shipment = judged(
                line.id,
                line.verdict,
                &papers,
                line.lanes,
                line.cartons,
                &rules,
            );
            last = papers;
            match folders.last_mut().filter(|_| together) {
                Some(folder) => folder.push(shipment),
                None => folders.push(vec![shipment]),
            }
        }
    }
    crate::across(&mut folders, &rules, &settings);
    let mut shipments: Vec<ShipmentReport> = folders.into_iter().flatten().collect();
    for shipment in &mut shipments {
        let id = shipment.id.clone();
        let new = |print: &String| !known.contains(&(id.clone(), print.clone()));
        shipment.findings.retain(|f| new(&f.fingerprint));
    }
    let report = Report {
        as_of: settings.as_of.to_string(),
        configuration: config.file.clone(),
        of_reports: false,
        packs: rules.packs.iter().map(|p| p.info(settings.as_of)).collect(),
        findings: Vec::new(),
        idle: Vec::new(),
        exit_code: exit_of(&shipments, asked, &config),
        shipments,
        problems: Vec::new(),
    };
    let tell = Tell::new(asked.quiet, asked.verbose);
    finish(asked, &report, outputs, &tell, lang)
}

/// A shipment as its line tells it, without its findings.
fn judged(
    id: String,
    verdict: Verdict,
    papers: &[Paper],
    lanes: Vec<Lane>,
    cartons: NumberedCartons,
    rules: &Rules,
) -> ShipmentReport {
    let document = |paper: &Paper| DocumentInfo {
        sha256: paper.sha256.clone(),
        ..DocumentInfo::named(&paper.path, paper.part.as_deref())
    };
    let lane = |lane: Lane| {
        let pack = rules.packs.iter().find(|p| p.id == lane.lane);
        let line = |l: LaneLine| LineVerdict {
            line: l.line,
            verdict: l.verdict,
        };
        LaneReport {
            title: pack.map_or_else(|| Say::same(lane.lane.as_str()), |p| p.title.clone()),
            lane: lane.lane,
            verdict: lane.verdict,
            lines: lane.lines.into_iter().map(line).collect(),
            split: None,
        }
    };
    ShipmentReport {
        documents: papers.iter().map(document).collect(),
        lanes: lanes.into_iter().map(lane).collect(),
        cartons,
        ..ShipmentReport::bare(id, verdict)
    }
}
