//! `greenlane read`: what was understood of a file.

use super::config::Config;
use super::paths;
use super::session::Session;
use crate::Input;
use crate::cli::ReadArgs;
use crate::report::{self, Format};

pub fn run(args: &ReadArgs) -> anyhow::Result<u8> {
    let config = Config::for_papers(args.common.config.as_deref(), &args.files)?;
    let offered = [Format::Table, Format::Json, Format::Yaml];
    let begun = Session::begin(config, &args.common, &args.out, &offered)?;
    let (config, rules, lang) = (&begun.config, &begun.rules, begun.lang);
    let inputs = args.files.iter().map(|path| {
        let name = paths::shown(path);
        Input {
            content: paths::read_file(path, &name, rules.manner.limits.file_bytes),
            hint: config.hint(&name),
            path: name,
        }
    });
    let files = crate::understand(&inputs.collect::<Vec<_>>(), rules);
    let unread = files.iter().any(|f| f.problems.iter().any(|p| p.blocks));
    let (fields, kinds) = (&rules.vocabulary.fields, &rules.vocabulary.kinds);
    begun.outputs.write(|format| {
        let text = match format {
            _ if args.suggest => report::transcript::suggestions(&files, fields, kinds),
            Format::Json => report::understood::json(&files, fields, lang),
            Format::Yaml => files
                .iter()
                .flat_map(|f| &f.documents)
                .map(|d| report::transcript::render(d, fields, kinds))
                .collect::<Vec<_>>()
                .join("---\n"),
            _ => report::understood::table(&files, fields, lang, super::width()),
        };
        Ok(text.into_bytes())
    })?;
    Ok(if unread { 3 } else { 0 })
}
