//! Names and models the user joined: lists in the configuration, or alias tables in the folder.
//! Each alias stands under one name, with a reason and, if wanted, the days it holds.

use crate::model::{Document, FieldId, Problem, Record, Say, Spot, Words};
use crate::normalize::date::{ReadDate, parse};
use crate::normalize::{company, credit_code, model, stated};
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What an alias table joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joins {
    Companies,
    Models,
}

impl Joins {
    /// The key of its list in the configuration.
    pub fn key(self) -> &'static str {
        match self {
            Joins::Companies => "companies",
            Joins::Models => "models",
        }
    }
}

/// One alias of a name, as it was written.
#[derive(Clone, Debug)]
pub struct Alias {
    pub joins: Joins,
    pub name: String,
    pub alias: String,
    pub reason: String,
    /// First and last day it holds, as written; empty for always.
    pub from: String,
    pub until: String,
    /// Where it stands: file, part, place.
    pub path: String,
    pub part: Option<String>,
    pub spot: Spot,
    used: Arc<AtomicBool>,
    /// Stands in a document of the shipment's folder.
    own: bool,
}

impl Alias {
    pub fn new(joins: Joins, name: &str, alias: &str) -> Alias {
        Alias {
            joins,
            name: name.to_string(),
            alias: alias.to_string(),
            reason: String::new(),
            from: String::new(),
            until: String::new(),
            path: String::new(),
            part: None,
            spot: Spot::Whole,
            used: Arc::new(AtomicBool::new(false)),
            own: false,
        }
    }

    /// All that is written of it: two that have it in common are one.
    fn written(&self) -> (&str, [&str; 5]) {
        let texts = [
            &self.name,
            &self.alias,
            &self.reason,
            &self.from,
            &self.until,
        ];
        (self.joins.key(), texts.map(String::as_str))
    }

    fn problem(&self, code: &'static str, message: Say) -> Problem {
        let Say { en, zh } = message;
        let message = Say::new(
            format!("alias “{}” of “{}”: {en}", self.alias, self.name),
            format!("“{}”作为“{}”的别名：{zh}", self.alias, self.name),
        );
        Problem::alias(code, &self.path, message).at(self.part.as_deref(), self.spot.clone())
    }

    /// Whether it holds on a day; or why its days make no sense.
    fn holds(&self, day: Option<Date>) -> Result<bool, Say> {
        let read = |text: &str| match parse(text) {
            _ if text.trim().is_empty() => Ok(None),
            ReadDate::Day(day) => Ok(Some(day)),
            _ => Err(Say::new(
                format!("“{text}” is no clear date"),
                format!("“{text}”不是明确的日期"),
            )),
        };
        let (from, until) = (read(&self.from)?, read(&self.until)?);
        if let (Some(from), Some(until)) = (from, until)
            && from > until
        {
            return Err(Say::new(
                format!("it ends ({until}) before it begins ({from})"),
                format!("截止日 {until} 早于起始日 {from}"),
            ));
        }
        let Some(day) = day else { return Ok(true) };
        Ok(from.is_none_or(|f| f <= day) && until.is_none_or(|u| day <= u))
    }
}

/// All aliases of a run or a folder; indexed once the words and the day are known.
#[derive(Clone, Debug, Default)]
pub struct Aliases {
    all: Vec<Alias>,
    day: Option<Date>,
    /// Key of a name → the name it stands under and, unless it is that name, its alias.
    companies: HashMap<String, (u32, Option<u32>)>,
    models: HashMap<String, (u32, Option<u32>)>,
    /// Members of each model name, by its number.
    members: HashMap<u32, Vec<u32>>,
}

impl Aliases {
    pub fn add(&mut self, alias: Alias) {
        self.all.push(alias);
    }

    /// The day on which aliases must hold.
    pub fn at(&mut self, day: Date) {
        self.day = Some(day);
    }

