//! A run as one page for a browser: no network, both languages, the documents drawn as they were read
//! with the wrong cells marked.

mod drawn;

use super::escape::{line, lines};
use super::json::SCHEMA;
use super::{summary, table, words};
use crate::model::{
    DocumentInfo, Finding, LaneReport, Lang, Level, OutcomeKind, Place, Problem, Report, Role, Say,
    ShipmentReport, Verdict,
};
use drawn::Marked;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

pub(super) const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
/// Of more shipments those that are eligible stand in the overview alone, and of the others all but
/// the first: a page of more is none a browser opens.
const MANY: usize = 200;
const SHOWN: usize = 500;
/// Choices of a filter.
const CHOICES: usize = 500;

/// The page; it opens in the language asked for.
pub fn render(report: &Report, lang: Lang) -> String {
    let title = format!("greenlane: {}", line(&summary::line(report, lang)));
    page(&title, &body(report).into_string(), STYLE, SCRIPT, lang)
}

/// A page that needs nothing beside itself.
pub(super) fn page(title: &str, body: &str, style: &str, script: &str, lang: Lang) -> String {
    // The last door: attributes too say nothing that is not seen.
    let body = lines(body);
    let digest = Sha256::digest(body.as_bytes());
    // Known only when all that stands in the page is fixed: no document can name it.
    let nonce: String = digest.iter().map(|b| format!("{b:02x}")).collect();
    let policy = format!(
        "default-src 'none'; img-src data:; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'"
    );
    let code = lang.say("en", "zh");
    html! {
        (DOCTYPE)
        html lang=(lang.say("en", "zh-CN")) data-lang=(code) {
            head {
                meta charset="utf-8";
                meta name="generator" content=(SCHEMA);
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style nonce=(nonce) { (PreEscaped(style)) }
            }
            body { (PreEscaped(body)) script nonce=(nonce) { (PreEscaped(script)) } }
        }
    }
    .into_string()
}

/// A picture (PNG) as a part of the page.
pub(super) fn picture(png: &[u8]) -> Markup {
    html! { img alt="" src={"data:image/png;base64," (base64(png))}; }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let part = |n: usize| u32::from(three.get(n).copied().unwrap_or(0));
        let bits = part(0) << 16 | part(1) << 8 | part(2);
        for n in 0..4 {
            let letter = LETTERS.get((bits >> (18 - 6 * n) & 63) as usize);
            let letter = letter.filter(|_| n <= three.len());
            text.push(letter.map_or('=', |l| char::from(*l)));
        }
    }
    text
}

/// A text in both languages, one of which is shown.
pub(super) fn both(text: &Say) -> Markup {
    let (en, zh) = (line(&text.en), line(&text.zh));
    html! {
        @if en == zh { (en) } @else {
            span.en lang="en" { (en) }
            span.zh lang="zh-CN" { (zh) }
        }
    }
}

pub(super) fn say(en: &str, zh: &str) -> Markup {
    both(&Say::new(en, zh))
}

fn badge(verdict: Verdict) -> Markup {
    html! { span class={"badge " (verdict.as_str())} { (both(&words::verdict(verdict))) } }
}

fn body(report: &Report) -> Markup {
    let last = Say::new(
        summary::line(report, Lang::En),
        summary::line(report, Lang::Zh),
    );
    let shipments: Vec<(usize, &ShipmentReport)> = report.shipments.iter().enumerate().collect();
    let many = shipments.len() > MANY;
    let shown = |(_, s): &&(usize, &ShipmentReport)| !many || s.verdict != Verdict::Eligible;
    let worth = shipments.iter().filter(shown).count();
    let cards = shipments.iter().filter(shown);
    let cards = cards.take(if many { SHOWN } else { usize::MAX });
    let cards: Vec<(usize, &ShipmentReport)> = cards.copied().collect();
    let left_out = worth - cards.len();
    let carded: BTreeSet<usize> = cards.iter().map(|(n, _)| *n).collect();
    html! {
        header {
            div.bar {
                h1 { "greenlane" }
                strong { (both(&last)) }
                button #lang type="button" { span.en lang="zh-CN" { "中文" } span.zh lang="en" { "English" } }
            }
            (filters(report))
        }
        main {
            p.meta {
                (both(&Say::new(format!("As of {} in China", report.as_of), format!("判定日期 {}（北京时间）", report.as_of)))) " · "
                (both(&Say::new(table::notice(Lang::En), table::notice(Lang::Zh))))
            }
            @if shipments.len() > 1 {
                div.wide { table.overview {
                    thead { tr {
                        th { @if report.of_reports { (say("Report", "报告")) } @else { (say("Shipment", "货物")) } }
                        th { (say("Verdict", "结论")) }
                        th.n { (say("Lines", "项数")) }
                        th.n { (say("To change", "需修改")) }
                        th.n { (say("Undecided", "待定")) }
                        th { (say("First", "首个问题")) }
                    } }
                    tbody { @for (n, s) in &shipments { (row(*n, s, carded.contains(n))) } }
                } }
            }
            @for finding in &report.findings { (card(finding, None, 0, 0)) }
            (problems(&report.problems))
            @if left_out > 0 {
                p.meta { (both(&Say::new(
                    format!("The first {SHOWN} are shown in full; of {left_out} more the overview says where to begin. Check them by themselves, or take xlsx or jsonl."),
                    format!("前 {SHOWN} 票完整显示；其余 {left_out} 票仅列于总览，可单独检查，或改用 xlsx、jsonl 输出。"),
                ))) }
            }
            @for (n, s) in cards { (shipment(n, s)) }
        }
        footer.meta {
            "greenlane " (env!("CARGO_PKG_VERSION"))
            @for pack in &report.packs {
                " · " (line(&pack.id)) " " (line(&pack.version))
                @if pack.stale { " (" (say("not reviewed for long", "较久未复核")) ")" }
            }
        }
    }
}

