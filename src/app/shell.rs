//! `greenlane completions`, `greenlane man`: made from the definitions of the command line.

use super::print_bytes;
use crate::cli::{Cli, ColorArg, CompletionsArgs};
use clap::CommandFactory;

pub fn completions(args: &CompletionsArgs) -> anyhow::Result<u8> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "greenlane", &mut text);
    print_bytes(&text, ColorArg::Never)?;
    Ok(0)
}

pub fn man() -> anyhow::Result<u8> {
    let mut text = Vec::new();
    let command = Cli::command();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    for sub in command.get_subcommands().filter(|c| !c.is_hide_set()) {
        let name = format!("greenlane-{}", sub.get_name());
        clap_mangen::Man::new(sub.clone())
            .title(name)
            .render(&mut text)?;
    }
    print_bytes(&text, ColorArg::Never)?;
    Ok(0)
}
