//! What sentences say, against meanings written by hand; and what no spelling may turn into a pass.

use greenlane::extract::Vocabulary;
use greenlane::model::ItemVerdict;
use greenlane::normalize::sentence::{About, Statement, Status};
use greenlane::normalize::{model, verdict};
use std::sync::OnceLock;

fn vocabulary() -> &'static Vocabulary {
    static KNOWN: OnceLock<Vocabulary> = OnceLock::new();
    KNOWN.get_or_init(|| greenlane::app::builtin_rules().unwrap().vocabulary)
}

#[derive(serde::Deserialize)]
struct Case {
    text: String,
    says: Vec<String>,
}

fn meaning(said: &Statement) -> Option<String> {
    let about = match said.about {
        About::This => "this",
        About::Other => "other",
        About::Standard => "standard",
    };
    // In a column of states only; elsewhere it says nothing.
    (said.status != Status::Good).then(|| {
        let name = format!("{:?}", said.status);
        let mut dashed = String::new();
        for (n, c) in name.chars().enumerate() {
            if c.is_uppercase() && n > 0 {
                dashed.push('-');
            }
            dashed.extend(c.to_lowercase());
        }
        format!("{about} {dashed}")
    })
}

#[test]
fn sentences_say_what_a_person_reads_in_them() {
    let cases: Vec<Case> = serde_yaml::from_str(include_str!("texts/sentences.yaml")).unwrap();
    assert!(cases.len() >= 60);
    let own = model::key("YT-26-3301");
    let mut wrong = Vec::new();
    for case in &cases {
        let said = vocabulary().sentences.statements(&case.text, Some(&own));
        let said = said.iter().filter(|s| vocabulary().sentences.stands(s));
        let mut said: Vec<String> = said.filter_map(meaning).collect();
        said.sort();
        said.dedup();
        let mut meant = case.says.clone();
        meant.sort();
        if said != meant {
            wrong.push(format!("{}: {said:?}, not {meant:?}", case.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words, ticks and boxes that are no plain pass.
const NO_PASS: [&str; 16] = [
    "不合格",
    "不符合",
    "Fail",
    "F",
    "NG",
    "待检",
    "pending",
    "N/T",
    "未检",
    "FALSE",
    "基本符合",
    "conditional pass",
    "☐合格 ☑不合格",
    "合格[ ] 不合格[ ]",
    "see remark",
    "不太合格",
];

#[test]
fn nothing_put_before_or_behind_makes_a_pass_of_what_is_none() {
    let words = &vocabulary().words;
    let pass = |text: &str| verdict::parse(text, words) == Some(ItemVerdict::Pass);
    let before = [
        "",
        "不",
        "未",
        "非",
        "未能",
        "not ",
        "no ",
        "部分",
        "预计",
        "partially ",
        "√ 未",
    ];
    let behind = [
        "",
        "?",
        "？",
        " pending",
        "（待复检）",
        " except 4.6",
        "，除甲醛外",
        "率90%",
        " 5",
        "项：3",
    ];
    for text in NO_PASS {
        for (a, b) in before
            .iter()
            .flat_map(|a| behind.iter().map(move |b| (a, b)))
        {
            assert!(!pass(&format!("{a}{text}{b}")), "{a}{text}{b}");
        }
    }
    for text in ["合格", "符合", "Pass", "Complies", "通过", "符合要求"] {
        assert!(pass(text), "{text}");
        for a in before.iter().skip(1) {
            assert!(!pass(&format!("{a}{text}")), "{a}{text}");
        }
        for b in behind.iter().skip(1).filter(|b| **b != " 5") {
            assert!(!pass(&format!("{text}{b}")), "{text}{b}");
        }
    }
}

#[test]
fn a_sentence_denied_or_taken_back_is_no_conclusion_that_passed() {
    let passed = |text: &str| {
        let said = vocabulary().sentences.statements(text, None);
        let is = |s: Status| said.iter().any(|x| x.status == s && x.about == About::This);
        is(Status::Passed) && !is(Status::Failed) && !is(Status::Qualified)
    };
    let plain = [
        "所检项目均符合GB 31701-2026的要求",
        "The sample complies with ASTM F963-23",
    ];
    for text in plain {
        assert!(passed(text), "{text}");
        for around in [
            "除甲醛外，{}",
            "{}, except clause 4.6",
            "如整改，则{}",
            "{}，甲醛不合格",
            "conditionally: {}",
            "经整改后{}",
        ] {
            let text = around.replace("{}", text);
            assert!(!passed(&text), "{text}");
        }
    }
}
