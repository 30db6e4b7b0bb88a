//! `identified`: a report says what it is, who issued it, which it is on every page, how many pages
//! it has, and where it ends.

use super::covers::shorten;
use super::{Ctx, Detail, Outcome};
use crate::link::{Report, Value, number_key};
use crate::model::{Document, FieldId, Layout, Say, Spot};
use crate::normalize::pages::{PageMark, mark};
use crate::normalize::text::fold;
use crate::normalize::words::WordFinder;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Identified {
    /// Words of a title.
    titles: String,
    /// Words of an address.
    addresses: String,
    /// Words by which a report says that it ends.
    ends: String,
}

/// How many texts at the top of a report make its head.
const HEAD: usize = 16;

impl Identified {
    pub fn parameters(&self) -> [&str; 3] {
        [&self.titles, &self.addresses, &self.ends]
    }

    pub fn run(&self, ctx: &Ctx<'_>, number: u32) -> Outcome {
        let group = ctx.group;
        let Some(report) = group.reports.get(number as usize) else {
            return Outcome::NotApplicable;
        };
        let Some(document) = group.document(report.source.document()) else {
            return Outcome::NotApplicable;
        };
        let texts = report.texts(group);
        let head = texts.get(..HEAD.min(texts.len())).unwrap_or(&[]);
        let says = |list: &str, among: &[Value]| {
            let words: &WordFinder = ctx.parameters.words(list);
            among
                .iter()
                .any(|v| words.first(&fold(group.raw(v))).is_some())
        };
        let of_others: Vec<u32> = document
            .understood
            .header
            .fields
            .iter()
            .filter(|f| f.id != FieldId::LAB)
            .map(|f| f.cell)
            .collect();
        let letterhead: Vec<Value> = texts
            .iter()
            .filter(|v| !of_others.contains(&v.field.cell))
            .copied()
            .collect();
        let own_address = group.vocabulary.fields.find("lab_address");
        let addressed = own_address.is_some_and(|id| report.get(group, id).is_some())
            || says(&self.addresses, &letterhead);
        // A tree of keys and values is a transcript: it has no title, pages or end of its own.
        let paper = document.grid.layout != Layout::Tree;
        let wanted = [
            (paper && !says(&self.titles, head), TITLE),
            (report.number.is_none(), NUMBER),
            (report.get(group, FieldId::LAB).is_none(), LAB),
            (paper && !addressed, ADDRESS),
            (paper && !says(&self.ends, &texts), END),
        ];
        let mut details: Vec<Detail> = wanted
            .iter()
            .filter(|(missing, _)| *missing)
            .map(|(_, piece)| piece.missing(ctx, report))
            .collect();
        details.extend(number_on_pages(ctx, report, document, &texts));
        if paper {
            details.extend(page_marks(ctx, report, document, &texts));
        }
        Outcome::Judged(details)
    }
}

/// One thing a report must carry: what it is called, and how it may be worded.
struct Piece {
    en: &'static str,
    zh: &'static str,
    wording: &'static str,
}

const TITLE: Piece = Piece {
    en: "a title",
    zh: "标题",
    wording: "TEST REPORT / 检测报告",
};
const NUMBER: Piece = Piece {
    en: "a report number",
    zh: "报告编号",
    wording: "Report No.: … / 报告编号：……",
};
const LAB: Piece = Piece {
    en: "the laboratory's name",
    zh: "检测机构名称",
    wording: "Testing laboratory: … / 检测机构：……",
};
const ADDRESS: Piece = Piece {
    en: "the laboratory's address",
    zh: "检测机构地址",
    wording: "Laboratory address: … / 机构地址：……",
};
const END: Piece = Piece {
    en: "a clear end",
    zh: "结束标志",
    wording: "*** End of Report *** / 以下空白",
};

impl Piece {
    fn missing(&self, ctx: &Ctx<'_>, report: &Report) -> Detail {
        let name = report.name(ctx.group);
        let what = Say::new(
            format!("Report {name} does not show {}.", self.en),
            format!("报告 {name} 没有{}。", self.zh),
        );
        let fix = Say::new(
            format!("Add “{}”.", self.wording),
            format!("请补写“{}”。", self.wording),
        );
        Detail::absent(what, report.source.document())
            .expected(self.wording)
            .fix(fix)
            .if_whole(report.whole)
    }
}

/// The page a text stands on, where the document has pages.
fn page_of(ctx: &Ctx<'_>, value: &Value) -> Option<u32> {
    match ctx.group.spot(value) {
        Spot::PageLine { page, .. } => Some(page),
        _ => None,
    }
}

