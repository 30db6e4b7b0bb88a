//! Text from strangers made harmless for terminals, data and the cells of spreadsheets: the one place
//! that says what is harmful.

use crate::model::work;
use serde::Serialize;

/// Control, escape, bidirectional and invalid characters as `\u{…}`; line breaks kept out.
pub fn line(text: &str) -> String {
    work::steps(1 + text.len() / 64);
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

/// Characters that a terminal, a browser or a reader of code obeys, or that nobody sees: controls,
/// marks of direction, what joins and parts without a trace, what is no character.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a text shows all that is in it; it may have several lines.
pub fn is_harmless(text: &str) -> bool {
    !text.contains(|c: char| c != '\n' && is_harmful(c))
}

/// A value as JSON with nothing harmful in it: indented, with a line break at its end.
pub fn json(value: &impl Serialize) -> String {
    quoted(serde_json::to_string_pretty(value).unwrap_or_default()) + "\n"
}

/// The same on one line.
pub fn json_line(value: &impl Serialize) -> String {
    quoted(serde_json::to_string(value).unwrap_or_default()) + "\n"
}

/// JSON or YAML whose texts stand in double quotes, with the same value and nothing harmful in it.
pub fn quoted(text: String) -> String {
    if is_harmless(&text) {
        return text;
    }
    let harmful = |c: char| c != '\n' && is_harmful(c);
    let mut out = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if !harmful(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    }
    out
}

/// A text a spreadsheet will not run as a formula.
pub fn cell(text: &str) -> String {
    const RUNS: [char; 10] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r'];
    let runs = text.trim_start_matches(' ').starts_with(RUNS);
    let text = line(text);
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
    use super::{cell, line, quoted};

    #[test]
    fn data_keeps_its_value_and_shows_nothing_it_does_not_say() {
        let odd = "a\u{7f}\u{9b}31m\u{202e}b\u{2028}\u{61c}\u{feff}\u{e0041}型号\n";
        let text = serde_json::to_string_pretty(&[odd]).unwrap();
        let harmless = quoted(text);
        assert!(
            harmless
                .chars()
                .all(|c| c == '\n' || line(&c.to_string()) == c.to_string())
        );
        let back: Vec<String> = serde_json::from_str(&harmless).unwrap();
        assert_eq!(back, [odd]);
        let yaml: Vec<String> =
            serde_yaml::from_str(&quoted(format!("[\"{}\"]", "x\u{202e}y"))).unwrap();
        assert_eq!(yaml, ["x\u{202e}y"]);
    }

    #[test]
    fn no_cell_is_a_formula() {
        for odd in [
            "=1+1", "+1+1", "-x", "@x", "＝1", "\t=1", "\r=1", " =1", "＋x",
        ] {
            assert!(cell(odd).starts_with('\''), "{odd:?}: {:?}", cell(odd));
        }
        assert_eq!(
            (cell("-5").as_str(), cell("型号 A").as_str()),
            ("-5", "型号 A")
        );
    }

    #[test]
    fn nothing_reaches_the_terminal_as_code() {
        assert_eq!(line("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(line("x\u{202e}y"), "x\\u{202e}y");
        assert_eq!(line("型号\nKD"), "型号 ⏎ KD");
    }
}
