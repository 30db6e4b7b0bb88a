//! A readiness record's QR code, for a picture and for the terminal; what verifying found.

use super::escape::{json, line};
use crate::model::{Lang, Say};
use qrcode::render::{svg, unicode};
use qrcode::{EcLevel, QrCode};

/// The code as an SVG picture.
///
/// # Errors
/// The text is too long for a QR code.
pub fn svg(text: &str) -> Result<String, qrcode::types::QrError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
    Ok(code
        .render::<svg::Color<'_>>()
        .min_dimensions(240, 240)
        .build())
}

/// The code in half blocks, light on dark as terminals mostly are.
///
/// # Errors
/// The text is too long for a QR code.
pub fn terminal(text: &str) -> Result<String, qrcode::types::QrError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L)?;
    let drawn = code
        .render::<unicode::Dense1x2>()
        .dark_color(unicode::Dense1x2::Light)
        .light_color(unicode::Dense1x2::Dark)
        .build();
    Ok(drawn + "\n")
}

/// Who answers for a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signer {
    Nobody,
    /// Its signature does not hold; that is among the differences.
    Unclear,
    /// The key that signed it, by its fingerprint.
    Key(String),
}

/// The form of what verifying came to, for programs.
pub const VERIFIED: &str = "greenlane.verified/1";

/// What verifying came to, as JSON.
pub fn verified_json(
    record: &str,
    differences: &[Say],
    signer: &Signer,
    trusted: Option<&str>,
    lang: Lang,
) -> String {
    let key = match signer {
        Signer::Nobody | Signer::Unclear => None,
        Signer::Key(key) => Some(key),
    };
    let differences: Vec<&str> = differences.iter().map(|d| d.get(lang)).collect();
    json(&serde_json::json!({
        "schema": VERIFIED,
        "record": record,
        "agrees": differences.is_empty(),
        "differences": differences,
        "signer": key,
        "trusted": trusted,
    }))
}

/// What verifying came to, one difference per line; then whose key signed the record, and the file
/// of the trusted key it was compared with.
pub fn verified(
    record: &str,
    differences: &[Say],
    signer: &Signer,
    trusted: Option<&str>,
    lang: Lang,
) -> String {
    let count = differences.len();
    let came = match differences.is_empty() {
        true => Say::new(
            format!("{record}: files, rules and verdicts agree with the record."),
            format!("{record}：文件、规则和结论与记录一致。"),
        ),
        false => Say::new(
            format!("{record}: does NOT agree ({count})"),
            format!("{record}：不一致（{count}）"),
        ),
    };
    let signed = match (signer, trusted) {
        (Signer::Unclear, _) => Say::default(),
        (Signer::Nobody, _) => Say::new(
            "Unsigned: anyone can have made this record (greenlane seal --sign KEY.pem).",
            "未签名：任何人都可能生成这份记录（可用 greenlane seal --sign KEY.pem 签名）。",
        ),
        (Signer::Key(signer), Some(file)) => Say::new(
            format!("Signed with the key {signer}, that of {file}."),
            format!("由密钥 {signer} 签名，与 {file} 相同。"),
        ),
        (Signer::Key(signer), None) => Say::new(
            format!(
                "Signed with the key {signer}; it was not compared with a key you trust (--signer PUBLIC.pem)."
            ),
            format!("由密钥 {signer} 签名；未与您信任的公钥比对（--signer PUBLIC.pem）。"),
        ),
    };
    let mut out = line(came.get(lang)) + "\n";
    for difference in differences {
        out.push_str(&format!(" ✗ {}\n", line(difference.get(lang))));
    }
    if *signer != Signer::Unclear {
        out.push_str(&line(signed.get(lang)));
        out.push('\n');
    }
    out
}
