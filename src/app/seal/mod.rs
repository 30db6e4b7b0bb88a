//! `greenlane seal`: a readiness record of a shipment with its QR code; `greenlane verify`: whether
//! files, rules and record still agree.

mod sign;
mod verify;
mod whereabouts;

pub use verify::verify;

use super::check::{as_of, lanes, remark, waivers};
use super::config::Config;
use super::output::{holds, may_write, write_whole};
use super::{paths, rules};
use crate::Rules;
use crate::cli::{CommonArgs, SealArgs};
use crate::judge::{FailOn, Settings, exit_code};
use crate::model::{
    Lang, SEAL_NOTICE, SEAL_SCHEMA, Say, Seal, SealedFile, SealedFinding, SealedLane, SealedLine,
    SealedPack, SealedShipment, ShipmentReport, Verdict,
};
use crate::read::hex_digest;
use crate::report;
use anyhow::Context;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use whereabouts::{Whereabouts, between, folder_of};

pub fn seal(args: &SealArgs) -> anyhow::Result<u8> {
    let shipment = Whereabouts::named(&args.paths)?;
    let lang = spoken(&args.common, &shipment.at)?;
    let key = match &args.sign {
        Some(path) => Some((path, sign::private_key(path, lang)?)),
        None => None,
    };
    let base = match &args.out {
        Some(out) => folder_of(out),
        None => PathBuf::from("."),
    };
    let asked = Asked {
        root: between(&base, &shipment.at)?,
        shipment: &shipment,
        as_of: as_of(args.as_of.as_deref())?,
        lanes: args.lane.clone(),
        strict: args.strict,
        common: &args.common,
    };
    let found = paths::find(&shipment.paths)?;
    let inputs: Vec<&Path> = found
        .iter()
        .flat_map(|f| &f.files)
        .map(PathBuf::as_path)
        .collect();
    let written = [(&args.out, SEAL_SCHEMA), (&args.qr, "<svg")];
    for (out, mark) in written {
        if let Some(out) = out {
            may_write(
                out,
                inputs.iter().copied(),
                |there| holds(there, mark),
                lang,
            )?;
        }
    }
    let (mut seal, judged, code) = asked.make()?;
    if judged.verdict != Verdict::Eligible || code != 0 {
        let (id, verdict) = (&judged.id, judged.verdict.as_str());
        if !args.allow {
            let said = Say::new(
                format!(
                    "not sealed: {id} is {verdict} (see greenlane check); --allow seals it as what it is"
                ),
                format!(
                    "未生成记录：{id} 的结论为 {verdict}（见 greenlane check）；--allow 按此结论生成"
                ),
            );
            remark(said.get(lang));
            return Ok(if code == 0 { 3 } else { code });
        }
        let said = Say::new(
            format!("sealed although {id} is {verdict}"),
            format!("已生成记录，但 {id} 的结论为 {verdict}"),
        );
        remark(said.get(lang));
    }
    if let Some((path, key)) = &key {
        let name = shipment.inside(path);
        if seal.inputs.iter().any(|input| input.path == name) {
            let path = paths::shown(path);
            let said = Say::new(
                format!("{path}: the key lies among the documents; keep it elsewhere"),
                format!("{path}：密钥在单证文件夹内；请另行保管"),
            );
            anyhow::bail!("{}", said.get(lang));
        }
        let signer = sign::sign(&mut seal, key)?;
        let said = Say::new(
            format!("signed with the key {signer}"),
            format!("已用密钥 {signer} 签名"),
        );
        remark(said.get(lang));
    }
    let record = report::escape::quoted(seal.file());
    match &args.out {
        Some(out) => write_whole(out, record.as_bytes())?,
        None => super::print(&record, args.common.color)?,
    }
    let text = seal.code();
    if let Some(path) = &args.qr {
        write_whole(path, report::seal::svg(&text)?.as_bytes())?;
    }
    if args.out.is_some() {
        // A code is for eyes: no pipe or file takes it.
        let drawn = match std::io::stdout().is_terminal() {
            true => report::seal::terminal(&text)?,
            false => String::new(),
        };
        let said = Say::new(
            "A readiness record, not the customs code.",
            "这是自检记录，不是海关绿色通关码。",
        );
        super::print(&format!("{drawn}{}\n", said.get(lang)), args.common.color)?;
    }
    Ok(0)
}

/// The language of the configuration found from a path on, unless another is asked for.
fn spoken(common: &CommonArgs, at: &Path) -> anyhow::Result<Lang> {
    let config = Config::load(common.config.as_deref(), Some(at))?;
    Ok(super::language(common, config.lang))
}

/// What is judged for a record.
struct Asked<'a> {
    shipment: &'a Whereabouts,
    root: String,
    as_of: jiff::civil::Date,
    lanes: Vec<String>,
    strict: bool,
    common: &'a CommonArgs,
}

