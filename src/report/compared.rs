//! Two values or the names of two files, compared: `greenlane compare`.

use super::escape;
use super::paint::{BOLD, DIM, GREEN, RED, YELLOW, paint, wrap};
use crate::model::comparison::{Comparison, FileComparison, Match, Name, Side};
use crate::model::{Grade, Lang};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;

fn colour(grade: Grade) -> &'static str {
    match grade {
        Grade::Identical => GREEN,
        Grade::CleanUp | Grade::Alias | Grade::Near => YELLOW,
        Grade::Different => RED,
    }
}

/// The grade, the reason, both sides with their steps beside each other.
pub fn table(c: &Comparison, lang: Lang, width: usize) -> String {
    let mut out = String::new();
    let zh = lang == Lang::Zh;
    let grade = paint(colour(c.grade), &paint(BOLD, c.grade.as_str()));
    let compared_as = match (zh, c.guessed) {
        (false, true) => format!("compared as {} (guessed; --as says otherwise)", c.kind),
        (false, false) => format!("compared as {}", c.kind),
        (true, true) => format!("按 {} 比较（自动判断，可用 --as 指定）", c.kind),
        (true, false) => format!("按 {} 比较", c.kind),
    };
    out.push_str(&format!("{grade}  {}\n", paint(DIM, &compared_as)));
    if !c.reason.is_empty() {
        wrap(&mut out, "  ", &escape::line(c.reason.get(lang)), width);
    }
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(80));
    let rows = if zh {
        ["原文", "规范形式", "步骤", "问题"]
    } else {
        ["as given", "normal form", "steps", "problem"]
    };
    let steps = |side: &Side| -> String {
        let all: Vec<&str> = side.steps.iter().map(|s| s.get(lang)).collect();
        if all.is_empty() {
            "—".to_string()
        } else {
            all.join("\n")
        }
    };
    table.set_header(vec!["", "A", "B"]);
    let cells = [
        (escape::line(&c.a.raw), escape::line(&c.b.raw)),
        (escape::line(&c.a.normal), escape::line(&c.b.normal)),
        (steps(&c.a), steps(&c.b)),
    ];
    for (head, (a, b)) in rows.iter().zip(cells) {
        table.add_row(vec![(*head).to_string(), a, b]);
    }
    let fault = |side: &Side| {
        let fault = side.fault.as_ref().map_or("—", |f| f.get(lang));
        escape::line(fault)
    };
    if c.a.fault.is_some() || c.b.fault.is_some() {
        let head = rows.last().copied().unwrap_or("");
        table.add_row(vec![head.to_string(), fault(&c.a), fault(&c.b)]);
    }
    out.push_str(&format!("{table}\n"));
    out
}

pub fn json(c: &Comparison, lang: Lang) -> String {
    let side = |side: &Side| {
        let steps: Vec<&str> = side.steps.iter().map(|s| s.get(lang)).collect();
        json!({
            "raw": side.raw,
            "normal": side.normal,
            "steps": steps,
            "problem": side.fault.as_ref().map(|f| f.get(lang)),
        })
    };
    let value = json!({
        "schema": "greenlane.compare/1",
        "as": c.kind,
        "grade": c.grade.as_str(),
        "reason": c.reason.get(lang),
        "a": side(&c.a),
        "b": side(&c.b),
    });
    escape::json(&value)
}

/// Which name of one file finds which of the other; names that are identical only counted.
pub fn files_table(c: &FileComparison, lang: Lang, width: usize) -> String {
    let zh = lang == Lang::Zh;
    let identical = c
        .matches
        .iter()
        .filter(|m| m.grade == Grade::Identical)
        .count();
    let others = c.matches.len() - identical;
    let mut out = if zh {
        format!(
            "A {}\nB {}\n按 {} 比较：{identical} 个名称完全相同，{others} 个不同\n",
            escape::line(&c.a),
            escape::line(&c.b),
            c.kind
        )
    } else {
        format!(
            "A {}\nB {}\ncompared as {}: {identical} name(s) identical, {others} not\n",
            escape::line(&c.a),
            escape::line(&c.b),
            c.kind
        )
    };
    if others == 0 {
        return out;
    }
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(80));
    table.set_header(if zh {
        vec!["A", "B", "等级", "原因"]
    } else {
        vec!["A", "B", "grade", "reason"]
    });
    let cell = |name: &Option<Name>| match name {
        Some(n) if n.times > 1 => format!("{}\n{} ×{}", escape::line(&n.raw), n.at, n.times),
        Some(n) => format!("{}\n{}", escape::line(&n.raw), n.at),
        None => "—".to_string(),
    };
    for m in c.matches.iter().filter(|m| m.grade != Grade::Identical) {
        table.add_row(vec![
            cell(&m.a),
            cell(&m.b),
            m.grade.as_str().to_string(),
            escape::line(m.reason.get(lang)),
        ]);
    }
    out.push_str(&format!("{table}\n"));
    out
}

pub fn files_json(c: &FileComparison, lang: Lang) -> String {
    let name = |name: &Option<Name>| {
        name.as_ref()
            .map(|n| json!({"raw": n.raw, "at": n.at, "times": n.times}))
    };
    let one = |m: &Match| {
        json!({
            "a": name(&m.a),
            "b": name(&m.b),
            "grade": m.grade.as_str(),
            "reason": m.reason.get(lang),
        })
    };
    let value = json!({
        "schema": "greenlane.compare-files/1",
        "as": c.kind,
        "a": c.a,
        "b": c.b,
        "matches": c.matches.iter().map(one).collect::<Vec<_>>(),
    });
    escape::json(&value)
}
