//! Which report each line relies on in a lane: the one it names, else the one that spells its
//! model best, is to the lane's edition, is still current, and is newest.

mod foremost;

use crate::check::{Classified, Ctx, Detail, Parameters, Reliance, found_in};
use crate::link::{Group, Key, Line, Report, ReportSource, Shipment, Value, number_key};
use crate::model::{FieldId, Grade, Problem, Say, work};
use crate::normalize::date::ReadDate;
use crate::normalize::standard::full_year;
use crate::normalize::{cnas, compare, standard};
use crate::pack::Pack;
use foremost::Foremost;
use jiff::civil::Date;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// By line: the report it relies on; `None` for lines the lane does not select. And what had to be
/// chosen between, said once for each choice.
pub fn choose(
    group: &Group<'_>,
    shipment: &Shipment,
    pack: &Pack,
    parameters: &Parameters,
    goods: &[Classified],
    as_of: Date,
) -> (Vec<Option<Reliance>>, Vec<Problem>) {
    let ctx = Ctx {
        group,
        shipment,
        parameters,
        as_of,
        from: pack.from,
        until: pack.until,
        goods,
        lanes: &[],
        reliance: &[],
        twice: &[],
    };
    let mut choices = Choices {
        reports_declared: shipment
            .declarations
            .iter()
            .any(|d| states_reports(group, *d)),
        ..Choices::default()
    };
    let chosen = shipment
        .lines
        .iter()
        .enumerate()
        .map(|(i, line)| {
            ctx.is_selected(i)
                .then(|| for_line(&ctx, pack, line, &mut choices))
                .flatten()
        })
        .collect();
    (chosen, choices.problems(group))
}

/// Why one report was taken and not another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    Declared,
    CnasDeclared,
    Edition,
    NotReplaced,
    Spelling,
    Newest,
    /// Nothing tells them apart.
    Open,
    /// The declaration names a report that does not name the model, or is not here.
    NotAsDeclared,
}

impl Why {
    fn say(self) -> Say {
        let (en, zh) = match self {
            Why::Declared => ("the declaration names it", "报关单写明了该报告"),
            Why::CnasDeclared => (
                "the declaration names its laboratory",
                "报关单写明了该实验室编号",
            ),
            Why::Edition => (
                "it is to the lane's edition",
                "依据的是本通道要求的标准版本",
            ),
            Why::NotReplaced => ("the other was replaced", "另一份已被替代"),
            Why::Spelling => ("it spells the model closer", "型号写法更接近"),
            Why::Newest => ("it is the newest", "签发日期最新"),
            Why::Open => ("nothing tells which one counts", "无法判断以哪一份为准"),
            Why::NotAsDeclared => (
                "the declared report does not name the model, or is not here",
                "报关单所写的报告没有该型号，或未提供",
            ),
        };
        Say::new(en, zh)
    }
}

/// The choices made, each set of reports once: the first model and how many lines.
#[derive(Default)]
struct Choices {
    foremost: Foremost,
    made: BTreeMap<(Why, u32, u32), (Value, usize)>,
    /// Some declaration names reports.
    reports_declared: bool,
}

fn states_reports(group: &Group<'_>, declaration: u32) -> bool {
    group.document(declaration).is_some_and(|d| {
        let mut columns = d.understood.columns.iter();
        d.understood.header.get(FieldId::REPORT_NO).is_some()
            || columns.any(|c| c.0 == FieldId::REPORT_NO)
    })
}

/// So many choices are told of one by one.
const TOLD: usize = 20;

impl Choices {
    fn add(&mut self, why: Why, chosen: u32, other: u32, model: Value) {
        let entry = self.made.entry((why, chosen, other)).or_insert((model, 0));
        entry.1 += 1;
    }

