//! The inventory of reports as a table, as CSV and as JSON.

use super::escape::{line, short};
use super::json::shape::{DAY, Tool};
use super::paint::{BOLD, paint, wrap};
use crate::model::{Held, HeldFamily, HeldModel, Hold, Inventory, Lang};
use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use schemars::JsonSchema;
use serde::Serialize;

pub const SCHEMA: &str = "greenlane.inventory/1";

fn word(hold: Hold, lang: Lang) -> &'static str {
    let (en, zh) = match hold {
        Hold::Covered => ("covered", "有效"),
        Hold::Lapsing => ("LAPSING", "即将到期"),
        Hold::Undecided => ("UNDECIDED", "无法判定"),
        Hold::Lapsed => ("LAPSED", "已过期"),
        Hold::Replaced => ("REPLACED", "已被替代"),
        Hold::NotCovered => ("NOT COVERED", "不符合"),
        Hold::Missing => ("MISSING", "缺报告"),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// The inventory for a person: a table for each lane, then why something is not covered.
pub fn table(inventory: &Inventory, lang: Lang, width: usize) -> String {
    let mut out = String::new();
    let mut lanes: Vec<Option<&str>> = Vec::new();
    for family in &inventory.families {
        if !lanes.contains(&family.lane.as_deref()) {
            lanes.push(family.lane.as_deref());
        }
    }
    for lane in lanes {
        let families: Vec<&HeldFamily> = inventory
            .families
            .iter()
            .filter(|f| f.lane.as_deref() == lane)
            .collect();
        section(&mut out, &families, lang, width);
    }
    if inventory.families.is_empty() {
        out.push_str(lang.say("No report was found.\n", "没有找到检测报告。\n"));
    }
    if !inventory.in_no_family.is_empty() {
        let list = short(&inventory.in_no_family.join(", "), 300);
        let text = match lang {
            Lang::En => format!("In no family: {list}."),
            Lang::Zh => format!("不属于任何系列：{list}。"),
        };
        wrap(&mut out, "", &text, width);
    }
    for problem in &inventory.problems {
        let text = format!("{}: {}.", problem.path, problem.message.get(lang));
        wrap(&mut out, "! ", &line(&text), width);
    }
    let days = inventory.within_days;
    let closing = match lang {
        Lang::En => format!(
            "As of {}; lapsing means within {days} days. A date of end is shown where the lane's parameter max_report_age_days is set. {}",
            inventory.as_of,
            super::table::notice(lang)
        ),
        Lang::Zh => format!(
            "判定日期 {}；“即将到期”指 {days} 天内。设置了通道参数 max_report_age_days 才显示有效期。{}",
            inventory.as_of,
            super::table::notice(lang)
        ),
    };
    wrap(&mut out, "", &closing, width);
    out
}

/// The families of one lane.
fn section(out: &mut String, families: &[&HeldFamily], lang: Lang, width: usize) {
    let title = families.first().map_or("", |f| f.title.get(lang));
    let title = match title {
        "" => lang.say("No lane known", "未知通道"),
        title => title,
    };
    out.push_str(&paint(BOLD, &line(title)));
    out.push('\n');
    // Without families each model is one; then its name need not stand twice.
    let named = families
        .iter()
        .any(|f| f.models.iter().any(|m| m.model != f.family));
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(80));
    let head = match lang {
        Lang::En => [
            "family", "model", "state", "report", "edition", "issued", "until", "lab",
        ],
        Lang::Zh => [
            "系列",
            "型号",
            "状态",
            "报告",
            "标准",
            "签发",
            "有效至",
            "实验室",
        ],
    };
    let kept =
        |row: [String; 8]| -> Vec<String> { row.into_iter().skip(usize::from(!named)).collect() };
    table.set_header(kept(head.map(str::to_string)));
    for family in families {
        for (i, model) in family.models.iter().enumerate() {
            let name = if i == 0 { family.family.as_str() } else { "" };
            table.add_row(kept(row(name, model, lang)));
        }
    }
    // Dates and lab numbers are not broken over lines.
    for back in 1..=3 {
        let column = 8 - usize::from(!named) - back;
        if let Some(column) = table.column_mut(column) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    for text in table.lines() {
        out.push_str(text.trim_end());
        out.push('\n');
    }
    for model in families.iter().flat_map(|f| &f.models) {
        remarks(out, model, lang, width);
    }
    out.push('\n');
}

fn row(family: &str, model: &HeldModel, lang: Lang) -> [String; 8] {
    let held = model.report.as_ref();
    let of = |pick: &dyn Fn(&Held) -> String| {
        let text = held.map(pick).filter(|t| !t.is_empty());
        text.map_or_else(|| "—".to_string(), |t| line(&t))
    };
    [
        line(family),
        line(&model.model),
        word(model.hold, lang).to_string(),
        of(&|h| h.number.clone()),
        of(&|h| h.edition.clone()),
        of(&|h| h.issued.clone().unwrap_or_default()),
        of(&|h| h.until.clone().unwrap_or_default()),
        of(&|h| match h.cnas.as_str() {
            "" => short(&h.lab, 16),
            cnas => cnas.to_string(),
        }),
    ]
}

/// What keeps a model from being covered, in words.
fn remarks(out: &mut String, model: &HeldModel, lang: Lang, width: usize) {
    let name = line(&model.model);
    if let Some(by) = model.report.as_ref().and_then(|h| h.replaced_by.as_ref()) {
        let text = match lang {
            Lang::En => format!(
                "{name}: replaced by {by}, which does not name it or was not judged to cover it."
            ),
            Lang::Zh => format!("{name}：报告已被 {by} 替代，新报告未列该型号或未能覆盖。"),
        };
        wrap(out, "  · ", &line(&text), width);
    }
    if let Some(nearest) = &model.nearest {
        let text = match lang {
            Lang::En => format!("{name} stands in no report; {nearest} does."),
            Lang::Zh => format!("没有报告写 {name}；有报告写 {nearest}。"),
        };
        wrap(out, "  · ", &line(&text), width);
    }
    for (rule, reason) in &model.reasons {
        let text = format!("{name}: {} ({rule})", reason.get(lang));
        wrap(out, "  · ", &line(&text), width);
    }
}

/// One row per family, lane and model; texts that a spreadsheet would run are defused.
///
/// # Errors
/// None in practice: it writes to memory.
pub fn csv(inventory: &Inventory, lang: Lang) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "family",
        "lane",
        "model",
        "state",
        "report",
        "edition",
        "lab",
        "cnas_no",
        "issued",
        "until",
        "days_left",
        "replaced_by",
        "nearest",
        "path",
        "at",
        "reasons",
    ])?;
    for family in &inventory.families {
        for model in &family.models {
            let held = model.report.as_ref();
            let of =
                |pick: &dyn Fn(&Held) -> Option<String>| held.and_then(pick).unwrap_or_default();
            let reasons: Vec<String> = model
                .reasons
                .iter()
                .map(|(rule, reason)| format!("{rule}: {}", reason.get(lang)))
                .collect();
            let cells = [
                family.family.clone(),
                family.lane.clone().unwrap_or_default(),
                model.model.clone(),
                model.hold.as_str().to_string(),
                of(&|h| Some(h.number.clone())),
                of(&|h| Some(h.edition.clone())),
                of(&|h| Some(h.lab.clone())),
                of(&|h| Some(h.cnas.clone())),
                of(&|h| h.issued.clone()),
                of(&|h| h.until.clone()),
                of(&|h| h.days_left.map(|d| d.to_string())),
                of(&|h| h.replaced_by.clone()),
                model.nearest.clone().unwrap_or_default(),
                of(&|h| Some(h.path.clone())),
                of(&|h| Some(h.at.clone())),
                reasons.join("; "),
            ];
            writer.write_record(cells.map(|c| super::escape::cell(&c)))?;
        }
    }
    let bytes = writer
        .into_inner()
        .map_err(|e| csv::Error::from(e.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// `greenlane.inventory/1`.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Inventory")]
pub struct Out<'a> {
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    tool: Tool,
    #[schemars(regex(pattern = DAY))]
    as_of: &'a str,
    /// A report that ends within so many days is `lapsing`.
    within_days: i64,
    #[schemars(extend("enum" = [0, 1, 3]))]
    exit_code: u8,
    families: Vec<FamilyOut<'a>>,
    /// Models reports name that no family takes.
    in_no_family: &'a [String],
    problems: Vec<ProblemOut<'a>>,
    notice: &'static str,
}

/// A SKU family in a lane.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Family")]
struct FamilyOut<'a> {
    family: &'a str,
    /// None where nothing says which lane the family is for.
    lane: Option<&'a str>,
    state: Hold,
    models: Vec<ModelOut<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Model")]
struct ModelOut<'a> {
    model: &'a str,
    state: Hold,
    report: Option<ReportOut<'a>>,
    /// A spelling some report has, where this one stands in none.
    nearest: Option<&'a str>,
    reasons: Vec<ReasonOut<'a>>,
}