/// Pages of a PDF that do not name the report.
fn number_on_pages(
    ctx: &Ctx<'_>,
    report: &Report,
    document: &Document,
    texts: &[Value],
) -> Option<Detail> {
    if document.grid.layout != Layout::Pages {
        return None;
    }
    let number = report.number?;
    let own = number_key(ctx.group.raw(&number));
    let mut pages: BTreeMap<u32, (Value, bool)> = BTreeMap::new();
    for value in texts {
        let Some(page) = page_of(ctx, value) else {
            continue;
        };
        let names = number_key(ctx.group.raw(value)).contains(&own);
        let entry = pages.entry(page).or_insert((*value, false));
        entry.1 |= names;
    }
    let without: Vec<u32> = pages
        .iter()
        .filter(|(_, (_, names))| !names)
        .map(|(page, _)| page + 1)
        .collect();
    let (_, (first, _)) = pages.iter().find(|(_, (_, names))| !names)?;
    let name = report.name(ctx.group);
    let list: Vec<String> = without.iter().map(u32::to_string).collect();
    let list = list.join(", ");
    let what = Say::new(
        format!("Page {list} does not carry the report number {name}."),
        format!("第 {list} 页没有报告编号 {name}。"),
    );
    let fix = Say::new(
        format!("Print “Report No.: {name}” on every page."),
        format!("请在每一页印上“报告编号：{name}”。"),
    );
    let found = shorten(ctx.group.raw(first).trim());
    Some(
        Detail::fail(what, *first)
            .found(found)
            .expected(name.clone())
            .fix(fix)
            .related(number),
    )
}

/// Pages that are missing, counted twice, or out of different totals.
fn page_marks(
    ctx: &Ctx<'_>,
    report: &Report,
    document: &Document,
    texts: &[Value],
) -> Option<Detail> {
    let name = report.name(ctx.group);
    let marks: Vec<(PageMark, Value)> = texts
        .iter()
        .filter_map(|v| Some((mark(ctx.group.raw(v))?, *v)))
        .collect();
    let pages: BTreeSet<u32> = texts.iter().filter_map(|v| page_of(ctx, v)).collect();
    let pages = pages.len().max(1);
    let Some((first, at)) = marks.first().copied() else {
        if pages == 1 {
            return None;
        }
        let what = Say::new(
            format!("The {pages} pages of report {name} are not numbered “page x of y”."),
            format!("报告 {name} 共 {pages} 页，没有“共 x 页 第 y 页”。"),
        );
        let wording = format!("Page 1 of {pages} / 共 {pages} 页 第 1 页");
        let fix = Say::new(
            format!("Number every page: “{wording}”."),
            format!("请在每页写明页码：“{wording}”。"),
        );
        let document = report.source.document();
        return Some(Detail::absent(what, document).expected(wording).fix(fix));
    };
    // A file cut in two, or bound from others, shows here.
    let other = marks.iter().find(|(m, _)| m.of != first.of);
    if let Some((_, other)) = other {
        let (a, b) = (ctx.group.raw(&at).trim(), ctx.group.raw(other).trim());
        let what = Say::new(
            format!("Report {name} counts its pages in two ways: “{a}” and “{b}”."),
            format!("报告 {name} 的总页数前后不一：“{a}”与“{b}”。"),
        );
        return Some(Detail::fail(what, *other).found(b).expected(a).related(at));
    }
    let there: BTreeSet<u32> = marks.iter().map(|(m, _)| m.page).collect();
    let unmarked = document.grid.layout == Layout::Pages && marks.len() < pages;
    let missing: Vec<String> = (1..=first.of.min(2000))
        .filter(|page| !there.contains(page))
        .map(|page| page.to_string())
        .collect();
    if missing.is_empty() && !unmarked {
        return None;
    }
    let list = missing.join(", ");
    let what = if missing.is_empty() {
        Say::new(
            format!("Not every page of report {name} is numbered."),
            format!("报告 {name} 有的页没有页码。"),
        )
    } else {
        Say::new(
            format!(
                "Report {name} has {} pages; page {list} is not there.",
                first.of
            ),
            format!("报告 {name} 共 {} 页，缺第 {list} 页。", first.of),
        )
    };
    let fix = Say::new(
        "Supply the report whole and number every page “page x of y”.",
        "请提供完整报告，并在每页写明“共 x 页 第 y 页”。",
    );
    let found = shorten(ctx.group.raw(&at).trim());
    // A written document repeats one footer: its page numbers are fields, not text.
    let repeated = document.grid.layout == Layout::Docx;
    (!repeated).then(|| Detail::fail(what, at).found(found).fix(fix))
}
