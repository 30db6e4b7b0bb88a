//! Details of checks → findings as reports show them.

use crate::check::{Ctx, Detail, Subject, Weight};
use crate::facts::evidence::{At, Evidence, Outcome};
use crate::facts::wording::filled;
use crate::link::{Group, Value};
use crate::model::grid::Layout;
use crate::model::{
    Document, FieldId, Finding, Grade, Lang, Letter, OutcomeKind, Pictured, Place, Role, Say,
    Severity, Sight, Spot,
};
use crate::normalize::differ::{LONGEST, difference};
use crate::normalize::{model, text};
use crate::pack::{Pack, Rule};
use crate::read::hex_digest;
use std::collections::BTreeMap;

/// The finding a detail makes under a rule.
pub fn build(
    pack: &Pack,
    rule: &Rule,
    ctx: &Ctx<'_>,
    subject: Subject,
    detail: Detail,
    strict: bool,
) -> Finding {
    let places = detail
        .evidence
        .iter()
        .filter_map(|e| place(ctx.group, e))
        .collect();
    let name = name(ctx, subject);
    let lines = if detail.lines.is_empty() {
        lines_of(ctx, subject, pack.is_lane())
    } else {
        detail.lines.clone()
    };
    let weighed = |weight| match weight {
        Weight::Fail => rule.severity,
        Weight::Unknown if strict => Severity::Blocker,
        Weight::Unknown if detail.full => rule.severity,
        Weight::Unknown => rule.unknown_severity,
        Weight::Note => Severity::Note,
    };
    Finding {
        severity: weighed(detail.weight),
        lines,
        ..of_places(pack, rule, name, detail, places)
    }
}

/// By what a program knows why a finding came to be; the wording may change, this stays. How two
/// spellings differ says more than that they do.
fn reason_id(detail: &Detail) -> &'static str {
    match detail.grade {
        Some(Grade::Near) => {
            let other = detail.nearest.as_deref().or(detail.expected.as_deref());
            let ends = detail.found.as_deref().zip(other);
            let difference = ends.and_then(|(a, b)| difference(a, b));
            difference.map_or(detail.what.reason, |d| d.kind())
        }
        Some(Grade::CleanUp) => "written-otherwise",
        Some(Grade::Alias) => "alias",
        _ => detail.what.reason,
    }
}

/// What is listed of an outcome that gave rise to no finding.
pub fn passed(
    pack: &Pack,
    rule: &Rule,
    ctx: &Ctx<'_>,
    subject: Subject,
    outcome: &Outcome,
) -> Option<Finding> {
    let (kind, reason_id, what, places) = match outcome {
        Outcome::Nothing(why) => {
            let what = pack.wording.sentence(why, &|_, _| None);
            (OutcomeKind::NotApplicable, why.reason, what, Vec::new())
        }
        Outcome::Judged { details, on } if details.is_empty() => {
            let (role, kind) = (Role::Primary, OutcomeKind::Pass);
            let on = place(ctx.group, &Evidence { role, at: *on });
            (
                kind,
                kind.as_str(),
                rule.title.clone(),
                on.into_iter().collect(),
            )
        }
        Outcome::Judged { .. } => return None,
    };
    let subject = name(ctx, subject);
    let identity = format!("{}\n{}\n{subject}\n{}", rule.id, pack.id, kind.as_str());
    Some(Finding {
        rule: rule.id.clone(),
        lane: pack.id.clone(),
        outcome: kind,
        severity: rule.severity,
        subject,
        message: what,
        expected: None,
        found: None,
        grade: None,
        reason_id,
        reason: None,
        nearest: None,
        fix: Say::default(),
        basis: rule.basis.clone(),
        places,
        lines: Vec::new(),
        fingerprint: fingerprint(&identity),
        common: !pack.is_lane(),
        waived: None,
        upcoming: None,
        cause: None,
        known: false,
    })
}

