//! Waivers: what somebody answers for although a rule says otherwise. They never change what was
//! found; a finding that is waived decides nothing.

use crate::model::{Basis, Confidence, Finding, OutcomeKind, Place, Role, Say, Severity, Spot};
use crate::model::{ShipmentReport, Waived};
use crate::normalize::text::clean;
use crate::read::{
    Is, LoadError, Written, did_you_mean, hex_digest, parse_table, parse_written, shape,
};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A waiver as it is written, in YAML as an item of a list, in CSV as a row.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiverEntry {
    /// The rule that is waived; a fingerprint says it too.
    #[serde(default)]
    pub rule: String,
    /// The fingerprint of the finding, as reports give it.
    #[serde(default)]
    pub fingerprint: Option<String>,
    /// The values in the documents it was granted for, as they stand there: all must stand at the
    /// finding's places. (In CSV joined by `|`.)
    #[serde(default)]
    pub values: Vec<String>,
    /// Only in this shipment.
    #[serde(default)]
    pub shipment: Option<String>,
    #[schemars(length(min = 1))]
    pub reason: String,
    #[schemars(length(min = 1))]
    pub who: String,
    /// The last day it holds.
    #[schemars(extend("format" = "date"))]
    pub until: String,
}

/// Headings of a table of waivers, besides the keys themselves.
const HEADINGS: [(&str, &str); 7] = [
    ("规则", "rule"),
    ("指纹", "fingerprint"),
    ("单证值", "values"),
    ("货物", "shipment"),
    ("原因", "reason"),
    ("批准人", "who"),
    ("有效期至", "until"),
];

/// The key a heading of a table of waivers stands for.
pub fn waiver_key(heading: &str) -> &str {
    let found = HEADINGS.iter().find(|(said, _)| *said == heading);
    found.map_or(heading, |(_, key)| key)
}

/// A waiver with its place.
#[derive(Debug)]
struct Waiver {
    entry: WaiverEntry,
    until: Date,
    granted: Arc<Waived>,
}

/// All waivers of a run.
#[derive(Clone, Debug, Default)]
pub struct Waivers {
    all: Arc<Vec<Waiver>>,
    by_rule: Arc<BTreeMap<String, Vec<usize>>>,
}

impl Waivers {
    /// Reads files of waivers.
    ///
    /// # Errors
    /// All that is wrong in them, with line and column.
    pub fn parse(files: &[(String, String)], rules: &[&str]) -> Result<Waivers, Vec<LoadError>> {
        let mut all = Vec::new();
        let mut errors = Vec::new();
        for (name, text) in files {
            match read(name, text, rules) {
                Ok(waivers) => all.extend(waivers),
                Err(found) => errors.extend(found),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut by_rule: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, waiver) in all.iter().enumerate() {
            let rule = waiver.entry.rule.clone();
            by_rule.entry(rule).or_default().push(number);
        }
        Ok(Waivers {
            all: Arc::new(all),
            by_rule: Arc::new(by_rule),
        })
    }

    /// The waivers that may meet a finding: those of its rule, and of fingerprints alone.
    fn about(&self, finding: &Finding) -> impl Iterator<Item = usize> {
        let of = [finding.rule.as_str(), ""].map(|rule| self.by_rule.get(rule));
        of.into_iter().flatten().flatten().copied()
    }

    /// The waiver in force that meets a finding.
    pub fn of(&self, finding: &Finding, shipment: &str, as_of: Date) -> Option<Arc<Waived>> {
        let waivers = self.about(finding).filter_map(|n| self.all.get(n));
        let mut met = waivers.filter(|w| w.until >= as_of && w.meets(finding, shipment));
        met.next().map(|w| Arc::clone(&w.granted))
    }

    /// Counts the findings of a shipment each waiver meets; with -1 takes them back.
    pub fn count(&self, shipment: &ShipmentReport, step: isize, met: &mut Vec<usize>) {
        met.resize(self.all.len(), 0);
        for finding in &shipment.findings {
            for number in self.about(finding) {
                let waiver = self.all.get(number);
                let meets = waiver.is_some_and(|w| w.meets(finding, &shipment.id));
                if let (true, Some(count)) = (meets, met.get_mut(number)) {
                    *count = count.saturating_add_signed(step);
                }
            }
        }
    }

    /// What the waivers themselves give rise to, once all shipments are counted: those that have
    /// expired, those that met nothing.
    pub fn findings(&self, met: &[usize], as_of: Date) -> Vec<Finding> {
        let of = |(waiver, met): (&Waiver, usize)| match (waiver.until < as_of, met) {
            (true, _) => Some(waiver.expired(met)),
            (false, 0) => Some(waiver.unused()),
            _ => None,
        };
        let met = met.iter().copied().chain(std::iter::repeat(0));
        self.all.iter().zip(met).filter_map(of).collect()
    }
}

fn read(name: &str, text: &str, rules: &[&str]) -> Result<Vec<Waiver>, Vec<LoadError>> {
    let is_table = std::path::Path::new(name)
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    let mut written = if is_table {
        parse_table(name, text, &HEADINGS)?
    } else {
        parse_written(name, text)?
    };
    if is_table {
        split_values(&mut written);
    }
    if written.is_null() {
        return Ok(Vec::new());
    }
    let entries: Vec<WaiverEntry> = shape(&written)?;
    let mut errors = Vec::new();
    let mut waivers = Vec::new();
    for (entry, written) in entries.into_iter().zip(written.items()) {
        let by_print = entry.rule.is_empty() && entry.fingerprint.is_some();
        if !by_print && !rules.contains(&entry.rule.as_str()) {
            let near = did_you_mean(&entry.rule, rules);
            let what = format!("there is no rule `{}`{near}", entry.rule);
            errors.push(written.near(&["rule"]).at.error(what));
        }
        if entry.fingerprint.is_none() && entry.values.is_empty() {
            let what = "a waiver says what it was granted for: `fingerprint` or `values`";
            errors.push(written.at.error(what));
        }
        let until = entry.until.parse().unwrap_or_default();
        let granted = Arc::new(Waived {
            reason: entry.reason.clone(),
            who: entry.who.clone(),
            until: entry.until.clone(),
            file: name.to_string(),
            line: written.at.line,
        });
        waivers.push(Waiver {
            entry,
            until,
            granted,
        });
    }
    if errors.is_empty() {
        Ok(waivers)
    } else {
        Err(errors)
    }
}

/// A cell holds several values, joined by `|`.
fn split_values(table: &mut Written) {
    let Is::List(rows) = &mut table.is else {
        return;
    };
    for row in rows {
        let Some(values) = row.entry_mut("values") else {
            continue;
        };
        let text = values.text().unwrap_or("").to_string();
        let parts = text.split('|').map(str::trim).filter(|p| !p.is_empty());
        let part = |text: &str| Written {
            at: values.at.clone(),
            is: Is::Text {
                text: text.to_string(),
                plain: false,
            },
        };
        let list = parts.map(part).collect();
        values.is = Is::List(list);
    }
}

impl Waiver {
    /// Whether it was granted for this very finding.
    fn meets(&self, finding: &Finding, shipment: &str) -> bool {
        let entry = &self.entry;
        let of_kind = matches!(finding.outcome, OutcomeKind::Fail | OutcomeKind::Unknown);
        let here = entry.shipment.as_ref().is_none_or(|s| s == shipment);
        if !of_kind || !here || !(entry.rule.is_empty() || finding.rule == entry.rule) {
            return false;
        }
        let print = entry.fingerprint.as_ref();
        let stands = |value: &String| {
            let value = value.trim();
            finding
                .places
                .iter()
                .any(|p| p.raw.trim() == value || p.clean == clean(value).text)
        };
        print.is_none_or(|p| *p == finding.fingerprint) && entry.values.iter().all(stands)
    }