    fn problems(&self, group: &Group<'_>) -> Vec<Problem> {
        let name = |r: u32| {
            let report = group.reports.get(r as usize);
            report.map_or(String::new(), |r| r.name(group))
        };
        let mut problems = Vec::new();
        for ((why, chosen, other), (model, lines)) in self.made.iter().take(TOLD) {
            let Some(document) = group.document(model.document) else {
                continue;
            };
            let raw = group.raw(model).trim();
            let because = why.say();
            let (chosen, other) = (name(*chosen), name(*other));
            let (en, zh) = match why {
                Why::Open => (
                    format!(
                        "model {raw} stands in reports {chosen} and {other}; {}",
                        because.en
                    ),
                    format!(
                        "型号 {raw} 出现在报告 {chosen} 和 {other} 中；{}",
                        because.zh
                    ),
                ),
                Why::NotAsDeclared => (
                    format!("model {raw} is judged by report {chosen}: {}", because.en),
                    format!("型号 {raw} 按报告 {chosen} 判断：{}", because.zh),
                ),
                _ => (
                    format!(
                        "model {raw} stands in reports {chosen} and {other}; {chosen} is relied on: {}",
                        because.en
                    ),
                    format!(
                        "型号 {raw} 出现在报告 {chosen} 和 {other} 中；采用 {chosen}：{}",
                        because.zh
                    ),
                ),
            };
            let more = lines.saturating_sub(1);
            let message = if more > 0 {
                Say::new(
                    format!("{en} ({more} more line(s) likewise)"),
                    format!("{zh}（另有 {more} 项相同）"),
                )
            } else {
                Say::new(en, zh)
            };
            let spot = group.spot(model);
            let part = document.part.as_deref();
            problems.push(match why {
                Why::Open => {
                    let hint = Say::new(
                        "State the report's number in the declaration, or take the other report out.",
                        "请在报关单写明报告编号，或移走另一份报告。",
                    );
                    Problem::ambiguous(&document.path, part, spot, message, hint)
                }
                _ => Problem::chosen_report(&document.path, message).at(part, spot),
            });
        }
        let left = self.made.len().saturating_sub(TOLD);
        if left > 0
            && let Some((value, _)) = self.made.values().next()
            && let Some(document) = group.document(value.document)
        {
            let message = Say::new(
                format!("{left} more choices between reports were made in the same ways"),
                format!("另有 {left} 处按同样方式选用报告"),
            );
            problems.push(Problem::chosen_report(&document.path, message));
        }
        problems
    }
}

fn for_line(ctx: &Ctx<'_>, pack: &Pack, line: &Line, choices: &mut Choices) -> Option<Reliance> {
    let group = ctx.group;
    let model = line.model?;
    let raw = group.raw(&model);
    let stated = || line.report_no(group).map(|v| group.raw(&v));
    let stating = stated().filter(|_| choices.reports_declared);
    let naming = choices.foremost.of(ctx, pack, line, raw, stating);
    work::steps(naming.len());
    let mut candidates: Vec<Reliance> = naming
        .iter()
        .filter_map(|pair| reliance(group, raw, *pair, true))
        .collect();
    if candidates.is_empty() {
        candidates = by_alias(group, raw);
    }
    if candidates.is_empty() {
        let near = match &stated() {
            Some(number) => near_in_stated(group, line.key, &number_key(number)),
            None => group.nearest_report_models(line.key),
        };
        // Leftovers pair with leftovers: a model that is declared itself is no misspelling.
        let is_free = |pair: &(u32, u32)| {
            let named = group.reports.get(pair.0 as usize);
            let named = named.and_then(|r| r.models.get(pair.1 as usize));
            named.is_some_and(|m| ctx.shipment.lines_with(m.key).is_empty())
        };
        candidates = near
            .into_iter()
            .filter(is_free)
            .filter_map(|pair| reliance(group, raw, pair, false))
            .filter(|r| r.grade <= Grade::Near)
            .collect();
    }
    let stated = stating;
    if candidates.len() <= 1 && stated.is_none() {
        return candidates.pop();
    }
    let ranks: Vec<(Rank, Reliance)> = candidates
        .into_iter()
        .map(|c| (rank(ctx, pack, line, &c, stated), c))
        .collect();
    let (best, chosen) = ranks
        .iter()
        .min_by_key(|(rank, c)| (rank.order(), c.report))
        .map(|(r, c)| (*r, *c))?;
    if stated.is_some() && best.not_declared {
        choices.add(Why::NotAsDeclared, chosen.report, chosen.report, model);
    }
    if !chosen.names_it {
        return Some(chosen);
    }
    let number = |r: u32| {
        let report = group.reports.get(r as usize)?;
        report.number.map(|v| number_key(group.raw(&v)))
    };
    // The same report twice (a paper and its row in a register) is no rival; nor is an addendum.
    let own = number(chosen.report);
    let second = ranks
        .iter()
        .filter(|(r, c)| {
            c.report != chosen.report
                && !r.addendum
                && (own.is_none()
                    || number(c.report) != own
                    || two_papers(group, chosen.report, c.report))
        })
        .min_by_key(|(rank, c)| (rank.order(), c.report));
    let Some((second_rank, second)) = second else {
        return Some(chosen);
    };
    let why = best.told_apart(second_rank);
    choices.add(why, chosen.report, second.report, model);
    Some(Reliance {
        rival: (why == Why::Open).then_some(second.report),
        ..chosen
    })
}

