//! How much a page draws, counted before it is read: what is read of a page is held whole, and a form
//! drawn again and again makes much of little.

use super::forms::{Drawn, drawn};
use crate::model::work;
use pdfboss_core::content::{ContentOps, Op, TextItem};
use pdfboss_core::{Dict, Document as Pdf, Page as Sheet};

/// Of the forms of a page, in each other, the reader draws no more.
const DEPTH: usize = 16;
/// A piece of text weighs as much as so many other steps.
const PIECE: usize = 20;
/// The shortest step that draws a piece has so many bytes.
const SHORTEST: usize = 4;

/// Whether a page draws more than twice so many pieces of text, or steps to match.
pub fn too_many(pdf: &Pdf, sheet: &Sheet, most: usize) -> bool {
    let content = sheet.content(pdf).unwrap_or_default();
    if content.len() / SHORTEST <= most && sheet.resources.get("XObject").is_none() {
        return false;
    }
    let mut left = most.saturating_mul(2 * PIECE);
    count(pdf, &content, &sheet.resources, DEPTH, &mut left);
    left == 0
}

fn count(pdf: &Pdf, content: &[u8], resources: &Dict, depth: usize, left: &mut usize) {
    let mut ops = ContentOps::new(content);
    while let Ok(Some((op, _))) = ops.next_op() {
        work::steps(1);
        let pieces = match &op {
            Op::ShowText(_) | Op::NextLineShowText(_) | Op::NextLineShowTextSpaced(..) => 1,
            Op::ShowTextAdjusted(items) => {
                let text = |item: &&TextItem| matches!(item, TextItem::Str(_));
                items.iter().filter(text).count()
            }
            _ => 0,
        };
        *left = left.saturating_sub(1 + pieces * PIECE);
        if let (Op::XObject(name), 1..) = (&op, depth)
            && let Some(Drawn::Form(form)) = drawn(pdf, &name.0, resources)
        {
            let own = form.resources.as_ref().unwrap_or(resources);
            count(pdf, &form.content, own, depth - 1, left);
        }
        if *left == 0 {
            return;
        }
    }
}
