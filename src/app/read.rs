//! `greenlane read`: what was understood of a file.

use super::config::Config;
use super::crops::Crops;
use super::paths;
use super::session::Session;
use super::suggest;
use crate::Input;
use crate::cli::ReadArgs;
use crate::report::confirm::{self, Sheet};
use crate::report::transcript::{self, Draft};
use crate::report::{self, Format};

pub fn run(args: &ReadArgs) -> anyhow::Result<u8> {
    let config = Config::for_papers(args.common.config.as_deref(), &args.files)?;
    let offered = [Format::Table, Format::Json, Format::Yaml, Format::Html];
    let begun = Session::begin(config, &args.common, &args.out, &offered)?;
    let (config, rules, lang) = (&begun.config, &begun.rules, begun.lang);
    let limits = &rules.manner.limits;
    let inputs = args.files.iter().map(|path| {
        let name = paths::shown(path);
        Input {
            content: paths::read_file(path, &name, limits.file_bytes),
            hint: config.hint(&name),
            path: name,
        }
    });
    let inputs: Vec<Input> = inputs.collect();
    let files = crate::understand(&inputs, rules);
    let unread = files.iter().any(|f| f.problems.iter().any(|p| p.blocks));
    let (fields, kinds) = (&rules.vocabulary.fields, &rules.vocabulary.kinds);
    let alike = &rules.vocabulary.words.read_alike;
    let documents = || files.iter().flat_map(|f| &f.documents);
    begun.outputs.write(|format| {
        let text = match format {
            _ if args.suggest => suggest::lines(&inputs, &files, rules, lang),
            Format::Json => report::understood::json(&files, fields, lang),
            Format::Yaml => documents()
                .map(|d| transcript::render(d, fields, kinds, alike))
                .collect::<Vec<_>>()
                .join("---\n"),
            Format::Html => {
                let mut crops = Crops::new(limits);
                let mut sheets = Vec::new();
                for (file, input) in files.iter().zip(&inputs) {
                    let bytes = input.content.as_ref().ok();
                    for document in &file.documents {
                        let draft = Draft::of(document, fields, kinds, alike);
                        let of_slot =
                            |slot: &transcript::Slot| crops.of_field(bytes?, document, &slot.field);
                        let pictures = draft.slots.iter().map(of_slot).collect();
                        sheets.push(Sheet {
                            document,
                            draft,
                            pictures,
                        });
                    }
                }
                confirm::render(&sheets, lang)
            }
            _ => report::understood::table(&files, fields, lang, super::width()),
        };
        Ok(text.into_bytes())
    })?;
    Ok(if unread { 3 } else { 0 })
}
