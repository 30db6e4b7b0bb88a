//! The report for a person at a terminal: verdicts, what to change, what could not be decided,
//! which documents were read as what.

mod closing;

use super::escape::{line, short};
use super::paint::{BOLD, DIM, GREEN, RED, YELLOW, paint, wrap};
use super::{summary, words};
use crate::model::{
    DocumentInfo, Finding, LaneReport, Lang, Level, OutcomeKind, Place, Problem, Report, Severity,
    ShipmentReport, Split, Verdict,
};
use closing::{closing, documents, problems};

/// Shipments shown one by one; of more, only those that are not eligible.
const SHOW_ALL: usize = 20;
/// Findings shown in full for one shipment.
const MOST_FINDINGS: usize = 200;

/// How a table is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Columns it may take.
    pub width: usize,
    /// Findings with their fingerprints, by which they are waived.
    pub fingerprints: bool,
}

/// What every report says of itself.
pub fn notice(lang: Lang) -> &'static str {
    match lang {
        Lang::En => {
            "A pre-check on second-hand accounts of the notices, not the authority's decision."
        }
        Lang::Zh => "依据媒体对通知的转述所做的预检，不是主管部门的决定。",
    }
}

/// The report as text.
pub fn render(report: &Report, lang: Lang, look: Look) -> String {
    let mut out = String::new();
    let many = report.shipments.len() > SHOW_ALL;
    for shipment in &report.shipments {
        if many && shipment.verdict == Verdict::Eligible {
            continue;
        }
        if report.of_reports {
            audited(&mut out, shipment, lang, look);
        } else {
            show(&mut out, shipment, lang, look);
        }
        out.push('\n');
    }
    if report.of_reports && report.shipments.is_empty() {
        let text = lang.say("No report was found.", "没有找到检测报告。");
        out.push_str(&format!("{text}\n"));
    }
    let worth = |p: &&Problem| report.of_reports || p.level > Level::Remark;
    let others: Vec<Problem> = report.problems.iter().filter(worth).cloned().collect();
    problems(&mut out, &others, lang, look);
    closing(&mut out, report, lang, look);
    out
}

/// A report as text: what to mend, in its own order.
fn audited(out: &mut String, shipment: &ShipmentReport, lang: Lang, look: Look) {
    heading(out, shipment, lang, look);
    let shown = shipment.findings.iter().filter(|f| !f.known);
    let (mend, waived): (Vec<&Finding>, Vec<&Finding>) = shown.partition(|f| f.weighs());
    if mend.is_empty() {
        let text = match shipment.lanes.is_empty() {
            true => lang.say("It could not be audited.", "无法检查。"),
            false => lang.say("Nothing to mend.", "没有需要修改的内容。"),
        };
        out.push_str(&format!("\n{text}\n"));
    }
    let in_order = lang.say(
        "To mend, in the order of the report",
        "需要修改（按报告顺序）",
    );
    section(out, in_order, &mend, shipment, None, lang, look);
    let title = lang.say("Waived", "已豁免");
    section(out, title, &waived, shipment, Some(DIM), lang, look);
    problems(out, &shipment.problems, lang, look);
}

/// Findings under a title; in one colour, or each in that of its weight.
fn section(
    out: &mut String,
    title: &str,
    findings: &[&Finding],
    shipment: &ShipmentReport,
    color: Option<&str>,
    lang: Lang,
    look: Look,
) {
    if findings.is_empty() {
        return;
    }
    out.push_str(&format!("\n{} ({})\n", paint(BOLD, title), findings.len()));
    for (i, finding) in findings.iter().take(MOST_FINDINGS).enumerate() {
        let of_weight = match (finding.severity, finding.outcome) {
            (Severity::Blocker, OutcomeKind::Fail) => RED,
            (Severity::Blocker, _) => YELLOW,
            _ => DIM,
        };
        let color = color.unwrap_or(of_weight);
        let of_paper = |f: &&Finding| f.awaits_confirmation() && f.cause == finding.cause;
        if finding.awaits_confirmation() && findings.iter().copied().take(i).any(|f| of_paper(&f)) {
            // What is to be done stands with the first of them.
            show_head(out, i + 1, finding, shipment, color, lang, look);
            show_places(out, finding, shipment, lang, look);
        } else {
            show_finding(out, i + 1, finding, shipment, color, lang, look);
        }
        clears(out, i, findings, lang, look);
    }
    if findings.len() > MOST_FINDINGS {
        let more = (findings.len() - MOST_FINDINGS).to_string();
        let text = lang.say(
            "  … and {n} more; --format json lists all.",
            "  …… 另有 {n} 条；用 --format json 查看全部。",
        );
        out.push_str(&format!("{}\n", text.replace("{n}", &more)));
    }
}

