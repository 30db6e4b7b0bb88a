//! Characters of symbol fonts as the characters they show.

/// What a code of a symbol font shows; the private-use character itself when the font or the code
/// is not known, so that nothing is lost.
pub fn symbol(font: &str, code: &str) -> Option<char> {
    let code = u32::from_str_radix(code, 16).ok()?;
    let own = code & 0xff;
    let shown = match font.trim().to_ascii_lowercase().as_str() {
        "symbol" => match own {
            0x61 => 'α',
            0x62 => 'β',
            0x67 => 'γ',
            0x6d => 'μ',
            0x57 => 'Ω',
            0x44 => 'Δ',
            0x2d => '−',
            0xa3 => '≤',
            0xb3 => '≥',
            0xb1 => '±',
            0xb0 => '°',
            0xb4 => '×',
            0xb7 => '•',
            0xb8 => '÷',
            0xb9 => '≠',
            0xbb => '≈',
            0xa5 => '∞',
            0x25 => '%',
            0x3c => '<',
            0x3d => '=',
            0x3e => '>',
            _ => '\0',
        },
        "wingdings" => match own {
            0x6f | 0x71 | 0x72 | 0xa8 => '☐',
            0xfc => '✓',
            0xfb => '✗',
            0xfd | 0x78 => '☒',
            0xfe => '☑',
            0x6c | 0x9f => '●',
            0xa1 => '○',
            0x6e => '■',
            0xe0 | 0xf0 => '→',
            _ => '\0',
        },
        "wingdings 2" => match own {
            0x50 => '✓',
            0x4f => '✗',
            0x52 => '☑',
            0x51 | 0x53 | 0x54 => '☒',
            0xa3 | 0x2a => '☐',
            _ => '\0',
        },
        _ => '\0',
    };
    if shown == '\0' {
        char::from_u32(code)
    } else {
        Some(shown)
    }
}

/// The symbol font of a name, if it is one whose signs are known.
pub fn is_symbol_font(name: &str) -> Option<&'static str> {
    // Names in a PDF carry a mark of their own in front, and no blanks.
    let name = name.rsplit('+').next().unwrap_or(name).trim();
    let name = name.to_ascii_lowercase().replace([' ', '-'], "");
    match name.strip_suffix("regular").unwrap_or(&name) {
        "wingdings" => Some("wingdings"),
        "wingdings2" => Some("wingdings 2"),
        _ => None,
    }
}

/// A text of a symbol font as the signs it shows.
pub fn drawn(font: &str, text: &str) -> String {
    let sign = |c: char| symbol(font, &format!("{:x}", u32::from(c))).unwrap_or(c);
    let known = |c: char| c < '\u{100}' || ('\u{f000}'..='\u{f0ff}').contains(&c);
    text.chars()
        .map(|c| if known(c) && c != ' ' { sign(c) } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::symbol;

    #[test]
    fn signs_of_limits_and_boxes_are_known_and_others_kept() {
        assert_eq!(symbol("Symbol", "F0A3"), Some('≤'));
        assert_eq!(symbol("Wingdings", "F0FE"), Some('☑'));
        assert_eq!(symbol("Webdings", "F061"), Some('\u{f061}'));
    }
}
