//! What each check requires, in words: for `explain` and the catalogue of `rules/README.md`.

use crate::model::Say;

/// Name, English, Chinese.
const MEANINGS: &[(&str, &str, &str)] = &[
    (
        "accreditation",
        "The report shows a laboratory's CNAS number, and marks no required item as outside it.",
        "报告有 CNAS 实验室编号，要求的项目均未注明在认可范围外。",
    ),
    (
        "agree",
        "Parties and reference numbers are the same in all documents that state them.",
        "各单证所写的当事方和编号一致。",
    ),
    (
        "aligned",
        "Names and models are spelled one way in all documents.",
        "各单证中名称和型号写法一致。",
    ),
    (
        "amendment",
        "A report that replaces or adds to another names it.",
        "更改或补充报告写明原报告编号。",
    ),
    (
        "batch_output",
        "The processing log's product and output for a line's batches fit what is declared.",
        "加工记录中该项批次的产品与产出同申报相符。",
    ),
    (
        "certified",
        "Every material of a line's batch has a certificate of its supplier that was valid when it was made.",
        "该项批次的每种原料都有其供应商在生产时有效的证书。",
    ),
    (
        "checklist",
        "Each thing to have ready is answered in the shipment's manifest.",
        "清单中各项准备事宜均已填写。",
    ),
    (
        "code_fits",
        "A line's HS code and its description name the same goods, by a table of words.",
        "商品编号与品名所指货物一致（按词表）。",
    ),
    (
        "consistent",
        "Conclusion, verdicts of items and plain numeric limits say the same.",
        "结论、单项判定与限值一致。",
    ),
    (
        "covers",
        "Every required item stands in the report as a row of its own, with a pass.",
        "要求的每个项目在报告中单独列出并合格。",
    ),
    (
        "current",
        "The report is not void, not a draft, not replaced, not too old.",
        "报告未作废、非草稿、未被替代、未过期。",
    ),
    (
        "direction",
        "The form's title and the flag in its number say export.",
        "单证标题和编号标志均为出口。",
    ),
    (
        "edition",
        "The report is to this standard in exactly this edition.",
        "报告依据该标准的这一版本。",
    ),
    (
        "editions",
        "Every standard a report names carries its edition.",
        "报告写到的每个标准都有年号。",
    ),
    (
        "elements",
        "The declared elements say of model and brand what the columns say.",
        "申报要素中的型号、品牌与各栏一致。",
    ),
    (
        "filled",
        "No used field holds a placeholder, an error value or a formula that was never calculated.",
        "所用字段没有占位内容、错误值或未计算的公式。",
    ),
    (
        "format",
        "A number is written as it must be: digits, length, check character.",
        "编号的位数、长度、校验位正确。",
    ),
    (
        "found_in",
        "A line's model, batch or report number stands in the packing list, a report or a log.",
        "该项的型号、批号或报告编号出现在装箱单、报告或记录中。",
    ),
    (
        "goods",
        "Code and words of a line name goods the lane covers, and agree.",
        "商品编号与品名均属本通道货物，且互不矛盾。",
    ),
    (
        "identified",
        "A report shows what it is, who issued it, its number on every page, all its pages, and its end.",
        "报告写明标题、机构、每页编号、完整页码和结束标志。",
    ),
    (
        "in_list",
        "A line's HS code stands in the user's pilot list.",
        "商品编号在用户提供的试点清单内。",
    ),
    (
        "lab_scope",
        "The lab register lists the laboratory for the standard, valid at issue, no required item excluded.",
        "实验室名录中该实验室对该标准的认可在签发时有效，且未排除所需项目。",
    ),
    (
        "matches",
        "What a certificate says of goods agrees, field by field, with the lines that declare them.",
        "证书所列内容与对应申报项逐项一致。",
    ),
    (
        "note",
        "What the destination asks for besides; said once, never a verdict.",
        "目的地的其他要求；仅作提示，不影响结论。",
    ),
    (
        "one_version",
        "Each paper is there in one version.",
        "每份单证只有一个版本。",
    ),
    (
        "ports",
        "Fields that name where the goods leave name one port, or parts of one.",
        "各出境地点栏目指同一港口或其组成部分。",
    ),
    (
        "one_of",
        "At least one of several fields names an entry of a list.",
        "所列字段中至少一个属于给定清单。",
    ),
    (
        "one_spelling",
        "A party is named in full, in one spelling throughout the report.",
        "报告中一方名称用全称且只有一种写法。",
    ),
    (
        "order",
        "Days follow each other as they must; the lane is in force.",
        "日期先后正确。",
    ),
    (
        "overall",
        "No overall statement or bundle stands in place of items.",
        "不以总体结论或合并项目代替逐项结果。",
    ),
    (
        "provided",
        "Documents of these kinds are there and were read.",
        "这些单证齐全且已读取。",
    ),
    (
        "results",
        "No item failed, and the conclusion agrees with the items.",
        "无不合格项目，结论与各项一致。",
    ),
    (
        "same",
        "A name or number is spelled in the report as in the declaration.",
        "名称或编号在报告与报关单中写法相同。",
    ),
    (
        "stated",
        "A report states each of these fields, leaving nothing open, its dates in order.",
        "报告写明各字段，不留空泛内容，日期先后正确。",
    ),
    (
        "third_party",
        "The report is issued by a laboratory that is neither applicant nor manufacturer.",
        "报告由委托方和生产方以外的实验室出具。",
    ),
    (
        "total",
        "Sums agree: quantities, cartons, weights, values, and totals as stated with what stands above them.",
        "合计一致：数量、箱数、重量、金额，以及合计行与各行之和。",
    ),
    (
        "traceable",
        "Each model's production batch is stated and is the same in all documents.",
        "每个型号均写明生产批号且各单证一致。",
    ),
    (
        "unique",
        "A carton number stands in one list, one lane and one shipment only.",
        "同一箱号只出现在一份装箱单、一个通道、一票货物中。",
    ),
    (
        "unmixed",
        "Nothing but goods of the lane in the declaration and its cartons.",
        "报关单及纸箱内只有本通道货物。",
    ),
    (
        "wording",
        "None of the words of a list stands in a report that claims otherwise.",
        "声称相反内容的报告中没有所列用语。",
    ),
];

/// What a check requires.
pub fn of(check: &str) -> Option<Say> {
    let found = MEANINGS.iter().find(|(name, _, _)| *name == check);
    found.map(|(_, en, zh)| Say::new(*en, *zh))
}
