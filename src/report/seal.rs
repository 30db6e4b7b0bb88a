//! A readiness record's QR code, for a picture and for the terminal; what verifying found.

use super::escape::line;
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

/// What verifying came to, one difference per line; then whose key signed the record, and the file
/// of the trusted key it was compared with.
pub fn verified(
    record: &str,
    differences: &[Say],
    signed: Option<(&str, Option<&str>)>,
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
    let signed = signed.map(|(signer, trusted)| match trusted {
        Some(file) => Say::new(
            format!("Signed with the key {signer}, that of {file}."),
            format!("由密钥 {signer} 签名，与 {file} 相同。"),
        ),
        None => Say::new(
            format!(
                "Signed with the key {signer}; it was not compared with a key you trust (--signer PUBLIC.pem)."
            ),
            format!("由密钥 {signer} 签名；未与您信任的公钥比对（--signer PUBLIC.pem）。"),
        ),
    });
    let mut out = line(came.get(lang)) + "\n";
    for difference in differences {
        out.push_str(&format!(" ✗ {}\n", line(difference.get(lang))));
    }
    if let Some(signed) = signed {
        out.push_str(&line(signed.get(lang)));
        out.push('\n');
    }
    out
}
