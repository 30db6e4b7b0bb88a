//! A readiness record: what a shipment was judged by and came to, so that anyone can ask later
//! whether files and record still agree. It is not the customs code.

use super::{OutcomeKind, Severity, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub const SEAL_SCHEMA: &str = "greenlane.seal/1";

/// What every record says of itself, in both languages of the product.
pub const SEAL_NOTICE: &str = "A readiness record made by greenlane from the exporter's own documents; not the customs green code and not the authority's decision. 本文件是 greenlane 依据出口方单证生成的自检记录，不是海关绿色通关码，也不是主管部门的决定。";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    #[schemars(extend("const" = SEAL_SCHEMA))]
    pub schema: String,
    pub notice: String,
    /// Version of the program that made it.
    pub tool: String,
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub as_of: String,
    /// Lanes asked for; empty for those the goods belong to.
    pub lanes: Vec<String>,
    pub strict: bool,
    /// Where the shipment lies, seen from the record.
    pub root: String,
    /// The files that were named, from the root; none where the root is the shipment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    pub inputs: Vec<SealedFile>,
    pub packs: Vec<SealedPack>,
    pub shipment: SealedShipment,
    /// SHA-256 of the canonical form of all but itself and the signature.
    #[schemars(regex(pattern = "^sha256:[0-9a-f]{64}$"))]
    pub digest: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
}

/// Who answers for a record: a signature over the text the digest is taken of, which holds the
/// schema, the notice and everything else that is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    #[schemars(extend("const" = "ed25519"))]
    pub algorithm: String,
    /// The signer's key, SPKI in PEM. Whose it is, it cannot say itself.
    pub public_key: String,
    /// The 64 bytes of the signature in hexadecimal.
    #[schemars(regex(pattern = "^[0-9a-f]{128}$"))]
    pub value: String,
}

/// A file that was read, by its path from the root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SealedFile {
    pub path: String,
    #[schemars(extend("enum" = ["document", "configuration", "waivers", "aliases", "kinds"]))]
    pub role: String,
    /// Of a file that could not be opened, the problem's code.
    pub sha256: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SealedPack {
    pub id: String,
    pub version: String,
    #[schemars(regex(pattern = "^sha256:[0-9a-f]{64}$"))]
    pub digest: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SealedShipment {
    pub id: String,
    #[schemars(with = "Verdict")]
    pub verdict: String,
    pub lanes: Vec<SealedLane>,
    pub matched: Vec<Matched>,
    pub findings: Vec<SealedFinding>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SealedLane {
    pub lane: String,
    #[schemars(with = "Verdict")]
    pub verdict: String,
    pub lines: Vec<SealedLine>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SealedLine {
    pub line: String,
    #[schemars(with = "Verdict")]
    pub verdict: String,
}

/// The report a declared line relies on, as both name things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Matched {
    pub lane: String,
    pub line: String,
    pub model: String,
    pub report: String,
    pub applicant: String,
    pub cnas_no: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SealedFinding {
    pub rule: String,
    pub subject: String,
    #[schemars(with = "OutcomeKind")]
    pub outcome: String,
    #[schemars(with = "Severity")]
    pub severity: String,
    pub fingerprint: String,
    pub waived: bool,
}

impl Seal {
    /// The text that is digested and signed: all but digest and signature, keys sorted, nothing
    /// between.
    pub fn canonical(&self) -> String {
        let mut value = serde_json::to_value(self).unwrap_or(Value::Null);
        if let Value::Object(map) = &mut value {
            map.shift_remove("digest");
            map.shift_remove("signature");
        }
        let mut out = String::new();
        write(&value, &mut out);
        out
    }

    /// The record as a file: keys sorted, indented, one newline at the end.
    pub fn file(&self) -> String {
        let value = sorted(serde_json::to_value(self).unwrap_or(Value::Null));
        format!("{value:#}\n")
    }

    /// What its QR code says.
    pub fn code(&self) -> String {
        let lanes: Vec<String> = self
            .shipment
            .lanes
            .iter()
            .map(|l| format!("{} {}", l.lane, l.verdict))
            .collect();
        format!(
            "greenlane readiness record - NOT the customs code\n{}\nshipment {}\nas of {}\n{}\n{}",
            self.schema,
            self.shipment.id,
            self.as_of,
            lanes.join("\n"),
            self.digest
        )
    }
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<(String, Value)> =
                map.into_iter().map(|(k, v)| (k, sorted(v))).collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(pairs.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        value => value,
    }
}

fn write(value: &Value, out: &mut String) {
    let mut list = |open: char, close: char, items: &[(Option<&String>, &Value)]| {
        out.push(open);
        for (i, (key, item)) in items.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            if let Some(key) = key {
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
            }
            write(item, out);
        }
        out.push(close);
    };
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<(Option<&String>, &Value)> =
                map.iter().map(|(k, v)| (Some(k), v)).collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            list('{', '}', &pairs);
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|v| (None, v)).collect();
            list('[', ']', &items);
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}
