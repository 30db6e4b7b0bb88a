//! Text from strangers made harmless for a terminal.

/// Control, escape, bidirectional and invalid characters as `\u{…}`; line breaks kept out.
pub fn line(text: &str) -> String {
    if !text.chars().any(is_harmful) {
        return text.to_string();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push_str(" ⏎ "),
            '\r' => {}
            '\t' => out.push(' '),
            c if is_harmful(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// The same, line breaks kept: for our own texts of several lines.
pub fn lines(text: &str) -> String {
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A text a spreadsheet will not run as a formula.
pub fn cell(text: &str) -> String {
    let text = line(text);
    let runs = text.starts_with(['=', '+', '-', '@']);
    let number = text.parse::<f64>().is_ok();
    if runs && !number {
        format!("'{text}")
    } else {
        text
    }
}

/// A text cut to a number of characters.
pub fn short(text: &str, most: usize) -> String {
    let text = line(text.trim());
    if text.chars().count() <= most {
        return text;
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn nothing_reaches_the_terminal_as_code() {
        assert_eq!(line("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(line("x\u{202e}y"), "x\\u{202e}y");
        assert_eq!(line("型号\nKD"), "型号 ⏎ KD");
    }
}
