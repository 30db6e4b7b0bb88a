//! Grades: how close two spellings are, and in one line why they differ.

use super::text::{Step, clean};
use super::{company, model};
use crate::model::{Grade, Say};

/// A grade with its reason.
#[derive(Clone, Debug)]
pub struct Compared {
    pub grade: Grade,
    pub reason: Say,
}

fn graded(grade: Grade, reason: Say) -> Compared {
    Compared { grade, reason }
}

/// Two model numbers (or report numbers, batches: codes whose every character counts).
pub fn models(a: &str, b: &str, labels: &[String]) -> Compared {
    if a == b {
        return graded(Grade::Identical, Say::default());
    }
    let (ca, cb) = (model::clean(a, labels), model::clean(b, labels));
    if ca.text == cb.text {
        return graded(Grade::CleanUp, steps_reason(&ca.steps, &cb.steps));
    }
    let strip = |s: &str| -> String { s.chars().filter(|c| c.is_alphanumeric()).collect() };
    let (sa, sb) = (strip(&ca.text), strip(&cb.text));
    if sa == sb {
        return graded(
            Grade::Near,
            Say::new("differs only in separators", "仅分隔符不同"),
        );
    }
    if sa.to_uppercase() == sb.to_uppercase() {
        return graded(
            Grade::Near,
            Say::new("differs in letter case", "大小写不同"),
        );
    }
    if model::key(a) == model::key(b) {
        return graded(Grade::Near, look_alike_reason(&ca.text, &cb.text));
    }
    let distance = strsim::osa_distance(&sa.to_uppercase(), &sb.to_uppercase());
    let longest = sa.chars().count().max(sb.chars().count());
    if distance <= typo_bound(longest) {
        return graded(Grade::Near, edit_reason(&ca.text, &cb.text, distance));
    }
    graded(Grade::Different, Say::new("another model", "不是同一型号"))
}

