//! A readiness record's QR code, for a picture and for the terminal; what verifying found.

use crate::model::Lang;
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

/// What verifying came to, one difference per line.
pub fn verified(record: &str, differences: &[crate::model::Say], lang: Lang) -> String {
    let record = super::escape::line(record);
    if differences.is_empty() {
        return match lang {
            Lang::En => format!("{record}: files, rules and verdicts agree with the record.\n"),
            Lang::Zh => format!("{record}：文件、规则和结论与记录一致。\n"),
        };
    }
    let mut out = match lang {
        Lang::En => format!("{record}: does NOT agree ({})\n", differences.len()),
        Lang::Zh => format!("{record}：不一致（{}）\n", differences.len()),
    };
    for difference in differences {
        out.push_str(" ✗ ");
        out.push_str(&super::escape::line(difference.get(lang)));
        out.push('\n');
    }
    out
}
