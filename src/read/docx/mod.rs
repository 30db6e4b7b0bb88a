//! DOCX: the parts of the package, found through its relationships, become one document.

mod package;
mod story;

use super::blocks::{self, Block};
use super::{Limits, document, failed, stated, zip_guard};
use crate::model::{Grid, Layout, Problem, ReadFile, Say, Spot, Story};
pub use package::{Package, Relation};
use story::{Numbers, Seen};

/// Where the paragraphs and cells of a document begin, by the part of the package they stand in.
pub type Places = Vec<(String, Vec<(Spot, usize)>)>;

pub fn read(path: &str, bytes: &[u8], limits: &Limits) -> ReadFile {
    reading(path, bytes, limits, &mut Places::new())
}

/// Where its paragraphs and cells begin.
pub fn places(bytes: &[u8], limits: &Limits) -> Places {
    let mut places = Places::new();
    reading("", bytes, limits, &mut places);
    places
}

fn reading(path: &str, bytes: &[u8], limits: &Limits, places: &mut Places) -> ReadFile {
    if let Err(problem) = zip_guard::inspect(path, "docx", bytes, limits) {
        return failed(*problem);
    }
    let mut package = match Package::open(bytes, limits) {
        Ok(package) => package,
        Err(why) => return failed(Problem::damaged(path, "docx", &why)),
    };
    let main = package.main();
    if main.is_none() && package.is_text() {
        let why = "its main part is missing";
        return failed(Problem::damaged(path, "docx", why));
    }
    let Some(main) = main else {
        let what = Say::new(
            "an office package without a text document",
            "不含文本文档的 Office 文件包",
        );
        return failed(Problem::not_a_document(path, &what));
    };
    let mut reading = Reading {
        package: &mut package,
        limits,
        numbers: Numbers::default(),
        seen: Seen::default(),
        problems: Vec::new(),
        places,
        path,
    };
    let parts = reading.package.relations(&main);
    for part in parts.iter().filter(|r| r.is("comments")) {
        reading.comments(&part.target);
    }
    let body = reading.part(&main, Story::Body);
    let named = |kind: &str| -> Vec<String> {
        parts
            .iter()
            .filter(|r| r.is(kind))
            .map(|r| r.target.clone())
            .collect()
    };
    // The headers and footers the sections name, each once, in their order.
    let mut marginal: Vec<(Story, String)> = Vec::new();
    for (story, id) in std::mem::take(&mut reading.seen.margins) {
        let Some(part) = parts.iter().find(|r| r.id == id) else {
            let why = "a header or footer it names is missing";
            if reading.problems.is_empty() {
                reading.problems.push(Problem::damaged(path, "docx", why));
            }
            continue;
        };
        if !marginal.iter().any(|(_, target)| *target == part.target) {
            marginal.push((story, part.target.clone()));
        }
    }
    let (mut head, mut tail): (Vec<Block>, Vec<Block>) = (Vec::new(), Vec::new());
    for (story, part) in marginal {
        let blocks = reading.part(&part, story);
        match story {
            Story::Header => head.extend(blocks),
            _ => tail.extend(blocks),
        }
    }
    let mut notes: Vec<Block> = Vec::new();
    for part in named("footnotes").iter().chain(&named("endnotes")) {
        notes.extend(reading.part(part, Story::Note));
    }
    let Reading {
        seen, mut problems, ..
    } = reading;
    let mut whole = problems.is_empty();
    let mut grid = Grid::new(Layout::Docx);
    for blocks in [head, body, notes, tail] {
        if !blocks::lay(&mut grid, &blocks, limits) {
            whole = false;
            let limit = stated("cell-bytes", limits.cell_bytes);
            problems.push(Problem::too_large(path, &limit));
        }
    }
    if grid.cells.is_empty() && whole {
        return failed(if seen.pictures > 0 {
            Problem::pictures_only(path)
        } else {
            Problem::empty(path)
        });
    }
    if seen.foreign {
        whole = false;
        let what = Say::new(
            "a part of it is another file embedded in it",
            "其中一部分是嵌入的另一个文件",
        );
        problems.push(Problem::part_elsewhere(path, &what));
    }
    remarks(path, &seen, &mut problems);
    let mut made = document(path, None, "docx", grid);
    made.whole = whole;
    ReadFile {
        documents: vec![made],
        problems,
    }
}

/// What a reader of the paper should know of how it was read.
fn remarks(path: &str, seen: &Seen, problems: &mut Vec<Problem>) {
    if seen.tracked {
        problems.push(Problem::tracked_changes(path));
    }
    if seen.hidden {
        let what = Say::new("the document has hidden text", "文档里有隐藏文字");
        problems.push(Problem::hidden(path, None, &what));
    }
    let mut left_out = |en: &str, zh: &str| {
        problems.push(Problem::left_out(path, &Say::new(en, zh)));
    };
    if seen.placeholders {
        left_out("form fields nobody has filled in", "未填写的表单域");
    }
    if seen.pictures > 0 {
        left_out(
            &format!("{} pictures", seen.pictures),
            &format!("{} 张图片", seen.pictures),
        );
    }
}

struct Reading<'a, 'b> {
    package: &'a mut Package<'b>,
    limits: &'a Limits,
    numbers: Numbers,
    seen: Seen,
    problems: Vec<Problem>,
    places: &'a mut Places,
    path: &'a str,
}

impl Reading<'_, '_> {
    /// The blocks of a part; what went wrong on the way is a problem.
    fn part(&mut self, name: &str, story: Story) -> Vec<Block> {
        let text = match self.package.text(name) {
            Ok(text) => text,
            Err(why) => {
                self.problems
                    .push(Problem::damaged(self.path, "docx", &why));
                return Vec::new();
            }
        };
        let read = story::read(&text, story, self.limits, &mut self.numbers, &mut self.seen);
        let places = std::mem::take(&mut self.seen.places);
        self.places.push((name.to_string(), places));
        if let Some(why) = read.broken {
            self.problems.push(Problem::damaged(
                self.path,
                "docx",
                &format!("{name}: {why}"),
            ));
        }
        read.blocks
    }

    /// The notes in the margin, by number.
    fn comments(&mut self, name: &str) {
        let Ok(text) = self.package.text(name) else {
            return;
        };
        self.seen.comments = story::comments(&text, self.limits);
    }
}

#[cfg(test)]
mod tests;