/// For each pair of reports between which nothing decides: the first, and the detail that says so
/// for all lines it concerns.
pub fn unclear(ctx: &Ctx<'_>) -> Vec<(u32, Detail)> {
    let mut lines: BTreeMap<(u32, u32), Vec<u32>> = BTreeMap::new();
    for (i, reliance) in ctx.reliance.iter().enumerate() {
        let Some((report, rival)) = reliance.and_then(|r| Some((r.report, r.rival?))) else {
            continue;
        };
        let line = crate::model::grid::index(i);
        lines.entry((report, rival)).or_default().push(line);
    }
    let details = lines.into_iter().filter_map(|((report, rival), lines)| {
        let first = ctx.shipment.lines.get(*lines.first()? as usize)?;
        let detail = found_in::rivals(ctx, first.model?, report, rival);
        Some((report, detail.lines(lines)))
    });
    details.collect()
}

/// Whether two reports are papers with different texts.
fn two_papers(group: &Group<'_>, a: u32, b: u32) -> bool {
    let paper = |r: u32| match group.reports.get(r as usize)?.source {
        ReportSource::Document(d) => group.document(d).map(|d| d.sha256.as_str()),
        ReportSource::Row(..) => None,
    };
    matches!((paper(a), paper(b)), (Some(a), Some(b)) if a != b)
}

/// What decides between reports that name one model, weightiest first.
#[derive(Clone, Copy, Debug)]
struct Rank {
    not_declared: bool,
    other_lab: bool,
    addendum: bool,
    other_edition: bool,
    replaced: bool,
    grade: Grade,
    issued: Option<Date>,
}

impl Rank {
    fn order(&self) -> impl Ord + Copy + use<> {
        (
            self.not_declared,
            self.other_lab,
            self.addendum,
            self.other_edition,
            self.replaced,
            self.grade,
            Reverse(self.issued),
        )
    }

    /// Why the better one is better. A date decides only where both are dated.
    fn told_apart(&self, other: &Rank) -> Why {
        if self.not_declared != other.not_declared {
            Why::Declared
        } else if self.other_lab != other.other_lab {
            Why::CnasDeclared
        } else if self.other_edition != other.other_edition {
            Why::Edition
        } else if self.replaced != other.replaced {
            Why::NotReplaced
        } else if self.grade != other.grade {
            Why::Spelling
        } else if self.issued != other.issued && self.issued.is_some() && other.issued.is_some() {
            Why::Newest
        } else {
            Why::Open
        }
    }
}

