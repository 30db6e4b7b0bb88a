//! The pack as it is written in YAML.

use crate::check::{Parameter, Require, SubjectKind};
use crate::model::{Confidence, Say, Severity};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackFile {
    pub id: String,
    pub version: String,
    pub title: Say,
    #[serde(default)]
    pub authority: Say,
    #[serde(default)]
    pub in_force: Option<InForce>,
    pub reviewed: String,
    pub stale_after_days: u32,
    #[serde(default)]
    pub sources: Vec<SourceEntry>,
    #[serde(default)]
    pub parameters: BTreeMap<String, Parameter>,
    #[serde(default)]
    pub applies_to: Option<AppliesTo>,
    #[serde(default)]
    pub relies_on: Option<ReliesOn>,
    /// Judged by `audit` on reports alone, never by `check`.
    #[serde(default)]
    pub reports_only: bool,
    pub rules: Vec<RuleEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InForce {
    pub from: String,
    #[serde(default)]
    pub until: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceEntry {
    pub id: String,
    pub title: String,
    pub issuer: String,
    pub date: String,
    pub kind: SourceKind,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    Official,
    Secondary,
    Standard,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppliesTo {
    pub goods: String,
    #[serde(default)]
    pub pilot_list: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReliesOn {
    pub standard: String,
    pub edition: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    pub id: String,
    pub title: Say,
    pub severity: Severity,
    #[serde(rename = "for")]
    pub subject: SubjectKind,
    pub require: Require,
    #[serde(default)]
    pub if_unknown: Option<Severity>,
    pub message: Say,
    #[serde(default)]
    pub unknown: Option<Say>,
    pub fix: Say,
    pub basis: BasisEntry,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BasisEntry {
    pub source: String,
    pub words: String,
    pub confidence: Confidence,
}