/// The choices by which shipments and findings are filtered.
fn filters(report: &Report) -> Markup {
    let findings = || report.shipments.iter().flat_map(|s| &s.findings);
    let lanes: BTreeSet<&str> = findings().map(|f| f.lane.as_str()).collect();
    let rules: BTreeSet<&str> = findings().map(|f| f.rule.as_str()).collect();
    let of_shipments = report.shipments.iter();
    let documents: BTreeSet<&str> = of_shipments.flat_map(named).collect();
    let verdicts: BTreeSet<Verdict> = report.shipments.iter().map(|s| s.verdict).collect();
    let choice = |name: &str, title: Markup, values: &BTreeSet<&str>| {
        html! { label { (title) select name=(name) {
            option value="" { "—" }
            @for value in values.iter().filter(|v| !v.is_empty()).take(CHOICES) {
                option value=(line(value)) { (line(value)) }
            }
        } } }
    };
    html! { div.filters role="search" {
        label { (say("Verdict", "结论")) select name="verdict" {
            option value="" { "—" }
            @for verdict in &verdicts {
                @let said = words::verdict(*verdict);
                option value=(verdict.as_str()) { (said.en) " / " (said.zh) }
            }
        } }
        (choice("lane", say("Lane", "通道"), &lanes))
        (choice("rule", say("Rule", "规则"), &rules))
        (choice("document", say("Document", "单证"), &documents))
        label { (say("Text", "文字")) input name="text" type="search"; }
    } }
}

/// The documents of a shipment that findings name.
fn named(shipment: &ShipmentReport) -> impl Iterator<Item = &str> {
    let places = shipment.findings.iter().flat_map(|f| &f.places);
    places.filter_map(|p| shipment.documents.get(p.document?).map(|d| d.path.as_str()))
}

fn row(number: usize, shipment: &ShipmentReport, linked: bool) -> Markup {
    let (change, supply) = summary::counts(shipment);
    let first = shipment.findings.iter().find(|f| f.blocks() && !f.known);
    let lines = shipment.lanes.iter().map(|l| l.lines.len()).max();
    let id = format!("s{number}");
    // What stands here alone is filtered here.
    let alone = |of: fn(&Finding) -> &str| {
        let all: BTreeSet<&str> = shipment.findings.iter().map(of).collect();
        (!linked).then(|| line(&all.into_iter().collect::<Vec<_>>().join(" ")))
    };
    html! { tr data-shipment=(id) data-verdict=(shipment.verdict.as_str())
        data-lane=[alone(|f| &f.lane)] data-rule=[alone(|f| &f.rule)] {
        td { @if linked { a href={"#" (id)} { (line(&shipment.id)) } } @else { (line(&shipment.id)) } }
        td { (badge(shipment.verdict)) }
        td.n { (lines.unwrap_or(0)) }
        td.n { @if change > 0 { (change) } }
        td.n { @if supply > 0 { (supply) } }
        td { @if let Some(f) = first { (both(&f.message)) } }
    } }
}

