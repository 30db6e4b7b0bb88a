//! `greenlane pack schema`: the formats as JSON Schema, for editors to complete and validate by.

use crate::app::config::ConfigFile;
use crate::app::print;
use crate::cli::{SchemaArg, SchemaArgs};
use crate::judge::WaiverEntry;
use crate::pack::{OverlayFile, PackFile};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

pub fn run(args: &SchemaArgs) -> anyhow::Result<u8> {
    let mut text = serde_json::to_string_pretty(&schema(args.of))?;
    text.push('\n');
    print(&text, crate::cli::ColorArg::Never);
    Ok(0)
}

fn schema(of: SchemaArg) -> Value {
    let settings = SchemaSettings::draft2020_12();
    let dialect = settings.meta_schema.clone();
    let mut generator = settings.into_generator();
    let (title, own) = match of {
        SchemaArg::Pack => ("greenlane rule pack or overlay", pack(&mut generator)),
        SchemaArg::Config => {
            let own = generator.subschema_for::<ConfigFile>().to_value();
            ("greenlane.yaml", own)
        }
        SchemaArg::Waivers => {
            let own = generator.subschema_for::<Vec<WaiverEntry>>().to_value();
            ("greenlane waivers", own)
        }
    };
    let mut whole = Map::new();
    whole.insert("$schema".to_string(), json!(dialect));
    whole.insert("title".to_string(), json!(title));
    if let Value::Object(own) = own {
        whole.extend(own);
    }
    let definitions = generator.take_definitions(true);
    whole.insert("$defs".to_string(), Value::Object(definitions));
    Value::Object(whole)
}

/// A file that extends another is an overlay.
fn pack(generator: &mut SchemaGenerator) -> Value {
    json!({
        "if": {"type": "object", "required": ["extends"]},
        "then": generator.subschema_for::<OverlayFile>(),
        "else": generator.subschema_for::<PackFile>(),
    })
}
