//! `greenlane export`: the understood records of a shipment as structured data.

use super::config::Config;
use super::output::{holds, may_write, write_whole};
use super::{builtin, paths, rules};
use crate::cli::{ExportArgs, ExportFormatArg};
use crate::model::{Document, Problem, Say, work};
use crate::read::from_yaml;
use crate::report::{self, export::Names};
use std::path::PathBuf;

/// Where an export says what it is.
const HEAD: usize = 400;
const CSV_HEAD: &str = "document,kind,row,field,name,value,at";

pub fn run(args: &ExportArgs) -> anyhow::Result<u8> {
    let config = Config::for_papers(args.common.config.as_deref(), &args.paths)?;
    let rules = rules::load_all(&args.common, &config)?;
    let lang = super::language(&args.common, config.lang);
    let found = paths::find(&args.paths)?;
    let [shipment] = found.as_slice() else {
        anyhow::bail!(
            "export takes one shipment; {} were found: name its folder",
            found.len()
        );
    };
    if let Some(out) = &args.out {
        let inputs = shipment.files.iter().map(PathBuf::as_path);
        let own = |there: &[u8]| {
            let head = there.get(..HEAD).unwrap_or(there);
            holds(head, report::export::SCHEMA) || there.starts_with(CSV_HEAD.as_bytes())
        };
        may_write(out, inputs, own, lang)?;
    }
    let aliases = super::aliases::load(&config, &rules)?;
    let (folder, _) = paths::open(shipment, &config, &aliases, rules.manner.limits.file_bytes);
    let known = crate::know(folder, &rules);
    let (name, text) = builtin::SINGLE_WINDOW;
    let names: Names = from_yaml(name, text).map_err(|e| rules::all(&e))?;
    let fields = &rules.vocabulary.fields;
    let time = rules.manner.limits.shipment_time(0);
    let made = work::within(time, || -> anyhow::Result<_> {
        // What is here twice is exported once, for read again it counts once.
        let group = known.group(&rules);
        let numbered = known.documents.iter().zip(0u32..);
        let documents: Vec<&Document> = numbered
            .filter(|(d, n)| d.understood.kind.is_some() && !group.copies.contains(n))
            .map(|(d, _)| d)
            .collect();
        let copies = group.problems.iter().filter(|p| p.is_of_copy());
        let copies: Vec<Problem> = copies.cloned().collect();
        let text = match args.format {
            ExportFormatArg::Json => report::export::json(&documents, fields, &names),
            ExportFormatArg::Csv => report::export::csv(&documents, fields, &names)?,
        };
        Ok((text, copies, documents.is_empty()))
    });
    let (text, copies, none) = made.map_err(|stop| {
        let why = Problem::not_finished("", stop, time.as_secs());
        anyhow::anyhow!("{}", why.message.get(lang))
    })??;
    for copy in &copies {
        let what = copy.message.get(lang);
        super::check::remark(&format!("not exported: {}: {what}", copy.path));
    }
    // What is not in it must be said: an export read elsewhere looks complete.
    let unread = known.problems.iter().filter(|p| p.blocks);
    let mut whole = !none;
    if !whole {
        let nothing = Say::new(
            "nothing to export: no document was understood",
            "没有可导出的内容：没有读懂任何单证",
        );
        super::check::remark(nothing.get(lang));
    }
    for problem in unread {
        whole = false;
        super::check::remark(&format!(
            "not exported: {}: {}",
            problem.path,
            problem.message.get(lang)
        ));
    }
    match &args.out {
        Some(path) => write_whole(path, text.as_bytes())?,
        None => super::print(&text, args.common.color)?,
    }
    Ok(if whole { 0 } else { 3 })
}