fn shipment(number: usize, shipment: &ShipmentReport) -> Markup {
    let marked = Marked::of(number, shipment);
    let shown = || {
        shipment
            .findings
            .iter()
            .enumerate()
            .filter(|(_, f)| !f.known)
    };
    let group = |weighs: &dyn Fn(&Finding) -> bool, title: Markup| {
        let own: Vec<(usize, &Finding)> = shown().filter(|(_, f)| weighs(f)).collect();
        html! { @if !own.is_empty() {
            h3 { (title) " (" (own.len()) ")" }
            @for (n, finding) in own { (card(finding, Some((shipment, &marked)), number, n)) }
        } }
    };
    html! {
        section.shipment #{"s" (number)} data-id=(shipment.id) data-verdict=(shipment.verdict.as_str()) {
            h2 { (line(&shipment.id)) " " (badge(shipment.verdict)) }
            ul.lanes { @for lane in &shipment.lanes { (of_lane(lane)) } }
            (group(&|f| f.blocks() && f.outcome == OutcomeKind::Fail, say("To change", "需要修改")))
            (group(&|f| f.blocks() && f.outcome == OutcomeKind::Unknown, say("Could not be decided", "无法判定，需要补充")))
            (group(&|f| f.weighs() && !f.blocks() && f.outcome != OutcomeKind::Note, say("Worth mending", "建议修改")))
            (group(&|f| f.weighs() && f.outcome == OutcomeKind::Note, say("To note", "请注意")))
            (group(&|f| !f.weighs(), say("Waived", "已豁免")))
            @if !shipment.passed.is_empty() {
                details {
                    summary { (say("Passed or did not apply", "通过或不适用")) " (" (shipment.passed.len()) ")" }
                    ul { @for f in &shipment.passed {
                        li { (both(&words::weight(f))) ": " (line(&f.rule)) " " (subject(f, &shipment.documents)) }
                    } }
                }
            }
            h3 { (say("Documents as they were read", "单证（按读取内容显示）")) }
            @for (n, document) in shipment.documents.iter().enumerate() {
                (of_document(n, document, shipment, &marked))
            }
            (problems(&shipment.problems))
        }
    }
}

fn of_lane(lane: &LaneReport) -> Markup {
    let verdicts: BTreeSet<Verdict> = lane.lines.iter().map(|l| l.verdict).collect();
    html! { li {
        (both(&lane.title)) " " (badge(lane.verdict))
        @for verdict in verdicts.iter().rev() {
            @let lines: Vec<&str> = lane.lines.iter().filter(|l| l.verdict == *verdict).map(|l| l.line.as_str()).collect();
            div.meta {
                @let (lines, word) = (lines.join(", "), words::verdict(*verdict));
                (both(&Say::new(format!("line {lines}: {}", word.en), format!("第 {lines} 项：{}", word.zh))))
            }
        }
        @if let Some(split) = &lane.split {
            div { (say("Take out line", "拆分方案：分出第")) " " (line(&split.take_out.join(", "))) " "
                (say("; the rest is then", "项，其余则")) " " (both(&words::verdict(split.then))) }
        }
    } }
}

fn subject(finding: &Finding, documents: &[DocumentInfo]) -> Markup {
    let said = |lang| words::subject_of(finding, documents, lang);
    both(&Say::new(said(Lang::En), said(Lang::Zh)))
}

