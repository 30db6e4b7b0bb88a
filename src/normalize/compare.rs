//! Grades: how close two spellings are, and in one line why they differ.

use super::differ::{LONGEST, difference, fewest_slips};
use super::look_alike;
use super::stated::is_unstated;
use super::text::{Step, clean, is_cjk, squeeze};
use super::{company, model};
use crate::model::{Grade, Lang, Say, Words};

/// A grade with its reason.
#[derive(Clone, Debug)]
pub struct Compared {
    pub grade: Grade,
    pub reason: Say,
}

pub fn graded(grade: Grade, reason: Say) -> Compared {
    Compared { grade, reason }
}

/// What is not stated matches nothing.
pub fn unstated() -> Compared {
    let reason = Say::new(
        "one of them states nothing: what is not stated matches nothing",
        "其中一方没有实际内容，不能视为相同",
    );
    graded(Grade::Different, reason)
}

/// Two model numbers (or report numbers, batches: codes whose every character counts).
/// `joined` says why the two are one, if the user joined them.
pub fn models(a: &str, b: &str, words: &Words, joined: Option<Say>) -> Compared {
    if is_unstated(a, words) || is_unstated(b, words) {
        return unstated();
    }
    if a == b {
        return graded(Grade::Identical, Say::default());
    }
    let labels = &words.model_labels;
    let (ca, cb) = (model::clean(a, labels), model::clean(b, labels));
    if is_unstated(&ca.text, words) || is_unstated(&cb.text, words) {
        return unstated();
    }
    if ca.text == cb.text {
        return graded(Grade::CleanUp, only(&ca.steps, &cb.steps));
    }
    // A line broken inside a code leaves no blank there.
    let whole = |raw: &str| {
        model::clean(&raw.replace(['\r', '\n'], ""), labels)
            .text
            .into_owned()
    };
    if (a.contains('\n') || b.contains('\n')) && whole(a) == whole(b) {
        return graded(Grade::CleanUp, only(&ca.steps, &cb.steps));
    }
    if let Some(reason) = joined {
        return graded(Grade::Alias, reason);
    }
    let Some(difference) = difference(&ca.text, &cb.text) else {
        return graded(Grade::Different, too_long());
    };
    let near = match (difference.slips(), difference.has_suffix()) {
        (0, false) => true,
        (0, true) => difference.is_suffix() || is_slip(&difference, &ca.text, &cb.text),
        _ => is_slip(&difference, &ca.text, &cb.text),
    };
    if near {
        return graded(Grade::Near, difference.reason());
    }
    graded(Grade::Different, Say::new("another model", "不是同一型号"))
}

/// One character more, less or other, or two neighbours exchanged, with four others in place:
/// short codes of one family differ by one character and are different goods.
fn is_slip(difference: &super::differ::Difference, a: &str, b: &str) -> bool {
    let spaced = |s: &str| s.chars().filter(|c| !is_cjk(*c)).count();
    difference.all_slips() == 1 && difference.shared() >= 4 && spaced(a) + spaced(b) > 0
}

