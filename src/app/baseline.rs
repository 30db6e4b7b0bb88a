//! `--baseline`: the findings of an earlier report are known and do not count again.

use crate::model::ShipmentReport;
use crate::report::json::SCHEMA;
use anyhow::Context;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// The findings of a report: shipment and fingerprint.
pub struct Baseline(BTreeSet<(String, String)>);

impl Baseline {
    /// Reads a report, JSON or JSON lines.
    ///
    /// # Errors
    /// The file cannot be read, or is no report.
    pub fn load(path: &Path) -> anyhow::Result<Baseline> {
        let name = super::paths::shown(path);
        let text = std::fs::read_to_string(path).with_context(|| name.clone())?;
        let whole: Option<Value> = serde_json::from_str(&text).ok();
        let shipments: Vec<Value> = match whole {
            Some(report) => match (report.get("shipments"), report.get("schema")) {
                (Some(Value::Array(all)), Some(schema)) if schema == SCHEMA => all.clone(),
                _ => anyhow::bail!(
                    "{name}: --baseline takes a report made with --format json or jsonl"
                ),
            },
            None => text
                .lines()
                .map(serde_json::from_str)
                .collect::<Result<_, _>>()
                .with_context(|| {
                    format!("{name}: --baseline takes a report made with --format json or jsonl")
                })?,
        };
        let mut known = BTreeSet::new();
        for shipment in &shipments {
            let text = |value: &Value, key: &str| value.get(key)?.as_str().map(str::to_string);
            let findings = shipment.get("findings").and_then(Value::as_array);
            for finding in findings.into_iter().flatten() {
                known.extend(text(shipment, "id").zip(text(finding, "fingerprint")));
            }
        }
        Ok(Baseline(known))
    }

    /// Marks what it knows.
    pub fn mark(&self, shipments: &mut [ShipmentReport]) {
        for shipment in shipments {
            for finding in &mut shipment.findings {
                let key = (shipment.id.clone(), finding.fingerprint.clone());
                finding.known = self.0.contains(&key);
            }
        }
    }
}
