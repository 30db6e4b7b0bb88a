//! `greenlane seal`: a readiness record of a shipment with its QR code; `greenlane verify`: whether
//! files, rules and record still agree.

use super::check::{as_of, lanes, remark, waivers};
use super::config::Config;
use super::{paths, rules};
use crate::Rules;
use crate::cli::{CommonArgs, SealArgs, VerifyArgs};
use crate::judge::{FailOn, Settings, exit_code};
use crate::model::{
    SEAL_NOTICE, SEAL_SCHEMA, Say, Seal, SealedFile, SealedFinding, SealedLane, SealedLine,
    SealedPack, SealedShipment, ShipmentReport, Verdict,
};
use crate::read::hex_digest;
use crate::report;
use anyhow::Context;
use std::path::{Path, PathBuf};

pub fn seal(args: &SealArgs) -> anyhow::Result<u8> {
    let lang = super::language(&args.common, None);
    let base = match &args.out {
        Some(out) => folder_of(out),
        None => PathBuf::from("."),
    };
    let asked = Asked {
        shipment: &args.shipment,
        root: between(&base, &args.shipment)?,
        as_of: as_of(args.as_of.as_deref())?,
        lanes: args.lane.clone(),
        strict: args.strict,
        common: &args.common,
    };
    let (seal, judged, code) = asked.make()?;
    if judged.verdict != Verdict::Eligible || code != 0 {
        let verdict = judged.verdict.as_str();
        if !args.allow {
            remark(&format!(
                "not sealed: {} is {verdict} (see greenlane check); --allow seals it as what it is",
                judged.id
            ));
            return Ok(if code == 0 { 3 } else { code });
        }
        remark(&format!("sealed although {} is {verdict}", judged.id));
    }
    match &args.out {
        Some(out) => write(out, &seal.file())?,
        None => super::print(&seal.file(), args.common.color),
    }
    let text = seal.code();
    if let Some(path) = &args.qr {
        write(path, &report::seal::svg(&text)?)?;
    }
    if args.out.is_some() {
        let drawn = report::seal::terminal(&text)?;
        let said = Say::new(
            "A readiness record, not the customs code.",
            "这是自检记录，不是海关绿色通关码。",
        );
        super::print(&format!("{drawn}{}\n", said.get(lang)), args.common.color);
    }
    Ok(0)
}

pub fn verify(args: &VerifyArgs) -> anyhow::Result<u8> {
    let lang = super::language(&args.common, None);
    let name = paths::shown(&args.record);
    let text = std::fs::read_to_string(&args.record).with_context(|| name.clone())?;
    let mut differences: Vec<Say> = Vec::new();
    match read(&text) {
        Ok(seal) => compare(args, &seal, &mut differences)?,
        Err(Unread::Cut) => differences.push(Say::new(
            "the record is cut off: its end is missing",
            "记录不完整：缺少结尾",
        )),
        Err(Unread::Other(why)) => anyhow::bail!("{name}: not a readiness record: {why}"),
    }
    let text = report::seal::verified(&name, &differences, lang);
    super::print(&text, args.common.color);
    Ok(u8::from(!differences.is_empty()))
}

/// Why a text is no record.
enum Unread {
    /// It begins as one and ends too early.
    Cut,
    Other(String),
}

fn read(text: &str) -> Result<Seal, Unread> {
    match serde_json::from_str::<Seal>(text) {
        Ok(seal) if seal.schema == SEAL_SCHEMA => Ok(seal),
        Ok(seal) => Err(Unread::Other(format!(
            "its schema is {}, not {SEAL_SCHEMA}",
            seal.schema
        ))),
        Err(e)
            if e.is_eof() && text.trim_start().starts_with('{') && text.contains("\"as_of\"") =>
        {
            Err(Unread::Cut)
        }
        Err(e) => Err(Unread::Other(e.to_string())),
    }
}