    /// Indexes the aliases that hold; says which contradict each other or cannot be used.
    pub fn index(&mut self, words: &Words) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.companies.clear();
        self.models.clear();
        self.members.clear();
        let all = std::mem::take(&mut self.all);
        let mut under: HashMap<(bool, String), u32> = HashMap::new();
        let mut contradicted: Vec<(Joins, String)> = Vec::new();
        for (i, alias) in all.iter().enumerate() {
            let number = crate::model::grid::index(i);
            let nothing = |text: &str| stated::is_unstated(text, words);
            if nothing(&alias.name) || nothing(&alias.alias) {
                let what = Say::new(
                    "one side states nothing; not used",
                    "一方没有实际内容，不使用",
                );
                problems.push(alias.problem("alias-empty", what));
                continue;
            }
            match alias.holds(self.day) {
                Ok(true) => {}
                Ok(false) => {
                    let what = Say::new(
                        format!("not in force on the day ({} – {})", alias.from, alias.until),
                        format!("当日不在有效期内（{} – {}）", alias.from, alias.until),
                    );
                    problems.push(alias.problem("alias-not-in-force", what));
                    alias.used.store(true, Ordering::Relaxed);
                    continue;
                }
                Err(what) => {
                    problems.push(alias.problem("alias-dates", what));
                    continue;
                }
            }
            let (name, other) = (
                key(alias.joins, &alias.name, words),
                key(alias.joins, &alias.alias, words),
            );
            let table = match alias.joins {
                Joins::Companies => &mut self.companies,
                Joins::Models => &mut self.models,
            };
            let company = alias.joins == Joins::Companies;
            let group = *under.entry((company, name.clone())).or_insert(number);
            let stands = |known: Option<&(u32, Option<u32>)>| known.map(|k| k.0);
            let names = [
                (name, &alias.name, None),
                (other, &alias.alias, Some(number)),
            ];
            for (key, own, place) in names {
                let elsewhere = stands(table.get(&key)).filter(|g| *g != group);
                if let Some(first) = elsewhere {
                    let name = all.get(first as usize).map_or("", |a| a.name.as_str());
                    let what = Say::new(
                        format!("“{own}” also stands under “{name}”; used for neither"),
                        format!("“{own}”也列在“{name}”之下；两处都不使用"),
                    );
                    problems.push(alias.problem("alias-contradicts", what));
                    alias.used.store(true, Ordering::Relaxed);
                    contradicted.push((alias.joins, key));
                    continue;
                }
                table.entry(key).or_insert((group, place));
            }
            if let (Some(x), Some(y)) = (code(&alias.name, words), code(&alias.alias, words))
                && company
                && x != y
            {
                let what = Say::new(
                    format!("two credit codes, {x} and {y}"),
                    format!("信用代码不同：{x} 与 {y}"),
                );
                problems.push(alias.problem("alias-contradicts", what));
            }
            if !company {
                self.members.entry(group).or_default().push(number);
            }
        }
        for (joins, key) in contradicted {
            match joins {
                Joins::Companies => self.companies.remove(&key),
                Joins::Models => self.models.remove(&key),
            };
        }
        self.all = all;
        problems
    }

    /// Why two company names are one, if the user joined them.
    pub fn company(&self, a: &str, b: &str, words: &Words) -> Option<Say> {
        if self.companies.is_empty() {
            return None;
        }
        let find = |name: &str| self.companies.get(&key(Joins::Companies, name, words));
        self.joined(find(a)?, find(b)?)
    }

    /// Why two models are one, if the user joined them.
    pub fn model(&self, a: &str, b: &str, words: &Words) -> Option<Say> {
        if self.models.is_empty() {
            return None;
        }
        let find = |name: &str| self.models.get(&key(Joins::Models, name, words));
        self.joined(find(a)?, find(b)?)
    }

    fn joined(&self, a: &(u32, Option<u32>), b: &(u32, Option<u32>)) -> Option<Say> {
        if a.0 != b.0 || a.1 == b.1 {
            return None;
        }
        let mut reasons: Vec<&str> = Vec::new();
        for alias in [a.1, b.1].into_iter().flatten() {
            let alias = self.all.get(alias as usize)?;
            alias.used.store(true, Ordering::Relaxed);
            if !alias.reason.is_empty() && !reasons.contains(&alias.reason.as_str()) {
                reasons.push(&alias.reason);
            }
        }
        if reasons.is_empty() {
            return Some(Say::new("joined by the alias table", "别名表中为同一名称"));
        }
        Some(Say::new(
            format!("joined by the alias table: {}", reasons.join("; ")),
            format!("别名表中为同一名称：{}", reasons.join("；")),
        ))
    }

    /// The other names of a model in the alias table.
    pub fn other_models(&self, name: &str, words: &Words) -> Vec<&str> {
        if self.models.is_empty() {
            return Vec::new();
        }
        let own = key(Joins::Models, name, words);
        let Some((group, _)) = self.models.get(&own) else {
            return Vec::new();
        };
        let members = self.members.get(group).map_or(&[][..], Vec::as_slice);
        let aliases = members.iter().filter_map(|m| self.all.get(*m as usize));
        let first = self.all.get(*group as usize).map(|a| a.name.as_str());
        first
            .into_iter()
            .chain(aliases.map(|a| a.alias.as_str()))
            .filter(|n| key(Joins::Models, n, words) != own)
            .collect()
    }

    /// The aliases that joined nothing: those of the folder's documents, or those of the run.
    pub fn unused(&self, own: bool) -> Vec<Problem> {
        let unused = self
            .all
            .iter()
            .filter(|a| a.own == own && !a.used.load(Ordering::Relaxed));
        let what = || Say::new("it joined nothing here", "这里没有用到");
        unused.map(|a| a.problem("alias-unused", what())).collect()
    }

    /// Adds the aliases of a folder's own documents. What the run knows already, from a table that
    /// the configuration names and that lies in the folder, is not said twice.
    pub fn extend_own(&mut self, aliases: Vec<Alias>) {
        let known: HashSet<_> = self.all.iter().map(Alias::written).collect();
        let new = aliases
            .into_iter()
            .filter(|a| !known.contains(&a.written()));
        let new: Vec<Alias> = new.map(|a| Alias { own: true, ..a }).collect();
        self.all.extend(new);
    }
}