    /// What it is called: by its rule, else by the fingerprint.
    fn name(&self) -> &str {
        match (self.entry.rule.as_str(), &self.entry.fingerprint) {
            ("", Some(print)) => print,
            (rule, _) => rule,
        }
    }

    fn expired(&self, met: usize) -> Finding {
        let (rule, until, who) = (self.name(), &self.entry.until, &self.entry.who);
        let message = Say::new(
            format!(
                "The waiver of {rule} by {who} held until {until}; {met} findings it would have met count again."
            ),
            format!("{who} 对 {rule} 的豁免有效期至 {until}；所涉 {met} 条发现重新计入。"),
        );
        let fix = Say::new(
            "Mend what was waived, or have it granted again with a later day.",
            "请整改，或重新批准并写明新的有效期。",
        );
        self.finding("waiver/expired", "expired", message, fix)
    }

    fn unused(&self) -> Finding {
        let rule = self.name();
        let message = Say::new(
            format!(
                "The waiver of {rule} met no finding: its values or fingerprint stand nowhere."
            ),
            format!("对 {rule} 的豁免没有对应的发现：其值或指纹未出现。"),
        );
        let fix = Say::new(
            "Take it out, or correct the values it was granted for.",
            "请删除，或更正所豁免的值。",
        );
        self.finding("waiver/unused", "unused", message, fix)
    }

    fn finding(&self, id: &str, reason_id: &'static str, message: Say, fix: Say) -> Finding {
        let line = u32::try_from(self.granted.line.saturating_sub(1)).unwrap_or(0);
        let identity = format!("{id}\n{}\n{}", self.granted.file, self.granted.line);
        Finding {
            rule: id.to_string(),
            lane: String::new(),
            outcome: OutcomeKind::Fail,
            severity: Severity::Warning,
            subject: format!("{} line {}", self.granted.file, self.granted.line),
            message,
            expected: None,
            found: None,
            grade: None,
            reason_id,
            reason: None,
            nearest: None,
            fix,
            basis: Basis {
                source: self.granted.file.clone(),
                words: self.entry.reason.clone(),
                confidence: Confidence::Standard,
            },
            places: vec![Place {
                role: Role::Primary,
                document: None,
                spot: Spot::Line { line },
                raw: self.name().to_string(),
                clean: self.name().to_string(),
                steps: Vec::new(),
                near: None,
                transcribed: false,
                pictured: None,
                crop: None,
            }],
            lines: Vec::new(),
            fingerprint: hex_digest(identity.as_bytes()).chars().take(16).collect(),
            common: true,
            waived: None,
            upcoming: None,
            cause: None,
            known: false,
        }
    }
}
