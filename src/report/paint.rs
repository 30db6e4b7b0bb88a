//! Colours and line wrapping for terminals. Colours are stripped by the stream when not wanted.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub const RED: &str = "\x1b[31m";
pub const GREEN: &str = "\x1b[32m";
pub const YELLOW: &str = "\x1b[33m";
pub const BOLD: &str = "\x1b[1m";
pub const DIM: &str = "\x1b[2m";
const RESET: &str = "\x1b[0m";

/// A text in a colour.
pub fn paint(color: &str, text: &str) -> String {
    format!("{color}{text}{RESET}")
}

/// Appends `text` wrapped to `width` columns; the first line is led by `first`, the others by as
/// many spaces. Chinese characters are two columns wide and may part anywhere.
pub fn wrap(out: &mut String, first: &str, text: &str, width: usize) {
    let indent = first.width();
    let room = width.saturating_sub(indent).max(16);
    let mut lead = first.to_string();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut used = 0;
        for piece in pieces(paragraph) {
            let wide = piece.width();
            if used + piece.trim_end().width() > room && used > 0 {
                push_line(out, &lead, &line);
                lead = " ".repeat(indent);
                line.clear();
                used = 0;
                if piece.trim().is_empty() {
                    continue;
                }
            }
            // A word longer than a line is cut.
            if wide > room {
                for c in piece.chars() {
                    let w = c.width().unwrap_or(0);
                    if used + w > room {
                        push_line(out, &lead, &line);
                        lead = " ".repeat(indent);
                        line.clear();
                        used = 0;
                    }
                    line.push(c);
                    used += w;
                }
                continue;
            }
            line.push_str(piece);
            used += wide;
        }
        push_line(out, &lead, &line);
        lead = " ".repeat(indent);
    }
}

fn push_line(out: &mut String, lead: &str, line: &str) {
    out.push_str(lead);
    out.push_str(line.trim_end());
    out.push('\n');
}

/// Words with the space behind them; every wide character is a word of its own.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut last: Option<char> = None;
    for (at, c) in text.char_indices() {
        let wide = c.width() == Some(2);
        let after_wide = last.is_some_and(|l| l.width() == Some(2));
        let after_space = last == Some(' ') && c != ' ';
        // Closing punctuation stays with what it closes.
        let closing = matches!(
            c,
            '，' | '。' | '、' | '；' | '：' | '”' | '）' | '？' | '！' | '》'
        );
        if at > start && (after_space || wide && !closing || after_wide && !closing && c != ' ') {
            pieces.push(text.get(start..at).unwrap_or(""));
            start = at;
        }
        last = Some(c);
    }
    pieces.push(text.get(start..).unwrap_or(""));
    pieces
}

#[cfg(test)]
mod tests {
    use super::wrap;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn no_line_is_wider_than_asked() {
        let text = "Model KD-20OA is declared; 报告为 KD-200A，仅一个字符不同。请在报关单中按报告填写，避免自动核验失败。 averyveryverylongwordthatcannotpossiblyfitintooneline";
        let mut out = String::new();
        wrap(&mut out, "  → ", text, 40);
        for line in out.lines() {
            assert!(line.width() <= 40, "{line}");
        }
        let letters = |s: &str| {
            s.chars()
                .filter(|c| !c.is_whitespace() && *c != '→')
                .collect::<String>()
        };
        assert_eq!(letters(&out), letters(text));
    }
}