/// The finding a detail makes whose places are known already; it counts for all lines, with the
/// rule's own severity.
pub fn of_places(
    pack: &Pack,
    rule: &Rule,
    name: String,
    detail: Detail,
    places: Vec<Place>,
) -> Finding {
    let mut detail = detail;
    if detail.found.is_none() {
        // What stands at its place is what was found.
        let first = places.first().map(|p| p.raw.trim());
        detail.found = first.filter(|raw| !raw.is_empty()).map(str::to_string);
    }
    let plain = Say::same("{what}");
    let (outcome, template) = match detail.weight {
        Weight::Fail => (OutcomeKind::Fail, &rule.message),
        // Nothing is lacking of what the rule speaks of.
        Weight::Unknown if detail.what.awaits_confirmation() => (OutcomeKind::Unknown, &plain),
        Weight::Unknown => (OutcomeKind::Unknown, &rule.unknown),
        Weight::Note => (OutcomeKind::Note, &rule.message),
    };
    let subject = detail.subject.clone().unwrap_or(name);
    let wording = &pack.wording;
    let more = |name: &str, lang: Lang| -> Option<String> {
        match name {
            "found" => detail.found.clone(),
            "expected" => detail.expected.clone(),
            "nearest" => detail.nearest.clone(),
            "why" => detail.reason.as_ref().map(|r| r.get(lang).to_string()),
            "subject" => Some(subject.clone()),
            _ => None,
        }
    };
    let what = wording.sentence(&detail.what, &more);
    let fill = |template: &Say| template.map(|t, lang| fill(t, &what, lang, &detail, &subject));
    let message = fill(template);
    let fix = match wording.fix(&detail.what, &more) {
        Some(fix) => fix,
        None if lacks(&rule.fix.en, &detail) => Say::new(
            "Supply or correct what the message names.",
            "请补充或更正上述内容。",
        ),
        None => fill(&rule.fix),
    };
    let (message, fix) = (short(&message, &places), short(&fix, &places));
    let mut identity = format!("{}\n{}\n{subject}", rule.id, pack.id);
    for place in &places {
        identity.push('\n');
        identity.push_str(&place.raw);
    }
    if places.iter().all(|p| p.raw.is_empty()) {
        // Several things absent from one document are told apart by what is missing.
        identity.push('\n');
        identity.push_str(detail.expected.as_deref().unwrap_or(""));
    }
    let fingerprint = fingerprint(&identity);
    let reason_id = reason_id(&detail);
    let subject = short(&Say::same(subject), &places).en;
    Finding {
        rule: rule.id.clone(),
        lane: pack.id.clone(),
        outcome,
        severity: rule.severity,
        subject,
        message,
        expected: detail.expected,
        found: detail.found,
        grade: detail.grade,
        reason_id,
        reason: detail.reason,
        nearest: detail.nearest,
        fix,
        basis: rule.basis.clone(),
        places,
        lines: Vec::new(),
        fingerprint,
        common: !pack.is_lane(),
        waived: None,
        upcoming: None,
        cause: None,
        known: false,
    }
}

/// A text in which no cell is quoted in all its length that is longer than any name.
fn short(text: &Say, places: &[Place]) -> Say {
    let mut text = text.clone();
    for raw in places.iter().map(|p| p.raw.trim()) {
        let end = raw.char_indices().nth(SHOWN).map(|(at, _)| at);
        if raw.len() > LONGEST
            && let Some(cut) = end.and_then(|at| raw.get(..at))
        {
            text = text.map(|t, _| t.replace(raw, &format!("{cut}…")));
        }
    }
    text
}

/// How many characters are shown of what is longer than any name.
const SHOWN: usize = 60;

/// By which a finding is known again.
pub fn fingerprint(identity: &str) -> String {
    let digest = hex_digest(identity.as_bytes());
    digest.get(..16).unwrap_or("").to_string()
}

/// The lines a finding counts for: its own line, the lines of its report; empty for all.
fn lines_of(ctx: &Ctx<'_>, subject: Subject, lane: bool) -> Vec<u32> {
    match subject {
        Subject::Line(line) => vec![line],
        Subject::Report(report) if lane => ctx.lines_of_report(report),
        Subject::Report(_) | Subject::Shipment => Vec::new(),
    }
}

fn name(ctx: &Ctx<'_>, subject: Subject) -> String {
    match subject {
        Subject::Shipment => "shipment".to_string(),
        Subject::Line(line) => {
            let number = ctx
                .shipment
                .lines
                .get(line as usize)
                .map_or("", |l| l.number.as_str());
            format!("line {number}")
        }
        Subject::Report(report) => {
            let number = ctx
                .group
                .reports
                .get(report as usize)
                .map_or(String::new(), |r| r.name(ctx.group));
            format!("report {number}")
        }
    }
}

/// Where a person looks; nowhere in the papers where none could be the one.
fn place(group: &Group<'_>, evidence: &Evidence) -> Option<Place> {
    let document = match evidence.at {
        At::Value(value) => return Some(value_place(group, evidence.role, &value)),
        At::Document(document) => document,
        At::Folder => return None,
    };
    Some(Place {
        role: evidence.role,
        document: group.document(document).map(|_| document as usize),
        spot: Spot::Whole,
        raw: String::new(),
        clean: String::new(),
        steps: Vec::new(),
        near: None,
        transcribed: false,
        pictured: None,
        crop: None,
    })
}

fn value_place(group: &Group<'_>, role: Role, value: &Value) -> Place {
    let raw = group.raw(value);
    let clean = match value.field.id {
        FieldId::MODEL | FieldId::BATCH | FieldId::SKU => {
            model::clean(raw, &group.vocabulary.words.model_labels)
        }
        _ => text::clean(raw),
    };
    Place {
        role,
        document: Some(value.document as usize),
        spot: group.spot(value),
        raw: raw.to_string(),
        clean: clean.text.into_owned(),
        steps: clean.steps.iter().map(|s| s.say()).collect(),
        near: group.document(value.document).and_then(|d| near(d, value)),
        transcribed: group
            .document(value.document)
            .is_some_and(|d| d.transcribed),
        pictured: pictured(group, value),
        crop: None,
    }
}

