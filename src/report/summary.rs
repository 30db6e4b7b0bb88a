//! The last line of a report: the verdict, and what to do next.

use super::words;
use crate::model::{Finding, Lang, OutcomeKind, Report, Severity, ShipmentReport, Verdict};
use std::collections::BTreeSet;

/// A verdict in words.
pub fn word(verdict: Verdict, lang: Lang) -> String {
    words::verdict(verdict).get(lang).to_string()
}

/// How many causes of failed blockers a shipment has (one cell to change may clear several findings),
/// and how many blockers are undecided.
pub fn counts(shipment: &ShipmentReport) -> (usize, usize) {
    let blockers = |outcome: OutcomeKind| {
        let of = move |f: &&Finding| f.outcome == outcome && f.weighs() && !f.known;
        shipment
            .findings
            .iter()
            .filter(of)
            .filter(|f| f.severity == Severity::Blocker)
    };
    let causes: BTreeSet<(Option<u32>, &str)> = blockers(OutcomeKind::Fail)
        .map(|f| match f.cause {
            Some(cause) => (Some(cause), ""),
            None => (None, f.fingerprint.as_str()),
        })
        .collect();
    (causes.len(), blockers(OutcomeKind::Unknown).count())
}

/// The verdict of the run and what to do next, in one line.
pub fn line(report: &Report, lang: Lang) -> String {
    let en = lang == Lang::En;
    let (mut change, mut supply) = (0, 0);
    for shipment in &report.shipments {
        let (c, s) = counts(shipment);
        change += c;
        supply += s;
    }
    let count = |v: Verdict| report.shipments.iter().filter(|s| s.verdict == v).count();
    let verdict = match report.shipments.as_slice() {
        [] => lang
            .say("nothing was judged", "没有可判定的货物")
            .to_string(),
        [only] => word(only.verdict, lang),
        many => {
            let worst = many.iter().map(|s| s.verdict).max();
            let worst = word(worst.unwrap_or(Verdict::Undecided), lang);
            let parts: Vec<String> = [
                (Verdict::Eligible, "eligible", "票可以通过"),
                (Verdict::NotEligible, "not eligible", "票不能通过"),
                (Verdict::Undecided, "undecided", "票无法判定"),
                (Verdict::NotApplicable, "of no lane", "票不适用任何通道"),
            ]
            .iter()
            .filter(|(v, _, _)| count(*v) > 0)
            .map(|(v, en_word, zh_word)| match lang {
                Lang::En => format!("{} {en_word}", count(*v)),
                Lang::Zh => format!("{} {zh_word}", count(*v)),
            })
            .collect();
            let (all, parts) = (many.len(), parts.join(lang.say(", ", "，")));
            match report.of_reports {
                true if en => format!("{worst}: {all} reports, {parts}"),
                true => format!("{worst}：共 {all} 份报告，{parts}"),
                false if en => format!("{worst}: {all} shipments, {parts}"),
                false => format!("{worst}：共 {all} 票，{parts}"),
            }
        }
    };
    let mut next: Vec<String> = Vec::new();
    if change > 0 {
        next.push(if en {
            format!("{change} to change")
        } else {
            format!("{change} 处需要修改")
        });
    }
    if supply > 0 {
        next.push(if en {
            format!("{supply} to supply or make clear")
        } else {
            format!("{supply} 处需要补充或说明")
        });
    }
    let next = match next.is_empty() {
        false => {
            let next = next.join(lang.say(", ", "，"));
            lang.say("{next}; then check again", "{next}，然后重新检查")
                .replace("{next}", &next)
        }
        true if report.exit_code == 0 => lang
            .say("nothing to change", "没有需要修改的内容")
            .to_string(),
        true => lang
            .say("see the remarks above", "见上面的说明")
            .to_string(),
    };
    let known = report.shipments.iter().flat_map(|s| &s.findings);
    let known = match known.filter(|f| f.known).count() {
        0 => String::new(),
        n if en => format!(" ({n} known from the baseline do not count)"),
        n => format!("（基线中已有的 {n} 个问题不计）"),
    };
    match lang {
        Lang::En => format!("{verdict}. {next}{known}."),
        Lang::Zh => format!("{verdict}。{next}{known}。"),
    }
}
