//! `greenlane read`: what was understood of a file.

use super::config::Config;
use super::{paths, rules};
use crate::Input;
use crate::cli::{ReadArgs, ReadFormatArg};
use crate::report;

pub fn run(args: &ReadArgs) -> anyhow::Result<u8> {
    let start = args.files.first().map(AsRef::as_ref);
    let config = Config::load(args.common.config.as_deref(), start)?;
    let rules = rules::load_all(&args.common, &config)?;
    let lang = super::language(&args.common, config.lang);
    let inputs = args.files.iter().map(|path| {
        let name = paths::shown(path);
        Input {
            content: paths::read_file(path, &name, rules.manner.limits.file_bytes),
            hint: config.hint(&name),
            path: name,
        }
    });
    let files = crate::understand(&inputs.collect::<Vec<_>>(), &rules);
    let unread = files.iter().any(|f| f.problems.iter().any(|p| p.blocks));
    let (fields, kinds) = (&rules.vocabulary.fields, &rules.vocabulary.kinds);
    let text = match args.format {
        ReadFormatArg::Json => report::understood::json(&files, &rules.vocabulary.fields, lang),
        ReadFormatArg::Table => {
            report::understood::table(&files, &rules.vocabulary.fields, lang, super::width())
        }
        ReadFormatArg::Yaml => files
            .iter()
            .flat_map(|f| &f.documents)
            .map(|d| report::transcript::render(d, fields, kinds))
            .collect::<Vec<_>>()
            .join("---\n"),
    };
    let text = if args.suggest {
        report::transcript::suggestions(&files, fields, kinds)
    } else {
        text
    };
    super::print(&text, args.common.color)?;
    Ok(if unread { 3 } else { 0 })
}