/// How a program read a value from a picture, if one did.
fn pictured(group: &Group<'_>, value: &Value) -> Option<Pictured> {
    if !group.is_pictured(value) {
        return None;
    }
    let read = group.letters(value);
    Some(Pictured {
        probability: read.map(|(_, letters)| Letter::least(letters)),
        sight: read.map(|(read, _)| Sight {
            page: read.page,
            area: read.area,
            setting: read.setting,
        }),
    })
}

/// Characters of what stands near a value.
const NEAR: usize = 24;

/// On a printed page a person counts no lines: what stands before the value in its line, beside it, or
/// in the line above.
fn near(document: &Document, value: &Value) -> Option<Say> {
    let grid = &document.grid;
    let cell = value.field.cell as usize;
    if grid.layout != Layout::Pages || cell >= grid.cells.len() {
        return None;
    }
    let named = |cell: usize| {
        let text = grid.cell_text(cell).trim();
        let text = text.trim_end_matches([':', '：']).trim();
        let says = text.chars().any(char::is_alphabetic);
        says.then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let short = |text: &str| match text.char_indices().nth(NEAR) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
        None => text.to_string(),
    };
    // `型号：BH-720` in one piece: the value is found by itself.
    let own = grid.cells.get(cell)?;
    let within = value.field.start.saturating_sub(own.start) as usize;
    let before = grid.cell_text(cell).get(..within).unwrap_or("");
    if before.contains([':', '：']) {
        return None;
    }
    let row = grid.row_of(cell);
    let before = grid
        .row_cells(row)
        .take_while(|c| *c < cell)
        .filter_map(named);
    if let Some(label) = before.last() {
        let label = short(&label);
        return Some(Say::new(
            format!("beside “{label}”"),
            format!("“{label}”旁"),
        ));
    }
    let page = grid.rows.get(row)?.aux;
    let above = (0..row)
        .rev()
        .map_while(|r| grid.rows.get(r).filter(|own| own.aux == page).map(|_| r));
    let label = above.flat_map(|r| grid.row_cells(r)).find_map(named);
    let label = short(&label?);
    Some(Say::new(
        format!("below “{label}”"),
        format!("“{label}”下方"),
    ))
}

/// Whether a template proposes what a detail does not know.
fn lacks(template: &str, detail: &Detail) -> bool {
    let known = [
        ("{found}", detail.found.is_some()),
        ("{expected}", detail.expected.is_some()),
        ("{nearest}", detail.nearest.is_some()),
        ("{reason}", detail.reason.is_some()),
    ];
    known
        .iter()
        .any(|(name, known)| !known && template.contains(name))
}

/// Fills the placeholders of a rule's own template.
fn fill(template: &str, what: &Say, lang: Lang, detail: &Detail, subject: &str) -> String {
    let said = |name: &str| -> Option<&str> {
        match name {
            "what" => Some(what.get(lang)),
            "found" => detail.found.as_deref(),
            "expected" => detail.expected.as_deref(),
            "nearest" => detail.nearest.as_deref(),
            "reason" => detail.reason.as_ref().map(|r| r.get(lang)),
            "subject" => Some(subject),
            _ => Some(""),
        }
    };
    filled(template, |name| said(name).unwrap_or("—").to_string())
}

/// Numbers the causes: findings that name the same cell first share one, as do those that wait for
/// the same paper to be confirmed.
pub fn causes(findings: &mut [Finding]) {
    let mut cells: BTreeMap<(usize, Spot), u32> = BTreeMap::new();
    for finding in findings {
        let cell = finding.places.first().filter(|p| !p.raw.trim().is_empty());
        let cell = match finding.awaits_confirmation() {
            true => finding
                .places
                .first()
                .and_then(|p| Some((p.document?, Spot::Whole))),
            false => cell.and_then(|p| Some((p.document?, p.spot.clone()))),
        };
        finding.cause = cell.map(|cell| {
            let next = crate::model::grid::index(cells.len() + 1);
            *cells.entry(cell).or_insert(next)
        });
    }
}

/// Fixed order: blockers first, fails before unknowns, then as a person walks through the papers: by
/// document and place; what is of no place comes last.
pub fn sort(findings: &mut [Finding]) {
    let outcome = |f: &Finding| match f.outcome {
        OutcomeKind::Fail => 0,
        OutcomeKind::Unknown => 1,
        _ => 2,
    };
    let place = |f: &Finding| match f.places.first() {
        Some(p) if p.document.is_some() => (false, p.document, Some(p.spot.clone())),
        _ => (true, None, None),
    };
    let first_line = |f: &Finding| f.lines.first().copied().unwrap_or(0);
    findings.sort_by(|a, b| {
        (
            std::cmp::Reverse(a.severity),
            outcome(a),
            place(a),
            first_line(a),
            &a.lane,
            &a.rule,
            &a.subject,
        )
            .cmp(&(
                std::cmp::Reverse(b.severity),
                outcome(b),
                place(b),
                first_line(b),
                &b.lane,
                &b.rule,
                &b.subject,
            ))
            .then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
    causes(findings);
}
