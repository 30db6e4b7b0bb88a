//! `greenlane completions`, `greenlane man`: made from the definitions of the command line.

use super::print_bytes;
use crate::cli::{Cli, ColorArg, CompletionsArgs};
use clap::{Command, CommandFactory};

pub fn completions(args: &CompletionsArgs) -> anyhow::Result<u8> {
    print_bytes(&script(args.shell), ColorArg::Never)?;
    Ok(0)
}

fn script(shell: clap_complete::Shell) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "greenlane", &mut text);
    text
}

pub fn man() -> anyhow::Result<u8> {
    print_bytes(&manual()?, ColorArg::Never)?;
    Ok(0)
}

/// The program, then each command and what stands below it.
fn manual() -> std::io::Result<Vec<u8>> {
    let mut command = Cli::command();
    // With that a command knows what it is called in full and which arguments it takes over.
    command.build();
    let mut text = Vec::new();
    page(&command, "greenlane", &mut text)?;
    Ok(text)
}

fn page(command: &Command, name: &str, text: &mut Vec<u8>) -> std::io::Result<()> {
    clap_mangen::Man::new(command.clone())
        .title(name)
        .render(text)?;
    for below in shown(command) {
        page(below, &format!("{name}-{}", below.get_name()), text)?;
    }
    Ok(())
}

fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    let below = command.get_subcommands();
    below.filter(|c| !c.is_hide_set() && c.get_name() != "help")
}

#[cfg(test)]
mod tests {
    use super::{Cli, manual, script, shown};
    use clap::{Command, CommandFactory, ValueEnum};

    /// The words a command is called by and those of its arguments, all below it included.
    fn words(command: &Command, all: &mut Vec<(String, Vec<String>)>) {
        let flags = command.get_arguments().filter(|a| !a.is_hide_set());
        let long = flags.filter_map(|a| a.get_long().map(|l| format!("--{l}")));
        all.push((command.get_name().to_string(), long.collect()));
        shown(command).for_each(|below| words(below, all));
    }

    #[test]
    fn the_manual_and_the_completions_hold_every_command_and_flag() {
        let mut command = Cli::command();
        command.build();
        let mut all = Vec::new();
        words(&command, &mut all);
        assert!(all.len() > 20, "{}", all.len());
        let page = String::from_utf8(manual().unwrap()).unwrap();
        let page = page.replace("\\-", "-");
        // One part a command, in their order, each with its own flags.
        let parts: Vec<&str> = page.split("\n.TH ").collect();
        assert_eq!(
            parts.len(),
            all.len() + 1 - usize::from(page.starts_with(".TH "))
        );
        let parts = parts.iter().rev().take(all.len()).rev();
        for (part, (name, flags)) in parts.zip(&all) {
            let title = part.lines().next().unwrap();
            assert!(title.contains(name.as_str()), "{name}: {title}");
            for flag in flags {
                assert!(part.contains(flag.as_str()), "{name} {flag}");
            }
        }
        for shell in clap_complete::Shell::value_variants() {
            let text = String::from_utf8(script(*shell)).unwrap();
            for (name, flags) in &all {
                assert!(text.contains(name.as_str()), "{shell}: {name}");
                for flag in flags {
                    // fish and elvish know a flag by its bare name.
                    let bare = flag.trim_start_matches('-');
                    assert!(text.contains(bare), "{shell}: {name} {flag}");
                }
            }
        }
    }
}
