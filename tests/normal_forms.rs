//! Normal forms of every type: written twice they are the same, and they never panic.

use greenlane::model::{Grade, Words};
use greenlane::normalize::normal::{Type, compare, normal};
use proptest::prelude::*;
use std::sync::OnceLock;

fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| greenlane::app::builtin_rules().unwrap().vocabulary.words)
}

/// Values as people write them, and texts of the characters they are made of.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "KD",
            "200",
            "A",
            "型号：",
            "Model No. ",
            "Item",
            "有限公司",
            "Co., Ltd.",
            "宁波",
            "（深圳）",
            "公司：",
            "名称:",
            "(91330206MA2GRH5Q3Q)",
            "91330206MA2GRH5Q3Q",
            "GB 31701-2026",
            "F963–23",
            "ASTM",
            "EN 71-3:2019",
            "CNAS",
            "L0846",
            "8715.00.00.10",
            "2026年5月1日",
            "03/04/2026",
            "12 May 2026",
            "1,200.50",
            "kg",
            "lbs",
            "dozen",
            "套",
            "US$",
            "¥",
            "北仑海关(3104)",
            "port of ",
            "美国",
            "USA",
            "F09-F76",
            "NO.1-20",
            "批号:",
            "Lot No. ",
            "报告编号：",
            "ﬁ",
            "Ⅱ",
            "²",
            "½",
            "寧",
            "ß",
            "İ",
            "e\u{301}",
            "\u{200b}",
            "\u{a0}",
            "\u{3000}",
            "\n",
            "\r\n",
            "-",
            "－",
            "–",
            "/",
            "／",
            ".",
            ",",
            "，",
            ":",
            " ",
            "  ",
            "(",
            "）",
            "'",
            "’",
            "~",
            "～",
            "0",
            "七",
            "十",
        ])
        .prop_map(str::to_string),
        "[ -~]{0,4}",
        "\\PC{0,3}",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn a_normal_form_is_its_own_normal_form(text in texts()) {
        for kind in Type::ALL {
            let first = normal(kind, &text, words());
            let twice = normal(kind, &first.text, words());
            prop_assert_eq!(&first.text, &twice.text, "{} of {:?}", kind.as_str(), text);
        }
    }

    #[test]
    fn grades_are_the_same_both_ways(a in texts(), b in texts()) {
        for kind in Type::ALL {
            let there = compare(kind, &a, &b, words(), None).grade;
            let back = compare(kind, &b, &a, words(), None).grade;
            prop_assert_eq!(there, back, "{} {:?} / {:?}", kind.as_str(), &a, &b);
            prop_assert_eq!(there == Grade::Identical && a != b, false);
        }
    }
}

#[test]
fn normal_forms_of_every_type() {
    let cases = [
        (Type::Model, "型号：ＫＤ–200Ａ ", "KD-200A"),
        (
            Type::Company,
            "宁波贝禾（慈溪）有限公司(91330206MA2GRH5Q3Q)",
            "宁波贝禾(慈溪)有限公司",
        ),
        (Type::Report, "报告编号：SHT－26－0417", "SHT-26-0417"),
        (
            Type::Cnas,
            "中国认可 国际互认 检测 TESTING CNAS L0846",
            "L0846",
        ),
        (Type::Hs, "8715.00.00.10", "8715000010"),
        (Type::Standard, "F963–23", "ASTM F963-2023"),
        (Type::Standard, "GB31701—2026", "GB 31701-2026"),
        (Type::Standard, "EN 71-3:2019+A1", "EN 71-3:2019+A1"),
        (
            Type::CreditCode,
            "91330206 ma2grh5q3q",
            "91330206MA2GRH5Q3Q",
        ),
        (Type::Date, "2026年8月14日", "2026-08-14"),
        (Type::Quantity, "2 dozen", "24 pieces"),
        (Type::Quantity, "3套", "3 sets"),
        (Type::Quantity, "1,200", "1200"),
        (Type::Weight, "2 lbs", "0.907185 kg"),
        (Type::Weight, "1.5 t", "1500 kg"),
        (Type::Weight, "12.50", "12.5"),
        (Type::Money, "US$1,234.50", "USD 1234.5"),
        (Type::Money, "¥ 80", "¥ 80"),
        (Type::Money, "人民币1200元", "CNY 1200"),
        (Type::Money, "人民币 1,200.00 元", "CNY 1200"),
        (Type::Money, "RMB 80", "CNY 80"),
        (Type::Port, "北仑海关(3104)", "Beilun"),
        (Type::Country, "美国", "US"),
        (Type::Carton, "NO.F09~F76", "F9-F76"),
        (Type::Batch, "Lot No. B2-0417", "B2-0417"),
    ];
    for (kind, raw, expected) in cases {
        let found = normal(kind, raw, words());
        assert_eq!(found.text, expected, "{} {raw}", kind.as_str());
        assert!(
            found.text == raw || !found.steps.is_empty(),
            "{raw}: no step"
        );
    }
}

#[test]
fn values_of_other_types_are_graded() {
    let cases = [
        (Type::Hs, "8715.00.00.10", "8715000010", Grade::CleanUp),
        (Type::Date, "2026-05-01", "2026/5/1", Grade::CleanUp),
        (Type::Date, "03/04/2026", "2026-04-03", Grade::Different),
        (Type::Quantity, "2 dozen", "24 pcs", Grade::Alias),
        (Type::Quantity, "24", "24 pcs", Grade::Different),
        (Type::Quantity, "2 sets", "2 pairs", Grade::Different),
        (
            Type::Standard,
            "ASTM F963-23",
            "ASTM F963-17",
            Grade::Different,
        ),
        (
            Type::Standard,
            "ASTM F963-23",
            "ASTM F963–2023",
            Grade::Alias,
        ),
        (Type::Country, "USA", "美国", Grade::Alias),
        (Type::Report, "SHT-26-0417", "SHT-26-O417", Grade::Near),
        (Type::Batch, "/", "/", Grade::Different),
        (Type::Money, "人民币1200元", "CNY1200", Grade::CleanUp),
        (Type::Money, "USD 1200元", "USD 1200", Grade::Different),
        (Type::Date, "2026-02-30", "2026-02-30", Grade::Different),
        (Type::Date, "2026-02-28", "2026-02-28", Grade::Identical),
        (Type::Quantity, "some", "some", Grade::Different),
        (
            Type::Standard,
            "GB 31701-2026",
            "GB/T 31701-2026",
            Grade::Different,
        ),
        (
            Type::Standard,
            "GB 31701-2026",
            "GB 31701-2025",
            Grade::Different,
        ),
        (
            Type::Standard,
            "GB 31701-2026",
            "GB 31702-2026",
            Grade::Near,
        ),
        (Type::Cnas, "CNAS L0846", "L0846", Grade::CleanUp),
    ];
    for (kind, a, b, grade) in cases {
        let found = compare(kind, a, b, words(), None);
        assert_eq!(found.grade, grade, "{a} / {b}: {}", found.reason.en);
    }
}

#[test]
fn absurdly_long_names_are_bounded() {
    let long = "KD-200A ".repeat(20_000);
    let other = format!("{long}X");
    for kind in Type::ALL {
        let found = compare(kind, &long, &other, words(), None);
        assert_eq!(found.grade, Grade::Different, "{}", kind.as_str());
        assert!(found.reason.en.len() < 400, "{}", kind.as_str());
    }
}
