//! What closes a table: the papers, remarks on files, many shipments as one table, the last line.

use super::{Look, SHOW_ALL, color_of, notice};
use crate::model::{Lang, Level, Problem, Report, ShipmentReport, Verdict};
use crate::report::escape::{line, short};
use crate::report::paint::{BOLD, YELLOW, paint, wrap};
use crate::report::{summary, words};
use comfy_table::{ContentArrangement, Table, presets};

/// The papers: what each was read as.
pub fn documents(out: &mut String, shipment: &ShipmentReport, lang: Lang, look: Look) {
    if shipment.documents.is_empty() {
        return;
    }
    let title = lang.say("Documents", "单证");
    out.push_str(&format!("\n{}\n", paint(BOLD, title)));
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(look.width).unwrap_or(80));
    for document in shipment.documents.iter() {
        let name = document.path.rsplit('/').next().unwrap_or(&document.path);
        let label = match &document.part {
            Some(part) => format!("{} [{}]", line(name), line(part)),
            None => line(name),
        };
        let unknown = lang.say("not recognised", "未识别");
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
            lang.say("read in part", "未读全")
        };
        table.add_row(vec![&label, &line(kind), &rows, &whole.to_string()]);
    }
    for row in table.lines() {
        out.push_str(row.trim_end());
        out.push('\n');
    }
}

/// Remarks on the files.
pub fn problems(out: &mut String, problems: &[Problem], lang: Lang, look: Look) {
    let shown: Vec<&Problem> = problems.iter().take(40).collect();
    if shown.is_empty() {
        return;
    }
    let title = lang.say("Remarks on the files", "文件说明");
    out.push_str(&format!("\n{}\n", paint(BOLD, title)));
    for problem in shown {
        let name = problem.path.rsplit('/').next().unwrap_or(&problem.path);
        let at = problem.spot.told(problem.part.as_deref(), lang);
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
        let message = line(problem.message.get(lang));
        let text = match lang {
            Lang::En => format!("{place}: {message}."),
            Lang::Zh => format!("{place}：{message}。"),
        };
        wrap(out, &format!("  {mark}"), &text, look.width);
        if problem.level > Level::Remark && !problem.hint.is_empty() {
            wrap(out, "    → ", problem.hint.get(lang), look.width);
        }
    }
    if problems.len() > 40 {
        out.push_str(&format!("  … +{}\n", problems.len() - 40));
    }
}

/// Many shipments as one table: what each is, and where to begin.
fn overview(out: &mut String, report: &Report, lang: Lang, look: Look) {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(look.width).unwrap_or(80));
    let first = match report.of_reports {
        true => lang.say("Report", "报告"),
        false => lang.say("Shipment", "货物"),
    };
    table.set_header(vec![
        first,
        lang.say("Verdict", "结论"),
        lang.say("To change", "需修改"),
        lang.say("Undecided", "待定"),
        lang.say("First", "首个问题"),
    ]);
    let all = report.shipments.len() <= SHOW_ALL;
    for shipment in &report.shipments {
        if !all && shipment.verdict == Verdict::Eligible {
            continue;
        }
        let (change, supply) = summary::counts(shipment);
        let first = shipment.findings.iter().find(|f| f.blocks() && !f.known);
        let number = |n: usize| if n == 0 { String::new() } else { n.to_string() };
        table.add_row(vec![
            line(&shipment.id),
            summary::word(shipment.verdict, lang),
            number(change),
            number(supply),
            first.map_or(String::new(), |f| short(f.message.get(lang), 60)),
        ]);
    }
    out.push_str(&format!("{table}\n"));
}

/// The end of a table; its last line is the verdict and what to do next.
pub fn closing(out: &mut String, report: &Report, lang: Lang, look: Look) {
    if report.shipments.len() > 1 {
        overview(out, report, lang, look);
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
        wrap(out, "! ", &text, look.width);
    }
    for finding in &report.findings {
        let subject = words::subject(&finding.subject, lang);
        let colon = lang.say(": ", "：");
        let text = format!("{subject}{colon}{}", finding.message.get(lang));
        wrap(out, "! ", &line(&text), look.width);
        wrap(out, "  → ", &line(finding.fix.get(lang)), look.width);
    }
    for pack in report.packs.iter().filter(|p| !p.changes.is_empty()) {
        for change in &pack.changes {
            let (id, what, by, at) = (&pack.id, &change.what, &change.by, change.line);
            let text = match lang {
                Lang::En => format!("{id}: {what} is set by {by}:{at}"),
                Lang::Zh => format!("{id}：{what} 由 {by}:{at} 设定"),
            };
            wrap(out, "- ", &line(&text), look.width);
        }
    }
    for idle in &report.idle {
        let rules = idle.rules.join(", ");
        let text = match lang {
            Lang::En => format!("Found nothing to judge: {rules}"),
            Lang::Zh => format!("以下规则没有可判定的内容：{rules}"),
        };
        wrap(out, "- ", &text, look.width);
    }
    if !report.configuration.is_empty() {
        let text = lang.say("Configuration: ", "配置文件：");
        wrap(
            out,
            "- ",
            &line(&format!("{text}{}", report.configuration)),
            look.width,
        );
    }
    let as_of = match lang {
        Lang::En => format!("As of {} in China. {}", report.as_of, notice(lang)),
        Lang::Zh => format!("判定日期 {}（北京时间）。{}", report.as_of, notice(lang)),
    };
    wrap(out, "", &as_of, look.width);
    let mut last = String::new();
    wrap(
        &mut last,
        "",
        &line(&summary::line(report, lang)),
        look.width,
    );
    let worst = report.shipments.iter().map(|s| s.verdict).max();
    let color = worst.map_or(YELLOW, color_of);
    for line in last.lines() {
        out.push_str(&format!("{}\n", paint(color, line)));
    }
}
