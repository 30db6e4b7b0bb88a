//! Characters that look like others: Cyrillic and Greek letters, digits and letters, signs that
//! stand for plain characters. Used to explain a difference and to find near spellings, never to
//! change a text. Source: the confusable characters of Unicode TR 39, cut down to what stands in
//! model numbers and company names, and the digits a keyboard or a scan mistakes for letters.

use crate::model::Say;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The Latin letter a Cyrillic or Greek one looks like; any other character is itself.
pub fn latin(c: char) -> char {
    match c {
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' | 'Ϲ' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        'У' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        'а' | 'α' => 'a',
        'с' => 'c',
        'е' => 'e',
        'і' => 'i',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'х' | 'χ' => 'x',
        'у' => 'y',
        'ν' => 'v',
        c => c,
    }
}

/// The digit that letters are mistaken for, in upper case.
fn digit(c: char) -> char {
    match c {
        'O' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'G' => '6',
        'B' => '8',
        c => c,
    }
}

/// What a character looks like: upper case, accents dropped, signs in plain characters (`Ⅱ` is two
/// of them), look-alikes made one. Empty for a mark that is no letter and no digit.
pub fn shape(c: char) -> Vec<char> {
    let c = match c {
        '×' => 'X',
        'Ø' | 'ø' | 'Φ' | 'φ' | 'ϕ' | '⌀' | '∅' => 'O',
        '囗' | '口' => '口',
        '™' | '®' | '©' => return Vec::new(),
        c => c,
    };
    std::iter::once(c)
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_uppercase)
        .filter(|c| c.is_alphanumeric())
        .map(|c| digit(latin(c)))
        .collect()
}

/// Letters a writer puts where a dash belongs.
pub fn is_like_dash(c: char) -> bool {
    matches!(c, '一' | 'ー' | '丨' | '―')
}

/// A character with its script or sort, as a reason names it.
pub fn name(c: char) -> Say {
    let sort = match c {
        '0'..='9' => Some(("digit", "数字")),
        'A'..='Z' => Some(("letter", "字母")),
        'a'..='z' => Some(("small letter", "小写字母")),
        '\u{400}'..='\u{52f}' => Some(("Cyrillic", "西里尔字母")),
        '\u{370}'..='\u{3ff}' => Some(("Greek", "希腊字母")),
        '²' | '³' | '¹' | '⁰' | '⁴'..='⁹' => Some(("superscript", "上标")),
        '₀'..='₉' => Some(("subscript", "下标")),
        '\u{2160}'..='\u{217f}' => Some(("Roman numeral", "罗马数字")),
        '\u{2460}'..='\u{24ff}' => Some(("circled", "带圈字符")),
        ' ' => return Say::new("space", "空格"),
        _ => None,
    };
    match sort {
        Some((en, zh)) => Say::new(format!("{en} {c}"), format!("{zh} {c}")),
        None => Say::same(c),
    }
}

#[cfg(test)]
mod tests {
    use super::shape;

    #[test]
    fn look_alikes_have_one_shape() {
        for (a, b) in [
            ('О', '0'),
            ('l', '1'),
            ('А', 'a'),
            ('²', 'Z'),
            ('é', 'E'),
            ('φ', 'Ø'),
        ] {
            assert_eq!(shape(a), shape(b), "{a} {b}");
        }
        assert_eq!(shape('Ⅱ'), ['1', '1']);
        assert!(shape('-').is_empty() && shape('™').is_empty());
        assert_ne!(shape('A'), shape('4'));
    }
}
