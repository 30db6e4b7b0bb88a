//! `greenlane verify`: everything in which a record and what lies there now differ.

use super::whereabouts::{Whereabouts, between, folder_of};
use super::{Asked, sign, spoken};
use crate::app::check::as_of;
use crate::app::output::Outputs;
use crate::app::paths;
use crate::cli::VerifyArgs;
use crate::model::{
    SEAL_SCHEMA, Say, Seal, SealedFile, SealedFinding, SealedLane, SealedPack, SealedShipment,
};
use crate::read::{Limits, hex_digest};
use crate::report::{self, Format, seal::Signer};
use anyhow::Context;
use serde_json::Value;
use std::io::Read;
use std::path::Path;

pub fn verify(args: &VerifyArgs) -> anyhow::Result<u8> {
    let lang = spoken(&args.common, &args.record)?;
    let (offered, color) = ([Format::Table, Format::Json], args.common.color);
    let outputs = Outputs::begin(&args.out, color, &offered, lang, &Limits::default())?;
    let trusted = match &args.signer {
        Some(path) => Some(sign::public_key(path, lang)?),
        None => None,
    };
    let name = paths::shown(&args.record);
    let no_record = |why: &str| {
        let why = report::escape::short(why, 300);
        let said = Say::new(
            format!("{name}: this is no readiness record made by greenlane seal ({why})"),
            format!("{name}：这不是 greenlane seal 生成的记录（{why}）"),
        );
        anyhow::anyhow!("{}", said.get(lang))
    };
    let text = match text(&args.record) {
        Err(e) if e.to_string().contains("UTF-8") => return Err(no_record("no text")),
        text => text.with_context(|| name.clone())?,
    };
    let mut differences: Vec<Say> = Vec::new();
    let mut signer = Signer::Unclear;
    match read(&text) {
        Ok(seal) => {
            match sign::check(&seal, trusted.as_ref()) {
                Ok(found) => signer = found.map_or(Signer::Nobody, Signer::Key),
                Err(said) => differences.push(said),
            }
            compare(args, &seal, &mut differences)?;
        }
        Err(Unread::Cut) => differences.push(Say::new(
            "the record is cut off: its end is missing",
            "记录不完整：缺少结尾",
        )),
        Err(Unread::Other(why)) => return Err(no_record(&why)),
    }
    let trusted = trusted.as_ref().map(|t| t.file.as_str());
    outputs.write(|format| {
        let told = match format {
            Format::Json => report::seal::verified_json,
            _ => report::seal::verified,
        };
        Ok(told(&name, &differences, &signer, trusted, lang).into_bytes())
    })?;
    Ok(u8::from(!differences.is_empty()))
}

