//! `greenlane.report/1`: the report as JSON. Fields are added, never changed.

use super::escape;
use crate::model::{
    DocumentInfo, Finding, Idle, LaneReport, Lang, Level, PackChange, Place, Problem, Report,
    ShipmentReport, Spot,
};

use std::collections::HashMap;

pub mod shape;

use shape::{
    BasisOut, ChangeOut, DocumentOut, FindingOut, IdleOut, Lane, Line, NeedOut, Out, Pack,
    PlaceOut, ProblemOut, RunTally, Shipment, SplitOut, TallyOut, Tool, WaivedOut,
};

pub const SCHEMA: &str = "greenlane.report/1";

/// The report in one language, indented, with a line break at its end.
pub fn render(report: &Report, lang: Lang) -> String {
    escape::json(&whole(report, lang))
}

/// One shipment a line, then the run.
pub fn lines(report: &Report, lang: Lang) -> String {
    let mut text: String = report.shipments.iter().map(|s| line(s, lang)).collect();
    text.push_str(&run(report, tally(report), lang));
    text
}

/// One shipment as a line.
pub fn line(judged: &ShipmentReport, lang: Lang) -> String {
    let mut out = shipment(judged, lang);
    out.cartons = Some(&judged.cartons).filter(|c| !c.runs.is_empty());
    escape::json_line(&out)
}

/// All that is of no single shipment, as a line.
pub fn run(report: &Report, tally: RunTally, lang: Lang) -> String {
    let mut whole = whole(report, lang);
    whole.shipments.clear();
    whole.tally = tally;
    let mut whole = serde_json::to_value(&whole).unwrap_or_default();
    if let Some(run) = whole.as_object_mut() {
        run.shift_remove("shipments");
    }
    escape::json_line(&serde_json::json!({"run": whole}))
}

fn tally(report: &Report) -> RunTally {
    let mut tally = RunTally::default();
    report
        .shipments
        .iter()
        .for_each(|s| tally.count(s.verdict, 1));
    tally
}

fn whole(report: &Report, lang: Lang) -> Out<'_> {
    Out {
        schema: SCHEMA,
        tool: Tool::this(),
        as_of: &report.as_of,
        exit_code: report.exit_code,
        configuration: Some(report.configuration.as_str()).filter(|c| !c.is_empty()),
        packs: report
            .packs
            .iter()
            .map(|p| Pack {
                id: &p.id,
                version: &p.version,
                digest: &p.digest,
                stale: p.stale,
                changed_by: &p.changed_by,
                changes: p.changes.iter().map(change).collect(),
            })
            .collect(),
        shipments: report.shipments.iter().map(|s| shipment(s, lang)).collect(),
        findings: report
            .findings
            .iter()
            .map(|f| finding(f, &[], lang))
            .collect(),
        idle: report.idle.iter().map(idle).collect(),
        problems: report
            .problems
            .iter()
            .filter(|p| p.level > Level::Remark || p.is_of_alias())
            .map(|p| problem(p, &Numbers::new(), lang))
            .collect(),
        tally: tally(report),
        notice: super::table::notice(lang),
    }
}

/// The number of a document by its path and part; without part the first of the path.
type Numbers<'a> = HashMap<(&'a str, Option<&'a str>), usize>;

fn numbers(documents: &[DocumentInfo]) -> Numbers<'_> {
    let mut numbers = Numbers::new();
    for (number, document) in documents.iter().enumerate() {
        for part in [None, document.part.as_deref()] {
            numbers.entry((&document.path, part)).or_insert(number);
        }
    }
    numbers
}

fn shipment(shipment: &ShipmentReport, lang: Lang) -> Shipment<'_> {
    let numbers = numbers(&shipment.documents);
    Shipment {
        id: &shipment.id,
        verdict: shipment.verdict,
        documents: shipment
            .documents
            .iter()
            .enumerate()
            .map(|(i, d)| DocumentOut {
                id: document_id(i),
                path: &d.path,
                part: d.part.as_deref(),
                kind: d.kind.as_deref(),
                why: &d.why,
                format: d.format,
                encoding: d.encoding.as_deref(),
                sha256: &d.sha256,
                rows: d.rows,
                whole: d.whole,
            })
            .collect(),
        lanes: shipment.lanes.iter().map(lane).collect(),
        findings: shipment
            .findings
            .iter()
            .chain(&shipment.passed)
            .map(|f| finding(f, &shipment.documents, lang))
            .collect(),
        problems: shipment
            .problems
            .iter()
            .map(|p| problem(p, &numbers, lang))
            .collect(),
        cartons: None,
        tally: TallyOut {
            pass: shipment.tally.pass,
            fail: shipment.tally.fail,
            unknown: shipment.tally.unknown,
            note: shipment.tally.note,
            not_applicable: shipment.tally.not_applicable,
            waived: shipment.tally.waived,
        },
    }
}

