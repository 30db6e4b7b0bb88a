//! Carton numbers that are more than a plain count, as one shipment's judging hands them on to be
//! compared with those of others.

use super::Spot;

/// A run of carton numbers and where it stands.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct CartonRun<At> {
    /// What stands before the digits; empty for a plain count.
    pub prefix: String,
    pub first: u64,
    pub last: u64,
    pub at: At,
    /// The number of its shipment among those compared.
    #[serde(skip)]
    pub shipment: u32,
}

/// A cell of a shipment's document: all that is kept of it when the document is not.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct CartonCell {
    pub document: u32,
    pub spot: Spot,
    pub raw: Box<str>,
}

/// What a shipment hands on: its runs, and the rules (pack and rule) that ask for it.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct NumberedCartons {
    pub runs: Vec<CartonRun<CartonCell>>,
    pub rules: Vec<(String, String)>,
}