/// How many characters of a key may differ where near ones are looked for; what is found is then
/// graded. Below four characters nothing is near.
pub fn typo_bound(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Two company names. `joined` says why they are one, if the user joined them.
pub fn companies(a: &str, b: &str, words: &Words, joined: Option<Say>) -> Compared {
    if is_unstated(a, words) || is_unstated(b, words) {
        return unstated();
    }
    let pa = company::parts(a, words);
    if a == b && pa.names_somebody() && !is_unstated(&pa.name, words) {
        return graded(Grade::Identical, Say::default());
    }
    let pb = company::parts(b, words);
    if !pa.names_somebody() || !pb.names_somebody() || is_unstated(&pa.name, words) {
        return unstated();
    }
    if let (Some(x), Some(y)) = (&pa.code, &pb.code)
        && x != y
    {
        let reason = Say::new(
            format!("two credit codes: {x} and {y}"),
            format!("信用代码不同：{x} 与 {y}"),
        );
        return graded(Grade::Different, reason);
    }
    if pa.name == pb.name {
        return graded(Grade::CleanUp, only(&pa.steps, &pb.steps));
    }
    if pa.code.is_some() && pa.code == pb.code {
        let reason = Say::new("two names with one credit code", "名称不同，信用代码相同");
        return graded(Grade::Alias, reason);
    }
    if let Some(reason) = joined {
        return graded(Grade::Alias, reason);
    }
    if company::is_chinese(&pa.core) != company::is_chinese(&pb.core) {
        let reason = Say::new(
            "two scripts: only a credit code or the alias table can join them",
            "文字不同：只有信用代码或别名表能证明是同一公司",
        );
        return graded(Grade::Different, reason);
    }
    if pa.core == pb.core {
        return same_core(&pa, &pb);
    }
    cores(&pa, &pb, words)
}

/// Names that differ in the legal form, or in traditional characters.
fn same_core(a: &company::Parts, b: &company::Parts) -> Compared {
    let mut reasons = Vec::new();
    if a.steps.contains(&Step::Traditional) != b.steps.contains(&Step::Traditional) {
        reasons.push(Say::new(
            "traditional and simplified characters",
            "繁体字与简体字",
        ));
    }
    let grade = match (&a.form, &b.form) {
        (Some((x, gx)), Some((y, gy))) => {
            let reason = if gx == gy {
                Say::new(
                    format!("legal form {x} / {y}"),
                    format!("公司形式 {x} / {y}"),
                )
            } else {
                Say::new(
                    format!("another legal form: {x} / {y}"),
                    format!("公司形式不同：{x} / {y}"),
                )
            };
            if x != y {
                reasons.push(reason);
            }
            if gx == gy { Grade::Alias } else { Grade::Near }
        }
        (None, Some((form, _))) => {
            reasons.push(Say::new(
                format!("legal form {form} missing"),
                format!("缺少公司形式 {form}"),
            ));
            Grade::Alias
        }
        (Some((form, _)), None) => {
            reasons.push(Say::new(
                format!("legal form {form} too many"),
                format!("多出公司形式 {form}"),
            ));
            Grade::Alias
        }
        (None, None) => Grade::Alias,
    };
    if reasons.is_empty() {
        reasons.push(Say::new(
            "the legal form is written another way",
            "公司形式的写法不同",
        ));
    }
    graded(grade, in_one_line(&reasons))
}

fn cores(a: &company::Parts, b: &company::Parts, words: &Words) -> Compared {
    let ((oa, ia), (ob, ib)) = (company::brackets(&a.core), company::brackets(&b.core));
    if ia.len() != ib.len() && squeeze(&a.core) != squeeze(&b.core) && squeeze(&oa) == squeeze(&ob)
    {
        let (part, side) = if ia.len() > ib.len() {
            (ia.join(", "), ("too many", "多出"))
        } else {
            (ib.join(", "), ("missing", "缺少"))
        };
        let reason = Say::new(
            format!("“({part})” {}: another name", side.0),
            format!("{}“（{part}）”：不是同一名称", side.1),
        );
        return graded(Grade::Different, reason);
    }
    if ia.len() == ib.len() {
        for (x, y) in ia.iter().zip(&ib) {
            if squeeze(x) != squeeze(y) && near_names(x, y, words).is_none() {
                let reason = Say::new(
                    format!("“({x})” for “({y})”: another name"),
                    format!("“（{x}）”与“（{y}）”：不是同一名称"),
                );
                return graded(Grade::Different, reason);
            }
        }
    }
    let near = near_names(&a.core, &b.core, words).or_else(|| near_names(&a.name, &b.name, words));
    let Some(reason) = near else {
        return graded(Grade::Different, Say::new("another name", "不是同一名称"));
    };
    let mut reasons = vec![reason];
    if let (Some((x, gx)), Some((y, gy))) = (&a.form, &b.form)
        && gx != gy
    {
        reasons.push(Say::new(
            format!("another legal form: {x} / {y}"),
            format!("公司形式不同：{x} / {y}"),
        ));
    }
    graded(Grade::Near, in_one_line(&reasons))
}

/// Why two names may be one name miswritten; nothing when they may not.
fn near_names(a: &str, b: &str, words: &Words) -> Option<Say> {
    let fewest = fewest_slips(a, b)?;
    let chinese = a.chars().chain(b.chars()).any(is_cjk);
    if chinese && fewest > 1 {
        return None;
    }
    // Words may be abbreviations: of those that differ more, word by word.
    let whole = match fewest {
        0 | 1 => Some(difference(a, b)?),
        _ => None,
    };
    if let Some(whole) = whole.as_ref().filter(|w| w.all_slips() == 0) {
        return Some(whole.reason());
    }
    if let Some(whole) = whole.filter(|_| chinese) {
        let telling = whole
            .slipped()
            .any(|c| words.telling_characters.contains(&c));
        return (whole.all_slips() == 1 && whole.shared() >= 4 && !telling).then(|| whole.reason());
    }
    let article = |w: &&str| !matches!(*w, "THE" | "OF");
    let (wa, wb): (Vec<&str>, Vec<&str>) = (
        split_words(a).filter(article).collect(),
        split_words(b).filter(article).collect(),
    );
    if wa.len() != wb.len() {
        return None;
    }
    let mut reasons = Vec::new();
    let mut slips = 0;
    for (x, y) in wa.iter().zip(&wb).filter(|(x, y)| x != y) {
        let (reason, is_slip) = near_words(x, y, words)?;
        slips += usize::from(is_slip);
        reasons.push(reason);
    }
    if reasons.is_empty() {
        reasons.push(Say::new("an article missing or too many", "冠词有无不同"));
    }
    let equal = wa.len() - reasons.len().min(wa.len());
    (slips <= 2 && (equal > 0 || slips == 0 || wa.len() == 1)).then(|| in_one_line(&reasons))
}

/// Words of letters, digits and apostrophes; `&` and `+` are words.
fn split_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '&' | '+' | '.')))
        .flat_map(|w| w.split_inclusive(['&', '+']))
        .flat_map(|w| {
            let end = w.len() - usize::from(w.len() > 1 && w.ends_with(['&', '+']));
            [w.get(..end).unwrap_or(w), w.get(end..).unwrap_or("")]
        })
        .filter(|w| w.chars().any(|c| c != '.'))
}

