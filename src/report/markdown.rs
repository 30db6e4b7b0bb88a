//! A run as Markdown that fits a comment on a pull request.

use super::escape::line;
use super::json::SCHEMA;
use super::{summary, table, words};
use crate::model::{Finding, Lang, Level, OutcomeKind, Report, Severity, ShipmentReport};

/// A comment holds 65,536 characters.
const MOST: usize = 60_000;

/// The report, cut before it becomes too long for a comment; what was cut is counted.
pub fn render(report: &Report, lang: Lang) -> String {
    let mut out = format!("<!-- {SCHEMA} -->\n");
    out.push_str(&format!(
        "**greenlane: {}**\n",
        text(&summary::line(report, lang))
    ));
    if report.shipments.len() > 1 {
        let head = lang.say(
            "| Shipment | Verdict | To change | Undecided |",
            "| 货物 | 结论 | 需要修改 | 无法判定 |",
        );
        out.push_str(&format!("\n{head}\n|---|---|---:|---:|\n"));
        let mut left = 0;
        for shipment in &report.shipments {
            let (change, supply) = summary::counts(shipment);
            let verdict = summary::word(shipment.verdict, lang);
            let row = format!(
                "| {} | {verdict} | {change} | {supply} |\n",
                text(&shipment.id)
            );
            if out.chars().count() + row.len() > MOST / 2 {
                left += 1;
            } else {
                out.push_str(&row);
            }
        }
        more(&mut out, left, lang);
    }
    let mut left = 0;
    for shipment in &report.shipments {
        left += one(&mut out, shipment, lang);
    }
    for finding in &report.findings {
        out.push_str(&format!(
            "\n- {} → {}\n",
            text(finding.message.get(lang)),
            text(finding.fix.get(lang))
        ));
    }
    more(&mut out, left, lang);
    let as_of = lang.say("As of", "判定日期");
    out.push_str(&format!(
        "\n{as_of} {}. {}\n",
        report.as_of,
        table::notice(lang)
    ));
    out
}

fn more(out: &mut String, left: usize, lang: Lang) {
    if left > 0 {
        let text = lang.say(
            "… and {n} more; --format json lists all.",
            "…… 另有 {n} 项，用 --format json 查看全部。",
        );
        out.push_str(&format!("\n{}\n", text.replace("{n}", &left.to_string())));
    }
}

/// The findings and unread files of a shipment; how many of them did not fit.
fn one(out: &mut String, shipment: &ShipmentReport, lang: Lang) -> usize {
    let shown: Vec<&Finding> = shipment
        .findings
        .iter()
        .filter(|f| f.weighs() && !f.known)
        .collect();
    let problems = shipment.problems.iter().filter(|p| p.level > Level::Remark);
    let problems: Vec<_> = problems.collect();
    if shown.is_empty() && problems.is_empty() {
        return 0;
    }
    let mut used = out.chars().count();
    let mut left = 0;
    let mut push = |piece: String| {
        let long = piece.chars().count();
        let fits = used + long <= MOST;
        if fits {
            used += long;
            out.push_str(&piece);
        }
        fits
    };
    let verdict = summary::word(shipment.verdict, lang);
    let head = lang.say(
        "| | Rule | Finding | Where | Mend |",
        "| | 规则 | 问题 | 位置 | 处理 |",
    );
    let title = format!("\n### {}: {verdict}\n", text(&shipment.id));
    if !push(title) || (!shown.is_empty() && !push(format!("\n{head}\n|---|---|---|---|---|\n"))) {
        return shown.len() + problems.len();
    }
    for finding in shown {
        let mark = match (finding.outcome, finding.severity) {
            (OutcomeKind::Fail, Severity::Blocker) => "❌",
            (OutcomeKind::Unknown, Severity::Blocker) => "❓",
            _ => "·",
        };
        let places: Vec<String> = finding
            .places
            .iter()
            .take(3)
            .filter_map(|p| table::place_text(p, &shipment.documents, lang))
            .map(|place| text(&place))
            .collect();
        let row = format!(
            "| {mark} | {} {} | {} | {} | {} |\n",
            text(&finding.rule),
            text(&words::subject_of(finding, &shipment.documents, lang)),
            text(finding.message.get(lang)),
            places.join("<br>"),
            text(finding.fix.get(lang)),
        );
        left += usize::from(!push(row));
    }
    for (number, problem) in problems.into_iter().enumerate() {
        let lead = if number == 0 { "\n" } else { "" };
        let (path, message) = (text(&problem.path), text(problem.message.get(lang)));
        left += usize::from(!push(format!("{lead}- {path}: {message}\n")));
    }
    left
}

/// Text that stays text: no markup, no mention of anybody, no link.
fn text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len() + 16);
    for c in line(raw).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("@&#8203;"),
            ':' => out.push_str("&#58;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out.replace("www.", "www&#46;")
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn nothing_from_a_document_is_markup() {
        assert_eq!(
            text("<b>[x](http://e) @all | `y`"),
            "&lt;b&gt;\\[x\\](http&#58;//e) @&#8203;all \\| \\`y\\`"
        );
    }
}
