//! `greenlane init`: a commented greenlane.yaml.

use super::config::FILE_NAME;
use super::output::write_whole;
use crate::cli::InitArgs;
use anyhow::Context;

const COMMENTED: &str = include_str!("init.yaml");

pub fn run(args: &InitArgs) -> anyhow::Result<u8> {
    let path = args.dir.join(FILE_NAME);
    let name = path.display().to_string();
    anyhow::ensure!(!path.exists(), "{name}: there is such a file already");
    std::fs::create_dir_all(&args.dir).with_context(|| args.dir.display().to_string())?;
    write_whole(&path, COMMENTED.as_bytes())?;
    super::print(&format!("{name}\n"), crate::cli::ColorArg::Never)?;
    Ok(0)
}