/// Why two words may be one word, and whether by a slip.
fn near_words(a: &str, b: &str, words: &Words) -> Option<(Say, bool)> {
    let (bare_a, bare_b) = (a.trim_end_matches('.'), b.trim_end_matches('.'));
    let group = |w: &str| words.abbreviations.get(w);
    let (short, long) = if bare_a.len() < bare_b.len() {
        (a, bare_b)
    } else {
        (b, bare_a)
    };
    let cut_short =
        short.ends_with('.') && short.len() > 3 && long.starts_with(short.trim_end_matches('.'));
    let joined_by_list = group(bare_a).is_some() && group(bare_a) == group(bare_b);
    if bare_a == bare_b || cut_short || joined_by_list {
        let reason = Say::new(format!("{a} for {b}"), format!("{a} 与 {b}"));
        return Some((reason, false));
    }
    if fewest_slips(bare_a, bare_b)? > 2 && singular(bare_a) != singular(bare_b) {
        return None;
    }
    let difference = difference(bare_a, bare_b)?;
    let reason = || {
        let why = difference.reason();
        Say::new(
            format!("{a} for {b} ({})", why.en),
            format!("{a} 与 {b}（{}）", why.zh),
        )
    };
    if difference.all_slips() == 0 || singular(bare_a) == singular(bare_b) {
        return Some((reason(), false));
    }
    let letters = |w: &str| w.chars().all(|c| !c.is_ascii_digit());
    let slip = difference.shared() >= 4
        && match difference.all_slips() {
            1 => true,
            2 => bare_a.len().max(bare_b.len()) >= 6,
            _ => false,
        };
    (slip && (letters(bare_a) || letters(bare_b))).then(|| (reason(), true))
}

fn singular(word: &str) -> String {
    let stems = [("IES", "Y"), ("ES", ""), ("S", "")];
    stems
        .iter()
        .find_map(|(ending, stem)| {
            let root = word.strip_suffix(ending)?;
            (root.len() >= 3).then(|| format!("{root}{stem}"))
        })
        .unwrap_or_else(|| word.to_string())
}

/// Any other text: identical, clean-up or different.
pub fn texts(a: &str, b: &str) -> Compared {
    if a == b {
        return graded(Grade::Identical, Say::default());
    }
    let (ca, cb) = (clean(a), clean(b));
    if ca.text == cb.text {
        return graded(Grade::CleanUp, only(&ca.steps, &cb.steps));
    }
    graded(Grade::Different, Say::new("another text", "内容不同"))
}

fn too_long() -> Say {
    Say::new(
        format!("longer than {LONGEST} characters: no name is"),
        format!("超过 {LONGEST} 个字符，不是名称"),
    )
}

/// What two texts that are the same after clean-up differ in: the steps of one of them.
pub fn only(a: &[Step], b: &[Step]) -> Say {
    let one_sided = |x: &[Step], y: &[Step]| -> Vec<Step> {
        x.iter().filter(|s| !y.contains(s)).copied().collect()
    };
    let mut steps = one_sided(a, b);
    steps.extend(one_sided(b, a));
    if steps.is_empty() {
        steps.extend(a.iter().chain(b));
    }
    steps.sort_unstable();
    steps.dedup();
    let parts: Vec<Say> = steps.iter().map(|s| s.what()).collect();
    let join = |lang, mark: &str| -> String {
        let all: Vec<&str> = parts.iter().map(|p| p.get(lang)).collect();
        all.join(mark)
    };
    Say::new(
        format!("differs only in {}", join(Lang::En, ", ")),
        format!("仅{}不同", join(Lang::Zh, "、")),
    )
}

fn in_one_line(reasons: &[Say]) -> Say {
    let join = |lang, mark: &str| -> String {
        let all: Vec<&str> = reasons.iter().map(|p| p.get(lang)).collect();
        all.join(mark)
    };
    Say::new(join(Lang::En, "; "), join(Lang::Zh, "；"))
}

/// The key under which near spellings of a code lie close together: what it looks like.
pub fn shape_key(text: &str) -> String {
    text.chars().flat_map(look_alike::shape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_one_line() {
        let words = Words {
            model_labels: vec!["型号".to_string()],
            legal_forms: vec![vec!["coltd".to_string(), "limited".to_string()]],
            ..Words::default()
        };
        let reason = |a: &str, b: &str| models(a, b, &words, None).reason.en;
        assert_eq!(
            reason("KD（A）", "KD(A)"),
            "differs only in full-width brackets"
        );
        assert_eq!(
            reason("型号：KD-200A", "KD-200A"),
            "differs only in a label in front"
        );
        assert_eq!(
            reason("KD-2O0A", "KD-200A"),
            "letter O for digit 0 at position 5"
        );
        let compared = companies("Beile Co., Ltd.", "Beile Limited", &words, None);
        assert_eq!(compared.reason.en, "legal form Co., Ltd. / Limited");
    }
}
