//! HTML: the tables of a saved page (often named .xls) and the text between them.
//!
//! Only a tokenizer is borrowed: what a saved page needs of tree building is where cells, rows
//! and tables end when nobody closes them, and that is written in `page`.

mod hidden;
mod page;

use super::{Limits, blocks, document, failed, stated};
use crate::model::{Grid, Layout, Problem, ReadFile, Say};
use html5gum::{DefaultEmitter, Error, Token, Tokenizer};
use page::Page;

pub fn read(path: &str, text: &str, limits: &Limits) -> ReadFile {
    if text.len() > limits.document_bytes {
        let limit = stated("document-bytes", limits.document_bytes);
        return failed(Problem::too_large(path, &limit));
    }
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut page = Page::new(limits);
    for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
        match token {
            Token::StartTag(tag) => page.start(&tag),
            Token::EndTag(tag) => page.end(&tag.name),
            Token::String(text) => page.text(&String::from_utf8_lossy(&text)),
            Token::Error(error) => {
                page.cut |= matches!(
                    *error,
                    Error::EofInTag | Error::EofInComment | Error::EofBeforeTagName
                );
            }
            Token::Comment(_) | Token::Doctype(_) => {}
        }
        if page.over.is_some() {
            break;
        }
    }
    let page = page.close();
    let mut problems = Vec::new();
    let mut grid = Grid::new(Layout::Html);
    if !blocks::lay(&mut grid, &page.blocks, limits) {
        let limit = stated("cell-bytes", limits.cell_bytes);
        problems.push(Problem::too_large(path, &limit));
    }
    if let Some(limit) = page.over {
        problems.push(Problem::too_large(path, &limit));
    }
    if let Some(why) = page.broken {
        problems.push(Problem::damaged(path, "html", why));
    }
    if page.frames || grid.cells.is_empty() && page.framed {
        let what = Say::new(
            "the page shows other pages in frames, and they are not in this file",
            "该网页用框架显示其他网页，内容不在本文件里",
        );
        problems.push(Problem::part_elsewhere(path, &what));
    }
    if grid.cells.is_empty() && problems.is_empty() {
        return failed(if page.pictures {
            Problem::pictures_only(path)
        } else {
            Problem::empty(path)
        });
    }
    let whole = problems.is_empty();
    if page.hidden {
        let what = Say::new("the page has hidden text", "网页里有隐藏文字");
        problems.push(Problem::hidden(path, None, &what));
    }
    if grid.cells.is_empty() {
        return ReadFile {
            documents: Vec::new(),
            problems,
        };
    }
    let mut made = document(path, None, "html", grid);
    made.whole = whole;
    ReadFile {
        documents: vec![made],
        problems,
    }
}

#[cfg(test)]
mod tests;
