//! `identified`: a report says what it is, who issued it, which it is on every page, how many pages
//! it has, and where it ends.

use super::{At, Ctx, Detail, Judges, Outcome, SubjectKind};
use crate::facts::items::shorten;
use crate::facts::why::{term, why};
use crate::link::{Report, Value, number_key};
use crate::model::{Document, FieldId, Layout, Spot};
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

impl Judges for Identified {
    const SUBJECTS: &[SubjectKind] = &[SubjectKind::Report];
    const REASONS: &str = "another-subject page-missing page-without-number pages-counted-twice pages-not-numbered \
        report-lacks some-pages-not-numbered";

    fn parameters(&self) -> Vec<&str> {
        vec![&self.titles, &self.addresses, &self.ends]
    }

    fn report(&self, ctx: &Ctx<'_>, _: u32, report: &Report) -> Outcome {
        let group = ctx.group;
        let Some(document) = group.document(report.source.document()) else {
            return Outcome::nothing(why!("another-subject"));
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
            (
                paper && !says(&self.titles, head),
                "report-title",
                "TEST REPORT / 检测报告",
            ),
            (
                report.number.is_none(),
                "report_no",
                "Report No.: … / 报告编号：……",
            ),
            (
                report.get(group, FieldId::LAB).is_none(),
                "lab",
                "Testing laboratory: … / 检测机构：……",
            ),
            (
                paper && !addressed,
                "lab_address",
                "Laboratory address: … / 机构地址：……",
            ),
            (
                paper && !says(&self.ends, &texts),
                "report-end",
                "*** End of Report *** / 以下空白",
            ),
        ];
        let name = report.name(group);
        let missing = wanted.into_iter().filter(|(missing, ..)| *missing);
        let mut details: Vec<Detail> = missing
            .map(|(_, piece, wording)| {
                let what = why!("report-lacks"; report = name, piece = term(piece), wording);
                let detail =
                    Detail::fail(what, At::Document(report.source.document())).expected(wording);
                detail.if_whole(group.is_whole(report.source.document()))
            })
            .collect();
        details.extend(number_on_pages(ctx, report, document, &texts));
        if paper {
            details.extend(page_marks(ctx, report, document, &texts));
        }
        Outcome::judged(details, report)
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
    let what = why!("page-without-number"; pages = list, report = name);
    let found = shorten(ctx.group.raw(first).trim());
    Some(
        Detail::fail(what, *first)
            .found(found)
            .expected(name.clone())
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
        let wording = format!("Page 1 of {pages} / 共 {pages} 页 第 1 页");
        let what = why!("pages-not-numbered"; pages, report = name, wording);
        let document = report.source.document();
        return Some(Detail::fail(what, At::Document(document)).expected(wording));
    };
    // A file cut in two, or bound from others, shows here.
    let other = marks.iter().find(|(m, _)| m.of != first.of);
    if let Some((_, other)) = other {
        let (a, b) = (ctx.group.raw(&at).trim(), ctx.group.raw(other).trim());
        let what = why!("pages-counted-twice"; report = name, first = a, other = b);
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
        why!("some-pages-not-numbered"; report = name)
    } else {
        why!("page-missing"; report = name, of = first.of, pages = list)
    };
    let found = shorten(ctx.group.raw(&at).trim());
    // A written document repeats one footer: its page numbers are fields, not text.
    let repeated = document.grid.layout == Layout::Docx;
    (!repeated).then(|| Detail::fail(what, at).found(found))
}
