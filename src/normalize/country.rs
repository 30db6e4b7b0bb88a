//! Countries: `德国`, `DE`, `德国(DEU)`, `502 美国` to the code of one country.

use super::normal::Normal;
use super::text::{Step, clean, is_cjk, squeeze};
use crate::model::Words;
use std::collections::HashMap;

/// The normal form: the country's code, else the clean text.
pub fn normal(raw: &str, words: &Words) -> Normal {
    let cleaned = clean(raw);
    let mut steps = cleaned.steps;
    let text = match code(&cleaned.text, &words.countries) {
        Some(code) if code != cleaned.text => {
            steps.push(Step::Table);
            code.to_string()
        }
        _ => cleaned.text.into_owned(),
    };
    Normal::new(text, steps, None)
}

/// The code of the country a text names; `spellings` are squeezed spellings with their codes. A
/// text that names none, or several different ones, has none.
pub fn code<'w>(raw: &str, spellings: &'w HashMap<String, String>) -> Option<&'w str> {
    let known = |text: &str| spellings.get(&squeeze(text)).map(String::as_str);
    if let Some(code) = known(raw) {
        return Some(code);
    }
    let of_one_script = |chinese: bool| -> String {
        let kept = |c: &char| !c.is_ascii_digit() && (is_cjk(*c) == chinese || !c.is_alphabetic());
        raw.chars().filter(kept).collect()
    };
    let mut found: Vec<&str> = [true, false]
        .into_iter()
        .filter_map(|chinese| known(&of_one_script(chinese)))
        .collect();
    if found.is_empty() {
        let marks = [
            '(', '（', ')', '）', '/', ',', '，', '、', ';', '；', '[', ']', '\n',
        ];
        found = raw.split(marks).filter_map(known).collect();
    }
    found.dedup();
    match found.as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::code;
    use std::collections::HashMap;

    #[test]
    fn countries_of_many_hands() {
        let pairs = [
            ("德国", "DE"),
            ("germany", "DE"),
            ("deu", "DE"),
            ("美国", "US"),
            ("us", "US"),
        ];
        let known: HashMap<String, String> = pairs
            .iter()
            .map(|(k, v)| (k.to_string(), v.to_string()))
            .collect();
        for raw in [
            "德国",
            "GERMANY",
            "德国(DEU)",
            "304 德国",
            "Hamburg, Germany",
            "德国 Germany",
        ] {
            assert_eq!(code(raw, &known), Some("DE"), "{raw}");
        }
        assert_eq!(code("U.S.", &known), Some("US"));
        assert_eq!(code("德国/美国", &known), None);
        assert_eq!(code("Atlantis", &known), None);
    }
}