impl Asked<'_> {
    /// The record as it is now, what was judged, and the exit code `check` would have.
    fn make(&self) -> anyhow::Result<(Seal, ShipmentReport, u8)> {
        let config = Config::for_papers(self.common.config.as_deref(), &self.shipment.paths)?;
        let rules = rules::load_all(self.common, &config)?;
        let settings = Settings {
            as_of: self.as_of,
            lanes: lanes(&self.lanes, &config, &rules)?,
            strict: self.strict,
            all: false,
            carry: false,
            draw: Default::default(),
            waivers: waivers(None, false, &config, &rules)?,
        };
        let found = paths::find(&self.shipment.paths)?;
        let [only] = found.as_slice() else {
            anyhow::bail!("a record is of one shipment; {} were found", found.len());
        };
        let mut aliases = super::aliases::load(&config, &rules)?;
        aliases.at(settings.as_of);
        let (folder, _) = paths::open(only, &config, &aliases, rules.manner.limits.file_bytes);
        let mut inputs: Vec<SealedFile> = folder
            .inputs
            .iter()
            .map(|input| SealedFile {
                path: self.shipment.inside(Path::new(&input.path)),
                role: "document".to_string(),
                sha256: match &input.content {
                    Ok(bytes) => hex_digest(bytes),
                    Err(problem) => problem.code.to_string(),
                },
            })
            .collect();
        let mut own: Vec<(PathBuf, &str)> = Vec::new();
        own.extend(
            (!config.file.is_empty()).then(|| (PathBuf::from(&config.file), "configuration")),
        );
        own.extend(config.waivers.clone().map(|path| (path, "waivers")));
        let aliases = config.alias_files.iter().map(|(_, path)| path.clone());
        own.extend(aliases.map(|path| (path, "aliases")));
        let kinds = rules::kind_files(self.common, &config);
        own.extend(kinds.into_iter().map(|path| (path, "kinds")));
        for (path, role) in own {
            let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
            inputs.push(SealedFile {
                path: self.shipment.inside(&path),
                role: role.to_string(),
                sha256: hex_digest(&bytes),
            });
        }
        inputs.sort();
        let (judged, matched) = crate::judge_for_seal(folder, &rules, &settings)?;
        let code = exit_code(std::slice::from_ref(&judged), &[], FailOn::Blocker);
        let mut seal = Seal {
            schema: SEAL_SCHEMA.to_string(),
            notice: SEAL_NOTICE.to_string(),
            tool: format!("greenlane {}", env!("CARGO_PKG_VERSION")),
            as_of: settings.as_of.to_string(),
            lanes: self.lanes.clone(),
            strict: self.strict,
            root: self.root.clone(),
            files: self.shipment.files.clone(),
            inputs,
            packs: sealed_packs(&rules, &settings, &judged),
            shipment: sealed(&judged, matched),
            digest: String::new(),
            signature: None,
        };
        seal.digest = format!("sha256:{}", hex_digest(seal.canonical().as_bytes()));
        Ok((seal, judged, code))
    }
}

/// The packs that had a say: those of the lanes judged, and those that count for every lane.
fn sealed_packs(rules: &Rules, settings: &Settings, judged: &ShipmentReport) -> Vec<SealedPack> {
    rules
        .packs
        .iter()
        .filter(|p| !p.reports_only)
        .filter(|p| !p.is_lane() || judged.lanes.iter().any(|l| l.lane == p.id))
        .map(|p| {
            let info = p.info(settings.as_of);
            SealedPack {
                id: info.id,
                version: info.version,
                digest: info.digest,
            }
        })
        .collect()
}

fn sealed(judged: &ShipmentReport, matched: Vec<crate::model::Matched>) -> SealedShipment {
    let lanes = judged.lanes.iter().map(|l| SealedLane {
        lane: l.lane.clone(),
        verdict: l.verdict.as_str().to_string(),
        lines: l
            .lines
            .iter()
            .map(|l| SealedLine {
                line: l.line.clone(),
                verdict: l.verdict.as_str().to_string(),
            })
            .collect(),
    });
    let mut findings: Vec<SealedFinding> = judged
        .findings
        .iter()
        .map(|f| SealedFinding {
            rule: f.rule.clone(),
            subject: f.subject.clone(),
            outcome: f.outcome.as_str().to_string(),
            severity: f.severity.as_str().to_string(),
            fingerprint: f.fingerprint.clone(),
            waived: f.waived.is_some(),
        })
        .collect();
    findings.sort();
    SealedShipment {
        id: judged.id.clone(),
        verdict: judged.verdict.as_str().to_string(),
        lanes: lanes.collect(),
        matched,
        findings,
    }
}