fn change(change: &PackChange) -> ChangeOut<'_> {
    ChangeOut {
        what: &change.what,
        by: &change.by,
        line: change.line,
    }
}

fn idle(idle: &Idle) -> IdleOut<'_> {
    IdleOut {
        lane: &idle.lane,
        rules: &idle.rules,
    }
}

fn document_id(number: usize) -> String {
    format!("d{}", number + 1)
}

fn lane(lane: &LaneReport) -> Lane<'_> {
    Lane {
        lane: &lane.lane,
        verdict: lane.verdict,
        lines: lane
            .lines
            .iter()
            .map(|l| Line {
                line: &l.line,
                verdict: l.verdict,
            })
            .collect(),
        split: lane.split.as_ref().map(|s| SplitOut {
            take_out: &s.take_out,
            then: s.then,
            eligible: &s.eligible,
            needs: &s.needs,
            remaining: s
                .remaining
                .iter()
                .map(|n| NeedOut {
                    line: &n.line,
                    verdict: n.verdict,
                    needs: &n.needs,
                })
                .collect(),
            also_take_out: &s.also_take_out,
        }),
    }
}

fn finding<'a>(finding: &'a Finding, documents: &'a [DocumentInfo], lang: Lang) -> FindingOut<'a> {
    FindingOut {
        rule: &finding.rule,
        lane: &finding.lane,
        outcome: finding.outcome,
        severity: finding.severity,
        subject: &finding.subject,
        fingerprint: &finding.fingerprint,
        message: finding.message.get(lang),
        expected: finding.expected.as_deref(),
        found: finding.found.as_deref(),
        grade: finding.grade,
        reason: finding.reason_id,
        difference: finding.reason.as_ref().map(|r| r.get(lang)),
        nearest: finding.nearest.as_deref(),
        fix: finding.fix.get(lang),
        basis: BasisOut {
            source: &finding.basis.source,
            words: &finding.basis.words,
            confidence: finding.basis.confidence,
        },
        waived: finding.waived.as_ref().map(|w| WaivedOut {
            reason: &w.reason,
            who: &w.who,
            until: &w.until,
            file: &w.file,
            line: w.line,
        }),
        upcoming: finding.upcoming.as_deref(),
        cause: finding.cause.map(|n| format!("c{n}")),
        known: finding.known,
        places: finding
            .places
            .iter()
            .map(|p| place(p, documents, lang))
            .collect(),
    }
}

fn place<'a>(place: &'a Place, documents: &'a [DocumentInfo], lang: Lang) -> PlaceOut<'a> {
    let document = place.document.and_then(|d| documents.get(d));
    let part = document.and_then(|d| d.part.as_deref());
    let mut out = PlaceOut {
        role: place.role,
        document: place.document.map(document_id),
        at: place.spot.at(part),
        sheet: None,
        cell: place.spot.cell(),
        page: None,
        line: None,
        pointer: None,
        story: None,
        paragraph: None,
        table: None,
        near: place.near.as_ref().map(|n| n.get(lang)),
        raw: &place.raw,
        clean: &place.clean,
        steps: place.steps.iter().map(|s| s.get(lang)).collect(),
        transcribed: place.transcribed,
        pictured: place.pictured.is_some(),
        // Two digits, as they are said.
        probability: place
            .pictured
            .and_then(|p| p.probability)
            .map(|p| (f64::from(p) * 100.0).round() / 100.0),
    };
    match &place.spot {
        Spot::Whole => {}
        Spot::Cell { .. } => out.sheet = part,
        Spot::CsvCell { line, .. } => out.line = Some(line + 1),
        Spot::PageLine { page, line } => {
            out.page = Some(page + 1);
            out.line = Some(line + 1);
        }
        Spot::Line { line } => out.line = Some(line + 1),
        Spot::Pointer(pointer) => out.pointer = Some(pointer),
        Spot::Paragraph { story, paragraph } => {
            out.story = story.name();
            out.paragraph = Some(paragraph + 1);
        }
        Spot::TableCell { story, table, .. } => {
            out.story = story.name();
            out.table = Some(table + 1);
        }
    }
    out
}

fn problem<'a>(problem: &'a Problem, numbers: &Numbers<'_>, lang: Lang) -> ProblemOut<'a> {
    let document = numbers.get(&(problem.path.as_str(), problem.part.as_deref()));
    ProblemOut {
        code: problem.code,
        level: problem.level,
        document: document.copied().map(document_id),
        path: &problem.path,
        at: problem.spot.at(problem.part.as_deref()),
        message: problem.message.get(lang),
        hint: problem.hint.get(lang),
    }
}