fn rank(ctx: &Ctx<'_>, pack: &Pack, line: &Line, c: &Reliance, stated: Option<&str>) -> Rank {
    let group = ctx.group;
    let Some(report) = group.reports.get(c.report as usize) else {
        return Rank {
            not_declared: true,
            other_lab: true,
            addendum: true,
            other_edition: true,
            replaced: true,
            grade: c.grade,
            issued: None,
        };
    };
    let cnas = line.field(group, FieldId::CNAS_NO);
    let other_lab = cnas.is_some_and(|declared| {
        let numbers = cnas::cnas_numbers(group.raw(&declared));
        let labs = report.all(group, FieldId::CNAS_NO);
        let shown: Vec<_> = labs
            .iter()
            .flat_map(|v| cnas::cnas_numbers(group.raw(v)))
            .collect();
        !shown.is_empty()
            && !numbers.is_empty()
            && !shown
                .iter()
                .any(|(s, ..)| numbers.iter().any(|(n, ..)| n == s))
    });
    let issued = report
        .get(group, FieldId::ISSUE_DATE)
        .map(|v| group.date(&v));
    Rank {
        not_declared: !stated.is_some_and(|s| report.is_numbered(group, s)),
        other_lab,
        addendum: report.addendum_to.is_some(),
        other_edition: !edition_holds(ctx, pack, report),
        replaced: group.replacement_of(report).is_some(),
        grade: c.grade,
        issued: match issued {
            Some(ReadDate::Day(day)) => Some(day),
            _ => None,
        },
    }
}

fn reliance(group: &Group<'_>, raw: &str, pair: (u32, u32), names_it: bool) -> Option<Reliance> {
    let report = group.reports.get(pair.0 as usize)?;
    let named = report.models.get(pair.1 as usize)?;
    let words = &group.vocabulary.words;
    let other = named.within.as_deref().unwrap_or(group.raw(&named.value));
    let joined = group.aliases.model(raw, other, words);
    let compared = compare::models(raw, other, words, joined);
    // A model that is only meant by a range is not spelled there.
    let grade = match named.within {
        Some(_) => compared.grade.max(Grade::Alias),
        None => compared.grade,
    };
    Some(Reliance {
        report: pair.0,
        model: pair.1,
        grade,
        names_it,
        rival: None,
    })
}

/// Reports that name the model by another name of the alias table.
fn by_alias(group: &Group<'_>, raw: &str) -> Vec<Reliance> {
    let words = &group.vocabulary.words;
    let mut found = Vec::new();
    for name in group.aliases.other_models(raw, words) {
        for (report, named) in group.reports_naming(group.model_key(name)) {
            let other = group
                .reports
                .get(*report as usize)
                .and_then(|r| r.models.get(*named as usize));
            let joined = other.and_then(|m| group.aliases.model(raw, group.raw(&m.value), words));
            found.extend(joined.map(|_| Reliance {
                report: *report,
                model: *named,
                grade: Grade::Alias,
                names_it: true,
                rival: None,
            }));
        }
    }
    found
}

/// The models of the stated report that are a typing slip away.
fn near_in_stated(group: &Group<'_>, key: Key, number: &str) -> Vec<(u32, u32)> {
    let key = group.key_text(key);
    let bound = compare::typo_bound(key.chars().count());
    let mut near = Vec::new();
    for r in group.reports_numbered(number) {
        let models = group
            .reports
            .get(*r as usize)
            .map_or(&[][..], |r| &r.models);
        for (m, named) in models.iter().enumerate() {
            if strsim::osa_distance(key, group.key_text(named.key)) <= bound {
                near.push((*r, crate::model::grid::index(m)));
            }
        }
    }
    near
}

fn edition_holds(ctx: &Ctx<'_>, pack: &Pack, report: &Report) -> bool {
    let Some((standard, edition)) = &pack.relies_on else {
        return true;
    };
    let (name, wanted) = (
        ctx.parameters.text(standard),
        full_year(ctx.parameters.text(edition)),
    );
    report.all(ctx.group, FieldId::STANDARD).iter().any(|v| {
        standard::mentions(ctx.group.raw(v), name)
            .iter()
            .any(|m| m.edition.as_deref().is_some_and(|e| full_year(e) == wanted))
    })
}
