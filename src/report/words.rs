//! Words of reports in the reader's language: verdicts, subjects, weights.

use crate::model::{
    Confidence, DocumentInfo, Finding, Grade, Lang, OutcomeKind, Pictured, Say, Severity, Verdict,
};

/// A verdict.
pub fn verdict(verdict: Verdict) -> Say {
    match verdict {
        Verdict::Eligible => Say::new("eligible", "可以通过"),
        Verdict::NotEligible => Say::new("NOT ELIGIBLE", "不能通过"),
        Verdict::Undecided => Say::new("UNDECIDED", "无法判定"),
        Verdict::NotApplicable => Say::new("no lane applies", "不适用任何通道"),
    }
}

/// What a finding asks for.
pub fn weight(finding: &Finding) -> Say {
    match (finding.outcome, finding.severity) {
        (OutcomeKind::Pass, _) => Say::new("passed", "通过"),
        (OutcomeKind::NotApplicable, _) => Say::new("did not apply", "不适用"),
        _ if !finding.weighs() => Say::new("waived", "已豁免"),
        (OutcomeKind::Fail, Severity::Blocker) => Say::new("to change", "需要修改"),
        (OutcomeKind::Unknown, Severity::Blocker) => {
            Say::new("could not be decided", "无法判定，需要补充")
        }
        (OutcomeKind::Note, _) => Say::new("to note", "请注意"),
        _ => Say::new("worth mending", "建议修改"),
    }
}

/// How close two spellings are.
pub fn grade(grade: Grade) -> Say {
    Say::new(
        grade.as_str(),
        match grade {
            Grade::Identical => "完全一致",
            Grade::CleanUp => "仅书写形式不同",
            Grade::Alias => "同一名称的别名",
            Grade::Near => "相近但不一致",
            Grade::Different => "不同",
        },
    )
}

/// How well a ground is known.
pub fn confidence(confidence: Confidence) -> Say {
    Say::new(
        confidence.as_str(),
        match confidence {
            Confidence::Reported => "据媒体转述",
            Confidence::Standard => "标准原文",
            Confidence::Inferred => "本工具的推断",
        },
    )
}

/// The subject of a finding; a document by its file.
pub fn subject_of(finding: &Finding, documents: &[DocumentInfo], lang: Lang) -> String {
    let number = finding.subject.strip_prefix("document d");
    let number = number.and_then(|n| n.parse::<usize>().ok()?.checked_sub(1));
    match number.and_then(|n| documents.get(n)) {
        Some(document) => document.path.rsplit('/').next().unwrap_or("").to_string(),
        None => subject(&finding.subject, lang),
    }
}

/// A subject, such as `line 3`, as a reader of the language says it. Its names stay as they are.
pub fn subject(text: &str, lang: Lang) -> String {
    if lang == Lang::En {
        return text.to_string();
    }
    if text == "shipment" {
        return "本票货物".to_string();
    }
    if let Some(rest) = text.strip_prefix("item ") {
        return match rest.rsplit_once(" of report ") {
            Some((item, report)) => format!("报告 {report} 的项目 {item}"),
            None => format!("项目 {rest}"),
        };
    }
    if let Some(rest) = text.strip_prefix("line ") {
        return format!("第 {rest} 项");
    }
    for (en, zh) in [
        ("model ", "型号"),
        ("report ", "报告"),
        ("carton ", "箱号"),
        ("batch ", "批次"),
        ("document ", "单证"),
    ] {
        if let Some(rest) = text.strip_prefix(en) {
            return format!("{zh} {rest}");
        }
    }
    match text.rsplit_once(" line ") {
        Some((file, line)) => format!("{file} 第 {line} 行"),
        None => text.to_string(),
    }
}

/// That a program read a value from a picture, and how surely.
pub fn pictured(read: &Pictured) -> Say {
    match read.probability {
        None => Say::new(" (read from a picture)", "（由程序从图像识别）"),
        Some(share) => {
            let percent = format!("{:.0}", (f64::from(share) * 100.0).floor());
            Say::new(
                format!(" (read from a picture, {percent} %)"),
                format!("（由程序从图像识别，{percent}%）"),
            )
        }
    }
}