/// Everything in which the record and what lies there now differ.
fn compare(args: &VerifyArgs, seal: &Seal, differences: &mut Vec<Say>) -> anyhow::Result<()> {
    let digest = format!("sha256:{}", hex_digest(seal.canonical().as_bytes()));
    if digest != seal.digest {
        differences.push(Say::new(
            format!(
                "the record was changed after it was sealed: its digest is {digest}, it says {}",
                seal.digest
            ),
            format!(
                "记录在生成后被改动：摘要应为 {}，实为 {digest}",
                seal.digest
            ),
        ));
    }
    let shipment = match &args.shipment {
        Some(path) => path.clone(),
        None => {
            let beside = folder_of(&args.record).join(&seal.root);
            if beside.exists() {
                beside
            } else {
                PathBuf::from(&seal.root)
            }
        }
    };
    if !shipment.exists() {
        let path = paths::shown(&shipment);
        differences.push(Say::new(
            format!("{path} is not there; name the shipment with --shipment"),
            format!("找不到 {path}；请用 --shipment 指明"),
        ));
        return Ok(());
    }
    let again = as_of(Some(&seal.as_of)).and_then(|as_of| {
        let asked = Asked {
            shipment: &shipment,
            root: seal.root.clone(),
            as_of,
            lanes: seal.lanes.clone(),
            strict: seal.strict,
            common: &args.common,
        };
        asked.make()
    });
    let now = match again {
        Ok((now, ..)) => now,
        // What a forged record asks for may be nonsense; that it is forged is said already.
        Err(_) if !differences.is_empty() => return Ok(()),
        Err(e) => return Err(e),
    };
    files(&seal.inputs, &now.inputs, differences);
    packs(&seal.packs, &now.packs, differences);
    verdicts(&seal.shipment, &now.shipment, differences);
    Ok(())
}

fn files(sealed: &[SealedFile], now: &[SealedFile], differences: &mut Vec<Say>) {
    for file in sealed {
        let path = &file.path;
        match now.iter().find(|f| f.path == *path) {
            None => differences.push(Say::new(
                format!("{path} is gone"),
                format!("{path} 不见了"),
            )),
            Some(found) if found.sha256 != file.sha256 => differences.push(Say::new(
                format!("{path} was changed"),
                format!("{path} 已改动"),
            )),
            Some(_) => {}
        }
    }
    for file in now {
        if !sealed.iter().any(|f| f.path == file.path) {
            let path = &file.path;
            differences.push(Say::new(
                format!("{path} was added"),
                format!("{path} 是新增文件"),
            ));
        }
    }
}

fn packs(sealed: &[SealedPack], now: &[SealedPack], differences: &mut Vec<Say>) {
    for pack in sealed {
        let (id, version) = (&pack.id, &pack.version);
        match now.iter().find(|p| p.id == *id) {
            None => differences.push(Say::new(
                format!("the pack {id} is not loaded"),
                format!("规则包 {id} 未加载"),
            )),
            Some(found) if found != pack => differences.push(Say::new(
                format!(
                    "the pack {id} was changed (sealed {version}, now {})",
                    found.version
                ),
                format!(
                    "规则包 {id} 已改动（记录为 {version}，现为 {}）",
                    found.version
                ),
            )),
            Some(_) => {}
        }
    }
}

fn verdicts(sealed: &SealedShipment, now: &SealedShipment, differences: &mut Vec<Say>) {
    let mut differ = |what_en: &str, what_zh: &str, a: &str, b: &str| {
        if a != b {
            differences.push(Say::new(
                format!("{what_en}: sealed {a}, now {b}"),
                format!("{what_zh}：记录为 {a}，现为 {b}"),
            ));
        }
    };
    differ(
        "verdict of the shipment",
        "本票结论",
        &sealed.verdict,
        &now.verdict,
    );
    let none = SealedLane {
        lane: String::new(),
        verdict: "not judged".to_string(),
        lines: Vec::new(),
    };
    for lane in &sealed.lanes {
        let id = &lane.lane;
        let other = now.lanes.iter().find(|l| l.lane == *id).unwrap_or(&none);
        differ(
            &format!("verdict of {id}"),
            &format!("{id} 的结论"),
            &lane.verdict,
            &other.verdict,
        );
        for line in &lane.lines {
            let found = other.lines.iter().find(|l| l.line == line.line);
            let found = found.map_or("not there", |l| l.verdict.as_str());
            let number = &line.line;
            differ(
                &format!("line {number} in {id}"),
                &format!("{id} 第 {number} 项"),
                &line.verdict,
                found,
            );
        }
    }
    if sealed.matched != now.matched {
        differences.push(Say::new(
            "reports, models, applicants or CNAS numbers are matched otherwise",
            "报告、型号、委托单位或 CNAS 编号的对应关系不同",
        ));
    }
    let apart: Vec<&SealedFinding> = now
        .findings
        .iter()
        .filter(|f| !sealed.findings.contains(f))
        .chain(sealed.findings.iter().filter(|f| !now.findings.contains(f)))
        .collect();
    for finding in apart.iter().take(50) {
        let there = now.findings.contains(finding);
        let (rule, subject) = (&finding.rule, &finding.subject);
        differences.push(if there {
            Say::new(
                format!("{rule} on {subject}: found now, not sealed"),
                format!("{rule}（{subject}）：现有，记录中没有"),
            )
        } else {
            Say::new(
                format!("{rule} on {subject}: sealed, not found now"),
                format!("{rule}（{subject}）：记录中有，现在没有"),
            )
        });
    }
}

