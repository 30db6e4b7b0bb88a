//! The one way of comparing what papers state. A value is held against those of another paper as
//! what it is (a party, a model, a number, a country, a material), and the closest pair tells: the
//! same, or apart in a way that is named and graded. Only the same passes: a text that merely holds
//! the other, names in two scripts, and what cannot be read are apart, or undecided where nothing
//! here can tell.

use super::why::Why;
use super::{Ctx, Detail};
use crate::link::{Group, Value};
use crate::model::{Grade, Say};
use crate::normalize::compare::{self, Compared};
use crate::normalize::text::{clean, fold, squeeze};
use crate::normalize::{company, country};
use serde::Deserialize;

/// As what two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum As {
    /// A company: its legal form, an alias and a credit code tell.
    Party,
    /// A model, a batch, a number: every character counts, clean-up aside.
    Model,
    /// One number, or a list of numbers of which one is the other's.
    Number,
    Country,
    /// Materials, each by its own name; words that say nothing of what they are left aside.
    Material,
}

/// Two values that are not the same, the closest of those that were compared.
pub struct Apart {
    /// The value that is judged.
    pub own: Value,
    /// The value it is held against.
    pub other: Value,
    pub compared: Compared,
    /// Nothing here can tell whether they are one.
    pub unsure: bool,
}

/// How the values of one paper are apart from those of another; nothing where one is the same as one
/// of the other's, to a grade that still passes, or where a paper states none.
pub fn apart(
    group: &Group<'_>,
    kind: As,
    own: &[Value],
    others: &[Value],
    passing: Grade,
) -> Option<Apart> {
    let mut closest: Option<(Compared, Value, Value)> = None;
    let pairs = own.iter().flat_map(|a| others.iter().map(move |b| (a, b)));
    for (a, b) in pairs {
        let compared = compared(group, kind, a, b);
        if compared.grade <= passing {
            return None;
        }
        if closest
            .as_ref()
            .is_none_or(|(c, ..)| compared.grade < c.grade)
        {
            closest = Some((compared, *a, *b));
        }
    }
    let (compared, own, other) = closest?;
    let unsure = compared.grade == Grade::Different && unsure(group, kind, &own, &other);
    Some(Apart {
        own,
        other,
        compared,
        unsure,
    })
}

impl Apart {
    /// The failure, or the doubt where nothing can tell, with both places.
    pub fn detail(self, group: &Group<'_>, differs: Why, unsure: Why) -> Detail {
        let detail = match self.unsure {
            true => Detail::unknown(unsure, self.own),
            false => Detail::fail(differs, self.own),
        };
        detail.against(group, self.other, self.compared)
    }
}

/// How two names of a party differ; nothing where they are one: the same after clean-up, by a legal
/// form, an alias or a credit code. A name that merely holds the other is another.
pub fn party(group: &Group<'_>, a: &Value, b: &Value) -> Option<Compared> {
    let compared = group.parties(a, b);
    (compared.grade > Grade::Alias).then_some(compared)
}

/// Two values as what they are.
pub fn compared(group: &Group<'_>, kind: As, a: &Value, b: &Value) -> Compared {
    let (x, y) = (group.raw(a), group.raw(b));
    let words = &group.vocabulary.words;
    let graded = |same: bool| {
        let grade = if same {
            Grade::Identical
        } else {
            Grade::Different
        };
        compare::graded(grade, Say::default())
    };
    match kind {
        As::Party => group.parties(a, b),
        As::Model => compare::models(x, y, words, None),
        As::Number if same_number(x, y) => graded(true),
        As::Number => compare::models(x, y, words, None),
        As::Country => {
            let code = |text| country::code(text, &words.countries);
            graded(squeeze(x) == squeeze(y) || code(x).is_some() && code(x) == code(y))
        }
        // What the other names must stand in the one that is judged, each by itself.
        As::Material => {
            let (own, other) = (
                materials(x, &words.material_words),
                materials(y, &words.material_words),
            );
            graded(other.iter().all(|one| own.contains(one)))
        }
    }
}

/// Whether two values that differ may be one all the same, for all that is known here.
fn unsure(group: &Group<'_>, kind: As, a: &Value, b: &Value) -> bool {
    let (x, y) = (group.raw(a), group.raw(b));
    let two_scripts = company::is_chinese(x) != company::is_chinese(y);
    match kind {
        As::Party => two_scripts,
        As::Model | As::Number => false,
        As::Country => {
            let unread = |text| country::code(text, &group.vocabulary.words.countries).is_none();
            unread(x) || unread(y)
        }
        As::Material => {
            let (x, y) = (fold(x.trim()), fold(y.trim()));
            two_scripts || x.contains(&y) || y.contains(&x)
        }
    }
}

/// Two numbers, or lists of numbers, with one in common; case and clean-up aside.
fn same_number(a: &str, b: &str) -> bool {
    let (a, b) = (clean(a).text.to_uppercase(), clean(b).text.to_uppercase());
    let marks = [',', ';', '/', '、', ' ', '\n'];
    let parts = |text: &'_ str| -> Vec<String> {
        text.split(marks)
            .map(str::trim)
            .filter(|p| p.len() >= 3)
            .map(str::to_string)
            .collect()
    };
    a == b || parts(&a).iter().any(|p| *p == b || parts(&b).contains(p))
}

/// The materials a field names, without the words that say nothing of what they are.
fn materials(raw: &str, plain: &[String]) -> Vec<String> {
    let parts = raw.split(['、', ',', '，', ';', '；', '/', '+', '\n']);
    let bare = parts.map(|part| {
        let mut text = fold(part).trim().to_string();
        let words = plain
            .iter()
            .filter(|w| w.chars().count() < text.chars().count());
        let mut ends: Vec<&str> = words.map(String::as_str).collect();
        ends.sort_by_key(|w| std::cmp::Reverse(w.len()));
        for word in ends {
            let rest = text.strip_suffix(word).map(str::to_string);
            let whole =
                |r: &String| !word.is_ascii() || r.ends_with(|c: char| !c.is_alphanumeric());
            if let Some(rest) = rest.filter(whole) {
                text = rest.trim().to_string();
            }
        }
        squeeze(&text)
    });
    let mut all: Vec<String> = bare.filter(|m| !m.is_empty()).collect();
    all.sort();
    all.dedup();
    all
}

/// A shorter name stands in many others.
const LEAST: usize = 4;

/// Whether an issuer's name holds a party's, its legal form left aside: `… Toys Co., Ltd. Testing
/// Laboratory`, `…有限公司检测中心`.
pub fn bears_name(ctx: &Ctx<'_>, issuer: &str, party: &str) -> bool {
    let core = squeeze(&company::parts(party, &ctx.group.vocabulary.words).core);
    core.chars().count() >= LEAST && squeeze(issuer).contains(&core)
}
