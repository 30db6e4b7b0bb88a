//! Which elements of a page are not shown or struck out: by attribute, by their own style, by a
//! class of the page's style sheet.

use html5gum::{HtmlString, StartTag};
use std::collections::BTreeSet;

/// The largest style sheet looked at.
const MOST: usize = 1 << 20;

/// The classes and names a page hides or strikes out.
#[derive(Default)]
pub struct Sheet {
    text: String,
    hidden: BTreeSet<String>,
    struck: BTreeSet<String>,
}

pub fn attribute<'a>(tag: &'a StartTag<()>, name: &str) -> Option<&'a HtmlString> {
    tag.attributes
        .get(name.as_bytes())
        .map(|value| &value.value)
}

/// An attribute as text, without blanks around it, in lower case.
pub fn word(tag: &StartTag<()>, name: &str) -> String {
    attribute(tag, name).map_or(String::new(), |value| {
        String::from_utf8_lossy(value).trim().to_lowercase()
    })
}

impl Sheet {
    pub fn push(&mut self, text: &str) {
        if self.text.len() + text.len() <= MOST {
            self.text.push_str(text);
        }
    }

    /// Takes the rules of a style sheet that is complete. What holds on paper only is passed over.
    pub fn end(&mut self) {
        let text = std::mem::take(&mut self.text).to_lowercase();
        let mut media = false;
        for rule in text.split('}') {
            let Some((selectors, body)) = rule.rsplit_once('{') else {
                media = false;
                continue;
            };
            media |= selectors.contains("@media");
            let strikes = strikes(body);
            if media || !strikes && !hides(body) {
                continue;
            }
            for selector in selectors.split(',') {
                let selector = selector.trim().trim_start_matches("<!--").trim();
                let simple = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '#');
                if let Some(at) = selector.find(['.', '#'])
                    && selector.chars().all(simple)
                {
                    let into = if strikes {
                        &mut self.struck
                    } else {
                        &mut self.hidden
                    };
                    into.insert(selector.get(at..).unwrap_or("").to_string());
                }
            }
        }
    }

    pub fn hides(&self, tag: &StartTag<()>) -> bool {
        if attribute(tag, "hidden").is_some() || hides(&word(tag, "style")) {
            return true;
        }
        named(&self.hidden, tag)
    }

    pub fn strikes(&self, tag: &StartTag<()>) -> bool {
        strikes(&word(tag, "style")) || named(&self.struck, tag)
    }
}

/// True when a class or the name of an element is among those of a style sheet.
fn named(names: &BTreeSet<String>, tag: &StartTag<()>) -> bool {
    !names.is_empty()
        && (word(tag, "class")
            .split_whitespace()
            .any(|class| names.contains(&format!(".{class}")))
            || names.contains(&format!("#{}", word(tag, "id"))))
}

fn strikes(style: &str) -> bool {
    style.contains("text-decoration") && style.contains("line-through")
}

fn hides(style: &str) -> bool {
    let close: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    close.contains("display:none") || close.contains("visibility:hidden")
}

#[cfg(test)]
mod tests {
    use super::Sheet;

    #[test]
    fn classes_a_style_sheet_hides_are_found() {
        let mut sheet = Sheet::default();
        sheet.push("<!-- td.gone, #x {color:red; Display : none} .shown{color:red} ");
        sheet.push("@media print { .paper {display:none} } a .deep {display:none}");
        sheet.end();
        let hidden: Vec<&str> = sheet.hidden.iter().map(String::as_str).collect();
        assert_eq!(hidden, ["#x", ".gone"]);
    }
}
