//! Lanes and rules for people: `greenlane lanes`, `greenlane explain`.

use super::paint::{BOLD, DIM, YELLOW, paint, wrap};
use crate::model::{Lang, Say};
use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};

/// A pack, as its identity card.
pub struct Card {
    pub id: String,
    pub version: String,
    pub title: Say,
    pub authority: Say,
    pub from: Option<String>,
    pub until: Option<String>,
    pub reviewed: String,
    pub stale: bool,
    pub is_lane: bool,
    pub confidence: &'static str,
    pub rules: usize,
    pub sources: Vec<String>,
    pub changed_by: Vec<String>,
}

/// A rule, as its page.
pub struct Page {
    pub id: String,
    pub pack: String,
    pub title: Say,
    pub severity: &'static str,
    pub unknown: &'static str,
    pub check: String,
    pub fix: Say,
    pub words: String,
    pub confidence: &'static str,
    pub source: String,
    pub parameters: Vec<(String, String)>,
}

/// All packs as a table.
pub fn render(cards: &[Card], lang: Lang, width: usize) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(80));
    let head = match lang {
        Lang::En => ["lane", "what and who", "in force", "reviewed"],
        Lang::Zh => ["通道", "名称与主管单位", "实施", "复核"],
    };
    table.set_header(head.to_vec());
    for card in cards {
        let in_force = match (&card.from, &card.until) {
            (Some(from), Some(until)) => format!("{from}\n– {until}"),
            (Some(from), None) => from.clone(),
            _ => "—".to_string(),
        };
        let stale = match (card.stale, lang) {
            (true, Lang::En) => "\nSTALE",
            (true, Lang::Zh) => "\n已过期",
            (false, _) => "",
        };
        table.add_row(vec![
            format!("{}\n{}", card.id, card.version),
            format!("{}\n{}", card.title.get(lang), card.authority.get(lang)),
            in_force,
            format!("{}{stale}\n{}", card.reviewed, card.confidence),
        ]);
    }
    for column in [0, 2, 3] {
        if let Some(column) = table.column_mut(column) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    format!("{table}\n")
}

/// One lane with its rules.
pub fn lane(card: &Card, pages: &[Page], lang: Lang, width: usize) -> String {
    let mut out = String::new();
    out.push_str(&format!("{}  {}\n", paint(BOLD, &card.id), card.version));
    wrap(&mut out, "  ", card.title.get(lang), width);
    if !card.authority.is_empty() {
        wrap(&mut out, "  ", card.authority.get(lang), width);
    }
    let (from_label, source_label, reviewed) = match lang {
        Lang::En => ("In force from", "Source", "Reviewed"),
        Lang::Zh => ("实施日期", "来源", "复核"),
    };
    if let Some(from) = &card.from {
        wrap(&mut out, "  ", &format!("{from_label} {from}"), width);
    }
    wrap(
        &mut out,
        "  ",
        &format!("{reviewed} {}", card.reviewed),
        width,
    );
    if card.stale {
        out.push_str(&format!("  {}\n", paint(YELLOW, "STALE")));
    }
    for source in &card.sources {
        wrap(&mut out, "  ", &format!("{source_label}: {source}"), width);
    }
    for file in &card.changed_by {
        wrap(&mut out, "  ", &format!("parameters ← {file}"), width);
    }
    out.push('\n');
    for page in pages {
        out.push_str(&format!(
            "  {}  {}\n",
            paint(BOLD, &page.id),
            paint(DIM, page.severity)
        ));
        wrap(&mut out, "      ", page.title.get(lang), width);
    }
    out
}

/// One rule.
pub fn rule(page: &Page, lang: Lang, width: usize) -> String {
    let mut out = String::new();
    out.push_str(&format!(
        "{}  {}  ({})\n",
        paint(BOLD, &page.id),
        page.severity,
        page.pack
    ));
    wrap(&mut out, "  ", page.title.get(lang), width);
    let (unknown, fix, why, params) = match lang {
        Lang::En => (
            "If it cannot be decided it weighs as a",
            "To mend",
            "Why",
            "Parameters in force",
        ),
        Lang::Zh => ("无法判定时按此级别", "如何修改", "依据", "现行参数"),
    };
    out.push('\n');
    wrap(
        &mut out,
        "  ",
        &format!("{unknown} {}.", page.unknown),
        width,
    );
    wrap(
        &mut out,
        "  ",
        &format!("{fix}: {}", page.fix.get(lang)),
        width,
    );
    wrap(&mut out, "  ", &format!("{why}: “{}”", page.words), width);
    wrap(
        &mut out,
        "       ",
        &format!("{} [{}]", page.source, page.confidence),
        width,
    );
    if !page.parameters.is_empty() {
        out.push_str(&format!("\n  {params}\n"));
        for (name, value) in &page.parameters {
            wrap(&mut out, "    ", &format!("{name} = {value}"), width);
        }
    }
    out
}