/// What is judged for a record.
struct Asked<'a> {
    shipment: &'a Path,
    root: String,
    as_of: jiff::civil::Date,
    lanes: Vec<String>,
    strict: bool,
    common: &'a CommonArgs,
}

impl Asked<'_> {
    /// The record as it is now, what was judged, and the exit code `check` would have.
    fn make(&self) -> anyhow::Result<(Seal, ShipmentReport, u8)> {
        let config = Config::load(self.common.config.as_deref(), Some(self.shipment))?;
        let rules = rules::load_all(self.common, &config)?;
        let settings = Settings {
            as_of: self.as_of,
            lanes: lanes(&self.lanes, &config, &rules)?,
            strict: self.strict,
            waivers: waivers(None, false, &config, &rules)?,
        };
        let found = paths::find(&[self.shipment.to_path_buf()])?;
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
                path: self.inside(Path::new(&input.path)),
                role: "document".to_string(),
                sha256: match &input.content {
                    Ok(bytes) => hex_digest(bytes),
                    Err(problem) => problem.code.to_string(),
                },
            })
            .collect();
        let own = [
            (config.file.as_str(), "configuration"),
            (
                config
                    .waivers
                    .as_ref()
                    .and_then(|p| p.to_str())
                    .unwrap_or(""),
                "waivers",
            ),
        ];
        for (path, role) in own.into_iter().filter(|(path, _)| !path.is_empty()) {
            let bytes = std::fs::read(path).with_context(|| path.to_string())?;
            inputs.push(SealedFile {
                path: self.inside(Path::new(path)),
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
            inputs,
            packs: sealed_packs(&rules, &settings, &judged),
            shipment: sealed(&judged, matched),
            digest: String::new(),
        };
        seal.digest = format!("sha256:{}", hex_digest(seal.canonical().as_bytes()));
        Ok((seal, judged, code))
    }

    /// A path as seen from the shipment.
    fn inside(&self, path: &Path) -> String {
        let root = if self.shipment.is_dir() {
            self.shipment.to_path_buf()
        } else {
            folder_of(self.shipment)
        };
        between(&root, path).unwrap_or_else(|_| paths::shown(path))
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

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// The way from a folder to a path, with `/`.
fn between(from: &Path, to: &Path) -> anyhow::Result<String> {
    let (from, to) = (std::path::absolute(from)?, std::path::absolute(to)?);
    let tidy = |path: &Path| -> Vec<String> {
        let mut parts: Vec<String> = Vec::new();
        for part in path.components() {
            match part {
                std::path::Component::CurDir => {}
                std::path::Component::ParentDir => {
                    parts.pop();
                }
                part => parts.push(part.as_os_str().to_string_lossy().into_owned()),
            }
        }
        parts
    };
    let (from, to) = (tidy(&from), tidy(&to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.len() - shared;
    let way: Vec<&str> = std::iter::repeat_n("..", up)
        .chain(to.iter().skip(shared).map(String::as_str))
        .collect();
    Ok(if way.is_empty() {
        ".".to_string()
    } else {
        way.join("/")
    })
}

/// Writes beside and renames: a half-written record is never seen.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let name = path.display().to_string();
    std::fs::write(&beside, text).with_context(|| name.clone())?;
    std::fs::rename(&beside, path).context(name)
}
