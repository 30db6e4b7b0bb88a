//! `greenlane pack schema`: what is written by hand and what is written out, as JSON Schema; made
//! from the types that read and write it.

use crate::app::config::ConfigFile;
use crate::app::print;
use crate::cli::{SchemaArg, SchemaArgs};
use crate::extract::{FormFile, KindFile};
use crate::judge::WaiverEntry;
use crate::model::Seal;
use crate::pack::{OverlayFile, PackFile};
use crate::report::{export, inventory, json};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value};

pub fn run(args: &SchemaArgs) -> anyhow::Result<u8> {
    let mut text = serde_json::to_string_pretty(&schema(args.of))?;
    text.push('\n');
    print(&text, crate::cli::ColorArg::Never)?;
    Ok(0)
}

fn schema(of: SchemaArg) -> Value {
    let written_out = of >= SchemaArg::Report;
    let mut settings = SchemaSettings::draft2020_12();
    if written_out {
        settings = settings.for_serialize();
    }
    let dialect = settings.meta_schema.clone();
    let mut generator = settings.into_generator();
    let all = &mut generator;
    let (title, own) = match of {
        SchemaArg::Pack => ("greenlane rule pack or overlay", pack(all)),
        SchemaArg::Config => ("greenlane.yaml", of_type::<ConfigFile>(all)),
        SchemaArg::Waivers => ("greenlane waivers", of_type::<Vec<WaiverEntry>>(all)),
        SchemaArg::Kinds => ("greenlane kind of document", of_type::<KindFile>(all)),
        SchemaArg::Forms => ("greenlane printed form", of_type::<FormFile>(all)),
        SchemaArg::Report => ("greenlane report", of_type::<json::shape::Out>(all)),
        SchemaArg::Record => ("greenlane readiness record", of_type::<Seal>(all)),
        SchemaArg::Export => ("greenlane export", of_type::<Vec<export::Out>>(all)),
        SchemaArg::Inventory => ("greenlane inventory", of_type::<inventory::Out>(all)),
    };
    let mut whole = Map::new();
    whole.insert("$schema".to_string(), Value::from(dialect.as_deref()));
    whole.insert("title".to_string(), title.into());
    if let Value::Object(own) = own {
        whole.extend(own);
    }
    let definitions = generator.take_definitions(true);
    whole.insert("$defs".to_string(), Value::Object(definitions));
    Value::Object(whole)
}

fn of_type<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

/// A file that extends another is an overlay.
fn pack(generator: &mut SchemaGenerator) -> Value {
    serde_json::json!({
        "if": {"type": "object", "required": ["extends"]},
        "then": generator.subschema_for::<OverlayFile>(),
        "else": generator.subschema_for::<PackFile>(),
    })
}
