//! Lanes, rules, checks and parameters for people: `greenlane lanes`, `greenlane explain`.

use super::paint::{BOLD, DIM, YELLOW, paint, wrap};
use crate::model::{Lang, PackChange, Say};
use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};

/// A pack, as its identity card.
pub struct Card {
    pub id: String,
    pub version: String,
    pub title: Say,
    pub authority: Say,
    pub from: Option<String>,
    pub until: Option<String>,
    pub begun: bool,
    pub ended: bool,
    pub reviewed: String,
    pub stale: bool,
    pub is_lane: bool,
    pub confidence: String,
    pub rules: usize,
    pub sources: Vec<String>,
    pub changes: Vec<PackChange>,
    /// Rule, since when not, why.
    pub withdrawn: Vec<(String, String, Say)>,
}

/// A rule, as its page.
pub struct Page {
    pub id: String,
    pub pack: String,
    pub title: Say,
    pub severity: &'static str,
    pub unknown: &'static str,
    pub subject: &'static str,
    pub check: String,
    pub meaning: Say,
    /// Kind of document, and the outcome without it.
    pub needs: Vec<(String, &'static str)>,
    pub fix: Say,
    pub words: String,
    pub confidence: &'static str,
    pub source: String,
    pub source_kind: String,
    pub parameters: Vec<Shown>,
    /// Cases in a line each; an empty one is the example as it stands.
    pub passes: Vec<String>,
    pub fails: Vec<String>,
    pub undecided: Vec<String>,
    pub changes: Vec<PackChange>,
    pub withdrawn: Option<(String, Say)>,
}

/// A parameter's value and where it is set.
pub struct Shown {
    pub name: String,
    pub value: String,
    /// The lists the value takes entries from: file and review, and what else they say.
    pub lists: Vec<(String, String)>,
    pub at: String,
    /// Set by another file than the pack's own.
    pub changed: bool,
    /// Values from a day on.
    pub later: Vec<(String, String)>,
}

/// A parameter, as its page.
pub struct ParameterPage {
    pub pack: String,
    pub note: Say,
    /// `text`, `list`, `ports`, `countries`, `items` or `goods`.
    pub holds: String,
    pub used: Vec<String>,
    pub setting: Shown,
}

/// A check, as its page.
pub struct CheckPage {
    pub name: String,
    pub meaning: Say,
    pub subjects: Vec<&'static str>,
    /// Name, whether it must be given, what it is for.
    pub settings: Vec<(String, bool, String)>,
    pub used: Vec<String>,
}

fn say<'a>(lang: Lang, en: &'a str, zh: &'a str) -> &'a str {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
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
        let mut in_force = match (&card.from, &card.until) {
            (Some(from), Some(until)) => format!("{from}\n– {until}"),
            (Some(from), None) => from.clone(),
            _ => "—".to_string(),
        };
        if !card.begun {
            in_force += say(lang, "\nUPCOMING", "\n尚未实施");
        }
        if card.ended {
            in_force += say(lang, "\nENDED", "\n已结束");
        }
        let stale = if card.stale {
            say(lang, "\nSTALE", "\n已过期")
        } else {
            ""
        };
        let changed = if card.changes.is_empty() {
            ""
        } else {
            say(lang, "\nchanged", "\n已修改")
        };
        table.add_row(vec![
            format!("{}\n{}{changed}", card.id, card.version),
            format!("{}\n{}", card.title.get(lang), card.authority.get(lang)),
            in_force,
            format!(
                "{}{stale}\n{}",
                card.reviewed,
                card.confidence.replace(", ", "\n")
            ),
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
    let mut tell = |text: String| wrap(&mut out, "  ", &text, width);
    tell(card.title.get(lang).to_string());
    if !card.authority.is_empty() {
        tell(card.authority.get(lang).to_string());
    }
    if let Some(from) = &card.from {
        let until = card.until.as_ref();
        let until = until.map_or(String::new(), |u| format!(" – {u}"));
        let label = say(lang, "In force from", "实施日期");
        let days = say(
            lang,
            "both days included, days in China",
            "含首尾两日，以中国日期为准",
        );
        tell(format!("{label} {from}{until} ({days})"));
    }
    tell(format!(
        "{} {}",
        say(lang, "Reviewed", "复核"),
        card.reviewed
    ));
    for source in &card.sources {
        tell(format!("{}: {source}", say(lang, "Source", "来源")));
    }
    for change in &card.changes {
        tell(changed(change, lang));
    }
    if card.stale {
        let text = say(
            lang,
            "STALE: look for newer notices",
            "已过期：请留意新的通知",
        );
        out.push_str(&format!("  {}\n", paint(YELLOW, text)));
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
    for (id, since, why) in &card.withdrawn {
        out.push_str(&withdrawn(&card.id, id, since, why, lang));
    }
    out
}

fn changed(change: &PackChange, lang: Lang) -> String {
    let PackChange { what, by, line } = change;
    match lang {
        Lang::En => format!("{what} is set by {by}:{line}"),
        Lang::Zh => format!("{what} 由 {by}:{line} 设定"),
    }
}

/// A rule that holds no longer.
pub fn withdrawn(pack: &str, id: &str, since: &str, why: &Say, lang: Lang) -> String {
    let why = why.get(lang);
    match lang {
        Lang::En => format!("  {id} ({pack}) holds no longer since {since}: {why}\n"),
        Lang::Zh => format!("  {id}（{pack}）自 {since} 起不再适用：{why}\n"),
    }
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
    if let Some((since, why)) = &page.withdrawn {
        out.push_str(&withdrawn(&page.pack, &page.id, since, why, lang));
    }
    out.push('\n');
    let mut tell = |label: &str, text: &str| {
        wrap(&mut out, "  ", &format!("{label}: {text}"), width);
    };
    let judged = say(lang, "Must hold of each", "判定对象");
    tell(judged, page.subject);
    let check = format!("{} ({})", page.meaning.get(lang), page.check);
    tell(say(lang, "How it is checked", "检查方式"), &check);
    let needs = page.needs.iter();
    let needs: Vec<String> = needs
        .map(|(kind, outcome)| match lang {
            Lang::En => format!("{kind} (without it: {outcome})"),
            Lang::Zh => format!("{kind}（缺少时：{outcome}）"),
        })
        .collect();
    if !needs.is_empty() {
        tell(say(lang, "Needs", "所需单证"), &needs.join(", "));
    }
    let unknown = say(
        lang,
        "If it cannot be decided it weighs as a",
        "无法判定时按此级别",
    );
    tell(unknown, page.unknown);
    tell(say(lang, "To mend", "如何修改"), page.fix.get(lang));
    tell(say(lang, "Why", "依据"), &format!("“{}”", page.words));
    let hand = match page.source_kind.as_str() {
        "official" => say(lang, "the authority's own words", "官方原文"),
        "secondary" => say(lang, "known at second hand", "转述，非官方原文"),
        _ => say(lang, "a public standard or form", "公开标准或格式"),
    };
    let source = format!("{} [{}; {hand}]", page.source, page.confidence);
    wrap(&mut out, "       ", &source, width);
    for (label, cases) in [
        (say(lang, "Passes", "通过示例"), &page.passes),
        (say(lang, "Fails", "不通过示例"), &page.fails),
        (
            say(lang, "Cannot be decided", "无法判定示例"),
            &page.undecided,
        ),
    ] {
        if cases.is_empty() {
            continue;
        }
        out.push_str(&format!("\n  {label}\n"));
        for case in cases {
            let plain = say(lang, "the example as it stands", "示例原样");
            let case = if case.is_empty() { plain } else { case };
            wrap(&mut out, "    · ", case, width);
        }
    }
    if !page.parameters.is_empty() {
        let label = say(lang, "Parameters in force", "现行参数");
        out.push_str(&format!("\n  {label}\n"));
        for shown in &page.parameters {
            setting(&mut out, shown, lang, width);
        }
    }
    for change in &page.changes {
        wrap(&mut out, "  ", &changed(change, lang), width);
    }
    out
}

fn setting(out: &mut String, shown: &Shown, lang: Lang, width: usize) {
    let value = if shown.value.is_empty() {
        "—"
    } else {
        &shown.value
    };
    wrap(out, "    ", &format!("{} = {value}", shown.name), width);
    for (from, value) in &shown.later {
        let text = match lang {
            Lang::En => format!("from {from}: {value}"),
            Lang::Zh => format!("自 {from} 起：{value}"),
        };
        wrap(out, "        ", &text, width);
    }
    for (list, _) in &shown.lists {
        let list = format!("{} {list}", say(lang, "from the list", "取自列表"));
        wrap(out, "        ", &list, width);
    }
    let by = if shown.changed {
        say(lang, "changed by", "修改于")
    } else {
        say(lang, "set in", "设定于")
    };
    wrap(out, "        ", &format!("{by} {}", shown.at), width);
}

/// One parameter, with how to replace it.
pub fn parameter(page: &ParameterPage, lang: Lang, width: usize) -> String {
    let name = &page.setting.name;
    let mut out = format!("{}  ({})\n", paint(BOLD, name), page.pack);
    if !page.note.is_empty() {
        wrap(&mut out, "  ", page.note.get(lang), width);
    }
    setting(&mut out, &page.setting, lang, width);
    let used = format!("{}: {}", say(lang, "Used by", "用于"), page.used.join(", "));
    wrap(&mut out, "  ", &used, width);
    for (_, more) in page.setting.lists.iter().filter(|(_, m)| !m.is_empty()) {
        let more = format!("{}: {more}", say(lang, "Of the list", "列表说明"));
        wrap(&mut out, "  ", &more, width);
    }
    let how = say(
        lang,
        "To replace it, in greenlane.yaml:",
        "如需替换，在 greenlane.yaml 中写：",
    );
    out.push_str(&format!("\n  {how}\n"));
    let value = match page.holds.as_str() {
        "text" => "{text: …}",
        "list" => "{list: [ …, … ]}",
        "ports" => "{ports: [beilun, {name: {en: …, zh: …}, words: [ … ]}]}",
        "countries" => "{countries: [US, EU]}",
        "items" => "{items: [{key: …, name: {en: …, zh: …}, words: [ … ]}]}",
        _ => "{goods: [{key: …, name: {en: …, zh: …}, hs: [ … ], words: [ … ]}]}",
    };
    out.push_str(&format!(
        "    parameters:\n      {}:\n        {name}: {value}\n",
        page.pack
    ));
    out
}

/// One check.
pub fn check(page: &CheckPage, lang: Lang, width: usize) -> String {
    let mut out = format!("{}\n", paint(BOLD, &page.name));
    wrap(&mut out, "  ", page.meaning.get(lang), width);
    let subjects = page.subjects.join(", ");
    let subjects = format!("{}: {subjects}", say(lang, "Judges", "判定对象"));
    wrap(&mut out, "  ", &subjects, width);
    for (name, required, about) in &page.settings {
        let optional = if *required {
            ""
        } else {
            say(lang, " (optional)", "（可省略）")
        };
        wrap(
            &mut out,
            "    ",
            &format!("{name}{optional}: {about}"),
            width,
        );
    }
    let used = format!("{}: {}", say(lang, "Used by", "用于"), page.used.join(", "));
    wrap(&mut out, "  ", &used, width);
    out
}