/// After the last of several findings that one cell explains: that this one change clears them.
fn clears(out: &mut String, at: usize, findings: &[&Finding], lang: Lang, look: Look) {
    let Some(cause) = findings.get(at).and_then(|f| f.cause) else {
        return;
    };
    let alike = |f: &&&Finding| f.cause == Some(cause);
    let count = findings.iter().filter(alike).count();
    if count > 1 && findings.iter().skip(at + 1).find(alike).is_none() {
        let text = match findings.get(at).is_some_and(|f| f.awaits_confirmation()) {
            true => lang.say(
                "one picture: confirming what was read of it settles these {n}",
                "同一图像：确认识别结果后这 {n} 项一并判定",
            ),
            false => lang.say(
                "one cell: mending it clears these {n} findings",
                "同一单元格：改正后这 {n} 个问题一并消除",
            ),
        };
        wrap(
            out,
            "      = ",
            &text.replace("{n}", &count.to_string()),
            look.width,
        );
    }
}

fn color_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Eligible => GREEN,
        Verdict::NotEligible => RED,
        Verdict::Undecided => YELLOW,
        Verdict::NotApplicable => DIM,
    }
}

fn colored(verdict: Verdict, lang: Lang) -> String {
    paint(color_of(verdict), &summary::word(verdict, lang))
}

/// What was judged, and the verdict of each lane.
fn heading(out: &mut String, shipment: &ShipmentReport, lang: Lang, look: Look) {
    out.push_str(&format!(
        "{} {}\n",
        paint(BOLD, &line(&shipment.id)),
        colored(shipment.verdict, lang)
    ));
    for lane in &shipment.lanes {
        show_lane(out, lane, lang, look);
    }
}

fn show(out: &mut String, shipment: &ShipmentReport, lang: Lang, look: Look) {
    heading(out, shipment, lang, look);
    let of = |wanted: &dyn Fn(&Finding) -> bool| -> Vec<&Finding> {
        let shown = shipment.findings.iter().filter(|f| !f.known);
        shown.filter(|f| wanted(f)).collect()
    };
    let supplied = of(&|f| f.outcome == OutcomeKind::Unknown && f.blocks());
    let sections = [
        (
            lang.say("To change", "需要修改"),
            of(&|f| f.outcome == OutcomeKind::Fail && f.blocks()),
            RED,
        ),
        (
            lang.say("Could not be decided", "无法判定，需要补充"),
            supplied,
            YELLOW,
        ),
        (
            lang.say("Worth mending", "建议修改"),
            of(&|f| f.weighs() && !f.blocks() && f.outcome != OutcomeKind::Note),
            DIM,
        ),
        (
            lang.say("To note", "请注意"),
            of(&|f| f.weighs() && f.outcome == OutcomeKind::Note),
            DIM,
        ),
        (lang.say("Waived", "已豁免"), of(&|f| !f.weighs()), DIM),
    ];
    for (title, findings, color) in sections {
        section(out, title, &findings, shipment, Some(color), lang, look);
    }
    passed(out, &shipment.passed, lang, look);
    documents(out, shipment, lang, look);
    problems(out, &shipment.problems, lang, look);
}

/// What passed and what did not apply, a line each.
fn passed(out: &mut String, passed: &[Finding], lang: Lang, look: Look) {
    for (outcome, title) in [
        (OutcomeKind::Pass, lang.say("Passed", "通过")),
        (
            OutcomeKind::NotApplicable,
            lang.say("Did not apply", "不适用"),
        ),
    ] {
        let of: Vec<&Finding> = passed.iter().filter(|f| f.outcome == outcome).collect();
        if !of.is_empty() {
            out.push_str(&format!("\n{} ({})\n", paint(BOLD, title), of.len()));
        }
        for finding in of {
            let subject = words::subject(&finding.subject, lang);
            let text = format!("{}  {subject}", finding.rule);
            wrap(out, " ✓ ", &line(&text), look.width);
        }
    }
}

fn show_lane(out: &mut String, lane: &LaneReport, lang: Lang, look: Look) {
    let title = lane.title.get(lang);
    out.push_str(&format!(
        "  {}: {}\n",
        line(title),
        colored(lane.verdict, lang)
    ));
    for verdict in [
        Verdict::NotEligible,
        Verdict::Undecided,
        Verdict::Eligible,
        Verdict::NotApplicable,
    ] {
        let lines: Vec<&str> = lane
            .lines
            .iter()
            .filter(|l| l.verdict == verdict)
            .map(|l| l.line.as_str())
            .collect();
        if lines.is_empty() {
            continue;
        }
        let text = match verdict {
            Verdict::NotApplicable => lang.say("not of this lane", "不属于本通道").to_string(),
            verdict => summary::word(verdict, lang),
        };
        let shown = short(&lines.join(", "), 400);
        let head = match lang {
            Lang::En => format!("    line {shown}: {text}"),
            Lang::Zh => format!("    第 {shown} 项：{text}"),
        };
        wrap(out, "", &head, look.width);
    }
    if let Some(split) = &lane.split {
        let lines = short(&split.take_out.join(", "), 300);
        let text = match lang {
            Lang::En => format!(
                "Split plan: take out line {lines}; the rest is then {}.",
                summary::word(split.then, lang)
            ),
            Lang::Zh => format!(
                "拆分方案：把第 {lines} 项分出，其余则{}。",
                summary::word(split.then, lang)
            ),
        };
        wrap(out, "    ", &text, look.width);
        show_needs(out, split, lang, look);
    }
}

