//! The report for a person at a terminal: verdicts, what to change, what could not be decided,
//! which documents were read as what.

use super::escape::{line, short};
use super::paint::{BOLD, DIM, GREEN, RED, YELLOW, paint, wrap};
use crate::model::{
    DocumentInfo, Finding, LaneReport, Lang, Level, OutcomeKind, Place, Problem, Report, Severity,
    ShipmentReport, Split, Verdict,
};
use comfy_table::{ContentArrangement, Table, presets};

/// Shipments shown one by one; of more, only those that are not eligible.
const SHOW_ALL: usize = 20;
/// Findings shown in full for one shipment.
const MOST_FINDINGS: usize = 200;

/// What every report says of itself.
pub fn notice(lang: Lang) -> &'static str {
    match lang {
        Lang::En => {
            "A pre-check on second-hand accounts of the notices, not the authority's decision."
        }
        Lang::Zh => "依据媒体对通知的转述所做的预检，不是主管部门的决定。",
    }
}

/// The report as text of at most `width` columns.
pub fn render(report: &Report, lang: Lang, width: usize) -> String {
    let mut out = String::new();
    let many = report.shipments.len() > SHOW_ALL;
    for shipment in &report.shipments {
        if many && shipment.verdict == Verdict::Eligible {
            continue;
        }
        show(&mut out, shipment, lang, width);
        out.push('\n');
    }
    closing(&mut out, report, ("Shipments", "票数"), lang, width);
    out
}

/// An audit as text: for each report what to mend, in the order of the report.
pub fn audit(report: &Report, lang: Lang, width: usize) -> String {
    let mut out = String::new();
    for shipment in &report.shipments {
        heading(&mut out, shipment, lang, width);
        let (waived, mend): (Vec<&Finding>, Vec<&Finding>) =
            shipment.findings.iter().partition(|f| f.waived.is_some());
        if mend.is_empty() {
            let text = match shipment.lanes.is_empty() {
                true => say(lang, "It could not be audited.", "无法检查。"),
                false => say(lang, "Nothing to mend.", "没有需要修改的内容。"),
            };
            out.push_str(&format!("\n{text}\n"));
        }
        let in_order = "To mend, in the order of the report";
        let sections = [
            (say(lang, in_order, "需要修改（按报告顺序）"), mend),
            (say(lang, "Waived", "已豁免"), waived),
        ];
        for (title, findings) in sections.iter().filter(|s| !s.1.is_empty()) {
            out.push_str(&format!("\n{} ({})\n", paint(BOLD, title), findings.len()));
            for (i, finding) in findings.iter().take(MOST_FINDINGS).enumerate() {
                let color = match (finding.severity, finding.outcome) {
                    _ if finding.waived.is_some() => DIM,
                    (Severity::Blocker, OutcomeKind::Fail) => RED,
                    (Severity::Blocker, _) => YELLOW,
                    _ => DIM,
                };
                show_finding(&mut out, i + 1, finding, shipment, color, lang, width);
            }
        }
        problems(&mut out, &shipment.problems, lang, width);
        out.push('\n');
    }
    if report.shipments.is_empty() {
        let text = say(lang, "No report was found.", "没有找到检测报告。");
        out.push_str(&format!("{text}\n"));
    }
    problems(&mut out, &report.problems, lang, width);
    closing(&mut out, report, ("Reports", "报告"), lang, width);
    out
}

fn word(verdict: Verdict, lang: Lang) -> &'static str {
    match (verdict, lang) {
        (Verdict::Eligible, Lang::En) => "eligible",
        (Verdict::NotEligible, Lang::En) => "NOT ELIGIBLE",
        (Verdict::Undecided, Lang::En) => "UNDECIDED",
        (Verdict::NotApplicable, Lang::En) => "no lane applies",
        (Verdict::Eligible, Lang::Zh) => "可以通过",
        (Verdict::NotEligible, Lang::Zh) => "不能通过",
        (Verdict::Undecided, Lang::Zh) => "无法判定",
        (Verdict::NotApplicable, Lang::Zh) => "不适用任何通道",
    }
}

fn colored(verdict: Verdict, lang: Lang) -> String {
    let color = match verdict {
        Verdict::Eligible => GREEN,
        Verdict::NotEligible => RED,
        Verdict::Undecided => YELLOW,
        Verdict::NotApplicable => DIM,
    };
    paint(color, word(verdict, lang))
}