/// The text of a record, of bounded size.
fn text(path: &Path) -> anyhow::Result<String> {
    const LARGEST: u64 = 64 << 20;
    let mut text = String::new();
    let file = std::fs::File::open(path)?;
    file.take(LARGEST).read_to_string(&mut text)?;
    Ok(text)
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
    let base = folder_of(&args.record);
    let shipment = args
        .shipment
        .clone()
        .unwrap_or_else(|| base.join(&seal.root));
    // Nobody who is handed a record reads more than what lies with it, unless he says so.
    if args.shipment.is_none() && !is_inside(&base, &shipment) {
        let root = &seal.root;
        differences.push(Say::new(
            format!(
                "the shipment does not lie with the record but at {root}; name it with --shipment"
            ),
            format!("货物单证不在记录所在文件夹内，而在 {root}；请用 --shipment 指明"),
        ));
        return Ok(());
    }
    if let Some(file) = seal
        .files
        .iter()
        .find(|f| !is_inside(&shipment, &shipment.join(f)))
    {
        differences.push(Say::new(
            format!("{file} lies outside the shipment's folder and is not read"),
            format!("{file} 在本票文件夹之外，不予读取"),
        ));
        return Ok(());
    }
    let lies = Whereabouts::sealed(&shipment, &seal.files);
    if !lies.is_there() {
        let path = paths::shown(&shipment);
        differences.push(Say::new(
            format!("{path} is not there; name the shipment with --shipment"),
            format!("找不到 {path}；请用 --shipment 指明"),
        ));
        return Ok(());
    }
    let root = match &args.shipment {
        Some(_) => seal.root.clone(),
        None => between(&base, &shipment)?,
    };
    let again = as_of(Some(&seal.as_of)).and_then(|as_of| {
        let asked = Asked {
            shipment: &lies,
            root: root.clone(),
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
    differences.extend(apart(seal, &now));
    Ok(())
}

/// Whether a path lies in a folder, links followed; what is not there lies nowhere else.
fn is_inside(folder: &Path, path: &Path) -> bool {
    match (folder.canonicalize(), path.canonicalize()) {
        (Ok(folder), Ok(path)) => path.starts_with(folder),
        _ => true,
    }
}

/// In what the record and the one made now differ: files, packs and verdicts in words, all else by
/// the name of the field.
fn apart(seal: &Seal, now: &Seal) -> Vec<Say> {
    let (mut file, mut pack, mut verdict) = (Vec::new(), Vec::new(), Vec::new());
    files(&seal.inputs, &now.inputs, &mut file);
    packs(&seal.packs, &now.packs, &mut pack);
    new_packs(&seal.packs, &now.packs, &mut pack);
    verdicts(&seal.shipment, &now.shipment, &mut verdict);
    let said = [("inputs", file), ("packs", pack), ("shipment", verdict)];
    let value = |seal: &Seal| serde_json::to_value(seal).unwrap_or(Value::Null);
    let mut fields = Vec::new();
    for (name, sealed) in value(seal).as_object().into_iter().flatten() {
        let now = value(now).get(name).cloned().unwrap_or(Value::Null);
        let told = said.iter().any(|(n, said)| n == name && !said.is_empty());
        if !told && !matches!(name.as_str(), "digest" | "signature") {
            field(name, sealed, &now, &mut fields);
        }
    }
    let all = said.into_iter().flat_map(|(_, said)| said);
    all.chain(fields).collect()
}

/// Every field below one in which two records differ.
fn field(name: &str, sealed: &Value, now: &Value, differences: &mut Vec<Say>) {
    match (sealed, now) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
            for ((key, a), b) in a.iter().zip(b.values()) {
                field(&format!("{name}.{key}"), a, b, differences);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (n, (a, b)) in a.iter().zip(b).enumerate() {
                field(&format!("{name}[{n}]"), a, b, differences);
            }
        }
        (a, b) if a == b => {}
        _ if differences.len() > MOST => {}
        (a, b) => {
            let short = |value: &Value| report::escape::short(&value.to_string(), 80);
            let (a, b) = (short(a), short(b));
            differences.push(Say::new(
                format!("{name}: sealed {a}, now {b}"),
                format!("{name}：记录为 {a}，现为 {b}"),
            ));
        }
    }
}

/// So many differences of one sort are told.
const MOST: usize = 50;

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

/// A pack that has a say now and had none.
fn new_packs(sealed: &[SealedPack], now: &[SealedPack], differences: &mut Vec<Say>) {
    for pack in now.iter().filter(|p| !sealed.iter().any(|s| s.id == p.id)) {
        let id = &pack.id;
        differences.push(Say::new(
            format!("the pack {id} has a say now and none in the record"),
            format!("规则包 {id} 现参与判断，记录中没有"),
        ));
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
    for lane in &now.lanes {
        let id = &lane.lane;
        let Some(other) = sealed.lanes.iter().find(|l| l.lane == *id) else {
            differ(
                &format!("verdict of {id}"),
                &format!("{id} 的结论"),
                &none.verdict,
                &lane.verdict,
            );
            continue;
        };
        for line in &lane.lines {
            let number = &line.line;
            if !other.lines.iter().any(|l| l.line == *number) {
                differ(
                    &format!("line {number} in {id}"),
                    &format!("{id} 第 {number} 项"),
                    "not there",
                    &line.verdict,
                );
            }
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
    for finding in apart.iter().take(MOST) {
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
