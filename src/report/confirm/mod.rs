//! What a program read of scans, as one page for a browser: every value beside its picture, the doubtful
//! ones first. What a person makes of it is saved as the transcript that counts.

use super::escape::line;
use super::html::{page, picture, say};
use super::transcript::{CONFIRMATION, Draft, HELD, Slot};
use crate::model::{Document, Lang, Say};
use maud::{Markup, PreEscaped, html};
use serde_json::json;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// A document to be confirmed: its draft, and the picture of each of its slots where there is one (PNG).
pub struct Sheet<'a> {
    pub document: &'a Document,
    pub draft: Draft,
    pub pictures: Vec<Option<Vec<u8>>>,
}

/// The page; it opens in the language asked for.
pub fn render(sheets: &[Sheet<'_>], lang: Lang) -> String {
    let mut files: Vec<&str> = sheets.iter().map(|s| s.document.path.as_str()).collect();
    files.dedup();
    let body = html! {
        header { div.bar {
            h1 { "greenlane" }
            strong { (say("Confirm what was read of scans", "核对并确认扫描件的识别结果")) }
            button #lang type="button" { span.en lang="zh-CN" { "中文" } span.zh lang="en" { "English" } }
        } }
        main {
            p { (say(
                "Compare each value with its picture and correct it where it differs. Tick each doubtful one. Then give your name and the day, and save the transcript beside the scan, under the name it has.",
                "请逐项对照图像核对，有出入的请改正；存疑的请勾选“已核对”。最后填写姓名和日期，把录入文件按所给名称保存在扫描件旁边。",
            )) }
            @for path in files { (file(path, sheets.iter().filter(|s| s.document.path == path).collect())) }
        }
    };
    let title = lang.say("greenlane: confirm", "greenlane：核对确认");
    let style = format!("{}{STYLE}", super::html::STYLE);
    page(title, &body.into_string(), &style, SCRIPT, lang)
}

/// One scan with its papers.
fn file(path: &str, sheets: Vec<&Sheet<'_>>) -> Markup {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let templates: Vec<&str> = sheets.iter().map(|s| s.draft.template.as_str()).collect();
    // Slots are numbered through: those of the second paper follow those of the first.
    let data = json!({ "name": format!("{stem}.yaml"), "papers": templates, "held": HELD, "who": CONFIRMATION });
    // Nothing in it ends the element it stands in.
    let data = data.to_string().replace('<', "\\u003c");
    html! { section.scan {
        h2 { (line(name)) }
        @for (number, sheet) in sheets.iter().enumerate() { (paper(number, sheet)) }
        div.sign {
            label { (say("Your name", "姓名")) " " input name="name" autocomplete="name"; }
            label { (say("Day", "日期")) " " input name="day" type="date"; }
            button.save type="button" disabled { (say("Save the transcript", "保存录入文件")) }
            span.meta { span.left {} " " (say("doubtful values are still to be ticked", "项存疑内容尚未核对")) }
        }
        script.data type="application/json" { (PreEscaped(data)) }
    } }
}

/// One paper: the doubtful values first, the rest as they stand, then what belongs to no field.
fn paper(number: usize, sheet: &Sheet<'_>) -> Markup {
    let slots = sheet.draft.slots.iter().enumerate();
    let mut slots: Vec<(usize, &Slot)> = slots.collect();
    slots.sort_by_key(|(n, slot)| (!slot.is_doubtful, slot.is_besides(), *n));
    let kind = &sheet.document.understood.kind_title;
    html! {
        h3 { (super::html::both(kind)) }
        @for (n, slot) in slots { (value(&format!("{number}.{n}"), slot, sheet.pictures.get(n))) }
    }
}

fn value(id: &str, slot: &Slot, picture_of: Option<&Option<Vec<u8>>>) -> Markup {
    let rows = slot.text.lines().count().max(1);
    let row = Say::new(format!("row {}", slot.row), format!("第 {} 行", slot.row));
    let class = if slot.is_doubtful {
        "value doubtful"
    } else {
        "value"
    };
    html! { div class=(class) {
        label for=(format!("v{id}")) {
            (line(&slot.heading))
            @if slot.row > 0 { " · " (super::html::both(&row)) }
        }
        @if let Some(Some(png)) = picture_of { (picture(png)) }
        textarea #{"v" (id)} data-slot=(id) rows=(rows) spellcheck="false" { "\n" (slot.text) }
        @if !slot.doubt.is_empty() { span.meta { (line(&slot.doubt)) } }
        @if slot.is_doubtful { label.seen { input type="checkbox" data-seen; " " (say("compared", "已核对")) } }
    } }
}