fn say<'a>(lang: Lang, en: &'a str, zh: &'a str) -> &'a str {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// What was judged, and the verdict of each lane.
fn heading(out: &mut String, shipment: &ShipmentReport, lang: Lang, width: usize) {
    out.push_str(&format!(
        "{} {}\n",
        paint(BOLD, &line(&shipment.id)),
        colored(shipment.verdict, lang)
    ));
    for lane in &shipment.lanes {
        show_lane(out, lane, lang, width);
    }
}

fn show(out: &mut String, shipment: &ShipmentReport, lang: Lang, width: usize) {
    heading(out, shipment, lang, width);
    let of = |wanted: &dyn Fn(&Finding) -> bool| -> Vec<&Finding> {
        shipment.findings.iter().filter(|f| wanted(f)).collect()
    };
    let blocks = |f: &Finding| f.severity == Severity::Blocker && f.waived.is_none();
    let change = of(&|f| f.outcome == OutcomeKind::Fail && blocks(f));
    let supply = of(&|f| f.outcome == OutcomeKind::Unknown && blocks(f));
    let worth = of(&|f| f.severity < Severity::Blocker && f.waived.is_none());
    let waived = of(&|f| f.waived.is_some());
    let sections = [
        (say(lang, "To change", "需要修改"), change, RED),
        (
            say(lang, "Could not be decided", "无法判定，需要补充"),
            supply,
            YELLOW,
        ),
        (say(lang, "Worth mending", "建议修改"), worth, DIM),
        (say(lang, "Waived", "已豁免"), waived, DIM),
    ];
    for (title, findings, color) in sections {
        if findings.is_empty() {
            continue;
        }
        out.push_str(&format!("\n{} ({})\n", paint(BOLD, title), findings.len()));
        for (i, finding) in findings.iter().take(MOST_FINDINGS).enumerate() {
            show_finding(out, i + 1, finding, shipment, color, lang, width);
        }
        if findings.len() > MOST_FINDINGS {
            let more = findings.len() - MOST_FINDINGS;
            let text = match lang {
                Lang::En => format!("  … and {more} more; --format json lists all."),
                Lang::Zh => format!("  …… 另有 {more} 条；用 --format json 查看全部。"),
            };
            out.push_str(&text);
            out.push('\n');
        }
    }
    documents(out, shipment, lang, width);
    problems(out, &shipment.problems, lang, width);
}

fn show_lane(out: &mut String, lane: &LaneReport, lang: Lang, width: usize) {
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
        let text = match (verdict, lang) {
            (Verdict::NotApplicable, Lang::En) => "not of this lane",
            (Verdict::NotApplicable, Lang::Zh) => "不属于本通道",
            (v, lang) => word(v, lang),
        };
        let shown = short(&lines.join(", "), 400);
        let head = match lang {
            Lang::En => format!("    line {shown}: {text}"),
            Lang::Zh => format!("    第 {shown} 项：{text}"),
        };
        wrap(out, "", &head, width);
    }
    if let Some(split) = &lane.split {
        let lines = short(&split.take_out.join(", "), 300);
        let text = match lang {
            Lang::En => format!(
                "Split plan: take out line {lines}; the rest is then {}.",
                word(split.then, lang)
            ),
            Lang::Zh => format!(
                "拆分方案：把第 {lines} 项分出，其余则{}。",
                word(split.then, lang)
            ),
        };
        wrap(out, "    ", &text, width);
        show_needs(out, split, lang, width);
    }
}