/// What the lines that stay still need.
fn show_needs(out: &mut String, split: &Split, lang: Lang, look: Look) {
    const SHOWN: usize = 12;
    let mut say = |en: String, zh: String| {
        let text = match lang {
            Lang::En => en,
            Lang::Zh => zh,
        };
        wrap(out, "      ", &text, look.width);
    };
    if !split.needs.is_empty() {
        let needs = short(&split.needs.join(", "), 300);
        say(
            format!("every line still needs: {needs}"),
            format!("各项仍需：{needs}"),
        );
    }
    for need in split.remaining.iter().take(SHOWN) {
        let rules = short(&need.needs.join(", "), 300);
        let line = line(&need.line);
        say(
            format!("line {line} still needs: {rules}"),
            format!("第 {line} 项仍需：{rules}"),
        );
    }
    if split.remaining.len() > SHOWN {
        let more = split.remaining.len() - SHOWN;
        say(
            format!("… and {more} more lines"),
            format!("……另有 {more} 项"),
        );
    }
    if !split.also_take_out.is_empty() {
        let lines = short(&split.also_take_out.join(", "), 300);
        say(
            format!("or take out line {lines} as well: then the rest is eligible"),
            format!("或再分出第 {lines} 项，其余即符合"),
        );
    }
}

/// A finding's rule and subject.
fn show_head(
    out: &mut String,
    number: usize,
    finding: &Finding,
    shipment: &ShipmentReport,
    color: &str,
    lang: Lang,
    look: Look,
) {
    let mark = match (finding.outcome, finding.severity) {
        (OutcomeKind::Fail, Severity::Blocker) => "✗",
        (OutcomeKind::Fail, Severity::Warning) => "!",
        (OutcomeKind::Unknown, _) => "?",
        _ => "·",
    };
    // The whole subject: the colour is put in after the lines were broken.
    let lead = format!(" {mark} {number}. ");
    let head = format!(
        "{}  {}",
        line(&finding.rule),
        line(&words::subject_of(finding, &shipment.documents, lang))
    );
    let mut text = String::new();
    wrap(&mut text, &lead, &head, look.width);
    out.push_str(&text.replacen(lead.trim(), &paint(color, lead.trim()), 1));
}

fn show_finding(
    out: &mut String,
    number: usize,
    finding: &Finding,
    shipment: &ShipmentReport,
    color: &str,
    lang: Lang,
    look: Look,
) {
    show_head(out, number, finding, shipment, color, lang, look);
    wrap(out, "      ", &line(finding.message.get(lang)), look.width);
    if let Some(w) = &finding.waived {
        let text = match lang {
            Lang::En => format!("Waived by {} until {}: {}", w.who, w.until, w.reason),
            Lang::Zh => format!("由 {} 豁免，有效期至 {}：{}", w.who, w.until, w.reason),
        };
        wrap(out, "      ", &line(&text), look.width);
    }
    if let Some(from) = &finding.upcoming {
        let text = match lang {
            Lang::En => format!("Upcoming: the lane begins on {from}."),
            Lang::Zh => format!("尚未实施：本通道自 {from} 起。"),
        };
        wrap(out, "      ", &text, look.width);
    }
    show_places(out, finding, shipment, lang, look);
    wrap(out, "      → ", &line(finding.fix.get(lang)), look.width);
    if look.fingerprints {
        wrap(out, "      # ", &finding.fingerprint, look.width);
    }
}

fn show_places(
    out: &mut String,
    finding: &Finding,
    shipment: &ShipmentReport,
    lang: Lang,
    look: Look,
) {
    for place in finding.places.iter().take(6) {
        if let Some(text) = place_text(place, &shipment.documents, lang) {
            wrap(out, "      @ ", &text, look.width);
        }
    }
    if finding.places.len() > 6 {
        let more = finding.places.len() - 6;
        let text = match lang {
            Lang::En => format!("… and {more} more places"),
            Lang::Zh => format!("…… 另有 {more} 处"),
        };
        wrap(out, "      @ ", &text, look.width);
    }
}

/// `declaration.xlsx 报关单!F12  KD-20OA`
pub fn place_text(place: &Place, documents: &[DocumentInfo], lang: Lang) -> Option<String> {
    let document = documents.get(place.document?)?;
    let name = document.path.rsplit('/').next().unwrap_or(&document.path);
    let at = place.told(document.part.as_deref(), lang);
    let mut text = line(name);
    if !at.is_empty() {
        text.push(' ');
        text.push_str(&line(&at));
    }
    if !place.raw.trim().is_empty() {
        text.push_str("  “");
        text.push_str(&short(&place.raw, 90));
        text.push('”');
    }
    if place.transcribed {
        text.push_str(lang.say(" (typed from a scan)", "（由扫描件录入）"));
    }
    if let Some(read) = &place.pictured {
        text.push_str(words::pictured(read).get(lang));
    }
    Some(text)
}
