//! What the readers of marked-up files share: attributes, references, the text of a part.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart};

/// The value of an attribute by its name without prefix.
pub fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    start
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|a| a.key.local_name().as_ref() == name)
        .map(|a| value(&a))
}

/// An attribute's value; as written where it cannot be resolved.
pub fn value(attribute: &quick_xml::events::attributes::Attribute<'_>) -> String {
    match attribute.normalized_value(XmlVersion::Implicit1_0) {
        Ok(value) => value.into_owned(),
        Err(_) => attribute.value.clone().into_owned(),
    }
}

/// A switch such as `<w:vanish/>`: on unless its value says off.
pub fn is_on(start: &BytesStart<'_>) -> bool {
    !matches!(
        attribute(start, "val").as_deref(),
        Some("0" | "false" | "off")
    )
}

/// Adds what `&lt;` or `&#60;` stands for; what stands for nothing is kept as written.
pub fn push_reference(text: &mut String, reference: &BytesRef<'_>) {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        text.push(c);
    } else if let Some(known) = resolve_predefined_entity(reference) {
        text.push_str(known);
    } else {
        text.push('&');
        text.push_str(reference);
        text.push(';');
    }
}