fn key(joins: Joins, name: &str, words: &Words) -> String {
    match joins {
        Joins::Companies => company::parts(name, words).key(),
        Joins::Models => model::clean(name, &words.model_labels).text.into_owned(),
    }
}

fn code(name: &str, words: &Words) -> Option<String> {
    company::parts(name, words)
        .code
        .filter(|c| credit_code::social_credit(c).is_ok())
}

/// The aliases a document holds: rows of name and alias, or of names that share a group.
pub fn of_document(document: &Document) -> Vec<Alias> {
    let (joins, own) = match document.understood.kind.as_deref() {
        Some("company-aliases") => (Joins::Companies, FieldId::NAME),
        Some("model-aliases") => (Joins::Models, FieldId::MODEL),
        _ => return Vec::new(),
    };
    let mut all = Vec::new();
    let mut groups: HashMap<&str, &str> = HashMap::new();
    for record in &document.understood.records {
        let get = |id| text(document, record, id);
        let (name, alias) = (get(own), get(FieldId::ALIAS));
        let (first, rest) = match get(FieldId::GROUP).map(|g| groups.get(g).copied().ok_or(g)) {
            Some(Ok(first)) => (Some(first), vec![name, alias]),
            Some(Err(group)) => {
                let first = name.or(alias);
                groups.extend(first.map(|f| (group, f)));
                (first, vec![alias.filter(|_| name.is_some())])
            }
            None => (name, vec![alias]),
        };
        let Some(first) = first else { continue };
        for other in rest.into_iter().flatten().filter(|o| *o != first) {
            let field = document.understood.record_fields(record).first();
            all.push(Alias {
                reason: get(FieldId::REASON).unwrap_or("").to_string(),
                from: get(FieldId::VALID_FROM).unwrap_or("").to_string(),
                until: get(FieldId::VALID_UNTIL).unwrap_or("").to_string(),
                path: document.path.clone(),
                part: document.part.clone(),
                spot: field.map_or(Spot::Whole, |f| document.spot(f)),
                ..Alias::new(joins, first, other)
            });
        }
    }
    all
}

fn text<'d>(document: &'d Document, record: &Record, id: FieldId) -> Option<&'d str> {
    let fields = document.understood.record_fields(record);
    let field = fields.iter().find(|f| f.id == id)?;
    Some(document.raw(field).trim()).filter(|t| !t.is_empty())
}
