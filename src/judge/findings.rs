//! Details of checks → findings as reports show them.

use crate::check::{Ctx, Detail, Subject, Weight};
use crate::facts::evidence::Evidence;
use crate::link::{Group, Value};
use crate::model::{FieldId, Finding, Lang, OutcomeKind, Place, Role, Say, Severity, Spot};
use crate::normalize::differ::LONGEST;
use crate::normalize::{model, text};
use crate::pack::{Pack, Rule};
use crate::read::hex_digest;

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
        .map(|e| place(ctx.group, e))
        .collect();
    let name = name(ctx, subject);
    let lines = if detail.lines.is_empty() {
        lines_of(ctx, subject, pack.is_lane())
    } else {
        detail.lines.clone()
    };
    let weighed = |weight| match weight {
        Weight::Fail => rule.severity,
        Weight::Unknown if strict && rule.severity > Severity::Note => Severity::Blocker,
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

/// The finding a detail makes whose places are known already; it counts for all lines, with the
/// rule's own severity.
pub fn of_places(
    pack: &Pack,
    rule: &Rule,
    name: String,
    detail: Detail,
    places: Vec<Place>,
) -> Finding {
    let (outcome, template) = match detail.weight {
        Weight::Fail => (OutcomeKind::Fail, &rule.message),
        Weight::Unknown => (OutcomeKind::Unknown, &rule.unknown),
        Weight::Note => (OutcomeKind::Note, &rule.message),
    };
    let subject = detail.subject.clone().unwrap_or(name);
    let fill = |template: &Say| template.map(|t, lang| fill(t, lang, &detail, &subject));
    let message = fill(template);
    let fix = match &detail.fix {
        Some(fix) => fix.clone(),
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

fn place(group: &Group<'_>, evidence: &Evidence) -> Place {
    match evidence {
        Evidence::Document(role, document) => Place {
            role: *role,
            document: group.document(*document).map(|_| *document as usize),
            spot: Spot::Whole,
            raw: String::new(),
            clean: String::new(),
            steps: Vec::new(),
            transcribed: false,
        },
        Evidence::Value(role, value) => value_place(group, *role, value),
    }
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
        transcribed: group
            .document(value.document)
            .is_some_and(|d| d.transcribed),
    }
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

/// Fills the placeholders of a template.
fn fill(template: &str, lang: Lang, detail: &Detail, subject: &str) -> String {
    if template == "{what}" {
        return detail.what.get(lang).to_string();
    }
    let mut text = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        let none = "—";
        match name {
            "what" => text.push_str(detail.what.get(lang)),
            "found" => text.push_str(detail.found.as_deref().unwrap_or(none)),
            "expected" => text.push_str(detail.expected.as_deref().unwrap_or(none)),
            "nearest" => text.push_str(detail.nearest.as_deref().unwrap_or(none)),
            "reason" => text.push_str(detail.reason.as_ref().map_or(none, |r| r.get(lang))),
            "subject" => text.push_str(subject),
            _ => {}
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// Fixed order: blockers first, fails before unknowns, then by rule, subject and place.
pub fn sort(findings: &mut [Finding]) {
    let outcome = |f: &Finding| match f.outcome {
        OutcomeKind::Fail => 0,
        OutcomeKind::Unknown => 1,
        _ => 2,
    };
    let first_line = |f: &Finding| f.lines.first().copied().unwrap_or(0);
    findings.sort_by(|a, b| {
        (
            std::cmp::Reverse(a.severity),
            outcome(a),
            &a.lane,
            first_line(a),
            &a.rule,
            &a.subject,
        )
            .cmp(&(
                std::cmp::Reverse(b.severity),
                outcome(b),
                &b.lane,
                first_line(b),
                &b.rule,
                &b.subject,
            ))
            .then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
}