/// How many edits still count as a typing slip: none below 4 characters, one below 8, else two.
/// (Short codes of one family differ by one character and are different goods.)
pub fn typo_bound(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Two company names. `aliases` says whether the user joined the two.
pub fn companies(a: &str, b: &str, forms: &[Vec<String>], aliases: bool) -> Compared {
    if a == b {
        return graded(Grade::Identical, Say::default());
    }
    let (ca, cb) = (company::clean(a), company::clean(b));
    if ca.text == cb.text {
        return graded(Grade::CleanUp, steps_reason(&ca.steps, &cb.steps));
    }
    if aliases {
        return graded(
            Grade::Alias,
            Say::new("joined by the alias table", "别名表中为同一公司"),
        );
    }
    let (na, fa) = company::without_legal_form(a, forms);
    let (nb, fb) = company::without_legal_form(b, forms);
    if na == nb && (fa != fb || fa.is_some()) {
        return graded(
            Grade::Alias,
            Say::new(
                "differs in the legal form or its punctuation",
                "仅公司形式或其标点写法不同",
            ),
        );
    }
    if na == nb {
        return graded(
            Grade::Near,
            Say::new("differs only in punctuation", "仅标点不同"),
        );
    }
    let distance = strsim::osa_distance(&na, &nb);
    let longest = na.chars().count().max(nb.chars().count());
    if distance <= 1 && longest >= 4 || distance <= 2 && longest >= 12 {
        return graded(Grade::Near, edit_reason(&ca.text, &cb.text, distance));
    }
    // One name holds the other: a bracket or a place name was dropped.
    let (short, long) = if na.len() < nb.len() {
        (&na, &nb)
    } else {
        (&nb, &na)
    };
    if longest < 60 && is_subsequence(short, long) && short.len() * 2 > long.len() {
        return graded(
            Grade::Near,
            Say::new(
                "one name has words the other lacks",
                "一个名称比另一个多出字词",
            ),
        );
    }
    graded(Grade::Different, Say::new("another name", "不是同一名称"))
}

fn is_subsequence(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().all(|c| rest.any(|d| d == c))
}

/// Any other text: identical, clean-up or different.
pub fn texts(a: &str, b: &str) -> Compared {
    if a == b {
        return graded(Grade::Identical, Say::default());
    }
    let (ca, cb) = (clean(a), clean(b));
    if ca.text == cb.text {
        return graded(Grade::CleanUp, steps_reason(&ca.steps, &cb.steps));
    }
    graded(Grade::Different, Say::new("another text", "内容不同"))
}

fn steps_reason(a: &[Step], b: &[Step]) -> Say {
    let mut steps: Vec<Step> = a.iter().chain(b).copied().collect();
    steps.sort_unstable();
    steps.dedup();
    let join = |lang| -> String {
        steps
            .iter()
            .map(|s| s.say().get(lang).to_string())
            .collect::<Vec<_>>()
            .join(", ")
    };
    Say::new(
        format!("the same after clean-up: {}", join(crate::model::Lang::En)),
        format!("清理后相同：{}", join(crate::model::Lang::Zh)),
    )
}

/// Names the first position where two texts of one key differ.
fn look_alike_reason(a: &str, b: &str) -> Say {
    let differing = a
        .chars()
        .zip(b.chars())
        .enumerate()
        .find(|(_, (x, y))| x != y);
    match differing {
        Some((i, (x, y))) => Say::new(
            format!(
                "look-alike characters: {} for {} at position {}",
                name(x),
                name(y),
                i + 1
            ),
            format!("第 {} 个字符形似：{} 与 {}", i + 1, name(x), name(y)),
        ),
        None => Say::new("look-alike characters", "字符形似"),
    }
}

fn edit_reason(a: &str, b: &str, distance: usize) -> Say {
    let position = a
        .chars()
        .zip(b.chars())
        .position(|(x, y)| x != y)
        .unwrap_or_else(|| a.chars().count().min(b.chars().count()));
    Say::new(
        format!(
            "{distance} character(s) differ, first at position {}",
            position + 1
        ),
        format!("有 {distance} 个字符不同，从第 {} 个开始", position + 1),
    )
}

fn name(c: char) -> String {
    let kind = match c {
        'O' | 'o' | 'I' | 'l' | 'L' | 'i' => "letter ",
        '0' | '1' => "digit ",
        '\u{400}'..='\u{52f}' => "Cyrillic ",
        '\u{370}'..='\u{3ff}' => "Greek ",
        _ => "",
    };
    format!("{kind}{c}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model_grade(a: &str, b: &str) -> Grade {
        models(a, b, &["型号".to_string()]).grade
    }

    #[test]
    fn model_grades() {
        let cases = [
            ("KD-200A", "KD-200A", Grade::Identical),
            ("ＫＤ-200A", "KD-200A", Grade::CleanUp),
            ("型号：KD-200A", "KD-200A", Grade::CleanUp),
            ("KD200A", "KD-200A", Grade::Near),
            ("kd-200a", "KD-200A", Grade::Near),
            ("KD-20OA", "KD-200A", Grade::Near),
            ("KD-200A", "ZZ-9", Grade::Different),
            ("A-1", "A-2", Grade::Different),
        ];
        for (a, b, grade) in cases {
            assert_eq!(model_grade(a, b), grade, "{a} {b}");
            assert_eq!(model_grade(b, a), grade, "{b} {a}");
        }
    }

    #[test]
    fn company_grades() {
        let forms = vec![
            vec!["coltd".to_string(), "companylimited".to_string()],
            vec!["有限公司".to_string()],
        ];
        let grade = |a: &str, b: &str| companies(a, b, &forms, false).grade;
        assert_eq!(
            grade("世博（深圳）有限公司", "世博(深圳)有限公司"),
            Grade::CleanUp
        );
        assert_ne!(
            grade("世博（深圳）玩具有限公司", "世博玩具有限公司"),
            Grade::CleanUp
        );
        assert_eq!(grade("Beile Co., Ltd.", "BEILE CO., LTD."), Grade::CleanUp);
        assert_eq!(
            grade("Beile Co., Ltd.", "Beile Company Limited"),
            Grade::Alias
        );
        assert_eq!(
            grade("宁波贝乐有限公司", "杭州安宝有限公司"),
            Grade::Different
        );
    }
}