/// What the lines that stay still need.
fn show_needs(out: &mut String, split: &Split, lang: Lang, width: usize) {
    const SHOWN: usize = 12;
    let mut say = |en: String, zh: String| {
        let text = match lang {
            Lang::En => en,
            Lang::Zh => zh,
        };
        wrap(out, "      ", &text, width);
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

fn show_finding(
    out: &mut String,
    number: usize,
    finding: &Finding,
    shipment: &ShipmentReport,
    color: &str,
    lang: Lang,
    width: usize,
) {
    let mark = match (finding.outcome, finding.severity) {
        (OutcomeKind::Fail, Severity::Blocker) => "✗",
        (OutcomeKind::Fail, Severity::Warning) => "!",
        (OutcomeKind::Unknown, _) => "?",
        _ => "·",
    };
    out.push_str(&format!(
        " {} {}  {}\n",
        paint(color, &format!("{mark} {number}.")),
        line(&finding.rule),
        paint(
            DIM,
            &short(&finding.subject, width.saturating_sub(36).max(20))
        )
    ));
    wrap(out, "      ", &line(finding.message.get(lang)), width);
    if let Some(w) = &finding.waived {
        let text = match lang {
            Lang::En => format!("Waived by {} until {}: {}", w.who, w.until, w.reason),
            Lang::Zh => format!("由 {} 豁免，有效期至 {}：{}", w.who, w.until, w.reason),
        };
        wrap(out, "      ", &line(&text), width);
    }
    if let Some(from) = &finding.upcoming {
        let text = match lang {
            Lang::En => format!("Upcoming: the lane begins on {from}."),
            Lang::Zh => format!("尚未实施：本通道自 {from} 起。"),
        };
        wrap(out, "      ", &text, width);
    }
    for place in finding.places.iter().take(6) {
        if let Some(text) = place_text(place, &shipment.documents) {
            wrap(out, "      @ ", &text, width);
        }
    }
    if finding.places.len() > 6 {
        let more = finding.places.len() - 6;
        let text = match lang {
            Lang::En => format!("… and {more} more places"),
            Lang::Zh => format!("…… 另有 {more} 处"),
        };
        wrap(out, "      @ ", &text, width);
    }
    wrap(out, "      → ", &line(finding.fix.get(lang)), width);
}

/// `declaration.xlsx 报关单!F12  KD-20OA`
fn place_text(place: &Place, documents: &[DocumentInfo]) -> Option<String> {
    let document = documents.get(place.document?)?;
    let name = document.path.rsplit('/').next().unwrap_or(&document.path);
    let at = place.spot.at(document.part.as_deref());
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
    Some(text)
}

fn documents(out: &mut String, shipment: &ShipmentReport, lang: Lang, width: usize) {
    if shipment.documents.is_empty() {
        return;
    }
    let title = say(lang, "Documents", "单证");
    out.push_str(&format!("\n{}\n", paint(BOLD, title)));
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(80));
    for document in shipment.documents.iter() {
        let name = document.path.rsplit('/').next().unwrap_or(&document.path);
        let label = match &document.part {
            Some(part) => format!("{} [{}]", line(name), line(part)),
            None => line(name),
        };
        let unknown = say(lang, "not recognised", "未识别");
        let kind = match &document.kind {
            Some(_) => document.kind_title.get(lang),
            None => unknown,
        };
        let rows = match lang {
            Lang::En => format!("{} rows", document.rows),
            Lang::Zh => format!("{} 行", document.rows),
        };
        let whole = if document.whole {
            ""
        } else {
            say(lang, "read in part", "未读全")
        };
        table.add_row(vec![&label, &line(kind), &rows, &whole.to_string()]);
    }
    for row in table.lines() {
        out.push_str(row.trim_end());
        out.push('\n');
    }
}

fn problems(out: &mut String, problems: &[Problem], lang: Lang, width: usize) {
    let shown: Vec<&Problem> = problems.iter().take(40).collect();
    if shown.is_empty() {
        return;
    }
    let title = say(lang, "Remarks on the files", "文件说明");
    out.push_str(&format!("\n{}\n", paint(BOLD, title)));
    for problem in shown {
        let name = problem.path.rsplit('/').next().unwrap_or(&problem.path);
        let at = problem.spot.at(problem.part.as_deref());
        let place = if at.is_empty() {
            line(name)
        } else {
            format!("{} {}", line(name), line(&at))
        };
        let mark = if problem.level == Level::Error {
            "! "
        } else {
            "- "
        };
        let text = format!("{place}: {}.", line(problem.message.get(lang)));
        wrap(out, &format!("  {mark}"), &text, width);
        if problem.level > Level::Remark && !problem.hint.is_empty() {
            wrap(out, "    → ", problem.hint.get(lang), width);
        }
    }
    if problems.len() > 40 {
        out.push_str(&format!("  … +{}\n", problems.len() - 40));
    }
}

fn closing(out: &mut String, report: &Report, counted: (&str, &str), lang: Lang, width: usize) {
    let count = |v: Verdict| report.shipments.iter().filter(|s| s.verdict == v).count();
    if report.shipments.len() != 1 {
        let mut table = Table::new();
        table
            .load_style(presets::UTF8_BORDERS_ONLY)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(u16::try_from(width).unwrap_or(80));
        table.set_header(vec![
            say(lang, counted.0, counted.1).to_string(),
            report.shipments.len().to_string(),
        ]);
        for verdict in [
            Verdict::Eligible,
            Verdict::NotEligible,
            Verdict::Undecided,
            Verdict::NotApplicable,
        ] {
            table.add_row(vec![
                word(verdict, lang).to_string(),
                count(verdict).to_string(),
            ]);
        }
        out.push_str(&table.to_string());
        out.push('\n');
    }
    let stale: Vec<&str> = report
        .packs
        .iter()
        .filter(|p| p.stale)
        .map(|p| p.id.as_str())
        .collect();
    if !stale.is_empty() {
        let text = match lang {
            Lang::En => format!(
                "Rules not reviewed for long: {}. Check for newer notices.",
                stale.join(", ")
            ),
            Lang::Zh => format!("规则较久未复核：{}。请留意新的通知。", stale.join("、")),
        };
        wrap(out, "! ", &text, width);
    }
    for finding in &report.findings {
        let text = format!("{}: {}", finding.subject, finding.message.get(lang));
        wrap(out, "! ", &line(&text), width);
        wrap(out, "  → ", &line(finding.fix.get(lang)), width);
    }
    for pack in report.packs.iter().filter(|p| !p.changes.is_empty()) {
        for change in &pack.changes {
            let (id, what, by, at) = (&pack.id, &change.what, &change.by, change.line);
            let text = match lang {
                Lang::En => format!("{id}: {what} is set by {by}:{at}"),
                Lang::Zh => format!("{id}：{what} 由 {by}:{at} 设定"),
            };
            wrap(out, "- ", &line(&text), width);
        }
    }
    for idle in &report.idle {
        let rules = idle.rules.join(", ");
        let text = match lang {
            Lang::En => format!("Found nothing to judge: {rules}"),
            Lang::Zh => format!("以下规则没有可判定的内容：{rules}"),
        };
        wrap(out, "- ", &text, width);
    }
    let as_of = match lang {
        Lang::En => format!("As of {}. {}", report.as_of, notice(lang)),
        Lang::Zh => format!("判定日期 {}。{}", report.as_of, notice(lang)),
    };
    wrap(out, "", &as_of, width);
}
