//! Cases of rules for people: what each rule is shown by, and which cases went otherwise.

use super::escape::{line, short};
use super::paint::{BOLD, DIM, GREEN, RED, paint};
use crate::model::{Lang, OutcomeKind};

/// A case that did not come out as it says.
pub struct Wrong {
    pub file: String,
    pub line: usize,
    pub name: Option<String>,
    pub expected: OutcomeKind,
    pub got: OutcomeKind,
    /// The messages of the findings it had instead.
    pub said: Vec<String>,
}

/// The cases of one rule.
pub struct Coverage {
    pub pack: String,
    pub rule: String,
    /// How many cases expect each outcome, in the order they stand.
    pub counts: Vec<(OutcomeKind, usize)>,
    pub wrong: Vec<Wrong>,
}

/// A line per rule, then what went wrong, then the sum.
pub fn render(covered: &[Coverage], lang: Lang) -> String {
    let mut out = String::new();
    let mut pack = "";
    let widest = covered.iter().map(|c| c.rule.len()).max().unwrap_or(0);
    for rule in covered {
        if rule.pack != pack {
            pack = &rule.pack;
            out.push_str(&format!("{}\n", paint(BOLD, pack)));
        }
        let counts = rule.counts.iter();
        let counts: Vec<String> = counts.map(|(o, n)| format!("{} {n}", o.as_str())).collect();
        let mark = if rule.wrong.is_empty() {
            paint(GREEN, "✓")
        } else {
            paint(RED, "✗")
        };
        let counts = paint(DIM, &counts.join(" · "));
        out.push_str(&format!("  {mark} {:widest$}  {counts}\n", rule.rule));
    }
    for rule in covered {
        for wrong in &rule.wrong {
            let (expected, got) = (wrong.expected.as_str(), wrong.got.as_str());
            let said = match lang {
                Lang::En => format!("expected {expected}, got {got}"),
                Lang::Zh => format!("应为 {expected}，得到 {got}"),
            };
            let name = wrong
                .name
                .as_ref()
                .map_or(String::new(), |n| format!(" “{n}”"));
            let (file, at) = (line(&wrong.file), wrong.line);
            out.push_str(&format!("\n{file}:{at}: {}{name}: {said}\n", rule.rule));
            for message in wrong.said.iter().take(5) {
                out.push_str(&format!("    {}\n", short(message, 300)));
            }
        }
    }
    let cases: usize = covered.iter().flat_map(|c| &c.counts).map(|(_, n)| n).sum();
    let wrong: usize = covered.iter().map(|c| c.wrong.len()).sum();
    let rules = covered.len();
    out.push_str(&match lang {
        Lang::En => format!("\n{rules} rules, {cases} cases, {wrong} wrong\n"),
        Lang::Zh => format!("\n{rules} 条规则，{cases} 个案例，{wrong} 个不符\n"),
    });
    out
}