/// One finding: what it is, its ends side by side, the fix beside them, the sentence it rests on.
fn card(
    finding: &Finding,
    of: Option<(&ShipmentReport, &Marked<'_>)>,
    number: usize,
    at: usize,
) -> Markup {
    let class = match (finding.blocks(), finding.outcome) {
        (true, outcome) => outcome.as_str(),
        (false, _) => "quiet",
    };
    let documents: BTreeSet<String> = of
        .iter()
        .flat_map(|(s, _)| {
            finding
                .places
                .iter()
                .filter_map(|p| s.documents.get(p.document?))
        })
        .map(|d| line(&d.path))
        .collect();
    let documents: Vec<String> = documents.into_iter().collect();
    let first = finding.places.first();
    let other = finding
        .places
        .iter()
        .find(|p| p.role == Role::Related && !p.raw.is_empty());
    let basis = &finding.basis;
    html! { article class={"finding " (class)} #{"s" (number) "f" (at)} data-lane=(finding.lane)
        data-rule=(finding.rule) data-documents=(documents.join("\n")) {
        p { span class={"badge " (class)} { (both(&words::weight(finding))) } " " strong { (subject(finding, of.map_or(&[], |(s, _)| &s.documents))) } }
        p.what { (both(&finding.message)) }
        @if let Some(w) = &finding.waived {
            p { (say("Waived by", "豁免人")) " " (line(&w.who)) " " (say("until", "有效期至")) " " (w.until) ": " (line(&w.reason)) }
        }
        @if let Some(from) = &finding.upcoming {
            p { (say("Upcoming: the lane begins on", "尚未实施：本通道自")) " " (from) }
        }
        div.both {
            @if let Some((shipment, marked)) = of {
                div.ends { @for place in finding.places.iter().take(8) {
                    (end(place, shipment, marked, if place.role == Role::Related { first } else { other }))
                } }
                @if finding.places.len() > 8 { p.meta { "+ " (finding.places.len() - 8) } }
            }
            @if !finding.fix.is_empty() { div.fix { (both(&finding.fix)) } }
        }
        p.meta {
            (line(&finding.rule))
            @if let Some(grade) = finding.grade { " · " (both(&words::grade(grade))) }
            " · “" (line(&basis.words)) "” (" (line(&basis.source)) ", " (both(&words::confidence(basis.confidence))) ") · "
            (finding.fingerprint)
        }
    } }
}

/// One end of a finding, with what differs from the other end.
fn end(
    place: &Place,
    shipment: &ShipmentReport,
    marked: &Marked<'_>,
    other: Option<&Place>,
) -> Markup {
    let Some(document) = place.document.and_then(|d| shipment.documents.get(d)) else {
        return html! {};
    };
    let part = document.part.as_deref();
    let at = Say::new(place.told(part, Lang::En), place.told(part, Lang::Zh));
    let name = document.path.rsplit('/').next().unwrap_or(&document.path);
    html! { div.end {
        span.meta {
            (line(name)) " "
            @match marked.link(place) {
                Some(id) => a href={"#" (id)} { (both(&at)) },
                None => (both(&at)),
            }
            @if place.transcribed { " " (say("(typed from a scan)", "（由扫描件录入）")) }
            @if let Some(read) = &place.pictured { (both(&words::pictured(read))) }
        }
        @if let Some(png) = &place.crop { div.crop { (picture(png)) } }
        @if !place.raw.trim().is_empty() {
            span.raw { (differing(&place.raw, other.map(|o| o.raw.as_str()))) }
        }
    } }
}

/// A text with what is not as in the other marked: all between their common ends.
fn differing(text: &str, other: Option<&str>) -> Markup {
    let own: Vec<char> = text.chars().collect();
    let Some(other) = other.filter(|o| *o != text && !o.trim().is_empty()) else {
        return html! { (line(text)) };
    };
    let other: Vec<char> = other.chars().collect();
    let head = own.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let most = own.len().min(other.len()) - head;
    let ends = own.iter().rev().zip(other.iter().rev());
    let tail = ends.take(most).take_while(|(a, b)| a == b).count();
    // Two texts that have nothing in common are not compared letter by letter.
    if head + tail == 0 {
        return html! { (line(text)) };
    }
    let part = |from: usize, to: usize| -> String {
        let piece: String = own.iter().skip(from).take(to - from).collect();
        line(&piece)
    };
    let end = own.len() - tail;
    html! { (part(0, head)) mark { (part(head, end)) } (part(end, own.len())) }
}

fn of_document(
    number: usize,
    document: &DocumentInfo,
    shipment: &ShipmentReport,
    marked: &Marked<'_>,
) -> Markup {
    let unknown = Say::new("not recognised", "未识别");
    let kind = match &document.kind {
        Some(_) => &document.kind_title,
        None => &unknown,
    };
    html! { details open[marked.names(number)] {
        summary {
            (line(&document.path))
            @if let Some(part) = &document.part { " [" (line(part)) "]" }
            " · " (both(kind)) " · " (document.rows) " " (say("rows", "行"))
            @if !document.whole { " · " strong { (say("read in part", "未读全")) } }
        }
        @if !document.why.is_empty() { p.meta { (say("because", "依据")) ": " (line(&document.why)) } }
        @if let Some(drawn) = shipment.drawn.get(number) { (drawn::draw(number, drawn, marked)) }
    } }
}

fn problems(problems: &[Problem]) -> Markup {
    html! { @if !problems.is_empty() {
        details open[problems.iter().any(|p| p.level == Level::Error)] {
            summary { (say("Remarks on the files", "文件说明")) " (" (problems.len()) ")" }
            ul { @for problem in problems.iter().take(200) {
                @let part = problem.part.as_deref();
                @let at = Say::new(problem.spot.told(part, Lang::En), problem.spot.told(part, Lang::Zh));
                li class=(if problem.level == Level::Error { "unknown" } else { "" }) {
                    (line(&problem.path)) " " (both(&at)) ": " (both(&problem.message))
                    @if !problem.hint.is_empty() { div.meta { "→ " (both(&problem.hint)) } }
                }
            } }
        }
    } }
}
