//! `greenlane pack new`: the beginning of a lane, which passes its own check and its own cases.

use crate::app::output::write_whole;
use crate::cli::PackNewArgs;
use anyhow::Context;
use std::path::{Path, PathBuf};

const SCAFFOLD: &str = include_str!("scaffold.yaml");

pub fn run(args: &PackNewArgs) -> anyhow::Result<u8> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    anyhow::ensure!(
        !args.id.is_empty() && args.id.chars().all(good) && !args.id.starts_with('-'),
        "{}: an id has small letters, digits and dashes, such as toys-en71",
        args.id
    );
    let path = match &args.out {
        Some(path) => path.clone(),
        None => PathBuf::from(format!("{}.yaml", args.id)),
    };
    let name = path.display().to_string();
    anyhow::ensure!(!path.exists(), "{name}: there is such a file already");
    if let Some(folder) = path.parent().filter(|p| *p != Path::new("")) {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let today = super::super::check::today()?.to_string();
    let text = SCAFFOLD
        .replace("NEW-LANE", &args.id)
        .replace("TODAY", &today);
    write_whole(&path, text.as_bytes())?;
    let said = format!(
        "{name}\n  greenlane pack check {name}   everything that is wrong, with its line\n  greenlane pack test {name}    runs its cases\n"
    );
    crate::app::print(&said, crate::cli::ColorArg::Never)?;
    Ok(0)
}