/// The report that speaks for a model.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Report")]
struct ReportOut<'a> {
    number: &'a str,
    /// The lane's standard as the report names it.
    edition: &'a str,
    lab: &'a str,
    cnas_no: &'a str,
    issued: Option<&'a str>,
    /// The last day by the lane's greatest age; none where no age is set.
    until: Option<&'a str>,
    days_left: Option<i64>,
    replaced_by: Option<&'a str>,
    path: &'a str,
    /// Where its number stands.
    at: &'a str,
}

/// Why a report does not count.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Reason")]
struct ReasonOut<'a> {
    rule: &'a str,
    message: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
struct ProblemOut<'a> {
    code: &'a str,
    path: &'a str,
    message: &'a str,
}

/// The inventory in one language, indented, with a line break at its end.
pub fn json(inventory: &Inventory, lang: Lang) -> String {
    let out = Out {
        schema: SCHEMA,
        tool: Tool::this(),
        as_of: &inventory.as_of,
        within_days: inventory.within_days,
        exit_code: inventory.exit_code,
        families: inventory.families.iter().map(|f| family(f, lang)).collect(),
        in_no_family: &inventory.in_no_family,
        problems: inventory
            .problems
            .iter()
            .map(|p| ProblemOut {
                code: p.code,
                path: &p.path,
                message: p.message.get(lang),
            })
            .collect(),
        notice: super::table::notice(lang),
    };
    super::escape::json(&out)
}

fn family(family: &HeldFamily, lang: Lang) -> FamilyOut<'_> {
    FamilyOut {
        family: &family.family,
        lane: family.lane.as_deref(),
        state: family.hold,
        models: family.models.iter().map(|m| model(m, lang)).collect(),
    }
}

fn model(model: &HeldModel, lang: Lang) -> ModelOut<'_> {
    let reasons = model.reasons.iter().map(|(rule, reason)| ReasonOut {
        rule,
        message: reason.get(lang),
    });
    ModelOut {
        model: &model.model,
        state: model.hold,
        report: model.report.as_ref().map(|h| ReportOut {
            number: &h.number,
            edition: &h.edition,
            lab: &h.lab,
            cnas_no: &h.cnas,
            issued: h.issued.as_deref(),
            until: h.until.as_deref(),
            days_left: h.days_left,
            replaced_by: h.replaced_by.as_deref(),
            path: &h.path,
            at: &h.at,
        }),
        nearest: model.nearest.as_deref(),
        reasons: reasons.collect(),
    }
}
